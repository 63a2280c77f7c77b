/* SPDX-License-Identifier: Apache-2.0 */
/* Clocks, the civil calendar, and times as text. */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

#define YEAR_MIN 1700
#define YEAR_MAX 2261

/* Days of an era of 400 years, and from 0000-03-01 to 1970-01-01. */
#define ERA_DAYS 146097
#define EPOCH_DAYS 719468

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool is_leap(int32_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int32_t year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Cuts exactly `count` digits off *s. */
static bool take_digits(struct str *s, size_t count, int *value)
{
	uint64_t v;

	if (s->len < count || s->at[0] == '+' || !str_to_u64(str_head(*s, count), &v))
		return false;
	*value = (int)v;
	*s = str_from(*s, count);
	return true;
}

/* Cuts one byte off *s when it is one of `allowed`. */
static bool take_any(struct str *s, const char *allowed)
{
	if (!s->len || !memchr(allowed, s->at[0], strlen(allowed)))
		return false;
	*s = str_from(*s, 1);
	return true;
}

/* ".5" is 500,000,000 ns; no point at all is 0. */
static bool take_fraction(struct str *s, int *nanos)
{
	size_t count = 0;

	*nanos = 0;
	if (!take_any(s, "."))
		return true;
	while (count < s->len && s->at[count] >= '0' && s->at[count] <= '9')
		count++;
	if (count < 1 || count > 9 || !take_digits(s, count, nanos))
		return false;
	while (count++ < 9)
		*nanos *= 10;
	return true;
}

/* All that is left: "", "Z", "+02:00", "+0200" or "+02". */
static bool take_zone(struct str *s, int64_t *offset_ns, bool *has_zone)
{
	bool is_west = s->len && s->at[0] == '-';
	int hours, minutes = 0;

	*offset_ns = 0;
	*has_zone = s->len > 0;
	if (!s->len || take_any(s, "Zz"))
		return s->len == 0;
	if (!take_any(s, "+-") || !take_digits(s, 2, &hours))
		return false;
	if (take_any(s, ":") || s->len) {
		if (!take_digits(s, 2, &minutes))
			return false;
	}
	*offset_ns = (is_west ? -1 : 1) * (hours * NS_PER_HOUR + minutes * NS_PER_MIN);
	return s->len == 0 && hours <= 23 && minutes <= 59;
}

static bool take_date(struct str *s, struct civil *c)
{
	int year, month, day;

	if (!take_digits(s, 4, &year) || !take_any(s, "-") || !take_digits(s, 2, &month) ||
		!take_any(s, "-") || !take_digits(s, 2, &day))
		return false;
	c->year = year;
	c->month = (int8_t)month;
	c->day = (int8_t)day;
	return true;
}

static bool take_time(struct str *s, struct civil *c)
{
	int hour, minute, second, nanos;

	if (!take_digits(s, 2, &hour) || !take_any(s, ":") || !take_digits(s, 2, &minute) ||
		!take_any(s, ":") || !take_digits(s, 2, &second) || !take_fraction(s, &nanos))
		return false;
	c->hour = (int8_t)hour;
	c->minute = (int8_t)minute;
	c->second = (int8_t)second;
	c->nanos = nanos;
	return true;
}

/* Of ".123456789" what is worth showing: nothing, or 3, 6 or 9 digits after the point. */
static size_t fraction_len(int32_t nanos)
{
	if (nanos == 0)
		return 0;
	if (nanos % NS_PER_MS == 0)
		return 4;
	return nanos % NS_PER_US == 0 ? 7 : 10;
}

int64_t clock_now_ns(const struct clock *c)
{
	return c && c->fixed_ns ? c->fixed_ns : read_clock(CLOCK_REALTIME);
}

int64_t clock_mono_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

/* Years begin in March here, so that the leap day is a year's last. */
int64_t civil_to_days(int32_t year, int month, int day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * ERA_DAYS + day_of_era - EPOCH_DAYS;
}

void civil_from_days(int64_t days, int32_t *year, int *month, int *day)
{
	int64_t z = days + EPOCH_DAYS;
	int64_t era = floor_div(z, ERA_DAYS);
	int64_t day_of_era = z - era * ERA_DAYS;
	int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 -
		day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era -
		(365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t march_month = (5 * day_of_year + 2) / 153; /* 0 = March */

	*day = (int)(day_of_year - (153 * march_month + 2) / 5 + 1);
	*month = (int)(march_month < 10 ? march_month + 3 : march_month - 9);
	*year = (int32_t)(year_of_era + era * 400 + (*month <= 2));
}

struct civil civil_from_ns(int64_t t_ns)
{
	int64_t days = floor_div(t_ns, NS_PER_DAY);
	int64_t of_day = (t_ns % NS_PER_DAY + NS_PER_DAY) % NS_PER_DAY;
	struct civil c = {
		.hour = (int8_t)(of_day / NS_PER_HOUR),
		.minute = (int8_t)(of_day / NS_PER_MIN % 60),
		.second = (int8_t)(of_day / NS_PER_S % 60),
		.nanos = (int32_t)(of_day % NS_PER_S),
	};
	int month, day;

	civil_from_days(days, &c.year, &month, &day);
	c.month = (int8_t)month;
	c.day = (int8_t)day;
	return c;
}

/* In 128 bits, since the first day of the range begins before INT64_MIN. */
int64_t civil_to_ns(const struct civil *c)
{
	__int128 t = (__int128)civil_to_days(c->year, c->month, c->day) * NS_PER_DAY;

	t += c->hour * NS_PER_HOUR + c->minute * NS_PER_MIN + c->second * NS_PER_S + c->nanos;
	if (t > INT64_MAX)
		return INT64_MAX;
	return t < INT64_MIN ? INT64_MIN : (int64_t)t;
}

bool civil_is_valid(const struct civil *c)
{
	return c->year >= YEAR_MIN && c->year <= YEAR_MAX && c->month >= 1 && c->month <= 12 &&
		c->day >= 1 && c->day <= days_in_month(c->year, c->month) && c->hour >= 0 &&
		c->hour <= 23 && c->minute >= 0 && c->minute <= 59 && c->second >= 0 &&
		c->second <= 60 && c->nanos >= 0 && c->nanos < NS_PER_S;
}

/* 1970-01-01 was a Thursday. */
int weekday_of_days(int64_t days)
{
	return (int)(((days + 3) % 7 + 7) % 7);
}

bool time_parse(struct str s, int64_t *t_ns, bool *has_zone)
{
	struct civil c;
	int64_t offset_ns;
	bool zone;

	if (!take_date(&s, &c) || !take_any(&s, "Tt ") || !take_time(&s, &c) ||
		!take_zone(&s, &offset_ns, &zone) || !civil_is_valid(&c))
		return false;
	*t_ns = civil_to_ns(&c) - offset_ns;
	*has_zone = zone;
	return true;
}

char *time_format_utc(int64_t t_ns, char out[36])
{
	struct civil c = civil_from_ns(t_ns);
	char fraction[16], text[64];

	snprintf(fraction, sizeof(fraction), ".%09d", (int)c.nanos);
	fraction[fraction_len(c.nanos)] = '\0';
	snprintf(text, sizeof(text), "%04d-%02d-%02dT%02d:%02d:%02d%sZ", (int)c.year, c.month,
		c.day, c.hour, c.minute, c.second, fraction);
	return memcpy(out, text, strlen(text) + 1);
}
