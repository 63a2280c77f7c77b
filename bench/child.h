/* SPDX-License-Identifier: Apache-2.0 */
/* Running another program and measuring it from outside. */
#ifndef LLMLAB_BENCH_CHILD_H
#define LLMLAB_BENCH_CHILD_H

#include "bench/bench.h"

struct child {
	const char *const *argv; /* looked up in PATH; NULL-ended */
	const char *const *env;  /* "NAME=value" on top of our own; NULL-ended, NULL = none */
	const char *in, *out;    /* files; NULL = /dev/null */
	bool sample_memory;      /* look at its memory every few ms */

	/* filled */
	double seconds;
	double anon_mb;          /* peak of RssAnon, its own and its children's */
};

/* Fails when it cannot be started or its exit code is not 0. */
enum ll_err LL_MUST child_run(struct child *c, struct err *err);
/* The median of `count` runs, in ms. */
enum ll_err LL_MUST child_median_ms(const struct child *c, size_t count, double *ms,
	struct err *err);
/* Our own program: $LLMLAB_BIN, else ./llmlab. */
const char *llmlab_command(void);
/* Is there a program of that name, in PATH or as a path? */
bool command_exists(const char *name);

#endif
