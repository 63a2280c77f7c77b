/* SPDX-License-Identifier: Apache-2.0 */
/* Drawing on cells: clipping, widths, the gate for outside text, the two planes. */
#include "tests/support/suite.h"

#include "base/text.h"
#include "tests/tui/plane.h"
#include "tui/surface.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FFFD "\xEF\xBF\xBD"
#define ACUTE "\xCC\x81"

static void surface_put__draws__golden_planes(void **state)
{
	struct surface s = { 0 };

	(void)state;
	plane_make(&s, 4, 12, true);
	surface_clear(&s);
	surface_put(&s, 0, 1, 12, STR("Spend"), ROLE_ACCENT, 0);
	surface_put(&s, 1, 0, 3, STR("cut here"), ROLE_ERR, ATTR_BOLD);
	surface_put(&s, 2, 2, 10, STR("日本 ok"), ROLE_OK, 0);
	surface_put(&s, 3, 9, 10, STR("edge of it"), ROLE_TEXT, ATTR_DIM);
	assert_plane(&s,
		" Spend\n"
		"cut\n"
		"  日本 ok\n"
		"         edg\n");
	assert_styles(&s,
		".aaaaa......\n"
		"EEE.........\n"
		"..ooooooo...\n"
		".........TTT\n");
	surface_style(&s, (struct rect){ 2, 3, 1, 4 }, ROLE_SEL, 0);
	surface_attrs(&s, (struct rect){ 0, 0, 1, 3 }, ATTR_UNDERLINE);
	assert_styles(&s,
		"TAAaaa......\n"
		"EEE.........\n"
		"..sssssoo...\n"
		".........TTT\n");
	surface_release(&s);
}

static void surface_put__returns__cells_taken(void **state)
{
	struct surface s = { 0 };

	(void)state;
	plane_make(&s, 2, 10, true);
	assert_int_equal(surface_put(&s, 0, 0, 10, STR("abc"), ROLE_TEXT, 0), 3);
	assert_int_equal(surface_put(&s, 0, 8, 10, STR("abc"), ROLE_TEXT, 0), 2);
	assert_int_equal(surface_put(&s, 0, 0, 3, STR("日本"), ROLE_TEXT, 0), 3);
	assert_int_equal(surface_put(&s, 0, 10, 3, STR("x"), ROLE_TEXT, 0), 0);
	assert_int_equal(surface_put(&s, 2, 0, 3, STR("x"), ROLE_TEXT, 0), 0);
	assert_int_equal(surface_put(&s, -1, 0, 3, STR("x"), ROLE_TEXT, 0), 0);
	assert_int_equal(surface_put(&s, 0, 0, -5, STR("x"), ROLE_TEXT, 0), 0);
	assert_int_equal(surface_put(&s, 0, 0, 5, (struct str){ 0 }, ROLE_TEXT, 0), 0);
	surface_release(&s);
}

/* Half a wide glyph is never left, whatever edge or neighbour cuts it. */
static void surface_put__blanks__half_a_wide_glyph(void **state)
{
	struct surface s = { 0 };

	(void)state;
	plane_make(&s, 6, 6, true);
	surface_clear(&s);
	surface_put(&s, 0, 5, 6, STR("日"), ROLE_TEXT, 0);
	surface_put(&s, 1, 0, 3, STR("日本"), ROLE_TEXT, 0);
	surface_put(&s, 2, 0, 6, STR("日本"), ROLE_TEXT, 0);
	surface_put(&s, 2, 1, 1, STR("x"), ROLE_TEXT, 0);
	surface_put(&s, 3, 0, 6, STR("日本"), ROLE_TEXT, 0);
	surface_put(&s, 3, 1, 2, STR("語"), ROLE_TEXT, 0);
	surface_put(&s, 4, -1, 6, STR("日本"), ROLE_TEXT, 0);
	surface_put(&s, 5, 0, 6, STR("日本"), ROLE_TEXT, 0);
	surface_fill(&s, (struct rect){ 5, 0, 1, 1 }, '#', ROLE_TEXT, 0);
	assert_plane(&s, "\n日\n x本\n 語\n 本\n# 本\n");
	assert_int_equal(s.cells[3 * 6 + 3].points[0], ' ');
	surface_release(&s);
}

