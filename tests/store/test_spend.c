/* SPDX-License-Identifier: Apache-2.0 */
#include "store/spend.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/mem.h"
#include "store/aggregate.h"
#include "store/spend_plan.h"
#include "tests/store/sample.h"

/* The answer by counting. */
struct recount {
	struct spend_row *rows;
	size_t count, cap;
	struct usage_sum total;
	int64_t first_ns, last_ns; /* calls */
};

static struct usage_sum sum_of(const struct sample *s, const struct priced_call *p)
{
	const struct call *c = &p->call;
	bool is_flat = sample_source(s, p)->plan == PLAN_SUBSCRIPTION;

	return (struct usage_sum){
		.calls = 1,
		.unpriced = !p->has_cost,
		.errors = c->status != CALL_OK,
		.tokens = c->tokens,
		.reasoning_tokens = c->reasoning_tokens,
		.cost = p->cost,
		.subscription = is_flat ? p->cost : USD_ZERO,
		.recorded = c->recorded,
		.recorded_calls = c->has_recorded,
		.latency_ms = c->latency_ms >= 0 ? c->latency_ms : 0,
		.timed = c->latency_ms >= 0,
	};
}

static struct str name_of(const struct sample *s, const struct priced_call *p,
	const struct spend_dim *dim)
{
	const struct call *c = &p->call;

	switch (dim->kind) {
	case DIM_PROJECT: return c->project;
	case DIM_MODEL: return c->model;
	case DIM_USER: return c->user;
	case DIM_KEY: return c->api_key;
	case DIM_AGENT: return c->agent;
	case DIM_TAG: return sample_tag(c, dim->tag);
	case DIM_SESSION: return c->session;
	case DIM_SOURCE: return sample_source(s, p)->name;
	case DIM_PROVIDER: return c->provider;
	case DIM_MACHINE: return sample_source(s, p)->machine;
	case DIM_NONE:
	case DIM_TAG_SET:
	case DIM_KINDS: break;
	}
	fail_msg("dimension %d", (int)dim->kind);
	return (struct str){ 0 };
}

static struct usage_sum *row_of(struct recount *r, int64_t bucket_ns, const struct str *names)
{
	for (size_t i = 0; i < r->count; i++) {
		struct spend_row *row = &r->rows[i];
		bool is_same = row->bucket_ns == bucket_ns;

		for (size_t k = 0; k < SPEND_MAX_DIMS && is_same; k++)
			is_same = str_eq(row->names[k], names[k]);
		if (is_same)
			return &row->sum;
	}
	if (r->count == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 64;
		r->rows = ll_try_realloc(r->rows, r->cap * sizeof(*r->rows));
		assert_non_null(r->rows);
	}
	r->rows[r->count] = (struct spend_row){ .bucket_ns = bucket_ns };
	memcpy(r->rows[r->count].names, names, sizeof(r->rows[0].names));
	return &r->rows[r->count++].sum;
}

static bool is_in_scope(struct sample *s, const struct scope *scope,
	const struct priced_call *p)
{
	for (size_t i = 0; i < scope->project_count && p->call.project.len; i++)
		if (scope->projects[i] == sample_project_id(s, p->call.project))
			return true;
	return !scope->projects;
}

static void recount(struct recount *r, struct sample *s, const struct scope *scope,
	const struct spend_query *q)
{
	*r = (struct recount){ .first_ns = INT64_MAX };
	for (size_t i = 0; i < s->count; i++) {
		const struct priced_call *p = &s->calls[i];
		struct str names[SPEND_MAX_DIMS] = { 0 };
		struct usage_sum sum = sum_of(s, p);
		int64_t start_ns = p->call.start_ns;

		if (!q->range.is_open &&
			(start_ns < q->range.since_ns || start_ns >= q->range.until_ns))
			continue;
		if (!sample_passes(s, p, q->filter) || !is_in_scope(s, scope, p))
			continue;
		for (size_t k = 0; k < q->dim_count; k++)
			names[k] = name_of(s, p, &q->dims[k]);
		r->first_ns = start_ns < r->first_ns ? start_ns : r->first_ns;
		r->last_ns = start_ns > r->last_ns ? start_ns : r->last_ns;
		assert_int_equal(usage_sum_add(row_of(r,
			bucket_start_ns(q->bucket, q->zone, start_ns), names), &sum), LL_OK);
		assert_int_equal(usage_sum_add(&r->total, &sum), LL_OK);
	}
}

