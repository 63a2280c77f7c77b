/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dashboard: panes, tabs, crumbs, footer, prompt, pickers, toasts, help, palette, and the
 * welcome view of an empty store. A reducer: events and answers in, a surface and requests out. It
 * does no I/O and sets no timers; app's loop calls it and does what it asks through `host`.
 */
#ifndef LLMLAB_VIEWS_DASHBOARD_H
#define LLMLAB_VIEWS_DASHBOARD_H

#include "themes/theme.h"
#include "views/pane.h"

/* A place where a kind of log was found, for the welcome view. */
struct dash_place {
	struct str label, path; /* "Claude Code", "~/.claude/projects" */
	int64_t files, bytes;
};

/* A read that is to run on a reader thread: call run, then give it back with dash_loaded(). */
struct dash_load {
	uint64_t number;        /* newest wins; older answers are dropped */
	const struct pane *pane;
	struct arena arena;     /* of request and model; owned by the load until dash_loaded() */
	void *request, *model;
	enum ll_err status;
	struct err err;
	int64_t deadline_ms;    /* from its start */
};
/* On the reader thread; l->arena is set by this function. */
void dash_load_run(struct dash_load *load, struct load *l);

/* What app does. All are called on the loop and return at once. */
struct dash_host {
	void *ctx;
	void (*load)(void *ctx, struct dash_load *load);
	/* One command of app's table; the words are copied. dash_command_done() follows. */
	void (*command)(void *ctx, const char *const *words);
	void (*copy)(void *ctx, struct str text);               /* to the clipboard; the host toasts what it did */
	void (*export_file)(void *ctx, struct str text, const char *suffix); /* writes a file, toasts its path */
	void (*view_text)(void *ctx, struct str text, bool in_editor); /* $PAGER or $EDITOR */
	/* A shell command that reads the text and has the terminal meanwhile. */
	void (*pipe)(void *ctx, struct str text, struct str command);
	void (*theme)(void *ctx, const struct theme *theme);
	void (*mouse)(void *ctx, bool is_on);
	void (*redraw)(void *ctx);      /* every cell, whatever the terminal is thought to show */
	void (*suspend)(void *ctx);
	void (*quit)(void *ctx, bool print_view);
};

struct dash_options {
	struct dash_host host;
	const struct zone *zone;
	struct str zone_name;
	bool has_utf8;
	bool is_read_only;              /* the store cannot be written */
	bool has_mouse;
	const struct theme *theme;
	struct str keys_config;         /* lines "scope.action = keys" of the config; bad ones become toasts */
	struct str session;             /* of dash_save(); empty = fresh */
	bool is_demo;
};

/* LL_EINVAL only for our own bad tables. */
enum ll_err LL_MUST dash_new(struct dash **out, const struct dash_options *options, int64_t now_ns, struct err *err);
void dash_free(struct dash *d);

/* `now_ns` is the wall clock, `mono_ns` the monotonic one; the same in all calls of one turn of the loop. */
void dash_event(struct dash *d, const struct event *e, int64_t now_ns, int64_t mono_ns);
void dash_loaded(struct dash *d, struct dash_load *load, int64_t now_ns, int64_t mono_ns); /* frees it */
/* Somebody committed: read again, at most four times a second and not while paused. */
void dash_store_changed(struct dash *d, uint64_t generation, int64_t now_ns, int64_t mono_ns);
/* The logs that were found; count 0 = none. calls: how many the store has. */
void dash_set_places(struct dash *d, const struct dash_place *places, size_t count, int64_t calls);
/* An import runs (done < total) or has ended (total 0). */
void dash_progress(struct dash *d, int64_t done_bytes, int64_t total_bytes, int64_t calls);
/* A command ended: its first line of output, or its error. */
void dash_command_done(struct dash *d, bool is_ok, struct str text);
void dash_say(struct dash *d, bool is_error, struct str text);

/* When dash_tick() has to be called, monotonic: a toast ends, a delayed read is due, the clock's next minute;
 * 0 = never. */
int64_t dash_deadline(const struct dash *d);
void dash_tick(struct dash *d, int64_t now_ns, int64_t mono_ns);
bool dash_is_dirty(const struct dash *d);

/* Draws everything; *cursor_y -1 = no cursor. Below 60x15: a notice, the state is kept. */
void dash_draw(struct dash *d, struct surface *s, int *cursor_y, int *cursor_x);
/* The view as plain text, for Q and --plain. */
void dash_print(struct dash *d, struct buf *out);
void dash_save(struct dash *d, struct buf *out);
/* Every action of every scope with its keys, for `llmlab help keys` and the README: tested to be whole. */
void dash_keys_text(struct buf *out);

#endif
