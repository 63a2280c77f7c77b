/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 and the gate before the terminal. */
#include "tests/support/suite.h"

#include "base/text.h"

#define FFFD "\xEF\xBF\xBD"

static void assert_safe_is(struct str s, struct str wanted)
{
	struct buf b = BUF_INIT(1000);

	text_add_safe(&b, s);
	assert_str_equal_(buf_str(&b), wanted, __FILE__, __LINE__);
	buf_release(&b);
}

static void text_add_safe__replaces__what_terminals_act_on(void **state)
{
	(void)state;
	assert_safe_is(STR("plain text"), STR("plain text"));
	assert_safe_is(STR(""), STR(""));
	assert_safe_is(STR("a\tb\nc\rd"), STR("a b c d"));
	assert_safe_is(STR("\x1b]0;t\x07"), STR(FFFD "]0;t" FFFD));
	assert_safe_is(STR("a\0b"), STR("a" FFFD "b"));
	assert_safe_is(STR("\x7f"), STR(FFFD));
	assert_safe_is(STR("\xC2\x9B" "31m"), STR(FFFD "31m"));
	assert_safe_is(STR("\xE2\x80\xAE" "abc"), STR(FFFD "abc"));
	assert_safe_is(STR("\xEF\xBB\xBFx"), STR(FFFD "x"));
	assert_safe_is(STR("\xE2\x80\xA8"), STR(FFFD));
	assert_safe_is(STR("gr\xC3\xBC\xC3\x9F \xE6\x97\xA5 \xF0\x9F\x98\x80"),
		STR("gr\xC3\xBC\xC3\x9F \xE6\x97\xA5 \xF0\x9F\x98\x80"));
	assert_safe_is(STR("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"),
		STR("\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x92\xBB"));
}

/* Every code point, and then random bytes: nothing forbidden comes out. */
static void text_add_safe__lets__no_control_pass(void **state)
{
	struct buf in = BUF_INIT(8u << 20), out = BUF_INIT(32u << 20);
	uint64_t seed = 17;

	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++)
		utf8_add(&in, cp);
	for (int i = 0; i < 500000; i++)
		buf_addch(&in, (char)test_random(&seed));
	assert_int_equal(buf_status(&in), LL_OK);
	text_add_safe(&out, buf_str(&in));
	assert_int_equal(buf_status(&out), LL_OK);
	assert_true(utf8_is_valid(buf_str(&out)));
	for (size_t i = 0; i < out.len;) {
		uint32_t cp = utf8_next(buf_str(&out), &i);

		if (cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) || text_is_control(cp))
			fail_msg("U+%04X passed", cp);
	}
	buf_release(&in);
	buf_release(&out);
}

static void text_is_control__knows__bidi(void **state)
{
	static const uint32_t bad[] = {
		0x00, 0x1B, 0x7F, 0x80, 0x9F, 0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A,
		0x202E, 0x2066, 0x2069, 0xFEFF, 0xE0001, 0xE007F,
	};
	static const uint32_t good[] = { 0x20, 0x7E, 0xA0, 0x200C, 0x200D, 0xFFFD, 0x10FFFF };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(text_is_control(bad[i]));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_false(text_is_control(good[i]));
}

static void utf8__round_trips__every_code_point(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10FFFF; cp++) {
		bool is_surrogate = cp >= 0xD800 && cp <= 0xDFFF;
		char bytes[4];
		struct str s = { bytes, utf8_encode(cp, bytes) };
		size_t i = 0;

		assert_true(utf8_is_valid(s));
		assert_int_equal(utf8_next(s, &i), is_surrogate ? 0xFFFD : cp);
		assert_int_equal(i, s.len);
	}
}

