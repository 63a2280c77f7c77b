/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/source.h"
#include "tests/store/writing.h"

#define COUNT_CALLS "SELECT count(*) FROM cost_records"
#define SUM_INPUT "SELECT coalesce(sum(input), 0) FROM roll_day"

static const struct scope scope = SCOPE_DEFAULT;

/* One call, in a batch of its own. */
static struct append_result append_one(struct store *s, const struct priced_call *call)
{
	struct batch *b = batch_new();
	struct append_result result;

	assert_non_null(b);
	b->calls[b->count++] = *call;
	result = writing_append(s, b);
	batch_free(b);
	return result;
}

static struct priced_call make(int64_t source, const char *name, int64_t start_ns)
{
	struct batch *b = batch_new();
	struct priced_call call = *writing_add(b, source, name, start_ns);

	batch_free(b);
	return call;
}

static void assert_result(struct append_result r, int64_t added, int64_t updated,
	int64_t duplicate)
{
	assert_int_equal(r.added, added);
	assert_int_equal(r.updated, updated);
	assert_int_equal(r.duplicate, duplicate);
}

static void store_append__keeps_the_better_observation(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct priced_call call = make(writing_source(s, "/a"), "one", NOV_2026_NS + NS_PER_DAY);
	(void)state;

	assert_result(append_one(s, &call), 1, 0, 0);
	assert_result(append_one(s, &call), 0, 0, 1);
	call.call.tokens.input = 250;
	call.call.start_ns += 10 * NS_PER_MIN;
	assert_result(append_one(s, &call), 0, 1, 0);
	call.call.tokens.input = 200;
	assert_result(append_one(s, &call), 0, 0, 1);
	store_close(s);
	assert_int_equal(writing_sum(dir, SUM_INPUT), 250);
	assert_int_equal(writing_sum(dir, "SELECT start_ns FROM cost_records"),
		NOV_2026_NS + NS_PER_DAY);
	writing_check(dir);
}

static void store_append__compares_names_when_all_else_is_equal(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct priced_call call = make(writing_source(s, "/a"), "one", NOV_2026_NS + NS_PER_DAY);
	struct priced_call unnamed = call;
	struct call_tag tag = { STR("env"), STR("prod") };
	(void)state;

	unnamed.call.project = STR("");
	assert_result(append_one(s, &unnamed), 1, 0, 0);
	assert_result(append_one(s, &call), 0, 1, 0);
	assert_result(append_one(s, &unnamed), 0, 0, 1);
	call.call.tags = &tag;
	call.call.tag_count = 1;
	assert_result(append_one(s, &call), 0, 1, 0);
	assert_result(append_one(s, &call), 0, 0, 1);
	store_close(s);
	assert_int_equal(writing_sum(dir, "SELECT count(*) FROM roll_day WHERE project = 0"), 0);
	assert_int_equal(writing_sum(dir, "SELECT calls FROM roll_day_by WHERE kind = 6"), 1);
	writing_check(dir);
}

static void store_append__yields_a_replay_to_its_original(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct priced_call original = make(source, "one", NOV_2026_NS + NS_PER_DAY);
	struct priced_call replay = original, other = original;
	(void)state;

	replay.call.key.exact.lo = 7;
	replay.call.is_replay = true;
	replay.call.tokens.input = 900;
	other.call.key.exact.lo = 8;
	assert_result(append_one(s, &replay), 1, 0, 0);
	replay.call.key.exact.lo = 9;
	assert_result(append_one(s, &replay), 0, 0, 1);
	assert_result(append_one(s, &original), 0, 1, 0);
	assert_result(append_one(s, &replay), 0, 0, 1);
	assert_result(append_one(s, &other), 1, 0, 0);
	store_close(s);
	assert_int_equal(writing_sum(dir, SUM_INPUT), 200);
	writing_check(dir);
}

static void store_append__finds_a_call_across_the_months_edge(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct priced_call call = make(writing_source(s, "/a"), "one", NOV_2026_NS - NS_PER_MIN);
	(void)state;

	assert_result(append_one(s, &call), 1, 0, 0);
	call.call.start_ns = NOV_2026_NS + NS_PER_MIN;
	call.call.tokens.input = 300;
	assert_result(append_one(s, &call), 0, 1, 0);
	call = make(1, "two", NOV_2026_NS + NS_PER_MIN);
	assert_result(append_one(s, &call), 1, 0, 0);
	call.call.start_ns = NOV_2026_NS - NS_PER_MIN;
	assert_result(append_one(s, &call), 0, 0, 1);
	store_close(s);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), 2);
	assert_int_equal(writing_sum(dir, SUM_INPUT), 400);
	writing_check(dir);
}

