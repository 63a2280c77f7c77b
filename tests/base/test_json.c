/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON parser. Every document is read twice, skipped as a whole and walked member by
 * member, from an exact-sized block of memory so that a sanitizer sees a byte too far.
 */
#include "tests/support/suite.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/json.h"
#include "base/limits.h"

/* Reads the value that comes next by entering all there is; recursion is fine here. */
static void walk(struct json *j)
{
	struct str s;
	int64_t i;
	bool b;

	switch (json_peek(j)) {
	case JSON_OBJECT:
		if (json_object(j))
			while (json_key(j, &s))
				walk(j);
		break;
	case JSON_ARRAY:
		if (json_array(j))
			while (json_element(j))
				walk(j);
		break;
	case JSON_STRING:
		json_text(j, &s);
		break;
	case JSON_NUMBER:
		json_i64(j, &i);
		break;
	case JSON_BOOL:
		json_bool(j, &b);
		break;
	case JSON_NULL:
	case JSON_NONE:
		json_skip(j);
		break;
	}
}

static bool is_json_by(void (*read)(struct json *), struct str text)
{
	char *exact = malloc(text.len ? text.len : 1);
	struct json j;
	bool is_json;

	if (text.len)
		memcpy(exact, text.at, text.len);
	json_init(&j, (struct str){ exact, text.len });
	read(&j);
	is_json = json_done(&j);
	assert_int_equal(is_json, !json_failed(&j));
	assert_true(j.at >= j.start && j.at <= j.end);
	free(exact);
	return is_json;
}

static void skip_it(struct json *j)
{
	json_skip(j);
}

/* Both ways of reading must agree. */
static bool is_json(struct str text)
{
	bool by_skip = is_json_by(skip_it, text), by_walk = is_json_by(walk, text);

	if (by_skip != by_walk)
		fail_msg("skip says %d, walk says %d: %.*s", by_skip, by_walk, STR_FMT(text));
	return by_skip;
}

static const struct str valid[] = {
	STR_INIT("{}"), STR_INIT("[]"), STR_INIT("\"\""), STR_INIT("0"), STR_INIT("-0"),
	STR_INIT("-1"), STR_INIT("10"), STR_INIT("1.5"), STR_INIT("0.0"), STR_INIT("1e5"),
	STR_INIT("1E+5"), STR_INIT("-1.25e-10"), STR_INIT("0e0"), STR_INIT("true"),
	STR_INIT("false"), STR_INIT("null"), STR_INIT(" \t\r\n1 \t\r\n"),
	STR_INIT("[1]"), STR_INIT("[1,2]"), STR_INIT("[ 1 , 2 ]"), STR_INIT("[[]]"),
	STR_INIT("[[],[]]"), STR_INIT("[{},{}]"), STR_INIT("[true,false,null]"),
	STR_INIT("{\"a\":1}"), STR_INIT("{ \"a\" : 1 , \"b\" : 2 }"), STR_INIT("{\"\":0}"),
	STR_INIT("{\"a\":{\"b\":[{\"c\":[]}]},\"d\":0}"), STR_INIT("{\"a\":1,\"a\":2}"),
	STR_INIT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\uD83D\\uDE00\""),
	STR_INIT("\"\\ud800\""), STR_INIT("\"\\u0000\""), STR_INIT("\"\x7f\""),
	STR_INIT("\"{[,:]}\""), STR_INIT("[\"]\",\"}\"]"), STR_INIT("{\"}\":\"{\"}"),
	STR_INIT("\"\xC3\xBC \xF0\x9F\x98\x80\""), STR_INIT("\"\xFF not utf-8\""),
	STR_INIT("123456789012345678901234567890"), STR_INIT("1e400"),
	STR_INIT("\"sixteen bytes ok\""),
	STR_INIT("\"a string that is longer \\\" than one block\""),
	STR_INIT("[\"x\"\n,\t\"y\"\r]"), STR_INIT("[0,0.1,-0.1,1e1,1E-1]"),
};

