/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a level: what each column says, in which order they stand, and where an id is. */
#include "views/spend.h"

#include <stdlib.h>

#include "base/map.h"
#include "tui/chart.h"
#include "views/figure.h"

#define CELL_BYTES 1024

enum spend_column {
	COLUMN_NAME_1,
	COLUMN_NAME_2,
	COLUMN_REQUESTS,
	COLUMN_INPUT,
	COLUMN_OUTPUT,
	COLUMN_COST,
	COLUMN_SHARE,
	COLUMN_CHANGE,
	COLUMN_TREND,
	COLUMN_TIME,
	COLUMN_MODEL,
	COLUMN_RECORD_INPUT,
	COLUMN_RECORD_CACHED,
	COLUMN_RECORD_OUTPUT,
	COLUMN_RECORD_COST,
	COLUMN_DURATION,
	COLUMN_STATUS,
	COLUMN_PROJECT,
	SPEND_COLUMNS,
};

int64_t spend_unit_value(enum spend_unit unit, const struct usage_sum *sum)
{
	switch (unit) {
	case SPEND_USD:
		return usd_nanos(sum->cost);
	case SPEND_TOKENS:
		return tokens_total(&sum->tokens);
	case SPEND_REQUESTS:
	case SPEND_UNITS:
		break;
	}
	return sum->calls;
}

/* --- cells: (level, row, text) ----------------------------------------------------------------- */

static void put_name(const struct spend_level *level, size_t row, size_t dim, struct grid_cell *out)
{
	struct str name = level->table.rows[row].names[dim];

	out->text = figure_name(name, level->dims[dim].kind == DIM_PROJECT);
	out->role = name.len ? ROLE_TEXT : ROLE_DIM;
}

static void name_1(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)text;
	put_name(level, row, 0, out);
}

static void name_2(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)text;
	put_name(level, row, 1, out);
}

static const struct usage_sum *sum_of(const struct spend_level *level, size_t row)
{
	return &level->table.rows[row].sum;
}

static void requests(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)out;
	buf_add_grouped(text, sum_of(level, row)->calls);
}

static void input(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)out;
	figure_count(text, tokens_prompt(&sum_of(level, row)->tokens));
}

static void output(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)out;
	figure_count(text, sum_of(level, row)->tokens.output);
}

static void cost(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	figure_cost(text, sum_of(level, row));
	if (sum_of(level, row)->unpriced)
		out->role = ROLE_WARN;
}

static void share(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	out->role = ROLE_DIM;
	if (figure_has_cost(sum_of(level, row)))
		figure_share(text, usd_nanos(sum_of(level, row)->cost), usd_nanos(level->total.cost));
}

static void change(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	const struct spend_table *t = &level->table;

	(void)out;
	if (t->row_before && figure_has_cost(&t->rows[row].sum))
		figure_change(text, usd_nanos(t->row_before[row].cost), usd_nanos(t->rows[row].sum.cost));
}

static void nothing(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)level;
	(void)row;
	(void)text;
	(void)out;
}

static const struct record *record_of(const struct spend_level *level, size_t row)
{
	return &level->table.records[row];
}

static void time_of(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)out;
	figure_time(text, level->zone, record_of(level, row)->call.start_ns);
}

static void model(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)text;
	out->text = figure_name(record_of(level, row)->call.model, false);
}

static void record_input(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)out;
	figure_count(text, record_of(level, row)->call.tokens.input);
}

static void record_cached(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	const struct tokens *t = &record_of(level, row)->call.tokens;

	(void)out;
	figure_count(text, tokens_prompt(t) - t->input);
}

static void record_output(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)out;
	figure_count(text, record_of(level, row)->call.tokens.output);
}

static void record_cost(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	const struct record *record = record_of(level, row);

	if (record->has_cost) {
		usd_add_short(text, record->cost);
	} else {
		buf_addch(text, '?');
		out->role = ROLE_WARN;
	}
}

static void duration(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	int64_t ms = record_of(level, row)->call.latency_ms;

	out->role = ROLE_DIM;
	if (ms >= 0)
		figure_duration(text, ms);
}

static void status(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	enum call_status is = record_of(level, row)->call.status;

	buf_addz(text, is == CALL_ERROR ? "! " : "");
	buf_addz(text, call_status_name(is));
	out->role = is == CALL_OK ? ROLE_DIM : is == CALL_ERROR ? ROLE_ERR : ROLE_WARN;
}

static void project(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out)
{
	(void)text;
	out->text = figure_name(record_of(level, row)->call.project, true);
	out->role = ROLE_DIM;
}

/* --- orders: falling, for numbers; records stand as they were read ------------------------------------------------------------------ */

static int order_of(int64_t a, int64_t b)
{
	return (a < b) - (a > b);
}

static int by_name_1(const struct spend_table *t, size_t a, size_t b)
{
	return -str_cmp(t->rows[a].names[0], t->rows[b].names[0]);
}

static int by_name_2(const struct spend_table *t, size_t a, size_t b)
{
	return -str_cmp(t->rows[a].names[1], t->rows[b].names[1]);
}

