/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every allocation, file call and SQLite call of an import into a fresh store fails in turn:
 * sampled in a check, each of them with LLMLAB_SOAK. Whatever happened, the run says so or did
 * its work, and a second, undisturbed import leaves the totals that a first undisturbed one
 * would have left.
 *
 * The hook is armed before the store is opened and disarmed after it is closed, so never while
 * the writer thread runs. Which of two threads makes the n-th visit may differ between runs: the
 * claims hold for any.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "ingest/import.h"
#include "store/db.h"
#include "store/health.h"
#include "store/price_table.h"
#include "store/spend.h"
#include "tests/ingest/make_tar.h"
#include "tests/support/suite.h"

#define BUDGET_NS (5 * NS_PER_S / 2) /* of one sweep; LLMLAB_SOAK tries every visit */
#define SAMPLE_SEED 2026

/* A directory of logs, and a store for them. */
struct trial {
	char logs[256], dir[256];
	struct store *store;
	struct price_book *book;
	struct import_summary sum;
	struct err err;
};

#define CLAUDE(day, id, model, output)                                                          \
	"{\"type\":\"assistant\",\"timestamp\":\"2026-" day "T10:00:00.000Z\",\"sessionId\":\"s1\","    \
	"\"requestId\":\"r-" id "\",\"cwd\":\"/w\",\"message\":{\"id\":\"" id "\",\"model\":\"" model    \
	"\",\"usage\":{\"input_tokens\":3,\"output_tokens\":" #output "}}}\n"

static void put(const struct trial *t, const char *name, struct str bytes)
{
	char path[300];

	assert_true(path_join(path, sizeof(path), t->logs, name));
	test_write_file(path, bytes);
}

static void put_tar(const struct trial *t)
{
	struct buf b = BUF_INIT(1 << 20);

	tar_add(&b, '0', "projects/a.jsonl", str_of(CLAUDE("11-03", "t1", "claude-opus-4-5", 7)
		CLAUDE("11-01", "c2", "claude-sonnet-4-5", 60)));
	tar_end(&b);
	put(t, "more.tar", buf_str(&b));
	buf_release(&b);
}

static void put_database(const struct trial *t)
{
	char path[300];
	struct db db;
	struct err err = { 0 };

	assert_true(path_join(path, sizeof(path), t->logs, "opencode.db"));
	assert_ok(db_open(&db, path, DB_CREATE, 0, &err), &err);
	assert_ok(db_exec(&db, "CREATE TABLE message(id TEXT PRIMARY KEY, session_id TEXT, "
		"time_created INTEGER, time_updated INTEGER, data TEXT);"
		"INSERT INTO message VALUES('m1','o1',0,0,'{\"role\":\"assistant\","
		"\"providerID\":\"anthropic\",\"modelID\":\"claude-sonnet-4-5\","
		"\"time\":{\"created\":1793527200000},\"tokens\":{\"input\":10,\"output\":20}}')",
		&err), &err);
	db_close(&db);
}

/* One log of each way in: lines, rows, a document, a tar, a database; two months, growing
 * duplicates, a bad line, a model without a price. */
static void write_logs(struct trial *t)
{
	snprintf(t->logs, sizeof(t->logs), "%s", test_dir());
	put(t, "claude.jsonl", str_of(CLAUDE("10-31", "c1", "claude-sonnet-4-5", 5)
		CLAUDE("11-01", "c2", "claude-sonnet-4-5", 6) "{broken\n"
		CLAUDE("11-01", "c2", "claude-sonnet-4-5", 60)
		CLAUDE("11-02", "c3", "claude-unheard-of", 8)));
	put(t, "rows.csv", str_of("timestamp,input_tokens,output_tokens,model\n"
		"2026-11-01T10:00:00Z,1,2,gpt-5\n2026-11-01T10:00:00Z,1,2,gpt-5\n"));
	put(t, "gemini.json", str_of("{\"sessionId\":\"g1\",\"projectHash\":\"ph\",\"messages\":["
		"{\"id\":\"m1\",\"timestamp\":\"2026-11-01T10:00:00Z\",\"type\":\"gemini\","
		"\"model\":\"gemini-2.5-pro\",\"tokens\":{\"input\":600,\"output\":100,"
		"\"cached\":400,\"thoughts\":0,\"tool\":0,\"total\":1100}}]}"));
	put_tar(t);
	put_database(t);
}

