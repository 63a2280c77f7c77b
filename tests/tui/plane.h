/* SPDX-License-Identifier: Apache-2.0 */
/* A surface in a test: made, filled with a sign, and read as text. */
#ifndef LLMLAB_TESTS_TUI_PLANE_H
#define LLMLAB_TESTS_TUI_PLANE_H

#include "tests/support/suite.h"
#include "tui/event.h"
#include "tui/surface.h"

/* Rows x cols of '~', so that a test sees every cell that was written. */
void plane_make(struct surface *s, int rows, int cols, bool has_utf8);
/* Fails unless all cells outside r are still the '~' of plane_make(). */
void plane_check_outside(const struct surface *s, struct rect r);

#define assert_plane(s, wanted) assert_plane_((s), (wanted), false, __FILE__, __LINE__)
#define assert_styles(s, wanted) assert_plane_((s), (wanted), true, __FILE__, __LINE__)
/* `wanted` is one line a row, each ended by a newline. */
void assert_plane_(const struct surface *s, const char *wanted, bool is_styles, const char *file,
	int line);

struct event event_of_key(const char *name);

#endif
