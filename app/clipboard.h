/* SPDX-License-Identifier: Apache-2.0 */
/* Copying: by the desktop's program where the user sits at it, else through the terminal. */
#ifndef LLMLAB_APP_CLIPBOARD_H
#define LLMLAB_APP_CLIPBOARD_H

#include "app/dashboard_state.h"

/* Says what it did, and how many bytes it were; what is too long for a terminal goes into a file. */
void clipboard_copy(struct dashboard *d, struct str text);
/* OSC 52 of a text; false when it is longer than terminals take. Pure. */
bool clipboard_sequence(struct buf *out, struct str text);

#endif
