/* SPDX-License-Identifier: Apache-2.0 */
#include "views/period.h"

#include <stdio.h>

#include "base/limits.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define QUARTER_NS (15 * NS_PER_MIN)

static bool is_calendar(const struct period *p)
{
	return p->kind <= PERIOD_YEAR;
}

static int64_t day_of(const struct period *p, const struct zone *z, int64_t now_ns)
{
	return p->day == PERIOD_NOW_DAY ? zone_day(z, now_ns) : p->day;
}

/* The first day of the calendar period that holds `day`, or of the one `later` after it. */
static int64_t first_day(enum period_kind kind, int64_t day, int later)
{
	int32_t year;
	int month, of_month, months;

	civil_from_days(day, &year, &month, &of_month);
	if (kind == PERIOD_DAY)
		return day + later;
	if (kind == PERIOD_WEEK)
		return day - weekday_of_days(day) + 7 * (int64_t)later;
	if (kind == PERIOD_YEAR)
		return civil_to_days(year + later, 1, 1);
	months = year * 12 + month - 1 + later;
	return civil_to_days(months / 12, months % 12 + 1, 1);
}

static struct timerange days_range(const struct zone *z, int64_t since_day, int64_t until_day)
{
	return (struct timerange){ .since_ns = zone_day_start_ns(z, since_day),
		.until_ns = zone_day_start_ns(z, until_day) };
}

static int64_t quarter_after(int64_t t_ns)
{
	return (t_ns / QUARTER_NS + 1) * QUARTER_NS;
}

static struct timerange last_range(const struct period *p, int64_t now_ns)
{
	int64_t until_ns = quarter_after(now_ns), length_ns = p->length_ms * NS_PER_MS;

	length_ns = length_ns < until_ns ? length_ns : until_ns;
	return (struct timerange){ .since_ns = until_ns - length_ns, .until_ns = until_ns };
}

struct timerange period_range(const struct period *p, const struct zone *z, int64_t now_ns)
{
	int64_t day = day_of(p, z, now_ns);

	switch (p->kind) {
	case PERIOD_DAY:
	case PERIOD_WEEK:
	case PERIOD_MONTH:
	case PERIOD_YEAR:
		return days_range(z, first_day(p->kind, day, 0), first_day(p->kind, day, 1));
	case PERIOD_LAST:
		return last_range(p, now_ns);
	case PERIOD_FIXED:
		return (struct timerange){ .since_ns = p->since_ns, .until_ns = p->until_ns };
	case PERIOD_ALL:
		break;
	}
	return (struct timerange){ .since_ns = LIMIT_TIME_MIN_NS, .until_ns = LIMIT_TIME_MAX_NS,
		.is_open = true };
}

bool period_before(const struct period *p, const struct zone *z, int64_t now_ns,
	struct timerange *out)
{
	struct timerange range = period_range(p, z, now_ns);
	int64_t now_end_ns = quarter_after(now_ns);
	int64_t end_ns = range.until_ns < now_end_ns ? range.until_ns : now_end_ns;
	int64_t elapsed_ns = end_ns - range.since_ns;

	if (p->kind == PERIOD_ALL || elapsed_ns <= 0)
		return false;
	if (is_calendar(p)) {
		*out = days_range(z, first_day(p->kind, day_of(p, z, now_ns), -1),
			first_day(p->kind, day_of(p, z, now_ns), 0));
		if (end_ns < range.until_ns && elapsed_ns < out->until_ns - out->since_ns)
			out->until_ns = out->since_ns + elapsed_ns;
	} else {
		*out = (struct timerange){ .since_ns = 2 * range.since_ns - range.until_ns,
			.until_ns = range.since_ns };
	}
	return out->since_ns >= LIMIT_TIME_MIN_NS && out->until_ns > out->since_ns;
}

static bool move_fixed(struct period *p, const struct timerange *range, int64_t now_ns, int by)
{
	int64_t length_ns = range->until_ns - range->since_ns;
	int64_t since_ns = range->since_ns + by * length_ns;

	if (since_ns < LIMIT_TIME_MIN_NS || since_ns > now_ns)
		return false;
	*p = (struct period){ .kind = PERIOD_FIXED, .since_ns = since_ns,
		.until_ns = since_ns + length_ns };
	return true;
}

