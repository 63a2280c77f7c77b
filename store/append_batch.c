/* SPDX-License-Identifier: Apache-2.0 */
/* A batch from priced calls to committed rows. */
#include "store/append_batch.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/mem.h"
#include "store/call_match.h"

#define SLOTS 32768 /* for LIMIT_BATCH_CALLS keys; a power of two */
#define SOURCES_REMEMBERED 64

_Static_assert(SLOTS >= 2 * LIMIT_BATCH_CALLS, "room for hashing the keys of a batch");

/* One call of the batch: all its observations in the batch, joined. */
struct pending {
	const struct call *call; /* the best observation */
	const struct priced_call *priced;
	struct call_row row; /* row.start_ns: of the earliest observation */
	int64_t latest_ns;
	int32_t month;     /* whose file it goes to */
	bool is_written;
	bool may_be_next_door; /* its record may be in the file of a neighbouring month */
};

struct append_scratch {
	struct pending *pending;
	size_t count;
	uint32_t *slots; /* of exact keys: index into pending + 1 */
	struct rollup deltas;
	struct arena texts;
};

static enum ll_err scratch_of(struct writer *w, struct append_scratch **out, struct err *err)
{
	struct append_scratch *s = w->scratch;

	if (!s) {
		s = ll_try_alloc(sizeof(*s));
		if (!s)
			return ll_fail(err, LL_ENOMEM, "out of memory for a batch");
		arena_init(&s->texts, 0);
		rollup_init(&s->deltas, ROLL_ALL, NULL);
		s->pending = ll_try_alloc(LIMIT_BATCH_CALLS * sizeof(*s->pending));
		s->slots = ll_try_alloc(SLOTS * sizeof(*s->slots));
		if (!s->pending || !s->slots) {
			append_scratch_free(s);
			return ll_fail(err, LL_ENOMEM, "out of memory for a batch");
		}
		w->scratch = s;
	}
	*out = s;
	return LL_OK;
}

void append_scratch_free(struct append_scratch *s)
{
	if (!s)
		return;
	ll_free(s->pending);
	ll_free(s->slots);
	rollup_release(&s->deltas);
	arena_release(&s->texts);
	ll_free(s);
}

/* The most negative amount has no opposite, and updates subtract. */
static bool has_opposite(bool has_amount, struct usd amount)
{
	return !has_amount || usd_nanos(amount) > INT64_MIN;
}

static enum ll_err check_call(const struct batch *b, size_t i, struct err *err)
{
	const struct priced_call *p = &b->calls[i];
	const char *why = "an amount is out of range";
	enum ll_err e = call_check(&p->call, &why);

	if (e == LL_OK && !(has_opposite(p->has_cost, p->cost) &&
		has_opposite(p->call.has_recorded, p->call.recorded)))
		e = LL_EINVAL;
	return e == LL_OK ? e : ll_fail(err, e, "call %zu of the batch: %s", i + 1, why);
}

/* A removed source must not come back by a batch that was made before. */
static enum ll_err check_sources(struct writer *w, int64_t workspace, const struct batch *b,
	struct err *err)
{
	int64_t known[SOURCES_REMEMBERED] = { 0 };
	bool row = true;
	enum ll_err e = LL_OK;

	for (size_t i = 0; e == LL_OK && i < b->count; i++) {
		int64_t id = b->calls[i].source;
		int64_t *place = &known[(uint64_t)id % SOURCES_REMEMBERED];

		if (id && *place == id)
			continue;
		stmt_bind_i64(&w->has_source, 1, id);
		stmt_bind_i64(&w->has_source, 2, workspace);
		e = stmt_step(&w->has_source, &row, err);
		stmt_reset(&w->has_source);
		if (e == LL_OK && !row)
			return ll_fail(err, LL_ENOENT, "source %lld is not in the store",
				(long long)id);
		*place = id;
	}
	return e;
}

static enum ll_err check_batch(struct writer *w, int64_t workspace, const struct batch *b,
	struct err *err)
{
	enum ll_err e = LL_OK;

	if (b->count > LIMIT_BATCH_CALLS)
		return ll_fail(err, LL_EINVAL, "a batch of %zu calls is too big", b->count);
	for (size_t i = 0; e == LL_OK && i < b->count; i++)
		e = check_call(b, i, err);
	return e == LL_OK ? check_sources(w, workspace, b, err) : e;
}

/* All observations of a call start within the hours that call_match_find() looks at, so that each finds
 * the record again by itself: what happens to share a batch makes no difference. */
