/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One SQLite connection and its statements: the only door to sqlite3. Inside store/ only.
 *
 * Every connection: page 8192, WAL, synchronous FULL, wal_autocheckpoint 0 and no checkpoint
 * on close (the writer alone checkpoints: SQLite before 3.51.3 can lose a commit otherwise),
 * busy timeout, trusted_schema off, foreign keys on. stmt_step() is a visit of the fault hook.
 */
#ifndef LLMLAB_STORE_DB_H
#define LLMLAB_STORE_DB_H

#include <sqlite3.h>

#include "base/err.h"
#include "base/str.h"
#include "base/fingerprint.h"

struct db {
	sqlite3 *handle;
	char path[512]; /* for messages */
};

#define DB_BUSY_TIMEOUT_MS 5000

/* DB_CREATE makes a missing file, for its owner alone (0600). */
enum db_mode { DB_CREATE, DB_WRITE, DB_READ };

/* cache_kib 0 = 2 MiB. Maps SQLite's results to codes and sentences ("'main.db' is damaged: ...",
 * "disk full while writing '2026-11.db'"). */
enum ll_err LL_MUST db_open(struct db *db, const char *path, enum db_mode mode, unsigned cache_kib,
	struct err *err);
void db_close(struct db *db); /* accepts a zeroed struct; finalises what is left */
enum ll_err LL_MUST db_exec(struct db *db, const char *sql, struct err *err);
enum ll_err LL_MUST db_begin(struct db *db, struct err *err);  /* BEGIN IMMEDIATE */
enum ll_err LL_MUST db_commit(struct db *db, struct err *err); /* rolls back when it fails */
void db_rollback(struct db *db);                               /* no-op outside a transaction */
int64_t db_last_id(struct db *db);
int64_t db_changes(struct db *db);
/* The code and sentence for SQLite's last error on this connection. */
enum ll_err db_fail(struct db *db, struct err *err, const char *doing);

struct stmt {
	sqlite3_stmt *handle;
	struct db *db;
};

/* Prepares (persistent). */
enum ll_err LL_MUST stmt_prepare(struct stmt *q, struct db *db, const char *sql, struct err *err);
void stmt_release(struct stmt *q); /* accepts a zeroed struct */
void stmt_reset(struct stmt *q);   /* keeps bindings */
/* Binding cannot fail but for memory, which the next step reports. Positions from 1. Text and
 * blobs are not copied: they live until the step. */
void stmt_bind_i64(struct stmt *q, int at, int64_t v);
void stmt_bind_null(struct stmt *q, int at);
void stmt_bind_str(struct stmt *q, int at, struct str s);
void stmt_bind_blob(struct stmt *q, int at, const void *bytes, size_t len);
/* *row true: a row stands ready; false: done (and reset). */
enum ll_err LL_MUST stmt_step(struct stmt *q, bool *row, struct err *err);
/* Steps a statement that gives no row, then resets it. */
enum ll_err LL_MUST stmt_run(struct stmt *q, struct err *err);
/* Columns from 0, valid until the next step. */
int64_t stmt_i64(const struct stmt *q, int col);
bool stmt_is_null(const struct stmt *q, int col);
struct str stmt_str(const struct stmt *q, int col);
struct str stmt_blob(const struct stmt *q, int col);

#endif
