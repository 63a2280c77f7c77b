/* SPDX-License-Identifier: Apache-2.0 */
#include "store/reader.h"

#include <stdio.h>
#include <unistd.h>

#include "store/spend.h"
#include "tests/store/sample.h"

static enum ll_err spend_all(struct store_reader *r, struct timerange range, int64_t *calls,
	struct err *err)
{
	struct scope scope = SCOPE_DEFAULT;
	struct spend_query q = { .range = range };
	struct spend spend;
	struct arena a;
	enum ll_err code;

	arena_init(&a, 0);
	code = spend_query(r, &scope, &q, &a, &spend, err);
	*calls = spend.total.calls;
	arena_release(&a);
	return code;
}

static void store_reader_deadline__ends__queries_that_are_late(void **state)
{
	const struct timerange always = { .is_open = true };
	struct sample s;
	int64_t calls;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 10, 31);
	store_reader_deadline(s.reader, 1);
	assert_int_equal(spend_all(s.reader, always, &calls, &err), LL_ETIMEOUT);
	assert_string_equal(err.msg, "the query took too long and was stopped");
	store_reader_deadline(s.reader, clock_mono_ns() + 60 * NS_PER_S);
	assert_ok(spend_all(s.reader, always, &calls, &err), &err);
	assert_int_equal(calls, 10);
	sample_close(&s);
}

static enum ll_err dawdle(void *ctx, const struct record *record, struct err *err)
{
	(void)ctx;
	(void)record;
	(void)err;
	usleep(200);
	return LL_OK;
}

static void store_reader_deadline__ends__query_that_runs(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct record_query q = { .range.is_open = true };
	struct sample s;
	int64_t calls;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 2000, 32);
	store_reader_deadline(s.reader, clock_mono_ns() + 20 * NS_PER_MS);
	assert_int_equal(record_each(s.reader, &scope, &q, false, dawdle, NULL, &err), LL_ETIMEOUT);
	store_reader_deadline(s.reader, 0);
	assert_ok(spend_all(s.reader, q.range, &calls, &err), &err);
	assert_int_equal(calls, 2000);
	sample_close(&s);
}

static void store_reader_cancel__fails__next_call_once(void **state)
{
	const struct timerange always = { .is_open = true };
	struct sample s;
	int64_t calls;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 10, 33);
	store_reader_cancel(s.reader);
	assert_int_equal(spend_all(s.reader, always, &calls, &err), LL_ECANCELED);
	assert_ok(spend_all(s.reader, always, &calls, &err), &err);
	assert_int_equal(calls, 10);
	sample_close(&s);
}

static enum ll_err cancel(void *ctx, const struct record *record, struct err *err)
{
	(void)record;
	(void)err;
	store_reader_cancel(ctx);
	return LL_OK;
}

static void store_reader_cancel__ends__query_that_runs(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct record_query q = { .range.is_open = true };
	struct sample s;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 2000, 34);
	assert_int_equal(record_each(s.reader, &scope, &q, true, cancel, s.reader, &err),
		LL_ECANCELED);
	sample_close(&s);
}

static void spend_query__opens__only_months_of_range(void **state)
{
	struct sample s;
	char path[600];
	int64_t calls, month_ns = month_start_ns(202610);
	struct timerange october = { .since_ns = month_ns, .until_ns = month_start_ns(202611) };
	const struct timerange always = { .is_open = true };
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 100, 35);
	snprintf(path, sizeof(path), "%s/2025-01.db", s.dir);
	test_write_file(path, STR("this is no database, and much too short for one"));
	assert_ok(spend_all(s.reader, october, &calls, &err), &err);
	assert_int_equal(spend_all(s.reader, always, &calls, &err), LL_ECORRUPT);
	unlink(path);
	assert_ok(spend_all(s.reader, always, &calls, &err), &err);
	assert_int_equal(calls, 100);
	sample_close(&s);
}

/* A file that was made and not yet filled by its writer. */
static void spend_query__skips__month_without_schema(void **state)
{
	const struct timerange always = { .is_open = true };
	struct sample s;
	struct db db;
	char path[600];
	int64_t calls;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 100, 36);
	snprintf(path, sizeof(path), "%s/2025-01.db", s.dir);
	assert_ok(db_open(&db, path, DB_CREATE, 0, &err), &err);
	assert_ok(spend_all(s.reader, always, &calls, &err), &err);
	assert_int_equal(calls, 100);
	assert_ok(db_exec(&db, "PRAGMA user_version = 9999", &err), &err);
	assert_int_equal(spend_all(s.reader, always, &calls, &err), LL_EVERSION);
	db_close(&db);
	sample_close(&s);
}

