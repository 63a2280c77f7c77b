/* SPDX-License-Identifier: Apache-2.0 */
#include "store/price_table.h"
#include "tests/store/sample.h"

static struct price flat_price(const char *model, int64_t pico)
{
	struct price p = {
		.list = PRICE_CUSTOM,
		.provider = STR("test"),
		.model = str_of(model),
		.match = str_of(model),
		.valid_from_day = PRICE_DATE_NONE,
		.fast_ppm = 1000000,
		.origin = STR("test"),
	};

	for (int class = 0; class < RATE_CLASSES; class++)
		for (int unit = 0; unit < RATE_UNITS; unit++)
			p.rates[class][unit] = pico;
	return p;
}

/* What the preview must say, by pricing every call of the sample. */
static void recount(const struct sample *s, struct price_book *book, struct reprice_diff *out)
{
	*out = (struct reprice_diff){ 0 };
	for (size_t i = 0; i < s->count; i++) {
		const struct priced_call *p = &s->calls[i];
		const struct call *c = &p->call;
		const struct price *price = price_book_find(book, c->provider, c->model,
			c->start_ns);
		struct cost cost;

		assert_int_equal(cost_compute(price, &c->tokens, c->web_searches, c->tier,
			c->speed, &cost), LL_OK);
		if (p->has_cost == !cost.unpriced_why &&
			(!p->has_cost || usd_cmp(p->cost, cost.total) == 0))
			continue;
		out->calls++;
		assert_int_equal(usd_add(&out->before, p->cost), LL_OK);
		if (!cost.unpriced_why)
			assert_int_equal(usd_add(&out->after, cost.total), LL_OK);
	}
}

static void reprice_preview__equals__recount_and_apply(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	const struct timerange always = { .is_open = true };
	struct price own = flat_price("gpt-5", 1000000);
	struct sample s;
	struct arena a;
	struct price_book *book;
	struct reprice_diff diff, wanted;
	int64_t id, applied, calls = 0;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 300, 51);
	arena_init(&a, 0);
	assert_ok(price_add(s.store, &own, STR("local:test"), &id, &err), &err);
	assert_ok(price_table_load(s.reader, &book, &err), &err);
	assert_ok(reprice_preview(s.reader, &scope, &always, book, &a, &diff, &err), &err);
	recount(&s, book, &wanted);
	assert_int_equal(diff.calls, wanted.calls);
	assert_int_equal(usd_cmp(diff.before, wanted.before), 0);
	assert_int_equal(usd_cmp(diff.after, wanted.after), 0);
	assert_true(diff.count >= 2); /* gpt-5 of two providers, at least */
	for (size_t i = 0; i < diff.count; i++)
		calls += diff.changes[i].calls;
	assert_int_equal(calls, diff.calls);
	assert_ok(reprice_apply(s.store, &scope, &always, STR("local:test"), &applied, &err), &err);
	assert_true(applied >= diff.calls);
	assert_ok(reprice_preview(s.reader, &scope, &always, book, &a, &diff, &err), &err);
	assert_int_equal(diff.calls, 0);
	price_book_free(book);
	arena_release(&a);
	sample_close(&s);
}

static void reprice_preview__keeps__to_scope(void **state)
{
	int64_t project;
	struct scope all = SCOPE_DEFAULT;
	struct scope web = { .workspace = 1, .projects = &project, .project_count = 1 };
	const struct timerange always = { .is_open = true };
	struct sample s;
	struct arena a;
	struct price_book *book;
	struct reprice_diff of_all, of_web;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 200, 52);
	arena_init(&a, 0);
	project = sample_project_id(&s, STR("web"));
	assert_ok(price_table_load(s.reader, &book, &err), &err);
	assert_ok(reprice_preview(s.reader, &all, &always, book, &a, &of_all, &err), &err);
	assert_ok(reprice_preview(s.reader, &web, &always, book, &a, &of_web, &err), &err);
	assert_true(of_web.calls > 0 && of_web.calls < of_all.calls);
	price_book_free(book);
	arena_release(&a);
	sample_close(&s);
}

static void price_table_load__holds__own_rows_until_retired(void **state)
{
	struct price own = flat_price("my-model", 5), got;
	struct sample s;
	struct arena a;
	struct price_book *book;
	const struct price *found;
	int64_t id;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 1, 53);
	arena_init(&a, 0);
	assert_ok(price_add(s.store, &own, STR("local:test"), &id, &err), &err);
	assert_ok(price_table_load(s.reader, &book, &err), &err);
	found = price_book_find(book, STR("test"), STR("my-model"), NS_PER_DAY);
	assert_non_null(found);
	assert_int_equal(found->id, id);
	price_book_free(book);
	assert_ok(price_retire(s.store, id, STR("local:test"), &err), &err);
	assert_ok(price_table_load(s.reader, &book, &err), &err);
	assert_null(price_book_find(book, STR("test"), STR("my-model"), NS_PER_DAY));
	price_book_free(book);
	assert_ok(price_get(s.reader, id, &a, &got, &err), &err);
	assert_str(got.model, "my-model");
	assert_memory_equal(got.rates, own.rates, sizeof(own.rates));
	assert_int_equal(price_get(s.reader, 9999, &a, &got, NULL), LL_ENOENT);
	arena_release(&a);
	sample_close(&s);
}

static void price_table_load__knows__ids_of_shipped_rows(void **state)
{
	struct sample s;
	struct price_book *book;
	const struct price *row, *again;
	int64_t id;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 1, 54);
	assert_ok(price_table_load(s.reader, &book, &err), &err);
	row = price_book_find(book, STR("anthropic"), STR("claude-sonnet-4-5"),
		s.calls[0].call.start_ns);
	assert_non_null(row);
	assert_int_equal(row->id, 0);
	assert_ok(price_intern(s.store, row, &id, &err), &err);
	price_book_free(book);
	assert_ok(price_table_load(s.reader, &book, &err), &err);
	again = price_book_find(book, STR("anthropic"), STR("claude-sonnet-4-5"),
		s.calls[0].call.start_ns);
	assert_int_equal(again->id, id);
	assert_ptr_equal(price_book_by_id(book, id), again);
	price_book_free(book);
	sample_close(&s);
}

SUITE(reprice,
	cmocka_unit_test(price_table_load__holds__own_rows_until_retired),
	cmocka_unit_test(price_table_load__knows__ids_of_shipped_rows),
	cmocka_unit_test(reprice_preview__equals__recount_and_apply),
	cmocka_unit_test(reprice_preview__keeps__to_scope));
