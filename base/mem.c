/* SPDX-License-Identifier: Apache-2.0 */
/* Zeroed memory, from an allocator that tests can make fail. */
#include "base/mem.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

static _Atomic(void (*)(void)) restore_hook;

static _Noreturn void out_of_memory(size_t size)
{
	ll_fatal_restore();
	fprintf(stderr, "llmlab: out of memory (%zu bytes more were needed)\n", size);
	exit(1);
}

void *ll_alloc(size_t size)
{
	void *at = calloc(1, size ? size : 1);

	if (!at)
		out_of_memory(size);
	return at;
}

void *ll_try_alloc(size_t size)
{
	if (fault_here(FAULT_ALLOC))
		return NULL;
	return calloc(1, size ? size : 1);
}

void *ll_try_realloc(void *at, size_t size)
{
	if (fault_here(FAULT_ALLOC))
		return NULL;
	return realloc(at, size ? size : 1);
}

char *ll_strdup(const char *cstr)
{
	size_t size = strlen(cstr) + 1;

	return memcpy(ll_alloc(size), cstr, size);
}

void ll_free(void *at)
{
	free(at);
}

void ll_on_fatal(void (*restore)(void))
{
	atomic_store(&restore_hook, restore);
}

void ll_fatal_restore(void)
{
	void (*restore)(void) = atomic_exchange(&restore_hook, NULL);

	if (restore)
		restore();
}
