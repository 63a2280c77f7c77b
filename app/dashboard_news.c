/* SPDX-License-Identifier: Apache-2.0 */
/* What comes from the workers and from others: answers, commits, a new store, logs that grew. */
#include "app/dashboard_state.h"

#include "app/dash_setup.h"

#define FOLLOW_DELAY_NS (500 * NS_PER_MS)

/* A store that is being made cannot be opened yet, and need not be heard of again. One that we may not
 * read is there. */
#define RENEW_DELAY_NS (100 * NS_PER_MS)
#define RENEW_TRIES 20

static void watch_commits(struct dashboard *d)
{
	watch_store(&d->watch, d->store_dir, d->app->store ? store_generation_path(d->app->store) : NULL);
}

static void store_moved(struct dashboard *d)
{
	if (d->app->store)
		dash_store_changed(d->dash, store_generation(d->app->store), d->now_ns, d->mono_ns);
}

static bool store_is_in_use(const struct dashboard *d)
{
	return loads_is_busy(d->loads) || d->survey.is_running;
}

/* A store that had calls and is gone is no fresh start: what was read from it stays on the screen. */
static enum ll_err open_anew(struct dashboard *d, struct err *err)
{
	enum ll_err code = setup_store(d->app, d->store_dir, err);

	if (code == LL_OK && !d->app->store && d->survey.calls)
		code = ll_fail(err, LL_ENOENT, "the store '%s' is gone", d->store_dir);
	return code;
}

/* Opens what is there now in place of what was there. */
static void renew_store(struct dashboard *d)
{
	struct err err = { 0 };
	enum ll_err code;

	d->store_is_stale = false;
	loads_store(d->loads, NULL);
	store_close(d->app->store);
	d->app->store = NULL;
	store_role_give(&d->role); /* of the one that was there */
	watch_commits(d);
	code = open_anew(d, &err);
	if (code == LL_OK) {
		d->renew_tries = 0;
		watch_commits(d);
	} else if (code != LL_EACCESS && ++d->renew_tries < RENEW_TRIES) {
		d->renew_ns = d->mono_ns + RENEW_DELAY_NS;
	} else {
		d->renew_tries = 0;
		dashboard_say(d, true, "%s", err.msg);
	}
	loads_store(d->loads, d->app->store);
	store_moved(d);
	if (code == LL_OK)
		survey_start(&d->survey, &d->loop, d->app->store);
}

void dashboard_renew(struct dashboard *d)
{
	if (d->store_is_stale && !store_is_in_use(d))
		renew_store(d);
	if (d->zone_is_stale && d->app->store && d->errands == 0 && loads_is_idle(d->loads))
		dashboard_renew_zone(d);
}

/* The first one is after the first paint: it is started by what the survey has found. */
void dashboard_follow(struct dashboard *d)
{
	if (d->app->store && d->is_following && store_role_take(&d->role, d->store_dir))
		importer_start(d->importer, IMPORT_KNOWN);
}

static void surveyed(void *ctx, const struct survey *s)
{
	struct dashboard *d = ctx;

	dashboard_wake(d);
	dash_set_places(d->dash, s->places, s->count, s->calls);
	if (s->calls)
		dashboard_follow(d);
}

static void import_moved(void *ctx, const struct import_progress *now)
{
	struct dashboard *d = ctx;

	dashboard_wake(d);
	dash_progress(d->dash, now->bytes_done, now->bytes, now->calls);
}

static void add_outcome(struct buf *out, const struct import_summary *sum)
{
	buf_add_grouped(out, sum->stored.added);
	buf_addz(out, " calls from ");
	buf_add_grouped(out, sum->files);
	buf_addz(out, sum->files == 1 ? " file" : " files");
	if (sum->refused) {
		buf_addz(out, ", ");
		buf_add_grouped(out, sum->refused);
		buf_addz(out, " lines refused");
	}
}

/* Reading on is silent, but for what keeps it from working. */
static void imported(void *ctx, enum import_what what, const struct import_summary *sum,
	enum ll_err code, const struct err *err)
{
	struct dashboard *d = ctx;
	struct buf text = BUF_INIT(1024);

	dashboard_wake(d);
	if (code != LL_OK)
		buf_addz(&text, err->msg);
	else
		add_outcome(&text, sum);
	if (what == IMPORT_ALL) {
		dash_progress(d->dash, 0, 0, sum->calls);
		dash_command_done(d->dash, code == LL_OK, buf_str(&text));
		if (d->app->store)
			survey_start(&d->survey, &d->loop, d->app->store);
		else
			d->store_is_stale = true;
	} else if (code != LL_OK && code != LL_ENOENT && code != LL_EREADONLY) {
		dashboard_say(d, true, "known logs were not read on: %s", err->msg);
		if (code == LL_EBUSY) /* who wrote has had its time; no log need grow again for the next try */
			d->follow_ns = d->mono_ns + FOLLOW_DELAY_NS;
	}
	buf_release(&text);
}

static void committed(struct dashboard *d)
{
	store_moved(d);
	if (!d->survey.calls) /* they may be the first */
		survey_start(&d->survey, &d->loop, d->app->store);
}

static void watched(uv_poll_t *poll, int status, int events)
{
	struct dashboard *d = poll->data;
	unsigned news = watch_read(&d->watch);

	(void)status;
	(void)events;
	dashboard_wake(d);
	if (news & WATCH_COMMIT)
		committed(d);
	if (news & WATCH_STORE) {
		/* In this order: what is made in between is seen by one of them. */
		watch_commits(d);
		d->store_is_stale |= d->app->store || paths_has_store(d->store_dir);
	}
	if (news & WATCH_LOGS && d->is_following && !d->follow_ns)
		d->follow_ns = d->mono_ns + FOLLOW_DELAY_NS;
}

static void loaded(void *ctx, struct dash_load *load)
{
	struct dashboard *d = ctx;

	dashboard_wake(d);
	dash_loaded(d->dash, load, d->now_ns, d->mono_ns);
}

enum ll_err dashboard_open_work(struct dashboard *d, const struct zone *zone, struct err *err)
{
	struct loads_options loads = { .loop = &d->loop, .scope = &d->app->scope, .zone = zone,
		.clock = &d->app->clock, .done = loaded, .ctx = d };
	struct importer_options importer = { .loop = &d->loop, .app = d->app, .watch = &d->watch,
		.progress = import_moved, .done = imported, .ctx = d };

	d->loads = loads_new(&loads);
	d->importer = importer_new(&importer);
	if (!d->importer)
		return ll_fail(err, LL_EIO, "no handle left for the loop");
	loads_store(d->loads, d->app->store);
	d->survey.scope = &d->app->scope;
	d->survey.done = surveyed;
	d->survey.ctx = d;
	d->is_following = !d->is_demo && !args_flag(d->app->args, "no-refresh");
	return LL_OK;
}

void dashboard_watch_files(struct dashboard *d)
{
	watch_open(&d->watch);
	if (d->watch.fd >= 0 && uv_poll_init(&d->loop, &d->watching, d->watch.fd) == 0) {
		d->watching.data = d;
		uv_poll_start(&d->watching, UV_READABLE, watched);
	}
	watch_commits(d);
}
