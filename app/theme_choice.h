/* SPDX-License-Identifier: Apache-2.0 */
/* Which theme a terminal gets: what the user said, else what suits the background. */
#ifndef LLMLAB_APP_THEME_CHOICE_H
#define LLMLAB_APP_THEME_CHOICE_H

#include "app/app.h"
#include "themes/theme.h"

/* *is_chosen: by the user. LL_EUSAGE names the themes that there are. */
enum ll_err LL_MUST theme_choose(struct app *app, struct theme *out, bool *is_chosen, struct err *err);
/* Of a background as terminals tell it, each 0..65535. */
void theme_for_background(const int rgb[3], struct theme *out);

#endif
