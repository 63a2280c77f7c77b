/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a level: taken over from a read, in which order they stand, and where an id is. */
#include "views/spend.h"

#include <stdlib.h>

#include "base/map.h"
#include "tui/chart.h"

#define CELL_BYTES 1024

/* --- ids ------------------------------------------------------------------------------------- */

static uint64_t names_id(const struct spend_row *row, size_t dim_count)
{
	uint64_t id = 0;

	for (size_t i = 0; i < dim_count; i++)
		id = (id << 7 | id >> 57) ^ map_hash(row->names[i]) ^ !row->names[i].at;
	return id ? id : 1;
}

static uint64_t record_row_id(struct record_id id)
{
	return (uint64_t)id.month << 40 ^ (uint64_t)id.row;
}

static void make_ids(const struct spend_level *level, struct spend_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		t->ids[i] = t->records ? record_row_id(t->records[i].id) :
			names_id(&t->rows[i], level->dim_count);
}

static int by_id(const void *left, const void *right)
{
	const struct spend_place *a = left, *b = right;

	return (a->id > b->id) - (a->id < b->id);
}

static void make_places(struct spend_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		t->places[i] = (struct spend_place){ t->ids[t->order[i]], i };
	qsort(t->places, t->count, sizeof(*t->places), by_id);
}

static size_t shown_of(const struct spend_table *t, uint64_t id)
{
	const struct spend_place wanted = { .id = id };
	const struct spend_place *found = t->count ?
		bsearch(&wanted, t->places, t->count, sizeof(wanted), by_id) : NULL;

	return found ? found->shown : SIZE_MAX;
}

/* --- order ----------------------------------------------------------------------------------- */

static int by_sorting(const void *left, const void *right, void *ctx)
{
	const struct spend_level *level = ctx;
	size_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int order = spend_compare(level, a, b);

	if (level->grid.is_ascending)
		order = -order;
	return order ? order : (a > b) - (a < b);
}

void spend_sort(struct spend_level *level)
{
	struct spend_table *t = &level->table;

	if (t->count == 0)
		return; /* nothing was read yet */
	qsort_r(t->order, t->count, sizeof(*t->order), by_sorting, level);
	make_places(t);
}

struct kept_place {
	size_t shown;
	uint32_t row;
};

