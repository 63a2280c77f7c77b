/* SPDX-License-Identifier: Apache-2.0 */
/* Deltas of rollup rows: gathering, writing, and making or checking a whole month. */
#include "store/rollup.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/dim.h"
#include "store/month.h"

#define QUARTER_NS (15 * NS_PER_MIN)
#define FIRST_GROUPS 1024
#define REBUILD_GROUPS 50000 /* written when so many are in memory: 7 MB */

/* A primary key is (workspace, t or day, [kind, id | project], model, source). In three words
 * that order alike: table | workspace | time, kind | first, model | source. */
#define ID_BITS 32
#define TABLE_SHIFT 61
#define WORKSPACES (INT64_C(1) << (TABLE_SHIFT - ID_BITS))
#define TIME_BIAS (INT64_C(1) << 30) /* local days may be negative */

enum table { TABLE_15M, TABLE_15M_ALL, TABLE_DAY, TABLE_DAY_ALL, TABLE_DAY_BY };

_Static_assert(TABLE_DAY_BY + 1 == ROLL_TABLES, "a name a table");

struct group_key {
	enum table table;
	int64_t workspace, time;
	int64_t kind;  /* 0 where the table has none */
	int64_t first; /* the project, or the value of that kind; 0 where the table has neither */
	int64_t model, source;
};

static const struct {
	const char *name;
	const char *upsert, *drop_empty, *select;
	unsigned cut; /* ROLL_QUARTERS or ROLL_DAYS */
	bool has_kind, has_first;
} tables[ROLL_TABLES] = {
#define VALUES "?,?,?,?,?,?,?,?,?,?,?,?,?,?"
#define ADD                                                                             \
	" ON CONFLICT DO UPDATE SET calls = calls + excluded.calls,"                    \
	" unpriced = unpriced + excluded.unpriced, errors = errors + excluded.errors,"  \
	" input = input + excluded.input, cache_read = cache_read + excluded.cache_read," \
	" cache_write_5m = cache_write_5m + excluded.cache_write_5m,"                   \
	" cache_write_1h = cache_write_1h + excluded.cache_write_1h,"                   \
	" output = output + excluded.output, reasoning = reasoning + excluded.reasoning," \
	" cost_nanos = cost_nanos + excluded.cost_nanos,"                               \
	" recorded_nanos = recorded_nanos + excluded.recorded_nanos,"                   \
	" recorded = recorded + excluded.recorded, latency_ms = latency_ms + excluded.latency_ms," \
	" timed = timed + excluded.timed"
#define SQL(table, key, marks)                                                          \
	.name = (table),                                                                \
	.upsert = "INSERT INTO " table " VALUES (" marks "," VALUES ")" ADD,            \
	.drop_empty = "DELETE FROM " table " WHERE (" key ") = (" marks ") AND calls = 0", \
	.select = "SELECT " key ", calls, unpriced, errors, input, cache_read, cache_write_5m," \
		" cache_write_1h, output, reasoning, cost_nanos, recorded_nanos, recorded," \
		" latency_ms, timed FROM " table
	[TABLE_15M] = {
		SQL("roll_15m", "workspace, t, project, model, source", "?,?,?,?,?"),
		.cut = ROLL_QUARTERS,
		.has_first = true,
	},
	[TABLE_15M_ALL] = {
		SQL("roll_15m_all", "workspace, t, model, source", "?,?,?,?"),
		.cut = ROLL_QUARTERS,
	},
	[TABLE_DAY] = {
		SQL("roll_day", "workspace, day, project, model, source", "?,?,?,?,?"),
		.cut = ROLL_DAYS,
		.has_first = true,
	},
	[TABLE_DAY_ALL] = {
		SQL("roll_day_all", "workspace, day, model, source", "?,?,?,?"),
		.cut = ROLL_DAYS,
	},
	[TABLE_DAY_BY] = {
		SQL("roll_day_by", "workspace, day, kind, id, model, source", "?,?,?,?,?,?"),
		.cut = ROLL_DAYS,
		.has_kind = true,
		.has_first = true,
	},
#undef VALUES
#undef ADD
#undef SQL
};

static void pack(const struct group_key *k, uint64_t out[3])
{
	out[0] = (uint64_t)k->table << TABLE_SHIFT | (uint64_t)k->workspace << ID_BITS |
		(uint64_t)(k->time + TIME_BIAS);
	out[1] = (uint64_t)k->kind << ID_BITS | (uint64_t)k->first;
	out[2] = (uint64_t)k->model << ID_BITS | (uint64_t)k->source;
}

