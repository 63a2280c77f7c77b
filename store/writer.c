/* SPDX-License-Identifier: Apache-2.0 */
/* The writer thread and its queue. */
#include "store/writer.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/append_batch.h"
#include "store/job.h"

#define GROUP_NS (50 * NS_PER_MS)
#define TURN_NS NS_PER_MS  /* longer than a waiting process sleeps between two tries */
#define IDLE_NS NS_PER_S   /* without work for so long: checkpoint */

struct writer_op {
	enum ll_err (*fn)(struct writer *w, void *ctx, struct err *err);
	void *ctx;
	struct batch *batch; /* of store_submit(): given back through its done */
	int64_t workspace;
	enum ll_err status;
	struct err *err;
	bool has_ended;
	struct writer_op *next;
};

static void nap(int64_t ns)
{
	nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

enum ll_err writer_yield(struct writer *w, struct err *err)
{
	writer_checkpoint_long(w);
	lock_give(&w->lock);
	nap(TURN_NS);
	return lock_take(&w->lock, LOCK_WAIT_MS, err);
}

/* A job that cannot be finished must not keep everybody from writing: it stays for `doctor`. */
static void finish_old_jobs(struct writer *w)
{
	struct err err = { 0 };

	if (w->has_seen_jobs)
		return;
	w->has_seen_jobs = true;
	if (job_finish_all(w, &err) != LL_OK)
		log_warn("store", "an interrupted job cannot be finished: %s", err.msg);
}

static enum ll_err begin_group(struct writer *w, struct err *err)
{
	enum ll_err e = lock_take(&w->lock, LOCK_WAIT_MS, err);

	if (e != LL_OK)
		return e;
	e = writer_prepare(w, err);
	if (e != LL_OK) {
		lock_give(&w->lock);
		return e;
	}
	finish_old_jobs(w);
	/* A job gives the lock away between two months and may fail to get it back. */
	return w->lock.is_held ? LL_OK : lock_take(&w->lock, LOCK_WAIT_MS, err);
}

static enum ll_err run_batch(struct writer *w, struct writer_op *op)
{
	int64_t start_ns = clock_mono_ns();
	struct batch *b = op->batch;
	enum ll_err e = append_batch(w, op->workspace, b, op->err);

	log_trace("store", "batch of %zu calls: %lld new, %lld updated, %lld known, %s in %lld us",
		b->count, (long long)b->result.added, (long long)b->result.updated,
		(long long)b->result.duplicate, ll_err_text(e),
		(long long)((clock_mono_ns() - start_ns) / NS_PER_US));
	return e;
}

static enum ll_err run_op(struct writer *w, struct writer_op *op)
{
	return op->batch ? run_batch(w, op) : op->fn(w, op->ctx, op->err);
}

/* The operation's memory belongs to who waits for it from here on. */
static void end_op(struct writer *w, struct writer_op *op, enum ll_err status)
{
	struct batch *b = op->batch;

	if (b)
		b->status = status;
	pthread_mutex_lock(&w->mutex);
	op->status = status;
	op->has_ended = true;
	op->batch = NULL;
	pthread_cond_broadcast(b ? &w->room : &w->ended);
	pthread_mutex_unlock(&w->mutex);
	if (b)
		b->done(b);
}

static struct writer_op *take_op(struct writer *w)
{
	struct writer_op *op;

	pthread_mutex_lock(&w->mutex);
	op = w->first;
	if (op)
		w->first = op->next;
	pthread_mutex_unlock(&w->mutex);
	return op;
}

/* Operations until there are none, or until it is the turn of others. */
static void run_group(struct writer *w)
{
	int64_t until_ns = clock_mono_ns() + GROUP_NS;
	struct writer_op *op = take_op(w);
	bool is_late = false;
	enum ll_err e;

	if (!op)
		return;
	e = begin_group(w, op->err);
	if (e != LL_OK) {
		end_op(w, op, e);
		return;
	}
	while (op) {
		end_op(w, op, run_op(w, op));
		if (!w->lock.is_held)
			return;
		writer_checkpoint_long(w);
		is_late = clock_mono_ns() >= until_ns;
		op = is_late ? NULL : take_op(w);
	}
	lock_give(&w->lock);
	if (is_late)
		nap(TURN_NS);
}

static void checkpoint_idle(struct writer *w)
{
	if (lock_take(&w->lock, 0, NULL) != LL_OK)
		return;
	writer_checkpoint_all(w);
	lock_give(&w->lock);
}

static struct timespec in_a_while(void)
{
	int64_t at_ns = clock_mono_ns() + IDLE_NS;

	return (struct timespec){ .tv_sec = at_ns / NS_PER_S, .tv_nsec = at_ns % NS_PER_S };
}

/* False when the writer is to end: nothing is queued and nothing will be. */
static bool wait_for_work(struct writer *w)
{
	struct timespec until = in_a_while();
	bool has_work, is_closing, is_idle = false;

	pthread_mutex_lock(&w->mutex);
	while (!w->first && !w->is_closing && !is_idle) {
		if (!w->has_unsaved)
			pthread_cond_wait(&w->wake, &w->mutex);
		else
			is_idle = pthread_cond_timedwait(&w->wake, &w->mutex, &until) == ETIMEDOUT;
	}
	has_work = w->first;
	is_closing = w->is_closing;
	pthread_mutex_unlock(&w->mutex);
	if (!has_work && is_idle)
		checkpoint_idle(w);
	return has_work || !is_closing;
}

/* Without the lock nothing is checkpointed: the next writer will. */
static void finish(struct writer *w)
{
	bool is_mine = w->has_unsaved && lock_take(&w->lock, 1000, NULL) == LL_OK;

	writer_close_files(w, is_mine);
	lock_give(&w->lock);
}

static void *run(void *ctx)
{
	struct writer *w = ctx;

	while (wait_for_work(w))
		run_group(w);
	finish(w);
	return NULL;
}

/* Signals are the main thread's business. */
static enum ll_err start_thread(struct writer *w, struct err *err)
{
	sigset_t all, before;
	int rc;

	if (w->is_started)
		return LL_OK;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&w->thread, NULL, run, w);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc)
		return ll_fail_errno(err, rc, "cannot start the writer thread");
	w->is_started = true;
	return LL_OK;
}

