/* SPDX-License-Identifier: Apache-2.0 */
/* Which terminals the machine has a description of. */
#ifndef LLMLAB_TUI_TERMINFO_H
#define LLMLAB_TUI_TERMINFO_H

#include <stdbool.h>

/* Before the first term_open(), or while none is open. */
bool terminfo_has(const char *name);

#endif
