/* SPDX-License-Identifier: Apache-2.0 */
/* A table on a screen: what stays where when rows change, and how columns find their place. */
#include "tests/tui/plane.h"

#include <stdio.h>

#include "base/fault.h"
#include "tui/grid.h"

#define ROWS_MAX 512

struct model {
	uint64_t ids[ROWS_MAX];
	size_t count;
};

static uint64_t model_id(const void *ctx, size_t row)
{
	const struct model *m = ctx;

	assert_true(row < m->count);
	return m->ids[row];
}

static size_t model_index(const void *ctx, uint64_t id)
{
	const struct model *m = ctx;

	for (size_t i = 0; i < m->count; i++)
		if (m->ids[i] == id)
			return i;
	return SIZE_MAX;
}

static struct str print(struct arena *scratch, const char *before, uint64_t n, const char *after)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%s%llu%s", before, (unsigned long long)n, after);

	return arena_str(scratch, (struct str){ text, (size_t)len });
}

static void model_cell(const void *ctx, size_t row, size_t column, struct arena *scratch,
	struct grid_cell *out)
{
	uint64_t id = model_id(ctx, row);

	*out = (struct grid_cell){ .role = ROLE_TEXT };
	if (column == 0)
		out->text = print(scratch, "project-number-", id, "");
	else if (column == 1)
		out->text = id % 2 ? STR("claude-opus-4-5") : STR("gpt-5");
	else
		out->text = print(scratch, "$", id * 3, ".00");
}

static struct grid_rows rows_of(const struct model *m)
{
	return (struct grid_rows){ m, m->count, model_id, model_index, model_cell };
}

/* ids first, first+1, ... */
static struct model count_up(uint64_t first, size_t count)
{
	struct model m = { .count = count };

	for (size_t i = 0; i < count; i++)
		m.ids[i] = first + i;
	return m;
}

static const struct grid_column columns[] = {
	{ .title = "project", .min_cells = 10, .drop = 0, .can_sort = true },
	{ .title = "model", .min_cells = 8, .max_cells = 16, .drop = 2, .can_sort = true },
	{ .title = "cost", .min_cells = 8, .max_cells = 10, .drop = 1, .is_number = true,
		.can_sort = true },
};

struct screen {
	struct grid g;
	struct surface s;
};

static void open_screen(struct screen *t)
{
	grid_init(&t->g, columns, 3);
	t->s = (struct surface){ 0 };
	plane_make(&t->s, 6, 50, true);
}

static void close_screen(struct screen *t)
{
	grid_release(&t->g);
	surface_release(&t->s);
}

static void show(struct screen *t, const struct model *m)
{
	struct grid_rows rows = rows_of(m);

	surface_clear(&t->s);
	grid_draw(&t->g, &rows, &t->s, (struct rect){ 0, 0, t->s.rows, t->s.cols }, STR(""));
}

/* The id under the cursor and the line of the screen that it is on. */
static void check_cursor(const struct screen *t, const struct model *m, uint64_t id, int line)
{
	struct grid_rows rows = rows_of(m);
	size_t row = grid_cursor(&t->g, &rows);

	assert_int_equal(m->ids[row], id);
	assert_int_equal(grid_row_at(&t->g, &rows, 1 + line, 4), row);
	assert_int_equal(t->s.cells[(1 + line) * t->s.cols].points[0], '>');
}

static void move(struct screen *t, const struct model *m, int64_t by)
{
	struct grid_rows rows = rows_of(m);

	grid_move(&t->g, &rows, by);
	show(t, m);
}

static void grid_sync__keeps__row_and_line_when_rows_come_above(void **state)
{
	struct model before = count_up(100, 40), after = count_up(60, 80);
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &before);
	move(&t, &before, 10);
	move(&t, &before, -2);
	check_cursor(&t, &before, 108, 2);
	show(&t, &after);
	check_cursor(&t, &after, 108, 2);
	/* And from the top of the list, where the first row is the cursor. */
	grid_restore(&t.g, 0, 0);
	show(&t, &before);
	check_cursor(&t, &before, 100, 0);
	show(&t, &after);
	check_cursor(&t, &after, 100, 0);
	close_screen(&t);
}

