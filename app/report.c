/* SPDX-License-Identifier: Apache-2.0 */
/* The shared members of JSON answers. */
#include "app/report.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "model/decimal.h"

/* A rate in pico-dollars per unit is, per million units, this many places of a dollar. */
#define RATE_PER_MILLION_PLACES 6
#define PPM_PLACES 6
#define MINUTES_PER_DAY 1440

void report_time(struct jsonw *w, const char *key, const struct zone *zone, int64_t t_ns)
{
	char text[36];

	jsonw_key(w, key);
	jsonw_str(w, str_of(zone_format(zone, t_ns, text)));
}

void report_text(struct jsonw *w, const char *key, struct str text)
{
	jsonw_key(w, key);
	if (text.len)
		jsonw_str(w, text);
	else
		jsonw_null(w);
}

void report_count(struct jsonw *w, const char *key, int64_t n)
{
	jsonw_key(w, key);
	jsonw_i64(w, n);
}

void report_known_count(struct jsonw *w, const char *key, int64_t n)
{
	jsonw_key(w, key);
	if (n >= 0)
		jsonw_i64(w, n);
	else
		jsonw_null(w);
}

void report_bool(struct jsonw *w, const char *key, bool v)
{
	jsonw_key(w, key);
	jsonw_bool(w, v);
}

void report_usd(struct jsonw *w, const char *key, bool is_known, struct usd amount)
{
	jsonw_key(w, key);
	if (!is_known) {
		jsonw_null(w);
		return;
	}
	jsonw_raw(w, STR(""));
	usd_add_exact(w->out, amount);
}

void report_decimal(struct jsonw *w, const char *key, __int128 value, int places)
{
	jsonw_key(w, key);
	jsonw_raw(w, STR(""));
	decimal_add(w->out, value, places, 0);
}

void report_range(struct jsonw *w, const struct timerange *range, const struct zone *zone)
{
	jsonw_key(w, "range");
	jsonw_object(w);
	if (range->since_ns > LIMIT_TIME_MIN_NS)
		report_time(w, "since", zone, range->since_ns);
	else
		report_text(w, "since", STR(""));
	if (range->until_ns < LIMIT_TIME_MAX_NS)
		report_time(w, "until", zone, range->until_ns);
	else
		report_text(w, "until", STR(""));
	report_text(w, "timezone", str_of(zone_name(zone)));
	jsonw_object_end(w);
}

void report_tokens(struct jsonw *w, const struct tokens *t)
{
	report_count(w, "input_tokens", t->input);
	report_count(w, "cache_read_tokens", t->cache_read);
	report_count(w, "cache_write_5m_tokens", t->cache_write_5m);
	report_count(w, "cache_write_1h_tokens", t->cache_write_1h);
	report_count(w, "output_tokens", t->output);
}

bool usage_has_cost(const struct usage_sum *sum)
{
	return sum->calls == 0 || sum->unpriced < sum->calls;
}

void report_usage(struct jsonw *w, const struct usage_sum *sum)
{
	report_count(w, "requests", sum->calls);
	report_tokens(w, &sum->tokens);
	report_count(w, "reasoning_tokens", sum->reasoning_tokens);
	report_usd(w, "cost_usd", usage_has_cost(sum), sum->cost);
	report_count(w, "unpriced_requests", sum->unpriced);
	report_usd(w, "subscription_cost_usd", true, sum->subscription);
	report_usd(w, "recorded_cost_usd", sum->recorded_calls > 0, sum->recorded);
	report_count(w, "recorded_requests", sum->recorded_calls);
	report_count(w, "error_requests", sum->errors);
}

void usage_cost_add(struct buf *out, const struct usage_sum *sum, bool is_exact)
{
	if (!usage_has_cost(sum)) {
		buf_addch(out, '?');
		return;
	}
	if (is_exact) {
		buf_addch(out, '$');
		usd_add_exact(out, sum->cost);
	} else {
		usd_add_short(out, sum->cost);
	}
	if (sum->unpriced)
		buf_addz(out, " + ?");
}

