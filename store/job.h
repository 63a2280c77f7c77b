/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Work over several months: a row of main.db's job, written first, then one transaction a
 * month, each repeatable, and one that ends the job together with its audit entry. A job that
 * was interrupted is finished by the next process that writes; two that find it at the same
 * time share the months. On the writer thread, under write.lock.
 */
#ifndef LLMLAB_STORE_JOB_H
#define LLMLAB_STORE_JOB_H

#include "store/writer.h"

/* Stored: only append. */
enum job_kind { JOB_NONE, JOB_REMOVE_SOURCE, JOB_REPRICE, JOB_REZONE };

/* What a job was asked for; kept as JSON. A kind uses some of it. */
struct job_args {
	int64_t workspace;
	struct str actor;
	int64_t source;             /* removal */
	struct str object, before;  /* for the audit entry */
	struct str zone;            /* rezone */
	int64_t since_ns, until_ns; /* reprice */
	int64_t calls;              /* changed so far */
};

/* Writes the row, inside the caller's transaction of main.db. */
enum ll_err LL_MUST job_add(struct writer *w, enum job_kind kind, const struct job_args *args,
	int64_t *id, struct err *err);
/* Does what is left of it; *calls is what it changed, by whoever did it. */
enum ll_err LL_MUST job_finish(struct writer *w, int64_t id, int64_t *calls, struct err *err);
/* Finishes all that were interrupted. */
enum ll_err LL_MUST job_finish_all(struct writer *w, struct err *err);

#endif
