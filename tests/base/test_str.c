/* SPDX-License-Identifier: Apache-2.0 */
/* Views: comparing, cutting, reading numbers. */
#include "tests/support/suite.h"

#include <stdio.h>

static const struct str nothing = { NULL, 0 };

static void str_cmp__orders__bytes_then_length(void **state)
{
	(void)state;
	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("b"), STR("a")) > 0);
	assert_true(str_cmp(STR("ab"), STR("abc")) < 0);
	assert_true(str_cmp(STR("\x7f"), STR("\x80")) < 0);
	assert_int_equal(str_cmp(STR("same"), STR("same")), 0);
	assert_int_equal(str_cmp(nothing, STR("")), 0);
	assert_true(str_cmp(nothing, STR("a")) < 0);
}

static void str_is__compares__with_literal(void **state)
{
	(void)state;
	assert_true(str_is(STR("model"), "model"));
	assert_false(str_is(STR("models"), "model"));
	assert_true(str_is(nothing, ""));
	assert_true(str_eq(nothing, STR("")));
}

static void str_starts_ends_has__find__parts(void **state)
{
	(void)state;
	assert_true(str_starts(STR("claude-opus"), STR("claude")));
	assert_false(str_starts(STR("cl"), STR("claude")));
	assert_true(str_ends(STR("a.jsonl"), STR(".jsonl")));
	assert_false(str_ends(STR("l"), STR(".jsonl")));
	assert_true(str_has(STR("claude-opus"), STR("de-o")));
	assert_false(str_has(STR("claude"), STR("opus")));
	assert_true(str_starts(nothing, nothing));
	assert_true(str_ends(nothing, STR("")));
	assert_true(str_has(nothing, STR("")));
	assert_false(str_has(nothing, STR("a")));
}

static void str_eq_nocase__folds__ascii_only(void **state)
{
	(void)state;
	assert_true(str_eq_nocase(STR("GPT-4o"), STR("gpt-4O")));
	assert_false(str_eq_nocase(STR("gpt"), STR("gpt4")));
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_false(str_eq_nocase(STR("\xC3\x84"), STR("\xC3\xA4")));
}

static void str_trim__drops__blanks_at_both_ends(void **state)
{
	(void)state;
	assert_str(str_trim(STR(" \t a b\r\n")), "a b");
	assert_str(str_trim(STR(" \t ")), "");
	assert_str(str_trim(nothing), "");
}

static void str_from_head__clamp__to_length(void **state)
{
	(void)state;
	assert_str(str_from(STR("abc"), 1), "bc");
	assert_str(str_from(STR("abc"), 9), "");
	assert_str(str_head(STR("abc"), 2), "ab");
	assert_str(str_head(STR("abc"), 9), "abc");
	assert_null(str_from(nothing, 3).at);
}

static void str_cut__visits__every_part(void **state)
{
	struct str rest = STR("a,,b,");

	(void)state;
	assert_str(str_cut(&rest, ','), "a");
	assert_str(str_cut(&rest, ','), "");
	assert_str(str_cut(&rest, ','), "b");
	assert_non_null(rest.at);
	assert_str(str_cut(&rest, ','), "");
	assert_null(rest.at);
	assert_null(str_cut(&rest, ',').at);
}

static void str_to_i64__reads__what_printf_writes(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t wanted = (int64_t)(test_random(&seed) >> (test_random(&seed) % 64));
		int64_t got = 0;
		char text[32];

		if (i % 2)
			wanted = -wanted;
		snprintf(text, sizeof(text), "%lld", (long long)wanted);
		assert_true(str_to_i64(str_of(text), &got));
		assert_int_equal(got, wanted);
	}
}

static void str_to_i64__refuses__all_else(void **state)
{
	static const char *const bad[] = {
		"", "-", "+", "--1", "+-1", " 1", "1 ", "1.0", "1e3", "0x10", "9223372036854775808",
		"-9223372036854775809", "18446744073709551616", "99999999999999999999999", "1,000",
		"\xD9\xA1",
	};
	int64_t v = 77;
	uint64_t u = 77;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(str_to_i64(str_of(bad[i]), &v));
	assert_false(str_to_i64(nothing, &v));
	assert_false(str_to_u64(STR("-1"), &u));
	assert_false(str_to_u64(STR("18446744073709551616"), &u));
	assert_int_equal(v, 77);
	assert_int_equal(u, 77);
}

static void str_to_i64__reads__both_ends_of_range(void **state)
{
	int64_t v;
	uint64_t u;

	(void)state;
	assert_true(str_to_i64(STR("9223372036854775807"), &v) && v == INT64_MAX);
	assert_true(str_to_i64(STR("-9223372036854775808"), &v) && v == INT64_MIN);
	assert_true(str_to_i64(STR("+0042"), &v) && v == 42);
	assert_true(str_to_i64(STR("-0"), &v) && v == 0);
	assert_true(str_to_u64(STR("18446744073709551615"), &u) && u == UINT64_MAX);
}

static void str_basename__drops__directories(void **state)
{
	(void)state;
	assert_str(str_basename(STR("/a/b.json")), "b.json");
	assert_str(str_basename(STR("b.json")), "b.json");
	assert_str(str_basename(STR("a/")), "");
	assert_str(str_basename(nothing), "");
}

SUITE(str,
	cmocka_unit_test(str_cmp__orders__bytes_then_length),
	cmocka_unit_test(str_is__compares__with_literal),
	cmocka_unit_test(str_starts_ends_has__find__parts),
	cmocka_unit_test(str_eq_nocase__folds__ascii_only),
	cmocka_unit_test(str_trim__drops__blanks_at_both_ends),
	cmocka_unit_test(str_from_head__clamp__to_length),
	cmocka_unit_test(str_cut__visits__every_part),
	cmocka_unit_test(str_to_i64__reads__what_printf_writes),
	cmocka_unit_test(str_to_i64__refuses__all_else),
	cmocka_unit_test(str_to_i64__reads__both_ends_of_range),
	cmocka_unit_test(str_basename__drops__directories));
