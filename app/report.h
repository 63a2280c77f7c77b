/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The members of JSON answers that several commands share, so that the same thing has the
 * same name everywhere. Money is printed from the integer; what is unknown is null, never 0.
 */
#ifndef LLMLAB_APP_REPORT_H
#define LLMLAB_APP_REPORT_H

#include "base/jsonw.h"
#include "model/price.h"
#include "store/record.h"
#include "store/spend.h"

/* "range": { "since", "until", "timezone" }; an end that was not given is null. */
void report_range(struct jsonw *w, const struct timerange *range, const struct zone *zone);
void report_time(struct jsonw *w, const char *key, const struct zone *zone, int64_t t_ns);
/* An empty text is null. */
void report_text(struct jsonw *w, const char *key, struct str text);
void report_count(struct jsonw *w, const char *key, int64_t n);
/* -1 = unknown: null. */
void report_known_count(struct jsonw *w, const char *key, int64_t n);
void report_bool(struct jsonw *w, const char *key, bool v);
void report_usd(struct jsonw *w, const char *key, bool is_known, struct usd amount);
/* value / 10^places, exact: a rate, a multiplier. */
void report_decimal(struct jsonw *w, const char *key, __int128 value, int places);
void report_tokens(struct jsonw *w, const struct tokens *t);
/* "requests" and all that belongs to it. */
void report_usage(struct jsonw *w, const struct usage_sum *sum);
/* All of one call, as an object. */
void report_record(struct jsonw *w, const struct record *record, const struct zone *zone);
/* All of one price row, as an object; rates in USD per million units. */
void report_price(struct jsonw *w, const struct price *price);

/* False when there were calls and none of them has a price: there is no sum then. */
bool usage_has_cost(const struct usage_sum *sum);
/* "$1.20"; "?" when nothing has a price, "$1.20 + ?" when only a part has one. */
void usage_cost_add(struct buf *out, const struct usage_sum *sum, bool is_exact);
/* The line below a table that says what the "?" stands for; nothing when there is none. */
void unpriced_note_add(struct buf *out, int64_t unpriced);
const char *price_list_name(enum price_list list);
const char *call_speed_name(enum call_speed speed);

/* Only the last two parts of a path, for tables: "work/api". */
struct str path_tail(struct str path);
/* "2026-11-01 14:00:05" in the zone. */
void time_label(const struct zone *zone, int64_t t_ns, char out[36]);
/* "2026-11-01 14:00", or without the year "11-01 14:00". */
void minute_label(const struct zone *zone, int64_t t_ns, bool has_year, char out[36]);
/* "5 m", "2 h 05 m", "3 d 4 h". */
void minutes_add(struct buf *out, int64_t minutes);
/* "950", "12.3k", "4.5M": cut, not rounded. */
void short_count_add(struct buf *out, int64_t n);
/* A word that a shell takes as it is when the line is pasted: quoted where it must be. */
void shell_word_add(struct buf *out, struct str word);
/* "08:00-16:30", seconds of the day. */
void hours_label(int32_t from_s, int32_t until_s, char out[36]);
/* "2026-11-01", a day since 1970-01-01; "" for PRICE_DATE_NONE. */
void day_label(int64_t day, char out[36]);

#endif
