/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest name by edit distance, where two neighbours swapped count as one edit. */
#include "base/suggest.h"

#include <stdio.h>

#define WORD_MAX 32 /* longer words have no typing errors, they are something else */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t edit_distance(struct str a, struct str b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1];

	for (size_t i = 0; i <= a.len; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= b.len; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		for (size_t j = 1; j <= b.len; j++) {
			bool is_same = a.at[i - 1] == b.at[j - 1];

			d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1,
				d[i - 1][j - 1] + !is_same);
			if (i > 1 && j > 1 && a.at[i - 1] == b.at[j - 2] &&
				a.at[i - 2] == b.at[j - 1])
				d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[a.len][b.len];
}

void suggest_start(struct suggest *s, struct str word)
{
	*s = (struct suggest){ .word = word, .distance = word.len / 3 + 2 };
}

void suggest_offer(struct suggest *s, const char *name)
{
	struct str candidate = str_of(name);
	size_t distance;

	if (s->word.len > WORD_MAX || candidate.len > WORD_MAX)
		return;
	/* A word cut short is meant more often than one with as many letters wrong. */
	distance = s->word.len > 1 && str_starts(candidate, s->word) ? 1
		: edit_distance(s->word, candidate);
	if (distance < s->distance && distance < candidate.len) {
		s->distance = distance;
		s->best = name;
	}
}

const char *suggest_tail(struct suggest *s, const char *prefix)
{
	if (s->best)
		snprintf(s->tail, sizeof(s->tail), "; did you mean '%s%s'?", prefix, s->best);
	return s->tail;
}
