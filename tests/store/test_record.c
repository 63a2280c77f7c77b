/* SPDX-License-Identifier: Apache-2.0 */
#include "store/record.h"

#include <stdlib.h>

#include "base/mem.h"
#include "tests/store/sample.h"

/* The calls that a query means, by start; of the same start in any order. */
static size_t wanted_starts(struct sample *s, const struct record_query *q, int64_t *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++) {
		int64_t t = s->calls[i].call.start_ns;

		if (!q->range.is_open && (t < q->range.since_ns || t >= q->range.until_ns))
			continue;
		if (sample_passes(s, &s->calls[i], q->filter))
			out[n++] = t;
	}
	return n;
}

static int compare_i64(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* <0: a comes first when pages run from old to new. */
static int compare_places(const struct record *a, const struct record *b)
{
	if (a->call.start_ns != b->call.start_ns)
		return a->call.start_ns < b->call.start_ns ? -1 : 1;
	return (a->id.row > b->id.row) - (a->id.row < b->id.row);
}

static const struct priced_call *call_of(const struct sample *s, const struct record *r)
{
	for (size_t i = 0; i < s->count; i++)
		if (fingerprint_eq(s->calls[i].call.key.exact, r->call.key.exact))
			return &s->calls[i];
	fail_msg("a record of no call");
	return NULL;
}

static void assert_tags(const struct call *got, const struct call *wanted)
{
	assert_int_equal(got->tag_count, wanted->tag_count);
	for (size_t i = 0; i < wanted->tag_count; i++)
		assert_true(str_eq(sample_tag(got, wanted->tags[i].name), wanted->tags[i].value));
}

static void assert_names(const struct call *got, const struct call *wanted)
{
	assert_true(str_eq(got->provider, wanted->provider));
	assert_true(str_eq(got->model, wanted->model));
	assert_true(str_eq(got->project, wanted->project));
	assert_true(str_eq(got->user, wanted->user));
	assert_true(str_eq(got->api_key, wanted->api_key));
	assert_true(str_eq(got->session, wanted->session));
	assert_true(str_eq(got->agent, wanted->agent));
	assert_tags(got, wanted);
}

static void assert_record(const struct sample *s, const struct record *r)
{
	const struct priced_call *p = call_of(s, r);
	const struct source *source = sample_source(s, p);
	const struct call *got = &r->call, *wanted = &p->call;

	assert_names(got, wanted);
	assert_memory_equal(&got->tokens, &wanted->tokens, sizeof(got->tokens));
	assert_int_equal(got->start_ns, wanted->start_ns);
	assert_int_equal(got->reasoning_tokens, wanted->reasoning_tokens);
	assert_int_equal(got->web_searches, wanted->web_searches);
	assert_int_equal(got->latency_ms, wanted->latency_ms);
	assert_int_equal(got->ttft_ms, wanted->ttft_ms);
	assert_int_equal(got->status, wanted->status);
	assert_int_equal(got->tier, wanted->tier);
	assert_int_equal(got->speed, wanted->speed);
	assert_int_equal(got->has_recorded, wanted->has_recorded);
	assert_int_equal(usd_cmp(got->recorded, wanted->recorded), 0);
	assert_int_equal(r->has_cost, p->has_cost);
	assert_int_equal(usd_cmp(r->cost, p->cost), 0);
	assert_int_equal(r->source, p->source);
	assert_true(str_eq(r->source_name, source->name));
	assert_true(str_eq(r->machine, source->machine));
	assert_true(str_eq(r->source_place, source->place));
	assert_int_equal(r->is_subscription, source->plan == PLAN_SUBSCRIPTION);
}

/* Turns all pages; every call of the query comes once, in order. */
static void check_pages(struct sample *s, struct record_query *q)
{
	struct scope scope = SCOPE_DEFAULT;
	int64_t *starts = ll_try_alloc((s->count + 1) * sizeof(*starts));
	size_t wanted, seen = 0;
	struct record_page page;
	struct record last = { 0 };
	struct arena a;
	struct err err = { 0 };

	assert_non_null(starts);
	wanted = wanted_starts(s, q, starts);
	qsort(starts, wanted, sizeof(*starts), compare_i64);
	arena_init(&a, 0);
	q->cursor = (struct str){ 0 };
	do {
		assert_ok(record_page(s->reader, &scope, q, &a, &page, &err), &err);
		assert_true(page.count <= q->limit);
		assert_true(page.count == q->limit || !page.next.at);
		for (size_t i = 0; i < page.count; i++, seen++) {
			const struct record *r = &page.rows[i];
			size_t at = q->oldest_first ? seen : wanted - 1 - seen;

			assert_true(seen < wanted);
			assert_int_equal(r->call.start_ns, starts[at]);
			if (seen)
				assert_true((compare_places(&last, r) < 0) == q->oldest_first);
			assert_record(s, r);
			last = *r;
		}
		q->cursor = page.next;
	} while (page.next.at);
	assert_int_equal(seen, wanted);
	arena_release(&a);
	ll_free(starts);
}

static void record_page__gives__every_call_once_in_order(void **state)
{
	struct sample s;
	struct arena a;

	(void)state;
	sample_open(&s, 700, 21);
	arena_init(&a, 0);
	for (int k = 0; k < 40; k++) {
		struct record_query q = {
			.range.is_open = true,
			.limit = 1 + sample_below(&s, 90),
			.oldest_first = k % 2,
			.filter = k < 4 ? NULL : sample_filter(&s, &a),
		};

		check_pages(&s, &q);
	}
	arena_release(&a);
	sample_close(&s);
}

static void record_page__keeps__to_range(void **state)
{
	struct sample s;

	(void)state;
	sample_open(&s, 300, 22);
	for (int k = 0; k < 30; k++) {
		int64_t x = s.calls[sample_below(&s, s.count)].call.start_ns;
		int64_t y = s.calls[sample_below(&s, s.count)].call.start_ns;
		struct record_query q = {
			.range = { .since_ns = x < y ? x : y, .until_ns = x < y ? y : x },
			.limit = 1 + sample_below(&s, 50),
			.oldest_first = k % 2,
		};

		check_pages(&s, &q);
	}
	sample_close(&s);
}

/* What was there at the first page comes once, whatever is appended meanwhile. */
static void record_page__is__stable_under_appends(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct record_query q = { .range.is_open = true, .limit = 7 };
	struct sample s;
	struct record_page page;
	struct arena a;
	struct err err = { 0 };
	size_t first, seen = 0;

	(void)state;
	sample_open(&s, 200, 23);
	first = s.count;
	arena_init(&a, 0);
	do {
		assert_ok(record_page(s.reader, &scope, &q, &a, &page, &err), &err);
		for (size_t i = 0; i < page.count; i++)
			seen += (size_t)(call_of(&s, &page.rows[i]) - s.calls) < first;
		q.cursor = page.next;
		sample_append(&s, 3);
	} while (page.next.at);
	assert_int_equal(seen, first);
	arena_release(&a);
	sample_close(&s);
}

static void record_page__refuses__foreign_cursor(void **state)
{
	static const char *const cursors[] = {
		"x", "1.2", "1.197001.", "1.197001.0", "1.197002.5", "-1.196912.5",
		"1.197001.5.6", "99999999999999999999.197001.5", ".197001.5",
	};
	struct scope scope = SCOPE_DEFAULT;
	struct record_query q = { .range.is_open = true, .limit = 7 };
	struct sample s;
	struct record_page page;
	struct arena a;

	(void)state;
	sample_open(&s, 5, 24);
	arena_init(&a, 0);
	for (size_t i = 0; i < sizeof(cursors) / sizeof(cursors[0]); i++) {
		q.cursor = str_of(cursors[i]);
		assert_int_equal(record_page(s.reader, &scope, &q, &a, &page, NULL), LL_EUSAGE);
	}
	arena_release(&a);
	sample_close(&s);
}

static void record_get__finds__record_by_printed_id(void **state)
{
	struct scope scope = SCOPE_DEFAULT, elsewhere = { .workspace = 2 };
	struct record_query q = { .range.is_open = true, .limit = 300 };
	struct sample s;
	struct record_page page;
	struct arena a;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 100, 25);
	arena_init(&a, 0);
	assert_ok(record_page(s.reader, &scope, &q, &a, &page, &err), &err);
	for (size_t i = 0; i < page.count; i++) {
		struct buf text = BUF_INIT(64);
		struct record_id id;
		struct record r;

		record_id_add(&text, page.rows[i].id);
		assert_true(record_id_parse(buf_str(&text), &id));
		assert_ok(record_get(s.reader, &scope, id, &a, &r, &err), &err);
		assert_record(&s, &r);
		assert_true(fingerprint_eq(r.call.key.exact, page.rows[i].call.key.exact));
		assert_int_equal(record_get(s.reader, &elsewhere, id, &a, &r, NULL), LL_ENOENT);
		buf_release(&text);
	}
	arena_release(&a);
	sample_close(&s);
}

