/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation by moving a mark through a chain of blocks. */
#include "base/arena.h"

#include <stdalign.h>

#include "base/mem.h"

#define BLOCK_FIRST_BYTES (4u << 10)
#define BLOCK_LAST_BYTES (256u << 10)

struct arena_block {
	struct arena_block *next;
	size_t used, cap; /* of bytes[] */
	alignas(max_align_t) char bytes[];
};

static size_t aligned(size_t used, size_t align)
{
	return (used + align - 1) & ~(align - 1);
}

static bool has_room(const struct arena_block *block, size_t size, size_t align)
{
	size_t start;

	if (!block)
		return false;
	start = aligned(block->used, align);
	return start <= block->cap && size <= block->cap - start;
}

/* Makes a block for `size` bytes and puts it behind the current one. */
static struct arena_block *add_block(struct arena *a, size_t size)
{
	struct arena_block *block;
	size_t cap = a->current ? a->current->cap * 2 : BLOCK_FIRST_BYTES;

	if (cap > BLOCK_LAST_BYTES)
		cap = BLOCK_LAST_BYTES;
	if (cap < size)
		cap = size;
	if (cap > SIZE_MAX - sizeof(*block))
		return NULL;
	block = ll_try_alloc(sizeof(*block) + cap);
	if (!block)
		return NULL;
	block->cap = cap;
	if (a->current) {
		block->next = a->current->next;
		a->current->next = block;
	} else {
		a->first = block;
	}
	return block;
}

/* The block that has room, made current. A block kept by arena_clear() is reset here,
 * when its turn comes. */
static struct arena_block *find_block(struct arena *a, size_t size, size_t align)
{
	struct arena_block *block = a->current;

	if (has_room(block, size, align))
		return block;
	block = block ? block->next : NULL;
	if (block)
		block->used = 0;
	if (!has_room(block, size, align))
		block = add_block(a, size);
	if (block)
		a->current = block;
	return block;
}

static void *take(struct arena *a, size_t size, size_t align)
{
	struct arena_block *block;
	size_t start;

	if (a->max && size > a->max - a->used)
		return NULL;
	block = find_block(a, size, align);
	if (!block)
		return NULL;
	start = aligned(block->used, align);
	block->used = start + size;
	a->used += size;
	return block->bytes + start;
}

void arena_init(struct arena *a, size_t max)
{
	*a = (struct arena){ .max = max };
}

void arena_release(struct arena *a)
{
	for (struct arena_block *block = a->first, *next; block; block = next) {
		next = block->next;
		ll_free(block);
	}
	arena_init(a, a->max);
}

void arena_clear(struct arena *a)
{
	a->used = 0;
	a->current = a->first;
	if (a->first)
		a->first->used = 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *at = take(a, size, alignof(max_align_t));

	return at ? memset(at, 0, size) : NULL;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *at = s.len < SIZE_MAX ? take(a, s.len + 1, 1) : NULL;

	if (!at)
		return (struct str){ NULL, 0 };
	if (s.len)
		memcpy(at, s.at, s.len);
	at[s.len] = '\0';
	return (struct str){ at, s.len };
}
