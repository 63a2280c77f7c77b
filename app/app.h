/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of the program: what every command needs, opened when it is asked for and closed by
 * main. Data goes to stdout through `out`; messages go to stderr; both pass the sanitising
 * gate of base/text.h.
 */
#ifndef LLMLAB_APP_APP_H
#define LLMLAB_APP_APP_H

#include "app/command.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/jsonw.h"
#include "ingest/import.h"
#include "model/filter.h"
#include "model/timerange.h"
#include "store/store.h"

struct app {
	const struct command *command;
	const struct args *args;
	struct clock clock;
	struct scope scope;
	struct buf out;         /* stdout; app_write() empties it */
	struct arena arena;     /* of this run */
	bool out_is_terminal, err_is_terminal, has_color, has_utf8;
	int columns;            /* of the terminal; 80 when unknown */
	struct str actor;       /* "local:name" */

	/* opened on demand, closed by main */
	struct store *store;
	struct store_reader *reader;
	struct price_book *book;
	struct zone *zone;
};

/* Prints "llmlab: <sentence>" (and for LL_EUSAGE a line that names --help) to stderr and returns
 * the exit code that belongs to the error. */
enum exit_code app_fail(struct app *app, const struct err *err);
enum exit_code app_usage(struct app *app, const char *fmt, ...) LL_PRINTF(2, 3);
void app_warn(struct app *app, const char *fmt, ...) LL_PRINTF(2, 3);

/* Opens for writing; makes the store when missing. */
enum ll_err LL_MUST app_open_store(struct app *app, struct err *err);
/* Opens a reader, reading known sources on first unless --no-refresh; a store that cannot be
 * written is read as it is (said once). Without a store LL_ENOENT, which says how to fill one. */
enum ll_err LL_MUST app_open_reader(struct app *app, struct err *err);
enum ll_err LL_MUST app_open_book(struct app *app, struct err *err);
/* The same for ingest, which asks when it has something to price: ctx is the struct app. */
enum ll_err LL_MUST app_lend_book(void *ctx, struct price_book **out, struct err *err);
/* --timezone, else the workspace's, else the system's. */
enum ll_err LL_MUST app_zone(struct app *app, const struct zone **out, struct err *err);
/* --since/--until in that zone. */
enum ll_err LL_MUST app_range(struct app *app, struct timerange *out, struct err *err);
/* --filter; NULL when there is none. */
enum ll_err LL_MUST app_filter(struct app *app, const struct filter **out, struct err *err);
/* Writes and empties `out`. A closed pipe ends the program quietly. */
enum ll_err LL_MUST app_write(struct app *app, struct err *err);
/* Asks on the terminal; false without one unless --yes. */
bool app_confirm(struct app *app, const char *question);

/* JSON in the project's shape, two blanks of indent. */
void app_json(struct app *app, struct jsonw *w);

#endif
