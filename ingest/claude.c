/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Claude Code: projects/<directory>/<session>.jsonl, one JSON object a line.
 *
 * A line with message.usage is an API response. The agent writes several lines for one
 * response, with growing output_tokens, and copies them into resumed sessions: the key is
 * (message.id, requestId), and the store keeps the largest. A response of a sub-agent stands in
 * a progress line, one level deeper. Texts are skipped unread.
 */
#include "ingest/decoders.h"
#include "ingest/marks.h"
#include "ingest/reading.h"
#include "keys/hash.h"

struct usage {
	int64_t input, output, cache_read, cache_write, web_searches;
	int64_t write_5m, write_1h; /* of which cache_write, where the line says so */
	struct str tier, speed;
};

/* A line, or the one that a progress line wraps: raw slices of it. */
struct entry {
	struct str type, timestamp, session, request, uuid, cwd, cost, message_id, model;
	bool is_sidechain, is_api_error, has_usage;
	struct usage usage;
	const char *why; /* the first bad value */
};

static const struct count_field usage_counts[] = {
	COUNT("input_tokens", struct usage, input),
	COUNT("output_tokens", struct usage, output),
	COUNT("cache_read_input_tokens", struct usage, cache_read),
	COUNT("cache_creation_input_tokens", struct usage, cache_write),
};

static const struct count_field split_counts[] = {
	COUNT("ephemeral_5m_input_tokens", struct usage, write_5m),
	COUNT("ephemeral_1h_input_tokens", struct usage, write_1h),
};

static const struct count_field tool_counts[] = {
	COUNT("web_search_requests", struct usage, web_searches),
};

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static void read_usage(struct json *j, struct entry *e)
{
	struct usage *usage = &e->usage;
	struct str key;

	if (!json_object(j))
		return;
	e->has_usage = true;
	while (json_key(j, &key)) {
		if (count_take(j, key, usage_counts, LEN(usage_counts), usage, &e->why))
			continue;
		if (str_is(key, "cache_creation"))
			count_object(j, split_counts, LEN(split_counts), usage, &e->why);
		else if (str_is(key, "server_tool_use"))
			count_object(j, tool_counts, LEN(tool_counts), usage, &e->why);
		else if (str_is(key, "service_tier"))
			json_text(j, &usage->tier);
		else if (str_is(key, "speed"))
			json_text(j, &usage->speed);
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
		if (str_is(key, "id"))
			json_text(j, &e->message_id);
		else if (str_is(key, "model"))
			json_text(j, &e->model);
		else if (str_is(key, "usage"))
			read_usage(j, e);
		else
			json_skip(j);
	}
}

static void read_member(struct json *j, struct str key, struct entry *e)
{
	if (str_is(key, "type"))
		json_text(j, &e->type);
	else if (str_is(key, "timestamp"))
		json_text(j, &e->timestamp);
	else if (str_is(key, "sessionId"))
		json_text(j, &e->session);
	else if (str_is(key, "requestId"))
		json_text(j, &e->request);
	else if (str_is(key, "uuid"))
		json_text(j, &e->uuid);
	else if (str_is(key, "cwd"))
		json_text(j, &e->cwd);
	else if (str_is(key, "costUSD"))
		json_number(j, &e->cost);
	else if (str_is(key, "isSidechain"))
		json_bool(j, &e->is_sidechain);
	else if (str_is(key, "isApiErrorMessage"))
		json_bool(j, &e->is_api_error);
	else if (str_is(key, "message"))
		read_message(j, e);
	else
		json_skip(j);
}

/* The `data` of a progress line: {"message": <a line>}. */
static void read_wrapped(struct json *j, struct entry *inner)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (!str_is(key, "message"))
			json_skip(j);
		else if (json_object(j))
			while (json_key(j, &key))
				read_member(j, key, inner);
	}
}

static void read_line(struct json *j, struct entry *outer, struct entry *inner)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "data"))
			read_wrapped(j, inner);
		else
			read_member(j, key, outer);
	}
}

static struct str first_said(struct str a, struct str b)
{
	return a.len ? a : b;
}

/* The wrapped line says less: what it leaves out, the line around it says. */
static void inherit(struct entry *inner, const struct entry *outer)
{
	inner->timestamp = first_said(inner->timestamp, outer->timestamp);
	inner->session = first_said(inner->session, outer->session);
	inner->request = first_said(inner->request, outer->request);
	inner->cwd = first_said(inner->cwd, outer->cwd);
	inner->is_sidechain |= outer->is_sidechain;
}

static bool is_response(const struct entry *e)
{
	return e->has_usage && (!e->type.len || str_is(e->type, "assistant")) &&
		!str_is(e->model, "<synthetic>");
}

