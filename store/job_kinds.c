/* SPDX-License-Identifier: Apache-2.0 */
/* Removing a source, pricing anew, changing the zone: one month at a time. */
#include "store/job_kinds.h"

#include "base/mem.h"
#include "store/price_store.h"
#include "store/price_table.h"

#define FLUSH_GROUPS 50000 /* rollup rows in memory: 7 MB */

struct model_name {
	struct str provider, model;
};

void job_run_init(struct job_run *run, struct writer *w)
{
	*run = (struct job_run){ .writer = w };
	rollup_init(&run->deltas, ROLL_ALL, NULL);
	map_init(&run->price_ids);
	map_init(&run->models);
	arena_init(&run->texts, 0);
}

void job_run_release(struct job_run *run)
{
	rollup_release(&run->deltas);
	price_book_free(run->book);
	map_release(&run->price_ids);
	map_release(&run->models);
	ll_free(run->names);
	arena_release(&run->texts);
}

static enum ll_err add_delta(struct job_run *run, struct month_file *m,
	const struct call_row *row, int sign, struct err *err)
{
	const struct tag_ids *tags;
	enum ll_err e = tag_sets_get(&run->writer->tags, row->tag_set, &tags, err);

	if (e == LL_OK)
		e = rollup_add(&run->deltas, row, tags, sign, err);
	if (e == LL_OK && run->deltas.count >= FLUSH_GROUPS)
		e = rollup_flush(&run->deltas, &m->roll, err);
	return e;
}

static enum ll_err forget_call(struct job_run *run, struct month_file *m,
	const struct call_row *row, struct err *err)
{
	int64_t hour = (row->start_ns - month_start_ns(m->month)) / NS_PER_HOUR;
	enum ll_err e = seen_remove(&m->seen, (int32_t)hour, row->key.family, row->id, err);

	return e == LL_OK ? add_delta(run, m, row, -1, err) : e;
}

static enum ll_err run_sql(struct month_file *m, const char *sql, const int64_t *numbers,
	size_t count, struct err *err)
{
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &m->db, sql, err);

	for (size_t i = 0; e == LL_OK && i < count; i++)
		stmt_bind_i64(&q, (int)i + 1, numbers[i]);
	if (e == LL_OK)
		e = stmt_run(&q, err);
	stmt_release(&q);
	return e;
}

static enum ll_err delete_calls(const struct job_args *args, struct month_file *m,
	struct err *err)
{
	const int64_t which[] = { args->source, args->workspace };
	enum ll_err e = run_sql(m, "DELETE FROM usage_extra WHERE record IN"
		" (SELECT id FROM cost_records WHERE source = ? AND workspace = ?)", which, 2, err);

	if (e == LL_OK)
		e = run_sql(m, "DELETE FROM cost_records WHERE source = ? AND workspace = ?", which,
			2, err);
	if (e == LL_OK)
		e = run_sql(m, "DELETE FROM session WHERE id NOT IN"
			" (SELECT session FROM cost_records)", NULL, 0, err);
	return e;
}

static enum ll_err remove_source(struct job_run *run, const struct job_args *args,
	struct month_file *m, int64_t *calls, struct err *err)
{
	struct stmt rows = { 0 };
	struct call_row row;
	bool more = false;
	enum ll_err e = stmt_prepare(&rows, &m->db, "SELECT " CALL_ROW_COLUMNS
		" FROM cost_records WHERE source = ? AND workspace = ?", err);

	if (e == LL_OK) {
		stmt_bind_i64(&rows, 1, args->source);
		stmt_bind_i64(&rows, 2, args->workspace);
	}
	while (e == LL_OK && (e = stmt_step(&rows, &more, err)) == LL_OK && more) {
		call_row_read(&rows, &row);
		e = forget_call(run, m, &row, err);
		++*calls;
	}
	stmt_release(&rows);
	if (e == LL_OK)
		e = rollup_flush(&run->deltas, &m->roll, err);
	return e == LL_OK && *calls ? delete_calls(args, m, err) : e;
}

