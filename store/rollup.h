/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rollups of one month file: deltas are gathered in memory, one group a rollup row, and
 * written in key order at the end of a transaction, with their sums over all projects. A row
 * that counts no call any more is deleted, so that the tables always equal a recount.
 */
#ifndef LLMLAB_STORE_ROLLUP_H
#define LLMLAB_STORE_ROLLUP_H

#include "model/zone.h"
#include "store/call_row.h"
#include "store/tag_sets.h"

/* Tables by how they cut time: quarters of an hour, local days. */
enum roll_cut { ROLL_QUARTERS = 1, ROLL_DAYS = 2, ROLL_ALL = 3 };

#define ROLL_TABLES 5

/* Columns of values, in the order of the tables. */
enum roll_value {
	ROLL_CALLS,
	ROLL_UNPRICED,
	ROLL_ERRORS,
	ROLL_INPUT,
	ROLL_CACHE_READ,
	ROLL_CACHE_WRITE_5M,
	ROLL_CACHE_WRITE_1H,
	ROLL_OUTPUT,
	ROLL_REASONING,
	ROLL_COST,
	ROLL_RECORDED,
	ROLL_RECORDED_CALLS,
	ROLL_LATENCY,
	ROLL_TIMED,
	ROLL_VALUES,
};

struct roll_group {
	uint64_t key[3]; /* orders as the tables' primary keys do */
	int64_t values[ROLL_VALUES];
};

struct rollup {
	unsigned cuts; /* enum roll_cut */
	const struct zone *zone; /* cuts days */
	int64_t day, day_start_ns, day_end_ns; /* the local day that was asked for last */
	struct roll_group *groups;
	size_t count, cap;
	uint32_t *slots; /* hash table: index into groups + 1; 0 = empty */
	size_t slot_count;
	uint32_t *order; /* room for sorting `cap` groups */
};

/* Statements of one open month. */
struct roll_stmts {
	struct stmt upsert[ROLL_TABLES], drop_empty[ROLL_TABLES];
};

enum ll_err LL_MUST roll_stmts_prepare(struct roll_stmts *q, struct db *month, struct err *err);
void roll_stmts_release(struct roll_stmts *q); /* accepts a zeroed struct */

/* The zone that the month's day rows are cut in; the caller frees it. */
enum ll_err LL_MUST rollup_zone(struct db *month, struct zone **out, struct err *err);

void rollup_init(struct rollup *r, unsigned cuts, const struct zone *zone);
void rollup_release(struct rollup *r); /* accepts a zeroed struct */
void rollup_clear(struct rollup *r, const struct zone *zone); /* forgets deltas; next zone */

/* Adds the row to its groups, or with sign -1 takes it out. LL_EOVERFLOW leaves the deltas
 * good for rollup_clear() only. */
enum ll_err LL_MUST rollup_add(struct rollup *r, const struct call_row *row,
	const struct tag_ids *tags, int sign, struct err *err);
/* Writes the deltas, inside the caller's transaction, and forgets them. */
enum ll_err LL_MUST rollup_flush(struct rollup *r, struct roll_stmts *q, struct err *err);

/* Makes the tables of those cuts anew from its raw rows, inside the caller's transaction. */
enum ll_err LL_MUST rollup_rebuild(struct db *month, unsigned cuts, const struct zone *zone,
	struct tag_sets *tags, struct err *err);

/* Compares every rollup row with a recount from the raw rows. Reads only (begin a read
 * transaction first if others write). problem becomes "" when all agree, else a sentence. */
enum ll_err LL_MUST rollup_recount(struct db *main_db, struct db *month, char problem[160],
	struct err *err);

#endif
