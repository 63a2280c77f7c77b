/* SPDX-License-Identifier: Apache-2.0 */
/* A text to read: rows, wrapping, scrolling, searching. */
#include "tests/tui/plane.h"

#include "base/fault.h"
#include "tui/pager.h"

static void open_text(struct pager *p, struct surface *s, int rows, int cols, struct str text)
{
	*s = (struct surface){ 0 };
	plane_make(s, rows, cols, true);
	assert_int_equal(pager_open(p, text), LL_OK);
}

static void close_text(struct pager *p, struct surface *s)
{
	pager_close(p);
	surface_release(s);
}

static void draw(struct pager *p, struct surface *s)
{
	pager_draw(p, s, (struct rect){ 0, 0, s->rows, s->cols });
}

static void pager_draw__wraps__at_words(void **state)
{
	static const struct {
		const char *text;
		int rows, cols;
		const char *plane;
	} cases[] = {
		{ "one two three\n\nfour", 5, 8, "one two\nthree\n\nfour\n\n" },
		{ "abcdefghij kl", 4, 4, "abcd\nefgh\nij\nkl\n" },
		{ "aaaa bbbb", 3, 4, "aaaa\nbbbb\n\n" },
		{ "研究研究研", 3, 5, "研究\n研究\n研\n" },
		{ "a\r\nb\r\n", 3, 5, "a\nb\n\n" },
		{ "", 2, 5, "\n\n" },
		{ "x\033[31m\xFF" "e\xCC\x81y", 2, 20,
			"x\xEF\xBF\xBD[31m\xEF\xBF\xBD" "e\xCC\x81y\n\n" },
		{ "one\ntwo\nthree", 2, 20, "one\ntwo\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct surface s;
		struct pager p;

		open_text(&p, &s, cases[i].rows, cases[i].cols, str_of(cases[i].text));
		draw(&p, &s);
		assert_plane(&s, cases[i].plane);
		close_text(&p, &s);
	}
}

static void pager_move__stops__at_both_ends(void **state)
{
	struct surface s;
	struct pager p;

	(void)state;
	open_text(&p, &s, 3, 8, STR("one two three\nfour\nfive\nsix\nseven"));
	draw(&p, &s);
	pager_move(&p, 1);
	draw(&p, &s);
	assert_plane(&s, "three\nfour\nfive\n");
	pager_move(&p, INT64_MAX);
	draw(&p, &s);
	assert_plane(&s, "five\nsix\nseven\n");
	pager_move(&p, -3);
	draw(&p, &s);
	assert_plane(&s, "one two\nthree\nfour\n");
	pager_move(&p, INT64_MIN);
	pager_page(&p, 2);
	draw(&p, &s);
	assert_plane(&s, "four\nfive\nsix\n");
	pager_home(&p);
	draw(&p, &s);
	assert_plane(&s, "one two\nthree\nfour\n");
	pager_end(&p);
	draw(&p, &s);
	assert_plane(&s, "five\nsix\nseven\n");
	close_text(&p, &s);
}

static void pager_draw__keeps__place_when_resized(void **state)
{
	struct surface s;
	struct pager p;

	(void)state;
	open_text(&p, &s, 2, 10, STR("aaa bbb ccc ddd eee fff ggg hhh iii jjj"));
	draw(&p, &s);
	pager_move(&p, 2);
	draw(&p, &s);
	assert_plane(&s, "eee fff\nggg hhh\n");
	assert_int_equal(surface_resize(&s, 2, 14), LL_OK);
	draw(&p, &s);
	assert_plane(&s, "ddd eee fff\nggg hhh iii\n");
	close_text(&p, &s);
}

static void pager_cut__scrolls__sideways(void **state)
{
	struct surface s;
	struct pager p;

	(void)state;
	open_text(&p, &s, 2, 6, STR("0123456789\n研究研究研究"));
	pager_cut(&p, true);
	draw(&p, &s);
	assert_plane(&s, "012345\n研究研\n");
	pager_side(&p, 3);
	draw(&p, &s);
	assert_plane(&s, "345678\n 研究\n");
	pager_side(&p, -9);
	draw(&p, &s);
	assert_plane(&s, "012345\n研究研\n");
	assert_true(pager_search(&p, STR("89")));
	draw(&p, &s);
	assert_plane(&s, "456789\n研究研\n");
	pager_cut(&p, false);
	draw(&p, &s);
	assert_plane(&s, "012345\n6789\n");
	close_text(&p, &s);
}

static void pager_search__finds__around_and_back(void **state)
{
	struct surface s;
	struct pager p;

	(void)state;
	open_text(&p, &s, 2, 20, STR("one\ntwo one\nthree\nfour\nOne more\nend"));
	draw(&p, &s);
	assert_true(pager_search(&p, STR("oNe")));
	assert_int_equal(p.found, 0);
	draw(&p, &s);
	assert_styles(&s, "MMM.................\n....mmm.............\n");
	assert_true(pager_next(&p, false));
	assert_int_equal(p.found, 8);
	assert_int_equal(p.top, 0);
	assert_true(pager_next(&p, false));
	draw(&p, &s);
	assert_plane(&s, "One more\nend\n");
	assert_true(pager_next(&p, false));
	assert_int_equal(p.found, 0);
	assert_true(pager_next(&p, true));
	draw(&p, &s);
	assert_plane(&s, "One more\nend\n");
	assert_true(pager_next(&p, true));
	assert_int_equal(p.found, 8);
	assert_false(pager_search(&p, STR("nowhere")));
	assert_false(pager_next(&p, true) || pager_next(&p, false));
	assert_false(pager_search(&p, STR("")));
	draw(&p, &s);
	close_text(&p, &s);
}

/* A word that a row's end parts is highlighted in both rows. */
static void pager_draw__highlights__over_a_wrap(void **state)
{
	struct surface s;
	struct pager p;

	(void)state;
	open_text(&p, &s, 2, 4, STR("abcdefgh"));
	draw(&p, &s);
	assert_true(pager_search(&p, STR("cdef")));
	draw(&p, &s);
	assert_styles(&s, "..MM\nMM..\n");
	close_text(&p, &s);
}

static void pager_place__counts__lines(void **state)
{
	struct buf b = BUF_INIT(64);
	struct surface s;
	struct pager p;

	(void)state;
	open_text(&p, &s, 3, 8, STR("one two three\nfour\nfive\nsix"));
	draw(&p, &s);
	pager_place(&p, &b);
	assert_str(buf_str(&b), "1-2 of 4");
	pager_end(&p);
	buf_clear(&b);
	pager_place(&p, &b);
	assert_str(buf_str(&b), "2-4 of 4");
	buf_release(&b);
	close_text(&p, &s);
}

static void pager_open__splits__endless_lines(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct surface s;
	struct pager p;

	(void)state;
	buf_add(&b, STR("x"));
	for (int i = 0; i < 100000; i++)
		buf_addz(&b, "é");
	open_text(&p, &s, 10, 80, buf_str(&b));
	assert_int_equal(p.line_count, 49);
	for (int i = 0; i < 200; i++) {
		pager_move(&p, i % 3 ? 40 : -50);
		draw(&p, &s);
	}
	pager_end(&p);
	draw(&p, &s);
	assert_int_equal(s.cells[0].points[0], 0xE9);
	close_text(&p, &s);
	buf_release(&b);
}

static void pager_open__reports__no_memory(void **state)
{
	struct pager p;

	(void)state;
	fault_arm(FAULT_ALLOC, 1, false);
	assert_int_equal(pager_open(&p, STR("x")), LL_ENOMEM);
	fault_disarm();
	pager_close(&p);
}

static void pager_draw__stays__in_its_rectangle_at_all_sizes(void **state)
{
	static const char text[] =
		"plain words here\n研究 研究研究研究 and e\xCC\x81\xCC\x81\xCC\x81 marks\n"
		"\033[2J\x07\xFF\xFE\n\n👩\xE2\x80\x8D💻👩 "
		"a-very-long-word-without-any-blank-in-it-at-all-to-break-at\nend";
	struct surface s;
	struct pager p;
	uint64_t seed = 4;

	(void)state;
	open_text(&p, &s, 1, 1, (struct str){ text, sizeof(text) - 1 });
	pager_search(&p, STR("研究"));
	for (int h = 1; h <= 60; h += h < 8 ? 1 : 13) {
		for (int w = 1; w <= 200; w += w < 40 ? 1 : 20) {
			struct rect r = { 1, 1, h, w };

			plane_make(&s, h + 2, w + 2, w % 2);
			pager_cut(&p, test_random(&seed) % 2);
			pager_side(&p, (int)(test_random(&seed) % 30) - 10);
			pager_move(&p, (int64_t)(test_random(&seed) % 9) - 4);
			pager_next(&p, test_random(&seed) % 2);
			pager_draw(&p, &s, r);
			plane_check_outside(&s, r);
			assert_true(p.top < p.text.len);
		}
	}
	pager_draw(&p, &s, (struct rect){ 0, 0, 0, 0 });
	close_text(&p, &s);
}

SUITE(pager, cmocka_unit_test(pager_draw__wraps__at_words),
	cmocka_unit_test(pager_move__stops__at_both_ends),
	cmocka_unit_test(pager_draw__keeps__place_when_resized),
	cmocka_unit_test(pager_cut__scrolls__sideways),
	cmocka_unit_test(pager_search__finds__around_and_back),
	cmocka_unit_test(pager_draw__highlights__over_a_wrap),
	cmocka_unit_test(pager_place__counts__lines),
	cmocka_unit_test(pager_open__splits__endless_lines),
	cmocka_unit_test(pager_open__reports__no_memory),
	cmocka_unit_test(pager_draw__stays__in_its_rectangle_at_all_sizes));
