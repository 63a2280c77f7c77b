/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Real logs through the whole program: totals to the token, days and months equal to what an
 * independent reader of the same files reported. Needs ../shared; says so where it is absent.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "model/call.h"
#include "tests/app/child.h"
#include "tests/support/suite.h"

struct sums {
	char bucket[16]; /* "2025-06-14", "2025-06"; "" for the totals */
	int64_t requests, input, cache_read, write_5m, write_1h, output;
	struct usd cost, recorded;
};

struct report {
	struct sums rows[400];
	size_t count;
	struct sums total;
};

static void read_usd(struct json *j, struct usd *out)
{
	struct str digits;

	if (json_number(j, &digits) && !usd_parse(digits, out))
		fail_msg("'%.*s' is no amount", STR_FMT(digits));
}

/* One row of ours or of the other reader: the same members under different names. */
static void read_row(struct json *j, size_t bucket_len, struct sums *row)
{
	struct str key, text;

	*row = (struct sums){ .bucket = "" };
	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "bucket") || str_is(key, "date") || str_is(key, "month")) {
			if (json_text(j, &text))
				snprintf(row->bucket, sizeof(row->bucket), "%.*s",
					STR_FMT(str_head(text, bucket_len)));
		} else if (str_is(key, "requests")) {
			json_i64(j, &row->requests);
		} else if (str_is(key, "input_tokens") || str_is(key, "inputTokens")) {
			json_i64(j, &row->input);
		} else if (str_is(key, "cache_read_tokens") || str_is(key, "cacheReadTokens")) {
			json_i64(j, &row->cache_read);
		} else if (str_is(key, "cache_write_5m_tokens") ||
			   str_is(key, "cacheCreationTokens")) {
			json_i64(j, &row->write_5m);
		} else if (str_is(key, "cache_write_1h_tokens")) {
			json_i64(j, &row->write_1h);
		} else if (str_is(key, "output_tokens") || str_is(key, "outputTokens")) {
			json_i64(j, &row->output);
		} else if (str_is(key, "cost_usd") || str_is(key, "totalCost") ||
			   str_is(key, "costUSD")) {
			read_usd(j, &row->cost);
		} else if (str_is(key, "recorded_cost_usd")) {
			read_usd(j, &row->recorded);
		} else {
			json_skip(j);
		}
	}
}

static void read_report(struct str text, size_t bucket_len, struct report *out)
{
	struct json j;
	struct str key;

	*out = (struct report){ .count = 0 };
	json_init(&j, text);
	assert_true(json_object(&j));
	while (json_key(&j, &key)) {
		if (str_is(key, "data") || str_is(key, "daily") || str_is(key, "monthly")) {
			assert_true(json_array(&j));
			while (json_element(&j)) {
				assert_in_range(out->count, 0, 399);
				read_row(&j, bucket_len, &out->rows[out->count++]);
			}
		} else if (str_is(key, "totals")) {
			read_row(&j, 0, &out->total);
		} else {
			json_skip(&j);
		}
	}
	assert_true(json_done(&j));
}

static void run_report(struct child *c, const char *words, size_t bucket_len, struct report *out)
{
	if (child_run(c, words) != 0)
		fail_msg("'%s': %.*s", words, STR_FMT(buf_str(&c->err)));
	read_report(buf_str(&c->out), bucket_len, out);
}

static void import(struct child *c, const char *path)
{
	const char *words[] = { "import", path, NULL };

	if (child_run_words(c, words) != 0)
		fail_msg("import '%s': %.*s", path, STR_FMT(buf_str(&c->err)));
}

static void check_against(struct child *c, const char *words, const char *oracle, size_t bucket_len)
{
	static struct report ours, theirs;
	struct buf text = BUF_INIT(8u << 20);
	struct err err;

	assert_ok(file_slurp(oracle, &text, &err), &err);
	read_report(buf_str(&text), bucket_len, &theirs);
	run_report(c, words, bucket_len, &ours);
	assert_int_equal(ours.count, theirs.count);
	for (size_t i = 0; i < ours.count; i++) {
		const struct sums *a = &ours.rows[i], *b = &theirs.rows[i];

		assert_string_equal(a->bucket, b->bucket);
		assert_int_equal(a->input, b->input);
		assert_int_equal(a->cache_read, b->cache_read);
		assert_int_equal(a->write_5m + a->write_1h, b->write_5m);
		assert_int_equal(a->output, b->output);
		assert_int_equal(usd_nanos(a->cost), usd_nanos(b->cost));
	}
	buf_release(&text);
}

/* Imports a sample into a store of its own and compares days and months. False: not here. */
static bool compare(struct child *c, const char *logs, const char *name)
{
	char path[512], daily[512], monthly[512];
	const char *found = test_shared(logs);

	if (!found)
		return false;
	snprintf(path, sizeof(path), "%s", found);
	snprintf(daily, sizeof(daily), "../shared/data/oracle/ccusage_%s_daily.json", name);
	snprintf(monthly, sizeof(monthly), "../shared/data/oracle/ccusage_%s_monthly.json", name);
	import(c, path);
	check_against(c, "costs --json -z UTC --by day", daily, 10);
	check_against(c, "costs --json -z UTC --by month", monthly, 7);
	return true;
}

