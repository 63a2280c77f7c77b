/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a call is stored already, and which of two observations of it is kept. On the
 * writer's thread.
 */
#ifndef LLMLAB_STORE_CALL_MATCH_H
#define LLMLAB_STORE_CALL_MATCH_H

#include "store/writer.h"

/* In rising order of closeness. FAMILY: another key of the same family, one being a replay. */
enum match_kind { MATCH_NONE, MATCH_FAMILY, MATCH_EXACT };

struct match {
	enum match_kind kind;
	struct call_row stored;
};

/* The closest record of this file to the call: in the hour of its start, the one before and the
 * one after, as far as the file has them, because observers of one call may see it start at
 * different times. */
enum ll_err LL_MUST call_match_find(struct month_file *m, const struct call_row *wanted,
	struct match *best, struct err *err);

/* <0: the candidate is better than what is kept. Starts do not count: the earliest stays. */
int call_match_compare(const struct call *candidate, const struct call *kept);
/* The same for rows of one month file, names and tags included. Texts are kept in the arena,
 * which is cleared. */
enum ll_err LL_MUST match_compare_rows(struct writer *w, struct month_file *m, struct arena *a,
	const struct call_row *candidate, const struct call_row *kept, int *order, struct err *err);

#endif
