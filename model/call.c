/* SPDX-License-Identifier: Apache-2.0 */
/* Names of what a call says, its bounds, and which of two observations is kept. */
#include "model/call.h"

#include "base/limits.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* What call_better() looks at beside texts. */
#define WEIGHTS 20
#define TEXTS 7

static const char *const kind_names[] = {
	[CALL_GATEWAY] = "gateway",
	[CALL_AGENT_LOG] = "agent-log",
	[CALL_SPAN] = "span",
	[CALL_LOG_EVENT] = "log-event",
	[CALL_RECORD] = "record",
};

static const char *const status_names[] = {
	[CALL_OK] = "ok",
	[CALL_ERROR] = "error",
	[CALL_ABORTED] = "aborted",
};

static const char *const tier_names[] = {
	[TIER_STANDARD] = "standard",
	[TIER_BATCH] = "batch",
	[TIER_FLEX] = "flex",
	[TIER_PRIORITY] = "priority",
};

static bool find_name(const char *const *names, size_t count, struct str name, size_t *i)
{
	for (*i = 0; *i < count; ++*i)
		if (str_eq(name, str_of(names[*i])))
			return true;
	return false;
}

/* The most telling first; of each the larger one is kept. */
static void weigh(const struct call *c, int64_t weights[WEIGHTS])
{
	const struct tokens *t = &c->tokens;
	const int64_t values[WEIGHTS] = {
		tokens_total(t),
		!c->is_replay,
		c->speed != SPEED_UNSAID,
		c->has_recorded,
		c->status,
		t->output,
		t->cache_write_1h,
		t->cache_write_5m,
		t->cache_read,
		t->input,
		c->reasoning_tokens,
		c->web_searches,
		c->has_recorded ? usd_nanos(c->recorded) : 0,
		-c->start_ns, /* the earlier one */
		c->latency_ms,
		c->ttft_ms,
		c->tier,
		c->speed,
		-(int64_t)c->kind, /* the more trusted one */
		(int64_t)c->tag_count,
	};

	memcpy(weights, values, sizeof(values));
}

static int compare_weights(const struct call *a, const struct call *b)
{
	int64_t of_a[WEIGHTS], of_b[WEIGHTS];

	weigh(a, of_a);
	weigh(b, of_b);
	for (size_t i = 0; i < WEIGHTS; i++)
		if (of_a[i] != of_b[i])
			return of_a[i] > of_b[i] ? -1 : 1;
	return 0;
}

/* Any fixed order will do; this one prefers a text to none. */
static int compare_texts(const struct call *a, const struct call *b)
{
	const struct str of_a[TEXTS] = { a->provider, a->model, a->project, a->user, a->api_key,
		a->session, a->agent };
	const struct str of_b[TEXTS] = { b->provider, b->model, b->project, b->user, b->api_key,
		b->session, b->agent };

	for (size_t i = 0; i < TEXTS; i++)
		if (!str_eq(of_a[i], of_b[i]))
			return str_cmp(of_b[i], of_a[i]);
	return 0;
}

/* Both have equally many. */
static int compare_tags(const struct call *a, const struct call *b)
{
	for (size_t i = 0; i < a->tag_count; i++) {
		const struct call_tag *of_a = &a->tags[i], *of_b = &b->tags[i];

		if (!str_eq(of_a->name, of_b->name))
			return str_cmp(of_b->name, of_a->name);
		if (!str_eq(of_a->value, of_b->value))
			return str_cmp(of_b->value, of_a->value);
	}
	return 0;
}

static bool copy_text(struct arena *a, struct str *text)
{
	if (text->len == 0) {
		*text = (struct str){ NULL, 0 };
		return true;
	}
	*text = arena_str(a, *text);
	return text->at != NULL;
}

