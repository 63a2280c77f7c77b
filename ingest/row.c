/* SPDX-License-Identifier: Apache-2.0 */
/* Values of a row as numbers, times and names. */
#include "ingest/row.h"

#include "base/clock.h"
#include "ingest/reading.h"
#include "model/decimal.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Numbers below this many seconds (1973) count from some beginning, not from 1970. */
#define ABSOLUTE_FROM_S INT64_C(100000000)

/* How many decimals of the unit make a nanosecond. */
static const int places_of[] = {
	[TIME_S] = 9,
	[TIME_MS] = 6,
	[TIME_US] = 3,
	[TIME_NS] = 0,
};

static const struct count_field counts[] = {
	COUNT("input", struct tokens, input),
	COUNT("output", struct tokens, output),
	COUNT("cache_read", struct tokens, cache_read),
	COUNT("cache_write", struct tokens, cache_write_5m),
	COUNT("cache_write_1h", struct tokens, cache_write_1h),
};

static const enum field count_fields[LEN(counts)] = {
	FIELD_INPUT, FIELD_OUTPUT, FIELD_CACHE_READ, FIELD_CACHE_WRITE, FIELD_CACHE_WRITE_1H,
};

static const struct {
	const char *word;
	enum call_status status;
} status_words[] = {
	{ "success", CALL_OK },
	{ "succeeded", CALL_OK },
	{ "completed", CALL_OK },
	{ "failed", CALL_ERROR },
	{ "failure", CALL_ERROR },
	{ "timeout", CALL_ERROR },
	{ "canceled", CALL_ABORTED },
	{ "cancelled", CALL_ABORTED },
};

static bool read_count(struct str text, int64_t *out)
{
	return !text.len || (str_to_i64(text, out) && *out >= 0 && *out <= LIMIT_TOKENS);
}

static bool read_counts(const struct row *row, struct tokens *out, const char **why)
{
	for (size_t i = 0; i < LEN(counts); i++) {
		int64_t v = 0;

		if (!read_count(row->text[count_fields[i]], &v)) {
			*why = counts[i].refusal;
			return false;
		}
		memcpy((char *)out + counts[i].at, &v, sizeof(v));
	}
	return true;
}

/* A count of the whole prompt: what was read from the cache is part of it. */
static bool split_total(const struct row *row, struct tokens *t, const char **why)
{
	int64_t total = 0;

	if (!row->text[FIELD_INPUT_TOTAL].len || row->text[FIELD_INPUT].len)
		return true;
	if (!read_count(row->text[FIELD_INPUT_TOTAL], &total) || total < t->cache_read) {
		*why = "input_total is not a whole number from cache_read to 2^40";
		return false;
	}
	t->input = total - t->cache_read;
	return true;
}

/* The unit that makes a time of our days of a number since 1970. */
static enum time_unit unit_by_size(int64_t whole)
{
	if (whole < ABSOLUTE_FROM_S * 1000)
		return TIME_S;
	if (whole < ABSOLUTE_FROM_S * 1000000)
		return TIME_MS;
	return whole < ABSOLUTE_FROM_S * 1000000000 ? TIME_US : TIME_NS;
}

static bool read_number_time(struct str text, enum time_unit unit, int64_t base_ns, int64_t *t_ns,
	const char **why)
{
	int64_t whole, since_ns;

	*why = "the timestamp is not a time";
	if (!decimal_parse(text, 0, &whole, NULL))
		return false;
	if (unit == TIME_BY_SHAPE)
		unit = base_ns ? TIME_S : unit_by_size(whole);
	if (!decimal_parse(text, places_of[unit], &since_ns, NULL))
		return false;
	if (!base_ns && since_ns < ABSOLUTE_FROM_S * NS_PER_S) {
		*why = "the timestamp is relative: give --time-base";
		return false;
	}
	if (__builtin_add_overflow(base_ns, since_ns, t_ns))
		return false;
	*why = NULL;
	return true;
}