static void record_get__says__what_is_not_there(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	struct record r;
	struct arena a;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 5, 26);
	arena_init(&a, 0);
	assert_int_equal(record_get(s.reader, &scope, (struct record_id){ 202611, 9999 }, &a, &r,
		&err), LL_ENOENT);
	assert_string_equal(err.msg, "there is no call '2026-11.9999'");
	assert_int_equal(record_get(s.reader, &scope, (struct record_id){ 199901, 1 }, &a, &r,
		&err), LL_ENOENT);
	arena_release(&a);
	sample_close(&s);
}

static void record_id_parse__refuses__what_is_no_id(void **state)
{
	static const char *const texts[] = {
		"", "2026-11", "2026-11.", "2026-11.0", "2026-11.-1", "2026-13.1", "2026-00.1",
		"26-11.1", "2026-1.1", "2026-11.1.1", "2026.11.1", "2026-11.99999999999999999999",
	};
	struct record_id id;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_false(record_id_parse(str_of(texts[i]), &id));
	assert_true(record_id_parse(STR("2026-11.42"), &id));
	assert_int_equal(id.month, 202611);
	assert_int_equal(id.row, 42);
}

struct walk {
	struct sample *s;
	bool full;
	int64_t last_ns;
	size_t count, stop_at;
};

