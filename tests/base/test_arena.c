/* SPDX-License-Identifier: Apache-2.0 */
/* The arena: alignment, zeroes, its cap, and blocks that are used again. */
#include "tests/support/suite.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"

static bool is_zeroed(const char *at, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (at[i])
			return false;
	return true;
}

/* Every block is filled with a byte of its own; in the end all must still have it. */
static void fill_and_check(struct arena *a, uint64_t seed)
{
	enum { COUNT = 600 };
	static char *at[COUNT];
	static size_t size[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		size[i] = test_random(&seed) % (i % 50 == 0 ? 100000 : 600);
		at[i] = arena_alloc(a, size[i]);
		assert_non_null(at[i]);
		assert_int_equal((uintptr_t)at[i] % alignof(max_align_t), 0);
		assert_true(is_zeroed(at[i], size[i]));
		memset(at[i], (int)(i % 255 + 1), size[i]);
	}
	for (size_t i = 0; i < COUNT; i++)
		for (size_t k = 0; k < size[i]; k++)
			assert_int_equal((unsigned char)at[i][k], i % 255 + 1);
}

static void arena_alloc__gives__blocks_apart_and_zeroed(void **state)
{
	struct arena a = { 0 };

	(void)state;
	for (uint64_t round = 0; round < 4; round++) {
		fill_and_check(&a, round);
		arena_clear(&a);
	}
	arena_release(&a);
	arena_release(&a);
}

static void arena_clear__keeps__blocks(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 0);
	fill_and_check(&a, 9);
	arena_clear(&a);
	assert_int_equal(a.used, 0);
	fault_arm(FAULT_ALLOC, 1, true);
	fill_and_check(&a, 9);
	assert_int_equal(fault_disarm(), 0);
	arena_release(&a);
}

static void arena_alloc__stops__at_cap(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a, 100);
	assert_non_null(arena_alloc(&a, 60));
	assert_null(arena_alloc(&a, 41));
	assert_non_null(arena_alloc(&a, 40));
	assert_null(arena_alloc(&a, 1));
	assert_null(arena_str(&a, STR("")).at);
	arena_clear(&a);
	assert_non_null(arena_alloc(&a, 100));
	arena_release(&a);
	assert_int_equal(a.max, 100);
}

static void arena_alloc__refuses__absurd_sizes(void **state)
{
	struct arena a = { 0 };

	(void)state;
	assert_null(arena_alloc(&a, SIZE_MAX));
	assert_null(arena_alloc(&a, SIZE_MAX - 8));
	assert_null(arena_str(&a, (struct str){ "x", SIZE_MAX }).at);
	assert_non_null(arena_alloc(&a, 8));
	assert_null(arena_alloc(&a, SIZE_MAX));
	arena_release(&a);
}

static void arena_str__copies__with_nul(void **state)
{
	struct arena a = { 0 };
	char text[] = "text";
	struct str copy = arena_str(&a, str_of(text));
	struct str empty = arena_str(&a, (struct str){ NULL, 0 });

	(void)state;
	text[0] = 'n';
	assert_string_equal(copy.at, "text");
	assert_non_null(empty.at);
	assert_string_equal(empty.at, "");
	assert_int_equal(empty.len, 0);
	arena_release(&a);
}

static void arena_alloc__reports__no_memory(void **state)
{
	struct arena a = { 0 };

	(void)state;
	fault_arm(FAULT_ALLOC, 1, false);
	assert_null(arena_str(&a, STR("a")).at);
	assert_str(arena_str(&a, STR("b")), "b");
	fault_disarm();
	arena_release(&a);
}

SUITE(arena,
	cmocka_unit_test(arena_alloc__gives__blocks_apart_and_zeroed),
	cmocka_unit_test(arena_clear__keeps__blocks),
	cmocka_unit_test(arena_alloc__stops__at_cap),
	cmocka_unit_test(arena_alloc__refuses__absurd_sizes),
	cmocka_unit_test(arena_str__copies__with_nul),
	cmocka_unit_test(arena_alloc__reports__no_memory));
