/* SPDX-License-Identifier: Apache-2.0 */
/* How audit entries are linked: each one's hash covers the hash of the one before it. */
#ifndef LLMLAB_STORE_AUDIT_CHAIN_H
#define LLMLAB_STORE_AUDIT_CHAIN_H

#include "store/audit.h"

#define AUDIT_HASH_BYTES 32

struct db;

/* Over prev (32 zeros for the first entry) and every column; id and at_ns as decimal text.
 * Pure. */
void audit_hash(const uint8_t prev[AUDIT_HASH_BYTES], const struct audit_entry *entry,
	uint8_t out[AUDIT_HASH_BYTES]);

/* Adds an entry at the end of the chain, inside the caller's transaction of main.db. The id is
 * ours; at_ns is the caller's. */
enum ll_err LL_MUST audit_append(struct db *main_db, const struct audit_entry *entry,
	struct err *err);

#endif
