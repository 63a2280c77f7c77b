/* SPDX-License-Identifier: Apache-2.0 */
/* The theme text, the shipped themes, and styles on terminals of few colours. */
#include "tests/support/suite.h"

#include "themes/theme.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define DIRECT (INT32_C(1) << 24)

static void assert_style(struct style got, int32_t fg, int32_t bg, unsigned attrs)
{
	assert_int_equal(got.fg, fg);
	assert_int_equal(got.bg, bg);
	assert_int_equal(got.attrs, attrs);
}

static void theme_parse__reads__colours_and_attributes(void **state)
{
	struct theme theme;
	struct err err = { 0 };

	(void)state;
	assert_ok(theme_parse(STR("# mine\r\n\n [theme]\n name = my own\n accent=blue   bold\n"
		"err = #B00020 on 17\nsel = reverse\nok = on bright-green\nwarn = italic dim underline\n"
		"link = default\n; end"), NULL, &theme, &err), &err);
	assert_string_equal(theme.name, "my own");
	assert_style(theme.styles[ROLE_ACCENT], 4, COLOR_DEFAULT, ATTR_BOLD);
	assert_style(theme.styles[ROLE_ERR], COLOR_RGB(0xB0, 0, 0x20), 17, 0);
	assert_style(theme.styles[ROLE_SEL], COLOR_DEFAULT, COLOR_DEFAULT, ATTR_REVERSE);
	assert_style(theme.styles[ROLE_OK], COLOR_DEFAULT, 10, 0);
	assert_style(theme.styles[ROLE_WARN], COLOR_DEFAULT, COLOR_DEFAULT,
		ATTR_ITALIC | ATTR_DIM | ATTR_UNDERLINE);
	assert_style(theme.styles[ROLE_LINK], COLOR_DEFAULT, COLOR_DEFAULT, 0);
}

static void theme_parse__keeps__base_where_nothing_is_said(void **state)
{
	struct theme dark, light, theme;
	struct err err = { 0 };

	(void)state;
	assert_true(theme_shipped(STR("dark"), &dark));
	assert_true(theme_shipped(STR("light"), &light));
	assert_ok(theme_parse(STR(""), NULL, &theme, &err), &err);
	assert_memory_equal(theme.styles, dark.styles, sizeof(theme.styles));
	assert_ok(theme_parse(STR("crit = red"), &light, &theme, &err), &err);
	assert_style(theme.styles[ROLE_CRIT], 1, COLOR_DEFAULT, 0);
	theme.styles[ROLE_CRIT] = light.styles[ROLE_CRIT];
	assert_memory_equal(theme.styles, light.styles, sizeof(theme.styles));
}

static void theme_parse__names__line_and_word_when_wrong(void **state)
{
	static const struct {
		struct str text;
		const char *message;
	} cases[] = {
		{ STR_INIT("\n\nok = gren"), "theme line 3: 'gren' is neither a colour nor an attribute; did you mean 'green'?" },
		{ STR_INIT("ok = 256"), "theme line 1: '256' is neither a colour nor an attribute" },
		{ STR_INIT("ok = #12345"), "theme line 1: '#12345' is neither a colour nor an attribute" },
		{ STR_INIT("ok = #12345g"), "theme line 1: '#12345g' is neither a colour nor an attribute" },
		{ STR_INIT("ok = -1"), "theme line 1: '-1' is neither a colour nor an attribute" },
		{ STR_INIT("ok = red blue"), "theme line 1: 'blue' is a second colour; a background stands after 'on'" },
		{ STR_INIT("ok = red on"), "theme line 1: no colour after 'on'" },
		{ STR_INIT("ok = red on bold"), "theme line 1: no colour after 'on'" },
		{ STR_INIT("ok ="), "theme line 1: no style after '='; 'default' is the terminal's own" },
		{ STR_INIT("acent = red"), "theme line 1: no role 'acent'; did you mean 'accent'?" },
		{ STR_INIT("accent"), "theme line 1: no '=' after 'accent'" },
		{ STR_INIT("ok = red\nok = blue"), "theme line 2: role 'ok' stands twice" },
		{ STR_INIT("[colors]"), "theme line 1: section '[colors]' is not [theme]" },
		{ STR_INIT("name ="), "theme line 1: a name has 1 to 31 printable bytes" },
		{ STR_INIT("name = \x1b[31m"), "theme line 1: a name has 1 to 31 printable bytes" },
		{ STR_INIT("name = 12345678901234567890123456789012"), "theme line 1: a name has 1 to 31 printable bytes" },
	};
	struct theme theme = { .name = "untouched" };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct err err = { 0 };

		assert_int_equal(theme_parse(cases[i].text, NULL, &theme, &err), LL_EINVAL);
		assert_string_equal(err.msg, cases[i].message);
		assert_string_equal(theme.name, "untouched");
	}
}

