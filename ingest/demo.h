/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Generated calls: what a team of forty might do in ninety days. Deterministic for (seed, end,
 * count), whole numbers only, in order of time. Pure: the caller sends them through the door.
 *
 * There is a working day and a weekend, slow growth, two spend spikes (a runaway indexer at night,
 * a day of batch evaluation), an hour of provider errors, sessions whose prompts grow and
 * are read from the cache, and one model that no price list knows.
 */
#ifndef LLMLAB_INGEST_DEMO_H
#define LLMLAB_INGEST_DEMO_H

#include "model/price.h"

#define DEMO_DAYS 90
#define DEMO_CALLS 300000
#define DEMO_COUNT_MAX 100000000
#define DEMO_SPIKE_INDEXER_DAY 52 /* days from the start, as are the next two */
#define DEMO_SPIKE_BATCH_DAY 78
#define DEMO_PRICE_CHANGE_DAY 60
#define DEMO_OUTAGE_DAY 71

struct demo_options {
	uint64_t seed;
	int64_t end_ns; /* exclusive; the story starts DEMO_DAYS before */
	int64_t count;  /* 1..DEMO_COUNT_MAX, met exactly */
};

/* Where a demo call pretends to come from. */
struct demo_source {
	const char *name, *machine;
	enum call_kind kind;
};
extern const struct demo_source demo_sources[];
extern const size_t demo_source_count;

struct demo;

struct demo *demo_new(const struct demo_options *options); /* NULL = out of memory */
void demo_free(struct demo *d);
/* The next call and the index of its source. Strings live until the next one. False at the end. */
bool demo_next(struct demo *d, struct call *out, size_t *source);

/* The team's own price: a contract that makes one model cheaper from DEMO_PRICE_CHANGE_DAY on. */
void demo_price(const struct demo_options *options, struct price *out);

#endif
