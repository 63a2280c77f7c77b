/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a running dashboard. For app/dashboard.c and what it is made of; all on the loop. */
#ifndef LLMLAB_APP_DASHBOARD_STATE_H
#define LLMLAB_APP_DASHBOARD_STATE_H

#include "app/app.h"
#include "app/display.h"
#include "app/importer.h"
#include "app/loads.h"
#include "app/paths.h"
#include "app/survey.h"
#include "app/watch.h"
#include "store/role.h"

#define DASHBOARD_SIGNALS 6

struct dashboard {
	struct app *app;
	uv_loop_t loop;
	struct display display;
	struct input *input;
	struct dash *dash;
	struct loads *loads;
	struct importer *importer;
	struct survey survey;
	struct watch watch;
	uv_poll_t watching;
	uv_prepare_t settling;
	uv_timer_t timer;
	uv_signal_t signals[DASHBOARD_SIGNALS];
	char store_dir[PATHS_BYTES];
	struct theme theme;
	bool has_chosen_theme;    /* by option or key: the terminal's background has no say any more */

	int64_t now_ns, mono_ns;  /* of this turn of the loop */
	int64_t armed_ns;         /* when the timer fires; 0 = it does not */
	int64_t resize_ns;        /* when the new size is asked for; 0 = never */
	int64_t follow_ns;        /* when the logs that grew are read; 0 = never */
	int64_t renew_ns;         /* when a store that could not be opened is tried again; 0 = never */
	int renew_tries;
	bool needs_frame;         /* though the dash has nothing new */
	bool store_is_stale;      /* it came, went or was replaced */
	bool zone_is_stale;
	int errands;              /* programs that run beside us */
	bool has_guest;           /* one of them has the terminal */
	bool is_demo;
	bool is_following;        /* known logs are read on as they grow ... */
	struct store_role role;         /* ... by the one dashboard of the store that has it */
	bool has_mouse;           /* at the start */

	bool is_over, prints_view;
	int ended_by;             /* the signal, SIGHUP when the terminal went; 0 = the user */

	bool is_test;             /* tells the test when it is idle */
	bool has_moved;           /* since it was told */
	uint64_t bytes_read;
};

/* Takes the time of this turn; first thing in every callback of the loop. */
void dashboard_wake(struct dashboard *d);
void dashboard_end(struct dashboard *d, int sig);
void dashboard_say(struct dashboard *d, bool is_error, const char *fmt, ...) LL_PRINTF(3, 4); /* a toast */
/* The store's zone, where no other was asked for, has changed. Nothing may be read meanwhile. */
void dashboard_renew_zone(struct dashboard *d);

/* --- dashboard_terminal.c --- */
enum ll_err LL_MUST dashboard_open_terminal(struct dashboard *d, char note[160], struct err *err);
void dashboard_watch_signals(struct dashboard *d);
void dashboard_happened(void *ctx, const struct event *e); /* ctx is the dashboard */
void dashboard_suspend(struct dashboard *d);
/* For a program that gets the terminal, and after it. */
void dashboard_lend_terminal(struct dashboard *d);
void dashboard_take_terminal(struct dashboard *d);

/* --- dashboard_news.c --- */
enum ll_err LL_MUST dashboard_open_work(struct dashboard *d, const struct zone *zone, struct err *err);
void dashboard_watch_files(struct dashboard *d);
/* Reads on in known logs, unless that is not wanted. */
void dashboard_follow(struct dashboard *d);
/* Takes what is there now in place of what was there, once nothing uses that any more. */
void dashboard_renew(struct dashboard *d);

/* --- dashboard_turn.c --- */
void dashboard_settle(uv_prepare_t *prepare);

#endif
