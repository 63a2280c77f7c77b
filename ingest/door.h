/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one door. Every call that is ever stored passes here, whatever its source:
 *
 *	decode -> normalise -> mask -> price -> append
 *
 * Normalise: checks, cut names, provider from the model when unsaid, safe project names. Mask is
 * the privacy stage; it has no detectors yet, and every path passes it. Price: the book's row of
 * that day. Append: batches of LIMIT_BATCH_CALLS, committed on the store's writer thread while the
 * next batch is filled.
 *
 * One thread uses a door at a time.
 */
#ifndef LLMLAB_INGEST_DOOR_H
#define LLMLAB_INGEST_DOOR_H

#include "model/price.h"
#include "store/append.h"

struct door;

struct door_options {
	struct store *store; /* NULL: nothing is stored (dry run), see `show` */
	const struct scope *scope;
	/* Gives the price book when the first call is priced; the door borrows it. */
	enum ll_err (*book)(void *ctx, struct price_book **out, struct err *err);
	void *book_ctx;
	/* Overrides of what the source says; at NULL = none. */
	struct str provider, model, project, user;
	/* Sees each call as it would be stored, priced; may be NULL. */
	void (*show)(void *ctx, const struct priced_call *call);
	void *ctx;
};

enum ll_err LL_MUST door_open(
	struct door **out, const struct door_options *options, struct err *err);

/* Calls and files from now on belong to this source. */
void door_source(struct door *d, int64_t source);

/* Takes one call; its strings are copied. LL_EINVAL: refused, *why says what is wrong with it
 * ("negative input tokens"); the door goes on. Other errors are the store's and final. */
enum ll_err LL_MUST door_call(
	struct door *d, const struct call *call, const char **why, struct err *err);
/* How far a file was read: committed after the calls given before it. */
enum ll_err LL_MUST door_file(
	struct door *d, const struct file_progress *progress, struct err *err);
/* Commits what was given so far and waits for it. */
enum ll_err LL_MUST door_flush(struct door *d, struct err *err);
/* Sums of all committed batches. */
struct append_result door_result(const struct door *d);
/* Without a flush, what was not submitted is dropped. Waits for what was. Accepts NULL. */
void door_close(struct door *d);

#endif
