/* SPDX-License-Identifier: Apache-2.0 */
#include "views/period.h"

#include "tests/views/stage.h"

static struct zone *zone;

static void open_zone(void)
{
	struct err err = { 0 };

	assert_ok(zone_open(STR(STAGE_ZONE), &zone, &err), &err);
}

static void check_range(const char *word, const char *since, const char *until)
{
	struct period p;
	struct timerange range;
	struct err err = { 0 };
	char text[36];

	assert_ok(period_parse(str_of(word), zone, STAGE_NOW_NS, &p, &err), &err);
	range = period_range(&p, zone, STAGE_NOW_NS);
	assert_string_equal(zone_format(zone, range.since_ns, text), since);
	assert_string_equal(zone_format(zone, range.until_ns, text), until);
}

static void period_parse__reads__words_dates_and_ends(void **state)
{
	(void)state;
	open_zone();
	check_range("today", "2026-11-24T00:00:00+01:00", "2026-11-25T00:00:00+01:00");
	check_range("yesterday", "2026-11-23T00:00:00+01:00", "2026-11-24T00:00:00+01:00");
	check_range("week", "2026-11-23T00:00:00+01:00", "2026-11-30T00:00:00+01:00");
	check_range(" Month ", "2026-11-01T00:00:00+01:00", "2026-12-01T00:00:00+01:00");
	check_range("last month", "2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00");
	check_range("2026", "2026-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00");
	check_range("2025-12", "2025-12-01T00:00:00+01:00", "2026-01-01T00:00:00+01:00");
	check_range("2026-10-25", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00");
	check_range("24h", "2026-11-23T15:45:00+01:00", "2026-11-24T15:45:00+01:00");
	check_range("2026-10-01..2026-10-15", "2026-10-01T00:00:00+02:00",
		"2026-10-16T00:00:00+02:00");
	zone_free(zone);
}

static void period_parse__refuses__what_is_none(void **state)
{
	static const char *const bad[] = { "", "soon", "2026-13", "2026-02-30", "0h",
		"2026-10-15..2026-10-01", "12", "2026-", "..", "99999999999999999999d" };
	struct period p;
	struct err err;

	(void)state;
	open_zone();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err = (struct err){ 0 };
		if (period_parse(str_of(bad[i]), zone, STAGE_NOW_NS, &p, &err) == LL_OK)
			fail_msg("'%s' was read", bad[i]);
		assert_true(err.msg[0] != '\0');
	}
	zone_free(zone);
}

static void period_write__gives__what_parse_reads(void **state)
{
	static const char *const words[] = { "today", "week", "month", "year", "all", "24h", "7d",
		"90m", "2026", "2026-10", "2026-10-31", "2026-10-01..2026-10-15",
		"2026-11-01T10:00:00+01:00..2026-11-01T11:30:00+01:00" };
	struct period p;
	struct err err = { 0 };

	(void)state;
	open_zone();
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct buf out = BUF_INIT(128);

		assert_ok(period_parse(str_of(words[i]), zone, STAGE_NOW_NS, &p, &err), &err);
		period_write(&out, &p, zone);
		assert_string_equal(out.at, words[i]);
		buf_release(&out);
	}
	zone_free(zone);
}

static void period_before__ends__where_the_current_one_is(void **state)
{
	struct period p = { .kind = PERIOD_MONTH, .day = PERIOD_NOW_DAY };
	struct timerange range;
	char text[36];

	(void)state;
	open_zone();
	assert_true(period_before(&p, zone, STAGE_NOW_NS, &range));
	assert_string_equal(zone_format(zone, range.since_ns, text), "2026-10-01T00:00:00+02:00");
	assert_string_equal(zone_format(zone, range.until_ns, text), "2026-10-24T15:45:00+02:00");
	p = period_of(PERIOD_MONTH, zone, range.since_ns);
	assert_true(period_before(&p, zone, STAGE_NOW_NS, &range));
	assert_string_equal(zone_format(zone, range.until_ns, text), "2026-10-01T00:00:00+02:00");
	p.kind = PERIOD_ALL;
	assert_false(period_before(&p, zone, STAGE_NOW_NS, &range));
	zone_free(zone);
}

static void period_move__goes__back_and_stops_at_now(void **state)
{
	struct period p = { .kind = PERIOD_MONTH, .day = PERIOD_NOW_DAY };
	struct buf out = BUF_INIT(128);

	(void)state;
	open_zone();
	assert_false(period_move(&p, zone, STAGE_NOW_NS, 1));
	for (int i = 0; i < 11; i++)
		assert_true(period_move(&p, zone, STAGE_NOW_NS, -1));
	period_label(&out, &p, zone, STAGE_NOW_NS);
	assert_string_equal(out.at, "2025-12");
	for (int i = 0; i < 11; i++)
		assert_true(period_move(&p, zone, STAGE_NOW_NS, 1));
	assert_true(p.day == PERIOD_NOW_DAY);
	buf_clear(&out);
	period_label(&out, &p, zone, STAGE_NOW_NS);
	assert_string_equal(out.at, "2026-11 to date");
	buf_release(&out);
	zone_free(zone);
}

SUITE(period,
	cmocka_unit_test(period_parse__reads__words_dates_and_ends),
	cmocka_unit_test(period_parse__refuses__what_is_none),
	cmocka_unit_test(period_write__gives__what_parse_reads),
	cmocka_unit_test(period_before__ends__where_the_current_one_is),
	cmocka_unit_test(period_move__goes__back_and_stops_at_now));
