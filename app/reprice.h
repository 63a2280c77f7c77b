/* SPDX-License-Identifier: Apache-2.0 */
/* `prices reprice`: old calls with the prices of today, shown before it is done. */
#ifndef LLMLAB_APP_REPRICE_H
#define LLMLAB_APP_REPRICE_H

#include "app/app.h"

enum exit_code reprice_run(struct app *app);

#endif