static int by_bucket_cost_names(const void *left, const void *right)
{
	const struct spend_row *a = left, *b = right;

	if (a->bucket_ns != b->bucket_ns)
		return a->bucket_ns < b->bucket_ns ? -1 : 1;
	if (usd_cmp(a->sum.cost, b->sum.cost))
		return -usd_cmp(a->sum.cost, b->sum.cost);
	for (size_t i = 0; i < SPEND_MAX_DIMS; i++)
		if (str_cmp(a->names[i], b->names[i]))
			return str_cmp(a->names[i], b->names[i]);
	return 0;
}

static void assert_same_sum(const struct usage_sum *a, const struct usage_sum *b)
{
	assert_memory_equal(a, b, sizeof(*a));
}

static void assert_same(const struct spend *got, struct recount *wanted,
	const struct spend_query *q)
{
	if (wanted->count)
		qsort(wanted->rows, wanted->count, sizeof(*wanted->rows), by_bucket_cost_names);
	assert_int_equal(got->count, wanted->count);
	PRE(wanted->rows || got->count == 0);
	for (size_t i = 0; i < got->count; i++) {
		const struct spend_row *a = &got->rows[i], *b = &wanted->rows[i];

		assert_int_equal(a->bucket_ns, b->bucket_ns);
		for (size_t k = 0; k < q->dim_count; k++) {
			assert_true(str_eq(a->names[k], b->names[k]));
			assert_int_equal(a->names[k].at == NULL, b->names[k].len == 0);
		}
		assert_same_sum(&a->sum, &b->sum);
	}
	assert_same_sum(&got->total, &wanted->total);
	if (got->count == 0)
		return;
	if (q->bucket != BUCKET_NONE) {
		assert_int_equal(got->first_ns, wanted->rows[0].bucket_ns);
		assert_int_equal(got->last_ns, wanted->rows[wanted->count - 1].bucket_ns);
	} else { /* the day or quarter that holds the call */
		assert_in_range(wanted->first_ns - got->first_ns, 0, 25 * NS_PER_HOUR);
		assert_in_range(wanted->last_ns - got->last_ns, 0, 25 * NS_PER_HOUR);
	}
}

static void random_dims(struct sample *s, struct spend_query *q)
{
	static const struct spend_dim dims[] = {
		{ .kind = DIM_PROJECT }, { .kind = DIM_MODEL }, { .kind = DIM_PROVIDER },
		{ .kind = DIM_SOURCE }, { .kind = DIM_MACHINE }, { .kind = DIM_MODEL },
		{ .kind = DIM_USER }, { .kind = DIM_KEY }, { .kind = DIM_AGENT },
		{ .kind = DIM_SESSION }, { .kind = DIM_TAG, .tag = STR_INIT("env") },
		{ .kind = DIM_TAG, .tag = STR_INIT("team") },
		{ .kind = DIM_TAG, .tag = STR_INIT("no-such-tag") },
	};

	q->dim_count = sample_below(s, 4);
	for (size_t i = 0; i < q->dim_count; i++)
		q->dims[i] = dims[sample_below(s, sizeof(dims) / sizeof(dims[0]))];
}

/* Ends at days, at quarters, anywhere; or no ends. */
static void random_range(struct sample *s, struct spend_query *q)
{
	int64_t start = INT64_C(1789516800) * NS_PER_S; /* 2026-09-16 */
	int64_t a = start + (int64_t)sample_below(s, (uint64_t)(90 * NS_PER_DAY));
	int64_t b = start + (int64_t)sample_below(s, (uint64_t)(90 * NS_PER_DAY));

	switch (sample_below(s, 5)) {
	case 0:
		q->range.is_open = true;
		return;
	case 1:
		a -= a % (15 * NS_PER_MIN);
		b -= b % (15 * NS_PER_MIN);
		break;
	case 2:
		break;
	case 3: /* within one day */
		b = a + 1 + (int64_t)sample_below(s, (uint64_t)NS_PER_DAY);
		break;
	default:
		a = zone_day_start_ns(q->zone, zone_day(q->zone, a));
		b = zone_day_start_ns(q->zone, zone_day(q->zone, b));
	}
	q->range.since_ns = a < b ? a : b;
	q->range.until_ns = (a < b ? b : a) + (a == b);
}