static bool is_same_call(const struct pending *p, const struct call *c)
{
	int64_t hour = c->start_ns / NS_PER_HOUR;

	return fingerprint_eq(p->call->key.exact, c->key.exact) &&
		hour - p->row.start_ns / NS_PER_HOUR <= 1 && p->latest_ns / NS_PER_HOUR - hour <= 1;
}

static uint32_t *find_slot(struct append_scratch *s, const struct call *c)
{
	size_t i = (size_t)c->key.exact.lo & (SLOTS - 1);

	while (s->slots[i] && !is_same_call(&s->pending[s->slots[i] - 1], c))
		i = (i + 1) & (SLOTS - 1);
	return &s->slots[i];
}

static void begin_pending(struct pending *p, const struct priced_call *priced)
{
	p->call = &priced->call;
	p->priced = priced;
	p->row.start_ns = p->latest_ns = priced->call.start_ns;
	p->row.source = priced->source;
	p->is_written = false;
}

static void join(struct pending *p, const struct priced_call *priced, struct append_result *result)
{
	if (priced->call.start_ns < p->row.start_ns)
		p->row.start_ns = priced->call.start_ns;
	if (priced->call.start_ns > p->latest_ns)
		p->latest_ns = priced->call.start_ns;
	if (call_match_compare(&priced->call, p->call) < 0) {
		p->call = &priced->call;
		p->priced = priced;
	}
	result->duplicate++; /* `updated` is said of what is stored */
}

/* Observations with one key become one pending call. */
static void group_by_key(struct append_scratch *s, const struct batch *b,
	struct append_result *result)
{
	s->count = 0;
	memset(s->slots, 0, SLOTS * sizeof(*s->slots));
	for (size_t i = 0; i < b->count; i++) {
		uint32_t *slot = find_slot(s, &b->calls[i].call);

		if (*slot) {
			join(&s->pending[*slot - 1], &b->calls[i], result);
			continue;
		}
		begin_pending(&s->pending[s->count++], &b->calls[i]);
		*slot = (uint32_t)s->count;
	}
}

static int compare_starts(const void *a, const void *b)
{
	const struct pending *x = a, *y = b;

	if (x->row.start_ns != y->row.start_ns)
		return x->row.start_ns < y->row.start_ns ? -1 : 1;
	/* The order within the batch, which the calls' places in memory are. */
	return (x->priced > y->priced) - (x->priced < y->priced);
}

/* Most batches come in order of time. */
static void sort_by_start(struct append_scratch *s)
{
	for (size_t i = 1; i < s->count; i++) {
		if (s->pending[i].row.start_ns < s->pending[i - 1].row.start_ns) {
			qsort(s->pending, s->count, sizeof(*s->pending), compare_starts);
			return;
		}
	}
}

/* Months and hours of calls that come in order of time are found by comparing. */
static void find_months(struct append_scratch *s)
{
	int64_t start_ns = 0, end_ns = 0;
	int32_t month = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct pending *p = &s->pending[i];
		int64_t t_ns = p->row.start_ns;

		if (!month || t_ns < start_ns || t_ns >= end_ns) {
			month = month_of_ns(t_ns);
			start_ns = month_start_ns(month);
			end_ns = month_start_ns(month_next(month));
		}
		p->month = month;
		p->may_be_next_door = t_ns - start_ns < NS_PER_HOUR || end_ns - t_ns <= NS_PER_HOUR;
	}
}

static enum ll_err intern_names(struct names *n, int64_t workspace, struct pending *p,
	struct err *err)
{
	const struct call *c = p->call;
	struct call_row *row = &p->row;
	enum ll_err e = names_intern(n, workspace, DIM_MODEL, c->provider, c->model, &row->model,
		err);

	if (e == LL_OK)
		e = names_intern(n, workspace, DIM_PROJECT, STR(""), c->project, &row->project,
			err);
	if (e == LL_OK)
		e = names_intern(n, workspace, DIM_USER, STR(""), c->user, &row->user, err);
	if (e == LL_OK)
		e = names_intern(n, workspace, DIM_KEY, STR(""), c->api_key, &row->api_key, err);
	if (e == LL_OK)
		e = names_intern(n, workspace, DIM_AGENT, STR(""), c->agent, &row->agent, err);
	if (e == LL_OK)
		e = names_tag_set(n, workspace, c->tags, c->tag_count, &row->tag_set, err);
	return e;
}

