/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dashboard on a terminal: one loop for keys, frames, reads, news of the store and of growing
 * logs. Nothing is polled for and no timer runs without a deadline.
 */
#ifndef LLMLAB_APP_DASHBOARD_H
#define LLMLAB_APP_DASHBOARD_H

#include "app/app.h"

/* Whether somebody sits at a terminal and did not ask for text. */
bool dashboard_is_wanted(const struct app *app);
/* Until the user quits. demo_dir NULL: the user's store; else a demo's, for which nothing is imported and
 * nothing remembered. app->store is opened here. */
enum exit_code dashboard_run(struct app *app, const char *demo_dir);

#endif
