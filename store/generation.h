/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STORE/generation: a count of commits in 8 bytes, written after each one, so that other
 * processes that watch the file learn of it when it can be read. Raised while write.lock is
 * held, so that no count is lost.
 */
#ifndef LLMLAB_STORE_GENERATION_H
#define LLMLAB_STORE_GENERATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct generation {
	int fd; /* -1: there is no such file (read-only store) */
	char path[512];
};

/* Makes the file when missing, unless `read_only`. */
enum ll_err LL_MUST generation_open(struct generation *g, const char *dir, bool read_only,
	struct err *err);
void generation_close(struct generation *g);
uint64_t generation_get(const struct generation *g);
/* A failure is only logged: the commit has happened, watchers see it with the next one. */
void generation_raise(struct generation *g);

#endif
