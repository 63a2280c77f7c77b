/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV with a header (RFC 4180; also with semicolons or tabs), one call a row. What is given to
 * decode() is a whole row: a line break inside quotes is part of it.
 */
#include "ingest/decoders.h"
#include "ingest/reading.h"
#include "ingest/row.h"

/* The separator that the header has most of. */
static char separator_of(struct str header)
{
	static const char candidates[] = ",;\t";
	size_t most = 0;
	char best = ',';

	for (const char *c = candidates; *c; c++) {
		size_t count = 0;

		for (size_t i = 0; i < header.len; i++)
			count += header.at[i] == *c;
		if (count > most) {
			most = count;
			best = *c;
		}
	}
	return best;
}

/* The place of the quote that closes a field which begins at 1; the end when none does. */
static size_t closing_quote(struct str s)
{
	size_t i = 1;

	while (i < s.len && !(s.at[i] == '"' && (i + 1 == s.len || s.at[i + 1] != '"')))
		i += s.at[i] == '"' ? 2 : 1;
	return i;
}

static struct str without_double_quotes(struct arena *a, struct str s)
{
	char *out;
	size_t len = 0;

	if (!s.len || !memchr(s.at, '"', s.len))
		return s;
	out = arena_alloc(a, s.len);
	for (size_t i = 0; out && i < s.len; i++) {
		out[len++] = s.at[i];
		i += s.at[i] == '"';
	}
	return (struct str){ out, len };
}

/* Cuts the next field off *rest; *rest.at is NULL after the last one. */
static struct str next_field(struct str *rest, char separator, struct arena *a)
{
	struct str quoted;
	size_t end;

	if (!rest->len || rest->at[0] != '"')
		return str_cut(rest, separator);
	end = closing_quote(*rest);
	quoted = str_from(str_head(*rest, end), 1);
	*rest = str_from(*rest, end);
	str_cut(rest, separator); /* the quote, and what should not be behind it */
	return without_double_quotes(a, quoted);
}

static size_t split(struct str row, char separator, struct arena *a, struct str *fields, size_t cap)
{
	size_t count = 0;

	while (row.at && count < cap)
		fields[count++] = next_field(&row, separator, a);
	return count;
}

static enum decode_result decode(struct decode *d, struct str text)
{
	struct field_binding *binding = d->options->map->binding;
	struct str fields[FIELD_COLUMNS];
	struct row row = { 0 };
	size_t count;

	if (!str_trim(text).len)
		return DECODE_NOTHING;
	if (!binding->is_bound)
		binding->separator = separator_of(text);
	count = split(text, binding->separator, d->scratch, fields, FIELD_COLUMNS);
	if (!binding->is_bound) {
		field_map_bind(d->options->map, fields, count, true);
		return DECODE_NOTHING;
	}
	for (size_t i = 0; i < count; i++)
		if (binding->of_column[i])
			row_set(&row, binding->of_column[i], fields[i]);
	return row_emit(d, &row, text);
}

static int detect(struct str head, struct str path)
{
	struct str fields[FIELD_COLUMNS], header;
	struct arena scratch = { 0 };
	size_t count;
	int score;

	(void)path;
	if (str_starts(head, STR("\xEF\xBB\xBF")))
		head = str_from(head, 3);
	header = str_trim(str_cut(&head, '\n'));
	count = split(header, separator_of(header), &scratch, fields, FIELD_COLUMNS);
	score = field_names_are_known(fields, count) ? 40 : 0;
	arena_release(&scratch);
	return score;
}

const struct decoder csv_decoder = {
	.name = "csv",
	.source = "csv",
	.label = "CSV",
	.version = 1,
	.input = DECODE_LINES,
	.kind = CALL_RECORD,
	.detect = detect,
	.decode = decode,
};
