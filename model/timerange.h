/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ranges of time as users write them, and the buckets that reports are cut into. Pure: the
 * present is an argument.
 */
#ifndef LLMLAB_MODEL_TIMERANGE_H
#define LLMLAB_MODEL_TIMERANGE_H

#include "model/zone.h"

/* [since, until): until is exclusive. An end that was not given is 0 or INT64_MAX. */
struct timerange {
	int64_t since_ns, until_ns;
	bool is_open; /* neither end was given: all time */
};

enum bucket { BUCKET_NONE, BUCKET_HOUR, BUCKET_DAY, BUCKET_WEEK, BUCKET_MONTH };

/*
 * --since and --until: YYYYMMDD, YYYY-MM-DD, RFC 3339, 30m 24h 7d 2w (that long ago), today,
 * yesterday, week (ISO, Monday), month, year, now. A date is the local day in z: as `until`
 * it includes that day; so do the words for days, weeks, months and years (the current ones).
 * A time without a zone is local. Empty = not given. LL_EUSAGE names the word; since >= until
 * too.
 */
enum ll_err LL_MUST timerange_parse(struct str since, struct str until, const struct zone *z,
	int64_t now_ns, struct timerange *out, struct err *err);

/* The start of the bucket that holds t, and of the next one: local hours, days, ISO weeks and
 * months of z. BUCKET_NONE: 0 and INT64_MAX. Where clocks are set back, the two hours of one
 * name are two buckets; where they change within an hour, that hour is two short ones. */
int64_t bucket_start_ns(enum bucket b, const struct zone *z, int64_t t_ns);
int64_t bucket_next_ns(enum bucket b, const struct zone *z, int64_t start_ns);
bool bucket_parse(struct str name, enum bucket *out); /* "hour".."month" */
const char *bucket_name(enum bucket b);
/* For a table: "2026-11-01", "2026-11-01 14:00", "2026-W45", "2026-11". */
void bucket_label(enum bucket b, const struct zone *z, int64_t start_ns, char out[36]);

/* "1500ms", "2s", "5m", "1h30m", "7d", "2w" to milliseconds, the larger unit first; a bare
 * number is `bare_ms` each and refused when that is 0. */
bool duration_parse(struct str s, int64_t bare_ms, int64_t *out_ms);

#endif
