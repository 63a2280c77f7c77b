/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table for people (aligned columns, cut to the terminal's width) or as CSV (RFC 4180, full
 * values). Cells are added row by row; outside text is sanitised here.
 */
#ifndef LLMLAB_APP_TABLE_H
#define LLMLAB_APP_TABLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "model/call.h"

struct table_column {
	const char *title;    /* for people: "cache read" */
	const char *csv_name; /* "cache_read_tokens": same as in JSON */
	bool is_number;       /* right-aligned */
	bool is_wide_only;    /* left out of a narrow terminal, the rightmost first */
	bool may_cut;         /* text that may be cut, which "…" then marks */
};

/* The five buckets of tokens in CSV; table_tokens() fills them. */
#define TABLE_TOKEN_COLUMNS                                              \
	{ .csv_name = "input_tokens", .is_number = true },               \
	{ .csv_name = "cache_read_tokens", .is_number = true },          \
	{ .csv_name = "cache_write_5m_tokens", .is_number = true },      \
	{ .csv_name = "cache_write_1h_tokens", .is_number = true },      \
	{ .csv_name = "output_tokens", .is_number = true }

struct table; /* in the arena */

struct table *table_new(struct arena *a, const struct table_column *columns, size_t count);
/* One cell: what people see, and the exact value for CSV (at NULL = the same). */
void table_cell(struct table *t, struct str shown, struct str exact);
void table_text(struct table *t, struct str s);      /* absent (at NULL): "-" and empty in CSV */
void table_count(struct table *t, int64_t n);        /* 1,234 and 1234 */
void table_usd(struct table *t, bool is_known, struct usd amount); /* "$1.23" or "?"; CSV: exact */
void table_tokens(struct table *t, const struct tokens *tokens);
/* The rows after it are totals: set apart by a rule. Not in CSV. */
void table_rule(struct table *t);
/* Marks a cut by "..." where the terminal has no UTF-8. */
void table_use_ascii(struct table *t);
void table_print(const struct table *t, struct buf *out, int columns, bool has_color);
void table_csv(const struct table *t, struct buf *out);

#endif
