/* SPDX-License-Identifier: Apache-2.0 */
/* Rows are found from where their line begins whenever they are needed: nothing depends on a
 * width that may change. */
#include "tui/pager.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/match.h"
#include "tui/width.h"

#define LINE_BYTES 4096 /* a longer line goes on in the next, so that no step takes long */
#define COLS_BEFORE_DRAW 80

/* The end of the line that begins at `at`, and where the next one begins. */
static size_t line_end(struct str text, size_t at, size_t *next)
{
	struct str line = utf8_cut(str_from(text, at), LINE_BYTES);
	const char *newline = line.len ? memchr(line.at, '\n', line.len) : NULL;
	size_t end = newline ? (size_t)(newline - text.at) : at + line.len;

	*next = end + (newline ? 1 : 0);
	if (newline && end > at && text.at[end - 1] == '\r')
		end--;
	return end;
}

static size_t count_lines(struct str text, size_t *lines)
{
	size_t count = 0;

	for (size_t at = 0, next; at < text.len || count == 0; at = next) {
		if (lines)
			lines[count] = at;
		count++;
		line_end(text, at, &next);
	}
	return count;
}

/* The last line that begins at or before a byte. */
static size_t line_of(const struct pager *p, size_t at)
{
	size_t low = 0, high = p->line_count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (p->lines[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static int columns(const struct pager *p)
{
	return p->body_cols > 0 ? p->body_cols : COLS_BEFORE_DRAW;
}

/* Where the row that begins at `at` ends: behind the last blank that fits, else behind the last
 * character. A blank that does not fit hangs over the edge rather than begin the next row. */
static size_t row_end(const struct pager *p, size_t at)
{
	size_t next, end = line_end(p->text, p->lines[line_of(p, at)], &next), blank = 0;
	struct str line = str_head(p->text, end);
	struct cell cell;
	int used = 0;

	if (p->is_cut)
		return end;
	for (size_t i = at, start = at; width_next(line, &i, true, &cell); start = i) {
		used += cell.width;
		if (used > columns(p) && start > at)
			return cell.points[0] == ' ' ? i : blank > at ? blank : start;
		if (cell.points[0] == ' ')
			blank = i;
	}
	return end;
}

/* Where the row after that of `at` begins; `at` itself when it is the last. */
static size_t row_after(const struct pager *p, size_t at)
{
	size_t line = line_of(p, at), next, end = line_end(p->text, p->lines[line], &next);
	size_t cut = row_end(p, at);

	if (cut < end)
		return cut;
	return line + 1 < p->line_count ? p->lines[line + 1] : at;
}

/* The beginning of the row that holds a byte. */
static size_t row_of(const struct pager *p, size_t at)
{
	size_t line = line_of(p, at), row = p->lines[line], next;

	while ((next = row_after(p, row)) > row && next <= at && line_of(p, next) == line)
		row = next;
	return row;
}

static size_t row_before(const struct pager *p, size_t row)
{
	return row > 0 ? row_of(p, row - 1) : 0;
}

/* The row that is `count` rows above. */
static size_t rows_up(const struct pager *p, size_t row, uint64_t count)
{
	while (count-- > 0 && row > 0)
		row = row_before(p, row);
	return row;
}

/* The top of the last page. */
static size_t last_top(const struct pager *p)
{
	size_t last = row_of(p, p->text.len);

	return rows_up(p, last, p->body_rows > 1 ? (uint64_t)p->body_rows - 1 : 0);
}

static void go(struct pager *p, size_t at)
{
	size_t last = last_top(p);

	p->top = row_of(p, at);
	if (p->top > last)
		p->top = last;
}

enum ll_err pager_open(struct pager *p, struct str text)
{
	*p = (struct pager){ .text = text, .found = SIZE_MAX };
	p->line_count = count_lines(text, NULL);
	p->lines = ll_try_alloc(p->line_count * sizeof(*p->lines));
	if (!p->lines)
		return LL_ENOMEM;
	count_lines(text, p->lines);
	return LL_OK;
}

void pager_close(struct pager *p)
{
	ll_free(p->lines);
	*p = (struct pager){ 0 };
}

void pager_move(struct pager *p, int64_t by)
{
	size_t at = p->top, next;

	if (by < 0) {
		go(p, rows_up(p, at, 0 - (uint64_t)by));
		return;
	}
	while (by-- > 0 && (next = row_after(p, at)) > at)
		at = next;
	go(p, at);
}

void pager_page(struct pager *p, int half_pages)
{
	pager_move(p, (int64_t)half_pages * (p->body_rows > 2 ? p->body_rows / 2 : 1));
}

void pager_home(struct pager *p)
{
	p->top = 0;
}

void pager_end(struct pager *p)
{
	p->top = last_top(p);
}

void pager_cut(struct pager *p, bool is_cut)
{
	p->is_cut = is_cut;
	p->left = 0;
	go(p, p->top);
}

void pager_side(struct pager *p, int cells)
{
	if (p->is_cut && cells > -p->left && cells < LINE_BYTES - p->left)
		p->left += cells;
	else if (cells < 0)
		p->left = 0;
}

void pager_place(const struct pager *p, struct buf *out)
{
	size_t bottom = p->top;

	for (int i = 1; i < p->body_rows; i++)
		bottom = row_after(p, bottom);
	buf_addf(out, "%zu-%zu of %zu", line_of(p, p->top) + 1, line_of(p, bottom) + 1,
		p->line_count);
}

static struct str needle_of(const struct pager *p)
{
	return (struct str){ p->needle, p->needle_len };
}

static bool is_shown(const struct pager *p, size_t at)
{
	size_t end = p->top;

	for (int i = 0; i < p->body_rows; i++) {
		size_t next = row_after(p, end);

		if (next == end)
			return at >= p->top;
		end = next;
	}
	return at >= p->top && at < end;
}

/* Sideways only as far as it takes. */
static void show_column(struct pager *p, size_t at)
{
	size_t start = p->lines[line_of(p, at)];
	int left = text_cells((struct str){ p->text.at + start, at - start });
	int right = left + text_cells(needle_of(p));

	if (right - p->left > columns(p))
		p->left = right - columns(p);
	if (left < p->left)
		p->left = left;
}

static bool show_found(struct pager *p, size_t at)
{
	p->found = at;
	if (!is_shown(p, at))
		go(p, at);
	if (p->is_cut)
		show_column(p, at);
	return true;
}

static bool find_forward(struct pager *p, size_t from)
{
	size_t at;

	if (match_find(p->text, needle_of(p), from, &at) ||
		match_find(p->text, needle_of(p), 0, &at))
		return show_found(p, at);
	p->found = SIZE_MAX;
	return false;
}

/* The last one that begins before the one that was found; the last of all when that was the
 * first. */
static bool find_backward(struct pager *p)
{
	size_t last = SIZE_MAX, before = SIZE_MAX, at;

	for (size_t from = 0; match_find(p->text, needle_of(p), from, &at); from = at + 1) {
		last = at;
		if (at < p->found)
			before = at;
	}
	if (last == SIZE_MAX)
		return false;
	return show_found(p, before != SIZE_MAX ? before : last);
}

bool pager_search(struct pager *p, struct str needle)
{
	needle = utf8_cut(needle, sizeof(p->needle));
	p->needle_len = needle.len;
	p->found = SIZE_MAX;
	if (needle.len == 0)
		return false;
	memcpy(p->needle, needle.at, needle.len);
	return find_forward(p, p->top);
}

bool pager_next(struct pager *p, bool is_backward)
{
	if (is_backward)
		return find_backward(p);
	return find_forward(p, p->found == SIZE_MAX ? p->top : p->found + 1);
}

struct row {
	size_t start, end;
	int y, x, cells;
};

/* Without the characters that are scrolled off to the left; half of a wide one is a blank. */
static void scroll_off(const struct pager *p, struct row *row)
{
	struct str line = str_head(p->text, row->end);
	struct cell cell;
	int gone = 0;

	while (gone < p->left && width_next(line, &row->start, true, &cell))
		gone += cell.width;
	if (gone > p->left) {
		row->x += gone - p->left;
		row->cells -= gone - p->left;
	}
}

static int cell_of(const struct pager *p, const struct row *row, size_t at)
{
	size_t here = at < row->start ? row->start : at < row->end ? at : row->end;
	int cells = text_cells((struct str){ p->text.at + row->start, here - row->start });

	return cells < row->cells ? cells : row->cells;
}

/* A place may begin in the row before and end in the next. */
static void highlight(const struct pager *p, struct surface *s, const struct row *row)
{
	size_t reach = p->needle_len > 0 ? p->needle_len - 1 : 0, at;
	size_t from = row->start > reach ? row->start - reach : 0;
	struct str until = str_head(p->text, row->end + reach);

	for (; match_find(until, needle_of(p), from, &at) && at < row->end; from = at + 1) {
		int left = cell_of(p, row, at), right = cell_of(p, row, at + p->needle_len);
		unsigned attrs = at == p->found ? ATTR_REVERSE : 0;

		if (left < right)
			surface_style(s, (struct rect){ row->y, row->x + left, 1, right - left },
				ROLE_MATCH, attrs);
	}
}

static void draw_row(const struct pager *p, struct surface *s, struct row *row)
{
	scroll_off(p, row);
	surface_put(s, row->y, row->x, row->cells,
		(struct str){ p->text.at + row->start, row->end - row->start }, ROLE_TEXT, 0);
	highlight(p, s, row);
}

void pager_draw(struct pager *p, struct surface *s, struct rect r)
{
	size_t at, next;

	p->body_rows = r.rows > 0 ? r.rows : 0;
	p->body_cols = r.cols > 0 ? r.cols : 0;
	surface_fill(s, r, ' ', ROLE_TEXT, 0);
	go(p, p->top);
	at = p->top;
	for (int y = 0; y < p->body_rows; y++) {
		struct row row = { .start = at, .end = row_end(p, at), .y = r.y + y, .x = r.x,
			.cells = p->body_cols };

		draw_row(p, s, &row);
		next = row_after(p, at);
		if (next == at)
			break;
		at = next;
	}
}
