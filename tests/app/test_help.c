/* SPDX-License-Identifier: Apache-2.0 */
/* Help, completion and the progress bar, printed from the tables. */
#include "app/app.h"
#include "app/args_read.h"
#include "app/help.h"
#include "app/options.h"
#include "app/progress.h"
#include "base/suggest.h"
#include "base/text.h"
#include "tests/support/suite.h"

static void help_add__names__every_listed_command(void **state)
{
	struct buf out = BUF_INIT(1 << 20), wanted = BUF_INIT(256);

	(void)state;
	help_add(NULL, &out, 80);
	for (size_t i = 0; i < command_count; i++) {
		buf_clear(&wanted);
		buf_addf(&wanted, "\n  %s ", commands[i]->name);
		assert_int_equal(str_has(buf_str(&out), buf_str(&wanted)),
			commands[i]->summary != NULL);
	}
	buf_release(&out);
	buf_release(&wanted);
}

static void help_add__names__every_option_within_the_width(void **state)
{
	struct buf out = BUF_INIT(1 << 20), wanted = BUF_INIT(256);

	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		struct str rest;

		buf_clear(&out);
		help_add(commands[i], &out, 80);
		for (size_t k = 0; k < option_table_count; k++) {
			buf_clear(&wanted);
			buf_addf(&wanted, "--%s", option_table[k].name);
			if (command_takes(commands[i], &option_table[k]))
				assert_true(str_has(buf_str(&out), buf_str(&wanted)));
		}
		rest = buf_str(&out);
		while (rest.at) {
			struct str line = str_cut(&rest, '\n');

			/* Examples and usage are lines to be copied: never broken. */
			if (!str_has(line, STR("llmlab ")) && text_width(line) > 80)
				fail_msg("%s: %.*s", commands[i]->name, STR_FMT(line));
		}
	}
	buf_release(&out);
	buf_release(&wanted);
}

static void help_next_part__joins__the_lines_of_a_paragraph(void **state)
{
	struct str rest = STR("one\ntwo\n\n  code here\nthree");
	struct help_part part;

	(void)state;
	assert_true(help_next_part(&rest, &part));
	assert_str(part.text, "one\ntwo");
	assert_false(part.is_apart || part.is_verbatim);
	assert_true(help_next_part(&rest, &part));
	assert_str(part.text, "  code here");
	assert_true(part.is_apart && part.is_verbatim);
	assert_true(help_next_part(&rest, &part));
	assert_str(part.text, "three");
	assert_false(part.is_apart);
	assert_false(help_next_part(&rest, &part));
}

static const char *nearest(const char *word, const char *const *names)
{
	static struct suggest s;

	suggest_start(&s, str_of(word));
	for (size_t i = 0; names[i]; i++)
		suggest_offer(&s, names[i]);
	return s.best ? s.best : "";
}

static void suggest_offer__finds__the_nearest_name(void **state)
{
	static const char *const names[] = { "since", "until", "timezone", "json", "by", NULL };

	(void)state;
	assert_string_equal(nearest("snice", names), "since");
	assert_string_equal(nearest("time", names), "timezone");
	assert_string_equal(nearest("jsom", names), "json");
	assert_string_equal(nearest("json", names), "json");
	assert_string_equal(nearest("qqqqqq", names), "");
	assert_string_equal(nearest("x", names), "");
	assert_string_equal(nearest("", names), "");
	assert_string_equal(nearest("a-word-that-is-longer-than-any-name-there-is", names), "");
}

static void progress_line__fits__the_width(void **state)
{
	static const struct import_progress now = { .files = 1200, .files_done = 300,
		.bytes = 1000, .bytes_done = 255, .calls = 12345 };
	struct buf out = BUF_INIT(4096);

	(void)state;
	progress_line(&out, &now, false, 80);
	assert_str(buf_str(&out), "[#######                       ]  25%  300 of 1,200 files, 12,345 calls");
	for (int columns = 1; columns < 120; columns++) {
		buf_clear(&out);
		progress_line(&out, &now, true, columns);
		assert_true(text_width(buf_str(&out)) <= (size_t)columns);
	}
	buf_release(&out);
}

/* Runs one command as main does, without a process. */
static void run_command(const char *name, const char *word, struct buf *out)
{
	struct app app = { 0 };
	char *argv[] = { (char *)(uintptr_t)"llmlab", (char *)(uintptr_t)name,
		(char *)(uintptr_t)word };
	struct args *args;
	struct err err = { 0 };

	arena_init(&app.arena, 0);
	buf_init(&app.out, 1 << 22);
	args = args_new(&app.arena);
	assert_ok(args_read_line(args, word ? 3 : 2, argv, &err), &err);
	assert_ok(args_check(args, &err), &err);
	app.args = args;
	app.command = args_command(args);
	assert_int_equal(app.command->run(&app), EXIT_OK);
	buf_add(out, buf_str(&app.out));
	buf_release(&app.out);
	arena_release(&app.arena);
}

static void completion__offers__every_option(void **state)
{
	static const char *const shells[] = { "bash", "zsh", "fish" };
	struct buf out = BUF_INIT(1 << 22), wanted = BUF_INIT(256);

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		buf_clear(&out);
		run_command("completion", shells[i], &out);
		for (size_t k = 0; k < option_table_count; k++) {
			buf_clear(&wanted);
			buf_addf(&wanted, i == 2 ? "-l %s" : "--%s", option_table[k].name);
			assert_true(str_has(buf_str(&out), buf_str(&wanted)));
		}
	}
	buf_release(&out);
	buf_release(&wanted);
}

static void man__escapes__what_roff_would_take_for_its_own(void **state)
{
	struct buf out = BUF_INIT(1 << 22);

	(void)state;
	run_command("man", NULL, &out);
	assert_true(str_starts(buf_str(&out), STR(".TH LLMLAB 1 ")));
	assert_true(str_has(buf_str(&out), STR("\\fB\\-\\-time\\-base\\fR \\fITIME\\fR\n")));
	assert_true(str_has(buf_str(&out), STR(".SS import\n")));
	assert_false(str_has(buf_str(&out), STR(".SS man\n")));
	buf_release(&out);
}

SUITE(help,
	cmocka_unit_test(help_add__names__every_listed_command),
	cmocka_unit_test(help_add__names__every_option_within_the_width),
	cmocka_unit_test(help_next_part__joins__the_lines_of_a_paragraph),
	cmocka_unit_test(suggest_offer__finds__the_nearest_name),
	cmocka_unit_test(progress_line__fits__the_width),
	cmocka_unit_test(completion__offers__every_option),
	cmocka_unit_test(man__escapes__what_roff_would_take_for_its_own));
