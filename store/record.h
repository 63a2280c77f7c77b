/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Single calls: a page of them, newest first, and one by its id. An id is written
 * "2026-11.42": the month file and the row.
 */
#ifndef LLMLAB_STORE_RECORD_H
#define LLMLAB_STORE_RECORD_H

#include "model/filter.h"
#include "model/timerange.h"
#include "store/dim.h"

struct record_id {
	int32_t month; /* YYYYMM */
	int64_t row;
};

bool record_id_parse(struct str text, struct record_id *out);
void record_id_add(struct buf *b, struct record_id id);

struct record {
	struct record_id id;
	struct call call;       /* names resolved; key.exact and family as stored */
	int64_t source;
	struct str source_name, machine, source_place;
	bool is_subscription;
	int64_t price;          /* 0 = none */
	bool has_cost;
	struct usd cost;
};

struct record_query {
	struct timerange range;
	const struct filter *filter;
	struct str cursor;  /* from the page before; empty = the newest */
	size_t limit;       /* 1..LIMIT_PAGE_ROWS */
	bool oldest_first;
};

struct record_page {
	struct record *rows;
	size_t count;
	struct str next;    /* cursor; at NULL = no more */
};

/* Strings in the arena. LL_EUSAGE for a cursor that is none. */
enum ll_err LL_MUST record_page(struct store_reader *r, const struct scope *scope,
	const struct record_query *q, struct arena *a, struct record_page *out, struct err *err);
/* LL_ENOENT when there is none in the scope. */
enum ll_err LL_MUST record_get(struct store_reader *r, const struct scope *scope,
	struct record_id id, struct arena *a, struct record *out, struct err *err);
/* Every call of the query in order of time, for blocks and exports: fn returns LL_OK to go on.
 * Only the light fields are filled unless `full`: start, tokens, cost, has_cost, source,
 * status. */
enum ll_err LL_MUST record_each(struct store_reader *r, const struct scope *scope,
	const struct record_query *q, bool full,
	enum ll_err (*fn)(void *ctx, const struct record *record, struct err *err), void *ctx,
	struct err *err);

#endif
