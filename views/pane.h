/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A pane: one record in one table (views/panes.def). It says what to read, reads it on a reader
 * thread, draws from what was read, and turns actions into changes of its own state. It holds no
 * SQL, no colours, no sockets; what it changes in the world it asks the dashboard for, which runs a
 * command of app's table.
 *
 * Threads: `load` runs on a reader thread with nothing but its request; all else on the loop.
 */
#ifndef LLMLAB_VIEWS_PANE_H
#define LLMLAB_VIEWS_PANE_H

#include "model/timerange.h"
#include "store/store.h"
#include "tui/grid.h"
#include "tui/keymap.h"
#include "tui/picker.h"

struct dash;

/* What key(), pick() and type() return. */
enum pane_change {
	PANE_SAME = 0,
	PANE_REDRAW = 1 << 0,
	PANE_RELOAD = 1 << 1,   /* ask request() again; the old model stays on screen until then */
	PANE_POPPED = 1 << 2,   /* "back" had nothing to go back to */
};

/* How copy and export write rows. */
enum text_format { TEXT_PLAIN, TEXT_CSV, TEXT_JSONL, TEXT_MARKDOWN };

/* What everything on the loop may look at. */
struct view {
	struct dash *dash;
	const struct zone *zone;
	int64_t now_ns;  /* wall clock; stands still in a demo */
	int64_t mono_ns; /* for how long ago something was */
	const struct keymap *keymap;
	bool has_utf8;
	bool is_paused;
};

/* What load() works with. Deadline and cancel are set on the reader. */
struct load {
	struct store_reader *reader;
	const struct scope *scope;
	const struct zone *zone;
	int64_t now_ns;
	struct arena *arena;    /* of the model */
};

struct pane {
	const char *name;       /* "spend": its scope in the keymap and the config */
	const char *title;      /* "Spend" */
	uint32_t digit;         /* '1' */
	const char *help;       /* one line */
	const struct binding *bindings;
	size_t binding_count;

	void *(*open)(void);    /* NULL = out of memory */
	void (*close)(void *pane);

	/* What the pane wants to show now, as a plain copy in the arena; NULL = nothing to read. */
	void *(*request)(void *pane, const struct view *v, struct arena *a);
	/* Reader thread. */
	enum ll_err (*load)(const void *request, struct load *l, void **model, struct err *err);
	/* The newest answer; request and model live until the next accept. Old positions are kept by id. */
	void (*accept)(void *pane, const struct view *v, const void *request, const void *model);

	/* Body only; model NULL until the first answer. The dashboard draws tabs, crumbs and footer. */
	void (*draw)(void *pane, const struct view *v, struct surface *s, struct rect body);
	/* "Spend › by project, model › shop" and, at the right, "sort cost, 7 of 120 rows". `off`
	 * follows the left part, dim: a filter that is switched off. */
	void (*crumbs)(void *pane, const struct view *v, struct buf *left, struct buf *off, struct buf *right);
	/* One line above the footer: marks and their sum, or "". */
	void (*status)(void *pane, const struct view *v, struct buf *out);

	/* One of its own actions, or one of the global ones that are a pane's business (enum action). */
	unsigned (*key)(void *pane, const struct view *v, int action);
	unsigned (*mouse)(void *pane, const struct view *v, const struct event *e);
	/* The user chose `item` in a picker that the pane opened with dash_pick(), or typed `text` into a prompt
	 * that it opened with dash_ask(); `what` is the pane's own number for it. */
	unsigned (*pick)(void *pane, const struct view *v, int what, const struct picker_item *item);
	unsigned (*type)(void *pane, const struct view *v, int what, struct str text, bool is_final);
	/* Completion of the word that ends at text.at+text.len: candidates into the arena. May be NULL. */
	size_t (*complete)(void *pane, const struct view *v, int what, struct str text, struct arena *a,
		struct str **candidates, size_t *from);

	/* A word of the palette with what follows it ("group model"); false when the pane has no such word. */
	bool (*command)(void *pane, const struct view *v, struct str word, struct str rest, unsigned *change);

	/* The rows as shown (marked ones if there are), for copy and export. */
	void (*text)(void *pane, const struct view *v, enum text_format format, struct buf *out);
	/* State worth keeping over a restart, as one line of JSON; and back. */
	void (*save)(void *pane, struct buf *out);
	void (*restore)(void *pane, struct str text);
};

extern const struct pane *const panes[];
extern const size_t pane_count;

/* Global actions (views/actions.c has their bindings). Those from ACTION_UP on go to the pane. */
enum action {
	ACTION_NONE,
	ACTION_QUIT, /* out of the view; at the top out of the program */
	ACTION_QUIT_NOW, ACTION_QUIT_PRINT, ACTION_SUSPEND, ACTION_REDRAW, ACTION_HELP, ACTION_PALETTE, ACTION_NEXT_PANE,
	ACTION_PREV_PANE, ACTION_PAUSE, ACTION_REFRESH, ACTION_MOUSE, ACTION_THEME, ACTION_TOASTS, ACTION_COPY, ACTION_EXPORT,
	ACTION_PAGER, ACTION_EDITOR, ACTION_PIPE, ACTION_IMPORT, ACTION_ZONE,
	ACTION_UP, ACTION_DOWN, ACTION_LEFT, ACTION_RIGHT, ACTION_HALF_UP, ACTION_HALF_DOWN, ACTION_PAGE_UP,
	ACTION_PAGE_DOWN, ACTION_HOME, ACTION_END, ACTION_ENTER, ACTION_BACK, ACTION_FILTER, ACTION_NEXT_MATCH,
	ACTION_PREV_MATCH, ACTION_MARK, ACTION_MARK_RANGE, ACTION_MARK_ALL, ACTION_SORT, ACTION_SORT_REVERSE,
	ACTION_COLUMNS, ACTION_RANGE, ACTION_PREV_PERIOD, ACTION_NEXT_PERIOD, ACTION_GO_TO_TIME, ACTION_BOOKMARK,
	ACTION_BOOKMARKS, ACTION_SPLIT, ACTION_ZOOM, ACTION_FILTER_SWITCH, ACTION_VIEW_BACK, ACTION_VIEW_FORWARD,
	ACTION_PANE = 1000, /* a pane's own actions start here */
};
extern const struct keymap_scope global_scope;

/* --- what a pane may ask of the dashboard -------------------------------------------------- */

/* Opens a picker; items are copied. pick() gets the answer. */
void dash_pick(struct dash *d, int what, struct str title, const struct picker_item *items, size_t count);
/* Opens the prompt in the last line; type() is called at every change (is_final false) and at Enter. */
void dash_ask(struct dash *d, int what, struct str label, struct str text);
/* A stretch of the typed text that is wrong, with a sentence; cleared by len 0. */
void dash_complain(struct dash *d, size_t at, size_t len, struct str why);
/* One sentence for a few seconds; an error stays until a key. */
void dash_toast(struct dash *d, bool is_error, const char *fmt, ...) LL_PRINTF(3, 4);
/* Runs a command of app's table ("prices", "add", ...), NULL-ended; its outcome is a toast. */
void dash_command(struct dash *d, const char *const *words);

#endif
