/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writing calls: a batch of priced calls and, with them, how far their files were read.
 *
 * One transaction a month file, oldest first, rows with their rollup deltas; new names are
 * committed in main.db before, file progress after. An exact key seen before: the better of the
 * two observations stays (call_better), its start does not move; equal = duplicate, nothing
 * written. A member of the same family of which one is a replay: the original stays.
 */
#ifndef LLMLAB_STORE_APPEND_H
#define LLMLAB_STORE_APPEND_H

#include "base/arena.h"
#include "model/call.h"
#include "store/store.h"

struct priced_call {
	struct call call;
	int64_t source; /* source_ensure() */
	int64_t price;  /* price_intern(); 0 = none */
	bool has_cost;
	struct usd cost;
};

/* How far one file was read; see source_file in the schema. */
struct file_progress {
	int64_t source;
	struct str path;
	uint64_t device, inode;
	int64_t size, mtime_ns;
	int64_t offset, line;
	int32_t decoder_version;
	uint8_t head[32];
	int64_t head_bytes;
	struct str state;
};

struct append_result {
	int64_t added;     /* new calls */
	int64_t updated;   /* calls whose stored observation was replaced by a better one */
	int64_t duplicate; /* said nothing new, or one of several in the batch about one call */
};

/*
 * A batch owns its strings (in `arena`) and its calls, in any order. It is made by
 * batch_new(), handed over with store_submit() and given back through `done`, which runs on the
 * writer thread and must not block; batch_clear() makes it ready for reuse.
 */
struct batch {
	struct arena arena;
	struct priced_call *calls; /* room for LIMIT_BATCH_CALLS */
	size_t count;
	struct file_progress *files;
	size_t file_count, file_cap;

	void (*done)(struct batch *b);
	void *ctx;

	/* filled before done */
	enum ll_err status;
	struct err err;
	struct append_result result;
	struct batch *next; /* the store's queue */
};

struct batch *batch_new(void); /* NULL = out of memory */
void batch_free(struct batch *b);
void batch_clear(struct batch *b);
/* Room for one more file; its strings are to be in the batch's arena. NULL = out of memory. */
struct file_progress *batch_add_file(struct batch *b);

/* Queues the batch. At most STORE_QUEUE batches wait: LL_EBUSY at once when full (the loop's
 * way), or with `wait` when there is room again (import's way). */
#define STORE_QUEUE 4
enum ll_err LL_MUST store_submit(struct store *s, const struct scope *scope, struct batch *b,
	bool wait, struct err *err);
/* Submits and waits for the commit; returns the batch's status. done is not called. */
enum ll_err LL_MUST store_append(struct store *s, const struct scope *scope, struct batch *b,
	struct err *err);

#endif
