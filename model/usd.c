/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of money that are checked, and amounts as text. */
#include "model/usd.h"

#include "model/decimal.h"

#define USD_PLACES 9
#define CENT_NANOS 10000000

/* Rounds to four significant digits: what is below one cent is shown with no more. */
static int64_t four_digits(int64_t nanos)
{
	int64_t unit = 1;

	while (nanos / unit >= 10000)
		unit *= 10;
	return (int64_t)decimal_divide(nanos, unit) * unit;
}

enum ll_err usd_add(struct usd *sum, struct usd amount)
{
	int64_t nanos;

	if (__builtin_add_overflow(sum->nanos, amount.nanos, &nanos))
		return LL_EOVERFLOW;
	sum->nanos = nanos;
	return LL_OK;
}

enum ll_err usd_sub(struct usd *sum, struct usd amount)
{
	int64_t nanos;

	if (__builtin_sub_overflow(sum->nanos, amount.nanos, &nanos))
		return LL_EOVERFLOW;
	sum->nanos = nanos;
	return LL_OK;
}

int usd_cmp(struct usd a, struct usd b)
{
	return (a.nanos > b.nanos) - (a.nanos < b.nanos);
}

bool usd_parse(struct str digits, struct usd *out)
{
	return decimal_parse(digits, USD_PLACES, &out->nanos, NULL);
}

void usd_add_exact(struct buf *b, struct usd amount)
{
	decimal_add(b, amount.nanos, USD_PLACES, 2);
}

void usd_add_short(struct buf *b, struct usd amount)
{
	bool is_small = amount.nanos > -CENT_NANOS && amount.nanos < CENT_NANOS;
	int64_t cents;

	if (amount.nanos < 0)
		buf_addch(b, '-');
	buf_addch(b, '$');
	if (is_small) {
		decimal_add(b, four_digits(amount.nanos < 0 ? -amount.nanos : amount.nanos),
			USD_PLACES, 2);
		return;
	}
	cents = (int64_t)decimal_divide(amount.nanos, CENT_NANOS);
	cents = cents < 0 ? -cents : cents;
	buf_add_grouped(b, cents / 100);
	buf_addf(b, ".%02d", (int)(cents % 100));
}
