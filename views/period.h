/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stretch of time that a pane shows, as the user means it: "month" stays the current month
 * when midnight passes, "2026-10" does not. It is written and read as one word or as
 * SINCE..UNTIL, so that the palette, the session file and the crumbs agree. Pure.
 */
#ifndef LLMLAB_VIEWS_PERIOD_H
#define LLMLAB_VIEWS_PERIOD_H

#include "base/buf.h"
#include "model/timerange.h"

enum period_kind {
	PERIOD_DAY, /* the first four: of the calendar, `back` of them ago */
	PERIOD_WEEK,
	PERIOD_MONTH,
	PERIOD_YEAR,
	PERIOD_LAST,   /* so long ago until now */
	PERIOD_FIXED,  /* between two instants */
	PERIOD_ALL,
};

struct period {
	enum period_kind kind;
	int64_t day;        /* calendar: one of its days; PERIOD_NOW_DAY = the current one */
	int64_t length_ms;  /* PERIOD_LAST */
	int64_t since_ns, until_ns; /* PERIOD_FIXED */
};

#define PERIOD_NOW_DAY INT64_MIN

/* "today", "yesterday", "week", "month", "last month", "year", "all", "24h", "2026", "2026-10",
 * "2026-10-31", "2026-10-01..2026-10-15". LL_EUSAGE says what can be written. */
enum ll_err LL_MUST period_parse(struct str text, const struct zone *z, int64_t now_ns,
	struct period *out, struct err *err);
/* The same word again. */
void period_write(struct buf *out, const struct period *p, const struct zone *z);
/* For people: "2026-11 to date", "the last 24 h". */
void period_label(struct buf *out, const struct period *p, const struct zone *z, int64_t now_ns);

/* Its ends. A calendar period ends where the calendar says, even if that is still to come; the last
 * 24 h begin and end on a quarter of an hour, which is what sums are kept by. */
struct timerange period_range(const struct period *p, const struct zone *z, int64_t now_ns);
/* What it is compared with: the period before it, up to the same point. False: there is none. */
bool period_before(const struct period *p, const struct zone *z, int64_t now_ns,
	struct timerange *out);
/* One period later (1) or earlier (-1). False: it cannot, or now is later. */
bool period_move(struct period *p, const struct zone *z, int64_t now_ns, int by);
/* The calendar period of that kind that holds t. */
struct period period_of(enum period_kind kind, const struct zone *z, int64_t t_ns);
/* The bucket that cuts a range into a few dozen pieces. */
enum bucket period_bucket(const struct timerange *range);

#endif