static void surface_put_cut__ends__in_an_ellipsis(void **state)
{
	static const struct {
		struct str text;
		int cells;
		const char *utf8, *ascii;
		int taken;
	} cases[] = {
		{ STR_INIT("short"), 5, "short\n", "short\n", 5 },
		{ STR_INIT("longer"), 5, "long…\n", "long~\n", 5 },
		{ STR_INIT("日本語"), 5, "日本…\n", "????~\n", 5 },
		{ STR_INIT("日本語"), 4, "日…\n", "??~\n", 3 },
		{ STR_INIT("x"), 1, "x\n", "x\n", 1 },
		{ STR_INIT("xy"), 1, "…\n", "~\n", 1 },
		{ STR_INIT("xy"), 0, "\n", "\n", 0 },
		{ STR_INIT("abe" ACUTE ACUTE), 3, "abe" ACUTE ACUTE "\n", "abe\n", 3 },
		{ STR_INIT("abe" ACUTE "d"), 3, "ab…\n", "ab~\n", 3 },
	};
	struct surface s = { 0 };

	(void)state;
	assert_int_equal(surface_resize(&s, 1, 8), LL_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int is_ascii = 0; is_ascii < 2; is_ascii++) {
			s.has_utf8 = !is_ascii;
			surface_clear(&s);
			assert_int_equal(surface_put_cut(&s, 0, 0, cases[i].cells, cases[i].text, ROLE_TEXT, 0),
				cases[i].taken);
			assert_plane(&s, is_ascii ? cases[i].ascii : cases[i].utf8);
		}
	}
	surface_release(&s);
}

static void surface_put_right__shows__signs_when_too_long(void **state)
{
	struct surface s = { 0 };

	(void)state;
	plane_make(&s, 6, 8, true);
	surface_clear(&s);
	surface_put_right(&s, 0, 1, 6, STR("$12.30"), ROLE_TEXT, 0);
	surface_put_right(&s, 1, 1, 6, STR("$2"), ROLE_TEXT, 0);
	surface_put_right(&s, 2, 1, 6, STR("$123.45"), ROLE_ERR, 0);
	surface_put_right(&s, 3, 5, 6, STR("$12.30"), ROLE_TEXT, 0);
	surface_put_right(&s, 4, 1, 0, STR("$1"), ROLE_TEXT, 0);
	surface_put_right(&s, 5, 0, 8, STR("日 1"), ROLE_TEXT, 0);
	assert_plane(&s, " $12.30\n     $2\n ######\n     ###\n\n    日 1\n");
	surface_release(&s);
}

static void surface_box__returns__its_inside(void **state)
{
	struct surface s = { 0 };
	struct rect in;

	(void)state;
	plane_make(&s, 4, 14, true);
	in = surface_box(&s, (struct rect){ 0, 1, 3, 12 }, STR("Sort"));
	assert_int_equal(in.y, 1);
	assert_int_equal(in.x, 2);
	assert_int_equal(in.rows, 1);
	assert_int_equal(in.cols, 10);
	assert_plane(&s, "~┌─ Sort ───┐~\n~│          │~\n~└──────────┘~\n~~~~~~~~~~~~~~\n");
	surface_box(&s, (struct rect){ 0, 1, 3, 12 }, STR("A long title"));
	assert_plane(&s, "~┌─ A lon… ─┐~\n~│          │~\n~└──────────┘~\n~~~~~~~~~~~~~~\n");
	s.has_utf8 = false;
	surface_box(&s, (struct rect){ 0, 1, 3, 12 }, STR("Sort"));
	assert_plane(&s, "~+- Sort ---+~\n~|          |~\n~+----------+~\n~~~~~~~~~~~~~~\n");
	for (int rows = 0; rows < 3; rows++) {
		for (int cols = 0; cols < 8; cols++) {
			in = surface_box(&s, (struct rect){ 1, 1, rows, cols }, STR("title"));
			assert_true(in.rows >= 0 && in.cols >= 0 && in.rows <= rows && in.cols <= cols);
		}
	}
	surface_release(&s);
}

static void text_cells__counts__as_terminals_do(void **state)
{
	static const struct {
		struct str text;
		int cells;
	} cases[] = {
		{ STR_INIT(""), 0 },
		{ STR_INIT("plain"), 5 },
		{ STR_INIT("a\tb\nc"), 5 },
		{ STR_INIT("\x1b[31m"), 5 },
		{ STR_INIT("\xff\xfe"), 2 },
		{ STR_INIT("grün"), 4 },
		{ STR_INIT("日本語"), 6 },
		{ STR_INIT("한국어"), 6 },
		{ STR_INIT("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB"), 2 },        /* a syllable in its letters */
		{ STR_INIT("ｱｲ"), 2 },                                           /* halfwidth */
		{ STR_INIT("ＡＢ"), 4 },                                          /* fullwidth */
		{ STR_INIT("e" ACUTE), 1 },
		{ STR_INIT(ACUTE), 1 },                                          /* stands on a blank */
		{ STR_INIT(ACUTE "e"), 2 },
		{ STR_INIT("😀"), 2 },
		{ STR_INIT("\xE2\x9D\xA4\xEF\xB8\x8F"), 1 },                     /* heart, emoji form asked for */
		{ STR_INIT("👩\xE2\x80\x8D💻"), 4 },                              /* joined: shown as two */
		{ STR_INIT("👍🏽"), 2 },                                           /* skin tone left out */
		{ STR_INIT("🇩🇪"), 2 },                                           /* a flag as DE */
		{ STR_INIT("▁▂▃⣿█"), 5 },
		{ STR_INIT("…—·±"), 4 },                                         /* ambiguous: narrow */
		{ STR_INIT("\xE2\x80\xAE" "abc"), 4 },                           /* an override shows */
		{ STR_INIT("\xE2\x80\x8B"), 1 },                                 /* and a zero width space */
		{ STR_INIT("\xE0\xA4\x95\xE0\xA4\xBE"), 2 },                     /* a spacing vowel sign */
		{ STR_INIT("\xF3\xA0\x81\xA1"), 1 },                             /* a tag */
		{ STR_INIT("\xCD\xB8"), 1 },                                     /* unassigned */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		if (text_cells(cases[i].text) != cases[i].cells)
			fail_msg("case %zu '%.*s': %d cells, not %d", i, STR_FMT(cases[i].text),
				text_cells(cases[i].text), cases[i].cells);
	}
}

