/* SPDX-License-Identifier: Apache-2.0 */
/* What the dashboard needs before it is there, on a terminal and without one (--screen) alike. */
#ifndef LLMLAB_APP_DASH_SETUP_H
#define LLMLAB_APP_DASH_SETUP_H

#include "app/app.h"

bool environment_has(const char *variable); /* set and not empty */
/* LC_CTYPE from the environment, C.UTF-8 where that says nothing; whether it is UTF-8 now. */
bool setup_locale(void);
/* Opens app->store for reading as it is, if there is one in `dir`. */
enum ll_err LL_MUST setup_store(struct app *app, const char *dir, struct err *err);
/* Lines "scope.action = keys" of the configuration's section [keys]; in app's arena. */
enum ll_err LL_MUST setup_keys(struct app *app, struct str *out, struct err *err);

#endif
