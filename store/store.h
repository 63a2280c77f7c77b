/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store: a directory with main.db, one file a month, keys.db and two lock files.
 * This header opens it and says who may do what; the operations stand in append.h (write
 * calls), spend.h (sums), record.h (single calls), source.h, price_table.h, audit.h, job.h,
 * health.h. They take structs and give structs: no SQL leaves this folder.
 *
 * Threads: a `struct store` may be shared. Writing happens on its own writer thread, started
 * at the first write; a write call waits for the commit unless its comment says otherwise.
 * Reading goes through a `struct store_reader`, which one thread uses at a time.
 */
#ifndef LLMLAB_STORE_STORE_H
#define LLMLAB_STORE_STORE_H

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"

struct store;
struct store_reader;

enum store_mode {
	STORE_WRITE,     /* create when missing; LL_EREADONLY when it cannot be written */
	STORE_READ_ONLY, /* must exist; writes nothing at all, not even -shm if that fails */
};

struct store_options {
	const char *dir;           /* must not be empty */
	enum store_mode mode;
	const struct clock *clock; /* NULL = wall clock; outlives the store */
	const char *zone;          /* of a new store's default workspace; NULL = the system's */
	unsigned cache_kib;        /* writer page cache; 0 = 16 MiB */
};

/*
 * Opens or makes the store. Errors are sentences for the user: not a directory, permission,
 * read-only, disk full, newer schema (LL_EVERSION), damaged (LL_ECORRUPT). A job that was
 * interrupted is finished by the first write.
 */
enum ll_err LL_MUST store_open(struct store **out, const struct store_options *options,
	struct err *err);
/* Waits for queued writes, checkpoints, closes. Accepts NULL. No reader may be open. */
void store_close(struct store *s);

const char *store_dir(const struct store *s);
bool store_is_writable(const struct store *s);
/* $LLMLAB_STORE is app's business; this is $XDG_DATA_HOME/llmlab or ~/.local/share/llmlab.
 * False when it does not fit or there is no home. */
bool store_default_dir(char *out, size_t cap);

/* Who asks. Every read and write takes one; there is no unscoped read. */
struct scope {
	int64_t workspace;          /* 1 = the default */
	const int64_t *projects;    /* NULL = all of the workspace */
	size_t project_count;
};
#define SCOPE_DEFAULT ((struct scope){ .workspace = 1 })

/* The workspace's zone name, into out. */
enum ll_err LL_MUST store_zone(struct store_reader *r, const struct scope *scope, char out[64],
	struct err *err);
/* Changes it and cuts the day rollups of all months anew (a job). Audited. */
enum ll_err LL_MUST store_set_zone(struct store *s, const struct scope *scope, struct str zone,
	struct str actor, struct err *err);

/* A read-only view with its own connections. */
enum ll_err LL_MUST store_reader_open(struct store *s, struct store_reader **out, struct err *err);
void store_reader_close(struct store_reader *r); /* accepts NULL */
/* The reader's calls fail with LL_ETIMEOUT after this monotonic time; 0 = never. */
void store_reader_deadline(struct store_reader *r, int64_t mono_ns);
/* Makes the call that runs now, or the next one, fail with LL_ECANCELED. Any thread. */
void store_reader_cancel(struct store_reader *r);

/* Counts commits of all processes: the 8 bytes of STORE/generation. Cheap. */
uint64_t store_generation(const struct store *s);
/* The path of that file, to be watched by inotify (IN_MODIFY). */
const char *store_generation_path(const struct store *s);

#endif
