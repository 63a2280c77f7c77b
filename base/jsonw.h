/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON into a buf. Commas and (when indent > 0) line breaks are its business.
 * Strings are escaped: control characters, quote, backslash, DEL and C1 as \u00xx,
 * invalid UTF-8 as U+FFFD: what is printed is safe on a terminal too.
 */
#ifndef LLMLAB_BASE_JSONW_H
#define LLMLAB_BASE_JSONW_H

#include "base/buf.h"

struct jsonw {
	struct buf *out;
	int indent;          /* blanks a level; 0 = one line */
	int depth;
	uint64_t has_member; /* bit a level: a comma is due */
	bool after_key;
};

void jsonw_init(struct jsonw *w, struct buf *out, int indent);
void jsonw_object(struct jsonw *w);
void jsonw_object_end(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_array_end(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *key);
void jsonw_str(struct jsonw *w, struct str s);
void jsonw_i64(struct jsonw *w, int64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
/* A value already in JSON, such as a decimal made from an integer. */
void jsonw_raw(struct jsonw *w, struct str json);

#endif
