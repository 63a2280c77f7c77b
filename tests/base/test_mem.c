/* SPDX-License-Identifier: Apache-2.0 */
/* The allocator, and the hook that gives the screen back. */
#include "tests/support/suite.h"

#include "base/fault.h"
#include "base/mem.h"

static int restored;

static void count_restore(void)
{
	restored++;
}

static void mem_alloc__zeroes__block(void **state)
{
	char *a = ll_alloc(300), *b = ll_try_alloc(300), *none = ll_try_alloc(0);
	static const char zeroes[300];

	(void)state;
	assert_memory_equal(a, zeroes, sizeof(zeroes));
	assert_memory_equal(b, zeroes, sizeof(zeroes));
	assert_non_null(none);
	ll_free(a);
	ll_free(b);
	ll_free(none);
	ll_free(NULL);
}

static void mem_try_alloc__fails__when_told(void **state)
{
	char *kept = ll_strdup("kept");

	(void)state;
	fault_arm(FAULT_ALLOC, 1, true);
	assert_null(ll_try_alloc(8));
	assert_null(ll_try_realloc(kept, 1000));
	assert_int_equal(fault_disarm(), 2);
	assert_string_equal(kept, "kept");
	kept = ll_try_realloc(kept, 1000);
	assert_string_equal(kept, "kept");
	ll_free(kept);
}

static void mem_fatal_restore__calls__hook_once(void **state)
{
	(void)state;
	ll_fatal_restore();
	ll_on_fatal(count_restore);
	ll_fatal_restore();
	ll_fatal_restore();
	assert_int_equal(restored, 1);
}

SUITE(mem,
	cmocka_unit_test(mem_alloc__zeroes__block),
	cmocka_unit_test(mem_try_alloc__fails__when_told),
	cmocka_unit_test(mem_fatal_restore__calls__hook_once));
