/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of calls by keyset, and single calls with their names. */
#include "store/record.h"

#include "base/limits.h"
#include "store/call_scan.h"
#include "store/filter_ids.h"

/* A cursor names the last call of a page: "<start_ns>.<month>.<row>". A call's start and id
 * never change and pages are in that order, so whatever is written meanwhile, no call comes
 * twice and none that was there is left out. */
struct cursor {
	bool is_set;
	int64_t start_ns;
	struct record_id id;
};

bool record_id_parse(struct str text, struct record_id *out)
{
	struct str month = str_cut(&text, '.');
	struct str year = str_cut(&month, '-');
	int64_t of_year, y, row;

	if (year.len != 4 || month.len != 2 || !str_to_i64(year, &y) ||
		!str_to_i64(month, &of_year))
		return false;
	if (y < 0 || of_year < 1 || of_year > 12 || !str_to_i64(text, &row) || row < 1)
		return false;
	*out = (struct record_id){ .month = (int32_t)(y * 100 + of_year), .row = row };
	return true;
}

void record_id_add(struct buf *b, struct record_id id)
{
	buf_addf(b, "%04d-%02d.%lld", (int)id.month / 100, (int)id.month % 100, (long long)id.row);
}

static enum ll_err cursor_parse(struct str text, struct cursor *out, struct err *err)
{
	struct str rest = text;
	int64_t month = 0;

	*out = (struct cursor){ 0 };
	if (text.len == 0)
		return LL_OK;
	out->is_set = str_to_i64(str_cut(&rest, '.'), &out->start_ns) &&
		str_to_i64(str_cut(&rest, '.'), &month) && str_to_i64(rest, &out->id.row) &&
		out->start_ns >= LIMIT_TIME_MIN_NS && out->start_ns < LIMIT_TIME_MAX_NS &&
		out->id.row > 0 && month == month_of_ns(out->start_ns);
	if (!out->is_set)
		return ll_fail(err, LL_EUSAGE, "cursor '%.*s' is none of a page", STR_FMT(text));
	out->id.month = (int32_t)month;
	return LL_OK;
}

static struct str cursor_make(struct arena *a, const struct record *last)
{
	struct buf b = BUF_INIT(80);
	struct str text = { 0 };

	buf_addf(&b, "%lld.%d.%lld", (long long)last->call.start_ns, (int)last->id.month,
		(long long)last->id.row);
	if (buf_status(&b) == LL_OK)
		text = arena_str(a, buf_str(&b));
	buf_release(&b);
	return text;
}

/* An operation on single calls and the month that it is in. */
struct record_run {
	struct store_reader *reader;
	const struct scope *scope;
	struct filter_ids filter;
	struct month_reader *month;
};

static enum ll_err no_memory(struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "out of memory for the calls");
}

static bool copy_name(struct arena *a, struct str name, struct str *out)
{
	if (name.len == 0)
		return true;
	*out = arena_str(a, name);
	return out->at != NULL;
}

static size_t count_tags(const struct lookup *l, struct str set)
{
	const struct dim_entry *tag;
	size_t count = 0;

	while (lookup_next_tag(l, &set, &tag))
		count++;
	return count;
}

static bool copy_tags(const struct lookup *l, int64_t set_id, struct arena *a, struct call *out)
{
	struct str set = lookup_name(l, set_id);
	const struct dim_entry *tag;
	size_t count = count_tags(l, set);

	if (count == 0)
		return true;
	out->tags = arena_alloc(a, count * sizeof(*out->tags));
	if (!out->tags)
		return false;
	while (lookup_next_tag(l, &set, &tag)) {
		struct call_tag *into = &out->tags[out->tag_count++];

		if (!copy_name(a, tag->qualifier, &into->name) ||
			!copy_name(a, tag->name, &into->value))
			return false;
	}
	return true;
}

static void fill_light(const struct record_run *run, const struct call_row *row,
	struct record *out)
{
	const struct source_entry *source = lookup_source(&run->reader->lookup, row->source);

