/* SPDX-License-Identifier: Apache-2.0 */
/* Charts: what numbers look like in each style, at all sizes, and at the ends of their range. */
#include "tests/tui/plane.h"

#include "tui/chart.h"
#include "tui/levels.h"

static void dollars(struct buf *out, int64_t value)
{
	buf_addf(out, "$%lld", (long long)value);
}

static void every_fourth(void *ctx, size_t i, struct buf *out)
{
	(void)ctx;
	if (i % 4 == 0)
		buf_addf(out, "%02zu:00", i);
}

static void every_one(void *ctx, size_t i, struct buf *out)
{
	(void)ctx;
	buf_addf(out, "t%zu", i);
}

static const int64_t hill[] = { 0, 1, 2, 5, 9, 14, 20, 26, 31, 34, 36, 35, 30, 22, 14, 8 };

static struct chart chart_of(const int64_t *values, size_t count, enum chart_style style)
{
	return (struct chart){ .values = values, .count = count, .style = style, .label = dollars,
		.tick = every_fourth, .cursor = SIZE_MAX };
}

static void draw(const struct chart *c, struct surface *s, int rows, int cols, bool has_utf8)
{
	*s = (struct surface){ 0 };
	plane_make(s, rows, cols, has_utf8);
	chart_draw(c, s, (struct rect){ 0, 0, rows, cols });
}

