/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A filter and a scope compiled against the names of a store: every test of a name becomes a
 * bit in a set of ids, so that a row is tested with integers only.
 *
 * Ids of main.db hold for all months; ids of sessions are those of one month file.
 */
#ifndef LLMLAB_STORE_FILTER_IDS_H
#define LLMLAB_STORE_FILTER_IDS_H

#include "model/filter.h"
#include "store/call_row.h"
#include "store/lookup.h"
#include "store/reader.h"

/* The columns of a call that hold ids. */
enum id_column {
	ID_PROJECT,
	ID_MODEL,
	ID_SOURCE,
	ID_SESSION,
	ID_USER,
	ID_KEY,
	ID_AGENT,
	ID_TAG_SET,
	ID_COLUMNS,
};

struct row_ids {
	int64_t at[ID_COLUMNS];
};

struct row_ids call_row_ids(const struct call_row *call);

struct id_set {
	bool is_used; /* false: holds every id */
	uint64_t *bits;
	int64_t limit; /* ids from here on are not in it */
	int64_t count;
};

struct filter_ids {
	struct arena arena;
	const struct filter *filter; /* NULL = all */
	const struct scope *scope;
	uint64_t lookup_version; /* that the sets were made from */
	struct id_set sets[ID_COLUMNS];
	/* Tag terms once more, over tags instead of tag sets: for rollups by tag, where all
	 * terms are about one name. Bit 0: calls without that tag pass. */
	struct id_set tags;
};

/* The columns that a term reads (1 << enum id_column); 0 for amounts and outcomes. */
unsigned filter_term_columns(const struct filter_term *term);

/* Filter and scope must outlive it. */
void filter_ids_init(struct filter_ids *f, const struct filter *filter, const struct scope *scope);
void filter_ids_release(struct filter_ids *f); /* accepts a zeroed struct */

/* Brings the sets up to date for a month's snapshot. */
enum ll_err LL_MUST filter_ids_compile(struct filter_ids *f, const struct lookup *l,
	struct month_reader *m, struct err *err);
/* No row can pass: a set is empty. */
bool filter_ids_is_empty(const struct filter_ids *f);
/* Tests the columns of the mask (1 << enum id_column). */
bool filter_ids_pass(const struct filter_ids *f, const struct row_ids *ids, unsigned columns);
/* Tests everything. */
bool filter_ids_pass_call(const struct filter_ids *f, const struct row_ids *ids,
	const struct call_row *call);
bool id_set_has(const struct id_set *set, int64_t id);
/* The smallest and largest id in it: the part of an index that has to be read. first > last
 * when it is empty. */
void id_set_bounds(const struct id_set *set, int64_t *first, int64_t *last);

#define ALL_ID_COLUMNS ((1u << ID_COLUMNS) - 1)

#endif
