/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums by key in memory: an open-addressing hash over dense groups. Rows come sorted by
 * time far more often than by anything SQLite could use for a GROUP BY, which would sort
 * them all; this does not.
 */
#ifndef LLMLAB_STORE_AGGREGATE_H
#define LLMLAB_STORE_AGGREGATE_H

#include "store/spend.h"

/* Unused ids are 0. */
struct group_key {
	int64_t bucket_ns;
	int64_t ids[SPEND_MAX_DIMS];
};

struct group {
	struct group_key key;
	struct usage_sum sum;
};

struct aggregate {
	struct group *groups; /* in the order in which their keys were first seen */
	size_t count, cap;
	uint32_t *slots; /* index + 1 into groups; 0 = empty */
	size_t slot_count;
};

/* The sum of that key, made as zero when new; valid until the next call. NULL = out of memory. */
struct usage_sum *aggregate_at(struct aggregate *a, const struct group_key *key);
void aggregate_clear(struct aggregate *a);   /* keeps the memory */
void aggregate_release(struct aggregate *a); /* accepts a zeroed struct */

/* *sum -= less. */
enum ll_err LL_MUST usage_sum_subtract(struct usage_sum *sum, const struct usage_sum *less);

#endif
