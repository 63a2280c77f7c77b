/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up calls, and a store that is fed with them. */
#include "bench/calls.h"

#include <semaphore.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/limits.h"
#include "store/source.h"

#define LANES 64
#define SESSION_CALLS 100

static uint64_t mix(uint64_t seed)
{
	return bench_random(&seed);
}

/* Few of many: the first ones are the most used. */
static int32_t skewed(uint64_t bits, int32_t count)
{
	uint64_t x = bits & 1023;

	return (int32_t)((x * x * (uint64_t)count) >> 20);
}

/* Calls of the lanes alternate; a lane's session is over after SESSION_CALLS of them. */
static int64_t session_of(int64_t number)
{
	return number / (LANES * SESSION_CALLS) * LANES + number % LANES;
}

static int64_t cost_of(const struct tokens *t)
{
	return t->input * 3000 + t->output * 15000 + t->cache_read * 300 + t->cache_write_5m * 3750;
}

void call_make(int64_t number, int64_t per_month, struct made_call *out)
{
	int64_t step_ns = CALLS_DAYS * NS_PER_DAY / per_month;
	int64_t session = session_of(number);
	uint64_t a = mix((uint64_t)number * 2 + 1), b = mix(a);
	uint64_t of_session = mix((uint64_t)session * 2);
	int32_t model = skewed(of_session >> 10, CALLS_MODELS);
	int32_t user = skewed(of_session >> 26, CALLS_USERS);

	if (a >> 60 == 0) /* a side task on another model */
		model = (model + 3) % CALLS_MODELS;
	*out = (struct made_call){
		.start_ns = CALLS_FIRST_DAY * NS_PER_DAY + number * step_ns +
			(int64_t)(a % (uint64_t)step_ns),
		.session = session,
		.project = skewed(of_session, CALLS_PROJECTS),
		.model = model,
		.source = skewed(of_session >> 20, CALLS_SOURCES),
		.user = user,
		.key = user * 7 % CALLS_KEYS,
		.agent = (int32_t)(of_session >> 40 & 1023) % CALLS_AGENTS,
		.tokens = {
			.input = 3 + (int64_t)(b & 2047),
			.cache_read = (int64_t)(b >> 11 & 65535),
			.cache_write_5m = (b >> 27 & 3) == 0 ? (int64_t)(b >> 29 & 8191) : 0,
			.output = 8 + (int64_t)(b >> 42 & 2047),
		},
		.latency_ms = 300 + (int64_t)(a >> 20 & 16383),
		.ttft_ms = 100 + (int64_t)(a >> 34 & 1023),
		.status = (a >> 50 & 63) == 0 ? CALL_ERROR : CALL_OK,
		.exact = { mix(a ^ b), mix(b + 1) },
	};
	out->cost.nanos = cost_of(&out->tokens);
}

static struct str name(struct arena *a, const char *kind, int64_t number)
{
	char text[48];
	int len = snprintf(text, sizeof(text), "%s-%04lld", kind, (long long)number);

	return arena_str(a, (struct str){ text, (size_t)len });
}

static enum ll_err fill(const struct feed *f, const struct made_call *m, struct arena *a,
	struct priced_call *out)
{
	static const char *const providers[] = { "anthropic", "openai", "google", "mistral" };

	*out = (struct priced_call){
		.call = {
			.key = { .exact = m->exact, .family = m->exact.hi },
			.kind = CALL_GATEWAY,
			.start_ns = m->start_ns,
			.latency_ms = m->latency_ms,
			.ttft_ms = m->ttft_ms,
			.provider = str_of(providers[m->model % 4]),
			.model = f->models[m->model],
			.project = f->projects[m->project],
			.user = f->users[m->user],
			.api_key = f->keys[m->key],
			.session = name(a, "session", m->session),
			.agent = f->agents[m->agent],
			.tokens = m->tokens,
			.reasoning_tokens = m->reasoning,
			.has_recorded = true,
			.recorded = m->cost,
			.status = m->status,
		},
		.source = f->sources[m->source],
		.has_cost = true,
		.cost = m->cost,
	};
	return out->call.session.at ? LL_OK : LL_ENOMEM;
}

enum ll_err feed_batch(struct feed *f, struct batch *b, size_t count, struct err *err)
{
	for (; b->count < count; b->count++, f->next++) {
		struct made_call made;

		call_make(f->next, f->per_month, &made);
		if (fill(f, &made, &b->arena, &b->calls[b->count]) != LL_OK)
			return ll_fail(err, LL_ENOMEM, "out of memory");
	}
	return LL_OK;
}

