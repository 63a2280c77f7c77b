/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in cells: what of an outside string goes into which cell. Drawing and measuring are the
 * same walk, so they cannot disagree.
 */
#ifndef LLMLAB_TUI_WIDTH_H
#define LLMLAB_TUI_WIDTH_H

#include "tui/surface.h"

/* The next cell of a text from byte *at on: points and width; role and attrs are not touched. False
 * at the end. Never a control, never more than CELL_POINTS points; width 1 or 2. Without UTF-8 every
 * point is ASCII, and one of width 2 has to be drawn twice. */
bool width_next(struct str text, size_t *at, bool has_utf8, struct cell *out);

#endif
