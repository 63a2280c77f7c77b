/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"
#include "model/price.h"
#include "store/audit.h"
#include "store/price_table.h"
#include "store/source.h"
#include "tests/store/writing.h"

#define COUNT_CALLS "SELECT count(*) FROM cost_records"
#define UNFINISHED "SELECT count(*) FROM job WHERE finished_ns IS NULL"

static const struct scope scope = SCOPE_DEFAULT;
static const struct str actor = STR_INIT("local:me");

static void fill(struct store *s, int64_t source, uint64_t seed, size_t count)
{
	struct batch *b = batch_new();

	writing_fill(b, source, &seed, count, UINT64_MAX / 3);
	writing_append(s, b);
	batch_free(b);
}

/* Two sources with calls in several months. */
static struct store *open_filled(const char *dir, int64_t sources[2])
{
	struct store *s = writing_open(dir);

	for (size_t i = 0; i < 2; i++) {
		sources[i] = writing_source(s, i ? "/b" : "/a");
		fill(s, sources[i], i + 1, 300);
	}
	return s;
}

static void source_remove__takes_its_calls_out(void **state)
{
	const char *dir = test_dir();
	int64_t sources[2], calls;
	struct store *s = open_filled(dir, sources);
	struct err err = { 0 };
	struct batch *b = batch_new();
	(void)state;

	assert_ok(source_remove(s, &scope, sources[1], actor, &calls, &err), &err);
	assert_int_equal(calls, 300);
	assert_int_equal(source_remove(s, &scope, sources[1], actor, &calls, &err), LL_ENOENT);
	writing_add(b, sources[1], "late", NOV_2026_NS);
	assert_int_equal(store_append(s, &scope, b, &err), LL_ENOENT);
	batch_free(b);
	writing_check(dir);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), 300);
	assert_int_equal(writing_main_number(dir, UNFINISHED), 0);
	assert_int_equal(writing_main_number(dir,
		"SELECT count(*) FROM audit WHERE action = 'sources.remove'"), 1);
	/* A new source gets an id that nothing refers to, and the calls can come back. */
	assert_true(writing_source(s, "/b") > sources[1]);
	fill(s, writing_source(s, "/b"), 2, 300);
	store_close(s);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), 600);
	writing_check(dir);
}

static void source_remove__is_noticed_by_another_writer(void **state)
{
	const char *dir = test_dir();
	int64_t sources[2], calls;
	struct store *s = open_filled(dir, sources), *other = writing_open(dir);
	struct err err = { 0 };
	(void)state;

	fill(other, sources[0], 1, 300);
	assert_ok(source_remove(s, &scope, sources[1], actor, &calls, &err), &err);
	fill(s, sources[0], 7, 300); /* the ids of what was removed are used again */
	fill(other, sources[0], 7, 300);
	fill(other, sources[0], 8, 300);
	store_close(s);
	store_close(other);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), 900);
	writing_check(dir);
}

static void source_changes__are_audited(void **state)
{
	const char *dir = test_dir();
	int64_t sources[2];
	struct store *s = open_filled(dir, sources);
	struct err err = { 0 };
	(void)state;

	assert_ok(source_set_plan(s, &scope, sources[0], PLAN_SUBSCRIPTION, actor, &err), &err);
	assert_ok(source_relabel(s, &scope, sources[0], STR("laptop"), actor, &err), &err);
	assert_int_equal(source_relabel(s, &scope, 77, STR("x"), actor, &err), LL_ENOENT);
	assert_ok(source_relabel(s, &scope, sources[1], STR("other"), actor, &err), &err);
	store_close(s);
	assert_int_equal(writing_main_number(dir,
		"SELECT count(*) FROM source WHERE plan = 1 AND machine = 'laptop'"), 1);
	assert_int_equal(writing_main_number(dir, "SELECT count(*) FROM audit"
		" WHERE before LIKE '%metered%' AND after LIKE '%subscription%'"), 1);
	assert_int_equal(writing_main_number(dir, "SELECT count(*) FROM audit"), 3);
}

static void source_relabel__refuses_what_exists(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	int64_t first = writing_source(s, "/a"), second;
	struct err err = { 0 };
	(void)state;

	assert_ok(source_ensure(s, &scope, STR("claude-code"), STR("there"), STR("/a"), &second,
		&err), &err);
	assert_int_equal(source_relabel(s, &scope, second, STR("here"), actor, &err), LL_EEXIST);
	assert_int_not_equal(first, second);
	store_close(s);
	assert_int_equal(writing_main_number(dir, "SELECT count(*) FROM audit"), 0);
}

static void store_set_zone__cuts_days_anew(void **state)
{
	const char *dir = test_dir();
	int64_t sources[2];
	struct store *s = open_filled(dir, sources), *other = writing_open(dir);
	struct err err = { 0 };
	(void)state;

	fill(other, sources[0], 3, 10);
	assert_ok(store_set_zone(s, &scope, STR("Asia/Kolkata"), actor, &err), &err);
	assert_int_not_equal(store_set_zone(s, &scope, STR("Nowhere/Land"), actor, &err), LL_OK);
	assert_int_equal(writing_sum(dir, "SELECT zone != 'Asia/Kolkata' FROM month"), 0);
	writing_check(dir);
	fill(other, sources[0], 4, 300);
	store_close(other);
	store_close(s);
	writing_check(dir);
	assert_int_equal(writing_main_number(dir,
		"SELECT count(*) FROM audit WHERE action = 'zone.set'"), 1);
}

