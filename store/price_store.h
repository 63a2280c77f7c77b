/* SPDX-License-Identifier: Apache-2.0 */
/* Storing a price row from within an operation of the writer. */
#ifndef LLMLAB_STORE_PRICE_STORE_H
#define LLMLAB_STORE_PRICE_STORE_H

#include "model/price.h"
#include "store/writer.h"

/* The id of the row, stored in a transaction of its own when new. */
enum ll_err LL_MUST price_store(struct writer *w, const struct price *row, int64_t *id,
	struct err *err);

#endif
