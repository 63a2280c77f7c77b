/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who has written something, by inotify: to the store, or to the logs that are followed. Nothing
 * is ever polled for.
 */
#ifndef LLMLAB_APP_WATCH_H
#define LLMLAB_APP_WATCH_H

#include "base/err.h"
#include "base/str.h"

enum watch_news {
	WATCH_COMMIT = 1 << 0, /* somebody committed */
	WATCH_STORE = 1 << 1,  /* the store came, went or was replaced */
	WATCH_LOGS = 1 << 2,
};

struct watch {
	int fd;         /* to be polled; -1 = this system gives us none, and nothing is ever seen */
	int commits;    /* watch descriptors; -1 = none */
	int store;
};

void watch_open(struct watch *w);
void watch_close(struct watch *w);
/* Follows the commits of a store, or, where there is none yet, waits for it to be made. */
void watch_store(struct watch *w, const char *dir, const char *generation);
/* Follows a directory and those below. May be called again, to find new ones; from another thread too. */
void watch_tree(const struct watch *w, const char *dir);
/* enum watch_news, of what has happened since the last call. */
unsigned watch_read(const struct watch *w);

#endif
