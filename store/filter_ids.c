/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles names to bit sets and tests rows against them. */
#include "store/filter_ids.h"

static const struct text_field {
	enum id_column column;
	enum dim_kind kind; /* of the dim rows that hold the names */
} text_fields[FILTER_FIELDS];

struct row_ids call_row_ids(const struct call_row *call)
{
	return (struct row_ids){ .at = {
		[ID_PROJECT] = call->project,
		[ID_MODEL] = call->model,
		[ID_SOURCE] = call->source,
		[ID_SESSION] = call->session,
		[ID_USER] = call->user,
		[ID_KEY] = call->api_key,
		[ID_AGENT] = call->agent,
		[ID_TAG_SET] = call->tag_set,
	} };
}

unsigned filter_term_columns(const struct filter_term *term)
{
	if (filter_fields[term->field].type != FILTER_TEXT)
		return 0;
	return 1u << text_fields[term->field].column;
}

bool id_set_has(const struct id_set *set, int64_t id)
{
	if (!set->is_used)
		return true;
	return id >= 0 && id < set->limit && (set->bits[id / 64] >> (id % 64) & 1);
}

void id_set_bounds(const struct id_set *set, int64_t *first, int64_t *last)
{
	*first = 0;
	*last = INT64_MAX;
	if (!set->is_used)
		return;
	*last = set->limit - 1;
	while (*first <= *last && !id_set_has(set, *first))
		(*first)++;
	while (*last >= *first && !id_set_has(set, *last))
		(*last)--;
}

static void set_add(struct id_set *set, int64_t id)
{
	if (id < 0 || id >= set->limit || id_set_has(set, id))
		return;
	set->bits[id / 64] |= UINT64_C(1) << (id % 64);
	set->count++;
}

static enum ll_err set_init(struct id_set *set, struct arena *a, int64_t limit, struct err *err)
{
	size_t words = (size_t)limit / 64 + 1;

	*set = (struct id_set){ .is_used = true, .limit = limit };
	set->bits = arena_alloc(a, words * sizeof(*set->bits));
	if (!set->bits)
		return ll_fail(err, LL_ENOMEM, "out of memory while preparing the filter");
	return LL_OK;
}

/* *set becomes what is in both. */
static void set_intersect(struct id_set *set, const struct id_set *with)
{
	if (!set->is_used) {
		*set = *with;
		return;
	}
	set->count = 0;
	for (int64_t i = 0; i <= set->limit / 64; i++) {
		set->bits[i] &= i <= with->limit / 64 ? with->bits[i] : 0;
		set->count += __builtin_popcountll(set->bits[i]);
	}
}

/* An absent name is empty, as is the text that asks for it. */
static bool text_passes(const struct filter_term *term, struct str name)
{
	bool wants = term->op == FILTER_EQ || term->op == FILTER_CONTAINS;
	bool is_exact = term->op == FILTER_EQ || term->op == FILTER_NE;

	for (size_t i = 0; i < term->text_count; i++) {
		struct str text = term->texts[i];

		if (is_exact ? str_eq(name, text) : filter_contains(name, text))
			return wants;
	}
	return !wants;
}

static enum ll_err compile_sources(const struct filter_term *term, const struct filter_ids *f,
	const struct lookup *l, struct arena *a, struct id_set *set, struct err *err)
{
	enum ll_err code = set_init(set, a, lookup_source_limit(l), err);

	if (code != LL_OK)
		return code;
	for (size_t i = 0; i < l->source_count; i++) {
		const struct source_entry *e = &l->sources[i];
		struct str text = term->field == FILTER_MACHINE ? e->machine : e->name;

		if (e->workspace == f->scope->workspace && text_passes(term, text))
			set_add(set, e->id);
	}
	return LL_OK;
}

/* The value that a tag set gives to the name; empty when it has none. */
static struct str tag_value(const struct lookup *l, struct str tags, struct str name)
{
	const struct dim_entry *tag;

	while (lookup_next_tag(l, &tags, &tag))
		if (str_eq(tag->qualifier, name))
			return tag->name;
	return (struct str){ 0 };
}

/* What the term compares of a value of a dimension. */
static struct str text_of(const struct filter_term *term, const struct lookup *l,
	const struct dim_entry *e)
{
	if (e->kind == DIM_TAG_SET)
		return tag_value(l, e->name, term->tag);
	return term->field == FILTER_PROVIDER ? e->qualifier : e->name;
}

static enum ll_err compile_dims(const struct filter_term *term, enum dim_kind kind,
	const struct filter_ids *f, const struct lookup *l, struct arena *a, struct id_set *set,
	struct err *err)
{
	enum ll_err code = set_init(set, a, lookup_dim_limit(l), err);

