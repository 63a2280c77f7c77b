/* SPDX-License-Identifier: Apache-2.0 */
/* Claude Code's JSON in, one line out. */
#include "app/price_words.h"
#include "app/report.h"
#include "app/status_line.h"
#include "tests/support/suite.h"

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

struct fixture {
	struct arena arena;
	struct buf out;
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .out = BUF_INIT(1 << 20) };
	arena_init(&f.arena, 0);
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

static void status_input_read__takes__what_is_there(void **state)
{
	struct fixture *f = *state;
	struct status_input in;

	assert_true(status_input_read(STR("{\"hook_event_name\":\"Status\",\"session_id\":\"s-1\","
		"\"transcript_path\":\"/t/\\u0061.jsonl\",\"model\":{\"id\":\"claude-x\",\"display_name\":\"X 1\"},"
		"\"workspace\":{\"current_dir\":\"/w\"},\"cost\":{\"total_cost_usd\":0.25,"
		"\"total_duration_ms\":1},\"context_window\":{\"used_percentage\":41.6}}\n"),
		&f->arena, &in));
	assert_str(in.session, "s-1");
	assert_str(in.transcript, "/t/a.jsonl");
	assert_str(in.model, "X 1");
	assert_true(in.has_cost);
	assert_int_equal(usd_nanos(in.cost), 250000000);
	assert_int_equal(in.context_percent, 42);
}

static void status_input_read__counts__context_from_usage(void **state)
{
	struct fixture *f = *state;
	struct status_input in;

	assert_true(status_input_read(STR("{\"model\":{\"id\":\"claude-x\"},\"context_window\":{"
		"\"context_window_size\":200000,\"used_percentage\":null,\"current_usage\":{"
		"\"input_tokens\":1000,\"output_tokens\":5000,\"cache_creation_input_tokens\":9000,"
		"\"cache_read_input_tokens\":40000}}}"), &f->arena, &in));
	assert_str(in.model, "claude-x");
	assert_int_equal(in.context_percent, 25);
	assert_false(in.has_cost);
}

static void status_input_read__bears__anything(void **state)
{
	static const char *const texts[] = { "", "x", "[]", "{", "null", "{\"session_id\":1}x" };
	struct fixture *f = *state;
	struct status_input in;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_false(status_input_read(str_of(texts[i]), &f->arena, &in));
		assert_int_equal(in.context_percent, -1);
		assert_int_equal(in.session.len, 0);
	}
	assert_true(status_input_read(STR("{\"session_id\":7,\"model\":\"opus\",\"cost\":[],"
		"\"context_window\":{\"used_percentage\":1e9}}"), &f->arena, &in));
	assert_int_equal(in.model.len, 0);
	assert_int_equal(in.context_percent, -1);
}

static void status_line_add__joins__what_is_known(void **state)
{
	struct fixture *f = *state;
	struct status_line line = {
		.model = STR("Opus\033[2J 4.5"),
		.session = { true, true, usd_of_nanos(1200000000) },
		.today = { true, false, USD_ZERO },
		.block = { true, true, usd_of_nanos(3070000000) },
		.per_hour = { true, true, usd_of_nanos(1540000000) },
		.block_left_min = 125,
		.context_percent = 42,
	};

	status_line_add(&f->out, &line);
	assert_str(buf_str(&f->out),
		"Opus\xEF\xBF\xBD[2J 4.5 | session $1.20 | today ? | block $3.07 "
		"(2 h 05 m left) | $1.54/h | context 42%\n");
}

static void status_line_add__tells__trouble_in_the_line(void **state)
{
	struct fixture *f = *state;
	struct status_line line = { .context_percent = -1, .trouble = "disk\nfull" };

	status_line_add(&f->out, &line);
	assert_str(buf_str(&f->out), "llmlab: disk full\n");
}

static void short_count_add__takes__the_nearest_unit(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < 6; i++) {
		static const int64_t counts[] = { 0, 999, 1000, 999999, 12345678, INT64_MAX };

		short_count_add(&f->out, counts[i]);
		buf_addch(&f->out, ' ');
	}
	assert_str(buf_str(&f->out), "0 999 1.0k 999.9k 12.3M 9223372.0T ");
}

static void shell_word_add__quotes__what_a_shell_would_read(void **state)
{
	struct fixture *f = *state;

	shell_word_add(&f->out, STR("gpt-5.1:latest"));
	buf_addch(&f->out, ' ');
	shell_word_add(&f->out, STR("a; rm 'x'"));
	buf_addch(&f->out, ' ');
	shell_word_add(&f->out, STR(""));
	assert_str(buf_str(&f->out), "gpt-5.1:latest 'a; rm '\\''x'\\''' ''");
}

static void price_words_add__writes__a_price_file(void **state)
{
	struct fixture *f = *state;
	const struct str list[] = { STR("input=3"), STR("output=1.5") };
	struct price_words words = { STR("me"), STR("m \"1\""), list, 2 };
	struct err err = { 0 };

	assert_ok(price_words_add(&f->out, &words, &f->arena, &err), &err);
	assert_str(buf_str(&f->out), "provider,model,input,output,origin\n"
		"\"me\",\"m \"\"1\"\"\",\"3\",\"1.5\",own price\n");
}

static void price_words_add__says__which_column_was_meant(void **state)
{
	struct fixture *f = *state;
	const struct str typo = STR("inptu=3"), empty = STR("input");
	struct price_words words = { STR("me"), STR("m"), &typo, 1 };
	struct err err = { 0 };

	assert_int_equal(price_words_add(&f->out, &words, &f->arena, &err), LL_EUSAGE);
	assert_string_equal(err.msg, "a price has no 'inptu'; did you mean 'input'?");
	words.words = &empty;
	assert_int_equal(price_words_add(&f->out, &words, &f->arena, &err), LL_EUSAGE);
}

SUITE(statusline,
	WITH_FIXTURE(status_input_read__takes__what_is_there),
	WITH_FIXTURE(status_input_read__counts__context_from_usage),
	WITH_FIXTURE(status_input_read__bears__anything),
	WITH_FIXTURE(status_line_add__joins__what_is_known),
	WITH_FIXTURE(status_line_add__tells__trouble_in_the_line),
	WITH_FIXTURE(short_count_add__takes__the_nearest_unit),
	WITH_FIXTURE(shell_word_add__quotes__what_a_shell_would_read),
	WITH_FIXTURE(price_words_add__writes__a_price_file),
	WITH_FIXTURE(price_words_add__says__which_column_was_meant));