static int by_requests(const struct spend_table *t, size_t a, size_t b)
{
	return order_of(t->rows[a].sum.calls, t->rows[b].sum.calls);
}

static int by_input(const struct spend_table *t, size_t a, size_t b)
{
	return order_of(tokens_prompt(&t->rows[a].sum.tokens), tokens_prompt(&t->rows[b].sum.tokens));
}

static int by_output(const struct spend_table *t, size_t a, size_t b)
{
	return order_of(t->rows[a].sum.tokens.output, t->rows[b].sum.tokens.output);
}

static int by_cost(const struct spend_table *t, size_t a, size_t b)
{
	return usd_cmp(t->rows[b].sum.cost, t->rows[a].sum.cost);
}

static int64_t growth(const struct spend_table *t, size_t row)
{
	int64_t now = usd_nanos(t->rows[row].sum.cost), before;

	before = t->row_before ? usd_nanos(t->row_before[row].cost) : 0;
	return now - before;
}

static int by_change(const struct spend_table *t, size_t a, size_t b)
{
	return order_of(growth(t, a), growth(t, b));
}

/* --- the columns -------------------------------------------------------------------------------------- */

struct column {
	struct grid_column grid;
	void (*cell)(const struct spend_level *level, size_t row, struct buf *text, struct grid_cell *out);
	int (*compare)(const struct spend_table *t, size_t a, size_t b);
};

static const struct column columns[SPEND_COLUMNS] = {
	[COLUMN_NAME_1] = { { .min_cells = 10, .can_sort = true }, name_1, by_name_1 },
	[COLUMN_NAME_2] = { { .min_cells = 10, .can_sort = true }, name_2, by_name_2 },
	[COLUMN_REQUESTS] = { { "requests", 8, 11, 4, true, true }, requests, by_requests },
	[COLUMN_INPUT] = { { "tok in", 7, 8, 5, true, true }, input, by_input },
	[COLUMN_OUTPUT] = { { "tok out", 7, 8, 6, true, true }, output, by_output },
	[COLUMN_COST] = { { "cost", 9, 14, 0, true, true }, cost, by_cost },
	[COLUMN_SHARE] = { { "share", 6, 7, 3, true, false }, share, NULL },
	[COLUMN_CHANGE] = { { "change", 7, 8, 2, true, true }, change, by_change },
	[COLUMN_TREND] = { { "trend", SPEND_TREND, SPEND_TREND, 9, false, false }, nothing, NULL },
	[COLUMN_TIME] = { { "time", 19, 19, 0, false, true }, time_of, NULL },
	[COLUMN_MODEL] = { { "model", 12, 0, 0, false, false }, model, NULL },
	[COLUMN_RECORD_INPUT] = { { "input", 7, 8, 3, true, false }, record_input, NULL },
	[COLUMN_RECORD_CACHED] = { { "cached", 7, 8, 4, true, false }, record_cached, NULL },
	[COLUMN_RECORD_OUTPUT] = { { "output", 7, 8, 2, true, false }, record_output, NULL },
	[COLUMN_RECORD_COST] = { { "cost", 9, 14, 0, true, false }, record_cost, NULL },
	[COLUMN_DURATION] = { { "took", 6, 7, 5, true, false }, duration, NULL },
	[COLUMN_STATUS] = { { "status", 7, 8, 1, false, false }, status, NULL },
	[COLUMN_PROJECT] = { { "project", 10, 30, 6, false, false }, project, NULL },
};

static const enum spend_column group_columns[] = { COLUMN_REQUESTS, COLUMN_INPUT, COLUMN_OUTPUT, COLUMN_COST,
	COLUMN_SHARE, COLUMN_CHANGE, COLUMN_TREND };
static const enum spend_column session_columns[] = { COLUMN_REQUESTS, COLUMN_INPUT, COLUMN_OUTPUT, COLUMN_COST,
	COLUMN_SHARE };
static const enum spend_column record_columns[] = { COLUMN_TIME, COLUMN_MODEL, COLUMN_PROJECT,
	COLUMN_RECORD_INPUT, COLUMN_RECORD_CACHED, COLUMN_RECORD_OUTPUT, COLUMN_RECORD_COST, COLUMN_DURATION,
	COLUMN_STATUS };

static void add_column(struct spend_level *level, enum spend_column kind, const char *title)
{
	struct grid_column *column = &level->columns[level->column_count];

	*column = columns[kind].grid;
	if (title)
		column->title = title;
	level->column_kinds[level->column_count++] = (int)kind;
}

static void add_columns(struct spend_level *level, const enum spend_column *kinds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		add_column(level, kinds[i], NULL);
}

#define ADD(level, list) add_columns(level, list, sizeof(list) / sizeof((list)[0]))

void spend_columns(struct spend_level *level)
{
	level->column_count = 0;
	if (level->kind == SPEND_RECORDS) {
		ADD(level, record_columns);
	} else {
		for (size_t i = 0; i < level->dim_count; i++)
			add_column(level, COLUMN_NAME_1 + (enum spend_column)i,
				level->dims[i].kind == DIM_TAG ? level->tags[i] : dim_name(level->dims[i].kind));
		if (level->kind == SPEND_GROUPS)
			ADD(level, group_columns);
		else
			ADD(level, session_columns);
	}
	grid_release(&level->grid);
	grid_init(&level->grid, level->columns, level->column_count);
	for (size_t i = 0; i < level->column_count; i++)
		if (level->column_kinds[i] == COLUMN_COST || level->column_kinds[i] == COLUMN_TIME)
			level->grid.sort_column = i;
}

