/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: their rows, and doing what is left of one. */
#include "store/job.h"

#include "base/json.h"
#include "base/jsonw.h"
#include "store/audit_chain.h"
#include "store/job_kinds.h"

#define ARGS_MAX (64u << 10)

struct job {
	int64_t id;
	enum job_kind kind;
	int32_t month; /* done up to this one */
	bool is_finished;
	struct job_args args;
};

static void write_args(struct buf *b, const struct job_args *args)
{
	struct jsonw j;

	jsonw_init(&j, b, 0);
	jsonw_object(&j);
	jsonw_key(&j, "workspace");
	jsonw_i64(&j, args->workspace);
	jsonw_key(&j, "actor");
	jsonw_str(&j, args->actor);
	jsonw_key(&j, "source");
	jsonw_i64(&j, args->source);
	jsonw_key(&j, "object");
	jsonw_str(&j, args->object);
	jsonw_key(&j, "before");
	jsonw_str(&j, args->before);
	jsonw_key(&j, "zone");
	jsonw_str(&j, args->zone);
	jsonw_key(&j, "since_ns");
	jsonw_i64(&j, args->since_ns);
	jsonw_key(&j, "until_ns");
	jsonw_i64(&j, args->until_ns);
	jsonw_key(&j, "calls");
	jsonw_i64(&j, args->calls);
	jsonw_object_end(&j);
}

static bool read_text(struct json *j, struct arena *a, struct str *out)
{
	struct str raw;

	if (!json_text(j, &raw))
		return true;
	*out = json_text_in(a, raw);
	return out->at != NULL;
}

static bool read_member(struct json *j, struct str key, struct arena *a, struct job_args *args)
{
	const struct {
		const char *name;
		int64_t *number;
		struct str *text;
	} members[] = {
		{ "workspace", .number = &args->workspace },
		{ "actor", .text = &args->actor },
		{ "source", .number = &args->source },
		{ "object", .text = &args->object },
		{ "before", .text = &args->before },
		{ "zone", .text = &args->zone },
		{ "since_ns", .number = &args->since_ns },
		{ "until_ns", .number = &args->until_ns },
		{ "calls", .number = &args->calls },
	};

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (!str_eq(key, str_of(members[i].name)))
			continue;
		if (members[i].text)
			return read_text(j, a, members[i].text);
		json_i64(j, members[i].number);
		return true;
	}
	json_skip(j);
	return true;
}

/* All texts are the arena's: those without an escape are views into its copy of the JSON. */
static enum ll_err read_args(struct str text, struct arena *a, struct job_args *args,
	struct err *err)
{
	struct str own = arena_str(a, text);
	struct json j;
	struct str key;
	bool ok = own.at != NULL;

	*args = (struct job_args){ 0 };
	json_init(&j, own);
	if (json_object(&j))
		while (ok && json_key(&j, &key))
			ok = read_member(&j, key, a, args);
	if (!ok)
		return ll_fail(err, LL_ENOMEM, "out of memory for a job");
	return json_done(&j) ? LL_OK : ll_fail(err, LL_ECORRUPT, "a job's arguments are damaged");
}

static enum ll_err read_job(struct writer *w, int64_t id, struct arena *a, struct job *out,
	struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"SELECT kind, args, month, finished_ns FROM job WHERE id = ?", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, id);
		e = stmt_step(&q, &row, err);
	}
	if (e == LL_OK && !row)
		e = ll_fail(err, LL_ENOENT, "job %lld is not there", (long long)id);
	if (e == LL_OK) {
		out->id = id;
		out->kind = (enum job_kind)stmt_i64(&q, 0);
		out->month = (int32_t)stmt_i64(&q, 2);
		out->is_finished = !stmt_is_null(&q, 3);
		e = read_args(stmt_str(&q, 1), a, &out->args, err);
	}
	stmt_release(&q);
	return e;
}

/* 0 = there is none after it. */
static enum ll_err next_month(struct writer *w, int32_t after, int32_t *next, struct err *err)
{
	struct month_list list;
	enum ll_err e = month_list(w->store->dir, &list, err);

	*next = 0;
	for (size_t i = 0; e == LL_OK && i < list.count && !*next; i++)
		if (list.at[i] > after)
			*next = list.at[i];
	month_list_release(&list);
	return e;
}

static enum ll_err save(struct writer *w, const struct job *job, bool is_finished,
	struct err *err)
{
	struct buf args = BUF_INIT(ARGS_MAX);
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"UPDATE job SET month = ?, args = ?, finished_ns = ? WHERE id = ?", err);

	write_args(&args, &job->args);
	if (e == LL_OK && buf_status(&args) != LL_OK)
		e = ll_fail(err, buf_status(&args), "a job's arguments are too long");
	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, job->month);
		stmt_bind_str(&q, 2, buf_str(&args));
		stmt_bind_null(&q, 3);
		if (is_finished)
			stmt_bind_i64(&q, 3, writer_now_ns(w));
		stmt_bind_i64(&q, 4, job->id);
		e = stmt_run(&q, err);
	}
	stmt_release(&q);
	buf_release(&args);
	return e;
}

