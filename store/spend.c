/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a spend query: month by month, piece by piece, into one aggregate. */
#include "store/spend.h"

#include <stdlib.h>

#include "store/call_scan.h"
#include "store/grouping.h"
#include "store/rollup.h"
#include "store/spend_plan.h"

struct spend_run {
	struct store_reader *reader;
	const struct scope *scope;
	struct spend_query q;
	struct spend_plan plan;
	struct filter_ids filter;
	struct grouping grouping;
	struct aggregate sums;
	struct month_reader *month;

	int64_t bucket_start_ns, bucket_next_ns; /* the bucket of the row before */
	const struct zone *days;    /* the zone that the month's days are cut in */
	struct zone *other_zone;    /* where that is not the query's */
	int64_t first_ns, last_ns;  /* of days and quarters with data; first > last: none */
	enum spend_from from;
};

/* What a row of a rollup or of the calls adds. */
struct spend_item {
	struct row_ids ids;
	const int64_t *tag; /* the value of the tag, where the row stands for one */
	struct usage_sum sum;
};

static enum ll_err overflow(struct err *err)
{
	return ll_fail(err, LL_EOVERFLOW, "the sums of this range are too big to be counted");
}

/* Rows come in order of time, so that most are in the bucket of the row before. */
static int64_t bucket_of(struct spend_run *run, int64_t t_ns)
{
	const struct spend_query *q = &run->q;

	if (t_ns < run->bucket_start_ns || t_ns >= run->bucket_next_ns) {
		run->bucket_start_ns = bucket_start_ns(q->bucket, q->zone, t_ns);
		run->bucket_next_ns = bucket_next_ns(q->bucket, q->zone, run->bucket_start_ns);
	}
	return run->bucket_start_ns;
}

static void note_data(struct spend_run *run, int64_t t_ns)
{
	if (t_ns < run->first_ns)
		run->first_ns = t_ns;
	if (t_ns > run->last_ns)
		run->last_ns = t_ns;
}

static bool is_subscription(const struct spend_run *run, int64_t source)
{
	const struct source_entry *e = lookup_source(&run->reader->lookup, source);

	return e && e->plan == PLAN_SUBSCRIPTION;
}

static enum ll_err find_sum(struct spend_run *run, const struct spend_item *item,
	int64_t bucket_ns, struct usage_sum **sum, struct err *err)
{
	struct group_key key = { .bucket_ns = bucket_ns };
	enum ll_err code = grouping_find(&run->grouping, &item->ids, item->tag, &key, err);

	if (code != LL_OK)
		return code;
	*sum = aggregate_at(&run->sums, &key);
	return *sum ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory while summing");
}

static enum ll_err add_item(struct spend_run *run, const struct spend_item *item,
	int64_t bucket_ns, struct err *err)
{
	struct usage_sum *sum;
	enum ll_err code = find_sum(run, item, bucket_ns, &sum, err);

	if (code != LL_OK)
		return code;
	return usage_sum_add(sum, &item->sum) == LL_OK ? LL_OK : overflow(err);
}

static enum ll_err subtract_item(struct spend_run *run, const struct spend_item *item,
	int64_t bucket_ns, struct err *err)
{
	struct usage_sum *sum;
	enum ll_err code = find_sum(run, item, bucket_ns, &sum, err);

	if (code != LL_OK)
		return code;
	return usage_sum_subtract(sum, &item->sum) == LL_OK ? LL_OK : overflow(err);
}

#define ROLL_COLUMNS                                                                   \
	"calls, unpriced, errors, input, cache_read, cache_write_5m, cache_write_1h, " \
	"output, reasoning, cost_nanos, recorded_nanos, recorded, latency_ms, timed"