/* --- ids ------------------------------------------------------------------------------------------------ */

static uint64_t names_id(const struct spend_row *row, size_t dim_count)
{
	uint64_t id = 0;

	for (size_t i = 0; i < dim_count; i++)
		id = (id << 7 | id >> 57) ^ map_hash(row->names[i]) ^ (row->names[i].at ? 0 : i + 1);
	return id ? id : 1;
}

static uint64_t record_row_id(struct record_id id)
{
	return (uint64_t)id.month << 40 ^ (uint64_t)id.row;
}

static void make_ids(const struct spend_level *level, struct spend_table *t)
{
	for (size_t i = 0; i < t->count; i++)
		t->ids[i] = t->records ? record_row_id(t->records[i].id) : names_id(&t->rows[i], level->dim_count);
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

/* --- order ------------------------------------------------------------------------------------------------ */

struct sorting {
	const struct spend_table *table;
	int (*compare)(const struct spend_table *t, size_t a, size_t b);
	bool is_ascending;
};

static int by_sorting(const void *left, const void *right, void *ctx)
{
	const struct sorting *s = ctx;
	size_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	int order = s->compare ? s->compare(s->table, a, b) : 0;

	if (s->is_ascending)
		order = -order;
	return order ? order : (a > b) - (a < b);
}

void spend_sort(struct spend_level *level)
{
	struct spend_table *t = &level->table;
	struct sorting s = { t, columns[level->column_kinds[level->grid.sort_column]].compare,
		level->grid.is_ascending };

	qsort_r(t->order, t->count, sizeof(*t->order), by_sorting, &s);
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

/* --- taking over -------------------------------------------------------------------------------------------- */

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

static bool copy_rows(struct spend_table *t, const struct spend_level *level, const struct spend_model *m,
	struct arena *a)
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
static bool copy_records(struct spend_table *t, const struct spend_table *old, const struct spend_model *m,
	struct arena *a)
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

static bool fill_table(struct spend_table *t, const struct spend_level *level, const struct spend_model *m,
	bool is_append, struct arena *a)
{
	t->count = m->row_count;
	if (level->kind == SPEND_RECORDS ? !copy_records(t, is_append ? &level->table : NULL, m, a) :
		!copy_rows(t, level, m, a))
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
bool spend_take_rows(struct spend_level *level, const struct spend_model *m, bool is_append, bool keeps_order)
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

/* --- for the grid ------------------------------------------------------------------------------------------------ */

static uint64_t row_id(const void *ctx, size_t shown)
{
	const struct spend_table *t = &((const struct spend_level *)ctx)->table;

	return t->ids[t->order[shown]];
}

static size_t row_index(const void *ctx, uint64_t id)
{
	return shown_of(&((const struct spend_level *)ctx)->table, id);
}

static void row_cell(const void *ctx, size_t shown, size_t column, struct arena *scratch, struct grid_cell *out)
{
	const struct spend_level *level = ctx;
	struct buf text = BUF_INIT(CELL_BYTES);

	*out = (struct grid_cell){ .role = ROLE_TEXT };
	columns[level->column_kinds[column]].cell(level, level->table.order[shown], &text, out);
	if (text.len)
		out->text = arena_str(scratch, buf_str(&text));
	buf_release(&text);
}

struct grid_rows spend_rows(const struct spend_level *level)
{
	return (struct grid_rows){ .ctx = level, .count = level->table.count, .id = row_id, .index = row_index,
		.cell = row_cell };
}

size_t spend_cursor_row(const struct spend_level *level)
{
	struct grid_rows rows = spend_rows(level);
	size_t shown = level->kind == SPEND_RECORD ? SIZE_MAX : grid_cursor(&level->grid, &rows);

	return shown == SIZE_MAX ? SIZE_MAX : level->table.order[shown];
}

static void add_record(struct usage_sum *out, const struct record *record)
{
	struct usage_sum one = { .calls = 1, .unpriced = !record->has_cost, .tokens = record->call.tokens,
		.cost = record->has_cost ? record->cost : USD_ZERO };

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

static size_t trend_column(const struct spend_level *level)
{
	for (size_t i = 0; i < level->column_count; i++)
		if (level->column_kinds[i] == COLUMN_TREND)
			return i;
	return SIZE_MAX;
}

void spend_draw_trend(const struct spend_level *level, struct surface *s)
{
	const struct spend_table *t = &level->table;
	const struct grid *g = &level->grid;
	size_t column = trend_column(level);
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

/* --- matches ---------------------------------------------------------------------------------------------------------- */

struct str spend_match(const struct spend_level *level, struct arena *a)
{
	struct filter filter;
	struct err err = { 0 };

	if (filter_parse(str_of(level->typed), a, &filter, &err) != LL_OK)
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
