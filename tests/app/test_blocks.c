/* SPDX-License-Identifier: Apache-2.0 */
/* Five-hour windows as a table, CSV and JSON. */
#include "app/block_report.h"
#include "base/limits.h"
#include "store/append.h"
#include "store/source.h"
#include "tests/support/suite.h"

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define NOON (civil_to_days(2026, 11, 1) * NS_PER_DAY + 12 * NS_PER_HOUR)

struct fixture {
	struct arena arena;
	struct buf out;
	struct block_track tracks[2];
	struct block_report report;
};

static void push(struct block_track *track, int64_t t_ns, int64_t input, int64_t nanos)
{
	struct tokens tokens = { .input = input };

	assert_ok(block_push(&track->blocks, t_ns, &tokens, usd_of_nanos(nanos), nanos >= 0), NULL);
}

/* Claude: a window at dawn, a pause, one from 12:00. Codex: one at 11:00. It is 13:00. */
static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .out = BUF_INIT(1 << 20),
		.tracks = { { .source = STR("claude-code") }, { .source = STR("codex") } } };
	arena_init(&f.arena, 0);
	push(&f.tracks[0], NOON - 8 * NS_PER_HOUR, 100, 1000000000);
	push(&f.tracks[0], NOON + 10 * NS_PER_MIN, 6000, 500000000);
	push(&f.tracks[0], NOON + 50 * NS_PER_MIN, 2000, 500000000);
	push(&f.tracks[1], NOON - 50 * NS_PER_MIN, 40, -1);
	f.report = (struct block_report){ .zone = zone_utc(), .now_ns = NOON + NS_PER_HOUR,
		.query.range = { LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS, true },
		.tracks = f.tracks, .track_count = 2 };
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	block_report_release(&f->report);
	arena_release(&f->arena);
	buf_release(&f->out);
	return 0;
}

static void choose(struct fixture *f)
{
	struct err err = { 0 };

	assert_ok(block_report_choose(&f->report, &f->arena, &err), &err);
}

static const char windows[] =
"source       window                                    requests  tokens       cost\n"
"claude-code  2026-11-01 04:00 - 09:00                         1     100      $1.00\n"
"claude-code  2026-11-01 09:00          pause 3 h 10 m\n"
"codex        2026-11-01 11:00 - 16:00  3 h 00 m left          1      40          ?\n"
"claude-code  2026-11-01 12:00 - 17:00  4 h 00 m left          2    8.0k      $1.00\n"
"----------------------------------------------------------------------------------\n"
"total                                                         4    8.1k  $2.00 + ?\n"
"claude-code now: 200 tokens/min, $1.50/h; at this pace 56.0k tokens and $7.00 by 17:00.\n"
"? 1 request has no price and is not in the sums; `llmlab records --filter priced=no` "
"shows it.\n";

static void block_report_table__shows__windows_pauses_and_pace(void **state)
{
	struct fixture *f = *state;

	choose(f);
	block_report_table(&f->report, 120, false, &f->arena, &f->out);
	assert_str_equal_(buf_str(&f->out), str_of(windows), __FILE__, __LINE__);
}

static void block_report_table__leaves_out__the_name_of_the_only_source(void **state)
{
	struct fixture *f = *state;

	f->report.track_count = 1;
	f->report.query.limit = 1;
	choose(f);
	block_report_table(&f->report, 80, false, &f->arena, &f->out);
	f->report.track_count = 2;
	assert_true(str_starts(buf_str(&f->out),
		STR("window                                   requests  tokens   cost\n"
		"2026-11-01 12:00 - 17:00  4 h 00 m left         2    8.0k  $1.00\n")));
	assert_true(str_has(buf_str(&f->out), STR("2 older windows are left out.\n")));
}

static void block_report_choose__keeps__what_runs_now(void **state)
{
	struct fixture *f = *state;

	f->report.query.only_active = true;
	choose(f);
	assert_int_equal(f->report.row_count, 2);
	assert_str(f->report.rows[0].track->source, "codex");
	assert_int_equal(f->report.total.calls, 3);
	assert_ptr_equal(block_report_active(&f->report), f->report.rows[1].block);
	f->report.now_ns += 5 * NS_PER_HOUR;
	assert_null(block_report_active(&f->report));
}

static void block_report_choose__keeps__what_touches_the_range(void **state)
{
	struct fixture *f = *state;

	f->report.query.range.since_ns = NOON - 4 * NS_PER_HOUR;
	f->report.query.range.until_ns = NOON - 3 * NS_PER_HOUR;
	choose(f);
	assert_int_equal(f->report.row_count, 1);
	assert_true(f->report.rows[0].block->start_ns == NOON - 8 * NS_PER_HOUR);
}

static void block_report_choose__keeps__the_newest(void **state)
{
	struct fixture *f = *state;

	f->report.query.limit = 1;
	choose(f);
	assert_int_equal(f->report.row_count, 1);
	assert_int_equal(f->report.left_out, 3);
	assert_true(f->report.rows[0].block->start_ns == NOON);
	assert_int_equal(f->report.total.calls, 2);
}

