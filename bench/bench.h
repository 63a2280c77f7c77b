/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of speed and memory, each beside a reference that is measured in the same run: a
 * machine's absolute numbers say little, their ratio says whether the program got slower. One
 * JSON line a figure on stdout.
 *
 * The ratio is how many times as good the figure is as its reference: value / reference of a rate,
 * reference / value of a time or a size. More is always better.
 */
#ifndef LLMLAB_BENCH_BENCH_H
#define LLMLAB_BENCH_BENCH_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

#define BENCH_ROUNDS 3 /* figure and reference in turn; odd, for the median */

struct bench {
	const char *dir; /* scratch, removed at the end; absolute */
};

/* The benches: one file each, one line in main.c's table. */
enum ll_err LL_MUST bench_json(const struct bench *b, struct err *err);
enum ll_err LL_MUST bench_append(const struct bench *b, struct err *err);
enum ll_err LL_MUST bench_import(const struct bench *b, struct err *err);
enum ll_err LL_MUST bench_query(const struct bench *b, struct err *err);
enum ll_err LL_MUST bench_start(const struct bench *b, struct err *err);
enum ll_err LL_MUST bench_tty(const struct bench *b, struct err *err);

enum figure_better { MORE_IS_BETTER, LESS_IS_BETTER };
enum figure_wanted { WANT_NOTHING, WANT_RATIO, WANT_AT_MOST };

struct figure {
	const char *name, *unit;
	enum figure_better better;
	const char *reference; /* what it is compared with; NULL = nothing */
	enum figure_wanted wanted;
	double bar;            /* ratio >= bar, or value <= bar */
};

void figure_print(const struct figure *f, double value, double reference);
/* A figure that cannot be taken here, and why. */
void figure_skip(const char *name, const char *why);

/* A figure and the two measurements behind it. */
struct contest {
	struct figure figure;
	enum ll_err (*measure)(void *ctx, double *value, struct err *err);
	enum ll_err (*reference)(void *ctx, double *value, struct err *err);
	void *ctx;
};

/* Measures both in turn, BENCH_ROUNDS times, and prints the medians. */
enum ll_err LL_MUST contest_run(const struct contest *c, struct err *err);

double median(double *values, size_t count); /* sorts them */
double seconds_since(int64_t mono_ns);

/* The bytes differ from run to run only where the seed does (SplitMix64). */
uint64_t bench_random(uint64_t *state);
/* A whole number >= 1 from the environment, or the default. */
int64_t bench_setting(const char *name, int64_t otherwise);
/* Makes dir/name anew, empty. */
enum ll_err LL_MUST scratch_dir(const struct bench *b, const char *name, char out[512],
	struct err *err);
void scratch_remove(const char *path); /* with all in it; absent is fine */

#endif
