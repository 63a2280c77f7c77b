/* SPDX-License-Identifier: Apache-2.0 */
/* Money and decimals: exact in, exact out, checked sums. */
#include "tests/support/suite.h"

#include "model/decimal.h"
#include "model/usd.h"

static struct usd parsed(const char *text)
{
	struct usd amount = usd_of_nanos(-77);

	if (!usd_parse(str_of(text), &amount))
		fail_msg("'%s' was refused", text);
	return amount;
}

static void check_parse(const char *text, int64_t nanos)
{
	if (usd_nanos(parsed(text)) != nanos)
		fail_msg("'%s' was read as %lld nanos", text, (long long)usd_nanos(parsed(text)));
}

static void check_written(void (*add)(struct buf *, struct usd), int64_t nanos, const char *wanted)
{
	struct buf b = BUF_INIT(64);

	add(&b, usd_of_nanos(nanos));
	assert_int_equal(buf_status(&b), LL_OK);
	assert_string_equal(b.at, wanted);
	buf_release(&b);
}

static void usd_parse__reads__numbers_as_json_writes_them(void **state)
{
	(void)state;
	check_parse("0", 0);
	check_parse("-0.0", 0);
	check_parse("1", 1000000000);
	check_parse("+1.5", 1500000000);
	check_parse("0.6982101000000001", 698210100);
	check_parse("0.0000000009", 1);
	check_parse("1e-7", 100);
	check_parse("1.25E2", 125000000000);
	check_parse("-2.5e-9", -2);
	check_parse(".5", 500000000);
	check_parse("5.", 5000000000);
	check_parse("000123e-3", 123000000);
	check_parse("0e999999999999", 0);
	check_parse("1e-999999999999", 0);
	check_parse("9223372036.854775807", INT64_MAX);
	check_parse("-9223372036.854775808", INT64_MIN);
	check_parse("9223372036.8547758074999999999999999999999999", INT64_MAX);
	check_parse("0.00000000000000000000000000000000000000000000000012345e49", 1234500000);
	check_parse("123450000000000000000000000000000000000000000e-44", 1234500000);
}

static void usd_parse__rounds__half_to_even(void **state)
{
	(void)state;
	check_parse("0.0000000005", 0);
	check_parse("0.00000000050000000000000000001", 1);
	check_parse("0.0000000015", 2);
	check_parse("0.0000000025", 2);
	check_parse("0.0000000035", 4);
	check_parse("-0.0000000015", -2);
	check_parse("-0.0000000025", -2);
	check_parse("0.00000000249999999999999", 2);
	check_parse("0.00000000005", 0);
	check_parse("0.00000000009", 0);
	check_parse("0.9999999995", 1000000000);
}

static void usd_parse__refuses__what_is_no_number_or_out_of_range(void **state)
{
	static const char *const bad[] = {
		"", "-", "+", ".", "-.", "e5", "1e", "1e+", "1e5x", "1.2.3", "1,000", " 1", "1 ",
		"0x10", "NaN", "inf", "--1", "9223372036.854775808", "-9223372036.854775809",
		"9223372036.8547758075", "1e10", "1e999999999999", "99999999999999999999",
	};
	struct usd amount = usd_of_nanos(5);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (usd_parse(str_of(bad[i]), &amount))
			fail_msg("'%s' was read", bad[i]);
		assert_int_equal(usd_nanos(amount), 5);
	}
}

static void usd_add_exact__returns__to_the_same_amount(void **state)
{
	struct buf b = BUF_INIT(64);
	uint64_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t nanos = (int64_t)test_random(&seed) >> (test_random(&seed) % 63);

		buf_clear(&b);
		usd_add_exact(&b, usd_of_nanos(nanos));
		check_parse(b.at, nanos);
	}
	buf_release(&b);
}

static void usd_add_exact__writes__as_many_decimals_as_needed(void **state)
{
	(void)state;
	check_written(usd_add_exact, 0, "0.00");
	check_written(usd_add_exact, 13554107050, "13.55410705");
	check_written(usd_add_exact, -1200000000, "-1.20");
	check_written(usd_add_exact, -1, "-0.000000001");
	check_written(usd_add_exact, 1000000000000, "1000.00");
	check_written(usd_add_exact, INT64_MAX, "9223372036.854775807");
	check_written(usd_add_exact, INT64_MIN, "-9223372036.854775808");
}

static void usd_add_short__writes__for_people(void **state)
{
	(void)state;
	check_written(usd_add_short, 0, "$0.00");
	check_written(usd_add_short, 1234560000000, "$1,234.56");
	check_written(usd_add_short, -1200000000, "-$1.20");
	check_written(usd_add_short, 1200000, "$0.0012");
	check_written(usd_add_short, 1234567, "$0.001235");
	check_written(usd_add_short, 1, "$0.000000001");
	check_written(usd_add_short, -12345, "-$0.00001234"); /* the tie goes to the even digit */
	check_written(usd_add_short, 9999500, "$0.01");
	check_written(usd_add_short, 9999400, "$0.009999");
	check_written(usd_add_short, 10000000, "$0.01");
	check_written(usd_add_short, 15000000, "$0.02");
	check_written(usd_add_short, 25000000, "$0.02");
	check_written(usd_add_short, 999995000000, "$1,000.00");
	check_written(usd_add_short, INT64_MIN, "-$9,223,372,036.85");
}

static void usd_add__refuses__overflow_and_keeps_the_sum(void **state)
{
	struct usd sum = usd_of_nanos(INT64_MAX - 1);

	(void)state;
	assert_int_equal(usd_add(&sum, usd_of_nanos(1)), LL_OK);
	assert_int_equal(usd_add(&sum, usd_of_nanos(1)), LL_EOVERFLOW);
	assert_int_equal(usd_nanos(sum), INT64_MAX);
	sum = usd_of_nanos(INT64_MIN + 1);
	assert_int_equal(usd_sub(&sum, usd_of_nanos(1)), LL_OK);
	assert_int_equal(usd_sub(&sum, usd_of_nanos(1)), LL_EOVERFLOW);
	assert_int_equal(usd_nanos(sum), INT64_MIN);
	assert_true(usd_cmp(sum, USD_ZERO) < 0 && usd_cmp(USD_ZERO, sum) > 0);
	assert_int_equal(usd_cmp(sum, sum), 0);
}

static void decimal_divide__rounds__half_to_even(void **state)
{
	(void)state;
	assert_true(decimal_divide(5, 10) == 0 && decimal_divide(15, 10) == 2);
	assert_true(decimal_divide(-5, 10) == 0 && decimal_divide(-15, 10) == -2);
	assert_true(decimal_divide(14, 10) == 1 && decimal_divide(-16, 10) == -2);
	assert_true(decimal_divide(INT64_MAX, 1) == INT64_MAX);
}

SUITE(usd, cmocka_unit_test(usd_parse__reads__numbers_as_json_writes_them),
	cmocka_unit_test(usd_parse__rounds__half_to_even),
	cmocka_unit_test(usd_parse__refuses__what_is_no_number_or_out_of_range),
	cmocka_unit_test(usd_add_exact__returns__to_the_same_amount),
	cmocka_unit_test(usd_add_exact__writes__as_many_decimals_as_needed),
	cmocka_unit_test(usd_add_short__writes__for_people),
	cmocka_unit_test(usd_add__refuses__overflow_and_keeps_the_sum),
	cmocka_unit_test(decimal_divide__rounds__half_to_even));