static void utf8_is_valid__refuses__bad_sequences(void **state)
{
	static const struct str bad[] = {
		STR_INIT("\x80"), STR_INIT("\xBF"), STR_INIT("\xC0\x80"), STR_INIT("\xC1\xBF"),
		STR_INIT("\xC2"), STR_INIT("\xC2\x41"), STR_INIT("\xE0\x80\x80"),
		STR_INIT("\xE0\x9F\xBF"), STR_INIT("\xE2\x82"), STR_INIT("\xED\xA0\x80"),
		STR_INIT("\xED\xBF\xBF"), STR_INIT("\xF0\x8F\xBF\xBF"),
		STR_INIT("\xF0\x9F\x98"), STR_INIT("\xF4\x90\x80\x80"),
		STR_INIT("\xF5\x80\x80\x80"),
		STR_INIT("\xFF"), STR_INIT("fine until here \xFE"), STR_INIT("abcdefg\xC3"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(utf8_is_valid(bad[i]));
	assert_true(utf8_is_valid(STR("")));
	assert_true(utf8_is_valid(STR("longer than eight bytes, \xC3\xBC too \xF0\x9F\x98\x80")));
}

static void utf8_next__moves__one_byte_past_invalid(void **state)
{
	struct str s = STR("\xE2\x82z");
	size_t i = 0;

	(void)state;
	assert_int_equal(utf8_next(s, &i), 0xFFFD);
	assert_int_equal(i, 1);
	assert_int_equal(utf8_next(s, &i), 0xFFFD);
	assert_int_equal(utf8_next(s, &i), 'z');
	assert_int_equal(i, 3);
}

static void utf8_cut__never_splits__a_sequence(void **state)
{
	struct str s = STR("a\xC3\xBC\xE6\x97\xA5\xF0\x9F\x98\x80z");

	(void)state;
	for (size_t max = 0; max <= s.len + 1; max++) {
		struct str cut = utf8_cut(s, max);

		assert_true(cut.len <= max);
		assert_true(utf8_is_valid(cut));
		assert_true(max < s.len || cut.len == s.len);
		assert_true(max >= s.len || cut.len + 4 > max);
	}
	assert_int_equal(utf8_cut(STR("\x80\x80\x80\x80\x80\x80"), 5).len, 5);
}

static void text_width__counts__cells(void **state)
{
	(void)state;
	assert_int_equal(text_width(STR("")), 0);
	assert_int_equal(text_width(STR("abc")), 3);
	assert_int_equal(text_width(STR("gr\xC3\xBC\xC3\x9F")), 4);
	assert_int_equal(text_width(STR("e\xCC\x81")), 1);
	assert_int_equal(text_width(STR("\xE6\x97\xA5\xE6\x9C\xAC")), 4);
	assert_int_equal(text_width(STR("\xF0\x9F\x98\x80")), 2);
	assert_int_equal(text_width(STR("\xE2\x94\x82")), 1);
}

static void text_fit__keeps__whole_characters(void **state)
{
	struct str s = STR("a\xE6\x97\xA5" "e\xCC\x81z");

	(void)state;
	assert_str(text_fit(s, 0), "");
	assert_str(text_fit(s, 1), "a");
	assert_str(text_fit(s, 2), "a");
	assert_str(text_fit(s, 3), "a\xE6\x97\xA5");
	assert_str(text_fit(s, 4), "a\xE6\x97\xA5" "e\xCC\x81");
	assert_str(text_fit(s, 99), "a\xE6\x97\xA5" "e\xCC\x81z");
}

SUITE(text,
	cmocka_unit_test(text_add_safe__replaces__what_terminals_act_on),
	cmocka_unit_test(text_add_safe__lets__no_control_pass),
	cmocka_unit_test(text_is_control__knows__bidi),
	cmocka_unit_test(utf8__round_trips__every_code_point),
	cmocka_unit_test(utf8_is_valid__refuses__bad_sequences),
	cmocka_unit_test(utf8_next__moves__one_byte_past_invalid),
	cmocka_unit_test(utf8_cut__never_splits__a_sequence),
	cmocka_unit_test(text_width__counts__cells),
	cmocka_unit_test(text_fit__keeps__whole_characters));