static void surface_put__shows__stand_ins_for_what_must_not_pass(void **state)
{
	static const struct {
		struct str text;
		const char *utf8, *ascii;
	} cases[] = {
		{ STR_INIT("a\x1b[31mb"), "a" FFFD "[31mb\n", "a?[31mb\n" },
		{ STR_INIT("a\tb\r\nc"), "a b  c\n", "a b  c\n" },
		{ STR_INIT("\xff" "x\x9b"), FFFD "x" FFFD "\n", "?x?\n" },
		{ STR_INIT("\xC2\x9B" "0m"), FFFD "0m\n", "?0m\n" },
		{ STR_INIT("\xE2\x80\xAE" "cba"), FFFD "cba\n", "?cba\n" },
		{ STR_INIT("👩\xE2\x80\x8D💻"), "👩💻\n", "????\n" },
		{ STR_INIT("🇩🇪"), "DE\n", "DE\n" },
		{ STR_INIT("grün é"), "grün é\n", "grun e\n" },
		{ STR_INIT("“a” — b…"), "“a” — b…\n", "\"a\" - b~\n" },
		{ STR_INIT("│ ● › ✓"), "│ ● › ✓\n", "| * > x\n" },
		{ STR_INIT("e" ACUTE ACUTE ACUTE ACUTE ACUTE "f"), "e" ACUTE ACUTE ACUTE "f\n", "ef\n" },
	};
	struct surface s = { 0 };

	(void)state;
	assert_int_equal(surface_resize(&s, 1, 12), LL_OK);
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (int is_ascii = 0; is_ascii < 2; is_ascii++) {
			s.has_utf8 = !is_ascii;
			surface_clear(&s);
			assert_int_equal(surface_put(&s, 0, 0, 12, cases[i].text, ROLE_TEXT, 0), text_cells(cases[i].text));
			assert_plane(&s, is_ascii ? cases[i].ascii : cases[i].utf8);
		}
	}
	surface_release(&s);
}

static void surface_put__survives__a_thousand_marks(void **state)
{
	struct buf text = BUF_INIT(1u << 16);
	struct surface s = { .has_utf8 = true };

	(void)state;
	buf_addz(&text, "e");
	for (int i = 0; i < 1000; i++)
		buf_addz(&text, ACUTE);
	buf_addz(&text, "|");
	assert_int_equal(buf_status(&text), LL_OK);
	assert_int_equal(surface_resize(&s, 1, 4), LL_OK);
	assert_int_equal(surface_put(&s, 0, 0, 4, buf_str(&text), ROLE_TEXT, 0), 2);
	assert_int_equal(text_cells(buf_str(&text)), 2);
	assert_int_equal(s.cells[1].points[0], '|');
	surface_release(&s);
	buf_release(&text);
}

static void check_cells(const struct surface *s)
{
	for (int i = 0; i < s->rows * s->cols; i++) {
		const struct cell *c = &s->cells[i];

		if (!c->width) {
			assert_true(i % s->cols > 0 && c[-1].width == 2);
			assert_int_equal(c->points[0], 0);
			continue;
		}
		assert_true(c->width == 1 || (c->width == 2 && (i + 1) % s->cols && c[1].width == 0));
		assert_true(c->role < ROLES && c->points[0]);
		for (size_t p = 0; p < CELL_POINTS && c->points[p]; p++)
			assert_true(!text_is_control(c->points[p]) && (s->has_utf8 || c->points[p] < 0x7F));
	}
}