static enum ll_err load_book(struct job_run *run, struct err *err)
{
	struct store_reader *reader = NULL;
	enum ll_err e;

	if (run->book)
		return LL_OK;
	e = store_reader_open(run->writer->store, &reader, err);
	if (e == LL_OK)
		e = price_table_load(reader, &run->book, err);
	store_reader_close(reader);
	return e;
}

static enum ll_err add_model(struct job_run *run, int64_t id, struct err *err)
{
	size_t cap = run->name_cap ? run->name_cap * 2 : 64;
	struct model_name *names;

	if (run->name_count == run->name_cap) {
		names = ll_try_realloc(run->names, cap * sizeof(*names));
		if (!names)
			return ll_fail(err, LL_ENOMEM, "out of memory for models");
		run->names = names;
		run->name_cap = cap;
	}
	names = &run->names[run->name_count++];
	return names_get(&run->writer->names, id, &run->texts, &names->provider, &names->model,
		err);
}

static enum ll_err find_model(struct job_run *run, int64_t id, struct model_name *out,
	struct err *err)
{
	struct str key = { (const char *)&id, sizeof(id) };
	uint64_t at;
	enum ll_err e;

	if (!map_find(&run->models, key, &at)) {
		at = run->name_count;
		e = add_model(run, id, err);
		if (e != LL_OK)
			return e;
		if (map_put(&run->models, key, at) != LL_OK)
			return ll_fail(err, LL_ENOMEM, "out of memory for models");
	}
	*out = run->names[at];
	return LL_OK;
}

/* The stored id of a row of the book, which is stored when a call first needs it. */
static enum ll_err price_id(struct job_run *run, const struct price *price, int64_t *id,
	struct err *err)
{
	struct str key = { (const char *)&price, sizeof(price) };
	uint64_t known;
	enum ll_err e;

	*id = price->id;
	if (*id)
		return LL_OK;
	if (map_find(&run->price_ids, key, &known)) {
		*id = (int64_t)known;
		return LL_OK;
	}
	e = price_store(run->writer, price, id, err);
	if (e == LL_OK && map_put(&run->price_ids, key, (uint64_t)*id) != LL_OK)
		e = ll_fail(err, LL_ENOMEM, "out of memory for prices");
	return e;
}

static bool is_same_cost(const struct call_row *row, const struct cost *cost)
{
	bool is_priced = !cost->unpriced_why;

	return row->has_cost == is_priced && (!is_priced || !usd_cmp(row->cost, cost->total));
}

static enum ll_err update_cost(struct stmt *update, const struct call_row *row, struct err *err)
{
	stmt_bind_null(update, 1);
	if (row->has_cost)
		stmt_bind_i64(update, 1, usd_nanos(row->cost));
	stmt_bind_i64(update, 2, row->price);
	stmt_bind_i64(update, 3, row->id);
	return stmt_run(update, err);
}

static enum ll_err change_cost(struct job_run *run, struct month_file *m, struct stmt *update,
	const struct call_row *row, const struct price *price, const struct cost *cost,
	struct err *err)
{
	struct call_row changed = *row;
	enum ll_err e = LL_OK;

	changed.has_cost = !cost->unpriced_why;
	changed.cost = changed.has_cost ? cost->total : USD_ZERO;
	changed.price = 0;
	if (changed.has_cost)
		e = price_id(run, price, &changed.price, err);
	if (e == LL_OK)
		e = update_cost(update, &changed, err);
	if (e == LL_OK)
		e = add_delta(run, m, row, -1, err);
	return e == LL_OK ? add_delta(run, m, &changed, 1, err) : e;
}

