/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/sample.h"

#include <stdio.h>

#include "base/mem.h"
#include "store/db.h"

static const int64_t first_ns = INT64_C(1789862400) * NS_PER_S; /* 2026-09-20 */
static const int64_t span_ns = 81 * NS_PER_DAY;
static const int64_t long_day_ns = INT64_C(1793498400) * NS_PER_S; /* 2026-11-01 02:00 */

static const char *const models[][2] = {
	{ "anthropic", "claude-sonnet-4-5" },
	{ "anthropic", "claude-opus-4-1" },
	{ "openai", "gpt-5" },
	{ "azure", "gpt-5" }, /* one name, two providers */
	{ "", "llama" },
};
static const char *const projects[] = { "", "web", "api", "batch" };
static const char *const users[] = { "", "ann", "bob", "Carol" };
static const char *const api_keys[] = { "", "key-1", "key-2" };
static const char *const agents[] = { "", "planner" };
static const char *const envs[] = { "", "prod", "test" };
static const char *const teams[] = { "", "red", "blue" };

uint64_t sample_below(struct sample *s, uint64_t limit)
{
	return test_random(&s->random) % limit;
}

#define PICK(s, list) str_of((list)[sample_below(s, sizeof(list) / sizeof((list)[0]))])

static void open_sources(struct sample *s)
{
	static const char *const rows[SAMPLE_SOURCES][3] = {
		{ "claude-code", "laptop", "/home/a" },
		{ "claude-code", "server", "/home/b" },
		{ "codex", "laptop", "/home/c" },
		{ "csv", "", "-" },
	};
	struct scope scope = SCOPE_DEFAULT;
	struct err err = { 0 };

	for (size_t i = 0; i < SAMPLE_SOURCES; i++) {
		struct source *source = &s->sources[i];

		source->name = str_of(rows[i][0]);
		source->machine = str_of(rows[i][1]);
		source->place = str_of(rows[i][2]);
		assert_ok(source_ensure(s->store, &scope, source->name, source->machine,
			source->place, &source->id, &err), &err);
	}
	s->sources[1].plan = PLAN_SUBSCRIPTION;
	assert_ok(source_set_plan(s->store, &scope, s->sources[1].id, PLAN_SUBSCRIPTION,
		STR("local:test"), &err), &err);
}

static void add_tag(struct call *c, const char *name, struct str value)
{
	if (value.len)
		c->tags[c->tag_count++] = (struct call_tag){ str_of(name), value };
}

/* Few distinct times for some, so that calls share a start; and many around the long day on
 * which New York's summer time ends. */
static int64_t random_start(struct sample *s)
{
	int64_t t = first_ns + (int64_t)sample_below(s, (uint64_t)span_ns);

	if (!sample_below(s, 4))
		return long_day_ns + (int64_t)sample_below(s, (uint64_t)(30 * NS_PER_HOUR));
	return sample_below(s, 4) ? t : t - t % (6 * NS_PER_HOUR);
}

static struct str random_session(struct sample *s)
{
	char text[16];

	if (!sample_below(s, 4))
		return (struct str){ 0 };
	snprintf(text, sizeof(text), "session-%d", (int)sample_below(s, 12));
	return arena_str(&s->arena, str_of(text));
}

static struct priced_call random_call(struct sample *s)
{
	const char *const *model = models[sample_below(s, sizeof(models) / sizeof(models[0]))];
	struct priced_call p = {
		.call = {
			.key = { .exact = { test_random(&s->random), test_random(&s->random) } },
			.kind = CALL_AGENT_LOG,
			.start_ns = random_start(s),
			.latency_ms = sample_below(s, 3) ? (int64_t)sample_below(s, 60000) : -1,
			.ttft_ms = -1,
			.provider = str_of(model[0]),
			.model = str_of(model[1]),
			.project = PICK(s, projects),
			.user = PICK(s, users),
			.api_key = PICK(s, api_keys),
			.session = random_session(s),
			.agent = PICK(s, agents),
			.tags = arena_alloc(&s->arena, 2 * sizeof(struct call_tag)),
			.tokens = {
				.input = (int64_t)sample_below(s, 5000),
				.cache_read = (int64_t)sample_below(s, 50000),
				.cache_write_5m = (int64_t)sample_below(s, 3000),
				.cache_write_1h = (int64_t)sample_below(s, 3000),
				.output = 1000 + (int64_t)sample_below(s, 2000),
			},
			.reasoning_tokens = (int64_t)sample_below(s, 1000),
			.web_searches = sample_below(s, 5) ? 0 : (int64_t)sample_below(s, 9),
			.has_recorded = sample_below(s, 2),
			.status = (enum call_status)sample_below(s, 3),
			.tier = (enum call_tier)sample_below(s, 4),
			.speed = (enum call_speed)sample_below(s, 3),
		},
		.has_cost = sample_below(s, 5),
	};

