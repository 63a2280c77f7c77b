/* SPDX-License-Identifier: Apache-2.0 */
/* Five-hour windows, computed by hand. */
#include "tests/support/suite.h"

#include "base/clock.h"
#include "base/fault.h"
#include "model/block.h"

/* A day at 00:00 UTC; the tests' times are minutes from there. */
#define DAY_NS (INT64_C(20759) * NS_PER_DAY)

static int64_t minute(int64_t m)
{
	return DAY_NS + m * NS_PER_MIN;
}

static int64_t hm(int hour, int min)
{
	return minute(hour * 60 + min);
}

/* A call of 100 tokens for one cent. */
static void push(struct block_list *list, int64_t t_ns)
{
	struct tokens t = { .input = 10, .cache_read = 20, .cache_write_5m = 30,
		.cache_write_1h = 5,
		.output = 35 };

	assert_int_equal(block_push(list, t_ns, &t, usd_of_nanos(10000000), true), LL_OK);
}

static void assert_block(const struct block *b, int64_t start_ns, int64_t end_ns, int64_t calls)
{
	assert_int_equal(b->start_ns, start_ns);
	assert_int_equal(b->end_ns, end_ns);
	assert_int_equal(b->calls, calls);
	assert_int_equal(b->is_gap, calls == 0);
	assert_int_equal(tokens_total(&b->tokens), 100 * calls);
	assert_int_equal(usd_nanos(b->cost), 10000000 * calls);
}

static void block_push__starts__at_the_hour_of_the_first_call(void **state)
{
	struct block_list list = { 0 };

	(void)state;
	push(&list, hm(9, 40));
	push(&list, hm(9, 40));
	push(&list, hm(12, 0));
	assert_int_equal(list.count, 1);
	assert_block(&list.at[0], hm(9, 0), hm(14, 0), 3);
	assert_int_equal(list.at[0].first_ns, hm(9, 40));
	assert_int_equal(list.at[0].last_ns, hm(12, 0));
	assert_int_equal(list.at[0].tokens.cache_write_5m, 90);
	block_list_release(&list);
}

/* 14:00:00 is not more than five hours after 09:00; a nanosecond later is. */
static void block_push__opens__a_window_just_after_five_hours(void **state)
{
	struct block_list list = { 0 };

	(void)state;
	push(&list, hm(9, 40));
	push(&list, hm(14, 0));
	assert_int_equal(list.count, 1);
	push(&list, hm(14, 0) + 1);
	assert_int_equal(list.count, 2);
	assert_block(&list.at[0], hm(9, 0), hm(14, 0), 2);
	assert_block(&list.at[1], hm(14, 0), hm(19, 0), 1);
	block_list_release(&list);
}

/* A pause of exactly five hours leaves no gap; the window is over by its start. */
static void block_push__leaves__no_gap_after_exactly_five_hours(void **state)
{
	struct block_list list = { 0 };

	(void)state;
	push(&list, hm(9, 40));
	push(&list, hm(14, 40));
	assert_int_equal(list.count, 2);
	assert_block(&list.at[1], hm(14, 0), hm(19, 0), 1);
	block_list_release(&list);
}

static void block_push__puts__a_gap_into_a_longer_pause(void **state)
{
	struct block_list list = { 0 };

	(void)state;
	push(&list, hm(9, 40));
	push(&list, hm(10, 10));
	push(&list, hm(20, 25));
	assert_int_equal(list.count, 3);
	assert_block(&list.at[0], hm(9, 0), hm(14, 0), 2);
	assert_block(&list.at[1], hm(15, 10), hm(20, 25), 0);
	assert_int_equal(list.at[1].first_ns, 0);
	assert_block(&list.at[2], hm(20, 0), hm(25, 0), 1);
	block_list_release(&list);
}

