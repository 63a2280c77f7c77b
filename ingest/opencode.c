/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opencode: opencode.db, table message(id, session_id, data), and before it
 * storage/message/<session>/<message>.json with the same data. What is decoded here is one
 * message: its data, with id and sessionID in it or around it ({"id", "session_id", "data"}).
 * The input excludes the cache; reasoning stands beside the output.
 */
#include "base/clock.h"
#include "ingest/decoders.h"
#include "ingest/marks.h"
#include "ingest/reading.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

struct usage {
	int64_t input, output, reasoning, cache_read, cache_write;
	int64_t created_ms, completed_ms;
};

struct entry {
	struct str id, session, role, provider, model, cwd, cost;
	bool has_usage, has_error;
	struct usage usage;
	const char *why;
};

static const struct count_field usage_counts[] = {
	COUNT("input", struct usage, input),
	COUNT("output", struct usage, output),
	COUNT("reasoning", struct usage, reasoning),
};

static const struct count_field cache_counts[] = {
	COUNT("read", struct usage, cache_read),
	COUNT("write", struct usage, cache_write),
};

static void read_tokens(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	e->has_usage = true;
	while (json_key(j, &key)) {
		if (count_take(j, key, usage_counts, LEN(usage_counts), &e->usage, &e->why))
			continue;
		if (str_is(key, "cache"))
			count_object(j, cache_counts, LEN(cache_counts), &e->usage, &e->why);
		else
			json_skip(j);
	}
}

static void read_time(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "created"))
			json_i64(j, &e->usage.created_ms);
		else if (str_is(key, "completed"))
			json_i64(j, &e->usage.completed_ms);
		else
			json_skip(j);
	}
}

static void read_path(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "cwd"))
			json_text(j, &e->cwd);
		else
			json_skip(j);
	}
}

static void read_member(struct json *j, struct str key, struct entry *e)
{
	if (str_is(key, "id"))
		json_text(j, &e->id);
	else if (str_is(key, "sessionID") || str_is(key, "session_id"))
		json_text(j, &e->session);
	else if (str_is(key, "role"))
		json_text(j, &e->role);
	else if (str_is(key, "providerID"))
		json_text(j, &e->provider);
	else if (str_is(key, "modelID"))
		json_text(j, &e->model);
	else if (str_is(key, "cost"))
		json_number(j, &e->cost);
	else if (str_is(key, "tokens"))
		read_tokens(j, e);
	else if (str_is(key, "time"))
		read_time(j, e);
	else if (str_is(key, "path"))
		read_path(j, e);
	else if (str_is(key, "error"))
		e->has_error = json_peek(j) == JSON_OBJECT && json_skip(j);
	else
		json_skip(j);
}

static void read_message(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (!str_is(key, "data"))
			read_member(j, key, e);
		else if (json_object(j))
			while (json_key(j, &key))
				read_member(j, key, e);
	}
}

/* A flat plan costs 0 a message: that says nothing about the price. */
static bool read_cost(const struct entry *e, struct call *call, const char **why)
{
	if (e->cost.len && !reading_usd(e->cost, &call->recorded, why))
		return false;
	call->has_recorded = usd_nanos(call->recorded) > 0;
	return true;
}

static bool read_start(const struct usage *u, struct call *call, const char **why)
{
	if (u->created_ms <= 0 || u->created_ms >= LIMIT_TIME_MAX_NS / NS_PER_MS) {
		*why = u->created_ms ? "the time is out of range" : "no timestamp";
		return false;
	}
	call->start_ns = u->created_ms * NS_PER_MS;
	if (u->completed_ms >= u->created_ms &&
		u->completed_ms - u->created_ms <= LIMIT_LATENCY_MS)
		call->latency_ms = u->completed_ms - u->created_ms;
	return true;
}

static enum decode_result emit_entry(struct decode *d, const struct entry *e)
{
	const struct usage *u = &e->usage;
	struct call call = reading_call(d);
	const char *why = e->why;

	call.tokens = (struct tokens){
		.input = u->input,
		.cache_read = u->cache_read,
		.cache_write_5m = u->cache_write,
		.output = u->output + u->reasoning,
	};
	if (!why && tokens_total(&call.tokens) == 0)
		return DECODE_NOTHING;
	if (why || !read_start(u, &call, &why) || !read_cost(e, &call, &why))
		return reading_refuse(d, why);
	call.key = reading_key((struct str[]){ STR("opencode"), e->id }, 2);
	call.reasoning_tokens = u->reasoning;
	call.provider = reading_text(d, e->provider);
	call.model = reading_text(d, e->model);
	call.project = reading_text(d, e->cwd);
	call.session = reading_text(d, e->session);
	if (e->has_error)
		call.status = CALL_ERROR;
	return reading_emit(d, &call);
}

static enum decode_result decode(struct decode *d, struct str text)
{
	struct entry e = { 0 };
	struct json j;

	if (!str_trim(text).len)
		return DECODE_NOTHING;
	json_init(&j, text);
	read_message(&j, &e);
	if (!json_done(&j))
		return reading_broken(d, &j);
	if (!str_is(e.role, "assistant") || !e.has_usage || !e.provider.len || !e.model.len)
		return DECODE_NOTHING;
	if (!e.id.len || e.id.len > LIMIT_ID_BYTES)
		return reading_refuse(d, "no message id, or one that is too long");
	return emit_entry(d, &e);
}

static int detect(struct str head, struct str path)
{
	static const struct mark marks[] = {
		{ STR_INIT("sessionID"), STR_INIT(""), 40 },
		{ STR_INIT("modelID"), STR_INIT(""), 30 },
		{ STR_INIT("providerID"), STR_INIT(""), 30 },
	};

	if (str_starts(head, STR("SQLite format 3")))
		return str_starts(str_basename(path), STR("opencode")) ? 90 : 0;
	return marks_score(head, marks, LEN(marks));
}

const struct decoder opencode_decoder = {
	.name = "opencode",
	.source = "opencode",
	.label = "opencode",
	.version = 1,
	.input = DECODE_DATABASE,
	.kind = CALL_AGENT_LOG,
	.detect = detect,
	.decode = decode,
};
