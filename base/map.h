/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash map from bytes to a 64-bit value (open addressing, XXH3). The keys are
 * copied into the map's own arena. Not for identities that must not collide: the
 * full key is always compared. Not safe to share between threads.
 */
#ifndef LLMLAB_BASE_MAP_H
#define LLMLAB_BASE_MAP_H

#include "base/arena.h"
#include "base/err.h"

struct map_slot {
	uint64_t hash; /* 0 = empty */
	struct str key;
	uint64_t value;
};

struct map {
	struct map_slot *slots;
	size_t cap, count;
	struct arena keys;
};

void map_init(struct map *m);
void map_release(struct map *m); /* accepts a zeroed struct */
void map_clear(struct map *m);

bool map_find(const struct map *m, struct str key, uint64_t *value);
/* Adds or replaces. */
enum ll_err LL_MUST map_put(struct map *m, struct str key, uint64_t value);
/* A pointer to the value, made as 0 when new (*is_new says so); valid until the
 * next put. NULL when out of memory. */
uint64_t *map_at(struct map *m, struct str key, bool *is_new);

/* Visits in no order: for (size_t i = 0; map_next(m, &i, &slot);) */
bool map_next(const struct map *m, size_t *i, const struct map_slot **slot);

/* XXH3-64 of the bytes: in-memory hashing only, never stored, never an identity. */
uint64_t map_hash(struct str key);

#endif
