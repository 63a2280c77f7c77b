/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program on a pseudo-terminal that is infinitely fast (or as slow as is wanted), and when its
 * bytes come. The terminal draws nothing; it answers the questions that xterm answers, so that
 * nobody waits for it in vain.
 */
#ifndef LLMLAB_BENCH_PTY_H
#define LLMLAB_BENCH_PTY_H

#include "base/buf.h"
#include "bench/child.h"

#define PTY_COLS 120
#define PTY_ROWS 36

struct pty {
	int fd;               /* -1 = none */
	pid_t pid;
	int64_t start_ns;     /* of the program, monotonic as all times here */
	int64_t bytes_per_s;  /* what it takes; 0 = all at once */
	bool has_ended;       /* the program has closed its side */
	struct buf text;      /* what came since the last pty_clear() */
	size_t answered;      /* up to here in it */
};

/* Bytes that came without a pause. */
struct burst {
	int64_t first_ns, last_ns; /* when they were read; 0 = none came */
	size_t bytes, reads;
};

/* Of the program, argv and env are used; the environment says that this is an xterm. */
enum ll_err LL_MUST pty_start(struct pty *p, const struct child *program, struct err *err);
void pty_stop(struct pty *p); /* as a closed window does; accepts one that never started */

void pty_send(const struct pty *p, struct str bytes);
void pty_resize(const struct pty *p, int cols, int rows);
/* Reads what is there or comes before until_ns; false when nothing does. */
bool pty_read(struct pty *p, int64_t until_ns);
/* Reads until nothing has come for a while, or nothing at all for so long. */
struct burst pty_burst(struct pty *p, int64_t patience_ns);
/* Forgets what came, and what is there to be read. */
void pty_clear(struct pty *p);
/* How often the bytes are in the text. */
size_t pty_count(const struct pty *p, struct str what);

#endif
