/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Start, loop and end. Callbacks (dashboard_terminal.c, dashboard_news.c) take the time, tell the
 * dash what has happened and return; what follows from it, a frame and the next deadline, is done
 * once, just before the loop waits again (dashboard_turn.c).
 */
#include "app/dashboard.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/dash_host.h"
#include "app/dash_setup.h"
#include "app/session_file.h"
#include "base/log.h"
#include "base/mem.h"

#define END_PATIENCE_MS 300 /* for workers; what they had not committed is read again */

void dashboard_wake(struct dashboard *d)
{
	d->now_ns = clock_now_ns(&d->app->clock);
	d->mono_ns = clock_mono_ns();
	d->has_moved = true;
}

void dashboard_end(struct dashboard *d, int sig)
{
	if (d->is_over) /* the first reason counts: after a hang-up everything else fails too */
		return;
	d->is_over = true;
	d->ended_by = sig;
	uv_stop(&d->loop);
}

void dashboard_say(struct dashboard *d, bool is_error, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	dash_say(d->dash, is_error, str_of(text));
}

bool dashboard_is_wanted(const struct app *app)
{
	const char *term = getenv("TERM");

	if (term && strcmp(term, "dumb") == 0) /* an editor's window, say */
		return false;
	return app->out_is_terminal && isatty(STDIN_FILENO) && !args_flag(app->args, "plain") &&
		!args_flag(app->args, "json") && !args_flag(app->args, "csv");
}

static enum ll_err open_dash(struct dashboard *d, const struct zone *zone, struct str session,
	struct err *err)
{
	struct dash_options options = {
		.host = dash_host_of(d),
		.zone = zone,
		.zone_name = str_of(zone_name(zone)),
		.has_utf8 = d->display.surface.has_utf8,
		.is_read_only = d->app->store && access(d->store_dir, W_OK) != 0,
		.has_mouse = d->has_mouse,
		.theme = &d->theme,
		.session = session,
		.is_demo = d->is_demo,
	};
	enum ll_err code = setup_keys(d->app, &options.keys_config, err);

	return code ? code : dash_new(&d->dash, &options, d->now_ns, err);
}

static enum ll_err open_remembered(struct dashboard *d, const struct zone *zone, struct err *err)
{
	struct buf session = BUF_INIT(SESSION_BYTES);
	enum ll_err code;

	if (!d->is_demo)
		session_read(&session);
	code = open_dash(d, zone, buf_str(&session), err);
	buf_release(&session);
	return code;
}

/* Where days begin is in everything that shows: the dash is made anew, at the place where it was. */
static enum ll_err reopen(struct dashboard *d, const struct zone *zone, struct err *err)
{
	struct buf session = BUF_INIT(SESSION_BYTES);
	struct dash *before = d->dash;
	enum ll_err code;

	dash_save(before, &session);
	loads_zone(d->loads, zone);
	code = open_dash(d, zone, buf_str(&session), err);
	dash_free(before);
	buf_release(&session);
	return code;
}

void dashboard_renew_zone(struct dashboard *d)
{
	struct zone *before = d->app->zone;
	const struct zone *zone;
	struct err err = { 0 };

	d->zone_is_stale = false;
	d->app->zone = NULL;
	if (app_zone(d->app, &zone, &err) != LL_OK) {
		d->app->zone = before;
		dashboard_say(d, true, "%s", err.msg);
		return;
	}
	if (reopen(d, zone, &err) != LL_OK) {
		log_warn("dashboard", "%s", err.msg);
		dashboard_end(d, 0);
	}
	zone_free(before);
	survey_start(&d->survey, &d->loop, d->app->store);
}

/* None of these can fail but for want of descriptors, and then nothing else could go on either. */
static void init_handles(struct dashboard *d)
{
	int status = uv_loop_init(&d->loop);

	PRE(status == 0);
	uv_prepare_init(&d->loop, &d->settling);
	uv_timer_init(&d->loop, &d->timer);
	d->settling.data = d->timer.data = d;
}

static void start_handles(struct dashboard *d)
{
	uv_prepare_start(&d->settling, dashboard_settle);
	dashboard_watch_signals(d);
	dashboard_watch_files(d);
}