static void check_random(struct sample *s, const struct zone *zone, const struct scope *scope,
	unsigned from[3])
{
	struct spend_query q = {
		.zone = zone,
		.bucket = (enum bucket)sample_below(s, BUCKET_MONTH + 1),
	};
	struct recount wanted;
	struct spend got;
	struct arena a;
	struct err err = { 0 };

	arena_init(&a, 0);
	random_dims(s, &q);
	random_range(s, &q);
	q.filter = sample_filter(s, &a);
	assert_ok(spend_query(s->reader, scope, &q, &a, &got, &err), &err);
	recount(&wanted, s, scope, &q);
	assert_same(&got, &wanted, &q);
	from[got.from]++;
	ll_free(wanted.rows);
	arena_release(&a);
}

static void spend_query__equals__recount_of_calls_on_every_path(void **state)
{
	/* The last has two midnights within New York's long day of 2026-11-01. */
	static const char *const names[] = {
		SAMPLE_ZONE, "UTC", "Asia/Kathmandu", "Europe/London", "-04:30",
	};
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	unsigned from[3] = { 0 };
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 1200, 7);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *zone;

		assert_ok(zone_open(str_of(names[i]), &zone, &err), &err);
		for (int k = 0; k < 400; k++)
			check_random(&s, zone, &scope, from);
		zone_free(zone);
	}
	assert_true(from[SPEND_FROM_DAYS] > 150);
	assert_true(from[SPEND_FROM_15M] > 100);
	assert_true(from[SPEND_FROM_CALLS] > 150);
	sample_close(&s);
}

static void spend_query__gives__only_projects_of_scope(void **state)
{
	int64_t projects[2];
	struct scope scope = { .workspace = 1, .projects = projects, .project_count = 2 };
	struct scope nothing = { .workspace = 1, .projects = projects, .project_count = 0 };
	struct scope elsewhere = { .workspace = 2 };
	struct sample s;
	struct zone *zone;
	unsigned from[3] = { 0 };
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 150, 8);
	assert_ok(zone_open(STR(SAMPLE_ZONE), &zone, &err), &err);
	projects[0] = sample_project_id(&s, STR("web"));
	projects[1] = sample_project_id(&s, STR("batch"));
	for (int k = 0; k < 60; k++)
		check_random(&s, zone, &scope, from);
	assert_true(from[SPEND_FROM_DAYS] > 0 && from[SPEND_FROM_CALLS] > 0);
	for (int k = 0; k < 10; k++)
		check_random(&s, zone, &nothing, from);
	s.count = 0; /* another workspace has no calls */
	for (int k = 0; k < 10; k++)
		check_random(&s, zone, &elsewhere, from);
	zone_free(zone);
	sample_close(&s);
}

static void spend_query__follows__appends_and_new_names(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	unsigned from[3] = { 0 };

	(void)state;
	sample_open(&s, 1, 9);
	for (int k = 0; k < 60; k++) {
		check_random(&s, zone_utc(), &scope, from);
		sample_append(&s, 1 + sample_below(&s, 3));
	}
	sample_close(&s);
}

/* Then the days of the month files are another zone's. */
static void spend_query__equals__recount_after_zone_change(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	struct zone *zone;
	unsigned from[3] = { 0 };
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 400, 11);
	assert_ok(zone_open(STR(SAMPLE_ZONE), &zone, &err), &err);
	for (int k = 0; k < 100; k++)
		check_random(&s, zone, &scope, from);
	assert_ok(store_set_zone(s.store, &scope, STR("Asia/Kathmandu"), STR("local:test"), &err),
		&err);
	for (int k = 0; k < 200; k++)
		check_random(&s, zone, &scope, from);
	zone_free(zone);
	sample_close(&s);
}

static enum ll_err query_all(struct store_reader *r, const struct spend_query *q, int64_t *calls)
{
	struct scope scope = SCOPE_DEFAULT;
	struct arena a;
	struct spend spend;
	enum ll_err code;

	arena_init(&a, 0);
	code = spend_query(r, &scope, q, &a, &spend, NULL);
	*calls = spend.total.calls;
	arena_release(&a);
	return code;
}

/* Fails every allocation and every step of SQLite in turn: each is reported, none is summed
 * over, and the reader works on. */
