/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena: many small allocations, dropped as a whole. One request, one batch,
 * one refresh owns one. Not safe to share between threads.
 */
#ifndef LLMLAB_BASE_ARENA_H
#define LLMLAB_BASE_ARENA_H

#include "base/str.h"

struct arena_block;

struct arena {
	struct arena_block *first, *current;
	size_t used; /* bytes handed out since the last clear */
	size_t max;  /* cap on `used`; 0 = none */
};

void arena_init(struct arena *a, size_t max);
void arena_release(struct arena *a); /* accepts a zeroed struct */
void arena_clear(struct arena *a);   /* keeps the blocks for the next use */

/* Zeroed, aligned for any type. NULL when out of memory or past max. */
void *arena_alloc(struct arena *a, size_t size);
/* Copies the bytes and ends them with NUL; {NULL,0} on failure (and for len 0 a
 * non-NULL empty view, so that failure can be told apart). */
struct str arena_str(struct arena *a, struct str s);

#endif
