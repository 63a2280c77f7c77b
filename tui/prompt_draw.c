/* SPDX-License-Identifier: Apache-2.0 */
/* The line of a prompt: the part of the text around the cursor. */
#include "tui/prompt.h"

#include "tui/width.h"

#define LABEL_ROOM 12 /* cells that a long label leaves for the text */

static int cells_to(const struct prompt *p, size_t from, size_t to)
{
	return text_cells((struct str){ p->text + from, to - from });
}

/* The first byte that shows. The window jumps by half its width, so that the text stands still
 * while the cursor moves within it. */
static size_t window_start(const struct prompt *p, int cells)
{
	int cursor = cells_to(p, 0, p->at), half = cells / 2 > 0 ? cells / 2 : 1, skip, gone = 0;
	struct cell cell = { 0 };
	size_t start = 0;

	if (cursor < cells)
		return 0;
	skip = ((cursor - cells) / half + 1) * half;
	while (start < p->at && gone < skip) {
		width_next(prompt_text(p), &start, true, &cell);
		gone += cell.width;
	}
	return start < p->at ? start : p->at;
}

static void draw_bad(const struct prompt *p, struct surface *s, struct rect window, size_t start)
{
	size_t from = p->bad_at > start ? p->bad_at : start, to = p->bad_at + p->bad_len;
	int left, right;

	to = to < p->len ? to : p->len;
	if (p->bad_len == 0 || from >= to)
		return;
	left = cells_to(p, start, from);
	right = cells_to(p, start, to);
	right = right < window.cols ? right : window.cols;
	if (left < right)
		surface_style(s, (struct rect){ window.y, window.x + left, 1, right - left },
			ROLE_ERR, ATTR_UNDERLINE);
}

int prompt_draw(const struct prompt *p, struct surface *s, int y, int x, int cells,
	struct str label)
{
	int label_cells = cells > 2 * LABEL_ROOM ? cells - LABEL_ROOM : cells / 2;
	struct rect window;
	size_t start;

	surface_fill(s, (struct rect){ y, x, 1, cells }, ' ', ROLE_TEXT, 0);
	label_cells = surface_put_cut(s, y, x, label_cells, label, ROLE_ACCENT, 0);
	window = (struct rect){ y, x + label_cells, 1, cells - label_cells };
	start = window_start(p, window.cols);
	surface_put(s, y, window.x, window.cols, str_from(prompt_text(p), start), ROLE_TEXT, 0);
	draw_bad(p, s, window, start);
	return window.x + cells_to(p, start, p->at);
}