/* All but id, session and the names. */
static void fill_row(struct pending *p, int64_t workspace)
{
	const struct call *c = p->call;
	struct call_row *row = &p->row;

	row->workspace = workspace;
	row->tokens = c->tokens;
	row->reasoning_tokens = c->reasoning_tokens;
	row->has_cost = p->priced->has_cost;
	row->cost = p->priced->cost;
	row->has_recorded = c->has_recorded;
	row->recorded = c->recorded;
	row->price = p->priced->price;
	row->latency_ms = c->latency_ms;
	row->ttft_ms = c->ttft_ms;
	row->kind = c->kind;
	row->status = c->status;
	row->tier = c->tier;
	row->speed = c->speed;
	row->is_replay = c->is_replay;
	row->key = c->key;
	row->web_searches = c->web_searches;
}

/* Names are committed before a row refers to them. */
static enum ll_err make_rows(struct writer *w, struct append_scratch *s, int64_t workspace,
	struct err *err)
{
	bool committed = false;
	enum ll_err e = LL_OK;

	for (size_t i = 0; e == LL_OK && i < s->count; i++) {
		fill_row(&s->pending[i], workspace);
		e = intern_names(&w->names, workspace, &s->pending[i], err);
	}
	if (e == LL_OK)
		e = names_commit(&w->names, &committed, err);
	else
		names_abort(&w->names);
	if (committed)
		writer_committed(w);
	return e;
}

/* The other month that has the hour before or after the call's. */
static int32_t neighbour(const struct pending *p)
{
	int32_t before = month_of_ns(p->row.start_ns - NS_PER_HOUR);

	return before != p->month ? before : month_next(p->month);
}

/* Sends the call to the neighbouring file when that one has its record. */
static enum ll_err look_next_door(struct writer *w, struct pending *p, enum match_kind own,
	struct err *err)
{
	struct match match = { .kind = MATCH_NONE };
	struct month_file *m;
	int32_t month = neighbour(p);
	enum ll_err e = writer_month(w, month, false, &m, err);

	p->may_be_next_door = false;
	if (e != LL_OK || !m)
		return e;
	e = month_file_refresh(m, err);
	if (e == LL_OK)
		e = call_match_find(m, &p->row, &match, err);
	if (e == LL_OK && match.kind > own)
		p->month = month;
	return e;
}

static enum ll_err add_delta(struct writer *w, const struct call_row *row, int sign,
	struct err *err)
{
	const struct tag_ids *tags;
	enum ll_err e = tag_sets_get(&w->tags, row->tag_set, &tags, err);

	return e == LL_OK ? rollup_add(&w->scratch->deltas, row, tags, sign, err) : e;
}

static enum ll_err insert_call(struct writer *w, struct month_file *m, struct pending *p,
	struct err *err)
{
	int64_t hour = (p->row.start_ns - month_start_ns(m->month)) / NS_PER_HOUR;
	enum ll_err e = month_file_insert(m, &p->row, err);

	if (e == LL_OK)
		e = seen_add(&m->seen, (int32_t)hour, p->row.key.family, p->row.id, err);
	return e == LL_OK ? add_delta(w, &p->row, 1, err) : e;
}

static enum ll_err update_call(struct writer *w, struct month_file *m, struct pending *p,
	const struct match *match, struct err *err)
{
	struct call_row row = p->row;
	enum ll_err e;

	row.id = match->stored.id;
	row.start_ns = match->stored.start_ns;
	if (match->kind == MATCH_EXACT)
		row.source = match->stored.source;
	e = month_file_update(m, &row, err);
	if (e == LL_OK)
		e = add_delta(w, &match->stored, -1, err);
	return e == LL_OK ? add_delta(w, &row, 1, err) : e;
}

/* What is to be done with a call whose record is there. */
static enum ll_err merge_call(struct writer *w, struct month_file *m, struct pending *p,
	const struct match *match, struct append_result *result, struct err *err)
{
	/* Of a family the original stays: the pending one, unless it is a replay itself. */
	int order = p->row.is_replay ? 1 : -1;
	enum ll_err e = LL_OK;

	if (match->kind == MATCH_EXACT)
		e = match_compare_rows(w, m, &w->scratch->texts, &p->row, &match->stored, &order,
			err);
	if (e != LL_OK)
		return e;
	if (order >= 0) {
		result->duplicate++;
		return LL_OK;
	}
	result->updated++;
	return update_call(w, m, p, match, err);
}