static void grid_sync__keeps__row_and_line_when_reordered(void **state)
{
	struct model before = count_up(1, 40), after = before;
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &before);
	move(&t, &before, 3);
	check_cursor(&t, &before, 4, 3);
	for (size_t i = 0; i < 40; i++)
		after.ids[i] = before.ids[(i + 20) % 40];
	show(&t, &after);
	check_cursor(&t, &after, 4, 3);
	/* The first rows: there are not enough above for the line. */
	for (size_t i = 0; i < 40; i++)
		after.ids[i] = before.ids[(i + 2) % 40];
	show(&t, &after);
	check_cursor(&t, &after, 4, 1);
	close_screen(&t);
}

static void grid_sync__goes__to_nearest_neighbour_when_row_is_gone(void **state)
{
	/* Each: the rows before, the rows after, the cursor's row before; its id and line after. */
	static const struct {
		struct model before, after;
		int64_t cursor;
		uint64_t id;
		int line;
	} cases[] = {
		{ { { 1, 2, 3, 4, 5 }, 5 }, { { 1, 2, 4, 5 }, 4 }, 2, 4, 2 },
		{ { { 1, 2, 3, 4, 5 }, 5 }, { { 1, 2, 5 }, 3 }, 2, 2, 1 },
		{ { { 1, 2, 3, 4, 5 }, 5 }, { { 1, 2, 3, 4 }, 4 }, 4, 4, 3 },
		/* Gone, while rows came above: the neighbour counts, not the number of the row. */
		{ { { 1, 2, 3, 4, 5 }, 5 }, { { 11, 12, 13, 1, 2, 4, 5, 6 }, 8 }, 2, 4, 2 },
		{ { { 1, 2, 3, 4, 5 }, 5 }, { { 1 }, 1 }, 4, 1, 0 },
		/* All are gone: the number of the row. */
		{ { { 1, 2, 3, 4, 5 }, 5 }, { { 21, 22, 23, 24, 25, 26 }, 6 }, 2, 23, 2 },
		{ { { 1, 2, 3, 4, 5 }, 5 }, { { 21, 22 }, 2 }, 4, 22, 1 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct screen t;

		open_screen(&t);
		show(&t, &cases[i].before);
		move(&t, &cases[i].before, cases[i].cursor);
		show(&t, &cases[i].after);
		check_cursor(&t, &cases[i].after, cases[i].id, cases[i].line);
		close_screen(&t);
	}
}

static void grid_sync__comes_back__after_no_rows(void **state)
{
	struct model before = count_up(1, 40), none = { .count = 0 };
	struct grid_rows no_rows = rows_of(&none);
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &none);
	assert_int_equal(grid_cursor(&t.g, &no_rows), SIZE_MAX);
	assert_int_equal(grid_row_at(&t.g, &no_rows, 1, 4), SIZE_MAX);
	grid_move(&t.g, &no_rows, 5);
	grid_page(&t.g, &no_rows, 2);
	grid_home(&t.g, &no_rows);
	grid_end(&t.g, &no_rows);
	grid_go(&t.g, &no_rows, 5);
	show(&t, &before);
	move(&t, &before, 20);
	move(&t, &before, -1);
	show(&t, &none);
	show(&t, &before);
	check_cursor(&t, &before, 20, 3);
	close_screen(&t);
}

/* Random reloads: a cursor row that is still there keeps its line unless the list is too short
 * above or below. */
static void grid_sync__never_moves__what_is_under_the_cursor(void **state)
{
	uint64_t seed = 11, next_id = 1000;
	struct model m = count_up(1, 60);
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &m);
	for (int round = 0; round < 5000; round++) {
		size_t at = test_random(&seed) % (m.count + 1), row, line, body = 5;
		uint64_t id;

		move(&t, &m, (int64_t)(test_random(&seed) % 21) - 10);
		id = t.g.cursor_id;
		line = t.g.cursor_row - t.g.top_row;
		if (test_random(&seed) % 2 && m.count < ROWS_MAX) {
			memmove(m.ids + at + 1, m.ids + at, (m.count - at) * sizeof(m.ids[0]));
			m.ids[at] = next_id++;
			m.count++;
		} else if (m.count > 1 && at < m.count) {
			memmove(m.ids + at, m.ids + at + 1, (m.count - at - 1) * sizeof(m.ids[0]));
			m.count--;
		}
		show(&t, &m);
		row = model_index(&m, id);
		assert_true(t.g.cursor_row < m.count && t.g.top_row <= t.g.cursor_row);
		assert_true(t.g.cursor_row - t.g.top_row < body);
		if (row == SIZE_MAX)
			continue;
		assert_int_equal(t.g.cursor_id, id);
		if (row >= line && m.count - (row - line) >= body)
			assert_int_equal(t.g.cursor_row - t.g.top_row, line);
	}
	close_screen(&t);
}

