/* SPDX-License-Identifier: Apache-2.0 */
/* Open addressing with linear steps; at most three quarters full. */
#include "base/map.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/mem.h"

#define FIRST_CAP 16 /* a power of two, as every later one */

static uint64_t slot_hash(struct str key)
{
	uint64_t hash = map_hash(key);

	return hash ? hash : 1;
}

/* The slot that has the key, or the empty one where it belongs. */
static struct map_slot *probe(struct map_slot *slots, size_t cap, uint64_t hash, struct str key)
{
	size_t i = hash & (cap - 1);

	while (slots[i].hash && !(slots[i].hash == hash && str_eq(slots[i].key, key)))
		i = (i + 1) & (cap - 1);
	return &slots[i];
}

static enum ll_err grow(struct map *m)
{
	size_t cap = m->cap ? m->cap * 2 : FIRST_CAP;
	struct map_slot *slots;

	if (cap > SIZE_MAX / 2 / sizeof(*slots))
		return LL_ENOMEM;
	slots = ll_try_alloc(cap * sizeof(*slots));
	if (!slots)
		return LL_ENOMEM;
	for (size_t i = 0; i < m->cap; i++)
		if (m->slots[i].hash)
			*probe(slots, cap, m->slots[i].hash, m->slots[i].key) = m->slots[i];
	ll_free(m->slots);
	m->slots = slots;
	m->cap = cap;
	return LL_OK;
}

void map_init(struct map *m)
{
	*m = (struct map){ 0 };
}

void map_release(struct map *m)
{
	ll_free(m->slots);
	arena_release(&m->keys);
	map_init(m);
}

void map_clear(struct map *m)
{
	if (m->cap)
		memset(m->slots, 0, m->cap * sizeof(*m->slots));
	m->count = 0;
	arena_clear(&m->keys);
}

bool map_find(const struct map *m, struct str key, uint64_t *value)
{
	const struct map_slot *slot;

	if (!m->count)
		return false;
	slot = probe(m->slots, m->cap, slot_hash(key), key);
	if (!slot->hash)
		return false;
	*value = slot->value;
	return true;
}

enum ll_err map_put(struct map *m, struct str key, uint64_t value)
{
	bool is_new;
	uint64_t *at = map_at(m, key, &is_new);

	if (!at)
		return LL_ENOMEM;
	*at = value;
	return LL_OK;
}

uint64_t *map_at(struct map *m, struct str key, bool *is_new)
{
	uint64_t hash = slot_hash(key);
	struct map_slot *slot;
	struct str own;

	if (m->count >= m->cap / 4 * 3 && grow(m) != LL_OK)
		return NULL;
	slot = probe(m->slots, m->cap, hash, key);
	*is_new = !slot->hash;
	if (*is_new) {
		own = arena_str(&m->keys, key);
		if (!own.at)
			return NULL;
		*slot = (struct map_slot){ .hash = hash, .key = own };
		m->count++;
	}
	return &slot->value;
}

bool map_next(const struct map *m, size_t *i, const struct map_slot **slot)
{
	while (*i < m->cap) {
		*slot = &m->slots[(*i)++];
		if ((*slot)->hash)
			return true;
	}
	return false;
}

uint64_t map_hash(struct str key)
{
	return XXH3_64bits(key.at, key.len);
}
