/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear steps, at most three quarters full; the place is from fp.lo. */
#include "ingest/occurrence.h"

#include "base/mem.h"

#define FIRST_CAP 1024 /* a power of two, as every later one */
#define COUNT_BITS 20
#define COUNT_MAX ((UINT64_C(1) << COUNT_BITS) - 1)

/* Also the place after the table has grown: the tag holds the low bits that place it. */
static uint64_t tag_of(struct fingerprint row)
{
	uint64_t tag = row.lo << COUNT_BITS;

	return tag ? tag : UINT64_C(1) << COUNT_BITS;
}

static uint64_t *probe(uint64_t *slots, size_t cap, uint64_t tag)
{
	size_t i = (tag >> COUNT_BITS) & (cap - 1);

	while (slots[i] && (slots[i] & ~COUNT_MAX) != tag)
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

static enum ll_err grow(struct occurrences *o)
{
	size_t cap = o->cap ? o->cap * 2 : FIRST_CAP;
	uint64_t *slots = ll_try_alloc(cap * sizeof(*slots));

	if (!slots)
		return LL_ENOMEM;
	for (size_t i = 0; i < o->cap; i++)
		if (o->slots[i])
			*probe(slots, cap, o->slots[i] & ~COUNT_MAX) = o->slots[i];
	ll_free(o->slots);
	o->slots = slots;
	o->cap = cap;
	return LL_OK;
}

void occurrences_release(struct occurrences *o)
{
	ll_free(o->slots);
	*o = (struct occurrences){ 0 };
}

enum ll_err occurrence_count(struct occurrences *o, struct fingerprint row, uint32_t *before)
{
	uint64_t tag = tag_of(row), *slot;

	if (o->used >= o->cap / 4 * 3 && grow(o) != LL_OK)
		return LL_ENOMEM;
	slot = probe(o->slots, o->cap, tag);
	if (!*slot) {
		*slot = tag;
		o->used++;
	}
	*before = (uint32_t)(*slot & COUNT_MAX);
	if (*before == COUNT_MAX)
		return LL_ETOOBIG;
	*slot += 1;
	return LL_OK;
}