/* The columns of a rollup from `first` on, in the order of enum roll_value. */
static void read_values(const struct spend_run *run, const struct stmt *q, int first,
	struct spend_item *item)
{
	item->sum = (struct usage_sum){
		.calls = stmt_i64(q, first + ROLL_CALLS),
		.unpriced = stmt_i64(q, first + ROLL_UNPRICED),
		.errors = stmt_i64(q, first + ROLL_ERRORS),
		.tokens = {
			.input = stmt_i64(q, first + ROLL_INPUT),
			.cache_read = stmt_i64(q, first + ROLL_CACHE_READ),
			.cache_write_5m = stmt_i64(q, first + ROLL_CACHE_WRITE_5M),
			.cache_write_1h = stmt_i64(q, first + ROLL_CACHE_WRITE_1H),
			.output = stmt_i64(q, first + ROLL_OUTPUT),
		},
		.reasoning_tokens = stmt_i64(q, first + ROLL_REASONING),
		.cost = usd_of_nanos(stmt_i64(q, first + ROLL_COST)),
		.recorded = usd_of_nanos(stmt_i64(q, first + ROLL_RECORDED)),
		.recorded_calls = stmt_i64(q, first + ROLL_RECORDED_CALLS),
		.latency_ms = stmt_i64(q, first + ROLL_LATENCY),
		.timed = stmt_i64(q, first + ROLL_TIMED),
	};
	if (is_subscription(run, item->ids.at[ID_SOURCE]))
		item->sum.subscription = item->sum.cost;
}

#define QUARTER_COLUMNS (1u << ID_PROJECT | 1u << ID_MODEL | 1u << ID_SOURCE)
#define DAY_BY_COLUMNS (1u << ID_MODEL | 1u << ID_SOURCE)

/* Adds a row of quarters to its bucket; `from`, where it is not NULL, is the bucket whose
 * day held it already and loses it. */
static enum ll_err add_quarter(struct spend_run *run, const struct stmt *q, const int64_t *from,
	struct err *err)
{
	int64_t t_ns = stmt_i64(q, 0) * NS_PER_QUARTER;
	struct spend_item item = { .ids.at = {
		[ID_PROJECT] = stmt_i64(q, 1),
		[ID_MODEL] = stmt_i64(q, 2),
		[ID_SOURCE] = stmt_i64(q, 3),
	} };
	enum ll_err code = LL_OK;

	if (!filter_ids_pass(&run->filter, &item.ids, QUARTER_COLUMNS))
		return LL_OK;
	read_values(run, q, 4, &item);
	note_data(run, t_ns);
	if (from)
		code = subtract_item(run, &item, *from, err);
	return code == LL_OK ? add_item(run, &item, bucket_of(run, t_ns), err) : code;
}

static enum ll_err read_quarters(struct spend_run *run, int64_t since, int64_t until,
	const int64_t *from, struct err *err)
{
	const char *sql = run->plan.has_projects ?
		"SELECT t, project, model, source, " ROLL_COLUMNS
		" FROM roll_15m WHERE workspace = ? AND t >= ? AND t < ?" :
		"SELECT t, 0, model, source, " ROLL_COLUMNS
		" FROM roll_15m_all WHERE workspace = ? AND t >= ? AND t < ?";
	struct stmt *q;
	bool row;
	enum ll_err code = month_stmt(run->month, sql, &q, err);

	if (code != LL_OK)
		return code;
	stmt_bind_i64(q, 1, run->scope->workspace);
	stmt_bind_i64(q, 2, since);
	stmt_bind_i64(q, 3, until);
	while (code == LL_OK && (code = stmt_step(q, &row, err)) == LL_OK && row)
		code = add_quarter(run, q, from, err);
	return code;
}

/* Adds a row of a day, whose values follow three ids; *calls += what passed. */
static enum ll_err add_day(struct spend_run *run, const struct stmt *q, struct spend_item *item,
	int64_t bucket_ns, unsigned columns, int64_t *calls, struct err *err)
{
	if (!filter_ids_pass(&run->filter, &item->ids, columns))
		return LL_OK;
	read_values(run, q, 3, item);
	*calls += item->sum.calls;
	return add_item(run, item, bucket_ns, err);
}