static struct str random_text(char *at, size_t max, uint64_t *seed)
{
	static const char *const pieces[] = { "日", "😀", ACUTE, "\x1b", "\xE2\x80\xAE", "\xE2\x80\x8D", "🇩", "é",
		"\xEF\xB8\x8F", "\xC2\x9B", "a", "longer text ", "\xE1\x84\x92", "\xE1\x85\xA1", "\n" };
	size_t len = 0, wanted = test_random(seed) % max;

	while (len < wanted) {
		const char *piece = pieces[test_random(seed) % COUNT(pieces)];

		if (test_random(seed) % 4 == 0 || len + strlen(piece) > wanted) {
			at[len++] = (char)test_random(seed);
		} else {
			memcpy(at + len, piece, strlen(piece));
			len += strlen(piece);
		}
	}
	return (struct str){ at, len };
}

static int random_near(int size, uint64_t *seed)
{
	return test_random(seed) % 50 == 0 ? (int)test_random(seed) : (int)(test_random(seed) % (uint64_t)(size + 9)) - 4;
}

static void draw_random(struct surface *s, uint64_t *seed)
{
	char bytes[64];
	struct str text = random_text(bytes, sizeof(bytes), seed);
	int y = random_near(s->rows, seed), x = random_near(s->cols, seed), cells = random_near(s->cols, seed);
	struct rect r = { y, x, random_near(s->rows, seed), cells };
	enum role role = (enum role)(test_random(seed) % ROLES);
	unsigned attrs = (unsigned)(test_random(seed) % 32);

	switch (test_random(seed) % 7) {
	case 0:
		surface_put_cut(s, y, x, cells, text, role, attrs);
		break;
	case 1:
		surface_put_right(s, y, x, cells, text, role, attrs);
		break;
	case 2:
		surface_fill(s, r, '.', role, attrs);
		break;
	case 3:
		surface_style(s, r, role, attrs);
		surface_attrs(s, r, attrs);
		break;
	case 4:
		surface_box(s, r, text);
		break;
	default:
		assert_true(surface_put(s, y, x, cells, text, role, attrs) <= (cells > 0 ? cells : 0));
	}
}

/* Out of the surface would be seen by the sanitizer; here that each cell stays whole. */
static void surface_put__keeps__cells_whole_whatever_comes(void **state)
{
	struct surface s = { 0 };
	uint64_t seed = 21;

	(void)state;
	for (int i = 0; i < 30000; i++) {
		if (i % 100 == 0) {
			s.has_utf8 = i % 300 != 0;
			assert_int_equal(surface_resize(&s, 1 + (int)(test_random(&seed) % 12),
				1 + (int)(test_random(&seed) % 40)), LL_OK);
		}
		draw_random(&s, &seed);
		check_cells(&s);
	}
	surface_release(&s);
}

/* Measured and drawn are the same. */
static void text_cells__equals__what_is_drawn(void **state)
{
	struct surface s = { .has_utf8 = true };
	uint64_t seed = 8;
	char bytes[200];

	(void)state;
	assert_int_equal(surface_resize(&s, 1, 1000), LL_OK);
	for (int i = 0; i < 5000; i++) {
		struct str text = random_text(bytes, sizeof(bytes), &seed);

		s.has_utf8 = i % 2;
		assert_int_equal(surface_put(&s, 0, 0, 1000, text, ROLE_TEXT, 0), text_cells(text));
	}
	surface_release(&s);
}

static void glyph__takes__one_cell_in_both_forms(void **state)
{
	(void)state;
	for (enum glyph g = 0; g < GLYPHS; g++) {
		struct str utf8 = glyph(&(struct surface){ .has_utf8 = true }, g);
		struct str ascii = glyph(&(struct surface){ 0 }, g);

		assert_int_equal(text_cells(utf8), 1);
		assert_int_equal(ascii.len, 1);
		assert_in_range(ascii.at[0], ' ' + 1, 0x7E);
	}
}

SUITE(surface,
	cmocka_unit_test(surface_put__draws__golden_planes),
	cmocka_unit_test(surface_put__returns__cells_taken),
	cmocka_unit_test(surface_put__blanks__half_a_wide_glyph),
	cmocka_unit_test(surface_put_cut__ends__in_an_ellipsis),
	cmocka_unit_test(surface_put_right__shows__signs_when_too_long),
	cmocka_unit_test(surface_box__returns__its_inside),
	cmocka_unit_test(text_cells__counts__as_terminals_do),
	cmocka_unit_test(surface_put__shows__stand_ins_for_what_must_not_pass),
	cmocka_unit_test(surface_put__survives__a_thousand_marks),
	cmocka_unit_test(surface_put__keeps__cells_whole_whatever_comes),
	cmocka_unit_test(text_cells__equals__what_is_drawn),
	cmocka_unit_test(glyph__takes__one_cell_in_both_forms),
);
