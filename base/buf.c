/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer whose first failure sticks. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"

#define FIRST_CAP 64

/* The next size of the block: doubled, at least `needed`, no larger than max calls for.
 * All of them count the NUL. */
static size_t grown_cap(const struct buf *b, size_t needed)
{
	size_t largest = b->max < SIZE_MAX ? b->max + 1 : SIZE_MAX;
	size_t cap = b->cap ? b->cap : FIRST_CAP / 2;

	cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
	if (cap > largest)
		cap = largest;
	return cap < needed ? needed : cap;
}

static char *fail(struct buf *b, enum ll_err status)
{
	b->status = status;
	return NULL;
}

void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf)BUF_INIT(max);
}

void buf_release(struct buf *b)
{
	ll_free(b->at);
	buf_init(b, b->max);
}

void buf_clear(struct buf *b)
{
	b->len = 0;
	b->status = LL_OK;
	if (b->at)
		b->at[0] = '\0';
}

char *buf_reserve(struct buf *b, size_t extra)
{
	size_t needed, cap;
	char *at;

	if (b->status != LL_OK)
		return NULL;
	if (extra > b->max - b->len || b->len + extra == SIZE_MAX)
		return fail(b, LL_ETOOBIG);
	needed = b->len + extra + 1;
	if (needed > b->cap) {
		cap = grown_cap(b, needed);
		at = ll_try_realloc(b->at, cap);
		if (!at)
			return fail(b, LL_ENOMEM);
		at[b->len] = '\0';
		b->at = at;
		b->cap = cap;
	}
	return b->at + b->len;
}

/* Counts what was written into reserved room. */
static void commit(struct buf *b, size_t extra)
{
	b->len += extra;
	b->at[b->len] = '\0';
}

void buf_add(struct buf *b, struct str s)
{
	char *room = buf_reserve(b, s.len);

	if (!room)
		return;
	if (s.len)
		memcpy(room, s.at, s.len);
	commit(b, s.len);
}

void buf_addz(struct buf *b, const char *cstr)
{
	buf_add(b, str_of(cstr));
}

void buf_addch(struct buf *b, char c)
{
	buf_fill(b, c, 1);
}

void buf_fill(struct buf *b, char c, size_t count)
{
	char *room = buf_reserve(b, count);

	if (!room)
		return;
	memset(room, c, count);
	commit(b, count);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	char *room = buf_reserve(b, 0);
	va_list args;
	size_t len;
	int wanted;

	if (!room)
		return;
	va_start(args, fmt);
	wanted = vsnprintf(room, b->cap - b->len, fmt, args);
	va_end(args);
	PRE(wanted >= 0);
	len = (size_t)wanted;
	if (len >= b->cap - b->len) {
		b->at[b->len] = '\0';
		room = buf_reserve(b, len);
		if (!room)
			return;
		va_start(args, fmt);
		vsnprintf(room, len + 1, fmt, args);
		va_end(args);
	}
	commit(b, len);
}

void buf_add_i64(struct buf *b, int64_t v)
{
	buf_addf(b, "%lld", (long long)v);
}

void buf_add_grouped(struct buf *b, int64_t v)
{
	char digits[24], out[32];
	size_t count, len = 0;

	count = (size_t)snprintf(digits, sizeof(digits), "%llu",
		(unsigned long long)(v < 0 ? -(uint64_t)v : (uint64_t)v));
	if (v < 0)
		out[len++] = '-';
	for (size_t i = 0; i < count; i++) {
		if (i > 0 && (count - i) % 3 == 0)
			out[len++] = ',';
		out[len++] = digits[i];
	}
	buf_add(b, (struct str){ out, len });
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->at, b->len };
}

enum ll_err buf_status(const struct buf *b)
{
	return b->status;
}