static enum ll_err reprice_call(struct job_run *run, struct month_file *m, struct stmt *update,
	const struct call_row *row, int64_t *calls, struct err *err)
{
	struct model_name name = { 0 };
	const struct price *price;
	struct cost cost;
	enum ll_err e = find_model(run, row->model, &name, err);

	if (e != LL_OK)
		return e;
	price = price_book_find(run->book, name.provider, name.model, row->start_ns);
	if (cost_compute(price, &row->tokens, row->web_searches, row->tier, row->speed, &cost) !=
		LL_OK)
		return ll_fail(err, LL_EOVERFLOW, "the cost of a call of '%.*s' is too big",
			STR_FMT(name.model));
	if (is_same_cost(row, &cost))
		return LL_OK;
	++*calls;
	return change_cost(run, m, update, row, price, &cost, err);
}

static enum ll_err reprice(struct job_run *run, const struct job_args *args,
	struct month_file *m, int64_t *calls, struct err *err)
{
	struct stmt rows = { 0 }, update = { 0 };
	struct call_row row;
	bool more = false;
	enum ll_err e = load_book(run, err);

	if (e == LL_OK)
		e = stmt_prepare(&rows, &m->db, "SELECT " CALL_ROW_COLUMNS_FULL " FROM cost_records"
			" WHERE start_ns >= ? AND start_ns < ? AND workspace = ?", err);
	if (e == LL_OK)
		e = stmt_prepare(&update, &m->db,
			"UPDATE cost_records SET cost_nanos = ?, price = ? WHERE id = ?", err);
	if (e == LL_OK) {
		stmt_bind_i64(&rows, 1, args->since_ns);
		stmt_bind_i64(&rows, 2, args->until_ns);
		stmt_bind_i64(&rows, 3, args->workspace);
	}
	while (e == LL_OK && (e = stmt_step(&rows, &more, err)) == LL_OK && more) {
		call_row_read_full(&rows, &row);
		e = reprice_call(run, m, &update, &row, calls, err);
	}
	stmt_release(&rows);
	stmt_release(&update);
	return e == LL_OK ? rollup_flush(&run->deltas, &m->roll, err) : e;
}

static enum ll_err set_month_zone(struct month_file *m, struct str zone, struct err *err)
{
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &m->db, "UPDATE month SET zone = ?", err);

	if (e == LL_OK) {
		stmt_bind_str(&q, 1, zone);
		e = stmt_run(&q, err);
	}
	stmt_release(&q);
	return e;
}

static enum ll_err rezone(struct job_run *run, const struct job_args *args, struct month_file *m,
	int64_t *calls, struct err *err)
{
	struct zone *zone = NULL;
	enum ll_err e = zone_open(args->zone, &zone, err);

	if (e == LL_OK && strcmp(zone_name(zone), zone_name(m->zone)) != 0) {
		e = set_month_zone(m, args->zone, err);
		if (e == LL_OK)
			e = rollup_rebuild(&m->db, ROLL_DAYS, zone,
				&run->writer->tags, err);
		*calls = m->last.id;
	}
	zone_free(zone);
	return e;
}

static const struct {
	const char *action;
	enum ll_err (*run)(struct job_run *run, const struct job_args *args, struct month_file *m,
		int64_t *calls, struct err *err);
} kinds[] = {
	[JOB_REMOVE_SOURCE] = { "sources.remove", remove_source },
	[JOB_REPRICE] = { "prices.reprice", reprice },
	[JOB_REZONE] = { "zone.set", rezone },
};

static bool is_known(enum job_kind kind)
{
	return (size_t)kind < sizeof(kinds) / sizeof(kinds[0]) && kinds[kind].run;
}

const char *job_kind_action(enum job_kind kind)
{
	return is_known(kind) ? kinds[kind].action : "unknown";
}

enum ll_err job_kind_do(enum job_kind kind, struct job_run *run, const struct job_args *args,
	struct month_file *m, int64_t *calls, struct err *err)
{
	if (!is_known(kind))
		return ll_fail(err, LL_EVERSION, "a job of kind %d is of a newer llmlab",
			(int)kind);
	rollup_clear(&run->deltas, m->zone);
	return kinds[kind].run(run, args, m, calls, err);
}
