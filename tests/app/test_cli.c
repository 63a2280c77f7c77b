/* SPDX-License-Identifier: Apache-2.0 */
/* The program from outside: exit codes, streams, settings. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/options.h"
#include "base/json.h"
#include "tests/app/child.h"
#include "tests/support/suite.h"

static int setup(void **state)
{
	static struct child child;

	child_init(&child);
	*state = &child;
	return 0;
}

static int teardown(void **state)
{
	child_release(*state);
	return 0;
}

static bool says(const struct buf *b, const char *text)
{
	return str_has(buf_str(b), str_of(text));
}

#define assert_says(b, text)                                                  \
	do {                                                                  \
		if (!says((b), (text)))                                       \
			fail_msg("'%s' is not in: %.*s", (text), STR_FMT(buf_str(b))); \
	} while (0)

#define assert_exit(child, words, code)                                       \
	do {                                                                  \
		int got_ = child_run((child), (words));                       \
		if (got_ != (code))                                           \
			fail_msg("exit %d of '%s': %.*s", got_, (words),      \
				STR_FMT(buf_str(&(child)->err)));             \
	} while (0)

static void assert_json(const struct buf *b)
{
	struct json j;

	json_init(&j, buf_str(b));
	assert_true(json_skip(&j));
	if (!json_done(&j))
		fail_msg("%s: %.*s", j.why ? j.why : "more than one value", STR_FMT(buf_str(b)));
}

static bool exists(const struct child *c, const char *name)
{
	return access(child_path(c, name), F_OK) == 0;
}

static void assert_mode(const struct child *c, const char *name, mode_t mode)
{
	struct stat st;

	assert_int_equal(stat(child_path(c, name), &st), 0);
	assert_int_equal(st.st_mode & 07777, mode);
}

static void put(const struct child *c, const char *name, const char *text)
{
	test_write_file(child_path(c, name), str_of(text));
}

/* One line of a Claude Code log. */
#define CLAUDE_LINE(id) "{\"type\":\"assistant\",\"sessionId\":\"s1\",\"requestId\":\"req_" id "\"," \
	"\"timestamp\":\"2026-11-01T10:00:00.000Z\",\"cwd\":\"/home/me/api\",\"message\":{" \
	"\"id\":\"msg_" id "\",\"model\":\"claude-sonnet-4-5-20250929\",\"role\":\"assistant\"," \
	"\"usage\":{\"input_tokens\":10,\"output_tokens\":5,\"cache_read_input_tokens\":100," \
	"\"cache_creation_input_tokens\":0}}}\n"

static void cli_help__explains__every_command(void **state)
{
	struct child *c = *state;
	struct buf words = BUF_INIT(256);

	for (size_t i = 0; i < command_count; i++) {
		buf_clear(&words);
		buf_addf(&words, "%s --help", commands[i]->name);
		assert_exit(c, words.at, 0);
		assert_int_equal(c->err.len, 0);
		for (size_t k = 0; k < option_table_count; k++)
			if (command_takes(commands[i], &option_table[k]))
				assert_says(&c->out, option_table[k].name);
	}
	buf_release(&words);
	assert_exit(c, "", 0);
	assert_says(&c->out, "Usage: llmlab COMMAND");
	assert_exit(c, "help import", 0);
	assert_says(&c->out, "Usage: llmlab import");
	assert_exit(c, "--version", 0);
	assert_says(&c->out, "llmlab " LLMLAB_VERSION "\n");
}

static void cli_usage__is__exit_2_with_a_hint(void **state)
{
	struct child *c = *state;

	assert_exit(c, "imprt", 2);
	assert_says(&c->err, "llmlab: unknown command 'imprt'; did you mean 'import'?\n"
		"Try 'llmlab --help'.\n");
	assert_exit(c, "import --strct", 2);
	assert_says(&c->err, "did you mean '--strict'?\nTry 'llmlab import --help'.\n");
	assert_exit(c, "import --map", 2);
	assert_exit(c, "doctor --limit none", 2);
	assert_exit(c, "doctor me", 2);
	assert_exit(c, "sources plan 1 free", 2);
	assert_exit(c, "import --watch -", 2);
	assert_exit(c, "import --watch --dry-run /", 2);
	assert_exit(c, "import --time-base noon --dry-run .", 2);
	assert_exit(c, "sources -z Nowhere/Land", 1); /* the store is missing first */
	assert_int_equal(c->out.len, 0);
}

static void cli_stdout__is__checked(void **state)
{
	struct child *c = *state;

	c->to = STDOUT_FULL;
	assert_exit(c, "help", 1);
	assert_says(&c->err, "llmlab: cannot write to stdout: No space left on device\n");
	c->to = STDOUT_CLOSED_PIPE;
	assert_exit(c, "help", 0);
	assert_int_equal(c->err.len, 0);
	c->to = STDOUT_CLOSED;
	assert_exit(c, "help", 0);
	assert_int_equal(c->err.len, 0);
}

