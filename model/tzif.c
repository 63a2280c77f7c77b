/* SPDX-License-Identifier: Apache-2.0 */
/* Reads TZif files and writes their footer out. Every read is of a piece known to be there. */
#include "model/tzif.h"

#include "base/clock.h"
#include "base/mem.h"
#include "model/tzrule.h"

#define HEADER_BYTES 44
#define TYPE_BYTES 6 /* of a local time type: offset, is-summer, abbreviation */
#define DAY_S 86400

/* The years of int64 nanoseconds. */
#define YEAR_FIRST 1677
#define YEAR_LAST 2262

struct header {
	char version;
	uint32_t isut_count, isstd_count, leap_count, time_count, type_count, char_count;
};

/* One data block: its arrays as they stand in the file. */
struct block_view {
	struct str times, time_types, types;
	size_t time_bytes; /* of one time: 4 or 8 */
};

struct change {
	int64_t at_s;
	int32_t offset_s; /* from then on */
};

static uint64_t read_be(const char *at, size_t bytes)
{
	uint64_t v = 0;

	for (size_t i = 0; i < bytes; i++)
		v = v << 8 | (uint8_t)at[i];
	return v;
}

static int64_t read_time(const struct block_view *b, size_t i)
{
	uint64_t v = read_be(b->times.at + i * b->time_bytes, b->time_bytes);

	return b->time_bytes == 4 ? (int32_t)v : (int64_t)v;
}

static int32_t read_offset(const struct block_view *b, size_t type)
{
	return (int32_t)read_be(b->types.at + type * TYPE_BYTES, 4);
}

static bool take_bytes(struct str *rest, size_t bytes, struct str *out)
{
	if (rest->len < bytes)
		return false;
	*out = str_head(*rest, bytes);
	*rest = str_from(*rest, bytes);
	return true;
}

static bool take_header(struct str *rest, struct header *h)
{
	struct str raw;

	if (!take_bytes(rest, HEADER_BYTES, &raw) || memcmp(raw.at, "TZif", 4) != 0)
		return false;
	*h = (struct header){
		.version = raw.at[4],
		.isut_count = (uint32_t)read_be(raw.at + 20, 4),
		.isstd_count = (uint32_t)read_be(raw.at + 24, 4),
		.leap_count = (uint32_t)read_be(raw.at + 28, 4),
		.time_count = (uint32_t)read_be(raw.at + 32, 4),
		.type_count = (uint32_t)read_be(raw.at + 36, 4),
		.char_count = (uint32_t)read_be(raw.at + 40, 4),
	};
	return true;
}

/* The counts are of 32 bits, so that none of the products overflows size_t. */
static bool take_block(struct str *rest, const struct header *h, size_t time_bytes,
	struct block_view *out)
{
	size_t skipped = (size_t)h->char_count + h->leap_count * (time_bytes + 4) +
		h->isstd_count + h->isut_count;
	struct str unused;

	out->time_bytes = time_bytes;
	return take_bytes(rest, h->time_count * time_bytes, &out->times) &&
		take_bytes(rest, h->time_count, &out->time_types) &&
		take_bytes(rest, (size_t)h->type_count * TYPE_BYTES, &out->types) &&
		take_bytes(rest, skipped, &unused);
}

/* Times ascend, types exist and their offsets are of this world. */
static bool block_is_sound(const struct block_view *b, const struct header *h)
{
	for (size_t i = 0; i < h->time_count; i++) {
		if ((uint8_t)b->time_types.at[i] >= h->type_count)
			return false;
		if (i > 0 && read_time(b, i) <= read_time(b, i - 1))
			return false;
	}
	for (size_t i = 0; i < h->type_count; i++) {
		int32_t offset_s = read_offset(b, i);

		if (offset_s < -TZIF_OFFSET_MAX_S || offset_s > TZIF_OFFSET_MAX_S)
			return false;
	}
	return h->type_count > 0;
}

/* "\n<rule>\n" after the second block; an empty rule says that nothing is known. */
static bool take_footer(struct str rest, struct str *rule)
{
	if (rest.len < 2 || rest.at[0] != '\n')
		return false;
	rest = str_from(rest, 1);
	if (!memchr(rest.at, '\n', rest.len))
		return false;
	*rule = str_cut(&rest, '\n');
	return true;
}

static int64_t seconds_to_ns(int64_t s)
{
	int64_t ns;

	if (__builtin_mul_overflow(s, NS_PER_S, &ns))
		return s < 0 ? INT64_MIN : INT64_MAX;
	return ns;
}

