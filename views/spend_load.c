/* SPDX-License-Identifier: Apache-2.0 */
/* What the Spend pane shows, read from the store on a reader thread. */
#include "views/spend.h"

#include <stdlib.h>

#include "base/map.h"
#include "store/source.h"

#define BLOCK_NS (5 * NS_PER_HOUR)
#define BLOCK_LEAD_NS (3 * NS_PER_DAY) /* a pause that makes a window's start certain is in it */
#define SERIES_MAX 20000
#define TAGGED_RECORDS 500 /* the newest, whose tags are offered */

struct reading {
	const struct spend_request *request;
	struct load *load;
	struct spend_model *model;
	struct filter filter;
	struct err *err;
};

static enum ll_err no_memory(struct reading *r)
{
	return ll_fail(r->err, LL_ENOMEM, "out of memory for the rows of this view");
}

static enum ll_err query(struct reading *r, const struct timerange *range, enum bucket bucket,
	const struct spend_dim *dims, size_t dim_count, struct spend *out)
{
	struct spend_query q = { .range = *range, .zone = r->load->zone, .bucket = bucket,
		.dim_count = dim_count, .filter = r->filter.count ? &r->filter : NULL };

	for (size_t i = 0; i < dim_count; i++)
		q.dims[i] = dims[i];
	return spend_query(r->load->reader, r->load->scope, &q, r->load->arena, out, r->err);
}

/* The range asked for or, when nothing at all is in it yet, the newest month that has calls. */
static enum ll_err choose_range(struct reading *r)
{
	const struct timerange always = { LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS, .is_open = true };
	struct spend_model *m = r->model;
	const struct zone *z = r->load->zone;
	struct spend found;
	enum ll_err code;

	m->period = r->request->period;
	m->range = period_range(&m->period, z, r->load->now_ns);
	if (!r->request->may_fall_back)
		return LL_OK;
	code = query(r, &m->range, BUCKET_NONE, NULL, 0, &found);
	if (code || found.total.calls)
		return code;
	code = query(r, &always, BUCKET_MONTH, NULL, 0, &found);
	if (code || found.total.calls == 0)
		return code;
	m->period = period_of(PERIOD_MONTH, z, found.last_ns);
	m->range = period_range(&m->period, z, r->load->now_ns);
	return LL_OK;
}

/* --- the chart ------------------------------------------------------------------------------- */

/* From the first bucket to the one that holds now or the end; of all time, what has calls. */
static struct timerange series_range(const struct reading *r, const struct spend *spend)
{
	const struct spend_model *m = r->model;
	struct timerange range = m->range;
	int64_t past_now_ns = r->load->now_ns + 1;

	if (range.is_open && spend->count) {
		range.since_ns = spend->rows[0].bucket_ns;
		past_now_ns = spend->rows[spend->count - 1].bucket_ns + 1;
	}
	if (range.until_ns > past_now_ns && past_now_ns > range.since_ns)
		range.until_ns = past_now_ns;
	return range;
}

static size_t count_buckets(const struct timerange *range, enum bucket bucket, const struct zone *z)
{
	size_t count = 0;

	for (int64_t at = bucket_start_ns(bucket, z, range->since_ns); at < range->until_ns &&
		count < SERIES_MAX; at = bucket_next_ns(bucket, z, at))
		count++;
	return count;
}

static enum ll_err fill_series(struct reading *r, const struct spend *spend)
{
	struct spend_model *m = r->model;
	struct timerange range = series_range(r, spend);
	size_t count = count_buckets(&range, m->bucket, r->load->zone), row = 0;
	int64_t at = bucket_start_ns(m->bucket, r->load->zone, range.since_ns);

	m->series = arena_alloc(r->load->arena, (count + 1) * sizeof(*m->series));
	m->series_ns = arena_alloc(r->load->arena, (count + 1) * sizeof(*m->series_ns));
	if (!m->series || !m->series_ns)
		return no_memory(r);
	for (size_t i = 0; i < count; i++, at = bucket_next_ns(m->bucket, r->load->zone, at)) {
		m->series_ns[i] = at;
		while (row < spend->count && spend->rows[row].bucket_ns < at)
			row++;
		if (row < spend->count && spend->rows[row].bucket_ns == at)
			m->series[i] = spend->rows[row].sum;
	}
	m->series_count = count;
	return LL_OK;
}

static enum bucket choose_bucket(const struct reading *r)
{
	if (r->request->bucket != BUCKET_NONE)
		return r->request->bucket;
	return r->model->range.is_open ? BUCKET_MONTH : period_bucket(&r->model->range);
}

static enum ll_err load_series(struct reading *r)
{
	struct spend_model *m = r->model;
	struct spend spend;
	enum ll_err code;

