/* SPDX-License-Identifier: Apache-2.0 */
/* Running another program and measuring it from outside. */
#ifndef LLMLAB_BENCH_CHILD_H
#define LLMLAB_BENCH_CHILD_H

#include <sys/types.h>

#include "bench/bench.h"

struct child {
	const char *const *argv; /* looked up in PATH; NULL-ended */
	const char *const *env;  /* "NAME=value" on top of our own; NULL-ended, NULL = none */
	const char *in, *out;    /* files; NULL = /dev/null */
	const char *terminal;    /* instead of both: a session of its own on this device */
	bool sample_memory;      /* look at its memory every few ms */

	/* filled */
	double seconds;
	double anon_mb;          /* peak of RssAnon, its own and its children's */
};

/* What a running process has used since its start, all its threads together. */
struct usage {
	int64_t cpu_ns;
	int64_t wakeups;  /* how often it slept and was woken */
	double anon_mb;   /* RssAnon now */
};

/* Starts it and does not wait. */
enum ll_err LL_MUST child_start(const struct child *c, pid_t *pid, struct err *err);
struct usage child_usage(pid_t pid);
/* Fails when it cannot be started or its exit code is not 0. */
enum ll_err LL_MUST child_run(struct child *c, struct err *err);
/* The median of `count` runs, in ms. */
enum ll_err LL_MUST child_median_ms(const struct child *c, size_t count, double *ms,
	struct err *err);
/* The same of a program that does nothing, to be a contest's reference. */
enum ll_err LL_MUST child_true_ms(void *ctx, double *ms, struct err *err);
/* Our own program: $LLMLAB_BIN, else ./llmlab. */
const char *llmlab_command(void);
/* Is there a program of that name, in PATH or as a path? */
bool command_exists(const char *name);

#endif
