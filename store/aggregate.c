/* SPDX-License-Identifier: Apache-2.0 */
/* The hash behind every sum, and checked addition of sums. */
#include "store/aggregate.h"

#include "base/mem.h"

#define FIRST_SLOTS 256u
#define MAX_GROUPS (UINT32_C(1) << 27)

static uint64_t key_hash(const struct group_key *key)
{
	uint64_t h = (uint64_t)key->bucket_ns;

	for (size_t i = 0; i < SPEND_MAX_DIMS; i++) {
		h = (h ^ (h >> 32)) * UINT64_C(0x9E3779B97F4A7C15);
		h += (uint64_t)key->ids[i];
	}
	h = (h ^ (h >> 29)) * UINT64_C(0xBF58476D1CE4E5B9);
	return h ^ (h >> 32);
}

static bool key_eq(const struct group_key *a, const struct group_key *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* The slot that holds the key, or the empty one where it belongs. */
static size_t find_slot(const struct aggregate *a, const struct group_key *key)
{
	size_t mask = a->slot_count - 1;
	size_t at = (size_t)key_hash(key) & mask;

	while (a->slots[at] && !key_eq(&a->groups[a->slots[at] - 1].key, key))
		at = (at + 1) & mask;
	return at;
}

static bool grow_slots(struct aggregate *a)
{
	size_t count = a->slot_count ? a->slot_count * 2 : FIRST_SLOTS;
	uint32_t *slots = ll_try_alloc(count * sizeof(*slots));

	if (!slots)
		return false;
	ll_free(a->slots);
	a->slots = slots;
	a->slot_count = count;
	for (size_t i = 0; i < a->count; i++)
		a->slots[find_slot(a, &a->groups[i].key)] = (uint32_t)i + 1;
	return true;
}

static bool grow_groups(struct aggregate *a)
{
	size_t cap = a->cap ? a->cap * 2 : FIRST_SLOTS / 2;
	struct group *groups;

	if (cap > MAX_GROUPS)
		return false;
	groups = ll_try_realloc(a->groups, cap * sizeof(*groups));
	if (!groups)
		return false;
	a->groups = groups;
	a->cap = cap;
	return true;
}

/* Room for one group more, slots at most half full. */
static bool has_room(struct aggregate *a)
{
	if (a->count == a->cap && !grow_groups(a))
		return false;
	return (a->count + 1) * 2 <= a->slot_count || grow_slots(a);
}

struct usage_sum *aggregate_at(struct aggregate *a, const struct group_key *key)
{
	size_t at;

	if (!has_room(a))
		return NULL;
	at = find_slot(a, key);
	if (!a->slots[at]) {
		a->groups[a->count] = (struct group){ .key = *key };
		a->slots[at] = (uint32_t)++a->count;
	}
	return &a->groups[a->slots[at] - 1].sum;
}

void aggregate_clear(struct aggregate *a)
{
	a->count = 0;
	if (a->slots)
		memset(a->slots, 0, a->slot_count * sizeof(*a->slots));
}

void aggregate_release(struct aggregate *a)
{
	ll_free(a->groups);
	ll_free(a->slots);
	*a = (struct aggregate){ 0 };
}

/* A usage_sum is nothing but 64-bit counts, so that adding it word by word forgets none. */
#define SUM_WORDS (sizeof(struct usage_sum) / sizeof(int64_t))
_Static_assert(sizeof(struct usage_sum) % sizeof(int64_t) == 0, "usage_sum is all int64_t");

union sum_words {
	struct usage_sum sum;
	int64_t at[SUM_WORDS];
};

enum ll_err usage_sum_add(struct usage_sum *sum, const struct usage_sum *more)
{
	int64_t *into = ((union sum_words *)sum)->at;
	const int64_t *from = ((const union sum_words *)more)->at;
	bool overflow = false;

	for (size_t i = 0; i < SUM_WORDS; i++)
		overflow |= __builtin_add_overflow(into[i], from[i], &into[i]);
	return overflow ? LL_EOVERFLOW : LL_OK;
}

enum ll_err usage_sum_subtract(struct usage_sum *sum, const struct usage_sum *less)
{
	int64_t *into = ((union sum_words *)sum)->at;
	const int64_t *from = ((const union sum_words *)less)->at;
	bool overflow = false;

	for (size_t i = 0; i < SUM_WORDS; i++)
		overflow |= __builtin_sub_overflow(into[i], from[i], &into[i]);
	return overflow ? LL_EOVERFLOW : LL_OK;
}
