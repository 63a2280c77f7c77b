/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of bills: fallbacks, tiers, long prompts, rounding. */
#include "tests/support/suite.h"

#include "base/clock.h"
#include "base/limits.h"
#include "model/decimal.h"
#include "model/price.h"

#define MILLION 1000000
#define DOLLAR_PICO INT64_C(1000000) /* a dollar per million tokens */

static struct price plain(void)
{
	struct price p = { .provider = STR("acme"), .model = STR("m"), .match = STR("^m$") };

	for (size_t c = 0; c < RATE_CLASSES; c++)
		for (size_t u = 0; u < RATE_UNITS; u++)
			p.rates[c][u] = RATE_UNKNOWN;
	p.rates[RATES_BASE][RATE_INPUT] = 4 * DOLLAR_PICO;
	p.rates[RATES_BASE][RATE_OUTPUT] = 20 * DOLLAR_PICO;
	return p;
}

static struct cost computed(const struct price *p, struct tokens t, int64_t searches,
	enum call_tier tier, enum call_speed speed)
{
	struct cost cost;

	assert_int_equal(cost_compute(p, &t, searches, tier, speed, &cost), LL_OK);
	return cost;
}

static struct cost standard(const struct price *p, struct tokens t)
{
	return computed(p, t, 0, TIER_STANDARD, SPEED_UNSAID);
}

static void assert_usd(const struct cost *cost, const char *wanted)
{
	struct usd amount;

	assert_null(cost->unpriced_why);
	assert_true(usd_parse(str_of(wanted), &amount));
	assert_int_equal(usd_nanos(cost->total), usd_nanos(amount));
}

static enum ll_err add_to_book(void *book, const struct price *row, struct err *err)
{
	return price_book_add(book, row, err);
}

static struct price_book *shipped(void)
{
	struct price_book *book = price_book_new();
	struct err err = { 0 };

	for (enum price_list list = PRICE_CORE; list <= PRICE_EXTENDED; list++)
		assert_ok(price_csv_read(price_csv_shipped(list), list, add_to_book, book, &err),
			&err);
	return book;
}

static const struct price *shipped_price(struct price_book *book, const char *provider,
	const char *model)
{
	const struct price *p = price_book_find(book, str_of(provider), str_of(model),
		INT64_C(1760000000) * NS_PER_S);

	assert_non_null(p);
	return p;
}

static void cost_compute__gives__known_totals(void **state)
{
	struct price_book *book = shipped();
	struct cost cost;

	(void)state;
	cost = standard(shipped_price(book, "anthropic", "claude-sonnet-4-20250514"),
		(struct tokens){ .input = 279, .cache_read = 1164952, .cache_write_5m = 83966,
			.output = 2201 });
	assert_usd(&cost, "0.6982101");
	assert_int_equal(cost.rounding_pico, 0);
	cost = standard(shipped_price(book, "openai", "gpt-5-codex"),
		(struct tokens){ .input = 146585, .cache_read = 1782528, .output = 15326 });
	assert_usd(&cost, "0.55930725");
	price_book_free(book);
}

static struct tokens only(enum rate_unit unit, int64_t qty)
{
	struct tokens t = { 0 };
	int64_t *const at[] = { &t.input, &t.cache_read, &t.cache_write_5m, &t.cache_write_1h,
		&t.output };

	if (unit != RATE_WEB_SEARCH)
		*at[unit] = qty;
	return t;
}

/* A million of a unit costs as many nano-dollars as its rate has thousands of pico-dollars
 * times a million: nothing is lost on the way. */
static void check_rate(struct price p, enum rate_unit unit, enum call_tier tier, int64_t rate_pico)
{
	int64_t searches = unit == RATE_WEB_SEARCH ? MILLION : 0;
	struct cost cost;

	p.above_tokens = 0;
	cost = computed(&p, only(unit, MILLION), searches, tier, SPEED_UNSAID);
	assert_null(cost.unpriced_why);
	assert_int_equal(cost.line_count, 1);
	assert_null(cost.lines[0].note);
	assert_int_equal(cost.lines[0].rate_pico, rate_pico);
	assert_int_equal(usd_nanos(cost.total), rate_pico * 1000);
	assert_int_equal(cost.rounding_pico, 0);
}

