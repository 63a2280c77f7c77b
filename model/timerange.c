/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges, buckets and durations: words in, instants out. */
#include "model/timerange.h"

#include <stdio.h>

#include "base/limits.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static const char *const bucket_names[] = {
	[BUCKET_NONE] = "none", [BUCKET_HOUR] = "hour", [BUCKET_DAY] = "day",
	[BUCKET_WEEK] = "week", [BUCKET_MONTH] = "month",
};

/* What a word stands for: [start, end). Of an instant both are the same. */
struct period {
	int64_t start_ns, end_ns;
};

static struct period days_period(const struct zone *z, int64_t first_day, int64_t past_day)
{
	return (struct period){ zone_day_start_ns(z, first_day), zone_day_start_ns(z, past_day) };
}

static struct period instant(int64_t t_ns)
{
	return (struct period){ t_ns, t_ns };
}

static int64_t monday_of(int64_t day)
{
	return day - weekday_of_days(day);
}

/* The first day of the month that is `later` months after that of `day`. */
static int64_t month_day(int64_t day, int later)
{
	int32_t year;
	int month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	month += later;
	return month > 12 ? civil_to_days(year + 1, month - 12, 1) : civil_to_days(year, month, 1);
}

static int64_t year_day(int64_t day, int later)
{
	int32_t year;
	int month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	return civil_to_days(year + later, 1, 1);
}

static struct period period_now(const struct zone *z, int64_t now_ns)
{
	(void)z;
	return instant(now_ns);
}

static struct period period_today(const struct zone *z, int64_t now_ns)
{
	int64_t day = zone_day(z, now_ns);

	return days_period(z, day, day + 1);
}

static struct period period_yesterday(const struct zone *z, int64_t now_ns)
{
	int64_t day = zone_day(z, now_ns);

	return days_period(z, day - 1, day);
}

static struct period period_week(const struct zone *z, int64_t now_ns)
{
	int64_t monday = monday_of(zone_day(z, now_ns));

	return days_period(z, monday, monday + 7);
}

static struct period period_month(const struct zone *z, int64_t now_ns)
{
	int64_t day = zone_day(z, now_ns);

	return days_period(z, month_day(day, 0), month_day(day, 1));
}

static struct period period_year(const struct zone *z, int64_t now_ns)
{
	int64_t day = zone_day(z, now_ns);

	return days_period(z, year_day(day, 0), year_day(day, 1));
}

static const struct {
	const char *name;
	struct period (*find)(const struct zone *z, int64_t now_ns);
} words[] = {
	{ "now", period_now },
	{ "today", period_today },
	{ "yesterday", period_yesterday },
	{ "week", period_week },
	{ "month", period_month },
	{ "year", period_year },
};

static bool parse_word(struct str s, const struct zone *z, int64_t now_ns, struct period *out)
{
	for (size_t i = 0; i < COUNT(words); i++) {
		if (str_eq(s, str_of(words[i].name))) {
			*out = words[i].find(z, now_ns);
			return true;
		}
	}
	return false;
}

/* "7d": that long ago, but not before 1970. */
static bool parse_ago(struct str s, int64_t now_ns, struct period *out)
{
	int64_t ago_ms, ago_ns;

	if (!duration_parse(s, 0, &ago_ms))
		return false;
	if (__builtin_mul_overflow(ago_ms, NS_PER_MS, &ago_ns) || ago_ns > now_ns)
		ago_ns = now_ns;
	*out = instant(now_ns - ago_ns);
	return true;
}

static bool is_in_limits(int64_t t_ns)
{
	return t_ns >= LIMIT_TIME_MIN_NS && t_ns < LIMIT_TIME_MAX_NS;
}

/* "2026-11-01" or "20261101", read as the midnight of RFC 3339. */
static bool parse_date(struct str s, const struct zone *z, struct period *out)
{
	char text[32];
	bool has_zone;
	int64_t day, t_ns;

	if (s.len == 8)
		snprintf(text, sizeof(text), "%.4s-%.2s-%.2sT00:00:00", s.at, s.at + 4, s.at + 6);
	else if (s.len == 10)
		snprintf(text, sizeof(text), "%.10sT00:00:00", s.at);
	else
		return false;
	if (!time_parse(str_of(text), &t_ns, &has_zone) || has_zone || !is_in_limits(t_ns))
		return false;
	day = t_ns / NS_PER_DAY;
	*out = days_period(z, day, day + 1);
	return true;
}

