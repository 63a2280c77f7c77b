/* SPDX-License-Identifier: Apache-2.0 */
/* Making, changing and removing sources. */
#include "store/source.h"

#include "base/jsonw.h"
#include "base/limits.h"
#include "store/audit_chain.h"
#include "store/job.h"

#define NAME_MAX_BYTES 4096u /* a place is a path */
#define JSON_MAX (64u << 10)

static const char *const plan_names[] = {
	[PLAN_METERED] = "metered",
	[PLAN_SUBSCRIPTION] = "subscription",
};

struct ensuring {
	int64_t workspace;
	struct str name, machine, place;
	int64_t id;
};

static enum ll_err find(struct writer *w, struct ensuring *src, struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, &w->main_db, "SELECT id FROM source WHERE workspace = ?"
		" AND name = ? AND machine = ? AND place = ?", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, src->workspace);
		stmt_bind_str(&q, 2, src->name);
		stmt_bind_str(&q, 3, src->machine);
		stmt_bind_str(&q, 4, src->place);
		e = stmt_step(&q, &row, err);
	}
	if (e == LL_OK)
		src->id = row ? stmt_i64(&q, 0) : 0;
	stmt_release(&q);
	return e;
}

/* Readers look at the epoch to learn that there are new names. */
static enum ll_err raise_epoch(struct writer *w, struct err *err)
{
	return db_exec(&w->main_db, "UPDATE epoch SET value = value + 1 WHERE name = 'dimensions'",
		err);
}

/* The id of a removed source is not given again: a job may still be removing its calls. */
static enum ll_err insert(struct writer *w, void *ctx, struct err *err)
{
	struct ensuring *src = ctx;
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"INSERT INTO source (id, workspace, name, machine, place, added_ns) VALUES"
		" (1 + max((SELECT coalesce(max(id), 0) FROM source),"
		" (SELECT coalesce(max(json_extract(args, '$.source')), 0) FROM job)),"
		" ?, ?, ?, ?, ?)", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, src->workspace);
		stmt_bind_str(&q, 2, src->name);
		stmt_bind_str(&q, 3, src->machine);
		stmt_bind_str(&q, 4, src->place);
		stmt_bind_i64(&q, 5, writer_now_ns(w));
		e = stmt_run(&q, err);
	}
	if (e == LL_OK) {
		src->id = db_last_id(&w->main_db);
		e = raise_epoch(w, err);
	}
	stmt_release(&q);
	return e;
}

static enum ll_err run_ensure(struct writer *w, void *ctx, struct err *err)
{
	struct ensuring *src = ctx;
	enum ll_err e = find(w, src, err);

	return e == LL_OK && !src->id ? writer_transaction(w, insert, src, err) : e;
}

enum ll_err source_ensure(struct store *s, const struct scope *scope, struct str name,
	struct str machine, struct str place, int64_t *id, struct err *err)
{
	struct ensuring src = { scope->workspace, name, machine, place, 0 };
	enum ll_err e = scope_check_write(scope, err);

	if (e == LL_OK && (name.len > LIMIT_NAME_BYTES || machine.len > LIMIT_NAME_BYTES ||
		place.len > NAME_MAX_BYTES || !name.len))
		e = ll_fail(err, LL_EINVAL, "a source needs a name, and none that is too long");
	if (e == LL_OK)
		e = writer_run(s, run_ensure, &src, err);
	*id = src.id;
	return e;
}

/* What is asked of one source. */
struct changing {
	int64_t workspace, id;
	struct str actor;
	struct str machine;    /* relabel: the new one; at NULL = stays */
	bool sets_plan;
	enum source_plan plan; /* then: the new one */
	int64_t job, calls;    /* remove */

	struct buf object, before, after;
};

static void changing_init(struct changing *c, const struct scope *scope, int64_t id,
	struct str actor)
{
	*c = (struct changing){
		.workspace = scope->workspace,
		.id = id,
		.actor = actor,
		.object = BUF_INIT(JSON_MAX),
		.before = BUF_INIT(JSON_MAX),
		.after = BUF_INIT(JSON_MAX),
	};
}

static void changing_release(struct changing *c)
{
	buf_release(&c->object);
	buf_release(&c->before);
	buf_release(&c->after);
}

static void add_json(struct buf *b, struct str name, struct str machine, struct str place,
	int64_t plan)
{
	struct jsonw j;

	jsonw_init(&j, b, 0);
	jsonw_object(&j);
	jsonw_key(&j, "name");
	jsonw_str(&j, name);
	jsonw_key(&j, "machine");
	jsonw_str(&j, machine);
	jsonw_key(&j, "place");
	jsonw_str(&j, place);
	jsonw_key(&j, "plan");
	jsonw_str(&j, str_of(plan_names[plan == PLAN_SUBSCRIPTION]));
	jsonw_object_end(&j);
}

