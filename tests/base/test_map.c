/* SPDX-License-Identifier: Apache-2.0 */
/* The hash map against a plain table, and without memory. */
#include "tests/support/suite.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/map.h"

enum { KEYS = 3000 };

static struct str key_of(size_t n, char text[32])
{
	int len = snprintf(text, 32, "%.*s%zu", (int)(n % 20), "a-longish-key-prefix", n);

	return (struct str){ text, (size_t)len };
}

/* KEYS possible keys; wanted[n] is 0 for one that is absent. */
static void check_against(const struct map *m, const uint64_t wanted[KEYS])
{
	const struct map_slot *slot;
	size_t present = 0, visited = 0;
	uint64_t value;
	char text[32];

	for (size_t n = 0; n < KEYS; n++) {
		assert_int_equal(map_find(m, key_of(n, text), &value), wanted[n] != 0);
		if (wanted[n])
			assert_int_equal(value, wanted[n]);
		present += wanted[n] != 0;
	}
	for (size_t i = 0; map_next(m, &i, &slot); visited++)
		assert_true(map_find(m, slot->key, &value) && value == slot->value);
	assert_int_equal(visited, present);
	assert_int_equal(m->count, present);
}

static void map_put__agrees__with_plain_table(void **state)
{
	static uint64_t wanted[KEYS];
	uint64_t seed = 5;
	struct map m;
	char text[32];

	(void)state;
	map_init(&m);
	for (int round = 0; round < 2; round++) {
		memset(wanted, 0, sizeof(wanted));
		check_against(&m, wanted);
		for (int i = 0; i < 4000; i++) {
			size_t n = test_random(&seed) % KEYS;

			wanted[n] = test_random(&seed) | 1;
			assert_int_equal(map_put(&m, key_of(n, text), wanted[n]), LL_OK);
		}
		check_against(&m, wanted);
		map_clear(&m);
	}
	map_release(&m);
}

static void map_at__counts__in_place(void **state)
{
	struct map m = { 0 };
	bool is_new;
	uint64_t value;

	(void)state;
	for (uint64_t i = 0; i < 5; i++) {
		uint64_t *at = map_at(&m, STR("word"), &is_new);

		assert_non_null(at);
		assert_int_equal(is_new, i == 0);
		assert_int_equal((*at)++, i);
	}
	assert_true(map_find(&m, STR("word"), &value) && value == 5);
	assert_non_null(map_at(&m, (struct str){ NULL, 0 }, &is_new));
	assert_true(map_find(&m, STR(""), &value) && value == 0);
	assert_non_null(map_at(&m, STR("a\0b"), &is_new));
	assert_false(map_find(&m, STR("a"), &value));
	map_release(&m);
	map_release(&m);
}

/* Whichever allocation fails, what was put before stays and nothing else is there. */
static void map_put__keeps__rest_when_memory_fails(void **state)
{
	char text[32];
	bool is_whole = false;

	(void)state;
	for (uint64_t nth = 1; !is_whole; nth++) {
		static uint64_t wanted[KEYS];
		struct map m = { 0 };
		enum ll_err code;

		memset(wanted, 0, sizeof(wanted));
		fault_arm(FAULT_ALLOC, nth, false);
		for (size_t n = 0; n < 500; n++) {
			code = map_put(&m, key_of(n, text), n + 1);
			if (code == LL_OK)
				wanted[n] = n + 1;
			else
				assert_int_equal(code, LL_ENOMEM);
		}
		is_whole = fault_disarm() < nth;
		check_against(&m, wanted);
		map_release(&m);
		assert_true(nth < 100);
	}
}

SUITE(map,
	cmocka_unit_test(map_put__agrees__with_plain_table),
	cmocka_unit_test(map_at__counts__in_place),
	cmocka_unit_test(map_put__keeps__rest_when_memory_fails));
