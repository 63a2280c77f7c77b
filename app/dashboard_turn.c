/* SPDX-License-Identifier: Apache-2.0 */
/* What follows from what has happened: frames, reads, the next deadline. */
#include "app/dashboard_state.h"

#include <stdio.h>

#define SOON_NS (500 * NS_PER_MS) /* a test waits for what is due so soon */

static bool is_due(int64_t at_ns, const struct dashboard *d)
{
	return at_ns && at_ns <= d->mono_ns;
}

static void run_deadlines(struct dashboard *d)
{
	if (is_due(input_deadline(d->input), d))
		input_tick(d->input, d->mono_ns, dashboard_happened, d);
	if (d->is_over)
		return;
	if (is_due(d->resize_ns, d)) {
		d->resize_ns = 0;
		d->needs_frame |= display_resize(&d->display);
	}
	if (is_due(d->renew_ns, d)) {
		d->renew_ns = 0;
		d->store_is_stale = true;
	}
	if (is_due(d->follow_ns, d)) {
		d->follow_ns = 0;
		dashboard_follow(d);
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
	at = sooner(at, d->renew_ns);
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

void dashboard_settle(uv_prepare_t *prepare)
{
	struct dashboard *d = prepare->data;

	if (d->is_over)
		return;
	d->now_ns = clock_now_ns(&d->app->clock);
	d->mono_ns = clock_mono_ns();
	loads_turn(d->loads);
	dashboard_renew(d);
	draw(d);
	arm(d);
	mark_idle(d);
}
