/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files below a path: what may be a log, in the order in which logs are read. Symbolic
 * links to files are followed, to directories not. Inside ingest/ only.
 */
#ifndef LLMLAB_INGEST_FILES_H
#define LLMLAB_INGEST_FILES_H

#include <sys/stat.h>

#include "ingest/decoder.h"

struct log_file {
	const char *path;              /* real, absolute */
	const char *root;              /* the path it was found below, or itself */
	const struct decoder *decoder; /* of the place; NULL = by content */
	bool is_stream;                /* a pipe: it has no size and cannot be read on */
	int64_t size, mtime_ns;
	uint64_t device, inode;
};

struct log_files {
	struct log_file *at;
	size_t count, cap;
	struct arena arena;
	int64_t unreadable;
	char unreadable_first[256];
};

void log_files_release(struct log_files *files); /* accepts a zeroed struct */
/* Adds the file, standard input for "-", or all files below the directory; with a decoder those
 * that its place may have. What cannot be read is counted. LL_ENOMEM only. */
enum ll_err LL_MUST log_files_add(struct log_files *files, const char *path,
	const struct decoder *decoder, struct err *err);
/* Oldest first, so that a call is stored when it was first written. */
void log_files_sort(struct log_files *files);
void log_file_stat(struct log_file *file, const struct stat *st);
void log_files_unreadable(struct log_files *files, const char *what);

#endif
