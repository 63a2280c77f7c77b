/* SPDX-License-Identifier: Apache-2.0 */
/* Charts of one line: a sparkline and a bar. */
#include "tui/chart.h"

#include "tui/levels.h"

#define EIGHTHS 8

static struct str level_glyph(const struct surface *s, int64_t value, int64_t max)
{
	if (s->has_utf8)
		return str_of(levels_lower[levels_of(value, max, EIGHTHS)]);
	return (struct str){ &levels_ascii[levels_of(value, max, LEVELS_ASCII)], 1 };
}

void sparkline_draw(struct surface *s, int y, int x, int cells, const int64_t *values, size_t count,
	enum role role)
{
	int64_t max = levels_max(values, count);
	size_t columns = cells > 0 ? (size_t)cells : 0;

	if (count < columns)
		columns = count;
	for (size_t i = 0; i < columns; i++) {
		int64_t value = levels_column(values, count, i, columns);

		surface_put(s, y, x + (int)i, 1, level_glyph(s, value, max), role, 0);
	}
}

void bar_draw(struct surface *s, int y, int x, int cells, int64_t part, int64_t whole,
	enum role role)
{
	int64_t filled = cells > 0 ? levels_of(part, whole, (int64_t)cells * EIGHTHS) : 0;

	for (int i = 0; i < cells; i++, filled -= EIGHTHS) {
		int64_t eighths = filled < 0 ? 0 : filled > EIGHTHS ? EIGHTHS : filled;

		/* Without eighths a cell that is begun counts as full, so that little is not
		 * nothing. */
		surface_put(s, y, x + i, 1, s->has_utf8 ? str_of(levels_left[eighths])
			: str_of(eighths ? "#" : " "),
			role, 0);
	}
}
