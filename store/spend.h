/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums of calls: by time bucket and dimensions, over a range, through a filter. The one place
 * where a number on a screen comes from.
 *
 * Each part of the range is read from the coarsest rollup that holds it exactly:
 *	- day rows: whole days of the zone in which the month file cuts them, by model and source
 *	  and one of project, user, key, agent, tag or session. Buckets of another zone divide
 *	  those days: where neither of the latter five is asked for, quarters mend that;
 *	- 15-minute rows, by project, model and source: buckets of an hour, and the ends of a range;
 *	- calls: everything else, through a hash aggregate.
 * "Asked for" is what is grouped by, filtered by, or limited by the scope. All three give the
 * same sums.
 */
#ifndef LLMLAB_STORE_SPEND_H
#define LLMLAB_STORE_SPEND_H

#include "model/filter.h"
#include "model/timerange.h"
#include "store/dim.h"

#define SPEND_MAX_DIMS 4

struct usage_sum {
	int64_t calls, unpriced, errors;
	struct tokens tokens;
	int64_t reasoning_tokens;
	struct usd cost;          /* of the priced calls */
	struct usd subscription;  /* the part of cost that plans cover: API value, not paid */
	struct usd recorded;      /* what sources said themselves */
	int64_t recorded_calls;
	int64_t latency_ms, timed; /* sum over the calls that have one */
};

struct spend_dim {
	enum dim_kind kind;
	struct str tag; /* DIM_TAG: the tag's name */
};

struct spend_query {
	struct timerange range;
	const struct zone *zone;     /* cuts buckets */
	enum bucket bucket;
	struct spend_dim dims[SPEND_MAX_DIMS];
	size_t dim_count;
	const struct filter *filter; /* NULL = all */
};

struct spend_row {
	int64_t bucket_ns;                  /* start; 0 without a bucket */
	struct str names[SPEND_MAX_DIMS];   /* at NULL = absent */
	struct usage_sum sum;
};

enum spend_from { SPEND_FROM_DAYS, SPEND_FROM_15M, SPEND_FROM_CALLS };

struct spend {
	struct spend_row *rows; /* by bucket, then cost falling, then names */
	size_t count;
	struct usage_sum total;
	enum spend_from from; /* the coarsest that was read; the ends may be from finer ones */
	/* Start of the first and last bucket, day or quarter with data; 0 = none. */
	int64_t first_ns, last_ns;
};

/* Rows and strings in the arena. LL_EOVERFLOW when a sum does not fit. */
enum ll_err LL_MUST spend_query(struct store_reader *r, const struct scope *scope,
	const struct spend_query *q, struct arena *a, struct spend *out, struct err *err);

enum ll_err LL_MUST usage_sum_add(struct usage_sum *sum, const struct usage_sum *more);

#endif
