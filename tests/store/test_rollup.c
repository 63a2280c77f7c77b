/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"
#include "store/rollup.h"
#include "store/seen.h"
#include "tests/store/writing.h"

static void open_file(struct db *db, const char *dir, const char *name, enum db_mode mode)
{
	char path[512];
	struct err err = { 0 };

	assert_true(path_join(path, sizeof(path), dir, name));
	assert_ok(db_open(db, path, mode, 0, &err), &err);
}

static void fill(const char *dir)
{
	struct store *s = writing_open(dir);
	struct batch *b = batch_new();
	uint64_t random = 1;

	writing_fill(b, writing_source(s, "/a"), &random, 1000, 100000);
	writing_append(s, b);
	batch_free(b);
	store_close(s);
}

static void rollup_recount__notices_any_change(void **state)
{
	static const char *const changes[] = {
		"UPDATE roll_15m SET input = input + 1 WHERE t = (SELECT max(t) FROM roll_15m)",
		"DELETE FROM roll_day WHERE day = (SELECT min(day) FROM roll_day)",
		"UPDATE roll_day_by SET id = id + 1000 WHERE kind = 6",
		"UPDATE roll_day_by SET timed = timed - 1",
		"UPDATE roll_15m_all SET errors = errors + 1 WHERE model = 1",
		"DELETE FROM roll_15m_all WHERE t = (SELECT max(t) FROM roll_15m_all)",
		"UPDATE roll_day_all SET cost_nanos = cost_nanos - 1",
		"DELETE FROM roll_day_all",
		"UPDATE cost_records SET output = output + 1 WHERE id = 5",
		"UPDATE month SET zone = 'Asia/Kolkata'",
		"INSERT INTO roll_day SELECT 2, day, project, model, source, 0, 0, 0, 0, 0, 0, 0,"
			" 0, 0, 0, 0, 0, 0, 0 FROM roll_day LIMIT 1",
	};
	const char *dir = test_dir();
	struct db main_db, month;
	struct err err = { 0 };
	char problem[160];
	(void)state;

	fill(dir);
	open_file(&main_db, dir, "main.db", DB_READ);
	open_file(&month, dir, "2026-11.db", DB_WRITE);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		assert_ok(db_begin(&month, &err), &err);
		assert_ok(db_exec(&month, changes[i], &err), &err);
		assert_ok(rollup_recount(&main_db, &month, problem, &err), &err);
		assert_string_not_equal(problem, "");
		db_rollback(&month);
	}
	assert_ok(rollup_recount(&main_db, &month, problem, &err), &err);
	assert_string_equal(problem, "");
	db_close(&month);
	db_close(&main_db);
}

static void rollup_rebuild__makes_what_deltas_made(void **state)
{
	const char *dir = test_dir();
	struct db main_db, month;
	struct tag_sets tags;
	struct zone *zone;
	struct err err = { 0 };
	(void)state;

	fill(dir);
	open_file(&main_db, dir, "main.db", DB_READ);
	open_file(&month, dir, "2026-11.db", DB_WRITE);
	assert_ok(tag_sets_init(&tags, &main_db, &err), &err);
	assert_ok(rollup_zone(&month, &zone, &err), &err);
	assert_ok(db_begin(&month, &err), &err);
	assert_ok(db_exec(&month, "UPDATE roll_15m SET calls = 7; DELETE FROM roll_day;"
		" DELETE FROM roll_day_all", &err), &err);
	assert_ok(rollup_rebuild(&month, ROLL_ALL, zone, &tags, &err), &err);
	assert_ok(db_commit(&month, &err), &err);
	zone_free(zone);
	tag_sets_release(&tags);
	db_close(&month);
	db_close(&main_db);
	writing_check(dir);
}

