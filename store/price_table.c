/* SPDX-License-Identifier: Apache-2.0 */
/* Price rows that calls were priced with and the user's own, and pricing old calls anew. */
#include "store/price_table.h"

#include "base/jsonw.h"
#include "store/audit_chain.h"
#include "store/job.h"
#include "store/price_store.h"

#define LINE_MAX_BYTES (16u << 10)

/* A row on its way in. */
struct adding {
	const struct price *row;
	struct str line;
	struct str actor;
	int64_t id;
	bool is_retired;
};

/* id 0: there is none. */
static enum ll_err find(struct writer *w, struct adding *add, struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"SELECT id, retired_ns IS NOT NULL FROM price WHERE list = ? AND line = ?", err);

	add->id = 0;
	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, add->row->list);
		stmt_bind_str(&q, 2, add->line);
		e = stmt_step(&q, &row, err);
	}
	if (e == LL_OK && row) {
		add->id = stmt_i64(&q, 0);
		add->is_retired = stmt_i64(&q, 1) != 0;
	}
	stmt_release(&q);
	return e;
}

static enum ll_err insert(struct writer *w, void *ctx, struct err *err)
{
	struct adding *add = ctx;
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"INSERT INTO price (list, line, added_ns) VALUES (?, ?, ?)", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, add->row->list);
		stmt_bind_str(&q, 2, add->line);
		stmt_bind_i64(&q, 3, writer_now_ns(w));
		e = stmt_run(&q, err);
	}
	if (e == LL_OK)
		add->id = db_last_id(&w->main_db);
	stmt_release(&q);
	return e;
}

/* retired_ns 0 = in use. */
static enum ll_err set_retired(struct writer *w, int64_t id, int64_t retired_ns, struct err *err)
{
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"UPDATE price SET retired_ns = nullif(?, 0) WHERE id = ?", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, retired_ns);
		stmt_bind_i64(&q, 2, id);
		e = stmt_run(&q, err);
	}
	stmt_release(&q);
	return e;
}

/* The line without its end; the buffer owns it. */
static enum ll_err write_line(struct adding *add, struct buf *b, struct err *err)
{
	price_csv_line(b, add->row);
	if (buf_status(b) != LL_OK)
		return ll_fail(err, buf_status(b), "a price row of more than %u bytes cannot be"
			" kept", LINE_MAX_BYTES);
	add->line = str_trim(buf_str(b));
	return LL_OK;
}

enum ll_err price_store(struct writer *w, const struct price *row, int64_t *id, struct err *err)
{
	struct buf b = BUF_INIT(LINE_MAX_BYTES);
	struct adding add = { .row = row };
	enum ll_err e = write_line(&add, &b, err);

	if (e == LL_OK)
		e = find(w, &add, err);
	if (e == LL_OK && !add.id)
		e = writer_transaction(w, insert, &add, err);
	buf_release(&b);
	*id = add.id;
	return e;
}

static enum ll_err run_intern(struct writer *w, void *ctx, struct err *err)
{
	struct adding *add = ctx;

	return price_store(w, add->row, &add->id, err);
}

enum ll_err price_intern(struct store *s, const struct price *row, int64_t *id, struct err *err)
{
	struct adding add = { .row = row };
	enum ll_err e = writer_run(s, run_intern, &add, err);

	*id = add.id;
	return e;
}

/* The audit shows the file format: what the user wrote. */
static enum ll_err audit(struct writer *w, struct str actor, const char *action, int64_t id,
	struct str before, struct str after, struct err *err)
{
	struct buf object = BUF_INIT(32);
	struct audit_entry entry = {
		.at_ns = writer_now_ns(w),
		.actor = actor,
		.action = str_of(action),
		.result = STR("ok"),
		.before = before,
		.after = after,
	};
	enum ll_err e;

	buf_addf(&object, "price %lld", (long long)id);
	entry.object = buf_str(&object);
	e = buf_status(&object);
	if (e == LL_OK)
		e = audit_append(&w->main_db, &entry, err);
	buf_release(&object);
	return e;
}

static enum ll_err json_of_line(struct buf *b, struct str line, struct err *err)
{
	struct jsonw j;

	jsonw_init(&j, b, 0);
	jsonw_object(&j);
	jsonw_key(&j, "line");
	jsonw_str(&j, line);
	jsonw_object_end(&j);
	return buf_status(b) == LL_OK ? LL_OK :
		ll_fail(err, buf_status(b), "a price row is too long for the audit log");
}

/* A row that was taken out of use comes back with its id. */
static enum ll_err add_own(struct writer *w, void *ctx, struct err *err)
{
	struct buf json = BUF_INIT(8 * LINE_MAX_BYTES);
	struct adding *add = ctx;
	enum ll_err e = find(w, add, err);

