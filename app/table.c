/* SPDX-License-Identifier: Apache-2.0 */
/* Tables for people and as CSV. */
#include "app/table.h"

#include "base/csv.h"
#include "base/text.h"

#define GAP_CELLS 2
#define CUT_CELLS_MIN 8 /* text is not cut below this */
#define CELL_BYTES 65536
#define BOLD "\033[1m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

struct cell {
	struct str shown, exact;
	size_t cells; /* width of shown */
};

struct row {
	struct row *next;
	bool is_total, is_first_total;
	struct cell cells[];
};

struct table {
	struct arena *arena;
	const struct table_column *columns;
	size_t column_count;
	struct row *first, *last;
	size_t filled; /* cells of the last row */
	bool is_ruled;
	struct str cut_mark;
	size_t mark_cells;
};

struct table *table_new(struct arena *a, const struct table_column *columns, size_t count)
{
	struct table *t = arena_alloc(a, sizeof(*t));

	PRE(t && count > 0);
	*t = (struct table){ .arena = a, .columns = columns, .column_count = count,
		.filled = count, .cut_mark = STR("…"), .mark_cells = 1 };
	return t;
}

static struct row *add_row(struct table *t)
{
	struct row *row = arena_alloc(t->arena,
		sizeof(*row) + t->column_count * sizeof(row->cells[0]));

	PRE(row);
	row->is_total = t->is_ruled;
	row->is_first_total = t->is_ruled && !(t->last && t->last->is_total);
	if (t->last)
		t->last->next = row;
	else
		t->first = row;
	t->last = row;
	t->filled = 0;
	return row;
}

static struct str safe_copy(struct table *t, struct str s)
{
	struct buf b = BUF_INIT(CELL_BYTES);
	struct str copy;

	text_add_safe(&b, utf8_cut(s, CELL_BYTES / 3));
	copy = arena_str(t->arena, buf_str(&b));
	buf_release(&b);
	return copy;
}

void table_cell(struct table *t, struct str shown, struct str exact)
{
	struct row *row = t->filled == t->column_count ? add_row(t) : t->last;
	struct cell *cell = &row->cells[t->filled++];

	cell->shown = safe_copy(t, shown);
	cell->exact = exact.at ? safe_copy(t, exact) : cell->shown;
	cell->cells = text_width(cell->shown);
}

void table_text(struct table *t, struct str s)
{
	if (s.at)
		table_cell(t, s, (struct str){ NULL, 0 });
	else
		table_cell(t, STR("-"), STR(""));
}

void table_count(struct table *t, int64_t n)
{
	struct buf shown = BUF_INIT(64), exact = BUF_INIT(64);

	buf_add_grouped(&shown, n);
	buf_add_i64(&exact, n);
	table_cell(t, buf_str(&shown), buf_str(&exact));
	buf_release(&shown);
	buf_release(&exact);
}

void table_usd(struct table *t, bool is_known, struct usd amount)
{
	struct buf shown = BUF_INIT(64), exact = BUF_INIT(64);

	if (!is_known) {
		table_cell(t, STR("?"), STR(""));
		return;
	}
	usd_add_short(&shown, amount);
	usd_add_exact(&exact, amount);
	table_cell(t, buf_str(&shown), buf_str(&exact));
	buf_release(&shown);
	buf_release(&exact);
}

void table_tokens(struct table *t, const struct tokens *tokens)
{
	table_count(t, tokens->input);
	table_count(t, tokens->cache_read);
	table_count(t, tokens->cache_write_5m);
	table_count(t, tokens->cache_write_1h);
	table_count(t, tokens->output);
}

void table_rule(struct table *t)
{
	t->is_ruled = true;
}

void table_use_ascii(struct table *t)
{
	t->cut_mark = STR("...");
	t->mark_cells = t->cut_mark.len;
}

/* The layout is how wide each column is, 0 = left out. It starts from what the cells need. */
static void measure(const struct table *t, size_t *widths)
{
	for (size_t i = 0; i < t->column_count; i++)
		widths[i] = text_width(str_of(t->columns[i].title));
	for (const struct row *row = t->first; row; row = row->next)
		for (size_t i = 0; i < t->column_count; i++)
			if (row->cells[i].cells > widths[i])
				widths[i] = row->cells[i].cells;
}

static size_t total_width(const struct table *t, const size_t *widths)
{
	size_t total = 0;

	for (size_t i = 0; i < t->column_count; i++)
		if (widths[i])
			total += widths[i] + (total ? GAP_CELLS : 0);
	return total;
}

static void leave_out(const struct table *t, size_t *widths, size_t limit)
{
	for (size_t i = t->column_count; i-- > 0 && total_width(t, widths) > limit;)
		if (t->columns[i].is_wide_only)
			widths[i] = 0;
}

