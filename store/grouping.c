/* SPDX-License-Identifier: Apache-2.0 */
/* Maps ids to groups. */
#include "store/grouping.h"

#include "base/mem.h"

#define MAX_SESSION_ROWS (INT64_C(1) << 31)

static enum ll_err no_memory(struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "out of memory while grouping");
}

void grouping_init(struct grouping *g, const struct spend_dim *dims, size_t count)
{
	*g = (struct grouping){ .dims = dims, .count = count };
	arena_init(&g->tag_arena, 0);
	arena_init(&g->session_arena, 0);
	map_init(&g->sessions);
}

void grouping_release(struct grouping *g)
{
	arena_release(&g->tag_arena);
	arena_release(&g->session_arena);
	map_release(&g->sessions);
	ll_free(g->session_names);
	ll_free(g->session_of_row);
	*g = (struct grouping){ 0 };
}

static int64_t tag_in_set(const struct lookup *l, struct str tags, struct str name)
{
	const struct dim_entry *tag;

	while (lookup_next_tag(l, &tags, &tag))
		if (str_eq(tag->qualifier, name))
			return tag->id;
	return 0;
}

static enum ll_err map_tag(struct grouping *g, size_t i, struct err *err)
{
	const struct lookup *l = g->lookup;
	int64_t *tag_of_set = arena_alloc(&g->tag_arena,
		(size_t)g->set_limit * sizeof(*tag_of_set));

	if (!tag_of_set)
		return no_memory(err);
	for (size_t k = 0; k < l->dim_count; k++)
		if (l->dims[k].kind == DIM_TAG_SET)
			tag_of_set[l->dims[k].id] =
				tag_in_set(l, l->dims[k].name, g->dims[i].tag);
	g->tag_of_set[i] = tag_of_set;
	return LL_OK;
}

enum ll_err grouping_start_month(struct grouping *g, const struct lookup *l,
	struct month_reader *m, struct err *err)
{
	enum ll_err code = LL_OK;

	g->lookup = l;
	g->month = m;
	if (g->session_row_limit)
		memset(g->session_of_row, 0,
			(size_t)g->session_row_limit * sizeof(*g->session_of_row));
	if (g->lookup_version == l->version)
		return LL_OK;
	g->lookup_version = l->version;
	arena_clear(&g->tag_arena);
	g->set_limit = lookup_dim_limit(l);
	for (size_t i = 0; i < g->count && code == LL_OK; i++)
		if (g->dims[i].kind == DIM_TAG)
			code = map_tag(g, i, err);
	return code;
}

static enum ll_err grow_sessions(struct grouping *g, struct err *err)
{
	size_t cap = g->session_cap ? g->session_cap * 2 : 64;
	struct str *names = ll_try_realloc(g->session_names, cap * sizeof(*names));

	if (!names)
		return no_memory(err);
	g->session_names = names;
	g->session_cap = cap;
	return LL_OK;
}

/* The number of a session's name: the next one when the name is new. */
static enum ll_err number_session(struct grouping *g, struct str name, int64_t *number,
	struct err *err)
{
	uint64_t known;
	struct str *kept;

	if (map_find(&g->sessions, name, &known)) {
		*number = (int64_t)known;
		return LL_OK;
	}
	if (g->session_count == g->session_cap && grow_sessions(g, err) != LL_OK)
		return LL_ENOMEM;
	kept = &g->session_names[g->session_count];
	*kept = arena_str(&g->session_arena, name);
	if (!kept->at || map_put(&g->sessions, name, g->session_count + 1) != LL_OK)
		return no_memory(err);
	*number = (int64_t)++g->session_count;
	return LL_OK;
}

static enum ll_err read_session(struct grouping *g, int64_t row_id, int64_t *number,
	struct err *err)
{
	struct stmt *q;
	bool row;
	enum ll_err code = month_stmt(g->month, "SELECT name FROM session WHERE id = ?", &q, err);

	if (code != LL_OK)
		return code;
	stmt_bind_i64(q, 1, row_id);
	code = stmt_step(q, &row, err);
	if (code != LL_OK)
		return code;
	if (!row)
		return ll_fail(err, LL_ECORRUPT, "'%s' is damaged: session %lld is gone",
			g->month->db.path, (long long)row_id);
	code = number_session(g, stmt_str(q, 0), number, err);
	stmt_reset(q);
	return code;
}

static enum ll_err grow_session_rows(struct grouping *g, int64_t row_id, struct err *err)
{
	int64_t limit = g->session_row_limit ? g->session_row_limit : 1024;
	int64_t *rows;

