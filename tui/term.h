/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ncurses back end: turns a surface into the bytes of one frame. It writes to no terminal and
 * reads from none: app writes the bytes (one non-blocking write a frame) and feeds the answers to
 * tui/event.h. ncurses' own output is caught in memory (a memfd), so that one frame is one piece.
 *
 * One per process (ncurses is); the loop's thread.
 */
#ifndef LLMLAB_TUI_TERM_H
#define LLMLAB_TUI_TERM_H

#include "tui/surface.h"

struct term;

struct term_options {
	const char *name;      /* $TERM; unknown names fall back to xterm-256color or vt100, said in `note` */
	int rows, cols;
	int32_t colors;        /* -1 = what the terminal has; 0, 8, 16, 256, 1<<24 to force */
	bool has_mouse;
	const struct theme *theme;
};

/* LL_EUNSUPPORTED with a sentence when no entry works. note: "" or a sentence for a toast. */
enum ll_err LL_MUST term_open(struct term **out, const struct term_options *options, char note[160], struct err *err);
void term_close(struct term *t); /* frees; the bytes that restore a terminal come from term_leave() */

int32_t term_colors(const struct term *t);
void term_theme(struct term *t, const struct theme *theme); /* the next frame is whole */
enum ll_err LL_MUST term_resize(struct term *t, int rows, int cols);
/* Synchronised output (DEC 2026) around frames: only once the terminal said it knows it. */
void term_sync(struct term *t, bool is_known);
/* The next frame draws every cell (Ctrl-L, after a suspend). */
void term_invalidate(struct term *t);

/* Bytes that enter the alternate screen, hide the cursor, turn on bracketed paste (and the mouse) and ask
 * the queries (OSC 11, DECRQM 2026, XTVERSION, DA1); then those of a frame; then those that restore
 * everything. Valid until the next call. */
struct str term_enter(struct term *t);
/* The difference to the frame before; empty when there is none. s has the size of term_resize(), t is
 * entered. The cursor shows at (cursor_y, cursor_x) or is hidden when cursor_y < 0. */
struct str term_frame(struct term *t, const struct surface *s, int cursor_y, int cursor_x);
struct str term_leave(struct term *t);
struct str term_mouse(struct term *t, bool is_on);
/* What a signal handler may write: a constant that restores any terminal. */
extern const char term_rescue[];
extern const size_t term_rescue_len;

#endif