static enum ll_err write_call(struct writer *w, struct month_file *m, struct pending *p,
	struct append_result *result, struct err *err)
{
	struct match match;
	enum ll_err e = call_match_find(m, &p->row, &match, err);

	if (e == LL_OK && p->may_be_next_door && match.kind != MATCH_EXACT)
		e = look_next_door(w, p, match.kind, err);
	if (e != LL_OK || p->month != m->month)
		return e;
	if (match.kind == MATCH_NONE && month_of_ns(p->row.start_ns) != m->month) {
		/* Another call of the batch changed the record that this one was sent to. */
		p->month = month_of_ns(p->row.start_ns);
		return LL_OK;
	}
	p->is_written = true;
	e = month_file_session(m, p->row.workspace, p->call->session, &p->row.session, err);
	if (e != LL_OK)
		return e;
	if (match.kind != MATCH_NONE)
		return merge_call(w, m, p, &match, result, err);
	result->added++;
	return insert_call(w, m, p, err);
}

/* All pending calls of the month in one transaction. */
static enum ll_err write_month(struct writer *w, int32_t month, struct append_result *result,
	struct err *err)
{
	struct append_scratch *s = w->scratch;
	struct append_result of_month = { 0 };
	struct month_file *m;
	enum ll_err e = writer_month(w, month, true, &m, err);

	if (e == LL_OK)
		e = month_file_begin(m, err);
	if (e != LL_OK)
		return e;
	rollup_clear(&s->deltas, m->zone);
	for (size_t i = 0; e == LL_OK && i < s->count; i++)
		if (s->pending[i].month == month && !s->pending[i].is_written)
			e = write_call(w, m, &s->pending[i], &of_month, err);
	if (e == LL_OK)
		e = rollup_flush(&s->deltas, &m->roll, err);
	if (e != LL_OK) {
		month_file_rollback(m);
		return e;
	}
	e = month_file_commit(m, err);
	if (e != LL_OK)
		return e;
	writer_committed(w);
	result->added += of_month.added;
	result->updated += of_month.updated;
	result->duplicate += of_month.duplicate;
	return LL_OK;
}

/* 0 when all is written. */
static int32_t oldest_month(const struct append_scratch *s)
{
	int32_t oldest = 0;

	for (size_t i = 0; i < s->count; i++) {
		const struct pending *p = &s->pending[i];

		if (!p->is_written && (!oldest || p->month < oldest))
			oldest = p->month;
	}
	return oldest;
}

static enum ll_err save_file(struct writer *w, const struct file_progress *f, struct err *err)
{
	const int64_t numbers[] = { (int64_t)f->device, (int64_t)f->inode, f->size, f->mtime_ns,
		f->offset, f->line, f->decoder_version };
	const int count = sizeof(numbers) / sizeof(numbers[0]);
	struct stmt *q = &w->save_file;

	stmt_bind_i64(q, 1, f->source);
	stmt_bind_str(q, 2, f->path);
	for (int i = 0; i < count; i++)
		stmt_bind_i64(q, 3 + i, numbers[i]);
	stmt_bind_blob(q, 3 + count, f->head, sizeof(f->head));
	stmt_bind_i64(q, 4 + count, f->head_bytes);
	stmt_bind_str(q, 5 + count, f->state);
	return stmt_run(q, err);
}

/* After the rows: reading a part of a file again is harmless, leaving one out is not. */
static enum ll_err save_files(struct writer *w, void *ctx, struct err *err)
{
	const struct batch *b = ctx;
	enum ll_err e = LL_OK;

	for (size_t i = 0; e == LL_OK && i < b->file_count; i++)
		e = save_file(w, &b->files[i], err);
	return e;
}

enum ll_err append_batch(struct writer *w, int64_t workspace, struct batch *b, struct err *err)
{
	struct append_scratch *s = NULL;
	int32_t month;
	enum ll_err e = scratch_of(w, &s, err);

	b->result = (struct append_result){ 0 };
	if (e == LL_OK)
		e = check_batch(w, workspace, b, err);
	if (e != LL_OK)
		return e;
	PRE(s);
	group_by_key(s, b, &b->result);
	sort_by_start(s);
	find_months(s);
	e = make_rows(w, s, workspace, err);
	while (e == LL_OK && (month = oldest_month(s)))
		e = write_month(w, month, &b->result, err);
	if (e == LL_OK && b->file_count)
		e = writer_transaction(w, save_files, b, err);
	return e;
}
