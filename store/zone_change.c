/* SPDX-License-Identifier: Apache-2.0 */
/* Changing the workspace's time zone. */
#include "model/zone.h"
#include "store/job.h"
#include "store/store.h"

struct rezoning {
	struct job_args args;
	int64_t job, calls;
};

static enum ll_err set_zone(struct writer *w, const struct job_args *args, struct err *err)
{
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db, "UPDATE workspace SET zone = ? WHERE id = ?",
		err);

	if (e == LL_OK) {
		stmt_bind_str(&q, 1, args->zone);
		stmt_bind_i64(&q, 2, args->workspace);
		e = stmt_run(&q, err);
	}
	if (e == LL_OK && db_changes(&w->main_db) == 0)
		e = ll_fail(err, LL_ENOENT, "there is no workspace %lld",
			(long long)args->workspace);
	stmt_release(&q);
	return e;
}

/* Months that are made from now on have the new zone at once. */
static enum ll_err begin(struct writer *w, void *ctx, struct err *err)
{
	struct rezoning *r = ctx;
	enum ll_err e = set_zone(w, &r->args, err);

	return e == LL_OK ? job_add(w, JOB_REZONE, &r->args, &r->job, err) : e;
}

static enum ll_err run(struct writer *w, void *ctx, struct err *err)
{
	struct rezoning *r = ctx;
	enum ll_err e = writer_transaction(w, begin, r, err);

	return e == LL_OK ? job_finish(w, r->job, &r->calls, err) : e;
}

enum ll_err store_set_zone(struct store *s, const struct scope *scope, struct str zone,
	struct str actor, struct err *err)
{
	struct rezoning r = {
		.args = {
			.workspace = scope->workspace,
			.actor = actor,
			.object = zone,
			.zone = zone,
		},
	};
	struct zone *opened = NULL;
	enum ll_err e = scope_check_write(scope, err);

	if (e == LL_OK && zone.len >= 64)
		e = ll_fail(err, LL_EINVAL, "'%.*s' is no time zone", STR_FMT(zone));
	if (e == LL_OK)
		e = zone_open(zone, &opened, err);
	zone_free(opened);
	return e == LL_OK ? writer_run(s, run, &r, err) : e;
}
