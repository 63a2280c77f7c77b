/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums of spend as a table, CSV or JSON: what `costs` and its aliases print. All but the
 * run is pure.
 */
#ifndef LLMLAB_APP_SPEND_REPORT_H
#define LLMLAB_APP_SPEND_REPORT_H

#include "app/app.h"
#include "app/spend_by.h"

struct spend_report {
	struct spend_query query;
	struct spend spend;
	bool has_limit;
	size_t left_out; /* rows beyond the limit; the totals hold them */
};

/* Keeps the `limit` rows that cost most, in their order. */
enum ll_err LL_MUST spend_report_limit(struct spend_report *report, size_t limit, struct arena *a);

void spend_report_json(const struct spend_report *report, struct jsonw *w);
enum ll_err LL_MUST spend_report_csv(const struct spend_report *report, struct arena *a,
	struct buf *out);
struct table_look {
	int columns;
	bool has_color;
	bool is_ascii; /* the terminal has no UTF-8 */
	bool is_exact; /* all decimals of an amount */
};
enum ll_err LL_MUST spend_report_table(const struct spend_report *report,
	const struct table_look *look, struct arena *a, struct buf *out);

/* Queries with the run's range, zone, filter and limit, and prints as its options say. */
enum exit_code spend_report_run(struct app *app, const struct spend_by *by);

#endif
