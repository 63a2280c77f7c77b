/* SPDX-License-Identifier: Apache-2.0 */
/* The screen on the loop. */
#include "app/display.h"

#include "base/clock.h"
#include "base/log.h"

#define FRAME_NS (NS_PER_S / 60)
#define OUT_BYTES (16u << 20)
#define INPUT_BYTES 65536
#define INPUT_TURNS 4             /* reads in one turn of the loop: a paste must not starve the rest */
#define SIDE_MAX 1000
#define SLOW_BYTES 1024           /* after frames this long the terminal is asked when it has shown them */
#define SLOW_PATIENCE_NS NS_PER_S
#define ANSWER_PATIENCE_MS 100    /* for answers that would else be typed into the shell */

static const struct str ask_shown = STR_INIT("\033[5n");

static void poll_tty(struct display *d);

static void hang_up(struct display *d)
{
	if (d->is_gone)
		return;
	d->is_gone = true;
	uv_poll_stop(&d->poll);
	d->options.gone(d->options.ctx);
}

static void flush(struct display *d)
{
	struct str rest = str_from(buf_str(&d->out), d->sent);
	enum tty_state state = TTY_OK;

	if (rest.len && !d->is_gone)
		state = tty_write(&d->tty, &rest);
	d->sent = d->out.len - rest.len;
	if (display_is_flushed(d)) {
		buf_clear(&d->out);
		d->sent = 0;
	}
	if (state == TTY_GONE)
		hang_up(d);
	else
		poll_tty(d);
}

static void read_input(struct display *d)
{
	char bytes[INPUT_BYTES];
	enum tty_state state = TTY_OK;
	size_t got;

	for (int i = 0; i < INPUT_TURNS && state == TTY_OK && d->is_on; i++) {
		state = tty_read(&d->tty, bytes, sizeof(bytes), &got);
		if (state == TTY_OK)
			d->options.input(d->options.ctx, (struct str){ bytes, got });
		if (got < sizeof(bytes) && state == TTY_OK)
			break;
	}
	if (state == TTY_GONE)
		hang_up(d);
}

static void polled(uv_poll_t *poll, int status, int events)
{
	struct display *d = poll->data;

	if (status < 0) {
		hang_up(d);
		return;
	}
	if (events & (UV_READABLE | UV_DISCONNECT))
		read_input(d);
	if (events & UV_WRITABLE && !d->is_gone)
		flush(d);
}

static void poll_tty(struct display *d)
{
	int events = (d->is_on ? UV_READABLE | UV_DISCONNECT : 0) |
		(display_is_flushed(d) ? 0 : UV_WRITABLE);

	if (!d->has_poll || d->is_gone)
		return;
	if (events)
		uv_poll_start(&d->poll, events, polled);
	else
		uv_poll_stop(&d->poll);
}

static int within(int side)
{
	return side < 1 ? 1 : side > SIDE_MAX ? SIDE_MAX : side;
}

static void ask_size(const struct display *d, int *rows, int *cols)
{
	*rows = 24;
	*cols = 80;
	if (!tty_size(&d->tty, rows, cols))
		log_info("display", "the terminal does not tell its size");
	*rows = within(*rows);
	*cols = within(*cols);
}

static enum ll_err open_term(struct display *d, char note[160], struct err *err)
{
	struct term_options *o = &d->options.term;
	enum ll_err code;

	ask_size(d, &o->rows, &o->cols);
	d->surface.has_utf8 = d->options.has_utf8;
	code = surface_resize(&d->surface, o->rows, o->cols);
	if (code)
		return ll_fail(err, code, "no memory for a screen of %d x %d", o->cols, o->rows);
	return term_open(&d->term, o, note, err);
}

static enum ll_err open_poll(struct display *d, struct err *err)
{
	int status = uv_poll_init(d->options.loop, &d->poll, d->tty.fd);