	m->bucket = choose_bucket(r);
	code = query(r, &m->range, m->bucket, NULL, 0, &spend);
	if (code == LL_OK)
		code = fill_series(r, &spend);
	if (code == LL_OK)
		m->total = spend.total;
	return code;
}

/* --- the table ------------------------------------------------------------------------------- */

/* The names of a row as one key. */
static struct str row_key(const struct spend_row *row, size_t dim_count, struct buf *b)
{
	buf_clear(b);
	for (size_t i = 0; i < dim_count; i++) {
		buf_addch(b, row->names[i].at ? '=' : '-');
		buf_add(b, row->names[i]);
		buf_addch(b, '\0');
	}
	return buf_str(b);
}

static enum ll_err index_rows(struct reading *r, struct map *places)
{
	struct buf key = BUF_INIT(SPEND_MAX_DIMS * (LIMIT_NAME_BYTES + LIMIT_ID_BYTES));
	enum ll_err code = LL_OK;

	for (size_t i = 0; i < r->model->row_count && code == LL_OK; i++)
		code = map_put(places, row_key(&r->model->rows[i], r->request->dim_count, &key), i);
	buf_release(&key);
	return code ? no_memory(r) : LL_OK;
}

static void match_before(struct reading *r, const struct spend *before, const struct map *places)
{
	struct buf key = BUF_INIT(SPEND_MAX_DIMS * (LIMIT_NAME_BYTES + LIMIT_ID_BYTES));
	uint64_t at;

	for (size_t i = 0; i < before->count; i++)
		if (map_find(places, row_key(&before->rows[i], r->request->dim_count, &key), &at))
			r->model->row_before[at] = before->rows[i].sum;
	buf_release(&key);
}

/* Sessions are seldom the same ones as in the period before: only their sum is compared. */
static enum ll_err load_before(struct reading *r, const struct map *places)
{
	bool by_row = r->request->kind == SPEND_GROUPS;
	struct spend_model *m = r->model;
	struct timerange range;
	struct spend before;
	enum ll_err code;

	if (!period_before(&m->period, r->load->zone, r->load->now_ns, &range))
		return LL_OK;
	code = query(r, &range, BUCKET_NONE, r->request->dims, by_row ? r->request->dim_count : 0,
		&before);
	if (code)
		return code;
	if (by_row) {
		m->row_before = arena_alloc(r->load->arena,
			(m->row_count + 1) * sizeof(*m->row_before));
		if (!m->row_before)
			return no_memory(r);
		match_before(r, &before, places);
	}
	m->has_before = true;
	m->before = before.total;
	return LL_OK;
}


/* The last buckets of the chart, a row each. */
static enum ll_err load_trend(struct reading *r, const struct map *places)
{
	struct spend_model *m = r->model;
	size_t first = m->series_count > SPEND_TREND ? m->series_count - SPEND_TREND : 0;
	size_t column = 0;
	struct buf key = BUF_INIT(SPEND_MAX_DIMS * (LIMIT_NAME_BYTES + LIMIT_ID_BYTES));
	struct timerange range = m->range;
	struct spend spend;
	enum ll_err code;
	uint64_t at;

	if (m->series_count == 0)
		return LL_OK;
	if (first > 0)
		range.since_ns = m->series_ns[first];
	code = query(r, &range, m->bucket, r->request->dims, r->request->dim_count, &spend);
	if (code == LL_OK) {
		m->trend = arena_alloc(r->load->arena,
			m->row_count * SPEND_TREND * sizeof(*m->trend));
		code = m->trend ? LL_OK : no_memory(r);
	}
	for (size_t i = 0; code == LL_OK && i < spend.count; i++) {
		while (first + column < m->series_count &&
			m->series_ns[first + column] < spend.rows[i].bucket_ns)
			column++;
		if (first + column >= m->series_count)
			break;
		if (map_find(places, row_key(&spend.rows[i], r->request->dim_count, &key), &at))
			m->trend[at * SPEND_TREND + column] = spend_unit_value(r->request->unit,
				&spend.rows[i].sum);
	}
	buf_release(&key);
	return code;
}

static enum ll_err load_rows(struct reading *r)
{
	struct spend_model *m = r->model;
	struct map places;
	struct spend table;
	enum ll_err code = query(r, &m->range, BUCKET_NONE, r->request->dims, r->request->dim_count,
		&table);

	if (code)
		return code;
	m->rows = table.rows;
	m->row_count = table.count;
	map_init(&places);
	code = index_rows(r, &places);
	if (code == LL_OK)
		code = load_before(r, &places);
	if (code == LL_OK && r->request->kind == SPEND_GROUPS && m->row_count &&
		m->row_count <= SPEND_TREND_GROUPS)
		code = load_trend(r, &places);
	map_release(&places);
	return code;
}

/* --- records --------------------------------------------------------------------------------- */

