/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of ingest/import.h that know where agents keep their logs. Inside ingest/ only. */
#ifndef LLMLAB_INGEST_PLACES_H
#define LLMLAB_INGEST_PLACES_H

#include "ingest/import.h"

#define PLACES_MAX 32

/* Whether a file of that name, in a known place, may be a log of that kind; what else lies there
 * is not even opened. */
bool place_has(const struct decoder *decoder, const char *path);
/* The known place that holds the path; NULL = none. Both are real paths. */
const struct log_place *place_of(const struct log_place *places, size_t count, struct str path);

#endif
