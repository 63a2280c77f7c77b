/* SPDX-License-Identifier: Apache-2.0 */
/* What `doctor` asks: sizes, versions, integrity. Reads only. */
#ifndef LLMLAB_STORE_HEALTH_H
#define LLMLAB_STORE_HEALTH_H

#include "base/arena.h"
#include "store/store.h"

struct month_health {
	int32_t month;      /* YYYYMM */
	int64_t calls, bytes, wal_bytes;
	int32_t schema;
	const char *zone;
	const char *problem; /* NULL = sound; else what integrity_check or the recount said */
};

struct store_health {
	const char *sqlite_version;
	/* SQLite before 3.51.3: checkpoints are ours alone (ARCHITECTURE.md). */
	bool has_wal_reset_bug;
	int32_t main_schema;
	int64_t main_bytes;
	const char *main_problem;
	int64_t calls, sources, files, audit_entries;
	const char *audit_problem;
	int64_t unfinished_jobs;
	struct month_health *months;
	size_t month_count;
};

/* `deep` runs integrity_check and recounts every rollup from the raw rows. */
enum ll_err LL_MUST store_health(struct store_reader *r, bool deep, struct arena *a,
	struct store_health *out, struct err *err);

#endif