/* What comes out of order (a rule whose years run into each other) or past the end of time is
 * left out; of two spans from the same instant the later one holds. */
static void add_span(struct tz_spans *spans, int64_t from_ns, int32_t offset_s)
{
	struct tz_span *last = spans->at + spans->count - 1;

	if (from_ns < last->from_ns || from_ns == INT64_MAX)
		return;
	if (from_ns == last->from_ns && spans->count > 1) {
		spans->count--;
		last--;
	}
	if (from_ns == last->from_ns)
		last->offset_s = offset_s;
	else if (offset_s != last->offset_s)
		spans->at[spans->count++] = (struct tz_span){ from_ns, offset_s, 0 };
}

/* After `last_s`, the last transition that the file lists. South of the equator the end of
 * summer is a year's first change. */
static void add_rule(struct tz_spans *spans, const struct tzrule *rule, int64_t last_s)
{
	for (int32_t year = YEAR_FIRST; year <= YEAR_LAST; year++) {
		struct change start = { tzrule_start_s(rule, year), rule->summer_s };
		struct change end = { tzrule_end_s(rule, year), rule->standard_s };
		bool is_south = end.at_s < start.at_s;
		struct change changes[] = { is_south ? end : start, is_south ? start : end };

		for (int i = 0; i < 2; i++)
			if (changes[i].at_s > last_s)
				add_span(spans, seconds_to_ns(changes[i].at_s),
					changes[i].offset_s);
	}
}

/* The local day of the last nanosecond of a span. */
static int32_t last_day_of(const struct tz_span *span, int64_t end_ns)
{
	int64_t s = (end_ns - 1) / NS_PER_S - ((end_ns - 1) % NS_PER_S < 0) + span->offset_s;

	return (int32_t)(s / DAY_S - (s % DAY_S < 0));
}

static void set_first_days(struct tz_spans *spans)
{
	spans->at[0].first_day = INT32_MIN;
	for (size_t i = 1; i < spans->count; i++) {
		const struct tz_span *before = &spans->at[i - 1];
		int32_t day = last_day_of(before, spans->at[i].from_ns);

		spans->at[i].first_day = day > before->first_day ? day : before->first_day;
	}
}

static enum ll_err spans_make(const struct block_view *b, size_t time_count,
	const struct tzrule *rule, struct tz_spans *out)
{
	size_t by_rule = rule && rule->has_summer ? 2 * (YEAR_LAST - YEAR_FIRST + 1) : 0;
	bool is_rule_only = rule && time_count == 0;

	out->at = ll_try_alloc((1 + time_count + by_rule) * sizeof(*out->at));
	if (!out->at)
		return LL_ENOMEM;
	out->at[0] = (struct tz_span){
		.from_ns = INT64_MIN,
		.offset_s = is_rule_only ? rule->standard_s : read_offset(b, 0),
	};
	out->count = 1;
	for (size_t i = 0; i < time_count; i++)
		add_span(out, seconds_to_ns(read_time(b, i)),
			read_offset(b, (uint8_t)b->time_types.at[i]));
	if (by_rule)
		add_rule(out, rule, time_count ? read_time(b, time_count - 1) : INT64_MIN);
	set_first_days(out);
	return LL_OK;
}

/* From version 2 on the first block, of 32-bit times, is there for old readers only. */
static bool take_blocks(struct str *rest, struct header *h, struct block_view *b)
{
	if (!take_header(rest, h) || !take_block(rest, h, 4, b))
		return false;
	return h->version < '2' || (take_header(rest, h) && take_block(rest, h, 8, b));
}

enum ll_err tzif_read(struct str file, struct tz_spans *out, const char **why)
{
	struct block_view block;
	struct str footer = { NULL, 0 };
	struct tzrule rule;
	struct header h;
	enum ll_err code;

	*out = (struct tz_spans){ 0 };
	*why = "it is no whole TZif file";
	if (!take_blocks(&file, &h, &block))
		return LL_ECORRUPT;
	*why = "it counts leap seconds";
	if (h.leap_count)
		return LL_EUNSUPPORTED;
	*why = "its transitions make no sense";
	if (!block_is_sound(&block, &h))
		return LL_ECORRUPT;
	*why = "its footer is no POSIX time zone rule";
	if (h.version >= '2' && !take_footer(file, &footer))
		return LL_ECORRUPT;
	if (footer.len && !tzrule_parse(footer, &rule))
		return LL_ECORRUPT;
	code = spans_make(&block, h.time_count, footer.len ? &rule : NULL, out);
	*why = code ? ll_err_text(code) : NULL;
	return code;
}
