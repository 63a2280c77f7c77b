/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One screen of the dashboard without a terminal: the keys are typed, every read is waited for, and
 * what a terminal of that size would show is printed as text. For documentation, tests and scripts;
 * nothing is changed by it, whatever the keys say.
 */
#ifndef LLMLAB_APP_SCREEN_H
#define LLMLAB_APP_SCREEN_H

#include "app/app.h"
#include "tui/event.h"

/* "120x36": columns x rows, each 1 to 1000. */
enum ll_err LL_MUST screen_size(struct str text, int *rows, int *cols, struct err *err);
/* Words parted by blanks: a key's name ("<Enter>", "j"), or letters that are typed one by one ("opus").
 * fn is called for each key. LL_EUSAGE names a "<...>" that is no key. */
enum ll_err LL_MUST screen_keys(struct str text, void (*fn)(void *ctx, struct key key), void *ctx,
	struct err *err);

/* --screen and --keys, into app->out; demo_dir as in dashboard_run(). */
enum exit_code screen_print(struct app *app, const char *demo_dir);

#endif
