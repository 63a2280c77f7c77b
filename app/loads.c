/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard's reads, on worker threads. */
#include "app/loads.h"

#include <stdatomic.h>

#include "base/mem.h"

#define READERS 2
/* Questions in a row that may be dropped for newer ones: somebody types. More of them are commits that come
 * faster than answers, and then any answer is better than none. */
#define OVERTAKEN_MAX 8

/* waiting -> running -> handed out; a stopped one of those that wait goes to `over` first. */
struct job {
	struct job *next;
	struct dash_load *load;
};

struct slot {
	uv_work_t work;
	struct loads *loads;
	_Atomic(struct store_reader *) reader; /* opened by the first read, kept for the next */
	struct job *job;                       /* NULL = free */
	atomic_bool is_stopped;
};

struct loads {
	struct loads_options options;
	struct store *store;
	struct slot slots[READERS];
	struct job *waiting, *over;
	int overtaken;
	bool is_ended;
};

static void append(struct job **list, struct job *job)
{
	while (*list)
		list = &(*list)->next;
	job->next = NULL;
	*list = job;
}

static struct job *take(struct job **list)
{
	struct job *job = *list;

	*list = job->next;
	return job;
}

static enum ll_err fail_overtaken(struct dash_load *load)
{
	return ll_fail(&load->err, LL_ECANCELED, "a newer question was asked");
}

static void give_up(struct loads *l, struct job *job)
{
	job->load->status = fail_overtaken(job->load);
	append(&l->over, job);
}

static void hand_out(struct loads *l, struct job *job)
{
	struct dash_load *load = job->load;

	ll_free(job);
	l->options.done(l->options.ctx, load);
}

/* Worker thread. */
static void run(uv_work_t *work)
{
	struct slot *slot = work->data;
	struct loads *l = slot->loads;
	struct dash_load *load = slot->job->load;
	struct load how = { .scope = l->options.scope, .zone = l->options.zone,
		.now_ns = clock_now_ns(l->options.clock) };

	how.reader = slot->reader;
	if (!how.reader) {
		load->status = store_reader_open(l->store, &how.reader, &load->err);
		slot->reader = how.reader;
	}
	if (!how.reader)
		return;
	if (slot->is_stopped) {
		load->status = fail_overtaken(load);
		return;
	}
	store_reader_deadline(how.reader, clock_mono_ns() + load->deadline_ms * NS_PER_MS);
	dash_load_run(load, &how);
}

static void start_next(struct loads *l);

static void ran(uv_work_t *work, int status)
{
	struct slot *slot = work->data;
	struct loads *l = slot->loads;
	struct job *job = slot->job;

	(void)status; /* running work cannot be canceled, and we cancel no other */
	slot->job = NULL;
	if (job->load->status == LL_OK)
		l->overtaken = 0;
	/* A stop that came too late would hit the next read of this reader. */
	if (slot->is_stopped) {
		store_reader_close(slot->reader);
		slot->reader = NULL;
	}
	start_next(l);
	hand_out(l, job);
}

static struct slot *free_slot(struct loads *l)
{
	for (size_t i = 0; i < READERS; i++)
		if (!l->slots[i].job)
			return &l->slots[i];
	return NULL;
}

static void start_next(struct loads *l)
{
	struct slot *slot;

	while (l->store && !l->is_ended && l->waiting && (slot = free_slot(l))) {
		slot->job = take(&l->waiting);
		slot->is_stopped = false;
		uv_queue_work(l->options.loop, &slot->work, run, ran);
	}
}

static void stop(struct slot *slot)
{
	struct store_reader *reader = slot->reader;

	slot->is_stopped = true;
	if (reader)
		store_reader_cancel(reader);
}

/* A pane wants only its newest answer. */
static void stop_older(struct loads *l, const struct pane *pane)
{
	struct job *rest = l->waiting;

	l->waiting = NULL;
	while (rest) {
		struct job *job = take(&rest);

		if (job->load->pane == pane)
			give_up(l, job);
		else
			append(&l->waiting, job);
	}
	for (size_t i = 0; i < READERS && l->overtaken < OVERTAKEN_MAX; i++) {
		if (!l->slots[i].job || l->slots[i].job->load->pane != pane || l->slots[i].is_stopped)
			continue;
		stop(&l->slots[i]);
		l->overtaken++;
	}
}

struct loads *loads_new(const struct loads_options *options)
{
	struct loads *l = ll_alloc(sizeof(*l));

	l->options = *options;
	for (size_t i = 0; i < READERS; i++) {
		l->slots[i].loads = l;
		l->slots[i].work.data = &l->slots[i];
	}
	return l;
}

void loads_add(struct loads *l, struct dash_load *load)
{
	struct job *job = ll_alloc(sizeof(*job));

	job->load = load;
	stop_older(l, load->pane);
	if (l->is_ended) {
		give_up(l, job);
		return;
	}
	append(&l->waiting, job);
	start_next(l);
}

void loads_store(struct loads *l, struct store *store)
{
	PRE(!loads_is_busy(l));
	for (size_t i = 0; i < READERS; i++) {
		store_reader_close(l->slots[i].reader);
		l->slots[i].reader = NULL;
	}
	l->store = store;
	start_next(l);
}

void loads_zone(struct loads *l, const struct zone *zone)
{
	PRE(!loads_is_busy(l));
	l->options.zone = zone;
}

void loads_stop(struct loads *l)
{
	l->is_ended = true;
	for (size_t i = 0; i < READERS; i++)
		if (l->slots[i].job)
			stop(&l->slots[i]);
	while (l->waiting)
		give_up(l, take(&l->waiting));
}

void loads_turn(struct loads *l)
{
	while (l->over)
		hand_out(l, take(&l->over));
}

bool loads_is_busy(const struct loads *l)
{
	for (size_t i = 0; i < READERS; i++)
		if (l->slots[i].job)
			return true;
	return false;
}

bool loads_is_idle(const struct loads *l)
{
	return !loads_is_busy(l) && !l->over && (!l->waiting || !l->store);
}

void loads_free(struct loads *l)
{
	if (!l)
		return;
	loads_store(l, NULL);
	ll_free(l);
}