static bool copy_tags(struct arena *a, const struct call *c, struct call *out)
{
	bool ok = true;

	out->tags = NULL;
	if (c->tag_count == 0)
		return true;
	out->tags = arena_alloc(a, c->tag_count * sizeof(*out->tags));
	if (!out->tags)
		return false;
	memcpy(out->tags, c->tags, c->tag_count * sizeof(*out->tags));
	for (size_t i = 0; ok && i < c->tag_count; i++)
		ok = copy_text(a, &out->tags[i].name) && copy_text(a, &out->tags[i].value);
	return ok;
}

int64_t tokens_prompt(const struct tokens *t)
{
	return t->input + t->cache_read + t->cache_write_5m + t->cache_write_1h;
}

int64_t tokens_total(const struct tokens *t)
{
	return tokens_prompt(t) + t->output;
}

const char *call_kind_name(enum call_kind kind)
{
	return kind_names[kind];
}

const char *call_status_name(enum call_status status)
{
	return status_names[status];
}

const char *call_tier_name(enum call_tier tier)
{
	return tier_names[tier];
}

bool call_status_parse(struct str name, enum call_status *out)
{
	size_t i;

	if (!find_name(status_names, COUNT_OF(status_names), name, &i))
		return false;
	*out = (enum call_status)i;
	return true;
}

bool call_tier_parse(struct str name, enum call_tier *out)
{
	size_t i;

	if (str_is(name, "default") || str_is(name, "auto"))
		name = STR("standard");
	if (!find_name(tier_names, COUNT_OF(tier_names), name, &i))
		return false;
	*out = (enum call_tier)i;
	return true;
}

enum ll_err call_check(const struct call *c, const char **why)
{
	const struct tokens *t = &c->tokens;
	const struct bound {
		int64_t value, min, max;
		const char *why;
	} bounds[] = {
		{ t->input, 0, LIMIT_TOKENS, "input tokens are out of range" },
		{ t->cache_read, 0, LIMIT_TOKENS, "cache reads are out of range" },
		{ t->cache_write_5m, 0, LIMIT_TOKENS, "5 min cache writes are out of range" },
		{ t->cache_write_1h, 0, LIMIT_TOKENS, "1 h cache writes are out of range" },
		{ t->output, 0, LIMIT_TOKENS, "output tokens are out of range" },
		{ c->reasoning_tokens, 0, t->output, "reasoning tokens are not within output" },
		{ c->web_searches, 0, LIMIT_TOKENS, "web searches are out of range" },
		{ c->start_ns, LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS - 1,
			"start time is out of range" },
		{ c->latency_ms, -1, LIMIT_LATENCY_MS, "latency is out of range" },
		{ c->ttft_ms, -1, LIMIT_LATENCY_MS, "time to first token is out of range" },
		{ (int64_t)c->model.len, 1, INT64_MAX, "model is missing" },
		{ (int64_t)c->tag_count, 0, LIMIT_TAGS, "too many tags" },
	};

	for (size_t i = 0; i < COUNT_OF(bounds); i++) {
		if (bounds[i].value < bounds[i].min || bounds[i].value > bounds[i].max) {
			*why = bounds[i].why;
			return LL_EINVAL;
		}
	}
	return LL_OK;
}

int call_better(const struct call *a, const struct call *b)
{
	int order = compare_weights(a, b);

	if (order == 0)
		order = compare_texts(a, b);
	if (order == 0)
		order = compare_tags(a, b);
	return order;
}

enum ll_err call_copy(struct arena *a, const struct call *c, struct call *out)
{
	struct call copy = *c;
	bool ok = copy_text(a, &copy.provider) && copy_text(a, &copy.model) &&
		copy_text(a, &copy.project) && copy_text(a, &copy.user) &&
		copy_text(a, &copy.api_key) && copy_text(a, &copy.session) &&
		copy_text(a, &copy.agent) && copy_tags(a, c, &copy);

	if (!ok)
		return LL_ENOMEM;
	*out = copy;
	return LL_OK;
}
