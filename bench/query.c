/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Questions to the store of one month, beside SQLite reading the same rows and doing nothing with
 * them.
 *
 * "Cold" is a new connection after posix_fadvise(DONTNEED) on the store's files: the kernel drops
 * their pages, whatever the disk itself keeps.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "bench/ceiling.h"
#include "store/record.h"
#include "store/spend.h"

#define DEPTH INT64_C(1000000)
#define PAGE_ROWS 50
#define REPEAT_QUERY 5
#define REPEAT_PAGE 400
#define REPEAT_SELECT 50000

struct query_bench {
	char dir[512], month[600];
	int64_t calls;
	struct store *store;
	struct store_reader *reader; /* kept open: warm */
	sqlite3 *db;                 /* the same for the references */
	struct zone *zone;           /* of the query */
	const char *rollup_sql;      /* rows that answer it when read in full */
	struct str cursor;           /* of the page */
	struct arena arena;          /* of the cursor */
};

static enum ll_err month_of_zone(const struct zone *z, struct timerange *out, struct err *err)
{
	return timerange_parse(STR("2026-09-01"), STR("2026-09-30"), z,
		CALLS_FIRST_DAY * NS_PER_DAY, out, err);
}

/* The month by day and model. */
static enum ll_err ask(const struct query_bench *b, struct store_reader *reader, struct err *err)
{
	struct spend_query query = {
		.zone = b->zone,
		.bucket = BUCKET_DAY,
		.dims = { { .kind = DIM_MODEL } },
		.dim_count = 1,
	};
	struct scope scope = SCOPE_DEFAULT;
	struct arena arena = { 0 };
	struct spend spend = { 0 };
	int64_t calls;
	enum ll_err code = month_of_zone(b->zone, &query.range, err);

	if (code == LL_OK)
		code = spend_query(reader, &scope, &query, &arena, &spend, err);
	/* Another zone's month has some hours less of ours at its start or end. */
	calls = spend.total.calls;
	if (code == LL_OK && (calls > b->calls || calls < b->calls / 100 * 99))
		code = ll_fail(err, LL_EINVAL, "%lld calls summed of %lld", (long long)calls,
			(long long)b->calls);
	arena_release(&arena);
	return code;
}

static enum ll_err ask_warm(void *ctx, double *ms, struct err *err)
{
	struct query_bench *b = ctx;
	int64_t since = clock_mono_ns();
	enum ll_err code = LL_OK;

	for (int i = 0; code == LL_OK && i < REPEAT_QUERY; i++)
		code = ask(b, b->reader, err);
	*ms = seconds_since(since) * 1e3 / REPEAT_QUERY;
	return code;
}

static enum ll_err scan_warm(void *ctx, double *ms, struct err *err)
{
	struct query_bench *b = ctx;
	int64_t rows, since = clock_mono_ns();
	enum ll_err code = LL_OK;

	for (int i = 0; code == LL_OK && i < REPEAT_QUERY; i++)
		code = sql_scan(b->db, b->rollup_sql, &rows, err);
	*ms = seconds_since(since) * 1e3 / REPEAT_QUERY;
	return code;
}

static void drop_pages(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		int fd = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC);

		if (fd < 0)
			continue;
		(void)fdatasync(fd); /* only clean pages are dropped */
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
		file_close(&fd);
	}
	if (d)
		closedir(d);
}

static enum ll_err ask_cold(void *ctx, double *ms, struct err *err)
{
	struct query_bench *b = ctx;
	struct store_reader *reader = NULL;
	int64_t since;
	enum ll_err code;

	drop_pages(b->dir);
	since = clock_mono_ns();
	code = store_reader_open(b->store, &reader, err);
	if (code == LL_OK)
		code = ask(b, reader, err);
	*ms = seconds_since(since) * 1e3;
	store_reader_close(reader);
	return code;
}

static enum ll_err scan_cold(void *ctx, double *ms, struct err *err)
{
	struct query_bench *b = ctx;
	sqlite3 *db = NULL;
	int64_t rows, since;
	enum ll_err code;

	drop_pages(b->dir);
	since = clock_mono_ns();
	code = month_open(b->month, &db, err);
	if (code == LL_OK)
		code = sql_scan(db, b->rollup_sql, &rows, err);
	*ms = seconds_since(since) * 1e3;
	sqlite3_close(db);
	return code;
}

/* Reads a page; *next in the arena. */
static enum ll_err read_page(const struct query_bench *b, struct str cursor, size_t rows,
	struct arena *a, struct str *next, struct err *err)
{
	struct record_query query = {
		.range = { 0, INT64_MAX, true },
		.cursor = cursor,
		.limit = rows,
	};
	struct scope scope = SCOPE_DEFAULT;
	struct record_page page = { 0 };
	enum ll_err code = record_page(b->reader, &scope, &query, a, &page, err);

	*next = page.next;
	if (code == LL_OK && page.count != rows)
		return ll_fail(err, LL_EINVAL, "a page of %zu rows, not %zu", page.count, rows);
	return code;
}