static void store_append__joins_observations_of_one_batch(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *b = batch_new();
	(void)state;

	writing_add(b, source, "one", NOV_2026_NS + 2 * NS_PER_HOUR);
	writing_add(b, source, "one", NOV_2026_NS + NS_PER_HOUR)->call.tokens.input = 50;
	writing_add(b, source, "one", NOV_2026_NS + 2 * NS_PER_HOUR + 1)->call.tokens.input = 500;
	assert_result(writing_append(s, b), 1, 0, 2);
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_sum(dir, SUM_INPUT), 500);
	assert_int_equal(writing_sum(dir, "SELECT start_ns FROM cost_records"),
		NOV_2026_NS + NS_PER_HOUR);
	writing_check(dir);
}

/* A source that uses a key again much later: the same rows, together in a batch or apart. */
static void store_append__keeps_one_key_at_distant_times_apart(void **state)
{
	static const int64_t starts[] = { 0, 49 * NS_PER_HOUR, NS_PER_MIN };
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *b = batch_new();
	(void)state;

	for (size_t i = 0; i < 3; i++)
		writing_add(b, source, "one", NOV_2026_NS + starts[i]);
	assert_result(writing_append(s, b), 2, 0, 1);
	for (size_t i = 0; i < 3; i++) {
		batch_clear(b);
		writing_add(b, source, "one", NOV_2026_NS + starts[i]);
		assert_result(writing_append(s, b), 0, 0, 1);
	}
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_sum(dir, "SELECT count(*) FROM cost_records"), 2);
}

static void store_append__refuses_what_cannot_be_stored(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *b = batch_new();
	struct err err = { 0 };
	(void)state;

	writing_add(b, source, "one", NOV_2026_NS)->call.tokens.input = -1;
	assert_int_equal(store_append(s, &scope, b, &err), LL_EINVAL);
	b->count = 0;
	writing_add(b, source + 1, "one", NOV_2026_NS);
	assert_int_equal(store_append(s, &scope, b, &err), LL_ENOENT);
	b->count = 0;
	writing_add(b, source, "one", NOV_2026_NS)->cost = usd_of_nanos(INT64_MAX);
	writing_add(b, source, "two", NOV_2026_NS)->cost = usd_of_nanos(INT64_MAX);
	assert_int_equal(store_append(s, &scope, b, &err), LL_EOVERFLOW);
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), 0);
	writing_check(dir);
}

/* The overflow is only met when the delta is added to the row in the file. */
static void store_append__refuses_a_sum_that_overflows_in_the_file(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct batch *b = batch_new();
	struct priced_call *call = writing_add(b, writing_source(s, "/a"), "one", NOV_2026_NS);
	struct err err = { 0 };
	(void)state;

	call->cost = usd_of_nanos(INT64_MAX);
	writing_append(s, b);
	call->call.key.exact.lo = 5;
	assert_int_equal(store_append(s, &scope, b, &err), LL_EOVERFLOW);
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), 1);
	writing_check(dir);
}

static void store_append__keeps_rollups_equal_to_a_recount(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a"), added = 0;
	struct batch *b = batch_new();
	uint64_t random = 1;
	(void)state;

	for (int i = 0; i < 60; i++) {
		struct append_result r;

		batch_clear(b);
		writing_fill(b, source, &random, 200, 3000);
		r = writing_append(s, b);
		assert_int_equal(r.added + r.updated + r.duplicate, 200);
		added += r.added;
		if (i % 20 == 19) {
			store_close(s);
			s = writing_open(dir);
		}
	}
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), added);
	assert_true(writing_sum(dir, "SELECT count(*) FROM usage_extra") > 0);
	writing_check(dir);
}

/* Which calls are there and what they say, in one number. */
static int64_t contents(const char *dir)
{
	return writing_sum(dir, "SELECT coalesce(sum((exact_hi & 0xffffff) * (1 + output) * 7 +"
		" is_replay * 3 + start_ns % 1000003), 0) FROM cost_records");
}

