/* SPDX-License-Identifier: Apache-2.0 */
/* All of stdin as one text. */
#ifndef LLMLAB_APP_STDIN_TEXT_H
#define LLMLAB_APP_STDIN_TEXT_H

#include "base/buf.h"

/* Appends to b, whose cap is the limit: LL_ETOOBIG. A terminal is refused (LL_ENOENT): `what` says
 * what is expected there. */
enum ll_err LL_MUST stdin_read(struct buf *b, const char *what, struct err *err);

#endif
