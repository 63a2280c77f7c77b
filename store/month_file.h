/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A month file that the writer has open: its connection, its statements, its key index and
 * what it remembers of it. Between transactions nothing here is trusted that another process
 * may have changed: month_file_begin() looks. On the writer thread, under write.lock.
 */
#ifndef LLMLAB_STORE_MONTH_FILE_H
#define LLMLAB_STORE_MONTH_FILE_H

#include "base/map.h"
#include "model/zone.h"
#include "store/month.h"
#include "store/rollup.h"
#include "store/seen.h"

/* The record with the greatest id. */
struct last_record {
	int64_t id; /* 0 = there is none */
	int64_t exact_hi;
};

struct month_file {
	int32_t month; /* 0 = this place is free */
	uint64_t used; /* when it was asked for last: the least recent is closed first */
	struct db db;
	int wal_pages; /* in the -wal after our last commit */
	struct zone *zone;
	struct seen seen;
	struct roll_stmts roll;
	struct stmt get, insert, update, set_extra, drop_extra;
	struct stmt find_session, insert_session, session_name;
	struct stmt read_version, read_last, read_exact, families_after;
	struct map sessions; /* (workspace, name) to id */
	int64_t version;     /* changes when another process commits; 0 = not read yet */
	struct last_record last;
	struct last_record last_at_begin;
};

/* Opens, makes or migrates it. zone: of the day rows when it is new. */
enum ll_err LL_MUST month_file_open(struct month_file *m, const char *dir, int32_t month,
	struct str zone, unsigned cache_kib, struct err *err);
void month_file_close(struct month_file *m); /* accepts a zeroed struct */

/* Learns of what other processes changed; for reading outside a transaction. */
enum ll_err LL_MUST month_file_refresh(struct month_file *m, struct err *err);
enum ll_err LL_MUST month_file_begin(struct month_file *m, struct err *err);
enum ll_err LL_MUST month_file_commit(struct month_file *m, struct err *err); /* or rolls back */
void month_file_rollback(struct month_file *m);

/* The row of an id; *found false when there is none. */
enum ll_err LL_MUST month_file_get(struct month_file *m, int64_t id, struct call_row *row,
	bool *found, struct err *err);
/* Gives the row the next id and inserts it. */
enum ll_err LL_MUST month_file_insert(struct month_file *m, struct call_row *row, struct err *err);
/* Replaces all columns of the row with row->id. */
enum ll_err LL_MUST month_file_update(struct month_file *m, const struct call_row *row,
	struct err *err);
/* The session's id, made when new; 0 for an empty name. */
enum ll_err LL_MUST month_file_session(struct month_file *m, int64_t workspace, struct str name,
	int64_t *id, struct err *err);
/* Its name in the arena; empty for id 0. */
enum ll_err LL_MUST month_file_session_name(struct month_file *m, int64_t id, struct arena *a,
	struct str *name, struct err *err);

#endif
