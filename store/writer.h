/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The writer thread: the only one that commits. It takes operations from a queue, in order,
 * under write.lock, which it holds for a group of them (some 50 ms at most, so that other
 * processes get their turn). Between its commits it checkpoints, since nobody else may.
 *
 * writer_new() to writer_submit() are for any thread, what follows is for operations, on the
 * writer's thread.
 */
#ifndef LLMLAB_STORE_WRITER_H
#define LLMLAB_STORE_WRITER_H

#include <pthread.h>

#include "store/append.h"
#include "store/lock.h"
#include "store/month_file.h"
#include "store/names.h"
#include "store/store_internal.h"

#define WRITER_MONTHS 4 /* open at a time */

struct append_scratch;
struct writer_op;

struct writer {
	struct store *store;

	pthread_mutex_t mutex; /* of the queue: from here ... */
	pthread_cond_t wake;   /* the writer: there is work, or the end */
	pthread_cond_t room;   /* store_submit(): a place is free */
	pthread_cond_t ended;  /* writer_run(): an operation has ended */
	struct writer_op *first, *last;
	struct writer_op *places; /* STORE_QUEUE, for batches */
	bool is_started, is_closing; /* ... to here */
	pthread_t thread;

	struct lock lock;
	struct db main_db;
	int main_wal_pages;
	bool is_ready;       /* what follows was prepared */
	bool has_unsaved;    /* commits that no checkpoint has moved into the files */
	bool has_seen_jobs;  /* unfinished jobs of others were looked for */
	struct stmt has_source, save_file;
	struct names names;
	struct tag_sets tags;
	struct month_file months[WRITER_MONTHS];
	uint64_t uses;
	struct append_scratch *scratch; /* NULL until the first batch */
};

/* Opens main.db (made when missing) and the lock; starts no thread. */
enum ll_err LL_MUST writer_new(struct store *s, const char *zone, struct writer **out,
	struct err *err);
/* Waits for what is queued, checkpoints, closes. Accepts NULL. */
void writer_free(struct writer *w);

/* Runs fn on the writer thread and waits for it. LL_EREADONLY for a read-only store. */
enum ll_err LL_MUST writer_run(struct store *s,
	enum ll_err (*fn)(struct writer *w, void *ctx, struct err *err), void *ctx,
	struct err *err);

/* Queues the batch, which is given back through its `done`. LL_EBUSY when the queue is full
 * and not `wait`. */
enum ll_err LL_MUST writer_submit(struct store *s, int64_t workspace, struct batch *b, bool wait,
	struct err *err);

/* Runs fn in a transaction of main.db. */
enum ll_err LL_MUST writer_transaction(struct writer *w,
	enum ll_err (*fn)(struct writer *w, void *ctx, struct err *err), void *ctx,
	struct err *err);
/* The month's file; *out NULL when there is none and `create` is false. Valid until three
 * other months were asked for. */
enum ll_err LL_MUST writer_month(struct writer *w, int32_t month, bool create,
	struct month_file **out, struct err *err);
/* To be called after every commit. */
void writer_committed(struct writer *w);
/* Lets other processes write, between the months of a long job. */
enum ll_err LL_MUST writer_yield(struct writer *w, struct err *err);
/* Closes all month files: what is remembered of them may not be true any more. */
void writer_forget_months(struct writer *w);
int64_t writer_now_ns(const struct writer *w);

/* main.db, made and migrated when needed. From here on: for writer.c alone. */
enum ll_err LL_MUST writer_open_main(struct writer *w, const char *zone, struct err *err);
/* Statements and names, at the first write. */
enum ll_err LL_MUST writer_prepare(struct writer *w, struct err *err);
/* Of the files whose log is long. */
void writer_checkpoint_long(struct writer *w);
void writer_checkpoint_all(struct writer *w);
/* Closes the months; main.db stays open. */
void writer_close_files(struct writer *w, bool checkpoint_first);

/* LL_EINVAL for a scope that may not write: one that sees only some projects. */
enum ll_err LL_MUST scope_check_write(const struct scope *scope, struct err *err);

#endif