	if (row_id < 0 || row_id >= MAX_SESSION_ROWS)
		return ll_fail(err, LL_ECORRUPT, "'%s' is damaged: session %lld",
			g->month->db.path, (long long)row_id);
	while (limit <= row_id)
		limit *= 2;
	rows = ll_try_realloc(g->session_of_row, (size_t)limit * sizeof(*rows));
	if (!rows)
		return no_memory(err);
	memset(rows + g->session_row_limit, 0,
		(size_t)(limit - g->session_row_limit) * sizeof(*rows));
	g->session_of_row = rows;
	g->session_row_limit = limit;
	return LL_OK;
}

static enum ll_err find_session(struct grouping *g, int64_t row_id, int64_t *number,
	struct err *err)
{
	enum ll_err code = LL_OK;

	*number = 0;
	if (row_id == 0)
		return LL_OK;
	if (row_id < 0 || row_id >= g->session_row_limit)
		code = grow_session_rows(g, row_id, err);
	if (code == LL_OK && g->session_of_row[row_id] == 0)
		code = read_session(g, row_id, &g->session_of_row[row_id], err);
	if (code == LL_OK)
		*number = g->session_of_row[row_id];
	return code;
}

static int64_t model_group(const struct lookup *l, int64_t id)
{
	const struct dim_entry *e = lookup_dim(l, id);

	return e ? e->name_group : id;
}

static int64_t provider_group(const struct lookup *l, int64_t id)
{
	const struct dim_entry *e = lookup_dim(l, id);

	return e ? e->provider_group : id;
}

static int64_t source_group(const struct lookup *l, int64_t id)
{
	const struct source_entry *e = lookup_source(l, id);

	return e ? e->name_group : id;
}

static int64_t machine_group(const struct lookup *l, int64_t id)
{
	const struct source_entry *e = lookup_source(l, id);

	return e ? e->machine_group : id;
}

static int64_t tag_of(const struct grouping *g, size_t i, int64_t set)
{
	return set > 0 && set < g->set_limit ? g->tag_of_set[i][set] : 0;
}

enum ll_err grouping_find(struct grouping *g, const struct row_ids *ids, const int64_t *tag,
	struct group_key *key, struct err *err)
{
	enum ll_err code = LL_OK;

	for (size_t i = 0; i < g->count && code == LL_OK; i++) {
		int64_t *id = &key->ids[i];

		switch (g->dims[i].kind) {
		case DIM_PROJECT:
			*id = ids->at[ID_PROJECT];
			break;
		case DIM_MODEL:
			*id = model_group(g->lookup, ids->at[ID_MODEL]);
			break;
		case DIM_PROVIDER:
			*id = provider_group(g->lookup, ids->at[ID_MODEL]);
			break;
		case DIM_USER:
			*id = ids->at[ID_USER];
			break;
		case DIM_KEY:
			*id = ids->at[ID_KEY];
			break;
		case DIM_AGENT:
			*id = ids->at[ID_AGENT];
			break;
		case DIM_SOURCE:
			*id = source_group(g->lookup, ids->at[ID_SOURCE]);
			break;
		case DIM_MACHINE:
			*id = machine_group(g->lookup, ids->at[ID_SOURCE]);
			break;
		case DIM_TAG:
			*id = tag ? *tag : tag_of(g, i, ids->at[ID_TAG_SET]);
			break;
		case DIM_SESSION:
			code = find_session(g, ids->at[ID_SESSION], id, err);
			break;
		case DIM_NONE:
		case DIM_TAG_SET:
		case DIM_KINDS:
			PRE(!"a dimension that can be grouped by");
		}
	}
	return code;
}

static struct str name_of_source(const struct lookup *l, enum dim_kind kind, int64_t id)
{
	const struct source_entry *e = lookup_source(l, id);

	if (!e)
		return STR("(unknown)");
	return kind == DIM_MACHINE ? e->machine : e->name;
}

struct str grouping_name(const struct grouping *g, size_t i, int64_t id)
{
	enum dim_kind kind = g->dims[i].kind;
	const struct dim_entry *e;

	if (id == 0)
		return (struct str){ 0 };
	if (kind == DIM_SESSION)
		return g->session_names[id - 1];
	if (kind == DIM_SOURCE || kind == DIM_MACHINE)
		return name_of_source(g->lookup, kind, id);
	e = lookup_dim(g->lookup, id);
	return e && kind == DIM_PROVIDER ? e->qualifier : lookup_name(g->lookup, id);
}
