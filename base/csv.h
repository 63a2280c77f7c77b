/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV (RFC 4180) as records of cells, for files that people write by hand: lines that are
 * empty or begin with '#' are skipped, blanks around a cell do not count, and every mistake
 * has its line.
 */
#ifndef LLMLAB_BASE_CSV_H
#define LLMLAB_BASE_CSV_H

#include "base/arena.h"
#include "base/buf.h"

#define CSV_CELLS_MAX 64

struct csv {
	struct str rest;
	int64_t line; /* where the record that was read begins, from 1 */
	int64_t next_line;
	struct arena memory; /* of one record; its reader may keep things in it as well */
	struct str cells[CSV_CELLS_MAX];
	size_t cell_count;
};

/* The text outlives the reader; a byte order mark, as spreadsheets write one, is skipped. */
void csv_init(struct csv *c, struct str text, size_t memory_max);
void csv_release(struct csv *c); /* accepts a zeroed struct */

/* Moves to the next record; false at the end of the text. */
bool csv_find(struct csv *c);
/* Reads that record into cells, which hold until the next one. */
enum ll_err LL_MUST csv_read(struct csv *c, struct err *err);

/* A cell in quotes: nothing in it can be taken for another one. */
void csv_add_quoted(struct buf *b, struct str text);

#endif
