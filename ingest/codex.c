/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Codex CLI: sessions/YYYY/MM/DD/rollout-<time>-<session>.jsonl, {timestamp, type, payload} a
 * line.
 *
 * A token_count event follows each response: last_token_usage is its usage, total_token_usage
 * the session's running sum. The event is written again when only the rate limits moved: one
 * whose two parts equal those of the event before is dropped. The sum starts again inside a
 * session, so that a difference of two sums may be negative: then the sum itself is the usage.
 *
 * A sub-agent's log begins with copies of its parent's events, all written in one second. The first
 * event of such a log is therefore held back until another one tells whether it is a copy: the
 * same second, and both are dropped. An empty line ends the log and gives out what is held.
 */
#include "base/clock.h"
#include "ingest/decoders.h"
#include "ingest/marks.h"
#include "ingest/reading.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

/* state.replay_second of a sub-agent's log before its first event. */
#define REPLAY_EXPECTED (-1)

/* Input holds the cached part, output the reasoning. */
struct usage {
	int64_t input, cached, output, reasoning;
};

/* A line: raw slices of it. */
struct entry {
	struct str type, timestamp;
	struct str event;            /* payload.type */
	struct str session, cwd, model, thread;
	bool has_total, has_last, has_usage;
	struct usage total, last;
	const char *why;
};

static const struct count_field usage_counts[] = {
	COUNT("input_tokens", struct usage, input),
	COUNT("cached_input_tokens", struct usage, cached),
	COUNT("output_tokens", struct usage, output),
	COUNT("reasoning_output_tokens", struct usage, reasoning),
};

/* Which model answered under the name "codex-auto-review", by the day it was released. */
static const struct {
	const char *since, *model;
} auto_review_models[] = {
	{ "2026-04-23", "gpt-5.5" },
	{ "2026-03-05", "gpt-5.4" },
	{ "2026-02-05", "gpt-5.3-codex" },
	{ "2025-12-11", "gpt-5.2-codex" },
	{ "2025-11-13", "gpt-5.1-codex" },
	{ "2025-09-15", "gpt-5-codex" },
	{ "", "gpt-5" },
};

static bool read_counts(struct json *j, struct usage *out, const char **why)
{
	return count_object(j, usage_counts, LEN(usage_counts), out, why);
}

static void read_info(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "total_token_usage"))
			e->has_total = read_counts(j, &e->total, &e->why);
		else if (str_is(key, "last_token_usage"))
			e->has_last = read_counts(j, &e->last, &e->why);
		else if (str_is(key, "model"))
			json_text(j, &e->model);
		else
			json_skip(j);
	}
}

static void read_payload(struct json *j, struct entry *e)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "type"))
			json_text(j, &e->event);
		else if (str_is(key, "id"))
			json_text(j, &e->session);
		else if (str_is(key, "cwd"))
			json_text(j, &e->cwd);
		else if (str_is(key, "model"))
			json_text(j, &e->model);
		else if (str_is(key, "info"))
			read_info(j, e);
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
		else if (str_is(key, "thread_id"))
			json_text(j, &e->thread);
		else if (str_is(key, "payload"))
			read_payload(j, e);
		else if (str_is(key, "usage"))
			e->has_usage = read_counts(j, &e->last, &e->why);
		else
			json_skip(j);
	}
}

/* The state keeps usage in a struct tokens, as the log gave it. */
static struct usage usage_of(const struct tokens *t, int64_t reasoning)
{
	return (struct usage){ t->input, t->cache_read, t->output, reasoning };
}

static struct tokens tokens_of(const struct usage *u)
{
	return (struct tokens){ .input = u->input, .cache_read = u->cached, .output = u->output };
}

static bool is_same(const struct usage *a, const struct usage *b)
{
	return a->input == b->input && a->cached == b->cached && a->output == b->output &&
		a->reasoning == b->reasoning;
}

static bool is_zero(const struct usage *u)
{
	return is_same(u, &(struct usage){ 0 });
}