	p.call.key.family = p.call.key.exact.hi;
	if (p.call.has_recorded)
		p.call.recorded = usd_of_nanos((int64_t)sample_below(s, 200000000));
	if (p.has_cost)
		p.cost = usd_of_nanos((int64_t)sample_below(s, 200000000));
	p.source = s->sources[sample_below(s, SAMPLE_SOURCES)].id;
	add_tag(&p.call, "env", PICK(s, envs));
	add_tag(&p.call, "team", PICK(s, teams));
	return p;
}

void sample_append(struct sample *s, size_t count)
{
	struct scope scope = SCOPE_DEFAULT;
	struct batch *b = batch_new();
	struct err err = { 0 };

	assert_non_null(b);
	assert_true(count <= 10000);
	if (s->count + count > s->cap) {
		s->cap = s->count + count;
		s->calls = ll_try_realloc(s->calls, s->cap * sizeof(*s->calls));
		assert_non_null(s->calls);
	}
	for (size_t i = 0; i < count; i++)
		s->calls[s->count++] = b->calls[b->count++] = random_call(s);
	assert_ok(store_append(s->store, &scope, b, &err), &err);
	assert_int_equal(b->result.added, count);
	batch_free(b);
}

void sample_open(struct sample *s, size_t count, uint64_t seed)
{
	struct store_options options = {
		.dir = test_dir(),
		.mode = STORE_WRITE,
		.zone = SAMPLE_ZONE,
	};
	struct err err = { 0 };

	*s = (struct sample){ .random = seed };
	arena_init(&s->arena, 0);
	map_init(&s->project_ids);
	assert_ok(store_open(&s->store, &options, &err), &err);
	s->dir = store_dir(s->store);
	assert_ok(store_reader_open(s->store, &s->reader, &err), &err);
	open_sources(s);
	for (; count > 500; count -= 500)
		sample_append(s, 500);
	sample_append(s, count);
}

void sample_close(struct sample *s)
{
	store_reader_close(s->reader);
	store_close(s->store);
	ll_free(s->calls);
	map_release(&s->project_ids);
	arena_release(&s->arena);
}

const struct source *sample_source(const struct sample *s, const struct priced_call *c)
{
	for (size_t i = 0; i < SAMPLE_SOURCES; i++)
		if (s->sources[i].id == c->source)
			return &s->sources[i];
	fail_msg("a call of no source");
	return NULL;
}

struct str sample_tag(const struct call *c, struct str name)
{
	for (size_t i = 0; i < c->tag_count; i++)
		if (str_eq(c->tags[i].name, name))
			return c->tags[i].value;
	return (struct str){ 0 };
}

static struct str text_of(const struct sample *s, const struct priced_call *p,
	const struct filter_term *term)
{
	const struct call *c = &p->call;

	switch (term->field) {
	case FILTER_PROVIDER: return c->provider;
	case FILTER_MODEL: return c->model;
	case FILTER_PROJECT: return c->project;
	case FILTER_USER: return c->user;
	case FILTER_KEY: return c->api_key;
	case FILTER_SESSION: return c->session;
	case FILTER_SOURCE: return sample_source(s, p)->name;
	case FILTER_MACHINE: return sample_source(s, p)->machine;
	case FILTER_AGENT: return c->agent;
	case FILTER_TAG: return sample_tag(c, term->tag);
	default: fail_msg("field %d has no text", (int)term->field);
	}
	return (struct str){ 0 };
}

static bool amount_passes(const struct priced_call *p, const struct filter_term *term)
{
	const struct call *c = &p->call;

	switch (term->field) {
	case FILTER_COST:
		return p->has_cost && filter_compare(term->op, usd_nanos(p->cost), term->amount);
	case FILTER_DURATION:
		return c->latency_ms >= 0 && filter_compare(term->op, c->latency_ms, term->amount);
	case FILTER_TOKENS:
		return filter_compare(term->op, tokens_total(&c->tokens), term->amount);
	case FILTER_INPUT:
		return filter_compare(term->op, c->tokens.input, term->amount);
	case FILTER_OUTPUT:
		return filter_compare(term->op, c->tokens.output, term->amount);
	case FILTER_CACHE_READ:
		return filter_compare(term->op, c->tokens.cache_read, term->amount);
	default:
		fail_msg("field %d has no amount", (int)term->field);
	}
	return false;
}

