/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"
#include "base/file.h"
#include "store/month.h"
#include "tests/support/suite.h"

static void month_of_ns__agrees_with_its_bounds(void **state)
{
	(void)state;
	for (int32_t m = 197001; m < 210001; m = month_next(m)) {
		int64_t start_ns = month_start_ns(m), next_ns = month_start_ns(month_next(m));

		assert_int_equal(month_prev(month_next(m)), m);
		assert_int_equal(month_of_ns(start_ns), m);
		assert_int_equal(month_of_ns(next_ns - 1), m);
		assert_int_equal(month_hour(start_ns), 0);
		assert_int_equal(month_hour(next_ns - 1), (next_ns - start_ns) / NS_PER_HOUR - 1);
	}
	assert_int_equal(month_of_ns(-1), 196912);
}

static void month_parse_name__takes_month_files_only(void **state)
{
	static const char *const others[] = { "", "main.db", "2026-13.db", "2026-00.db",
		"2026-1.db", "2026-11.db-wal", "2026-11.fts.db", "+026-11.db",
		"2026-+1.db", "2026-1 .db",
		"2026_11.db", "-026-11.db" };
	int32_t month = 0;
	(void)state;

	assert_true(month_parse_name("2026-11.db", &month));
	assert_int_equal(month, 202611);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(month_parse_name(others[i], &month));
}

static void month_list__is_ascending(void **state)
{
	static const char *const names[] = { "2026-11.db", "main.db", "2025-12.db", "2026-02.db" };
	const char *dir = test_dir();
	struct month_list list;
	struct err err = { 0 };
	char path[512];
	(void)state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_true(path_join(path, sizeof(path), dir, names[i]));
		test_write_file(path, STR(""));
	}
	assert_ok(month_list(dir, &list, &err), &err);
	assert_int_equal(list.count, 3);
	assert_int_equal(list.at[0], 202512);
	assert_int_equal(list.at[2], 202611);
	month_list_release(&list);
	assert_int_equal(month_list("/nowhere", &list, &err), LL_ENOENT);
	assert_true(month_path(dir, 202602, path, sizeof(path)));
	assert_true(str_ends(str_of(path), STR("/2026-02.db")));
	assert_false(month_path(dir, 202602, path, 12));
}

SUITE(month,
	cmocka_unit_test(month_of_ns__agrees_with_its_bounds),
	cmocka_unit_test(month_parse_name__takes_month_files_only),
	cmocka_unit_test(month_list__is_ascending));
