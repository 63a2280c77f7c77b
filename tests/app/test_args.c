/* SPDX-License-Identifier: Apache-2.0 */
/* Options and arguments: where a value comes from, and every mistake a sentence. */
#include <stdlib.h>

#include "app/args_read.h"
#include "app/options.h"
#include "tests/support/suite.h"

struct fixture {
	struct arena arena;
	struct args *args;
	struct err err;
};

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ 0 };
	arena_init(&f.arena, 0);
	f.args = args_new(&f.arena);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->arena);
	unsetenv("LLMLAB_TIMEZONE");
	unsetenv("LLMLAB_TIME_BASE");
	unsetenv("LLMLAB_LIMIT");
	unsetenv("LLMLAB_JSON");
	return 0;
}

static enum ll_err read_line(struct fixture *f, const char *const *words)
{
	char *argv[16] = { NULL };
	int argc = 1;

	/* main's argv is not const, and nothing writes to it. */
	for (; words[argc - 1]; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	return args_read_line(f->args, argc, argv, &f->err);
}

#define LINE(...) read_line(f, (const char *const[]){ __VA_ARGS__, NULL })
#define assert_refused(code, text)                                           \
	do {                                                                 \
		assert_int_equal(code, LL_EUSAGE);                           \
		assert_str(str_of(f->err.msg), text);                        \
	} while (0)

static void args_read_line__takes__values_in_every_form(void **state)
{
	static const char *const forms[][4] = {
		{ "import", "--timezone", "UTC", NULL }, { "import", "--timezone=UTC", NULL },
		{ "import", "-z", "UTC", NULL }, { "import", "-zUTC", NULL },
		{ "import", "-jz", "UTC", NULL }, { "import", "-jzUTC", NULL },
		{ "-z", "UTC", "import", NULL },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		f->args = args_new(&f->arena);
		assert_ok(read_line(f, forms[i]), &f->err);
		assert_string_equal(args_command(f->args)->name, "import");
		assert_str(args_text(f->args, "timezone"), "UTC");
		assert_true(args_given(f->args, "timezone"));
		assert_int_equal(args_flag(f->args, "json"), i == 4 || i == 5);
		assert_int_equal(args_count(f->args), 0);
	}
}

static void args_read_line__keeps__words_in_order(void **state)
{
	struct fixture *f = *state;

	assert_ok(LINE("import", "a", "--dry-run", "-", "--", "--strict", "-x"), &f->err);
	assert_int_equal(args_count(f->args), 4);
	assert_string_equal(args_at(f->args, 0), "a");
	assert_string_equal(args_at(f->args, 1), "-");
	assert_string_equal(args_at(f->args, 2), "--strict");
	assert_string_equal(args_at(f->args, 3), "-x");
	assert_null(args_at(f->args, 4));
	assert_true(args_flag(f->args, "dry-run"));
	assert_false(args_flag(f->args, "strict"));
}

static void args_read_line__answers__defaults_when_nothing_is_said(void **state)
{
	struct fixture *f = *state;

	assert_ok(LINE("import"), &f->err);
	assert_null(args_text(f->args, "map").at);
	assert_str(args_text(f->args, "format"), "auto");
	assert_int_equal(args_number(f->args, "interval"), 2);
	assert_int_equal(args_number(f->args, "limit"), 0);
	assert_false(args_given(f->args, "format"));
	assert_false(args_flag(f->args, "watch"));
}

static void args_read_line__lets__the_last_one_win(void **state)
{
	struct fixture *f = *state;

	assert_ok(LINE("import", "--user", "a", "--user=b", "--strict", "--strict=no"), &f->err);
	assert_str(args_text(f->args, "user"), "b");
	assert_false(args_flag(f->args, "strict"));
}

static void args_read_line__names__what_is_wrong(void **state)
{
	static const struct {
		const char *words[4];
		const char *msg;
	} cases[] = {
		{ { "imprt" }, "unknown command 'imprt'; did you mean 'import'?" },
		{ { "zzzzzz" }, "unknown command 'zzzzzz'" },
		{ { "import", "--strct" }, "unknown option '--strct'; did you mean '--strict'?" },
		{ { "import", "--zzzzzzz" }, "unknown option '--zzzzzzz'" },
		{ { "import", "-jX" }, "unknown option '-X' in '-jX'" },
		{ { "import", "--map" }, "option '--map' needs a value: --map FIELD=COL[:UNIT],..." },
		{ { "import", "--user", "--json" }, "option '--user' needs a value: --user NAME" },
		{ { "import", "-z" }, "option '--timezone' needs a value: --timezone ZONE" },
		{ { "import", "--user=" }, "option '--user': an empty NAME" },
		{ { "import", "--limit", "0" },
			"option '--limit': '0' is not a whole number from 1 to 10000" },
		{ { "import", "--limit", "1e3" },
			"option '--limit': '1e3' is not a whole number from 1 to 10000" },
		{ { "import", "--json=maybe" }, "option '--json': 'maybe' is neither yes nor no" },
		{ { "version", "--strict" }, "'version' takes no option '--strict'" },
		{ { "--strict" }, "option '--strict' needs a command" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f->args = args_new(&f->arena);
		assert_int_equal(read_line(f, cases[i].words), LL_EUSAGE);
		assert_string_equal(f->err.msg, cases[i].msg);
	}
}

static void args_read_line__suggests__a_choice(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(LINE("import", "--format", "claud"), LL_EUSAGE);
	assert_true(str_has(str_of(f->err.msg), STR("'claud' is not one of auto, claude, ")));
	assert_true(str_ends(str_of(f->err.msg), STR("; did you mean 'claude'?")));
}

static void args_read_line__refuses__a_basis_that_nothing_fills(void **state)
{
	struct fixture *f = *state;
	int64_t number;

	assert_int_equal(option_read(option_find(STR("basis")), STR("billed"), "option '--basis'",
		&number, &f->err), LL_EUSAGE);
	assert_true(str_has(str_of(f->err.msg), STR("synced")));
	assert_ok(option_read(option_find(STR("basis")), STR("calls"), "", &number, &f->err),
		&f->err);
	assert_string_equal(option_choice(option_find(STR("basis")), 1), "calls");
	assert_null(option_choice(option_find(STR("basis")), 2));
}

static struct config config_of(struct fixture *f, const char *text)
{
	struct config config;

	assert_ok(config_parse(str_of(text), "f.conf", &f->arena, &config, &f->err), &f->err);
	return config;
}

static void args__prefers__the_line_then_the_environment_then_the_file(void **state)
{
	struct fixture *f = *state;
	struct config config = config_of(f, "timezone = Europe/Berlin\nlimit = 3\n"
		"[import]\nlimit = 4\nuser = \"a # b\" # a remark\n[version]\nlimit=9\n");

	setenv("LLMLAB_TIMEZONE", "Asia/Kolkata", 1);
	setenv("LLMLAB_TIME_BASE", "2026-11-01T00:00:00Z", 1);
	assert_ok(LINE("import", "-z", "UTC"), &f->err);
	assert_ok(args_read_environment(f->args, &f->err), &f->err);
	assert_ok(args_read_config(f->args, &config, &f->err), &f->err);
	assert_str(args_text(f->args, "timezone"), "UTC");
	assert_str(args_text(f->args, "time-base"), "2026-11-01T00:00:00Z");
	assert_int_equal(args_number(f->args, "limit"), 4);
	assert_str(args_text(f->args, "user"), "a # b");
	assert_true(args_given(f->args, "user"));

	f->args = args_new(&f->arena);
	assert_ok(LINE("doctor"), &f->err);
	assert_ok(args_read_environment(f->args, &f->err), &f->err);
	assert_ok(args_read_config(f->args, &config, &f->err), &f->err);
	assert_str(args_text(f->args, "timezone"), "Asia/Kolkata");
	assert_int_equal(args_number(f->args, "limit"), 3);
}

static void args_read_environment__names__the_variable(void **state)
{
	struct fixture *f = *state;

	setenv("LLMLAB_LIMIT", "many", 1);
	assert_ok(LINE("doctor"), &f->err);
	assert_refused(args_read_environment(f->args, &f->err),
		"LLMLAB_LIMIT: 'many' is not a whole number from 1 to 10000");
	setenv("LLMLAB_LIMIT", "", 1);
	assert_ok(args_read_environment(f->args, &f->err), &f->err);
	assert_false(args_given(f->args, "limit"));
}

static void args_read_config__names__the_line(void **state)
{
	struct fixture *f = *state;
	struct config config = config_of(f, "# first\n\nlimit = x\n");

	assert_ok(LINE("doctor"), &f->err);
	assert_refused(args_read_config(f->args, &config, &f->err),
		"configuration 'f.conf' line 3: 'limit': 'x' is not a whole number from 1 to 10000");
}

static void config_parse__names__a_line_that_is_none(void **state)
{
	struct fixture *f = *state;
	struct config config;

	assert_refused(config_parse(STR("json = yes\nwhat is this\n"), "f.conf", &f->arena, &config,
		&f->err), "configuration 'f.conf' line 2: neither 'key = value' nor '[section]'");
}

static void config_complaint__names__unknown_keys_and_sections(void **state)
{
	struct fixture *f = *state;
	struct config config = config_of(f, "jsno = yes\n[importt]\njson = 1\n[doctor]\nmap = x\n"
		"deep = yes\r\n");

	assert_string_equal(config_complaint(&config, 0, &f->arena),
		"configuration 'f.conf' line 1: unknown key 'jsno'; did you mean 'json'?");
	assert_string_equal(config_complaint(&config, 1, &f->arena),
		"configuration 'f.conf' line 3: unknown section 'importt'; did you mean 'import'?");
	assert_string_equal(config_complaint(&config, 2, &f->arena),
		"configuration 'f.conf' line 5: unknown key 'map'");
	assert_null(config_complaint(&config, 3, &f->arena));
}

static void args_check__lets__the_stronger_form_win(void **state)
{
	struct fixture *f = *state;

	setenv("LLMLAB_JSON", "yes", 1);
	assert_ok(LINE("doctor", "--csv"), &f->err);
	assert_ok(args_read_environment(f->args, &f->err), &f->err);
	assert_ok(args_check(f->args, &f->err), &f->err);
	assert_true(args_flag(f->args, "csv"));
	assert_false(args_flag(f->args, "json"));

	f->args = args_new(&f->arena);
	assert_ok(LINE("doctor", "--csv", "-j"), &f->err);
	assert_refused(args_check(f->args, &f->err), "--json and --csv exclude each other");
}

static void args_check__refuses__words_that_mean_nothing(void **state)
{
	struct fixture *f = *state;

	assert_ok(LINE("doctor", "who"), &f->err);
	assert_refused(args_check(f->args, &f->err), "'doctor' takes no argument 'who'");
	f->args = args_new(&f->arena);
	assert_ok(LINE("sources", "lsit"), &f->err);
	assert_refused(args_check(f->args, &f->err),
		"'sources' has no 'lsit'; did you mean 'list'?");
}

static bool is_used(const struct option_info *o)
{
	for (size_t i = 0; i < command_count; i++)
		if (command_takes(commands[i], o))
			return true;
	return false;
}

static void option_table__is__sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_info *o = &option_table[i];
		int64_t number;

		assert_ptr_equal(option_find(str_of(o->name)), o);
		assert_true(!o->letter || option_find_letter(o->letter) == o);
		assert_true(o->help && o->help[0]);
		assert_int_equal(o->value == NULL, o->type == OPTION_FLAG);
		if (o->initial)
			assert_ok(option_read(o, str_of(o->initial), o->name, &number, NULL), NULL);
		if (!is_used(o))
			fail_msg("no command takes --%s", o->name);
	}
}

