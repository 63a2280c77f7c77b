/* SPDX-License-Identifier: Apache-2.0 */
/* One month file open for writing. */
#include "store/month_file.h"

#include "base/limits.h"
#include "base/text.h"
#include "model/price.h"
#include "store/migrate.h"

#define SESSIONS_REMEMBERED 20000 /* then all are forgotten and looked up again */

static int note_wal_pages(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	struct month_file *m = ctx;

	(void)handle;
	(void)name;
	m->wal_pages = pages;
	return SQLITE_OK;
}

static enum ll_err set_zone(struct db *db, struct str zone, struct err *err)
{
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, db, "INSERT INTO month VALUES (1, ?)"
		" ON CONFLICT DO NOTHING", err);

	if (e == LL_OK) {
		stmt_bind_str(&q, 1, zone);
		e = stmt_run(&q, err);
	}
	stmt_release(&q);
	return e;
}

static enum ll_err migrate(struct month_file *m, struct str zone, struct err *err)
{
	int32_t version;
	enum ll_err e = schema_version(&m->db, SCHEMA_MONTH, &version, err);

	if (e != LL_OK || version == schema_latest(SCHEMA_MONTH))
		return e;
	e = db_begin(&m->db, err);
	if (e == LL_OK)
		e = schema_migrate(&m->db, SCHEMA_MONTH, err);
	if (e == LL_OK)
		e = set_zone(&m->db, zone, err);
	if (e == LL_OK)
		return db_commit(&m->db, err);
	db_rollback(&m->db);
	return e;
}

static enum ll_err prepare(struct month_file *m, struct err *err)
{
	const struct {
		struct stmt *q;
		const char *sql;
	} stmts[] = {
		{ &m->get, "SELECT " CALL_ROW_COLUMNS_FULL " FROM cost_records WHERE id = ?" },
		{ &m->insert, "INSERT INTO cost_records (" CALL_ROW_COLUMNS ") VALUES"
			" (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)" },
		{ &m->update, "UPDATE cost_records SET (" CALL_ROW_CHANGING ") ="
			" (?3,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
			" WHERE id = ?1" },
		{ &m->set_extra, "INSERT INTO usage_extra VALUES (?, ?, ?)"
			" ON CONFLICT DO UPDATE SET qty = excluded.qty" },
		{ &m->drop_extra, "DELETE FROM usage_extra WHERE record = ? AND unit = ?" },
		{ &m->find_session, "SELECT id FROM session WHERE workspace = ? AND name = ?" },
		{ &m->insert_session, "INSERT INTO session (workspace, name) VALUES (?, ?)" },
		{ &m->session_name, "SELECT name FROM session WHERE id = ?" },
		{ &m->read_version, "PRAGMA data_version" },
		{ &m->read_last, "SELECT id, exact_hi FROM cost_records ORDER BY id DESC LIMIT 1" },
		{ &m->read_exact, "SELECT exact_hi FROM cost_records WHERE id = ?" },
		{ &m->families_after, "SELECT family FROM cost_records WHERE id > ?" },
	};
	enum ll_err e = LL_OK;

	for (size_t i = 0; e == LL_OK && i < sizeof(stmts) / sizeof(stmts[0]); i++)
		e = stmt_prepare(stmts[i].q, &m->db, stmts[i].sql, err);
	return e;
}

enum ll_err month_file_open(struct month_file *m, const char *dir, int32_t month,
	struct str zone, unsigned cache_kib, struct err *err)
{
	char path[sizeof(m->db.path)];
	enum ll_err e;

	*m = (struct month_file){ .month = month };
	map_init(&m->sessions);
	if (!month_path(dir, month, path, sizeof(path)))
		return ll_fail(err, LL_ETOOBIG, "path too long: '%s'", dir);
	e = db_open(&m->db, path, DB_CREATE, cache_kib, err);
	if (e == LL_OK) {
		sqlite3_wal_hook(m->db.handle, note_wal_pages, m);
		e = migrate(m, zone, err);
	}
	if (e == LL_OK)
		e = prepare(m, err);
	if (e == LL_OK)
		e = seen_init(&m->seen, &m->db, err);
	if (e == LL_OK)
		e = roll_stmts_prepare(&m->roll, &m->db, err);
	if (e == LL_OK)
		e = month_file_refresh(m, err);
	if (e != LL_OK)
		month_file_close(m);
	return e;
}