/* One day of the rollup by project or over all of them. */
static enum ll_err read_day(struct spend_run *run, int64_t day, int64_t bucket_ns, unsigned columns,
	int64_t *calls, struct err *err)
{
	static const int64_t no_tag = 0;
	const char *sql = run->plan.has_projects ?
		"SELECT project, model, source, " ROLL_COLUMNS
		" FROM roll_day WHERE workspace = ? AND day = ?" :
		"SELECT 0, model, source, " ROLL_COLUMNS
		" FROM roll_day_all WHERE workspace = ? AND day = ?";
	struct stmt *q;
	bool row;
	enum ll_err code = month_stmt(run->month, sql, &q, err);

	if (code != LL_OK)
		return code;
	stmt_bind_i64(q, 1, run->scope->workspace);
	stmt_bind_i64(q, 2, day);
	while (code == LL_OK && (code = stmt_step(q, &row, err)) == LL_OK && row) {
		struct spend_item item = { .tag = &no_tag, .ids.at = {
			[ID_PROJECT] = stmt_i64(q, 0),
			[ID_MODEL] = stmt_i64(q, 1),
			[ID_SOURCE] = stmt_i64(q, 2),
		} };

		code = add_day(run, q, &item, bucket_ns, columns, calls, err);
	}
	return code;
}

/* The rows of the ids that pass, and perhaps others between them. */
static enum ll_err start_day_by(struct spend_run *run, int64_t day, const struct id_set *ids,
	struct stmt **q, struct err *err)
{
	int64_t first, last;
	enum ll_err code = month_stmt(run->month,
		"SELECT id, model, source, " ROLL_COLUMNS " FROM roll_day_by"
		" WHERE workspace = ? AND day = ? AND kind = ? AND id BETWEEN ? AND ?", q, err);

	if (code != LL_OK)
		return code;
	id_set_bounds(ids, &first, &last);
	stmt_bind_i64(*q, 1, run->scope->workspace);
	stmt_bind_i64(*q, 2, day);
	stmt_bind_i64(*q, 3, run->plan.by);
	stmt_bind_i64(*q, 4, first);
	stmt_bind_i64(*q, 5, last);
	return LL_OK;
}

static enum id_column column_of(enum dim_kind by)
{
	return by == DIM_USER  ? ID_USER :
	       by == DIM_KEY   ? ID_KEY :
	       by == DIM_AGENT ? ID_AGENT :
				 ID_SESSION;
}

/* One day of the rollup by user, key, agent or session. */
static enum ll_err read_day_by(struct spend_run *run, int64_t day, int64_t bucket_ns,
	int64_t *calls, struct err *err)
{
	enum id_column by = column_of(run->plan.by);
	unsigned columns = DAY_BY_COLUMNS | 1u << by;
	struct stmt *q;
	bool row;
	enum ll_err code = start_day_by(run, day, &run->filter.sets[by], &q, err);

	if (code != LL_OK)
		return code;
	while (code == LL_OK && (code = stmt_step(q, &row, err)) == LL_OK && row) {
		struct spend_item item = { .ids.at = {
			[ID_MODEL] = stmt_i64(q, 1),
			[ID_SOURCE] = stmt_i64(q, 2),
		} };

		item.ids.at[by] = stmt_i64(q, 0);
		code = add_day(run, q, &item, bucket_ns, columns, calls, err);
	}
	return code;
}

/* The rows of one tag's values. Calls without the tag have none: where they pass, the day's
 * whole was added to their group before, and each value is taken out of it. */
static enum ll_err add_tag(struct spend_run *run, const struct stmt *q, int64_t bucket_ns,
	bool has_absent, int64_t *calls, struct err *err)
{
	static const int64_t no_tag = 0;
	int64_t tag = stmt_i64(q, 0);
	const struct dim_entry *e = lookup_dim(&run->reader->lookup, tag);
	struct spend_item item = { .ids.at = {
		[ID_MODEL] = stmt_i64(q, 1),
		[ID_SOURCE] = stmt_i64(q, 2),
	} };
	enum ll_err code = LL_OK;

	if (!e || !str_eq(e->qualifier, run->plan.tag))
		return LL_OK;
	if (!filter_ids_pass(&run->filter, &item.ids, DAY_BY_COLUMNS))
		return LL_OK;
	read_values(run, q, 3, &item);
	if (has_absent) {
		item.tag = &no_tag;
		*calls -= item.sum.calls;
		code = subtract_item(run, &item, bucket_ns, err);
	}
	if (code == LL_OK && id_set_has(&run->filter.tags, tag)) {
		item.tag = &tag;
		*calls += item.sum.calls;
		code = add_item(run, &item, bucket_ns, err);
	}
	return code;
}

