/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop. Callbacks take the time, tell the dash what has happened and return; what follows from
 * it (a frame, the next deadline) is done once, just before the loop waits again: settle().
 */
#include "app/dashboard.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/config.h"
#include "app/dash_host.h"
#include "app/paths.h"
#include "app/terminal.h"
#include "app/theme_choice.h"
#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#define ESC_DELAY_NS (25 * NS_PER_MS)
#define ESC_DELAY_SSH_NS (50 * NS_PER_MS)
#define RESIZE_DELAY_NS (15 * NS_PER_MS)  /* a window that is dragged tells each step */
#define FOLLOW_DELAY_NS (500 * NS_PER_MS)
#define SOON_NS (500 * NS_PER_MS)         /* a test waits for what is due so soon */
#define END_PATIENCE_MS 300               /* for workers; what they had not committed is read again */
#define SESSION_BYTES (64u << 10)
#define MODE_SYNC 2026

/* Whatever else it is bound to: a screen that something has spoiled is drawn anew. */
static const struct key redraw_key = { 'l', MOD_CTRL };

static const int signal_numbers[DASHBOARD_SIGNALS] = { SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGCONT };

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0];
}

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

/* --- the store ----------------------------------------------------------------------------- */

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

/* Opens what is there now in place of what was there. */
static void renew_store(struct dashboard *d)
{
	struct err err = { 0 };

	if (!d->store_is_stale || store_is_in_use(d))
		return;
	d->store_is_stale = false;
	loads_store(d->loads, NULL);
	store_close(d->app->store);
	d->app->store = NULL;
	if (dashboard_open_store(d->app, d->store_dir, &err) != LL_OK)
		dash_say(d->dash, true, str_of(err.msg));
	watch_commits(d);
	loads_store(d->loads, d->app->store);
	store_moved(d);
	survey_start(&d->survey, &d->loop, d->app->store);
}

/* The first one is after the first paint: it is started by what the survey has found. */
static void follow_known(struct dashboard *d)
{
	if (d->app->store && d->is_following)
		importer_start(d->importer, IMPORT_KNOWN);
}

