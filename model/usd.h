/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Money: whole nano-dollars, never floating point. 1 USD = 1e9 nanos. Range +-9.2e9 USD;
 * sums are checked. Only model/ looks inside `.nanos`; others use these functions.
 */
#ifndef LLMLAB_MODEL_USD_H
#define LLMLAB_MODEL_USD_H

#include "base/buf.h"

struct usd {
	int64_t nanos;
};

#define USD_ZERO ((struct usd){ 0 })

static inline struct usd usd_of_nanos(int64_t nanos)
{
	return (struct usd){ nanos };
}

static inline int64_t usd_nanos(struct usd amount)
{
	return amount.nanos;
}

/* *sum += amount; LL_EOVERFLOW leaves it as it was. */
enum ll_err LL_MUST usd_add(struct usd *sum, struct usd amount);
enum ll_err LL_MUST usd_sub(struct usd *sum, struct usd amount);
int usd_cmp(struct usd a, struct usd b);

/* A decimal number with optional exponent, as JSON writes it ("0.6982101000000001",
 * "1e-7"), rounded half-even to nanos. False when it is no number or out of range. */
bool usd_parse(struct str digits, struct usd *out);
/* Exact: as many of nine decimals as are needed, at least two: "13.55410705", "0.00". */
void usd_add_exact(struct buf *b, struct usd amount);
/* For people: "$1,234.56"; below one cent four significant digits: "$0.0012"; "$0.00" for
 * nothing; negative "-$1.20". Rounded half-even. */
void usd_add_short(struct buf *b, struct usd amount);

#endif
