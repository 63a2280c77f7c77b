/* SPDX-License-Identifier: Apache-2.0 */
/* Loads dim and source into sorted arrays. */
#include "store/lookup.h"

#include "base/map.h"
#include "base/mem.h"

/* Sets of ids are bit sets: an id beyond this is damage, not growth. */
#define MAX_ID (INT64_C(1) << 31)
#define UNKNOWN_NAME STR("(unknown)")

void lookup_init(struct lookup *l)
{
	*l = (struct lookup){ .epoch = -1 };
	arena_init(&l->dim_arena, 0);
	arena_init(&l->source_arena, 0);
}

void lookup_release(struct lookup *l)
{
	ll_free(l->dims);
	ll_free(l->sources);
	arena_release(&l->dim_arena);
	arena_release(&l->source_arena);
	*l = (struct lookup){ 0 };
}

/* Makes room for one element more in an array that doubles. */
static void *grown(void *at, size_t count, size_t size)
{
	bool is_full = (count & (count - 1)) == 0;

	if (!is_full)
		return at;
	return ll_try_realloc(at, (count ? count * 2 : 1) * size);
}

static enum ll_err no_memory(struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "out of memory while reading the store's names");
}

static enum ll_err check_id(int64_t id, const char *table, struct err *err)
{
	if (id > 0 && id < MAX_ID)
		return LL_OK;
	return ll_fail(err, LL_ECORRUPT, "'main.db' is damaged: id %lld in table '%s'",
		(long long)id, table);
}

static bool copy_str(struct arena *a, struct str *s)
{
	*s = arena_str(a, *s);
	return s->at != NULL;
}

/* The first id that was given the text; 0 for an empty text, -1 when out of memory. */
static int64_t first_with(struct map *groups, struct str text, int64_t id)
{
	bool is_new;
	uint64_t *first;

	if (text.len == 0)
		return 0;
	first = map_at(groups, text, &is_new);
	if (!first)
		return -1;
	if (is_new)
		*first = (uint64_t)id;
	return (int64_t)*first;
}

/* What first_with() keeps apart: values of one workspace. */
struct groups {
	struct map first, second;
};

static void groups_init(struct groups *g)
{
	map_init(&g->first);
	map_init(&g->second);
}

static void groups_release(struct groups *g)
{
	map_release(&g->first);
	map_release(&g->second);
}

static enum ll_err add_dim(struct lookup *l, const struct stmt *q, struct groups *models,
	struct err *err)
{
	struct dim_entry e = {
		.id = stmt_i64(q, 0),
		.workspace = stmt_i64(q, 1),
		.kind = (enum dim_kind)stmt_i64(q, 2),
		.qualifier = stmt_str(q, 3),
		.name = stmt_str(q, 4),
	};
	struct dim_entry *dims = grown(l->dims, l->dim_count, sizeof(*dims));
	enum ll_err code = check_id(e.id, "dim", err);

	if (code != LL_OK)
		return code;
	if (!dims)
		return no_memory(err);
	l->dims = dims;
	if (!copy_str(&l->dim_arena, &e.qualifier) || !copy_str(&l->dim_arena, &e.name))
		return no_memory(err);
	if (e.kind == DIM_MODEL) {
		e.name_group = first_with(&models->first, e.name, e.id);
		e.provider_group = first_with(&models->second, e.qualifier, e.id);
		if (e.name_group < 0 || e.provider_group < 0)
			return no_memory(err);
	}
	dims[l->dim_count++] = e;
	return LL_OK;
}

static enum ll_err load_dims(struct lookup *l, struct db *main, struct err *err)
{
	struct groups models;
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code;

	groups_init(&models);
	l->dim_count = 0;
	arena_clear(&l->dim_arena);
	code = stmt_prepare(&q, main, "SELECT id, workspace, kind, qualifier, name FROM dim"
		" ORDER BY id", err);
	while (code == LL_OK && (code = stmt_step(&q, &row, err)) == LL_OK && row)
		code = add_dim(l, &q, &models, err);
	stmt_release(&q);
	groups_release(&models);
	return code;
}

