/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Made-up calls for the store: ten million a month, in order of time; 16 projects, 25 models, 500
 * users, 50 keys, 10 agents, 4 sources; sessions of 100 calls, 64 at a time, each with one user,
 * project and (mostly) one model. A call is a function of its number.
 */
#ifndef LLMLAB_BENCH_CALLS_H
#define LLMLAB_BENCH_CALLS_H

#include "bench/bench.h"
#include "store/append.h"

#define CALLS_PROJECTS 16
#define CALLS_MODELS 25
#define CALLS_SOURCES 4
#define CALLS_USERS 500
#define CALLS_KEYS 50
#define CALLS_AGENTS 10
#define CALLS_PER_MONTH INT64_C(10000000)
#define CALLS_DAYS 30
#define CALLS_FIRST_DAY 20697 /* 2026-09-01: a month of 30 days, one file of the store */

/* With small numbers for names, as a database holds it. */
struct made_call {
	int64_t start_ns, session, latency_ms, ttft_ms, reasoning;
	int32_t project, model, source, user, key, agent;
	struct tokens tokens;
	struct usd cost;
	enum call_status status;
	struct fingerprint exact;
};

/* The number-th of `per_month` calls, which says how far apart they are. */
void call_make(int64_t number, int64_t per_month, struct made_call *out);

/* A store that is fed with them. */
struct feed {
	struct store *store;
	int64_t sources[CALLS_SOURCES];
	struct arena arena; /* of the names */
	struct str projects[CALLS_PROJECTS], models[CALLS_MODELS], users[CALLS_USERS];
	struct str keys[CALLS_KEYS], agents[CALLS_AGENTS];
	int64_t per_month;
	int64_t next; /* number of the next call */
};

/* Makes a store in dir, with zone UTC. */
enum ll_err LL_MUST feed_open(struct feed *f, const char *dir, int64_t per_month, struct err *err);
void feed_close(struct feed *f); /* accepts a zeroed struct */
/* Fills a cleared batch with the next calls. */
enum ll_err LL_MUST feed_batch(struct feed *f, struct batch *b, size_t count, struct err *err);
/* Stores the next `count` calls the way import does: one batch is filled while another commits. */
enum ll_err LL_MUST feed_run(struct feed *f, int64_t count, struct err *err);
/* The store of one month: ten million calls, or as many as $LLMLAB_BENCH_CALLS says. Made for the
 * first bench that asks, read by all. */
enum ll_err LL_MUST month_store(const struct bench *b, char dir[512], int64_t *calls,
	struct err *err);

#endif
