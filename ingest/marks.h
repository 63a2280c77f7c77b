/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telling the kind of a JSON log by its first lines: the members that only this kind has.
 * Inside ingest/ only.
 */
#ifndef LLMLAB_INGEST_MARKS_H
#define LLMLAB_INGEST_MARKS_H

#include "base/str.h"

/* A top-level member and, where `value` is not empty, the text it must have. */
struct mark {
	struct str key, value;
	int points;
};

/* The points of the best of the head's first lines, 0..100. The last line may be cut off. */
int marks_score(struct str head, const struct mark *marks, size_t count);

#endif