static const struct str invalid[] = {
	STR_INIT("{"), STR_INIT("["), STR_INIT("}"), STR_INIT("]"), STR_INIT("\""), STR_INIT(","),
	STR_INIT(":"), STR_INIT("{]"), STR_INIT("[}"), STR_INIT("[{]}"), STR_INIT("{\"a\":[}]"),
	STR_INIT("[1,]"), STR_INIT("[,1]"), STR_INIT("[,]"), STR_INIT("[1,,2]"), STR_INIT("[1 2]"),
	STR_INIT("[1"), STR_INIT("[1,"), STR_INIT("[[1]"), STR_INIT("[1]]"), STR_INIT("[1}"),
	STR_INIT("[1:2]"), STR_INIT("[\"a\":1]"), STR_INIT("{\"a\"}"), STR_INIT("{\"a\":}"),
	STR_INIT("{\"a\":1,}"), STR_INIT("{,\"a\":1}"), STR_INIT("{,}"), STR_INIT("{\"a\" 1}"),
	STR_INIT("{\"a\":1 \"b\":2}"), STR_INIT("{\"a\"::1}"), STR_INIT("{\"a\":1:2}"),
	STR_INIT("{\"a\",1}"), STR_INIT("{a:1}"), STR_INIT("{'a':1}"), STR_INIT("{1:1}"),
	STR_INIT("{null:1}"), STR_INIT("{\"a\":1"), STR_INIT("{\"a\":"), STR_INIT("{\"a\""),
	STR_INIT("{\"a"), STR_INIT("{\"a\":1]"), STR_INIT("{\"a\":1,,\"b\":2}"),
	STR_INIT("{}}"), STR_INIT("[]]"), STR_INIT("{} x"), STR_INIT("[] ,"),
	STR_INIT("-"), STR_INIT("+1"), STR_INIT("01"), STR_INIT("-01"), STR_INIT("00"),
	STR_INIT("1."), STR_INIT(".1"), STR_INIT("-.1"), STR_INIT("1.e1"), STR_INIT("1e"),
	STR_INIT("1e+"), STR_INIT("1e1.5"), STR_INIT("1e+-1"), STR_INIT("0x1"), STR_INIT("1_000"),
	STR_INIT("- 1"), STR_INIT("--1"), STR_INIT("1a"), STR_INIT("1\""), STR_INIT("1{"),
	STR_INIT("NaN"), STR_INIT("Infinity"), STR_INIT("-Infinity"), STR_INIT("nan"),
	STR_INIT("tru"), STR_INIT("t"), STR_INIT("truee"), STR_INIT("True"), STR_INIT("falsey"),
	STR_INIT("nul"), STR_INIT("nulll"), STR_INIT("n"), STR_INIT("undefined"),
	STR_INIT("[tru]"), STR_INIT("[nul,1]"), STR_INIT("[1true]"), STR_INIT("truefalse"),
	STR_INIT("true\0"), STR_INIT("1\0"), STR_INIT("\0"), STR_INIT("[1,\0]"),
	STR_INIT("{\"a\":1\0}"), STR_INIT("\"a\0b\""), STR_INIT("\"a\nb\""), STR_INIT("\"\x1f\""),
	STR_INIT("\"\t\""), STR_INIT("\"long enough for a block\x01 of sixteen\""),
	STR_INIT("\"\\"), STR_INIT("\"\\\""), STR_INIT("\"\\x41\""), STR_INIT("\"\\'\""),
	STR_INIT("\"\\u\""), STR_INIT("\"\\u12\""), STR_INIT("\"\\u123\""), STR_INIT("\"\\u12G4\""),
	STR_INIT("\"\\u123"), STR_INIT("\"\\U0041\""), STR_INIT("\"\\ 1\""), STR_INIT("\"\\\n\""),
	STR_INIT("\"\\0\""), STR_INIT("'a'"), STR_INIT("\"a\"b\""), STR_INIT("[\"a]"),
	STR_INIT("// no\n1"), STR_INIT("/* no */1"), STR_INIT("[1]#"), STR_INIT("\f1"),
	STR_INIT("\v1"), STR_INIT("\xC2\xA0" "1"), STR_INIT("\xEF\xBB\xBF{}"), STR_INIT("1 2 3 ]"),
	STR_INIT("[\"\\ud83d\\u\"]"), STR_INIT("{\"\\x\":1}"), STR_INIT("{\"a\nb\":1}"),
};

static void json__accepts__valid_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(valid) / sizeof(valid[0]); i++)
		if (!is_json(valid[i]))
			fail_msg("refused: %.*s", STR_FMT(valid[i]));
}

static void json__refuses__invalid_documents(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++)
		if (is_json(invalid[i]))
			fail_msg("accepted: %.*s", STR_FMT(invalid[i]));
	assert_false(is_json(STR("")));
	assert_false(is_json((struct str){ NULL, 0 }));
}

