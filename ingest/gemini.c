/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Gemini CLI: tmp/<project>/chats/session-*.json, one object with messages[], or since 2026
 * .jsonl, the same messages one a line after a line about the session. Both are read as one
 * text, a sequence of JSON values. A message written again has the same key: the store keeps the
 * one with more tokens. A rewind takes messages out of the chat, not off the bill.
 */
#include "ingest/decoders.h"
#include "ingest/marks.h"
#include "ingest/reading.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* `input` holds the cached part where the total says so. */
struct usage {
	int64_t input, output, cached, thoughts, tool, total;
};

struct entry {
	struct str id, type, timestamp, model;
	struct str session, project, kind, messages;
	bool has_usage;
	struct usage usage;
	const char *why;
};

static const struct count_field usage_counts[] = {
	COUNT("input", struct usage, input),
	COUNT("output", struct usage, output),
	COUNT("cached", struct usage, cached),
	COUNT("thoughts", struct usage, thoughts),
	COUNT("tool", struct usage, tool),
	COUNT("total", struct usage, total),
};

/* A message, or the record of a session: the members do not overlap. */
static void read_record(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "id"))
			json_text(j, &e->id);
		else if (str_is(key, "type"))
			json_text(j, &e->type);
		else if (str_is(key, "timestamp"))
			json_text(j, &e->timestamp);
		else if (str_is(key, "model"))
			json_text(j, &e->model);
		else if (str_is(key, "sessionId"))
			json_text(j, &e->session);
		else if (str_is(key, "projectHash"))
			json_text(j, &e->project);
		else if (str_is(key, "kind"))
			json_text(j, &e->kind);
		else if (str_is(key, "tokens"))
			e->has_usage = count_object(j, usage_counts, LEN(usage_counts),
				&e->usage, &e->why);
		else if (str_is(key, "messages"))
			json_raw(j, &e->messages);
		else
			json_skip(j);
	}
}

/* The API's prompt count holds the cached tokens; a total over all parts says that it does not. */
static bool is_cached_apart(const struct usage *u)
{
	int64_t without_cached = u->input + u->output + u->thoughts + u->tool;

	return u->cached > u->input || (u->cached > 0 && u->total == without_cached + u->cached);
}

static struct tokens tokens_of(const struct usage *u)
{
	int64_t cached_in_input = is_cached_apart(u) ? 0 : u->cached;

	return (struct tokens){
		.input = u->input - cached_in_input + u->tool,
		.cache_read = u->cached,
		.output = u->output + u->thoughts,
	};
}

static enum decode_result emit_message(struct decode *d, const struct entry *e)
{
	struct call call = reading_call(d);
	const char *why = e->why;

	if (!str_is(e->type, "gemini") || !e->has_usage)
		return DECODE_NOTHING;
	if (why || !reading_time(d, e->timestamp, &call.start_ns, &why))
		return reading_refuse(d, why);
	call.tokens = tokens_of(&e->usage);
	if (tokens_total(&call.tokens) == 0)
		return DECODE_NOTHING;
	call.reasoning_tokens = e->usage.thoughts;
	call.provider = STR("google");
	call.model = reading_text(d, e->model);
	call.project = str_of(d->state.project);
	call.session = str_of(d->state.session);
	if (!call.session.len)
		call.session = reading_stem(d->path);
	if (str_is(str_of(d->state.provider), "subagent"))
		call.agent = STR("sub-agent");
	call.key = reading_key((struct str[]){ STR("gemini"), call.session,
		e->id.len ? e->id : e->timestamp }, 3);
	return reading_emit(d, &call);
}

/* A line about the session; state.provider keeps its kind, since the provider is known. */
static void keep_session(struct decode *d, const struct entry *e)
{
	struct log_state *state = &d->state;

	if (e->session.len)
		reading_keep(state->session, sizeof(state->session), reading_text(d, e->session));
	if (e->project.len)
		reading_keep(state->project, sizeof(state->project), reading_text(d, e->project));
	if (e->kind.len)
		reading_keep(state->provider, sizeof(state->provider), reading_text(d, e->kind));
}

static enum decode_result merge(enum decode_result a, enum decode_result b)
{
	if (a == DECODE_REFUSED || b == DECODE_REFUSED)
		return DECODE_REFUSED;
	return a == DECODE_OK || b == DECODE_OK ? DECODE_OK : DECODE_NOTHING;
}

/* The messages of the old format: the text was checked when it was skipped. */
static enum decode_result emit_messages(struct decode *d, struct str messages)
{
	enum decode_result result = DECODE_NOTHING;
	struct json j;

	json_init(&j, messages);
	if (json_array(&j))
		while (json_element(&j)) {
			struct entry e = { 0 };

			read_record(&j, &e);
			result = merge(result, emit_message(d, &e));
		}
	return result;
}

static enum decode_result decode(struct decode *d, struct str text)
{
	enum decode_result result = DECODE_NOTHING;
	struct json j;

	json_init(&j, text);
	while (json_peek(&j) != JSON_NONE) {
		struct entry e = { 0 };

		read_record(&j, &e);
		if (json_failed(&j))
			break;
		keep_session(d, &e);
		result = merge(result, e.messages.len ? emit_messages(d, e.messages) :
			emit_message(d, &e));
	}
	if (json_failed(&j))
		return reading_broken(d, &j);
	return result;
}

static int detect(struct str head, struct str path)
{
	static const struct mark marks[] = {
		{ STR_INIT("projectHash"), STR_INIT(""), 60 },
		{ STR_INIT("sessionId"), STR_INIT(""), 20 },
		{ STR_INIT("startTime"), STR_INIT(""), 20 },
		{ STR_INIT("type"), STR_INIT("gemini"), 60 },
	};
	int score = marks_score(head, marks, LEN(marks));

	/* The old format is printed over many lines: its first member is on the second. */
	if (!score && str_has(path, STR("/chats/session-")) && str_has(head, STR("\"projectHash\"")))
		score = 80;
	return score;
}

const struct decoder gemini_decoder = {
	.name = "gemini",
	.source = "gemini-cli",
	.label = "Gemini CLI",
	.version = 1,
	.input = DECODE_DOCUMENT,
	.kind = CALL_AGENT_LOG,
	.detect = detect,
	.decode = decode,
};
