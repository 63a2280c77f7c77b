/* SPDX-License-Identifier: Apache-2.0 */
/* Zones: days that are 23 to 25 hours long or missing, and the C library as an oracle. */
#include "tests/support/suite.h"

#include <stdlib.h>
#include <time.h>

#include "base/err.h"
#include "base/fault.h"
#include "base/limits.h"
#include "model/zone.h"

static const char *const names[] = {
	"UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe",
	"Pacific/Apia", "America/Sao_Paulo", "Europe/Dublin", "Europe/Berlin", "Africa/Casablanca",
	"America/St_Johns", "Asia/Gaza", "America/Nuuk", "Pacific/Chatham", "America/Santiago",
	"Asia/Tehran", "Antarctica/Troll", "Pacific/Kiritimati", "Africa/Monrovia",
	"America/Caracas", "Asia/Pyongyang", "Europe/Moscow", "Asia/Jerusalem",
};
#define NAMES (sizeof(names) / sizeof(names[0]))

/* The tests of this file need the zone files; without them there is nothing to compare. */
static struct zone *open_zone(const char *name)
{
	struct err err = { 0 };
	struct zone *z = NULL;
	enum ll_err code = zone_open(str_of(name), &z, &err);

	if (code == LL_ENOENT)
		skip();
	assert_ok(code, &err);
	return z;
}

static int64_t random_time(uint64_t *random)
{
	return (int64_t)(test_random(random) % (uint64_t)LIMIT_TIME_MAX_NS);
}

static int64_t at(const char *text)
{
	bool has_zone;
	int64_t t_ns;

	assert_true(time_parse(str_of(text), &t_ns, &has_zone));
	assert_true(has_zone);
	return t_ns;
}

static int64_t day_of(int year, int month, int day)
{
	return civil_to_days(year, month, day);
}

static void assert_day(const char *name, int64_t day, const char *start)
{
	struct zone *z = open_zone(name);
	char text[36];

	assert_string_equal(zone_format(z, zone_day_start_ns(z, day), text), start);
	zone_free(z);
}

static void assert_local(const char *name, struct civil local, const char *wanted)
{
	struct zone *z = open_zone(name);
	char text[36];

	assert_string_equal(zone_format(z, zone_local_ns(z, &local), text), wanted);
	zone_free(z);
}

static int64_t half_hours_of_day(const char *name, int64_t day)
{
	struct zone *z = open_zone(name);
	int64_t ns = zone_day_start_ns(z, day + 1) - zone_day_start_ns(z, day);

	zone_free(z);
	assert_int_equal(ns % (NS_PER_HOUR / 2), 0);
	return ns / (NS_PER_HOUR / 2);
}

static void zone_day_start__is__local_midnight(void **state)
{
	(void)state;
	assert_day("UTC", day_of(2026, 11, 1), "2026-11-01T00:00:00Z");
	assert_day("Asia/Kolkata", day_of(2026, 11, 1), "2026-11-01T00:00:00+05:30");
	assert_day("Asia/Kathmandu", day_of(2026, 11, 1), "2026-11-01T00:00:00+05:45");
	assert_day("America/New_York", day_of(2026, 3, 8), "2026-03-08T00:00:00-05:00");
	assert_day("America/New_York", day_of(2026, 3, 9), "2026-03-09T00:00:00-04:00");
	assert_day("America/New_York", day_of(2026, 11, 1), "2026-11-01T00:00:00-04:00");
	assert_day("America/New_York", day_of(2026, 11, 2), "2026-11-02T00:00:00-05:00");
	assert_day("Australia/Lord_Howe", day_of(2026, 4, 5), "2026-04-05T00:00:00+11:00");
	assert_day("Australia/Lord_Howe", day_of(2026, 4, 6), "2026-04-06T00:00:00+10:30");
	assert_day("Europe/Dublin", day_of(2026, 7, 1), "2026-07-01T00:00:00+01:00");
	assert_day("Europe/Dublin", day_of(2026, 12, 1), "2026-12-01T00:00:00Z");
}

static void zone_day_start__is__right_far_beyond_the_files_table(void **state)
{
	(void)state;
	assert_day("America/New_York", day_of(2099, 7, 1), "2099-07-01T00:00:00-04:00");
	assert_day("America/New_York", day_of(2099, 11, 2), "2099-11-02T00:00:00-05:00");
	assert_day("Europe/Dublin", day_of(2099, 7, 1), "2099-07-01T00:00:00+01:00");
	assert_day("Europe/Dublin", day_of(2099, 12, 1), "2099-12-01T00:00:00Z");
	assert_day("Australia/Lord_Howe", day_of(2099, 1, 1), "2099-01-01T00:00:00+11:00");
	assert_day("Asia/Kolkata", day_of(2099, 12, 31), "2099-12-31T00:00:00+05:30");
}