static void check_faults(struct store *store, const struct spend_query *q, int64_t wanted)
{
	struct store_reader *r;
	struct err err = { 0 };
	uint64_t visits = 1;
	int64_t calls;

	for (uint64_t nth = 1; nth <= visits; nth++) {
		enum ll_err code;

		assert_ok(store_reader_open(store, &r, &err), &err);
		fault_arm(FAULT_ALLOC | FAULT_SQL, nth, false);
		code = query_all(r, q, &calls);
		visits = fault_disarm();
		assert_true(code != LL_OK || nth > visits);
		assert_int_equal(query_all(r, q, &calls), LL_OK);
		assert_int_equal(calls, wanted);
		store_reader_close(r);
	}
}

static void spend_query__reports__every_fault(void **state)
{
	const struct spend_query queries[] = {
		{ .range.is_open = true, .dims = { { .kind = DIM_SESSION } }, .dim_count = 1 },
		{ .range.is_open = true, .dims = { { DIM_TAG, STR("env") }, { .kind = DIM_USER } },
			.dim_count = 2 },
	};
	struct store_options options = { .mode = STORE_READ_ONLY };
	struct sample s;
	struct store *store;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 25, 12);
	options.dir = s.dir;
	assert_ok(store_open(&store, &options, &err), &err);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
		check_faults(store, &queries[i], 25);
	store_close(store);
	sample_close(&s);
}

static void spend_query__reads__plan_of_source_when_asked(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct spend_query q = { .range.is_open = true, .zone = zone_utc() };
	struct sample s;
	struct arena a;
	struct spend spend;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 100, 10);
	arena_init(&a, 0);
	for (size_t i = 0; i < SAMPLE_SOURCES; i++)
		assert_ok(source_set_plan(s.store, &scope, s.sources[i].id, PLAN_METERED,
			STR("local:test"), &err), &err);
	assert_ok(spend_query(s.reader, &scope, &q, &a, &spend, &err), &err);
	assert_int_equal(usd_nanos(spend.total.subscription), 0);
	assert_true(usd_nanos(spend.total.cost) > 0);
	arena_release(&a);
	sample_close(&s);
}

static void spend_query__finds__nothing_in_empty_store(void **state)
{
	struct store_options options = { .dir = test_dir(), .mode = STORE_WRITE, .zone = "UTC" };
	struct scope scope = SCOPE_DEFAULT;
	struct spend_query q = { .range.is_open = true, .bucket = BUCKET_DAY };
	struct store *store;
	struct store_reader *reader;
	struct arena a;
	struct spend spend;
	struct err err = { 0 };

	(void)state;
	arena_init(&a, 0);
	assert_ok(store_open(&store, &options, &err), &err);
	assert_ok(store_reader_open(store, &reader, &err), &err);
	assert_ok(spend_query(reader, &scope, &q, &a, &spend, &err), &err);
	assert_int_equal(spend.count, 0);
	assert_int_equal(spend.total.calls, 0);
	assert_int_equal(spend.first_ns, 0);
	store_reader_close(reader);
	store_close(store);
	arena_release(&a);
}

static void spend_plan__cuts__month_into_coarsest_pieces(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct spend_piece pieces[SPEND_MAX_PIECES];
	int64_t day = civil_to_days(2026, 11, 10);
	struct spend_query q = {
		.range = {
			.since_ns = day * NS_PER_DAY + 20 * NS_PER_HOUR + 7 * NS_PER_MIN,
			.until_ns = (day + 5) * NS_PER_DAY + 31 * NS_PER_MIN,
		},
		.zone = zone_utc(),
		.bucket = BUCKET_DAY,
	};
	struct spend_plan plan = spend_plan_make(&scope, &q);

	(void)state;
	assert_int_equal(spend_plan_cut(&plan, &q, 202611, zone_utc(), pieces), 5);
	assert_int_equal(pieces[0].read, SPEND_FROM_CALLS);
	assert_int_equal(pieces[1].read, SPEND_FROM_15M);
	assert_int_equal(pieces[1].until - pieces[1].from, 15);
	assert_int_equal(pieces[2].read, SPEND_FROM_DAYS);
	assert_int_equal(pieces[2].from, day + 1);
	assert_int_equal(pieces[2].until, day + 5);
	assert_int_equal(pieces[3].until - pieces[3].from, 2);
	assert_int_equal(pieces[4].until - pieces[4].from, NS_PER_MIN);
	q.bucket = BUCKET_HOUR;
	assert_int_equal(spend_plan_cut(&plan, &q, 202611, zone_utc(), pieces), 3);
	q.bucket = BUCKET_DAY;
	assert_int_equal(spend_plan_cut(&plan, &q, 202610, zone_utc(), pieces), 0);
	assert_int_equal(spend_plan_cut(&plan, &q, 202612, zone_utc(), pieces), 0);
}

