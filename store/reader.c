/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and keeps a reader's connections, and stops what takes too long. */
#include "store/reader.h"

#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/migrate.h"
#include "store/store_internal.h"

/* Virtual machine steps between looks at the clock: some 0.1 ms. */
#define PROGRESS_STEPS 10000

static enum ll_err reason_to_stop(struct store_reader *r)
{
	if (atomic_exchange(&r->is_canceled, false))
		return LL_ECANCELED;
	if (r->deadline_mono_ns && clock_mono_ns() >= r->deadline_mono_ns)
		return LL_ETIMEOUT;
	return LL_OK;
}

static int progress(void *ctx)
{
	struct store_reader *r = ctx;

	r->stopped = reason_to_stop(r);
	return r->stopped != LL_OK;
}

static enum ll_err fail_stopped(struct store_reader *r, struct err *err)
{
	if (r->stopped == LL_ECANCELED)
		return ll_fail(err, LL_ECANCELED, "the query was canceled");
	return ll_fail(err, LL_ETIMEOUT, "the query took too long and was stopped");
}

static void watch(struct store_reader *r, struct db *db)
{
	sqlite3_progress_handler(db->handle, PROGRESS_STEPS, progress, r);
}

static void month_close(struct month_reader *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->stmt_count; i++)
		stmt_release(&m->stmts[i].stmt);
	db_close(&m->db);
	ll_free(m);
}

static struct month_reader *find_month(struct store_reader *r, int32_t month)
{
	for (size_t i = 0; i < r->month_count; i++)
		if (r->months[i]->month == month)
			return r->months[i];
	return NULL;
}

static bool keep_month(struct store_reader *r, struct month_reader *m)
{
	struct month_reader **months =
		ll_try_realloc(r->months, (r->month_count + 1) * sizeof(struct month_reader *));

	if (!months)
		return false;
	r->months = months;
	months[r->month_count++] = m;
	return true;
}

static enum ll_err open_month(struct store_reader *r, int32_t month, struct month_reader **out,
	struct err *err)
{
	char path[sizeof(((struct db *)0)->path)];
	struct month_reader *m = ll_try_alloc(sizeof(*m));
	enum ll_err code;

	if (!m)
		return ll_fail(err, LL_ENOMEM, "out of memory while opening a month file");
	m->month = month;
	if (!month_path(store_dir(r->store), month, path, sizeof(path)))
		code = ll_fail(err, LL_EINVAL, "path of the store '%s' is too long",
			store_dir(r->store));
	else
		code = db_open(&m->db, path, DB_READ, 0, err);
	if (code == LL_OK && !keep_month(r, m))
		code = ll_fail(err, LL_ENOMEM, "out of memory while opening a month file");
	if (code != LL_OK) {
		month_close(m);
		return code;
	}
	watch(r, &m->db);
	*out = m;
	return LL_OK;
}

/* The first read of the transaction: from here on the snapshot stands. */
static enum ll_err read_zone(struct month_reader *m, struct err *err)
{
	struct stmt *q;
	bool row;
	enum ll_err code = month_stmt(m, "SELECT zone FROM month", &q, err);

	if (code == LL_OK)
		code = stmt_step(q, &row, err);
	if (code != LL_OK)
		return code;
	if (!row)
		return ll_fail(err, LL_ECORRUPT, "'%s' is damaged: its row 'month' is gone",
			m->db.path);
	snprintf(m->zone, sizeof(m->zone), "%.*s", STR_FMT(stmt_str(q, 0)));
	stmt_reset(q);
	return LL_OK;
}

enum ll_err reader_begin(struct store_reader *r, struct err *err)
{
	r->stopped = reason_to_stop(r);
	if (r->stopped != LL_OK)
		return fail_stopped(r, err);
	return lookup_load_sources(&r->lookup, &r->main, err);
}

enum ll_err reader_end(struct store_reader *r, enum ll_err code, struct err *err)
{
	for (size_t i = 0; i < r->month_count; i++)
		reader_month_end(r->months[i]);
	if (code == LL_OK || r->stopped == LL_OK)
		return code;
	return fail_stopped(r, err);
}

/* Files that are gone (retention) are closed, so that their space is free. */
static void close_missing(struct store_reader *r, const struct month_list *list)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->month_count; i++) {
		bool is_listed = false;

		for (size_t k = 0; k < list->count && !is_listed; k++)
			is_listed = list->at[k] == r->months[i]->month;
		if (is_listed)
			r->months[kept++] = r->months[i];
		else
			month_close(r->months[i]);
	}
	r->month_count = kept;
}

enum ll_err reader_months(struct store_reader *r, const struct timerange *range,
	struct month_list *out, struct err *err)
{
	int64_t since = range_since_ns(range), until = range_until_ns(range);
	size_t kept = 0;
	enum ll_err code = month_list(store_dir(r->store), out, err);

