/* SPDX-License-Identifier: Apache-2.0 */
/* The dimensions that calls are grouped and filtered by. */
#ifndef LLMLAB_STORE_DIM_H
#define LLMLAB_STORE_DIM_H

#include "base/arena.h"
#include "store/store.h"

/* Stored: only append. Provider and machine are looked up through model and source. */
enum dim_kind {
	DIM_NONE,
	DIM_PROJECT,
	DIM_MODEL,   /* qualifier = provider */
	DIM_USER,
	DIM_KEY,
	DIM_AGENT,
	DIM_TAG,     /* qualifier = tag name */
	DIM_TAG_SET, /* internal */
	DIM_SESSION, /* rows of the month files */
	DIM_SOURCE,  /* rows of source */
	DIM_PROVIDER,
	DIM_MACHINE,
	DIM_KINDS,
};

const char *dim_name(enum dim_kind kind); /* "project", "key" ...; as in --by and JSON */
bool dim_parse(struct str name, enum dim_kind *out); /* those a user can group by, tag excluded */

/* All names of one kind, sorted, for completion; tag: of that tag name. Strings in the arena. */
enum ll_err LL_MUST dim_list(struct store_reader *r, const struct scope *scope, enum dim_kind kind,
	struct str tag, struct arena *a, struct str **names, size_t *count, struct err *err);

#endif
