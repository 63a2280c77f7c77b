/* SPDX-License-Identifier: Apache-2.0 */
/* Imports in the background. */
#include "app/importer.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "app/paths.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/source.h"

struct importer {
	struct importer_options options;
	uv_work_t work;
	uv_async_t news;           /* the worker has written `now` */
	unsigned wanted;           /* 1 << enum import_what */
	bool is_running, is_stopped;

	/* of the run; the worker's until it has ended */
	enum import_what what;
	struct import_summary summary;
	enum ll_err code;
	struct err err;

	pthread_mutex_t lock;
	struct import_progress now;
};

/* Worker thread. */
static void tell(void *ctx, const struct import_progress *now)
{
	struct importer *im = ctx;

	pthread_mutex_lock(&im->lock);
	im->now = *now;
	pthread_mutex_unlock(&im->lock);
	uv_async_send(&im->news);
}

static void told(uv_async_t *news)
{
	struct importer *im = news->data;
	struct import_progress now;

	if (im->is_stopped || !im->is_running)
		return;
	pthread_mutex_lock(&im->lock);
	now = im->now;
	pthread_mutex_unlock(&im->lock);
	if (im->what == IMPORT_ALL)
		im->options.progress(im->options.ctx, &now);
}

static bool is_agent_log(struct str source)
{
	for (size_t i = 0; i < decoder_count; i++)
		if (str_eq(source, str_of(decoders[i]->source)))
			return decoders[i]->kind == CALL_AGENT_LOG;
	return false;
}

/* Whether new lines may come there: an agent's log, on this machine. */
static bool is_growing(const struct source *s, struct str host)
{
	return is_agent_log(s->name) && str_eq(s->machine, host) && s->place.len &&
		s->place.at[0] == '/';
}

static void watch_source(const struct importer *im, const struct source *s)
{
	char place[PATHS_BYTES];

	if (s->place.len >= sizeof(place))
		return;
	snprintf(place, sizeof(place), "%.*s", STR_FMT(s->place));
	watch_tree(im->options.watch, place);
}

/* Worker thread. What cannot be watched is read on at the next start. */
static void watch_sources(const struct importer *im, struct app *own)
{
	struct store_reader *reader = NULL;
	struct source *sources = NULL;
	char host[256] = "localhost";
	struct err err = { 0 };
	size_t count = 0;
	enum ll_err code = store_reader_open(own->store, &reader, &err);

	if (code == LL_OK)
		code = source_list(reader, &own->scope, &own->arena, &sources, &count, &err);
	if (code)
		log_warn("importer", "growing logs are not followed: %s", err.msg);
	(void)gethostname(host, sizeof(host) - 1);
	for (size_t i = 0; i < count && code == LL_OK; i++)
		if (is_growing(&sources[i], str_of(host)))
			watch_source(im, &sources[i]);
	store_reader_close(reader);
}

static enum ll_err run_import(struct importer *im, struct app *own)
{
	struct import_options options = { .scope = &own->scope, .refresh = im->what == IMPORT_KNOWN,
		.actor = own->actor, .book = app_lend_book, .book_ctx = own, .progress = tell, .ctx = im };
	enum ll_err code = app_open_store(own, &im->err);

	if (code == LL_OK)
		code = app_zone(own, &options.decode.zone, &im->err);
	if (code)
		return code;
	/* First the watches, then the reading: what comes in between is seen by both. */
	watch_sources(im, own);
	options.store = own->store;
	code = import_run(&options, &im->summary, &im->err);
	if (im->what == IMPORT_ALL)
		watch_sources(im, own);
	return code;
}

/* Worker thread. */
static void run(uv_work_t *work)
{
	struct importer *im = work->data;
	const struct app *app = im->options.app;
	struct app own = { .command = app->command, .args = app->args, .clock = app->clock,
		.scope = app->scope, .actor = app->actor };

	arena_init(&own.arena, 0);
	im->code = run_import(im, &own);
	store_close(own.store);
	price_book_free(own.book);
	zone_free(own.zone);
	arena_release(&own.arena);
}

static void start_next(struct importer *im);

static void ran(uv_work_t *work, int status)
{
	struct importer *im = work->data;

	(void)status; /* never canceled */
	im->is_running = false;
	if (im->is_stopped)
		return;
	im->options.done(im->options.ctx, im->what, &im->summary, im->code, &im->err);
	start_next(im);
}

static void start_next(struct importer *im)
{
	if (im->is_running || im->is_stopped || !im->wanted)
		return;
	im->what = im->wanted & 1u << IMPORT_ALL ? IMPORT_ALL : IMPORT_KNOWN;
	im->wanted &= ~(1u << im->what);
	im->is_running = true;
	im->summary = (struct import_summary){ 0 };
	im->err = (struct err){ 0 };
	uv_queue_work(im->options.loop, &im->work, run, ran);
}

struct importer *importer_new(const struct importer_options *options)
{
	struct importer *im = ll_alloc(sizeof(*im));

	im->options = *options;
	im->work.data = im->news.data = im;
	if (uv_async_init(options->loop, &im->news, told) != 0) {
		ll_free(im);
		return NULL;
	}
	pthread_mutex_init(&im->lock, NULL);
	return im;
}

void importer_start(struct importer *im, enum import_what what)
{
	im->wanted |= 1u << what;
	start_next(im);
}

bool importer_is_busy(const struct importer *im)
{
	return im->is_running;
}

void importer_stop(struct importer *im)
{
	im->is_stopped = true;
}

static void closed(uv_handle_t *handle)
{
	struct importer *im = handle->data;

	pthread_mutex_destroy(&im->lock);
	ll_free(im);
}

void importer_free(struct importer *im)
{
	if (!im)
		return;
	PRE(!im->is_running);
	uv_close((uv_handle_t *)&im->news, closed);
}
