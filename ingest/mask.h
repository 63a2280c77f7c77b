/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The privacy stage: every call passes here on its way into the store. A call carries ids, names
 * and counts and no text of a conversation, and so passes as it is; what detects and masks
 * personal data is to stand here and nowhere else.
 */
#ifndef LLMLAB_INGEST_MASK_H
#define LLMLAB_INGEST_MASK_H

#include "model/call.h"

/* The call as it may be stored. */
const struct call *mask_call(const struct call *call);

#endif
