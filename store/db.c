/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite connections and statements, their settings and their errors. */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"

#define DEFAULT_CACHE_KIB 2048u

static const char settings[] =
	"PRAGMA synchronous=FULL;"
	"PRAGMA wal_autocheckpoint=0;"
	"PRAGMA temp_store=MEMORY;"
	"PRAGMA secure_delete=OFF;"
	"PRAGMA trusted_schema=OFF;"
	"PRAGMA foreign_keys=ON;";

/* The page size holds only if it is set before the first table. */
static const char new_file_settings[] = "PRAGMA page_size=8192;";

static const char *file_name(const struct db *db)
{
	const char *slash = strrchr(db->path, '/');

	return slash ? slash + 1 : db->path;
}

/* SQLite has no code of its own for a full disk behind some of its I/O errors. */
static enum ll_err code_of_io_error(struct db *db)
{
	int errnum = sqlite3_system_errno(db->handle);

	return errnum == ENOSPC || errnum == EDQUOT ? LL_EFULL : LL_EIO;
}

static enum ll_err code_of_open_error(struct db *db)
{
	switch (sqlite3_system_errno(db->handle)) {
	case ENOENT:
	case ENOTDIR:
		return LL_ENOENT;
	case EACCES:
	case EPERM:
		return LL_EACCESS;
	case EROFS:
		return LL_EREADONLY;
	case ENOSPC:
	case EDQUOT:
		return LL_EFULL;
	default:
		return LL_EIO;
	}
}

/* A sum that leaves int64 becomes a REAL, which a STRICT table refuses. */
static enum ll_err code_of_constraint(int extended)
{
	switch (extended) {
	case SQLITE_CONSTRAINT_DATATYPE:
		return LL_EOVERFLOW;
	case SQLITE_CONSTRAINT_UNIQUE:
	case SQLITE_CONSTRAINT_PRIMARYKEY:
	case SQLITE_CONSTRAINT_ROWID:
		return LL_EEXIST;
	default:
		return LL_EINVAL;
	}
}

static enum ll_err code_of_sqlite(struct db *db)
{
	int extended = sqlite3_extended_errcode(db->handle);

	switch (extended & 0xff) {
	case SQLITE_FULL:
		return LL_EFULL;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return LL_ECORRUPT;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return LL_EBUSY;
	case SQLITE_READONLY:
		return LL_EREADONLY;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return LL_EACCESS;
	case SQLITE_CANTOPEN:
		return code_of_open_error(db);
	case SQLITE_NOMEM:
		return LL_ENOMEM;
	case SQLITE_INTERRUPT:
		return LL_ECANCELED;
	case SQLITE_TOOBIG:
		return LL_ETOOBIG;
	case SQLITE_CONSTRAINT:
		return code_of_constraint(extended);
	default:
		return code_of_io_error(db);
	}
}

enum ll_err db_fail(struct db *db, struct err *err, const char *doing)
{
	enum ll_err code = code_of_sqlite(db);

	if (code == LL_ECORRUPT)
		return ll_fail(err, code, "'%s' is damaged: %s", file_name(db),
			sqlite3_errmsg(db->handle));
	if (code == LL_EFULL || code == LL_EREADONLY || code == LL_ENOMEM)
		return ll_fail(err, code, "%s while %s '%s'", ll_err_text(code), doing,
			file_name(db));
	return ll_fail(err, code, "%s while %s '%s': %s", ll_err_text(code), doing, file_name(db),
		sqlite3_errmsg(db->handle));
}

static enum ll_err fail_by_fault(struct db *db, struct err *err)
{
	return ll_fail(err, LL_EIO, "%s while using '%s': as a test asked", ll_err_text(LL_EIO),
		file_name(db));
}

/* "file:<path>?immutable=1" with what a URI reserves in hexadecimal. */
static bool immutable_uri(const char *path, char *out, size_t cap)
{
	static const char prefix[] = "file:", suffix[] = "?immutable=1";
	size_t len = sizeof(prefix) - 1;

	memcpy(out, prefix, len);
	for (; *path; path++) {
		if (len + 3 + sizeof(suffix) > cap)
			return false;
		if (strchr("?#%", *path))
			len += (size_t)snprintf(out + len, 4, "%%%02X", (unsigned char)*path);
		else
			out[len++] = *path;
	}
	memcpy(out + len, suffix, sizeof(suffix));
	return true;
}

