/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges, buckets and durations, around the days on which clocks change. */
#include "tests/support/suite.h"

#include "base/err.h"
#include "base/limits.h"
#include "model/timerange.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

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
	return t_ns;
}

/* The present of these tests: Sunday evening in New York, Monday morning in Kolkata. */
#define NOW "2026-11-02T01:30:00Z"

static void timerange_parse__reads__every_form(void **state)
{
	static const struct {
		const char *zone, *since, *until, *start, *end;
	} cases[] = {
		{ "UTC", "2026-11-01", "2026-11-01", "2026-11-01T00:00:00Z",
			"2026-11-02T00:00:00Z" },
		{ "UTC", "20261101", "20261103", "2026-11-01T00:00:00Z", "2026-11-04T00:00:00Z" },
		{ "UTC", "24h", "now", "2026-11-01T01:30:00Z", NOW },
		{ "UTC", "2w", "30m", "2026-10-19T01:30:00Z", "2026-11-02T01:00:00Z" },
		{ "UTC", "7d", "1h30m", "2026-10-26T01:30:00Z", "2026-11-02T00:00:00Z" },
		{ "UTC", "today", "today", "2026-11-02T00:00:00Z", "2026-11-03T00:00:00Z" },
		{ "UTC", "yesterday", "yesterday", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z" },
		{ "UTC", "week", "week", "2026-11-02T00:00:00Z", "2026-11-09T00:00:00Z" },
		{ "UTC", "month", "month", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z" },
		{ "UTC", "year", "year", "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z" },
		{ "UTC", "2026-11-01T10:00:00Z", "2026-11-01T10:00:00.5Z", "2026-11-01T10:00:00Z",
			"2026-11-01T10:00:00.5Z" },
		{ "UTC", "2026-11-01T10:00:00+05:30", "now", "2026-11-01T04:30:00Z", NOW },
		{ "Asia/Kolkata", "2026-11-01", "2026-11-01", "2026-10-31T18:30:00Z",
			"2026-11-01T18:30:00Z" },
		{ "Asia/Kolkata", "2026-11-01 10:00:00", "now", "2026-11-01T04:30:00Z", NOW },
		{ "Asia/Kolkata", "week", "now", "2026-11-01T18:30:00Z", NOW },
		{ "Asia/Kathmandu", "today", "now", "2026-11-01T18:15:00Z", NOW },
		{ "America/New_York", "2026-03-08", "2026-03-08", "2026-03-08T05:00:00Z",
			"2026-03-09T04:00:00Z" },
		{ "America/New_York", "today", "today", "2026-11-01T04:00:00Z",
			"2026-11-02T05:00:00Z" },
		{ "America/New_York", "week", "week", "2026-10-26T04:00:00Z",
			"2026-11-02T05:00:00Z" },
		{ "America/New_York", "2026-03-08T02:30:00", "now", "2026-03-08T07:30:00Z", NOW },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct zone *z = open_zone(cases[i].zone);
		struct timerange range;
		struct err err = { 0 };

		assert_ok(timerange_parse(str_of(cases[i].since), str_of(cases[i].until), z,
			at(NOW),
			&range, &err), &err);
		assert_int_equal(range.since_ns, at(cases[i].start));
		assert_int_equal(range.until_ns, at(cases[i].end));
		assert_false(range.is_open);
		zone_free(z);
	}
}

static void timerange_parse__leaves__ends_open_that_are_not_given(void **state)
{
	const struct zone *z = zone_utc();
	struct timerange range;
	struct err err = { 0 };

	(void)state;
	assert_ok(timerange_parse(STR(""), STR(""), z, at(NOW), &range, &err), &err);
	assert_true(range.is_open && range.since_ns == 0 && range.until_ns == INT64_MAX);
	assert_ok(timerange_parse(STR("now"), STR(""), z, at(NOW), &range, &err), &err);
	assert_true(!range.is_open && range.since_ns == at(NOW) && range.until_ns == INT64_MAX);
	assert_ok(timerange_parse(STR(""), STR("now"), z, at(NOW), &range, &err), &err);
	assert_true(!range.is_open && range.since_ns == 0 && range.until_ns == at(NOW));
}

static void timerange_parse__goes__back_to_1970_at_most(void **state)
{
	struct timerange range;
	struct err err = { 0 };

	(void)state;
	assert_ok(timerange_parse(STR("100000d"), STR(""), zone_utc(), at(NOW), &range, &err),
		&err);
	assert_int_equal(range.since_ns, 0);
	assert_ok(timerange_parse(STR("999999999999h"), STR(""), zone_utc(), at(NOW), &range,
		&err), &err);
	assert_int_equal(range.since_ns, 0);
}

static void timerange_parse__names__the_word_that_is_wrong(void **state)
{
	static const char *const bad[] = {
		"tomorrow", "2026-13-01", "2026-02-30", "20260230", "2026-1-1", "7", "7x", "-7d",
			"d",
		"2026-11-01T25:00:00Z", "9999-01-01", "1969-12-31", "2100-01-01", "Today", " today",
	};
	struct timerange range;
	struct err err = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(timerange_parse(str_of(bad[i]), STR(""), zone_utc(), at(NOW),
			&range,
			&err), LL_EUSAGE);
		assert_int_equal(timerange_parse(STR(""), str_of(bad[i]), zone_utc(), at(NOW),
			&range,
			&err), LL_EUSAGE);
	}
	assert_string_equal(err.msg, "until ' today' is not a time between 1970 and 2099; write a "
		"date (2026-11-01), a time (2026-11-01T10:00:00), how long ago (30m 24h 7d 2w), or "
		"today, yesterday, week, month, year or now");
}

static void timerange_parse__refuses__an_end_before_the_start(void **state)
{
	struct timerange range;
	struct err err = { 0 };

	(void)state;
	assert_int_equal(timerange_parse(STR("today"), STR("yesterday"), zone_utc(), at(NOW),
		&range,
		&err), LL_EUSAGE);
	assert_string_equal(err.msg, "until 'yesterday' is not after since 'today'");
	assert_int_equal(timerange_parse(STR("now"), STR("now"), zone_utc(), at(NOW), &range, &err),
		LL_EUSAGE);
	assert_int_equal(timerange_parse(STR(""), STR("1970-01-01T00:00:00Z"), zone_utc(), at(NOW),
		&range, &err), LL_EUSAGE);
	assert_string_equal(err.msg, "until '1970-01-01T00:00:00Z' is not after since '1970'");
}

static void assert_bucket(enum bucket b, const char *zone, const char *t, const char *start,
	const char *next, const char *label)
{
	struct zone *z = open_zone(zone);
	int64_t start_ns = bucket_start_ns(b, z, at(t));
	char text[36];

	assert_string_equal(time_format_utc(start_ns, text), start);
	assert_string_equal(time_format_utc(bucket_next_ns(b, z, start_ns), text), next);
	bucket_label(b, z, start_ns, text);
	assert_string_equal(text, label);
	zone_free(z);
}

static void bucket_hour__starts__on_local_hours(void **state)
{
	(void)state;
	assert_bucket(BUCKET_HOUR, "UTC", "2026-11-01T14:59:59Z", "2026-11-01T14:00:00Z",
		"2026-11-01T15:00:00Z", "2026-11-01 14:00");
	assert_bucket(BUCKET_HOUR, "Asia/Kolkata", "2026-11-01T14:00:00Z", "2026-11-01T13:30:00Z",
		"2026-11-01T14:30:00Z", "2026-11-01 19:00");
	assert_bucket(BUCKET_HOUR, "Asia/Kathmandu", "2026-11-01T14:00:00Z", "2026-11-01T13:15:00Z",
		"2026-11-01T14:15:00Z", "2026-11-01 19:00");
}

static void bucket_hour__keeps__the_two_hours_of_an_overlap_apart(void **state)
{
	(void)state;
	assert_bucket(BUCKET_HOUR, "America/New_York", "2026-11-01T05:30:00Z",
		"2026-11-01T05:00:00Z",
		"2026-11-01T06:00:00Z", "2026-11-01 01:00");
	assert_bucket(BUCKET_HOUR, "America/New_York", "2026-11-01T06:30:00Z",
		"2026-11-01T06:00:00Z",
		"2026-11-01T07:00:00Z", "2026-11-01 01:00");
	assert_bucket(BUCKET_HOUR, "America/New_York", "2026-03-08T06:30:00Z",
		"2026-03-08T06:00:00Z",
		"2026-03-08T07:00:00Z", "2026-03-08 01:00");
	assert_bucket(BUCKET_HOUR, "America/New_York", "2026-03-08T07:00:00Z",
		"2026-03-08T07:00:00Z",
		"2026-03-08T08:00:00Z", "2026-03-08 03:00");
}

/* Lord Howe sets its clocks by half an hour: 02:00 to 01:30, and 02:00 to 02:30. */
static void bucket_hour__is__cut_where_the_clock_changes_within_it(void **state)
{
	(void)state;
	assert_bucket(BUCKET_HOUR, "Australia/Lord_Howe", "2026-04-04T14:59:00Z",
		"2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z", "2026-04-05 01:00");
	assert_bucket(BUCKET_HOUR, "Australia/Lord_Howe", "2026-04-04T15:10:00Z",
		"2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z", "2026-04-05 01:30");
	assert_bucket(BUCKET_HOUR, "Australia/Lord_Howe", "2026-10-03T15:40:00Z",
		"2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z", "2026-10-04 02:30");
}

static void bucket_day__is__as_long_as_the_day(void **state)
{
	(void)state;
	assert_bucket(BUCKET_DAY, "America/New_York", "2026-11-01T12:00:00Z",
		"2026-11-01T04:00:00Z",
		"2026-11-02T05:00:00Z", "2026-11-01");
	assert_bucket(BUCKET_DAY, "America/Sao_Paulo", "2018-11-04T12:00:00Z",
		"2018-11-04T03:00:00Z",
		"2018-11-05T02:00:00Z", "2018-11-04");
	assert_bucket(BUCKET_DAY, "Pacific/Apia", "2011-12-30T00:00:00Z", "2011-12-29T10:00:00Z",
		"2011-12-30T10:00:00Z", "2011-12-29");
	assert_bucket(BUCKET_DAY, "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T10:00:00Z",
		"2011-12-31T10:00:00Z", "2011-12-31");
}

static void bucket_week__takes__the_iso_year(void **state)
{
	static const char *const cases[][2] = {
		{ "2026-11-04T00:00:00Z", "2026-W45" }, { "2026-01-01T00:00:00Z", "2026-W01" },
		{ "2025-12-29T00:00:00Z", "2026-W01" }, { "2025-12-28T00:00:00Z", "2025-W52" },
		{ "2027-01-03T00:00:00Z", "2026-W53" }, { "2027-01-04T00:00:00Z", "2027-W01" },
		{ "2021-01-03T00:00:00Z", "2020-W53" }, { "2024-12-30T00:00:00Z", "2025-W01" },
		{ "2023-01-01T00:00:00Z", "2022-W52" }, { "1970-01-01T00:00:00Z", "1970-W01" },
	};
	char label[36];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		bucket_label(BUCKET_WEEK, zone_utc(),
			bucket_start_ns(BUCKET_WEEK, zone_utc(), at(cases[i][0])), label);
		assert_string_equal(label, cases[i][1]);
	}
	assert_bucket(BUCKET_WEEK, "America/New_York", "2026-11-02T04:59:59Z",
		"2026-10-26T04:00:00Z",
		"2026-11-02T05:00:00Z", "2026-W44");
}