	*out = (struct record){
		.id = { run->month->month, row->id },
		.call = call_row_call(row),
		.source = row->source,
		.is_subscription = source && source->plan == PLAN_SUBSCRIPTION,
		.price = row->price,
		.has_cost = row->has_cost,
		.cost = row->cost,
	};
}

static bool fill_source(const struct lookup *l, int64_t id, struct arena *a, struct record *out)
{
	const struct source_entry *source = lookup_source(l, id);

	return !source || (copy_name(a, source->name, &out->source_name) &&
				  copy_name(a, source->machine, &out->machine) &&
				  copy_name(a, source->place, &out->source_place));
}

static bool fill_names(const struct lookup *l, const struct call_row *row, struct str session,
	struct arena *a, struct record *out)
{
	const struct dim_entry *model = lookup_dim(l, row->model);
	struct call *call = &out->call;

	return (!model || copy_name(a, model->qualifier, &call->provider)) &&
		copy_name(a, lookup_name(l, row->model), &call->model) &&
		copy_name(a, lookup_name(l, row->project), &call->project) &&
		copy_name(a, lookup_name(l, row->user), &call->user) &&
		copy_name(a, lookup_name(l, row->api_key), &call->api_key) &&
		copy_name(a, lookup_name(l, row->agent), &call->agent) &&
		copy_name(a, session, &call->session) &&
		copy_tags(l, row->tag_set, a, call) && fill_source(l, row->source, a, out);
}

static enum ll_err fill_full(const struct record_run *run, const struct call_row *row,
	struct str session, struct arena *a, struct record *out, struct err *err)
{
	fill_light(run, row, out);
	return fill_names(&run->reader->lookup, row, session, a, out) ? LL_OK : no_memory(err);
}

static bool passes(const struct record_run *run, const struct call_row *row)
{
	struct row_ids ids = call_row_ids(row);

	return filter_ids_pass_call(&run->filter, &ids, row);
}

/* A snapshot of the month with the filter compiled for it; run->month NULL: nothing there. */
static enum ll_err start_month(struct record_run *run, int32_t month, struct err *err)
{
	enum ll_err code = reader_month(run->reader, month, &run->month, err);

	if (code != LL_OK || !run->month)
		return code;
	code = filter_ids_compile(&run->filter, &run->reader->lookup, run->month, err);
	if (code == LL_OK && filter_ids_is_empty(&run->filter)) {
		reader_month_end(run->month);
		run->month = NULL;
	}
	return code;
}

/* A page being filled. */
struct page_run {
	struct record_run run;
	const struct record_query *q;
	struct cursor cursor;
	struct arena *arena;
	struct record_page *out;
	bool has_more;
};

static enum ll_err take_calls(struct page_run *p, struct call_scan *scan, struct err *err)
{
	struct call_row row;
	bool is_row;
	enum ll_err code = LL_OK;

	while (!p->has_more && (code = call_scan_next(scan, &row, &is_row, err)) == LL_OK &&
		is_row) {
		if (!passes(&p->run, &row))
			continue;
		p->has_more = p->out->count == p->q->limit;
		if (p->has_more)
			break;
		code = fill_full(&p->run, &row, scan->session, p->arena,
			&p->out->rows[p->out->count], err);
		if (code != LL_OK)
			break;
		p->out->count++;
	}
	return code;
}

/* What follows the cursor under its own start_ns. */
static enum ll_err page_ties(struct page_run *p, struct err *err)
{
	enum scan_order order = p->q->oldest_first ? SCAN_TIES_OLDEST : SCAN_TIES_NEWEST;
	struct call_scan scan;
	enum ll_err code = call_scan_ties(&scan, p->run.month, SCAN_FULL, order,
		p->run.scope->workspace, p->cursor.start_ns, p->cursor.id.row, err);

	return code == LL_OK ? take_calls(p, &scan, err) : code;
}

static bool has_ties(const struct page_run *p, int32_t month)
{
	const struct timerange *range = &p->q->range;

	return p->cursor.is_set && p->cursor.id.month == month &&
		p->cursor.start_ns >= range_since_ns(range) &&
		p->cursor.start_ns < range_until_ns(range);
}

