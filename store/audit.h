/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audit log: who did what, hash-chained so that an edit, a deletion or a reorder shows.
 * Operations that change something add their entry themselves, in the same transaction.
 */
#ifndef LLMLAB_STORE_AUDIT_H
#define LLMLAB_STORE_AUDIT_H

#include "store/store.h"

struct audit_entry {
	int64_t id, at_ns;
	struct str actor;  /* "local:<user name>" for commands */
	struct str action; /* "import", "prices.add", "sources.remove" ... */
	struct str object;
	struct str result; /* "ok" or the error's text */
	struct str before, after; /* JSON or empty; never a secret */
};

/* Adds one entry; id and at_ns are the store's. */
enum ll_err LL_MUST audit_add(struct store *s, const struct audit_entry *entry, struct err *err);
/* Walks the chain. LL_OK and the count, or LL_ECORRUPT naming the first entry that does not fit. */
enum ll_err LL_MUST audit_verify(struct store_reader *r, int64_t *count, struct err *err);

#endif
