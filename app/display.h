/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The screen on the loop: a terminal, a surface to draw on, and the bytes between them. A frame is
 * one write; while the terminal has not taken (or, when it is slow, not shown) the frame before,
 * no other is made, so a key never waits behind frames that nobody needs any more.
 */
#ifndef LLMLAB_APP_DISPLAY_H
#define LLMLAB_APP_DISPLAY_H

#include <uv.h>

#include "app/tty.h"
#include "base/buf.h"
#include "tui/term.h"

struct display_options {
	uv_loop_t *loop;
	struct term_options term; /* rows and cols are found here */
	bool has_utf8;
	void (*input)(void *ctx, struct str bytes);
	void (*gone)(void *ctx);  /* the terminal hung up */
	void *ctx;
};

struct display {
	struct display_options options;
	struct tty tty;
	struct term *term;
	struct surface surface;
	uv_poll_t poll;
	bool has_poll;
	bool is_on;              /* the screen is ours: entered and not left */
	bool is_gone;
	struct buf out;          /* what the terminal is to get; the first `sent` bytes of it have been taken */
	size_t sent;
	int64_t frame_mono_ns;   /* when the last frame was made; 0 = none */
	int64_t shown_by_ns;     /* waits until then for the terminal to say that it has shown it; 0 = it has */
	bool has_answered;       /* it is a terminal that answers questions */
	bool is_mute;            /* but not this one: no more of it */
};

/* Raw mode, and the bytes that enter the screen and ask the terminal what it is: as early as can be.
 * On failure the terminal is as it was. note as in term_open(). */
enum ll_err LL_MUST display_open(struct display *d, const struct display_options *options, char note[160],
	struct err *err);
/* Restores the terminal; the poll handle closes on the loop. */
void display_close(struct display *d);

/* For another program that gets the terminal, or a suspend; and back, at the size that it has then. */
void display_leave(struct display *d);
enum ll_err LL_MUST display_enter(struct display *d, struct err *err);

/* Asks the size again. False when it is the same (or there is no memory for the new one). */
bool display_resize(struct display *d);
/* When a frame may be made: 0 = now; INT64_MAX = when the terminal has taken what it is owed. */
int64_t display_frame_at(const struct display *d, int64_t mono_ns);
/* The surface's difference to the frame before. */
void display_frame(struct display *d, int cursor_y, int cursor_x, int64_t mono_ns);
/* Bytes between frames: the clipboard, the mouse. */
void display_send(struct display *d, struct str bytes);
/* Whether all bytes have been taken. */
bool display_is_flushed(const struct display *d);
/* An answer of the terminal: it answers at all; it has shown the frame that it was asked about. */
void display_answered(struct display *d);
void display_shown(struct display *d);

#endif