static void cli_settings__are__flag_then_environment_then_file(void **state)
{
	struct child *c = *state;

	mkdir(child_path(c, ".config"), 0700);
	mkdir(child_path(c, ".config/llmlab"), 0700);
	put(c, ".config/llmlab/llmlab.conf", "[version]\njson = yes\n");
	assert_exit(c, "version", 0);
	assert_json(&c->out);
	child_setenv(c, "LLMLAB_JSON=no");
	assert_exit(c, "version", 0);
	assert_says(&c->out, "llmlab ");
	assert_exit(c, "version -j", 0);
	assert_json(&c->out);
}

static void cli_settings__name__what_is_wrong(void **state)
{
	struct child *c = *state;

	put(c, "my.conf", "jsno = yes\n");
	child_setenv(c, "LLMLAB_CONFIG=/nonexistent");
	assert_exit(c, "version", 1);
	assert_says(&c->err, "/nonexistent");
	c->env[0] = NULL;
	child_setenv(c, "LLMLAB_CONFIG=my.conf");
	assert_int_equal(child_run_words(c, (const char *const[]){ "version", "--config",
		child_path(c, "my.conf"), NULL }), 0);
	assert_says(&c->err, "line 1: unknown key 'jsno'; did you mean 'json'?");
	assert_int_equal(child_run_words(c, (const char *const[]){ "version", "-q", "--config",
		child_path(c, "my.conf"), NULL }), 0);
	assert_int_equal(c->err.len, 0);
	c->env[0] = NULL;
	child_setenv(c, "LLMLAB_LIMIT=many");
	assert_exit(c, "version", 2);
	assert_says(&c->err, "LLMLAB_LIMIT: 'many'");
}

static void cli_log__is__kept_only_when_asked(void **state)
{
	struct child *c = *state;

	assert_exit(c, "version", 0);
	assert_false(exists(c, ".local"));
	child_setenv(c, "LLMLAB_TRACE=all");
	assert_exit(c, "version", 0);
	assert_mode(c, ".local/state/llmlab/llmlab.log", 0600);
}

static void cli_names__never_reach__the_terminal_raw(void **state)
{
	struct child *c = *state;
	const char *name = "\033]0;owned\a\033[31m.jsonl";

	assert_int_equal(child_run_words(c, (const char *const[]){ "import", name, NULL }), 1);
	assert_null(memchr(c->err.at, '\033', c->err.len));
	assert_int_equal(child_run_words(c, (const char *const[]){ name, NULL }), 2);
	assert_null(memchr(c->err.at, '\033', c->err.len));
	put(c, name, CLAUDE_LINE("1") "{\"type\":\"assistant\", broken\n");
	assert_int_equal(child_run_words(c, (const char *const[]){ "import", "--strict", c->home,
		NULL }), 3);
	assert_null(memchr(c->out.at, '\033', c->out.len));
	assert_says(&c->out, "]0;owned");
	assert_says(&c->out, ":2");
}

static void cli_import__stores__once(void **state)
{
	struct child *c = *state;

	put(c, "a.jsonl", CLAUDE_LINE("1") CLAUDE_LINE("2") CLAUDE_LINE("1"));
	assert_int_equal(child_run_words(c, (const char *const[]){ "import",
		child_path(c, "a.jsonl"), NULL }), 0);
	assert_says(&c->out, "2 new, 0 updated, 1 known already");
	assert_mode(c, ".local/share/llmlab", 0700);
	assert_mode(c, ".local/share/llmlab/main.db", 0600);
	assert_int_equal(child_run_words(c, (const char *const[]){ "import", "--json",
		child_path(c, "a.jsonl"), NULL }), 0);
	assert_json(&c->out);
	assert_says(&c->out, "\"added\": 0,");
	assert_exit(c, "sources --csv", 0);
	assert_says(&c->out, "id,source,machine,place,plan,files,requests,cost_usd\n1,claude-code,");
	assert_says(&c->out, "metered,1,2,");
	assert_exit(c, "sources plan 1 subscription", 0);
	assert_exit(c, "sources relabel 1 laptop", 0);
	assert_exit(c, "sources -j --no-refresh", 0);
	assert_json(&c->out);
	assert_says(&c->out, "\"plan\": \"subscription\"");
	assert_says(&c->out, "\"machine\": \"laptop\"");
	assert_exit(c, "sources remove 1", 1);
	assert_says(&c->err, "--yes");
	assert_exit(c, "sources remove 1 -y", 0);
	assert_says(&c->out, "Removed 2 calls.");
	assert_exit(c, "sources remove 1 -y", 1);
	assert_exit(c, "doctor", 0);
}