static void json__refuses__invalid_parts_of_a_document(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
		struct buf b = BUF_INIT(200);

		if (str_is(invalid[i], "1 2 3 ]"))
			continue;
		buf_addz(&b, "{\"k\":[");
		buf_add(&b, invalid[i]);
		buf_addz(&b, "]}");
		if (is_json(buf_str(&b)) && !str_is(invalid[i], ","))
			fail_msg("accepted: %.*s", STR_FMT(buf_str(&b)));
		buf_release(&b);
	}
}

/* A document cut anywhere is none, unless it is a number or blanks were cut. */
static void json__refuses__cut_documents(void **state)
{
	struct str whole =
		STR("{\"a\":[1,2.5e3,{\"b\":\"c\\u00e9\\n\"}],\"d\":true,\"e\":null,\"f\":{}}");

	(void)state;
	assert_true(is_json(whole));
	for (size_t len = 0; len < whole.len; len++)
		assert_false(is_json(str_head(whole, len)));
}

static struct str nested(struct buf *b, size_t depth, const char *open, const char *close)
{
	buf_clear(b);
	for (size_t i = 0; i < depth; i++)
		buf_addz(b, open);
	buf_addch(b, '1');
	for (size_t i = 0; i < depth; i++)
		buf_addz(b, close);
	return buf_str(b);
}

static void json__stops__at_depth_limit(void **state)
{
	struct buf b = BUF_INIT(1u << 20);

	(void)state;
	assert_true(is_json(nested(&b, LIMIT_JSON_DEPTH, "[", "]")));
	assert_false(is_json(nested(&b, LIMIT_JSON_DEPTH + 1, "[", "]")));
	assert_true(is_json(nested(&b, LIMIT_JSON_DEPTH, "{\"a\":", "}")));
	assert_false(is_json(nested(&b, LIMIT_JSON_DEPTH + 1, "{\"a\":", "}")));
	assert_false(is_json(nested(&b, 10000, "[", "]")));
	assert_false(is_json(nested(&b, 10000, "{\"a\":[", "]}")));
	buf_release(&b);
}

static void json__counts__entered_and_skipped_depth_together(void **state)
{
	struct buf b = BUF_INIT(1u << 20);

	(void)state;
	for (size_t entered = 0; entered <= LIMIT_JSON_DEPTH; entered += 64) {
		for (size_t depth = LIMIT_JSON_DEPTH; depth <= LIMIT_JSON_DEPTH + 1; depth++) {
			struct json j;

			json_init(&j, nested(&b, depth, "[", "]"));
			for (size_t i = 0; i < entered; i++)
				assert_true(json_array(&j) && json_element(&j));
			assert_int_equal(json_skip(&j), depth == LIMIT_JSON_DEPTH);
			for (size_t i = 0; i < entered; i++)
				assert_false(json_element(&j));
			assert_int_equal(json_done(&j), depth == LIMIT_JSON_DEPTH);
		}
	}
	buf_release(&b);
}

static void json_key__reads__members_in_order(void **state)
{
	struct json j;
	struct str key, text;
	int64_t n;
	bool yes;

	(void)state;
	json_init(&j, STR("{\"model\":\"opus\",\"tokens\":-42,\"ok\":true,\"none\":null,"
		"\"more\":{\"x\":[1,2]},\"cost\":1.5e-3}"));
	assert_true(json_object(&j));
	assert_true(json_key(&j, &key) && str_is(key, "model"));
	assert_true(json_text(&j, &text));
	assert_str(text, "opus");
	assert_true(json_key(&j, &key) && str_is(key, "tokens"));
	assert_true(json_i64(&j, &n) && n == -42);
	assert_true(json_key(&j, &key) && str_is(key, "ok"));
	assert_true(json_bool(&j, &yes) && yes);
	assert_true(json_key(&j, &key) && str_is(key, "none"));
	assert_int_equal(json_peek(&j), JSON_NULL);
	assert_false(json_text(&j, &text));
	assert_true(json_key(&j, &key) && str_is(key, "more"));
	assert_true(json_raw(&j, &text));
	assert_str(text, "{\"x\":[1,2]}");
	assert_true(json_key(&j, &key) && str_is(key, "cost"));
	assert_true(json_number(&j, &text));
	assert_str(text, "1.5e-3");
	assert_false(json_key(&j, &key));
	assert_int_equal(j.depth, 0);
	assert_true(json_done(&j));
}

