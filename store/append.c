/* SPDX-License-Identifier: Apache-2.0 */
/* Batches: their memory, and the way to the writer. */
#include "store/append.h"

#include "base/limits.h"
#include "base/mem.h"
#include "store/append_batch.h"

struct batch *batch_new(void)
{
	struct batch *b = ll_try_alloc(sizeof(*b));

	if (!b)
		return NULL;
	arena_init(&b->arena, LIMIT_BATCH_BYTES);
	b->calls = ll_try_alloc(LIMIT_BATCH_CALLS * sizeof(*b->calls));
	if (!b->calls) {
		batch_free(b);
		return NULL;
	}
	return b;
}

void batch_free(struct batch *b)
{
	if (!b)
		return;
	arena_release(&b->arena);
	ll_free(b->calls);
	ll_free(b->files);
	ll_free(b);
}

void batch_clear(struct batch *b)
{
	arena_clear(&b->arena);
	b->count = 0;
	b->file_count = 0;
	b->status = LL_OK;
	b->err = (struct err){ 0 };
	b->result = (struct append_result){ 0 };
}

struct file_progress *batch_add_file(struct batch *b)
{
	size_t cap = b->file_cap ? b->file_cap * 2 : 8;
	struct file_progress *files;

	if (b->file_count == b->file_cap) {
		files = ll_try_realloc(b->files, cap * sizeof(*files));
		if (!files)
			return NULL;
		b->files = files;
		b->file_cap = cap;
	}
	b->files[b->file_count] = (struct file_progress){ 0 };
	return &b->files[b->file_count++];
}

enum ll_err scope_check_write(const struct scope *scope, struct err *err)
{
	if (scope->projects)
		return ll_fail(err, LL_EACCESS, "who may see only some projects may not write");
	return LL_OK;
}

struct append_ctx {
	struct batch *batch;
	int64_t workspace;
};

static enum ll_err run_append(struct writer *w, void *ctx, struct err *err)
{
	const struct append_ctx *append = ctx;

	return append_batch(w, append->workspace, append->batch, err);
}

enum ll_err store_append(struct store *s, const struct scope *scope, struct batch *b,
	struct err *err)
{
	struct append_ctx ctx = { b, scope->workspace };
	enum ll_err e = scope_check_write(scope, err);

	if (e == LL_OK)
		e = writer_run(s, run_append, &ctx, err);
	b->status = e;
	return e;
}

enum ll_err store_submit(struct store *s, const struct scope *scope, struct batch *b, bool wait,
	struct err *err)
{
	enum ll_err e = scope_check_write(scope, err);

	return e == LL_OK ? writer_submit(s, scope->workspace, b, wait, err) : e;
}
