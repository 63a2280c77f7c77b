/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kill -9 while the program imports, at random moments; then the same import again. The totals
 * must be those of an import that nobody disturbed, and every rollup must equal a recount.
 * 20 kills, or 200 with LLMLAB_SOAK.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tests/app/child.h"
#include "tests/support/suite.h"

#define FILES 60
#define CALLS_A_FILE 400

/* A log with growing duplicates, calls over a month's edge, and a model without a price. */
static void write_log(const char *path, int file, uint64_t *random)
{
	struct buf b = BUF_INIT(16u << 20);

	for (int i = 0; i < CALLS_A_FILE; i++) {
		int64_t t_ns = INT64_C(1793400000) * NS_PER_S +
			       (int64_t)(test_random(random) % 3000) * NS_PER_MIN;
		int lines = 1 + (int)(test_random(random) % 3);
		char when[36];

		time_format_utc(t_ns, when);
		for (int n = 1; n <= lines; n++)
			buf_addf(&b,
				"{\"type\":\"assistant\",\"timestamp\":\"%s\","
				"\"sessionId\":\"s%d\",\"requestId\":\"r%d-%d\","
				"\"cwd\":\"/p/%d\",\"message\":{\"id\":\"m%d-%d\","
				"\"model\":\"%s\",\"role\":\"assistant\","
				"\"usage\":{\"input_tokens\":%d,\"output_tokens\":%d,"
				"\"cache_read_input_tokens\":%d}}}\n",
				when, file, file, i, file % 7, file, i,
				i % 9 ? "claude-sonnet-4-5" : "claude-unheard-of", i % 50, 100 * n,
				1000 + i);
	}
	assert_true(buf_status(&b) == LL_OK);
	test_write_file(path, buf_str(&b));
	buf_release(&b);
}

static void write_logs(const char *dir)
{
	uint64_t random = 7;
	char path[600];

	for (int f = 0; f < FILES; f++) {
		snprintf(path, sizeof(path), "%s/session-%02d.jsonl", dir, f);
		write_log(path, f, &random);
	}
}

/* Starts an import and kills it after `us` microseconds. */
static bool import_killed(const char *store, const char *logs, useconds_t us)
{
	const char *bin = getenv("LLMLAB_BIN");
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int fd;
		struct err err;

		if (file_open("/dev/null", 2, 0, &fd, &err) == LL_OK) {
			dup2(fd, 1);
			dup2(fd, 2);
		}
		execl(bin ? bin : "./llmlab", "llmlab", "import", "--store", store, logs,
			(char *)NULL);
		_exit(127);
	}
	usleep(us);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status);
}

static void costs(struct child *c, const char *store, struct buf *out)
{
	const char *words[] = { "costs", "--json", "--no-refresh", "-z", "UTC", "--by", "day,model",
		"--store", store, NULL };

	assert_int_equal(child_run_words(c, words), 0);
	buf_clear(out);
	buf_add(out, buf_str(&c->out));
}

static void import_whole(struct child *c, const char *store, const char *logs)
{
	const char *words[] = { "import", "--store", store, logs, NULL };

	if (child_run_words(c, words) != 0)
		fail_msg("%.*s", STR_FMT(buf_str(&c->err)));
}

static void import__keeps_every_total__when_killed_at_any_moment(void **state)
{
	int kills = getenv("LLMLAB_SOAK") ? 200 : 20, killed = 0;
	struct child c;
	struct buf want = BUF_INIT(4u << 20), have = BUF_INIT(4u << 20);
	char logs[512], whole[512], store[512];
	uint64_t random = 42;
	int64_t start, took_us;

	(void)state;
	child_init(&c);
	snprintf(logs, sizeof(logs), "%s", test_dir());
	snprintf(whole, sizeof(whole), "%s/store", test_dir());
	write_logs(logs);
	start = clock_mono_ns();
	import_whole(&c, whole, logs);
	took_us = (clock_mono_ns() - start) / NS_PER_US;
	costs(&c, whole, &want);
	for (int i = 0; i < kills; i++) {
		const char *check[] = { "doctor", "--deep", "--json", "--store", store, NULL };

		snprintf(store, sizeof(store), "%s/store", test_dir());
		for (int n = 0; n < 3; n++)
			killed += import_killed(store, logs,
				(useconds_t)(test_random(&random) % (uint64_t)took_us));
		import_whole(&c, store, logs);
		costs(&c, store, &have);
		assert_str_equal_(buf_str(&have), buf_str(&want), __FILE__, __LINE__);
		child_run_words(&c, check);
		if (str_has(buf_str(&c.out), STR("recount")) ||
			str_has(buf_str(&c.out), STR("damaged")))
			fail_msg("%.*s", STR_FMT(buf_str(&c.out)));
	}
	assert_true(killed > kills); /* most of them were still at work */
	buf_release(&want);
	buf_release(&have);
	child_release(&c);
}

SUITE(crash, cmocka_unit_test(import__keeps_every_total__when_killed_at_any_moment));
