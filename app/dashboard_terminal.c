/* SPDX-License-Identifier: Apache-2.0 */
/* What comes from the terminal and from the kernel about it: keys, answers, sizes, signals. */
#include "app/dashboard_state.h"

#include <signal.h>
#include <stdlib.h>

#include "app/dash_setup.h"
#include "app/theme_choice.h"
#include "base/log.h"

#define ESC_DELAY_NS (25 * NS_PER_MS)
#define ESC_DELAY_SSH_NS (50 * NS_PER_MS)
#define RESIZE_DELAY_NS (15 * NS_PER_MS) /* a window that is dragged tells each step */
#define MODE_SYNC 2026

static const int signal_numbers[DASHBOARD_SIGNALS] = { SIGWINCH, SIGTERM, SIGINT, SIGHUP, SIGTSTP, SIGCONT };

static void background(struct dashboard *d, const int rgb[3])
{
	struct theme suits;

	theme_for_background(rgb, &suits);
	if (d->has_chosen_theme || strcmp(suits.name, d->theme.name) == 0)
		return;
	d->theme = suits;
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

void dashboard_happened(void *ctx, const struct event *e)
{
	struct dashboard *d = ctx;

	switch (e->kind) {
	case EVENT_REPLY:
		answered(d, e);
		return;
	case EVENT_KEY:
		if (d->is_test)
			crash_on_demand(e);
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
	input_feed(d->input, bytes, d->mono_ns, dashboard_happened, d);
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

/* SIGTSTP by default: the whole job stops, and where no shell could continue it the kernel drops it. */
void dashboard_suspend(struct dashboard *d)
{
	const struct sigaction by_default = { .sa_handler = SIG_DFL };
	struct sigaction stop, resume;

	display_leave(&d->display);
	sigaction(SIGTSTP, &by_default, &stop);
	sigaction(SIGCONT, &by_default, &resume);
	kill(0, SIGTSTP);
	sigaction(SIGTSTP, &stop, NULL);
	sigaction(SIGCONT, &resume, NULL);
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

enum ll_err dashboard_open_terminal(struct dashboard *d, char note[160], struct err *err)
{
	struct display_options options = { .loop = &d->loop, .input = typed, .gone = hung_up, .ctx = d };
	bool is_remote = environment_has("SSH_TTY"), is_mono;
	enum ll_err code = theme_choose(d->app, &d->theme, &d->has_chosen_theme, err);

	if (code)
		return code;
	is_mono = str_is(str_of(d->theme.name), "mono");
	d->has_mouse = args_given(d->app->args, "mouse") ? args_flag(d->app->args, "mouse")
		: !is_remote && !environment_has("TMUX");
	options.has_utf8 = setup_locale();
	options.term = (struct term_options){ .name = getenv("TERM"), .colors = is_mono ? 0 : -1,
		.has_mouse = d->has_mouse, .theme = &d->theme };
	d->input = input_new(is_remote ? ESC_DELAY_SSH_NS : ESC_DELAY_NS);
	if (!d->input)
		return ll_fail(err, LL_ENOMEM, "out of memory");
	return display_open(&d->display, &options, note, err);
}

void dashboard_watch_signals(struct dashboard *d)
{
	for (size_t i = 0; i < DASHBOARD_SIGNALS; i++) {
		uv_signal_init(&d->loop, &d->signals[i]);
		d->signals[i].data = d;
		uv_signal_start(&d->signals[i], signaled, signal_numbers[i]);
	}
}
