/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of a stream, in place: big blocks, no copy of a line. The block grows to hold a long
 * line, up to LIMIT_LINE_BYTES, and shrinks again; a longer one is passed over in constant memory.
 */
#ifndef LLMLAB_INGEST_LINES_H
#define LLMLAB_INGEST_LINES_H

#include "base/err.h"
#include "base/str.h"

/* Where the bytes come from: like file_read(), *got 0 = the end. */
struct byte_source {
	enum ll_err (*read)(void *ctx, void *at, size_t cap, size_t *got, struct err *err);
	void *ctx;
};

struct line_reader {
	struct byte_source from;
	bool joins_quoted; /* a line break inside quotes belongs to the row (CSV) */
	int64_t offset;    /* of the next line in the stream; set it before reading on in a file */
	int64_t line;      /* lines read so far; the same */

	char *block;
	size_t cap, start, end;
	size_t scanned;    /* bytes of the next line that were looked at */
	bool is_in_quotes; /* at `scanned` */
	bool is_at_end;
};

enum line_kind {
	LINE_WHOLE,
	LINE_UNENDED,  /* the last one, without a line break */
	LINE_TOO_LONG, /* passed over */
	LINE_NONE,     /* the end */
};

/* A reader of a new stream. */
void lines_init(struct line_reader *r, struct byte_source from);
void lines_release(struct line_reader *r); /* accepts a zeroed struct */
/* The bytes that come next, up to `want`, without reading them; fewer at the end. */
enum ll_err LL_MUST lines_peek(struct line_reader *r, size_t want, struct str *head,
	struct err *err);
/* The next line, without its CR LF and, at offset 0, without a byte order mark; valid until the
 * next call. */
enum ll_err LL_MUST lines_next(struct line_reader *r, struct str *line, enum line_kind *kind,
	struct err *err);
/* Bytes instead of lines: a byte_source's read with the reader as ctx. */
enum ll_err LL_MUST lines_read_raw(void *reader, void *at, size_t cap, size_t *got,
	struct err *err);

#endif
