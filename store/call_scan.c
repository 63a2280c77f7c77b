/* SPDX-License-Identifier: Apache-2.0 */
/* The SQL of raw calls. */
#include "store/call_scan.h"

/* What filters test and sums add: a third less to decode than a whole row. */
#define SELECT_SUMS                                                                      \
	"SELECT id, start_ns, project, model, source, session, user, api_key, agent, "   \
	"tag_set, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, " \
	"cost_nanos, recorded_nanos, latency_ms, status, tier FROM cost_records"
#define SELECT_FULL                                                  \
	"SELECT " CALL_ROW_COLUMNS_FULL                              \
	", (SELECT name FROM session s WHERE s.id = cost_records.session) FROM cost_records"
#define SESSION_COLUMN 31

#define IN_RANGE " WHERE start_ns >= ?2 AND start_ns < ?3 AND workspace = ?1"
#define TIES " WHERE start_ns = ?2 AND workspace = ?1"
#define SCAN_SQL(select)                                                            \
	{                                                                           \
		[SCAN_ANY] = (select " WHERE workspace = ?1"),                      \
		[SCAN_OLDEST] = select IN_RANGE " ORDER BY start_ns, id",           \
		[SCAN_NEWEST] = select IN_RANGE " ORDER BY start_ns DESC, id DESC", \
		[SCAN_TIES_OLDEST] = select TIES " AND id > ?3 ORDER BY id",        \
		[SCAN_TIES_NEWEST] = select TIES " AND id < ?3 ORDER BY id DESC",   \
	}

static const char *const scan_sql[SCAN_WIDTHS][SCAN_ORDERS] = {
	[SCAN_SUMS] = SCAN_SQL(SELECT_SUMS),
	[SCAN_FULL] = SCAN_SQL(SELECT_FULL),
};

static const char one_sql[] = SELECT_FULL " WHERE id = ?2 AND workspace = ?1";

static enum ll_err start(struct call_scan *scan, struct month_reader *m, enum scan_width width,
	const char *sql, int64_t workspace, struct err *err)
{
	enum ll_err code;

	*scan = (struct call_scan){ .width = width };
	code = month_stmt(m, sql, &scan->stmt, err);
	if (code == LL_OK)
		stmt_bind_i64(scan->stmt, 1, workspace);
	return code;
}

enum ll_err call_scan_start(struct call_scan *scan, struct month_reader *m, enum scan_width width,
	enum scan_order order, int64_t workspace, int64_t since_ns, int64_t until_ns,
	struct err *err)
{
	enum ll_err code = start(scan, m, width, scan_sql[width][order], workspace, err);

	if (code != LL_OK || order == SCAN_ANY)
		return code;
	stmt_bind_i64(scan->stmt, 2, since_ns);
	stmt_bind_i64(scan->stmt, 3, until_ns);
	return LL_OK;
}

enum ll_err call_scan_ties(struct call_scan *scan, struct month_reader *m, enum scan_width width,
	enum scan_order order, int64_t workspace, int64_t start_ns, int64_t id, struct err *err)
{
	enum ll_err code = start(scan, m, width, scan_sql[width][order], workspace, err);

	if (code != LL_OK)
		return code;
	stmt_bind_i64(scan->stmt, 2, start_ns);
	stmt_bind_i64(scan->stmt, 3, id);
	return LL_OK;
}

enum ll_err call_scan_one(struct call_scan *scan, struct month_reader *m, int64_t workspace,
	int64_t id, struct err *err)
{
	enum ll_err code = start(scan, m, SCAN_FULL, one_sql, workspace, err);

	if (code == LL_OK)
		stmt_bind_i64(scan->stmt, 2, id);
	return code;
}

static void read_sums(const struct stmt *q, struct call_row *row)
{
	*row = (struct call_row){
		.id = stmt_i64(q, 0),
		.start_ns = stmt_i64(q, 1),
		.project = stmt_i64(q, 2),
		.model = stmt_i64(q, 3),
		.source = stmt_i64(q, 4),
		.session = stmt_i64(q, 5),
		.user = stmt_i64(q, 6),
		.api_key = stmt_i64(q, 7),
		.agent = stmt_i64(q, 8),
		.tag_set = stmt_i64(q, 9),
		.tokens = {
			.input = stmt_i64(q, 10),
			.cache_read = stmt_i64(q, 11),
			.cache_write_5m = stmt_i64(q, 12),
			.cache_write_1h = stmt_i64(q, 13),
			.output = stmt_i64(q, 14),
		},
		.reasoning_tokens = stmt_i64(q, 15),
		.has_cost = !stmt_is_null(q, 16),
		.cost = usd_of_nanos(stmt_i64(q, 16)),
		.has_recorded = !stmt_is_null(q, 17),
		.recorded = usd_of_nanos(stmt_i64(q, 17)),
		.latency_ms = stmt_is_null(q, 18) ? -1 : stmt_i64(q, 18),
		.ttft_ms = -1,
		.status = (enum call_status)stmt_i64(q, 19),
		.tier = (enum call_tier)stmt_i64(q, 20),
	};
}

enum ll_err call_scan_next(struct call_scan *scan, struct call_row *row, bool *is_row,
	struct err *err)
{
	enum ll_err code = stmt_step(scan->stmt, is_row, err);

	if (code != LL_OK || !*is_row)
		return code;
	if (scan->width == SCAN_SUMS) {
		read_sums(scan->stmt, row);
	} else {
		call_row_read_full(scan->stmt, row);
		scan->session = stmt_str(scan->stmt, SESSION_COLUMN);
	}
	return LL_OK;
}
