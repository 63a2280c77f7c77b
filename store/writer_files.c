/* SPDX-License-Identifier: Apache-2.0 */
/* The writer's files: main.db, the months that are open, and their checkpoints. */
#include "store/writer.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/log.h"
#include "store/migrate.h"

#define WAL_FRAME_BYTES 8216 /* a page and its header */
#define WAL_MAX_PAGES ((32 << 20) / WAL_FRAME_BYTES)
#define MAIN_CACHE_KIB 2048u
#define DEFAULT_CACHE_KIB (16u << 10)

static int note_wal_pages(void *ctx, sqlite3 *handle, const char *name, int pages)
{
	struct writer *w = ctx;

	(void)handle;
	(void)name;
	w->main_wal_pages = pages;
	return SQLITE_OK;
}

/* A reader that still needs the log only makes a checkpoint partial: the next does the rest. */
static void checkpoint(struct db *db, int *wal_pages)
{
	int rc = sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
		NULL);

	if (rc != SQLITE_OK && rc != SQLITE_BUSY)
		log_warn("store", "cannot checkpoint '%s': %s", db->path,
			sqlite3_errmsg(db->handle));
	*wal_pages = 1; /* the log is still a file, to be used again from its start */
}

/* Leaves an empty log, unless a reader would have to be waited for. */
static void checkpoint_whole(struct db *db, int *wal_pages)
{
	if (!*wal_pages)
		return;
	sqlite3_busy_timeout(db->handle, 0);
	if (sqlite3_wal_checkpoint_v2(db->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL) ==
		SQLITE_OK)
		*wal_pages = 0;
	sqlite3_busy_timeout(db->handle, DB_BUSY_TIMEOUT_MS);
}

void writer_checkpoint_long(struct writer *w)
{
	if (w->main_wal_pages > WAL_MAX_PAGES)
		checkpoint(&w->main_db, &w->main_wal_pages);
	for (size_t i = 0; i < WRITER_MONTHS; i++)
		if (w->months[i].wal_pages > WAL_MAX_PAGES)
			checkpoint(&w->months[i].db, &w->months[i].wal_pages);
}

void writer_checkpoint_all(struct writer *w)
{
	checkpoint_whole(&w->main_db, &w->main_wal_pages);
	for (size_t i = 0; i < WRITER_MONTHS; i++)
		checkpoint_whole(&w->months[i].db, &w->months[i].wal_pages);
	w->has_unsaved = false;
}

static void close_month(struct month_file *m)
{
	if (!m->month)
		return;
	checkpoint_whole(&m->db, &m->wal_pages);
	month_file_close(m);
}

static struct month_file *find_month(struct writer *w, int32_t month)
{
	for (size_t i = 0; i < WRITER_MONTHS; i++)
		if (w->months[i].month == month)
			return &w->months[i];
	return NULL;
}

static struct month_file *oldest_place(struct writer *w)
{
	struct month_file *oldest = &w->months[0];

	for (size_t i = 1; i < WRITER_MONTHS; i++)
		if (w->months[i].used < oldest->used)
			oldest = &w->months[i];
	return oldest;
}

/* One month has pages in memory at a time, so that the cache is as big as was asked for. */
static void shrink_others(struct writer *w, const struct month_file *current)
{
	for (size_t i = 0; i < WRITER_MONTHS; i++)
		if (&w->months[i] != current && w->months[i].db.handle)
			sqlite3_db_release_memory(w->months[i].db.handle);
}

static bool month_exists(const struct store *s, int32_t month)
{
	char path[STORE_PATH_MAX];
	struct stat st;

	return month_path(s->dir, month, path, sizeof(path)) && stat(path, &st) == 0;
}

static enum ll_err workspace_zone(struct writer *w, char out[64], struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, &w->main_db, "SELECT zone FROM workspace WHERE id = 1",
		err);

	if (e == LL_OK)
		e = stmt_step(&q, &row, err);
	if (e == LL_OK)
		snprintf(out, 64, "%.*s", STR_FMT(row ? stmt_str(&q, 0) : STR("UTC")));
	stmt_release(&q);
	return e;
}

static enum ll_err open_month(struct writer *w, struct month_file *place, int32_t month,
	struct err *err)
{
	unsigned cache_kib = w->store->cache_kib ? w->store->cache_kib : DEFAULT_CACHE_KIB;
	char zone[64];
	enum ll_err e = workspace_zone(w, zone, err);

	if (e != LL_OK)
		return e;
	close_month(place);
	return month_file_open(place, w->store->dir, month, str_of(zone), cache_kib, err);
}

enum ll_err writer_month(struct writer *w, int32_t month, bool create, struct month_file **out,
	struct err *err)
{
	struct month_file *m = find_month(w, month);
	enum ll_err e;

