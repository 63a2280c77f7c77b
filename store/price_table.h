/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The prices a store knows: the shipped lists, the user's own rows, and the rows that calls were
 * priced with; and pricing old calls anew.
 */
#ifndef LLMLAB_STORE_PRICE_TABLE_H
#define LLMLAB_STORE_PRICE_TABLE_H

#include "model/price.h"
#include "model/timerange.h"
#include "store/dim.h"

/* A book for new calls: custom rows, then the shipped lists; rows that were used have their id.
 * The caller frees it. */
enum ll_err LL_MUST price_table_load(struct store_reader *r, struct price_book **out,
	struct err *err);
/* The id of a row, stored when new. */
enum ll_err LL_MUST price_intern(struct store *s, const struct price *row, int64_t *id,
	struct err *err);
/* One stored row by id, as it was. Strings in the arena. */
enum ll_err LL_MUST price_get(struct store_reader *r, int64_t id, struct arena *a,
	struct price *out, struct err *err);
/* Adds a row of the user's own; audited. LL_EEXIST when the same row is there. */
enum ll_err LL_MUST price_add(struct store *s, const struct price *row, struct str actor,
	int64_t *id, struct err *err);
/* Takes one of the user's rows out of use; calls keep what they were priced with until repriced. */
enum ll_err LL_MUST price_retire(struct store *s, int64_t id, struct str actor, struct err *err);

/* One difference that repricing would make: by model. */
struct reprice_change {
	struct str provider, model;
	int64_t calls, newly_priced;
	struct usd before, after;
};

struct reprice_diff {
	struct reprice_change *changes; /* by size of the difference, falling */
	size_t count;
	int64_t calls;   /* that would change */
	struct usd before, after; /* of those */
};

/* What pricing the calls of the range with `book` would change. Reads only. */
enum ll_err LL_MUST reprice_preview(struct store_reader *r, const struct scope *scope,
	const struct timerange *range, struct price_book *book, struct arena *a,
	struct reprice_diff *out, struct err *err);
/* Does it (a job over the months). Audited. *calls = changed. */
enum ll_err LL_MUST reprice_apply(struct store *s, const struct scope *scope,
	const struct timerange *range, struct str actor, int64_t *calls, struct err *err);

#endif