static void cost_compute__charges__every_shipped_rate_exactly(void **state)
{
	static const struct {
		enum rate_class class;
		enum call_tier tier;
	} classes[] = {
		{ RATES_BASE, TIER_STANDARD }, { RATES_BATCH, TIER_BATCH },
		{ RATES_PRIORITY, TIER_PRIORITY }, { RATES_FLEX, TIER_FLEX },
	};
	struct price_book *book = shipped();
	size_t checked = 0;

	(void)state;
	for (size_t i = 0; i < price_book_count(book); i++) {
		const struct price *p = price_book_at(book, i);

		for (size_t c = 0; c < 4; c++) {
			for (enum rate_unit u = 0; u < RATE_UNITS; u++) {
				int64_t rate = p->rates[classes[c].class][u];

				if (rate != RATE_UNKNOWN) {
					check_rate(*p, u, classes[c].tier, rate);
					checked++;
				}
			}
		}
	}
	assert_true(checked > 4000);
	price_book_free(book);
}

/* What a row leaves unsaid is derived without rounding, for all rows that are shipped. */
static void cost_compute__derives__missing_cache_rates_of_shipped_rows_exactly(void **state)
{
	struct price_book *book = shipped();

	(void)state;
	for (size_t i = 0; i < price_book_count(book); i++) {
		const struct price *p = price_book_at(book, i);

		for (enum rate_unit u = RATE_CACHE_READ; u <= RATE_CACHE_WRITE_1H; u++) {
			struct cost cost = standard(p, only(u, MILLION));
			const struct cost_line *line = &cost.lines[0];

			assert_null(cost.unpriced_why);
			assert_true((__int128)line->rate_pico * line->multiplier_ppm %
				MILLION == 0);
		}
	}
	price_book_free(book);
}

static void cost_compute__switches__the_whole_request_past_the_threshold(void **state)
{
	struct price p = plain();
	struct tokens t = { .input = 100, .cache_read = 899, .output = 10 };
	struct cost cost;

	(void)state;
	p.above_tokens = 1000;
	p.rates[RATES_BASE][RATE_CACHE_READ] = DOLLAR_PICO;
	p.rates[RATES_ABOVE][RATE_INPUT] = 8 * DOLLAR_PICO;
	p.rates[RATES_ABOVE][RATE_OUTPUT] = 30 * DOLLAR_PICO;
	t.cache_write_5m = 1; /* exactly at the threshold */
	cost = standard(&p, t);
	assert_int_equal(cost.rate_class, RATES_BASE);
	assert_usd(&cost, "0.001503");
	t.cache_write_5m = 2;
	cost = standard(&p, t);
	assert_int_equal(cost.rate_class, RATES_ABOVE);
	/* Cache reads have no long-prompt rate here: raised as input is, twofold. */
	assert_usd(&cost, "0.002914");
	assert_string_equal(cost.lines[1].note, "base rate, raised as input is for long prompts");
	/* Output does not count towards the threshold. */
	t = (struct tokens){ .input = 1000, .output = 5000 };
	cost = standard(&p, t);
	assert_int_equal(cost.rate_class, RATES_BASE);
}

static void cost_compute__applies__a_tier_to_long_prompts(void **state)
{
	struct price p = plain();
	struct tokens t = { .input = 1001, .output = 1000 };
	struct cost cost;

	(void)state;
	p.above_tokens = 1000;
	p.rates[RATES_ABOVE][RATE_INPUT] = 8 * DOLLAR_PICO;
	p.rates[RATES_ABOVE][RATE_OUTPUT] = 30 * DOLLAR_PICO;
	p.rates[RATES_BATCH][RATE_INPUT] = 2 * DOLLAR_PICO;
	cost = computed(&p, t, 0, TIER_BATCH, SPEED_UNSAID);
	assert_int_equal(cost.lines[0].multiplier_ppm, MILLION / 2);
	assert_null(cost.lines[0].note);
	assert_non_null(cost.lines[1].note);
	assert_usd(&cost, "0.034004");
}

