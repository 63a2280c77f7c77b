/* SPDX-License-Identifier: Apache-2.0 */
/* Scaling in 128 bits, and the glyphs of the steps. */
#include "tui/levels.h"

int64_t levels_max(const int64_t *values, size_t count)
{
	int64_t max = 0;

	for (size_t i = 0; i < count; i++)
		max = values[i] > max ? values[i] : max;
	return max;
}

int64_t levels_column(const int64_t *values, size_t count, size_t i, size_t columns)
{
	size_t first = (size_t)((unsigned __int128)i * count / columns);
	size_t end = (size_t)((unsigned __int128)(i + 1) * count / columns);

	return levels_max(values + first, end > first ? end - first : 1);
}

int64_t levels_of(int64_t value, int64_t max, int64_t steps)
{
	if (value <= 0 || max <= 0)
		return 0;
	if (value >= max)
		return steps;
	return (int64_t)(((__int128)value * steps + max - 1) / max);
}

const char *const levels_lower[9] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
const char *const levels_left[9] = { " ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█" };
const char levels_ascii[LEVELS_ASCII + 2] = " _.-=*#";
