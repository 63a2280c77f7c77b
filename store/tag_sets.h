/* SPDX-License-Identifier: Apache-2.0 */
/* Which tags a tag set holds, read from main.db and remembered. One thread. */
#ifndef LLMLAB_STORE_TAG_SETS_H
#define LLMLAB_STORE_TAG_SETS_H

#include "base/limits.h"
#include "base/map.h"
#include "store/db.h"

struct tag_ids {
	int64_t at[LIMIT_TAGS]; /* ascending */
	size_t count;
};

struct tag_sets {
	struct db *main_db;
	struct stmt find;
	struct map known; /* set id to index in sets */
	struct tag_ids *sets;
	size_t count, cap;
};

enum ll_err LL_MUST tag_sets_init(struct tag_sets *t, struct db *main_db, struct err *err);
void tag_sets_release(struct tag_sets *t); /* accepts a zeroed struct */
/* The tags of a set; set 0 has none. Valid until the next call. */
enum ll_err LL_MUST tag_sets_get(struct tag_sets *t, int64_t set, const struct tag_ids **out,
	struct err *err);

#endif