static void theme_shipped__has__every_name(void **state)
{
	struct theme theme;
	size_t count = 0;

	(void)state;
	for (; theme_names[count]; count++) {
		assert_true(theme_shipped(str_of(theme_names[count]), &theme));
		assert_string_equal(theme.name, theme_names[count]);
	}
	assert_int_equal(count, 4);
	assert_false(theme_shipped(STR("solarized"), &theme));
	assert_false(theme_shipped(STR(""), &theme));
}

/* The terminal's own background stays; a selection is seen without colours. */
static void theme_shipped__paints__no_background(void **state)
{
	struct theme theme;

	(void)state;
	for (size_t i = 0; theme_names[i]; i++) {
		assert_true(theme_shipped(str_of(theme_names[i]), &theme));
		for (enum role role = 0; role < ROLES; role++)
			assert_int_equal(theme.styles[role].bg, COLOR_DEFAULT);
		assert_true(theme.styles[ROLE_SEL].attrs & ATTR_REVERSE);
		assert_style(theme.styles[ROLE_TEXT], COLOR_DEFAULT, COLOR_DEFAULT, 0);
	}
}

static void theme_shipped__has__no_colour_in_mono(void **state)
{
	struct theme theme;

	(void)state;
	assert_true(theme_shipped(STR("mono"), &theme));
	for (enum role role = 0; role < ROLES; role++)
		assert_int_equal(theme.styles[role].fg, COLOR_DEFAULT);
}

static struct style direct(struct style s)
{
	return style_lower(s, DIRECT);
}

/* Good leans to blue, bad to red, on every depth; no role is green. */
static void theme_shipped__avoids__red_against_green_for_the_colour_blind(void **state)
{
	static const int32_t depths[] = { DIRECT, 256, 16 };
	struct theme theme;

	(void)state;
	assert_true(theme_shipped(STR("colorblind"), &theme));
	for (size_t d = 0; d < COUNT(depths); d++) {
		for (enum role role = 0; role < ROLES; role++) {
			int32_t fg = style_lower(theme.styles[role], depths[d]).fg;
			int32_t rgb = direct((struct style){ fg, COLOR_DEFAULT, 0 }).fg;
			int r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;

			if (fg == COLOR_DEFAULT || rgb < 8) {
				assert_int_not_equal(fg, 2);
				continue;
			}
			assert_false(g > r && g > b);
			if (role == ROLE_OK)
				assert_true(b > r);
			if (role == ROLE_ERR || role == ROLE_WARN || role == ROLE_CRIT)
				assert_true(r > b);
		}
	}
}

