/* SPDX-License-Identifier: Apache-2.0 */
/* Pager, editor and commands that the view is piped into: they get the terminal for a while. */
#ifndef LLMLAB_APP_GUEST_H
#define LLMLAB_APP_GUEST_H

#include "app/dashboard_state.h"

/* In $PAGER, or in $VISUAL or $EDITOR. */
void guest_show(struct dashboard *d, struct str text, bool in_editor);
/* As the input of a shell command. */
void guest_pipe(struct dashboard *d, struct str text, struct str command);

#endif