static void cost_compute__falls_back__with_a_note(void **state)
{
	struct price p = plain();
	struct tokens t = { 0, MILLION, MILLION, MILLION, 0 };
	struct cost cost = standard(&p, t);

	(void)state;
	assert_usd(&cost, "16"); /* 4 + 4 + 8 */
	for (size_t i = 0; i < 3; i++)
		assert_non_null(cost.lines[i].note);
	p.provider = STR("anthropic");
	cost = standard(&p, t);
	assert_usd(&cost, "17"); /* 4 + 5 + 8 */
	assert_string_equal(cost.lines[1].note, "1.25 x input: no rate of its own");
	assert_string_equal(cost.lines[2].note, "2 x input: no rate of its own");
}

static void cost_compute__charges__tiers_and_says_where_a_rate_is_missing(void **state)
{
	struct price p = plain();
	struct tokens t = { .input = MILLION, .cache_read = MILLION, .output = MILLION };
	struct cost cost;

	(void)state;
	p.rates[RATES_BASE][RATE_CACHE_READ] = DOLLAR_PICO;
	p.rates[RATES_BATCH][RATE_INPUT] = 2 * DOLLAR_PICO;
	p.rates[RATES_BATCH][RATE_OUTPUT] = 10 * DOLLAR_PICO;
	cost = computed(&p, t, 0, TIER_BATCH, SPEED_UNSAID);
	assert_usd(&cost, "13");
	assert_null(cost.lines[0].note);
	assert_string_equal(cost.lines[1].note, "base rate: no batch rate of its own");
	cost = computed(&p, t, 0, TIER_FLEX, SPEED_UNSAID);
	assert_usd(&cost, "25");
	assert_string_equal(cost.lines[2].note, "base rate: no flex rate of its own");
	assert_int_equal(cost.rate_class, RATES_FLEX);
	p.rates[RATES_PRIORITY][RATE_INPUT] = 8 * DOLLAR_PICO;
	cost = computed(&p, t, 0, TIER_PRIORITY, SPEED_UNSAID);
	assert_usd(&cost, "29");
}

static void cost_compute__multiplies__fast_tokens_but_not_searches(void **state)
{
	struct price p = plain();
	struct tokens t = { .input = MILLION, .cache_write_5m = MILLION };
	struct cost cost;

	(void)state;
	p.provider = STR("anthropic");
	p.rates[RATES_BASE][RATE_WEB_SEARCH] = INT64_C(10000000000); /* a cent each */
	cost = computed(&p, t, 1, TIER_STANDARD, SPEED_FAST);
	assert_string_equal(cost.unpriced_why, "no known price for speed 'fast'");
	assert_int_equal(usd_nanos(cost.total), 0);
	p.fast_ppm = 6 * MILLION;
	cost = computed(&p, t, 1, TIER_STANDARD, SPEED_FAST);
	assert_usd(&cost, "54.01"); /* (4 + 5) x 6 + 0.01 */
	assert_int_equal(cost.lines[1].multiplier_ppm, 7500000);
	cost = computed(&p, t, 1, TIER_STANDARD, SPEED_STANDARD);
	assert_usd(&cost, "9.01");
}

static void cost_compute__has__no_total_without_a_rate(void **state)
{
	struct price p = plain();
	struct tokens t = { .input = 10 };
	struct cost cost;

	(void)state;
	cost = standard(NULL, t);
	assert_string_equal(cost.unpriced_why, "no price for this model");
	p.rates[RATES_BASE][RATE_OUTPUT] = RATE_UNKNOWN;
	cost = standard(&p, t);
	assert_usd(&cost, "0.00004");
	t.output = 1;
	cost = standard(&p, t);
	assert_string_equal(cost.unpriced_why, "no rate for output");
	assert_int_equal(usd_nanos(cost.total), 0);
	cost = computed(&p, (struct tokens){ 0 }, 1, TIER_STANDARD, SPEED_UNSAID);
	assert_string_equal(cost.unpriced_why, "no rate for web searches");
	cost = standard(&p, (struct tokens){ 0 });
	assert_usd(&cost, "0");
	assert_int_equal(cost.line_count, 0);
}