static void grid_restore__goes_back__to_cursor_and_window(void **state)
{
	struct model m = count_up(1, 40), other = count_up(500, 9);
	uint64_t cursor_id, top_id;
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &m);
	move(&t, &m, 20);
	move(&t, &m, -3);
	check_cursor(&t, &m, 18, 1);
	cursor_id = t.g.cursor_id;
	top_id = t.g.top_id;
	grid_restore(&t.g, 0, 0);
	show(&t, &other);
	check_cursor(&t, &other, 500, 0);
	grid_restore(&t.g, cursor_id, top_id);
	show(&t, &m);
	check_cursor(&t, &m, 18, 1);
	close_screen(&t);
}

static void grid_move__scrolls__as_little_as_it_takes(void **state)
{
	struct model m = count_up(1, 12);
	struct grid_rows rows = rows_of(&m);
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &m);
	move(&t, &m, 4);
	check_cursor(&t, &m, 5, 4);
	move(&t, &m, 1);
	check_cursor(&t, &m, 6, 4);
	move(&t, &m, -4);
	check_cursor(&t, &m, 2, 0);
	move(&t, &m, -1);
	check_cursor(&t, &m, 1, 0);
	move(&t, &m, INT64_MIN);
	check_cursor(&t, &m, 1, 0);
	move(&t, &m, INT64_MAX);
	check_cursor(&t, &m, 12, 4);
	grid_home(&t.g, &rows);
	show(&t, &m);
	check_cursor(&t, &m, 1, 0);
	grid_end(&t.g, &rows);
	show(&t, &m);
	check_cursor(&t, &m, 12, 4);
	grid_go(&t.g, &rows, 5);
	show(&t, &m);
	check_cursor(&t, &m, 5, 2);
	grid_go(&t.g, &rows, 6);
	show(&t, &m);
	check_cursor(&t, &m, 6, 3);
	grid_go(&t.g, &rows, 99);
	show(&t, &m);
	check_cursor(&t, &m, 6, 3);
	close_screen(&t);
}

static void grid_page__keeps__the_line(void **state)
{
	struct model m = count_up(1, 100);
	struct grid_rows rows = rows_of(&m);
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &m);
	move(&t, &m, 3);
	grid_page(&t.g, &rows, 2);
	show(&t, &m);
	check_cursor(&t, &m, 8, 3);
	grid_page(&t.g, &rows, -1);
	show(&t, &m);
	check_cursor(&t, &m, 6, 3);
	grid_page(&t.g, &rows, 1000);
	show(&t, &m);
	check_cursor(&t, &m, 100, 4);
	grid_page(&t.g, &rows, -1000);
	show(&t, &m);
	check_cursor(&t, &m, 1, 0);
	close_screen(&t);
}

static void grid_draw__keeps__cursor_on_screen_when_resized(void **state)
{
	struct model m = count_up(1, 100);
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &m);
	move(&t, &m, 50);
	for (int rows = 2; rows < 40; rows += 7) {
		assert_int_equal(surface_resize(&t.s, rows, 50), LL_OK);
		show(&t, &m);
		assert_int_equal(t.g.cursor_id, 51);
		assert_true(t.g.cursor_row - t.g.top_row < (size_t)rows - 1);
	}
	close_screen(&t);
}

static void grid_mark__adds_and_takes__single_ids(void **state)
{
	struct grid g;

	(void)state;
	grid_init(&g, columns, 3);
	assert_int_equal(grid_mark(&g, 5, true), LL_OK);
	assert_int_equal(grid_mark(&g, 2, true), LL_OK);
	assert_int_equal(grid_mark(&g, 7, true), LL_OK);
	assert_int_equal(grid_mark(&g, 5, true), LL_OK);
	assert_int_equal(g.mark_count, 3);
	assert_true(grid_is_marked(&g, 2) && grid_is_marked(&g, 5) && grid_is_marked(&g, 7));
	assert_int_equal(grid_mark(&g, 5, false), LL_OK);
	assert_int_equal(grid_mark(&g, 6, false), LL_OK);
	assert_false(grid_is_marked(&g, 5) || grid_is_marked(&g, 6) || grid_is_marked(&g, 1));
	grid_unmark_all(&g);
	assert_false(grid_is_marked(&g, 2));
	grid_release(&g);
}

