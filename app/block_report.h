/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Five-hour windows of the sources that have calls: read from the store, then printed. A
 * source is a kind of log here: a plan's window runs over all machines and directories.
 */
#ifndef LLMLAB_APP_BLOCK_REPORT_H
#define LLMLAB_APP_BLOCK_REPORT_H

#include "base/jsonw.h"
#include "model/block.h"
#include "store/record.h"
#include "store/spend.h"

/* A pause of five hours, after which a window's start is certain, comes at least this often
 * but where agents work unattended: so far before a range its calls are read. */
#define BLOCK_LEAD_NS (3 * NS_PER_DAY)

struct block_query {
	struct timerange range;      /* windows that touch it */
	int64_t lead_ns;
	const struct filter *filter; /* NULL = all */
	struct str source;           /* empty = all */
	bool only_active;
	size_t limit;                /* the newest so many; 0 = all */
};

/* The windows of one source, in order of time. */
struct block_track {
	struct str source;
	struct block_list blocks;
};

struct block_row {
	const struct block_track *track;
	const struct block *block;
};

struct block_report {
	struct block_query query;
	const struct zone *zone;
	int64_t now_ns;

	struct block_track *tracks; /* in the arena, their lists are owned */
	size_t track_count;
	struct block_row *rows;     /* those to be shown, by start */
	size_t row_count, left_out;
	struct usage_sum total;     /* of the rows */
};

/* query, zone and now_ns are set by the caller; release also after a failure. Reads the tracks
 * and chooses the rows. */
enum ll_err LL_MUST block_report_load(struct block_report *report, struct store_reader *r,
	const struct scope *scope, struct arena *a, struct err *err);
/* The rows that the query means, of tracks that are there. Pure. */
enum ll_err LL_MUST block_report_choose(struct block_report *report, struct arena *a,
	struct err *err);
void block_report_release(struct block_report *report);

/* The window that runs now, of the first source that has one; NULL when none does. */
const struct block *block_report_active(const struct block_report *report);

void block_report_json(const struct block_report *report, struct jsonw *w);
void block_report_csv(const struct block_report *report, struct arena *a, struct buf *out);
void block_report_table(const struct block_report *report, int columns, bool has_color,
	struct arena *a, struct buf *out);

#endif
