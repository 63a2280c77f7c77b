/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of one draw of a table; part of tui/grid.h. */
#ifndef LLMLAB_TUI_GRID_COLUMNS_H
#define LLMLAB_TUI_GRID_COLUMNS_H

#include "tui/grid.h"

/* Sets column_x and column_cells for the `limit` cells from x on; rows first..first+count are
 * those that show. */
void grid_columns_place(struct grid *g, const struct grid_rows *rows, size_t first, size_t count,
	int x, int limit);

#endif