static enum ll_err page(void *ctx, double *us, struct err *err)
{
	struct query_bench *b = ctx;
	struct arena arena = { 0 };
	struct str next;
	int64_t since = clock_mono_ns();
	enum ll_err code = LL_OK;

	for (int i = 0; code == LL_OK && i < REPEAT_PAGE; i++) {
		arena_clear(&arena);
		code = read_page(b, b->cursor, PAGE_ROWS, &arena, &next, err);
	}
	*us = seconds_since(since) * 1e6 / REPEAT_PAGE;
	arena_release(&arena);
	return code;
}

static enum ll_err select_one(void *ctx, double *us, struct err *err)
{
	struct query_bench *b = ctx;
	double seconds;
	enum ll_err code = point_select(b->db, b->calls, REPEAT_SELECT, &seconds, err);

	*us = seconds * 1e6;
	return code;
}

/* Pages down to `depth` rows below the newest. */
static enum ll_err go_down(struct query_bench *b, int64_t depth, struct err *err)
{
	enum ll_err code = LL_OK;

	for (int64_t at = 0; code == LL_OK && at < depth; at += LIMIT_PAGE_ROWS) {
		struct arena arena = { 0 };
		struct str next;

		code = read_page(b, b->cursor, LIMIT_PAGE_ROWS, &arena, &next, err);
		if (code == LL_OK)
			b->cursor = arena_str(&b->arena, next);
		arena_release(&arena);
	}
	return code;
}

static enum ll_err run_spend(struct query_bench *b, struct err *err)
{
	static const struct {
		const char *name, *zone, *sql, *reference;
		double bar_ms;
		enum ll_err (*measure)(void *ctx, double *ms, struct err *err);
		enum ll_err (*scan)(void *ctx, double *ms, struct err *err);
	} cases[] = {
		{ "month_by_model_by_day", "UTC", "SELECT * FROM roll_day_all",
			"SQLite stepping roll_day_all, warm", 10, ask_warm, scan_warm },
		{ "month_by_model_by_day_other_zone", "Asia/Kolkata", "SELECT * FROM roll_15m_all",
			"SQLite stepping roll_15m_all, warm", 100, ask_warm, scan_warm },
		{ "month_by_model_by_day_other_zone_cold", "Asia/Kolkata", "SELECT * FROM roll_15m_all",
			"SQLite stepping roll_15m_all, after posix_fadvise(DONTNEED)", 1000, ask_cold,
			scan_cold },
	};
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct contest contest = {
			.figure = {
				.name = cases[i].name,
				.unit = "ms",
				.better = LESS_IS_BETTER,
				.reference = cases[i].reference,
				.wanted = WANT_AT_MOST,
				.bar = cases[i].bar_ms,
			},
			.measure = cases[i].measure,
			.reference = cases[i].scan,
			.ctx = b,
		};

		b->rollup_sql = cases[i].sql;
		code = zone_open(str_of(cases[i].zone), &b->zone, err);
		if (code == LL_OK)
			code = contest_run(&contest, err);
		zone_free(b->zone);
		b->zone = NULL;
	}
	return code;
}

static enum ll_err run_pages(struct query_bench *b, struct err *err)
{
	struct contest contest = {
		.figure = {
			.name = "page_of_50",
			.unit = "us",
			.better = LESS_IS_BETTER,
			.reference = "SELECT by rowid",
			.wanted = WANT_RATIO,
			.bar = 1.0 / 50,
		},
		.measure = page,
		.reference = select_one,
		.ctx = b,
	};
	enum ll_err code = contest_run(&contest, err);

	if (code != LL_OK || b->calls < DEPTH + PAGE_ROWS)
		return code;
	code = go_down(b, DEPTH, err);
	contest.figure.name = "page_of_50_below_a_million";
	return code == LL_OK ? contest_run(&contest, err) : code;
}

static enum ll_err open_all(struct query_bench *b, struct err *err)
{
	struct store_options options = { .dir = b->dir, .mode = STORE_READ_ONLY };
	enum ll_err code = store_open(&b->store, &options, err);

	if (code == LL_OK)
		code = store_reader_open(b->store, &b->reader, err);
	if (code == LL_OK && !path_join(b->month, sizeof(b->month), b->dir, "2026-09.db"))
		code = ll_fail(err, LL_EINVAL, "path of the store is too long");
	return code == LL_OK ? month_open(b->month, &b->db, err) : code;
}

enum ll_err bench_query(const struct bench *bench, struct err *err)
{
	struct query_bench b = { 0 };
	enum ll_err code = month_store(bench, b.dir, &b.calls, err);

	if (code == LL_OK)
		code = open_all(&b, err);
	if (code == LL_OK)
		code = run_spend(&b, err);
	if (code == LL_OK)
		code = run_pages(&b, err);
	sqlite3_close(b.db);
	store_reader_close(b.reader);
	store_close(b.store);
	arena_release(&b.arena);
	return code;
}