	if (code != LL_OK)
		return code;
	if (text_passes(term, (struct str){ 0 }))
		set_add(set, 0);
	for (size_t i = 0; i < l->dim_count; i++) {
		const struct dim_entry *e = &l->dims[i];

		if (e->kind != kind || e->workspace != f->scope->workspace)
			continue;
		if (kind == DIM_TAG && !str_eq(e->qualifier, term->tag))
			continue;
		if (text_passes(term, text_of(term, l, e)))
			set_add(set, e->id);
	}
	return LL_OK;
}

static enum ll_err session_limit(struct month_reader *m, int64_t *limit, struct err *err)
{
	struct stmt *q;
	bool row = false;
	enum ll_err code = month_stmt(m, "SELECT ifnull(max(id), 0) + 1 FROM session", &q, err);

	if (code == LL_OK)
		code = stmt_step(q, &row, err);
	*limit = row ? stmt_i64(q, 0) : 1;
	return code;
}

/* The sessions whose ids a statement gives, if their names pass. */
static enum ll_err add_sessions(struct stmt *q, const struct filter_term *term, struct id_set *set,
	struct err *err)
{
	bool row;
	enum ll_err code;

	while ((code = stmt_step(q, &row, err)) == LL_OK && row)
		if (text_passes(term, stmt_str(q, 1)))
			set_add(set, stmt_i64(q, 0));
	return code;
}

static enum ll_err find_sessions(const struct filter_term *term, const struct filter_ids *f,
	struct month_reader *m, struct id_set *set, struct err *err)
{
	struct stmt *q;
	enum ll_err code = LL_OK;

	for (size_t i = 0; i < term->text_count && code == LL_OK; i++) {
		code = month_stmt(m,
			"SELECT id, name FROM session WHERE workspace = ? AND name = ?", &q, err);
		if (code != LL_OK)
			break;
		stmt_bind_i64(q, 1, f->scope->workspace);
		stmt_bind_str(q, 2, term->texts[i]);
		code = add_sessions(q, term, set, err);
	}
	return code;
}

static enum ll_err scan_sessions(const struct filter_term *term, const struct filter_ids *f,
	struct month_reader *m, struct id_set *set, struct err *err)
{
	struct stmt *q;
	enum ll_err code = month_stmt(m, "SELECT id, name FROM session WHERE workspace = ?", &q,
		err);

	if (code != LL_OK)
		return code;
	stmt_bind_i64(q, 1, f->scope->workspace);
	return add_sessions(q, term, set, err);
}

static enum ll_err compile_sessions(const struct filter_term *term, const struct filter_ids *f,
	struct month_reader *m, struct arena *a, struct id_set *set, struct err *err)
{
	int64_t limit;
	enum ll_err code = session_limit(m, &limit, err);

	if (code == LL_OK)
		code = set_init(set, a, limit, err);
	if (code != LL_OK)
		return code;
	if (text_passes(term, (struct str){ 0 }))
		set_add(set, 0);
	return term->op == FILTER_EQ ? find_sessions(term, f, m, set, err) :
				       scan_sessions(term, f, m, set, err);
}

static enum ll_err compile_term(const struct filter_term *term, struct filter_ids *f,
	const struct lookup *l, struct month_reader *m, struct err *err)
{
	enum id_column column = text_fields[term->field].column;
	enum dim_kind kind = text_fields[term->field].kind;
	struct arena *a = &f->arena;
	struct id_set set;
	enum ll_err code;

	if (column == ID_SESSION) {
		code = compile_sessions(term, f, m, a, &set, err);
	} else if (column == ID_SOURCE) {
		code = compile_sources(term, f, l, a, &set, err);
	} else {
		code = compile_dims(term, kind, f, l, a, &set, err);
	}
	if (code == LL_OK)
		set_intersect(&f->sets[column], &set);
	if (code == LL_OK && kind == DIM_TAG_SET) {
		code = compile_dims(term, DIM_TAG, f, l, a, &set, err);
		if (code == LL_OK)
			set_intersect(&f->tags, &set);
	}
	return code;
}

static enum ll_err compile_scope(struct filter_ids *f, const struct lookup *l, struct err *err)
{
	struct id_set set;
	enum ll_err code;

	if (!f->scope->projects)
		return LL_OK;
	code = set_init(&set, &f->arena, lookup_dim_limit(l), err);
	if (code != LL_OK)
		return code;
	for (size_t i = 0; i < f->scope->project_count; i++)
		set_add(&set, f->scope->projects[i]);
	set_intersect(&f->sets[ID_PROJECT], &set);
	return LL_OK;
}

