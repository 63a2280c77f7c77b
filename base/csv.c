/* SPDX-License-Identifier: Apache-2.0 */
/* Records and cells of CSV. */
#include "base/csv.h"

static enum ll_err fail_at(const struct csv *c, struct err *err, const char *why)
{
	return ll_fail(err, LL_EDECODE, "line %lld: %s", (long long)c->line, why);
}

/* Cuts the text at the next `len` bytes and counts the lines in them. */
static struct str take(struct csv *c, size_t len)
{
	struct str taken = str_head(c->rest, len);

	for (size_t i = 0; i < taken.len; i++)
		c->next_line += taken.at[i] == '\n';
	c->rest = str_from(c->rest, len);
	return taken;
}

static struct str take_plain(struct csv *c)
{
	size_t len = 0;

	while (len < c->rest.len && c->rest.at[len] != ',' && c->rest.at[len] != '\n')
		len++;
	return str_trim(take(c, len));
}

/* The quotes are resolved in a copy; doubled ones are one. */
static enum ll_err take_quoted(struct csv *c, struct str *cell, struct err *err)
{
	size_t end = 1, len = 0;
	struct str inside;
	char *copy;

	while (end < c->rest.len && (c->rest.at[end] != '"' ||
		(end + 1 < c->rest.len && c->rest.at[end + 1] == '"')))
		end += c->rest.at[end] == '"' ? 2 : 1;
	if (end >= c->rest.len)
		return fail_at(c, err, "a quote is not closed");
	inside = str_from(take(c, end), 1);
	take(c, 1);
	copy = arena_alloc(&c->memory, inside.len + 1);
	if (!copy)
		return ll_fail(err, LL_ENOMEM, "out of memory for a cell");
	for (size_t i = 0; i < inside.len; i++) {
		copy[len++] = inside.at[i];
		i += inside.at[i] == '"';
	}
	*cell = (struct str){ copy, len };
	if (take_plain(c).len > 0)
		return fail_at(c, err, "text follows a closing quote");
	return LL_OK;
}

void csv_init(struct csv *c, struct str text, size_t memory_max)
{
	struct str mark = STR("\xEF\xBB\xBF");

	*c = (struct csv){ .next_line = 1 };
	c->rest = str_starts(text, mark) ? str_from(text, mark.len) : text;
	arena_init(&c->memory, memory_max);
}

void csv_release(struct csv *c)
{
	arena_release(&c->memory);
}

bool csv_find(struct csv *c)
{
	while (c->rest.len > 0) {
		struct str line = c->rest;

		line = str_trim(str_cut(&line, '\n'));
		if (line.len > 0 && line.at[0] != '#')
			return true;
		str_cut(&c->rest, '\n');
		c->next_line++;
	}
	return false;
}

enum ll_err csv_read(struct csv *c, struct err *err)
{
	enum ll_err code;
	bool has_more = true;

	arena_clear(&c->memory);
	c->line = c->next_line;
	for (c->cell_count = 0; has_more; c->cell_count++) {
		struct str *cell = &c->cells[c->cell_count];

		if (c->cell_count == CSV_CELLS_MAX)
			return fail_at(c, err, "too many cells");
		if (c->rest.len > 0 && c->rest.at[0] == '"') {
			code = take_quoted(c, cell, err);
			if (code != LL_OK)
				return code;
		} else {
			*cell = take_plain(c);
		}
		has_more = c->rest.len > 0 && c->rest.at[0] == ',';
		take(c, 1);
	}
	return LL_OK;
}

void csv_add_quoted(struct buf *b, struct str text)
{
	buf_addch(b, '"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '"')
			buf_addch(b, '"');
		buf_addch(b, text.at[i]);
	}
	buf_addch(b, '"');
}