/* The source as JSON, and how it is called in the audit log. */
static enum ll_err describe(struct writer *w, struct changing *c, struct buf *json,
	struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"SELECT name, machine, place, plan FROM source WHERE id = ? AND workspace = ?",
		err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, c->id);
		stmt_bind_i64(&q, 2, c->workspace);
		e = stmt_step(&q, &row, err);
	}
	if (e == LL_OK && !row)
		e = ll_fail(err, LL_ENOENT, "there is no source %lld", (long long)c->id);
	if (e == LL_OK) {
		struct str name = stmt_str(&q, 0);

		buf_clear(json);
		add_json(json, name, stmt_str(&q, 1), stmt_str(&q, 2), stmt_i64(&q, 3));
		buf_clear(&c->object);
		buf_addf(&c->object, "source %lld %.*s", (long long)c->id, STR_FMT(name));
	}
	stmt_release(&q);
	if (e == LL_OK && (buf_status(json) != LL_OK || buf_status(&c->object) != LL_OK))
		e = ll_fail(err, LL_ENOMEM, "out of memory for a source");
	return e;
}

static enum ll_err audit(struct writer *w, struct changing *c, const char *action,
	struct err *err)
{
	const struct audit_entry entry = {
		.at_ns = writer_now_ns(w),
		.actor = c->actor,
		.action = str_of(action),
		.object = buf_str(&c->object),
		.result = STR("ok"),
		.before = buf_str(&c->before),
		.after = buf_str(&c->after),
	};

	return audit_append(&w->main_db, &entry, err);
}

static enum ll_err update(struct writer *w, const struct changing *c, struct err *err)
{
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db, "UPDATE source SET"
		" machine = coalesce(?, machine), plan = coalesce(?, plan) WHERE id = ?", err);

	if (e == LL_OK) {
		if (c->machine.at)
			stmt_bind_str(&q, 1, c->machine);
		if (c->sets_plan)
			stmt_bind_i64(&q, 2, c->plan);
		stmt_bind_i64(&q, 3, c->id);
		e = stmt_run(&q, err);
	}
	if (e == LL_EEXIST)
		ll_fail(err, e, "there is a source of that name and place on '%.*s' already",
			STR_FMT(c->machine));
	stmt_release(&q);
	return e;
}

static enum ll_err change(struct writer *w, void *ctx, struct err *err)
{
	struct changing *c = ctx;
	enum ll_err e = describe(w, c, &c->before, err);

	if (e == LL_OK)
		e = update(w, c, err);
	if (e == LL_OK)
		e = describe(w, c, &c->after, err);
	if (e == LL_OK)
		e = raise_epoch(w, err);
	return e == LL_OK ? audit(w, c, c->sets_plan ? "sources.plan" : "sources.relabel", err) : e;
}

static enum ll_err run_change(struct writer *w, void *ctx, struct err *err)
{
	return writer_transaction(w, change, ctx, err);
}

enum ll_err source_relabel(struct store *s, const struct scope *scope, int64_t id,
	struct str machine, struct str actor, struct err *err)
{
	struct changing c;
	enum ll_err e = scope_check_write(scope, err);

	changing_init(&c, scope, id, actor);
	c.machine = machine.at ? machine : STR("");
	if (e == LL_OK && machine.len > LIMIT_NAME_BYTES)
		e = ll_fail(err, LL_EINVAL, "a machine's name is too long");
	if (e == LL_OK)
		e = writer_run(s, run_change, &c, err);
	changing_release(&c);
	return e;
}

enum ll_err source_set_plan(struct store *s, const struct scope *scope, int64_t id,
	enum source_plan plan, struct str actor, struct err *err)
{
	struct changing c;
	enum ll_err e = scope_check_write(scope, err);

	changing_init(&c, scope, id, actor);
	c.sets_plan = true;
	c.plan = plan;
	if (e == LL_OK)
		e = writer_run(s, run_change, &c, err);
	changing_release(&c);
	return e;
}

/* The source goes first, so that nothing is added for it while its calls are being removed. */
static enum ll_err begin_remove(struct writer *w, void *ctx, struct err *err)
{
	struct changing *c = ctx;
	struct stmt q = { 0 };
	enum ll_err e = describe(w, c, &c->before, err);
	struct job_args args = {
		.workspace = c->workspace,
		.actor = c->actor,
		.source = c->id,
		.object = buf_str(&c->object),
		.before = buf_str(&c->before),
	};

	if (e == LL_OK)
		e = job_add(w, JOB_REMOVE_SOURCE, &args, &c->job, err);
	if (e == LL_OK)
		e = stmt_prepare(&q, &w->main_db, "DELETE FROM source WHERE id = ?", err);
	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, c->id);
		e = stmt_run(&q, err);
	}
	stmt_release(&q);
	return e == LL_OK ? raise_epoch(w, err) : e;
}

static enum ll_err run_remove(struct writer *w, void *ctx, struct err *err)
{
	struct changing *c = ctx;
	enum ll_err e = writer_transaction(w, begin_remove, c, err);

	return e == LL_OK ? job_finish(w, c->job, &c->calls, err) : e;
}

enum ll_err source_remove(struct store *s, const struct scope *scope, int64_t id,
	struct str actor, int64_t *calls, struct err *err)
{
	struct changing c;
	enum ll_err e = scope_check_write(scope, err);

	changing_init(&c, scope, id, actor);
	if (e == LL_OK)
		e = writer_run(s, run_remove, &c, err);
	*calls = c.calls;
	changing_release(&c);
	return e;
}
