/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decoders: from the text of somebody's log to calls. Pure: a line in, calls out; no file, no
 * clock, no store. One file a decoder and one line in ingest/decoders.def; format names,
 * detection, help and tests are printed from the table.
 */
#ifndef LLMLAB_INGEST_DECODER_H
#define LLMLAB_INGEST_DECODER_H

#include "base/arena.h"
#include "base/json.h"
#include "base/limits.h"
#include "model/call.h"
#include "model/zone.h"

/* What a decoder remembers from line to line and, through source_file.state, from one import
 * to the next. One struct for all decoders; unused fields stay zero. */
struct log_state {
	char session[LIMIT_ID_BYTES + 1];
	char project[LIMIT_NAME_BYTES + 1]; /* the log's cwd */
	char model[LIMIT_NAME_BYTES + 1];
	char provider[64];
	int64_t ordinal; /* usage records so far */
	struct tokens total, last; /* running totals and the last delta, as the log gave them */
	int64_t total_reasoning, last_reasoning;
	int64_t replay_second; /* second of time whose records repeat a parent's; 0 = none */
	int64_t base_ns; /* relative times: the origin */
};

void log_state_write(const struct log_state *state, struct buf *out); /* one line of JSON */
bool log_state_read(struct str text, struct log_state *out); /* false: read anew */

struct field_map; /* ingest/field_map.h: columns of CSV and JSONL */

struct decode_options {
	const struct field_map *map; /* NULL = none given */
	const struct zone *zone; /* of times without one */
	int64_t time_base_ns; /* origin of relative times */
};

struct decode {
	const struct decoder *decoder;
	const struct decode_options *options;
	struct arena *scratch; /* cleared by the caller before each line */
	struct log_state state;
	struct str path; /* of the file, for formats that name the session by it */
	/* Takes each call; its strings live until the next line. False: stop. */
	bool (*emit)(void *ctx, const struct call *call);
	void *ctx;
	const char *why; /* of DECODE_REFUSED */
};

enum decode_result {
	DECODE_OK, /* calls were emitted */
	DECODE_NOTHING, /* a line of no interest */
	DECODE_REFUSED, /* a line that should have been a call and is not: `why` */
};

enum decoder_input {
	DECODE_LINES, /* one line at a time; read on where it stopped */
	DECODE_DOCUMENT, /* the whole file as one text; read anew when it changed */
	DECODE_DATABASE, /* an SQLite file of another program, row by row */
};

struct decoder {
	const char *name; /* --format */
	const char *source; /* the source's name in the store: "claude-code" */
	const char *label; /* "Claude Code" */
	int version; /* raised when it would read an old file differently: files are read anew */
	enum decoder_input input;
	enum call_kind kind;
	/* How sure, 0..100, that a file with this head (and path) is of this kind. */
	int (*detect)(struct str head, struct str path);
	/* Decodes one line (or document). */
	enum decode_result (*decode)(struct decode *d, struct str text);
};

extern const struct decoder *const decoders[];
extern const size_t decoder_count;
const struct decoder *decoder_find(struct str name); /* NULL = no such format */
const struct decoder *decoder_detect(struct str head, struct str path); /* NULL = none is sure */

#endif
