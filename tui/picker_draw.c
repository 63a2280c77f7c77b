/* SPDX-License-Identifier: Apache-2.0 */
/* The box of a list to choose from. */
#include "tui/picker.h"

#include <stdio.h>

#define SIGN_CELLS 4    /* cursor, blank, check, blank */
#define GAP_CELLS 2     /* between label and detail */
#define EDGE_CELLS 1    /* right of the detail */
#define BORDER_CELLS 2  /* of both sides */
#define BOX_ROWS_MIN 4  /* smaller places go without a border */
#define BOX_COLS_MIN 12
#define BOX_CELLS_MIN 32
#define DETAIL_CELLS_MIN 6

static bool is_heading(const struct picker *p, size_t at)
{
	return at < p->match_count && p->items[p->order[at]].is_heading;
}

static int least(int a, int b)
{
	return a < b ? a : b;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

/* In the middle of the width and a quarter from the top, as large as all items need. */
static struct rect place_box(const struct picker *p, struct rect within)
{
	int items = p->count < (size_t)within.rows ? (int)p->count : within.rows;
	int content = SIGN_CELLS + EDGE_CELLS + least(p->label_cells, within.cols) +
		(p->detail_cells > 0 ? GAP_CELLS + least(p->detail_cells, within.cols) : 0);
	struct rect box = { .rows = least(within.rows, most(items, 1) + 1 + BORDER_CELLS) };

	content = most(content, least(text_cells(p->title), within.cols) + 2 * GAP_CELLS);
	box.cols = least(within.cols, most(content, BOX_CELLS_MIN) + BORDER_CELLS);
	box.y = within.y + (within.rows - box.rows) / 4;
	box.x = within.x + (within.cols - box.cols) / 2;
	return box;
}

static void draw_item(const struct picker *p, struct surface *s, struct rect row, size_t at)
{
	const struct picker_item *item = &p->items[p->order[at]];
	int cells = row.cols - SIGN_CELLS - EDGE_CELLS, x = row.x + SIGN_CELLS, rest;
	enum role role = item->is_heading ? ROLE_ACCENT : ROLE_TEXT;
	bool is_cursor = at == p->cursor && !item->is_heading;

	if (is_cursor)
		surface_put(s, row.y, row.x, least(row.cols, 1), glyph(s, GLYPH_CURSOR),
			ROLE_ACCENT, 0);
	if (item->is_checked && row.cols > 2)
		surface_put(s, row.y, row.x + 2, 1, glyph(s, GLYPH_CHECK), ROLE_OK, 0);
	if (cells <= 0)
		return;
	rest = cells - surface_put_cut(s, row.y, x, cells, item->label, role, 0) - GAP_CELLS;
	if (rest >= DETAIL_CELLS_MIN || rest >= text_cells(item->detail)) {
		int own = least(rest, text_cells(item->detail));

		surface_put_cut(s, row.y, x + cells - own, own, item->detail, ROLE_DIM, 0);
	}
	if (is_cursor)
		surface_style(s, row, ROLE_SEL, 0);
}

static void draw_prompt(struct picker *p, struct surface *s, struct rect line)
{
	char count[48];
	int own = snprintf(count, sizeof(count), " %zu/%zu ", p->match_count, p->count);

	if (p->prompt.len == 0 || own + BOX_COLS_MIN > line.cols)
		own = 0;
	p->cursor_y = line.y;
	p->cursor_x = prompt_draw(&p->prompt, s, line.y, line.x, line.cols - own, STR("> "));
	surface_put(s, line.y, line.x + line.cols - own, own, str_of(count), ROLE_DIM, 0);
}

/* Keeps the cursor in the window; the heading above the first item shows with it. */
static void settle_top(struct picker *p, size_t rows)
{
	size_t from = p->cursor > 0 && is_heading(p, p->cursor - 1) ? p->cursor - 1 : p->cursor;

	if (p->top > from)
		p->top = from;
	if (rows > 0 && p->cursor - p->top >= rows)
		p->top = p->cursor - rows + 1;
}

void picker_draw(struct picker *p, struct surface *s, struct rect within)
{
	struct rect in;

	p->cursor_y = p->cursor_x = -1;
	p->drawn = p->list = (struct rect){ 0 };
	if (within.rows <= 0 || within.cols <= 0)
		return;
	p->drawn = in = place_box(p, within);
	if (in.rows >= BOX_ROWS_MIN && in.cols >= BOX_COLS_MIN)
		in = surface_box(s, in, p->title);
	else
		surface_fill(s, in, ' ', ROLE_TEXT, 0);
	draw_prompt(p, s, (struct rect){ in.y, in.x, 1, in.cols });
	p->list = (struct rect){ in.y + 1, in.x, in.rows - 1, in.cols };
	settle_top(p, (size_t)p->list.rows);
	for (int i = 0; i < p->list.rows && p->top + (size_t)i < p->match_count; i++)
		draw_item(p, s, (struct rect){ p->list.y + i, in.x, 1, in.cols },
			p->top + (size_t)i);
}