/* Takes cells from the widest column that may be cut, one by one, so that the widest ends as wide
 * as the next. */
static void cut(const struct table *t, size_t *widths, size_t limit)
{
	for (size_t excess = total_width(t, widths); excess > limit; excess--) {
		size_t widest = t->column_count;

		for (size_t i = 0; i < t->column_count; i++)
			if (t->columns[i].may_cut && widths[i] > CUT_CELLS_MIN &&
				(widest == t->column_count || widths[i] > widths[widest]))
				widest = i;
		if (widest == t->column_count)
			return;
		widths[widest]--;
	}
}

/* The text within `width` cells; *cells is what it takes. */
static void add_fitted(struct buf *out, const struct table *t, struct str text, size_t width,
	size_t *cells)
{
	struct str head = text;

	*cells = text_width(text);
	if (*cells > width) {
		head = text_fit(text, width - t->mark_cells);
		*cells = text_width(head) + t->mark_cells;
	}
	buf_add(out, head);
	if (head.len < text.len)
		buf_add(out, t->cut_mark);
}

struct line {
	const struct table *table;
	struct buf *out;
	size_t blanks; /* owed: written before the next text, so that no line ends in blanks */
	bool is_begun;
};

static void add_column(struct line *line, struct str text, size_t width, bool is_number)
{
	size_t own = text_width(text), cells;
	size_t before = is_number && own < width ? width - own : 0;

	if (width == 0)
		return;
	line->blanks += before + (line->is_begun ? GAP_CELLS : 0);
	line->is_begun = true;
	if (text.len == 0) {
		line->blanks += width - before;
		return;
	}
	buf_fill(line->out, ' ', line->blanks);
	add_fitted(line->out, line->table, text, width, &cells);
	line->blanks = width - before - cells;
}

static void print_titles(const struct table *t, const size_t *widths, struct buf *out,
	bool has_color)
{
	struct line line = { .table = t, .out = out };

	buf_addz(out, has_color ? BOLD : "");
	for (size_t i = 0; i < t->column_count; i++)
		add_column(&line, str_of(t->columns[i].title), widths[i], t->columns[i].is_number);
	buf_addz(out, has_color ? PLAIN "\n" : "\n");
}

static void print_rule(size_t width, struct buf *out, bool has_color)
{
	buf_addz(out, has_color ? DIM : "");
	buf_fill(out, '-', width);
	buf_addz(out, has_color ? PLAIN "\n" : "\n");
}

static void print_row(const struct table *t, const struct row *row, const size_t *widths,
	struct buf *out)
{
	struct line line = { .table = t, .out = out };

	for (size_t i = 0; i < t->column_count; i++)
		add_column(&line, row->cells[i].shown, widths[i], t->columns[i].is_number);
	buf_addch(out, '\n');
}

void table_print(const struct table *t, struct buf *out, int columns, bool has_color)
{
	size_t *widths = arena_alloc(t->arena, t->column_count * sizeof(*widths));
	size_t limit = columns > 0 ? (size_t)columns : SIZE_MAX;

	PRE(widths && t->filled == t->column_count);
	measure(t, widths);
	leave_out(t, widths, limit);
	cut(t, widths, limit);
	print_titles(t, widths, out, has_color);
	for (const struct row *row = t->first; row; row = row->next) {
		if (row->is_first_total)
			print_rule(total_width(t, widths), out, has_color);
		print_row(t, row, widths, out);
	}
}

/* RFC 4180 section 2: quotes only where they are needed. */
static void add_field(struct buf *out, struct str text)
{
	bool needs_quotes = false;

	for (size_t i = 0; i < text.len; i++)
		needs_quotes |= memchr("\",\r\n", text.at[i], 4) != NULL;
	if (needs_quotes)
		csv_add_quoted(out, text);
	else
		buf_add(out, text);
}

/* Lines end in LF, not in the CRLF of RFC 4180: the tools that these lines are piped into would
 * take the CR for a part of the last field. */
void table_csv(const struct table *t, struct buf *out)
{
	PRE(t->filled == t->column_count);
	for (size_t i = 0; i < t->column_count; i++) {
		buf_addz(out, i ? "," : "");
		add_field(out, str_of(t->columns[i].csv_name));
	}
	buf_addch(out, '\n');
	for (const struct row *row = t->first; row && !row->is_total; row = row->next) {
		for (size_t i = 0; i < t->column_count; i++) {
			buf_addz(out, i ? "," : "");
			add_field(out, row->cells[i].exact);
		}
		buf_addch(out, '\n');
	}
}
