/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that is run beside the dashboard: its stdin is given, what it says is kept, and the
 * loop goes on meanwhile.
 */
#ifndef LLMLAB_APP_ERRAND_H
#define LLMLAB_APP_ERRAND_H

#include <uv.h>

#include "base/buf.h"

struct errand_options {
	uv_loop_t *loop;
	const char *const *words; /* program and arguments, NULL-ended; copied */
	struct str input;         /* copied */
	bool keeps_output;        /* else stdout and stderr are /dev/null, and only the end of the program counts */
	int terminal;             /* a descriptor that is all three of its files; -1 = none */
	/* On the loop, once, when it has ended; status is the exit status, 128 + n for a signal. */
	void (*done)(void *ctx, int status, struct str out, struct str err);
	void *ctx;
};

/* LL_ENOENT when there is no such program; done is then not called. */
enum ll_err LL_MUST errand_run(const struct errand_options *options, struct err *err);

#endif
