/* SPDX-License-Identifier: Apache-2.0 */
/* How long the program takes from start to end, beside starting a program that does nothing. */
#include <fcntl.h>
#include <stdio.h>

#include "base/file.h"
#include "bench/child.h"

#define RUNS 15
#define RESPONSES 300 /* of the session that the status line is for */

struct start_bench {
	const char *const *argv, *const *env;
	const char *in;
};

static enum ll_err time_command(void *ctx, double *ms, struct err *err)
{
	const struct start_bench *b = ctx;
	const struct child child = { .argv = b->argv, .env = b->env, .in = b->in };

	return child_median_ms(&child, RUNS, ms, err);
}

static enum ll_err make_demo(const char *home, const char *store, struct err *err)
{
	const char *const argv[] = { llmlab_command(), "demo", "--plain", "--quiet", "--store",
		store, NULL };
	const char *const env[] = { home, NULL };
	struct child child = { .argv = argv, .env = env };

	return child_run(&child, err);
}

static void add_response(struct buf *b, int i)
{
	buf_addf(b, "{\"type\":\"assistant\",\"timestamp\":\"2026-11-01T10:%02d:%02d.000Z\","
		"\"sessionId\":\"s1\",\"requestId\":\"req_%d\",\"version\":\"2.1.0\","
		"\"cwd\":\"/src/shop\",\"isSidechain\":false,\"message\":{\"id\":\"msg_%d\","
		"\"model\":\"claude-sonnet-4-5-20250929\",\"role\":\"assistant\","
		"\"content\":[{\"type\":\"text\",\"text\":\"",
		i / 60 % 60, i % 60, i, i);
	buf_fill(b, 'x', 2000);
	buf_addf(b, "\"}],\"usage\":{\"input_tokens\":3,\"cache_creation_input_tokens\":900,"
		"\"cache_read_input_tokens\":%d,\"output_tokens\":150,"
		"\"service_tier\":\"standard\"}}}\n",
		20000 + i * 300);
}

static enum ll_err write_file(const char *path, struct buf *b, struct err *err)
{
	int fd = -1;
	enum ll_err code = LL_OK;

	if (buf_status(b) != LL_OK)
		code = ll_fail(err, LL_ENOMEM, "out of memory");
	if (code == LL_OK)
		code = file_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd, err);
	if (code == LL_OK)
		code = file_write_all(fd, path, buf_str(b), err);
	file_close(&fd);
	buf_release(b);
	return code;
}

/* A session's log, and what Claude Code says about it on the standard input of a status line. */
static enum ll_err write_session(const char *log, const char *input, struct err *err)
{
	struct buf b = BUF_INIT(8u << 20);
	enum ll_err code;

	for (int i = 0; i < RESPONSES; i++)
		add_response(&b, i);
	code = write_file(log, &b, err);
	if (code != LL_OK)
		return code;
	buf_addf(&b, "{\"session_id\":\"s1\",\"transcript_path\":\"%s\",\"model\":{\"id\":"
		"\"claude-sonnet-4-5-20250929\",\"display_name\":\"Sonnet 4.5\"},"
		"\"workspace\":{\"current_dir\":\"/src/shop\"},"
		"\"cost\":{\"total_cost_usd\":4.2}}\n",
		log);
	return write_file(input, &b, err);
}

static enum ll_err run_cases(const char *store, const char *input, const char *const *env,
	struct err *err)
{
	const struct {
		const char *name, *command, *in;
		enum figure_wanted wanted;
		double bar;
	} cases[] = {
		{ "start_version", "version", NULL, WANT_NOTHING, 0 },
		{ "start_costs", "costs", NULL, WANT_NOTHING, 0 },
		{ "start_statusline", "statusline", input, WANT_AT_MOST, 15 },
	};
	const char *llmlab = llmlab_command();
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const argv[] = { llmlab, cases[i].command, "--store", store, NULL };
		struct start_bench b = { argv, env, cases[i].in };
		struct contest contest = {
			.figure = {
				.name = cases[i].name,
				.unit = "ms",
				.better = LESS_IS_BETTER,
				.reference = "/bin/true",
				.wanted = cases[i].wanted,
				.bar = cases[i].bar,
			},
			.measure = time_command,
			.reference = child_true_ms,
			.ctx = &b,
		};

		code = contest_run(&contest, err);
	}
	return code;
}

enum ll_err bench_start(const struct bench *bench, struct err *err)
{
	char dir[512], home[600], store[600], log[600], input[600];
	const char *const env[] = { home, NULL };
	enum ll_err code = scratch_dir(bench, "start", dir, err);

	if (code != LL_OK)
		return code;
	snprintf(home, sizeof(home), "HOME=%s", dir);
	snprintf(store, sizeof(store), "%s/store", dir);
	snprintf(log, sizeof(log), "%s/s1.jsonl", dir);
	snprintf(input, sizeof(input), "%s/statusline.json", dir);
	code = make_demo(home, store, err);
	if (code == LL_OK)
		code = write_session(log, input, err);
	return code == LL_OK ? run_cases(store, input, env, err) : code;
}
