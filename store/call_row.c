/* SPDX-License-Identifier: Apache-2.0 */
/* Columns of cost_records to a struct and back. */
#include "store/call_row.h"

#include "model/price.h"

_Static_assert(RATE_WEB_SEARCH == 5, "CALL_ROW_COLUMNS_FULL says 5");

/* Where the columns stand in CALL_ROW_COLUMNS. */
enum column {
	COL_ID,
	COL_START,
	COL_WORKSPACE,
	COL_PROJECT,
	COL_MODEL,
	COL_SOURCE,
	COL_SESSION,
	COL_USER,
	COL_API_KEY,
	COL_AGENT,
	COL_TAG_SET,
	COL_INPUT,
	COL_CACHE_READ,
	COL_CACHE_WRITE_5M,
	COL_CACHE_WRITE_1H,
	COL_OUTPUT,
	COL_REASONING,
	COL_COST,
	COL_RECORDED,
	COL_PRICE,
	COL_LATENCY,
	COL_TTFT,
	COL_KIND,
	COL_STATUS,
	COL_TIER,
	COL_SPEED,
	COL_IS_REPLAY,
	COL_EXACT_HI,
	COL_EXACT_LO,
	COL_FAMILY,
	COL_WEB_SEARCHES,
};

static bool read_usd(const struct stmt *q, int col, struct usd *out)
{
	*out = usd_of_nanos(stmt_i64(q, col));
	return !stmt_is_null(q, col);
}

static int64_t read_ms(const struct stmt *q, int col)
{
	return stmt_is_null(q, col) ? -1 : stmt_i64(q, col);
}

void call_row_read(const struct stmt *q, struct call_row *row)
{
	*row = (struct call_row){
		.id = stmt_i64(q, COL_ID),
		.start_ns = stmt_i64(q, COL_START),
		.workspace = stmt_i64(q, COL_WORKSPACE),
		.project = stmt_i64(q, COL_PROJECT),
		.model = stmt_i64(q, COL_MODEL),
		.source = stmt_i64(q, COL_SOURCE),
		.session = stmt_i64(q, COL_SESSION),
		.user = stmt_i64(q, COL_USER),
		.api_key = stmt_i64(q, COL_API_KEY),
		.agent = stmt_i64(q, COL_AGENT),
		.tag_set = stmt_i64(q, COL_TAG_SET),
		.tokens = {
			.input = stmt_i64(q, COL_INPUT),
			.cache_read = stmt_i64(q, COL_CACHE_READ),
			.cache_write_5m = stmt_i64(q, COL_CACHE_WRITE_5M),
			.cache_write_1h = stmt_i64(q, COL_CACHE_WRITE_1H),
			.output = stmt_i64(q, COL_OUTPUT),
		},
		.reasoning_tokens = stmt_i64(q, COL_REASONING),
		.price = stmt_i64(q, COL_PRICE),
		.latency_ms = read_ms(q, COL_LATENCY),
		.ttft_ms = read_ms(q, COL_TTFT),
		.kind = (enum call_kind)stmt_i64(q, COL_KIND),
		.status = (enum call_status)stmt_i64(q, COL_STATUS),
		.tier = (enum call_tier)stmt_i64(q, COL_TIER),
		.speed = (enum call_speed)stmt_i64(q, COL_SPEED),
		.is_replay = stmt_i64(q, COL_IS_REPLAY) != 0,
		.key = {
			.exact.hi = (uint64_t)stmt_i64(q, COL_EXACT_HI),
			.exact.lo = (uint64_t)stmt_i64(q, COL_EXACT_LO),
			.family = (uint64_t)stmt_i64(q, COL_FAMILY),
		},
	};
	row->has_cost = read_usd(q, COL_COST, &row->cost);
	row->has_recorded = read_usd(q, COL_RECORDED, &row->recorded);
}

void call_row_read_full(const struct stmt *q, struct call_row *row)
{
	call_row_read(q, row);
	row->web_searches = stmt_i64(q, COL_WEB_SEARCHES);
}

static void bind(struct stmt *q, enum column col, int64_t v)
{
	stmt_bind_i64(q, (int)col + 1, v);
}

static void bind_maybe(struct stmt *q, enum column col, bool has_value, int64_t v)
{
	if (has_value)
		bind(q, col, v);
	else
		stmt_bind_null(q, (int)col + 1);
}

void call_row_bind(struct stmt *q, const struct call_row *row)
{
	bind(q, COL_ID, row->id);
	bind(q, COL_START, row->start_ns);
	bind(q, COL_WORKSPACE, row->workspace);
	bind(q, COL_PROJECT, row->project);
	bind(q, COL_MODEL, row->model);
	bind(q, COL_SOURCE, row->source);
	bind(q, COL_SESSION, row->session);
	bind(q, COL_USER, row->user);
	bind(q, COL_API_KEY, row->api_key);
	bind(q, COL_AGENT, row->agent);
	bind(q, COL_TAG_SET, row->tag_set);
	bind(q, COL_INPUT, row->tokens.input);
	bind(q, COL_CACHE_READ, row->tokens.cache_read);
	bind(q, COL_CACHE_WRITE_5M, row->tokens.cache_write_5m);
	bind(q, COL_CACHE_WRITE_1H, row->tokens.cache_write_1h);
	bind(q, COL_OUTPUT, row->tokens.output);
	bind(q, COL_REASONING, row->reasoning_tokens);
	bind_maybe(q, COL_COST, row->has_cost, usd_nanos(row->cost));
	bind_maybe(q, COL_RECORDED, row->has_recorded, usd_nanos(row->recorded));
	bind(q, COL_PRICE, row->price);
	bind_maybe(q, COL_LATENCY, row->latency_ms >= 0, row->latency_ms);
	bind_maybe(q, COL_TTFT, row->ttft_ms >= 0, row->ttft_ms);
	bind(q, COL_KIND, row->kind);
	bind(q, COL_STATUS, row->status);
	bind(q, COL_TIER, row->tier);
	bind(q, COL_SPEED, row->speed);
	bind(q, COL_IS_REPLAY, row->is_replay);
	bind(q, COL_EXACT_HI, (int64_t)row->key.exact.hi);
	bind(q, COL_EXACT_LO, (int64_t)row->key.exact.lo);
	bind(q, COL_FAMILY, (int64_t)row->key.family);
}

struct call call_row_call(const struct call_row *row)
{
	return (struct call){
		.key = row->key,
		.kind = row->kind,
		.start_ns = row->start_ns,
		.latency_ms = row->latency_ms,
		.ttft_ms = row->ttft_ms,
		.tokens = row->tokens,
		.reasoning_tokens = row->reasoning_tokens,
		.web_searches = row->web_searches,
		.has_recorded = row->has_recorded,
		.recorded = row->recorded,
		.status = row->status,
		.tier = row->tier,
		.speed = row->speed,
		.is_replay = row->is_replay,
	};
}
