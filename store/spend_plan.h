/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rollups hold the answer of a spend query exactly, and how one month of its range is
 * cut into pieces, each read from the coarsest of them:
 *
 *	since                                                              until
 *	  | calls | quarters |            days             | quarters | calls |
 *
 * Days are those that the month's day rows are cut in. In another zone a bucket's edge may divide
 * a day: spend.c then moves the quarters on one side of the edge, which are a fraction of the
 * rows that a month of quarters has. Where the range goes past the month, the month's edge cuts
 * nothing: every row of the file is meant. Pure.
 */
#ifndef LLMLAB_STORE_SPEND_PLAN_H
#define LLMLAB_STORE_SPEND_PLAN_H

#include "store/spend.h"

#define NS_PER_QUARTER (15 * NS_PER_MIN)

struct spend_plan {
	bool has_quarters; /* roll_15m holds all that is asked */
	bool has_days;     /* so does roll_day, or, with `by`, roll_day_by */
	bool has_projects; /* projects matter: else roll_15m_all and roll_day_all do as well */
	enum dim_kind by;  /* DIM_NONE: roll_day */
	struct str tag;    /* by DIM_TAG: its name */
};

/* One piece of a month: [from, until) in local days, 15-minute indexes or ns. */
struct spend_piece {
	enum spend_from read;
	int64_t from, until;
};

#define SPEND_MAX_PIECES 5

struct spend_plan spend_plan_make(const struct scope *scope, const struct spend_query *q);
/* Pieces in order of time. `days`: the zone that the month's day rows are cut in. */
size_t spend_plan_cut(const struct spend_plan *plan, const struct spend_query *q, int32_t month,
	const struct zone *days, struct spend_piece out[SPEND_MAX_PIECES]);

#endif