static enum ll_err make_names(struct feed *f)
{
	const struct {
		const char *kind;
		struct str *names;
		int count;
	} kinds[] = {
		{ "project", f->projects, CALLS_PROJECTS },
		{ "model", f->models, CALLS_MODELS },
		{ "user", f->users, CALLS_USERS },
		{ "key", f->keys, CALLS_KEYS },
		{ "agent", f->agents, CALLS_AGENTS },
	};

	arena_init(&f->arena, 0);
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
		for (int i = 0; i < kinds[k].count; i++) {
			kinds[k].names[i] = name(&f->arena, kinds[k].kind, i);
			if (!kinds[k].names[i].at)
				return LL_ENOMEM;
		}
	return LL_OK;
}

enum ll_err feed_open(struct feed *f, const char *dir, int64_t per_month, struct err *err)
{
	struct store_options options = { .dir = dir, .mode = STORE_WRITE, .zone = "UTC" };
	struct scope scope = SCOPE_DEFAULT;
	enum ll_err code;

	*f = (struct feed){ .per_month = per_month };
	if (make_names(f) != LL_OK)
		return ll_fail(err, LL_ENOMEM, "out of memory");
	code = store_open(&f->store, &options, err);
	for (int i = 0; code == LL_OK && i < CALLS_SOURCES; i++) {
		char place[32];

		snprintf(place, sizeof(place), "place-%d", i);
		code = source_ensure(f->store, &scope, STR("bench"), STR("here"), str_of(place),
			&f->sources[i], err);
	}
	return code;
}

void feed_close(struct feed *f)
{
	store_close(f->store);
	arena_release(&f->arena);
	*f = (struct feed){ 0 };
}

static void set_free(struct batch *b)
{
	sem_post(b->ctx);
}

/* Waits until the batch is committed and ready to be filled again. */
static enum ll_err take_back(struct batch *b, struct err *err)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): without a batch nobody comes here */
	sem_wait(b->ctx);
	if (b->status != LL_OK)
		return ll_fail(err, b->status, "%s", b->err.msg);
	batch_clear(b);
	return LL_OK;
}

static enum ll_err feed_next(struct feed *f, struct batch *b, int64_t left, struct err *err)
{
	size_t count = left < LIMIT_BATCH_CALLS ? (size_t)left : LIMIT_BATCH_CALLS;
	struct scope scope = SCOPE_DEFAULT;
	enum ll_err code = take_back(b, err);

	if (code == LL_OK)
		code = feed_batch(f, b, count, err);
	if (code == LL_OK)
		code = store_submit(f->store, &scope, b, true, err);
	if (code != LL_OK)
		sem_post(b->ctx); /* nobody has it */
	return code;
}

enum ll_err feed_run(struct feed *f, int64_t count, struct err *err)
{
	struct batch *batches[2] = { batch_new(), batch_new() };
	sem_t is_free[2];
	int64_t end = f->next + count;
	enum ll_err code = LL_OK;

	for (int i = 0; i < 2; i++) {
		sem_init(&is_free[i], 0, 1);
		if (!batches[i]) {
			code = ll_fail(err, LL_ENOMEM, "out of memory");
			continue;
		}
		batches[i]->done = set_free;
		batches[i]->ctx = &is_free[i];
	}
	for (int i = 0; code == LL_OK && f->next < end; i ^= 1)
		code = feed_next(f, batches[i], end - f->next, err);
	for (int i = 0; i < 2; i++) {
		if (batches[i] && code == LL_OK)
			code = take_back(batches[i], err);
		else if (batches[i])
			sem_wait(&is_free[i]);
		sem_destroy(&is_free[i]);
		batch_free(batches[i]);
	}
	return code;
}

static enum ll_err build_month(const char *dir, int64_t calls, struct err *err)
{
	struct feed f = { 0 };
	enum ll_err code = feed_open(&f, dir, calls, err);

	if (code == LL_OK)
		code = feed_run(&f, calls, err);
	feed_close(&f);
	return code;
}

enum ll_err month_store(const struct bench *b, char dir[512], int64_t *calls, struct err *err)
{
	static const char name[] = "month";
	enum ll_err code;

	*calls = bench_setting("LLMLAB_BENCH_CALLS", CALLS_PER_MONTH);
	if (path_join(dir, 512, b->dir, name) && access(dir, F_OK) == 0)
		return LL_OK;
	code = scratch_dir(b, name, dir, err);
	if (code == LL_OK)
		code = build_month(dir, *calls, err);
	if (code != LL_OK)
		scratch_remove(dir);
	return code;
}
