/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Five-hour windows, as coding agents' plans count them. A window starts at the UTC hour of
 * its first call and lasts five hours; a call more than five hours after the start, or
 * after the call before it, opens a new one; in the second case the pause is a gap block
 * [previous + 5 h, call). Windows are per source. Pure.
 */
#ifndef LLMLAB_MODEL_BLOCK_H
#define LLMLAB_MODEL_BLOCK_H

#include "model/call.h"

struct block {
	int64_t start_ns, end_ns; /* a gap: the pause */
	int64_t first_ns, last_ns; /* first and last call; 0 in a gap */
	bool is_gap;
	int64_t calls, unpriced;
	struct tokens tokens;
	struct usd cost;
};

struct block_list {
	struct block *at;
	size_t count, cap;
};

void block_list_release(struct block_list *list);
/* Calls in order of time (LL_EINVAL otherwise). */
enum ll_err LL_MUST block_push(struct block_list *list, int64_t start_ns, const struct tokens *t,
	struct usd cost, bool is_priced);
/* Running: now before its end and less than five hours after its last call. */
bool block_is_active(const struct block *b, int64_t now_ns);

struct block_rate {
	int64_t tokens_per_min; /* over first..last call; 0 below two calls */
	struct usd cost_per_hour;
	int64_t remaining_min;
	int64_t projected_tokens; /* by the block's end at that rate */
	struct usd projected_cost;
};
/* Integer arithmetic, rounded to nearest. False for a gap or a block without a rate. */
bool block_project(const struct block *b, int64_t now_ns, struct block_rate *out);

#endif