static enum ll_err read_day_by_tag(struct spend_run *run, int64_t day, int64_t bucket_ns,
	int64_t *calls, struct err *err)
{
	static const struct id_set every = { .is_used = false };
	bool has_absent = id_set_has(&run->filter.tags, 0);
	struct stmt *q;
	bool row;
	enum ll_err code = LL_OK;

	if (has_absent)
		code = read_day(run, day, bucket_ns, DAY_BY_COLUMNS, calls, err);
	if (code == LL_OK)
		code = start_day_by(run, day, &every, &q, err);
	if (code != LL_OK)
		return code;
	while (code == LL_OK && (code = stmt_step(q, &row, err)) == LL_OK && row)
		code = add_tag(run, q, bucket_ns, has_absent, calls, err);
	return code;
}

/* A day row of the month, and the part of time that it stands for. */
struct day {
	int64_t day, start_ns, end_ns;
};

static struct day day_of_month(const struct spend_run *run, int64_t day)
{
	int32_t month = run->month->month;
	int64_t first = month_start_ns(month), end = month_start_ns(month_next(month));
	struct day d = {
		.day = day,
		.start_ns = zone_day_start_ns(run->days, day),
		.end_ns = zone_day_start_ns(run->days, day + 1),
	};

	if (d.start_ns < first)
		d.start_ns = first;
	if (d.end_ns > end)
		d.end_ns = end;
	return d;
}

/* A day that a bucket's edge divides: its row counts for the side that is longer, and the
 * quarters of the other side are moved. Both rollups hold the same calls, so this is exact.
 * A day of 25 hours may have two edges: then all that follows the first is moved. */
static enum ll_err read_divided_day(struct spend_run *run, const struct day *d, int64_t edge_ns,
	struct err *err)
{
	bool is_divided_twice = bucket_next_ns(run->q.bucket, run->q.zone, edge_ns) < d->end_ns;
	bool is_head_moved = !is_divided_twice && edge_ns - d->start_ns < d->end_ns - edge_ns;
	int64_t since = (is_head_moved ? d->start_ns : edge_ns) / NS_PER_QUARTER;
	int64_t until = (is_head_moved ? edge_ns : d->end_ns) / NS_PER_QUARTER;
	int64_t bucket_ns = bucket_of(run, is_head_moved ? edge_ns : d->start_ns);
	int64_t calls = 0;
	enum ll_err code = read_day(run, d->day, bucket_ns, QUARTER_COLUMNS, &calls, err);

	if (code != LL_OK || calls == 0)
		return code;
	return read_quarters(run, since, until, &bucket_ns, err);
}

static enum ll_err read_whole_day(struct spend_run *run, const struct day *d, int64_t bucket_ns,
	struct err *err)
{
	int64_t calls = 0;
	enum ll_err code;

	if (run->plan.by == DIM_NONE)
		code = read_day(run, d->day, bucket_ns, QUARTER_COLUMNS, &calls, err);
	else if (run->plan.by == DIM_TAG)
		code = read_day_by_tag(run, d->day, bucket_ns, &calls, err);
	else
		code = read_day_by(run, d->day, bucket_ns, &calls, err);
	if (calls)
		note_data(run, d->start_ns);
	return code;
}

static enum ll_err read_days(struct spend_run *run, const struct spend_piece *piece,
	struct err *err)
{
	enum ll_err code = LL_OK;

	for (int64_t day = piece->from; day < piece->until && code == LL_OK; day++) {
		struct day d = day_of_month(run, day);
		int64_t bucket_ns;

		if (d.start_ns >= d.end_ns)
			continue;
		bucket_ns = bucket_of(run, d.start_ns);
		code = run->bucket_next_ns >= d.end_ns ?
			read_whole_day(run, &d, bucket_ns, err) :
			read_divided_day(run, &d, run->bucket_next_ns, err);
	}
	return code;
}

