/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Spend pane from the inside: shared by the files of spend*.c and nobody else.
 *
 *	groups --Enter--> sessions --Enter--> records --Enter--> record
 *
 * Each is a level of a stack. A level owns what it shows (its arena is refilled when an answer
 * is accepted), so that coming back finds cursor, marks, filter and rows as they were.
 */
#ifndef LLMLAB_VIEWS_SPEND_H
#define LLMLAB_VIEWS_SPEND_H

#include "base/limits.h"
#include "model/block.h"
#include "store/price_table.h"
#include "store/record.h"
#include "store/spend.h"
#include "views/pane.h"
#include "views/period.h"

#define SPEND_LEVELS 4
#define SPEND_GROUP_DIMS 2
#define SPEND_TREND 20        /* buckets of the little chart at the end of a row */
#define SPEND_TREND_GROUPS 200 /* with more groups than that there are none */
#define SPEND_PAGE 200        /* records read at once */

enum spend_kind { SPEND_GROUPS, SPEND_SESSIONS, SPEND_RECORDS, SPEND_RECORD };
enum spend_unit { SPEND_USD, SPEND_TOKENS, SPEND_REQUESTS, SPEND_UNITS };

/* A plan's running window of one source. */
struct spend_block {
	struct str source;
	struct block block;
};

struct spend_unpriced {
	struct str provider, model;
	int64_t calls;
};

/* Names for completion and for grouping by tags. */
struct spend_names {
	struct str *at[FILTER_FIELDS];
	size_t count[FILTER_FIELDS];
	struct str *tags;
	size_t tag_count;
};

struct spend_request {
	uint32_t serial;        /* of the level that asks */
	enum spend_kind kind;
	struct period period;
	bool may_fall_back;     /* to the newest month that has calls */
	enum bucket bucket;     /* BUCKET_NONE = as the range needs */
	enum spend_unit unit;   /* of the trend */
	struct spend_dim dims[SPEND_GROUP_DIMS];
	size_t dim_count;
	struct str filter;
	bool wants_blocks, wants_names;
	struct str cursor;      /* SPEND_RECORDS: the page after it; empty = the first */
	size_t limit;
	bool oldest_first;
	struct record_id record;
};

struct spend_model {
	struct period period;   /* that was read in the end */
	struct timerange range;
	bool has_before;
	struct usage_sum total, before; /* before: of the period it is compared with */

	/* One a bucket, without gaps, oldest first. */
	enum bucket bucket;
	struct usage_sum *series;
	int64_t *series_ns;
	size_t series_count;

	struct spend_row *rows; /* groups, sessions */
	struct usage_sum *row_before; /* of the same names; NULL = not compared */
	int64_t *trend;         /* SPEND_TREND a row; NULL = none */
	size_t row_count;

	struct record *records;
	size_t record_count;
	struct str next;        /* cursor; at NULL = no more */

	struct record record;   /* SPEND_RECORD */
	bool has_price, has_price_now;
	struct price price;
	struct cost cost;

	bool has_blocks;        /* they were read: none is an answer too */
	struct spend_block *blocks;
	size_t block_count;
	struct spend_unpriced *unpriced;
	size_t unpriced_count;
	bool has_names;
	struct spend_names names;
};

struct spend_place {
	uint64_t id;
	size_t shown;
};

/* The rows of one level in the order in which they are shown. */
struct spend_table {
	struct spend_row *rows;
	struct usage_sum *row_before;
	int64_t *trend;
	struct record *records;
	size_t count;
	uint64_t *ids;              /* by row */
	uint32_t *order;            /* shown -> row */
	struct spend_place *places; /* by id */
};

struct spend_level {
	enum spend_kind kind;
	uint32_t serial;
	char title[160];
	char fixed[LIMIT_FILTER_BYTES + 1]; /* the terms of the rows that were opened */
	char typed[LIMIT_FILTER_BYTES + 1]; /* the user's filter */
	bool is_off;                /* it does not count for now */
	struct spend_dim dims[SPEND_GROUP_DIMS];
	char tags[SPEND_GROUP_DIMS][LIMIT_NAME_BYTES + 1];
	size_t dim_count;
	struct record_id record;

	struct grid grid;
	struct grid_column columns[GRID_COLUMNS];
	int column_kinds[GRID_COLUMNS]; /* enum spend_column */
	size_t column_count;

	const struct zone *zone;    /* of times in cells */

	struct arena arena;         /* of the table and the series */
	bool is_loaded;
	struct spend_table table;
	struct timerange range;
	bool has_before;
	struct usage_sum total, before;
	enum bucket bucket;
	struct usage_sum *series;
	int64_t *series_ns;
	size_t series_count;
	char next[96];              /* cursor; "" = no more */
	bool wants_more;
	struct buf detail;          /* SPEND_RECORD: its lines */
	size_t scroll;
};

struct spend_pane {
	const struct zone *zone;    /* of the last request */
	struct period period;
	char saved_period[128];     /* of a session: to be read when zone and time are known */
	bool is_period_chosen;
	bool has_fallen_back;
	enum bucket bucket;
	enum spend_unit unit;
	bool has_split;
	bool is_zoomed;             /* the table alone */
	size_t chart_cursor;        /* bucket; SIZE_MAX = none */

	struct spend_level levels[SPEND_LEVELS];
	size_t depth;               /* the level that shows */
	size_t deepest;             /* those below it were left and can be entered again */
	uint32_t serial;
	int64_t moved_mono_ns;      /* when the cursor last moved; 0 = not yet */
	bool has_to_sort;           /* the user asked: no freeze */
	bool is_frozen;
	bool wants_names;

