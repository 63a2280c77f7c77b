/* SPDX-License-Identifier: Apache-2.0 */
/* The columns of the Spend pane's tables: what each says of a row, and how rows compare by it. */
#include "views/figure.h"
#include "views/spend.h"

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

struct str spend_dim_name(const struct spend_level *level, const struct spend_row *row, size_t dim)
{
	return figure_name(row->names[dim], level->dims[dim].kind == DIM_PROJECT);
}

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

/* --- cells: (level, row, text) --------------------------------------------------------------- */

static void put_name(const struct spend_level *level, size_t row, size_t dim, struct grid_cell *out)
{
	const struct spend_row *of = &level->table.rows[row];

	out->text = spend_dim_name(level, of, dim);
	out->role = of->names[dim].len ? ROLE_TEXT : ROLE_DIM;
}

static void name_1(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)text;
	put_name(level, row, 0, out);
}

static void name_2(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)text;
	put_name(level, row, 1, out);
}

static const struct usage_sum *sum_of(const struct spend_level *level, size_t row)
{
	return &level->table.rows[row].sum;
}

static void requests(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)out;
	buf_add_grouped(text, sum_of(level, row)->calls);
}

static void input(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)out;
	figure_count(text, tokens_prompt(&sum_of(level, row)->tokens));
}

static void output(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)out;
	figure_count(text, sum_of(level, row)->tokens.output);
}

static void cost(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	figure_cost(text, sum_of(level, row));
	if (sum_of(level, row)->unpriced)
		out->role = ROLE_WARN;
}

static void share(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	out->role = ROLE_DIM;
	if (figure_has_cost(sum_of(level, row)))
		figure_share(text, usd_nanos(sum_of(level, row)->cost),
			usd_nanos(level->total.cost));
}

static void change(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	const struct spend_table *t = &level->table;

	(void)out;
	if (t->row_before && figure_has_cost(&t->rows[row].sum))
		figure_change(text, usd_nanos(t->row_before[row].cost),
			usd_nanos(t->rows[row].sum.cost));
}

static void nothing(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
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

static void time_of(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)out;
	figure_time(text, level->zone, record_of(level, row)->call.start_ns);
}

static void model(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)text;
	out->text = figure_name(record_of(level, row)->call.model, false);
}

static void record_input(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)out;
	figure_count(text, record_of(level, row)->call.tokens.input);
}

static void record_cached(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	const struct tokens *t = &record_of(level, row)->call.tokens;

	(void)out;
	figure_count(text, tokens_prompt(t) - t->input);
}

static void record_output(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)out;
	figure_count(text, record_of(level, row)->call.tokens.output);
}

static void record_cost(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	const struct record *record = record_of(level, row);

	if (record->has_cost) {
		usd_add_short(text, record->cost);
	} else {
		buf_addch(text, '?');
		out->role = ROLE_WARN;
	}
}

static void duration(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	int64_t ms = record_of(level, row)->call.latency_ms;

	out->role = ROLE_DIM;
	if (ms >= 0)
		figure_duration(text, ms);
}

static void status(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	enum call_status is = record_of(level, row)->call.status;

	buf_addz(text, is == CALL_ERROR ? "! " : "");
	buf_addz(text, call_status_name(is));
	out->role = is == CALL_OK ? ROLE_DIM : is == CALL_ERROR ? ROLE_ERR : ROLE_WARN;
}

static void project(const struct spend_level *level, size_t row, struct buf *text,
	struct grid_cell *out)
{
	(void)text;
	out->text = figure_name(record_of(level, row)->call.project, true);
	out->role = ROLE_DIM;
}

/* --- orders: falling, for numbers; records stand as they were read --------------------------- */

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
	return order_of(tokens_prompt(&t->rows[a].sum.tokens),
		tokens_prompt(&t->rows[b].sum.tokens));
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

/* --- the columns ----------------------------------------------------------------------------- */

struct column {
	struct grid_column grid;
	void (*cell)(const struct spend_level *level, size_t row, struct buf *text,
		struct grid_cell *out);
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

static const enum spend_column group_columns[] = { COLUMN_REQUESTS, COLUMN_INPUT, COLUMN_OUTPUT,
	COLUMN_COST, COLUMN_SHARE, COLUMN_CHANGE, COLUMN_TREND };
static const enum spend_column session_columns[] = { COLUMN_REQUESTS, COLUMN_INPUT, COLUMN_OUTPUT,
	COLUMN_COST, COLUMN_SHARE };
static const enum spend_column record_columns[] = { COLUMN_TIME, COLUMN_MODEL, COLUMN_PROJECT,
	COLUMN_RECORD_INPUT, COLUMN_RECORD_CACHED, COLUMN_RECORD_OUTPUT, COLUMN_RECORD_COST,
	COLUMN_DURATION, COLUMN_STATUS };

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
				level->dims[i].kind == DIM_TAG ? level->tags[i] :
				dim_name(level->dims[i].kind));
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

void spend_cell(const struct spend_level *level, size_t row, size_t column, struct buf *text,
	struct grid_cell *out)
{
	*out = (struct grid_cell){ .role = ROLE_TEXT };
	columns[level->column_kinds[column]].cell(level, row, text, out);
}

int spend_compare(const struct spend_level *level, size_t a, size_t b)
{
	const struct column *column = &columns[level->column_kinds[level->grid.sort_column]];

	return column->compare ? column->compare(&level->table, a, b) : 0;
}

size_t spend_trend_column(const struct spend_level *level)
{
	for (size_t i = 0; i < level->column_count; i++)
		if (level->column_kinds[i] == COLUMN_TREND)
			return i;
	return SIZE_MAX;
}
