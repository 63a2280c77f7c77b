/* SPDX-License-Identifier: Apache-2.0 */
/* The calendar, and times as text. */
#include "tests/support/suite.h"

#include "base/clock.h"

static void clock_now__is__fixed_or_real(void **state)
{
	struct clock fixed = { .fixed_ns = 42 }, real = { 0 };

	(void)state;
	assert_int_equal(clock_now_ns(&fixed), 42);
	assert_true(clock_now_ns(&real) > INT64_C(1700000000) * NS_PER_S);
	assert_true(clock_now_ns(NULL) > INT64_C(1700000000) * NS_PER_S);
	assert_true(clock_mono_ns() <= clock_mono_ns());
}

/* Day by day, with the next day found by the rules that one learns at school. */
static void civil__round_trips__every_day(void **state)
{
	static const int lengths[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t days = civil_to_days(1677, 1, 1);

	(void)state;
	for (int year = 1677; year <= 2262; year++) {
		bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

		for (int month = 1; month <= 12; month++) {
			for (int day = 1; day <= lengths[month - 1] + (is_leap && month == 2);
				day++, days++) {
				int32_t y;
				int m, d;

				civil_from_days(days, &y, &m, &d);
				assert_true(y == year && m == month && d == day);
				assert_int_equal(civil_to_days(year, month, day), days);
			}
		}
	}
	assert_int_equal(civil_to_days(1970, 1, 1), 0);
	assert_int_equal(civil_to_days(2000, 3, 1), 11017);
}

static void civil_ns__round_trips__any_time(void **state)
{
	static const int64_t edges[] = { INT64_MIN, INT64_MAX, -1, 0, 1, NS_PER_DAY, -NS_PER_DAY };
	uint64_t seed = 11;

	(void)state;
	for (int i = 0; i < 100000; i++) {
		bool is_edge = i < (int)(sizeof(edges) / sizeof(edges[0]));
		int64_t t = is_edge ? edges[i] : (int64_t)test_random(&seed);
		struct civil c = civil_from_ns(t);

		assert_int_equal(civil_to_ns(&c), t);
		if (c.year >= 1700 && c.year <= 2261)
			assert_true(civil_is_valid(&c));
	}
}

static void civil_to_ns__stops__at_ends_of_range(void **state)
{
	struct civil late = { 2300, 1, 1, 0, 0, 0, 0 }, early = { 1600, 1, 1, 0, 0, 0, 0 };

	(void)state;
	assert_int_equal(civil_to_ns(&late), INT64_MAX);
	assert_int_equal(civil_to_ns(&early), INT64_MIN);
}

static void weekday__is_0__on_monday(void **state)
{
	(void)state;
	assert_int_equal(weekday_of_days(0), 3);
	assert_int_equal(weekday_of_days(civil_to_days(2026, 11, 2)), 0);
	assert_int_equal(weekday_of_days(civil_to_days(2026, 11, 1)), 6);
	assert_int_equal(weekday_of_days(civil_to_days(1900, 1, 1)), 0);
}

static void time_parse__reads__what_logs_write(void **state)
{
	static const struct {
		const char *text, *utc;
		bool has_zone;
	} cases[] = {
		{ "2026-11-01T10:00:00Z", "2026-11-01T10:00:00Z", true },
		{ "2026-11-01t10:00:00z", "2026-11-01T10:00:00Z", true },
		{ "2026-11-01 10:00:00", "2026-11-01T10:00:00Z", false },
		{ "2026-11-01T10:00:00.123Z", "2026-11-01T10:00:00.123Z", true },
		{ "2026-11-01T10:00:00.1", "2026-11-01T10:00:00.100Z", false },
		{ "2026-11-01T10:00:00.123456+00:00", "2026-11-01T10:00:00.123456Z", true },
		{ "2026-11-01T10:00:00.000000001Z", "2026-11-01T10:00:00.000000001Z", true },
		{ "2026-11-01T10:00:00.000Z", "2026-11-01T10:00:00Z", true },
		{ "2026-11-01T10:00:00+02:00", "2026-11-01T08:00:00Z", true },
		{ "2026-01-01T00:30:00+05:30", "2025-12-31T19:00:00Z", true },
		{ "2026-11-01 10:00:00-0130", "2026-11-01T11:30:00Z", true },
		{ "2026-11-01 10:00:00+00", "2026-11-01T10:00:00Z", true },
		{ "2024-02-29T23:59:59Z", "2024-02-29T23:59:59Z", true },
		{ "2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z", true },
		{ "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", true },
		{ "1700-01-01T00:00:00+23:59", "1699-12-31T00:01:00Z", true },
		{ "2261-12-31T23:59:60.999999999-23:59", "2262-01-01T23:59:00.999999999Z", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char utc[36];
		int64_t t;
		bool has_zone;

		if (!time_parse(str_of(cases[i].text), &t, &has_zone))
			fail_msg("refused: %s", cases[i].text);
		assert_string_equal(time_format_utc(t, utc), cases[i].utc);
		assert_int_equal(has_zone, cases[i].has_zone);
	}
}

static void time_parse__refuses__all_else(void **state)
{
	static const char *const bad[] = {
		"", "2026", "2026-11-01", "2026-11-01T", "2026-11-01T10:00", "2026-11-01T10:00Z",
		"2026-11-01X10:00:00Z", "2026-11-01  10:00:00", "2026-13-01T10:00:00Z",
		"2026-00-01T10:00:00Z", "2026-01-00T10:00:00Z", "2026-01-32T10:00:00Z",
		"2026-04-31T10:00:00Z", "2026-02-29T10:00:00Z", "1900-02-29T10:00:00Z",
		"2026-01-01T24:00:00Z", "2026-01-01T10:60:00Z", "2026-01-01T10:00:61Z",
		"2026-01-01T10:00:00.Z", "2026-01-01T10:00:00.1234567890Z",
		"2026-01-01T10:00:00,5Z", "2026-01-01T10:00:00ZZ", "2026-01-01T10:00:00Z ",
		" 2026-01-01T10:00:00Z", "2026-01-01T10:00:00+24:00", "2026-01-01T10:00:00+02:60",
		"2026-01-01T10:00:00+2", "2026-01-01T10:00:00+02:", "2026-01-01T10:00:00+02:0",
		"2026-01-01T10:00:00+02:000", "2026-01-01T10:00:00+", "1699-12-31T23:59:59Z",
		"2262-01-01T00:00:00Z", "+026-01-01T10:00:00Z", "2026-+1-01T10:00:00Z",
		"-026-01-01T10:00:00Z", "2026-1-1T10:00:00Z", "0000-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z", "2026-01-01T10:00:00 UTC",
	};
	int64_t t = 77;
	bool has_zone = true;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (time_parse(str_of(bad[i]), &t, &has_zone))
			fail_msg("accepted: %s", bad[i]);
	assert_int_equal(t, 77);
	assert_true(has_zone);
}

static void time_parse__reads__what_format_writes(void **state)
{
	const int64_t last = civil_to_days(2262, 1, 1) * NS_PER_DAY;
	const int64_t first = civil_to_days(1700, 1, 1) * NS_PER_DAY;
	uint64_t seed = 13;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		static const int64_t grain[] = { 1, NS_PER_US, NS_PER_MS, NS_PER_S };
		uint64_t span = (uint64_t)last - (uint64_t)first;
		int64_t t = (int64_t)((uint64_t)first + test_random(&seed) % span);
		int64_t got;
		bool has_zone;
		char text[36];

		t = t / grain[i % 4] * grain[i % 4];
		assert_true(time_parse(str_of(time_format_utc(t, text)), &got, &has_zone));
		assert_int_equal(got, t);
		assert_true(has_zone);
	}
}

SUITE(clock,
	cmocka_unit_test(clock_now__is__fixed_or_real),
	cmocka_unit_test(civil__round_trips__every_day),
	cmocka_unit_test(civil_ns__round_trips__any_time),
	cmocka_unit_test(civil_to_ns__stops__at_ends_of_range),
	cmocka_unit_test(weekday__is_0__on_monday),
	cmocka_unit_test(time_parse__reads__what_logs_write),
	cmocka_unit_test(time_parse__refuses__all_else),
	cmocka_unit_test(time_parse__reads__what_format_writes));
