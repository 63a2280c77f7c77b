/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/db.h"
#include "tests/support/suite.h"

static void path_in(char out[512], const char *dir, const char *name)
{
	assert_true(path_join(out, 512, dir, name));
}

static void open_new(struct db *db, const char *path)
{
	struct err err = { 0 };

	assert_ok(db_open(db, path, DB_CREATE, 0, &err), &err);
	assert_ok(db_exec(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL,"
		" name TEXT UNIQUE) STRICT", &err), &err);
}

static int64_t pragma(struct db *db, const char *sql)
{
	struct stmt q;
	struct err err = { 0 };
	bool row;
	int64_t value;

	assert_ok(stmt_prepare(&q, db, sql, &err), &err);
	assert_ok(stmt_step(&q, &row, &err), &err);
	value = stmt_i64(&q, 0);
	stmt_release(&q);
	return value;
}

static void db_open__sets_what_every_connection_needs(void **state)
{
	char path[512];
	struct db db;
	(void)state;

	path_in(path, test_dir(), "a.db");
	open_new(&db, path);
	assert_int_equal(pragma(&db, "PRAGMA page_size"), 8192);
	assert_int_equal(pragma(&db, "PRAGMA synchronous"), 2);
	assert_int_equal(pragma(&db, "PRAGMA wal_autocheckpoint"), 0);
	assert_int_equal(pragma(&db, "PRAGMA foreign_keys"), 1);
	assert_int_equal(pragma(&db, "PRAGMA trusted_schema"), 0);
	db_close(&db);
	db_close(&db);
}

static void db_open__fails_with_a_sentence(void **state)
{
	char path[512];
	struct db db;
	struct err err = { 0 };
	(void)state;

	path_in(path, test_dir(), "a.db");
	assert_int_equal(db_open(&db, path, DB_WRITE, 0, &err), LL_ENOENT);
	assert_int_equal(db_open(&db, path, DB_READ, 0, &err), LL_ENOENT);
	test_write_file(path, STR("this is no database, though it is longer than a header is"
		" and so can be told from one"));
	assert_int_equal(db_open(&db, path, DB_READ, 0, &err), LL_ECORRUPT);
	assert_non_null(strstr(err.msg, "'a.db' is damaged"));
	assert_int_equal(db_open(&db, path, DB_CREATE, 0, &err), LL_ECORRUPT);
}

static void db_open__reads_where_nothing_can_be_written(void **state)
{
	char path[512], shm[512], wal[512];
	const char *dir = test_dir();
	struct db db;
	struct err err = { 0 };
	(void)state;

	path_in(path, dir, "a b?#%.db");
	open_new(&db, path);
	sqlite3_wal_checkpoint_v2(db.handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	db_close(&db);
	snprintf(shm, sizeof(shm), "%.500s-shm", path);
	snprintf(wal, sizeof(wal), "%.500s-wal", path);
	unlink(shm);
	unlink(wal);
	chmod(path, 0400);
	chmod(dir, 0500);
	assert_ok(db_open(&db, path, DB_READ, 0, &err), &err);
	assert_int_equal(pragma(&db, "SELECT count(*) FROM t"), 0);
	db_close(&db);
	if (geteuid() != 0)
		assert_int_equal(db_open(&db, path, DB_CREATE, 0, &err), LL_EREADONLY);
	chmod(dir, 0700);
}

static void stmt_step__says_which_constraint_failed(void **state)
{
	char path[512];
	struct db db;
	struct err err = { 0 };
	(void)state;

	path_in(path, test_dir(), "a.db");
	open_new(&db, path);
	assert_ok(db_exec(&db, "INSERT INTO t VALUES (1, 9223372036854775807, 'x')", &err), &err);
	assert_int_equal(db_exec(&db, "UPDATE t SET n = n + 1", &err), LL_EOVERFLOW);
	assert_int_equal(db_exec(&db, "INSERT INTO t VALUES (2, 1, 'x')", &err), LL_EEXIST);
	assert_int_equal(db_exec(&db, "INSERT INTO t VALUES (1, 1, 'y')", &err), LL_EEXIST);
	assert_int_equal(db_exec(&db, "INSERT INTO t VALUES (3, NULL, 'y')", &err), LL_EINVAL);
	db_close(&db);
}

static void stmt_bind__keeps_values_of_any_kind(void **state)
{
	char path[512];
	struct db db;
	struct stmt q;
	struct err err = { 0 };
	bool row;
	(void)state;

	path_in(path, test_dir(), "a.db");
	open_new(&db, path);
	assert_ok(stmt_prepare(&q, &db, "SELECT ?1, ?2, ?3, ?4, ?5", &err), &err);
	stmt_bind_i64(&q, 1, INT64_MIN);
	stmt_bind_null(&q, 2);
	stmt_bind_str(&q, 3, (struct str){ NULL, 0 });
	stmt_bind_str(&q, 4, STR("a\0b"));
	stmt_bind_blob(&q, 5, "\xff", 1);
	assert_ok(stmt_step(&q, &row, &err), &err);
	assert_true(row);
	assert_true(stmt_i64(&q, 0) == INT64_MIN);
	assert_true(stmt_is_null(&q, 1) && !stmt_is_null(&q, 2));
	assert_str(stmt_str(&q, 2), "");
	assert_str(stmt_str(&q, 3), "a\0b");
	assert_str(stmt_blob(&q, 4), "\xff");
	assert_ok(stmt_step(&q, &row, &err), &err);
	assert_false(row);
	stmt_release(&q);
	stmt_release(&q);
	db_close(&db);
}

SUITE(db,
	cmocka_unit_test(db_open__sets_what_every_connection_needs),
	cmocka_unit_test(db_open__fails_with_a_sentence),
	cmocka_unit_test(db_open__reads_where_nothing_can_be_written),
	cmocka_unit_test(stmt_step__says_which_constraint_failed),
	cmocka_unit_test(stmt_bind__keeps_values_of_any_kind));