static void zone_day_start__counts__half_hours_of_days_of_change(void **state)
{
	(void)state;
	assert_int_equal(half_hours_of_day("America/New_York", day_of(2026, 3, 8)), 46);
	assert_int_equal(half_hours_of_day("America/New_York", day_of(2026, 11, 1)), 50);
	assert_int_equal(half_hours_of_day("Australia/Lord_Howe", day_of(2026, 4, 5)), 49);
	assert_int_equal(half_hours_of_day("Australia/Lord_Howe", day_of(2026, 10, 4)), 47);
	assert_int_equal(half_hours_of_day("Asia/Kathmandu", day_of(2026, 11, 1)), 48);
	assert_int_equal(half_hours_of_day("America/Sao_Paulo", day_of(2018, 11, 4)), 46);
	assert_int_equal(half_hours_of_day("Pacific/Apia", day_of(2011, 12, 30)), 0);
}

static void zone_day_start__begins__late_when_midnight_is_in_a_gap(void **state)
{
	(void)state;
	assert_day("America/Sao_Paulo", day_of(2018, 11, 4), "2018-11-04T01:00:00-02:00");
}

static void zone_day_start__is__the_next_days_for_a_day_that_never_was(void **state)
{
	(void)state;
	assert_day("Pacific/Apia", day_of(2011, 12, 29), "2011-12-29T00:00:00-10:00");
	assert_day("Pacific/Apia", day_of(2011, 12, 30), "2011-12-31T00:00:00+14:00");
	assert_day("Pacific/Apia", day_of(2011, 12, 31), "2011-12-31T00:00:00+14:00");
}

static void zone_day__skips__the_day_that_never_was(void **state)
{
	struct zone *z = open_zone("Pacific/Apia");

	(void)state;
	assert_int_equal(zone_day(z, at("2011-12-30T09:59:59Z")), day_of(2011, 12, 29));
	assert_int_equal(zone_day(z, at("2011-12-30T10:00:00Z")), day_of(2011, 12, 31));
	zone_free(z);
}

/* In 2010 St John's put its clocks from 00:01 back to 23:01 of the day before. */
static void zone_day__never__goes_back_over_midnight(void **state)
{
	struct zone *z = open_zone("America/St_Johns");
	int64_t change_ns = at("2010-11-07T02:31:00Z");
	char text[36];

	(void)state;
	assert_string_equal(zone_format(z, change_ns - NS_PER_S, text),
		"2010-11-07T00:00:59-02:30");
	assert_string_equal(zone_format(z, change_ns, text), "2010-11-06T23:01:00-03:30");
	assert_int_equal(zone_day(z, change_ns - NS_PER_MIN - 1), day_of(2010, 11, 6));
	assert_int_equal(zone_day(z, change_ns - 1), day_of(2010, 11, 7));
	assert_int_equal(zone_day(z, change_ns), day_of(2010, 11, 7));
	assert_int_equal(zone_day(z, change_ns + NS_PER_DAY), day_of(2010, 11, 7));
	assert_int_equal(zone_day_start_ns(z, day_of(2010, 11, 7)), change_ns - NS_PER_MIN);
	zone_free(z);
}

static void zone_day__holds__every_instant_between_its_starts(void **state)
{
	uint64_t random = 1;

	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct zone *z = open_zone(names[i]);

		for (int round = 0; round < 5000; round++) {
			int64_t t_ns = random_time(&random);
			int64_t day = zone_day(z, t_ns);

			assert_true(zone_day_start_ns(z, day) <= t_ns);
			assert_true(t_ns < zone_day_start_ns(z, day + 1));
		}
		zone_free(z);
	}
}

static void zone_day__holds__at_every_midnight_and_beside_it(void **state)
{
	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct zone *z = open_zone(names[i]);

		for (int64_t day = 0; day < day_of(2099, 12, 31); day++) {
			int64_t start_ns = zone_day_start_ns(z, day);

			assert_true(zone_day(z, start_ns) >= day);
			assert_true(zone_day(z, start_ns - 1) < day);
		}
		zone_free(z);
	}
}

static void use_libc_zone(const char *name)
{
	setenv("TZ", name, 1);
	tzset();
}

static void assert_as_libc(const struct zone *z, time_t t)
{
	struct civil c = zone_civil(z, t * NS_PER_S);
	struct tm tm;

	assert_non_null(localtime_r(&t, &tm));
	assert_int_equal(zone_offset_s(z, t * NS_PER_S), tm.tm_gmtoff);
	assert_int_equal(c.year, tm.tm_year + 1900);
	assert_int_equal(c.month, tm.tm_mon + 1);
	assert_int_equal(c.day, tm.tm_mday);
	assert_int_equal(c.hour, tm.tm_hour);
	assert_int_equal(c.minute, tm.tm_min);
	assert_int_equal(c.second, tm.tm_sec);
}