static int setup(void **state)
{
	static struct child child;

	child_init(&child);
	*state = &child;
	return 0;
}

static int teardown(void **state)
{
	child_release(*state);
	return 0;
}

static void sample_import__agrees_to_the_token__claude(void **state)
{
	static struct report report;

	if (!compare(*state, "data/logs/claude", "claude"))
		skip();
	run_report(*state, "costs --json -z UTC", 10, &report);
	assert_int_equal(report.total.requests, 384);
	assert_int_equal(report.total.input, 22690);
	assert_int_equal(report.total.output, 49116);
	assert_int_equal(report.total.write_5m, 954449);
	assert_int_equal(report.total.write_1h, 9036);
	assert_int_equal(report.total.cache_read, 15402141);
	assert_int_equal(usd_nanos(report.total.cost), 13554107050);
}

static void sample_import__agrees_to_the_token__codex(void **state)
{
	static struct report report;

	if (!compare(*state, "data/logs/codex", "codex"))
		skip();
	run_report(*state, "costs --json -z UTC", 10, &report);
	assert_int_equal(report.total.requests, 93);
	assert_int_equal(report.total.input, 146585);
	assert_int_equal(report.total.cache_read, 1782528);
	assert_int_equal(report.total.output, 15326);
	assert_int_equal(usd_nanos(report.total.cost), 559307250);
}

static void sample_import__agrees_with_the_recorded_cost__pi(void **state)
{
	static struct report report;

	if (!compare(*state, "data/logs/pi", "pi"))
		skip();
	run_report(*state, "costs --json -z UTC", 10, &report);
	assert_int_equal(report.total.requests, 453);
	assert_int_equal(usd_nanos(report.total.recorded), 30330197700);
	assert_int_equal(usd_nanos(report.total.cost), 30330197700);
}

static void sample_import__changes_nothing__the_second_time(void **state)
{
	const char *found = test_shared("data/logs/claude");
	static struct report before, after;

	if (!found)
		skip();
	import(*state, found);
	run_report(*state, "costs --json -z Asia/Kathmandu --by day,model", 10, &before);
	import(*state, found);
	run_report(*state, "costs --json -z Asia/Kathmandu --by day,model", 10, &after);
	assert_int_equal(before.count, after.count);
	assert_memory_equal(&before, &after, sizeof(before));
}

/* Words of the sample's transcripts; none may be found in any file of the store. */
static void sample_import__stores_no_transcript_text(void **state)
{
	static const char *const words[] = { "CLAUDE.md file", "analyze this codebase",
		"tool_result", "Let me start by" };
	struct child *c = *state;
	const char *found = test_shared("data/logs/claude");
	char dir[512];
	struct dirent *e;
	DIR *d;

	if (!found)
		skip();
	import(c, found);
	snprintf(dir, sizeof(dir), "%s", child_path(c, ".local/share/llmlab"));
	d = opendir(dir);
	assert_non_null(d);
	while ((e = readdir(d))) {
		struct buf bytes = BUF_INIT(64u << 20);
		struct err err;
		char path[1024];

		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		if (e->d_name[0] != '.' && file_slurp(path, &bytes, &err) == LL_OK)
			for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
				if (str_has(buf_str(&bytes), str_of(words[i])))
					fail_msg("'%s' stands in '%s'", words[i], path);
		buf_release(&bytes);
	}
	closedir(d);
}

static void sample_import__reads_csv_and_jsonl__with_one_command_each(void **state)
{
	static struct report report;
	struct child *c = *state;
	const char *found = test_shared("data/usage/azure2023_code.csv");

	if (!found)
		skip();
	import(c, found);
	run_report(c, "costs --json -z UTC", 10, &report);
	assert_int_equal(report.total.requests, 8819);
	found = test_shared("data/usage/mooncake_synthetic.jsonl");
	assert_non_null(found);
	{
		const char *words[] = { "import", found, "--map", "ts=timestamp:ms", "--time-base",
			"2026-11-01T00:00:00Z", NULL };

		assert_int_equal(child_run_words(c, words), 0);
	}
	run_report(c, "costs --json -z UTC --since 2026-11-01 --until 2026-11-01", 10, &report);
	assert_int_equal(report.total.requests, 3993);
	assert_int_equal(report.total.input, 61194628);
	assert_int_equal(report.total.output, 595432);
}

#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

SUITE(samples, WITH_HOME(sample_import__agrees_to_the_token__claude),
	WITH_HOME(sample_import__agrees_to_the_token__codex),
	WITH_HOME(sample_import__agrees_with_the_recorded_cost__pi),
	WITH_HOME(sample_import__changes_nothing__the_second_time),
	WITH_HOME(sample_import__stores_no_transcript_text),
	WITH_HOME(sample_import__reads_csv_and_jsonl__with_one_command_each));
