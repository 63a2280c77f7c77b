/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list to choose from in a box over the screen: what one types narrows it (subsequence, best
 * first), arrows move, Enter takes, Esc leaves. Help, palette, group-by, range, sort, columns,
 * themes are pickers over different items.
 */
#ifndef LLMLAB_TUI_PICKER_H
#define LLMLAB_TUI_PICKER_H

#include "base/arena.h"
#include "tui/prompt.h"

struct picker_item {
	struct str label;   /* what is matched and shown */
	struct str detail;  /* at the right, dim: a key, a help line */
	bool is_checked;    /* a check mark before it */
	bool is_heading;    /* cannot be chosen; shown only while nothing is typed */
	int64_t value;      /* the caller's */
};

enum picker_result { PICKER_OPEN, PICKER_TAKEN, PICKER_CANCELED };

struct picker {
	struct str title;
	const struct picker_item *items; /* borrowed */
	size_t count;
	struct prompt prompt;
	uint32_t *order;    /* items that match, best first */
	int *scores;        /* of each item, for what is typed */
	size_t match_count;
	size_t cursor, top; /* in order */
	int label_cells, detail_cells; /* of the widest: the box keeps its size while one types */
	struct rect drawn, list; /* the box and its rows at the last draw, for the mouse */
	int cursor_y, cursor_x;  /* of the typing, at the last draw; -1 = not on the screen */
};

/* The cursor starts at the first item that is checked. LL_ENOMEM. */
enum ll_err LL_MUST picker_open(struct picker *p, struct str title, const struct picker_item *items,
	size_t count);
void picker_close(struct picker *p); /* accepts a zeroed struct */
/* PICKER_TAKEN: *taken is the item; what was typed is in p->prompt. When nothing fits all that
 * was typed, its first word alone narrows: "range 7d" finds "range". A click on a row takes it,
 * one beside the box leaves. */
enum picker_result picker_event(struct picker *p, const struct event *e,
	const struct picker_item **taken);
void picker_draw(struct picker *p, struct surface *s, struct rect within);
/* How well a typed text fits a label: 0 = not at all; higher = better. ASCII case ignored. */
int picker_score(struct str typed, struct str label);

#endif
