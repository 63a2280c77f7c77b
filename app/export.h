/* SPDX-License-Identifier: Apache-2.0 */
/* A view written into a file of the user's. */
#ifndef LLMLAB_APP_EXPORT_H
#define LLMLAB_APP_EXPORT_H

#include "app/dashboard_state.h"

/* "llmlab-2026-11-24-153000.csv" where the user stands, else at home; never over another file. */
enum ll_err LL_MUST export_text(const struct dashboard *d, struct str text, const char *suffix,
	char path[PATHS_BYTES], struct err *err);

#endif
