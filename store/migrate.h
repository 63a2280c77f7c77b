/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Schemas: numbered steps that are only appended to, embedded from migrations/; PRAGMA
 * user_version says how many a file has seen. 0 is a file that was made and not filled before
 * a crash: readers take it as absent.
 */
#ifndef LLMLAB_STORE_MIGRATE_H
#define LLMLAB_STORE_MIGRATE_H

#include "store/db.h"

enum schema { SCHEMA_MAIN, SCHEMA_MONTH };

/* The version of the file; LL_EVERSION and a sentence when it is newer than this program. */
enum ll_err LL_MUST schema_version(struct db *db, enum schema schema, int32_t *version,
	struct err *err);
/* The version that this program writes. */
int32_t schema_latest(enum schema schema);
/* Runs the steps that the file has not seen, inside the caller's transaction. */
enum ll_err LL_MUST schema_migrate(struct db *db, enum schema schema, struct err *err);

#endif