void filter_ids_init(struct filter_ids *f, const struct filter *filter, const struct scope *scope)
{
	*f = (struct filter_ids){ .filter = filter, .scope = scope };
	arena_init(&f->arena, 0);
}

void filter_ids_release(struct filter_ids *f)
{
	arena_release(&f->arena);
	*f = (struct filter_ids){ 0 };
}

static bool has_session_term(const struct filter_ids *f)
{
	for (size_t i = 0; f->filter && i < f->filter->count; i++)
		if (f->filter->terms[i].field == FILTER_SESSION)
			return true;
	return false;
}

enum ll_err filter_ids_compile(struct filter_ids *f, const struct lookup *l,
	struct month_reader *m, struct err *err)
{
	enum ll_err code;

	if (f->lookup_version == l->version && !has_session_term(f))
		return LL_OK;
	arena_clear(&f->arena);
	memset(f->sets, 0, sizeof(f->sets));
	f->tags = (struct id_set){ 0 };
	code = compile_scope(f, l, err);
	for (size_t i = 0; f->filter && i < f->filter->count && code == LL_OK; i++)
		if (filter_term_columns(&f->filter->terms[i]))
			code = compile_term(&f->filter->terms[i], f, l, m, err);
	f->lookup_version = code == LL_OK ? l->version : 0;
	return code;
}

bool filter_ids_is_empty(const struct filter_ids *f)
{
	for (size_t i = 0; i < ID_COLUMNS; i++)
		if (f->sets[i].is_used && f->sets[i].count == 0)
			return true;
	return false;
}

bool filter_ids_pass(const struct filter_ids *f, const struct row_ids *ids, unsigned columns)
{
	for (unsigned i = 0; i < ID_COLUMNS; i++)
		if ((columns >> i & 1) && !id_set_has(&f->sets[i], ids->at[i]))
			return false;
	return true;
}

/* The amount that a field compares; false when the call has none, which no comparison holds for. */
static bool amount_of(enum filter_field field, const struct call_row *call, int64_t *amount)
{
	const struct tokens *t = &call->tokens;

	if (field == FILTER_COST) {
		*amount = usd_nanos(call->cost);
		return call->has_cost;
	}
	if (field == FILTER_DURATION) {
		*amount = call->latency_ms;
		return call->latency_ms >= 0;
	}
	*amount = field == FILTER_INPUT      ? t->input :
		  field == FILTER_OUTPUT     ? t->output :
		  field == FILTER_CACHE_READ ? t->cache_read :
					       tokens_total(t);
	return true;
}

static unsigned choice_of(enum filter_field field, const struct call_row *call)
{
	if (field == FILTER_STATUS)
		return call->status;
	if (field == FILTER_TIER)
		return call->tier;
	return call->has_cost;
}

static bool amounts_pass(const struct filter_term *term, const struct call_row *call)
{
	int64_t amount;

	switch (filter_fields[term->field].type) {
	case FILTER_TEXT:
		return true; /* by its id */
	case FILTER_CHOICE:
		return (term->choices >> choice_of(term->field, call) & 1) ==
			(term->op == FILTER_EQ);
	case FILTER_AMOUNT:
		return amount_of(term->field, call, &amount) &&
			filter_compare(term->op, amount, term->amount);
	}
	return false;
}

bool filter_ids_pass_call(const struct filter_ids *f, const struct row_ids *ids,
	const struct call_row *call)
{
	if (!filter_ids_pass(f, ids, ALL_ID_COLUMNS))
		return false;
	for (size_t i = 0; f->filter && i < f->filter->count; i++)
		if (!amounts_pass(&f->filter->terms[i], call))
			return false;
	return true;
}

static const struct text_field text_fields[FILTER_FIELDS] = {
	[FILTER_PROVIDER] = { ID_MODEL, DIM_MODEL },
	[FILTER_MODEL] = { ID_MODEL, DIM_MODEL },
	[FILTER_PROJECT] = { ID_PROJECT, DIM_PROJECT },
	[FILTER_USER] = { ID_USER, DIM_USER },
	[FILTER_KEY] = { ID_KEY, DIM_KEY },
	[FILTER_SESSION] = { ID_SESSION, DIM_SESSION },
	[FILTER_SOURCE] = { ID_SOURCE, DIM_SOURCE },
	[FILTER_MACHINE] = { ID_SOURCE, DIM_SOURCE },
	[FILTER_AGENT] = { ID_AGENT, DIM_AGENT },
	[FILTER_TAG] = { ID_TAG_SET, DIM_TAG_SET },
};