void month_file_close(struct month_file *m)
{
	seen_release(&m->seen);
	db_close(&m->db);
	map_release(&m->sessions);
	zone_free(m->zone);
	*m = (struct month_file){ 0 };
}

static enum ll_err read_number(struct stmt *q, int64_t *out, bool *row, struct err *err)
{
	enum ll_err e = stmt_step(q, row, err);

	if (e == LL_OK && *row) {
		*out = stmt_i64(q, 0);
		stmt_reset(q);
	}
	return e;
}

static enum ll_err read_last(struct month_file *m, struct last_record *out, struct err *err)
{
	bool row;
	enum ll_err e = stmt_step(&m->read_last, &row, err);

	*out = (struct last_record){ 0 };
	if (e == LL_OK && row) {
		out->id = stmt_i64(&m->read_last, 0);
		out->exact_hi = stmt_i64(&m->read_last, 1);
		stmt_reset(&m->read_last);
	}
	return e;
}

/* Ids are given again only after the greatest were deleted: then the last record that we know
 * is gone, or another one. */
static enum ll_err knows_records(struct month_file *m, bool *knows, struct err *err)
{
	int64_t exact_hi = 0;
	bool row = false;
	enum ll_err e;

	stmt_bind_i64(&m->read_exact, 1, m->last.id);
	e = read_number(&m->read_exact, &exact_hi, &row, err);
	*knows = row && exact_hi == m->last.exact_hi;
	return e;
}

static enum ll_err note_new_families(struct month_file *m, struct err *err)
{
	bool row = true;
	enum ll_err e;

	stmt_bind_i64(&m->families_after, 1, m->last.id);
	while ((e = stmt_step(&m->families_after, &row, err)) == LL_OK && row)
		seen_note(&m->seen, (uint64_t)stmt_i64(&m->families_after, 0));
	return e;
}

static enum ll_err refresh_records(struct month_file *m, struct err *err)
{
	struct last_record last;
	bool knows;
	enum ll_err e = read_last(m, &last, err);

	if (e == LL_OK)
		e = knows_records(m, &knows, err);
	if (e == LL_OK && knows)
		e = note_new_families(m, err);
	else if (e == LL_OK)
		seen_forget(&m->seen, last.id);
	if (e == LL_OK)
		m->last = last;
	return e;
}

static enum ll_err refresh_zone(struct month_file *m, struct err *err)
{
	struct zone *zone = NULL;
	enum ll_err e = rollup_zone(&m->db, &zone, err);

	if (e == LL_OK) {
		zone_free(m->zone);
		m->zone = zone;
	}
	return e;
}

enum ll_err month_file_refresh(struct month_file *m, struct err *err)
{
	int64_t version = 0;
	bool row;
	enum ll_err e = read_number(&m->read_version, &version, &row, err);

	if (e != LL_OK || version == m->version)
		return e;
	map_clear(&m->sessions);
	e = refresh_zone(m, err);
	if (e == LL_OK)
		e = refresh_records(m, err);
	if (e == LL_OK)
		m->version = version;
	return e;
}

enum ll_err month_file_begin(struct month_file *m, struct err *err)
{
	enum ll_err e = db_begin(&m->db, err);

	if (e == LL_OK)
		e = month_file_refresh(m, err);
	m->last_at_begin = m->last;
	if (e != LL_OK)
		month_file_rollback(m);
	return e;
}

enum ll_err month_file_commit(struct month_file *m, struct err *err)
{
	enum ll_err e = db_commit(&m->db, err);

	if (e != LL_OK)
		month_file_rollback(m);
	return e;
}

/* The filter may go on holding families that are not there: that only costs look-ups. */
void month_file_rollback(struct month_file *m)
{
	db_rollback(&m->db);
	map_clear(&m->sessions);
	m->last = m->last_at_begin;
}

enum ll_err month_file_get(struct month_file *m, int64_t id, struct call_row *row, bool *found,
	struct err *err)
{
	enum ll_err e;

