/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One call of a model, as one observer reported it, whatever the source. Decoders fill it,
 * ingest normalises, masks and prices it, store keeps it.
 *
 * Terms follow OpenTelemetry GenAI where it has one. Strings are views into the batch's
 * arena (or the line being read); empty means "not said".
 */
#ifndef LLMLAB_MODEL_CALL_H
#define LLMLAB_MODEL_CALL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/fingerprint.h"
#include "model/usd.h"

/* Five disjoint buckets over all modalities; output holds reasoning. Each 0..LIMIT_TOKENS. */
struct tokens {
	int64_t input; /* not cached */
	int64_t cache_read;
	int64_t cache_write_5m;
	int64_t cache_write_1h;
	int64_t output;
};

/* Sum of the five; each is bounded, so it cannot overflow. */
int64_t tokens_total(const struct tokens *t);
/* What a provider calls the prompt: everything but output. */
int64_t tokens_prompt(const struct tokens *t);

/* Who saw the call; several may see the same one. In falling order of trust. Stored: only
 * append. */
enum call_kind {
	CALL_GATEWAY,
	CALL_AGENT_LOG,
	CALL_SPAN,
	CALL_LOG_EVENT,
	CALL_RECORD, /* a line of somebody's CSV or JSONL */
};

/* Stored: only append. */
enum call_status {
	CALL_OK,
	CALL_ERROR,   /* the provider or the agent reported a failure */
	CALL_ABORTED, /* stopped by the user or the client */
};

/* Service tier and speed as the provider names them. Stored: only append. */
enum call_tier { TIER_STANDARD, TIER_BATCH, TIER_FLEX, TIER_PRIORITY };
enum call_speed { SPEED_UNSAID, SPEED_STANDARD, SPEED_FAST };

const char *call_status_name(enum call_status status); /* "ok", "error", "aborted" */
const char *call_tier_name(enum call_tier tier);
const char *call_kind_name(enum call_kind kind);
bool call_tier_parse(struct str name, enum call_tier *out); /* "default", "auto" = standard */
bool call_status_parse(struct str name, enum call_status *out);

/*
 * Identity. `exact` is the source's own key: two rows never share it. `family` groups
 * what may be the same call under another key: the hash of (provider, response id) where the
 * source has a response id, else exact.hi. The store looks calls up by family and then
 * compares exact.
 */
struct call_key {
	struct fingerprint exact;
	uint64_t family;
};

struct call_tag {
	struct str name, value;
};

struct call {
	struct call_key key;
	enum call_kind kind;

	int64_t start_ns;   /* UTC; LIMIT_TIME_MIN_NS..LIMIT_TIME_MAX_NS */
	int64_t latency_ms; /* -1 = unknown */
	int64_t ttft_ms;    /* time to first token; -1 = unknown */

	struct str provider; /* "anthropic", gen_ai.provider.name */
	struct str model;    /* as the response says, else as requested */
	struct str project;  /* a directory for agent logs (cwd) */
	struct str user;
	struct str api_key;  /* the key's name or id, never the key */
	struct str session;  /* conversation id */
	struct str agent;    /* gen_ai.agent.name; "sub-agent" for a side chain */
	struct call_tag *tags;
	size_t tag_count;

	struct tokens tokens;
	int64_t reasoning_tokens; /* of which output; 0..output */
	int64_t web_searches;     /* charged each */

	bool has_recorded;
	struct usd recorded; /* what the source itself said it cost */

	enum call_status status;
	enum call_tier tier;
	enum call_speed speed;
	bool is_replay; /* a side chain or resumed copy: yields to the original of its family */
};

/* LL_OK or why the call cannot be stored: a count below 0 or above its limit, a time out
 * of range, reasoning above output, no model, a latency out of range. *why names the field. */
enum ll_err LL_MUST call_check(const struct call *c, const char **why);

/*
 * Which of two observations with one key is kept, whatever their order of arrival: the
 * one with more tokens (sources write growing snapshots of a call); then the one that is not
 * a replay, then the one that says its speed, then a recorded cost, then the later outcome
 * by value, so that the choice never depends on order. <0: a, >0: b, 0: they are equal in
 * all that is kept.
 */
int call_better(const struct call *a, const struct call *b);

/* Copies c with all its strings and tags into the arena. LL_ENOMEM or LL_OK. */
enum ll_err LL_MUST call_copy(struct arena *a, const struct call *c, struct call *out);

#endif