	if (e == LL_OK && add->id && !add->is_retired)
		return ll_fail(err, LL_EEXIST, "this price is there already, as number %lld",
			(long long)add->id);
	if (e == LL_OK)
		e = add->id ? set_retired(w, add->id, 0, err) : insert(w, add, err);
	if (e == LL_OK)
		e = json_of_line(&json, add->line, err);
	if (e == LL_OK)
		e = audit(w, add->actor, "prices.add", add->id, STR(""), buf_str(&json), err);
	buf_release(&json);
	return e;
}

static enum ll_err run_add(struct writer *w, void *ctx, struct err *err)
{
	return writer_transaction(w, add_own, ctx, err);
}

/* What a book does not take must not get into the store: no book could be loaded after it. */
static enum ll_err check_row(const struct price *row, struct err *err)
{
	struct price_book *book = price_book_new();
	enum ll_err e = book ? price_book_add(book, row, err) :
		ll_fail(err, LL_ENOMEM, "out of memory for a price");

	price_book_free(book);
	return e;
}

enum ll_err price_add(struct store *s, const struct price *row, struct str actor, int64_t *id,
	struct err *err)
{
	struct buf b = BUF_INIT(LINE_MAX_BYTES);
	struct price own = *row;
	struct adding add = { .row = &own, .actor = actor };
	enum ll_err e;

	own.list = PRICE_CUSTOM;
	e = check_row(&own, err);
	if (e == LL_OK)
		e = write_line(&add, &b, err);
	if (e == LL_OK)
		e = writer_run(s, run_add, &add, err);
	buf_release(&b);
	*id = e == LL_OK ? add.id : 0;
	return e;
}

struct retiring {
	int64_t id;
	struct str actor;
};

static enum ll_err check_in_use(const struct stmt *q, bool row, int64_t id, struct err *err)
{
	if (!row || stmt_i64(q, 0) != PRICE_CUSTOM)
		return ll_fail(err, LL_ENOENT, "there is no price of your own with the number %lld",
			(long long)id);
	if (stmt_i64(q, 2))
		return ll_fail(err, LL_ENOENT, "price %lld is out of use already", (long long)id);
	return LL_OK;
}

static enum ll_err retire(struct writer *w, void *ctx, struct err *err)
{
	const struct retiring *r = ctx;
	struct buf json = BUF_INIT(8 * LINE_MAX_BYTES);
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, &w->main_db,
		"SELECT list, line, retired_ns IS NOT NULL FROM price WHERE id = ?", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, r->id);
		e = stmt_step(&q, &row, err);
	}
	if (e == LL_OK)
		e = check_in_use(&q, row, r->id, err);
	if (e == LL_OK)
		e = json_of_line(&json, stmt_str(&q, 1), err);
	if (e == LL_OK)
		e = set_retired(w, r->id, writer_now_ns(w), err);
	if (e == LL_OK)
		e = audit(w, r->actor, "prices.retire", r->id, buf_str(&json), STR(""), err);
	stmt_release(&q);
	buf_release(&json);
	return e;
}

static enum ll_err run_retire(struct writer *w, void *ctx, struct err *err)
{
	return writer_transaction(w, retire, ctx, err);
}

enum ll_err price_retire(struct store *s, int64_t id, struct str actor, struct err *err)
{
	struct retiring r = { id, actor };

	return writer_run(s, run_retire, &r, err);
}

struct repricing {
	struct job_args args;
	int64_t job, calls;
};

static enum ll_err add_reprice(struct writer *w, void *ctx, struct err *err)
{
	struct repricing *r = ctx;

	return job_add(w, JOB_REPRICE, &r->args, &r->job, err);
}

static enum ll_err run_reprice(struct writer *w, void *ctx, struct err *err)
{
	struct repricing *r = ctx;
	enum ll_err e = writer_transaction(w, add_reprice, r, err);

	return e == LL_OK ? job_finish(w, r->job, &r->calls, err) : e;
}

static void add_end(struct buf *b, int64_t t_ns)
{
	char text[36];

	if (t_ns != INT64_MIN && t_ns != INT64_MAX)
		buf_addz(b, time_format_utc(t_ns, text));
}

enum ll_err reprice_apply(struct store *s, const struct scope *scope,
	const struct timerange *range, struct str actor, int64_t *calls, struct err *err)
{
	struct buf object = BUF_INIT(128);
	struct repricing r = {
		.args = {
			.workspace = scope->workspace,
			.actor = actor,
			.since_ns = range->is_open ? INT64_MIN : range->since_ns,
			.until_ns = range->is_open ? INT64_MAX : range->until_ns,
		},
	};
	enum ll_err e = scope_check_write(scope, err);

	add_end(&object, r.args.since_ns);
	buf_addz(&object, "..");
	add_end(&object, r.args.until_ns);
	r.args.object = buf_str(&object);
	if (e == LL_OK && buf_status(&object) != LL_OK)
		e = ll_fail(err, buf_status(&object), "out of memory for a job");
	if (e == LL_OK)
		e = writer_run(s, run_reprice, &r, err);
	buf_release(&object);
	*calls = r.calls;
	return e;
}
