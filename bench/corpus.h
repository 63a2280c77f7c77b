/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A big directory of Claude Code logs: a sample, copied many times, with message, request and
 * session ids of their own in each copy, so that no call is in two of them.
 */
#ifndef LLMLAB_BENCH_CORPUS_H
#define LLMLAB_BENCH_CORPUS_H

#include "bench/bench.h"

/* Writes dir/projects/c000/... from sample/projects; at most 1,000 copies. */
enum ll_err LL_MUST corpus_make(const char *sample, const char *dir, int64_t copies,
	struct err *err);
/* Reads every file below dir and scans it for the ends of its strings. */
enum ll_err LL_MUST corpus_scan(const char *dir, struct err *err);

#endif