static void chart_draw__looks__as_drawn(void **state)
{
	static const int64_t zeros[8] = { 0 }, one[] = { 7 },
		ends[] = { INT64_MAX, 1, INT64_MAX / 2, 0 };
	const struct {
		struct chart chart;
		int rows, cols;
		bool has_utf8;
		const char *plane;
	} cases[] = {
		{ chart_of(hill, 16, CHART_BRAILLE), 6, 37, true,
			"$36 ┤                ⣤⣤⣿⣿⣿⣿⣿⣿⣤⣤\n"
			"    ┤            ⣀⣀⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣤⣤\n"
			"$18 ┤          ⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣶⣶\n"
			"    ┤  ⣀⣀⣀⣀⣶⣶⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿⣿\n"
			" $0 ┼┬───────┬───────┬───────┬───────\n"
			"     00:00   04:00   08:00   12:00\n" },
		{ chart_of(hill, 16, CHART_BRAILLE), 6, 13, true,
			"$36 ┤    ⣼⣿⡄\n"
			"    ┤   ⣸⣿⣿⣧\n"
			"$18 ┤  ⢰⣿⣿⣿⣿⡆\n"
			"    ┤⢀⣰⣿⣿⣿⣿⣿⣿\n"
			" $0 ┼┬───────\n"
			"     00:00\n" },
		{ chart_of(hill, 16, CHART_BLOCKS), 6, 21, true,
			"$36 ┤        ▄▇██▃\n"
			"    ┤      ▂██████▄\n"
			"$18 ┤     ▅████████▅\n"
			"    ┤ ▁▂▅████████████\n"
			" $0 ┼┬───────┬───────\n"
			"     00:00   08:00\n" },
		{ chart_of(hill, 16, CHART_ASCII), 6, 21, true,
			"$36 ┤        -*##.\n"
			"    ┤      .######-\n"
			"$18 ┤     =########=\n"
			"    ┤ _.=############\n"
			" $0 ┼┬───────┬───────\n"
			"     00:00   08:00\n" },
		{ chart_of(hill, 16, CHART_BRAILLE), 6, 21, false,
			"$36 |        -*##.\n"
			"    |      .######-\n"
			"$18 |     =########=\n"
			"    | _.=############\n"
			" $0 ++-------+-------\n"
			"     00:00   08:00\n" },
		{ chart_of(zeros, 8, CHART_BRAILLE), 5, 21, true,
			"   ┤\n"
			"   ┤\n"
			"   ┤\n"
			"$0 ┼┬───────┬────────\n"
			"    00:00   04:00\n" },
		{ chart_of(one, 1, CHART_BLOCKS), 5, 21, true,
			"$7 ┤█████████████████\n"
			"$4 ┤█████████████████\n"
			"   ┤█████████████████\n"
			"$0 ┼┬────────────────\n"
			"    00:00\n" },
		{ chart_of(ends, 4, CHART_BLOCKS), 5, 45, true,
			"$9223372036854775807 ┤██████\n"
			"$6148914691236517204 ┤██████      ▄▄▄▄▄▄\n"
			"                     ┤██████▁▁▁▁▁▁██████\n"
			"                  $0 ┼┬──────────────────────\n"
			"                      00:00\n" },
		{ chart_of(NULL, 0, CHART_BRAILLE), 5, 21, true,
			"   ┤\n"
			"   ┤\n"
			"   ┤\n"
			"$0 ┼─────────────────\n"
			"\n" },
		{ chart_of(hill, 16, CHART_BLOCKS), 3, 21, true,
			"$36 ┤      ▁▄▆███▆▂\n"
			"    ┤ ▁▁▃▄▇████████▇▄\n"
			" $0 ┼────────────────\n" },
		{ chart_of(hill, 16, CHART_BLOCKS), 1, 21, true,
			"$36 ┤ ▁▁▂▂▄▅▆▇███▇▅▄▂\n" },
		{ chart_of(hill, 16, CHART_BLOCKS), 5, 8, true,
			"   ▂▇█▄\n"
			"  ▂████▂\n"
			"▁▄██████\n"
			"┬───────\n"
			"00:00\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct surface s;

		draw(&cases[i].chart, &s, cases[i].rows, cases[i].cols, cases[i].has_utf8);
		assert_plane(&s, cases[i].plane);
		surface_release(&s);
	}
}

static void chart_draw__labels__do_not_overlap(void **state)
{
	struct chart c = chart_of(hill, 16, CHART_BLOCKS);
	struct surface s;

	(void)state;
	c.tick = every_one;
	draw(&c, &s, 5, 40, true);
	assert_plane(&s,
		"$36 ┤                ▂▂▅▅▇▇█████▄▄\n"
		"$24 ┤           ▂▂▂▆▆█████████████▇▇▂▂\n"
		"    ┤   ▁▁▂▂▄▄▆▆██████████████████████▆▆\n"
		" $0 ┼┬────┬───┬────┬───┬───┬────┬───────\n"
		"     t0   t2  t4   t6  t8  t10  t12\n");
	surface_release(&s);
}

static void chart_draw__marks__the_cursor(void **state)
{
	struct chart c = chart_of(hill, 16, CHART_BLOCKS);
	struct surface s;

	(void)state;
	c.cursor = 8;
	draw(&c, &s, 5, 21, true);
	assert_styles(&s,
		"ddd.dbbbbbbbbsbbbbbbb\n"
		"ddd.dbbbbbbbbsbbbbbbb\n"
		"....dbbbbbbbbsbbbbbbb\n"
		".dd.ddddddddddddddddd\n"
		".....ddddd...ddddd...\n");
	surface_release(&s);
}

static void chart_draw__stays__in_its_rectangle_at_all_sizes(void **state)
{
	static int64_t many[3000];
	static const size_t counts[] = { 0, 1, 2, 7, 100, 3000 };
	struct surface s = { 0 };
	uint64_t seed = 9;

	(void)state;
	for (size_t i = 0; i < 3000; i++)
		many[i] = (int64_t)(test_random(&seed) >> (1 + test_random(&seed) % 62));
	for (int h = 1; h <= 60; h += h < 8 ? 1 : 13) {
		for (int w = 1; w <= 200; w += w < 30 ? 1 : 17) {
			struct chart c = chart_of(many, counts[(h + w) % 6],
				(enum chart_style)(w % 3));
			struct rect r = { 1, 1, h, w };

			c.cursor = c.count ? test_random(&seed) % c.count : 0;
			c.tick = w % 2 ? every_one : NULL;
			plane_make(&s, h + 2, w + 2, h % 2);
			chart_draw(&c, &s, r);
			plane_check_outside(&s, r);
		}
	}
	surface_release(&s);
}

/* Each bucket is in the chart: the largest of each column is its height. */
static void levels_column__covers__all_values(void **state)
{
	int64_t values[97];

	(void)state;
	for (size_t count = 1; count <= 97; count++) {
		for (size_t columns = 1; columns <= 120; columns += 7) {
			for (size_t peak = 0; peak < count; peak++) {
				size_t seen = 0;

				memset(values, 0, sizeof(values));
				values[peak] = 5;
				for (size_t i = 0; i < columns; i++)
					seen += levels_column(values, count, i, columns) == 5;
				assert_true(seen >= 1 && seen <= columns / count + 1);
			}
		}
	}
}

static void levels_of__rounds_up__within_bounds(void **state)
{
	(void)state;
	assert_int_equal(levels_of(0, 10, 8), 0);
	assert_int_equal(levels_of(-5, 10, 8), 0);
	assert_int_equal(levels_of(1, INT64_MAX, 8), 1);
	assert_int_equal(levels_of(INT64_MAX, INT64_MAX, 8), 8);
	assert_int_equal(levels_of(INT64_MAX - 1, INT64_MAX, 8), 8);
	assert_int_equal(levels_of(INT64_MAX / 2, INT64_MAX, 8), 4);
	assert_int_equal(levels_of(11, 10, 8), 8);
	assert_int_equal(levels_of(5, 0, 8), 0);
}

static void sparkline_draw__has__a_glyph_a_level(void **state)
{
	static const int64_t up[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 }, two[] = { 3, 6 };
	struct surface s = { 0 };

	(void)state;
	plane_make(&s, 4, 11, true);
	sparkline_draw(&s, 0, 1, 9, up, 9, ROLE_BAND);
	sparkline_draw(&s, 1, 1, 3, up, 9, ROLE_BAND);
	sparkline_draw(&s, 2, 1, 9, two, 2, ROLE_BAND);
	sparkline_draw(&s, 3, 1, 9, NULL, 0, ROLE_BAND);
	assert_plane(&s, "~ ▁▂▃▄▅▆▇█~\n~▂▅█~~~~~~~\n~▄█~~~~~~~~\n~~~~~~~~~~~\n");
	plane_make(&s, 1, 11, false);
	sparkline_draw(&s, 0, 1, 9, up, 9, ROLE_BAND);
	assert_plane(&s, "~ _.--=*##~\n");
	sparkline_draw(&s, 0, 1, 0, up, 9, ROLE_BAND);
	sparkline_draw(&s, 0, 1, -3, up, 9, ROLE_BAND);
	surface_release(&s);
}

static void bar_draw__has__eighths(void **state)
{
	static const struct {
		int64_t part, whole;
		const char *utf8, *ascii;
	} cases[] = {
		{ 0, 100, "~    ~\n", "~    ~\n" },
		{ 1, INT64_MAX, "~▏   ~\n", "~#   ~\n" },
		{ 50, 100, "~██  ~\n", "~##  ~\n" },
		{ 100, 100, "~████~\n", "~####~\n" },
		{ 250, 100, "~████~\n", "~####~\n" },
		{ 13, 32, "~█▋  ~\n", "~##  ~\n" },
		{ INT64_MAX / 2, INT64_MAX, "~██  ~\n", "~##  ~\n" },
		{ 5, 0, "~    ~\n", "~    ~\n" },
		{ -5, 10, "~    ~\n", "~    ~\n" },
	};
	struct surface s = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		plane_make(&s, 1, 6, true);
		bar_draw(&s, 0, 1, 4, cases[i].part, cases[i].whole, ROLE_BAND);
		assert_plane(&s, cases[i].utf8);
		plane_make(&s, 1, 6, false);
		bar_draw(&s, 0, 1, 4, cases[i].part, cases[i].whole, ROLE_BAND);
		assert_plane(&s, cases[i].ascii);
	}
	bar_draw(&s, 0, 1, 0, 5, 10, ROLE_BAND);
	surface_release(&s);
}

SUITE(chart, cmocka_unit_test(chart_draw__looks__as_drawn),
	cmocka_unit_test(chart_draw__labels__do_not_overlap),
	cmocka_unit_test(chart_draw__marks__the_cursor),
	cmocka_unit_test(chart_draw__stays__in_its_rectangle_at_all_sizes),
	cmocka_unit_test(levels_column__covers__all_values),
	cmocka_unit_test(levels_of__rounds_up__within_bounds),
	cmocka_unit_test(sparkline_draw__has__a_glyph_a_level),
	cmocka_unit_test(bar_draw__has__eighths));
