/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parser keeps no stack: the caller's code is the stack of what it enters, and
 * skip_container() has one of its own. The workers take and return a place in the text, so
 * that it stays in a register; NULL is "failed", and j->why then says what.
 */
#include "base/json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/limits.h"
#include "base/text.h"

static const unsigned char type_of[256];
static const char escape_of[256];

static __attribute__((cold, noinline)) const char *fail(struct json *j, const char *at,
	const char *why)
{
	if (!j->why) {
		j->why = why;
		j->at = at;
	}
	return NULL;
}

static inline const char *past_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

static inline bool is_digit_at(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static inline const char *past_digits(const char *p, const char *end)
{
	while (is_digit_at(p, end))
		p++;
	return p;
}

/* The first quote, backslash or control byte, or the end. */
static inline const char *scan_string(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i last_control = _mm_set1_epi8(0x1F);

	for (; end - p >= 16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i is_quote = _mm_cmpeq_epi8(x, quote);
		__m128i is_backslash = _mm_cmpeq_epi8(x, backslash);
		__m128i is_control = _mm_cmpeq_epi8(_mm_min_epu8(x, last_control), x);
		int found = _mm_movemask_epi8(
			_mm_or_si128(_mm_or_si128(is_quote, is_backslash), is_control));

		if (found)
			return p + __builtin_ctz((unsigned)found);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p > 0x1F)
		p++;
	return p;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits of \uXXXX, or -1. */
static int32_t hex4(const char *p, const char *end)
{
	int32_t v = 0;

	if (end - p < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		int digit = hex_digit(p[i]);

		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* p is at the backslash. */
static inline const char *past_escape(struct json *j, const char *p)
{
	char kind = '\0';

	if (j->end - p >= 2)
		kind = escape_of[(unsigned char)p[1]];
	if (kind == 'u')
		return hex4(p + 2, j->end) >= 0 ? p + 6 : fail(j, p, "bad \\u escape");
	return kind ? p + 2 : fail(j, p, "bad escape");
}

/* p is behind the opening quote; returns the place behind the closing one. */
static inline const char *past_string(struct json *j, const char *p)
{
	for (;;) {
		p = scan_string(p, j->end);
		if (p == j->end)
			return fail(j, p, "unterminated string");
		if (*p == '"')
			return p + 1;
		if (*p != '\\')
			return fail(j, p, "control character in a string");
		p = past_escape(j, p);
		if (!p)
			return NULL;
	}
}

/* A number or a literal must not run on into other characters. */
static inline const char *ends_there(struct json *j, const char *p)
{
	if (p < j->end && !memchr(",]} \t\r\n", *p, 7))
		return fail(j, p, "unexpected character after a value");
	return p;
}

static const char *past_number(struct json *j, const char *p)
{
	const char *end = j->end;

	p += *p == '-';
	if (!is_digit_at(p, end))
		return fail(j, p, "bad number");
	p = *p == '0' ? p + 1 : past_digits(p, end);
	if (p < end && *p == '.') {
		if (!is_digit_at(++p, end))
			return fail(j, p, "bad number");
		p = past_digits(p, end);
	}
	if (p < end && (*p == 'e' || *p == 'E')) {
		p++;
		p += p < end && (*p == '+' || *p == '-');
		if (!is_digit_at(p, end))
			return fail(j, p, "bad number");
		p = past_digits(p, end);
	}
	return ends_there(j, p);
}

static const char *past_literal(struct json *j, const char *p, struct str literal)
{
	if ((size_t)(j->end - p) < literal.len || memcmp(p, literal.at, literal.len) != 0)
		return fail(j, p, "a value was expected");
	return ends_there(j, p + literal.len);
}

static inline enum json_type type_at(const struct json *j, const char *p)
{
	return p < j->end ? (enum json_type)type_of[(unsigned char)*p] : JSON_NONE;
}

/* A value that is no container. */
static inline const char *past_scalar(struct json *j, const char *p)
{
	switch (type_at(j, p)) {
	case JSON_STRING:
		return past_string(j, p + 1);
	case JSON_NUMBER:
		return past_number(j, p);
	case JSON_BOOL:
		return past_literal(j, p, *p == 't' ? STR("true") : STR("false"));
	case JSON_NULL:
		return past_literal(j, p, STR("null"));
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_NONE:
		break;
	}
	return fail(j, p, "a value was expected");
}

/* A member's key, its colon and the blanks around them. */
static inline const char *past_key(struct json *j, const char *p, struct str *key)
{
	const char *start;

	if (p == j->end || *p != '"')
		return fail(j, p, "a key was expected");
	start = p + 1;
	p = past_string(j, start);
	if (!p)
		return NULL;
	*key = (struct str){ start, (size_t)(p - 1 - start) };
	p = past_blanks(p, j->end);
	if (p == j->end || *p != ':')
		return fail(j, p, "a colon was expected");
	return past_blanks(p + 1, j->end);
}

/* After a value in the container that `close` ends: the place of the next member or
 * element, or of the closing byte itself. */
static inline const char *past_comma(struct json *j, const char *p, char close)
{
	p = past_blanks(p, j->end);
	if (p < j->end && *p == ',') {
		p = past_blanks(p + 1, j->end);
		if (p < j->end && *p == close)
			return fail(j, p, "a comma before the end");
		return p;
	}
	if (p < j->end && *p == close)
		return p;
	return fail(j, p, p < j->end ? "a comma was expected" : "unexpected end");
}

/*
 * Skips the container at p. closers[] is the way back: what ends each container that is
 * open. A turn of the loop opens a container or reads a scalar, then leaves all containers
 * that end behind it.
 */
static const char *skip_container(struct json *j, const char *p)
{
	char closers[LIMIT_JSON_DEPTH];
	size_t open = 0, max = LIMIT_JSON_DEPTH - j->depth;
	struct str key;

	do {
		if (p < j->end && (*p == '{' || *p == '[')) {
			if (open == max)
				return fail(j, p, "nested too deeply");
			closers[open++] = *p == '{' ? '}' : ']';
			p = past_blanks(p + 1, j->end);
		} else {
			p = past_scalar(j, p);
			if (p)
				p = past_comma(j, p, closers[open - 1]);
		}
		while (p && p < j->end && *p == closers[open - 1]) {
			p++;
			if (--open == 0)
				return p;
			p = past_comma(j, p, closers[open - 1]);
		}
		if (p && closers[open - 1] == '}')
			p = past_key(j, p, &key);
	} while (p);
	return NULL;
}

static inline const char *past_value(struct json *j, const char *p)
{
	return p < j->end && (*p == '{' || *p == '[') ? skip_container(j, p) : past_scalar(j, p);
}

/* Moves on to p, the end of what was read; false when reading it failed. */
static inline bool move_to(struct json *j, const char *p)
{
	if (!p)
		return false;
	j->at = p;
	return true;
}

/* Reads the value that comes next when it has the type, else skips it. */
static inline bool read_typed(struct json *j, enum json_type type, struct str *raw)
{
	enum json_type next = json_peek(j);
	const char *start = j->at;

	if (next != type) {
		json_skip(j);
		return false;
	}
	if (!move_to(j, past_scalar(j, start)))
		return false;
	*raw = (struct str){ start, (size_t)(j->at - start) };
	return true;
}

static bool enter(struct json *j, enum json_type type)
{
	if (json_peek(j) != type) {
		json_skip(j);
		return false;
	}
	if (j->depth == LIMIT_JSON_DEPTH) {
		fail(j, j->at, "nested too deeply");
		return false;
	}
	j->at++;
	j->depth++;
	j->fresh = true;
	return true;
}

/* Stands before the next member or element; false when the container ended or failed. */
static inline bool next_in(struct json *j, char close)
{
	const char *p;

	if (j->why)
		return false;
	if (j->depth == 0) {
		fail(j, j->at, "not in an object or array");
		return false;
	}
	p = j->fresh ? past_blanks(j->at, j->end) : past_comma(j, j->at, close);
	j->fresh = false;
	if (!move_to(j, p))
		return false;
	if (p == j->end || *p != close)
		return true;
	j->at++;
	j->depth--;
	return false;
}

/* *p is behind the \uXXXX that gave `unit`: joins the low half of a pair that follows. */
static uint32_t join_surrogates(const char **p, const char *end, uint32_t unit)
{
	int32_t low;

	if (unit < 0xD800 || unit > 0xDBFF || end - *p < 6 || (*p)[0] != '\\' || (*p)[1] != 'u')
		return unit;
	low = hex4(*p + 2, end);
	if (low < 0xDC00 || low > 0xDFFF)
		return unit;
	*p += 6;
	return 0x10000 + ((unit - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
}

/* *p is behind a backslash. One that the parser would have refused stays as it is. */
static char *unescape_one(char *out, const char **p, const char *end)
{
	char kind = *p < end ? escape_of[(unsigned char)**p] : '\0';
	int32_t unit = kind == 'u' ? hex4(*p + 1, end) : 0;

	if (!kind || unit < 0) {
		*out = '\\';
		return out + 1;
	}
	if (kind != 'u') {
		*out = kind;
		(*p)++;
		return out + 1;
	}
	*p += 5;
	return out + utf8_encode(join_surrogates(p, end, (uint32_t)unit), out);
}

/* out has raw.len bytes, which is enough: no escape is shorter than what it means. */
static size_t unescape(char *out, struct str raw)
{
	const char *p = raw.at, *end = raw.at + raw.len;
	char *start = out;

	while (p < end) {
		const char *backslash = memchr(p, '\\', (size_t)(end - p));
		size_t run = (size_t)((backslash ? backslash : end) - p);

		memcpy(out, p, run);
		out += run;
		p += run;
		if (backslash) {
			p++;
			out = unescape_one(out, &p, end);
		}
	}
	return (size_t)(out - start);
}

void json_init(struct json *j, struct str text)
{
	const char *start = text.at ? text.at : "";

	*j = (struct json){ .at = start, .start = start, .end = start + text.len };
}

enum json_type json_peek(struct json *j)
{
	enum json_type type;

	if (j->why)
		return JSON_NONE;
	j->at = past_blanks(j->at, j->end);
	type = type_at(j, j->at);
	if (type == JSON_NONE && j->at < j->end)
		fail(j, j->at, "a value was expected");
	return type;
}

bool json_object(struct json *j)
{
	return enter(j, JSON_OBJECT);
}

bool json_array(struct json *j)
{
	return enter(j, JSON_ARRAY);
}

bool json_key(struct json *j, struct str *key)
{
	return next_in(j, '}') && move_to(j, past_key(j, j->at, key));
}

bool json_element(struct json *j)
{
	if (!next_in(j, ']'))
		return false;
	if (j->at == j->end)
		fail(j, j->at, "unexpected end");
	return !j->why;
}

bool json_text(struct json *j, struct str *raw)
{
	struct str quoted;

	if (!read_typed(j, JSON_STRING, &quoted))
		return false;
	*raw = (struct str){ quoted.at + 1, quoted.len - 2 };
	return true;
}

bool json_bool(struct json *j, bool *out)
{
	struct str literal;

	if (!read_typed(j, JSON_BOOL, &literal))
		return false;
	*out = literal.at[0] == 't';
	return true;
}

bool json_number(struct json *j, struct str *digits)
{
	return read_typed(j, JSON_NUMBER, digits);
}

bool json_i64(struct json *j, int64_t *out)
{
	struct str digits;

	return read_typed(j, JSON_NUMBER, &digits) && str_to_i64(digits, out);
}

bool json_skip(struct json *j)
{
	if (j->why)
		return false;
	return move_to(j, past_value(j, past_blanks(j->at, j->end)));
}

bool json_raw(struct json *j, struct str *raw)
{
	const char *start;

	json_peek(j);
	start = j->at;
	if (!json_skip(j))
		return false;
	*raw = (struct str){ start, (size_t)(j->at - start) };
	return true;
}

bool json_done(struct json *j)
{
	if (j->why)
		return false;
	j->at = past_blanks(j->at, j->end);
	if (j->at < j->end)
		fail(j, j->at, "something follows the value");
	else if (j->depth > 0)
		fail(j, j->at, "unexpected end");
	return !j->why;
}

bool json_failed(const struct json *j)
{
	return j->why != NULL;
}

void json_unescape(struct buf *b, struct str raw)
{
	char *room = buf_reserve(b, raw.len);

	if (!room)
		return;
	if (raw.len)
		b->len += unescape(room, raw);
	b->at[b->len] = '\0';
}

struct str json_text_in(struct arena *a, struct str raw)
{
	char *out;

	if (!raw.len || !memchr(raw.at, '\\', raw.len))
		return raw;
	out = arena_alloc(a, raw.len);
	if (!out)
		return (struct str){ NULL, 0 };
	return (struct str){ out, unescape(out, raw) };
}

/* What the first byte of a value tells. */
static const unsigned char type_of[256] = {
	['{'] = JSON_OBJECT,
	['['] = JSON_ARRAY,
	['"'] = JSON_STRING,
	['-'] = JSON_NUMBER,
	['0' ... '9'] = JSON_NUMBER,
	['t'] = JSON_BOOL,
	['f'] = JSON_BOOL,
	['n'] = JSON_NULL,
};

/* What the byte after a backslash means; 'u' has four digits more. */
static const char escape_of[256] = {
	['"'] = '"',
	['\\'] = '\\',
	['/'] = '/',
	['b'] = '\b',
	['f'] = '\f',
	['n'] = '\n',
	['r'] = '\r',
	['t'] = '\t',
	['u'] = 'u',
};
