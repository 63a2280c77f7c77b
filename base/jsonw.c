/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON that is safe to print. */
#include "base/jsonw.h"

#include "base/text.h"

#define DEPTH_MAX 64

static uint64_t level_bit(const struct jsonw *w)
{
	return UINT64_C(1) << w->depth;
}

static void break_line(struct jsonw *w)
{
	if (!w->indent)
		return;
	buf_addch(w->out, '\n');
	buf_fill(w->out, ' ', (size_t)w->indent * (size_t)w->depth);
}

/* What stands between the value or key that comes and what was written before. */
static void begin(struct jsonw *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->has_member & level_bit(w))
		buf_addch(w->out, ',');
	if (w->depth > 0)
		break_line(w);
	w->has_member |= level_bit(w);
}

static void open(struct jsonw *w, char bracket)
{
	begin(w);
	PRE(w->depth < DEPTH_MAX - 1);
	buf_addch(w->out, bracket);
	w->depth++;
	w->has_member &= ~level_bit(w);
}

static void close(struct jsonw *w, char bracket)
{
	bool is_empty = !(w->has_member & level_bit(w));

	PRE(w->depth > 0 && !w->after_key);
	w->depth--;
	if (!is_empty)
		break_line(w);
	buf_addch(w->out, bracket);
}

static void add_unit(struct buf *b, uint32_t unit)
{
	buf_addf(b, "\\u%04x", (unsigned)unit);
}

static void add_char(struct buf *b, uint32_t cp)
{
	static const char short_names[] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
		['"'] = '"', ['\\'] = '\\',
	};

	if (cp < sizeof(short_names) && short_names[cp]) {
		buf_addch(b, '\\');
		buf_addch(b, short_names[cp]);
	} else if (!text_is_control(cp)) {
		utf8_add(b, cp);
	} else if (cp < 0x10000) {
		add_unit(b, cp);
	} else {
		add_unit(b, 0xD800 + ((cp - 0x10000) >> 10));
		add_unit(b, 0xDC00 + ((cp - 0x10000) & 0x3FF));
	}
}

/* How many bytes from i on stand for themselves. */
static size_t plain_run(struct str s, size_t i)
{
	size_t start = i;

	while (i < s.len && s.at[i] >= ' ' && s.at[i] < 0x7F && s.at[i] != '"' && s.at[i] != '\\')
		i++;
	return i - start;
}

static void add_quoted(struct buf *b, struct str s)
{
	buf_addch(b, '"');
	for (size_t i = 0; i < s.len;) {
		size_t run = plain_run(s, i);

		buf_add(b, str_head(str_from(s, i), run));
		i += run;
		if (i < s.len)
			add_char(b, utf8_next(s, &i));
	}
	buf_addch(b, '"');
}

void jsonw_init(struct jsonw *w, struct buf *out, int indent)
{
	*w = (struct jsonw){ .out = out, .indent = indent };
}

void jsonw_object(struct jsonw *w)
{
	open(w, '{');
}

void jsonw_object_end(struct jsonw *w)
{
	close(w, '}');
}

void jsonw_array(struct jsonw *w)
{
	open(w, '[');
}

void jsonw_array_end(struct jsonw *w)
{
	close(w, ']');
}

void jsonw_key(struct jsonw *w, const char *key)
{
	PRE(w->depth > 0 && !w->after_key);
	begin(w);
	add_quoted(w->out, str_of(key));
	buf_addz(w->out, w->indent ? ": " : ":");
	w->after_key = true;
}

void jsonw_str(struct jsonw *w, struct str s)
{
	begin(w);
	add_quoted(w->out, s);
}

void jsonw_i64(struct jsonw *w, int64_t v)
{
	begin(w);
	buf_add_i64(w->out, v);
}

void jsonw_bool(struct jsonw *w, bool v)
{
	begin(w);
	buf_addz(w->out, v ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	begin(w);
	buf_addz(w->out, "null");
}

void jsonw_raw(struct jsonw *w, struct str json)
{
	begin(w);
	buf_add(w->out, json);
}