static void dim_list__gives__sorted_names_of_kind(void **state)
{
	int64_t project;
	struct scope scope = SCOPE_DEFAULT;
	struct scope web = { .workspace = 1, .projects = &project, .project_count = 1 };
	struct sample s;
	struct arena a;
	struct str *names;
	size_t count;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 400, 37);
	arena_init(&a, 0);
	project = sample_project_id(&s, STR("web"));
	assert_ok(dim_list(s.reader, &scope, DIM_PROJECT, (struct str){ 0 }, &a, &names, &count,
		&err), &err);
	assert_int_equal(count, 3);
	assert_str(names[0], "api");
	assert_ok(dim_list(s.reader, &web, DIM_PROJECT, (struct str){ 0 }, &a, &names, &count,
		&err), &err);
	assert_int_equal(count, 1);
	assert_ok(dim_list(s.reader, &web, DIM_USER, (struct str){ 0 }, &a, &names, &count, &err),
		&err);
	assert_int_equal(count, 3);
	assert_ok(dim_list(s.reader, &scope, DIM_PROVIDER, (struct str){ 0 }, &a, &names, &count,
		&err), &err);
	assert_int_equal(count, 3);
	assert_ok(dim_list(s.reader, &scope, DIM_MACHINE, (struct str){ 0 }, &a, &names, &count,
		&err), &err);
	assert_int_equal(count, 2);
	assert_ok(dim_list(s.reader, &scope, DIM_SESSION, (struct str){ 0 }, &a, &names, &count,
		&err), &err);
	assert_int_equal(count, 12);
	assert_ok(dim_list(s.reader, &scope, DIM_TAG, STR("env"), &a, &names, &count, &err), &err);
	assert_int_equal(count, 2);
	assert_str(names[0], "prod");
	arena_release(&a);
	sample_close(&s);
}

static void dim_parse__reads__what_dim_name_writes(void **state)
{
	enum dim_kind kind;

	(void)state;
	for (enum dim_kind k = DIM_NONE; k < DIM_KINDS; k++) {
		if (k == DIM_NONE || k == DIM_TAG || k == DIM_TAG_SET) {
			assert_false(dim_parse(str_of(dim_name(k)), &kind));
			continue;
		}
		assert_true(dim_parse(str_of(dim_name(k)), &kind));
		assert_int_equal(kind, k);
	}
}

static void source_list__gives__sources_with_plan_and_files(void **state)
{
	struct scope scope = SCOPE_DEFAULT, elsewhere = { .workspace = 2 };
	struct sample s;
	struct arena a;
	struct source *sources;
	struct file_progress *files;
	size_t count;
	struct batch *b = batch_new();
	struct file_progress *f;
	struct err err = { 0 };

	(void)state;
	sample_open(&s, 1, 38);
	arena_init(&a, 0);
	f = batch_add_file(b);
	assert_non_null(f);
	f->source = s.sources[2].id;
	f->path = STR("/x/y.jsonl");
	f->offset = 77;
	f->line = 3;
	f->head[31] = 9;
	f->head_bytes = 40;
	f->state = STR("{}");
	assert_ok(store_append(s.store, &scope, b, &err), &err);
	batch_free(b);
	assert_ok(source_list(s.reader, &scope, &a, &sources, &count, &err), &err);
	assert_int_equal(count, SAMPLE_SOURCES);
	for (size_t i = 0; i < count; i++) {
		assert_true(str_eq(sources[i].name, s.sources[i].name));
		assert_true(str_eq(sources[i].machine, s.sources[i].machine));
		assert_int_equal(sources[i].plan, s.sources[i].plan);
		assert_int_equal(sources[i].files, i == 2);
	}
	assert_ok(source_files(s.reader, &scope, sources[2].id, &a, &files, &count, &err), &err);
	assert_int_equal(count, 1);
	assert_str(files[0].path, "/x/y.jsonl");
	assert_int_equal(files[0].offset, 77);
	assert_int_equal(files[0].head[31], 9);
	assert_int_equal(source_files(s.reader, &elsewhere, sources[2].id, &a, &files, &count,
		NULL), LL_ENOENT);
	arena_release(&a);
	sample_close(&s);
}

SUITE(reader,
	cmocka_unit_test(store_reader_deadline__ends__queries_that_are_late),
	cmocka_unit_test(store_reader_deadline__ends__query_that_runs),
	cmocka_unit_test(store_reader_cancel__fails__next_call_once),
	cmocka_unit_test(store_reader_cancel__ends__query_that_runs),
	cmocka_unit_test(spend_query__opens__only_months_of_range),
	cmocka_unit_test(spend_query__skips__month_without_schema),
	cmocka_unit_test(dim_list__gives__sorted_names_of_kind),
	cmocka_unit_test(dim_parse__reads__what_dim_name_writes),
	cmocka_unit_test(source_list__gives__sources_with_plan_and_files));