static void rollup_add__refuses_a_sum_out_of_range(void **state)
{
	const struct tag_ids none = { .count = 0 };
	struct call_row row = { .workspace = 1, .model = 1, .source = 1, .latency_ms = -1 };
	struct rollup r;
	struct err err = { 0 };
	(void)state;

	row.has_cost = true;
	row.cost = usd_of_nanos(INT64_MAX);
	rollup_init(&r, ROLL_ALL, zone_utc());
	assert_ok(rollup_add(&r, &row, &none, 1, &err), &err);
	assert_int_equal(rollup_add(&r, &row, &none, 1, &err), LL_EOVERFLOW);
	rollup_clear(&r, zone_utc());
	assert_ok(rollup_add(&r, &row, &none, -1, &err), &err);
	row.model = INT64_MAX;
	assert_int_equal(rollup_add(&r, &row, &none, 1, &err), LL_ECORRUPT);
	rollup_release(&r);
	rollup_release(&r);
}

static void open_index(struct db *month, struct seen *s)
{
	struct err err = { 0 };

	open_file(month, test_dir(), "2026-11.db", DB_CREATE);
	assert_ok(db_exec(month, "CREATE TABLE seen (k INTEGER PRIMARY KEY,"
		" record INTEGER NOT NULL) STRICT", &err), &err);
	assert_ok(seen_init(s, month, &err), &err);
}

/* Families with equal upper bits share a chain; what is removed leaves no gap in it. */
static void seen__probes_past_others_and_removed_ones(void **state)
{
	/* The last place: the chain goes on at the first. */
	const uint64_t family = UINT64_MAX << 11;
	struct db month;
	struct seen s;
	struct seen_cursor c;
	struct err err = { 0 };
	int64_t record;
	bool may;
	(void)state;

	open_index(&month, &s);
	for (int64_t i = 1; i <= 3; i++)
		assert_ok(seen_add(&s, 743, family + (uint64_t)i, i, &err), &err);
	assert_ok(seen_remove(&s, 743, family + 2, 2, &err), &err);
	seen_start(&c, 743, family);
	assert_ok(seen_next(&s, &c, &record, &err), &err);
	assert_int_equal(record, 1);
	assert_ok(seen_next(&s, &c, &record, &err), &err);
	assert_int_equal(record, 3);
	assert_ok(seen_next(&s, &c, &record, &err), &err);
	assert_int_equal(record, 0);
	assert_ok(seen_add(&s, 743, family, 4, &err), &err);
	seen_start(&c, 743, family);
	assert_ok(seen_next(&s, &c, &record, &err), &err);
	assert_ok(seen_next(&s, &c, &record, &err), &err);
	assert_int_equal(record, 4);
	assert_ok(seen_may_have(&s, family, &may, &err), &err);
	assert_true(may);
	assert_ok(seen_may_have(&s, 12345, &may, &err), &err);
	assert_false(may);
	seen_release(&s);
	db_close(&month);
}

/* The filter grows as the month does and never denies what is there. */
static void seen__filter_has_every_family(void **state)
{
	struct db month;
	struct seen s;
	struct err err = { 0 };
	uint64_t random = 9;
	size_t false_alarms = 0;
	bool may;
	(void)state;

	open_index(&month, &s);
	assert_ok(db_begin(&month, &err), &err);
	for (int64_t i = 1; i <= 60000; i++) {
		uint64_t family = test_random(&random);

		assert_ok(seen_may_have(&s, family, &may, &err), &err);
		false_alarms += may;
		assert_ok(seen_add(&s, (int32_t)(i % 744), family, i, &err), &err);
	}
	assert_true(false_alarms < 600);
	random = 9;
	for (int64_t i = 1; i <= 60000; i++) {
		assert_ok(seen_may_have(&s, test_random(&random), &may, &err), &err);
		assert_true(may);
	}
	seen_release(&s);
	db_close(&month);
}

SUITE(rollup,
	cmocka_unit_test(rollup_recount__notices_any_change),
	cmocka_unit_test(rollup_rebuild__makes_what_deltas_made),
	cmocka_unit_test(rollup_add__refuses_a_sum_out_of_range),
	cmocka_unit_test(seen__probes_past_others_and_removed_ones),
	cmocka_unit_test(seen__filter_has_every_family));
