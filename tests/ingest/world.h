/* SPDX-License-Identifier: Apache-2.0 */
/* A store in a fresh directory, with prices, for tests of the door and of imports. */
#ifndef LLMLAB_TESTS_INGEST_WORLD_H
#define LLMLAB_TESTS_INGEST_WORLD_H

#include "ingest/import.h"
#include "store/spend.h"
#include "tests/support/suite.h"

struct world {
	char dir[128]; /* for files; the store is dir/store */
	struct store *store;
	struct scope scope;
	struct price_book *book;
	struct import_summary sum; /* of the last import */
	struct err err;
};

void world_open(struct world *w);
void world_close(struct world *w);
/* For door and import options; ctx is the world. */
enum ll_err world_book(void *ctx, struct price_book **out, struct err *err);
/* "dir/name". */
const char *world_path(const struct world *w, const char *name, char out[256]);
void world_write(const struct world *w, const char *name, const char *text);
void world_append(const struct world *w, const char *name, const char *text);
/* Imports one path (NULL = the known places) with these options beside; returns the code. */
enum ll_err world_import_with(struct world *w, const char *path, struct import_options options);
/* The same, and it must work. */
void world_import(struct world *w, const char *path);
/* All calls of the store. */
struct usage_sum world_total(struct world *w);

#endif