static void grid_mark_range__marks__between_ids_in_both_directions(void **state)
{
	struct model m = count_up(1, 20);
	struct grid_rows rows = rows_of(&m);
	struct screen t;

	(void)state;
	open_screen(&t);
	show(&t, &m);
	move(&t, &m, 2);
	t.g.range_id = t.g.cursor_id;
	move(&t, &m, 2);
	assert_int_equal(t.s.cells[3 * 50 + 2].points[0], 0x25CF);
	assert_int_equal(t.s.cells[2 * 50 + 2].points[0], ' ');
	assert_int_equal(grid_mark_range(&t.g, &rows), LL_OK);
	assert_int_equal(t.g.range_id, 0);
	assert_int_equal(t.g.mark_count, 3);
	t.g.range_id = t.g.cursor_id;
	move(&t, &m, -4);
	assert_int_equal(grid_mark_range(&t.g, &rows), LL_OK);
	assert_int_equal(t.g.mark_count, 5);
	assert_true(grid_is_marked(&t.g, 1) && grid_is_marked(&t.g, 5) && !grid_is_marked(&t.g, 6));
	assert_int_equal(grid_mark_rows(&t.g, &rows, 0, 20), LL_OK);
	assert_int_equal(t.g.mark_count, 20);
	close_screen(&t);
}

static void grid_mark__leaves__marks_when_out_of_memory(void **state)
{
	struct model m = count_up(1, 200);
	struct grid_rows rows = rows_of(&m);
	struct grid g;

	(void)state;
	grid_init(&g, columns, 3);
	for (uint64_t id = 1; id <= 16; id++)
		assert_int_equal(grid_mark(&g, id, true), LL_OK);
	fault_arm(FAULT_ALLOC, 1, true);
	assert_int_equal(grid_mark(&g, 17, true), LL_ENOMEM);
	assert_int_equal(grid_mark_rows(&g, &rows, 0, 200), LL_ENOMEM);
	fault_disarm();
	assert_int_equal(g.mark_count, 16);
	assert_true(grid_is_marked(&g, 16) && !grid_is_marked(&g, 17));
	grid_release(&g);
}

static void draw_at(struct surface *s, int rows, int cols, bool has_utf8, const char *match)
{
	struct model m = { { 7, 12, 23004, 5 }, 4 };
	struct grid_rows r = rows_of(&m);
	struct grid g;

	grid_init(&g, columns, 3);
	g.sort_column = 2;
	g.cursor_id = 12;
	assert_int_equal(grid_mark(&g, 12, true), LL_OK);
	assert_int_equal(grid_mark(&g, 5, true), LL_OK);
	*s = (struct surface){ 0 };
	plane_make(s, rows, cols, has_utf8);
	surface_clear(s);
	grid_draw(&g, &r, s, (struct rect){ 0, 0, rows, cols }, str_of(match));
	grid_release(&g);
}