static struct usage_sum sum_of_call(const struct call_row *call)
{
	bool is_timed = call->latency_ms >= 0;

	return (struct usage_sum){
		.calls = 1,
		.unpriced = !call->has_cost,
		.errors = call->status != CALL_OK,
		.tokens = call->tokens,
		.reasoning_tokens = call->reasoning_tokens,
		.cost = call->has_cost ? call->cost : USD_ZERO,
		.recorded = call->has_recorded ? call->recorded : USD_ZERO,
		.recorded_calls = call->has_recorded,
		.latency_ms = is_timed ? call->latency_ms : 0,
		.timed = is_timed,
	};
}

static enum ll_err add_call(struct spend_run *run, const struct call_row *call, struct err *err)
{
	struct spend_item item = { .ids = call_row_ids(call) };

	if (!filter_ids_pass_call(&run->filter, &item.ids, call))
		return LL_OK;
	item.sum = sum_of_call(call);
	if (is_subscription(run, call->source))
		item.sum.subscription = item.sum.cost;
	note_data(run, call->start_ns - call->start_ns % NS_PER_QUARTER);
	return add_item(run, &item, bucket_of(run, call->start_ns), err);
}

static enum ll_err read_calls(struct spend_run *run, const struct spend_piece *piece,
	struct err *err)
{
	int32_t month = run->month->month;
	bool is_whole = piece->from == month_start_ns(month) &&
		piece->until == month_start_ns(month_next(month));
	struct call_scan scan;
	struct call_row call;
	bool row;
	enum ll_err code = call_scan_start(&scan, run->month, SCAN_SUMS,
		is_whole ? SCAN_ANY : SCAN_OLDEST, run->scope->workspace, piece->from,
		piece->until, err);

	if (code != LL_OK)
		return code;
	while (code == LL_OK && (code = call_scan_next(&scan, &call, &row, err)) == LL_OK && row)
		code = add_call(run, &call, err);
	return code;
}

static enum ll_err read_piece(struct spend_run *run, const struct spend_piece *piece,
	struct err *err)
{
	if (piece->read < run->from)
		run->from = piece->read;
	switch (piece->read) {
	case SPEND_FROM_DAYS:
		return read_days(run, piece, err);
	case SPEND_FROM_15M:
		return read_quarters(run, piece->from, piece->until, NULL, err);
	case SPEND_FROM_CALLS:
		return read_calls(run, piece, err);
	}
	return LL_OK;
}

static enum ll_err find_days(struct spend_run *run, struct err *err)
{
	const char *name = run->month->zone;

	run->days = run->q.zone;
	if (strcmp(name, zone_name(run->q.zone)) == 0)
		return LL_OK;
	if (!run->other_zone || strcmp(name, zone_name(run->other_zone)) != 0) {
		enum ll_err code;

		zone_free(run->other_zone);
		run->other_zone = NULL;
		code = zone_open(str_of(name), &run->other_zone, err);
		if (code != LL_OK)
			return code;
	}
	run->days = run->other_zone;
	return LL_OK;
}

static enum ll_err read_month(struct spend_run *run, int32_t month, struct err *err)
{
	struct spend_piece pieces[SPEND_MAX_PIECES];
	const struct lookup *l = &run->reader->lookup;
	size_t count;
	enum ll_err code = reader_month(run->reader, month, &run->month, err);

	if (code != LL_OK || !run->month)
		return code;
	code = filter_ids_compile(&run->filter, l, run->month, err);
	if (code == LL_OK)
		code = grouping_start_month(&run->grouping, l, run->month, err);
	if (code == LL_OK)
		code = find_days(run, err);
	if (code != LL_OK)
		return code;
	count = filter_ids_is_empty(&run->filter) ?
		0 : spend_plan_cut(&run->plan, &run->q, month, run->days, pieces);
	for (size_t i = 0; i < count && code == LL_OK; i++)
		code = read_piece(run, &pieces[i], err);
	reader_month_end(run->month);
	return code;
}

static enum ll_err read_months(struct spend_run *run, struct err *err)
{
	struct month_list months = { 0 };
	enum ll_err code = reader_months(run->reader, &run->q.range, &months, err);

