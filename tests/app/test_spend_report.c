/* SPDX-License-Identifier: Apache-2.0 */
/* The words of --by, and sums of spend as a table, CSV and JSON. */
#include "app/spend_report.h"
#include "tests/app/child.h"
#include "tests/support/suite.h"

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define DAY(y, m, d) (civil_to_days(y, m, d) * NS_PER_DAY)

struct fixture {
	struct arena arena;
	struct buf out;
	struct spend_row rows[4];
	struct spend_report report;
};

static struct usage_sum sum_of(int64_t calls, int64_t unpriced, int64_t input, int64_t nanos)
{
	return (struct usage_sum){ .calls = calls, .unpriced = unpriced,
		.tokens = { .input = input }, .cost = usd_of_nanos(nanos) };
}

/* Two days by model; the second day has one call without a price. */
static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .out = BUF_INIT(1 << 20) };
	arena_init(&f.arena, 0);
	f.rows[0] = (struct spend_row){ DAY(2026, 11, 1), { STR("opus") },
		sum_of(3, 0, 1000, 1500000001) };
	f.rows[1] = (struct spend_row){ DAY(2026, 11, 1), { STR("haiku") },
		sum_of(1, 0, 10, 2000000) };
	f.rows[2] = (struct spend_row){ DAY(2026, 11, 2), { { NULL, 0 } }, sum_of(2, 2, 70, 0) };
	f.report.query = (struct spend_query){ .zone = zone_utc(), .bucket = BUCKET_DAY,
		.range = { LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS, true },
		.dims = { { .kind = DIM_MODEL } }, .dim_count = 1 };
	f.report.spend = (struct spend){ .rows = f.rows, .count = 3,
		.total = sum_of(6, 2, 1080, 1502000001) };
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->arena);
	buf_release(&f->out);
	return 0;
}

static void spend_by_parse__reads__span_of_time_and_names(void **state)
{
	struct spend_by by;
	struct err err = { 0 };

	(void)state;
	assert_ok(spend_by_parse(STR("model, week,tag:env"), &by, &err), &err);
	assert_int_equal(by.bucket, BUCKET_WEEK);
	assert_int_equal(by.dim_count, 2);
	assert_int_equal(by.dims[0].kind, DIM_MODEL);
	assert_int_equal(by.dims[1].kind, DIM_TAG);
	assert_str(by.dims[1].tag, "env");
	assert_ok(spend_by_parse((struct str){ NULL, 0 }, &by, &err), &err);
	assert_int_equal(by.bucket, BUCKET_NONE);
	assert_int_equal(by.dim_count, 0);
}