/* The query's range, less what the cursor has behind it. */
static struct timerange page_range(const struct page_run *p)
{
	struct timerange range = {
		.since_ns = range_since_ns(&p->q->range),
		.until_ns = range_until_ns(&p->q->range),
	};

	if (!p->cursor.is_set)
		return range;
	if (p->q->oldest_first && p->cursor.start_ns >= range.since_ns)
		range.since_ns = p->cursor.start_ns + 1;
	if (!p->q->oldest_first && p->cursor.start_ns < range.until_ns)
		range.until_ns = p->cursor.start_ns;
	return range;
}

static enum ll_err page_month(struct page_run *p, int32_t month, const struct timerange *range,
	struct err *err)
{
	enum scan_order order = p->q->oldest_first ? SCAN_OLDEST : SCAN_NEWEST;
	struct call_scan scan;
	enum ll_err code = start_month(&p->run, month, err);

	if (code != LL_OK || !p->run.month)
		return code;
	if (has_ties(p, month))
		code = page_ties(p, err);
	if (code == LL_OK && !p->has_more)
		code = call_scan_start(&scan, p->run.month, SCAN_FULL, order,
			p->run.scope->workspace, range->since_ns, range->until_ns, err);
	if (code == LL_OK && !p->has_more)
		code = take_calls(p, &scan, err);
	reader_month_end(p->run.month);
	return code;
}

/* The cursor's own month belongs to it even if the cursor is at the month's very edge. */
static bool is_behind(const struct page_run *p, int32_t month)
{
	if (!p->cursor.is_set)
		return false;
	return p->q->oldest_first ? month < p->cursor.id.month : month > p->cursor.id.month;
}

static enum ll_err page_months(struct page_run *p, struct err *err)
{
	struct timerange range = page_range(p);
	struct month_list months = { 0 };
	enum ll_err code = reader_months(p->run.reader, &p->q->range, &months, err);

	for (size_t i = 0; i < months.count && code == LL_OK && !p->has_more; i++) {
		int32_t month = months.at[p->q->oldest_first ? i : months.count - 1 - i];

		if (!is_behind(p, month))
			code = page_month(p, month, &range, err);
	}
	month_list_release(&months);
	return code;
}

static enum ll_err page_fill(struct page_run *p, struct err *err)
{
	struct record_page *out = p->out;
	enum ll_err code = page_months(p, err);

	if (code != LL_OK || !p->has_more)
		return code;
	out->next = cursor_make(p->arena, &out->rows[out->count - 1]);
	return out->next.at ? LL_OK : no_memory(err);
}

enum ll_err record_page(struct store_reader *r, const struct scope *scope,
	const struct record_query *q, struct arena *a, struct record_page *out, struct err *err)
{
	struct page_run p = {
		.run = { .reader = r, .scope = scope },
		.q = q,
		.arena = a,
		.out = out,
	};
	enum ll_err code;

	PRE(q->limit >= 1 && q->limit <= LIMIT_PAGE_ROWS);
	*out = (struct record_page){ 0 };
	code = cursor_parse(q->cursor, &p.cursor, err);
	if (code != LL_OK)
		return code;
	out->rows = arena_alloc(a, q->limit * sizeof(*out->rows));
	if (!out->rows)
		return no_memory(err);
	filter_ids_init(&p.run.filter, q->filter, scope);
	code = reader_begin(r, err);
	if (code == LL_OK)
		code = page_fill(&p, err);
	filter_ids_release(&p.run.filter);
	return reader_end(r, code, err);
}

static enum ll_err fail_no_record(struct record_id id, struct err *err)
{
	struct buf b = BUF_INIT(64);
	enum ll_err code;

	record_id_add(&b, id);
	code = ll_fail(err, LL_ENOENT, "there is no call '%.*s'", STR_FMT(buf_str(&b)));
	buf_release(&b);
	return code;
}

static bool has_month(const struct month_list *months, int32_t month)
{
	for (size_t i = 0; i < months->count; i++)
		if (months->at[i] == month)
			return true;
	return false;
}

