/* SPDX-License-Identifier: Apache-2.0 */
/* The SQL of raw calls and its typed reader. */
#include "store/call_scan.h"

#include "model/price.h"

#define SUM_COLUMNS                                                                      \
	"c.id, c.start_ns, c.project, c.model, c.source, c.session, c.user, c.api_key, " \
	"c.agent, c.tag_set, c.input, c.cache_read, c.cache_write_5m, c.cache_write_1h, " \
	"c.output, c.reasoning, c.cost_nanos, c.recorded_nanos, c.latency_ms, c.status, c.tier"
#define FULL_COLUMNS                                                                   \
	SUM_COLUMNS ", c.exact_hi, c.exact_lo, c.family, c.kind, c.speed, c.is_replay, " \
	"c.ttft_ms, c.price, x.qty, s.name"

/* RATE_WEB_SEARCH of enum rate_unit. */
#define FROM_SUMS " FROM cost_records c"
#define FROM_FULL                                                             \
	" FROM cost_records c LEFT JOIN session s ON s.id = c.session"        \
	" LEFT JOIN usage_extra x ON x.record = c.id AND x.unit = 5"
_Static_assert(RATE_WEB_SEARCH == 5, "the unit of FROM_FULL");

#define WHERE_ANY " WHERE c.workspace = ?1"
#define IN_RANGE " WHERE c.start_ns >= ?2 AND c.start_ns < ?3 AND c.workspace = ?1"
#define WHERE_OLDEST IN_RANGE " ORDER BY c.start_ns, c.id"
#define WHERE_NEWEST IN_RANGE " ORDER BY c.start_ns DESC, c.id DESC"
#define TIES " WHERE c.start_ns = ?2 AND c.workspace = ?1"
#define WHERE_TIES_OLDEST TIES " AND c.id > ?3 ORDER BY c.id"
#define WHERE_TIES_NEWEST TIES " AND c.id < ?3 ORDER BY c.id DESC"

#define SCAN_SQL(columns_from)                                      \
	{                                                           \
		[SCAN_ANY] = columns_from WHERE_ANY,                \
		[SCAN_OLDEST] = columns_from WHERE_OLDEST,          \
		[SCAN_NEWEST] = columns_from WHERE_NEWEST,          \
		[SCAN_TIES_OLDEST] = columns_from WHERE_TIES_OLDEST, \
		[SCAN_TIES_NEWEST] = columns_from WHERE_TIES_NEWEST, \
	}

static const char *const scan_sql[SCAN_WIDTHS][SCAN_ORDERS] = {
	[SCAN_SUMS] = SCAN_SQL("SELECT " SUM_COLUMNS FROM_SUMS),
	[SCAN_FULL] = SCAN_SQL("SELECT " FULL_COLUMNS FROM_FULL),
};

static int64_t or_unknown(const struct stmt *q, int col)
{
	return stmt_is_null(q, col) ? -1 : stmt_i64(q, col);
}

static void read_sums(const struct stmt *q, struct stored_call *call)
{
	*call = (struct stored_call){
		.id = stmt_i64(q, 0),
		.start_ns = stmt_i64(q, 1),
		.ids.at = {
			[ID_PROJECT] = stmt_i64(q, 2),
			[ID_MODEL] = stmt_i64(q, 3),
			[ID_SOURCE] = stmt_i64(q, 4),
			[ID_SESSION] = stmt_i64(q, 5),
			[ID_USER] = stmt_i64(q, 6),
			[ID_KEY] = stmt_i64(q, 7),
			[ID_AGENT] = stmt_i64(q, 8),
			[ID_TAG_SET] = stmt_i64(q, 9),
		},
		.facts = {
			.tokens = {
				.input = stmt_i64(q, 10),
				.cache_read = stmt_i64(q, 11),
				.cache_write_5m = stmt_i64(q, 12),
				.cache_write_1h = stmt_i64(q, 13),
				.output = stmt_i64(q, 14),
			},
			.has_cost = !stmt_is_null(q, 16),
			.cost = usd_of_nanos(stmt_i64(q, 16)),
			.latency_ms = or_unknown(q, 18),
			.status = (enum call_status)stmt_i64(q, 19),
			.tier = (enum call_tier)stmt_i64(q, 20),
		},
		.reasoning_tokens = stmt_i64(q, 15),
		.has_recorded = !stmt_is_null(q, 17),
		.recorded = usd_of_nanos(stmt_i64(q, 17)),
	};
}

static void read_full(const struct stmt *q, struct stored_call *call)
{
	read_sums(q, call);
	call->key = (struct call_key){
		.exact = { (uint64_t)stmt_i64(q, 21), (uint64_t)stmt_i64(q, 22) },
		.family = (uint64_t)stmt_i64(q, 23),
	};
	call->kind = (enum call_kind)stmt_i64(q, 24);
	call->speed = (enum call_speed)stmt_i64(q, 25);
	call->is_replay = stmt_i64(q, 26) != 0;
	call->ttft_ms = or_unknown(q, 27);
	call->price = stmt_i64(q, 28);
	call->web_searches = stmt_i64(q, 29); /* no row: NULL reads as 0 */
	call->session = stmt_str(q, 30);
}

static enum ll_err start(struct call_scan *scan, struct month_reader *m, enum scan_width width,
	enum scan_order order, int64_t workspace, struct err *err)
{
	struct stmt *q;
	enum ll_err code = month_stmt(m, scan_sql[width][order], &q, err);

	if (code != LL_OK)
		return code;
	stmt_bind_i64(q, 1, workspace);
	*scan = (struct call_scan){ .stmt = q, .width = width };
	return LL_OK;
}

enum ll_err call_scan_start(struct call_scan *scan, struct month_reader *m, enum scan_width width,
	enum scan_order order, int64_t workspace, int64_t since_ns, int64_t until_ns,
	struct err *err)
{
	enum ll_err code = start(scan, m, width, order, workspace, err);

	if (code != LL_OK || order == SCAN_ANY)
		return code;
	stmt_bind_i64(scan->stmt, 2, since_ns);
	stmt_bind_i64(scan->stmt, 3, until_ns);
	return LL_OK;
}

enum ll_err call_scan_ties(struct call_scan *scan, struct month_reader *m, enum scan_width width,
	enum scan_order order, int64_t workspace, int64_t start_ns, int64_t id, struct err *err)
{
	enum ll_err code = start(scan, m, width, order, workspace, err);

	if (code != LL_OK)
		return code;
	stmt_bind_i64(scan->stmt, 2, start_ns);
	stmt_bind_i64(scan->stmt, 3, id);
	return LL_OK;
}

enum ll_err call_scan_next(struct call_scan *scan, struct stored_call *call, bool *row,
	struct err *err)
{
	enum ll_err code = stmt_step(scan->stmt, row, err);

	if (code == LL_OK && *row) {
		if (scan->width == SCAN_FULL)
			read_full(scan->stmt, call);
		else
			read_sums(scan->stmt, call);
	}
	return code;
}

enum ll_err call_scan_get(struct month_reader *m, int64_t workspace, int64_t id,
	struct stored_call *call, bool *row, struct err *err)
{
	struct stmt *q;
	enum ll_err code = month_stmt(m,
		"SELECT " FULL_COLUMNS FROM_FULL " WHERE c.id = ?1 AND c.workspace = ?2", &q, err);

	*row = false;
	if (code != LL_OK)
		return code;
	stmt_bind_i64(q, 1, id);
	stmt_bind_i64(q, 2, workspace);
	code = stmt_step(q, row, err);
	if (code == LL_OK && *row)
		read_full(q, call);
	return code;
}