/* The terminal first, since that is what the user sees; then what is shown on it. */
static enum ll_err start(struct dashboard *d, struct err *err)
{
	const struct zone *zone = NULL;
	char note[160] = "";
	enum ll_err code = dashboard_open_terminal(d, note, err);

	dashboard_wake(d);
	if (code == LL_OK && !d->store_dir[0])
		code = paths_store(d->app->args, d->store_dir, err);
	if (code == LL_OK)
		code = setup_store(d->app, d->store_dir, err);
	if (code == LL_OK)
		code = app_zone(d->app, &zone, err);
	if (code == LL_OK)
		code = dashboard_open_work(d, zone, err);
	if (code == LL_OK)
		code = open_remembered(d, zone, err);
	if (code)
		return code;
	start_handles(d);
	survey_start(&d->survey, &d->loop, d->app->store);
	if (note[0])
		dashboard_say(d, false, "%s", note);
	return LL_OK;
}

static bool is_working(const struct dashboard *d)
{
	return (d->loads && loads_is_busy(d->loads)) || (d->importer && importer_is_busy(d->importer)) ||
		d->survey.is_running || d->errands;
}

/* That it is no longer active says it. */
static void lost_patience(uv_timer_t *timer)
{
	(void)timer;
}

/* Lets workers come to their end. False when one has not: its memory is not ours to free. */
static bool end_work(struct dashboard *d)
{
	if (d->loads)
		loads_stop(d->loads);
	if (d->importer)
		importer_stop(d->importer);
	if (is_working(d))
		uv_timer_start(&d->timer, lost_patience, END_PATIENCE_MS, 0);
	while (is_working(d) && uv_is_active((uv_handle_t *)&d->timer))
		uv_run(&d->loop, UV_RUN_ONCE);
	if (d->loads)
		loads_turn(d->loads);
	return !is_working(d);
}

static void close_handle(uv_handle_t *handle, void *ctx)
{
	(void)ctx;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void release(struct dashboard *d)
{
	dash_free(d->dash);
	loads_free(d->loads);
	importer_free(d->importer);
	input_free(d->input);
	uv_walk(&d->loop, close_handle, NULL);
	uv_run(&d->loop, UV_RUN_DEFAULT);
	uv_loop_close(&d->loop);
	watch_close(&d->watch);
	store_role_give(&d->role);
}

/* As who sent the signal expects it: not an exit that looks like the user's own. */
static void die_of(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

static void remember(struct dashboard *d)
{
	struct buf session = BUF_INIT(SESSION_BYTES);

	if (d->dash && !d->is_demo) {
		dash_save(d->dash, &session);
		if (buf_status(&session) == LL_OK)
			session_write(buf_str(&session));
	}
	buf_release(&session);
}

static enum exit_code finish(struct dashboard *d, enum exit_code code)
{
	struct err err = { 0 };

	remember(d);
	if (d->prints_view)
		dash_print(d->dash, &d->app->out);
	display_close(&d->display);
	if (!end_work(d)) {
		if (app_write(d->app, &err) != LL_OK)
			code = app_fail(d->app, &err);
		if (d->ended_by)
			die_of(d->ended_by);
		_exit(code);
	}
	release(d);
	if (d->ended_by)
		die_of(d->ended_by);
	return code;
}

enum exit_code dashboard_run(struct app *app, const char *demo_dir)
{
	struct dashboard *d = ll_alloc(sizeof(*d));
	struct err err = { 0 };
	enum exit_code code = EXIT_OK;

	*d = (struct dashboard){ .app = app, .role = STORE_ROLE_NONE, .is_demo = demo_dir,
		.is_test = environment_has("LLMLAB_TUI_TEST"),
		.has_moved = true, .needs_frame = true, .watch = { .fd = -1 } };
	d->display.tty.fd = -1;
	snprintf(d->store_dir, sizeof(d->store_dir), "%s", demo_dir ? demo_dir : "");
	init_handles(d);
	if (start(d, &err) == LL_OK) {
		uv_run(&d->loop, UV_RUN_DEFAULT);
	} else {
		display_close(&d->display);
		code = app_fail(app, &err);
	}
	code = finish(d, code);
	ll_free(d);
	return code;
}