static enum ll_err load_records(struct reading *r)
{
	struct spend_model *m = r->model;
	struct record_query q = { .range = m->range, .filter = r->filter.count ? &r->filter : NULL,
		.cursor = r->request->cursor, .limit = r->request->limit,
		.oldest_first = r->request->oldest_first };
	struct record_page page;
	enum ll_err code = record_page(r->load->reader, r->load->scope, &q, r->load->arena, &page,
		r->err);

	if (code)
		return code;
	m->records = page.rows;
	m->record_count = page.count;
	m->next = page.next;
	return LL_OK;
}

static enum ll_err find_price_now(struct reading *r)
{
	const struct call *call = &r->model->record.call;
	struct price_book *book = NULL;
	enum ll_err code = price_table_load(r->load->reader, &book, r->err);

	if (code == LL_OK)
		r->model->has_price_now = price_book_find(book, call->provider, call->model,
			call->start_ns);
	price_book_free(book);
	return code;
}

static enum ll_err load_record(struct reading *r)
{
	struct spend_model *m = r->model;
	const struct call *call = &m->record.call;
	enum ll_err code = record_get(r->load->reader, r->load->scope, r->request->record,
		r->load->arena, &m->record, r->err);

	if (code)
		return code;
	m->has_price = m->record.price != 0;
	if (m->has_price)
		code = price_get(r->load->reader, m->record.price, r->load->arena, &m->price,
			r->err);
	else
		code = find_price_now(r);
	if (code)
		return code;
	code = cost_compute(m->has_price ? &m->price : NULL, &call->tokens, call->web_searches,
		call->tier, call->speed, &m->cost);
	return code ? ll_fail(r->err, code, "the cost of this call is out of range") : LL_OK;
}

/* --- what is true of the store, whatever is shown -------------------------------------------- */

struct track {
	const struct source *sources;
	size_t source_count;
	struct block_list *lists; /* one a source; the first of a name is used */
};

static struct block_list *list_of(struct track *t, int64_t source)
{
	struct str name = { 0 };

	for (size_t i = 0; i < t->source_count; i++)
		if (t->sources[i].id == source)
			name = t->sources[i].name;
	for (size_t i = 0; name.at && i < t->source_count; i++)
		if (str_eq(t->sources[i].name, name))
			return &t->lists[i];
	return NULL;
}

static enum ll_err take_call(void *ctx, const struct record *record, struct err *err)
{
	struct block_list *list = list_of(ctx, record->source);
	enum ll_err code = list ? block_push(list, record->call.start_ns, &record->call.tokens,
		record->cost, record->has_cost) : LL_OK;

	return code ? ll_fail(err, code, "cannot sum the running windows") : LL_OK;
}

/* A clock that runs ahead somewhere must not make a window of tomorrow run today. */
static const struct block *running(const struct block_list *list, int64_t now_ns)
{
	for (size_t i = list->count; i-- > 0;)
		if (list->at[i].start_ns <= now_ns && block_is_active(&list->at[i], now_ns))
			return &list->at[i];
	return NULL;
}

static struct timerange recent_range(const struct reading *r, int64_t length_ns)
{
	int64_t now_ns = r->load->now_ns;

	return (struct timerange){ .since_ns = now_ns > length_ns ? now_ns - length_ns : 0,
		.until_ns = now_ns + 1 };
}

static enum ll_err read_blocks(struct reading *r, struct track *t)
{
	struct load *l = r->load;
	struct record_query q = { .oldest_first = true, .range = recent_range(r, BLOCK_LEAD_NS) };
	enum ll_err code = record_each(l->reader, l->scope, &q, false, take_call, t, r->err);

	for (size_t i = 0; code == LL_OK && i < t->source_count; i++) {
		const struct block *block = running(&t->lists[i], l->now_ns);

		if (block)
			r->model->blocks[r->model->block_count++] =
				(struct spend_block){ t->sources[i].name, *block };
	}
	return code;
}

/* Five hours without a call: no window runs, and nothing else has to be read. */
static enum ll_err load_blocks(struct reading *r)
{
	struct load *l = r->load;
	struct record_query q = { .range = recent_range(r, BLOCK_NS), .limit = 1 };
	struct track t = { 0 };
	struct record_page page;
	struct source *sources;
	enum ll_err code = record_page(l->reader, l->scope, &q, l->arena, &page, r->err);

	r->model->has_blocks = code == LL_OK;
	if (code || page.count == 0)
		return code;
	code = source_list(l->reader, l->scope, l->arena, &sources, &t.source_count, r->err);
	if (code)
		return code;
	t.sources = sources;
	t.lists = arena_alloc(l->arena, (t.source_count + 1) * sizeof(*t.lists));
	r->model->blocks = arena_alloc(l->arena, (t.source_count + 1) * sizeof(*r->model->blocks));
	code = t.lists && r->model->blocks ? read_blocks(r, &t) : no_memory(r);
	for (size_t i = 0; t.lists && i < t.source_count; i++)
		block_list_release(&t.lists[i]);
	return code;
}

