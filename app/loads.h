/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dashboard's reads: run on worker threads, two at a time, each with a reader of its own; a
 * newer one of a pane makes the older ones stop. Answers are handed out on the loop. Reads that are
 * asked for before there is a store wait for it.
 */
#ifndef LLMLAB_APP_LOADS_H
#define LLMLAB_APP_LOADS_H

#include <uv.h>

#include "views/dashboard.h"

struct loads;

struct loads_options {
	uv_loop_t *loop;
	const struct scope *scope;
	const struct zone *zone;
	const struct clock *clock;
	/* On the loop, never from within loads_add(): the read is the taker's again. */
	void (*done)(void *ctx, struct dash_load *load);
	void *ctx;
};

struct loads *loads_new(const struct loads_options *options);
void loads_add(struct loads *l, struct dash_load *load);
/* Reads go to this store from now on; NULL = there is none. Call it only while nothing runs:
 * loads_is_busy(). The store is the caller's. */
void loads_store(struct loads *l, struct store *store);
/* What is read from now on is cut by this zone; nothing may run. */
void loads_zone(struct loads *l, const struct zone *zone);
/* Stops what runs, and starts nothing more; what waits is handed out with LL_ECANCELED. */
void loads_stop(struct loads *l);
/* Hands out what could not be handed out at once. */
void loads_turn(struct loads *l);
bool loads_is_busy(const struct loads *l); /* something runs on a worker */
bool loads_is_idle(const struct loads *l); /* nothing runs, and nothing waits that could run */
void loads_free(struct loads *l);          /* nothing may run */

#endif
