/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What there is to show: how many calls the store has and, where it has none, the agents' logs on
 * this machine. On a worker thread, since it may walk a large tree.
 */
#ifndef LLMLAB_APP_SURVEY_H
#define LLMLAB_APP_SURVEY_H

#include <uv.h>

#include "ingest/import.h"
#include "views/dashboard.h"

#define SURVEY_PLACES 32

struct survey {
	uv_work_t work;
	struct store *store;         /* NULL = there is none */
	const struct scope *scope;
	struct log_place found[SURVEY_PLACES];
	struct dash_place places[SURVEY_PLACES]; /* those that hold something, in terms of the screen */
	size_t count;
	int64_t calls;
	bool is_running, is_wanted;  /* is_wanted: again, when this one is done */
	void (*done)(void *ctx, const struct survey *s); /* on the loop */
	void *ctx;
};

/* s->scope, done and ctx are set. While one runs, another is made after it. The store stays open until
 * it is done. */
void survey_start(struct survey *s, uv_loop_t *loop, struct store *store);
/* The same on the caller's own thread. */
void survey_now(struct survey *s, struct store *store);

#endif
