/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decimal text to scaled integers and back, without floating point: 0.25 at 9 places is
 * 250,000,000. Money, rates and multipliers are all read and written here.
 */
#ifndef LLMLAB_MODEL_DECIMAL_H
#define LLMLAB_MODEL_DECIMAL_H

#include "base/buf.h"

/* The whole view is one number as JSON or a spreadsheet writes it: "12", "-0.5", ".5",
 * "1e-7". *out is the number times 10^places, rounded half-even; *is_exact (may be NULL)
 * tells whether nothing was rounded away. False when it is no number or out of range; both
 * are then untouched. */
bool decimal_parse(struct str text, int places, int64_t *out, bool *is_exact);
/* value / 10^places, exact: trailing zeros are dropped down to min_places decimals. */
void decimal_add(struct buf *b, __int128 value, int places, int min_places);
/* dividend / divisor to the nearest whole number, a tie to the even one. divisor > 0. */
__int128 decimal_divide(__int128 dividend, int64_t divisor);

#endif
