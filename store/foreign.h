/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Other programs' SQLite files: opened read-only, never written, row by row. The SQL for each
 * is here, like all SQL.
 */
#ifndef LLMLAB_STORE_FOREIGN_H
#define LLMLAB_STORE_FOREIGN_H

#include "base/err.h"
#include "base/str.h"

enum foreign_query {
	FOREIGN_OPENCODE_MESSAGES, /* id, session_id, data (JSON), oldest first */
};

#define FOREIGN_COLUMNS 3

/* Calls fn for every row; its columns live until it returns. fn ends the walk with a code that is
 * not LL_OK. LL_EDECODE when the file is no such database. */
enum ll_err LL_MUST foreign_each(const char *path, enum foreign_query query,
	enum ll_err (*fn)(void *ctx, const struct str columns[FOREIGN_COLUMNS], struct err *err),
	void *ctx, struct err *err);

#endif