static enum ll_err add_source(struct lookup *l, const struct stmt *q, struct groups *groups,
	struct err *err)
{
	struct source_entry e = {
		.id = stmt_i64(q, 0),
		.workspace = stmt_i64(q, 1),
		.name = stmt_str(q, 2),
		.machine = stmt_str(q, 3),
		.place = stmt_str(q, 4),
		.plan = (enum source_plan)stmt_i64(q, 5),
		.added_ns = stmt_i64(q, 6),
	};
	struct source_entry *sources = grown(l->sources, l->source_count, sizeof(*sources));
	struct arena *a = &l->source_arena;
	enum ll_err code = check_id(e.id, "source", err);

	if (code != LL_OK)
		return code;
	if (!sources)
		return no_memory(err);
	l->sources = sources;
	if (!copy_str(a, &e.name) || !copy_str(a, &e.machine) || !copy_str(a, &e.place))
		return no_memory(err);
	e.name_group = first_with(&groups->first, e.name, e.id);
	e.machine_group = first_with(&groups->second, e.machine, e.id);
	if (e.name_group < 0 || e.machine_group < 0)
		return no_memory(err);
	sources[l->source_count++] = e;
	return LL_OK;
}

enum ll_err lookup_load_sources(struct lookup *l, struct db *main, struct err *err)
{
	struct groups groups;
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code;

	groups_init(&groups);
	l->version++;
	l->source_count = 0;
	arena_clear(&l->source_arena);
	code = stmt_prepare(&q, main,
		"SELECT id, workspace, name, machine, place, plan, added_ns FROM source"
		" ORDER BY id", err);
	while (code == LL_OK && (code = stmt_step(&q, &row, err)) == LL_OK && row)
		code = add_source(l, &q, &groups, err);
	stmt_release(&q);
	groups_release(&groups);
	return code;
}

static enum ll_err read_epoch(struct db *main, int64_t *epoch, struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code;

	code = stmt_prepare(&q, main, "SELECT value FROM epoch WHERE name = 'dimensions'", err);
	if (code == LL_OK)
		code = stmt_step(&q, &row, err);
	*epoch = row ? stmt_i64(&q, 0) : 0;
	stmt_release(&q);
	return code;
}

/* The epoch is read before the names: when a name comes in between, the next sync reads
 * once more, and none is missed. */
enum ll_err lookup_sync(struct lookup *l, struct db *main, struct err *err)
{
	int64_t epoch;
	enum ll_err code = read_epoch(main, &epoch, err);

	if (code != LL_OK || epoch == l->epoch)
		return code;
	l->epoch = -1;
	l->version++;
	code = load_dims(l, main, err);
	if (code == LL_OK)
		code = lookup_load_sources(l, main, err);
	if (code == LL_OK)
		l->epoch = epoch;
	return code;
}

const struct dim_entry *lookup_dim(const struct lookup *l, int64_t id)
{
	size_t low = 0, high = l->dim_count;

	/* Ids are dense but for what was erased, so the place is nearly always the id's own. */
	if (id > 0 && (size_t)id <= high && l->dims[id - 1].id == id)
		return &l->dims[id - 1];
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->dims[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->dim_count && l->dims[low].id == id ? &l->dims[low] : NULL;
}

const struct source_entry *lookup_source(const struct lookup *l, int64_t id)
{
	size_t low = 0, high = l->source_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (l->sources[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < l->source_count && l->sources[low].id == id ? &l->sources[low] : NULL;
}

struct str lookup_name(const struct lookup *l, int64_t id)
{
	const struct dim_entry *e = lookup_dim(l, id);

	if (id == 0)
		return (struct str){ 0 };
	return e ? e->name : UNKNOWN_NAME;
}

int64_t lookup_dim_limit(const struct lookup *l)
{
	return l->dim_count ? l->dims[l->dim_count - 1].id + 1 : 1;
}

int64_t lookup_source_limit(const struct lookup *l)
{
	return l->source_count ? l->sources[l->source_count - 1].id + 1 : 1;
}

bool lookup_next_tag(const struct lookup *l, struct str *rest, const struct dim_entry **tag)
{
	int64_t id;

	while (rest->at && rest->len) {
		if (!str_to_i64(str_cut(rest, ','), &id))
			continue;
		*tag = lookup_dim(l, id);
		if (*tag)
			return true;
	}
	return false;
}