static bool parse_time(struct str s, const struct zone *z, struct period *out)
{
	bool has_zone;
	int64_t t_ns;

	if (!time_parse(s, &t_ns, &has_zone) || !is_in_limits(t_ns))
		return false;
	if (!has_zone) {
		struct civil local = civil_from_ns(t_ns);

		t_ns = zone_local_ns(z, &local);
	}
	*out = instant(t_ns);
	return true;
}

static enum ll_err parse_end(const char *name, struct str s, const struct zone *z, int64_t now_ns,
	struct period *out, struct err *err)
{
	if (parse_word(s, z, now_ns, out) || parse_date(s, z, out) || parse_time(s, z, out) ||
		parse_ago(s, now_ns, out))
		return LL_OK;
	return ll_fail(err, LL_EUSAGE, "%s '%.*s' is not a time between 1970 and 2099; write a "
		"date (2026-11-01), a time (2026-11-01T10:00:00), how long ago (30m 24h 7d 2w), "
		"or today, yesterday, week, month, year or now", name, STR_FMT(s));
}

static enum ll_err check_order(struct str since, struct str until, const struct timerange *range,
	struct err *err)
{
	if (range->since_ns < range->until_ns)
		return LL_OK;
	return ll_fail(err, LL_EUSAGE, "until '%.*s' is not after since '%.*s'", STR_FMT(until),
		STR_FMT(since.len ? since : STR("1970")));
}

enum ll_err timerange_parse(struct str since, struct str until, const struct zone *z,
	int64_t now_ns, struct timerange *out, struct err *err)
{
	struct period first = { .start_ns = 0 };
	struct period last = { .end_ns = INT64_MAX };
	enum ll_err code = LL_OK;

	if (since.len)
		code = parse_end("since", since, z, now_ns, &first, err);
	if (code == LL_OK && until.len)
		code = parse_end("until", until, z, now_ns, &last, err);
	if (code)
		return code;
	*out = (struct timerange){
		.since_ns = first.start_ns,
		.until_ns = last.end_ns,
		.is_open = since.len == 0 && until.len == 0,
	};
	return check_order(since, until, out, err);
}

static int64_t hour_start_ns(const struct zone *z, int64_t t_ns)
{
	int64_t since_ns = zone_offset_since_ns(z, t_ns);
	struct civil local = zone_civil(z, t_ns);
	int64_t start_ns = t_ns - local.minute * NS_PER_MIN - local.second * NS_PER_S - local.nanos;

	return start_ns > since_ns ? start_ns : since_ns;
}

static int64_t hour_next_ns(const struct zone *z, int64_t start_ns)
{
	struct civil local = zone_civil(z, start_ns);
	int64_t next_ns = start_ns + NS_PER_HOUR - local.minute * NS_PER_MIN -
		local.second * NS_PER_S - local.nanos;
	int64_t since_ns = zone_offset_since_ns(z, next_ns);

	return since_ns > start_ns ? since_ns : next_ns;
}

int64_t bucket_start_ns(enum bucket b, const struct zone *z, int64_t t_ns)
{
	switch (b) {
	case BUCKET_NONE:
		return 0;
	case BUCKET_HOUR:
		return hour_start_ns(z, t_ns);
	case BUCKET_DAY:
		return zone_day_start_ns(z, zone_day(z, t_ns));
	case BUCKET_WEEK:
		return zone_day_start_ns(z, monday_of(zone_day(z, t_ns)));
	case BUCKET_MONTH:
		return zone_day_start_ns(z, month_day(zone_day(z, t_ns), 0));
	}
	return 0;
}

