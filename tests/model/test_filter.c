/* SPDX-License-Identifier: Apache-2.0 */
/* The filter language: what is read, and the sentence for each mistake. */
#include "tests/support/suite.h"

#include "base/fault.h"
#include "base/limits.h"
#include "model/filter.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct arena arena;

static int open_arena(void **state)
{
	(void)state;
	arena_init(&arena, 1u << 20);
	return 0;
}

static int close_arena(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct filter parse(const char *text)
{
	struct err err = { 0 };
	struct filter f;

	assert_ok(filter_parse(str_of(text), &arena, &f, &err), &err);
	return f;
}

static const struct filter_term *parse_one(const char *text)
{
	struct filter f = parse(text);

	assert_int_equal(f.count, 1);
	return f.terms;
}

static void assert_texts(const struct filter_term *term, size_t count, const char *const *texts)
{
	assert_int_equal(term->text_count, count);
	for (size_t i = 0; i < count; i++)
		assert_str_equal_(term->texts[i], str_of(texts[i]), __FILE__, __LINE__);
}

static void filter_parse__reads__texts_and_lists(void **state)
{
	static const struct {
		const char *text;
		enum filter_field field;
		enum filter_op op;
		size_t count;
		const char *texts[3];
	} cases[] = {
		{ "provider=anthropic", FILTER_PROVIDER, FILTER_EQ, 1, { "anthropic" } },
		{ "provider==anthropic", FILTER_PROVIDER, FILTER_EQ, 1, { "anthropic" } },
		{ "provider!=openai", FILTER_PROVIDER, FILTER_NE, 1, { "openai" } },
		{ "model~gpt", FILTER_MODEL, FILTER_CONTAINS, 1, { "gpt" } },
		{ "model!~gpt,o1", FILTER_MODEL, FILTER_NOT_CONTAINS, 2, { "gpt", "o1" } },
		{ "user=alice,bob,carol", FILTER_USER, FILTER_EQ, 3, { "alice", "bob", "carol" } },
		{ "project=\"my site\"", FILTER_PROJECT, FILTER_EQ, 1, { "my site" } },
		{ "project=\"a,b\",c", FILTER_PROJECT, FILTER_EQ, 2, { "a,b", "c" } },
		{ "project=\"say \\\"hi\\\" \\\\ \"", FILTER_PROJECT, FILTER_EQ, 1,
			{ "say \"hi\" \\ " } },
		{ "project=~/work", FILTER_PROJECT, FILTER_EQ, 1, { "~/work" } },
		{ "project=a\"b", FILTER_PROJECT, FILTER_EQ, 1, { "a\"b" } },
		{ "session=a=b", FILTER_SESSION, FILTER_EQ, 1, { "a=b" } },
		{ "user=", FILTER_USER, FILTER_EQ, 1, { "" } },
		{ "user!=", FILTER_USER, FILTER_NE, 1, { "" } },
		{ "user=\"\",alice", FILTER_USER, FILTER_EQ, 2, { "", "alice" } },
		{ "key=ci", FILTER_KEY, FILTER_EQ, 1, { "ci" } },
		{ "source~claude", FILTER_SOURCE, FILTER_CONTAINS, 1, { "claude" } },
		{ "machine=laptop", FILTER_MACHINE, FILTER_EQ, 1, { "laptop" } },
		{ "agent=\xc3\xa9t\xc3\xa9", FILTER_AGENT, FILTER_EQ, 1, { "\xc3\xa9t\xc3\xa9" } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct filter_term *term = parse_one(cases[i].text);

		assert_int_equal(term->field, cases[i].field);
		assert_int_equal(term->op, cases[i].op);
		assert_texts(term, cases[i].count, cases[i].texts);
	}
}

static void filter_parse__reads__tags(void **state)
{
	static const char *const prod[] = { "prod" }, *const any[] = { "" };
	const struct filter_term *term = parse_one("tag:env=prod");

	(void)state;
	assert_int_equal(term->field, FILTER_TAG);
	assert_str(term->tag, "env");
	assert_texts(term, 1, prod);
	term = parse_one("tag:gen_ai.team:x!=");
	assert_str(term->tag, "gen_ai.team:x");
	assert_int_equal(term->op, FILTER_NE);
	assert_texts(term, 1, any);
}

static void filter_parse__reads__amounts(void **state)
{
	static const struct {
		const char *text;
		enum filter_field field;
		enum filter_op op;
		int64_t amount;
	} cases[] = {
		{ "cost>0.05", FILTER_COST, FILTER_GT, 50000000 },
		{ "cost>=$1.50", FILTER_COST, FILTER_GE, 1500000000 },
		{ "cost=0", FILTER_COST, FILTER_EQ, 0 },
		{ "cost<1e-7", FILTER_COST, FILTER_LT, 100 },
		{ "tokens>=10k", FILTER_TOKENS, FILTER_GE, 10000 },
		{ "tokens<=1.5K", FILTER_TOKENS, FILTER_LE, 1500 },
		{ "tokens!=2M", FILTER_TOKENS, FILTER_NE, 2000000 },
		{ "input>0.25m", FILTER_INPUT, FILTER_GT, 250000 },
		{ "output<100", FILTER_OUTPUT, FILTER_LT, 100 },
		{ "cache_read>1099511627776", FILTER_CACHE_READ, FILTER_GT, LIMIT_TOKENS },
		{ "dur>2s", FILTER_DURATION, FILTER_GT, 2000 },
		{ "dur<=1500ms", FILTER_DURATION, FILTER_LE, 1500 },
		{ "dur>1m30s", FILTER_DURATION, FILTER_GT, 90000 },
		{ "dur>\"2s\"", FILTER_DURATION, FILTER_GT, 2000 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct filter_term *term = parse_one(cases[i].text);

		assert_int_equal(term->field, cases[i].field);
		assert_int_equal(term->op, cases[i].op);
		assert_int_equal(term->amount, cases[i].amount);
		assert_int_equal(term->text_count, 0);
	}
}

static void filter_parse__reads__choices_as_a_set(void **state)
{
	(void)state;
	assert_int_equal(parse_one("status=error")->choices, 1u << CALL_ERROR);
	assert_int_equal(parse_one("status=ok,aborted")->choices,
		1u << CALL_OK | 1u << CALL_ABORTED);
	assert_int_equal(parse_one("status!=ok")->op, FILTER_NE);
	assert_int_equal(parse_one("tier=batch,flex")->choices, 1u << TIER_BATCH | 1u << TIER_FLEX);
	assert_int_equal(parse_one("priced=no")->choices, 1u << 0);
	assert_int_equal(parse_one("priced=yes")->choices, 1u << 1);
}

static void filter_parse__joins__terms_between_blanks(void **state)
{
	static const char *const names[] = { "a", "b" }, *const absent[] = { "" };
	static const char *const quoted[] = { "x y" };
	struct filter f = parse("  status=error\tuser=a,b cost>0.05\nproject= model=\"x y\" ");

	(void)state;
	assert_int_equal(f.count, 5);
	assert_int_equal(f.terms[0].choices, 1u << CALL_ERROR);
	assert_texts(&f.terms[1], 2, names);
	assert_int_equal(f.terms[2].amount, 50000000);
	assert_texts(&f.terms[3], 1, absent);
	assert_texts(&f.terms[4], 1, quoted);
}

static void filter_parse__gives__no_terms_for_an_empty_text(void **state)
{
	(void)state;
	assert_int_equal(parse("").count, 0);
	assert_int_equal(parse(" \t\n ").count, 0);
}

static void filter_parse__outlives__the_text_it_read(void **state)
{
	static const char *const wanted[] = { "gpt" };
	char text[] = "model~gpt";
	struct filter f = parse(text);

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	assert_texts(&f.terms[0], 1, wanted);
}

static void filter_parse__says__what_is_wrong_and_where(void **state)
{
	static const char *const cases[][2] = {
		{ "cost>1 modle=x", "'modle' is no field at column 8; did you mean 'model'?" },
		{ "Model=x", "'Model' is no field at column 1; did you mean 'model'?" },
		{ "uesr=x", "'uesr' is no field at column 1; did you mean 'user'?" },
		{ "user=\xc3\xa9t\xc3\xa9 ky=1",
			"'ky' is no field at column 10; did you mean 'key'?" },
		{ "temperature>1",
			"'temperature' is no field at column 1; write provider, model, "
			"project, user, key, session, source, machine, agent, tag, status, "
			"tier, priced, cost, tokens, input, output, cache_read or dur" },
		{ "hello",
			"'hello' at column 1 has no field; calls hold no text to search, write "
			"a term such as model~hello" },
		{ "cost > 0.05",
			"'cost' at column 1 needs an operator right after it, such as "
			"cost>0.05" },
		{ "\"hello you\"",
			"the quoted text at column 1 has no field; calls hold no text to "
			"search, write a term such as model~gpt" },
		{ "a\"b\"",
			"the quoted text at column 2 has no field; calls hold no text to "
			"search, write a term such as model~gpt" },
		{ "=x",
			"there is no field before '=' at column 1; write a term such as "
			"model~gpt" },
		{ "tag=x", "'tag' at column 1 needs a name, such as tag:env=prod" },
		{ "tag:=x", "'tag' at column 1 needs a name, such as tag:env=prod" },
		{ "model!gpt", "'!' at column 6 is no operator; write != or !~" },
		{ "model>gpt", "'>' at column 6 does not fit 'model', which takes = != ~ !~" },
		{ "cost~5", "'~' at column 5 does not fit 'cost', which takes = != < <= > >=" },
		{ "status!~ok", "'!~' at column 7 does not fit 'status', which takes = !=" },
		{ "status=eror",
			"'eror' at column 8 is no value of 'status'; did you mean 'error'?" },
		{ "status=ok,bad",
			"'bad' at column 11 is no value of 'status'; write ok, error or "
			"aborted" },
		{ "status=",
			"'' at column 8 is no value of 'status'; write ok, error or aborted" },
		{ "priced=maybe",
			"'maybe' at column 8 is no value of 'priced'; write no or yes" },
		{ "cost>abc",
			"'abc' at column 6 is no amount for 'cost'; write dollars such as 0.05" },
		{ "cost>", "'' at column 6 is no amount for 'cost'; write dollars such as 0.05" },
		{ "tokens>1.5",
			"'1.5' at column 8 is no amount for 'tokens'; write a count such as "
			"1500, 10k or 2M" },
		{ "tokens>k",
			"'k' at column 8 is no amount for 'tokens'; write a count such as "
			"1500, 10k or 2M" },
		{ "dur>2",
			"'2' at column 5 is no amount for 'dur'; write a unit too: 2s or "
			"1500ms" },
		{ "cost=1,2", "'cost' takes one amount, not a list, at column 7" },
		{ "model~", "there is nothing to look for at column 7" },
		{ "user=a,,b",
			"a value is missing beside the comma at column 7; write \"\" for "
			"absent" },
		{ "user=a, b",
			"a value is missing beside the comma at column 7; write \"\" for "
			"absent" },
		{ "user=a,",
			"a value is missing beside the comma at column 7; write \"\" for "
			"absent" },
		{ "user=,a",
			"a value is missing beside the comma at column 6; write \"\" for "
			"absent" },
		{ "user=\"alice", "the quote at column 6 is not closed" },
		{ "user=\"alice\\", "the quote at column 6 is not closed" },
		{ "user=\"alice\\\"", "the quote at column 6 is not closed" },
		{ "user=\"alice\"x",
			"a blank or a comma is missing after the quote at column 12" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = { 0 };
		struct filter f;

		assert_int_equal(filter_parse(str_of(cases[i][0]), &arena, &f, &err), LL_EUSAGE);
		assert_true(strncmp(err.msg, "filter: ", 8) == 0);
		assert_string_equal(err.msg + 8, cases[i][1]);
	}
}

static void filter_parse__refuses__a_text_above_the_limit(void **state)
{
	static char text[LIMIT_FILTER_BYTES + 1];
	struct err err = { 0 };
	struct filter f;

	(void)state;
	memset(text, ' ', sizeof(text));
	assert_int_equal(filter_parse((struct str){ text, sizeof(text) }, &arena, &f, &err),
		LL_EUSAGE);
	assert_string_equal(err.msg, "filter: longer than 4096 bytes");
	assert_ok(filter_parse((struct str){ text, LIMIT_FILTER_BYTES }, &arena, &f, &err), &err);
}

static void filter_parse__reports__memory_that_runs_out(void **state)
{
	struct str text = STR("user=\"a b\",c model~gpt");
	enum ll_err code = LL_ENOMEM;
	struct err err = { 0 };
	struct filter f;

	(void)state;
	for (uint64_t nth = 1; code; nth++) {
		arena_release(&arena);
		arena_init(&arena, 0);
		fault_arm(FAULT_ALLOC, nth, true);
		code = filter_parse(text, &arena, &f, &err);
		fault_disarm();
		assert_true(code == LL_OK || code == LL_ENOMEM);
		assert_true(nth < 20);
	}
	for (size_t max = 1; max < 64; max++) {
		arena_release(&arena);
		arena_init(&arena, max);
		assert_int_equal(filter_parse(text, &arena, &f, &err), LL_ENOMEM);
	}
}

/* Pieces of the language in any order, and any bytes: an answer or a sentence, never a crash. */
static void filter_parse__survives__anything(void **state)
{
	static const char *const pieces[] = {
		"model", "cost", "status", "tag:", "dur", "=", "!=", "~", "<", ">=", "!", "\"",
			"\\",
		",", " ", "1k", "0.5", "error", "\xff", "\xc3\xa9", "$", "2s", "x",
	};
	uint64_t random = 6;

	(void)state;
	for (int round = 0; round < 50000; round++) {
		char text[256];
		size_t len = 0, parts = test_random(&random) % 12;
		struct err err = { 0 };
		struct filter f;

		for (size_t i = 0; i < parts; i++) {
			struct str piece = str_of(pieces[test_random(&random) % COUNT(pieces)]);

			memcpy(text + len, piece.at, piece.len);
			len += piece.len;
			if (test_random(&random) % 16 == 0)
				text[len++] = (char)test_random(&random);
		}
		arena_clear(&arena);
		if (filter_parse((struct str){ text, len }, &arena, &f, &err))
			assert_true(err.code == LL_EUSAGE && strncmp(err.msg, "filter: ", 8) == 0);
	}
}

static void filter_contains__ignores__ascii_case(void **state)
{
	(void)state;
	assert_true(filter_contains(STR("Claude-Opus-4"), STR("opus")));
	assert_true(filter_contains(STR("claude"), STR("CLAUDE")));
	assert_true(filter_contains(STR("aab"), STR("ab")));
	assert_true(filter_contains(STR("x"), STR("")));
	assert_true(filter_contains((struct str){ NULL, 0 }, STR("")));
	assert_false(filter_contains(STR("gpt"), STR("gpt-4")));
	assert_false(filter_contains((struct str){ NULL, 0 }, STR("a")));
	assert_false(filter_contains(STR("[@"), STR("{`")));
}

static void filter_compare__compares__by_op(void **state)
{
	static const struct {
		enum filter_op op;
		bool below, same, above;
	} cases[] = {
		{ FILTER_EQ, false, true, false }, { FILTER_NE, true, false, true },
		{ FILTER_LT, true, false, false }, { FILTER_LE, true, true, false },
		{ FILTER_GT, false, false, true }, { FILTER_GE, false, true, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(filter_compare(cases[i].op, -1, 0), cases[i].below);
		assert_int_equal(filter_compare(cases[i].op, INT64_MAX, INT64_MAX), cases[i].same);
		assert_int_equal(filter_compare(cases[i].op, INT64_MAX, INT64_MIN), cases[i].above);
	}
}

static void filter_fields__have__examples_that_parse(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FILTER_FIELDS; i++) {
		assert_int_equal(parse_one(filter_fields[i].example)->field, i);
		assert_true(strlen(filter_fields[i].help) > 0);
		assert_true(strlen(filter_fields[i].name) <= 24);
	}
}

#define WITH_ARENA(test) cmocka_unit_test_setup_teardown(test, open_arena, close_arena)

SUITE(filter,
	WITH_ARENA(filter_parse__reads__texts_and_lists),
	WITH_ARENA(filter_parse__reads__tags),
	WITH_ARENA(filter_parse__reads__amounts),
	WITH_ARENA(filter_parse__reads__choices_as_a_set),
	WITH_ARENA(filter_parse__joins__terms_between_blanks),
	WITH_ARENA(filter_parse__gives__no_terms_for_an_empty_text),
	WITH_ARENA(filter_parse__outlives__the_text_it_read),
	WITH_ARENA(filter_parse__says__what_is_wrong_and_where),
	WITH_ARENA(filter_parse__refuses__a_text_above_the_limit),
	WITH_ARENA(filter_parse__reports__memory_that_runs_out),
	WITH_ARENA(filter_parse__survives__anything),
	cmocka_unit_test(filter_contains__ignores__ascii_case),
	cmocka_unit_test(filter_compare__compares__by_op),
	WITH_ARENA(filter_fields__have__examples_that_parse));