static void style_lower__takes__nearest_of_the_depth(void **state)
{
	static const struct {
		struct style in;
		int32_t colors;
		struct style out;
	} cases[] = {
		{ { -1, -1, ATTR_BOLD }, DIRECT, { -1, -1, ATTR_BOLD } },
		{ { 4, -1, 0 }, DIRECT, { 4, -1, 0 } },
		{ { 46, 9, 0 }, DIRECT, { COLOR_RGB(0, 255, 0), COLOR_RGB(255, 0, 0), 0 } },
		{ { COLOR_RGB(1, 2, 3), -1, 0 }, DIRECT, { COLOR_RGB(1, 2, 3), -1, 0 } },
		{ { COLOR_RGB(255, 0, 0), -1, 0 }, 256, { 196, -1, 0 } },
		{ { COLOR_RGB(128, 128, 128), -1, 0 }, 256, { 244, -1, 0 } },
		{ { COLOR_RGB(250, 250, 251), 12, 0 }, 256, { 231, 12, 0 } },
		{ { 12, 255, 0 }, 256, { 12, 255, 0 } },
		{ { 196, -1, 0 }, 16, { 9, -1, 0 } },
		{ { 245, -1, 0 }, 16, { 8, -1, 0 } },
		{ { 15, 4, 0 }, 16, { 15, 4, 0 } },
		{ { 196, -1, 0 }, 8, { 1, -1, ATTR_BOLD } },
		{ { 12, 9, 0 }, 8, { 4, 1, ATTR_BOLD } },
		{ { 8, -1, 0 }, 8, { -1, -1, ATTR_DIM } },
		{ { 245, -1, 0 }, 8, { -1, -1, ATTR_DIM } },
		{ { 9, 1, 0 }, 8, { -1, -1, ATTR_BOLD | ATTR_REVERSE } },
		{ { 1, 1, 0 }, 8, { 1, 1, 0 } },
		{ { 196, -1, ATTR_UNDERLINE }, 0, { -1, -1, ATTR_UNDERLINE } },
		{ { -1, 4, 0 }, 0, { -1, -1, ATTR_REVERSE } },
		{ { 3, -1, 0 }, 2, { -1, -1, 0 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct style got = style_lower(cases[i].in, cases[i].colors);

		assert_style(got, cases[i].out.fg, cases[i].out.bg, cases[i].out.attrs);
	}
}

/* Whatever goes in fits the terminal, and lowering again changes nothing. */
static void style_lower__fits__every_depth(void **state)
{
	static const int32_t depths[] = { 0, 8, 16, 256, DIRECT };
	uint64_t seed = 5;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int32_t colors = depths[test_random(&seed) % COUNT(depths)];
		struct style in = { (int32_t)(test_random(&seed) % 257) - 1,
			COLOR_RGB(0, 0, 0) | (int32_t)(test_random(&seed) & 0xFFFFFF),
			(unsigned)(test_random(&seed) % 32) };
		struct style low = style_lower(in, colors), again = style_lower(low, colors);

		assert_true(low.fg < colors || low.fg >= COLOR_RGB(0, 0, 0));
		assert_true(low.bg < colors || low.bg >= COLOR_RGB(0, 0, 0));
		assert_true(colors == DIRECT || (low.fg < 256 && low.bg < 256));
		assert_int_equal(low.attrs & in.attrs, in.attrs);
		assert_style(again, low.fg, low.bg, low.attrs);
	}
}

static void role_name__is__what_themes_say(void **state)
{
	(void)state;
	assert_string_equal(role_name(ROLE_TEXT), "text");
	assert_string_equal(role_name(ROLE_BORDER), "border");
}

SUITE(theme,
	cmocka_unit_test(theme_parse__reads__colours_and_attributes),
	cmocka_unit_test(theme_parse__keeps__base_where_nothing_is_said),
	cmocka_unit_test(theme_parse__names__line_and_word_when_wrong),
	cmocka_unit_test(theme_shipped__has__every_name),
	cmocka_unit_test(theme_shipped__paints__no_background),
	cmocka_unit_test(theme_shipped__has__no_colour_in_mono),
	cmocka_unit_test(theme_shipped__avoids__red_against_green_for_the_colour_blind),
	cmocka_unit_test(style_lower__takes__nearest_of_the_depth),
	cmocka_unit_test(style_lower__fits__every_depth),
	cmocka_unit_test(role_name__is__what_themes_say),
);
