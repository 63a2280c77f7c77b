/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The area chart:
 *
 *	$12.30 ┤    ⣀⣴⣶
 *	 $6.15 ┤ ⣠⣾⣿⣿⣿⣿
 *	     0 ┼──┬─────   the axis
 *	          14:30    the ticks
 *
 * Rows that there is no place for go from the bottom, the labels when they would leave less than
 * half.
 */
#include "tui/chart.h"

#include "base/text.h"
#include "tui/levels.h"

#define LABEL_BYTES 64
#define COLS_MAX 1000   /* of a surface */
#define AXIS_CELLS 2    /* a blank and the axis */
#define TICK_GAP_CELLS 2
#define AXIS_ROWS_MIN 3 /* fewer rows are all plot */
#define TICK_ROWS_MIN 4
#define MIDDLE_ROWS_MIN 3

/* How one cell is filled: dots a cell is wide, steps it is high. */
struct pen {
	size_t dots;
	int steps;
	void (*add)(struct buf *line, const int *levels); /* one of 0..steps a dot */
};

struct plot {
	const struct chart *chart;
	struct surface *s;
	const struct pen *pen;
	struct rect area;   /* of the plot itself */
	struct rect whole;
	size_t dots;        /* that the area is wide */
	int64_t max;
	bool has_labels, has_axis, has_ticks;
};

static const struct pen pens[CHART_ASCII + 1];

static void add_braille(struct buf *line, const int *levels)
{
	static const uint32_t left[] = { 0x00, 0x40, 0x44, 0x46, 0x47 };
	static const uint32_t right[] = { 0x00, 0x80, 0xA0, 0xB0, 0xB8 };
	uint32_t dots = left[levels[0]] | right[levels[1]];

	utf8_add(line, dots ? 0x2800 | dots : ' ');
}

static void add_block(struct buf *line, const int *levels)
{
	buf_addz(line, levels_lower[levels[0]]);
}

static void add_ascii(struct buf *line, const int *levels)
{
	buf_addch(line, levels_ascii[levels[0]]);
}

/* The part of a column's level that lies in a row of the plot; row 0 is the top. */
static int level_in(const struct plot *p, int64_t level, int row)
{
	int64_t here = level - (int64_t)(p->area.rows - 1 - row) * p->pen->steps;

	return here < 0 ? 0 : here > p->pen->steps ? p->pen->steps : (int)here;
}

static void draw_row(const struct plot *p, const int64_t *levels, int row, struct buf *line)
{
	buf_clear(line);
	for (size_t dot = 0; dot < p->dots; dot += p->pen->dots) {
		int here[2] = { 0 };

		for (size_t i = 0; i < p->pen->dots; i++)
			here[i] = level_in(p, levels[dot + i], row);
		p->pen->add(line, here);
	}
	surface_put(p->s, p->area.y + row, p->area.x, p->area.cols, buf_str(line), ROLE_BAND, 0);
}

static void draw_area(const struct plot *p)
{
	const struct chart *c = p->chart;
	int64_t levels[2 * COLS_MAX], steps = (int64_t)p->area.rows * p->pen->steps;
	struct buf line = BUF_INIT(4 * COLS_MAX);

	for (size_t dot = 0; dot < p->dots; dot++)
		levels[dot] = levels_of(levels_column(c->values, c->count, dot, p->dots), p->max,
			steps);
	for (int row = 0; row < p->area.rows; row++)
		draw_row(p, levels, row, &line);
	buf_release(&line);
}

/* The cells of a bucket. */
static void cells_of(const struct plot *p, size_t bucket, int *first, int *last)
{
	unsigned __int128 count = p->chart->count, dots = p->dots;
	size_t start = (size_t)((bucket * dots + count - 1) / count);
	size_t end = (size_t)(((bucket + 1) * dots - 1) / count);

	*last = (int)(end / p->pen->dots);
	*first = (int)((start < end ? start : end) / p->pen->dots);
}

static void mark_cursor(const struct plot *p)
{
	struct rect marked = p->area;
	int first, last;

	if (p->chart->cursor >= p->chart->count)
		return;
	cells_of(p, p->chart->cursor, &first, &last);
	marked.x += first;
	marked.cols = last - first + 1;
	surface_style(p->s, marked, ROLE_SEL, 0);
}

static struct str line_glyph(const struct plot *p, const char *utf8, const char *ascii)
{
	return str_of(p->s->has_utf8 ? utf8 : ascii);
}

static struct str label_of(const struct plot *p, int64_t value, struct buf *out)
{
	buf_clear(out);
	p->chart->label(out, value);
	return buf_str(out);
}

/* The value at the upper edge of a row of the plot. */
static int64_t value_of_row(const struct plot *p, int row)
{
	return (int64_t)((__int128)p->max * (p->area.rows - row) / p->area.rows);
}