static void block_report_json__has__pace_only_while_it_runs(void **state)
{
	struct fixture *f = *state;
	struct jsonw w;

	choose(f);
	jsonw_init(&w, &f->out, 0);
	block_report_json(&f->report, &w);
	assert_true(str_has(buf_str(&f->out), STR("\"data\":[{\"source\":\"claude-code\","
		"\"start\":\"2026-11-01T04:00:00Z\",\"end\":\"2026-11-01T09:00:00Z\","
		"\"first\":\"2026-11-01T04:00:00Z\",\"last\":\"2026-11-01T04:00:00Z\",\"is_gap\":false,"
		"\"is_active\":false,\"requests\":1,\"input_tokens\":100,\"cache_read_tokens\":0,"
		"\"cache_write_5m_tokens\":0,\"cache_write_1h_tokens\":0,\"output_tokens\":0,"
		"\"cost_usd\":1.00,\"unpriced_requests\":0,\"burn_rate\":null,\"projection\":null},")));
	assert_true(str_has(buf_str(&f->out), STR("\"burn_rate\":{\"tokens_per_minute\":200,"
		"\"cost_usd_per_hour\":1.50},\"projection\":{\"remaining_minutes\":240,\"tokens\":56000,"
		"\"cost_usd\":7.00}}]")));
	assert_true(str_has(buf_str(&f->out), STR("\"first\":null,\"last\":null,\"is_gap\":true")));
}

static void block_report_csv__has__a_line_per_window(void **state)
{
	struct fixture *f = *state;

	f->report.query.limit = 1;
	choose(f);
	block_report_csv(&f->report, &f->arena, &f->out);
	assert_str(buf_str(&f->out),
		"source,start,end,first,last,is_gap,is_active,requests,input_tokens,"
		"cache_read_tokens,cache_write_5m_tokens,cache_write_1h_tokens,output_tokens,cost_usd,"
		"unpriced_requests\n"
		"claude-code,2026-11-01T12:00:00Z,2026-11-01T17:00:00Z,2026-11-01T12:10:00Z,"
		"2026-11-01T12:50:00Z,false,true,2,8000,0,0,0,0,1.00,0\n");
}

static void block_report_table__says__that_nothing_runs(void **state)
{
	struct fixture *f = *state;

	f->report.query.only_active = true;
	f->report.now_ns += NS_PER_DAY;
	choose(f);
	block_report_table(&f->report, 80, false, &f->arena, &f->out);
	assert_str(buf_str(&f->out), "No window is running.\n");
}

/* One call of each hour from `from` on, before `until`. */
static void append_hours(struct store *s, int64_t source, int64_t from, int64_t until)
{
	struct scope scope = SCOPE_DEFAULT;
	struct batch *b = batch_new();
	struct err err = { 0 };

	assert_non_null(b);
	for (int64_t t = from; t < until; t += NS_PER_HOUR)
		b->calls[b->count++] = (struct priced_call){ .source = source, .has_cost = true,
			.cost = usd_of_nanos(1000000000), .call = {
				.key = { { (uint64_t)source, (uint64_t)t }, (uint64_t)t },
				.kind = CALL_AGENT_LOG, .start_ns = t, .latency_ms = -1,
				.ttft_ms = -1, .model = STR("m"), .tokens = { .input = 10 } } };
	assert_ok(store_append(s, &scope, b, &err), &err);
	batch_free(b);
}

static int64_t open_source(struct store *s, struct str name, struct str machine)
{
	struct scope scope = SCOPE_DEFAULT;
	struct err err = { 0 };
	int64_t id;

	assert_ok(source_ensure(s, &scope, name, machine, STR("x"), &id, &err), &err);
	return id;
}

/* A call each hour without a pause since 17:00 on one machine, one at 12:30 on another, and one of
 * another plan. Windows began at 17:00, 23:00, 05:00 and 11:00: a call at the very end belongs. */
static void block_report_load__finds__starts_before_the_range(void **state)
{
	struct fixture *f = *state;
	struct store_options options = { .dir = test_dir(), .mode = STORE_WRITE, .zone = "UTC" };
	struct scope scope = SCOPE_DEFAULT;
	struct block_report report = { .zone = zone_utc(), .now_ns = NOON + 2 * NS_PER_HOUR,
		.query = { .range = { NOON, NOON + NS_PER_HOUR, false },
			.lead_ns = BLOCK_LEAD_NS, .source = STR("claude-code") } };
	struct err err = { 0 };
	struct store_reader *reader;
	struct store *store;

	assert_ok(store_open(&store, &options, &err), &err);
	append_hours(store, open_source(store, STR("claude-code"), STR("a")),
		NOON - 19 * NS_PER_HOUR, NOON + 2 * NS_PER_HOUR);
	append_hours(store, open_source(store, STR("claude-code"), STR("b")),
		NOON + 30 * NS_PER_MIN, NOON + NS_PER_HOUR);
	append_hours(store, open_source(store, STR("codex"), STR("a")), NOON, NOON + NS_PER_HOUR);
	assert_ok(store_reader_open(store, &reader, &err), &err);
	assert_ok(block_report_load(&report, reader, &scope, &f->arena, &err), &err);

	assert_int_equal(report.row_count, 1);
	assert_true(report.rows[0].block->start_ns == NOON - NS_PER_HOUR);
	assert_int_equal(report.total.calls, 4);
	assert_int_equal(usd_nanos(report.total.cost), 4000000000);
	assert_ptr_equal(block_report_active(&report), report.rows[0].block);
	block_report_release(&report);
	store_reader_close(reader);
	store_close(store);
}

SUITE(blocks,
	WITH_FIXTURE(block_report_table__shows__windows_pauses_and_pace),
	WITH_FIXTURE(block_report_table__leaves_out__the_name_of_the_only_source),
	WITH_FIXTURE(block_report_choose__keeps__what_runs_now),
	WITH_FIXTURE(block_report_choose__keeps__what_touches_the_range),
	WITH_FIXTURE(block_report_choose__keeps__the_newest),
	WITH_FIXTURE(block_report_load__finds__starts_before_the_range),
	WITH_FIXTURE(block_report_json__has__pace_only_while_it_runs),
	WITH_FIXTURE(block_report_csv__has__a_line_per_window),
	WITH_FIXTURE(block_report_table__says__that_nothing_runs));