static void unpack(const uint64_t key[3], struct group_key *out)
{
	*out = (struct group_key){
		.table = (enum table)(key[0] >> TABLE_SHIFT),
		.workspace = (int64_t)(key[0] >> ID_BITS) & (WORKSPACES - 1),
		.time = (int64_t)(uint32_t)key[0] - TIME_BIAS,
		.kind = (int64_t)(key[1] >> ID_BITS),
		.first = (uint32_t)key[1],
		.model = (int64_t)(key[2] >> ID_BITS),
		.source = (uint32_t)key[2],
	};
}

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
	return z ^ (z >> 32);
}

static size_t hash(const uint64_t key[3])
{
	return (size_t)mix(mix(mix(key[0]) + key[1]) + key[2]);
}

static bool same_key(const uint64_t a[3], const uint64_t b[3])
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

/* The slot that names the key's group, or the empty one where it belongs. */
static uint32_t *probe(const struct rollup *r, const uint64_t key[3])
{
	size_t mask = r->slot_count - 1;
	size_t i = hash(key) & mask;

	while (r->slots[i] && !same_key(r->groups[r->slots[i] - 1].key, key))
		i = (i + 1) & mask;
	return &r->slots[i];
}

static void fill_slots(struct rollup *r)
{
	memset(r->slots, 0, r->slot_count * sizeof(*r->slots));
	for (size_t i = 0; i < r->count; i++)
		*probe(r, r->groups[i].key) = (uint32_t)i + 1;
}

/* Slots are kept at most half full. */
static enum ll_err grow(struct rollup *r, struct err *err)
{
	size_t cap = r->cap ? r->cap * 2 : FIRST_GROUPS;
	struct roll_group *groups = ll_try_realloc(r->groups, cap * sizeof(*groups));
	uint32_t *order, *slots;

	if (groups)
		r->groups = groups;
	order = groups ? ll_try_realloc(r->order, cap * sizeof(*order)) : NULL;
	if (order)
		r->order = order;
	slots = order ? ll_try_realloc(r->slots, 2 * cap * sizeof(*slots)) : NULL;
	if (!slots)
		return ll_fail(err, LL_ENOMEM, "out of memory for %zu rollup rows", cap);
	r->slots = slots;
	r->slot_count = 2 * cap;
	r->cap = cap;
	fill_slots(r);
	return LL_OK;
}

static enum ll_err fail_overflow(struct err *err)
{
	return ll_fail(err, LL_EOVERFLOW, "a sum of calls is out of range");
}

static enum ll_err add_to_group(struct rollup *r, const struct group_key *k,
	const int64_t values[ROLL_VALUES], struct err *err)
{
	struct roll_group *group;
	uint64_t key[3];
	uint32_t *slot;
	bool overflow = false;
	enum ll_err e;

	if (r->count == r->cap) {
		e = grow(r, err);
		if (e != LL_OK)
			return e;
	}
	PRE(r->slots);
	pack(k, key);
	slot = probe(r, key);
	if (!*slot) {
		group = &r->groups[r->count++];
		*slot = (uint32_t)r->count;
		memcpy(group->key, key, sizeof(key));
		memcpy(group->values, values, sizeof(group->values));
		return LL_OK;
	}
	group = &r->groups[*slot - 1];
	for (size_t i = 0; i < ROLL_VALUES; i++)
		overflow |= __builtin_add_overflow(group->values[i], values[i], &group->values[i]);
	return overflow ? fail_overflow(err) : LL_OK;
}

/* No value of a call can be INT64_MIN: tokens are bounded, money comes from checked sums. */
static void values_of(const struct call_row *row, int sign, int64_t values[ROLL_VALUES])
{
	const int64_t of_row[ROLL_VALUES] = {
		[ROLL_CALLS] = 1,
		[ROLL_UNPRICED] = !row->has_cost,
		[ROLL_ERRORS] = row->status != CALL_OK,
		[ROLL_INPUT] = row->tokens.input,
		[ROLL_CACHE_READ] = row->tokens.cache_read,
		[ROLL_CACHE_WRITE_5M] = row->tokens.cache_write_5m,
		[ROLL_CACHE_WRITE_1H] = row->tokens.cache_write_1h,
		[ROLL_OUTPUT] = row->tokens.output,
		[ROLL_REASONING] = row->reasoning_tokens,
		[ROLL_COST] = row->has_cost ? usd_nanos(row->cost) : 0,
		[ROLL_RECORDED] = row->has_recorded ? usd_nanos(row->recorded) : 0,
		[ROLL_RECORDED_CALLS] = row->has_recorded,
		[ROLL_LATENCY] = row->latency_ms >= 0 ? row->latency_ms : 0,
		[ROLL_TIMED] = row->latency_ms >= 0,
	};

	for (size_t i = 0; i < ROLL_VALUES; i++)
		values[i] = sign * of_row[i];
}

