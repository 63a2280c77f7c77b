/* SPDX-License-Identifier: Apache-2.0 */
/* Reads stored prices, and computes what pricing old calls anew would change. */
#include <stdlib.h>

#include "base/map.h"
#include "store/call_scan.h"
#include "store/filter_ids.h"
#include "store/price_table.h"

static enum ll_err no_memory(struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "out of memory while reading prices");
}

/* Reads one stored line as the price file that it came from would be. */
static enum ll_err parse_line(struct str line, enum price_list list,
	enum ll_err (*add)(void *ctx, const struct price *row, struct err *err), void *ctx,
	struct err *err)
{
	struct buf csv = BUF_INIT(1u << 16);
	enum ll_err code;

	price_csv_header(&csv);
	buf_add(&csv, line);
	if (!str_ends(line, STR("\n")))
		buf_addch(&csv, '\n');
	code = buf_status(&csv);
	if (code == LL_OK)
		code = price_csv_read(buf_str(&csv), list, add, ctx, err);
	else
		ll_fail(err, code, "a stored price cannot be read");
	buf_release(&csv);
	return code;
}

/* A book being filled. */
struct loading {
	struct price_book *book;
	struct map ids; /* list and line to id, of the rows that calls were priced with */
	struct map patterns; /* of those rows: others need not be written as a line to compare */
	struct buf key;
	int64_t id; /* of the stored row that is being read */
};

static void make_key(struct buf *key, enum price_list list, struct str line)
{
	buf_clear(key);
	buf_add_i64(key, list);
	buf_addch(key, ' ');
	buf_add(key, str_trim(line));
}

static enum ll_err add_own(void *ctx, const struct price *row, struct err *err)
{
	struct loading *load = ctx;
	struct price copy = *row;

	copy.id = load->id;
	return price_book_add(load->book, &copy, err);
}

/* id 0: no call was priced with the row. */
static enum ll_err find_id(struct loading *load, const struct price *row, int64_t *id,
	struct err *err)
{
	struct buf line = BUF_INIT(1u << 16);
	uint64_t known = 0;
	enum ll_err code;

	price_csv_line(&line, row);
	make_key(&load->key, row->list, buf_str(&line));
	code = buf_status(&line);
	if (code == LL_OK)
		code = buf_status(&load->key);
	buf_release(&line);
	if (code != LL_OK)
		return no_memory(err);
	if (map_find(&load->ids, buf_str(&load->key), &known))
		*id = (int64_t)known;
	return LL_OK;
}

static enum ll_err add_shipped(void *ctx, const struct price *row, struct err *err)
{
	struct loading *load = ctx;
	struct price copy = *row;
	uint64_t unused;
	enum ll_err code = LL_OK;

	if (map_find(&load->patterns, row->match, &unused))
		code = find_id(load, row, &copy.id, err);
	return code == LL_OK ? price_book_add(load->book, &copy, err) : code;
}

static enum ll_err note_pattern(void *ctx, const struct price *row, struct err *err)
{
	struct loading *load = ctx;

	return map_put(&load->patterns, row->match, 0) == LL_OK ? LL_OK : no_memory(err);
}

/* A row of the user's own goes into the book, of a shipped list it only gives its id. */
static enum ll_err load_row(struct loading *load, const struct stmt *q, struct err *err)
{
	enum price_list list = (enum price_list)stmt_i64(q, 1);
	struct str line = stmt_str(q, 2);
	bool is_retired = !stmt_is_null(q, 3);

	load->id = stmt_i64(q, 0);
	if (list == PRICE_CUSTOM)
		return is_retired ? LL_OK : parse_line(line, list, add_own, load, err);
	make_key(&load->key, list, line);
	if (buf_status(&load->key) != LL_OK ||
		map_put(&load->ids, buf_str(&load->key), (uint64_t)load->id) != LL_OK)
		return no_memory(err);
	/* A line that is none of today's format is none of the shipped ones. */
	return parse_line(line, list, note_pattern, load, NULL) == LL_ENOMEM ?
		no_memory(err) : LL_OK;
}

static enum ll_err load_stored(struct loading *load, struct db *main, struct err *err)
{
	struct stmt q = { 0 };
	bool row;
	enum ll_err code = stmt_prepare(&q, main,
		"SELECT id, list, line, retired_ns FROM price ORDER BY id", err);

	while (code == LL_OK && (code = stmt_step(&q, &row, err)) == LL_OK && row)
		code = load_row(load, &q, err);
	stmt_release(&q);
	return code;
}

static enum ll_err load_book(struct loading *load, struct db *main, struct err *err)
{
	enum ll_err code = load_stored(load, main, err);