static void bucket_month__ends__where_the_next_begins(void **state)
{
	(void)state;
	assert_bucket(BUCKET_MONTH, "America/New_York", "2026-11-15T00:00:00Z",
		"2026-11-01T04:00:00Z", "2026-12-01T05:00:00Z", "2026-11");
	assert_bucket(BUCKET_MONTH, "UTC", "2026-12-31T23:59:59Z", "2026-12-01T00:00:00Z",
		"2027-01-01T00:00:00Z", "2026-12");
}

static void bucket_none__is__all_time(void **state)
{
	char label[36];

	(void)state;
	assert_int_equal(bucket_start_ns(BUCKET_NONE, zone_utc(), at(NOW)), 0);
	assert_true(bucket_next_ns(BUCKET_NONE, zone_utc(), 0) == INT64_MAX);
	bucket_label(BUCKET_NONE, zone_utc(), 0, label);
	assert_string_equal(label, "all");
}

/* Any instant lies in its bucket, the bucket's start in the same one, its next in another. */
static void bucket_start__cuts__time_without_holes(void **state)
{
	static const char *const zones[] = {
		"Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia",
		"America/Sao_Paulo", "America/St_Johns", "Africa/Casablanca", "Africa/Monrovia",
	};
	uint64_t random = 4;

	(void)state;
	for (size_t i = 0; i < COUNT(zones); i++) {
		struct zone *z = open_zone(zones[i]);

		for (int round = 0; round < 8000; round++) {
			enum bucket b = BUCKET_HOUR + (enum bucket)(round % 4);
			int64_t t_ns = random_time(&random);
			int64_t start_ns = bucket_start_ns(b, z, t_ns);
			int64_t next_ns = bucket_next_ns(b, z, start_ns);

			assert_true(start_ns <= t_ns && t_ns < next_ns);
			assert_int_equal(bucket_start_ns(b, z, start_ns), start_ns);
			assert_int_equal(bucket_start_ns(b, z, next_ns - 1), start_ns);
			assert_int_equal(bucket_start_ns(b, z, next_ns), next_ns);
		}
		zone_free(z);
	}
}

