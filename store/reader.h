/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside a store_reader: its connections and how an operation uses them.
 *
 *	code = reader_begin(r, err);
 *	for each month of reader_months(): reader_month(), read through month_stmt(),
 *		reader_month_end()
 *	return reader_end(r, code, err);
 *
 * A month file is opened when it is first needed and stays open. reader_month() starts its
 * snapshot and only then brings the names up to date: whatever id a row of the snapshot has,
 * its name was committed before. A snapshot lasts no longer than one month of one operation,
 * so that the writer can reset the WAL.
 */
#ifndef LLMLAB_STORE_READER_H
#define LLMLAB_STORE_READER_H

#include <stdatomic.h>

#include "model/timerange.h"
#include "store/db.h"
#include "store/lookup.h"
#include "store/month.h"

#define MONTH_STMTS 24

struct month_stmt {
	const char *sql; /* the literal: compared by address */
	struct stmt stmt;
};

struct month_reader {
	int32_t month;
	struct db db;
	char zone[64]; /* that the day rollups of the snapshot are cut in */
	struct month_stmt stmts[MONTH_STMTS];
	size_t stmt_count;
};

struct store_reader {
	struct store *store;
	struct db main;
	struct month_reader **months;
	size_t month_count;
	struct lookup lookup;
	int64_t deadline_mono_ns; /* 0 = never */
	atomic_bool is_canceled;
	enum ll_err stopped; /* why the progress handler stopped the statement */
};

/* Refuses when canceled or past the deadline; loads the sources. */
enum ll_err LL_MUST reader_begin(struct store_reader *r, struct err *err);
/* Ends what is left of a snapshot; an interrupted statement becomes LL_ETIMEOUT or
 * LL_ECANCELED with its sentence. Returns the operation's code. */
enum ll_err reader_end(struct store_reader *r, enum ll_err code, struct err *err);

/* The months that overlap the range and have a file, ascending. */
enum ll_err LL_MUST reader_months(struct store_reader *r, const struct timerange *range,
	struct month_list *out, struct err *err);
/* A snapshot of the month; *out NULL when there is nothing in the file yet. */
enum ll_err LL_MUST reader_month(struct store_reader *r, int32_t month, struct month_reader **out,
	struct err *err);
void reader_month_end(struct month_reader *m);
/* Prepared once a month file; `sql` is a literal. Reset and without old bindings. */
enum ll_err LL_MUST month_stmt(struct month_reader *m, const char *sql, struct stmt **out,
	struct err *err);

/* The ends of a range, an open one being all time. */
int64_t range_since_ns(const struct timerange *range);
int64_t range_until_ns(const struct timerange *range);

#endif
