/* SPDX-License-Identifier: Apache-2.0 */
/* A table on a surface: titles, the rows that show, their signs and highlights. */
#include "tui/grid.h"

#include "base/mem.h"
#include "tui/grid_columns.h"
#include "tui/match.h"
#include "tui/width.h"

#define GUTTER_CELLS 3   /* cursor, blank, mark */
#define MARK_X 2
#define MIDDLE_CELLS_MIN 8 /* narrower texts are cut at the end: two stumps say nothing */

static void draw_title(const struct grid *g, struct surface *s, int y, size_t i)
{
	const struct grid_column *column = &g->columns[i];
	bool is_sorted = column->can_sort && g->sort_column == i;
	enum role role = is_sorted ? ROLE_ACCENT : ROLE_DIM;
	int x = g->column_x[i], cells = g->column_cells[i] - (is_sorted ? 1 : 0);
	int taken = text_cells(str_of(column->title));

	if (column->is_number && taken < cells) {
		x += cells - taken;
		cells = taken;
	}
	taken = surface_put_cut(s, y, x, cells, str_of(column->title), role, 0);
	if (is_sorted)
		surface_put(s, y, x + taken, 1, glyph(s, g->is_ascending ? GLYPH_UP : GLYPH_DOWN),
			role, 0);
}

/* The bytes [0, head) and [tail, len) of a text are shown, an ellipsis between them. */
struct fit {
	size_t head, tail;
	int head_cells;
};

static struct fit fit_middle(struct str text, int cells, int all_cells)
{
	int tail_cells = (cells - 1) / 2, head_limit = cells - 1 - tail_cells, before = 0;
	struct fit fit = { .tail = text.len };
	struct cell glyph_cell;

	for (size_t i = 0, start = 0; width_next(text, &i, true, &glyph_cell); start = i) {
		if (before + glyph_cell.width <= head_limit) {
			fit.head = i;
			fit.head_cells = before + glyph_cell.width;
		} else if (all_cells - before <= tail_cells) {
			fit.tail = start;
			break;
		}
		before += glyph_cell.width;
	}
	return fit;
}

/* The cell of a byte's place; a place in what is left out is the ellipsis, as an end the cell
 * after it. */
static int cell_of(struct str text, struct fit fit, size_t at, bool is_end)
{
	if (at <= fit.head)
		return text_cells(str_head(text, at));
	if (at < fit.tail)
		return fit.head_cells + (is_end ? 1 : 0);
	return fit.head_cells + 1 + text_cells((struct str){ text.at + fit.tail, at - fit.tail });
}

struct place {
	int y, x, cells;
};

static void highlight(struct surface *s, struct place p, struct str text, struct fit fit,
	struct str match)
{
	size_t at;

	for (size_t from = 0; match_find(text, match, from, &at); from = at + match.len) {
		int start = cell_of(text, fit, at, false);
		int end = cell_of(text, fit, at + match.len, true);

		if (end > p.cells)
			end = p.cells;
		if (start < end)
			surface_style(s, (struct rect){ p.y, p.x + start, 1, end - start },
				ROLE_MATCH, 0);
	}
}

static struct fit draw_text(struct surface *s, struct place p, const struct grid_cell *cell)
{
	struct str text = cell->text, tail;
	int all_cells = text_cells(text), x = p.x;
	struct fit fit = { .head = text.len, .tail = text.len };

	if (all_cells <= p.cells || p.cells < MIDDLE_CELLS_MIN) {
		surface_put_cut(s, p.y, p.x, p.cells, text, cell->role, cell->attrs);
		return fit;
	}
	fit = fit_middle(text, p.cells, all_cells);
	tail = str_from(text, fit.tail);
	x += surface_put(s, p.y, x, fit.head_cells, str_head(text, fit.head), cell->role,
		cell->attrs);
	x += surface_put(s, p.y, x, 1, glyph(s, GLYPH_ELLIPSIS), cell->role, cell->attrs);
	surface_put(s, p.y, x, p.x + p.cells - x, tail, cell->role, cell->attrs);
	return fit;
}

struct drawing {
	struct grid *g;
	const struct grid_rows *rows;
	struct surface *s;
	struct rect r;
	struct str match;
	size_t range_first, range_last; /* a range that is being marked; none when first > last */
};

