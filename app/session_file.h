/* SPDX-License-Identifier: Apache-2.0 */
/* Where the dashboard was when it ended: $XDG_STATE_HOME/llmlab/session.json. */
#ifndef LLMLAB_APP_SESSION_FILE_H
#define LLMLAB_APP_SESSION_FILE_H

#include "base/buf.h"

#define SESSION_BYTES (64u << 10)

/* Empty when there is none, or none that can be read: a fresh start. */
void session_read(struct buf *out);
/* A failure is only logged: it is no reason to keep the user. */
void session_write(struct str text);

#endif
