/* SPDX-License-Identifier: Apache-2.0 */
/* Where the cursor and the window of a table are when rows change, and how they move. */
#include "tui/grid.h"

#include "base/mem.h"

void grid_init(struct grid *g, const struct grid_column *columns, size_t count)
{
	PRE(count > 0 && count <= GRID_COLUMNS);
	*g = (struct grid){ .columns = columns, .column_count = count };
}

void grid_release(struct grid *g)
{
	ll_free(g->marks);
	ll_free(g->near);
	arena_release(&g->scratch);
	*g = (struct grid){ .columns = g->columns, .column_count = g->column_count };
}

static size_t clamp_row(size_t row, size_t count)
{
	return row < count ? row : count - 1;
}

/* The row of an id that probably still stands where it did. */
static size_t row_of(const struct grid_rows *rows, uint64_t id, size_t guess)
{
	if (guess < rows->count && rows->id(rows->ctx, guess) == id)
		return guess;
	return rows->index(rows->ctx, id);
}

static size_t place_in_near(const struct grid *g, uint64_t id)
{
	size_t i = 0;

	while (i < g->near_count && g->near[i] != id)
		i++;
	return i;
}

struct found {
	size_t row;
	size_t up; /* lines that it stood above the old cursor */
};

/* The nearest row of those that were on the screen with the lost one, the lower of two: it takes
 * the lost one's line, as if the list had closed up. One above keeps its own line. */
static struct found find_neighbour(const struct grid *g, const struct grid_rows *rows)
{
	size_t at = place_in_near(g, g->cursor_id), row;

	if (at == g->near_count)
		return (struct found){ .row = clamp_row(g->cursor_row, rows->count) };
	for (size_t by = 1; by <= at || by < g->near_count - at; by++) {
		if (by < g->near_count - at) {
			row = rows->index(rows->ctx, g->near[at + by]);
			if (row < rows->count)
				return (struct found){ .row = row };
		}
		if (by <= at) {
			row = rows->index(rows->ctx, g->near[at - by]);
			if (row < rows->count)
				return (struct found){ .row = row, .up = by };
		}
	}
	return (struct found){ .row = clamp_row(g->cursor_row, rows->count) };
}

/* rows->count > 0 */
static struct found find_cursor(const struct grid *g, const struct grid_rows *rows)
{
	size_t row;

	if (g->cursor_id == 0)
		return (struct found){ .row = 0 };
	row = row_of(rows, g->cursor_id, g->cursor_row);
	if (row < rows->count)
		return (struct found){ .row = row };
	return find_neighbour(g, rows);
}

static void set_cursor(struct grid *g, const struct grid_rows *rows, size_t row)
{
	g->cursor_row = row;
	g->cursor_id = rows->id(rows->ctx, row);
}

/* Moves the window as little as it takes: the cursor in it, and no empty lines below rows that
 * are above. */
static void settle_top(struct grid *g, const struct grid_rows *rows)
{
	size_t body = g->body_rows > 0 ? (size_t)g->body_rows : 1;
	size_t last_top = rows->count > body ? rows->count - body : 0;

	if (g->top_row > last_top)
		g->top_row = last_top;
	if (g->top_row > g->cursor_row)
		g->top_row = g->cursor_row;
	if (g->cursor_row - g->top_row >= body)
		g->top_row = g->cursor_row - body + 1;
	g->top_id = rows->id(rows->ctx, g->top_row);
}

/* How many lines above the cursor the window begins: as drawn last, or as ids that were restored
 * say. */
static size_t line_of_cursor(const struct grid *g, const struct grid_rows *rows, size_t cursor)
{
	size_t top;

	if (g->body_rows > 0)
		return g->cursor_row > g->top_row ? g->cursor_row - g->top_row : 0;
	top = g->top_id ? row_of(rows, g->top_id, g->top_row) : 0;
	return top < cursor ? cursor - top : 0;
}

void grid_sync(struct grid *g, const struct grid_rows *rows)
{
	struct found found;
	size_t line;

	if (rows->count == 0)
		return;
	found = find_cursor(g, rows);
	line = line_of_cursor(g, rows, found.row);
	line = line > found.up ? line - found.up : 0;
	set_cursor(g, rows, found.row);
	g->top_row = found.row > line ? found.row - line : 0;
	if (g->body_rows > 0)
		settle_top(g, rows);
}

void grid_restore(struct grid *g, uint64_t cursor_id, uint64_t top_id)
{
	g->cursor_id = cursor_id;
	g->top_id = top_id;
	g->cursor_row = g->top_row = g->near_count = 0;
	g->body_rows = 0;
}

static size_t moved(size_t row, int64_t by, size_t count)
{
	uint64_t distance = by < 0 ? 0 - (uint64_t)by : (uint64_t)by;

	if (by < 0)
		return distance < row ? row - distance : 0;
	return distance < count - 1 - row ? row + distance : count - 1;
}

static void go_to_row(struct grid *g, const struct grid_rows *rows, size_t row)
{
	set_cursor(g, rows, row);
	settle_top(g, rows);
}

void grid_move(struct grid *g, const struct grid_rows *rows, int64_t by)
{
	if (rows->count == 0)
		return;
	grid_sync(g, rows);
	go_to_row(g, rows, moved(g->cursor_row, by, rows->count));
}

/* The window moves with the cursor, so that the cursor keeps its line until an end is reached. */
void grid_page(struct grid *g, const struct grid_rows *rows, int half_pages)
{
	int64_t by = (int64_t)half_pages * (g->body_rows > 2 ? g->body_rows / 2 : 1);

	if (rows->count == 0)
		return;
	grid_sync(g, rows);
	g->top_row = moved(g->top_row, by, rows->count);
	go_to_row(g, rows, moved(g->cursor_row, by, rows->count));
}

void grid_home(struct grid *g, const struct grid_rows *rows)
{
	if (rows->count > 0)
		go_to_row(g, rows, 0);
}

void grid_end(struct grid *g, const struct grid_rows *rows)
{
	if (rows->count > 0)
		go_to_row(g, rows, rows->count - 1);
}

/* A row that is not on the screen comes to its middle, so that what is around it shows. */
void grid_go(struct grid *g, const struct grid_rows *rows, uint64_t id)
{
	size_t row = rows->count > 0 ? rows->index(rows->ctx, id) : SIZE_MAX;
	size_t body = (size_t)g->body_rows;

	if (row >= rows->count)
		return;
	grid_sync(g, rows);
	if (row < g->top_row || row - g->top_row >= body)
		g->top_row = row > body / 2 ? row - body / 2 : 0;
	go_to_row(g, rows, row);
}

size_t grid_cursor(const struct grid *g, const struct grid_rows *rows)
{
	return rows->count > 0 ? find_cursor(g, rows).row : SIZE_MAX;
}

size_t grid_row_at(const struct grid *g, const struct grid_rows *rows, int y, int x)
{
	size_t line;

	if (y < g->body_y || y >= g->body_y + g->body_rows || x < g->body_x ||
		x >= g->body_x + g->body_cols)
		return SIZE_MAX;
	line = (size_t)(y - g->body_y);
	if (g->top_row >= rows->count || line >= rows->count - g->top_row)
		return SIZE_MAX;
	return g->top_row + line;
}

size_t grid_title_at(const struct grid *g, int y, int x)
{
	if (g->body_cols == 0 || y != g->body_y - 1)
		return SIZE_MAX;
	for (size_t i = 0; i < g->column_count; i++)
		if (x >= g->column_x[i] && x < g->column_x[i] + g->column_cells[i])
			return i;
	return SIZE_MAX;
}
