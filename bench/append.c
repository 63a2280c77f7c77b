/* SPDX-License-Identifier: Apache-2.0 */
/* How fast calls are stored, beside a bare insert of the same columns and batch size. */
#include "base/limits.h"
#include "base/mem.h"
#include "bench/ceiling.h"

struct append_bench {
	const struct bench *bench;
	size_t batch_calls;
	int64_t calls;
};

static enum ll_err append_all(struct feed *f, const struct append_bench *a, double *seconds,
	struct err *err)
{
	struct scope scope = SCOPE_DEFAULT;
	struct batch *b = batch_new();
	enum ll_err code = b ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory");

	*seconds = 0;
	while (code == LL_OK && f->next < a->calls) {
		int64_t since;

		batch_clear(b);
		code = feed_batch(f, b, a->batch_calls, err);
		since = clock_mono_ns();
		if (code == LL_OK)
			code = store_append(f->store, &scope, b, err);
		*seconds += seconds_since(since);
	}
	batch_free(b);
	return code;
}

/* Live: a batch is given when the one before is committed. */
static enum ll_err live(void *ctx, double *per_s, struct err *err)
{
	struct append_bench *a = ctx;
	struct feed f = { 0 };
	char dir[512];
	double seconds = 0;
	enum ll_err code = scratch_dir(a->bench, "append", dir, err);

	if (code == LL_OK)
		code = feed_open(&f, dir, CALLS_PER_MONTH, err);
	if (code == LL_OK)
		code = append_all(&f, a, &seconds, err);
	*per_s = (double)a->calls / seconds;
	feed_close(&f);
	return code;
}

/* As import does: two batches in flight, filled while the other commits. */
static enum ll_err in_order(void *ctx, double *per_s, struct err *err)
{
	struct append_bench *a = ctx;
	struct feed f = { 0 };
	char dir[512];
	int64_t since = 0;
	enum ll_err code = scratch_dir(a->bench, "append", dir, err);

	if (code == LL_OK)
		code = feed_open(&f, dir, CALLS_PER_MONTH, err);
	since = clock_mono_ns();
	if (code == LL_OK)
		code = feed_run(&f, a->calls, err);
	*per_s = (double)a->calls / seconds_since(since);
	feed_close(&f);
	return code;
}

static enum ll_err insert_all(struct bare *bare, const struct append_bench *a,
	struct made_call *calls, double *seconds, struct err *err)
{
	enum ll_err code = LL_OK;

	*seconds = 0;
	for (int64_t at = 0; code == LL_OK && at < a->calls; at += (int64_t)a->batch_calls) {
		int64_t since;

		for (size_t i = 0; i < a->batch_calls; i++)
			call_make(at + (int64_t)i, CALLS_PER_MONTH, &calls[i]);
		since = clock_mono_ns();
		code = bare_append(bare, calls, a->batch_calls, err);
		*seconds += seconds_since(since);
	}
	return code;
}

static enum ll_err bare(void *ctx, double *per_s, struct err *err)
{
	struct append_bench *a = ctx;
	struct made_call *calls = ll_alloc(a->batch_calls * sizeof(*calls));
	struct bare b = { 0 };
	char dir[512];
	double seconds = 0;
	enum ll_err code = scratch_dir(a->bench, "bare", dir, err);

	if (code == LL_OK)
		code = bare_open(&b, dir, err);
	if (code == LL_OK)
		code = insert_all(&b, a, calls, &seconds, err);
	*per_s = (double)a->calls / seconds;
	bare_close(&b);
	ll_free(calls);
	return code;
}

enum ll_err bench_append(const struct bench *bench, struct err *err)
{
	static const char ten_k[] = "bare insert, 10k a commit";
	static const struct {
		const char *name, *reference;
		size_t batch_calls;
		int64_t calls;
		double bar;
		enum ll_err (*measure)(void *ctx, double *value, struct err *err);
	} cases[] = {
		{ "append_live_10k", ten_k, LIMIT_BATCH_CALLS, 400000, 0.25, live },
		{ "append_live_500", "bare insert, 500 a commit", 500, 60000, 0.15, live },
		{ "append_in_order", ten_k, LIMIT_BATCH_CALLS, 1000000, 0.25, in_order },
	};
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct append_bench a = { bench, cases[i].batch_calls, cases[i].calls };
		struct contest contest = {
			.figure = {
				.name = cases[i].name,
				.unit = "calls/s",
				.better = MORE_IS_BETTER,
				.reference = cases[i].reference,
				.wanted = WANT_RATIO,
				.bar = cases[i].bar,
			},
			.measure = cases[i].measure,
			.reference = bare,
			.ctx = &a,
		};

		code = contest_run(&contest, err);
	}
	return code;
}