static void block_push__counts__calls_without_a_price(void **state)
{
	struct block_list list = { 0 };
	struct tokens t = { .output = 100 };

	(void)state;
	push(&list, hm(9, 0));
	assert_int_equal(block_push(&list, hm(9, 1), &t, usd_of_nanos(77), false), LL_OK);
	assert_int_equal(list.at[0].calls, 2);
	assert_int_equal(list.at[0].unpriced, 1);
	assert_int_equal(usd_nanos(list.at[0].cost), 10000000);
	block_list_release(&list);
}

static void block_push__refuses__calls_out_of_order(void **state)
{
	struct block_list list = { 0 };
	struct tokens t = { .output = 1 };

	(void)state;
	push(&list, hm(9, 40));
	assert_int_equal(block_push(&list, hm(9, 39), &t, USD_ZERO, true), LL_EINVAL);
	assert_block(&list.at[0], hm(9, 0), hm(14, 0), 1);
	block_list_release(&list);
}

static void block_push__changes__nothing_when_a_sum_overflows(void **state)
{
	struct block_list list = { 0 };
	struct tokens many = { .output = INT64_MAX }, none = { 0 };

	(void)state;
	push(&list, hm(9, 0));
	assert_int_equal(block_push(&list, hm(9, 1), &many, USD_ZERO, true), LL_EOVERFLOW);
	assert_int_equal(block_push(&list, hm(9, 1), &none, usd_of_nanos(INT64_MAX), true),
		LL_EOVERFLOW);
	assert_int_equal(list.count, 1);
	assert_block(&list.at[0], hm(9, 0), hm(14, 0), 1);
	block_list_release(&list);
}

static void block_push__keeps__the_list_when_out_of_memory(void **state)
{
	struct block_list list = { 0 };
	struct tokens t = { .output = 1 };
	size_t count;
	int64_t hour = 0;

	(void)state;
	fault_arm(FAULT_ALLOC, 1, false);
	assert_int_equal(block_push(&list, hm(0, 0), &t, USD_ZERO, true), LL_ENOMEM);
	fault_disarm();
	assert_int_equal(list.count, 0);
	push(&list, hm(0, 0));
	while (list.count + 2 <= list.cap)
		push(&list, minute(60 * (hour += 12)));
	count = list.count;
	fault_arm(FAULT_ALLOC, 1, false);
	assert_int_equal(block_push(&list, minute(60 * (hour + 12)), &t, USD_ZERO, true),
		LL_ENOMEM);
	fault_disarm();
	assert_int_equal(list.count, count);
	push(&list, minute(60 * (hour + 12)));
	assert_int_equal(list.count, count + 2);
	block_list_release(&list);
}

static void block_is_active__ends__with_the_window_or_the_pause(void **state)
{
	struct block b = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .first_ns = hm(9, 10),
		.last_ns = hm(13, 0) };
	struct block gap = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .is_gap = true };

	(void)state;
	assert_true(block_is_active(&b, hm(13, 0)));
	assert_true(block_is_active(&b, hm(14, 0) - 1));
	assert_false(block_is_active(&b, hm(14, 0)));
	assert_false(block_is_active(&gap, hm(10, 0)));
	b.end_ns = hm(23, 0);
	assert_true(block_is_active(&b, hm(18, 0) - 1));
	assert_false(block_is_active(&b, hm(18, 0)));
}

/* 1,000 tokens and 30 cents in 40 minutes, of which 25 a minute; two hours are left. */
static void block_project__extends__the_rate_to_the_end(void **state)
{
	struct block b = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .first_ns = hm(9, 20),
		.last_ns = hm(10, 0), .calls = 2, .tokens = { .input = 900, .output = 100 },
		.cost = { 300000000 } };
	struct block_rate rate;

	(void)state;
	assert_true(block_project(&b, hm(12, 0), &rate));
	assert_int_equal(rate.tokens_per_min, 25);
	assert_int_equal(usd_nanos(rate.cost_per_hour), 450000000);
	assert_int_equal(rate.remaining_min, 120);
	assert_int_equal(rate.projected_tokens, 4000);
	assert_int_equal(usd_nanos(rate.projected_cost), 1200000000);
}

