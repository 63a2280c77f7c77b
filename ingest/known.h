/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the store knows of this machine before an import: its sources, and how far each of their
 * files was read. Inside ingest/ only.
 */
#ifndef LLMLAB_INGEST_KNOWN_H
#define LLMLAB_INGEST_KNOWN_H

#include "base/map.h"
#include "ingest/decoder.h"
#include "store/source.h"

struct known_file {
	const struct decoder *decoder;
	struct file_progress progress;
};

struct known_source {
	int64_t id;
	const struct decoder *decoder;
	struct str place;
};

struct known {
	struct store *store; /* NULL: nothing is known, and every source has id 0 */
	const struct scope *scope;
	struct str machine;
	struct arena arena;
	struct known_source *sources;
	size_t source_count, source_cap;
	struct known_file *files;
	size_t file_count, file_cap;
	struct map by_path; /* path -> index of files */
};

/* Loads both; store, scope and machine are set by the caller. */
enum ll_err LL_MUST known_load(struct known *k, struct err *err);
void known_release(struct known *k); /* accepts a zeroed struct */
const struct known_file *known_find(const struct known *k, struct str path); /* NULL = new */
/* The id of the source of that kind at that place, made when new. */
enum ll_err LL_MUST known_source(struct known *k, const struct decoder *decoder, struct str place,
	int64_t *id, struct err *err);

#endif