static struct price price_of(const char *model, int64_t rate)
{
	struct price p = {
		.list = PRICE_CUSTOM,
		.provider = STR("anthropic"),
		.model = str_of(model),
		.match = str_of(model),
		.valid_from_day = PRICE_DATE_NONE,
		.fast_ppm = 1000000,
		.origin = STR("a test"),
	};

	for (size_t class = 0; class < RATE_CLASSES; class++)
		for (size_t unit = 0; unit < RATE_UNITS; unit++)
			p.rates[class][unit] = rate;
	return p;
}

static void reprice_apply__changes_costs_and_rollups(void **state)
{
	const char *dir = test_dir();
	int64_t sources[2], calls, id, again;
	struct store *s = open_filled(dir, sources);
	struct price price = price_of("claude-opus-4-1", 7000000);
	struct timerange all = { .is_open = true };
	struct err err = { 0 };
	(void)state;

	assert_ok(price_add(s, &price, actor, &id, &err), &err);
	assert_int_equal(price_add(s, &price, actor, &again, &err), LL_EEXIST);
	assert_ok(reprice_apply(s, &scope, &all, actor, &calls, &err), &err);
	assert_true(calls > 0);
	assert_true(writing_sum(dir, "SELECT count(*) FROM cost_records WHERE cost_nanos ="
		" 7000 * (input + cache_read + output) + 7000 * coalesce((SELECT qty"
		" FROM usage_extra WHERE record = id), 0)") > 100);
	writing_check(dir);
	assert_ok(reprice_apply(s, &scope, &all, actor, &calls, &err), &err);
	assert_int_equal(calls, 0);
	assert_ok(price_retire(s, id, actor, &err), &err);
	assert_int_equal(price_retire(s, id, actor, &err), LL_ENOENT);
	assert_ok(reprice_apply(s, &scope, &all, actor, &calls, &err), &err);
	assert_true(calls > 0);
	assert_ok(price_add(s, &price, actor, &again, &err), &err);
	assert_int_equal(again, id);
	store_close(s);
	writing_check(dir);
}

static void price_intern__gives_one_id_to_one_row(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct price a = price_of("claude-opus-4-1", 1), b = price_of("claude-opus-4-1", 2);
	int64_t first, second, third;
	struct err err = { 0 };
	(void)state;

	a.list = b.list = PRICE_CORE;
	assert_ok(price_intern(s, &a, &first, &err), &err);
	assert_ok(price_intern(s, &b, &second, &err), &err);
	assert_ok(price_intern(s, &a, &third, &err), &err);
	assert_int_not_equal(first, second);
	assert_int_equal(first, third);
	store_close(s);
}

/* The job stops at the nth statement, as after a crash (0: it does not); the next writer ends
 * it. Returns how many statements it ran. */
static uint64_t interrupt_removal(uint64_t nth)
{
	const char *dir = test_dir();
	int64_t sources[2], calls;
	struct store *s = open_filled(dir, sources);
	struct err err = { 0 };
	uint64_t visits;
	enum ll_err e;
	bool was_begun;

	fault_arm(FAULT_SQL, nth, true);
	e = source_remove(s, &scope, sources[1], actor, &calls, &err);
	visits = fault_disarm();
	was_begun = e == LL_OK || writing_main_number(dir, UNFINISHED) > 0;
	store_close(s);
	s = writing_open(dir);
	fill(s, sources[0], 9, 10);
	store_close(s);
	assert_int_equal(writing_main_number(dir, UNFINISHED), 0);
	assert_int_equal(writing_sum(dir, COUNT_CALLS), was_begun ? 310 : 610);
	writing_check(dir);
	return visits;
}

static void job__is_finished_by_the_next_writer(void **state)
{
	size_t samples = writing_repeats(12, 200);
	uint64_t visits = interrupt_removal(0);
	(void)state;

	for (uint64_t i = 0; i < samples; i++)
		interrupt_removal(1 + i * visits / samples);
}

static void remove_until_killed(const char *dir, int64_t source)
{
	struct store *s = writing_open(dir);
	struct err err = { 0 };
	int64_t calls;

	(void)!source_remove(s, &scope, source, actor, &calls, &err);
	pause();
}

static void job__is_finished_after_a_kill(void **state)
{
	uint64_t random = 3;
	(void)state;

	for (size_t i = 0; i < writing_repeats(6, 60); i++) {
		const char *dir = test_dir();
		int64_t sources[2];
		struct store *s = open_filled(dir, sources);
		pid_t child;

		store_close(s);
		child = fork();
		if (child == 0)
			remove_until_killed(dir, sources[1]);
		usleep((useconds_t)(1000 + test_random(&random) % 30000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		s = writing_open(dir);
		fill(s, sources[0], 9, 10);
		store_close(s);
		assert_int_equal(writing_main_number(dir, UNFINISHED), 0);
		writing_check(dir);
	}
}

SUITE(job,
	cmocka_unit_test(source_remove__takes_its_calls_out),
	cmocka_unit_test(source_remove__is_noticed_by_another_writer),
	cmocka_unit_test(source_changes__are_audited),
	cmocka_unit_test(source_relabel__refuses_what_exists),
	cmocka_unit_test(store_set_zone__cuts_days_anew),
	cmocka_unit_test(reprice_apply__changes_costs_and_rollups),
	cmocka_unit_test(price_intern__gives_one_id_to_one_row),
	cmocka_unit_test(job__is_finished_by_the_next_writer),
	cmocka_unit_test(job__is_finished_after_a_kill));
