/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file of an import: tells its kind, reads what is new in it, and remembers how far it was
 * read. Inside ingest/ only.
 */
#ifndef LLMLAB_INGEST_FILE_INTAKE_H
#define LLMLAB_INGEST_FILE_INTAKE_H

#include "ingest/files.h"
#include "ingest/intake.h"

/* Takes in what the file has that is new; in->place is set. in->status as in intake_read():
 * another code is the file's alone. */
enum ll_err LL_MUST file_intake(struct intake *in, struct log_file *file);

#endif
