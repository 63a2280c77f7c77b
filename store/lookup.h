/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the ids of main.db mean, held by a reader: names of dimensions and sources. Names are
 * loaded again when the epoch row moved, sources at every operation (plans and machine labels
 * change without a new row).
 */
#ifndef LLMLAB_STORE_LOOKUP_H
#define LLMLAB_STORE_LOOKUP_H

#include "base/arena.h"
#include "store/db.h"
#include "store/dim.h"
#include "store/source.h"

struct dim_entry {
	int64_t id, workspace;
	enum dim_kind kind;
	struct str qualifier, name;
	/* Models only. The same name may be sold by several providers, and a provider has many
	 * models: the first id with that name stands for the name, the first with that
	 * provider for the provider (0 = provider not said). */
	int64_t name_group, provider_group;
};

struct source_entry {
	int64_t id, workspace;
	struct str name, machine, place;
	enum source_plan plan;
	int64_t added_ns;
	int64_t name_group, machine_group; /* first id with that name, machine; 0 = empty */
};

struct lookup {
	struct arena dim_arena, source_arena;
	struct dim_entry *dims; /* by id */
	size_t dim_count;
	struct source_entry *sources; /* by id */
	size_t source_count;
	int64_t epoch;
	uint64_t version; /* moves whenever views into the lookup become stale */
};

void lookup_init(struct lookup *l);
void lookup_release(struct lookup *l);

/* Loads names when the epoch moved (and then sources too). */
enum ll_err LL_MUST lookup_sync(struct lookup *l, struct db *main, struct err *err);
enum ll_err LL_MUST lookup_load_sources(struct lookup *l, struct db *main, struct err *err);

/* NULL when there is none. */
const struct dim_entry *lookup_dim(const struct lookup *l, int64_t id);
const struct source_entry *lookup_source(const struct lookup *l, int64_t id);
/* The name of a dimension's value; at NULL for id 0. */
struct str lookup_name(const struct lookup *l, int64_t id);
/* Greater than every id of dim, of source. */
int64_t lookup_dim_limit(const struct lookup *l);
int64_t lookup_source_limit(const struct lookup *l);

/* Visits the tags of a tag set: while (lookup_next_tag(l, &rest, &tag)), rest = its name. */
bool lookup_next_tag(const struct lookup *l, struct str *rest, const struct dim_entry **tag);

#endif
