/* SPDX-License-Identifier: Apache-2.0 */
/* Names to ids, and the cap on how many there may be. */
#include "store/names.h"

#include "base/limits.h"
#include "base/text.h"

#define REMEMBERED_MAX 50000 /* names; then all are forgotten and looked up again */
#define KEY_MAX (16 + 2 * LIMIT_NAME_BYTES + 64 * LIMIT_TAGS)

static const struct str other = STR_INIT("(other)");

/* A qualifier holds no NUL that a name could be taken for: both are parts of a text column. */
static struct str make_key(struct names *n, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name)
{
	buf_clear(&n->key);
	buf_addch(&n->key, (char)kind);
	buf_add(&n->key, (struct str){ (const char *)&workspace, sizeof(workspace) });
	buf_add(&n->key, qualifier);
	buf_addch(&n->key, '\0');
	buf_add(&n->key, name);
	return buf_str(&n->key);
}

static void bind_name(struct stmt *q, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name)
{
	stmt_bind_i64(q, 1, workspace);
	stmt_bind_i64(q, 2, kind);
	stmt_bind_str(q, 3, qualifier);
	stmt_bind_str(q, 4, name);
}

static enum ll_err find(struct names *n, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name, int64_t *id, struct err *err)
{
	bool row;
	enum ll_err e;

	bind_name(&n->find, workspace, kind, qualifier, name);
	e = stmt_step(&n->find, &row, err);
	if (e != LL_OK)
		return e;
	*id = row ? stmt_i64(&n->find, 0) : 0;
	stmt_reset(&n->find);
	return LL_OK;
}

/* What other processes add meanwhile is not counted: the cap keeps a store usable, it need
 * not be exact. */
static enum ll_err load_counts(struct names *n, int64_t workspace, struct err *err)
{
	bool row = false;
	enum ll_err e = LL_OK;

	if (n->counted_for == workspace)
		return LL_OK;
	memset(n->counts, 0, sizeof(n->counts));
	stmt_bind_i64(&n->count_kind, 1, workspace);
	while ((e = stmt_step(&n->count_kind, &row, err)) == LL_OK && row) {
		int64_t kind = stmt_i64(&n->count_kind, 0);

		if (kind > DIM_NONE && kind < DIM_KINDS)
			n->counts[kind] = stmt_i64(&n->count_kind, 1);
	}
	if (e == LL_OK)
		n->counted_for = workspace;
	return e;
}

static enum ll_err insert(struct names *n, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name, int64_t *id, struct err *err)
{
	enum ll_err e = LL_OK;

	if (!n->is_open) {
		e = db_begin(n->main_db, err);
		if (e != LL_OK)
			return e;
		n->is_open = true;
	}
	bind_name(&n->insert, workspace, kind, qualifier, name);
	e = stmt_run(&n->insert, err);
	if (e == LL_OK) {
		*id = db_last_id(n->main_db);
		n->counts[kind]++;
	}
	return e;
}

/* From the database, as a new row when there is none. */
static enum ll_err find_or_insert(struct names *n, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name, int64_t *id, struct err *err)
{
	enum ll_err e = find(n, workspace, kind, qualifier, name, id, err);

	if (e != LL_OK || *id)
		return e;
	e = load_counts(n, workspace, err);
	if (e == LL_OK && n->counts[kind] >= LIMIT_DIM_NAMES && !str_eq(name, other))
		return find_or_insert(n, workspace, kind, STR(""), other, id, err);
	return e == LL_OK ? insert(n, workspace, kind, qualifier, name, id, err) : e;
}

static enum ll_err remember(struct names *n, struct str key, int64_t id, struct err *err)
{
	if (n->ids.count >= REMEMBERED_MAX)
		map_clear(&n->ids);
	if (map_put(&n->ids, key, (uint64_t)id) != LL_OK)
		return ll_fail(err, LL_ENOMEM, "out of memory for names");
	return LL_OK;
}

static enum ll_err intern(struct names *n, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name, int64_t *id, struct err *err)
{
	struct str key = make_key(n, workspace, kind, qualifier, name);
	uint64_t known;
	enum ll_err e;

	if (buf_status(&n->key) != LL_OK)
		return ll_fail(err, buf_status(&n->key), "a name of %zu bytes cannot be kept",
			name.len);
	if (map_find(&n->ids, key, &known)) {
		*id = (int64_t)known;
		return LL_OK;
	}
	e = find_or_insert(n, workspace, kind, qualifier, name, id, err);
	return e == LL_OK ? remember(n, key, *id, err) : e;
}

enum ll_err names_init(struct names *n, struct db *main_db, struct err *err)
{
	const struct {
		struct stmt *q;
		const char *sql;
	} stmts[] = {
		{ &n->find, "SELECT id FROM dim WHERE workspace = ? AND kind = ? AND qualifier = ?"
			" AND name = ?" },
		{ &n->insert, "INSERT INTO dim (workspace, kind, qualifier, name)"
			" VALUES (?, ?, ?, ?)" },
		{ &n->count_kind, "SELECT kind, count(*) FROM dim WHERE workspace = ?"
			" GROUP BY kind" },
		{ &n->find_by_id, "SELECT qualifier, name FROM dim WHERE id = ?" },
		{ &n->raise_epoch, "UPDATE epoch SET value = value + 1 WHERE name = 'dimensions'" },
	};
	enum ll_err e = LL_OK;

