/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the parts of a line, the same way in every decoder. */
#include "ingest/reading.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/text.h"
#include "keys/hash.h"

bool count_take(struct json *j, struct str key, const struct count_field *fields, size_t count,
	void *out, const char **why)
{
	for (size_t i = 0; i < count; i++) {
		int64_t v = 0;

		if (!str_eq(key, fields[i].key))
			continue;
		if (json_peek(j) == JSON_NULL)
			json_skip(j);
		else if (!json_i64(j, &v) || v < 0 || v > LIMIT_TOKENS)
			*why = fields[i].refusal;
		memcpy((char *)out + fields[i].at, &v, sizeof(v));
		return true;
	}
	return false;
}

bool count_object(struct json *j, const struct count_field *fields, size_t count, void *out,
	const char **why)
{
	struct str key;

	if (!json_object(j))
		return false;
	while (json_key(j, &key))
		if (!count_take(j, key, fields, count, out, why))
			json_skip(j);
	return true;
}

struct str reading_text(struct decode *d, struct str raw)
{
	return json_text_in(d->scratch, raw);
}

bool reading_time(const struct decode *d, struct str text, int64_t *t_ns, const char **why)
{
	const struct zone *zone = d->options ? d->options->zone : NULL;
	bool has_zone;

	if (!text.len) {
		*why = "no timestamp";
		return false;
	}
	if (!time_parse(text, t_ns, &has_zone)) {
		*why = "the timestamp is not a time";
		return false;
	}
	if (!has_zone && zone) {
		struct civil local = civil_from_ns(*t_ns);

		*t_ns = zone_local_ns(zone, &local);
	}
	return true;
}

bool reading_usd(struct str digits, struct usd *out, const char **why)
{
	if (usd_parse(digits, out) && usd_nanos(*out) >= 0)
		return true;
	*why = "the cost is not an amount of dollars";
	return false;
}

struct str reading_digits(char out[24], int64_t v)
{
	int len = snprintf(out, 24, "%lld", (long long)v);

	return (struct str){ out, (size_t)len };
}

struct call_key reading_key(const struct str *parts, size_t count)
{
	struct fingerprint exact = hash_fingerprint(parts, count);

	return (struct call_key){ .exact = exact, .family = exact.hi };
}

struct str reading_stem(struct str path)
{
	struct str name = str_basename(path);
	const char *dot = name.len ? memrchr(name.at, '.', name.len) : NULL;

	return dot && dot > name.at ? str_head(name, (size_t)(dot - name.at)) : name;
}

void reading_keep(char *to, size_t cap, struct str text)
{
	size_t whole;

	text = utf8_cut(text, cap - 1);
	whole = text.len ? strnlen(text.at, text.len) : 0; /* the state is a C string */
	if (whole)
		memcpy(to, text.at, whole);
	to[whole] = '\0';
}

struct call reading_call(const struct decode *d)
{
	return (struct call){ .kind = d->decoder->kind, .latency_ms = -1, .ttft_ms = -1 };
}

enum decode_result reading_refuse(struct decode *d, const char *why)
{
	d->why = why;
	return DECODE_REFUSED;
}

enum decode_result reading_broken(struct decode *d, const struct json *j)
{
	struct buf text = BUF_INIT(200);
	struct str kept;

	buf_addf(&text, "not JSON: %s", j->why ? j->why : "no value");
	kept = arena_str(d->scratch, buf_str(&text));
	buf_release(&text);
	return reading_refuse(d, kept.at ? kept.at : "not JSON");
}

enum decode_result reading_emit(struct decode *d, const struct call *call)
{
	d->emit(d->ctx, call);
	return DECODE_OK;
}
