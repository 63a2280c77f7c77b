/* SPDX-License-Identifier: Apache-2.0 */
/* The hash that links one audit entry to the one before it. Pure. */
#ifndef LLMLAB_STORE_AUDIT_CHAIN_H
#define LLMLAB_STORE_AUDIT_CHAIN_H

#include "store/audit.h"

#define AUDIT_HASH_BYTES 32

/* Over prev (32 zeros for the first entry) and every column; id and at_ns as decimal text. */
void audit_hash(const uint8_t prev[AUDIT_HASH_BYTES], const struct audit_entry *entry,
	uint8_t out[AUDIT_HASH_BYTES]);

#endif