static enum ll_err get(struct record_run *run, struct record_id id, struct arena *a,
	struct record *out, struct err *err)
{
	const struct timerange always = { .is_open = true };
	struct month_list months = { 0 };
	struct call_scan scan;
	struct call_row row;
	bool is_row = false;
	enum ll_err code = reader_months(run->reader, &always, &months, err);

	if (code == LL_OK && has_month(&months, id.month))
		code = start_month(run, id.month, err);
	month_list_release(&months);
	if (code == LL_OK && run->month)
		code = call_scan_one(&scan, run->month, run->scope->workspace, id.row, err);
	if (code == LL_OK && run->month)
		code = call_scan_next(&scan, &row, &is_row, err);
	if (code != LL_OK)
		return code;
	if (!is_row || !passes(run, &row))
		return fail_no_record(id, err);
	return fill_full(run, &row, scan.session, a, out, err);
}

enum ll_err record_get(struct store_reader *r, const struct scope *scope, struct record_id id,
	struct arena *a, struct record *out, struct err *err)
{
	struct record_run run = { .reader = r, .scope = scope };
	enum ll_err code;

	filter_ids_init(&run.filter, NULL, scope);
	code = reader_begin(r, err);
	if (code == LL_OK)
		code = get(&run, id, a, out, err);
	filter_ids_release(&run.filter);
	return reader_end(r, code, err);
}

/* A walk over all calls of a query. */
struct each_run {
	struct record_run run;
	bool full;
	enum ll_err (*fn)(void *ctx, const struct record *record, struct err *err);
	void *ctx;
	struct arena arena; /* of one record */
};

static enum ll_err each_call(struct each_run *e, const struct call_scan *scan,
	const struct call_row *row, struct err *err)
{
	struct record record;
	enum ll_err code = LL_OK;

	if (!passes(&e->run, row))
		return LL_OK;
	if (e->full) {
		arena_clear(&e->arena);
		code = fill_full(&e->run, row, scan->session, &e->arena, &record, err);
	} else {
		fill_light(&e->run, row, &record);
	}
	return code == LL_OK ? e->fn(e->ctx, &record, err) : code;
}

static enum ll_err each_month(struct each_run *e, const struct timerange *range, int32_t month,
	struct err *err)
{
	struct call_scan scan;
	struct call_row row;
	bool is_row;
	enum ll_err code = start_month(&e->run, month, err);

	if (code != LL_OK || !e->run.month)
		return code;
	code = call_scan_start(&scan, e->run.month, e->full ? SCAN_FULL : SCAN_SUMS, SCAN_OLDEST,
		e->run.scope->workspace, range_since_ns(range), range_until_ns(range), err);
	while (code == LL_OK && (code = call_scan_next(&scan, &row, &is_row, err)) == LL_OK &&
		is_row)
		code = each_call(e, &scan, &row, err);
	reader_month_end(e->run.month);
	return code;
}

static enum ll_err each_months(struct each_run *e, const struct timerange *range, struct err *err)
{
	struct month_list months = { 0 };
	enum ll_err code = reader_months(e->run.reader, range, &months, err);

	for (size_t i = 0; i < months.count && code == LL_OK; i++)
		code = each_month(e, range, months.at[i], err);
	month_list_release(&months);
	return code;
}

enum ll_err record_each(struct store_reader *r, const struct scope *scope,
	const struct record_query *q, bool full,
	enum ll_err (*fn)(void *ctx, const struct record *record, struct err *err), void *ctx,
	struct err *err)
{
	struct each_run e = {
		.run = { .reader = r, .scope = scope },
		.full = full,
		.fn = fn,
		.ctx = ctx,
	};
	enum ll_err code;

	filter_ids_init(&e.run.filter, q->filter, scope);
	arena_init(&e.arena, 0);
	code = reader_begin(r, err);
	if (code == LL_OK)
		code = each_months(&e, &q->range, err);
	arena_release(&e.arena);
	filter_ids_release(&e.run.filter);
	return reader_end(r, code, err);
}
