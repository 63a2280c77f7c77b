/* SPDX-License-Identifier: Apache-2.0 */
/* Calls: names, bounds, copies, and that the choice between two never depends on order. */
#include "tests/support/suite.h"

#include "base/clock.h"
#include "base/limits.h"
#include "model/call.h"

static struct call sample(void)
{
	return (struct call){
		.start_ns = INT64_C(1760000000) * NS_PER_S,
		.latency_ms = -1,
		.ttft_ms = -1,
		.provider = STR("anthropic"),
		.model = STR("claude-sonnet-4-5"),
		.tokens = { .input = 10, .output = 5 },
	};
}

static void call_check__accepts__the_bounds_and_nothing_past_them(void **state)
{
	struct call c;
	struct {
		int64_t *at;
		int64_t min, max;
	} fields[] = {
		{ &c.tokens.input, 0, LIMIT_TOKENS },
		{ &c.tokens.cache_read, 0, LIMIT_TOKENS },
		{ &c.tokens.cache_write_5m, 0, LIMIT_TOKENS },
		{ &c.tokens.cache_write_1h, 0, LIMIT_TOKENS },
		{ &c.tokens.output, 0, LIMIT_TOKENS },
		{ &c.reasoning_tokens, 0, 5 },
		{ &c.web_searches, 0, LIMIT_TOKENS },
		{ &c.start_ns, LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS - 1 },
		{ &c.latency_ms, -1, LIMIT_LATENCY_MS },
		{ &c.ttft_ms, -1, LIMIT_LATENCY_MS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const int64_t good[] = { fields[i].min, fields[i].max };
		const int64_t bad[] = { fields[i].min - 1, fields[i].max + 1, INT64_MIN,
			INT64_MAX };
		const char *why = NULL;

		for (size_t k = 0; k < 2; k++) {
			c = sample();
			*fields[i].at = good[k];
			assert_int_equal(call_check(&c, &why), LL_OK);
			assert_null(why);
		}
		for (size_t k = 0; k < 4; k++) {
			why = NULL;
			c = sample();
			*fields[i].at = bad[k];
			assert_int_equal(call_check(&c, &why), LL_EINVAL);
			assert_non_null(why);
		}
	}
}

static void call_check__refuses__a_call_without_model(void **state)
{
	struct call c = sample();
	const char *why = NULL;

	(void)state;
	c.model = STR("");
	assert_int_equal(call_check(&c, &why), LL_EINVAL);
	assert_string_equal(why, "model is missing");
}

static void call_names__return__to_their_values(void **state)
{
	enum call_tier tier;
	enum call_status status;

	(void)state;
	for (enum call_tier t = TIER_STANDARD; t <= TIER_PRIORITY; t++)
		assert_true(call_tier_parse(str_of(call_tier_name(t)), &tier) && tier == t);
	for (enum call_status s = CALL_OK; s <= CALL_ABORTED; s++)
		assert_true(call_status_parse(str_of(call_status_name(s)), &status) && status == s);
	assert_true(call_tier_parse(STR("default"), &tier) && tier == TIER_STANDARD);
	assert_true(call_tier_parse(STR("auto"), &tier) && tier == TIER_STANDARD);
	assert_false(call_tier_parse(STR("scale"), &tier) || call_tier_parse(STR(""), &tier));
	assert_false(call_status_parse(STR("OK"), &status));
	assert_string_equal(call_kind_name(CALL_AGENT_LOG), "agent-log");
}

static void tokens__add_up(void **state)
{
	struct tokens t = { 1, 20, 300, 4000, 50000 };

	(void)state;
	assert_int_equal(tokens_prompt(&t), 4321);
	assert_int_equal(tokens_total(&t), 54321);
}

/* Few values a field, so that pairs often differ in one only. */
static struct call random_call(uint64_t *seed, struct call_tag *tags)
{
	static const struct str texts[] = { STR_INIT(""), STR_INIT("a"), STR_INIT("b") };
	struct call c = sample();

	c.tokens.input = (int64_t)(test_random(seed) % 2);
	c.tokens.output = (int64_t)(test_random(seed) % 2);
	c.is_replay = test_random(seed) % 2;
	c.speed = test_random(seed) % 3;
	c.has_recorded = test_random(seed) % 2;
	c.recorded = usd_of_nanos((int64_t)(test_random(seed) % 2));
	c.status = test_random(seed) % 3;
	c.start_ns += (int64_t)(test_random(seed) % 2);
	c.project = texts[test_random(seed) % 3];
	c.tag_count = test_random(seed) % 2;
	c.tags = tags;
	tags[0] = (struct call_tag){ texts[1], texts[test_random(seed) % 3] };
	return c;
}

static int sign(int v)
{
	return (v > 0) - (v < 0);
}

static void call_better__is__one_order_for_any_pair(void **state)
{
	uint64_t seed = 7;
	int equal = 0;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		struct call_tag tags[3];
		struct call a = random_call(&seed, &tags[0]);
		struct call b = random_call(&seed, &tags[1]);
		struct call c = random_call(&seed, &tags[2]);
		int ab = sign(call_better(&a, &b)), bc = sign(call_better(&b, &c));

		assert_int_equal(ab, -sign(call_better(&b, &a)));
		assert_int_equal(call_better(&a, &a), 0);
		equal += ab == 0;
		if (ab <= 0 && bc <= 0)
			assert_int_equal(sign(call_better(&a, &c)), ab + bc ? -1 : 0);
	}
	assert_true(equal > 0);
}