static enum ll_err load_unpriced(struct reading *r)
{
	static const struct spend_dim dims[] = { { .kind = DIM_PROVIDER }, { .kind = DIM_MODEL } };
	struct spend_model *m = r->model;
	struct spend spend;
	enum ll_err code;

	if (m->total.unpriced == 0)
		return LL_OK;
	code = query(r, &m->range, BUCKET_NONE, dims, 2, &spend);
	if (code)
		return code;
	m->unpriced = arena_alloc(r->load->arena, (spend.count + 1) * sizeof(*m->unpriced));
	if (!m->unpriced)
		return no_memory(r);
	for (size_t i = 0; i < spend.count; i++)
		if (spend.rows[i].sum.unpriced)
			m->unpriced[m->unpriced_count++] = (struct spend_unpriced){
				spend.rows[i].names[0],
				spend.rows[i].names[1], spend.rows[i].sum.unpriced };
	return LL_OK;
}

static int by_bytes(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

static enum ll_err keep_tags(struct reading *r, const struct map *found)
{
	struct spend_names *names = &r->model->names;
	const struct map_slot *slot;

	names->tags = arena_alloc(r->load->arena, (found->count + 1) * sizeof(*names->tags));
	if (!names->tags)
		return no_memory(r);
	for (size_t i = 0; map_next(found, &i, &slot);)
		names->tags[names->tag_count++] = arena_str(r->load->arena, slot->key);
	qsort(names->tags, names->tag_count, sizeof(*names->tags), by_bytes);
	return LL_OK;
}

/* Names of tags are found in the newest calls. */
static enum ll_err load_tags(struct reading *r)
{
	struct record_query q = { .limit = TAGGED_RECORDS,
		.range = { LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS, .is_open = true } };
	struct record_page page;
	struct map found;
	enum ll_err code = record_page(r->load->reader, r->load->scope, &q, r->load->arena, &page,
		r->err);

	map_init(&found);
	for (size_t i = 0; code == LL_OK && i < page.count; i++)
		for (size_t k = 0; code == LL_OK && k < page.rows[i].call.tag_count; k++)
			code = map_put(&found, page.rows[i].call.tags[k].name, 0);
	if (code == LL_OK)
		code = keep_tags(r, &found);
	map_release(&found);
	return code;
}

static enum ll_err load_names(struct reading *r)
{
	static const struct { enum filter_field field; enum dim_kind kind; } listed[] = {
		{ FILTER_PROVIDER, DIM_PROVIDER }, { FILTER_MODEL, DIM_MODEL },
		{ FILTER_PROJECT, DIM_PROJECT },
		{ FILTER_USER, DIM_USER }, { FILTER_KEY, DIM_KEY }, { FILTER_SOURCE, DIM_SOURCE },
		{ FILTER_MACHINE, DIM_MACHINE }, { FILTER_AGENT, DIM_AGENT },
	};
	struct spend_names *names = &r->model->names;
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < sizeof(listed) / sizeof(listed[0]); i++)
		code = dim_list(r->load->reader, r->load->scope, listed[i].kind, STR(""),
			r->load->arena, &names->at[listed[i].field], &names->count[listed[i].field],
			r->err);
	if (code == LL_OK)
		code = load_tags(r);
	r->model->has_names = code == LL_OK;
	return code;
}

static enum ll_err load_level(struct reading *r)
{
	switch (r->request->kind) {
	case SPEND_GROUPS:
	case SPEND_SESSIONS:
		return load_rows(r);
	case SPEND_RECORDS:
		return load_records(r);
	case SPEND_RECORD:
		return load_record(r);
	}
	return LL_OK;
}

enum ll_err spend_load(const void *request, struct load *l, void **model, struct err *err)
{
	struct reading r = { .request = request, .load = l, .err = err };
	bool has_sums = r.request->kind != SPEND_RECORD && r.request->cursor.len == 0;
	enum ll_err code;

	*model = r.model = arena_alloc(l->arena, sizeof(*r.model));
	if (!r.model)
		return no_memory(&r);
	code = filter_parse(r.request->filter, l->arena, &r.filter, err);
	if (code == LL_OK)
		code = choose_range(&r);
	if (code == LL_OK && has_sums)
		code = load_series(&r);
	if (code == LL_OK)
		code = load_level(&r);
	if (code == LL_OK && has_sums)
		code = load_unpriced(&r);
	if (code == LL_OK && r.request->wants_blocks)
		code = load_blocks(&r);
	if (code == LL_OK && r.request->wants_names)
		code = load_names(&r);
	return code;
}