static void spend_plan__needs__projects_only_where_asked_for(void **state)
{
	const int64_t project = 7;
	struct scope all = SCOPE_DEFAULT, some = { 1, &project, 1 };
	struct spend_query by_model = { .dims = { { .kind = DIM_MODEL } }, .dim_count = 1 };
	struct spend_query by_project = { .dims = { { .kind = DIM_PROJECT } }, .dim_count = 1 };
	struct filter_term term = { .field = FILTER_PROJECT, .op = FILTER_EQ };
	struct filter filter = { &term, 1 };
	struct spend_query filtered = by_model;

	(void)state;
	assert_false(spend_plan_make(&all, &by_model).has_projects);
	assert_true(spend_plan_make(&all, &by_project).has_projects);
	assert_true(spend_plan_make(&some, &by_model).has_projects);
	filtered.filter = &filter;
	assert_true(spend_plan_make(&all, &filtered).has_projects);
}

static void spend_plan__reads__calls_where_buckets_split_quarters(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct spend_piece pieces[SPEND_MAX_PIECES];
	struct spend_query q = { .range.is_open = true, .bucket = BUCKET_DAY };
	struct spend_plan plan;
	struct zone *zone;
	struct err err = { 0 };

	(void)state;
	assert_ok(zone_open(STR("Africa/Monrovia"), &zone, &err), &err); /* -00:44:30 until 1972 */
	q.zone = zone;
	plan = spend_plan_make(&scope, &q);
	assert_int_equal(spend_plan_cut(&plan, &q, 197101, zone_utc(), pieces), 1);
	assert_int_equal(pieces[0].read, SPEND_FROM_CALLS);
	assert_int_equal(spend_plan_cut(&plan, &q, 202601, zone_utc(), pieces), 1);
	assert_int_equal(pieces[0].read, SPEND_FROM_DAYS);
	zone_free(zone);
}

static void aggregate_at__keeps__every_key_apart(void **state)
{
	struct aggregate a = { 0 };
	struct usage_sum one = { .calls = 1 };

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int64_t i = 0; i < 20000; i++) {
			struct group_key key = { .bucket_ns = i % 100, .ids = { i / 100, 0, -i } };

			assert_int_equal(usage_sum_add(aggregate_at(&a, &key), &one), LL_OK);
		}
	assert_int_equal(a.count, 20000);
	for (size_t i = 0; i < a.count; i++)
		assert_int_equal(a.groups[i].sum.calls, 2);
	aggregate_clear(&a);
	assert_int_equal(a.count, 0);
	assert_int_equal(aggregate_at(&a, &(struct group_key){ 0 })->calls, 0);
	aggregate_release(&a);
}

static void usage_sum_add__refuses__overflow(void **state)
{
	struct usage_sum sum = { .cost = usd_of_nanos(INT64_MAX) };
	struct usage_sum more = { .cost = usd_of_nanos(1) };

	(void)state;
	assert_int_equal(usage_sum_add(&sum, &more), LL_EOVERFLOW);
}

SUITE(spend,
	cmocka_unit_test(aggregate_at__keeps__every_key_apart),
	cmocka_unit_test(usage_sum_add__refuses__overflow),
	cmocka_unit_test(spend_plan__cuts__month_into_coarsest_pieces),
	cmocka_unit_test(spend_plan__needs__projects_only_where_asked_for),
	cmocka_unit_test(spend_plan__reads__calls_where_buckets_split_quarters),
	cmocka_unit_test(spend_query__finds__nothing_in_empty_store),
	cmocka_unit_test(spend_query__equals__recount_of_calls_on_every_path),
	cmocka_unit_test(spend_query__equals__recount_after_zone_change),
	cmocka_unit_test(spend_query__reports__every_fault),
	cmocka_unit_test(spend_query__gives__only_projects_of_scope),
	cmocka_unit_test(spend_query__follows__appends_and_new_names),
	cmocka_unit_test(spend_query__reads__plan_of_source_when_asked));
