/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes streams in: each through its decoder and the door, counting what is refused. One intake
 * serves all streams of an import, one after the other. Inside ingest/ only.
 */
#ifndef LLMLAB_INGEST_INTAKE_H
#define LLMLAB_INGEST_INTAKE_H

#include "ingest/import.h"
#include "ingest/known.h"
#include "ingest/lines.h"
#include "ingest/occurrence.h"

struct intake {
	const struct import_options *options;
	struct import_summary *summary;
	struct door *door;
	struct known known;
	struct arena scratch;      /* of a line */
	struct occurrences rows;   /* of a file */

	struct import_progress progress;
	int64_t bytes_before;      /* of the files before the present one */
	int64_t progress_due_ns;

	/* the present stream */
	const char *path;
	struct str place;
	const struct decoder *decoder;
	int64_t line;
	bool has_source;
	int64_t source;

	enum ll_err status;        /* what the door or the store said: it ends the import */
	struct err *err;
};

/* How far a stream was read. */
struct reading {
	struct log_state state;
	int64_t offset, line;      /* behind what was taken */
};

/* Begins a stream; the path is borrowed until the next one. The caller sets the decoder. */
void intake_begin(struct intake *in, const char *path);
/* Reads all that the lines still have. in->status: the import is to end; another code: the
 * stream could not be read. */
enum ll_err LL_MUST intake_read(struct intake *in, struct line_reader *lines,
	struct reading *reading);
/* The same for the SQLite file at the stream's path. */
enum ll_err LL_MUST intake_read_database(struct intake *in);
/* Gives the stream its source, made when new. */
enum ll_err LL_MUST intake_source(struct intake *in);

#endif
