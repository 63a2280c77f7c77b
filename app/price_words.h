/* SPDX-License-Identifier: Apache-2.0 */
/* One price in words of the command line, "input=3 output=15", as a price file. Pure. */
#ifndef LLMLAB_APP_PRICE_WORDS_H
#define LLMLAB_APP_PRICE_WORDS_H

#include "base/arena.h"
#include "base/buf.h"

struct price_words {
	struct str provider, model;
	const struct str *words; /* column=value, columns as in the price file */
	size_t count;
};

/* Appends a header and a line. LL_EUSAGE for a word that is none, or that names no column. */
enum ll_err LL_MUST price_words_add(struct buf *out, const struct price_words *words,
	struct arena *a, struct err *err);

#endif