static bool choice_passes(const struct priced_call *p, const struct filter_term *term)
{
	unsigned value = term->field == FILTER_STATUS ? p->call.status :
			 term->field == FILTER_TIER   ? p->call.tier :
							p->has_cost;
	bool is_chosen = term->choices >> value & 1;

	return term->op == FILTER_EQ ? is_chosen : !is_chosen;
}

static bool text_passes(struct str text, const struct filter_term *term)
{
	bool is_any = false;

	for (size_t i = 0; i < term->text_count; i++)
		is_any |= term->op == FILTER_EQ || term->op == FILTER_NE ?
			str_eq(text, term->texts[i]) : filter_contains(text, term->texts[i]);
	return term->op == FILTER_EQ || term->op == FILTER_CONTAINS ? is_any : !is_any;
}

static bool term_passes(const struct sample *s, const struct priced_call *p,
	const struct filter_term *term)
{
	switch (filter_fields[term->field].type) {
	case FILTER_TEXT: return text_passes(text_of(s, p, term), term);
	case FILTER_CHOICE: return choice_passes(p, term);
	case FILTER_AMOUNT: return amount_passes(p, term);
	}
	return false;
}

bool sample_passes(const struct sample *s, const struct priced_call *c, const struct filter *f)
{
	for (size_t i = 0; f && i < f->count; i++)
		if (!term_passes(s, c, &f->terms[i]))
			return false;
	return true;
}

const struct filter *sample_filter(struct sample *s, struct arena *a)
{
	static const char *const terms[] = {
		"provider=anthropic", "provider!=openai", "provider=", "model=gpt-5",
		"model~CLAUDE", "model!~gpt", "project=web,api", "project!=", "project=",
		"user=ann", "user~o",
		"user!=bob", "user=", "key=key-1", "key!=key-2", "session=session-3,session-5",
		"session~session-1", "session=", "session!=session-2", "source=claude-code",
		"source!=csv", "machine=laptop", "machine=", "machine!=server", "agent=planner",
		"agent=", "tag:env=prod", "tag:env!=prod", "tag:env=", "tag:env~e", "tag:team=red",
		"tag:team!=", "status=error", "status!=ok", "tier=batch,flex", "priced=no",
		"priced=yes", "cost>0.1", "cost<=0.05", "tokens>=30k", "dur>30s", "output<2000",
		"model=no-such-model", "user=nobody", "tag:env=nowhere", "session=none",
	};
	size_t count = sizeof(terms) / sizeof(terms[0]);
	struct filter *f = arena_alloc(a, sizeof(*f));
	struct err err = { 0 };
	char text[128];

	if (!sample_below(s, 3))
		return NULL;
	snprintf(text, sizeof(text), "%s %s", terms[sample_below(s, count)],
		sample_below(s, 2) ? "" : terms[sample_below(s, count)]);
	assert_ok(filter_parse(str_of(text), a, f, &err), &err);
	return f;
}

int64_t sample_project_id(struct sample *s, struct str name)
{
	uint64_t known;
	struct err err = { 0 };
	struct stmt q = { 0 };
	struct db db;
	char path[600];
	bool row;
	int64_t id;

	if (map_find(&s->project_ids, name, &known))
		return (int64_t)known;
	snprintf(path, sizeof(path), "%s/main.db", s->dir);
	assert_ok(db_open(&db, path, DB_READ, 0, &err), &err);
	assert_ok(stmt_prepare(&q, &db, "SELECT id FROM dim WHERE kind = ? AND name = ?", &err),
		&err);
	stmt_bind_i64(&q, 1, DIM_PROJECT);
	stmt_bind_str(&q, 2, name);
	assert_ok(stmt_step(&q, &row, &err), &err);
	id = row ? stmt_i64(&q, 0) : 0;
	stmt_release(&q);
	db_close(&db);
	if (id)
		assert_int_equal(map_put(&s->project_ids, name, (uint64_t)id), LL_OK);
	return id;
}
