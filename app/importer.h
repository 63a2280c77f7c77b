/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Imports in the background: the first one that a new user asks for, and reading on in known logs
 * as they grow. One at a time, on a worker thread with a store and a door of its own.
 */
#ifndef LLMLAB_APP_IMPORTER_H
#define LLMLAB_APP_IMPORTER_H

#include <uv.h>

#include "app/app.h"
#include "app/watch.h"

struct importer;

enum import_what {
	IMPORT_KNOWN, /* read on in the sources that the store has */
	IMPORT_ALL,   /* every known place of this machine */
};

struct importer_options {
	uv_loop_t *loop;
	const struct app *app;     /* its arguments, clock, scope and actor are used */
	const struct watch *watch; /* learns the directories of the sources */
	/* On the loop. */
	void (*progress)(void *ctx, const struct import_progress *now);
	void (*done)(void *ctx, enum import_what what, const struct import_summary *sum,
		enum ll_err code, const struct err *err);
	void *ctx;
};

/* NULL = the system has no handle left. */
struct importer *importer_new(const struct importer_options *options);
/* At once, or after the one that runs; several of a kind that wait are one. */
void importer_start(struct importer *im, enum import_what what);
bool importer_is_busy(const struct importer *im);
/* Nothing more is started or told. */
void importer_stop(struct importer *im);
/* Closes its handle; freed on the loop. Only while it is not busy. */
void importer_free(struct importer *im);

#endif
