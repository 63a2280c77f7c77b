/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the Spend pane as text, for the clipboard, files and pagers. */
#include "base/csv.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "views/figure.h"
#include "views/spend.h"

#define CELL_CAP 4096

/* --- one table, four notations --------------------------------------------------------------- */

struct field {
	const char *name;
	bool is_number; /* JSON writes it bare */
	bool is_exact;  /* only in data: CSV and JSON lines */
	void (*add)(const struct spend_level *level, size_t row, struct buf *out);
};

static void name_1(const struct spend_level *level, size_t row, struct buf *out)
{
	buf_add(out, level->table.rows[row].names[0]);
}

static void name_2(const struct spend_level *level, size_t row, struct buf *out)
{
	buf_add(out, level->table.rows[row].names[1]);
}

#define SUM_FIELD(name, expression)                                                              \
	static void name(const struct spend_level *level, size_t row, struct buf *out)           \
	{                                                                                        \
		const struct usage_sum *sum = &level->table.rows[row].sum;                       \
                                                                                                 \
		buf_add_i64(out, expression);                                                    \
	}

SUM_FIELD(requests, sum->calls)
SUM_FIELD(input, sum->tokens.input)
SUM_FIELD(cache_read, sum->tokens.cache_read)
SUM_FIELD(cache_write_5m, sum->tokens.cache_write_5m)
SUM_FIELD(cache_write_1h, sum->tokens.cache_write_1h)
SUM_FIELD(output, sum->tokens.output)
SUM_FIELD(unpriced, sum->unpriced)

static void cost(const struct spend_level *level, size_t row, struct buf *out)
{
	if (figure_has_cost(&level->table.rows[row].sum))
		usd_add_exact(out, level->table.rows[row].sum.cost);
}

static const struct call *call_of(const struct spend_level *level, size_t row)
{
	return &level->table.records[row].call;
}

static void record_id(const struct spend_level *level, size_t row, struct buf *out)
{
	record_id_add(out, level->table.records[row].id);
}

static void record_time(const struct spend_level *level, size_t row, struct buf *out)
{
	char text[36];

	buf_addz(out, zone_format(level->zone, call_of(level, row)->start_ns, text));
}

#define CALL_TEXT(name, member)                                                                  \
	static void name(const struct spend_level *level, size_t row, struct buf *out)           \
	{                                                                                        \
		buf_add(out, call_of(level, row)->member);                                       \
	}
#define CALL_COUNT(name, member)                                                                 \
	static void name(const struct spend_level *level, size_t row, struct buf *out)           \
	{                                                                                        \
		buf_add_i64(out, call_of(level, row)->member);                                   \
	}

CALL_TEXT(record_provider, provider)
CALL_TEXT(record_model, model)
CALL_TEXT(record_project, project)
CALL_TEXT(record_session, session)
CALL_COUNT(record_input, tokens.input)
CALL_COUNT(record_cache_read, tokens.cache_read)
CALL_COUNT(record_write_5m, tokens.cache_write_5m)
CALL_COUNT(record_write_1h, tokens.cache_write_1h)
CALL_COUNT(record_output, tokens.output)

static void record_cost(const struct spend_level *level, size_t row, struct buf *out)
{
	if (level->table.records[row].has_cost)
		usd_add_exact(out, level->table.records[row].cost);
}

static void record_status(const struct spend_level *level, size_t row, struct buf *out)
{
	buf_addz(out, call_status_name(call_of(level, row)->status));
}

static const struct field sum_fields[] = {
	{ "requests", true, false, requests },
	{ "input_tokens", true, false, input },
	{ "cache_read_tokens", true, false, cache_read },
	{ "cache_write_5m_tokens", true, true, cache_write_5m },
	{ "cache_write_1h_tokens", true, true, cache_write_1h },
	{ "output_tokens", true, false, output },
	{ "cost_usd", true, false, cost },
	{ "unpriced_requests", true, true, unpriced },
};

static const struct field record_fields[] = {
	{ "id", false, false, record_id },
	{ "time", false, false, record_time },
	{ "provider", false, true, record_provider },
	{ "model", false, false, record_model },
	{ "project", false, false, record_project },
	{ "session", false, true, record_session },
	{ "input_tokens", true, false, record_input },
	{ "cache_read_tokens", true, false, record_cache_read },
	{ "cache_write_5m_tokens", true, true, record_write_5m },
	{ "cache_write_1h_tokens", true, true, record_write_1h },
	{ "output_tokens", true, false, record_output },
	{ "cost_usd", true, false, record_cost },
	{ "status", false, false, record_status },
};

#define FIELDS_MAX 16

