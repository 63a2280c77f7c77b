/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the ids of a row to the group that it belongs to, and from the group to its names.
 * A group's id of a dimension is an id of main.db that stands for the name (0 = absent); for
 * sessions, whose ids differ from month to month, it is the query's own number of the name.
 */
#ifndef LLMLAB_STORE_GROUPING_H
#define LLMLAB_STORE_GROUPING_H

#include "base/map.h"
#include "store/aggregate.h"
#include "store/filter_ids.h"

struct grouping {
	const struct spend_dim *dims;
	size_t count;
	const struct lookup *lookup;
	struct month_reader *month;

	struct arena tag_arena;
	uint64_t lookup_version; /* of the maps from tag sets to tags */
	int64_t *tag_of_set[SPEND_MAX_DIMS];
	int64_t set_limit;

	struct map sessions; /* name to number, from 1 */
	struct arena session_arena;
	struct str *session_names;
	size_t session_count, session_cap;
	int64_t *session_of_row; /* of the month: row id to number; 0 = not asked yet */
	int64_t session_row_limit;
};

void grouping_init(struct grouping *g, const struct spend_dim *dims, size_t count);
void grouping_release(struct grouping *g); /* accepts a zeroed struct */
/* Rows of this month follow. */
enum ll_err LL_MUST grouping_start_month(struct grouping *g, const struct lookup *l,
	struct month_reader *m, struct err *err);
/* Fills key->ids. `tag`: the id of the value of the one tag that is grouped by; NULL = to be
 * found through the tag set. */
enum ll_err LL_MUST grouping_find(struct grouping *g, const struct row_ids *ids, const int64_t *tag,
	struct group_key *key, struct err *err);
/* The name of dimension i of a group; at NULL = absent. */
struct str grouping_name(const struct grouping *g, size_t i, int64_t id);

#endif
