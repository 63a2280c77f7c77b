/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a terminal's escape sequences mean, once they have been cut out of the stream. Each gives
 * at most one event; false = a sequence that says nothing to us.
 */
#ifndef LLMLAB_TUI_SEQUENCE_H
#define LLMLAB_TUI_SEQUENCE_H

#include "tui/event.h"

/* ESC [ body final, the body being all bytes from 0x20 to 0x3F. */
bool sequence_csi(struct str body, char final, struct event *out);
/* ESC O body final. */
bool sequence_ss3(struct str body, char final, struct event *out);
/* ESC introducer body ST, the introducer being one of ] P _ ^ X. The event's text lies in the body. */
bool sequence_string(char introducer, struct str body, struct event *out);

#endif
