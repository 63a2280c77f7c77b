/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time is passed in, so that tests own it. All times are int64 nanoseconds since
 * 1970-01-01 UTC (1677..2262); what enters from outside is checked against
 * LIMIT_TIME_MIN_NS and LIMIT_TIME_MAX_NS.
 */
#ifndef LLMLAB_BASE_CLOCK_H
#define LLMLAB_BASE_CLOCK_H

#include "base/str.h"

#define NS_PER_US INT64_C(1000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_S INT64_C(1000000000)
#define NS_PER_MIN (60 * NS_PER_S)
#define NS_PER_HOUR (3600 * NS_PER_S)
#define NS_PER_DAY (86400 * NS_PER_S)

struct clock {
	int64_t fixed_ns; /* not 0: this is the time (tests, demo --end) */
};

/* Wall clock, or the fixed time. A NULL clock is the wall clock. */
int64_t clock_now_ns(const struct clock *c);
/* Monotonic, for durations and deadlines; never fixed. */
int64_t clock_mono_ns(void);

/* A civil date and time; no zone. Proleptic Gregorian. */
struct civil {
	int32_t year;
	int8_t month, day; /* 1..12, 1..31 */
	int8_t hour, minute, second;
	int32_t nanos;
};

/* Days since 1970-01-01 and back (Howard Hinnant's days_from_civil). */
int64_t civil_to_days(int32_t year, int month, int day);
void civil_from_days(int64_t days, int32_t *year, int *month, int *day);
/* The UTC fields of a time, and back (past the range of int64: its nearest end). */
struct civil civil_from_ns(int64_t t_ns);
int64_t civil_to_ns(const struct civil *c);
/* A day of the calendar in 1700..2261, where civil_to_ns() is exact. Second 60, a leap
 * second, is valid and is the next minute's first. */
bool civil_is_valid(const struct civil *c);
/* 0 = Monday .. 6 = Sunday, of days since 1970-01-01. */
int weekday_of_days(int64_t days);

/* RFC 3339 and what logs really write: "2026-11-01T10:00:00.123Z", "...+02:00", "+0200",
 * "+02", a blank for the T, 1..9 fraction digits, no zone (then *has_zone is false and the
 * result is as if UTC). False, with both untouched, when it is no such time. */
bool time_parse(struct str s, int64_t *t_ns, bool *has_zone);
/* "2026-11-01T10:00:00Z", or with 3, 6 or 9 fraction digits as the time needs them; UTC.
 * out holds at least 36 bytes; returns out. */
char *time_format_utc(int64_t t_ns, char out[36]);

#endif