/* Ids are packed into 32 bits; rowids that went past are no ids of ours. */
static bool ids_fit(const struct call_row *row)
{
	uint64_t ids = (uint64_t)(row->project | row->model | row->source | row->session |
		row->user | row->api_key | row->agent);

	return ids <= INT32_MAX && row->workspace >= 0 && row->workspace < WORKSPACES;
}

static int64_t local_day(struct rollup *r, int64_t t_ns)
{
	if (t_ns < r->day_start_ns || t_ns >= r->day_end_ns) {
		r->day = zone_day(r->zone, t_ns);
		r->day_start_ns = zone_day_start_ns(r->zone, r->day);
		r->day_end_ns = zone_day_start_ns(r->zone, r->day + 1);
	}
	return r->day;
}

static enum ll_err add_by(struct rollup *r, struct group_key *k, enum dim_kind kind, int64_t id,
	const int64_t values[ROLL_VALUES], struct err *err)
{
	k->kind = kind;
	k->first = id;
	return add_to_group(r, k, values, err);
}

static enum ll_err add_day_by(struct rollup *r, struct group_key *k, const struct call_row *row,
	const struct tag_ids *tags, const int64_t values[ROLL_VALUES], struct err *err)
{
	const struct {
		enum dim_kind kind;
		int64_t id;
	} dims[] = {
		{ DIM_USER, row->user },
		{ DIM_KEY, row->api_key },
		{ DIM_AGENT, row->agent },
		{ DIM_SESSION, row->session },
	};
	enum ll_err e = LL_OK;

	k->table = TABLE_DAY_BY;
	for (size_t i = 0; e == LL_OK && i < sizeof(dims) / sizeof(dims[0]); i++)
		e = add_by(r, k, dims[i].kind, dims[i].id, values, err);
	for (size_t i = 0; e == LL_OK && i < tags->count; i++)
		e = add_by(r, k, DIM_TAG, tags->at[i], values, err);
	return e;
}

static enum ll_err add_days(struct rollup *r, struct group_key *k, const struct call_row *row,
	const struct tag_ids *tags, const int64_t values[ROLL_VALUES], struct err *err)
{
	enum ll_err e;

	k->table = TABLE_DAY;
	k->time = local_day(r, row->start_ns);
	e = add_to_group(r, k, values, err);
	return e == LL_OK ? add_day_by(r, k, row, tags, values, err) : e;
}

enum ll_err rollup_add(struct rollup *r, const struct call_row *row, const struct tag_ids *tags,
	int sign, struct err *err)
{
	int64_t values[ROLL_VALUES];
	struct group_key k = {
		.table = TABLE_15M,
		.workspace = row->workspace,
		.time = row->start_ns / QUARTER_NS,
		.first = row->project,
		.model = row->model,
		.source = row->source,
	};
	enum ll_err e = LL_OK;

	if (!ids_fit(row))
		return ll_fail(err, LL_ECORRUPT, "call %lld has an id out of range",
			(long long)row->id);
	values_of(row, sign, values);
	if (r->cuts & ROLL_QUARTERS)
		e = add_to_group(r, &k, values, err);
	if (e == LL_OK && r->cuts & ROLL_DAYS)
		e = add_days(r, &k, row, tags, values, err);
	return e;
}

/* Sums over all projects follow from the sums of each: there are far fewer of these than
 * there are calls. */
static enum ll_err add_totals(struct rollup *r, struct err *err)
{
	size_t count = r->count;
	enum ll_err e = LL_OK;

	for (size_t i = 0; e == LL_OK && i < count; i++) {
		struct roll_group of_project = r->groups[i]; /* groups may move */
		struct group_key k;

		unpack(of_project.key, &k);
		if (k.table != TABLE_15M && k.table != TABLE_DAY)
			continue;
		k.table = k.table == TABLE_15M ? TABLE_15M_ALL : TABLE_DAY_ALL;
		k.first = 0;
		e = add_to_group(r, &k, of_project.values, err);
	}
	return e;
}

enum ll_err rollup_zone(struct db *month, struct zone **out, struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, month, "SELECT zone FROM month", err);

	if (e == LL_OK)
		e = stmt_step(&q, &row, err);
	if (e == LL_OK && !row)
		e = ll_fail(err, LL_ECORRUPT, "'%s' says no time zone", month->path);
	if (e == LL_OK)
		e = zone_open(stmt_str(&q, 0), out, err);
	stmt_release(&q);
	return e;
}