	struct arena block_arena, unpriced_arena, name_arena;
	int64_t blocks_ns;          /* when they were read; 0 = never */
	struct spend_block *blocks;
	size_t block_count;
	struct spend_unpriced *unpriced;
	size_t unpriced_count;
	struct spend_names names;
	char priced_provider[LIMIT_NAME_BYTES + 1]; /* of the model whose price is asked for */
	char priced_model[LIMIT_NAME_BYTES + 1];
};

static inline struct spend_level *spend_top(struct spend_pane *p)
{
	return &p->levels[p->depth];
}

/* The user's filter as far as it counts. */
static inline const char *spend_filter(const struct spend_level *level)
{
	return level->is_off ? "" : level->typed;
}

/* --- spend_load.c: the reader's side --------------------------------------------------------- */

enum ll_err spend_load(const void *request, struct load *l, void **model, struct err *err);

/* --- spend_columns.c: what the columns say --------------------------------------------------- */

/* Columns and an empty grid for a level whose kind and dims are set. */
void spend_columns(struct spend_level *level);
/* The name of a row in one of the dimensions, as it is shown. */
struct str spend_dim_name(const struct spend_level *level, const struct spend_row *row, size_t dim);
int64_t spend_unit_value(enum spend_unit unit, const struct usage_sum *sum);
/* Either sets out->text, or adds to `text`, which then is the cell's. */
void spend_cell(const struct spend_level *level, size_t row, size_t column, struct buf *text,
	struct grid_cell *out);
/* By the level's sort column; falling, for numbers. */
int spend_compare(const struct spend_level *level, size_t a, size_t b);
/* The one that holds room for little charts; SIZE_MAX = none. */
size_t spend_trend_column(const struct spend_level *level);

/* --- spend_table.c: rows and their order ----------------------------------------------------- */

/* Takes over the model's rows (appends them when it is the next page). keeps_order: rows that were
 * there stay where they are. False: out of memory, the old rows stay. */
bool spend_take_rows(struct spend_level *level, const struct spend_model *m, bool is_append,
	bool keeps_order);
void spend_sort(struct spend_level *level);
/* Rows for the grid. */
struct grid_rows spend_rows(const struct spend_level *level);
/* The row of the model under the cursor; SIZE_MAX = none. */
size_t spend_cursor_row(const struct spend_level *level);
/* Sum over the marked rows. */
void spend_marked(const struct spend_level *level, struct usage_sum *out);
/* Draws the little charts over the column that holds room for them. */
void spend_draw_trend(const struct spend_level *level, struct surface *s);
/* A filter's text values in the names, to be highlighted and jumped to. */
struct str spend_match(const struct spend_level *level, struct arena *a);
bool spend_row_has(const struct spend_level *level, size_t row, struct str text);

/* --- spend_record.c: one record and its bill ------------------------------------------------- */

void spend_record_text(struct buf *out, const struct spend_model *m, const struct zone *z);
/* "2026-11.42" into out. */
void spend_record_name(struct record_id id, char out[48]);

/* --- spend_draw.c ---------------------------------------------------------------------------- */

void spend_draw(void *pane, const struct view *v, struct surface *s, struct rect body);
void spend_crumbs(void *pane, const struct view *v, struct buf *left, struct buf *off,
	struct buf *right);
void spend_status(void *pane, const struct view *v, struct buf *out);
/* The summary line: "2026-11 to date  $4,812.07  +12.4% ..." */
void spend_summary(struct spend_pane *p, const struct view *v, struct buf *out);

/* --- spend_text.c: copy and export ----------------------------------------------------------- */

void spend_text(void *pane, const struct view *v, enum text_format format, struct buf *out);

/* --- spend_filter.c: typing a filter --------------------------------------------------------- */

/* A filter that can be read becomes the level's; of another one the prompt says what is wrong. */
unsigned spend_take_filter(struct spend_pane *p, const struct view *v, struct str text);
/* The word before the cursor: a field's name, or a value after its operator. */
size_t spend_complete_filter(const struct spend_pane *p, struct str text, struct arena *a,
	struct str **candidates, size_t *from);

/* --- spend_menu.c: pickers and typing -------------------------------------------------------- */

enum spend_action {
	SPEND_GROUP_BY = ACTION_PANE,
	SPEND_UNIT,
	SPEND_BUCKET,
	SPEND_PRICE,
	SPEND_CHART_LEFT,
	SPEND_CHART_RIGHT,
};
#define SPEND_BINDINGS 6
extern const struct binding spend_bindings[SPEND_BINDINGS];

/* One action that opens a picker or a prompt; false when it is none of those. */
bool spend_menu(struct spend_pane *p, const struct view *v, int action);
unsigned spend_pick(void *pane, const struct view *v, int what, const struct picker_item *item);
unsigned spend_type(void *pane, const struct view *v, int what, struct str text, bool is_final);
size_t spend_complete(void *pane, const struct view *v, int what, struct str text, struct arena *a,
	struct str **candidates, size_t *from);
bool spend_command(void *pane, const struct view *v, struct str word, struct str rest,
	unsigned *change);

/* --- spend_save.c: what survives a restart --------------------------------------------------- */

void spend_save(void *pane, struct buf *out);
void spend_restore(void *pane, struct str text);
void spend_restore_period(struct spend_pane *p, const struct view *v);

/* --- spend.c: state changes that the others ask for ------------------------------------------ */

/* An empty level at that depth, which becomes the one that shows. */
void spend_start_level(struct spend_pane *p, size_t depth, enum spend_kind kind,
	const struct spend_dim *dims, size_t count);
/* Groups by other dimensions; back to the first level. */
void spend_group_by(struct spend_pane *p, const struct spend_dim *dims, size_t count);
void spend_set_period(struct spend_pane *p, const struct period *period);

#endif
