/* SPDX-License-Identifier: Apache-2.0 */
/* Writes tar streams for tests. */
#ifndef LLMLAB_TESTS_INGEST_MAKE_TAR_H
#define LLMLAB_TESTS_INGEST_MAKE_TAR_H

#include "base/buf.h"

/* One entry: '0' a file, '5' a directory, 'L' a GNU long name, 'x' a pax header. */
void tar_add(struct buf *b, char type, const char *name, struct str content);
void tar_end(struct buf *b);

#endif