static enum ll_err lend_book(void *ctx, struct price_book **out, struct err *err)
{
	struct trial *t = ctx;
	struct store_reader *reader = NULL;
	enum ll_err code = LL_OK;

	if (!t->book)
		code = store_reader_open(t->store, &reader, err);
	if (reader) {
		code = price_table_load(reader, &t->book, err);
		store_reader_close(reader);
	}
	*out = t->book;
	return code;
}

static enum ll_err open_store(struct trial *t)
{
	return store_open(&t->store, &(struct store_options){ .dir = t->dir, .zone = "Asia/Kolkata" },
		&t->err);
}

static void close_store(struct trial *t)
{
	price_book_free(t->book);
	store_close(t->store);
	t->book = NULL;
	t->store = NULL;
}

/* Opens the store, imports the logs, closes it. */
static enum ll_err import_logs(struct trial *t)
{
	const struct scope scope = SCOPE_DEFAULT;
	const char *path = t->logs;
	struct import_options options = {
		.scope = &scope,
		.book = lend_book,
		.book_ctx = t,
		.paths = &path,
		.path_count = 1,
		.machine = STR("box"),
		.actor = STR("test"),
	};
	enum ll_err code;

	t->err = (struct err){ 0 };
	t->sum = (struct import_summary){ 0 };
	code = open_store(t);
	if (code == LL_OK) {
		options.store = t->store;
		code = import_run(&options, &t->sum, &t->err);
	}
	close_store(t);
	return code;
}

static void add_row(struct buf *out, const struct spend_row *row)
{
	const struct usage_sum *sum = &row->sum;

	buf_addf(out, "%lld %.*s %.*s: %lld calls, %lld unpriced, %lld in, %lld out, %lld read, "
		"%lld nanos\n", (long long)row->bucket_ns, STR_FMT(row->names[0]),
		STR_FMT(row->names[1]), (long long)sum->calls, (long long)sum->unpriced,
		(long long)sum->tokens.input, (long long)sum->tokens.output,
		(long long)sum->tokens.cache_read, (long long)usd_nanos(sum->cost));
}

/* All sums of the store as text. */
static void read_totals(struct trial *t, struct buf *out)
{
	const struct scope scope = SCOPE_DEFAULT;
	struct spend_query query = {
		.range = { .since_ns = 0, .until_ns = INT64_MAX, .is_open = true },
		.zone = zone_utc(),
		.bucket = BUCKET_DAY,
		.dims = { { .kind = DIM_MODEL }, { .kind = DIM_SOURCE } },
		.dim_count = 2,
	};
	struct store_reader *reader;
	struct arena arena = { 0 };
	struct spend spend;

	assert_ok(open_store(t), &t->err);
	assert_ok(store_reader_open(t->store, &reader, &t->err), &t->err);
	assert_ok(spend_query(reader, &scope, &query, &arena, &spend, &t->err), &t->err);
	buf_clear(out);
	for (size_t i = 0; i < spend.count; i++)
		add_row(out, &spend.rows[i]);
	store_reader_close(reader);
	arena_release(&arena);
	close_store(t);
}

static void assert_sound(struct trial *t)
{
	struct store_reader *reader;
	struct arena arena = { 0 };
	struct store_health health;

	assert_ok(open_store(t), &t->err);
	assert_ok(store_reader_open(t->store, &reader, &t->err), &t->err);
	assert_ok(store_health(reader, true, &arena, &health, &t->err), &t->err);
	assert_null(health.main_problem);
	assert_null(health.audit_problem);
	assert_int_equal(health.unfinished_jobs, 0);
	for (size_t i = 0; i < health.month_count; i++)
		assert_null(health.months[i].problem);
	store_reader_close(reader);
	arena_release(&arena);
	close_store(t);
}

static void new_store(struct trial *t)
{
	snprintf(t->dir, sizeof(t->dir), "%s/store", test_dir());
}

