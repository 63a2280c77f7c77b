/* SPDX-License-Identifier: Apache-2.0 */
/* The next line is block[start..end), looked at up to `scanned` bytes of it. */
#include "ingest/lines.h"

#include "base/limits.h"
#include "base/mem.h"

#define BLOCK_BYTES ((size_t)1 << 20)
#define BLOCK_MAX ((size_t)LIMIT_LINE_BYTES + 2) /* the line, CR and LF */

static size_t unread(const struct line_reader *r)
{
	return r->end - r->start;
}

static void move_to_front(struct line_reader *r)
{
	if (r->start && unread(r))
		memmove(r->block, r->block + r->start, unread(r));
	r->end -= r->start;
	r->start = 0;
}

/* Fits the block to what is unread: twice as large when full, small again when it can be. */
static enum ll_err fit_block(struct line_reader *r, struct err *err)
{
	size_t wanted = r->cap ? r->cap : BLOCK_BYTES;
	char *block;

	if (r->cap && unread(r) == r->cap)
		wanted = r->cap * 2 < BLOCK_MAX ? r->cap * 2 : BLOCK_MAX;
	else if (r->cap > BLOCK_BYTES && unread(r) < BLOCK_BYTES / 2)
		wanted = BLOCK_BYTES;
	if (wanted == r->cap)
		return LL_OK;
	block = ll_try_realloc(r->block, wanted);
	if (!block)
		return ll_fail(err, LL_ENOMEM, "out of memory for a line of %zu bytes", unread(r));
	r->block = block;
	r->cap = wanted;
	return LL_OK;
}

/* Reads more behind what is unread. There is room: the block is below BLOCK_MAX or not full. */
static enum ll_err fill(struct line_reader *r, struct err *err)
{
	enum ll_err code;
	size_t got;

	if (r->end == r->cap || r->start == r->end) {
		move_to_front(r);
		code = fit_block(r, err);
		if (code != LL_OK)
			return code;
	}
	code = r->from.read(r->from.ctx, r->block + r->end, r->cap - r->end, &got, err);
	if (code != LL_OK)
		return code;
	r->end += got;
	r->is_at_end = got == 0;
	return LL_OK;
}

/* A quote opens a field at its start, and again behind a quote that closed it (""). */
static bool opens_field(const char *line, const char *quote)
{
	return quote == line || strchr(",;\t\"", quote[-1]);
}

/* The line break that ends the row, or NULL: then all was looked at. */
static const char *find_row_end(struct line_reader *r)
{
	const char *line = r->block + r->start, *end = r->block + r->end;
	const char *p = line + r->scanned;

	while (p < end) {
		const char *line_break = NULL, *stop = end, *quote;

		if (!r->is_in_quotes) {
			line_break = memchr(p, '\n', (size_t)(end - p));
			stop = line_break ? line_break : end;
		}
		quote = memchr(p, '"', (size_t)(stop - p));
		if (!quote) {
			p = stop;
			if (line_break)
				break;
			continue;
		}
		r->is_in_quotes = !r->is_in_quotes && opens_field(line, quote);
		p = quote + 1;
	}
	r->scanned = (size_t)(p - line);
	return p < end ? p : NULL;
}

static const char *find_line_end(struct line_reader *r)
{
	const char *line = r->block + r->start, *found;

	if (r->joins_quoted)
		return find_row_end(r);
	if (r->scanned == unread(r))
		return NULL;
	found = memchr(line + r->scanned, '\n', unread(r) - r->scanned);
	r->scanned = found ? (size_t)(found - line) : unread(r);
	return found;
}

static void consume(struct line_reader *r, size_t bytes)
{
	r->start += bytes;
	r->offset += (int64_t)bytes;
	r->scanned = 0;
	r->is_in_quotes = false;
}

/* Passes over the rest of a line whose first BLOCK_MAX bytes had no end. */
static enum ll_err skip_line(struct line_reader *r, struct err *err)
{
	bool was_in_quotes;

	do {
		enum ll_err code;

		was_in_quotes = r->is_in_quotes;
		consume(r, unread(r));
		r->is_in_quotes = was_in_quotes;
		code = fill(r, err);
		if (code != LL_OK)
			return code;
	} while (!find_line_end(r) && !r->is_at_end);
	consume(r, r->is_at_end ? unread(r) : r->scanned + 1);
	r->line++;
	return LL_OK;
}

static struct str without_cr(struct str line)
{
	if (line.len && line.at[line.len - 1] == '\r')
		line.len--;
	return line;
}

static struct str without_mark(struct str line, int64_t offset)
{
	return offset == 0 && str_starts(line, STR("\xEF\xBB\xBF")) ? str_from(line, 3) : line;
}

void lines_init(struct line_reader *r, struct byte_source from)
{
	*r = (struct line_reader){ .from = from };
}

void lines_release(struct line_reader *r)
{
	ll_free(r->block);
	*r = (struct line_reader){ 0 };
}

enum ll_err lines_peek(struct line_reader *r, size_t want, struct str *head, struct err *err)
{
	PRE(want < BLOCK_BYTES);
	while (unread(r) < want && !r->is_at_end) {
		enum ll_err code = fill(r, err);

		if (code != LL_OK)
			return code;
	}
	*head = str_head((struct str){ r->block + r->start, unread(r) }, want);
	return LL_OK;
}

enum ll_err lines_next(struct line_reader *r, struct str *line, enum line_kind *kind,
	struct err *err)
{
	const char *end;

	while (!(end = find_line_end(r)) && !r->is_at_end) {
		enum ll_err code;

		if (unread(r) == BLOCK_MAX) {
			*kind = LINE_TOO_LONG;
			return skip_line(r, err);
		}
		code = fill(r, err);
		if (code != LL_OK)
			return code;
	}
	*kind = end ? LINE_WHOLE : unread(r) ? LINE_UNENDED : LINE_NONE;
	*line = (struct str){ r->block + r->start, end ? r->scanned : unread(r) };
	consume(r, line->len + (end != NULL));
	r->line += *kind != LINE_NONE;
	*line = without_mark(without_cr(*line), r->offset - (int64_t)(line->len + (end != NULL)));
	return LL_OK;
}

enum ll_err lines_read_raw(void *reader, void *at, size_t cap, size_t *got, struct err *err)
{
	struct line_reader *r = reader;

	*got = 0;
	if (!unread(r) && !r->is_at_end) {
		enum ll_err code = fill(r, err);

		if (code != LL_OK)
			return code;
	}
	*got = unread(r) < cap ? unread(r) : cap;
	if (*got)
		memcpy(at, r->block + r->start, *got);
	consume(r, *got);
	return LL_OK;
}