void rollup_init(struct rollup *r, unsigned cuts, const struct zone *zone)
{
	*r = (struct rollup){ .cuts = cuts, .zone = zone };
}

void rollup_release(struct rollup *r)
{
	ll_free(r->groups);
	ll_free(r->slots);
	ll_free(r->order);
	*r = (struct rollup){ 0 };
}

void rollup_clear(struct rollup *r, const struct zone *zone)
{
	r->count = 0;
	if (r->slots)
		memset(r->slots, 0, r->slot_count * sizeof(*r->slots));
	r->zone = zone;
	r->day_start_ns = r->day_end_ns = 0;
}

static int compare_keys(const uint64_t a[3], const uint64_t b[3])
{
	for (size_t i = 0; i < 3; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

static int compare_groups(const void *a, const void *b, void *groups)
{
	const struct roll_group *all = groups;

	return compare_keys(all[*(const uint32_t *)a].key, all[*(const uint32_t *)b].key);
}

/* Rows that are written in the order of their B-tree find their page in the cache. */
static void sort_groups(struct rollup *r)
{
	for (size_t i = 0; i < r->count; i++)
		r->order[i] = (uint32_t)i;
	qsort_r(r->order, r->count, sizeof(*r->order), compare_groups, r->groups);
}

static int bind_key(struct stmt *q, const struct group_key *k)
{
	int at = 1;

	stmt_bind_i64(q, at++, k->workspace);
	stmt_bind_i64(q, at++, k->time);
	if (tables[k->table].has_kind)
		stmt_bind_i64(q, at++, k->kind);
	if (tables[k->table].has_first)
		stmt_bind_i64(q, at++, k->first);
	stmt_bind_i64(q, at++, k->model);
	stmt_bind_i64(q, at++, k->source);
	return at;
}

static bool changes_nothing(const struct roll_group *group)
{
	static const int64_t zeros[ROLL_VALUES];

	return memcmp(group->values, zeros, sizeof(zeros)) == 0;
}

static enum ll_err write_group(const struct roll_group *group, struct roll_stmts *q,
	struct err *err)
{
	struct group_key k;
	struct stmt *upsert, *drop;
	enum ll_err e;
	int at;

	unpack(group->key, &k);
	upsert = &q->upsert[k.table];
	drop = &q->drop_empty[k.table];
	at = bind_key(upsert, &k);
	for (int i = 0; i < ROLL_VALUES; i++)
		stmt_bind_i64(upsert, at + i, group->values[i]);
	e = stmt_run(upsert, err);
	if (e == LL_OK && group->values[ROLL_CALLS] < 0) {
		bind_key(drop, &k);
		e = stmt_run(drop, err);
	}
	return e;
}

enum ll_err rollup_flush(struct rollup *r, struct roll_stmts *q, struct err *err)
{
	enum ll_err e = add_totals(r, err);

	if (r->count)
		sort_groups(r);
	for (size_t i = 0; e == LL_OK && i < r->count; i++) {
		const struct roll_group *group = &r->groups[r->order[i]];

		if (!changes_nothing(group))
			e = write_group(group, q, err);
	}
	rollup_clear(r, r->zone);
	return e;
}

enum ll_err roll_stmts_prepare(struct roll_stmts *q, struct db *month, struct err *err)
{
	enum ll_err e = LL_OK;

	*q = (struct roll_stmts){ 0 };
	for (size_t i = 0; e == LL_OK && i < ROLL_TABLES; i++) {
		e = stmt_prepare(&q->upsert[i], month, tables[i].upsert, err);
		if (e == LL_OK)
			e = stmt_prepare(&q->drop_empty[i], month, tables[i].drop_empty, err);
	}
	if (e != LL_OK)
		roll_stmts_release(q);
	return e;
}

void roll_stmts_release(struct roll_stmts *q)
{
	for (size_t i = 0; i < ROLL_TABLES; i++) {
		stmt_release(&q->upsert[i]);
		stmt_release(&q->drop_empty[i]);
	}
}

/* Adds all raw rows; with q, deltas are written whenever many are in memory. */
static enum ll_err add_all(struct rollup *r, struct db *month, struct tag_sets *tags,
	struct roll_stmts *q, struct err *err)
{
	struct stmt rows = { 0 };
	struct call_row row;
	const struct tag_ids *row_tags;
	bool more = false;
	enum ll_err e = stmt_prepare(&rows, month, "SELECT " CALL_ROW_COLUMNS " FROM cost_records",
		err);

	while (e == LL_OK && (e = stmt_step(&rows, &more, err)) == LL_OK && more) {
		call_row_read(&rows, &row);
		e = tag_sets_get(tags, row.tag_set, &row_tags, err);
		if (e == LL_OK)
			e = rollup_add(r, &row, row_tags, 1, err);
		if (e == LL_OK && q && r->count >= REBUILD_GROUPS)
			e = rollup_flush(r, q, err);
	}
	stmt_release(&rows);
	return e;
}

static enum ll_err delete_tables(struct db *month, unsigned cuts, struct err *err)
{
	enum ll_err e = LL_OK;
	char sql[64];

	for (unsigned i = 0; e == LL_OK && i < ROLL_TABLES; i++) {
		if (!(cuts & tables[i].cut))
			continue;
		snprintf(sql, sizeof(sql), "DELETE FROM %s", tables[i].name);
		e = db_exec(month, sql, err);
	}
	return e;
}

enum ll_err rollup_rebuild(struct db *month, unsigned cuts, const struct zone *zone,
	struct tag_sets *tags, struct err *err)
{
	struct roll_stmts q = { 0 };
	struct rollup r;
	enum ll_err e = delete_tables(month, cuts, err);

	rollup_init(&r, cuts, zone);
	if (e == LL_OK)
		e = roll_stmts_prepare(&q, month, err);
	if (e == LL_OK)
		e = add_all(&r, month, tags, &q, err);
	if (e == LL_OK)
		e = rollup_flush(&r, &q, err);
	roll_stmts_release(&q);
	rollup_release(&r);
	return e;
}

static void read_group(const struct stmt *q, enum table table, struct roll_group *out)
{
	int col = 0;
	struct group_key k = { .table = table };

	k.workspace = stmt_i64(q, col++);
	k.time = stmt_i64(q, col++);
	if (tables[table].has_kind)
		k.kind = stmt_i64(q, col++);
	if (tables[table].has_first)
		k.first = stmt_i64(q, col++);
	k.model = stmt_i64(q, col++);
	k.source = stmt_i64(q, col++);
	pack(&k, out->key);
	for (int i = 0; i < ROLL_VALUES; i++)
		out->values[i] = stmt_i64(q, col + i);
}

/* Every row of the table must be the recount's; *matched counts them. */
static enum ll_err compare_table(const struct rollup *r, struct db *month, enum table table,
	size_t *matched, char problem[160], struct err *err)
{
	struct stmt rows = { 0 };
	struct roll_group stored;
	const struct roll_group *counted;
	bool more = false;
	enum ll_err e = stmt_prepare(&rows, month, tables[table].select, err);

	while (e == LL_OK && !*problem && (e = stmt_step(&rows, &more, err)) == LL_OK && more) {
		uint32_t slot;

		read_group(&rows, table, &stored);
		slot = r->slot_count ? *probe(r, stored.key) : 0;
		counted = slot ? &r->groups[slot - 1] : NULL;
		if (counted && memcmp(counted->values, stored.values, sizeof(stored.values)) == 0)
			++*matched;
		else
			snprintf(problem, 160, "%s has a row of %lld calls where a recount gives"
				" %lld", tables[table].name, (long long)stored.values[ROLL_CALLS],
				(long long)(counted ? counted->values[ROLL_CALLS] : 0));
	}
	stmt_release(&rows);
	return e;
}

enum ll_err rollup_recount(struct db *main_db, struct db *month, char problem[160],
	struct err *err)
{
	struct zone *zone = NULL;
	struct tag_sets tags = { 0 };
	struct rollup r = { 0 };
	size_t matched = 0;
	enum ll_err e = rollup_zone(month, &zone, err);

	problem[0] = '\0';
	rollup_init(&r, ROLL_ALL, zone);
	if (e == LL_OK)
		e = tag_sets_init(&tags, main_db, err);
	if (e == LL_OK)
		e = add_all(&r, month, &tags, NULL, err);
	if (e == LL_OK)
		e = add_totals(&r, err);
	for (enum table table = TABLE_15M; e == LL_OK && table < ROLL_TABLES; table++)
		e = compare_table(&r, month, table, &matched, problem, err);
	if (e == LL_OK && !*problem && matched != r.count)
		snprintf(problem, 160, "%zu rollup rows are missing", r.count - matched);
	rollup_release(&r);
	tag_sets_release(&tags);
	zone_free(zone);
	return e;
}
