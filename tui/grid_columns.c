/* SPDX-License-Identifier: Apache-2.0 */
/* How wide each column of a table is, and which are left out. */
#include "tui/grid_columns.h"

#define GAP_CELLS 2
#define TEXT_CELLS_MIN 4 /* to this text is squeezed before columns without a drop number go */

static bool is_shown(const struct grid *g, size_t column)
{
	return g->column_cells[column] > 0;
}

static int total_cells(const struct grid *g)
{
	int total = 0;

	for (size_t i = 0; i < g->column_count; i++)
		if (is_shown(g, i))
			total += g->column_cells[i] + (total > 0 ? GAP_CELLS : 0);
	return total;
}

/* A sortable column has room for the arrow at all times: sorting by another one moves nothing. */
static int title_cells(const struct grid_column *column)
{
	return text_cells(str_of(column->title)) + (column->can_sort ? 1 : 0);
}

static int max_of(int a, int b)
{
	return a > b ? a : b;
}

static void start_least(struct grid *g)
{
	for (size_t i = 0; i < g->column_count; i++) {
		const struct grid_column *column = &g->columns[i];

		g->column_cells[i] = g->hidden >> i & 1 ? 0
			: max_of(1, max_of(column->min_cells, title_cells(column)));
	}
}

/* Numbers are never cut: a column of them is as wide as the widest that shows. */
static void widen_numbers(struct grid *g, const struct grid_rows *rows, size_t first, size_t count)
{
	for (size_t row = first; row < first + count; row++) {
		arena_clear(&g->scratch);
		for (size_t i = 0; i < g->column_count; i++) {
			struct grid_cell cell = { 0 };

			if (!is_shown(g, i) || !g->columns[i].is_number)
				continue;
			rows->cell(rows->ctx, row, i, &g->scratch, &cell);
			g->column_cells[i] = max_of(g->column_cells[i], text_cells(cell.text));
		}
	}
}

/* Columns go by their drop number, the highest first, of equal ones the right one. */
static void drop_declared(struct grid *g, int limit)
{
	while (total_cells(g) > limit) {
		size_t victim = g->column_count;

		for (size_t i = 0; i < g->column_count; i++)
			if (is_shown(g, i) && g->columns[i].drop > 0 &&
				(victim == g->column_count ||
				g->columns[i].drop >= g->columns[victim].drop))
				victim = i;
		if (victim == g->column_count)
			return;
		g->column_cells[victim] = 0;
	}
}

static void squeeze_text(struct grid *g, int limit)
{
	for (int excess = total_cells(g) - limit; excess > 0; excess--) {
		size_t widest = g->column_count;

		for (size_t i = 0; i < g->column_count; i++)
			if (!g->columns[i].is_number && g->column_cells[i] > TEXT_CELLS_MIN &&
				(widest == g->column_count ||
				g->column_cells[i] > g->column_cells[widest]))
				widest = i;
		if (widest == g->column_count)
			return;
		g->column_cells[widest]--;
	}
}

/* What is still too wide goes from the right; the last one left takes what there is. */
static void drop_rest(struct grid *g, int limit)
{
	size_t first = 0;

	while (first < g->column_count && !is_shown(g, first))
		first++;
	for (size_t i = g->column_count; i-- > first + 1 && total_cells(g) > limit;)
		g->column_cells[i] = 0;
	if (first < g->column_count && g->column_cells[first] > limit)
		g->column_cells[first] = max_of(limit, 0);
}

static bool may_grow(const struct grid *g, size_t column)
{
	int max = g->columns[column].max_cells;

	return is_shown(g, column) && (max == 0 || g->column_cells[column] < max);
}

/* Cell by cell from left to right, so that all of a kind grow alike. */
static void share_rest(struct grid *g, bool is_number, int limit)
{
	int rest = limit - total_cells(g);
	bool has_grown = true;

	while (rest > 0 && has_grown) {
		has_grown = false;
		for (size_t i = 0; i < g->column_count && rest > 0; i++) {
			if (g->columns[i].is_number != is_number || !may_grow(g, i))
				continue;
			g->column_cells[i]++;
			rest--;
			has_grown = true;
		}
	}
}

void grid_columns_place(struct grid *g, const struct grid_rows *rows, size_t first, size_t count,
	int x, int limit)
{
	start_least(g);
	widen_numbers(g, rows, first, count);
	drop_declared(g, limit);
	squeeze_text(g, limit);
	drop_rest(g, limit);
	/* Text first: numbers fit already. */
	share_rest(g, false, limit);
	share_rest(g, true, limit);
	for (size_t i = 0; i < g->column_count; i++) {
		g->column_x[i] = x;
		x += is_shown(g, i) ? g->column_cells[i] + GAP_CELLS : 0;
	}
}
