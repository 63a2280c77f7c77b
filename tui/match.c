/* SPDX-License-Identifier: Apache-2.0 */
/* A plain scan: names and lines are short. */
#include "tui/match.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool match_find(struct str text, struct str needle, size_t from, size_t *at)
{
	for (size_t i = from; needle.len > 0 && i < text.len && needle.len <= text.len - i; i++) {
		size_t k = 0;

		while (k < needle.len && lower(text.at[i + k]) == lower(needle.at[k]))
			k++;
		if (k == needle.len) {
			*at = i;
			return true;
		}
	}
	return false;
}