static void grid_draw__looks__as_drawn(void **state)
{
	static const struct {
		int rows, cols;
		bool has_utf8;
		const char *plane;
	} cases[] = {
		{ 6, 60, true,
			"   project                       model                 cost▼\n"
			"   project-number-7              claude-opus-4-5      $21.00\n"
			"> ●project-number-12             gpt-5                $36.00\n"
			"   project-number-23004          gpt-5             $69012.00\n"
			"  ●project-number-5              claude-opus-4-5      $15.00\n"
			"\n" },
		{ 3, 48, true,
			"   project             model               cost▼\n"
			"   project-number-7    claude-opus-4-5    $21.00\n"
			"> ●project-number-12   gpt-5              $36.00\n" },
		{ 3, 34, true,
			"   project      model        cost▼\n"
			"   proje…ber-7  clau…4-5    $21.00\n"
			"> ●proje…er-12  gpt-5       $36.00\n" },
		{ 4, 24, true,
			"   project         cost▼\n"
			"   proje…er-7     $21.00\n"
			"> ●proje…r-12     $36.00\n"
			"   proje…3004  $69012.00\n" },
		{ 3, 14, true,
			"   project\n"
			"   proje…ber-7\n"
			"> ●proje…er-12\n" },
		{ 4, 48, false,
			"   project            model                costv\n"
			"   project-number-7   claude-opus-4-5     $21.00\n"
			"> *project-number-12  gpt-5               $36.00\n"
			"   project-~er-23004  gpt-5            $69012.00\n" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct surface s;

		draw_at(&s, cases[i].rows, cases[i].cols, cases[i].has_utf8, "");
		assert_plane(&s, cases[i].plane);
		surface_release(&s);
	}
}

static void grid_draw__styles__cursor_and_matches(void **state)
{
	struct surface s;

	(void)state;
	draw_at(&s, 5, 46, true, "nuMBer-1");
	assert_plane(&s,
		"   project           model               cost▼\n"
		"   project-number-7  claude-…us-4-5     $21.00\n"
		"> ●project-…mber-12  gpt-5              $36.00\n"
		"   project-…r-23004  gpt-5           $69012.00\n"
		"  ●project-number-5  claude-…us-4-5     $15.00\n");
	assert_styles(&s,
		"...ddddddd...........ddddd...............aaaaa\n"
		"..............................................\n"
		"sssssssssssmmmmmmmssssssssssssssssssssssssssss\n"
		"..............................................\n"
		"..a...........................................\n");
	surface_release(&s);
}

static void grid_draw__drops__columns_in_declared_order(void **state)
{
	struct model m = count_up(1, 3);
	struct grid_rows rows = rows_of(&m);
	int last_shown = 3;

	(void)state;
	for (int cols = 80; cols > 0; cols--) {
		struct surface s = { 0 };
		struct grid g;
		int shown = 0;

		grid_init(&g, columns, 3);
		plane_make(&s, 5, cols, true);
		grid_draw(&g, &rows, &s, (struct rect){ 0, 0, 5, cols }, STR(""));
		for (size_t i = 0; i < 3; i++)
			shown += g.column_cells[i] > 0;
		assert_true(shown <= last_shown);
		/* The model goes first, then the cost; the project stays. */
		assert_int_equal(g.column_cells[1] > 0, shown == 3);
		assert_int_equal(g.column_cells[2] > 0, shown >= 2);
		assert_int_equal(g.column_cells[0] > 0, cols > 3);
		last_shown = shown;
		grid_release(&g);
		surface_release(&s);
	}
}

static void grid_draw__hides__what_the_user_switched_off(void **state)
{
	struct model m = count_up(1, 3);
	struct screen t;

	(void)state;
	open_screen(&t);
	t.g.hidden = 1u << 1;
	show(&t, &m);
	assert_int_equal(t.g.column_cells[1], 0);
	assert_true(t.g.column_cells[0] > 0 && t.g.column_cells[2] > 0);
	t.g.hidden = 7;
	show(&t, &m);
	assert_int_equal(grid_title_at(&t.g, 0, 4), SIZE_MAX);
	close_screen(&t);
}

static void grid_title_at__finds__columns(void **state)
{
	struct model m = count_up(1, 3);
	struct grid_rows rows = rows_of(&m);
	struct screen t;

	(void)state;
	open_screen(&t);
	assert_int_equal(grid_title_at(&t.g, 0, 4), SIZE_MAX);
	show(&t, &m);
	assert_int_equal(grid_title_at(&t.g, 0, 3), 0);
	assert_int_equal(grid_title_at(&t.g, 0, 0), SIZE_MAX);
	assert_int_equal(grid_title_at(&t.g, 1, 3), SIZE_MAX);
	assert_int_equal(grid_title_at(&t.g, 0, t.g.column_x[2]), 2);
	assert_int_equal(grid_title_at(&t.g, 0, t.g.column_x[2] - 1), SIZE_MAX);
	assert_int_equal(grid_title_at(&t.g, 0, 49), 2);
	assert_int_equal(grid_row_at(&t.g, &rows, 0, 4), SIZE_MAX);
	assert_int_equal(grid_row_at(&t.g, &rows, 3, 49), 2);
	assert_int_equal(grid_row_at(&t.g, &rows, 4, 4), SIZE_MAX);
	assert_int_equal(grid_row_at(&t.g, &rows, 1, 50), SIZE_MAX);
	close_screen(&t);
}

static void hostile_cell(const void *ctx, size_t row, size_t column, struct arena *scratch,
	struct grid_cell *out)
{
	static const struct str texts[] = {
		STR_INIT("研究研究研究研究研究研究研究"), STR_INIT("a\033[31mred\007"),
		STR_INIT("\xff\xfe\x80"),
		STR_INIT("e\u0301\u0301\u0301\u0301\u0301\u0301\u0301x"),
		STR_INIT("👩\u200d💻👩\u200d💻👩\u200d💻👩\u200d💻"),
		STR_INIT("\u202e\u2066abc"), STR_INIT(""), STR_INIT("\u0301\u0301"),
	};

	(void)ctx;
	(void)scratch;
	*out = (struct grid_cell){ .text = texts[(row + column) % 8], .role = ROLE_TEXT };
}

static void grid_draw__stays__in_its_rectangle_at_all_sizes(void **state)
{
	struct model m = count_up(1, 80);
	struct grid_rows rows = rows_of(&m);
	struct surface s = { 0 };
	struct grid g;

	(void)state;
	rows.cell = hostile_cell;
	grid_init(&g, columns, 3);
	g.range_id = 3;
	plane_make(&s, 62, 202, true);
	for (int h = 1; h <= 60; h += h < 8 ? 1 : 13) {
		for (int w = 1; w <= 200; w += w < 60 ? 1 : 20) {
			struct rect r = { 1, 1, h, w };

			plane_make(&s, h + 2, w + 2, w % 2);
			grid_draw(&g, &rows, &s, r, STR("研"));
			plane_check_outside(&s, r);
			grid_move(&g, &rows, w % 7 - 3);
		}
	}
	grid_release(&g);
	surface_release(&s);
}

static size_t asked;

static uint64_t many_id(const void *ctx, size_t row)
{
	(void)ctx;
	return row + 1;
}

static size_t many_index(const void *ctx, uint64_t id)
{
	(void)ctx;
	return (size_t)id - 1;
}

static void many_cell(const void *ctx, size_t row, size_t column, struct arena *scratch,
	struct grid_cell *out)
{
	(void)ctx;
	(void)column;
	asked++;
	*out = (struct grid_cell){ .text = print(scratch, "", row, ""), .role = ROLE_TEXT };
}

static void grid_draw__asks__only_for_rows_that_show(void **state)
{
	struct grid_rows rows = { NULL, 50000000, many_id, many_index, many_cell };
	struct surface s = { 0 };
	struct grid g;

	(void)state;
	grid_init(&g, columns, 3);
	plane_make(&s, 40, 120, true);
	for (int i = 0; i < 200; i++) {
		asked = 0;
		grid_move(&g, &rows, 249989);
		grid_draw(&g, &rows, &s, (struct rect){ 0, 0, 40, 120 }, STR(""));
		assert_true(asked <= 39 * 4);
	}
	assert_int_equal(grid_mark_rows(&g, &rows, 0, 1000000), LL_OK);
	assert_int_equal(g.mark_count, 1000000);
	assert_true(grid_is_marked(&g, 1000000) && !grid_is_marked(&g, 1000001));
	grid_release(&g);
	surface_release(&s);
}

SUITE(grid, cmocka_unit_test(grid_sync__keeps__row_and_line_when_rows_come_above),
	cmocka_unit_test(grid_sync__keeps__row_and_line_when_reordered),
	cmocka_unit_test(grid_sync__goes__to_nearest_neighbour_when_row_is_gone),
	cmocka_unit_test(grid_sync__comes_back__after_no_rows),
	cmocka_unit_test(grid_sync__never_moves__what_is_under_the_cursor),
	cmocka_unit_test(grid_restore__goes_back__to_cursor_and_window),
	cmocka_unit_test(grid_move__scrolls__as_little_as_it_takes),
	cmocka_unit_test(grid_page__keeps__the_line),
	cmocka_unit_test(grid_draw__keeps__cursor_on_screen_when_resized),
	cmocka_unit_test(grid_mark__adds_and_takes__single_ids),
	cmocka_unit_test(grid_mark_range__marks__between_ids_in_both_directions),
	cmocka_unit_test(grid_mark__leaves__marks_when_out_of_memory),
	cmocka_unit_test(grid_draw__looks__as_drawn),
	cmocka_unit_test(grid_draw__styles__cursor_and_matches),
	cmocka_unit_test(grid_draw__drops__columns_in_declared_order),
	cmocka_unit_test(grid_draw__hides__what_the_user_switched_off),
	cmocka_unit_test(grid_title_at__finds__columns),
	cmocka_unit_test(grid_draw__stays__in_its_rectangle_at_all_sizes),
	cmocka_unit_test(grid_draw__asks__only_for_rows_that_show));