static void surveyed(void *ctx, const struct survey *s)
{
	struct dashboard *d = ctx;

	dashboard_wake(d);
	dash_set_places(d->dash, s->places, s->count, s->calls);
	if (s->calls)
		follow_known(d);
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
	} else if (code != LL_OK && code != LL_ENOENT) {
		log_warn("dashboard", "known logs were not read on: %s", err->msg);
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

/* --- the terminal -------------------------------------------------------------------------- */

static void background(struct dashboard *d, const int rgb[3])
{
	if (d->has_chosen_theme)
		return;
	theme_for_background(rgb, &d->theme);
	term_theme(d->display.term, &d->theme);
	d->needs_frame = true;
}

static void answered(struct dashboard *d, const struct event *e)
{
	switch (e->reply) {
	case REPLY_DEVICE:
		display_answered(&d->display);
		break;
	case REPLY_BACKGROUND:
		background(d, e->values);
		break;
	case REPLY_MODE:
		if (e->values[0] == MODE_SYNC)
			term_sync(d->display.term, e->values[1] == 1 || e->values[1] == 2);
		break;
	case REPLY_VERSION:
		log_info("dashboard", "terminal: %.*s", STR_FMT(e->text));
		break;
	case REPLY_READY:
		display_shown(&d->display);
		break;
	}
}

/* Ctrl-F11 and Ctrl-F12 crash a program under test. */
static void crash_on_demand(const struct event *e)
{
	if (key_eq(e->key, (struct key){ KEY_CODE_F1 + 10, MOD_CTRL }))
		raise(SIGSEGV);
	if (key_eq(e->key, (struct key){ KEY_CODE_F12, MOD_CTRL }))
		abort();
}

static void happened(void *ctx, const struct event *e)
{
	struct dashboard *d = ctx;

	switch (e->kind) {
	case EVENT_REPLY:
		answered(d, e);
		return;
	case EVENT_KEY:
		if (d->is_test)
			crash_on_demand(e);
		if (key_eq(e->key, redraw_key))
			term_invalidate(d->display.term);
		break;
	case EVENT_PASTE:
	case EVENT_MOUSE:
	case EVENT_FOCUS:
		break;
	}
	if (!d->is_over)
		dash_event(d->dash, e, d->now_ns, d->mono_ns);
}

static void typed(void *ctx, struct str bytes)
{
	struct dashboard *d = ctx;

	dashboard_wake(d);
	d->bytes_read += bytes.len;
	input_feed(d->input, bytes, d->mono_ns, happened, d);
}

static void hung_up(void *ctx)
{
	dashboard_end(ctx, SIGHUP);
}

void dashboard_lend_terminal(struct dashboard *d)
{
	d->has_guest = true;
	display_leave(&d->display);
}

void dashboard_take_terminal(struct dashboard *d)
{
	struct err err = { 0 };

	d->has_guest = false;
	d->needs_frame = true;
	if (display_enter(&d->display, &err) != LL_OK) {
		log_warn("dashboard", "%s", err.msg);
		dashboard_end(d, SIGHUP);
	}
}

static void watch_signal(struct dashboard *d, size_t i);

/* SIGTSTP by default: the whole job stops, and where no shell could continue it the kernel drops it. */
void dashboard_suspend(struct dashboard *d)
{
	display_leave(&d->display);
	for (size_t i = 0; i < DASHBOARD_SIGNALS; i++)
		if (signal_numbers[i] == SIGTSTP || signal_numbers[i] == SIGCONT)
			uv_signal_stop(&d->signals[i]);
	kill(0, SIGTSTP);
	for (size_t i = 0; i < DASHBOARD_SIGNALS; i++)
		watch_signal(d, i);
	dashboard_take_terminal(d);
}

/* Stopped by somebody else: the shell has used the terminal meanwhile. */
static void continued(struct dashboard *d)
{
	if (!d->has_guest)
		dashboard_take_terminal(d);
}

static void signaled(uv_signal_t *handle, int sig)
{
	struct dashboard *d = handle->data;

	dashboard_wake(d);
	switch (sig) {
	case SIGWINCH:
		d->resize_ns = d->mono_ns + RESIZE_DELAY_NS;
		break;
	case SIGTSTP:
		if (d->has_guest)
			raise(SIGSTOP); /* its job, and we are in it */
		else
			dashboard_suspend(d);
		break;
	case SIGCONT:
		continued(d);
		break;
	case SIGINT: /* typed at the guest */
		if (!d->has_guest)
			dashboard_end(d, sig);
		break;
	default:
		dashboard_end(d, sig);
		break;
	}
}

static void watch_signal(struct dashboard *d, size_t i)
{
	uv_signal_start(&d->signals[i], signaled, signal_numbers[i]);
}

/* --- what follows -------------------------------------------------------------------------- */

static bool is_due(int64_t at_ns, const struct dashboard *d)
{
	return at_ns && at_ns <= d->mono_ns;
}

static void run_deadlines(struct dashboard *d)
{
	if (is_due(input_deadline(d->input), d))
		input_tick(d->input, d->mono_ns, happened, d);
	if (d->is_over)
		return;
	if (is_due(d->resize_ns, d)) {
		d->resize_ns = 0;
		d->needs_frame |= display_resize(&d->display);
	}
	if (is_due(d->follow_ns, d)) {
		d->follow_ns = 0;
		follow_known(d);
	}
	if (is_due(dash_deadline(d->dash), d))
		dash_tick(d->dash, d->now_ns, d->mono_ns);
}

static bool wants_frame(const struct dashboard *d)
{
	return d->needs_frame || dash_is_dirty(d->dash);
}

static void draw(struct dashboard *d)
{
	int cursor_y = -1, cursor_x = 0;

	if (!wants_frame(d) || display_frame_at(&d->display, d->mono_ns))
		return;
	d->needs_frame = false;
	dash_draw(d->dash, &d->display.surface, &cursor_y, &cursor_x);
	display_frame(&d->display, cursor_y, cursor_x, d->mono_ns);
}

static int64_t sooner(int64_t a, int64_t b)
{
	return !a || (b && b < a) ? b : a;
}

static int64_t next_deadline(const struct dashboard *d)
{
	int64_t at = sooner(input_deadline(d->input), dash_deadline(d->dash));
	int64_t frame_ns = wants_frame(d) ? display_frame_at(&d->display, d->mono_ns) : 0;

	at = sooner(at, d->resize_ns);
	at = sooner(at, d->follow_ns);
	return frame_ns == INT64_MAX ? at : sooner(at, frame_ns);
}

static void fired(uv_timer_t *timer)
{
	struct dashboard *d = timer->data;

	d->armed_ns = 0;
	dashboard_wake(d);
	run_deadlines(d);
}

static void arm(struct dashboard *d)
{
	int64_t at = next_deadline(d), wait_ns = at - d->mono_ns;

	if (at == d->armed_ns)
		return;
	d->armed_ns = at;
	if (!at) {
		uv_timer_stop(&d->timer);
		return;
	}
	uv_update_time(&d->loop);
	/* Rounded up: a timer that fires too soon finds nothing due and fires again. */
	uv_timer_start(&d->timer, fired, wait_ns > 0 ? (uint64_t)((wait_ns + NS_PER_MS - 1) / NS_PER_MS) : 0, 0);
}

static bool is_idle(const struct dashboard *d)
{
	int64_t soon = sooner(next_deadline(d), 0);

	return loads_is_idle(d->loads) && !d->survey.is_running && !importer_is_busy(d->importer) &&
		d->errands == 0 && !d->store_is_stale && !wants_frame(d) && !d->display.shown_by_ns &&
		display_is_flushed(&d->display) && (!soon || soon > d->mono_ns + SOON_NS);
}

/* In terms of what the test has sent and set, so that it knows an old mark from a new one. */
static void mark_idle(struct dashboard *d)
{
	char mark[96];

	if (!d->is_test || !d->has_moved || !d->display.is_on || !is_idle(d))
		return;
	d->has_moved = false;
	snprintf(mark, sizeof(mark), "\033]7777;idle;%llu;%d;%d\033\\", (unsigned long long)d->bytes_read,
		d->display.surface.rows, d->display.surface.cols);
	display_send(&d->display, str_of(mark));
}

static void settle(uv_prepare_t *prepare)
{
	struct dashboard *d = prepare->data;

	if (d->is_over)
		return;
	d->now_ns = clock_now_ns(&d->app->clock);
	d->mono_ns = clock_mono_ns();
	loads_turn(d->loads);
	renew_store(d);
	draw(d);
	arm(d);
	mark_idle(d);
}

static void loaded(void *ctx, struct dash_load *load)
{
	struct dashboard *d = ctx;

	dashboard_wake(d);
	dash_loaded(d->dash, load, d->now_ns, d->mono_ns);
}

/* --- start and end ------------------------------------------------------------------------- */

bool dashboard_set_locale(void)
{
	bool is_unset = !is_set("LC_ALL") && !is_set("LC_CTYPE") && !is_set("LANG");

	/* LC_CTYPE alone: no library is to write numbers with a comma. */
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		if (is_unset || terminal_has_utf8())
			(void)setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

enum ll_err dashboard_open_store(struct app *app, const char *dir, struct err *err)
{
	struct store_options options = { .dir = dir, .mode = STORE_READ_ONLY, .clock = &app->clock };

	return paths_has_store(dir) ? store_open(&app->store, &options, err) : LL_OK;
}

enum ll_err dashboard_keys(struct app *app, struct str *out, struct err *err)
{
	struct buf text = BUF_INIT(LIMIT_CONFIG_BYTES);
	struct config config = { 0 };
	enum ll_err code = config_load(args_text(app->args, "config").at, &app->arena, &config, err);

	for (size_t i = 0; i < config.count; i++) {
		const struct config_entry *e = &config.entries[i];

		if (str_is(e->section, "keys"))
			buf_addf(&text, "%.*s = %.*s\n", STR_FMT(e->key), STR_FMT(e->value));
	}
	*out = arena_str(&app->arena, buf_str(&text));
	buf_release(&text);
	return code;
}

bool dashboard_is_wanted(const struct app *app)
{
	return app->out_is_terminal && isatty(STDIN_FILENO) && !args_flag(app->args, "plain") &&
		!args_flag(app->args, "json") && !args_flag(app->args, "csv");
}

static enum ll_err open_display(struct dashboard *d, char note[160], struct err *err)
{
	struct display_options options = { .loop = &d->loop, .input = typed, .gone = hung_up, .ctx = d };
	bool is_remote = is_set("SSH_TTY"), is_mono;
	enum ll_err code = theme_choose(d->app, &d->theme, &d->has_chosen_theme, err);

	if (code)
		return code;
	is_mono = str_is(str_of(d->theme.name), "mono");
	d->has_mouse = args_given(d->app->args, "mouse") ? args_flag(d->app->args, "mouse")
		: !is_remote && !is_set("TMUX");
	options.has_utf8 = dashboard_set_locale();
	options.term = (struct term_options){ .name = getenv("TERM"), .colors = is_mono ? 0 : -1,
		.has_mouse = d->has_mouse, .theme = &d->theme };
	d->input = input_new(is_remote ? ESC_DELAY_SSH_NS : ESC_DELAY_NS);
	if (!d->input)
		return ll_fail(err, LL_ENOMEM, "out of memory");
	return display_open(&d->display, &options, note, err);
}

/* NULL-safe: a session that cannot be read is a fresh one. */
static void read_session(struct dashboard *d, struct buf *out)
{
	char log[PATHS_BYTES];
	struct err ignored;
	size_t dir;

	if (d->is_demo || !paths_log(log))
		return;
	dir = str_of(log).len - str_basename(str_of(log)).len;
	snprintf(d->session, sizeof(d->session), "%.*ssession.json", (int)dir, log);
	if (file_slurp(d->session, out, &ignored) != LL_OK)
		buf_clear(out);
}

static void write_session(struct dashboard *d)
{
	struct buf text = BUF_INIT(SESSION_BYTES);
	char dir[PATHS_BYTES];
	struct err err = { 0 };
	enum ll_err code = LL_OK;

	if (!d->session[0] || !d->dash)
		return;
	snprintf(dir, sizeof(dir), "%.*s",
		(int)(str_of(d->session).len - str_basename(str_of(d->session)).len), d->session);
	dash_save(d->dash, &text);
	code = buf_status(&text);
	if (code == LL_OK)
		code = file_mkdirs(dir, 0700, &err);
	if (code == LL_OK)
		code = file_replace(d->session, 0600, buf_str(&text), &err);
	if (code)
		log_warn("dashboard", "the session was not kept: %s", err.msg);
	buf_release(&text);
}

static enum ll_err open_dash(struct dashboard *d, const struct zone *zone, struct err *err)
{
	struct buf session = BUF_INIT(SESSION_BYTES);
	struct dash_options options = {
		.host = dash_host_of(d),
		.zone = zone,
		.zone_name = str_of(zone_name(zone)),
		.has_utf8 = d->display.surface.has_utf8,
		.is_read_only = d->app->store && access(d->store_dir, W_OK) != 0,
		.has_mouse = d->has_mouse,
		.theme = &d->theme,
		.is_demo = d->is_demo,
	};
	enum ll_err code = dashboard_keys(d->app, &options.keys_config, err);

	read_session(d, &session);
	options.session = buf_str(&session);
	if (code == LL_OK)
		code = dash_new(&d->dash, &options, d->now_ns, err);
	buf_release(&session);
	return code;
}

static enum ll_err open_work(struct dashboard *d, const struct zone *zone, struct err *err)
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
	uv_prepare_start(&d->settling, settle);
	for (size_t i = 0; i < DASHBOARD_SIGNALS; i++) {
		uv_signal_init(&d->loop, &d->signals[i]);
		d->signals[i].data = d;
		watch_signal(d, i);
	}
	watch_open(&d->watch);
	if (d->watch.fd >= 0 && uv_poll_init(&d->loop, &d->watching, d->watch.fd) == 0) {
		d->watching.data = d;
		uv_poll_start(&d->watching, UV_READABLE, watched);
	}
	watch_commits(d);
}

/* The terminal first, since that is what the user sees; then what is shown on it. */
static enum ll_err start(struct dashboard *d, struct err *err)
{
	const struct zone *zone = NULL;
	char note[160] = "";
	enum ll_err code = open_display(d, note, err);

	dashboard_wake(d);
	if (code == LL_OK && !d->store_dir[0])
		code = paths_store(d->app->args, d->store_dir, err);
	if (code == LL_OK)
		code = dashboard_open_store(d->app, d->store_dir, err);
	if (code == LL_OK)
		code = app_zone(d->app, &zone, err);
	if (code == LL_OK)
		code = open_work(d, zone, err);
	if (code == LL_OK)
		code = open_dash(d, zone, err);
	if (code)
		return code;
	start_handles(d);
	survey_start(&d->survey, &d->loop, d->app->store);
	if (note[0])
		dash_say(d->dash, false, str_of(note));
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
}

/* As who sent the signal expects it: not an exit that looks like the user's own. */
static void die_of(int sig)
{
	signal(sig, SIG_DFL);
	raise(sig);
}

static enum exit_code finish(struct dashboard *d, enum exit_code code)
{
	struct err err = { 0 };

	write_session(d);
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

	*d = (struct dashboard){ .app = app, .is_demo = demo_dir, .is_test = is_set("LLMLAB_TUI_TEST"),
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
