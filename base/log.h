/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program's own log: lines to a file, never to the screen; control bytes
 * escaped. LLMLAB_TRACE=area,area (or "all") turns on the traces of an area.
 * Any thread.
 */
#ifndef LLMLAB_BASE_LOG_H
#define LLMLAB_BASE_LOG_H

#include "base/err.h"
#include "base/str.h"

/* Opens (appends to) the file, 0600; "" or NULL = no log. Earlier lines are lost. */
enum ll_err LL_MUST log_open(const char *path, const char *trace_areas, struct err *err);
void log_close(void);

void log_info(const char *area, const char *fmt, ...) LL_PRINTF(2, 3);
void log_warn(const char *area, const char *fmt, ...) LL_PRINTF(2, 3);
/* Written only when the area is traced. */
void log_trace(const char *area, const char *fmt, ...) LL_PRINTF(2, 3);

#endif