static void put_label(const struct plot *p, int y, struct str text)
{
	int cells = p->area.x - p->whole.x - AXIS_CELLS;

	surface_put_right(p->s, y, p->whole.x, cells, text, ROLE_DIM, 0);
}

/* Top, middle, 0; a middle that reads like one of the others says nothing. */
static void draw_labels(const struct plot *p)
{
	struct buf top = BUF_INIT(LABEL_BYTES), middle = BUF_INIT(LABEL_BYTES);
	struct buf zero = BUF_INIT(LABEL_BYTES);
	int row = p->area.rows / 2;

	label_of(p, p->max, &top);
	label_of(p, value_of_row(p, row), &middle);
	label_of(p, 0, &zero);
	if (p->max > 0)
		put_label(p, p->area.y, buf_str(&top));
	if (p->area.rows >= MIDDLE_ROWS_MIN && !str_eq(buf_str(&middle), buf_str(&top)) &&
		!str_eq(buf_str(&middle), buf_str(&zero)))
		put_label(p, p->area.y + row, buf_str(&middle));
	if (p->has_axis)
		put_label(p, p->area.y + p->area.rows, buf_str(&zero));
	for (int i = 0; i < p->area.rows; i++)
		surface_put(p->s, p->area.y + i, p->area.x - 1, 1, line_glyph(p, "┤", "|"),
			ROLE_DIM, 0);
	if (p->has_axis)
		surface_put(p->s, p->area.y + p->area.rows, p->area.x - 1, 1,
			line_glyph(p, "┼", "+"), ROLE_DIM, 0);
	buf_release(&top);
	buf_release(&middle);
	buf_release(&zero);
}

static void draw_axis(const struct plot *p)
{
	for (int i = 0; i < p->area.cols; i++)
		surface_put(p->s, p->area.y + p->area.rows, p->area.x + i, 1,
			line_glyph(p, "─", "-"), ROLE_DIM, 0);
}

/* From the left, each that has room; those that would hang over the right edge are left out. */
static void draw_ticks(const struct plot *p)
{
	struct buf text = BUF_INIT(LABEL_BYTES);
	int y = p->area.y + p->area.rows, free_from = 0, first, last;

	for (size_t i = 0; i < p->chart->count; i++) {
		int cells;

		cells_of(p, i, &first, &last);
		if (first < free_from)
			continue;
		buf_clear(&text);
		p->chart->tick(p->chart->ctx, i, &text);
		cells = text_cells(buf_str(&text));
		if (cells == 0 || cells > p->area.cols - first)
			continue;
		surface_put(p->s, y, p->area.x + first, 1, line_glyph(p, "┬", "+"), ROLE_DIM, 0);
		surface_put(p->s, y + 1, p->area.x + first, cells, buf_str(&text), ROLE_DIM, 0);
		free_from = first + cells + TICK_GAP_CELLS;
	}
	buf_release(&text);
}

static int label_cells(const struct plot *p)
{
	struct buf text = BUF_INIT(LABEL_BYTES);
	const int64_t values[] = { p->max, value_of_row(p, p->area.rows / 2), 0 };
	int most = 0;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		int cells = text_cells(label_of(p, values[i], &text));

		most = cells > most ? cells : most;
	}
	buf_release(&text);
	return most;
}

static void place(struct plot *p)
{
	int left;

	p->has_axis = p->whole.rows >= AXIS_ROWS_MIN;
	p->has_ticks = p->chart->tick && p->whole.rows >= TICK_ROWS_MIN;
	p->area = p->whole;
	p->area.rows -= (p->has_axis ? 1 : 0) + (p->has_ticks ? 1 : 0);
	left = label_cells(p) + AXIS_CELLS;
	p->has_labels = left <= p->whole.cols / 2;
	if (p->has_labels) {
		p->area.x += left;
		p->area.cols -= left;
	}
	p->dots = (size_t)p->area.cols * p->pen->dots;
}

void chart_draw(const struct chart *c, struct surface *s, struct rect r)
{
	struct plot p = { .chart = c, .s = s, .whole = r, .max = levels_max(c->values, c->count),
		.pen = &pens[s->has_utf8 ? c->style : CHART_ASCII] };

	if (r.rows <= 0 || r.cols <= 0)
		return;
	PRE(r.cols <= COLS_MAX);
	surface_fill(s, r, ' ', ROLE_TEXT, 0);
	place(&p);
	if (p.has_labels)
		draw_labels(&p);
	if (p.has_axis)
		draw_axis(&p);
	if (c->count == 0)
		return;
	draw_area(&p);
	if (p.has_ticks)
		draw_ticks(&p);
	mark_cursor(&p);
}

static const struct pen pens[CHART_ASCII + 1] = {
	[CHART_BRAILLE] = { 2, 4, add_braille },
	[CHART_BLOCKS] = { 1, 8, add_block },
	[CHART_ASCII] = { 1, LEVELS_ASCII, add_ascii },
};