/* A line without a message id is one of a kind: its uuid, else its place among such lines. */
static struct call_key key_without_id(struct decode *d, const struct entry *e, struct str session)
{
	char ordinal[24];
	struct str place = e->uuid;

	if (!place.len)
		place = reading_digits(ordinal, ++d->state.ordinal);
	return reading_key((struct str[]){ STR("claude"), STR(""), session, e->timestamp, place },
		5);
}

static struct call_key key_of(struct decode *d, const struct entry *e, struct str session)
{
	const struct str exact[] = { STR("claude"), e->message_id, e->request };
	const struct str family[] = { STR("anthropic"), e->message_id };

	if (!e->message_id.len)
		return key_without_id(d, e, session);
	return (struct call_key){
		.exact = hash_fingerprint(exact, LEN(exact)),
		.family = hash_fingerprint(family, LEN(family)).hi,
	};
}

static void set_tokens(struct call *call, const struct usage *usage)
{
	bool is_split = usage->write_5m + usage->write_1h > 0;

	call->tokens = (struct tokens){
		.input = usage->input,
		.cache_read = usage->cache_read,
		.cache_write_5m = is_split ? usage->write_5m : usage->cache_write,
		.cache_write_1h = usage->write_1h,
		.output = usage->output,
	};
	call->web_searches = usage->web_searches;
	call_tier_parse(usage->tier, &call->tier);
	if (str_is(usage->speed, "fast"))
		call->speed = SPEED_FAST;
	else if (str_is(usage->speed, "standard"))
		call->speed = SPEED_STANDARD;
}

static enum decode_result emit_entry(struct decode *d, const struct entry *e)
{
	struct call call = reading_call(d);
	const char *why = e->why;

	if (why || !reading_time(d, e->timestamp, &call.start_ns, &why))
		return reading_refuse(d, why);
	call.has_recorded = e->cost.len > 0;
	if (call.has_recorded && !reading_usd(e->cost, &call.recorded, &why))
		return reading_refuse(d, why);
	if (e->message_id.len > LIMIT_ID_BYTES || e->request.len > LIMIT_ID_BYTES)
		return reading_refuse(d, "a message or request id is too long");
	if (e->cwd.len)
		reading_keep(d->state.project, sizeof(d->state.project), reading_text(d, e->cwd));

	call.session = reading_text(d, e->session);
	if (!call.session.len)
		call.session = reading_stem(d->path);
	call.key = key_of(d, e, call.session);
	call.provider = STR("anthropic");
	call.model = reading_text(d, e->model);
	call.project = str_of(d->state.project);
	call.is_replay = e->is_sidechain;
	if (e->is_sidechain)
		call.agent = STR("sub-agent");
	if (e->is_api_error)
		call.status = CALL_ERROR;
	set_tokens(&call, &e->usage);
	return reading_emit(d, &call);
}

static enum decode_result decode(struct decode *d, struct str line)
{
	struct entry outer = { 0 }, inner = { 0 };
	struct json j;

	if (!str_trim(line).len)
		return DECODE_NOTHING;
	json_init(&j, line);
	read_line(&j, &outer, &inner);
	if (!json_done(&j))
		return reading_broken(d, &j);
	if (is_response(&outer))
		return emit_entry(d, &outer);
	if (str_is(outer.type, "progress") && is_response(&inner)) {
		inherit(&inner, &outer);
		return emit_entry(d, &inner);
	}
	return DECODE_NOTHING;
}

static int detect(struct str head, struct str path)
{
	static const struct mark marks[] = {
		{ STR_INIT("sessionId"), STR_INIT(""), 30 },
		{ STR_INIT("parentUuid"), STR_INIT(""), 40 },
		{ STR_INIT("isSidechain"), STR_INIT(""), 30 },
		{ STR_INIT("leafUuid"), STR_INIT(""), 60 },
		{ STR_INIT("requestId"), STR_INIT(""), 20 },
		{ STR_INIT("message"), STR_INIT(""), 10 },
		{ STR_INIT("type"), STR_INIT("assistant"), 30 },
		{ STR_INIT("type"), STR_INIT("user"), 20 },
		{ STR_INIT("type"), STR_INIT("progress"), 20 },
		{ STR_INIT("type"), STR_INIT("queue-operation"), 30 },
		{ STR_INIT("type"), STR_INIT("file-history-snapshot"), 70 },
	};

	(void)path;
	return marks_score(head, marks, LEN(marks));
}

const struct decoder claude_decoder = {
	.name = "claude",
	.source = "claude-code",
	.label = "Claude Code",
	.version = 1,
	.input = DECODE_LINES,
	.kind = CALL_AGENT_LOG,
	.detect = detect,
	.decode = decode,
};
