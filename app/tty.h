/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal as a device: a description of its own (so that what is non-blocking for us does not
 * become so for the shell), raw mode, size, and the way back on every end of the program.
 */
#ifndef LLMLAB_APP_TTY_H
#define LLMLAB_APP_TTY_H

#include <termios.h>

#include "base/err.h"
#include "base/str.h"

#define TTY_STDIO 3

struct tty {
	int fd;                /* -1 = not open */
	struct termios found;  /* how it was */
	bool is_raw;
	int stdio[TTY_STDIO];  /* where 0, 1, 2 are kept while the screen is on */
};

enum tty_state {
	TTY_OK,
	TTY_WAIT, /* nothing to read, or no room to write: ask poll(2) */
	TTY_GONE, /* hung up; it does not come back */
};

/* Opens the terminal that controls the process, else the one on stdout. */
enum ll_err LL_MUST tty_open(struct tty *t, struct err *err);
void tty_close(struct tty *t); /* also leaves raw mode; accepts one that is not open */

/* Raw mode; 0, 1 and 2 are /dev/null until tty_leave(), so that no library writes on the screen. */
enum ll_err LL_MUST tty_enter(struct tty *t, struct err *err);
void tty_leave(struct tty *t);

/* False when the terminal does not know; rows and cols are then untouched. */
bool tty_size(const struct tty *t, int *rows, int *cols);
/* *got bytes; TTY_OK with at least one. */
enum tty_state tty_read(const struct tty *t, char *at, size_t cap, size_t *got);
/* One write(2); what was not taken stays in *rest. */
enum tty_state tty_write(const struct tty *t, struct str *rest);
/* Waits for room, but not for ever: a terminal that is stopped must not keep us from ending. */
void tty_write_last(const struct tty *t, struct str bytes);
/* Reads and drops what comes first, if it comes soon. */
void tty_swallow(const struct tty *t, int patience_ms);

/* From now on a crash, an abort or ll_fatal_restore() writes `rescue` and puts the terminal back as it was
 * found, before the process ends the way it would have. One terminal a process. */
void tty_guard(struct tty *t, struct str rescue);
void tty_unguard(void);

#endif
