/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of typing: cursor, words, history, completion. While it is open no single-letter key
 * is live. Bounded text, whole code points.
 */
#ifndef LLMLAB_TUI_PROMPT_H
#define LLMLAB_TUI_PROMPT_H

#include "tui/event.h"
#include "tui/surface.h"

#define PROMPT_BYTES 4096
#define PROMPT_HISTORY 32

enum prompt_result { PROMPT_IGNORED, PROMPT_MOVED, PROMPT_CHANGED, PROMPT_ACCEPTED, PROMPT_CANCELED,
	PROMPT_COMPLETE };

struct prompt {
	char text[PROMPT_BYTES + 1];
	size_t len, at;       /* bytes; at is on a code point's start */
	char *history[PROMPT_HISTORY];
	size_t history_count, history_at; /* history_at == history_count: not in the history */
	char *draft;          /* what was typed before Up */
	size_t bad_at, bad_len; /* a stretch to show in role err; len 0 = none */
};

void prompt_init(struct prompt *p);
void prompt_release(struct prompt *p); /* accepts a zeroed struct */
void prompt_set(struct prompt *p, struct str text); /* cursor at the end */
struct str prompt_text(const struct prompt *p);
/* Typing, arrows, Home/End/C-a/C-e, words (C-Left, M-b, C-Right, M-f), C-w, C-u, C-k, Backspace,
 * Delete, Up/Down history, Enter, Esc, C-c, Tab (PROMPT_COMPLETE), paste (newlines become
 * blanks, those at its end nothing). A change clears the bad stretch. */
enum prompt_result prompt_event(struct prompt *p, const struct event *e);
/* Remembers the text as the newest of the history. */
void prompt_remember(struct prompt *p);
/* Replaces bytes [from, at) by the completion. */
void prompt_complete(struct prompt *p, size_t from, struct str with);
/* "label" and the text scrolled so that the cursor shows; returns the cursor's column on the
 * surface. */
int prompt_draw(const struct prompt *p, struct surface *s, int y, int x, int cells,
	struct str label);

#endif