	for (enum price_list list = PRICE_CORE; list <= PRICE_EXTENDED && code == LL_OK; list++)
		code = price_csv_read(price_csv_shipped(list), list, add_shipped, load, err);
	return code;
}

enum ll_err price_table_load(struct store_reader *r, struct price_book **out, struct err *err)
{
	struct loading load = { .book = price_book_new(), .key = BUF_INIT(1u << 16) };
	enum ll_err code = load.book ? reader_begin(r, err) : no_memory(err);

	map_init(&load.ids);
	map_init(&load.patterns);
	if (code == LL_OK)
		code = load_book(&load, &r->main, err);
	code = reader_end(r, code, err);
	map_release(&load.ids);
	map_release(&load.patterns);
	buf_release(&load.key);
	if (code != LL_OK) {
		price_book_free(load.book);
		load.book = NULL;
	}
	*out = load.book;
	return code;
}

struct getting {
	struct arena *arena;
	struct price *out;
};

static enum ll_err keep_price(void *ctx, const struct price *row, struct err *err)
{
	struct getting *get = ctx;
	struct price *out = get->out;

	*out = *row;
	out->provider = arena_str(get->arena, row->provider);
	out->model = arena_str(get->arena, row->model);
	out->match = arena_str(get->arena, row->match);
	out->origin = arena_str(get->arena, row->origin);
	if (!out->provider.at || !out->model.at || !out->match.at || !out->origin.at)
		return no_memory(err);
	return LL_OK;
}

static enum ll_err get_price(struct store_reader *r, int64_t id, struct arena *a,
	struct price *out, struct err *err)
{
	struct getting get = { a, out };
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code = stmt_prepare(&q, &r->main, "SELECT list, line FROM price WHERE id = ?",
		err);

	if (code == LL_OK) {
		stmt_bind_i64(&q, 1, id);
		code = stmt_step(&q, &row, err);
	}
	if (code == LL_OK && !row)
		code = ll_fail(err, LL_ENOENT, "there is no price %lld", (long long)id);
	if (code == LL_OK)
		code = parse_line(stmt_str(&q, 1), (enum price_list)stmt_i64(&q, 0), keep_price,
			&get, err);
	out->id = id;
	stmt_release(&q);
	return code;
}

enum ll_err price_get(struct store_reader *r, int64_t id, struct arena *a, struct price *out,
	struct err *err)
{
	enum ll_err code = reader_begin(r, err);

	*out = (struct price){ 0 };
	if (code == LL_OK)
		code = get_price(r, id, a, out, err);
	return reader_end(r, code, err);
}

/* A preview being made. */
struct preview {
	struct store_reader *reader;
	const struct scope *scope;
	const struct timerange *range;
	struct price_book *book;
	struct arena *arena;
	struct filter_ids filter; /* the scope alone */
	struct map of_model;      /* model id to index + 1 in out->changes */
	size_t cap;
	struct reprice_diff *out;
};

static enum ll_err grow_changes(struct preview *p, struct err *err)
{
	size_t cap = p->cap ? p->cap * 2 : 16;
	struct reprice_change *changes = arena_alloc(p->arena, cap * sizeof(*changes));

	if (!changes)
		return no_memory(err);
	if (p->out->count)
		memcpy(changes, p->out->changes, p->out->count * sizeof(*changes));
	p->out->changes = changes;
	p->cap = cap;
	return LL_OK;
}

static enum ll_err add_change(struct preview *p, const struct dim_entry *model, struct err *err)
{
	struct reprice_change *change;

	if (p->out->count == p->cap && grow_changes(p, err) != LL_OK)
		return LL_ENOMEM;
	change = &p->out->changes[p->out->count++];
	*change = (struct reprice_change){
		.provider = arena_str(p->arena, model->qualifier),
		.model = arena_str(p->arena, model->name),
	};
	return change->provider.at && change->model.at ? LL_OK : no_memory(err);
}

static enum ll_err change_of(struct preview *p, const struct dim_entry *model,
	struct reprice_change **out, struct err *err)
{
	struct str key = { (const char *)&model->id, sizeof(model->id) };
	bool is_new;
	uint64_t *index = map_at(&p->of_model, key, &is_new);

	if (!index)
		return no_memory(err);
	if (is_new) {
		enum ll_err code = add_change(p, model, err);

		if (code != LL_OK)
			return code;
		*index = p->out->count;
	}
	*out = &p->out->changes[*index - 1];
	return LL_OK;
}

