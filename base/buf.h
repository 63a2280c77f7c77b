/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A growing byte buffer with a cap given at birth. The first failure (cap
 * reached, out of memory) sticks: later adds do nothing, so a writer checks
 * once, at the end, with buf_status(). `at` is never NULL after the first add and
 * is always NUL-ended. Owner: whoever holds the struct; buf_release() when done.
 */
#ifndef LLMLAB_BASE_BUF_H
#define LLMLAB_BASE_BUF_H

#include "base/err.h"
#include "base/str.h"

struct buf {
	char *at;
	size_t len;
	size_t cap; /* bytes allocated */
	size_t max; /* len never passes this */
	enum ll_err status;
};

#define BUF_INIT(limit) { .max = (limit) }

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* accepts a zeroed struct; leaves it zeroed but for max */
void buf_clear(struct buf *b);   /* len 0, status ok, keeps the memory */

void buf_add(struct buf *b, struct str s);
void buf_addz(struct buf *b, const char *cstr);
void buf_addch(struct buf *b, char c);
void buf_fill(struct buf *b, char c, size_t count);
void buf_addf(struct buf *b, const char *fmt, ...) LL_PRINTF(2, 3);
void buf_add_i64(struct buf *b, int64_t v);
/* 1234567 as "1,234,567". */
void buf_add_grouped(struct buf *b, int64_t v);

/* Room for `extra` more bytes at at+len; NULL on failure. The caller adds to len what it
 * wrote; the NUL after that comes with the next add. */
char *buf_reserve(struct buf *b, size_t extra);

struct str buf_str(const struct buf *b);
/* LL_OK, LL_ETOOBIG or LL_ENOMEM. */
enum ll_err LL_MUST buf_status(const struct buf *b);

#endif