	if (status)
		return ll_fail_errno(err, -status, "cannot wait for the terminal");
	d->poll.data = d;
	d->has_poll = true;
	return LL_OK;
}

enum ll_err display_open(struct display *d, const struct display_options *options, char note[160],
	struct err *err)
{
	enum ll_err code;

	*d = (struct display){ .options = *options };
	buf_init(&d->out, OUT_BYTES);
	code = tty_open(&d->tty, err);
	if (code == LL_OK)
		code = open_term(d, note, err);
	if (code == LL_OK)
		code = open_poll(d, err);
	if (code == LL_OK) {
		tty_guard(&d->tty, (struct str){ term_rescue, term_rescue_len });
		code = display_enter(d, err);
	}
	if (code)
		display_close(d);
	return code;
}

void display_close(struct display *d)
{
	display_leave(d);
	if (d->has_poll)
		uv_close((uv_handle_t *)&d->poll, NULL);
	d->has_poll = false;
	tty_unguard();
	tty_close(&d->tty);
	term_close(d->term);
	d->term = NULL;
	surface_release(&d->surface);
	buf_release(&d->out);
}

enum ll_err display_enter(struct display *d, struct err *err)
{
	enum ll_err code = tty_enter(&d->tty, err);

	if (code)
		return code;
	d->is_on = true;
	d->shown_by_ns = 0;
	display_send(d, term_enter(d->term));
	(void)display_resize(d);
	term_invalidate(d->term);
	return LL_OK;
}

void display_leave(struct display *d)
{
	if (!d->is_on)
		return;
	d->is_on = false;
	buf_add(&d->out, term_leave(d->term));
	if (!d->is_gone)
		tty_write_last(&d->tty, str_from(buf_str(&d->out), d->sent));
	buf_clear(&d->out);
	d->sent = 0;
	poll_tty(d);
	if (!d->has_answered && !d->is_gone)
		tty_swallow(&d->tty, ANSWER_PATIENCE_MS);
	tty_leave(&d->tty);
}

bool display_resize(struct display *d)
{
	int rows, cols;

	ask_size(d, &rows, &cols);
	if (rows == d->surface.rows && cols == d->surface.cols)
		return false;
	if (surface_resize(&d->surface, rows, cols) != LL_OK || term_resize(d->term, rows, cols) != LL_OK) {
		log_warn("display", "no memory for a screen of %d x %d", cols, rows);
		return false;
	}
	return true;
}

int64_t display_frame_at(const struct display *d, int64_t mono_ns)
{
	int64_t at = d->frame_mono_ns ? d->frame_mono_ns + FRAME_NS : 0;

	if (!d->is_on || d->is_gone || !display_is_flushed(d))
		return INT64_MAX;
	if (d->shown_by_ns > at)
		at = d->shown_by_ns;
	return at > mono_ns ? at : 0;
}

void display_frame(struct display *d, int cursor_y, int cursor_x, int64_t mono_ns)
{
	struct str bytes = term_frame(d->term, &d->surface, cursor_y, cursor_x);

	if (d->shown_by_ns) /* it has not answered in time: it will not */
		d->is_mute = true;
	d->shown_by_ns = 0;
	if (!bytes.len)
		return;
	d->frame_mono_ns = mono_ns;
	buf_add(&d->out, bytes);
	if (d->has_answered && !d->is_mute && bytes.len > SLOW_BYTES) {
		buf_add(&d->out, ask_shown);
		d->shown_by_ns = mono_ns + SLOW_PATIENCE_NS;
	}
	if (buf_status(&d->out) != LL_OK)
		term_invalidate(d->term);
	flush(d);
}

void display_send(struct display *d, struct str bytes)
{
	buf_add(&d->out, bytes);
	flush(d);
}

bool display_is_flushed(const struct display *d)
{
	return d->sent == d->out.len;
}

void display_answered(struct display *d)
{
	d->has_answered = true;
}

void display_shown(struct display *d)
{
	d->shown_by_ns = 0;
}
