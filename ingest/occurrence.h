/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts how often a row came before in one file: equal rows of an export are different calls.
 * Eight bytes a row; two rows may rarely share a slot, and then only get a number that they would
 * not have needed. Deterministic: reading the file again gives the same numbers.
 */
#ifndef LLMLAB_INGEST_OCCURRENCE_H
#define LLMLAB_INGEST_OCCURRENCE_H

#include <stddef.h>

#include "base/err.h"
#include "base/fingerprint.h"

struct occurrences {
	uint64_t *slots; /* 44 bits of the fingerprint, 20 bits of count; 0 = empty */
	size_t cap, used;
};

void occurrences_release(struct occurrences *o); /* accepts a zeroed struct; leaves one */
/* *before = how many rows of this fingerprint were counted before this one.
 * LL_ETOOBIG past a million of one kind, LL_ENOMEM. */
enum ll_err LL_MUST occurrence_count(struct occurrences *o, struct fingerprint row,
	uint32_t *before);

#endif