/* Adds a call's old and new cost to the sums of its model and of all. */
static enum ll_err count_change(struct preview *p, const struct dim_entry *model,
	const struct call_row *row, const struct cost *cost, struct err *err)
{
	struct usd before = row->has_cost ? row->cost : USD_ZERO;
	struct usd after = cost->unpriced_why ? USD_ZERO : cost->total;
	struct reprice_change *change = NULL;
	enum ll_err code = change_of(p, model, &change, err);

	if (code != LL_OK)
		return code;
	change->calls++;
	change->newly_priced += !row->has_cost && !cost->unpriced_why;
	p->out->calls++;
	if (usd_add(&change->before, before) != LL_OK || usd_add(&change->after, after) != LL_OK ||
		usd_add(&p->out->before, before) != LL_OK ||
		usd_add(&p->out->after, after) != LL_OK)
		return ll_fail(err, LL_EOVERFLOW, "the costs of this range are too big to be"
			" added");
	return LL_OK;
}

static bool is_same(const struct call_row *row, const struct cost *cost)
{
	bool has_cost = cost->unpriced_why == NULL;

	return row->has_cost == has_cost && (!has_cost || usd_cmp(row->cost, cost->total) == 0);
}

static enum ll_err price_call(struct preview *p, const struct call_row *row, struct err *err)
{
	const struct dim_entry *model = lookup_dim(&p->reader->lookup, row->model);
	struct row_ids ids = call_row_ids(row);
	const struct price *price;
	struct cost cost;

	if (!model || !filter_ids_pass_call(&p->filter, &ids, row))
		return LL_OK;
	price = price_book_find(p->book, model->qualifier, model->name, row->start_ns);
	if (cost_compute(price, &row->tokens, row->web_searches, row->tier, row->speed, &cost) !=
		LL_OK)
		return ll_fail(err, LL_EOVERFLOW, "the cost of a call of '%.*s' is too big",
			STR_FMT(model->name));
	return is_same(row, &cost) ? LL_OK : count_change(p, model, row, &cost, err);
}

static enum ll_err price_month(struct preview *p, int32_t month, struct err *err)
{
	struct month_reader *m;
	struct call_scan scan;
	struct call_row row;
	bool is_row;
	enum ll_err code = reader_month(p->reader, month, &m, err);

	if (code != LL_OK || !m)
		return code;
	code = filter_ids_compile(&p->filter, &p->reader->lookup, m, err);
	if (code == LL_OK)
		code = call_scan_start(&scan, m, SCAN_FULL, SCAN_OLDEST, p->scope->workspace,
			range_since_ns(p->range), range_until_ns(p->range), err);
	while (code == LL_OK && (code = call_scan_next(&scan, &row, &is_row, err)) == LL_OK &&
		is_row)
		code = price_call(p, &row, err);
	reader_month_end(m);
	return code;
}

static enum ll_err price_months(struct preview *p, struct err *err)
{
	struct month_list months = { 0 };
	enum ll_err code = reader_months(p->reader, p->range, &months, err);

	for (size_t i = 0; i < months.count && code == LL_OK; i++)
		code = price_month(p, months.at[i], err);
	month_list_release(&months);
	return code;
}

/* |after - before|; saturates, being only an order. */
static int64_t size_of_change(const struct reprice_change *change)
{
	int64_t difference;

	if (__builtin_sub_overflow(usd_nanos(change->after), usd_nanos(change->before),
		    &difference) ||
		difference == INT64_MIN)
		return INT64_MAX;
	return difference < 0 ? -difference : difference;
}

static int compare_changes(const void *left, const void *right)
{
	const struct reprice_change *a = left, *b = right;
	int64_t x = size_of_change(a), y = size_of_change(b);

	if (x != y)
		return x < y ? 1 : -1;
	return str_cmp(a->model, b->model);
}

enum ll_err reprice_preview(struct store_reader *r, const struct scope *scope,
	const struct timerange *range, struct price_book *book, struct arena *a,
	struct reprice_diff *out, struct err *err)
{
	struct preview p = {
		.reader = r,
		.scope = scope,
		.range = range,
		.book = book,
		.arena = a,
		.out = out,
	};
	enum ll_err code;

	*out = (struct reprice_diff){ 0 };
	map_init(&p.of_model);
	filter_ids_init(&p.filter, NULL, scope);
	code = reader_begin(r, err);
	if (code == LL_OK)
		code = price_months(&p, err);
	if (code == LL_OK && out->count)
		qsort(out->changes, out->count, sizeof(*out->changes), compare_changes);
	filter_ids_release(&p.filter);
	map_release(&p.of_model);
	return reader_end(r, code, err);
}
