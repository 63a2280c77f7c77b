/* SPDX-License-Identifier: Apache-2.0 */
/* POSIX TZ rules: a small parser and the dates of a year. */
#include "model/tzrule.h"

#include "base/clock.h"

#define HOUR_S 3600
#define DAY_S 86400

static bool take(struct str *s, char c)
{
	if (s->len == 0 || s->at[0] != c)
		return false;
	*s = str_from(*s, 1);
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* One to three digits, min..max. */
static bool take_number(struct str *s, int min, int max, int *out)
{
	size_t digits = 0;
	int value = 0;

	while (digits < s->len && digits < 3 && is_digit(s->at[digits]))
		value = value * 10 + (s->at[digits++] - '0');
	if (digits == 0 || value < min || value > max)
		return false;
	*s = str_from(*s, digits);
	*out = value;
	return true;
}

/* "CET" or "<+0530>": at least three characters, of which only the length matters here. */
static bool take_name(struct str *s)
{
	bool is_quoted = take(s, '<');
	size_t len = 0;

	while (len < s->len && (is_alpha(s->at[len]) || (is_quoted && (is_digit(s->at[len]) ||
		s->at[len] == '+' || s->at[len] == '-'))))
		len++;
	*s = str_from(*s, len);
	return len >= 3 && (!is_quoted || take(s, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool take_time(struct str *s, int max_hours, int32_t *out_s)
{
	bool is_negative = take(s, '-');
	int hours, minutes = 0, seconds = 0;

	if (!is_negative)
		take(s, '+');
	if (!take_number(s, 0, max_hours, &hours))
		return false;
	if (take(s, ':')) {
		if (!take_number(s, 0, 59, &minutes))
			return false;
		if (take(s, ':') && !take_number(s, 0, 59, &seconds))
			return false;
	}
	*out_s = (hours * HOUR_S + minutes * 60 + seconds) * (is_negative ? -1 : 1);
	return true;
}

/* The text counts hours west of Greenwich. */
static bool take_offset(struct str *s, int32_t *east_s)
{
	if (!take_time(s, 24, east_s))
		return false;
	*east_s = -*east_s;
	return true;
}

static bool take_day(struct str *s, struct tzrule_date *out)
{
	if (take(s, 'M')) {
		out->form = TZRULE_WEEKDAY;
		return take_number(s, 1, 12, &out->month) && take(s, '.') &&
			take_number(s, 1, 5, &out->week) && take(s, '.') &&
			take_number(s, 0, 6, &out->day);
	}
	out->form = take(s, 'J') ? TZRULE_JULIAN : TZRULE_ORDINAL;
	return take_number(s, out->form == TZRULE_JULIAN, 365, &out->day);
}

/* ",M3.2.0/2" */
static bool take_date(struct str *s, struct tzrule_date *out)
{
	*out = (struct tzrule_date){ .time_s = 2 * HOUR_S };
	if (!take(s, ',') || !take_day(s, out))
		return false;
	return !take(s, '/') || take_time(s, 167, &out->time_s);
}

static bool take_summer(struct str *s, struct tzrule *out)
{
	out->has_summer = true;
	out->summer_s = out->standard_s + HOUR_S;
	if (!take_name(s))
		return false;
	if (s->len && s->at[0] != ',' && !take_offset(s, &out->summer_s))
		return false;
	return take_date(s, &out->start) && take_date(s, &out->end);
}

bool tzrule_parse(struct str text, struct tzrule *out)
{
	*out = (struct tzrule){ 0 };
	if (!take_name(&text) || !take_offset(&text, &out->standard_s))
		return false;
	if (text.len && !take_summer(&text, out))
		return false;
	return text.len == 0;
}

static int64_t weekday_date(const struct tzrule_date *date, int32_t year)
{
	int64_t first = civil_to_days(year, date->month, 1);
	int64_t next_month = date->month == 12 ? civil_to_days(year + 1, 1, 1) :
		civil_to_days(year, date->month + 1, 1);
	int first_sunday_based = (weekday_of_days(first) + 1) % 7;
	int64_t day = first + (date->day - first_sunday_based + 7) % 7 + (date->week - 1) * 7;

	return day < next_month ? day : day - 7;
}

static int64_t date_to_days(const struct tzrule_date *date, int32_t year)
{
	int64_t first = civil_to_days(year, 1, 1);
	bool is_leap = civil_to_days(year + 1, 1, 1) - first == 366;

	switch (date->form) {
	case TZRULE_JULIAN:
		return first + date->day - 1 + (is_leap && date->day >= 60);
	case TZRULE_ORDINAL:
		return first + date->day;
	case TZRULE_WEEKDAY:
		return weekday_date(date, year);
	}
	return first;
}

int64_t tzrule_start_s(const struct tzrule *rule, int32_t year)
{
	return date_to_days(&rule->start, year) * DAY_S + rule->start.time_s - rule->standard_s;
}

int64_t tzrule_end_s(const struct tzrule *rule, int32_t year)
{
	return date_to_days(&rule->end, year) * DAY_S + rule->end.time_s - rule->summer_s;
}
