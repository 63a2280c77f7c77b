/* SPDX-License-Identifier: Apache-2.0 */
/* The growing buffer: its cap, and the failure that sticks. */
#include "tests/support/suite.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/fault.h"

static void buf_add__keeps__bytes_and_nul(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_add(&b, (struct str){ NULL, 0 });
	assert_string_equal(b.at, "");
	buf_addz(&b, "abc");
	buf_addch(&b, '-');
	buf_fill(&b, '=', 3);
	buf_add_i64(&b, INT64_MIN);
	buf_addf(&b, "%s%d", "x", 5);
	assert_string_equal(b.at, "abc-===-9223372036854775808x5");
	assert_int_equal(buf_status(&b), LL_OK);
	buf_clear(&b);
	assert_string_equal(b.at, "");
	buf_release(&b);
	assert_null(b.at);
	assert_int_equal(b.max, 1000);
}

static void buf_addf__grows__for_long_text(void **state)
{
	struct buf b = BUF_INIT(100000);

	(void)state;
	buf_addz(&b, "start ");
	buf_addf(&b, "%050d%5000s", 1, "end");
	assert_int_equal(b.len, 6 + 50 + 5000);
	assert_int_equal(strlen(b.at), b.len);
	assert_true(str_ends(buf_str(&b), STR(" end")));
	buf_release(&b);
}

static void buf_add__fails_for_good__past_cap(void **state)
{
	(void)state;
	for (size_t max = 0; max < 200; max++) {
		struct buf b = BUF_INIT(max);

		buf_fill(&b, 'a', max);
		assert_int_equal(buf_status(&b), LL_OK);
		assert_int_equal(b.len, max);
		assert_true(b.cap <= max + 1);
		buf_addch(&b, 'b');
		assert_int_equal(buf_status(&b), LL_ETOOBIG);
		buf_add(&b, (struct str){ NULL, 0 });
		buf_addf(&b, "%d", 1);
		assert_int_equal(b.len, max);
		buf_clear(&b);
		assert_int_equal(buf_status(&b), LL_OK);
		buf_release(&b);
	}
}

static void buf_addf__fails__past_cap(void **state)
{
	struct buf b = BUF_INIT(10);

	(void)state;
	buf_addz(&b, "12345");
	buf_addf(&b, "%d", 678901);
	assert_int_equal(buf_status(&b), LL_ETOOBIG);
	assert_string_equal(b.at, "12345");
	buf_release(&b);
}

static void buf_reserve__refuses__absurd_sizes(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX);

	(void)state;
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_int_equal(buf_status(&b), LL_ETOOBIG);
	buf_clear(&b);
	buf_addz(&b, "fine");
	assert_str(buf_str(&b), "fine");
	buf_release(&b);
}

static void buf_add__reports__no_memory(void **state)
{
	struct buf b = BUF_INIT(1000);

	(void)state;
	buf_addz(&b, "kept");
	fault_arm(FAULT_ALLOC, 1, false);
	buf_fill(&b, 'x', 500);
	assert_int_equal(fault_disarm(), 1);
	assert_int_equal(buf_status(&b), LL_ENOMEM);
	assert_str(buf_str(&b), "kept");
	buf_release(&b);
}

static void buf_add_grouped__puts__comma_every_three(void **state)
{
	static const struct {
		int64_t v;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 999, "999" }, { 1000, "1,000" }, { -999, "-999" },
		{ -1234567, "-1,234,567" }, { INT64_MAX, "9,223,372,036,854,775,807" },
		{ INT64_MIN, "-9,223,372,036,854,775,808" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_INIT(64);

		buf_add_grouped(&b, cases[i].v);
		assert_string_equal(b.at, cases[i].text);
		buf_release(&b);
	}
}

static void buf_add__equals__plain_copy(void **state)
{
	enum { TOTAL = 50000 };
	static char wanted[TOTAL];
	struct buf b = BUF_INIT(TOTAL);
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < TOTAL; i++)
		wanted[i] = (char)test_random(&seed);
	while (b.len < TOTAL) {
		struct str rest = { wanted + b.len, TOTAL - b.len };

		buf_add(&b, str_head(rest, test_random(&seed) % 700));
	}
	assert_true(str_eq(buf_str(&b), (struct str){ wanted, TOTAL }));
	buf_release(&b);
}

SUITE(buf,
	cmocka_unit_test(buf_add__keeps__bytes_and_nul),
	cmocka_unit_test(buf_addf__grows__for_long_text),
	cmocka_unit_test(buf_add__fails_for_good__past_cap),
	cmocka_unit_test(buf_addf__fails__past_cap),
	cmocka_unit_test(buf_reserve__refuses__absurd_sizes),
	cmocka_unit_test(buf_add__reports__no_memory),
	cmocka_unit_test(buf_add_grouped__puts__comma_every_three),
	cmocka_unit_test(buf_add__equals__plain_copy));
