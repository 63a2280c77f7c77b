/* SPDX-License-Identifier: Apache-2.0 */
/* What each kind of job does to one month, in a transaction that is open. */
#ifndef LLMLAB_STORE_JOB_KINDS_H
#define LLMLAB_STORE_JOB_KINDS_H

#include "model/price.h"
#include "store/job.h"

/* What a job keeps from month to month. */
struct job_run {
	struct writer *writer;
	struct rollup deltas;
	struct price_book *book; /* reprice: loaded at the first month */
	struct map price_ids;    /* row of the book, by address, to stored id */
	struct map models;       /* id of a model to its place in names */
	struct model_name *names;
	size_t name_count, name_cap;
	struct arena texts;
};

void job_run_init(struct job_run *run, struct writer *w);
void job_run_release(struct job_run *run);

/* As in the audit log: "sources.remove". */
const char *job_kind_action(enum job_kind kind);
enum ll_err LL_MUST job_kind_do(enum job_kind kind, struct job_run *run,
	const struct job_args *args, struct month_file *m, int64_t *calls, struct err *err);

#endif
