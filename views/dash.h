/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dashboard from the inside: shared by dashboard*.c, overlay.c, welcome.c and session.c.
 *
 * An event goes to the topmost of: overlay (a picker), prompt, welcome view, keymap. Whatever
 * a pane answers (PANE_RELOAD ...) becomes a read that is due now, or a little later while
 * somebody types. At most DASH_READS are under way; what is wanted meanwhile is asked for once
 * when one comes back.
 */
#ifndef LLMLAB_VIEWS_DASH_H
#define LLMLAB_VIEWS_DASH_H

#include "tui/prompt.h"
#include "views/dashboard.h"
#include "views/toast.h"

#define DASH_READS 2
#define DASH_COMMANDS 8
#define DASH_WORDS 12
#define DASH_BOOKMARKS 32
#define DASH_STATE_BYTES (64u << 10) /* one pane's saved state */
#define DASH_MIN_ROWS 15
#define DASH_MIN_COLS 60
#define DASH_PROMPTS 12              /* kinds of prompts, each with its history */

enum overlay_kind {
	OVERLAY_NONE,
	OVERLAY_PANE, /* a pane's own picker; `what` is the pane's */
	OVERLAY_HELP,
	OVERLAY_PALETTE,
	OVERLAY_THEMES,
	OVERLAY_COPY,
	OVERLAY_EXPORT,
	OVERLAY_BOOKMARKS,
	OVERLAY_TOASTS,
};

struct overlay {
	enum overlay_kind kind;
	int what;
	struct picker picker;
	struct arena arena; /* of the items */
	struct theme theme_before; /* OVERLAY_THEMES: to go back to */
};

/* What the dashboard itself asks for in the prompt. */
enum own_question { OWN_ZONE, OWN_PIPE, OWN_QUESTIONS };

/* The line of typing at the bottom. */
struct ask {
	bool is_open;
	bool is_own; /* the dashboard's; `what` is an enum own_question */
	int what;
	struct prompt *prompt;
	char label[128];
	char original[PROMPT_BYTES + 1];
	char complaint[256];
	struct arena arena; /* of the candidates that Tab goes through */
	struct str *candidates;
	size_t candidate_count, candidate, candidate_from;
};

struct command {
	char *words[DASH_WORDS + 1];
};

struct bookmark {
	char *name;
	const struct pane *pane;
	char *state;
};

struct pane_state {
	void *state;
	struct dash_load *load; /* whose answer shows; NULL = none yet */
	uint64_t shown_number;
	bool is_stale;          /* the newest read failed */
	int64_t read_ns;        /* when what shows was asked for */
};

struct dash {
	struct dash_host host;
	struct arena arena;     /* of the keymap and what lives as long as the dashboard */
	struct keymap *keymap;
	const struct zone *zone;
	char zone_name[64];
	bool has_utf8, is_read_only, has_mouse, is_demo;
	struct theme theme;
	bool has_chosen_theme;  /* here, by the user */
	bool has_to_tell;       /* theme or mouse of the session: told in the first turn */
	int64_t now_ns, mono_ns;
	int64_t next_minute_mono_ns;
	bool is_dirty;

	struct pane_state *panes;
	size_t active;
	uint64_t read_number;
	size_t reads_under_way;
	bool wants_read;
	int64_t read_due_ns;    /* monotonic; when wants_read */
	int64_t last_live_ns;   /* monotonic; of the newest read that a commit caused */
	bool is_paused;
	uint64_t generation;
	int64_t missed;         /* commits while paused */

	struct overlay overlay;
	struct ask ask;
	struct prompt prompts[DASH_PROMPTS];
	struct toasts toasts;
	struct command commands[DASH_COMMANDS];
	size_t command_count;
	bool is_command_running;
	struct bookmark bookmarks[DASH_BOOKMARKS];
	size_t bookmark_count;

	bool has_places;        /* dash_set_places() was called */
	struct arena place_arena;
	struct dash_place *places;
	size_t place_count;
	int64_t calls;
	int64_t done_bytes, total_bytes; /* of an import; total 0 = none runs */
	struct rect tabs[10];   /* of the last draw, for the mouse */
	struct rect body;
};

static inline const struct pane *dash_pane(const struct dash *d)
{
	return panes[d->active];
}

static inline struct pane_state *dash_state(struct dash *d)
{
	return &d->panes[d->active];
}

struct view dash_view(struct dash *d);
/* Does what a pane's answer says. */
void dash_change(struct dash *d, unsigned change);
/* A read of the active pane is due so long from now. */
void dash_read_in(struct dash *d, int64_t delay_ns);
/* One action of any scope: the global ones here, the others in the pane. */
void dash_act(struct dash *d, int action);
void dash_act_in(struct dash *d, const char *scope, int action);
void dash_show_pane(struct dash *d, size_t i);
/* The view as text into a shell command. */
void dash_pipe(struct dash *d, struct str command);
void dash_set_theme(struct dash *d, const struct theme *theme);

/* --- overlay.c ------------------------------------------------------------------------------- */

void overlay_open_help(struct dash *d);
void overlay_open_palette(struct dash *d);
void overlay_open_themes(struct dash *d);
void overlay_open_formats(struct dash *d, enum overlay_kind kind);
void overlay_open_bookmarks(struct dash *d);
void overlay_open_toasts(struct dash *d);
void overlay_event(struct dash *d, const struct event *e);
void overlay_close(struct dash *d);

/* --- asking.c: the prompt -------------------------------------------------------------------- */

void asking_open(struct dash *d, bool is_own, int what, struct str label, struct str text);
void asking_event(struct dash *d, const struct event *e);
void asking_release(struct dash *d);

/* --- errands.c: commands and bookmarks ------------------------------------------------------- */

void errands_release(struct dash *d);
void bookmark_add(struct dash *d);
void bookmark_go(struct dash *d, size_t i);
/* Takes over copies. False: there is no room. */
bool bookmark_keep(struct dash *d, const struct pane *pane, struct str name, struct str state);

/* --- session.c ------------------------------------------------------------------------------- */

void session_restore(struct dash *d, struct str text);

/* --- welcome.c ------------------------------------------------------------------------------- */

extern const struct keymap_scope welcome_scope;
bool welcome_shows(const struct dash *d);
void welcome_draw(struct dash *d, struct surface *s, struct rect body);
/* True when the action was the welcome view's. */
bool welcome_act(struct dash *d, bool is_global, int action);

#endif
