/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store of random calls, and the calls themselves, so that every answer of the store can be
 * compared with a count over them.
 */
#ifndef LLMLAB_TESTS_SAMPLE_H
#define LLMLAB_TESTS_SAMPLE_H

#include "base/map.h"
#include "model/filter.h"
#include "store/append.h"
#include "store/record.h"
#include "store/source.h"
#include "tests/support/suite.h"

#define SAMPLE_SOURCES 4
#define SAMPLE_ZONE "America/New_York" /* of the workspace; winter time from 2026-11-01 */

struct sample {
	const char *dir;
	struct store *store;
	struct store_reader *reader;
	struct arena arena;
	struct source sources[SAMPLE_SOURCES];
	struct priced_call *calls; /* in the order in which they were appended */
	size_t count, cap;
	uint64_t random;
	struct map project_ids; /* that were asked for */
};

/* Opens a new store with that many random calls between 2026-09-20 and 2026-12-10. */
void sample_open(struct sample *s, size_t count, uint64_t seed);
void sample_close(struct sample *s);
/* Appends more of them. */
void sample_append(struct sample *s, size_t count);

uint64_t sample_below(struct sample *s, uint64_t limit);
const struct source *sample_source(const struct sample *s, const struct priced_call *c);
/* The meaning of a filter, over the call itself. */
bool sample_passes(const struct sample *s, const struct priced_call *c, const struct filter *f);
/* A random filter of up to two terms; NULL for none. */
const struct filter *sample_filter(struct sample *s, struct arena *a);
/* The id of a project's name in main.db; 0 when there is none. */
int64_t sample_project_id(struct sample *s, struct str name);
struct str sample_tag(const struct call *c, struct str name);

#endif
