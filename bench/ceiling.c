/* SPDX-License-Identifier: Apache-2.0 */
/* The references. */
#include "bench/ceiling.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif
#include <stdio.h>

#include "base/file.h"

/* The first quote, backslash or control byte, or the end. */
static const char *next_mark(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i last_control = _mm_set1_epi8(31);

	for (; end - p >= 16; p += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i text = _mm_or_si128(_mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, backslash));
		__m128i control = _mm_cmpeq_epi8(_mm_min_epu8(x, last_control), x);
		int found = _mm_movemask_epi8(_mm_or_si128(text, control));

		if (found)
			return p + __builtin_ctz((unsigned)found);
	}
#endif
	while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p > 31)
		p++;
	return p;
}

size_t string_scan(struct str text)
{
	const char *p = text.at, *end = text.at + text.len;
	size_t marks = 0;

	while ((p = next_mark(p, end)) < end) {
		marks++;
		p += *p == '\\' ? 2 : 1;
	}
	return marks;
}

static enum ll_err fail_sql(sqlite3 *db, struct err *err)
{
	return ll_fail(err, LL_EIO, "reference: %s", sqlite3_errmsg(db));
}

static enum ll_err run_sql(sqlite3 *db, const char *sql, struct err *err)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? LL_OK : fail_sql(db, err);
}

/* The pragmas are those of the store's writer, but for the checkpoint: SQLite's own, with a WAL as
 * long as it likes best. */
static const char bare_schema[] =
	"PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
	"PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=8192;"
	"CREATE TABLE cost_records(id INTEGER PRIMARY KEY, start_ns INTEGER NOT NULL,"
	" workspace INTEGER NOT NULL, project INTEGER NOT NULL, model INTEGER NOT NULL,"
	" source INTEGER NOT NULL, session INTEGER NOT NULL, user INTEGER NOT NULL,"
	" api_key INTEGER NOT NULL, agent INTEGER NOT NULL, tag_set INTEGER NOT NULL,"
	" input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,"
	" cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,"
	" cost_nanos INTEGER, recorded_nanos INTEGER, price INTEGER NOT NULL, latency_ms INTEGER,"
	" ttft_ms INTEGER, kind INTEGER NOT NULL, status INTEGER NOT NULL, tier INTEGER NOT NULL,"
	" speed INTEGER NOT NULL, is_replay INTEGER NOT NULL, exact_hi INTEGER NOT NULL,"
	" exact_lo INTEGER NOT NULL, family INTEGER NOT NULL) STRICT";

static const char bare_insert[] =
	"INSERT INTO cost_records VALUES(NULL,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,"
	"?,?,?)";

enum ll_err bare_open(struct bare *b, const char *dir, struct err *err)
{
	char path[600];
	enum ll_err code;

	*b = (struct bare){ 0 };
	if (!path_join(path, sizeof(path), dir, "bare.db"))
		return ll_fail(err, LL_EINVAL, "path of the reference is too long");
	if (sqlite3_open(path, &b->db) != SQLITE_OK)
		return fail_sql(b->db, err);
	code = run_sql(b->db, bare_schema, err);
	if (code != LL_OK)
		return code;
	if (sqlite3_prepare_v2(b->db, bare_insert, -1, &b->insert, NULL) != SQLITE_OK)
		return fail_sql(b->db, err);
	return LL_OK;
}

static void bind_call(sqlite3_stmt *q, const struct made_call *c)
{
	const int64_t values[] = {
		c->start_ns, 1, c->project + 1, c->model + 1, c->source + 1, c->session + 1,
		c->user + 1, c->key + 1, c->agent + 1, 0, c->tokens.input, c->tokens.cache_read,
		c->tokens.cache_write_5m, c->tokens.cache_write_1h, c->tokens.output, c->reasoning,
		c->cost.nanos, c->cost.nanos, 0, c->latency_ms, c->ttft_ms, CALL_GATEWAY, c->status,
		TIER_STANDARD, SPEED_UNSAID, 0, (int64_t)c->exact.hi, (int64_t)c->exact.lo,
		(int64_t)c->exact.hi,
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		sqlite3_bind_int64(q, (int)i + 1, values[i]);
}

enum ll_err bare_append(struct bare *b, const struct made_call *calls, size_t count,
	struct err *err)
{
	enum ll_err code = run_sql(b->db, "BEGIN IMMEDIATE", err);

	for (size_t i = 0; code == LL_OK && i < count; i++) {
		bind_call(b->insert, &calls[i]);
		if (sqlite3_step(b->insert) != SQLITE_DONE)
			code = fail_sql(b->db, err);
		sqlite3_reset(b->insert);
	}
	return code == LL_OK ? run_sql(b->db, "COMMIT", err) : code;
}

void bare_close(struct bare *b)
{
	sqlite3_finalize(b->insert);
	sqlite3_close(b->db);
	*b = (struct bare){ 0 };
}

enum ll_err month_open(const char *path, sqlite3 **out, struct err *err)
{
	if (sqlite3_open_v2(path, out, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK)
		return LL_OK;
	return ll_fail(err, LL_EIO, "reference: cannot open '%s'", path);
}

enum ll_err sql_scan(sqlite3 *db, const char *sql, int64_t *rows, struct err *err)
{
	sqlite3_stmt *q;
	volatile int64_t sink = 0; /* the columns must really be read */
	int step;

	*rows = 0;
	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		return fail_sql(db, err);
	while ((step = sqlite3_step(q)) == SQLITE_ROW) {
		for (int i = 0, columns = sqlite3_column_count(q); i < columns; i++)
			sink += sqlite3_column_int64(q, i);
		++*rows;
	}
	sqlite3_finalize(q);
	return step == SQLITE_DONE ? LL_OK : fail_sql(db, err);
}

enum ll_err point_select(sqlite3 *db, int64_t rows, int64_t count, double *seconds, struct err *err)
{
	static const char sql[] = "SELECT start_ns, cost_nanos FROM cost_records WHERE id = ?";
	sqlite3_stmt *q;
	uint64_t random = 7;
	enum ll_err code = LL_OK;
	int64_t since = clock_mono_ns();

	if (sqlite3_prepare_v2(db, sql, -1, &q, NULL) != SQLITE_OK)
		return fail_sql(db, err);
	for (int64_t i = 0; code == LL_OK && i < count; i++) {
		sqlite3_bind_int64(q, 1, 1 + (int64_t)(bench_random(&random) % (uint64_t)rows));
		if (sqlite3_step(q) != SQLITE_ROW)
			code = fail_sql(db, err);
		sqlite3_reset(q);
	}
	*seconds = seconds_since(since) / (double)count;
	sqlite3_finalize(q);
	return code;
}
