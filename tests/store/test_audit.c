/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/file.h"
#include "store/audit.h"
#include "tests/store/writing.h"

static void tamper(const char *dir, const char *sql)
{
	char path[512];
	struct db db;
	struct err err = { 0 };

	assert_true(path_join(path, sizeof(path), dir, "main.db"));
	assert_ok(db_open(&db, path, DB_WRITE, 0, &err), &err);
	assert_ok(db_exec(&db, sql, &err), &err);
	db_close(&db);
}

static enum ll_err verify(struct store *s, int64_t *count, struct err *err)
{
	struct store_reader *r;
	enum ll_err e;

	assert_ok(store_reader_open(s, &r, err), err);
	e = audit_verify(r, count, err);
	store_reader_close(r);
	return e;
}

static void add_entries(struct store *s, int count)
{
	struct audit_entry entry = {
		.actor = STR("local:me"),
		.action = STR("import"),
		.object = STR("/a"),
		.result = STR("ok"),
	};
	struct err err = { 0 };

	for (int i = 0; i < count; i++)
		assert_ok(audit_add(s, &entry, &err), &err);
}

static void audit_verify__notices_any_change(void **state)
{
	static const char *const changes[] = {
		"UPDATE audit SET actor = 'local:other' WHERE id = 3",
		"UPDATE audit SET at_ns = at_ns + 1 WHERE id = 5",
		"DELETE FROM audit WHERE id = 2",
		"UPDATE audit SET after = '{}' WHERE id = 1",
		"UPDATE audit SET id = 99 WHERE id = 4",
	};
	struct err err = { 0 };
	int64_t count;
	(void)state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		const char *dir = test_dir();
		struct store *s = writing_open(dir);

		add_entries(s, 5);
		assert_ok(verify(s, &count, &err), &err);
		assert_int_equal(count, 5);
		tamper(dir, changes[i]);
		assert_int_equal(verify(s, &count, &err), LL_ECORRUPT);
		store_close(s);
	}
}

static void audit_add__goes_on_with_the_chain_when_opened_again(void **state)
{
	const char *dir = test_dir();
	struct err err = { 0 };
	struct store *s;
	int64_t count;
	(void)state;

	for (int i = 0; i < 3; i++) {
		s = writing_open(dir);
		add_entries(s, 2);
		store_close(s);
	}
	s = writing_open(dir);
	assert_ok(verify(s, &count, &err), &err);
	assert_int_equal(count, 6);
	store_close(s);
}

SUITE(audit,
	cmocka_unit_test(audit_verify__notices_any_change),
	cmocka_unit_test(audit_add__goes_on_with_the_chain_when_opened_again));