static enum ll_err save_progress(struct writer *w, void *ctx, struct err *err)
{
	return save(w, ctx, false, err);
}

static enum ll_err audit(struct writer *w, const struct job *job, struct err *err)
{
	struct buf after = BUF_INIT(ARGS_MAX);
	struct audit_entry entry = {
		.at_ns = writer_now_ns(w),
		.actor = job->args.actor,
		.action = str_of(job_kind_action(job->kind)),
		.object = job->args.object,
		.result = STR("ok"),
		.before = job->args.before,
	};
	enum ll_err e;

	buf_addf(&after, "{\"calls\":%lld}", (long long)job->args.calls);
	entry.after = buf_str(&after);
	e = buf_status(&after);
	if (e == LL_OK)
		e = audit_append(&w->main_db, &entry, err);
	buf_release(&after);
	return e;
}

static enum ll_err end_job(struct writer *w, void *ctx, struct err *err)
{
	struct job *job = ctx;
	enum ll_err e = save(w, job, true, err);

	return e == LL_OK ? audit(w, job, err) : e;
}

/* One month, then the note that it is done: after a crash between the two it is done again,
 * which finds nothing left to do. */
static enum ll_err do_month(struct writer *w, struct job_run *run, struct job *job,
	struct err *err)
{
	struct month_file *m;
	int64_t calls = 0;
	enum ll_err e = writer_month(w, job->month, true, &m, err);

	if (e == LL_OK)
		e = month_file_begin(m, err);
	if (e != LL_OK)
		return e;
	e = job_kind_do(job->kind, run, &job->args, m, &calls, err);
	if (e != LL_OK) {
		month_file_rollback(m);
		return e;
	}
	e = month_file_commit(m, err);
	if (e != LL_OK)
		return e;
	writer_committed(w);
	job->args.calls += calls;
	return writer_transaction(w, save_progress, job, err);
}

/* Reads the job anew at each step: between two another process may have done some months. */
static enum ll_err do_step(struct writer *w, struct job_run *run, int64_t id, struct arena *a,
	bool *is_finished, int64_t *calls, struct err *err)
{
	struct job job;
	int32_t month = 0;
	enum ll_err e;

	arena_clear(a);
	e = read_job(w, id, a, &job, err);
	if (e != LL_OK)
		return e;
	*calls = job.args.calls;
	*is_finished = job.is_finished;
	if (job.is_finished)
		return LL_OK;
	e = next_month(w, job.month, &month, err);
	if (e != LL_OK)
		return e;
	if (month) {
		job.month = month;
		return do_month(w, run, &job, err);
	}
	*is_finished = true;
	return writer_transaction(w, end_job, &job, err);
}

enum ll_err job_add(struct writer *w, enum job_kind kind, const struct job_args *args,
	int64_t *id, struct err *err)
{
	struct buf json = BUF_INIT(ARGS_MAX);
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"INSERT INTO job (kind, args, created_ns) VALUES (?, ?, ?)", err);

	write_args(&json, args);
	if (e == LL_OK && buf_status(&json) != LL_OK)
		e = ll_fail(err, buf_status(&json), "a job's arguments are too long");
	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, kind);
		stmt_bind_str(&q, 2, buf_str(&json));
		stmt_bind_i64(&q, 3, writer_now_ns(w));
		e = stmt_run(&q, err);
	}
	if (e == LL_OK)
		*id = db_last_id(&w->main_db);
	stmt_release(&q);
	buf_release(&json);
	return e;
}

enum ll_err job_finish(struct writer *w, int64_t id, int64_t *calls, struct err *err)
{
	struct arena a;
	struct job_run run;
	bool is_finished = false;
	enum ll_err e;

	arena_init(&a, 0);
	job_run_init(&run, w);
	do {
		e = do_step(w, &run, id, &a, &is_finished, calls, err);
		if (e == LL_OK && !is_finished)
			e = writer_yield(w, err);
	} while (e == LL_OK && !is_finished);
	job_run_release(&run);
	arena_release(&a);
	/* A month file notices what others changed, not what we did beside it. */
	writer_forget_months(w);
	return e;
}

static enum ll_err first_unfinished(struct writer *w, int64_t after, int64_t *id,
	struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, &w->main_db, "SELECT id FROM job"
		" WHERE finished_ns IS NULL AND id > ? ORDER BY id LIMIT 1", err);

	*id = 0;
	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, after);
		e = stmt_step(&q, &row, err);
	}
	if (e == LL_OK && row)
		*id = stmt_i64(&q, 0);
	stmt_release(&q);
	return e;
}

enum ll_err job_finish_all(struct writer *w, struct err *err)
{
	int64_t id = 0, calls;
	enum ll_err e;

	while ((e = first_unfinished(w, id, &id, err)) == LL_OK && id) {
		e = job_finish(w, id, &calls, err);
		if (e != LL_OK)
			break;
	}
	return e;
}
