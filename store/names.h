/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interning: names of main.db's dim to ids, made when new. New names are one transaction of
 * main.db, opened by the first of them, which names_commit() ends before any row refers to
 * them. Names are never renamed or deleted, so that what is remembered stays true whatever
 * other processes add. On the writer thread.
 */
#ifndef LLMLAB_STORE_NAMES_H
#define LLMLAB_STORE_NAMES_H

#include "base/buf.h"
#include "base/map.h"
#include "model/call.h"
#include "store/dim.h"
#include "store/tag_sets.h"

struct names {
	struct db *main_db;
	struct stmt find, insert, count_kind, find_by_id, raise_epoch;
	struct map ids;      /* (kind, workspace, qualifier, name) to id */
	struct buf key;
	int64_t counted_for; /* workspace that counts[] is of; 0 = none yet */
	int64_t counts[DIM_KINDS];
	bool is_open;        /* a transaction with new names */
};

enum ll_err LL_MUST names_init(struct names *n, struct db *main_db, struct err *err);
void names_release(struct names *n); /* accepts a zeroed struct */

/* 0 for an empty name. Past LIMIT_DIM_NAMES of its kind every new name is "(other)". */
enum ll_err LL_MUST names_intern(struct names *n, int64_t workspace, enum dim_kind kind,
	struct str qualifier, struct str name, int64_t *id, struct err *err);
/* The id of the set of the call's tags (of one name the last counts); 0 without any. */
enum ll_err LL_MUST names_tag_set(struct names *n, int64_t workspace, const struct call_tag *tags,
	size_t count, int64_t *id, struct err *err);
/* Commits what is new; *committed tells if there was anything. */
enum ll_err LL_MUST names_commit(struct names *n, bool *committed, struct err *err);
/* Drops what is new and not committed. */
void names_abort(struct names *n);

/* The texts of an id, copied into the arena; both empty for id 0. */
enum ll_err LL_MUST names_get(struct names *n, int64_t id, struct arena *a, struct str *qualifier,
	struct str *name, struct err *err);

#endif
