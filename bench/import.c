/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Importing a gigabyte of Claude Code logs into an empty store, and again with nothing new,
 * beside the report that ccusage makes of the same logs; without ccusage beside reading and
 * scanning them. $CCUSAGE names that command when it is not in PATH.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "bench/child.h"
#include "bench/corpus.h"
#include "store/spend.h"

#define SAMPLE "../shared/data/logs/claude"
#define COPIES 187 /* 1.0 GB */

/* Of the sample, by its own documentation and by ccusage. */
static const int64_t sample_calls = 384, sample_output = 49116, sample_cache_read = 15402141;

enum timing { COLD, AGAIN, MEMORY, PEER, PEER_MEMORY, TIMINGS };

struct import_bench {
	const struct bench *bench;
	const char *ccusage; /* NULL = not here */
	char corpus[512], store[512], home[512];
	int64_t copies;
	double timings[TIMINGS][BENCH_ROUNDS];
};

static enum ll_err check(int64_t have, int64_t want, const char *what, struct err *err)
{
	if (have == want)
		return LL_OK;
	return ll_fail(err, LL_EINVAL, "%s: %lld, not %lld", what, (long long)have,
		(long long)want);
}

static enum ll_err check_sum(const struct import_bench *b, const struct usage_sum *sum,
	struct err *err)
{
	enum ll_err code = check(sum->calls, b->copies * sample_calls, "calls", err);

	if (code == LL_OK)
		code = check(sum->tokens.output, b->copies * sample_output, "output tokens", err);
	if (code == LL_OK)
		code = check(sum->tokens.cache_read, b->copies * sample_cache_read,
			"tokens read from the cache", err);
	return code;
}

static enum ll_err check_store(const struct import_bench *b, struct err *err)
{
	struct store_options options = { .dir = b->store, .mode = STORE_READ_ONLY };
	struct spend_query query = { .range = { 0, INT64_MAX, true }, .zone = zone_utc() };
	struct scope scope = SCOPE_DEFAULT;
	struct store *store = NULL;
	struct store_reader *reader = NULL;
	struct arena arena = { 0 };
	struct spend spend = { 0 };
	enum ll_err code = store_open(&store, &options, err);

	if (code == LL_OK)
		code = store_reader_open(store, &reader, err);
	if (code == LL_OK)
		code = spend_query(reader, &scope, &query, &arena, &spend, err);
	if (code == LL_OK)
		code = check_sum(b, &spend.total, err);
	arena_release(&arena);
	store_reader_close(reader);
	store_close(store);
	return code;
}

/* {"daily":[...],"totals":{"outputTokens":1, ...}} */
static enum ll_err check_report(const struct import_bench *b, const char *path, struct err *err)
{
	struct buf text = BUF_INIT(64u << 20);
	struct json j;
	struct str key;
	int64_t output = -1;
	enum ll_err code = file_slurp(path, &text, err);

	json_init(&j, buf_str(&text));
	for (bool in = json_object(&j); in && json_key(&j, &key);) {
		if (!str_is(key, "totals")) {
			json_skip(&j);
			continue;
		}
		for (bool totals = json_object(&j); totals && json_key(&j, &key);) {
			if (str_is(key, "outputTokens"))
				json_i64(&j, &output);
			else
				json_skip(&j);
		}
	}
	if (code == LL_OK)
		code = check(output, b->copies * sample_output, "output tokens of ccusage", err);
	buf_release(&text);
	return code;
}

/* An own home: neither program may find other logs, a store or a configuration. */
static enum ll_err run_import(const struct import_bench *b, double *seconds, double *memory,
	struct err *err)
{
	const char *const argv[] = { llmlab_command(), "import", "--quiet", "--plain", "--store",
		b->store, b->corpus, NULL };
	char home[600];
	const char *const env[] = { home, NULL };
	struct child child = { .argv = argv, .env = env, .sample_memory = true };
	enum ll_err code;

	snprintf(home, sizeof(home), "HOME=%s", b->home);
	code = child_run(&child, err);
	*seconds = child.seconds;
	*memory = child.anon_mb;
	return code;
}

