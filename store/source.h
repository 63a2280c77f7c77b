/* SPDX-License-Identifier: Apache-2.0 */
/* Where calls come from, and how far each file was read. Changes are audited. */
#ifndef LLMLAB_STORE_SOURCE_H
#define LLMLAB_STORE_SOURCE_H

#include "store/append.h"

/* Stored: only append. */
enum source_plan {
	PLAN_METERED,      /* what it costs is paid */
	PLAN_SUBSCRIPTION, /* a flat plan: dollars are API value, not paid */
};

struct source {
	int64_t id;
	struct str name, machine, place;
	enum source_plan plan;
	int64_t added_ns;
	int64_t files; /* source_file rows */
};

/* The id of (name, machine, place), made when new. */
enum ll_err LL_MUST source_ensure(struct store *s, const struct scope *scope, struct str name,
	struct str machine, struct str place, int64_t *id, struct err *err);
enum ll_err LL_MUST source_list(struct store_reader *r, const struct scope *scope, struct arena *a,
	struct source **out, size_t *count, struct err *err);
/* The files of one source, in no order. */
enum ll_err LL_MUST source_files(struct store_reader *r, const struct scope *scope, int64_t source,
	struct arena *a, struct file_progress **out, size_t *count, struct err *err);

/* Removes the source, its calls and its file rows (a job over all months). *calls = removed. */
enum ll_err LL_MUST source_remove(struct store *s, const struct scope *scope, int64_t id,
	struct str actor, int64_t *calls, struct err *err);
/* New machine label; LL_EEXIST when that source exists already. */
enum ll_err LL_MUST source_relabel(struct store *s, const struct scope *scope, int64_t id,
	struct str machine, struct str actor, struct err *err);
enum ll_err LL_MUST source_set_plan(struct store *s, const struct scope *scope, int64_t id,
	enum source_plan plan, struct str actor, struct err *err);

#endif
