/* SPDX-License-Identifier: Apache-2.0 */
/* The file that keeps the store key. */
#include "store/keys_file.h"

#include <unistd.h>

#include "base/file.h"
#include "store/writer.h"

#define STORE_KEY_ID 1

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS key (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;";

static enum ll_err read_key(struct db *db, struct secret **out, struct err *err)
{
	uint8_t bytes[SECRET_KEY_BYTES];
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, db, "SELECT bytes FROM key WHERE id = ?", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, STORE_KEY_ID);
		e = stmt_step(&q, &row, err);
	}
	if (e == LL_OK && row && stmt_blob(&q, 0).len != sizeof(bytes))
		e = ll_fail(err, LL_ECORRUPT, "'%s' holds no whole key", db->path);
	if (e == LL_OK && row) {
		memcpy(bytes, stmt_blob(&q, 0).at, sizeof(bytes));
		e = secret_take(bytes, sizeof(bytes), out, err);
	}
	stmt_release(&q);
	return e;
}

struct inserting {
	struct stmt *q;
	struct err *err;
};

static enum ll_err insert_bytes(void *ctx, struct str bytes)
{
	struct inserting *in = ctx;

	stmt_bind_i64(in->q, 1, STORE_KEY_ID);
	stmt_bind_blob(in->q, 2, bytes.at, bytes.len);
	return stmt_run(in->q, in->err);
}

static enum ll_err make_key(struct db *db, struct secret **out, struct err *err)
{
	struct stmt q = { 0 };
	struct inserting in = { &q, err };
	enum ll_err e = secret_random(out, err);

	if (e == LL_OK)
		e = stmt_prepare(&q, db, "INSERT INTO key VALUES (?, ?)", err);
	if (e == LL_OK)
		e = secret_lend(*out, insert_bytes, &in);
	stmt_release(&q);
	return e;
}

static enum ll_err read_or_make(struct db *db, struct secret **out, struct err *err)
{
	enum ll_err e = db_begin(db, err);

	if (e != LL_OK)
		return e;
	e = db_exec(db, schema, err);
	if (e == LL_OK)
		e = read_key(db, out, err);
	if (e == LL_OK && !*out)
		e = make_key(db, out, err);
	if (e == LL_OK)
		return db_commit(db, err);
	db_rollback(db);
	return e;
}

struct asking {
	char path[STORE_PATH_MAX];
	struct secret **out;
};

static enum ll_err run(struct writer *w, void *ctx, struct err *err)
{
	struct asking *ask = ctx;
	struct db db = { 0 };
	enum ll_err e = db_open(&db, ask->path, DB_CREATE, 0, err);

	(void)w;
	if (e == LL_OK)
		e = read_or_make(&db, ask->out, err);
	/* Whoever copies the file has the key; a log that stays behind would be forgotten. */
	if (e == LL_OK)
		sqlite3_wal_checkpoint_v2(db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	db_close(&db);
	return e;
}

static enum ll_err read_only(const char *path, struct secret **out, struct err *err)
{
	struct db db = { 0 };
	enum ll_err e;

	if (access(path, F_OK) != 0)
		return ll_fail(err, LL_ENOENT, "there is no key: '%s' is missing", path);
	e = db_open(&db, path, DB_READ, 0, err);
	if (e == LL_OK)
		e = read_key(&db, out, err);
	if (e == LL_OK && !*out)
		e = ll_fail(err, LL_ENOENT, "there is no key in '%s'", path);
	db_close(&db);
	return e;
}

enum ll_err store_key(struct store *s, struct secret **out, struct err *err)
{
	struct asking ask = { .out = out };
	enum ll_err e;

	*out = NULL;
	if (!path_join(ask.path, sizeof(ask.path), s->dir, "keys.db"))
		return ll_fail(err, LL_ETOOBIG, "path too long: '%s'", s->dir);
	e = s->writer ? writer_run(s, run, &ask, err) : read_only(ask.path, out, err);
	if (e != LL_OK) {
		secret_free(*out);
		*out = NULL;
	}
	return e;
}
