/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/lock.h"
#include "store/role.h"
#include "tests/support/suite.h"

static void lock_take__waits_and_names_the_holder(void **state)
{
	const char *dir = test_dir();
	struct lock held, wanted;
	struct err err = { 0 };
	char pid[32];
	int64_t before_ns;
	(void)state;

	assert_ok(lock_open(&held, dir, &err), &err);
	assert_ok(lock_open(&wanted, dir, &err), &err);
	assert_ok(lock_take(&held, 0, &err), &err);
	before_ns = clock_mono_ns();
	assert_int_equal(lock_take(&wanted, 20, &err), LL_EBUSY);
	assert_true(clock_mono_ns() - before_ns >= 20 * NS_PER_MS);
	snprintf(pid, sizeof(pid), "process %ld", (long)getpid());
	assert_non_null(strstr(err.msg, pid));
	lock_give(&held);
	assert_ok(lock_take(&wanted, 0, &err), &err);
	lock_close(&wanted);
	assert_ok(lock_take(&held, 0, &err), &err);
	lock_close(&held);
	lock_close(&held);
}

static void role_take__is_given_to_one_at_a_time(void **state)
{
	const char *dir = test_dir();
	struct store_role first = STORE_ROLE_NONE, second = STORE_ROLE_NONE;
	(void)state;

	assert_true(store_role_take(&first, dir));
	assert_true(store_role_take(&first, dir));
	assert_false(store_role_take(&second, dir));
	store_role_give(&first);
	assert_true(store_role_take(&second, dir));
	assert_false(store_role_take(&first, dir));
	store_role_give(&second);
	assert_false(store_role_take(&first, "/nowhere/at/all"));
	store_role_give(&first);
}

SUITE(lock,
	cmocka_unit_test(lock_take__waits_and_names_the_holder),
	cmocka_unit_test(role_take__is_given_to_one_at_a_time));
