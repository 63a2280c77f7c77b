/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thin wrappers of the file calls, each one a visit of the fault hook and each
 * with one sentence for an error. Nothing here keeps state.
 */
#ifndef LLMLAB_BASE_FILE_H
#define LLMLAB_BASE_FILE_H

#include <sys/stat.h>

#include "base/buf.h"

/* open(2) with O_CLOEXEC; retries EINTR. *fd is -1 on failure. */
enum ll_err LL_MUST file_open(const char *path, int flags, mode_t mode, int *fd, struct err *err);
/* Reads up to `cap` bytes at the current place; *got 0 = end of file. `path` only names
 * the file in a message. */
enum ll_err LL_MUST file_read(int fd, const char *path, void *at, size_t cap, size_t *got,
	struct err *err);
enum ll_err LL_MUST file_write_all(int fd, const char *path, struct str bytes, struct err *err);
enum ll_err LL_MUST file_stat(const char *path, struct stat *st, struct err *err);
/* The whole file appended to b (b's cap is the limit: LL_ETOOBIG). */
enum ll_err LL_MUST file_slurp(const char *path, struct buf *b, struct err *err);
/* mkdir -p, all new parts with `mode`. */
enum ll_err LL_MUST file_mkdirs(const char *path, mode_t mode, struct err *err);
/* Writes beside, fsyncs, renames over: readers see the old or the new file. */
enum ll_err LL_MUST file_replace(const char *path, mode_t mode, struct str bytes, struct err *err);
void file_close(int *fd); /* accepts -1; sets -1 */
/* "dir/name" into out; false when it does not fit. */
bool path_join(char *out, size_t cap, const char *dir, const char *name);

#endif
