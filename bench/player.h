/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A full-screen program that is given keys on a pseudo-terminal, and what became of each: the
 * dashboard, and others that get the same things to do.
 */
#ifndef LLMLAB_BENCH_PLAYER_H
#define LLMLAB_BENCH_PLAYER_H

#include "bench/pty.h"

#define PLAYER_ARGS_MAX 4
#define PLAYER_SAMPLES_MAX 1024

/* Steps that are timed one by one. */
enum act {
	ACT_ROW,
	ACT_PAGE,
	ACT_LETTER, /* of a filter or a search */
	ACT_RESIZE,
};
#define ACTS 4

struct part {
	const char *name;                   /* as it is found in PATH */
	const char *args[PLAYER_ARGS_MAX];  /* NULL-ended; "FILE" is the file it is to show */
	const char *down, *up, *page_down, *page_up; /* bytes of the keys */
	const char *filter, *word, *leave;  /* opens the filter; is typed into it; closes it */
};

struct samples {
	double first_ms[PLAYER_SAMPLES_MAX]; /* from the key to the first byte of what it caused */
	double last_ms[PLAYER_SAMPLES_MAX];  /* to the last one */
	double bytes[PLAYER_SAMPLES_MAX];
	double reads[PLAYER_SAMPLES_MAX];    /* that the bytes took */
	size_t count;
	size_t unanswered;                   /* steps that caused none */
};

/* Keys that are held down while the terminal takes 14,400 bytes a second. */
struct hold {
	double ms;     /* from the last key to the last byte */
	double frames; /* that its own one had to wait behind, the one under way among them */
};

struct player {
	const struct part *part;
	struct pty pty;
	double paint_ms;     /* from its start until it showed the word, and what came with it */
	struct samples acts[ACTS];
	struct usage rest;   /* of a while without keys */
	size_t rest_bytes;
	struct hold row, page;
};

/* Starts it and waits until it shows the word (NULL = anything) and has come to rest. */
enum ll_err LL_MUST player_start(struct player *p, const struct part *part,
	const struct child *program, const char *word, struct err *err);
void player_stop(struct player *p); /* accepts a zeroed struct */
/* Adds to the samples of the act. */
void player_act(struct player *p, enum act act);
/* All of them at the same time. */
void players_rest(struct player *players, size_t count, int64_t rest_ns);
void player_hold(struct player *p);

#endif
