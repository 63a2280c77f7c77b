/* SPDX-License-Identifier: Apache-2.0 */
/* Tag sets by id; a set is stored as the sorted ids of its tags, "12,57". */
#include "store/tag_sets.h"

#include "base/mem.h"

#define KNOWN_MAX 4096 /* sets remembered at a time: 1 MiB */

static struct str key_of(const int64_t *set)
{
	return (struct str){ (const char *)set, sizeof(*set) };
}

/* Anything that is no list of ids ("(other)") has no tags. */
static void parse(struct str text, struct tag_ids *out)
{
	int64_t id;

	out->count = 0;
	while (text.at && out->count < LIMIT_TAGS) {
		if (!str_to_i64(str_cut(&text, ','), &id))
			return;
		out->at[out->count++] = id;
	}
}

static enum ll_err grow(struct tag_sets *t, struct err *err)
{
	size_t cap = t->cap ? t->cap * 2 : 16;
	struct tag_ids *sets = ll_try_realloc(t->sets, cap * sizeof(*sets));

	if (!sets)
		return ll_fail(err, LL_ENOMEM, "out of memory for tag sets");
	t->sets = sets;
	t->cap = cap;
	return LL_OK;
}

static enum ll_err load(struct tag_sets *t, int64_t set, struct tag_ids *out, struct err *err)
{
	bool row;
	enum ll_err e;

	stmt_bind_i64(&t->find, 1, set);
	e = stmt_step(&t->find, &row, err);
	if (e != LL_OK)
		return e;
	parse(row ? stmt_str(&t->find, 0) : STR(""), out);
	stmt_reset(&t->find);
	return LL_OK;
}

enum ll_err tag_sets_init(struct tag_sets *t, struct db *main_db, struct err *err)
{
	enum ll_err e;

	*t = (struct tag_sets){ .main_db = main_db };
	map_init(&t->known);
	e = stmt_prepare(&t->find, main_db, "SELECT name FROM dim WHERE id = ?", err);
	if (e != LL_OK)
		tag_sets_release(t);
	return e;
}

void tag_sets_release(struct tag_sets *t)
{
	stmt_release(&t->find);
	map_release(&t->known);
	ll_free(t->sets);
	*t = (struct tag_sets){ 0 };
}

enum ll_err tag_sets_get(struct tag_sets *t, int64_t set, const struct tag_ids **out,
	struct err *err)
{
	static const struct tag_ids none;
	uint64_t i;
	enum ll_err e;

	*out = &none;
	if (!set)
		return LL_OK;
	if (!map_find(&t->known, key_of(&set), &i)) {
		if (t->count == KNOWN_MAX) {
			map_clear(&t->known);
			t->count = 0;
		}
		e = t->count == t->cap ? grow(t, err) : LL_OK;
		if (e == LL_OK)
			e = load(t, set, &t->sets[t->count], err);
		if (e != LL_OK)
			return e;
		if (map_put(&t->known, key_of(&set), t->count) != LL_OK)
			return ll_fail(err, LL_ENOMEM, "out of memory for tag sets");
		i = t->count++;
	}
	*out = &t->sets[i];
	return LL_OK;
}
