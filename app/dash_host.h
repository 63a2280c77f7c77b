/* SPDX-License-Identifier: Apache-2.0 */
/* What the dashboard asks of the world: reads, commands, the clipboard, files, pager and editor. */
#ifndef LLMLAB_APP_DASH_HOST_H
#define LLMLAB_APP_DASH_HOST_H

#include "app/dashboard_state.h"

/* Its ctx is the dashboard. */
struct dash_host dash_host_of(struct dashboard *d);

/* OSC 52 of a text; false when it is longer than terminals take. Pure. */
bool clipboard_sequence(struct buf *out, struct str text);

#endif