void unpriced_note_add(struct buf *out, int64_t unpriced)
{
	if (unpriced == 0)
		return;
	buf_addz(out, "? ");
	buf_add_grouped(out, unpriced);
	buf_addf(out,
		" request%s no price and %s not in the sums; `llmlab records --filter priced=no` "
		"shows %s.\n", unpriced == 1 ? " has" : "s have", unpriced == 1 ? "is" : "are",
		unpriced == 1 ? "it" : "them");
}

const char *call_speed_name(enum call_speed speed)
{
	switch (speed) {
	case SPEED_UNSAID:
		return "";
	case SPEED_STANDARD:
		return "standard";
	case SPEED_FAST:
		return "fast";
	}
	return "";
}

static void report_tags(struct jsonw *w, const struct call *call)
{
	jsonw_key(w, "tags");
	jsonw_array(w);
	for (size_t i = 0; i < call->tag_count; i++) {
		jsonw_object(w);
		report_text(w, "name", call->tags[i].name);
		report_text(w, "value", call->tags[i].value);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void report_id(struct jsonw *w, struct record_id id)
{
	struct buf text = BUF_INIT(64);

	record_id_add(&text, id);
	report_text(w, "id", buf_str(&text));
	buf_release(&text);
}

static void report_who(struct jsonw *w, const struct record *record)
{
	const struct call *call = &record->call;

	report_text(w, "source", record->source_name);
	report_text(w, "machine", record->machine);
	report_text(w, "provider", call->provider);
	report_text(w, "model", call->model);
	report_text(w, "project", call->project);
	report_text(w, "user", call->user);
	report_text(w, "key", call->api_key);
	report_text(w, "session", call->session);
	report_text(w, "agent", call->agent);
	report_tags(w, call);
}

void report_record(struct jsonw *w, const struct record *record, const struct zone *zone)
{
	const struct call *call = &record->call;

	jsonw_object(w);
	report_id(w, record->id);
	report_time(w, "time", zone, call->start_ns);
	report_who(w, record);
	report_text(w, "kind", str_of(call_kind_name(call->kind)));
	report_text(w, "status", str_of(call_status_name(call->status)));
	report_text(w, "tier", str_of(call_tier_name(call->tier)));
	report_text(w, "speed", str_of(call_speed_name(call->speed)));
	report_tokens(w, &call->tokens);
	report_count(w, "reasoning_tokens", call->reasoning_tokens);
	report_count(w, "web_searches", call->web_searches);
	report_usd(w, "cost_usd", record->has_cost, record->cost);
	report_bool(w, "is_subscription", record->is_subscription);
	report_usd(w, "recorded_cost_usd", call->has_recorded, call->recorded);
	report_known_count(w, "latency_ms", call->latency_ms);
	report_known_count(w, "ttft_ms", call->ttft_ms);
	jsonw_object_end(w);
}

const char *price_list_name(enum price_list list)
{
	switch (list) {
	case PRICE_CUSTOM:
		return "own";
	case PRICE_CORE:
		return "core";
	case PRICE_EXTENDED:
		return "extended";
	}
	return "";
}

static bool has_rates(const int64_t rates[RATE_UNITS])
{
	for (size_t i = 0; i < RATE_UNITS; i++)
		if (rates[i] != RATE_UNKNOWN)
			return true;
	return false;
}

static void report_rates(struct jsonw *w, const char *key, const int64_t rates[RATE_UNITS])
{
	jsonw_key(w, key);
	jsonw_object(w);
	for (enum rate_unit unit = 0; unit < RATE_UNITS; unit++)
		if (rates[unit] != RATE_UNKNOWN)
			report_decimal(w, rate_unit_name(unit), rates[unit],
				RATE_PER_MILLION_PLACES);
	jsonw_object_end(w);
}

void report_price(struct jsonw *w, const struct price *price)
{
	char day[36], hours[36] = "";

	jsonw_object(w);
	report_text(w, "provider", price->provider);
	report_text(w, "model", price->model);
	report_text(w, "match", price->match);
	day_label(price->valid_from_day, day);
	report_text(w, "valid_from", str_of(day));
	if (price_has_hours(price))
		hours_label(price->from_s, price->until_s, hours);
	report_text(w, "hours_utc", str_of(hours));
	jsonw_key(w, "usd_per_million");
	jsonw_object(w);
	for (enum rate_class class = 0; class < RATE_CLASSES; class++)
		if (has_rates(price->rates[class]))
			report_rates(w, rate_class_name(class), price->rates[class]);
	jsonw_object_end(w);
	report_known_count(w, "above_tokens", price->above_tokens ? price->above_tokens : -1);
	if (price->fast_ppm)
		report_decimal(w, "fast_multiplier", price->fast_ppm, PPM_PLACES);
	else
		report_text(w, "fast_multiplier", STR(""));
	report_known_count(w, "context_window", price->context_window ? price->context_window : -1);
	report_known_count(w, "max_output", price->max_output ? price->max_output : -1);
	report_text(w, "list", str_of(price_list_name(price->list)));
	report_text(w, "origin", price->origin);
	jsonw_object_end(w);
}

struct str path_tail(struct str path)
{
	size_t slashes = 0;

	for (size_t i = path.len; i-- > 0;)
		if (path.at[i] == '/' && ++slashes == 2)
			return str_from(path, i + 1);
	return path;
}

void time_label(const struct zone *zone, int64_t t_ns, char out[36])
{
	struct civil c = zone_civil(zone, t_ns);

	snprintf(out, 36, "%04d-%02d-%02d %02d:%02d:%02d", (int)c.year, c.month, c.day, c.hour,
		c.minute, c.second);
}

void minute_label(const struct zone *zone, int64_t t_ns, bool has_year, char out[36])
{
	struct civil c = zone_civil(zone, t_ns);
	int len = has_year ? snprintf(out, 36, "%04d-", (int)c.year) : 0;

	snprintf(out + len, 36 - (size_t)len, "%02d-%02d %02d:%02d", c.month, c.day, c.hour,
		c.minute);
}

void hours_label(int32_t from_s, int32_t until_s, char out[36])
{
	snprintf(out, 36, "%02d:%02d-%02d:%02d", from_s / 3600, from_s / 60 % 60, until_s / 3600,
		until_s / 60 % 60);
}

void day_label(int64_t day, char out[36])
{
	int32_t year;
	int month, of_month;

	out[0] = '\0';
	if (day == PRICE_DATE_NONE)
		return;
	civil_from_days(day, &year, &month, &of_month);
	snprintf(out, 36, "%04d-%02d-%02d", (int)year, month, of_month);
}

void minutes_add(struct buf *out, int64_t minutes)
{
	if (minutes >= 2 * MINUTES_PER_DAY)
		buf_addf(out, "%lld d %d h", (long long)(minutes / MINUTES_PER_DAY),
			(int)(minutes % MINUTES_PER_DAY / 60));
	else if (minutes >= 60)
		buf_addf(out, "%lld h %02d m", (long long)(minutes / 60), (int)(minutes % 60));
	else
		buf_addf(out, "%lld m", (long long)minutes);
}

void short_count_add(struct buf *out, int64_t n)
{
	static const char units[] = "kMBT";
	int64_t tenths = n;
	size_t unit = 0;

	if (n < 1000) {
		buf_add_i64(out, n);
		return;
	}
	for (tenths = n / 100; tenths >= 10000 && unit < sizeof(units) - 2; unit++)
		tenths /= 1000;
	buf_addf(out, "%lld.%d%c", (long long)(tenths / 10), (int)(tenths % 10), units[unit]);
}

static bool is_plain_word(struct str word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		"._/:@%+=-";

	for (size_t i = 0; i < word.len; i++)
		if (!memchr(plain, word.at[i], sizeof(plain) - 1))
			return false;
	return word.len > 0 && word.at[0] != '-';
}

void shell_word_add(struct buf *out, struct str word)
{
	if (is_plain_word(word)) {
		buf_add(out, word);
		return;
	}
	buf_addch(out, '\'');
	while (word.at) {
		text_add_safe(out, str_cut(&word, '\''));
		if (word.at)
			buf_addz(out, "'\\''");
	}
	buf_addch(out, '\'');
}