static void spend_by_parse__says__what_is_wrong(void **state)
{
	static const struct {
		const char *text, *part;
	} cases[] = {
		{ "modle", "did you mean 'model'?" },
		{ "moth", "did you mean 'month'?" },
		{ "", "'' is not one of hour, day" },
		{ "model,", "'' is not one of" },
		{ "tag", "tag:NAME" },
		{ "tag:", "tag:env" },
		{ "none", "'none' is not one of" },
		{ "day,month", "'day' and 'month' are both spans of time" },
		{ "model,model", "'model' stands there twice" },
		{ "tag:a,tag:a", "'tag:a' stands there twice" },
		{ "model,user,key,project,session", "more than 4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct spend_by by;
		struct err err = { 0 };

		assert_int_equal(spend_by_parse(str_of(cases[i].text), &by, &err), LL_EUSAGE);
		if (!str_has(str_of(err.msg), str_of(cases[i].part)))
			fail_msg("'%s': %s", cases[i].text, err.msg);
	}
}

static void spend_report_json__has__the_shape_of_the_contract(void **state)
{
	struct fixture *f = *state;
	struct jsonw w;

	f->report.spend.count = 1;
	jsonw_init(&w, &f->out, 0);
	spend_report_json(&f->report, &w);
	assert_str(buf_str(&f->out),
		"{\"range\":{\"since\":null,\"until\":null,\"timezone\":\"UTC\"},\"basis\":\"calls\","
		"\"data\":[{\"bucket\":\"2026-11-01T00:00:00Z\",\"model\":\"opus\",\"requests\":3,"
		"\"input_tokens\":1000,\"cache_read_tokens\":0,\"cache_write_5m_tokens\":0,"
		"\"cache_write_1h_tokens\":0,\"output_tokens\":0,\"reasoning_tokens\":0,"
		"\"cost_usd\":1.500000001,\"unpriced_requests\":0,\"subscription_cost_usd\":0.00,"
		"\"recorded_cost_usd\":null,\"recorded_requests\":0,\"error_requests\":0}],"
		"\"totals\":{\"requests\":6,"
		"\"input_tokens\":1080,\"cache_read_tokens\":0,\"cache_write_5m_tokens\":0,"
		"\"cache_write_1h_tokens\":0,\"output_tokens\":0,\"reasoning_tokens\":0,"
		"\"cost_usd\":1.502000001,\"unpriced_requests\":2,\"subscription_cost_usd\":0.00,"
		"\"recorded_cost_usd\":null,\"recorded_requests\":0,\"error_requests\":0}}");
}

static void spend_report_json__is_null__where_nothing_is_known(void **state)
{
	struct fixture *f = *state;
	struct jsonw w;

	f->report.query.range = (struct timerange){ DAY(2026, 11, 2), DAY(2026, 11, 3), false };
	f->report.query.bucket = BUCKET_NONE;
	f->report.query.dims[0] = (struct spend_dim){ DIM_TAG, STR("env") };
	f->report.spend.rows = &f->rows[2];
	f->report.spend.count = 1;
	jsonw_init(&w, &f->out, 0);
	spend_report_json(&f->report, &w);
	assert_true(str_has(buf_str(&f->out), STR("{\"since\":\"2026-11-02T00:00:00Z\","
		"\"until\":\"2026-11-03T00:00:00Z\",\"timezone\":\"UTC\"}")));
	assert_true(str_has(buf_str(&f->out), STR("[{\"tag:env\":null,\"requests\":2,")));
	assert_true(str_has(buf_str(&f->out), STR("\"cost_usd\":null,\"unpriced_requests\":2,")));
}

static void spend_report_table__shows__no_price_as_question(void **state)
{
	struct fixture *f = *state;
	struct table_look look = { .columns = 120 };

	assert_ok(spend_report_table(&f->report, &look, &f->arena, &f->out), NULL);
	assert_str(buf_str(&f->out),
		"day         model  requests  input  output  cache write  cache read       cost\n"
		"2026-11-01  opus          3  1,000       0            0           0      $1.50\n"
		"2026-11-01  haiku         1     10       0            0           0     $0.002\n"
		"2026-11-02  -             2     70       0            0           0          ?\n"
		"------------------------------------------------------------------------------\n"
		"total                     6  1,080       0            0           0  $1.50 + ?\n"
		"? 2 requests have no price and are not in the sums; `llmlab records --filter "
		"priced=no` shows them.\n");
}

static void spend_report_table__says__what_a_plan_covers(void **state)
{
	struct fixture *f = *state;
	struct table_look look = { .columns = 120, .is_exact = true };

	f->report.spend.count = 1;
	f->report.spend.total = f->rows[0].sum;
	f->report.spend.total.subscription = usd_of_nanos(500000000);
	assert_ok(spend_report_table(&f->report, &look, &f->arena, &f->out), NULL);
	assert_true(str_has(buf_str(&f->out), STR("$1.500000001\n")));
	assert_true(str_has(buf_str(&f->out),
		STR("$0.50 of it is API value that subscription plans cover, not money paid.\n")));
}

static void spend_report_table__says__that_there_is_nothing(void **state)
{
	struct fixture *f = *state;
	struct table_look look = { .columns = 80 };

	f->report.spend = (struct spend){ .count = 0 };
	assert_ok(spend_report_table(&f->report, &look, &f->arena, &f->out), NULL);
	assert_str(buf_str(&f->out), "No calls in this range.\n");
}

static void spend_report_csv__is__flat_and_exact(void **state)
{
	struct fixture *f = *state;

	f->report.query.dims[0].kind = DIM_PROJECT;
	f->rows[0].names[0] = STR("/w/api, new");
	assert_ok(spend_report_csv(&f->report, &f->arena, &f->out), NULL);
	assert_str(buf_str(&f->out),
		"bucket,project,requests,input_tokens,cache_read_tokens,cache_write_5m_tokens,"
		"cache_write_1h_tokens,output_tokens,reasoning_tokens,cost_usd,unpriced_requests,"
		"subscription_cost_usd,recorded_cost_usd,recorded_requests,error_requests\n"
		"2026-11-01T00:00:00Z,\"/w/api, new\",3,1000,0,0,0,0,0,1.500000001,0,0.00,,0,0\n"
		"2026-11-01T00:00:00Z,haiku,1,10,0,0,0,0,0,0.002,0,0.00,,0,0\n"
		"2026-11-02T00:00:00Z,,2,70,0,0,0,0,0,,2,0.00,,0,0\n");
}

static void spend_report_limit__keeps__the_largest_in_their_order(void **state)
{
	struct fixture *f = *state;

	f->rows[3] = (struct spend_row){ DAY(2026, 11, 3), { STR("opus") },
		sum_of(1, 0, 5, 1600000000) };
	f->report.spend.count = 4;
	assert_ok(spend_report_limit(&f->report, 2, &f->arena), NULL);
	assert_int_equal(f->report.spend.count, 2);
	assert_int_equal(f->report.left_out, 2);
	assert_true(f->rows[0].bucket_ns == DAY(2026, 11, 1));
	assert_str(f->rows[0].names[0], "opus");
	assert_true(f->rows[1].bucket_ns == DAY(2026, 11, 3));
	assert_ok(spend_report_limit(&f->report, 9, &f->arena), NULL);
	assert_int_equal(f->report.spend.count, 2);
}

/* Two calls of one session, the second by a model that nobody has a price for. */
static const char log_lines[] =
	"{\"type\":\"assistant\",\"sessionId\":\"s1\",\"requestId\":\"r1\",\"cwd\":\"/src/api\","
	"\"timestamp\":\"2026-11-01T10:00:00.000Z\",\"message\":{\"id\":\"m1\","
	"\"model\":\"claude-sonnet-4-5-20250929\",\"role\":\"assistant\",\"usage\":{"
	"\"input_tokens\":10,\"output_tokens\":5,\"cache_read_input_tokens\":100}}}\n"
	"{\"type\":\"assistant\",\"sessionId\":\"s1\",\"requestId\":\"r2\",\"cwd\":\"/src/api\","
	"\"timestamp\":\"2026-11-01T11:00:00.000Z\",\"message\":{\"id\":\"m2\","
	"\"model\":\"house-model-1\",\"role\":\"assistant\",\"usage\":{"
	"\"input_tokens\":1000,\"output_tokens\":100}}}\n";

static void run(struct child *c, const char *words, int exit_code, const char *answer)
{
	int got = child_run(c, words);

	if (got != exit_code)
		fail_msg("exit %d of '%s': %.*s", got, words, STR_FMT(buf_str(&c->err)));
	if (!str_has(buf_str(&c->out), str_of(answer)))
		fail_msg("'%s' is not in: %.*s", answer, STR_FMT(buf_str(&c->out)));
}

/* 10 x 3 + 100 x 0.3 + 5 x 15 dollars per million: 0.000135; then 1000 x 1 + 100 x 2: 0.0012. */
static void reports__agree__before_and_after_a_price(void **state)
{
	struct child c;

	(void)state;
	child_init(&c);
	child_setenv(&c, "LLMLAB_TIMEZONE=UTC");
	test_write_file(child_path(&c, "a.jsonl"), str_of(log_lines));
	assert_int_equal(child_run_words(&c, (const char *const[]){ "import",
		child_path(&c, "a.jsonl"), NULL }), 0);
	run(&c, "costs --json", 0, "\"cost_usd\": 0.000135,\n    \"unpriced_requests\": 1,");
	run(&c, "daily --csv", 0,
		"\n2026-11-01T00:00:00Z,2,1010,100,0,0,105,0,0.000135,1,0.00,,0,0\n");
	run(&c, "weekly", 0, "2026-W44");
	run(&c, "monthly", 0, "2026-11 ");
	run(&c, "session --csv", 0, "\ns1,2,");
	run(&c, "costs --by project,model --limit 1", 0, "1 smaller row is left out");
	run(&c, "blocks --csv", 0, "claude-code,2026-11-01T10:00:00Z,2026-11-01T15:00:00Z,");
	run(&c, "records --limit 1", 0, "2026-11.2\nMore: the same with --cursor ");
	run(&c, "records --filter priced=no --csv", 0,
		"2026-11.2,2026-11-01T11:00:00Z,claude-code,");
	run(&c, "explain 2026-11.1 --json", 0, "\"is_reproduced\": true");
	run(&c, "explain", 0,
		"llmlab prices add --provider anthropic --model house-model-1 input=");

	run(&c, "prices add --provider anthropic --model house-model-1 input=1 output=2", 0,
		"1 price added. ");
	run(&c, "prices add --provider anthropic --model house-model-1 input=1 output=2", 0,
		"0 prices added, 1 known already.");
	run(&c, "prices list house --csv", 0, "anthropic,house-model-1,^house-model-1$,");
	run(&c, "explain", 0, "There is one by now");
	run(&c, "prices reprice", 1,
		"house-model-1         1             1       ?  $0.0012     $0.0012");
	run(&c, "costs --json", 0, "\"cost_usd\": 0.000135,");
	run(&c, "prices reprice --yes --json", 0, "\"is_applied\": true");
	run(&c, "costs --json", 0, "\"cost_usd\": 0.001335,\n    \"unpriced_requests\": 0,");
	run(&c, "explain", 0, "$0.0012\n");
	child_release(&c);
}

SUITE(spend_report,
	cmocka_unit_test(spend_by_parse__reads__span_of_time_and_names),
	cmocka_unit_test(spend_by_parse__says__what_is_wrong),
	WITH_FIXTURE(spend_report_json__has__the_shape_of_the_contract),
	WITH_FIXTURE(spend_report_json__is_null__where_nothing_is_known),
	WITH_FIXTURE(spend_report_table__shows__no_price_as_question),
	WITH_FIXTURE(spend_report_table__says__what_a_plan_covers),
	WITH_FIXTURE(spend_report_table__says__that_there_is_nothing),
	WITH_FIXTURE(spend_report_csv__is__flat_and_exact),
	WITH_FIXTURE(spend_report_limit__keeps__the_largest_in_their_order),
	cmocka_unit_test(reports__agree__before_and_after_a_price));