static enum ll_err run_ccusage(const struct import_bench *b, double *seconds, double *memory,
	struct err *err)
{
	const char *const argv[] = { b->ccusage, "daily", "--offline", "--json", NULL };
	char home[600], config[600], out[600];
	const char *const env[] = { home, config, NULL };
	struct child child = { .argv = argv, .env = env, .out = out, .sample_memory = true };
	enum ll_err code;

	snprintf(home, sizeof(home), "HOME=%s", b->home);
	snprintf(config, sizeof(config), "CLAUDE_CONFIG_DIR=%s", b->corpus);
	snprintf(out, sizeof(out), "%s/ccusage.json", b->home);
	code = child_run(&child, err);
	*seconds = child.seconds;
	*memory = child.anon_mb;
	return code == LL_OK ? check_report(b, out, err) : code;
}

static enum ll_err run_peer(const struct import_bench *b, double *seconds, double *memory,
	struct err *err)
{
	int64_t since = clock_mono_ns();
	enum ll_err code;

	if (b->ccusage)
		return run_ccusage(b, seconds, memory, err);
	code = corpus_scan(b->corpus, err);
	*seconds = seconds_since(since);
	*memory = 0;
	return code;
}

static enum ll_err run_round(struct import_bench *b, int round, struct err *err)
{
	double memory_again;
	enum ll_err code = scratch_dir(b->bench, "import-store", b->store, err);

	if (code == LL_OK)
		code = run_import(b, &b->timings[COLD][round], &b->timings[MEMORY][round], err);
	if (code == LL_OK)
		code = run_import(b, &b->timings[AGAIN][round], &memory_again, err);
	if (code == LL_OK)
		code = check_store(b, err);
	if (code == LL_OK)
		code = run_peer(b, &b->timings[PEER][round], &b->timings[PEER_MEMORY][round], err);
	return code;
}

static void print(struct import_bench *b)
{
	const char *peer = b->ccusage ? "ccusage daily --offline" : "read and string scan";
	enum figure_wanted wanted = b->ccusage ? WANT_RATIO : WANT_NOTHING;
	const struct figure cold = { "import_cold", "s", LESS_IS_BETTER, peer, wanted, 1.3 };
	const struct figure again = { "import_again", "s", LESS_IS_BETTER, peer, wanted, 20 };
	const struct figure memory = { "import_memory", "MiB RssAnon", LESS_IS_BETTER,
		b->ccusage ? peer : NULL, WANT_AT_MOST, 60 };
	double mid[TIMINGS];

	for (int i = 0; i < TIMINGS; i++)
		mid[i] = median(b->timings[i], BENCH_ROUNDS);
	figure_print(&cold, mid[COLD], mid[PEER]);
	figure_print(&again, mid[AGAIN], mid[PEER]);
	figure_print(&memory, mid[MEMORY], mid[PEER_MEMORY]);
}

static const char *find_ccusage(void)
{
	const char *named = getenv("CCUSAGE");

	if (!named || !*named)
		named = "ccusage";
	return command_exists(named) ? named : NULL;
}

enum ll_err bench_import(const struct bench *bench, struct err *err)
{
	struct import_bench b = {
		.bench = bench,
		.ccusage = find_ccusage(),
		.copies = bench_setting("LLMLAB_BENCH_COPIES", COPIES),
	};
	enum ll_err code;

	if (access(SAMPLE, R_OK) != 0) {
		figure_skip("import_cold", "no sample of Claude Code logs in " SAMPLE);
		return LL_OK;
	}
	code = scratch_dir(bench, "corpus", b.corpus, err);
	if (code == LL_OK)
		code = scratch_dir(bench, "home", b.home, err);
	if (code == LL_OK)
		code = corpus_make(SAMPLE, b.corpus, b.copies, err);
	for (int round = 0; code == LL_OK && round < BENCH_ROUNDS; round++)
		code = run_round(&b, round, err);
	if (code == LL_OK)
		print(&b);
	scratch_remove(b.corpus);
	scratch_remove(b.store);
	return code;
}
