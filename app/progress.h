/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A progress bar of an import on the terminal's stderr: one line, drawn over and taken away at the
 * end. Shown only once the work has taken so long that somebody might wonder.
 */
#ifndef LLMLAB_APP_PROGRESS_H
#define LLMLAB_APP_PROGRESS_H

#include "ingest/import.h"

struct progress {
	bool is_on;           /* nothing is drawn otherwise */
	bool is_drawn;
	bool has_utf8;
	int columns;
	int64_t started_ns;   /* monotonic */
};

void progress_start(struct progress *p, bool is_on, bool has_utf8, int columns);
/* Shaped like import_options.progress; ctx is the struct progress. */
void progress_show(void *ctx, const struct import_progress *now);
void progress_end(struct progress *p);

/* The line itself, without the control bytes around it; at most `columns` cells. Pure. */
void progress_line(struct buf *out, const struct import_progress *now, bool has_utf8, int columns);

#endif
