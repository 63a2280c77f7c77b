/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes, versions and soundness of a store's files. */
#include "store/health.h"

#include <stdio.h>
#include <sys/stat.h>

#include "store/audit.h"
#include "store/migrate.h"
#include "store/reader.h"
#include "store/rollup.h"

/* The first version with the fix of the WAL-reset bug (sqlite.org/wal.html). */
#define WAL_RESET_FIXED 3051003

static enum ll_err no_memory(struct err *err)
{
	(void)ll_fail(err, LL_ENOMEM, "out of memory while checking the store");
	return LL_ENOMEM; /* for analysers, which see no further than this file */
}

/* 0 for a file that is not there. */
static int64_t file_bytes(const char *path, const char *suffix)
{
	char name[sizeof(((struct db *)0)->path) + 8];
	struct stat st;

	snprintf(name, sizeof(name), "%s%s", path, suffix);
	return stat(name, &st) == 0 ? (int64_t)st.st_size : 0;
}

static enum ll_err copy_text(struct arena *a, struct str text, const char **out, struct err *err)
{
	*out = arena_str(a, text).at;
	return *out ? LL_OK : no_memory(err);
}

/* What is wrong with a file is its health, not a failure of the check. */
static bool is_finding(enum ll_err code)
{
	return code == LL_ECORRUPT || code == LL_EVERSION || code == LL_EIO || code == LL_EACCESS;
}

static enum ll_err keep_finding(enum ll_err code, struct arena *a, const char **problem,
	struct err *err)
{
	if (!is_finding(code))
		return code;
	code = copy_text(a, str_of(err->msg), problem, err);
	*err = (struct err){ 0 };
	return code;
}

static enum ll_err read_count(struct db *db, const char *sql, int64_t *out, struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code = stmt_prepare(&q, db, sql, err);

	if (code == LL_OK)
		code = stmt_step(&q, &row, err);
	*out = row ? stmt_i64(&q, 0) : 0;
	stmt_release(&q);
	return code;
}

static enum ll_err check_integrity(struct db *db, struct arena *a, const char **problem,
	struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code = stmt_prepare(&q, db, "PRAGMA integrity_check(1)", err);

	if (code == LL_OK)
		code = stmt_step(&q, &row, err);
	if (row && !str_is(stmt_str(&q, 0), "ok"))
		code = copy_text(a, stmt_str(&q, 0), problem, err);
	stmt_release(&q);
	return code;
}

static enum ll_err check_rollups(struct store_reader *r, struct db *month, struct arena *a,
	const char **problem, struct err *err)
{
	char text[160];
	enum ll_err code = rollup_recount(&r->main, month, text, err);

	if (code != LL_OK || !text[0])
		return code;
	return copy_text(a, str_of(text), problem, err);
}

static enum ll_err look_at_month(struct store_reader *r, bool deep, struct arena *a,
	struct month_health *out, struct err *err)
{
	struct month_reader *m;
	enum ll_err code = reader_month(r, out->month, &m, err);

	if (code != LL_OK || !m)
		return code;
	out->bytes = file_bytes(m->db.path, "");
	out->wal_bytes = file_bytes(m->db.path, "-wal");
	code = copy_text(a, str_of(m->zone), &out->zone, err);
	if (code == LL_OK)
		code = schema_version(&m->db, SCHEMA_MONTH, &out->schema, err);
	if (code == LL_OK)
		code = read_count(&m->db, "SELECT count(*) FROM cost_records", &out->calls, err);
	if (code == LL_OK && deep)
		code = check_integrity(&m->db, a, &out->problem, err);
	if (code == LL_OK && deep && !out->problem)
		code = check_rollups(r, &m->db, a, &out->problem, err);
	reader_month_end(m);
	return code;
}

static enum ll_err look_at_months(struct store_reader *r, bool deep, struct arena *a,
	struct store_health *out, struct err *err)
{
	const struct timerange always = { .is_open = true };
	struct month_list months = { 0 };
	enum ll_err code = reader_months(r, &always, &months, err);

	if (code == LL_OK) {
		out->months = arena_alloc(a, (months.count + 1) * sizeof(*out->months));
		code = out->months ? LL_OK : no_memory(err);
	}
	for (size_t i = 0; i < months.count && code == LL_OK; i++) {
		struct month_health *m = &out->months[out->month_count++];

		m->month = months.at[i];
		m->zone = "";
		code = keep_finding(look_at_month(r, deep, a, m, err), a, &m->problem, err);
		out->calls += m->calls;
	}
	month_list_release(&months);
	return code;
}

static enum ll_err look_at_main(struct store_reader *r, bool deep, struct arena *a,
	struct store_health *out, struct err *err)
{
	struct db *db = &r->main;
	enum ll_err code = schema_version(db, SCHEMA_MAIN, &out->main_schema, err);

	out->main_bytes = file_bytes(db->path, "");
	if (code == LL_OK)
		code = read_count(db, "SELECT count(*) FROM source", &out->sources, err);
	if (code == LL_OK)
		code = read_count(db, "SELECT count(*) FROM source_file", &out->files, err);
	if (code == LL_OK)
		code = read_count(db, "SELECT count(*) FROM audit", &out->audit_entries, err);
	if (code == LL_OK)
		code = read_count(db, "SELECT count(*) FROM job WHERE finished_ns IS NULL",
			&out->unfinished_jobs, err);
	if (code == LL_OK && deep)
		code = check_integrity(db, a, &out->main_problem, err);
	return code;
}

static enum ll_err look_at_audit(struct store_reader *r, struct arena *a, struct store_health *out,
	struct err *err)
{
	int64_t sound;
	enum ll_err code = audit_verify(r, &sound, err);

	return keep_finding(code, a, &out->audit_problem, err);
}

static enum ll_err look(struct store_reader *r, bool deep, struct arena *a,
	struct store_health *out, struct err *err)
{
	enum ll_err code = look_at_main(r, deep, a, out, err);

	code = keep_finding(code, a, &out->main_problem, err);
	return code == LL_OK ? look_at_months(r, deep, a, out, err) : code;
}

enum ll_err store_health(struct store_reader *r, bool deep, struct arena *a,
	struct store_health *out, struct err *err)
{
	struct err own = { 0 };
	enum ll_err code;

	if (!err)
		err = &own; /* the sentences are the result */
	*out = (struct store_health){
		.sqlite_version = sqlite3_libversion(),
		.has_wal_reset_bug = sqlite3_libversion_number() < WAL_RESET_FIXED,
	};
	code = reader_begin(r, err);
	if (code == LL_OK)
		code = look(r, deep, a, out, err);
	code = reader_end(r, code, err);
	return code == LL_OK ? look_at_audit(r, a, out, err) : code;
}
