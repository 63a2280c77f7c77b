/* SPDX-License-Identifier: Apache-2.0 */
/* Where a typed text stands in a shown one: contains, ASCII case ignored. */
#ifndef LLMLAB_TUI_MATCH_H
#define LLMLAB_TUI_MATCH_H

#include "base/str.h"

/* The first place of the needle at or after `from`; false when there is none. An empty needle is
 * nowhere. */
bool match_find(struct str text, struct str needle, size_t from, size_t *at);

#endif