static void draw_signs(const struct drawing *d, int y, size_t row)
{
	bool is_cursor = row == d->g->cursor_row;
	bool is_marked = (row >= d->range_first && row <= d->range_last) ||
		grid_is_marked(d->g, d->rows->id(d->rows->ctx, row));
	int cells = d->r.cols;

	if (is_cursor && cells > 0)
		surface_put(d->s, y, d->r.x, 1, glyph(d->s, GLYPH_CURSOR), ROLE_ACCENT, 0);
	if (is_marked && cells > MARK_X)
		surface_put(d->s, y, d->r.x + MARK_X, 1, glyph(d->s, GLYPH_MARK), ROLE_ACCENT, 0);
}

/* The style of the cursor's row goes over its cells, and the matches over that: both show. */
static void draw_row(const struct drawing *d, int y, size_t row)
{
	const struct grid *g = d->g;
	struct grid_cell cells[GRID_COLUMNS] = { 0 };
	struct fit fits[GRID_COLUMNS];

	arena_clear(&d->g->scratch);
	draw_signs(d, y, row);
	for (size_t i = 0; i < g->column_count; i++) {
		struct place p = { y, g->column_x[i], g->column_cells[i] };

		if (p.cells == 0)
			continue;
		d->rows->cell(d->rows->ctx, row, i, &d->g->scratch, &cells[i]);
		if (g->columns[i].is_number)
			surface_put_right(d->s, y, p.x, p.cells, cells[i].text, cells[i].role,
				cells[i].attrs);
		else
			fits[i] = draw_text(d->s, p, &cells[i]);
	}
	if (row == g->cursor_row)
		surface_style(d->s, (struct rect){ y, d->r.x, 1, d->r.cols }, ROLE_SEL, 0);
	for (size_t i = 0; i < g->column_count; i++)
		if (g->column_cells[i] > 0 && !g->columns[i].is_number)
			highlight(d->s, (struct place){ y, g->column_x[i], g->column_cells[i] },
				cells[i].text, fits[i], d->match);
}

static void find_range(struct drawing *d)
{
	size_t start = d->g->range_id ? d->rows->index(d->rows->ctx, d->g->range_id) : SIZE_MAX;
	size_t cursor = d->g->cursor_row;

	d->range_first = 1;
	d->range_last = 0;
	if (start >= d->rows->count)
		return;
	d->range_first = start < cursor ? start : cursor;
	d->range_last = start < cursor ? cursor : start;
}

/* Without memory there are no neighbours: a lost cursor then goes by its row number. */
static void remember_near(struct grid *g, const struct grid_rows *rows, size_t count)
{
	if (count > g->near_cap) {
		uint64_t *grown = ll_try_realloc(g->near, count * sizeof(*grown));

		if (!grown) {
			g->near_count = 0;
			return;
		}
		g->near = grown;
		g->near_cap = count;
	}
	g->near_count = count;
	for (size_t i = 0; i < count; i++)
		g->near[i] = rows->id(rows->ctx, g->top_row + i);
}

static struct rect clip(const struct surface *s, struct rect r)
{
	int right = r.x + r.cols < s->cols ? r.x + r.cols : s->cols;
	int bottom = r.y + r.rows < s->rows ? r.y + r.rows : s->rows;

	r.x = r.x > 0 ? r.x : 0;
	r.y = r.y > 0 ? r.y : 0;
	r.cols = right > r.x ? right - r.x : 0;
	r.rows = bottom > r.y ? bottom - r.y : 0;
	return r;
}

void grid_draw(struct grid *g, const struct grid_rows *rows, struct surface *s, struct rect r,
	struct str match)
{
	struct drawing d = { .g = g, .rows = rows, .s = s, .r = clip(s, r), .match = match };
	size_t shown;

	g->body_y = d.r.y + 1;
	g->body_x = d.r.x;
	g->body_cols = d.r.cols;
	grid_sync(g, rows);
	g->body_rows = d.r.rows > 1 ? d.r.rows - 1 : 0;
	grid_sync(g, rows);
	shown = rows->count > g->top_row ? rows->count - g->top_row : 0;
	if (shown > (size_t)g->body_rows)
		shown = (size_t)g->body_rows;
	grid_columns_place(g, rows, g->top_row, shown, d.r.x + GUTTER_CELLS,
		d.r.cols - GUTTER_CELLS);
	for (size_t i = 0; i < g->column_count && d.r.rows > 0; i++)
		if (g->column_cells[i] > 0)
			draw_title(g, s, d.r.y, i);
	find_range(&d);
	for (size_t i = 0; i < shown; i++)
		draw_row(&d, g->body_y + (int)i, g->top_row + i);
	remember_near(g, rows, shown);
}
