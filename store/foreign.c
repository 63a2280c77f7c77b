/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the databases of other programs. */
#include "store/foreign.h"

#include "store/db.h"

static const char *const queries[] = {
	[FOREIGN_OPENCODE_MESSAGES] = "SELECT id, session_id, data FROM message ORDER BY rowid",
};

enum ll_err foreign_each(const char *path, enum foreign_query query,
	enum ll_err (*fn)(void *ctx, const struct str columns[FOREIGN_COLUMNS], struct err *err),
	void *ctx, struct err *err)
{
	struct db db = { 0 };
	struct stmt q = { 0 };
	bool has_row = false;
	enum ll_err code;

	code = db_open(&db, path, DB_READ, 0, err);
	if (code == LL_OK && stmt_prepare(&q, &db, queries[query], err) != LL_OK)
		code = ll_fail(err, LL_EDECODE, "'%s' has not the tables that it should"
			" have", path);
	if (code == LL_OK)
		code = stmt_step(&q, &has_row, err);
	while (code == LL_OK && has_row) {
		struct str columns[FOREIGN_COLUMNS];

		for (int i = 0; i < FOREIGN_COLUMNS; i++)
			columns[i] = stmt_str(&q, i);
		code = fn(ctx, columns, err);
		if (code == LL_OK)
			code = stmt_step(&q, &has_row, err);
	}
	stmt_release(&q);
	db_close(&db);
	return code;
}