bool period_move(struct period *p, const struct zone *z, int64_t now_ns, int by)
{
	struct timerange range = period_range(p, z, now_ns);
	int64_t now_day = zone_day(z, now_ns), day;

	if (p->kind == PERIOD_ALL)
		return false;
	if (!is_calendar(p))
		return move_fixed(p, &range, now_ns, by);
	day = first_day(p->kind, day_of(p, z, now_ns), by);
	if (day > now_day || day < 0)
		return false;
	p->day = first_day(p->kind, now_day, 0) == day ? PERIOD_NOW_DAY : day;
	return true;
}

struct period period_of(enum period_kind kind, const struct zone *z, int64_t t_ns)
{
	return (struct period){ .kind = kind, .day = zone_day(z, t_ns) };
}

enum bucket period_bucket(const struct timerange *range)
{
	int64_t length_ns = range->until_ns - range->since_ns;

	if (length_ns <= 4 * NS_PER_DAY)
		return BUCKET_HOUR;
	if (length_ns <= 120 * NS_PER_DAY)
		return BUCKET_DAY;
	return length_ns <= 1100 * NS_PER_DAY ? BUCKET_WEEK : BUCKET_MONTH;
}

/* --- words ----------------------------------------------------------------------------------- */

static const struct {
	const char *word;
	enum period_kind kind;
	int back; /* how many before the current one */
} words[] = {
	{ "today", PERIOD_DAY, 0 },
	{ "yesterday", PERIOD_DAY, 1 },
	{ "week", PERIOD_WEEK, 0 },
	{ "month", PERIOD_MONTH, 0 },
	{ "last month", PERIOD_MONTH, 1 },
	{ "year", PERIOD_YEAR, 0 },
	{ "all", PERIOD_ALL, 0 },
};

static bool parse_word(struct str text, const struct zone *z, int64_t now_ns, struct period *out)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		if (!str_eq_nocase(text, str_of(words[i].word)))
			continue;
		*out = (struct period){ .kind = words[i].kind, .day = PERIOD_NOW_DAY };
		for (int k = 0; k < words[i].back; k++)
			if (!period_move(out, z, now_ns, -1))
				return false;
		return true;
	}
	return false;
}

/* "2026", "2026-10" and "2026-10-31". */
static bool parse_date(struct str text, struct period *out)
{
	static const enum period_kind kinds[] = { PERIOD_YEAR, PERIOD_MONTH, PERIOD_DAY };
	int64_t parts[3] = { 0, 1, 1 };
	struct civil date;
	size_t count = 0;

	while (text.at && count < COUNT(parts))
		if (!str_to_i64(str_cut(&text, '-'), &parts[count++]))
			return false;
	if (text.at || count == 0 || parts[0] < 1970 || parts[0] > 2099 || parts[1] < 1 ||
		parts[1] > 12 || parts[2] < 1 || parts[2] > 31)
		return false;
	date = (struct civil){ .year = (int32_t)parts[0], .month = (int8_t)parts[1],
		.day = (int8_t)parts[2] };
	if (!civil_is_valid(&date))
		return false;
	*out = (struct period){ .kind = kinds[count - 1],
		.day = civil_to_days(date.year, date.month, date.day) };
	return true;
}

static bool parse_last(struct str text, struct period *out)
{
	int64_t ms;

	if (!duration_parse(text, 0, &ms) || ms < 60000 ||
		ms > 100 * 366 * (NS_PER_DAY / NS_PER_MS))
		return false;
	*out = (struct period){ .kind = PERIOD_LAST, .length_ms = ms };
	return true;
}

static enum ll_err parse_ends(struct str text, size_t dots, const struct zone *z, int64_t now_ns,
	struct period *out, struct err *err)
{
	struct timerange range;
	struct str since = str_trim(str_head(text, dots));
	struct str until = str_trim(str_from(text, dots + 2));
	enum ll_err code = timerange_parse(since, until, z, now_ns, &range, err);

	if (code)
		return code;
	if (range.is_open)
		return ll_fail(err, LL_EUSAGE, "'..' needs a time before or after it");
	*out = (struct period){ .kind = PERIOD_FIXED, .since_ns = range.since_ns,
		.until_ns = range.until_ns };
	if (range.until_ns >= LIMIT_TIME_MAX_NS)
		out->until_ns = quarter_after(now_ns);
	if (out->since_ns >= out->until_ns)
		return ll_fail(err, LL_EUSAGE, "'%.*s' begins in the future", STR_FMT(text));
	return LL_OK;
}

