/* SPDX-License-Identifier: Apache-2.0 */
/* The fault hook. */
#include "tests/support/suite.h"

#include "base/fault.h"

static void fault_here__is_silent__when_off(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		assert_false(fault_here(FAULT_ALLOC));
	assert_int_equal(fault_disarm(), 0);
}

static void fault_here__fails__nth_visit_of_mask(void **state)
{
	(void)state;
	fault_arm(FAULT_ALLOC | FAULT_SQL, 3, false);
	assert_false(fault_here(FAULT_ALLOC));
	assert_false(fault_here(FAULT_FILE));
	assert_false(fault_here(FAULT_SQL));
	assert_true(fault_here(FAULT_ALLOC));
	assert_false(fault_here(FAULT_ALLOC));
	assert_int_equal(fault_disarm(), 4);
	assert_false(fault_here(FAULT_ALLOC));
}

static void fault_here__keeps_failing__when_sticky(void **state)
{
	(void)state;
	fault_arm(FAULT_FILE, 2, true);
	assert_false(fault_here(FAULT_FILE));
	for (int i = 0; i < 5; i++)
		assert_true(fault_here(FAULT_FILE));
	assert_int_equal(fault_disarm(), 6);
}

static void fault_here__only_counts__for_zero(void **state)
{
	(void)state;
	fault_arm(FAULT_FILE, 0, true);
	for (int i = 0; i < 5; i++)
		assert_false(fault_here(FAULT_FILE));
	assert_int_equal(fault_disarm(), 5);
}

SUITE(fault,
	cmocka_unit_test(fault_here__is_silent__when_off),
	cmocka_unit_test(fault_here__fails__nth_visit_of_mask),
	cmocka_unit_test(fault_here__keeps_failing__when_sticky),
	cmocka_unit_test(fault_here__only_counts__for_zero));
