/* SPDX-License-Identifier: Apache-2.0 */
/* The marked rows of a table: a sorted list of ids. */
#include "tui/grid.h"

#include <stdlib.h>

#include "base/mem.h"

static int compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The first mark that is not below id. */
static size_t mark_place(const struct grid *g, uint64_t id)
{
	size_t low = 0, high = g->mark_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (g->marks[middle] < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static enum ll_err reserve_marks(struct grid *g, size_t extra)
{
	size_t cap = g->mark_cap ? g->mark_cap : 16;
	uint64_t *grown;

	if (extra <= g->mark_cap - g->mark_count)
		return LL_OK;
	if (extra > SIZE_MAX / 4 / sizeof(*grown) - g->mark_count)
		return LL_ENOMEM;
	while (cap < g->mark_count + extra)
		cap *= 2;
	grown = ll_try_realloc(g->marks, cap * sizeof(*grown));
	if (!grown)
		return LL_ENOMEM;
	g->marks = grown;
	g->mark_cap = cap;
	return LL_OK;
}

bool grid_is_marked(const struct grid *g, uint64_t id)
{
	size_t at = mark_place(g, id);

	return at < g->mark_count && g->marks[at] == id;
}

enum ll_err grid_mark(struct grid *g, uint64_t id, bool is_marked)
{
	size_t at = mark_place(g, id), after = g->mark_count - at;

	if (grid_is_marked(g, id) == is_marked)
		return LL_OK;
	if (!is_marked) {
		memmove(g->marks + at, g->marks + at + 1, (after - 1) * sizeof(*g->marks));
		g->mark_count--;
		return LL_OK;
	}
	if (reserve_marks(g, 1) != LL_OK)
		return LL_ENOMEM;
	memmove(g->marks + at + 1, g->marks + at, after * sizeof(*g->marks));
	g->marks[at] = id;
	g->mark_count++;
	return LL_OK;
}

/* Sorted once at the end: marking a million rows one by one would move a million ids a million
 * times. */
enum ll_err grid_mark_rows(struct grid *g, const struct grid_rows *rows, size_t first, size_t count)
{
	size_t kept = 0;

	PRE(first <= rows->count && count <= rows->count - first);
	if (count == 0)
		return LL_OK;
	if (reserve_marks(g, count) != LL_OK)
		return LL_ENOMEM;
	for (size_t i = 0; i < count; i++)
		g->marks[g->mark_count++] = rows->id(rows->ctx, first + i);
	qsort(g->marks, g->mark_count, sizeof(*g->marks), compare_ids);
	for (size_t i = 0; i < g->mark_count; i++)
		if (i == 0 || g->marks[i] != g->marks[kept - 1])
			g->marks[kept++] = g->marks[i];
	g->mark_count = kept;
	return LL_OK;
}

enum ll_err grid_mark_range(struct grid *g, const struct grid_rows *rows)
{
	size_t start, end = grid_cursor(g, rows), first;
	enum ll_err status;

	if (g->range_id == 0 || end == SIZE_MAX)
		return LL_OK;
	start = rows->index(rows->ctx, g->range_id);
	if (start >= rows->count)
		start = end;
	first = start < end ? start : end;
	status = grid_mark_rows(g, rows, first, (start < end ? end : start) - first + 1);
	if (status == LL_OK)
		g->range_id = 0;
	return status;
}

void grid_unmark_all(struct grid *g)
{
	g->mark_count = 0;
	g->range_id = 0;
}