static int by_shown(const void *left, const void *right)
{
	const struct kept_place *a = left, *b = right;

	if (a->shown != b->shown)
		return a->shown < b->shown ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

/* Rows that were there keep their place among each other; new ones come below. */
static bool keep_order(struct spend_table *t, const struct spend_table *old, struct arena *a)
{
	struct kept_place *kept = arena_alloc(a, (t->count + 1) * sizeof(*kept));

	if (!kept)
		return false;
	for (size_t i = 0; i < t->count; i++)
		kept[i] = (struct kept_place){ shown_of(old, t->ids[i]), (uint32_t)i };
	qsort(kept, t->count, sizeof(*kept), by_shown);
	for (size_t i = 0; i < t->count; i++)
		t->order[i] = kept[i].row;
	make_places(t);
	return true;
}

/* --- taking over ----------------------------------------------------------------------------- */

static bool copy_str(struct arena *a, struct str *s)
{
	if (!s->at)
		return true;
	*s = arena_str(a, *s);
	return s->at != NULL;
}

static void *copy_of(struct arena *a, const void *from, size_t count, size_t size)
{
	void *to = arena_alloc(a, count * size + 1);

	if (to && count)
		memcpy(to, from, count * size);
	return to;
}

static bool copy_rows(struct spend_table *t, const struct spend_level *level,
	const struct spend_model *m, struct arena *a)
{
	t->rows = copy_of(a, m->rows, m->row_count, sizeof(*t->rows));
	if (!t->rows)
		return false;
	for (size_t i = 0; i < m->row_count; i++)
		for (size_t k = 0; k < level->dim_count; k++)
			if (!copy_str(a, &t->rows[i].names[k]))
				return false;
	if (m->row_before)
		t->row_before = copy_of(a, m->row_before, m->row_count, sizeof(*t->row_before));
	if (m->trend)
		t->trend = copy_of(a, m->trend, m->row_count * SPEND_TREND, sizeof(*t->trend));
	return (t->row_before || !m->row_before) && (t->trend || !m->trend);
}

static bool copy_record(struct record *to, const struct record *from, struct arena *a)
{
	*to = *from;
	return call_copy(a, &from->call, &to->call) == LL_OK && copy_str(a, &to->source_name) &&
		copy_str(a, &to->machine) && copy_str(a, &to->source_place);
}

/* `old` records come first: those of the pages before. */
static bool copy_records(struct spend_table *t, const struct spend_table *old,
	const struct spend_model *m, struct arena *a)
{
	size_t kept = old ? old->count : 0;

	t->records = arena_alloc(a, (kept + m->record_count + 1) * sizeof(*t->records));
	if (!t->records)
		return false;
	for (size_t i = 0; i < kept; i++)
		t->records[i] = old->records[i];
	for (size_t i = 0; i < m->record_count; i++)
		if (!copy_record(&t->records[kept + i], &m->records[i], a))
			return false;
	t->count = kept + m->record_count;
	return true;
}

static bool fill_table(struct spend_table *t, const struct spend_level *level,
	const struct spend_model *m, bool is_append, struct arena *a)
{
	bool is_copied;

	t->count = m->row_count;
	if (level->kind == SPEND_RECORDS)
		is_copied = copy_records(t, is_append ? &level->table : NULL, m, a);
	else
		is_copied = copy_rows(t, level, m, a);
	if (!is_copied)
		return false;
	t->ids = arena_alloc(a, (t->count + 1) * sizeof(*t->ids));
	t->order = arena_alloc(a, (t->count + 1) * sizeof(*t->order));
	t->places = arena_alloc(a, (t->count + 1) * sizeof(*t->places));
	if (!t->ids || !t->order || !t->places)
		return false;
	for (size_t i = 0; i < t->count; i++)
		t->order[i] = (uint32_t)i;
	make_ids(level, t);
	return true;
}

/* The next page is added in the level's own arena; anything else starts a new one. */
bool spend_take_rows(struct spend_level *level, const struct spend_model *m, bool is_append,
	bool keeps_order)
{
	struct spend_table table = { 0 };
	struct arena fresh;
	struct arena *a = is_append ? &level->arena : &fresh;
	bool is_done;

	arena_init(&fresh, 0);
	is_done = fill_table(&table, level, m, is_append, a) &&
		(!keeps_order || keep_order(&table, &level->table, a));
	if (!is_done) {
		arena_release(&fresh);
		return false;
	}
	if (!is_append) {
		arena_release(&level->arena);
		level->arena = fresh;
	}
	level->table = table;
	if (!keeps_order)
		spend_sort(level);
	return true;
}

/* --- for the grid ---------------------------------------------------------------------------- */

static uint64_t row_id(const void *ctx, size_t shown)
{
	const struct spend_table *t = &((const struct spend_level *)ctx)->table;

	return t->ids[t->order[shown]];
}

static size_t row_index(const void *ctx, uint64_t id)
{
	return shown_of(&((const struct spend_level *)ctx)->table, id);
}

static void row_cell(const void *ctx, size_t shown, size_t column, struct arena *scratch,
	struct grid_cell *out)
{
	const struct spend_level *level = ctx;
	struct buf text = BUF_INIT(CELL_BYTES);

	spend_cell(level, level->table.order[shown], column, &text, out);
	if (text.len)
		out->text = arena_str(scratch, buf_str(&text));
	buf_release(&text);
}

struct grid_rows spend_rows(const struct spend_level *level)
{
	return (struct grid_rows){ .ctx = level, .count = level->table.count, .id = row_id,
		.index = row_index, .cell = row_cell };
}

size_t spend_cursor_row(const struct spend_level *level)
{
	struct grid_rows rows = spend_rows(level);
	size_t shown = level->kind == SPEND_RECORD ? SIZE_MAX : grid_cursor(&level->grid, &rows);

	return shown == SIZE_MAX ? SIZE_MAX : level->table.order[shown];
}

static void add_record(struct usage_sum *out, const struct record *record)
{
	struct usage_sum one = { .calls = 1, .unpriced = !record->has_cost,
		.tokens = record->call.tokens, .cost = record->has_cost ? record->cost : USD_ZERO };

	if (usage_sum_add(out, &one) != LL_OK)
		out->unpriced++;
}

void spend_marked(const struct spend_level *level, struct usage_sum *out)
{
	const struct spend_table *t = &level->table;

	*out = (struct usage_sum){ 0 };
	for (size_t i = 0; i < t->count; i++) {
		if (!grid_is_marked(&level->grid, t->ids[i]))
			continue;
		if (t->records)
			add_record(out, &t->records[i]);
		else if (usage_sum_add(out, &t->rows[i].sum) != LL_OK)
			out->unpriced++;
	}
}

void spend_draw_trend(const struct spend_level *level, struct surface *s)
{
	const struct spend_table *t = &level->table;
	const struct grid *g = &level->grid;
	size_t column = spend_trend_column(level);
	struct grid_rows rows = spend_rows(level);
	size_t count = level->series_count < SPEND_TREND ? level->series_count : SPEND_TREND;

	if (column == SIZE_MAX || !t->trend || g->column_cells[column] == 0)
		return;
	for (int line = 0; line < g->body_rows && g->top_row + (size_t)line < t->count; line++) {
		size_t shown = g->top_row + (size_t)line;

		sparkline_draw(s, g->body_y + line, g->column_x[column], g->column_cells[column],
			&t->trend[t->order[shown] * SPEND_TREND], count,
			shown == grid_cursor(g, &rows) ? ROLE_SEL : ROLE_BAND);
	}
}

/* --- matches --------------------------------------------------------------------------------- */

struct str spend_match(const struct spend_level *level, struct arena *a)
{
	struct filter filter;
	struct err err = { 0 };

	if (filter_parse(str_of(spend_filter(level)), a, &filter, &err) != LL_OK)
		return STR("");
	for (size_t i = 0; i < filter.count; i++)
		if (filter.terms[i].text_count && filter.terms[i].texts[0].len &&
			(filter.terms[i].op == FILTER_CONTAINS || filter.terms[i].op == FILTER_EQ))
			return filter.terms[i].texts[0];
	return STR("");
}

bool spend_row_has(const struct spend_level *level, size_t row, struct str text)
{
	const struct spend_table *t = &level->table;

	if (t->records)
		return filter_contains(t->records[row].call.model, text) ||
			filter_contains(t->records[row].call.project, text);
	for (size_t i = 0; i < level->dim_count; i++)
		if (filter_contains(t->rows[row].names[i], text))
			return true;
	return false;
}