static enum ll_err visit(void *ctx, const struct record *r, struct err *err)
{
	struct walk *w = ctx;

	assert_true(r->call.start_ns >= w->last_ns);
	w->last_ns = r->call.start_ns;
	w->count++;
	if (w->full)
		assert_record(w->s, r);
	if (w->count == w->stop_at)
		return ll_fail(err, LL_EUSAGE, "enough");
	return LL_OK;
}

static void record_each__visits__calls_in_order_of_time(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	struct arena a;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 300, 27);
	arena_init(&a, 0);
	for (int k = 0; k < 20; k++) {
		struct walk w = { .s = &s, .full = k % 2 };
		struct record_query q = { .range.is_open = true, .filter = sample_filter(&s, &a) };
		int64_t starts[300];

		assert_ok(record_each(s.reader, &scope, &q, w.full, visit, &w, &err), &err);
		assert_int_equal(w.count, wanted_starts(&s, &q, starts));
	}
	arena_release(&a);
	sample_close(&s);
}

static void record_each__stops__when_visitor_fails(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct record_query q = { .range.is_open = true };
	struct sample s;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 50, 28);
	struct walk w = { .s = &s, .stop_at = 3 };
	assert_int_equal(record_each(s.reader, &scope, &q, false, visit, &w, &err), LL_EUSAGE);
	assert_string_equal(err.msg, "enough");
	assert_int_equal(w.count, 3);
	sample_close(&s);
}

static void record_page__gives__only_projects_of_scope(void **state)
{
	int64_t project;
	struct scope all = SCOPE_DEFAULT;
	struct scope scope = { .workspace = 1, .projects = &project, .project_count = 1 };
	struct record_query q = { .range.is_open = true, .limit = 1000 };
	struct sample s;
	struct record_page page;
	struct record r;
	struct arena a;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 200, 29);
	arena_init(&a, 0);
	project = sample_project_id(&s, STR("web"));
	assert_ok(record_page(s.reader, &scope, &q, &a, &page, &err), &err);
	assert_true(page.count > 10 && page.count < 190);
	for (size_t i = 0; i < page.count; i++)
		assert_str(page.rows[i].call.project, "web");
	assert_ok(record_page(s.reader, &all, &q, &a, &page, &err), &err);
	for (size_t i = 0; i < page.count; i++)
		assert_int_equal(record_get(s.reader, &scope, page.rows[i].id, &a, &r, NULL),
			str_is(page.rows[i].call.project, "web") ? LL_OK : LL_ENOENT);
	arena_release(&a);
	sample_close(&s);
}

SUITE(record,
	cmocka_unit_test(record_id_parse__refuses__what_is_no_id),
	cmocka_unit_test(record_page__gives__every_call_once_in_order),
	cmocka_unit_test(record_page__keeps__to_range),
	cmocka_unit_test(record_page__is__stable_under_appends),
	cmocka_unit_test(record_page__refuses__foreign_cursor),
	cmocka_unit_test(record_page__gives__only_projects_of_scope),
	cmocka_unit_test(record_get__finds__record_by_printed_id),
	cmocka_unit_test(record_get__says__what_is_not_there),
	cmocka_unit_test(record_each__visits__calls_in_order_of_time),
	cmocka_unit_test(record_each__stops__when_visitor_fails));