	stmt_bind_i64(&m->get, 1, id);
	e = stmt_step(&m->get, found, err);
	if (e != LL_OK || !*found)
		return e;
	call_row_read_full(&m->get, row);
	stmt_reset(&m->get);
	return LL_OK;
}

static enum ll_err write_extra(struct month_file *m, const struct call_row *row, struct err *err)
{
	struct stmt *q = row->web_searches ? &m->set_extra : &m->drop_extra;

	stmt_bind_i64(q, 1, row->id);
	stmt_bind_i64(q, 2, RATE_WEB_SEARCH);
	if (row->web_searches)
		stmt_bind_i64(q, 3, row->web_searches);
	return stmt_run(q, err);
}

enum ll_err month_file_insert(struct month_file *m, struct call_row *row, struct err *err)
{
	enum ll_err e;

	row->id = m->last.id + 1;
	call_row_bind(&m->insert, row);
	e = stmt_run(&m->insert, err);
	if (e == LL_OK)
		m->last = (struct last_record){ row->id, (int64_t)row->key.exact.hi };
	if (e == LL_OK && row->web_searches)
		e = write_extra(m, row, err);
	return e;
}

enum ll_err month_file_update(struct month_file *m, const struct call_row *row, struct err *err)
{
	enum ll_err e;

	call_row_bind(&m->update, row);
	e = stmt_run(&m->update, err);
	return e == LL_OK ? write_extra(m, row, err) : e;
}

/* Both in one key: the workspace's bytes, then the name. */
static struct str session_key(char *key, int64_t workspace, struct str name)
{
	memcpy(key, &workspace, sizeof(workspace));
	memcpy(key + sizeof(workspace), name.at, name.len);
	return (struct str){ key, sizeof(workspace) + name.len };
}

static enum ll_err find_session(struct month_file *m, int64_t workspace, struct str name,
	int64_t *id, struct err *err)
{
	bool row;
	enum ll_err e;

	stmt_bind_i64(&m->find_session, 1, workspace);
	stmt_bind_str(&m->find_session, 2, name);
	e = stmt_step(&m->find_session, &row, err);
	if (e != LL_OK || !row)
		return e;
	*id = stmt_i64(&m->find_session, 0);
	stmt_reset(&m->find_session);
	return LL_OK;
}

static enum ll_err insert_session(struct month_file *m, int64_t workspace, struct str name,
	int64_t *id, struct err *err)
{
	enum ll_err e;

	stmt_bind_i64(&m->insert_session, 1, workspace);
	stmt_bind_str(&m->insert_session, 2, name);
	e = stmt_run(&m->insert_session, err);
	if (e == LL_OK)
		*id = db_last_id(&m->db);
	return e;
}

enum ll_err month_file_session(struct month_file *m, int64_t workspace, struct str name,
	int64_t *id, struct err *err)
{
	char bytes[sizeof(workspace) + LIMIT_NAME_BYTES];
	struct str key;
	uint64_t known;
	enum ll_err e;

	*id = 0;
	if (!name.len)
		return LL_OK;
	name = utf8_cut(name, LIMIT_NAME_BYTES);
	key = session_key(bytes, workspace, name);
	if (map_find(&m->sessions, key, &known)) {
		*id = (int64_t)known;
		return LL_OK;
	}
	e = find_session(m, workspace, name, id, err);
	if (e == LL_OK && !*id)
		e = insert_session(m, workspace, name, id, err);
	if (e != LL_OK)
		return e;
	if (m->sessions.count >= SESSIONS_REMEMBERED)
		map_clear(&m->sessions);
	if (map_put(&m->sessions, key, (uint64_t)*id) != LL_OK)
		return ll_fail(err, LL_ENOMEM, "out of memory for sessions");
	return LL_OK;
}

enum ll_err month_file_session_name(struct month_file *m, int64_t id, struct arena *a,
	struct str *name, struct err *err)
{
	bool row;
	enum ll_err e;

	*name = STR("");
	if (!id)
		return LL_OK;
	stmt_bind_i64(&m->session_name, 1, id);
	e = stmt_step(&m->session_name, &row, err);
	if (e != LL_OK || !row)
		return e;
	*name = arena_str(a, stmt_str(&m->session_name, 0));
	stmt_reset(&m->session_name);
	return name->at ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory for sessions");
}
