/* SPDX-License-Identifier: Apache-2.0 */
/* What the dashboard asks of the world: reads, commands, the clipboard, files, pager and editor. */
#ifndef LLMLAB_APP_DASH_HOST_H
#define LLMLAB_APP_DASH_HOST_H

#include "app/dashboard_state.h"

/* Its ctx is the dashboard. */
struct dash_host dash_host_of(struct dashboard *d);

#endif
