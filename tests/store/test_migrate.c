/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/keys_file.h"
#include "store/migrate.h"
#include "tests/store/writing.h"

static void set_version(const char *dir, const char *name, int version)
{
	char path[512], sql[64];
	struct db db;
	struct err err = { 0 };

	assert_true(path_join(path, sizeof(path), dir, name));
	assert_ok(db_open(&db, path, DB_CREATE, 0, &err), &err);
	snprintf(sql, sizeof(sql), "PRAGMA user_version = %d", version);
	assert_ok(db_exec(&db, sql, &err), &err);
	db_close(&db);
}

static enum ll_err open_with(const char *dir, enum store_mode mode, struct err *err)
{
	struct store *s;
	enum ll_err e = store_open(&s, &(struct store_options){ .dir = dir, .mode = mode }, err);

	if (e != LL_OK)
		assert_null(s);
	store_close(s);
	return e;
}

static void store_open__makes_a_private_store(void **state)
{
	char dir[512], path[600];
	struct stat st;
	struct err err = { 0 };
	(void)state;

	snprintf(dir, sizeof(dir), "%s/deep/er", test_dir());
	assert_int_equal(open_with(dir, STORE_READ_ONLY, &err), LL_ENOENT);
	assert_ok(open_with(dir, STORE_WRITE, &err), &err);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_ok(open_with(dir, STORE_READ_ONLY, &err), &err);
	assert_int_equal(writing_main_number(dir, "SELECT count(*) FROM workspace"), 1);
	assert_int_equal(writing_main_number(dir, "PRAGMA user_version"),
		schema_latest(SCHEMA_MAIN));
	snprintf(path, sizeof(path), "%s/main.db", dir);
	assert_int_equal(open_with(path, STORE_WRITE, &err), LL_EINVAL);
	assert_non_null(strstr(err.msg, "is not a directory"));
}

static void store_open__refuses_a_newer_schema(void **state)
{
	const char *dir = test_dir();
	struct err err = { 0 };
	struct store *s;
	struct batch *b = batch_new();
	struct scope scope = SCOPE_DEFAULT;
	(void)state;

	s = writing_open(dir);
	writing_add(b, writing_source(s, "/a"), "one", NOV_2026_NS + NS_PER_DAY);
	store_close(s);
	set_version(dir, "2026-11.db", 99);
	s = writing_open(dir);
	assert_int_equal(store_append(s, &scope, b, &err), LL_EVERSION);
	assert_non_null(strstr(err.msg, "newer llmlab"));
	store_close(s);
	batch_free(b);
	set_version(dir, "main.db", 99);
	assert_int_equal(open_with(dir, STORE_WRITE, &err), LL_EVERSION);
	assert_int_equal(open_with(dir, STORE_READ_ONLY, &err), LL_EVERSION);
	assert_non_null(strstr(err.msg, "newer llmlab"));
}

static void store_open__reads_without_writing(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct batch *b = batch_new();
	struct scope scope = SCOPE_DEFAULT;
	struct err err = { 0 };
	(void)state;

	writing_add(b, writing_source(s, "/a"), "one", NOV_2026_NS + NS_PER_DAY);
	writing_append(s, b);
	store_close(s);
	chmod(dir, 0500);
	assert_ok(store_open(&s, &(struct store_options){ .dir = dir, .mode = STORE_READ_ONLY },
		&err), &err);
	assert_false(store_is_writable(s));
	assert_true(store_generation(s) > 0);
	assert_int_equal(store_append(s, &scope, b, &err), LL_EREADONLY);
	store_close(s);
	chmod(dir, 0700);
	batch_free(b);
}

/* All that is in the directory is the owner's; returns how many files that are. */
static size_t check_private(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;
	struct stat st;
	size_t count = 0;

	assert_non_null(d);
	while ((entry = readdir(d))) {
		assert_int_equal(fstatat(dirfd(d), entry->d_name, &st, 0), 0);
		if (!S_ISREG(st.st_mode))
			continue;
		assert_int_equal(st.st_mode & 0777, 0600);
		count++;
	}
	closedir(d);
	return count;
}

static void store__makes_private_files_whatever_the_umask(void **state)
{
	const char *dir = test_dir();
	mode_t before = umask(022);
	struct store *s = writing_open(dir);
	struct batch *b = batch_new();
	struct secret *key;
	struct err err = { 0 };
	(void)state;

	writing_add(b, writing_source(s, "/a"), "a", NOV_2026_NS);
	writing_append(s, b);
	assert_ok(store_key(s, &key, &err), &err);
	/* main.db and 2026-11.db with -wal and -shm, keys.db, write.lock, generation */
	assert_true(check_private(dir) >= 9);
	store_close(s);
	check_private(dir);
	umask(before);
	secret_free(key);
	batch_free(b);
}

static void store_open__refuses_a_zone_that_is_none(void **state)
{
	struct store *s;
	struct err err = { 0 };
	const struct store_options options = {
		.dir = test_dir(),
		.mode = STORE_WRITE,
		.zone = "Nowhere/Land",
	};
	(void)state;

	assert_int_not_equal(store_open(&s, &options, &err), LL_OK);
}

static void store_key__is_made_once(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct secret *first, *second;
	struct fingerprint a, b;
	struct str part = STR("x");
	struct err err = { 0 };
	char path[512];
	(void)state;

	assert_ok(store_key(s, &first, &err), &err);
	assert_ok(store_key(s, &second, &err), &err);
	secret_hash(first, &part, 1, &a);
	secret_hash(second, &part, 1, &b);
	assert_true(fingerprint_eq(a, b));
	secret_free(second);
	store_close(s);
	assert_true(path_join(path, sizeof(path), dir, "keys.db"));
	assert_ok(store_open(&s, &(struct store_options){ .dir = dir, .mode = STORE_READ_ONLY },
		&err), &err);
	assert_ok(store_key(s, &second, &err), &err);
	secret_hash(second, &part, 1, &b);
	assert_true(fingerprint_eq(a, b));
	secret_free(first);
	secret_free(second);
	unlink(path);
	assert_int_equal(store_key(s, &first, &err), LL_ENOENT);
	store_close(s);
}

SUITE(migrate,
	cmocka_unit_test(store_open__makes_a_private_store),
	cmocka_unit_test(store_open__refuses_a_newer_schema),
	cmocka_unit_test(store_open__reads_without_writing),
	cmocka_unit_test(store__makes_private_files_whatever_the_umask),
	cmocka_unit_test(store_open__refuses_a_zone_that_is_none),
	cmocka_unit_test(store_key__is_made_once));