/* total - before, or the total itself where the sum has started again. */
static struct usage difference(const struct usage *total, const struct usage *before)
{
	struct usage d = {
		total->input - before->input,
		total->cached - before->cached,
		total->output - before->output,
		total->reasoning - before->reasoning,
	};

	if (d.input < 0 || d.cached < 0 || d.output < 0 || d.reasoning < 0)
		return *total;
	return d;
}

/* "019982b8-....-3e" of "rollout-2025-09-25T15-12-14-019982b8-....-3e.jsonl". */
static struct str session_of_path(struct str path)
{
	struct str stem = reading_stem(path);

	return stem.len > 36 ? str_from(stem, stem.len - 36) : stem;
}

/* The model's name, and whether it is a guess. */
static struct str model_of(const struct log_state *state, int64_t t_ns, bool *is_guess)
{
	struct str named = str_of(state->model);
	char day[36];

	*is_guess = !named.len || str_is(named, "codex-auto-review");
	if (!*is_guess)
		return named;
	if (!named.len)
		return STR("gpt-5");
	time_format_utc(t_ns, day);
	for (size_t i = 0; i < LEN(auto_review_models); i++)
		if (strncmp(day, auto_review_models[i].since, 10) >= 0)
			return str_of(auto_review_models[i].model);
	return STR("gpt-5");
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Emits the usage that the state has as `last`, under the present ordinal. */
static enum decode_result emit_last(struct decode *d, int64_t t_ns)
{
	struct call_tag guessed = { STR("model_source"), STR("fallback") };
	const struct log_state *state = &d->state;
	int64_t cached = least(state->last.cache_read, state->last.input);
	struct call call = reading_call(d);
	char ordinal[24];
	bool is_guess;

	call.start_ns = t_ns;
	call.provider = STR("openai");
	call.model = model_of(state, t_ns, &is_guess);
	call.tags = &guessed;
	call.tag_count = is_guess;
	call.project = str_of(state->project);
	call.session = str_of(state->session);
	if (!call.session.len)
		call.session = session_of_path(d->path);
	call.tokens = (struct tokens){
		.input = state->last.input - cached,
		.cache_read = cached,
		.output = state->last.output,
	};
	call.reasoning_tokens = least(state->last_reasoning, state->last.output);
	call.key = reading_key((struct str[]){ STR("codex"), call.session,
		reading_digits(ordinal, state->ordinal) }, 3);
	return reading_emit(d, &call);
}

/* Gives out the event that was held back: it was no copy. */
static enum decode_result emit_held(struct decode *d)
{
	int64_t t_ns = d->state.base_ns;

	if (!t_ns)
		return DECODE_NOTHING;
	d->state.base_ns = 0;
	return emit_last(d, t_ns);
}

/* In a sub-agent's log, where the event may be a copy: true when it is not to be counted now. */
static bool is_held_or_copy(struct log_state *state, int64_t t_ns)
{
	int64_t second = t_ns / NS_PER_S;

	if (!state->replay_second)
		return false;
	if (state->replay_second == REPLAY_EXPECTED) {
		state->replay_second = second;
		state->base_ns = t_ns;
		return true;
	}
	if (state->replay_second == second) {
		state->base_ns = 0;
		return true;
	}
	state->replay_second = 0;
	return false;
}

/* Takes the event into the state. False: it says nothing new. */
static bool take_usage(struct log_state *state, const struct entry *e)
{
	struct usage total = usage_of(&state->total, state->total_reasoning);
	struct usage last = usage_of(&state->last, state->last_reasoning);
	struct usage now = e->has_last ? e->last : difference(&e->total, &total);

	if (e->has_last && e->has_total && is_same(&e->last, &last) && is_same(&e->total, &total))
		return false;
	if (e->has_total) {
		state->total = tokens_of(&e->total);
		state->total_reasoning = e->total.reasoning;
	}
	if (is_zero(&now))
		return false;
	state->last = tokens_of(&now);
	state->last_reasoning = now.reasoning;
	state->ordinal++;
	return true;
}

static enum decode_result token_count(struct decode *d, const struct entry *e)
{
	enum decode_result held = DECODE_NOTHING;
	const char *why = e->why;
	int64_t t_ns;

