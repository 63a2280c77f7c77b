/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The index that finds a call again in one month file: from the hour of its start and its
 * family to rows of cost_records, which the caller verifies. A row of seen whose record is 0
 * was removed; probing goes on past it, and it is used again.
 *
 * A filter in memory (a blocked Bloom filter over all families of the month) spares the
 * look-ups of calls that are new. It is built when it has paid for itself: reading the whole
 * index is not worth it for a handful of calls.
 */
#ifndef LLMLAB_STORE_SEEN_H
#define LLMLAB_STORE_SEEN_H

#include "store/db.h"

struct seen {
	struct db *month;
	struct stmt find, insert, remove;
	int64_t rows;        /* records in the month, about: what a filter would have to read */
	int64_t lookups;     /* made without a filter */
	uint64_t *filter;    /* lines of 8 words; NULL = none */
	size_t filter_lines; /* a power of two */
	int64_t filter_keys;
};

/* Members of one family in one hour. */
struct seen_cursor {
	int64_t hour; /* << 53 */
	uint64_t low; /* 53 bits */
};

enum ll_err LL_MUST seen_init(struct seen *s, struct db *month, struct err *err);
void seen_release(struct seen *s); /* accepts a zeroed struct */

/* False: no record of this family is in the month. True: look. */
enum ll_err LL_MUST seen_may_have(struct seen *s, uint64_t family, bool *may, struct err *err);
/* Drops the filter: rows were removed that others may have replaced. The month has about so
 * many rows. */
void seen_forget(struct seen *s, int64_t rows);
/* Tells the filter of a family that another process wrote. */
void seen_note(struct seen *s, uint64_t family);

/* Begins at the hour of the month (0..743). */
void seen_start(struct seen_cursor *c, int32_t hour, uint64_t family);
/* The next record, which may be of another family; 0 = there is none. */
enum ll_err LL_MUST seen_next(struct seen *s, struct seen_cursor *c, int64_t *record,
	struct err *err);

enum ll_err LL_MUST seen_add(struct seen *s, int32_t hour, uint64_t family, int64_t record,
	struct err *err);
enum ll_err LL_MUST seen_remove(struct seen *s, int32_t hour, uint64_t family, int64_t record,
	struct err *err);

#endif