enum ll_err period_parse(struct str text, const struct zone *z, int64_t now_ns, struct period *out,
	struct err *err)
{
	text = str_trim(text);
	for (size_t i = 0; i + 1 < text.len; i++)
		if (text.at[i] == '.' && text.at[i + 1] == '.')
			return parse_ends(text, i, z, now_ns, out, err);
	if (parse_word(text, z, now_ns, out) || parse_date(text, out) || parse_last(text, out))
		return LL_OK;
	return ll_fail(err, LL_EUSAGE,
		"'%.*s' is no range; write today, week, month, last month, year, "
		"all, 24h, 2026-10 or SINCE..UNTIL", STR_FMT(text));
}

static void write_day(struct buf *out, enum period_kind kind, int64_t day)
{
	int32_t year;
	int month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	buf_addf(out, "%04d", (int)year);
	if (kind != PERIOD_YEAR)
		buf_addf(out, "-%02d", month);
	if (kind == PERIOD_DAY || kind == PERIOD_WEEK)
		buf_addf(out, "-%02d", of_month);
}

/* "7d", "24h", "90m": the largest unit that says it whole, days only from two on. */
static void write_length(struct buf *out, int64_t ms, const char *gap)
{
	static const struct { int64_t ms; const char *unit; int64_t least; } units[] = {
		{ 86400000, "d", 2 }, { 3600000, "h", 1 }, { 60000, "m", 1 }, { 1, "ms", 0 },
	};
	size_t i = 0;

	while (ms % units[i].ms || ms / units[i].ms < units[i].least)
		i++;
	buf_addf(out, "%lld%s%s", (long long)(ms / units[i].ms), gap, units[i].unit);
}

/* A midnight as a date, another time in full. */
static void write_instant(struct buf *out, const struct zone *z, int64_t t_ns, bool is_until)
{
	int64_t day = zone_day(z, t_ns);
	char text[36];

	if (zone_day_start_ns(z, day) == t_ns)
		write_day(out, PERIOD_DAY, day - is_until);
	else
		buf_addz(out, zone_format(z, t_ns, text));
}

void period_write(struct buf *out, const struct period *p, const struct zone *z)
{
	if (p->kind == PERIOD_LAST) {
		write_length(out, p->length_ms, "");
	} else if (p->kind == PERIOD_FIXED) {
		write_instant(out, z, p->since_ns, false);
		buf_addz(out, "..");
		write_instant(out, z, p->until_ns, true);
	} else if (p->kind == PERIOD_WEEK && p->day != PERIOD_NOW_DAY) {
		write_day(out, PERIOD_DAY, first_day(PERIOD_WEEK, p->day, 0));
		buf_addz(out, "..");
		write_day(out, PERIOD_DAY, first_day(PERIOD_WEEK, p->day, 1) - 1);
	} else if (is_calendar(p) && p->day != PERIOD_NOW_DAY) {
		write_day(out, p->kind, p->day);
	} else {
		for (size_t i = 0; i < COUNT(words); i++)
			if (words[i].kind == p->kind && words[i].back == 0)
				buf_addz(out, words[i].word);
	}
}

static void label_instant(struct buf *out, const struct zone *z, int64_t t_ns, bool is_until)
{
	struct civil at = zone_civil(z, t_ns);
	int64_t day = zone_day(z, t_ns);

	if (is_until && zone_day_start_ns(z, day) == t_ns)
		day--;
	write_day(out, PERIOD_DAY, day);
	if (at.hour || at.minute)
		buf_addf(out, " %02d:%02d", at.hour, at.minute);
}

void period_label(struct buf *out, const struct period *p, const struct zone *z, int64_t now_ns)
{
	bool is_current = is_calendar(p) && (p->day == PERIOD_NOW_DAY ||
		first_day(p->kind, p->day, 0) == first_day(p->kind, zone_day(z, now_ns), 0));

	if (p->kind == PERIOD_LAST) {
		buf_addz(out, "last ");
		write_length(out, p->length_ms, " ");
	} else if (p->kind == PERIOD_FIXED) {
		label_instant(out, z, p->since_ns, false);
		buf_addz(out, " to ");
		label_instant(out, z, p->until_ns, true);
	} else if (p->kind == PERIOD_ALL) {
		buf_addz(out, "all time");
	} else {
		int64_t first = first_day(p->kind, day_of(p, z, now_ns), 0);

		buf_addz(out, p->kind == PERIOD_WEEK ? "week of " : "");
		write_day(out, p->kind, first);
		buf_addz(out, is_current ? " to date" : "");
	}
}