	if (code != LL_OK)
		return code;
	close_missing(r, out);
	for (size_t i = 0; i < out->count; i++) {
		int32_t month = out->at[i];

		if (month_start_ns(month) < until && month_start_ns(month_next(month)) > since)
			out->at[kept++] = month;
	}
	out->count = kept;
	return LL_OK;
}

enum ll_err reader_month(struct store_reader *r, int32_t month, struct month_reader **out,
	struct err *err)
{
	struct month_reader *m = find_month(r, month);
	int32_t version = 0;
	enum ll_err code = LL_OK;

	*out = NULL;
	if (!m)
		code = open_month(r, month, &m, err);
	if (code == LL_OK)
		code = db_exec(&m->db, "BEGIN", err);
	if (code == LL_OK)
		code = schema_version(&m->db, SCHEMA_MONTH, &version, err);
	if (code != LL_OK)
		return code;
	if (version == 0) { /* its writer has made the file and not yet its tables */
		reader_month_end(m);
		return LL_OK;
	}
	code = read_zone(m, err);
	if (code == LL_OK)
		code = lookup_sync(&r->lookup, &r->main, err);
	if (code == LL_OK)
		*out = m;
	return code;
}

void reader_month_end(struct month_reader *m)
{
	for (size_t i = 0; i < m->stmt_count; i++)
		stmt_reset(&m->stmts[i].stmt);
	db_rollback(&m->db);
}

enum ll_err month_stmt(struct month_reader *m, const char *sql, struct stmt **out, struct err *err)
{
	struct month_stmt *slot = m->stmts;
	enum ll_err code;

	while (slot < m->stmts + m->stmt_count && slot->sql != sql)
		slot++;
	if (slot == m->stmts + m->stmt_count) {
		PRE(m->stmt_count < MONTH_STMTS);
		code = stmt_prepare(&slot->stmt, &m->db, sql, err);
		if (code != LL_OK)
			return code;
		slot->sql = sql;
		m->stmt_count++;
	}
	stmt_reset(&slot->stmt);
	*out = &slot->stmt;
	return LL_OK;
}

int64_t range_since_ns(const struct timerange *range)
{
	return range->is_open ? INT64_MIN : range->since_ns;
}

int64_t range_until_ns(const struct timerange *range)
{
	return range->is_open ? INT64_MAX : range->until_ns;
}

static enum ll_err read_workspace_zone(struct store_reader *r, int64_t workspace, char out[64],
	struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code = stmt_prepare(&q, &r->main, "SELECT zone FROM workspace WHERE id = ?",
		err);

	if (code == LL_OK) {
		stmt_bind_i64(&q, 1, workspace);
		code = stmt_step(&q, &row, err);
	}
	if (code == LL_OK && !row)
		code = ll_fail(err, LL_ENOENT, "there is no workspace %lld", (long long)workspace);
	if (row)
		snprintf(out, 64, "%.*s", STR_FMT(stmt_str(&q, 0)));
	stmt_release(&q);
	return code;
}

enum ll_err store_zone(struct store_reader *r, const struct scope *scope, char out[64],
	struct err *err)
{
	enum ll_err code = reader_begin(r, err);

	out[0] = '\0';
	if (code == LL_OK)
		code = read_workspace_zone(r, scope->workspace, out, err);
	return reader_end(r, code, err);
}

enum ll_err store_reader_open(struct store *s, struct store_reader **out, struct err *err)
{
	struct store_reader *r = ll_try_alloc(sizeof(*r));
	char path[sizeof(r->main.path)];
	enum ll_err code;

	*out = NULL;
	if (!r)
		return ll_fail(err, LL_ENOMEM, "out of memory while opening the store");
	r->store = s;
	lookup_init(&r->lookup);
	if (!path_join(path, sizeof(path), store_dir(s), "main.db"))
		code = ll_fail(err, LL_EINVAL, "path of the store '%s' is too long", store_dir(s));
	else
		code = db_open(&r->main, path, DB_READ, 0, err);
	if (code != LL_OK) {
		store_reader_close(r);
		return code;
	}
	watch(r, &r->main);
	*out = r;
	return LL_OK;
}

void store_reader_close(struct store_reader *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < r->month_count; i++)
		month_close(r->months[i]);
	ll_free(r->months);
	db_close(&r->main);
	lookup_release(&r->lookup);
	ll_free(r);
}

void store_reader_deadline(struct store_reader *r, int64_t mono_ns)
{
	r->deadline_mono_ns = mono_ns;
}

void store_reader_cancel(struct store_reader *r)
{
	atomic_store(&r->is_canceled, true);
}