static void commands__name__only_options_that_exist(void **state)
{
	(void)state;
	for (size_t i = 0; i < command_count; i++) {
		const struct command *c = commands[i];

		assert_ptr_equal(command_find(str_of(c->name)), c);
		assert_non_null(c->run);
		assert_non_null(c->arguments);
		assert_non_null(c->help);
		for (size_t k = 0; c->options && c->options[k]; k++)
			if (!option_find(str_of(c->options[k])))
				fail_msg("'%s' names no option: '%s'", c->name, c->options[k]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
SUITE(args,
	TEST(args_read_line__takes__values_in_every_form),
	TEST(args_read_line__keeps__words_in_order),
	TEST(args_read_line__answers__defaults_when_nothing_is_said),
	TEST(args_read_line__lets__the_last_one_win),
	TEST(args_read_line__names__what_is_wrong),
	TEST(args_read_line__suggests__a_choice),
	TEST(args_read_line__refuses__a_basis_that_nothing_fills),
	TEST(args__prefers__the_line_then_the_environment_then_the_file),
	TEST(args_read_environment__names__the_variable),
	TEST(args_read_config__names__the_line),
	TEST(config_parse__names__a_line_that_is_none),
	TEST(config_complaint__names__unknown_keys_and_sections),
	TEST(args_check__lets__the_stronger_form_win),
	TEST(args_check__refuses__words_that_mean_nothing),
	TEST(option_table__is__sound),
	TEST(commands__name__only_options_that_exist));