/* What an import leaves when nothing goes wrong. */
static void undisturbed(struct trial *t, struct buf *want)
{
	new_store(t);
	assert_ok(import_logs(t), &t->err);
	assert_int_equal(t->sum.files, 5);
	assert_int_equal(t->sum.refused, 1);
	assert_int_equal(t->sum.unreadable, 0);
	read_totals(t, want);
}

/* One import whose n-th visit of the sites fails, and one without. Returns how many visits
 * the first one made. */
static uint64_t try_fault(struct trial *t, unsigned sites, uint64_t nth, bool is_sticky,
	struct str want)
{
	struct buf have = BUF_INIT(1 << 20);
	enum ll_err code;
	uint64_t visits;

	new_store(t);
	fault_arm(sites, nth, is_sticky);
	code = import_logs(t);
	visits = fault_disarm();
	if (code != LL_OK && !t->err.msg[0])
		fail_msg("visit %llu: %s without a sentence", (unsigned long long)nth, ll_err_text(code));
	if (code == LL_OK && !t->sum.unreadable) {
		read_totals(t, &have);
		if (!str_eq(buf_str(&have), want))
			fail_msg("visit %llu: said to be well, but: %.*s", (unsigned long long)nth,
				STR_FMT(buf_str(&have)));
	}
	if (import_logs(t) != LL_OK || t->sum.unreadable)
		fail_msg("visit %llu: the second import: %s%s", (unsigned long long)nth, t->err.msg,
			t->sum.unreadable_first);
	read_totals(t, &have);
	if (!str_eq(buf_str(&have), want))
		fail_msg("visit %llu: after the second import: %.*s", (unsigned long long)nth,
			STR_FMT(buf_str(&have)));
	assert_sound(t);
	buf_release(&have);
	return visits;
}

static void swap(uint64_t *a, uint64_t *b)
{
	uint64_t kept = *a;

	*a = *b;
	*b = kept;
}

/* 1..count in an order of the seed's. */
static uint64_t *shuffled(uint64_t count)
{
	uint64_t *order = malloc(count * sizeof(*order)), random = SAMPLE_SEED;

	assert_non_null(order);
	for (uint64_t i = 0; i < count; i++)
		order[i] = i + 1;
	for (uint64_t i = count; i > 1; i--)
		swap(&order[i - 1], &order[test_random(&random) % i]);
	return order;
}

static void sweep(unsigned sites, bool is_sticky)
{
	struct buf want = BUF_INIT(1 << 20);
	struct trial t = { 0 };
	int64_t until_ns = getenv("LLMLAB_SOAK") ? INT64_MAX : clock_mono_ns() + BUDGET_NS;
	uint64_t visits, *order, done = 0;

	write_logs(&t);
	undisturbed(&t, &want);
	visits = try_fault(&t, sites, 0, false, buf_str(&want));
	assert_true(visits > 0);
	order = shuffled(visits);
	for (; done < visits && clock_mono_ns() < until_ns; done++)
		try_fault(&t, sites, order[done], is_sticky, buf_str(&want));
	print_message("%llu of %llu faults tried\n", (unsigned long long)done, (unsigned long long)visits);
	free(order);
	buf_release(&want);
}

static void import__is_whole_after_a_second_run__when_a_file_or_sql_call_fails(void **state)
{
	(void)state;
	sweep(FAULT_FILE | FAULT_SQL, false);
}

static void import__is_whole_after_a_second_run__when_an_allocation_fails(void **state)
{
	(void)state;
	sweep(FAULT_ALLOC, false);
}

static void import__is_whole_after_a_second_run__when_all_fails_from_some_visit_on(void **state)
{
	(void)state;
	sweep(FAULT_ALLOC | FAULT_FILE | FAULT_SQL, true);
}

SUITE(fault,
	cmocka_unit_test(import__is_whole_after_a_second_run__when_a_file_or_sql_call_fails),
	cmocka_unit_test(import__is_whole_after_a_second_run__when_an_allocation_fails),
	cmocka_unit_test(import__is_whole_after_a_second_run__when_all_fails_from_some_visit_on));
