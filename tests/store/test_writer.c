/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <sys/stat.h>

#include "store/source.h"
#include "tests/store/writing.h"

static const struct scope scope = SCOPE_DEFAULT;

static void count_done(struct batch *b)
{
	__atomic_add_fetch((int *)b->ctx, b->status == LL_OK, __ATOMIC_SEQ_CST);
}

static void store_submit__is_bounded_and_gives_every_batch_back(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *batches[STORE_QUEUE + 8];
	int done = 0, accepted = 0;
	struct err err = { 0 };
	(void)state;

	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		uint64_t random = i;
		enum ll_err e;

		batches[i] = batch_new();
		batches[i]->done = count_done;
		batches[i]->ctx = &done;
		writing_fill(batches[i], source, &random, 2000, 1000000);
		e = store_submit(s, &scope, batches[i], i % 2, &err);
		assert_true(e == LL_OK || (e == LL_EBUSY && i % 2 == 0));
		accepted += e == LL_OK;
	}
	store_close(s);
	assert_int_equal(__atomic_load_n(&done, __ATOMIC_SEQ_CST), accepted);
	assert_true(accepted > STORE_QUEUE);
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++)
		batch_free(batches[i]);
	writing_check(dir);
}

/* More months than are kept open, twice over, so that each is closed and opened again. */
static void writer__keeps_few_months_open(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *b = batch_new();
	char name[32];
	(void)state;

	for (int round = 0; round < 2; round++) {
		batch_clear(b);
		for (int i = 0; i < 24; i++) {
			snprintf(name, sizeof(name), "call %d %d", round, i);
			writing_add(b, source, name, NOV_2026_NS - i * 30 * NS_PER_DAY);
		}
		assert_int_equal(writing_append(s, b).added, 24);
	}
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_sum(dir, "SELECT count(*) FROM cost_records"), 48);
	assert_int_equal(writing_sum(dir, "SELECT 1"), 24);
	writing_check(dir);
}

static off_t size_of(const char *dir, const char *name)
{
	char path[512];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return stat(path, &st) == 0 ? st.st_size : 0;
}

static void store_close__leaves_all_in_the_files(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct batch *b = batch_new();
	uint64_t random = 1;
	(void)state;

	writing_fill(b, writing_source(s, "/a"), &random, 1000, 100000);
	writing_append(s, b);
	assert_true(size_of(dir, "2026-11.db-wal") > 0);
	store_close(s);
	batch_free(b);
	assert_int_equal(size_of(dir, "2026-11.db-wal"), 0);
	assert_int_equal(size_of(dir, "main.db-wal"), 0);
	writing_check(dir);
}

static void store_append__wants_the_whole_workspace(void **state)
{
	struct store *s = writing_open(test_dir());
	struct batch *b = batch_new();
	const int64_t projects[] = { 1 };
	const struct scope narrow = { .workspace = 1, .projects = projects, .project_count = 1 };
	struct err err = { 0 };
	(void)state;

	assert_int_equal(store_append(s, &narrow, b, &err), LL_EACCESS);
	assert_int_equal(store_submit(s, &narrow, b, false, &err), LL_EACCESS);
	assert_ok(store_append(s, &scope, b, &err), &err);
	batch_free(b);
	store_close(s);
}

SUITE(writer,
	cmocka_unit_test(store_submit__is_bounded_and_gives_every_batch_back),
	cmocka_unit_test(writer__keeps_few_months_open),
	cmocka_unit_test(store_close__leaves_all_in_the_files),
	cmocka_unit_test(store_append__wants_the_whole_workspace));