int64_t bucket_next_ns(enum bucket b, const struct zone *z, int64_t start_ns)
{
	switch (b) {
	case BUCKET_NONE:
		return INT64_MAX;
	case BUCKET_HOUR:
		return hour_next_ns(z, start_ns);
	case BUCKET_DAY:
		return zone_day_start_ns(z, zone_day(z, start_ns) + 1);
	case BUCKET_WEEK:
		return zone_day_start_ns(z, monday_of(zone_day(z, start_ns)) + 7);
	case BUCKET_MONTH:
		return zone_day_start_ns(z, month_day(zone_day(z, start_ns), 1));
	}
	return INT64_MAX;
}

bool bucket_parse(struct str name, enum bucket *out)
{
	for (enum bucket b = BUCKET_HOUR; b <= BUCKET_MONTH; b++) {
		if (str_eq(name, str_of(bucket_names[b]))) {
			*out = b;
			return true;
		}
	}
	return false;
}

const char *bucket_name(enum bucket b)
{
	return bucket_names[b];
}

/* An ISO week belongs to the year of its Thursday. */
static void week_label(int64_t day, char out[36])
{
	int64_t thursday = monday_of(day) + 3;
	int64_t first = year_day(thursday, 0);
	int32_t year;
	int month, of_month;

	civil_from_days(thursday, &year, &month, &of_month);
	snprintf(out, 36, "%04d-W%02d", year, (int)((thursday - first) / 7 + 1));
}

void bucket_label(enum bucket b, const struct zone *z, int64_t start_ns, char out[36])
{
	struct civil local = zone_civil(z, start_ns);

	switch (b) {
	case BUCKET_NONE:
		snprintf(out, 36, "all");
		return;
	case BUCKET_HOUR:
		snprintf(out, 36, "%04d-%02d-%02d %02d:%02d", local.year, local.month, local.day,
			local.hour, local.minute);
		return;
	case BUCKET_DAY:
		snprintf(out, 36, "%04d-%02d-%02d", local.year, local.month, local.day);
		return;
	case BUCKET_WEEK:
		week_label(zone_day(z, start_ns), out);
		return;
	case BUCKET_MONTH:
		snprintf(out, 36, "%04d-%02d", local.year, local.month);
		return;
	}
}

static const struct {
	const char *name;
	int64_t ms;
} units[] = {
	{ "w", INT64_C(7) * 86400000 },
	{ "d", 86400000 },
	{ "h", 3600000 },
	{ "m", 60000 },
	{ "s", 1000 },
	{ "ms", 1 },
};

/* Cuts the head of s that is digits, or that is not. */
static struct str cut_digits(struct str *s, bool wanted)
{
	struct str head;
	size_t len = 0;

	while (len < s->len && (s->at[len] >= '0' && s->at[len] <= '9') == wanted)
		len++;
	head = str_head(*s, len);
	*s = str_from(*s, len);
	return head;
}

/* Finds the unit from *next on, so that each stands once and the larger one first. */
static bool find_unit(struct str name, size_t *next, int64_t *unit_ms)
{
	while (*next < COUNT(units)) {
		const size_t i = (*next)++;

		if (str_eq(name, str_of(units[i].name))) {
			*unit_ms = units[i].ms;
			return true;
		}
	}
	return false;
}

static bool add_part(int64_t *sum_ms, struct str digits, int64_t unit_ms)
{
	int64_t count, part_ms;

	return digits.len > 0 && str_to_i64(digits, &count) &&
		!__builtin_mul_overflow(count, unit_ms, &part_ms) &&
		!__builtin_add_overflow(*sum_ms, part_ms, sum_ms);
}

bool duration_parse(struct str s, int64_t bare_ms, int64_t *out_ms)
{
	int64_t sum_ms = 0, unit_ms = bare_ms;
	struct str rest = s;
	struct str digits = cut_digits(&rest, true);
	size_t next_unit = 0;

	if (rest.len == 0) {
		if (bare_ms == 0 || !add_part(&sum_ms, digits, unit_ms))
			return false;
		*out_ms = sum_ms;
		return true;
	}
	for (rest = s; rest.len > 0;) {
		digits = cut_digits(&rest, true);
		if (!find_unit(cut_digits(&rest, false), &next_unit, &unit_ms) ||
			!add_part(&sum_ms, digits, unit_ms))
			return false;
	}
	*out_ms = sum_ms;
	return true;
}