/* A reader that meets another type skips it, leaves *out alone and goes on. */
static void json__skips__values_of_other_types(void **state)
{
	static const char *const values[] = {
		"{\"a\":[]}", "[1,{}]", "\"s\"", "1.5", "true", "null",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct buf b = BUF_INIT(400);
		struct str s = STR("kept");
		int64_t n = 77;
		bool yes = true;
		struct json j;

		buf_addf(&b, "[%s,%s,%s,%s,%s,%s,9]", values[i], values[i], values[i], values[i],
			values[i], values[i]);
		json_init(&j, buf_str(&b));
		assert_true(json_array(&j));
		assert_true(json_element(&j) && json_object(&j) == (i == 0));
		while (i == 0 && json_key(&j, &s))
			json_skip(&j);
		assert_true(json_element(&j) && json_array(&j) == (i == 1));
		while (i == 1 && json_element(&j))
			json_skip(&j);
		assert_true(json_element(&j) && json_text(&j, &s) == (i == 2));
		assert_true(json_element(&j) && json_bool(&j, &yes) == (i == 4));
		assert_true(json_element(&j) && !json_i64(&j, &n));
		assert_true(json_element(&j) && json_number(&j, &s) == (i == 3));
		assert_int_equal(n, 77);
		assert_true(json_element(&j) && json_i64(&j, &n) && n == 9);
		assert_false(json_element(&j));
		assert_true(json_done(&j));
		buf_release(&b);
	}
}

static void json_i64__refuses__what_is_no_int64(void **state)
{
	static const char *const refused[] = { "1.0", "1e3", "9223372036854775808", "\"1\"" };
	struct json j;
	int64_t n = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		json_init(&j, str_of(refused[i]));
		assert_false(json_i64(&j, &n));
		assert_int_equal(n, 77);
		assert_true(json_done(&j));
	}
	json_init(&j, STR("-9223372036854775808"));
	assert_true(json_i64(&j, &n) && n == INT64_MIN && json_done(&j));
}

static void json__sticks__to_first_error(void **state)
{
	struct json j;
	struct str s;
	const char *why;

	(void)state;
	json_init(&j, STR("[1,oops,2]"));
	assert_true(json_array(&j) && json_element(&j) && json_skip(&j) && json_element(&j));
	assert_false(json_skip(&j));
	assert_true(json_failed(&j));
	assert_int_equal(j.at - j.start, 3);
	why = j.why;
	assert_int_equal(json_peek(&j), JSON_NONE);
	assert_false(json_element(&j) || json_key(&j, &s) || json_text(&j, &s) || json_raw(&j, &s));
	assert_false(json_object(&j) || json_array(&j) || json_skip(&j) || json_done(&j));
	assert_ptr_equal(j.why, why);
}

static void json__reads__values_that_follow_each_other(void **state)
{
	struct json j;
	int count = 0;

	(void)state;
	json_init(&j, STR("{} [1]\n\"a\" 2 "));
	while (json_peek(&j) != JSON_NONE && json_skip(&j))
		count++;
	assert_int_equal(count, 4);
	assert_true(json_done(&j));
}

static void json_key__fails__outside_containers(void **state)
{
	struct json j;
	struct str key;

	(void)state;
	json_init(&j, STR("7 , \"a\": 1}"));
	assert_false(json_object(&j));
	assert_false(json_key(&j, &key));
	assert_true(json_failed(&j));
}

static void json_done__fails__in_open_container(void **state)
{
	struct json j;

	(void)state;
	json_init(&j, STR("[ "));
	assert_true(json_array(&j));
	assert_false(json_done(&j));
	assert_string_equal(j.why, "unexpected end");
}