static void cli_import__shows__without_storing_in_a_dry_run(void **state)
{
	struct child *c = *state;

	put(c, "a.jsonl", CLAUDE_LINE("1"));
	assert_int_equal(child_run_words(c, (const char *const[]){ "import", "--dry-run", "-z",
		"UTC", child_path(c, "a.jsonl"), NULL }), 0);
	assert_says(&c->out, "2026-11-01 10:00:00");
	assert_says(&c->out, "claude-sonn");
	assert_says(&c->out, "1 found, none stored");
	assert_int_equal(child_run_words(c, (const char *const[]){ "import", "--dry-run", "-j",
		child_path(c, "a.jsonl"), NULL }), 0);
	assert_json(&c->out);
	assert_says(&c->out, "\"cache_read_tokens\": 100");
	assert_false(exists(c, ".local"));
}

static void cli_records__gives__room_to_names(void **state)
{
	struct child *c = *state;

	put(c, "a.jsonl", CLAUDE_LINE("1"));
	assert_int_equal(child_run_words(c, (const char *const[]){ "import", "-q",
		child_path(c, "a.jsonl"), NULL }), 0);
	assert_exit(c, "records -z UTC", 0);
	assert_says(&c->out, "11-01 10:00  claude-sonnet-4-5-20250929  api ");
	assert_exit(c, "records -z UTC --csv", 0);
	assert_says(&c->out, ",2026-11-01T10:00:00Z,");
}

static void cli_prices__tells_apart__rows_of_one_model(void **state)
{
	struct child *c = *state;

	assert_exit(c, "prices add --model claude-sonnet-4-5 input=2 output=9 "
		"valid_from=2026-01-02", 0);
	assert_exit(c, "prices list claude-sonnet-4-5 --provider anthropic", 0);
	assert_says(&c->out, "  2026-01-02   2.00    9.00           -  own\n");
	assert_exit(c, "prices list deepseek-reasoner --provider deepseek", 0);
	assert_says(&c->out, "hours, UTC");
	assert_says(&c->out, "00:30-16:30");
}

static void cli_prices__refuse__options_of_another_verb(void **state)
{
	struct child *c = *state;

	assert_exit(c, "prices add --model m --provider p input=1 --dry-run", 2);
	assert_says(&c->err, "'prices add' takes no option '--dry-run'");
	assert_exit(c, "prices reprice --model m", 2);
	assert_exit(c, "prices --since today", 2);
	assert_false(exists(c, ".local"));
}

static void cli_import__says__where_it_looked(void **state)
{
	struct child *c = *state;

	assert_exit(c, "import", 1);
	assert_says(&c->err, ".claude");
	assert_false(exists(c, ".local"));
	assert_exit(c, "import nothing-here", 1);
	assert_says(&c->err, "llmlab: 'nothing-here': No such file or directory\n"
		"llmlab: nothing to read\n");
	assert_false(exists(c, ".local"));
}

static void cli_doctor__changes__nothing(void **state)
{
	struct child *c = *state;

	assert_exit(c, "doctor", 0);
	assert_says(&c->out, "-> llmlab import\n");
	assert_false(exists(c, ".local"));
	assert_exit(c, "doctor --json", 0);
	assert_json(&c->out);
}

static void cli_doctor__fails__on_a_store_that_is_damaged_or_open(void **state)
{
	struct child *c = *state;

	mkdir(child_path(c, "st"), 0700);
	put(c, "st/main.db", "this is no database, however long one looks at it");
	chmod(child_path(c, "st/main.db"), 0644);
	assert_int_equal(child_run_words(c, (const char *const[]){ "doctor", "--store",
		child_path(c, "st"), NULL }), 3);
	assert_says(&c->out, "-> chmod -R go= '");
	assert_says(&c->out, "failed");
	assert_mode(c, "st/main.db", 0644);
}

static void cli_completion__is__a_script_that_bash_reads(void **state)
{
	struct child *c = *state;
	char command[600];

	if (access("/bin/bash", X_OK) != 0)
		skip();
	assert_exit(c, "completion bash", 0);
	snprintf(command, sizeof(command), "/bin/bash -n '%s'", child_path(c, ".stdout"));
	assert_int_equal(system(command), 0);
	assert_exit(c, "completion", 2);
	assert_exit(c, "completion tcsh", 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
SUITE(cli,
	TEST(cli_help__explains__every_command),
	TEST(cli_usage__is__exit_2_with_a_hint),
	TEST(cli_stdout__is__checked),
	TEST(cli_settings__are__flag_then_environment_then_file),
	TEST(cli_settings__name__what_is_wrong),
	TEST(cli_log__is__kept_only_when_asked),
	TEST(cli_names__never_reach__the_terminal_raw),
	TEST(cli_import__stores__once),
	TEST(cli_import__shows__without_storing_in_a_dry_run),
	TEST(cli_import__says__where_it_looked),
	TEST(cli_records__gives__room_to_names),
	TEST(cli_prices__tells_apart__rows_of_one_model),
	TEST(cli_prices__refuse__options_of_another_verb),
	TEST(cli_doctor__changes__nothing),
	TEST(cli_doctor__fails__on_a_store_that_is_damaged_or_open),
	TEST(cli_completion__is__a_script_that_bash_reads));
