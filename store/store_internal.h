/* SPDX-License-Identifier: Apache-2.0 */
/* What is behind `struct store`, for this folder's own files. */
#ifndef LLMLAB_STORE_INTERNAL_H
#define LLMLAB_STORE_INTERNAL_H

#include "store/generation.h"
#include "store/store.h"

#define STORE_PATH_MAX 512 /* as struct db's; longer directories are refused by store_open() */

struct writer;

struct store {
	char dir[STORE_PATH_MAX];
	char main_path[STORE_PATH_MAX];
	enum store_mode mode;
	const struct clock *clock; /* may be NULL: the wall clock */
	unsigned cache_kib;
	struct generation generation;
	struct writer *writer; /* NULL when opened read-only */
};

#endif
