/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pi: sessions/<directory>/<time>_<session>.jsonl. The first line names the session and its
 * directory; an assistant's message has its usage and what pi itself says it cost. A request
 * that failed has a usage of zeros and is kept as a failed call.
 */
#include "ingest/decoders.h"
#include "ingest/marks.h"
#include "ingest/reading.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

struct entry {
	struct str type, timestamp, session, cwd;
	struct str role, provider, model, stop, message_time, cost;
	bool has_usage;
	struct tokens tokens;
	const char *why;
};

static const struct count_field usage_counts[] = {
	COUNT("input", struct tokens, input),
	COUNT("output", struct tokens, output),
	COUNT("cacheRead", struct tokens, cache_read),
	COUNT("cacheWrite", struct tokens, cache_write_5m),
};

static void read_cost(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "total"))
			json_number(j, &e->cost);
		else
			json_skip(j);
	}
}

static void read_usage(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	e->has_usage = true;
	while (json_key(j, &key)) {
		if (count_take(j, key, usage_counts, LEN(usage_counts), &e->tokens, &e->why))
			continue;
		if (str_is(key, "cost"))
			read_cost(j, e);
		else
			json_skip(j);
	}
}

static void read_message(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "role"))
			json_text(j, &e->role);
		else if (str_is(key, "provider"))
			json_text(j, &e->provider);
		else if (str_is(key, "model"))
			json_text(j, &e->model);
		else if (str_is(key, "stopReason"))
			json_text(j, &e->stop);
		else if (str_is(key, "timestamp"))
			json_number(j, &e->message_time);
		else if (str_is(key, "usage"))
			read_usage(j, e);
		else
			json_skip(j);
	}
}

static void read_line(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "type"))
			json_text(j, &e->type);
		else if (str_is(key, "timestamp"))
			json_text(j, &e->timestamp);
		else if (str_is(key, "id"))
			json_text(j, &e->session);
		else if (str_is(key, "cwd"))
			json_text(j, &e->cwd);
		else if (str_is(key, "message"))
			read_message(j, e);
		else
			json_skip(j);
	}
}

static enum call_status status_of(const struct entry *e)
{
	if (str_is(e->stop, "aborted"))
		return CALL_ABORTED;
	if (str_is(e->stop, "error") || tokens_total(&e->tokens) == 0)
		return CALL_ERROR;
	return CALL_OK;
}

static enum decode_result emit_entry(struct decode *d, const struct entry *e)
{
	struct call call = reading_call(d);
	const char *why = e->why;

	if (why || !reading_time(d, e->timestamp, &call.start_ns, &why))
		return reading_refuse(d, why);
	call.has_recorded = e->cost.len > 0 && tokens_total(&e->tokens) > 0;
	if (call.has_recorded && !reading_usd(e->cost, &call.recorded, &why))
		return reading_refuse(d, why);

	call.session = str_of(d->state.session);
	if (!call.session.len)
		call.session = reading_stem(d->path);
	call.key = reading_key((struct str[]){ STR("pi"), call.session,
		e->message_time.len ? e->message_time : e->timestamp }, 3);
	call.provider = reading_text(d, e->provider);
	call.model = reading_text(d, e->model);
	call.project = str_of(d->state.project);
	call.status = status_of(e);
	call.tokens = e->tokens;
	return reading_emit(d, &call);
}

static enum decode_result decode(struct decode *d, struct str line)
{
	struct log_state *state = &d->state;
	struct entry e = { 0 };
	struct json j;

	if (!str_trim(line).len)
		return DECODE_NOTHING;
	json_init(&j, line);
	read_line(&j, &e);
	if (!json_done(&j))
		return reading_broken(d, &j);
	if (str_is(e.type, "session")) {
		reading_keep(state->session, sizeof(state->session), reading_text(d, e.session));
		reading_keep(state->project, sizeof(state->project), reading_text(d, e.cwd));
	}
	if (str_is(e.type, "message") && str_is(e.role, "assistant") && e.has_usage)
		return emit_entry(d, &e);
	return DECODE_NOTHING;
}

static int detect(struct str head, struct str path)
{
	static const struct mark marks[] = {
		{ STR_INIT("type"), STR_INIT("session"), 60 },
		{ STR_INIT("type"), STR_INIT("message"), 40 },
		{ STR_INIT("type"), STR_INIT("model_change"), 60 },
		{ STR_INIT("type"), STR_INIT("thinking_level_change"), 60 },
		{ STR_INIT("message"), STR_INIT(""), 10 },
		{ STR_INIT("cwd"), STR_INIT(""), 10 },
		{ STR_INIT("thinkingLevel"), STR_INIT(""), 20 },
	};

	(void)path;
	return marks_score(head, marks, LEN(marks));
}

const struct decoder pi_decoder = {
	.name = "pi",
	.source = "pi",
	.label = "pi",
	.version = 1,
	.input = DECODE_LINES,
	.kind = CALL_AGENT_LOG,
	.detect = detect,
	.decode = decode,
};
