/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory. Two schools, chosen by the call: ll_alloc() is for small fixed things
 * and ends the program with a sentence when there is none; ll_try_alloc() is for
 * store, ingest and everything sized by outsiders and may return NULL. Both
 * return zeroed memory. The fault hook (base/fault.h) can fail the second.
 */
#ifndef LLMLAB_BASE_MEM_H
#define LLMLAB_BASE_MEM_H

#include <stddef.h>

void *ll_alloc(size_t size) __attribute__((returns_nonnull, malloc));
void *ll_try_alloc(size_t size) __attribute__((malloc));
/* Grows or shrinks; the new part is not zeroed. NULL leaves the old block as it was. */
void *ll_try_realloc(void *at, size_t size);
char *ll_strdup(const char *cstr) __attribute__((returns_nonnull));
void ll_free(void *at);

/* Called once before an ll_alloc() failure or ll_bug() ends the program, so that a screen
 * can be restored first. */
void ll_on_fatal(void (*restore)(void));
/* Makes that call, for whoever is about to end the program. */
void ll_fatal_restore(void);

#endif
