/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STORE/keys.db (0600): the store key, apart from what it protects, so that a plain backup
 * does not hold it. The bytes go from the database straight into guarded memory.
 */
#ifndef LLMLAB_STORE_KEYS_FILE_H
#define LLMLAB_STORE_KEYS_FILE_H

#include "keys/secret.h"
#include "store/store.h"

/* The store's key, made when there is none (LL_ENOENT for a store opened read-only). The
 * caller frees it. */
enum ll_err LL_MUST store_key(struct store *s, struct secret **out, struct err *err);

#endif