	for (size_t i = 0; i < months.count && code == LL_OK; i++)
		code = read_month(run, months.at[i], err);
	month_list_release(&months);
	return code;
}

static int compare_rows(const void *left, const void *right)
{
	const struct spend_row *a = left, *b = right;
	int order = (a->bucket_ns > b->bucket_ns) - (a->bucket_ns < b->bucket_ns);

	if (order == 0)
		order = usd_cmp(b->sum.cost, a->sum.cost);
	for (size_t i = 0; i < SPEND_MAX_DIMS && order == 0; i++)
		order = str_cmp(a->names[i], b->names[i]);
	return order;
}

static enum ll_err fill_row(const struct spend_run *run, const struct group *group, struct arena *a,
	struct spend_row *row, struct err *err)
{
	*row = (struct spend_row){ .bucket_ns = group->key.bucket_ns, .sum = group->sum };
	for (size_t i = 0; i < run->q.dim_count; i++) {
		struct str name = grouping_name(&run->grouping, i, group->key.ids[i]);

		if (!name.at)
			continue;
		row->names[i] = arena_str(a, name);
		if (!row->names[i].at)
			return ll_fail(err, LL_ENOMEM, "out of memory for the rows");
	}
	return LL_OK;
}

/* A group whose calls were all taken out again is none. */
static enum ll_err fill_rows(const struct spend_run *run, struct arena *a, struct spend *out,
	struct err *err)
{
	enum ll_err code = LL_OK;

	out->rows = arena_alloc(a, (run->sums.count + 1) * sizeof(*out->rows));
	if (!out->rows)
		return ll_fail(err, LL_ENOMEM, "out of memory for the rows");
	for (size_t i = 0; i < run->sums.count && code == LL_OK; i++) {
		const struct group *group = &run->sums.groups[i];

		if (group->sum.calls == 0)
			continue;
		code = fill_row(run, group, a, &out->rows[out->count++], err);
		if (code == LL_OK && usage_sum_add(&out->total, &group->sum) != LL_OK)
			code = overflow(err);
	}
	if (code == LL_OK)
		qsort(out->rows, out->count, sizeof(*out->rows), compare_rows);
	return code;
}

static void fill_bounds(const struct spend_run *run, struct spend *out)
{
	out->from = run->from;
	if (out->count == 0)
		return;
	out->first_ns = run->first_ns;
	out->last_ns = run->last_ns;
	if (run->q.bucket != BUCKET_NONE) {
		out->first_ns = out->rows[0].bucket_ns;
		out->last_ns = out->rows[out->count - 1].bucket_ns;
	}
}

static void run_init(struct spend_run *run, struct store_reader *r, const struct scope *scope,
	const struct spend_query *q)
{
	*run = (struct spend_run){
		.reader = r,
		.scope = scope,
		.q = *q,
		.first_ns = INT64_MAX,
		.last_ns = INT64_MIN,
		.from = SPEND_FROM_CALLS,
	};
	if (!run->q.zone)
		run->q.zone = zone_utc();
	run->plan = spend_plan_make(scope, &run->q);
	filter_ids_init(&run->filter, q->filter, scope);
	grouping_init(&run->grouping, run->q.dims, q->dim_count);
}

static void run_release(struct spend_run *run)
{
	zone_free(run->other_zone);
	aggregate_release(&run->sums);
	grouping_release(&run->grouping);
	filter_ids_release(&run->filter);
}

enum ll_err spend_query(struct store_reader *r, const struct scope *scope,
	const struct spend_query *q, struct arena *a, struct spend *out, struct err *err)
{
	struct spend_run run;
	enum ll_err code;

	PRE(q->dim_count <= SPEND_MAX_DIMS);
	*out = (struct spend){ 0 };
	run_init(&run, r, scope, q);
	code = reader_begin(r, err);
	if (code == LL_OK)
		code = read_months(&run, err);
	if (code == LL_OK)
		code = fill_rows(&run, a, out, err);
	if (code == LL_OK)
		fill_bounds(&run, out);
	run_release(&run);
	return reader_end(r, code, err);
}
