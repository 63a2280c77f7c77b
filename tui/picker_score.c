/* SPDX-License-Identifier: Apache-2.0 */
/* How well a typed text fits a label: the best of all ways in which it stands in it as a
 * subsequence. */
#include "tui/picker.h"

#define LABEL_BYTES 96   /* the rest of a longer label does not count */
#define POINTS_HIT 1
#define POINTS_NEXT 9    /* right after the letter before: more than any start of a word */
#define POINTS_WORD 8    /* the first letter of a word */
#define POINTS_START 2   /* of the first word */
#define POINTS_SCALE 128 /* above the length, which only tells equals apart */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool starts_word(struct str label, size_t i)
{
	if (i == 0)
		return true;
	return memchr(" -_/.:,(+", label.at[i - 1], 9) ? label.at[i] != ' '
		: is_upper(label.at[i]) && !is_upper(label.at[i - 1]);
}

/* Almost all labels of a long list end here. */
static bool is_subsequence(struct str typed, struct str label)
{
	size_t k = 0;

	for (size_t i = 0; i < label.len && k < typed.len; i++)
		k += lower(label.at[i]) == lower(typed.at[k]);
	return k == typed.len;
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

/* best[i] is the best sum of a way that ends at label[i], 0 = none does: from those of the
 * letter before to those of this one. Returns the best of all. */
static int advance(struct str label, const int *points, char letter, bool is_first, int *best)
{
	int far = 0, near = 0, top = 0; /* the best that ends before i - 1, and at i - 1 */

	for (size_t i = 0; i < label.len; i++) {
		int own = best[i], reach = most(far, near > 0 ? near + POINTS_NEXT : 0);
		bool is_hit = lower(label.at[i]) == letter && (is_first || reach > 0);

		best[i] = is_hit ? reach + points[i] : 0;
		top = most(top, best[i]);
		far = most(far, near);
		near = own;
	}
	return top;
}

int picker_score(struct str typed, struct str label)
{
	int best[LABEL_BYTES] = { 0 }, points[LABEL_BYTES], top = 1;

	label = str_head(label, LABEL_BYTES);
	if (!is_subsequence(typed, label))
		return 0;
	for (size_t i = 0; i < label.len; i++)
		points[i] = POINTS_HIT + (starts_word(label, i) ? POINTS_WORD : 0) +
			(i == 0 ? POINTS_START : 0);
	for (size_t k = 0; k < typed.len; k++)
		top = advance(label, points, lower(typed.at[k]), k == 0, best);
	return top * POINTS_SCALE - (int)label.len;
}
