/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The built program on a pseudo-terminal, with libvterm as the terminal. Nothing sleeps: under
 * LLMLAB_TUI_TEST the program says when it has read everything and has nothing left to do, in terms of
 * the bytes that it has read, so an old mark is never taken for a new one.
 */
#ifndef LLMLAB_TESTS_APP_PTY_H
#define LLMLAB_TESTS_APP_PTY_H

#include <sys/types.h>
#include <termios.h>
#include <vterm.h>

#include "base/buf.h"

#define PTY_ENV_MAX 12
#define PTY_COLS_MAX 400

struct pty_options {
	const char *home;                /* HOME, and where the program is started */
	const char *words;               /* after the program's name, parted by blanks */
	int rows, cols;
	const char *env[PTY_ENV_MAX];    /* more "NAME=value" */
	bool has_shell;                  /* a job of a shell, so that it can be suspended */
	bool is_mute;                    /* a terminal that answers no question */
};

struct pty {
	int master;
	pid_t pid;                       /* of the program, or of its shell */
	VTerm *vt;
	VTermScreen *screen;
	int rows, cols;
	bool is_mute;
	int stopped, go;                 /* pipes of the shell: says "stopped", is told to continue */

	uint64_t sent;                   /* bytes, answers of the terminal included */
	uint64_t idle_sent;              /* of the newest mark */
	int idle_rows, idle_cols;
	uint64_t received;               /* bytes of the program, marks left out */
	struct buf tail;                 /* a mark that is cut in two */

	bool is_alternate, is_cursor_on;
	int mouse;                       /* VTERM_PROP_MOUSE_... */
	struct termios before;
	bool has_ended;
	int status;                      /* exit status; 128 + n for a signal */
};

void pty_start(struct pty *p, const struct pty_options *options);
/* Kills what still runs. Accepts one that was not started. */
void pty_stop(struct pty *p);

void pty_send(struct pty *p, struct str bytes);
void pty_type(struct pty *p, const char *text); /* and waits until it has been acted on */
void pty_settle(struct pty *p);
void pty_resize(struct pty *p, int rows, int cols); /* and waits until it shows */
/* Waits until the text is on the screen. */
void pty_wait_text(struct pty *p, const char *text);
/* The shell says that the program has stopped; it is told to continue it. */
void pty_wait_stopped(struct pty *p);
void pty_continue(struct pty *p);
void pty_signal(struct pty *p, int sig);
/* The end of the program; the exit status. */
int pty_wait_end(struct pty *p);
/* The terminal goes away; the exit status. */
int pty_hang_up(struct pty *p);

bool pty_shows(const struct pty *p, const char *text);
void pty_text(const struct pty *p, struct buf *out); /* one line a row */
/* Fails unless alternate screen and mouse are off, the cursor on, and the settings as they were. */
void pty_assert_restored(const struct pty *p);

#endif
