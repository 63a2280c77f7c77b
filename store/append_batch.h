/* SPDX-License-Identifier: Apache-2.0 */
/* What the writer does with one batch. */
#ifndef LLMLAB_STORE_APPEND_BATCH_H
#define LLMLAB_STORE_APPEND_BATCH_H

#include "store/writer.h"

/* Writes the batch for the workspace; fills b->result. */
enum ll_err LL_MUST append_batch(struct writer *w, int64_t workspace, struct batch *b,
	struct err *err);
void append_scratch_free(struct append_scratch *scratch); /* accepts NULL */

#endif