static void store_append__is_idempotent(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a"), before = 0;
	struct batch *b = batch_new();
	(void)state;

	for (int round = 0; round < 2; round++) {
		uint64_t random = 5;

		for (int i = 0; i < 5; i++) {
			struct append_result r;

			batch_clear(b);
			writing_fill(b, source, &random, 500, UINT64_MAX / 3);
			r = writing_append(s, b);
			assert_result(r, round ? 0 : 500, 0, round ? 500 : 0);
		}
		if (round == 0)
			before = contents(dir);
	}
	assert_int_equal(contents(dir), before);
	batch_free(b);
	store_close(s);
	writing_check(dir);
}

static void store_append__saves_how_far_files_were_read(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct batch *b = batch_new();
	struct file_progress *file;
	(void)state;

	for (int64_t offset = 10; offset <= 20; offset += 10) {
		batch_clear(b);
		file = batch_add_file(b);
		file->source = writing_source(s, "/a");
		file->path = STR("/a/log.jsonl");
		file->inode = UINT64_MAX;
		file->offset = offset;
		file->state = STR("{}");
		writing_append(s, b);
	}
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_main_number(dir, "SELECT count(*) FROM source_file"), 1);
	assert_int_equal(writing_main_number(dir, "SELECT offset FROM source_file"), 20);
	assert_int_equal(writing_main_number(dir, "SELECT inode FROM source_file"), -1);
}

static void store_append__counts_names_past_the_cap_as_other(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *b = batch_new();
	struct db db;
	struct err err = { 0 };
	char path[512];
	(void)state;

	snprintf(path, sizeof(path), "%s/main.db", dir);
	assert_ok(db_open(&db, path, DB_WRITE, 0, &err), &err);
	assert_ok(db_exec(&db, "INSERT INTO dim (workspace, kind, qualifier, name) WITH RECURSIVE"
		" n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
		" SELECT 1, 1, '', 'project ' || i FROM n", &err), &err);
	db_close(&db);
	writing_add(b, source, "one", NOV_2026_NS)->call.project = STR("new");
	writing_add(b, source, "two", NOV_2026_NS)->call.project = STR("newer");
	writing_add(b, source, "three", NOV_2026_NS)->call.project = STR("project 17");
	writing_append(s, b);
	batch_free(b);
	store_close(s);
	assert_int_equal(writing_main_number(dir, "SELECT count(*) FROM dim WHERE kind = 1"),
		100001);
	assert_int_equal(writing_sum(dir, "SELECT max(calls) FROM roll_day"), 2);
	writing_check(dir);
}

/* What the child process acknowledged, through a pipe: a batch's number after its commit. */
static void append_until_killed(const char *dir, int acknowledge, uint64_t seed)
{
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *b = batch_new();
	uint64_t random = seed;

	for (uint32_t i = 1;; i++) {
		batch_clear(b);
		writing_fill(b, source, &random, 30, 3000);
		writing_add(b, source, "", NOV_2026_NS + (int64_t)i * NS_PER_MIN)->call.key =
			(struct call_key){ .exact = { seed, i }, .family = seed * 1000003 + i };
		writing_append(s, b);
		if (write(acknowledge, &i, sizeof(i)) != (ssize_t)sizeof(i))
			_exit(1);
	}
}

static uint32_t kill_a_writer(const char *dir, uint64_t seed, useconds_t after_us)
{
	uint32_t last = 0, read_one;
	int ends[2];
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		close(ends[0]);
		append_until_killed(dir, ends[1], seed);
	}
	close(ends[1]);
	usleep(after_us);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	while (read(ends[0], &read_one, sizeof(read_one)) == (ssize_t)sizeof(read_one))
		last = read_one;
	close(ends[0]);
	return last;
}

static void store_append__loses_nothing_acknowledged_when_killed(void **state)
{
	const char *dir = test_dir();
	uint64_t random = 42;
	(void)state;

	for (uint64_t seed = 1; seed <= writing_repeats(20, 200); seed++) {
		uint32_t last = kill_a_writer(dir, seed,
			(useconds_t)(5000 + test_random(&random) % 60000));
		char sql[128];

		store_close(writing_open(dir));
		writing_check(dir);
		snprintf(sql, sizeof(sql), "SELECT count(*) FROM cost_records WHERE exact_hi = %d"
			" AND exact_lo <= %u", (int)seed, last);
		assert_int_equal(writing_sum(dir, sql), last);
	}
}