static void zone_offset__agrees__with_the_c_library(void **state)
{
	uint64_t random = 2;

	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct zone *z = open_zone(names[i]);

		use_libc_zone(names[i]);
		for (int round = 0; round < 2000; round++)
			assert_as_libc(z, random_time(&random) / NS_PER_S);
		for (time_t t = 0; t < LIMIT_TIME_MAX_NS / NS_PER_S; t += 86400 * 6 + 3600)
			assert_as_libc(z, t);
		zone_free(z);
	}
	unsetenv("TZ");
	tzset();
}

static void zone_offset_since__is__where_the_offset_changed(void **state)
{
	struct zone *z = open_zone("America/New_York");
	int64_t change_ns = at("2026-03-08T07:00:00Z");

	(void)state;
	assert_int_equal(zone_offset_since_ns(z, at("2026-06-01T00:00:00Z")), change_ns);
	assert_int_equal(zone_offset_since_ns(z, change_ns), change_ns);
	assert_true(zone_offset_since_ns(z, change_ns - 1) < change_ns);
	assert_int_equal(zone_offset_s(z, change_ns - 1), -5 * 3600);
	assert_int_equal(zone_offset_s(z, change_ns), -4 * 3600);
	assert_true(zone_offset_since_ns(zone_utc(), 0) == INT64_MIN);
	zone_free(z);
}

static void zone_local__takes__the_later_reading_in_a_gap_and_the_first_in_an_overlap(void **state)
{
	struct civil gap = { .year = 2026, .month = 3, .day = 8, .hour = 2, .minute = 30 };
	struct civil overlap = { .year = 2026, .month = 11, .day = 1, .hour = 1, .minute = 30 };
	struct civil plain = { .year = 2026, .month = 11, .day = 1, .hour = 2, .minute = 30 };
	struct civil skipped = { .year = 2011, .month = 12, .day = 30, .hour = 12 };

	(void)state;
	assert_local("America/New_York", gap, "2026-03-08T03:30:00-04:00");
	assert_local("America/New_York", overlap, "2026-11-01T01:30:00-04:00");
	assert_local("America/New_York", plain, "2026-11-01T02:30:00-05:00");
	assert_local("Pacific/Apia", skipped, "2011-12-31T12:00:00+14:00");
}

static void zone_local__is__the_inverse_of_civil_outside_overlaps(void **state)
{
	uint64_t random = 3;

	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct zone *z = open_zone(names[i]);

		for (int round = 0; round < 2000; round++) {
			int64_t t_ns = random_time(&random);
			struct civil local = zone_civil(z, t_ns);
			int64_t back_ns = zone_local_ns(z, &local);
			struct civil again = zone_civil(z, back_ns);

			assert_true(back_ns <= t_ns);
			assert_int_equal(civil_to_ns(&again), civil_to_ns(&local));
		}
		zone_free(z);
	}
}

static void zone_format__writes__fractions_and_odd_offsets(void **state)
{
	struct zone *z = open_zone("Asia/Kathmandu");
	struct zone *monrovia = open_zone("Africa/Monrovia");
	char text[36];

	(void)state;
	assert_string_equal(zone_format(z, at("2026-11-01T00:00:00.25Z"), text),
		"2026-11-01T05:45:00.250+05:45");
	assert_string_equal(zone_format(z, at("2026-11-01T00:00:00.123456789Z"), text),
		"2026-11-01T05:45:00.123456789+05:45");
	/* Until 1972 it was at -00:44:30. */
	assert_int_equal(zone_offset_s(monrovia, 0), -(44 * 60 + 30));
	assert_string_equal(zone_format(monrovia, 0, text), "1970-01-01T00:00:00Z");
	assert_string_equal(zone_format(zone_utc(), 0, text), "1970-01-01T00:00:00Z");
	zone_free(z);
	zone_free(monrovia);
}