static void bucket_start__meets__every_change_of_the_clock(void **state)
{
	struct zone *z = open_zone("Australia/Lord_Howe");
	int64_t t_ns = bucket_start_ns(BUCKET_HOUR, z, at("2025-01-01T00:00:00Z"));

	(void)state;
	while (t_ns < at("2027-01-01T00:00:00Z")) {
		int64_t next_ns = bucket_next_ns(BUCKET_HOUR, z, t_ns);

		assert_true(next_ns > t_ns && next_ns - t_ns <= NS_PER_HOUR);
		assert_int_equal(bucket_start_ns(BUCKET_HOUR, z, next_ns), next_ns);
		assert_int_equal(bucket_start_ns(BUCKET_HOUR, z, next_ns - 1), t_ns);
		t_ns = next_ns;
	}
	zone_free(z);
}

static void bucket_parse__knows__the_names(void **state)
{
	enum bucket b, parsed;

	(void)state;
	for (b = BUCKET_HOUR; b <= BUCKET_MONTH; b++) {
		assert_true(bucket_parse(str_of(bucket_name(b)), &parsed));
		assert_int_equal(parsed, b);
	}
	assert_string_equal(bucket_name(BUCKET_NONE), "none");
	assert_false(bucket_parse(STR("none"), &parsed));
	assert_false(bucket_parse(STR(""), &parsed));
	assert_false(bucket_parse(STR("days"), &parsed));
}