	*out = NULL;
	if (!m) {
		if (!create && !month_exists(w->store, month))
			return LL_OK;
		m = oldest_place(w);
		e = open_month(w, m, month, err);
		if (e != LL_OK)
			return e;
		shrink_others(w, m);
	}
	m->used = ++w->uses;
	*out = m;
	return LL_OK;
}

void writer_forget_months(struct writer *w)
{
	for (size_t i = 0; i < WRITER_MONTHS; i++)
		close_month(&w->months[i]);
}

void writer_committed(struct writer *w)
{
	w->has_unsaved = true;
	generation_raise(&w->store->generation);
}

int64_t writer_now_ns(const struct writer *w)
{
	return clock_now_ns(w->store->clock);
}

enum ll_err writer_prepare(struct writer *w, struct err *err)
{
	const struct {
		struct stmt *q;
		const char *sql;
	} stmts[] = {
		{ &w->has_source, "SELECT 1 FROM source WHERE id = ? AND workspace = ?" },
		{ &w->save_file, "INSERT INTO source_file (source, path, device, inode, size,"
			" mtime_ns, offset, line, decoder_version, head, head_bytes, state)"
			" VALUES (?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (source, path) DO UPDATE SET"
			" device = excluded.device, inode = excluded.inode, size = excluded.size,"
			" mtime_ns = excluded.mtime_ns, offset = excluded.offset,"
			" line = excluded.line,"
			" decoder_version = excluded.decoder_version, head = excluded.head,"
			" head_bytes = excluded.head_bytes, state = excluded.state" },
	};
	enum ll_err e = LL_OK;

	if (w->is_ready)
		return LL_OK;
	for (size_t i = 0; e == LL_OK && i < sizeof(stmts) / sizeof(stmts[0]); i++)
		if (!stmts[i].q->handle)
			e = stmt_prepare(stmts[i].q, &w->main_db, stmts[i].sql, err);
	if (e == LL_OK && !w->names.main_db)
		e = names_init(&w->names, &w->main_db, err);
	if (e == LL_OK && !w->tags.main_db)
		e = tag_sets_init(&w->tags, &w->main_db, err);
	w->is_ready = e == LL_OK;
	return e;
}

static enum ll_err insert_workspace(struct writer *w, const char *zone, struct err *err)
{
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, &w->main_db, "INSERT INTO workspace VALUES"
		" (1, 'default', ?, ?) ON CONFLICT DO NOTHING", err);

	if (e == LL_OK) {
		stmt_bind_str(&q, 1, str_of(zone));
		stmt_bind_i64(&q, 2, writer_now_ns(w));
		e = stmt_run(&q, err);
	}
	stmt_release(&q);
	return e;
}

/* In a transaction: another process may do the same, and is waited for. */
static enum ll_err migrate(struct writer *w, const char *zone, struct err *err)
{
	enum ll_err e = lock_take(&w->lock, LOCK_WAIT_MS, err);

	if (e != LL_OK)
		return e;
	e = db_begin(&w->main_db, err);
	if (e == LL_OK)
		e = schema_migrate(&w->main_db, SCHEMA_MAIN, err);
	if (e == LL_OK)
		e = insert_workspace(w, zone, err);
	if (e == LL_OK)
		e = db_commit(&w->main_db, err);
	else
		db_rollback(&w->main_db);
	lock_give(&w->lock);
	return e;
}

enum ll_err writer_open_main(struct writer *w, const char *zone, struct err *err)
{
	int32_t version = 0;
	enum ll_err e = db_open(&w->main_db, w->store->main_path, DB_CREATE, MAIN_CACHE_KIB, err);

	if (e == LL_OK)
		e = schema_version(&w->main_db, SCHEMA_MAIN, &version, err);
	if (e == LL_OK && version < schema_latest(SCHEMA_MAIN))
		e = migrate(w, zone, err);
	if (e == LL_OK)
		sqlite3_wal_hook(w->main_db.handle, note_wal_pages, w);
	return e;
}

void writer_close_files(struct writer *w, bool checkpoint_first)
{
	for (size_t i = 0; i < WRITER_MONTHS; i++) {
		if (checkpoint_first)
			close_month(&w->months[i]);
		else
			month_file_close(&w->months[i]);
	}
	if (checkpoint_first && w->has_unsaved)
		checkpoint_whole(&w->main_db, &w->main_wal_pages);
}

enum ll_err writer_transaction(struct writer *w,
	enum ll_err (*fn)(struct writer *w, void *ctx, struct err *err), void *ctx, struct err *err)
{
	enum ll_err e = db_begin(&w->main_db, err);

	if (e != LL_OK)
		return e;
	e = fn(w, ctx, err);
	if (e == LL_OK)
		e = db_commit(&w->main_db, err);
	else
		db_rollback(&w->main_db);
	if (e == LL_OK)
		writer_committed(w);
	return e;
}