static void zone_open__takes__fixed_offsets(void **state)
{
	static const struct {
		const char *name;
		int32_t offset_s;
	} cases[] = {
		{ "+05:30", 19800 }, { "-08:00", -28800 }, { "+0545", 20700 }, { "-03", -10800 },
		{ "+00:00", 0 }, { "UTC", 0 }, { "Etc/UTC", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct zone *z = open_zone(cases[i].name);

		assert_int_equal(zone_offset_s(z, 0), cases[i].offset_s);
		assert_string_equal(zone_name(z), cases[i].name);
		assert_int_equal(zone_day(z, at("2026-11-01T12:00:00Z")), day_of(2026, 11, 1));
		zone_free(z);
	}
}

static void zone_open__refuses__names_that_lead_elsewhere(void **state)
{
	static const struct str bad[] = {
		STR_INIT(""), STR_INIT("/etc/passwd"), STR_INIT("../../etc/passwd"),
		STR_INIT("Europe/../Europe/Paris"), STR_INIT("Europe/Paris\0x"), STR_INIT("a b"),
		STR_INIT("Europe/Z\xc3\xbcrich"), STR_INIT("+5"), STR_INIT("+24:00"),
		STR_INIT("+05:60"), STR_INIT("+05:3"),
		STR_INIT("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = { 0 };
		struct zone *z;
		enum ll_err code = zone_open(bad[i], &z, &err);

		assert_true(code == LL_EINVAL || code == LL_ENOENT);
		assert_int_equal(err.code, code);
		assert_null(z);
	}
}

static void zone_open__says__what_is_missing(void **state)
{
	struct err err = { 0 };
	struct zone *z;

	(void)state;
	assert_int_equal(zone_open(STR("Europe/Pariss"), &z, &err), LL_ENOENT);
	assert_string_equal(err.msg, "time zone 'Europe/Pariss' is not known here: "
		"'/usr/share/zoneinfo' (package tzdata) has no such file");
	assert_int_equal(zone_open(STR("Europe"), &z, &err), LL_ENOENT);
	assert_int_equal(zone_open(STR("not a zone"), &z, &err), LL_EINVAL);
	assert_string_equal(err.msg, "'not a zone' is no time zone; write a name such as "
		"'Europe/Paris', 'UTC' or an offset such as '+05:30'");
}

static void zone_open__survives__every_failure_of_memory_and_files(void **state)
{
	struct err err = { 0 };
	enum ll_err code = LL_ENOMEM;
	struct zone *z;

	(void)state;
	zone_free(open_zone("Europe/Paris"));
	for (uint64_t nth = 1; code; nth++) {
		fault_arm(FAULT_ALLOC | FAULT_FILE, nth, true);
		code = zone_open(STR("Europe/Paris"), &z, &err);
		fault_disarm();
		assert_true(code == LL_OK || z == NULL);
		assert_true(nth < 100);
	}
	zone_free(z);
}

static void zone_system_name__takes__what_tz_says(void **state)
{
	static const char *const cases[][2] = {
		{ "UTC", "UTC" },
		{ "", "UTC" },
		{ "Asia/Kolkata", "Asia/Kolkata" },
		{ ":Asia/Kolkata", "Asia/Kolkata" },
		{ "/usr/share/zoneinfo/Asia/Kolkata", "Asia/Kolkata" },
		{ ":/usr/share/zoneinfo/Asia/Kolkata", "Asia/Kolkata" },
	};
	char name[64];

	(void)state;
	zone_free(open_zone("Asia/Kolkata"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		setenv("TZ", cases[i][0], 1);
		zone_system_name(name);
		assert_string_equal(name, cases[i][1]);
	}
	unsetenv("TZ");
}

static void zone_system_name__is__a_zone_that_opens_whatever_tz_says(void **state)
{
	static const char *const odd[] = { "../../etc/passwd", "No/Where", "<+03>-3", "\x1b[2J",
		":" };
	char name[64];

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		setenv("TZ", odd[i], 1);
		zone_system_name(name);
		zone_free(open_zone(name));
	}
	unsetenv("TZ");
}

SUITE(zone,
	cmocka_unit_test(zone_day_start__is__local_midnight),
	cmocka_unit_test(zone_day_start__is__right_far_beyond_the_files_table),
	cmocka_unit_test(zone_day_start__counts__half_hours_of_days_of_change),
	cmocka_unit_test(zone_day_start__begins__late_when_midnight_is_in_a_gap),
	cmocka_unit_test(zone_day_start__is__the_next_days_for_a_day_that_never_was),
	cmocka_unit_test(zone_day__skips__the_day_that_never_was),
	cmocka_unit_test(zone_day__never__goes_back_over_midnight),
	cmocka_unit_test(zone_day__holds__every_instant_between_its_starts),
	cmocka_unit_test(zone_day__holds__at_every_midnight_and_beside_it),
	cmocka_unit_test(zone_offset__agrees__with_the_c_library),
	cmocka_unit_test(zone_offset_since__is__where_the_offset_changed),
	cmocka_unit_test(zone_local__takes__the_later_reading_in_a_gap_and_the_first_in_an_overlap),
	cmocka_unit_test(zone_local__is__the_inverse_of_civil_outside_overlaps),
	cmocka_unit_test(zone_format__writes__fractions_and_odd_offsets),
	cmocka_unit_test(zone_open__takes__fixed_offsets),
	cmocka_unit_test(zone_open__refuses__names_that_lead_elsewhere),
	cmocka_unit_test(zone_open__says__what_is_missing),
	cmocka_unit_test(zone_open__survives__every_failure_of_memory_and_files),
	cmocka_unit_test(zone_system_name__takes__what_tz_says),
	cmocka_unit_test(zone_system_name__is__a_zone_that_opens_whatever_tz_says));
