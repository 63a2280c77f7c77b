/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of the write side: stores, batches, and what must hold of a store's files. */
#ifndef LLMLAB_TESTS_WRITING_H
#define LLMLAB_TESTS_WRITING_H

#include "store/append.h"
#include "store/db.h"
#include "store/month.h"
#include "tests/support/suite.h"

#define NOV_2026_NS (INT64_C(1793491200) * INT64_C(1000000000)) /* 2026-11-01T00:00Z */

struct store *writing_open(const char *dir);
int64_t writing_source(struct store *s, const char *place);

/* Adds a call to the batch: key `name`, 100 input tokens, 10 cents, a project and a model. */
struct priced_call *writing_add(struct batch *b, int64_t source, const char *name,
	int64_t start_ns);
/* `count` random calls of `keys` keys, whose observations differ; some are replays, some stand at
 * the edges of months. */
void writing_fill(struct batch *b, int64_t source, uint64_t *random, size_t count, uint64_t keys);
/* Appends, wanting success. */
struct append_result writing_append(struct store *s, struct batch *b);

/* integrity_check, rollups equal to a recount, every call in the index once, no key twice. */
void writing_check(const char *dir);
/* The sum over all month files of a query that gives one number. */
int64_t writing_sum(const char *dir, const char *sql);
int64_t writing_main_number(const char *dir, const char *sql);
/* 1, or as many as `make soak` asks for. */
size_t writing_repeats(size_t usual, size_t soak);

#endif