static void cost_compute__refuses__what_does_not_fit(void **state)
{
	struct price p = plain();
	struct tokens t = { .input = LIMIT_TOKENS };
	struct cost cost;

	(void)state;
	p.rates[RATES_BASE][RATE_INPUT] = INT64_C(1000000000000000);
	assert_int_equal(cost_compute(&p, &t, 0, TIER_STANDARD, SPEED_UNSAID, &cost), LL_EOVERFLOW);
	t.input = LIMIT_TOKENS + 1;
	assert_int_equal(cost_compute(&p, &t, 0, TIER_STANDARD, SPEED_UNSAID, &cost), LL_EOVERFLOW);
	t.input = -1;
	assert_int_equal(cost_compute(&p, &t, 0, TIER_STANDARD, SPEED_UNSAID, &cost), LL_EOVERFLOW);
}

/* As decimal dollars at twelve places, back to pico-dollars. */
static int64_t amount_pico(const struct cost_line *line)
{
	struct buf b = BUF_INIT(64);
	int64_t pico;
	bool is_exact;

	cost_line_amount(&b, line);
	assert_int_equal(buf_status(&b), LL_OK);
	assert_true(decimal_parse(buf_str(&b), 12, &pico, &is_exact) && is_exact);
	buf_release(&b);
	return pico;
}

static int64_t below(uint64_t *seed, uint64_t limit)
{
	return (int64_t)(test_random(seed) % limit);
}

static struct price random_price(uint64_t *seed)
{
	struct price p = plain();

	for (size_t c = 0; c < RATE_CLASSES; c++)
		for (size_t u = 0; u < RATE_UNITS; u++)
			if (test_random(seed) % 3)
				p.rates[c][u] = below(seed, 100000000);
	p.above_tokens = below(seed, 3) * 2000;
	p.fast_ppm = below(seed, 8000000);
	p.provider = test_random(seed) % 2 ? STR("anthropic") : STR("acme");
	return p;
}

static void cost_explained__adds_up__for_any_call(void **state)
{
	uint64_t seed = 3;
	size_t priced = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct price p = random_price(&seed);
		struct tokens t = { below(&seed, 3000), below(&seed, 3000), below(&seed, 30),
			below(&seed, 30), below(&seed, 3000) };
		struct cost cost = computed(&p, t, below(&seed, 2), (enum call_tier)below(&seed, 4),
			(enum call_speed)below(&seed, 3));
		__int128 sum = cost.rounding_pico;

		if (cost.unpriced_why)
			continue;
		priced++;
		for (size_t k = 0; k < cost.line_count; k++)
			sum += amount_pico(&cost.lines[k]);
		assert_true(sum == (__int128)usd_nanos(cost.total) * 1000);
		assert_in_range(cost.rounding_pico + 500, 0, 1000);
	}
	assert_true(priced > 10000);
}

static void cost_compute__rounds__once_and_half_to_even(void **state)
{
	struct price p = plain();
	struct cost cost;

	(void)state;
	p.rates[RATES_BASE][RATE_INPUT] = 250;
	p.rates[RATES_BASE][RATE_OUTPUT] = 250;
	cost = standard(&p, (struct tokens){ .input = 1, .output = 1 });
	assert_int_equal(usd_nanos(cost.total), 0); /* 500 pico: a tie */
	assert_int_equal(cost.rounding_pico, -500);
	cost = standard(&p, (struct tokens){ .input = 3, .output = 3 });
	assert_int_equal(usd_nanos(cost.total), 2); /* 1500 pico */
	assert_int_equal(cost.rounding_pico, 500);
}

SUITE(cost, cmocka_unit_test(cost_compute__gives__known_totals),
	cmocka_unit_test(cost_compute__charges__every_shipped_rate_exactly),
	cmocka_unit_test(cost_compute__derives__missing_cache_rates_of_shipped_rows_exactly),
	cmocka_unit_test(cost_compute__switches__the_whole_request_past_the_threshold),
	cmocka_unit_test(cost_compute__applies__a_tier_to_long_prompts),
	cmocka_unit_test(cost_compute__falls_back__with_a_note),
	cmocka_unit_test(cost_compute__charges__tiers_and_says_where_a_rate_is_missing),
	cmocka_unit_test(cost_compute__multiplies__fast_tokens_but_not_searches),
	cmocka_unit_test(cost_compute__has__no_total_without_a_rate),
	cmocka_unit_test(cost_compute__refuses__what_does_not_fit),
	cmocka_unit_test(cost_explained__adds_up__for_any_call),
	cmocka_unit_test(cost_compute__rounds__once_and_half_to_even));
