/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A text to read in a rectangle: scrolls by rows, wraps lines at words or cuts them and scrolls
 * sideways, finds a word. The place is a byte of the text, so that a resize does not lose it. It
 * takes no keys: whoever shows it turns actions into these calls.
 */
#ifndef LLMLAB_TUI_PAGER_H
#define LLMLAB_TUI_PAGER_H

#include "tui/surface.h"

#define PAGER_NEEDLE_BYTES 256

struct pager {
	struct str text;      /* borrowed; sanitised when it is drawn */
	size_t *lines;        /* where each begins */
	size_t line_count;
	bool is_cut;          /* lines are cut at the edge, not wrapped */
	size_t top;           /* the byte that the first row begins with */
	int left;             /* cells that are scrolled off, while cut */
	int body_rows, body_cols; /* of the last draw */
	char needle[PAGER_NEEDLE_BYTES];
	size_t needle_len;
	size_t found;         /* where the last search stopped; SIZE_MAX = nowhere */
};

/* LL_ENOMEM. */
enum ll_err LL_MUST pager_open(struct pager *p, struct str text);
void pager_close(struct pager *p); /* accepts a zeroed struct */
void pager_draw(struct pager *p, struct surface *s, struct rect r);

/* By rows (negative: up), by half pages of the last draw, to an end. */
void pager_move(struct pager *p, int64_t by);
void pager_page(struct pager *p, int half_pages);
void pager_home(struct pager *p);
void pager_end(struct pager *p);
/* Cut or wrapped; the line at the top stays there. */
void pager_cut(struct pager *p, bool is_cut);
/* Sideways, while cut. */
void pager_side(struct pager *p, int cells);

/* The first place of a text at or after the top row, ASCII case ignored, then around from the
 * start; all places that show are highlighted. An empty one ends the search. False when it
 * stands nowhere. */
bool pager_search(struct pager *p, struct str needle);
/* The next place, or the one before. */
bool pager_next(struct pager *p, bool is_backward);
/* "12-40 of 312": lines, for a status line. */
void pager_place(const struct pager *p, struct buf *out);

#endif