/* With the mutex held. */
static void enqueue(struct writer *w, struct writer_op *op)
{
	op->next = NULL;
	if (w->first)
		w->last->next = op;
	else
		w->first = op;
	w->last = op;
	pthread_cond_signal(&w->wake);
}

static enum ll_err fail_read_only(const struct store *s, struct err *err)
{
	return ll_fail(err, LL_EREADONLY, "the store '%s' was opened read-only", s->dir);
}

enum ll_err writer_run(struct store *s,
	enum ll_err (*fn)(struct writer *w, void *ctx, struct err *err), void *ctx, struct err *err)
{
	struct writer *w = s->writer;
	struct writer_op op = { .fn = fn, .ctx = ctx, .err = err };
	enum ll_err e;

	if (!w)
		return fail_read_only(s, err);
	pthread_mutex_lock(&w->mutex);
	e = start_thread(w, err);
	if (e == LL_OK) {
		enqueue(w, &op);
		while (!op.has_ended)
			pthread_cond_wait(&w->ended, &w->mutex);
		e = op.status;
	}
	pthread_mutex_unlock(&w->mutex);
	return e;
}

static struct writer_op *free_place(struct writer *w)
{
	for (size_t i = 0; i < STORE_QUEUE; i++)
		if (!w->places[i].batch)
			return &w->places[i];
	return NULL;
}

enum ll_err writer_submit(struct store *s, int64_t workspace, struct batch *b, bool wait,
	struct err *err)
{
	struct writer *w = s->writer;
	struct writer_op *op = NULL;
	enum ll_err e;

	if (!w)
		return fail_read_only(s, err);
	pthread_mutex_lock(&w->mutex);
	e = start_thread(w, err);
	while (e == LL_OK && !(op = free_place(w)) && wait)
		pthread_cond_wait(&w->room, &w->mutex);
	if (op) {
		*op = (struct writer_op){ .batch = b, .workspace = workspace, .err = &b->err };
		enqueue(w, op);
	} else if (e == LL_OK) {
		e = ll_fail(err, LL_EBUSY, "%d batches wait to be written already", STORE_QUEUE);
	}
	pthread_mutex_unlock(&w->mutex);
	return e;
}

static void init_queue(struct writer *w)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&w->mutex, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&w->wake, &attr);
	pthread_cond_init(&w->room, &attr);
	pthread_cond_init(&w->ended, &attr);
	pthread_condattr_destroy(&attr);
}

enum ll_err writer_new(struct store *s, const char *zone, struct writer **out, struct err *err)
{
	struct writer *w = ll_try_alloc(sizeof(*w));
	enum ll_err e;

	*out = NULL;
	if (!w)
		return ll_fail(err, LL_ENOMEM, "out of memory while opening the store");
	w->store = s;
	w->lock.fd = -1;
	init_queue(w);
	w->places = ll_try_alloc(STORE_QUEUE * sizeof(*w->places));
	e = w->places ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory while opening the store");
	if (e == LL_OK)
		e = lock_open(&w->lock, s->dir, err);
	if (e == LL_OK)
		e = writer_open_main(w, zone, err);
	if (e != LL_OK)
		writer_free(w);
	else
		*out = w;
	return e;
}

static void stop_thread(struct writer *w)
{
	if (!w->is_started)
		return;
	pthread_mutex_lock(&w->mutex);
	w->is_closing = true;
	pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&w->mutex);
	pthread_join(w->thread, NULL);
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	stop_thread(w);
	append_scratch_free(w->scratch);
	names_release(&w->names);
	tag_sets_release(&w->tags);
	db_close(&w->main_db);
	lock_close(&w->lock);
	pthread_cond_destroy(&w->wake);
	pthread_cond_destroy(&w->room);
	pthread_cond_destroy(&w->ended);
	pthread_mutex_destroy(&w->mutex);
	ll_free(w->places);
	ll_free(w);
}
