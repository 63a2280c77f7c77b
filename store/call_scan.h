/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the raw calls of one month file, as they are stored: names still ids. */
#ifndef LLMLAB_STORE_CALL_SCAN_H
#define LLMLAB_STORE_CALL_SCAN_H

#include "store/call_row.h"
#include "store/reader.h"

/* SCAN_SUMS reads what filters test and sums add: not the key, price, kind, speed, replay flag,
 * time to first token, web searches and the session's name. */
enum scan_width { SCAN_SUMS, SCAN_FULL, SCAN_WIDTHS };

enum scan_order {
	SCAN_ANY,    /* the whole month as it lies: the fastest way through it */
	SCAN_OLDEST, /* a range by (start_ns, id) */
	SCAN_NEWEST, /* the other way */
	SCAN_TIES_OLDEST, /* the calls of one start_ns by id: call_scan_ties() */
	SCAN_TIES_NEWEST,
	SCAN_ORDERS,
};

struct call_scan {
	struct stmt *stmt;
	enum scan_width width;
	struct str session; /* its name, SCAN_FULL only; valid until the next row */
};

/* The calls with since <= start_ns < until; SCAN_ANY reads all and neither bound. */
enum ll_err LL_MUST call_scan_start(struct call_scan *scan, struct month_reader *m,
	enum scan_width width, enum scan_order order, int64_t workspace, int64_t since_ns,
	int64_t until_ns, struct err *err);
/* The calls of that start_ns that stand after `id` in the order. A month may hold a day's calls
 * under one time (exports by day), so a page must not skip through them. */
enum ll_err LL_MUST call_scan_ties(struct call_scan *scan, struct month_reader *m,
	enum scan_width width, enum scan_order order, int64_t workspace, int64_t start_ns,
	int64_t id, struct err *err);
/* *is_row false: there are no more. */
enum ll_err LL_MUST call_scan_next(struct call_scan *scan, struct call_row *row, bool *is_row,
	struct err *err);
/* The call with that row id, if there is one: SCAN_FULL, for one call_scan_next(). */
enum ll_err LL_MUST call_scan_one(struct call_scan *scan, struct month_reader *m,
	int64_t workspace, int64_t id, struct err *err);

#endif
