/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/ingest/world.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "store/price_table.h"

static void open_store(struct world *w)
{
	struct store_reader *reader;
	char dir[256];

	assert_ok(store_open(&w->store, &(struct store_options){
		.dir = world_path(w, "store", dir), .zone = "UTC" }, &w->err), &w->err);
	assert_ok(store_reader_open(w->store, &reader, &w->err), &w->err);
	assert_ok(price_table_load(reader, &w->book, &w->err), &w->err);
	store_reader_close(reader);
}

enum ll_err world_book(void *ctx, struct price_book **out, struct err *err)
{
	(void)err;
	*out = ((struct world *)ctx)->book;
	return LL_OK;
}

void world_open(struct world *w)
{
	*w = (struct world){ .scope = SCOPE_DEFAULT };
	snprintf(w->dir, sizeof(w->dir), "%s", test_dir());
	open_store(w);
}

void world_close(struct world *w)
{
	price_book_free(w->book);
	store_close(w->store);
}

const char *world_path(const struct world *w, const char *name, char out[256])
{
	assert_true(path_join(out, 256, w->dir, name));
	return out;
}

static void write_mode(const struct world *w, const char *name, const char *text, const char *mode)
{
	char path[256];
	FILE *f = fopen(world_path(w, name, path), mode);

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

void world_write(const struct world *w, const char *name, const char *text)
{
	write_mode(w, name, text, "wb");
}

void world_append(const struct world *w, const char *name, const char *text)
{
	write_mode(w, name, text, "ab");
}

enum ll_err world_import_with(struct world *w, const char *path, struct import_options options)
{
	options.store = w->store;
	options.scope = &w->scope;
	options.book = world_book;
	options.book_ctx = w;
	options.paths = &path;
	options.path_count = path != NULL;
	options.actor = STR("test");
	if (!options.machine.len)
		options.machine = STR("box");
	return import_run(&options, &w->sum, &w->err);
}

void world_import(struct world *w, const char *path)
{
	assert_ok(world_import_with(w, path, (struct import_options){ 0 }), &w->err);
}

struct usage_sum world_total(struct world *w)
{
	struct spend_query query = {
		.range = { .since_ns = 0, .until_ns = INT64_MAX, .is_open = true },
		.zone = zone_utc(),
	};
	struct store_reader *reader;
	struct arena arena = { 0 };
	struct spend spend;

	assert_ok(store_reader_open(w->store, &reader, &w->err), &w->err);
	assert_ok(spend_query(reader, &w->scope, &query, &arena, &spend, &w->err), &w->err);
	store_reader_close(reader);
	arena_release(&arena);
	return spend.total;
}