	if (why || ((e->has_last || e->has_total) && !reading_time(d, e->timestamp, &t_ns, &why)))
		return reading_refuse(d, why);
	if (!e->has_last && !e->has_total)
		return DECODE_NOTHING;
	if (d->state.base_ns && d->state.replay_second != t_ns / NS_PER_S)
		held = emit_held(d);
	if (e->model.len)
		reading_keep(d->state.model, sizeof(d->state.model), reading_text(d, e->model));
	if (!take_usage(&d->state, e) || is_held_or_copy(&d->state, t_ns))
		return held;
	return emit_last(d, t_ns);
}

/* A copy of the parent's session_meta may follow the log's own: the first one names it. */
static void session_meta(struct decode *d, const struct entry *e, struct str line)
{
	struct log_state *state = &d->state;

	if (state->session[0])
		return;
	reading_keep(state->session, sizeof(state->session), reading_text(d, e->session));
	if (str_has(line, STR("thread_spawn")))
		state->replay_second = REPLAY_EXPECTED;
}

/* `codex exec --json`: one usage a turn, without a time. */
static enum decode_result turn_completed(struct decode *d, const struct entry *e)
{
	int64_t t_ns = d->options ? d->options->time_base_ns : 0;
	const char *why = e->why;

	if (!e->has_usage)
		return DECODE_NOTHING;
	if (why || (e->timestamp.len && !reading_time(d, e->timestamp, &t_ns, &why)))
		return reading_refuse(d, why);
	if (!t_ns)
		return reading_refuse(d, "no timestamp: give --time-base");
	d->state.last = tokens_of(&e->last);
	d->state.last_reasoning = e->last.reasoning;
	d->state.ordinal++;
	return is_zero(&e->last) ? DECODE_NOTHING : emit_last(d, t_ns);
}

static enum decode_result decode(struct decode *d, struct str line)
{
	struct log_state *state = &d->state;
	struct entry e = { 0 };
	struct json j;

	if (!str_trim(line).len)
		return emit_held(d);
	json_init(&j, line);
	read_line(&j, &e);
	if (!json_done(&j))
		return reading_broken(d, &j);
	if (str_is(e.type, "event_msg"))
		return str_is(e.event, "token_count") ? token_count(d, &e) : DECODE_NOTHING;
	if (str_is(e.type, "turn.completed"))
		return turn_completed(d, &e);
	if (str_is(e.type, "thread.started"))
		reading_keep(state->session, sizeof(state->session), reading_text(d, e.thread));
	if (str_is(e.type, "session_meta"))
		session_meta(d, &e, line);
	if (str_is(e.type, "turn_context") && e.model.len)
		reading_keep(state->model, sizeof(state->model), reading_text(d, e.model));
	if (e.cwd.len && (str_is(e.type, "session_meta") || str_is(e.type, "turn_context")))
		reading_keep(state->project, sizeof(state->project), reading_text(d, e.cwd));
	return DECODE_NOTHING;
}

static int detect(struct str head, struct str path)
{
	static const struct mark marks[] = {
		{ STR_INIT("payload"), STR_INIT(""), 30 },
		{ STR_INIT("type"), STR_INIT("session_meta"), 70 },
		{ STR_INIT("type"), STR_INIT("turn_context"), 70 },
		{ STR_INIT("type"), STR_INIT("event_msg"), 70 },
		{ STR_INIT("type"), STR_INIT("response_item"), 70 },
		{ STR_INIT("type"), STR_INIT("thread.started"), 90 },
		{ STR_INIT("type"), STR_INIT("turn.completed"), 90 },
	};

	(void)path;
	return marks_score(head, marks, LEN(marks));
}

const struct decoder codex_decoder = {
	.name = "codex",
	.source = "codex",
	.label = "Codex CLI",
	.version = 1,
	.input = DECODE_LINES,
	.kind = CALL_AGENT_LOG,
	.detect = detect,
	.decode = decode,
};