	*n = (struct names){ .main_db = main_db };
	map_init(&n->ids);
	buf_init(&n->key, KEY_MAX);
	for (size_t i = 0; e == LL_OK && i < sizeof(stmts) / sizeof(stmts[0]); i++)
		e = stmt_prepare(stmts[i].q, main_db, stmts[i].sql, err);
	if (e != LL_OK)
		names_release(n);
	return e;
}

void names_release(struct names *n)
{
	stmt_release(&n->find);
	stmt_release(&n->insert);
	stmt_release(&n->count_kind);
	stmt_release(&n->find_by_id);
	stmt_release(&n->raise_epoch);
	map_release(&n->ids);
	buf_release(&n->key);
	*n = (struct names){ 0 };
}

enum ll_err names_intern(struct names *n, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name, int64_t *id, struct err *err)
{
	*id = 0;
	if (!name.len)
		return LL_OK;
	return intern(n, workspace, kind, utf8_cut(qualifier, LIMIT_NAME_BYTES),
		utf8_cut(name, LIMIT_NAME_BYTES), id, err);
}

static bool is_overridden(const struct call_tag *tags, size_t count, size_t i)
{
	for (size_t later = i + 1; later < count; later++)
		if (str_eq(tags[later].name, tags[i].name))
			return true;
	return false;
}

/* Inserts into an ascending list; a value that is there already stays once. */
static void add_sorted(struct tag_ids *ids, int64_t id)
{
	size_t at = 0;

	while (at < ids->count && ids->at[at] < id)
		at++;
	if (at < ids->count && ids->at[at] == id)
		return;
	memmove(&ids->at[at + 1], &ids->at[at], (ids->count - at) * sizeof(id));
	ids->at[at] = id;
	ids->count++;
}

static enum ll_err intern_set(struct names *n, int64_t workspace, const struct tag_ids *ids,
	int64_t *id, struct err *err)
{
	struct buf text = BUF_INIT(24 * LIMIT_TAGS);
	enum ll_err e;

	for (size_t i = 0; i < ids->count; i++) {
		if (i)
			buf_addch(&text, ',');
		buf_add_i64(&text, ids->at[i]);
	}
	e = buf_status(&text);
	if (e == LL_OK)
		e = intern(n, workspace, DIM_TAG_SET, STR(""), buf_str(&text), id, err);
	else
		ll_fail(err, e, "out of memory for tags");
	buf_release(&text);
	return e;
}

enum ll_err names_tag_set(struct names *n, int64_t workspace, const struct call_tag *tags,
	size_t count, int64_t *id, struct err *err)
{
	struct tag_ids ids = { .count = 0 };
	enum ll_err e = LL_OK;
	int64_t tag;

	*id = 0;
	if (count > LIMIT_TAGS)
		return ll_fail(err, LL_EINVAL, "a call has %zu tags", count);
	for (size_t i = 0; e == LL_OK && i < count; i++) {
		if (is_overridden(tags, count, i))
			continue;
		e = names_intern(n, workspace, DIM_TAG, tags[i].name, tags[i].value, &tag, err);
		if (e == LL_OK && tag)
			add_sorted(&ids, tag);
	}
	if (e != LL_OK || !ids.count)
		return e;
	return intern_set(n, workspace, &ids, id, err);
}

enum ll_err names_commit(struct names *n, bool *committed, struct err *err)
{
	enum ll_err e;

	*committed = false;
	if (!n->is_open)
		return LL_OK;
	e = stmt_run(&n->raise_epoch, err);
	if (e == LL_OK)
		e = db_commit(n->main_db, err);
	if (e != LL_OK) {
		names_abort(n);
		return e;
	}
	n->is_open = false;
	*committed = true;
	return LL_OK;
}

void names_abort(struct names *n)
{
	if (!n->is_open)
		return;
	db_rollback(n->main_db);
	n->is_open = false;
	n->counted_for = 0;
	map_clear(&n->ids);
}

enum ll_err names_get(struct names *n, int64_t id, struct arena *a, struct str *qualifier,
	struct str *name, struct err *err)
{
	bool row;
	enum ll_err e;

	*qualifier = *name = STR("");
	if (!id)
		return LL_OK;
	stmt_bind_i64(&n->find_by_id, 1, id);
	e = stmt_step(&n->find_by_id, &row, err);
	if (e != LL_OK || !row)
		return e;
	*qualifier = arena_str(a, stmt_str(&n->find_by_id, 0));
	*name = arena_str(a, stmt_str(&n->find_by_id, 1));
	stmt_reset(&n->find_by_id);
	if (!qualifier->at || !name->at)
		return ll_fail(err, LL_ENOMEM, "out of memory for names");
	return LL_OK;
}
