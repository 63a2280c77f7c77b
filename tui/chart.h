/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts of whole numbers: an area chart with axes (braille, eighth blocks or ASCII), a sparkline,
 * a bar. The same values give the same cells; the largest value is always labelled, so shape and
 * colour are never the only carrier.
 */
#ifndef LLMLAB_TUI_CHART_H
#define LLMLAB_TUI_CHART_H

#include "tui/surface.h"

enum chart_style { CHART_BRAILLE, CHART_BLOCKS, CHART_ASCII };

struct chart {
	const int64_t *values;   /* not negative; count of them, one a bucket, oldest first */
	size_t count;
	enum chart_style style;
	/* "$12.30", "1.2 M": of an axis value. */
	void (*label)(struct buf *out, int64_t value);
	/* Of bucket i under the axis: "14:30", "Nov 3"; empty = none there. May be NULL. */
	void (*tick)(void *ctx, size_t i, struct buf *out);
	void *ctx;
	size_t cursor;           /* a bucket that is marked; SIZE_MAX = none */
};

void chart_draw(const struct chart *c, struct surface *s, struct rect r);
/* Eight levels a cell (six in ASCII) below the largest value; nothing is a blank. More values than
 * cells: the largest of those that share one; fewer: a cell each. */
void sparkline_draw(struct surface *s, int y, int x, int cells, const int64_t *values, size_t count,
	enum role role);
/* part of whole, in eighths of a cell where there is UTF-8; the rest is blank. */
void bar_draw(struct surface *s, int y, int x, int cells, int64_t part, int64_t whole,
	enum role role);

#endif