static void json_unescape__resolves__escapes(void **state)
{
	static const struct {
		struct str raw, text;
	} cases[] = {
		{ STR_INIT(""), STR_INIT("") },
		{ STR_INIT("plain"), STR_INIT("plain") },
		{ STR_INIT("\\\"\\\\\\/\\b\\f\\n\\r\\t"), STR_INIT("\"\\/\b\f\n\r\t") },
		{ STR_INIT("a\\u0041\\u00e9\\u20AC"), STR_INIT("aA\xC3\xA9\xE2\x82\xAC") },
		{ STR_INIT("\\uD83D\\uDE00!"), STR_INIT("\xF0\x9F\x98\x80!") },
		{ STR_INIT("\\udbff\\udfff"), STR_INIT("\xF4\x8F\xBF\xBF") },
		{ STR_INIT("\\uD83D"), STR_INIT("\xEF\xBF\xBD") },
		{ STR_INIT("\\uD83Dx"), STR_INIT("\xEF\xBF\xBDx") },
		{ STR_INIT("\\uDE00\\uD83D"), STR_INIT("\xEF\xBF\xBD\xEF\xBF\xBD") },
		{ STR_INIT("\\uD83D\\u0041"), STR_INIT("\xEF\xBF\xBD" "A") },
		{ STR_INIT("\\uD83D\\uD83D\\uDE00"), STR_INIT("\xEF\xBF\xBD\xF0\x9F\x98\x80") },
		{ STR_INIT("\\uD83D\\n"), STR_INIT("\xEF\xBF\xBD\n") },
		{ STR_INIT("\\u0000"), STR_INIT("\0") },
		{ STR_INIT("\\\\u0041"), STR_INIT("\\u0041") },
		{ STR_INIT("bad \\x \\u12 \\"), STR_INIT("bad \\x \\u12 \\") },
		{ STR_INIT("\\uD83D\\uDE0"), STR_INIT("\xEF\xBF\xBD\\uDE0") },
	};
	struct arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_INIT(cases[i].raw.len + 2);

		buf_addz(&b, "> ");
		json_unescape(&b, cases[i].raw);
		assert_true(str_eq(str_from(buf_str(&b), 2), cases[i].text));
		assert_int_equal(b.at[b.len], '\0');
		assert_true(str_eq(json_text_in(&a, cases[i].raw), cases[i].text));
		buf_release(&b);
	}
	arena_release(&a);
}

static void json_text_in__copies__only_escaped_text(void **state)
{
	struct arena a = { 0 };
	struct str plain = STR("plain");

	(void)state;
	assert_ptr_equal(json_text_in(&a, plain).at, plain.at);
	assert_int_equal(a.used, 0);
	fault_arm(FAULT_ALLOC, 1, false);
	assert_null(json_text_in(&a, STR("a\\n")).at);
	fault_disarm();
	arena_release(&a);
}

static void mutate(char *at, size_t *len, uint64_t *seed)
{
	static const char likely[] = "{}[]\",:\\u0123e.-tfn \n\x01\xFF";
	size_t i = test_random(seed) % *len;

	switch (test_random(seed) % 4) {
	case 0:
		at[i] = likely[test_random(seed) % sizeof(likely)];
		break;
	case 1:
		at[i] ^= (char)(1 << test_random(seed) % 8);
		break;
	case 2:
		memmove(at + i, at + i + 1, --*len - i);
		break;
	default:
		*len = i + 1;
		break;
	}
}

/* Skip and walk must agree on every mutant, and neither may read past the end. */
static void json__survives__mutated_documents(void **state)
{
	static const struct str seeds[] = {
		STR_INIT("{\"a\":[1,2.5e3,{\"b\":\"c\\u00e9\\n\"}],"
			"\"d\":true,\"e\":null,\"f\":{}}"),
		STR_INIT("[[[\"a string of some length \\\" with a quote\",-1],{}],"
			"\"\\ud83d\\ude00\"]"),
		STR_INIT("{\"usage\":{\"input_tokens\":12,\"output_tokens\":34},\"id\":\"msg_1\"}\n"),
	};
	uint64_t seed = 23;
	int valid_count = 0;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		struct str original = seeds[i % 3];
		size_t len = original.len;
		char bytes[128];

		memcpy(bytes, original.at, len);
		for (uint64_t n = 1 + test_random(&seed) % 3; n > 0 && len > 1; n--)
			mutate(bytes, &len, &seed);
		valid_count += is_json((struct str){ bytes, len });
	}
	assert_in_range(valid_count, 1000, 90000);
}

SUITE(json,
	cmocka_unit_test(json__accepts__valid_documents),
	cmocka_unit_test(json__refuses__invalid_documents),
	cmocka_unit_test(json__refuses__invalid_parts_of_a_document),
	cmocka_unit_test(json__refuses__cut_documents),
	cmocka_unit_test(json__stops__at_depth_limit),
	cmocka_unit_test(json__counts__entered_and_skipped_depth_together),
	cmocka_unit_test(json_key__reads__members_in_order),
	cmocka_unit_test(json__skips__values_of_other_types),
	cmocka_unit_test(json_i64__refuses__what_is_no_int64),
	cmocka_unit_test(json__sticks__to_first_error),
	cmocka_unit_test(json__reads__values_that_follow_each_other),
	cmocka_unit_test(json_key__fails__outside_containers),
	cmocka_unit_test(json_done__fails__in_open_container),
	cmocka_unit_test(json_unescape__resolves__escapes),
	cmocka_unit_test(json_text_in__copies__only_escaped_text),
	cmocka_unit_test(json__survives__mutated_documents));
