/* SPDX-License-Identifier: Apache-2.0 */
/* The demo's story: the same for the same options, in order, with what it promises in it. */
#include "base/clock.h"
#include "base/map.h"
#include "ingest/demo.h"
#include "model/price.h"
#include "tests/support/suite.h"

#define END_NS INT64_C(1793491200000000000) /* 2026-11-01 */

struct story {
	int64_t calls, errors;
	int64_t first_ns, last_ns;
	struct tokens tokens;
	struct usd cost;
	int64_t unpriced;
	struct map providers, models, projects, users;
	int64_t by_day[DEMO_DAYS];
};

static enum ll_err add_row(void *ctx, const struct price *row, struct err *err)
{
	return price_book_add(ctx, row, err);
}

static struct price_book *book_of(const struct demo_options *options)
{
	struct price_book *book = price_book_new();
	struct price own;
	struct err err;

	demo_price(options, &own);
	assert_ok(price_book_add(book, &own, &err), &err);
	assert_ok(price_csv_read(price_csv_shipped(PRICE_CORE), PRICE_CORE, add_row, book, &err),
		&err);
	assert_ok(price_csv_read(
			  price_csv_shipped(PRICE_EXTENDED), PRICE_EXTENDED, add_row, book, &err),
		&err);
	return book;
}

static void count_name(struct map *names, struct str name)
{
	bool is_new;

	assert_non_null(map_at(names, name, &is_new));
}

static void count_call(struct story *s, struct price_book *book, const struct call *c)
{
	const struct price *price = price_book_find(book, c->provider, c->model, c->start_ns);
	struct cost cost;
	const char *why;

	assert_int_equal(call_check(c, &why), LL_OK);
	assert_true(c->start_ns >= s->last_ns);
	s->first_ns = s->first_ns ? s->first_ns : c->start_ns;
	s->last_ns = c->start_ns;
	s->calls++;
	s->errors += c->status == CALL_ERROR;
	s->by_day[(c->start_ns - (END_NS - DEMO_DAYS * NS_PER_DAY)) / NS_PER_DAY]++;
	s->tokens.input += c->tokens.input;
	s->tokens.cache_read += c->tokens.cache_read;
	s->tokens.output += c->tokens.output;
	count_name(&s->providers, c->provider);
	count_name(&s->models, c->model);
	count_name(&s->projects, c->project);
	count_name(&s->users, c->user);
	if (!price) {
		s->unpriced++;
		return;
	}
	assert_int_equal(
		cost_compute(price, &c->tokens, c->web_searches, c->tier, c->speed, &cost), LL_OK);
	assert_null(cost.unpriced_why);
	assert_int_equal(usd_add(&s->cost, cost.total), LL_OK);
}

static void tell(const struct demo_options *options, struct story *s)
{
	struct price_book *book = book_of(options);
	struct demo *demo = demo_new(options);
	struct call call;
	size_t source;

	*s = (struct story){ .calls = 0 };
	map_init(&s->providers);
	map_init(&s->models);
	map_init(&s->projects);
	map_init(&s->users);
	assert_non_null(demo);
	while (demo_next(demo, &call, &source)) {
		assert_in_range(source, 0, demo_source_count - 1);
		count_call(s, book, &call);
	}
	demo_free(demo);
	price_book_free(book);
}

static void forget(struct story *s)
{
	map_release(&s->providers);
	map_release(&s->models);
	map_release(&s->projects);
	map_release(&s->users);
}

static void demo__tells__the_promised_story(void **state)
{
	struct demo_options options = { .seed = 1, .end_ns = END_NS, .count = DEMO_CALLS };
	static struct story s;

	(void)state;
	tell(&options, &s);
	assert_int_equal(s.calls, DEMO_CALLS);
	assert_true(s.first_ns >= END_NS - DEMO_DAYS * NS_PER_DAY && s.last_ns < END_NS);
	assert_int_equal(s.providers.count, 4);
	assert_int_equal(s.models.count, 12);
	assert_int_equal(s.projects.count, 6);
	assert_int_equal(s.users.count, 40);
	assert_true(s.errors > 3000 && s.errors < 12000);
	assert_true(s.unpriced > 1000);
	assert_true(s.tokens.cache_read > s.tokens.input);
	assert_true(
		s.by_day[DEMO_SPIKE_INDEXER_DAY] > s.by_day[DEMO_SPIKE_INDEXER_DAY - 7] * 13 / 10);
	assert_true(s.by_day[DEMO_SPIKE_BATCH_DAY] > s.by_day[DEMO_SPIKE_BATCH_DAY - 7] * 13 / 10);
	forget(&s);
}

/* Seed 1, end 2026-11-01: screens, documents and later tests refer to these figures. */
static void demo__costs__the_same_for_ever(void **state)
{
	struct demo_options options = { .seed = 1, .end_ns = END_NS, .count = DEMO_CALLS };
	static struct story s;

	(void)state;
	tell(&options, &s);
	assert_int_equal(usd_nanos(s.cost), 3840204281802);
	assert_int_equal(s.unpriced, 4322);
	assert_int_equal(s.tokens.output, 129550626);
	forget(&s);
}

static void demo__meets__any_count_exactly(void **state)
{
	static const int64_t counts[] = { 1, 2, 89, 2160, 2161, 50001 };
	static struct story s;

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct demo_options options = {
			.seed = 7 + i, .end_ns = END_NS, .count = counts[i]
		};

		tell(&options, &s);
		assert_int_equal(s.calls, counts[i]);
		forget(&s);
	}
}

static void demo__differs__by_seed(void **state)
{
	struct demo_options one = { .seed = 1, .end_ns = END_NS, .count = 5000 }, two = one;
	static struct story a, b;

	(void)state;
	two.seed = 2;
	tell(&one, &a);
	tell(&two, &b);
	assert_int_not_equal(usd_nanos(a.cost), usd_nanos(b.cost));
	forget(&a);
	forget(&b);
}

SUITE(demo, cmocka_unit_test(demo__tells__the_promised_story),
	cmocka_unit_test(demo__costs__the_same_for_ever),
	cmocka_unit_test(demo__meets__any_count_exactly), cmocka_unit_test(demo__differs__by_seed));
