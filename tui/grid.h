/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table on a screen: virtual (asks only for rows that show), with a cursor, marks and a sort
 * column. Cursor, top row and marks hang on row ids, so a reload moves nothing under the cursor.
 */
#ifndef LLMLAB_TUI_GRID_H
#define LLMLAB_TUI_GRID_H

#include "base/arena.h"
#include "tui/surface.h"

struct grid_column {
	const char *title;
	int min_cells, max_cells; /* max 0 = takes what is left */
	int drop;                 /* the highest number goes first when it is narrow; 0 = never */
	bool is_number;           /* right-aligned and never cut */
	bool can_sort;
};

#define GRID_COLUMNS 16

/* What a cell shows. text is sanitised when it is drawn. */
struct grid_cell {
	struct str text;
	enum role role;
	unsigned attrs;
};

/* The rows of a model. ids are unique and not 0; index() is the row of an id, SIZE_MAX when it
 * is gone. */
struct grid_rows {
	const void *ctx;
	size_t count;
	uint64_t (*id)(const void *ctx, size_t row);
	size_t (*index)(const void *ctx, uint64_t id);
	/* Text may live in `scratch`, which is cleared before each row. */
	void (*cell)(const void *ctx, size_t row, size_t column, struct arena *scratch,
		struct grid_cell *out);
};

struct grid {
	const struct grid_column *columns;
	size_t column_count;
	size_t sort_column;
	bool is_ascending;
	unsigned hidden;          /* bit a column: switched off by the user */

	uint64_t cursor_id, top_id; /* 0 = the first row */
	size_t cursor_row, top_row; /* at the last draw: where to go when an id is gone */
	int body_rows;            /* visible at the last draw */
	int body_y, body_x, body_cols; /* for the mouse */
	uint64_t *near;           /* ids that the last draw showed: neighbours of a lost cursor */
	size_t near_count, near_cap;
	struct arena scratch;     /* of cells while they are drawn */
	uint64_t *marks;          /* sorted ids */
	size_t mark_count, mark_cap;
	uint64_t range_id;        /* start of a range selection; 0 = none */
	/* Of the last draw; cells 0 = dropped. */
	int column_x[GRID_COLUMNS], column_cells[GRID_COLUMNS];
};

void grid_init(struct grid *g, const struct grid_column *columns, size_t count);
void grid_release(struct grid *g);

/* Finds the cursor's row again after the rows changed; the nearest one when it is gone. The row
 * keeps its line on the screen as far as there are rows for it. Without rows the cursor's id is
 * kept for when they come back. All that follows does it too, cheaply: calling it is needed only
 * to look at the cursor before that. */
void grid_sync(struct grid *g, const struct grid_rows *rows);
/* Goes back to a place that was left: the row, and the row at the top of the window. 0 = the
 * first. */
void grid_restore(struct grid *g, uint64_t cursor_id, uint64_t top_id);
/* Header line and rows into r; `match` (may be empty) is highlighted where it occurs in text,
 * ASCII case ignored. A row is: the cursor's sign, a blank, the mark, then the columns. */
void grid_draw(struct grid *g, const struct grid_rows *rows, struct surface *s, struct rect r,
	struct str match);

/* Moves the cursor by rows (negative: up), to an end, by pages of the last draw. */
void grid_move(struct grid *g, const struct grid_rows *rows, int64_t by);
void grid_page(struct grid *g, const struct grid_rows *rows, int half_pages);
void grid_home(struct grid *g, const struct grid_rows *rows);
void grid_end(struct grid *g, const struct grid_rows *rows);
void grid_go(struct grid *g, const struct grid_rows *rows, uint64_t id);
/* The row under the cursor; SIZE_MAX when there are none. */
size_t grid_cursor(const struct grid *g, const struct grid_rows *rows);
/* The row at a place of the screen; SIZE_MAX elsewhere. The column whose title is there;
 * SIZE_MAX. */
size_t grid_row_at(const struct grid *g, const struct grid_rows *rows, int y, int x);
size_t grid_title_at(const struct grid *g, int y, int x);

bool grid_is_marked(const struct grid *g, uint64_t id);
/* LL_ENOMEM leaves the marks as they were. */
enum ll_err LL_MUST grid_mark(struct grid *g, uint64_t id, bool is_marked);
/* Marks count rows from `first` on. */
enum ll_err LL_MUST grid_mark_rows(struct grid *g, const struct grid_rows *rows, size_t first,
	size_t count);
/* Marks the rows from range_id to the cursor and ends the range. Until then a draw shows them as
 * marked. */
enum ll_err LL_MUST grid_mark_range(struct grid *g, const struct grid_rows *rows);
void grid_unmark_all(struct grid *g);

#endif
