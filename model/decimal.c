/* SPDX-License-Identifier: Apache-2.0 */
/* Decimal text read digit by digit into integers, and written from them. */
#include "model/decimal.h"

#define EXPONENT_CAP 100000000 /* beyond it every number is zero or out of range */
#define DIGITS_MAX 40 /* 2^127 has 39 */

/* A number's text taken apart: its digits, the point skipped, and the power of ten. */
struct number {
	struct str digits; /* with at most one '.' among them */
	bool is_negative;
	int64_t point; /* how many digits stand before the point, exponent included */
};

enum rest { REST_NONE, REST_LESS, REST_TIE, REST_MORE };

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_sign(struct str *s, bool *is_negative)
{
	*is_negative = s->len > 0 && s->at[0] == '-';
	if (s->len > 0 && (s->at[0] == '-' || s->at[0] == '+'))
		*s = str_from(*s, 1);
	return s->len > 0;
}

/* Digits with at most one point, at least one digit. */
static bool read_mantissa(struct str *s, struct number *n)
{
	size_t len = 0, digits = 0;
	bool has_point = false;

	for (; len < s->len && (is_digit(s->at[len]) || (s->at[len] == '.' && !has_point)); len++) {
		if (s->at[len] == '.') {
			has_point = true;
			n->point = (int64_t)digits;
		} else {
			digits++;
		}
	}
	if (!has_point)
		n->point = (int64_t)digits;
	n->digits = str_head(*s, len);
	*s = str_from(*s, len);
	return digits > 0;
}

/* What follows the mantissa: nothing, or 'e' and a whole number. */
static bool read_exponent(struct str s, int64_t *exponent)
{
	bool is_negative;
	int64_t value = 0;

	*exponent = 0;
	if (s.len == 0)
		return true;
	if (s.at[0] != 'e' && s.at[0] != 'E')
		return false;
	s = str_from(s, 1);
	if (!read_sign(&s, &is_negative))
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.at[i]))
			return false;
		if (value < EXPONENT_CAP)
			value = value * 10 + (s.at[i] - '0');
	}
	*exponent = is_negative ? -value : value;
	return true;
}

/* The first `keep` digits as one number, zeros appended where the text has fewer. False
 * when it passes max. *at is moved behind the digits that were taken. */
static bool take_digits(struct str digits, int64_t keep, uint64_t max, uint64_t *value, size_t *at)
{
	*value = 0;
	for (*at = 0; keep > 0 && *at < digits.len; ++*at) {
		if (digits.at[*at] == '.')
			continue;
		if (__builtin_mul_overflow(*value, 10u, value) ||
			__builtin_add_overflow(*value, (uint64_t)(digits.at[*at] - '0'), value))
			return false;
		keep--;
	}
	for (; keep > 0 && *value > 0; keep--)
		if (__builtin_mul_overflow(*value, 10u, value))
			return false;
	return *value <= max;
}

/* How the digits that were not taken compare with half a unit of the last one taken. */
static enum rest weigh_rest(struct str digits, bool is_far_below)
{
	int first = is_far_below ? 0 : -1;
	bool has_more = false;

	for (size_t i = 0; i < digits.len; i++) {
		if (digits.at[i] == '.')
			continue;
		if (first < 0)
			first = digits.at[i] - '0';
		else
			has_more |= digits.at[i] != '0';
	}
	if (first <= 0 && !has_more)
		return REST_NONE;
	if (first == 5 && !has_more)
		return REST_TIE;
	return first >= 5 ? REST_MORE : REST_LESS;
}

bool decimal_parse(struct str text, int places, int64_t *out, bool *is_exact)
{
	struct number n = { .point = 0 };
	uint64_t value, max;
	int64_t exponent, keep;
	size_t taken;
	enum rest rest;

	if (!read_sign(&text, &n.is_negative) || !read_mantissa(&text, &n) ||
		!read_exponent(text, &exponent))
		return false;
	max = (uint64_t)INT64_MAX + n.is_negative;
	keep = n.point + exponent + places;
	if (!take_digits(n.digits, keep, max, &value, &taken))
		return false;
	rest = weigh_rest(str_from(n.digits, taken), keep < 0);
	if (rest == REST_MORE || (rest == REST_TIE && value % 2 == 1))
		value++;
	if (value > max)
		return false;
	*out = n.is_negative ? (int64_t)(0 - value) : (int64_t)value;
	if (is_exact)
		*is_exact = rest == REST_NONE;
	return true;
}

void decimal_add(struct buf *b, __int128 value, int places, int min_places)
{
	unsigned __int128 rest = value < 0 ? -(unsigned __int128)value : (unsigned __int128)value;
	char digits[DIGITS_MAX + 2]; /* from the last to the first, the point among them */
	int len = 0, written = 0;

	PRE(places >= 0 && places < DIGITS_MAX && min_places <= places);
	for (; places > min_places && rest % 10 == 0; places--)
		rest /= 10;
	for (; written <= places || rest > 0; written++) {
		if (written == places && places > 0)
			digits[len++] = '.';
		digits[len++] = (char)('0' + (int)(rest % 10));
		rest /= 10;
	}
	if (value < 0)
		buf_addch(b, '-');
	while (len > 0)
		buf_addch(b, digits[--len]);
}

__int128 decimal_divide(__int128 dividend, int64_t divisor)
{
	int sign = dividend < 0 ? -1 : 1;
	__int128 quotient, twice;

	PRE(divisor > 0);
	quotient = dividend / divisor;
	twice = dividend % divisor * 2 * sign;
	if (twice > divisor || (twice == divisor && quotient % 2 != 0))
		quotient += sign;
	return quotient;
}