static void store_append__works_in_two_processes_at_once(void **state)
{
	const char *dir = test_dir();
	pid_t children[2];
	int status;
	(void)state;

	store_close(writing_open(dir));
	for (uint64_t who = 0; who < 2; who++) {
		children[who] = fork();
		if (children[who] == 0) {
			struct store *s = writing_open(dir);
			struct batch *b = batch_new();
			uint64_t random = who;

			for (int i = 0; i < 40; i++) {
				batch_clear(b);
				writing_fill(b, writing_source(s, "/a"), &random, 100, 3000);
				writing_append(s, b);
			}
			store_close(s);
			_exit(0);
		}
	}
	for (size_t who = 0; who < 2; who++) {
		waitpid(children[who], &status, 0);
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	}
	writing_check(dir);
	assert_int_equal(writing_main_number(dir, "SELECT count(*) FROM source"), 1);
}

/* A batch over two months with a new name, an update and a file. */
static void fill_for_faults(struct batch *b, int64_t source, uint64_t seed)
{
	uint64_t random = seed;
	struct file_progress *file;

	batch_clear(b);
	writing_fill(b, source, &random, 12, 60);
	b->calls[0].call.user = arena_str(&b->arena, STR("somebody new 000"));
	snprintf((char *)(uintptr_t)b->calls[0].call.user.at, 17, "somebody new %03d",
		(int)(seed % 1000));
	file = batch_add_file(b);
	file->source = source;
	file->path = STR("/a/log.jsonl");
	file->state = STR("");
}

static uint64_t count_visits(struct store *s, struct batch *b, unsigned sites)
{
	struct err err = { 0 };

	fault_arm(sites, 0, false);
	assert_ok(store_append(s, &scope, b, &err), &err);
	return fault_disarm();
}

static void fail_each(unsigned sites, uint64_t step)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t source = writing_source(s, "/a");
	struct batch *b = batch_new();
	struct err err = { 0 };
	uint64_t visits, failures = 0, tries = 0;

	fill_for_faults(b, source, 1);
	visits = count_visits(s, b, sites);
	for (uint64_t nth = 1; nth <= visits; nth += step) {
		enum ll_err e;

		/* So that statements are prepared and files opened again. */
		store_close(s);
		s = writing_open(dir);
		fill_for_faults(b, source, nth + 1);
		fault_arm(sites, nth, false);
		e = store_append(s, &scope, b, &err);
		fault_disarm();
		assert_true(e == LL_OK || err.msg[0]);
		failures += e != LL_OK;
		tries++;
		assert_ok(store_append(s, &scope, b, &err), &err);
		if (e == LL_OK)
			assert_int_equal(b->result.added, 0);
	}
	/* Looking for old jobs may fail without harm, and later visits may be fewer. */
	assert_true(failures * 2 > tries);
	batch_free(b);
	store_close(s);
	writing_check(dir);
}

static void store_append__survives_every_failing_statement(void **state)
{
	(void)state;
	fail_each(FAULT_SQL, writing_repeats(3, 1));
}

static void store_append__survives_every_failing_allocation(void **state)
{
	(void)state;
	fail_each(FAULT_ALLOC, 1);
}

SUITE(append,
	cmocka_unit_test(store_append__keeps_the_better_observation),
	cmocka_unit_test(store_append__compares_names_when_all_else_is_equal),
	cmocka_unit_test(store_append__yields_a_replay_to_its_original),
	cmocka_unit_test(store_append__finds_a_call_across_the_months_edge),
	cmocka_unit_test(store_append__joins_observations_of_one_batch),
	cmocka_unit_test(store_append__keeps_one_key_at_distant_times_apart),
	cmocka_unit_test(store_append__refuses_what_cannot_be_stored),
	cmocka_unit_test(store_append__refuses_a_sum_that_overflows_in_the_file),
	cmocka_unit_test(store_append__keeps_rollups_equal_to_a_recount),
	cmocka_unit_test(store_append__is_idempotent),
	cmocka_unit_test(store_append__saves_how_far_files_were_read),
	cmocka_unit_test(store_append__counts_names_past_the_cap_as_other),
	cmocka_unit_test(store_append__loses_nothing_acknowledged_when_killed),
	cmocka_unit_test(store_append__works_in_two_processes_at_once),
	cmocka_unit_test(store_append__survives_every_failing_statement),
	cmocka_unit_test(store_append__survives_every_failing_allocation));
