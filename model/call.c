/* SPDX-License-Identifier: Apache-2.0 */
#include "model/call.h"

#include "base/limits.h"

#define WEIGHTS 20
#define TEXTS 7

struct choice {
	const char *name;
	int value;
};

static bool choose(const struct choice *choices, struct str name, int *value)
{
	for (; choices->name; choices++) {
		if (str_eq(name, str_of(choices->name))) {
			*value = choices->value;
			return true;
		}
	}
	return false;
}

/* What call_better() compares, the most telling first; the larger value is kept. */
static void weigh(const struct call *c, int64_t weights[WEIGHTS])
{
	const struct tokens *t = &c->tokens;
	const int64_t values[WEIGHTS] = {
		tokens_total(t), !c->is_replay, c->speed != SPEED_UNSAID, c->has_recorded,
		c->status, t->output, t->cache_write_1h, t->cache_write_5m, t->cache_read, t->input,
		c->reasoning_tokens, c->web_searches, c->has_recorded ? usd_nanos(c->recorded) : 0,
		-c->start_ns, c->latency_ms, c->ttft_ms, c->tier, c->speed,
		-(int64_t)c->kind, (int64_t)c->tag_count,
	};

	memcpy(weights, values, sizeof(values));
}

static void list_texts(const struct call *c, struct str texts[TEXTS])
{
	const struct str all[TEXTS] = {
		c->provider, c->model, c->project, c->user, c->api_key, c->session, c->agent,
	};

	memcpy(texts, all, sizeof(all));
}

static int compare_texts(const struct call *a, const struct call *b)
{
	struct str of_a[TEXTS], of_b[TEXTS];

	list_texts(a, of_a);
	list_texts(b, of_b);
	for (size_t i = 0; i < TEXTS; i++)
		if (!str_eq(of_a[i], of_b[i]))
			return str_cmp(of_b[i], of_a[i]);
	return 0;
}

/* Both have equally many. */
static int compare_tags(const struct call *a, const struct call *b)
{
	for (size_t i = 0; i < a->tag_count; i++) {
		if (!str_eq(a->tags[i].name, b->tags[i].name))
			return str_cmp(b->tags[i].name, a->tags[i].name);
		if (!str_eq(a->tags[i].value, b->tags[i].value))
			return str_cmp(b->tags[i].value, a->tags[i].value);
	}
	return 0;
}

static bool copy_str(struct arena *a, struct str from, struct str *to)
{
	*to = from.len ? arena_str(a, from) : (struct str){ NULL, 0 };
	return from.len == 0 || to->at;
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
	for (size_t i = 0; ok && i < c->tag_count; i++)
		ok = copy_str(a, c->tags[i].name, &out->tags[i].name) &&
			copy_str(a, c->tags[i].value, &out->tags[i].value);
	return ok;
}

/* The sum and the tables that follow are all that knows the five buckets apart. */
int64_t tokens_total(const struct tokens *t)
{
	return tokens_prompt(t) + t->output;
}

int64_t tokens_prompt(const struct tokens *t)
{
	return t->input + t->cache_read + t->cache_write_5m + t->cache_write_1h;
}

static const struct choice tiers[] = {
	{ "standard", TIER_STANDARD }, { "batch", TIER_BATCH },
	{ "flex", TIER_FLEX },         { "priority", TIER_PRIORITY },
	{ "default", TIER_STANDARD },  { "auto", TIER_STANDARD },
	{ NULL, 0 },
};

static const struct choice statuses[] = {
	{ "ok", CALL_OK }, { "error", CALL_ERROR }, { "aborted", CALL_ABORTED }, { NULL, 0 },
};
