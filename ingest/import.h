/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading logs from files, directories, tar streams and stdin through the door: finds the files,
 * tells their kind by content, reads on where the last import stopped, counts what it
 * refuses and names it. Files are read in order of their times.
 */
#ifndef LLMLAB_INGEST_IMPORT_H
#define LLMLAB_INGEST_IMPORT_H

#include "ingest/decoder.h"
#include "ingest/door.h"

struct import_progress {
	int64_t files, files_done, bytes, bytes_done, calls;
};

struct import_options {
	struct store *store;            /* NULL with dry_run */
	const struct scope *scope;
	/* As in struct door_options: asked for only when there is something to price. */
	enum ll_err (*book)(void *ctx, struct price_book **out, struct err *err);
	void *book_ctx;
	const char *const *paths;       /* "-" = stdin; none = every known place of this machine */
	size_t path_count;
	const struct decoder *format;   /* NULL = by content */
	struct decode_options decode;
	struct str machine;             /* empty = this host's name */
	struct str provider, model, project, user; /* overrides */
	bool dry_run;
	bool refresh;                   /* only sources the store knows already, of this machine */
	void (*show)(void *ctx, const struct priced_call *call);
	void (*progress)(void *ctx, const struct import_progress *now); /* at most every 50 ms */
	void *ctx;
	struct str actor;               /* for the audit entry */
};

/* One reason for refusing lines, with how often and where first. */
struct refusal {
	char why[96];
	int64_t count;
	char first[256]; /* "path:line" */
};

struct import_summary {
	int64_t files;        /* read, in whole or from where it stopped */
	int64_t unchanged;    /* nothing new since the last import */
	int64_t empty;
	int64_t not_logs;     /* no decoder knows them */
	int64_t incomplete;   /* last lines still being written: left for the next time */
	int64_t unreadable;   /* files and directories; the first is named */
	char unreadable_first[256];
	int64_t bytes, lines;
	int64_t calls;        /* decoded */
	struct append_result stored;
	int64_t refused;
	struct refusal refusals[LIMIT_REFUSED_SHOWN];
	size_t refusal_count;
};

/* LL_OK also when lines were refused; LL_ENOENT when nothing could be read at all (the
 * message says what was looked at). Errors of the store end it; what was committed stays. */
enum ll_err LL_MUST import_run(const struct import_options *options, struct import_summary *out,
	struct err *err);

/* A place where a kind of log is known to be. */
struct log_place {
	const struct decoder *decoder;
	char path[512];
	bool exists;
	int64_t files, bytes; /* filled by log_places when `count` */
};

/* Every known place for this environment, most specific first; at most `cap`. */
size_t log_places(struct log_place *out, size_t cap, bool count);

#endif