static void duration_parse__reads__units_and_bare_numbers(void **state)
{
	static const struct {
		const char *text;
		int64_t bare_ms, ms; /* -1: refused */
	} cases[] = {
		{ "1500ms", 0, 1500 }, { "2s", 0, 2000 }, { "5m", 0, 300000 }, { "1h30m", 0,
			5400000 },
		{ "1d", 0, 86400000 }, { "2w", 0, 1209600000 }, { "1m500ms", 0, 60500 },
		{ "0s", 0, 0 }, { "30", 1000, 30000 }, { "30", 1, 30 }, { "30", 0, -1 },
		{ "", 1000, -1 }, { "s", 0, -1 }, { "5x", 0, -1 }, { "30m1h", 0, -1 },
		{ "1m1m", 0, -1 }, { "1h30", 1000, -1 }, { "-1s", 0, -1 }, { "+1s", 0, -1 },
		{ "-1", 1000, -1 }, { "1.5s", 0, -1 }, { "1 s", 0, -1 }, { " 1s", 0, -1 },
		{ "9223372036854775807w", 0, -1 }, { "9223372036854775808ms", 0, -1 },
		{ "9223372036854775807ms", 0, INT64_MAX }, { "9223372036854775807", 1000, -1 },
		{ "1s9223372036854775807ms", 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int64_t ms = -1;
		bool is_good = duration_parse(str_of(cases[i].text), cases[i].bare_ms, &ms);

		assert_int_equal(is_good, cases[i].ms >= 0);
		assert_true(ms == cases[i].ms);
	}
}

SUITE(timerange,
	cmocka_unit_test(timerange_parse__reads__every_form),
	cmocka_unit_test(timerange_parse__leaves__ends_open_that_are_not_given),
	cmocka_unit_test(timerange_parse__goes__back_to_1970_at_most),
	cmocka_unit_test(timerange_parse__names__the_word_that_is_wrong),
	cmocka_unit_test(timerange_parse__refuses__an_end_before_the_start),
	cmocka_unit_test(bucket_hour__starts__on_local_hours),
	cmocka_unit_test(bucket_hour__keeps__the_two_hours_of_an_overlap_apart),
	cmocka_unit_test(bucket_hour__is__cut_where_the_clock_changes_within_it),
	cmocka_unit_test(bucket_day__is__as_long_as_the_day),
	cmocka_unit_test(bucket_week__takes__the_iso_year),
	cmocka_unit_test(bucket_month__ends__where_the_next_begins),
	cmocka_unit_test(bucket_none__is__all_time),
	cmocka_unit_test(bucket_start__cuts__time_without_holes),
	cmocka_unit_test(bucket_start__meets__every_change_of_the_clock),
	cmocka_unit_test(bucket_parse__knows__the_names),
	cmocka_unit_test(duration_parse__reads__units_and_bare_numbers));