/* Keeping the better of the two at each arrival ends with the same call in any order. */
static void call_better__keeps__the_same_one_in_any_order_of_arrival(void **state)
{
	enum { CALLS = 5 };
	uint64_t seed = 11;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		struct call_tag tags[CALLS];
		struct call calls[CALLS];
		const struct call *up = &calls[0], *down = &calls[CALLS - 1];

		for (int i = 0; i < CALLS; i++)
			calls[i] = random_call(&seed, &tags[i]);
		for (int i = 1; i < CALLS; i++)
			up = call_better(&calls[i], up) < 0 ? &calls[i] : up;
		for (int i = CALLS - 2; i >= 0; i--)
			down = call_better(&calls[i], down) < 0 ? &calls[i] : down;
		assert_int_equal(call_better(up, down), 0);
	}
}

static void call_better__prefers__tokens_then_the_original_then_speed_then_cost(void **state)
{
	struct call a = sample(), b = sample();

	(void)state;
	b.status = CALL_ERROR;
	assert_true(call_better(&a, &b) > 0);
	a.has_recorded = true;
	assert_true(call_better(&a, &b) < 0);
	b.speed = SPEED_STANDARD;
	assert_true(call_better(&a, &b) > 0);
	b.is_replay = true;
	assert_true(call_better(&a, &b) < 0);
	b.tokens.output++;
	assert_true(call_better(&a, &b) > 0);
}

static void call_copy__owns__all_that_it_points_at(void **state)
{
	char text[] = "claude-sonnet-4-5";
	struct call_tag tag = { STR_INIT("env"), { text, 6 } };
	struct call c = sample(), copy;
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	c.model = str_of(text);
	c.tags = &tag;
	c.tag_count = 1;
	assert_int_equal(call_copy(&a, &c, &copy), LL_OK);
	assert_int_equal(call_better(&c, &copy), 0);
	memset(text, 'x', sizeof(text) - 1);
	tag.name = STR("other");
	assert_str(copy.model, "claude-sonnet-4-5");
	assert_str(copy.tags[0].name, "env");
	assert_str(copy.tags[0].value, "claude");
	assert_null(copy.user.at);
	arena_release(&a);
}

static void call_copy__fails__when_the_arena_is_full(void **state)
{
	struct call c = sample(), copy;
	struct arena a;

	(void)state;
	arena_init(&a, 16);
	assert_int_equal(call_copy(&a, &c, &copy), LL_ENOMEM);
	arena_release(&a);
}

SUITE(call, cmocka_unit_test(call_check__accepts__the_bounds_and_nothing_past_them),
	cmocka_unit_test(call_check__refuses__a_call_without_model),
	cmocka_unit_test(call_names__return__to_their_values), cmocka_unit_test(tokens__add_up),
	cmocka_unit_test(call_better__is__one_order_for_any_pair),
	cmocka_unit_test(call_better__keeps__the_same_one_in_any_order_of_arrival),
	cmocka_unit_test(call_better__prefers__tokens_then_the_original_then_speed_then_cost),
	cmocka_unit_test(call_copy__owns__all_that_it_points_at),
	cmocka_unit_test(call_copy__fails__when_the_arena_is_full));
