/* SPDX-License-Identifier: Apache-2.0 */
/* Five-hour windows. */
#include "model/block.h"

#include "base/clock.h"
#include "base/mem.h"
#include "model/decimal.h"

#define BLOCK_NS (5 * NS_PER_HOUR)
#define BLOCKS_FIRST 16

void block_list_release(struct block_list *list)
{
	ll_free(list->at);
	*list = (struct block_list){ 0 };
}

/* A call adds two at most: a gap and its own. */
static bool has_room(struct block_list *list)
{
	size_t cap = list->cap ? list->cap * 2 : BLOCKS_FIRST;
	struct block *grown;

	if (list->count + 2 <= list->cap)
		return true;
	grown = ll_try_realloc(list->at, cap * sizeof(*grown));
	if (!grown)
		return false;
	list->at = grown;
	list->cap = cap;
	return true;
}

static int64_t floor_to_hour_ns(int64_t t_ns)
{
	int64_t past_ns = t_ns % NS_PER_HOUR;

	return t_ns - past_ns - (past_ns < 0 ? NS_PER_HOUR : 0);
}

static struct block gap_between(int64_t last_ns, int64_t next_ns)
{
	return (struct block){ .start_ns = last_ns + BLOCK_NS, .end_ns = next_ns, .is_gap = true };
}

static struct block block_of_first(int64_t first_ns)
{
	int64_t start_ns = floor_to_hour_ns(first_ns);

	return (struct block){
		.start_ns = start_ns,
		.end_ns = start_ns + BLOCK_NS,
		.first_ns = first_ns,
		.last_ns = first_ns,
	};
}

/* The sum of all five fits, so each of them does. */
static enum ll_err add_tokens(struct tokens *sum, const struct tokens *t)
{
	int64_t total;

	if (__builtin_add_overflow(tokens_total(sum), tokens_total(t), &total))
		return LL_EOVERFLOW;
	sum->input += t->input;
	sum->cache_read += t->cache_read;
	sum->cache_write_5m += t->cache_write_5m;
	sum->cache_write_1h += t->cache_write_1h;
	sum->output += t->output;
	return LL_OK;
}

/* Into a copy, so that a failure changes nothing. */
static enum ll_err add_call(struct block *b, int64_t start_ns, const struct tokens *t,
	struct usd cost, bool is_priced)
{
	struct block sum = *b;
	enum ll_err code = add_tokens(&sum.tokens, t);

	if (code == LL_OK && is_priced)
		code = usd_add(&sum.cost, cost);
	if (code)
		return code;
	sum.last_ns = start_ns;
	sum.calls++;
	sum.unpriced += !is_priced;
	*b = sum;
	return LL_OK;
}

enum ll_err block_push(struct block_list *list, int64_t start_ns, const struct tokens *t,
	struct usd cost, bool is_priced)
{
	struct block fresh = block_of_first(start_ns);
	struct block *last = list->count ? &list->at[list->count - 1] : NULL;
	int64_t last_ns = last ? last->last_ns : start_ns;
	bool is_after_pause = start_ns - last_ns > BLOCK_NS;
	enum ll_err code;

	if (start_ns < last_ns)
		return LL_EINVAL;
	if (last && !is_after_pause && start_ns - last->start_ns <= BLOCK_NS)
		return add_call(last, start_ns, t, cost, is_priced);
	if (!has_room(list))
		return LL_ENOMEM;
	code = add_call(&fresh, start_ns, t, cost, is_priced);
	if (code)
		return code;
	PRE(list->at);
	if (is_after_pause)
		list->at[list->count++] = gap_between(last_ns, start_ns);
	list->at[list->count++] = fresh;
	return LL_OK;
}

bool block_is_active(const struct block *b, int64_t now_ns)
{
	return !b->is_gap && now_ns < b->end_ns && now_ns - b->last_ns < BLOCK_NS;
}

/* amount x part / whole, to the nearest; what does not fit is as much as there is. */
static int64_t share(int64_t amount, int64_t part_ns, int64_t whole_ns)
{
	__int128 result = decimal_divide((__int128)amount * part_ns, whole_ns);

	if (result > INT64_MAX)
		return INT64_MAX;
	return result < INT64_MIN ? INT64_MIN : (int64_t)result;
}

static int64_t sum_or_most(int64_t amount, int64_t more)
{
	int64_t sum;

	if (__builtin_add_overflow(amount, more, &sum))
		return more < 0 ? INT64_MIN : INT64_MAX;
	return sum;
}

bool block_project(const struct block *b, int64_t now_ns, struct block_rate *out)
{
	int64_t spent_ns = b->last_ns - b->first_ns;
	int64_t left_ns = now_ns < b->end_ns ? b->end_ns - now_ns : 0;
	int64_t total = tokens_total(&b->tokens);
	int64_t nanos = usd_nanos(b->cost);

	if (b->is_gap || spent_ns == 0)
		return false;
	*out = (struct block_rate){
		.tokens_per_min = share(total, NS_PER_MIN, spent_ns),
		.cost_per_hour = usd_of_nanos(share(nanos, NS_PER_HOUR, spent_ns)),
		.remaining_min = share(1, left_ns, NS_PER_MIN),
		.projected_tokens = sum_or_most(total, share(total, left_ns, spent_ns)),
		.projected_cost = usd_of_nanos(sum_or_most(nanos, share(nanos, left_ns, spent_ns))),
	};
	return true;
}
