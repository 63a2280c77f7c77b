/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table for people (aligned columns, cut to the terminal's width) or as CSV (RFC 4180, full
 * values). Cells are added row by row; outside text is sanitised here.
 */
#ifndef LLMLAB_APP_TABLE_H
#define LLMLAB_APP_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/usd.h"

struct table_column {
	const char *title;    /* for people: "cache read" */
	const char *csv_name; /* "cache_read_tokens": same as in JSON */
	bool is_number;       /* right-aligned */
	bool is_wide_only;    /* left out when the terminal is too narrow; in order from the right */
	bool may_cut;         /* text that may be cut with "…" */
};

struct table; /* in the arena */

struct table *table_new(struct arena *a, const struct table_column *columns, size_t count);
/* One cell: what people see, and the exact value for CSV (at NULL = the same). */
void table_cell(struct table *t, struct str shown, struct str exact);
void table_text(struct table *t, struct str s);      /* absent (at NULL): "-" and empty in CSV */
void table_count(struct table *t, int64_t n);        /* 1,234 and 1234 */
void table_usd(struct table *t, bool is_known, struct usd amount); /* "$1.23" or "?"; exact in CSV */
/* The rows after it are totals: set apart by a rule. Not in CSV. */
void table_rule(struct table *t);
void table_print(const struct table *t, struct buf *out, int columns, bool has_color);
void table_csv(const struct table *t, struct buf *out);

#endif