struct fields {
	struct field at[FIELDS_MAX];
	size_t count;
	char names[SPEND_GROUP_DIMS][LIMIT_NAME_BYTES + 8];
};

static void add_field(struct fields *f, const struct field *field, bool is_data)
{
	if (is_data || !field->is_exact)
		f->at[f->count++] = *field;
}

static void choose_fields(struct fields *f, const struct spend_level *level, bool is_data)
{
	void (*const names[])(const struct spend_level *, size_t, struct buf *) =
		{ name_1, name_2 };
	bool is_records = level->kind == SPEND_RECORDS;
	const struct field *list = is_records ? record_fields : sum_fields;
	size_t count = is_records ? sizeof(record_fields) / sizeof(list[0]) :
		sizeof(sum_fields) / sizeof(list[0]);

	f->count = 0;
	for (size_t i = 0; !is_records && i < level->dim_count; i++) {
		bool is_tag = level->dims[i].kind == DIM_TAG;
		struct buf name = BUF_INIT(sizeof(f->names[i]) - 1);

		buf_addz(&name, dim_name(level->dims[i].kind));
		buf_addz(&name, is_tag ? ":" : "");
		buf_addz(&name, is_tag ? level->tags[i] : "");
		memcpy(f->names[i], name.at, name.len + 1);
		buf_release(&name);
		add_field(f, &(struct field){ f->names[i], false, false, names[i] }, is_data);
	}
	for (size_t i = 0; i < count; i++)
		add_field(f, &list[i], is_data);
}

static void add_quoted(struct buf *out, struct str text)
{
	struct buf safe = BUF_INIT(2 * CELL_CAP);

	text_add_safe(&safe, text);
	csv_add_quoted(out, buf_str(&safe));
	buf_release(&safe);
}

static void write_csv(const struct fields *f, const struct spend_level *level, size_t row,
	struct buf *cell, struct buf *out)
{
	for (size_t i = 0; i < f->count; i++) {
		buf_clear(cell);
		f->at[i].add(level, row, cell);
		buf_addz(out, i ? "," : "");
		if (f->at[i].is_number || cell->len == 0)
			buf_add(out, buf_str(cell));
		else
			add_quoted(out, buf_str(cell));
	}
	buf_addch(out, '\n');
}

static void write_json(const struct fields *f, const struct spend_level *level, size_t row,
	struct buf *cell, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out, 0);
	jsonw_object(&w);
	for (size_t i = 0; i < f->count; i++) {
		buf_clear(cell);
		f->at[i].add(level, row, cell);
		jsonw_key(&w, f->at[i].name);
		if (cell->len == 0)
			jsonw_null(&w);
		else if (f->at[i].is_number)
			jsonw_raw(&w, buf_str(cell));
		else
			jsonw_str(&w, buf_str(cell));
	}
	jsonw_object_end(&w);
	buf_addch(out, '\n');
}

/* A bar in a name must not end the cell. */
static void add_markdown(struct buf *out, struct str text)
{
	struct buf safe = BUF_INIT(2 * CELL_CAP);

	text_add_safe(&safe, text);
	for (size_t i = 0; i < safe.len; i++) {
		if (safe.at[i] == '|')
			buf_addch(out, '\\');
		buf_addch(out, safe.at[i]);
	}
	buf_release(&safe);
}

static void write_markdown(const struct fields *f, const struct spend_level *level, size_t row,
	struct buf *cell, struct buf *out)
{
	buf_addch(out, '|');
	for (size_t i = 0; i < f->count; i++) {
		buf_clear(cell);
		f->at[i].add(level, row, cell);
		buf_addch(out, ' ');
		add_markdown(out, buf_str(cell));
		buf_addz(out, " |");
	}
	buf_addch(out, '\n');
}

static void write_head(const struct fields *f, enum text_format format, struct buf *out)
{
	if (format == TEXT_JSONL)
		return;
	buf_addz(out, format == TEXT_MARKDOWN ? "| " : "");
	for (size_t i = 0; i < f->count; i++) {
		buf_addz(out, i == 0 ? "" : format == TEXT_MARKDOWN ? " | " : ",");
		if (format == TEXT_MARKDOWN)
			add_markdown(out, str_of(f->at[i].name));
		else
			add_quoted(out, str_of(f->at[i].name));
	}
	buf_addz(out, format == TEXT_MARKDOWN ? " |\n|" : "\n");
	for (size_t i = 0; format == TEXT_MARKDOWN && i < f->count; i++)
		buf_addz(out, f->at[i].is_number ? " ---: |" : " --- |");
	buf_addz(out, format == TEXT_MARKDOWN ? "\n" : "");
}

