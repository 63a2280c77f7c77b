/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plain-text dashboard: spend by day as a chart, models, projects, the running block of each
 * source, top sessions, models without a price. For terminals without a screen library, pipes and
 * mails.
 */
#ifndef LLMLAB_APP_OVERVIEW_H
#define LLMLAB_APP_OVERVIEW_H

#include "app/app.h"

/* Appends to app->out. The last 30 days up to now, or up to the newest call if that is older. */
enum ll_err LL_MUST overview_add(struct app *app, struct err *err);

/* A chart of bars, `height` lines of values[i] / the largest; UTF-8 eighths or '#'. Labels at the
 * left are made by `label` for the top line and the bottom one. Pure; values are not negative. */
void overview_chart(struct buf *out, const int64_t *values, size_t count, int height, bool has_utf8,
	void (*label)(struct buf *out, int64_t value));

#endif
