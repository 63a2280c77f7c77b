/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at a store without changing anything. */
#ifndef LLMLAB_APP_PEEK_H
#define LLMLAB_APP_PEEK_H

#include "app/app.h"

/* Opens app->store and app->reader as the store is: nothing is made, no known log is read on.
 * Where there is no store yet both stay NULL. */
enum ll_err LL_MUST app_peek(struct app *app, struct err *err);

#endif
