/* SPDX-License-Identifier: Apache-2.0 */
/* One row of cost_records: a call with its names as ids of main.db's dim and source. */
#ifndef LLMLAB_STORE_CALL_ROW_H
#define LLMLAB_STORE_CALL_ROW_H

#include "model/call.h"
#include "store/db.h"

struct call_row {
	int64_t id, start_ns;
	int64_t workspace, project, model, source;
	int64_t session; /* of the month file's session table */
	int64_t user, api_key, agent, tag_set;
	struct tokens tokens;
	int64_t reasoning_tokens;
	bool has_cost, has_recorded;
	struct usd cost, recorded;
	int64_t price;
	int64_t latency_ms, ttft_ms; /* -1 = unknown */
	enum call_kind kind;
	enum call_status status;
	enum call_tier tier;
	enum call_speed speed;
	bool is_replay;
	struct call_key key;
	int64_t web_searches; /* of usage_extra */
};

/* The columns that call_row_read() expects, for a SELECT from cost_records. A record's id and
 * start never change; all that an update sets stands apart. */
#define CALL_ROW_CHANGING                                                                    \
	"workspace, project, model, source, session, user, api_key, agent, tag_set, "        \
	"input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, "             \
	"cost_nanos, recorded_nanos, price, latency_ms, ttft_ms, kind, status, tier, speed, " \
	"is_replay, exact_hi, exact_lo, family"
#define CALL_ROW_COLUMNS "id, start_ns, " CALL_ROW_CHANGING
/* After them: the web searches, for call_row_read_full(). */
#define CALL_ROW_COLUMNS_FULL \
	CALL_ROW_COLUMNS ", (SELECT qty FROM usage_extra WHERE record = id AND unit = 5)"

/* From columns 0.. of a row that stands ready. */
void call_row_read(const struct stmt *q, struct call_row *row);
void call_row_read_full(const struct stmt *q, struct call_row *row);
/* The call without its names. */
struct call call_row_call(const struct call_row *row);
/* Binds all columns at 1.. in that order. */
void call_row_bind(struct stmt *q, const struct call_row *row);

#endif