static bool read_ts(const struct decode *d, const struct row *row, int64_t *t_ns, const char **why)
{
	struct str text = row->text[FIELD_TS];
	enum time_unit unit = text.len ? row->rule[FIELD_TS]->unit : TIME_ISO;
	int64_t ignored;

	if (unit == TIME_ISO ||
		(unit == TIME_BY_SHAPE && !decimal_parse(text, 0, &ignored, NULL)))
		return reading_time(d, text, t_ns, why);
	return read_number_time(text, unit, d->options->time_base_ns, t_ns, why);
}

/* A name, or the code of an HTTP answer. */
static bool read_status(struct str text, enum call_status *out, const char **why)
{
	int64_t http;

	if (!text.len || call_status_parse(text, out))
		return true;
	for (size_t i = 0; i < LEN(status_words); i++)
		if (str_eq_nocase(text, str_of(status_words[i].word))) {
			*out = status_words[i].status;
			return true;
		}
	if (str_to_i64(text, &http) && http >= 100 && http <= 599) {
		*out = http < 400 ? CALL_OK : CALL_ERROR;
		return true;
	}
	*why = "the status is not a known word or number";
	return false;
}

/* Whole milliseconds; a fraction is rounded. */
static bool read_ms(struct str text, int64_t *out, const char **why)
{
	if (!text.len || (decimal_parse(text, 0, out, NULL) && *out >= 0))
		return true;
	*why = "a duration is not a number of milliseconds";
	return false;
}

static bool read_money(const struct row *row, struct call *call, const char **why)
{
	call->has_recorded = row->text[FIELD_COST].len > 0;
	return !call->has_recorded || reading_usd(row->text[FIELD_COST], &call->recorded, why);
}

static bool read_values(const struct decode *d, const struct row *row, struct call *call,
	const char **why)
{
	*why = "reasoning is not a whole number from 0 to 2^40";
	return read_count(row->text[FIELD_REASONING], &call->reasoning_tokens) &&
		read_ts(d, row, &call->start_ns, why) && read_counts(row, &call->tokens, why) &&
		split_total(row, &call->tokens, why) && read_money(row, call, why) &&
		read_ms(row->text[FIELD_LATENCY_MS], &call->latency_ms, why) &&
		read_ms(row->text[FIELD_TTFT_MS], &call->ttft_ms, why) &&
		read_status(row->text[FIELD_STATUS], &call->status, why);
}

void row_set(struct row *row, const struct field_rule *rule, struct str text)
{
	text = str_trim(text);
	if (!text.len)
		return;
	if (rule->field == FIELD_TAG) {
		if (row->tag_count < LIMIT_TAGS)
			row->tags[row->tag_count++] = (struct call_tag){ rule->tag, text };
	} else if (!row->rule[rule->field] || rule < row->rule[rule->field]) {
		row->text[rule->field] = text;
		row->rule[rule->field] = rule;
	}
}

enum decode_result row_emit(struct decode *d, const struct row *row, struct str bytes)
{
	struct call call = reading_call(d);
	struct call_tag tags[LIMIT_TAGS];
	const char *why;

	if (!read_values(d, row, &call, &why))
		return reading_refuse(d, why);
	memcpy(tags, row->tags, row->tag_count * sizeof(*tags));
	call.tags = tags;
	call.tag_count = row->tag_count;
	call.provider = row->text[FIELD_PROVIDER];
	call.model = row->text[FIELD_MODEL];
	call.project = row->text[FIELD_PROJECT];
	call.user = row->text[FIELD_USER];
	call.api_key = row->text[FIELD_KEY];
	call.session = row->text[FIELD_SESSION];
	call.agent = row->text[FIELD_AGENT];
	call.key = reading_key((struct str[]){ str_of(d->decoder->name), bytes }, 2);
	return reading_emit(d, &call);
}
