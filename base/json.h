/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A JSON pull parser: the hot path of every decoder. It works in place, allocates
 * nothing, recurses nowhere and skips what is not asked for at the speed of a string
 * scan (SSE2 where there is one). RFC 8259; nesting up to LIMIT_JSON_DEPTH.
 *
 *	struct json j;
 *	json_init(&j, line);
 *	if (json_object(&j))
 *		while (json_key(&j, &key)) {
 *			if (str_is(key, "model"))
 *				json_text(&j, &model);
 *			else
 *				json_skip(&j);
 *		}
 *	if (!json_done(&j)) ... j.why says what, j.at where
 *
 * The first error sticks: every later call returns false at once, so a decoder checks
 * once at the end. A key or text is the raw slice between the quotes; one with a backslash
 * in it needs json_unescape() or json_text_in() to be read (such a key never equals a plain
 * literal, which is what decoders want). UTF-8 is not checked: check what you keep. At the
 * top level several values may follow each other.
 */
#ifndef LLMLAB_BASE_JSON_H
#define LLMLAB_BASE_JSON_H

#include "base/arena.h"
#include "base/buf.h"

enum json_type {
	JSON_NONE, /* end of input (no error yet) or an error */
	JSON_OBJECT,
	JSON_ARRAY,
	JSON_STRING,
	JSON_NUMBER,
	JSON_BOOL,
	JSON_NULL,
};

struct json {
	const char *at, *end, *start;
	const char *why; /* NULL, or the first error: "unterminated string" */
	uint32_t depth;  /* containers entered by json_object/json_array and not yet left */
	bool fresh;      /* a container was entered and nothing read of it yet */
};

void json_init(struct json *j, struct str text);

/* The type of the value that comes next; reads nothing but blanks. */
enum json_type json_peek(struct json *j);

/* Enters the object or array that comes next. A value of another type is skipped and
 * false is returned without an error: "not an object" is an absent member to a decoder. */
bool json_object(struct json *j);
bool json_array(struct json *j);
/* The next member's key; false at the closing brace, which is consumed, or on error. */
bool json_key(struct json *j, struct str *key);
/* True when an element comes; false at the closing bracket, which is consumed. */
bool json_element(struct json *j);

/* Each reads one value. True when the value had the type; otherwise it is skipped, *out is
 * untouched and false is returned (an error only when the text is not JSON at all). */
bool json_text(struct json *j, struct str *raw);
bool json_bool(struct json *j, bool *out);
/* The number's characters, checked by the grammar: "-1.5e3". */
bool json_number(struct json *j, struct str *digits);
/* A whole number within int64. "1.0", "1e3" and a number past the range are refused:
 * false with *out untouched. */
bool json_i64(struct json *j, int64_t *out);

/* Skips one value of any type, checking all of it by the grammar. */
bool json_skip(struct json *j);
/* The raw text of the value that comes next, skipped as one. */
bool json_raw(struct json *j, struct str *raw);

/* Only blanks are left, all containers are closed and no error happened. */
bool json_done(struct json *j);
bool json_failed(const struct json *j);

/* Appends the text that a raw slice means: escapes resolved, \uD800.. pairs joined, lone
 * surrogates as U+FFFD. Never longer than the slice; \u0000 is a NUL byte in it. */
void json_unescape(struct buf *b, struct str raw);
/* The raw slice itself when it has no backslash, else an unescaped copy in the arena;
 * {NULL,0} when out of memory. */
struct str json_text_in(struct arena *a, struct str raw);

#endif
