/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The references: what the machine and SQLite can do when nothing else is asked of them. They are
 * written for themselves, not shared with the program, so that a slow spot cannot slow both.
 */
#ifndef LLMLAB_BENCH_CEILING_H
#define LLMLAB_BENCH_CEILING_H

#include <sqlite3.h>

#include "bench/calls.h"

/* Walks from quote to backslash to control byte, 16 bytes a step; returns how many it met. */
size_t string_scan(struct str text);

/* A file with the columns of cost_records and nothing more: no index, no rollup. */
struct bare {
	sqlite3 *db;
	sqlite3_stmt *insert;
};

enum ll_err LL_MUST bare_open(struct bare *b, const char *dir, struct err *err);
enum ll_err LL_MUST bare_append(struct bare *b, const struct made_call *calls, size_t count,
	struct err *err);
void bare_close(struct bare *b); /* accepts a zeroed struct */

/* Reading somebody's month file without the program. */
enum ll_err LL_MUST month_open(const char *path, sqlite3 **out, struct err *err);
/* Steps all rows of the statement and reads each column; *rows = how many. */
enum ll_err LL_MUST sql_scan(sqlite3 *db, const char *sql, int64_t *rows, struct err *err);
/* Seconds that one SELECT by rowid takes, random rows of 1..rows, mean of `count`. */
enum ll_err LL_MUST point_select(sqlite3 *db, int64_t rows, int64_t count, double *seconds,
	struct err *err);

#endif
