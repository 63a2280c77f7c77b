/* SPDX-License-Identifier: Apache-2.0 */
/* Names of dimensions, and the list of a dimension's values. */
#include "store/dim.h"

#include <stdlib.h>

#include "base/map.h"
#include "store/reader.h"
#include "store/spend.h"

static const struct {
	const char *name;
	bool is_grouped; /* a user may group by it under that name */
} kinds[DIM_KINDS] = {
	[DIM_NONE] = { "none", false },
	[DIM_PROJECT] = { "project", true },
	[DIM_MODEL] = { "model", true },
	[DIM_USER] = { "user", true },
	[DIM_KEY] = { "key", true },
	[DIM_AGENT] = { "agent", true },
	[DIM_TAG] = { "tag", false }, /* written tag:NAME */
	[DIM_TAG_SET] = { "tag set", false },
	[DIM_SESSION] = { "session", true },
	[DIM_SOURCE] = { "source", true },
	[DIM_PROVIDER] = { "provider", true },
	[DIM_MACHINE] = { "machine", true },
};

const char *dim_name(enum dim_kind kind)
{
	return kinds[kind].name;
}

bool dim_parse(struct str name, enum dim_kind *out)
{
	for (enum dim_kind kind = DIM_NONE; kind < DIM_KINDS; kind++) {
		if (kinds[kind].is_grouped && str_eq(name, str_of(kinds[kind].name))) {
			*out = kind;
			return true;
		}
	}
	return false;
}

static enum ll_err no_memory(struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "out of memory while listing names");
}

static enum ll_err add_name(struct map *names, struct str name, struct err *err)
{
	if (name.len == 0)
		return LL_OK;
	return map_put(names, name, 0) == LL_OK ? LL_OK : no_memory(err);
}

static bool is_allowed(const struct scope *scope, int64_t project)
{
	if (!scope->projects)
		return true;
	for (size_t i = 0; i < scope->project_count; i++)
		if (scope->projects[i] == project)
			return true;
	return false;
}

static enum ll_err add_dims(const struct lookup *l, const struct scope *scope, enum dim_kind kind,
	struct str tag, struct map *names, struct err *err)
{
	enum dim_kind stored = kind == DIM_PROVIDER ? DIM_MODEL : kind;
	enum ll_err code = LL_OK;

	for (size_t i = 0; i < l->dim_count && code == LL_OK; i++) {
		const struct dim_entry *e = &l->dims[i];

		if (e->kind != stored || e->workspace != scope->workspace)
			continue;
		if (kind == DIM_TAG && !str_eq(e->qualifier, tag))
			continue;
		if (kind == DIM_PROJECT && !is_allowed(scope, e->id))
			continue;
		code = add_name(names, kind == DIM_PROVIDER ? e->qualifier : e->name, err);
	}
	return code;
}

static enum ll_err add_sources(const struct lookup *l, const struct scope *scope,
	enum dim_kind kind, struct map *names, struct err *err)
{
	enum ll_err code = LL_OK;

	for (size_t i = 0; i < l->source_count && code == LL_OK; i++) {
		const struct source_entry *e = &l->sources[i];

		if (e->workspace == scope->workspace)
			code = add_name(names, kind == DIM_MACHINE ? e->machine : e->name, err);
	}
	return code;
}

static enum ll_err add_sessions_of_month(struct store_reader *r, const struct scope *scope,
	int32_t month, struct map *names, struct err *err)
{
	struct month_reader *m;
	struct stmt *q;
	bool row;
	enum ll_err code = reader_month(r, month, &m, err);

	if (code != LL_OK || !m)
		return code;
	code = month_stmt(m, "SELECT name FROM session WHERE workspace = ?", &q, err);
	if (code != LL_OK)
		return code;
	stmt_bind_i64(q, 1, scope->workspace);
	while (code == LL_OK && (code = stmt_step(q, &row, err)) == LL_OK && row)
		code = add_name(names, stmt_str(q, 0), err);
	reader_month_end(m);
	return code;
}

static enum ll_err add_sessions(struct store_reader *r, const struct scope *scope,
	struct map *names, struct err *err)
{
	const struct timerange always = { .is_open = true };
	struct month_list months = { 0 };
	enum ll_err code = reader_months(r, &always, &months, err);

	for (size_t i = 0; i < months.count && code == LL_OK; i++)
		code = add_sessions_of_month(r, scope, months.at[i], names, err);
	month_list_release(&months);
	return code;
}

static enum ll_err add_names(struct store_reader *r, const struct scope *scope, enum dim_kind kind,
	struct str tag, struct map *names, struct err *err)
{
	enum ll_err code = lookup_sync(&r->lookup, &r->main, err);

	if (code != LL_OK)
		return code;
	if (kind == DIM_SESSION)
		return add_sessions(r, scope, names, err);
	if (kind == DIM_SOURCE || kind == DIM_MACHINE)
		return add_sources(&r->lookup, scope, kind, names, err);
	return add_dims(&r->lookup, scope, kind, tag, names, err);
}

static enum ll_err list_all(struct store_reader *r, const struct scope *scope, enum dim_kind kind,
	struct str tag, struct map *names, struct err *err)
{
	enum ll_err code = reader_begin(r, err);

	if (code == LL_OK)
		code = add_names(r, scope, kind, tag, names, err);
	return reader_end(r, code, err);
}

/* Under a scope of some projects a name is known if their calls have it. */
static enum ll_err list_seen(struct store_reader *r, const struct scope *scope, enum dim_kind kind,
	struct str tag, struct map *names, struct err *err)
{
	const struct spend_query q = {
		.range = { .is_open = true },
		.dims = { { kind, tag } },
		.dim_count = 1,
	};
	struct arena a;
	struct spend spend;
	enum ll_err code;

	arena_init(&a, 0);
	code = spend_query(r, scope, &q, &a, &spend, err);
	for (size_t i = 0; code == LL_OK && i < spend.count; i++)
		code = add_name(names, spend.rows[i].names[0], err);
	arena_release(&a);
	return code;
}

static int compare_names(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static enum ll_err sorted(const struct map *names, struct arena *a, struct str **out, size_t *count,
	struct err *err)
{
	const struct map_slot *slot;
	struct str *list = arena_alloc(a, (names->count + 1) * sizeof(*list));
	size_t n = 0;

	if (!list)
		return no_memory(err);
	for (size_t i = 0; map_next(names, &i, &slot); n++) {
		list[n] = arena_str(a, slot->key);
		if (!list[n].at)
			return no_memory(err);
	}
	qsort(list, n, sizeof(*list), compare_names);
	*out = list;
	*count = n;
	return LL_OK;
}

enum ll_err dim_list(struct store_reader *r, const struct scope *scope, enum dim_kind kind,
	struct str tag, struct arena *a, struct str **names, size_t *count, struct err *err)
{
	struct map found;
	enum ll_err code;

	PRE(kinds[kind].is_grouped || kind == DIM_TAG);
	*names = NULL;
	*count = 0;
	map_init(&found);
	if (scope->projects && kind != DIM_PROJECT)
		code = list_seen(r, scope, kind, tag, &found, err);
	else
		code = list_all(r, scope, kind, tag, &found, err);
	if (code == LL_OK)
		code = sorted(&found, a, names, count, err);
	map_release(&found);
	return code;
}
