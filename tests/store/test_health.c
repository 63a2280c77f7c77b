/* SPDX-License-Identifier: Apache-2.0 */
#include "store/health.h"

#include <stdio.h>

#include "store/audit.h"
#include "store/db.h"
#include "tests/store/sample.h"

static void alter(const struct sample *s, const char *file, const char *sql)
{
	char path[600];
	struct db db;
	struct err err = { 0 };

	snprintf(path, sizeof(path), "%s/%s", s->dir, file);
	assert_ok(db_open(&db, path, DB_WRITE, 0, &err), &err);
	assert_ok(db_exec(&db, sql, &err), &err);
	db_close(&db);
}

static void store_health__finds__nothing_wrong_in_sound_store(void **state)
{
	struct sample s;
	struct arena a;
	struct store_health health;
	int64_t calls = 0;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 600, 41);
	arena_init(&a, 0);
	assert_ok(store_health(s.reader, true, &a, &health, &err), &err);
	assert_null(health.main_problem);
	assert_null(health.audit_problem);
	assert_true(health.main_schema >= 1 && health.main_bytes > 0);
	assert_int_equal(health.calls, 600);
	assert_int_equal(health.sources, SAMPLE_SOURCES);
	assert_int_equal(health.unfinished_jobs, 0);
	assert_int_equal(health.month_count, 4);
	for (size_t i = 0; i < health.month_count; i++) {
		assert_null(health.months[i].problem);
		assert_string_equal(health.months[i].zone, SAMPLE_ZONE);
		calls += health.months[i].calls;
	}
	assert_int_equal(calls, 600);
	arena_release(&a);
	sample_close(&s);
}

static void check_damage(const char *file, const char *sql, bool is_month)
{
	struct sample s;
	struct arena a;
	struct store_health health;
	bool is_found = false;
	struct err err = { 0 };

	sample_open(&s, 200, 42);
	alter(&s, file, sql);
	arena_init(&a, 0);
	assert_ok(store_health(s.reader, true, &a, &health, &err), &err);
	for (size_t i = 0; i < health.month_count; i++)
		is_found |= health.months[i].problem != NULL;
	assert_int_equal(is_found, is_month);
	assert_int_equal(health.audit_problem != NULL, !is_month);
	arena_release(&a);
	sample_close(&s);
}

static void store_health__names__rollup_that_is_off(void **state)
{
	(void)state;
	check_damage("2026-11.db", "UPDATE roll_15m SET input = input + 1", true);
	check_damage("2026-11.db", "UPDATE roll_day SET errors = errors + 1", true);
	check_damage("2026-11.db", "DELETE FROM roll_day_by WHERE kind = 6", true);
	check_damage("2026-11.db", "DELETE FROM cost_records WHERE id = 1", true);
}

static void store_health__names__audit_entry_that_was_changed(void **state)
{
	(void)state;
	check_damage("main.db", "UPDATE audit SET actor = 'local:nobody'", false);
}

static void audit_verify__names__entry_that_was_changed(void **state)
{
	struct sample s;
	int64_t count;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 1, 43);
	for (int i = 0; i < 5; i++) {
		struct audit_entry entry = {
			.actor = STR("local:test"),
			.action = STR("test"),
			.object = STR("thing"),
			.result = STR("ok"),
		};

		assert_ok(audit_add(s.store, &entry, &err), &err);
	}
	assert_ok(audit_verify(s.reader, &count, &err), &err);
	assert_true(count >= 5);
	alter(&s, "main.db", "UPDATE audit SET object = 'other' WHERE id ="
		" (SELECT max(id) - 2 FROM audit)");
	assert_int_equal(audit_verify(s.reader, &count, &err), LL_ECORRUPT);
	assert_non_null(strstr(err.msg, "was changed"));
	alter(&s, "main.db", "DELETE FROM audit WHERE id = (SELECT max(id) - 3 FROM audit)");
	assert_int_equal(audit_verify(s.reader, &count, &err), LL_ECORRUPT);
	assert_non_null(strstr(err.msg, "does not follow"));
	sample_close(&s);
}

SUITE(health,
	cmocka_unit_test(store_health__finds__nothing_wrong_in_sound_store),
	cmocka_unit_test(store_health__names__rollup_that_is_off),
	cmocka_unit_test(store_health__names__audit_entry_that_was_changed),
	cmocka_unit_test(audit_verify__names__entry_that_was_changed));
