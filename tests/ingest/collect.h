/* SPDX-License-Identifier: Apache-2.0 */
/* Runs lines through a decoder and keeps what it emits, for the tests of decoders. */
#ifndef LLMLAB_TESTS_INGEST_COLLECT_H
#define LLMLAB_TESTS_INGEST_COLLECT_H

#include "ingest/decoder.h"
#include "ingest/field_map.h"
#include "tests/support/suite.h"

#define COLLECTED_MAX 64

struct collected {
	struct call calls[COLLECTED_MAX];
	size_t count;
	size_t refused;
	char why[96]; /* of the last refusal */
	struct log_state state;
	struct arena arena;
	struct field_binding binding;
};

/* The lines of `text`, then the end. Continues with out->state. */
void collect_lines(struct collected *out, const struct decoder *decoder, const char *text);
/* The whole text as one. */
void collect_document(struct collected *out, const struct decoder *decoder, const char *text);
/* Rows of a CSV or JSONL, with the map's text (NULL = guess) and a time base. */
void collect_rows(struct collected *out, const struct decoder *decoder, const char *map,
	int64_t base_ns, const char *text);
void collected_release(struct collected *c);
/* The time that a text means, UTC. */
int64_t at(const char *text);

#endif