static void block_project__rounds__to_the_nearest(void **state)
{
	struct block b = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .first_ns = hm(9, 0),
		.last_ns = hm(9, 3), .calls = 2, .tokens = { .input = 8 }, .cost = { 1 } };
	struct block_rate rate;

	(void)state;
	assert_true(block_project(&b, hm(13, 58) + 29 * NS_PER_S, &rate));
	assert_int_equal(rate.tokens_per_min, 3); /* 2.67 */
	assert_int_equal(usd_nanos(rate.cost_per_hour), 20);
	assert_int_equal(rate.remaining_min, 2); /* 1.52 */
	assert_int_equal(rate.projected_tokens, 12); /* 8 + 4.04 */
	assert_int_equal(usd_nanos(rate.projected_cost), 2); /* 1 + 0.51 */
}

static void block_project__adds__nothing_after_the_end(void **state)
{
	struct block b = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .first_ns = hm(9, 0),
		.last_ns = hm(9, 30), .calls = 2, .tokens = { .input = 300 }, .cost = { 7 } };
	struct block_rate rate;

	(void)state;
	assert_true(block_project(&b, hm(20, 0), &rate));
	assert_int_equal(rate.tokens_per_min, 10);
	assert_int_equal(rate.remaining_min, 0);
	assert_int_equal(rate.projected_tokens, 300);
	assert_int_equal(usd_nanos(rate.projected_cost), 7);
}

static void block_project__stops__at_the_largest_number(void **state)
{
	struct block b = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .first_ns = hm(9, 0),
		.last_ns = hm(9, 0) + 1, .calls = 2, .tokens = { .input = INT64_MAX / 2 },
		.cost = { INT64_MIN / 2 } };
	struct block_rate rate;

	(void)state;
	assert_true(block_project(&b, hm(10, 0), &rate));
	assert_true(rate.tokens_per_min == INT64_MAX);
	assert_true(rate.projected_tokens == INT64_MAX);
	assert_true(usd_nanos(rate.cost_per_hour) == INT64_MIN);
	assert_true(usd_nanos(rate.projected_cost) == INT64_MIN);
}

static void block_project__has__no_rate_for_a_gap_or_a_single_call(void **state)
{
	struct block gap = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .is_gap = true };
	struct block single = { .start_ns = hm(9, 0), .end_ns = hm(14, 0), .first_ns = hm(9, 5),
		.last_ns = hm(9, 5), .calls = 1, .tokens = { .input = 5 } };
	struct block_rate rate;

	(void)state;
	assert_false(block_project(&gap, hm(10, 0), &rate));
	assert_false(block_project(&single, hm(10, 0), &rate));
}

SUITE(block,
	cmocka_unit_test(block_push__starts__at_the_hour_of_the_first_call),
	cmocka_unit_test(block_push__opens__a_window_just_after_five_hours),
	cmocka_unit_test(block_push__leaves__no_gap_after_exactly_five_hours),
	cmocka_unit_test(block_push__puts__a_gap_into_a_longer_pause),
	cmocka_unit_test(block_push__counts__calls_without_a_price),
	cmocka_unit_test(block_push__refuses__calls_out_of_order),
	cmocka_unit_test(block_push__changes__nothing_when_a_sum_overflows),
	cmocka_unit_test(block_push__keeps__the_list_when_out_of_memory),
	cmocka_unit_test(block_is_active__ends__with_the_window_or_the_pause),
	cmocka_unit_test(block_project__extends__the_rate_to_the_end),
	cmocka_unit_test(block_project__rounds__to_the_nearest),
	cmocka_unit_test(block_project__adds__nothing_after_the_end),
	cmocka_unit_test(block_project__stops__at_the_largest_number),
	cmocka_unit_test(block_project__has__no_rate_for_a_gap_or_a_single_call));