/* SQLite's count of its own memory takes a lock at every allocation, and nobody asks for it. */
static void stop_counting_memory(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum ll_err open_handle(struct db *db, const char *name, int flags, struct err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int rc;

	pthread_once(&once, stop_counting_memory);
	rc = sqlite3_open_v2(name, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (!db->handle)
		return ll_fail(err, LL_ENOMEM, "out of memory while opening '%s'", file_name(db));
	sqlite3_extended_result_codes(db->handle, 1);
	if (rc != SQLITE_OK)
		return db_fail(db, err, "opening");
	sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
	sqlite3_db_config(db->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return LL_OK;
}

/* A directory that cannot be written has no place for the -shm file that WAL needs. Then the
 * file can be read as one that nobody changes, if all its commits are in it. */
static bool has_empty_wal(const struct db *db)
{
	char path[sizeof(db->path) + 8];
	struct stat st;

	snprintf(path, sizeof(path), "%s-wal", db->path);
	return stat(path, &st) != 0 || st.st_size == 0;
}

static bool can_read(struct db *db)
{
	return sqlite3_exec(db->handle, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) ==
		SQLITE_OK;
}

static enum ll_err open_read_only(struct db *db, struct err *err)
{
	char uri[3 * sizeof(db->path) + 32];
	enum ll_err e = open_handle(db, db->path, SQLITE_OPEN_READONLY, err);

	if (e != LL_OK || can_read(db))
		return e;
	if (db_fail(db, NULL, "opening") == LL_ECORRUPT || !has_empty_wal(db) ||
		!immutable_uri(db->path, uri, sizeof(uri)))
		return db_fail(db, err, "opening");
	sqlite3_close(db->handle);
	return open_handle(db, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
}

static enum ll_err try_wal(struct db *db, struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, db, "PRAGMA journal_mode=WAL", err);

	if (e == LL_OK)
		e = stmt_step(&q, &row, err);
	if (e == LL_OK && !(row && str_eq(stmt_str(&q, 0), STR("wal"))))
		e = ll_fail(err, LL_EUNSUPPORTED, "'%s' cannot be used: its file system has no"
			" shared memory for a WAL", db->path);
	stmt_release(&q);
	return e;
}

/* Of several processes that make a file at once one turns it; the others are told at once that it
 * is locked, whatever the busy timeout. */
static enum ll_err turn_on_wal(struct db *db, struct err *err)
{
	int64_t until_ns = clock_mono_ns() + DB_BUSY_TIMEOUT_MS * NS_PER_MS;
	enum ll_err e = try_wal(db, err);

	while (e == LL_EBUSY && clock_mono_ns() < until_ns) {
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_MS }, NULL);
		e = try_wal(db, err);
	}
	return e;
}

/* SQLite alone would let the umask decide. Its -wal and -shm get the mode of the file. A file
 * that is there is not touched: closing it would drop the locks that other connections of this
 * process hold on it. */
static enum ll_err make_private(const char *path, struct err *err)
{
	int fd;
	enum ll_err e;

	if (access(path, F_OK) == 0)
		return LL_OK;
	e = file_open(path, O_RDWR | O_CREAT | O_EXCL, 0600, &fd, err);
	file_close(&fd);
	return e == LL_EEXIST ? LL_OK : e; /* another process was quicker */
}

static enum ll_err open_for_writing(struct db *db, enum db_mode mode, struct err *err)
{
	enum ll_err e = mode == DB_CREATE ? make_private(db->path, err) : LL_OK;

	if (e == LL_OK)
		e = open_handle(db, db->path, SQLITE_OPEN_READWRITE, err);
	if (e == LL_OK && sqlite3_db_readonly(db->handle, "main") == 1)
		e = ll_fail(err, LL_EREADONLY, "'%s' is read-only", db->path);
	if (e == LL_OK && mode == DB_CREATE)
		e = db_exec(db, new_file_settings, err);
	if (e == LL_OK)
		e = turn_on_wal(db, err);
	return e;
}

enum ll_err db_open(struct db *db, const char *path, enum db_mode mode, unsigned cache_kib,
	struct err *err)
{
	char cache[64];
	enum ll_err e;

	*db = (struct db){ 0 };
	if ((size_t)snprintf(db->path, sizeof(db->path), "%s", path) >= sizeof(db->path))
		return ll_fail(err, LL_ETOOBIG, "path too long: '%s'", path);
	snprintf(cache, sizeof(cache), "PRAGMA cache_size=-%u;",
		cache_kib ? cache_kib : DEFAULT_CACHE_KIB);
	e = mode == DB_READ ? open_read_only(db, err) : open_for_writing(db, mode, err);
	if (e == LL_OK)
		e = db_exec(db, settings, err);
	if (e == LL_OK)
		e = db_exec(db, cache, err);
	if (e == LL_OK && mode == DB_READ)
		e = db_exec(db, "PRAGMA query_only=ON", err);
	if (e != LL_OK)
		db_close(db);
	return e;
}

void db_close(struct db *db)
{
	sqlite3_stmt *left;

	if (!db->handle)
		return;
	while ((left = sqlite3_next_stmt(db->handle, NULL)))
		sqlite3_finalize(left);
	sqlite3_close(db->handle);
	db->handle = NULL;
}

enum ll_err db_exec(struct db *db, const char *sql, struct err *err)
{
	if (fault_here(FAULT_SQL))
		return fail_by_fault(db, err);
	if (sqlite3_exec(db->handle, sql, NULL, NULL, NULL) != SQLITE_OK)
		return db_fail(db, err, "using");
	return LL_OK;
}

enum ll_err db_begin(struct db *db, struct err *err)
{
	return db_exec(db, "BEGIN IMMEDIATE", err);
}

enum ll_err db_commit(struct db *db, struct err *err)
{
	enum ll_err e;

	if (fault_here(FAULT_SQL))
		e = fail_by_fault(db, err);
	else if (sqlite3_exec(db->handle, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		e = db_fail(db, err, "writing");
	else
		return LL_OK;
	db_rollback(db);
	return e;
}

void db_rollback(struct db *db)
{
	if (db->handle && !sqlite3_get_autocommit(db->handle))
		sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

int64_t db_last_id(struct db *db)
{
	return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_changes(struct db *db)
{
	return sqlite3_changes64(db->handle);
}

enum ll_err stmt_prepare(struct stmt *q, struct db *db, const char *sql, struct err *err)
{
	*q = (struct stmt){ .db = db };
	if (fault_here(FAULT_SQL))
		return fail_by_fault(db, err);
	if (sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->handle, NULL) !=
		SQLITE_OK)
		return db_fail(db, err, "using");
	return LL_OK;
}

void stmt_release(struct stmt *q)
{
	sqlite3_finalize(q->handle);
	*q = (struct stmt){ 0 };
}

void stmt_reset(struct stmt *q)
{
	sqlite3_reset(q->handle);
}

/* A NULL is left where a value was too big to bind; no column of ours that takes text or
 * bytes takes a NULL, so that the step fails. */
static void check_binding(int rc)
{
	PRE(rc == SQLITE_OK || rc == SQLITE_NOMEM || rc == SQLITE_TOOBIG);
}

void stmt_bind_i64(struct stmt *q, int at, int64_t v)
{
	check_binding(sqlite3_bind_int64(q->handle, at, v));
}

void stmt_bind_null(struct stmt *q, int at)
{
	check_binding(sqlite3_bind_null(q->handle, at));
}

void stmt_bind_str(struct stmt *q, int at, struct str s)
{
	check_binding(sqlite3_bind_text64(q->handle, at, s.len ? s.at : "", s.len, SQLITE_STATIC,
		SQLITE_UTF8));
}

void stmt_bind_blob(struct stmt *q, int at, const void *bytes, size_t len)
{
	check_binding(sqlite3_bind_blob64(q->handle, at, len ? bytes : "", len, SQLITE_STATIC));
}

static enum ll_err fail_step(struct stmt *q, struct err *err)
{
	const char *doing = sqlite3_stmt_readonly(q->handle) ? "reading" : "writing";
	enum ll_err e = db_fail(q->db, err, doing);

	sqlite3_reset(q->handle);
	return e;
}

enum ll_err stmt_step(struct stmt *q, bool *row, struct err *err)
{
	int rc;

	*row = false;
	if (fault_here(FAULT_SQL)) {
		sqlite3_reset(q->handle);
		return fail_by_fault(q->db, err);
	}
	rc = sqlite3_step(q->handle);
	if (rc == SQLITE_ROW) {
		*row = true;
		return LL_OK;
	}
	if (rc != SQLITE_DONE)
		return fail_step(q, err);
	sqlite3_reset(q->handle);
	return LL_OK;
}

enum ll_err stmt_run(struct stmt *q, struct err *err)
{
	bool row;
	enum ll_err e = stmt_step(q, &row, err);

	PRE(e != LL_OK || !row);
	return e;
}

int64_t stmt_i64(const struct stmt *q, int col)
{
	return sqlite3_column_int64(q->handle, col);
}

bool stmt_is_null(const struct stmt *q, int col)
{
	return sqlite3_column_type(q->handle, col) == SQLITE_NULL;
}

struct str stmt_str(const struct stmt *q, int col)
{
	const char *at = (const char *)sqlite3_column_text(q->handle, col);

	return (struct str){ at, at ? (size_t)sqlite3_column_bytes(q->handle, col) : 0 };
}

struct str stmt_blob(const struct stmt *q, int col)
{
	const char *at = sqlite3_column_blob(q->handle, col);

	return (struct str){ at, at ? (size_t)sqlite3_column_bytes(q->handle, col) : 0 };
}