static void write_row(const struct fields *f, const struct spend_level *level,
	enum text_format format, size_t row, struct buf *cell, struct buf *out)
{
	switch (format) {
	case TEXT_CSV:
		write_csv(f, level, row, cell, out);
		break;
	case TEXT_JSONL:
		write_json(f, level, row, cell, out);
		break;
	case TEXT_MARKDOWN:
		write_markdown(f, level, row, cell, out);
		break;
	case TEXT_PLAIN:
		break;
	}
}

/* --- plain: as on the screen, without its width ---------------------------------------------- */

static void plain_cell(const struct spend_level *level, const struct grid_rows *rows, size_t shown,
	size_t column, struct arena *scratch, struct buf *out)
{
	struct grid_cell cell;

	buf_clear(out);
	if (shown == SIZE_MAX) {
		buf_addz(out, level->columns[column].title);
		return;
	}
	rows->cell(rows->ctx, shown, column, scratch, &cell);
	text_add_safe(out, cell.text);
}

static void plain_row(const struct spend_level *level, const struct grid_rows *rows, size_t shown,
	const int *widths, struct arena *scratch, struct buf *cell, struct buf *out)
{
	for (size_t i = 0; i < level->column_count; i++) {
		int cells;

		if (widths[i] == 0)
			continue;
		plain_cell(level, rows, shown, i, scratch, cell);
		cells = text_cells(buf_str(cell));
		if (level->columns[i].is_number)
			buf_fill(out, ' ', (size_t)(widths[i] - cells));
		buf_add(out, buf_str(cell));
		if (!level->columns[i].is_number)
			buf_fill(out, ' ', (size_t)(widths[i] - cells));
		buf_addz(out, "  ");
	}
	while (out->len && out->at[out->len - 1] == ' ')
		out->len--;
	buf_addch(out, '\n');
	arena_clear(scratch);
}

static bool is_chosen(const struct spend_level *level, const struct grid_rows *rows, size_t shown)
{
	return level->grid.mark_count == 0 ||
		grid_is_marked(&level->grid, rows->id(rows->ctx, shown));
}

/* A column without a text anywhere (the little charts) has width 0 and is left out. */
static void measure(const struct spend_level *level, const struct grid_rows *rows, int *widths,
	struct arena *scratch, struct buf *cell)
{
	for (size_t i = 0; i < level->column_count; i++) {
		widths[i] = 0;
		for (size_t k = 0; k < rows->count; k++) {
			plain_cell(level, rows, k, i, scratch, cell);
			if (is_chosen(level, rows, k) && text_cells(buf_str(cell)) > widths[i])
				widths[i] = text_cells(buf_str(cell));
			arena_clear(scratch);
		}
		plain_cell(level, rows, SIZE_MAX, i, scratch, cell);
		if (widths[i] && text_cells(buf_str(cell)) > widths[i])
			widths[i] = text_cells(buf_str(cell));
	}
}

static void write_plain(struct spend_pane *p, const struct view *v, const struct spend_level *level,
	struct buf *out)
{
	struct grid_rows rows = spend_rows(level);
	struct buf cell = BUF_INIT(CELL_CAP);
	int widths[GRID_COLUMNS];
	struct arena scratch;

	arena_init(&scratch, 0);
	spend_summary(p, v, out);
	buf_addch(out, '\n');
	measure(level, &rows, widths, &scratch, &cell);
	if (rows.count)
		plain_row(level, &rows, SIZE_MAX, widths, &scratch, &cell, out);
	for (size_t i = 0; i < rows.count; i++)
		if (is_chosen(level, &rows, i))
			plain_row(level, &rows, i, widths, &scratch, &cell, out);
	arena_release(&scratch);
	buf_release(&cell);
}

void spend_text(void *pane, const struct view *v, enum text_format format, struct buf *out)
{
	struct spend_pane *p = pane;
	const struct spend_level *level = spend_top(p);
	struct grid_rows rows = spend_rows(level);
	struct buf cell = BUF_INIT(CELL_CAP);
	struct fields fields;

	if (level->kind == SPEND_RECORD) {
		buf_add(out, buf_str(&level->detail));
	} else if (format == TEXT_PLAIN) {
		write_plain(p, v, level, out);
	} else {
		choose_fields(&fields, level, format != TEXT_MARKDOWN);
		write_head(&fields, format, out);
		for (size_t i = 0; i < rows.count; i++)
			if (is_chosen(level, &rows, i))
				write_row(&fields, level, format, level->table.order[i], &cell,
					out);
	}
	buf_release(&cell);
}
