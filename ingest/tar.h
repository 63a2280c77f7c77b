/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a tar stream file by file: ustar, GNU long names and sizes, pax path and size. Nothing is
 * unpacked; what a file holds is read through a byte_source.
 */
#ifndef LLMLAB_INGEST_TAR_H
#define LLMLAB_INGEST_TAR_H

#include "ingest/lines.h"

#define TAR_PATH_BYTES 1024

struct tar {
	struct byte_source from;
	char path[TAR_PATH_BYTES]; /* of the present file; a longer one is cut */
	int64_t size;
	int64_t left, padding;     /* bytes of it, and behind it, that are not read yet */
};

/* Whether a stream with this head is one. */
bool tar_is(struct str head);
void tar_init(struct tar *t, struct byte_source from);
/* Goes to the next regular file; *more false at the end. LL_EDECODE when the stream is damaged. */
enum ll_err LL_MUST tar_next(struct tar *t, bool *more, struct err *err);
/* The present file's bytes: a byte_source's read with the tar as ctx. */
enum ll_err LL_MUST tar_read(void *tar, void *at, size_t cap, size_t *got, struct err *err);

#endif
