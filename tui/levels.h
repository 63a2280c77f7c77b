/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as steps of a cell: what chart, sparkline and bar have in common. Whole numbers only;
 * nothing overflows. */
#ifndef LLMLAB_TUI_LEVELS_H
#define LLMLAB_TUI_LEVELS_H

#include "base/str.h"

/* The largest of count values; at least 0. */
int64_t levels_max(const int64_t *values, size_t count);
/* The largest value of column i when count values are spread over so many columns: several of
 * them fall into one column, or one over several. */
int64_t levels_column(const int64_t *values, size_t count, size_t i, size_t columns);
/* Of `steps` steps, rounded up, so that what is not nothing shows: 0 <= value <= max gives
 * 0..steps. */
int64_t levels_of(int64_t value, int64_t max, int64_t steps);

extern const char *const levels_lower[9]; /* blank, lower eighths of a cell, full */
extern const char *const levels_left[9];  /* the same from the left */
#define LEVELS_ASCII 6
extern const char levels_ascii[LEVELS_ASCII + 2]; /* " _.-=*#" */

#endif
