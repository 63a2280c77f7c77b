/* SPDX-License-Identifier: Apache-2.0 */
/* Running another program and measuring it from outside. */
#include "bench/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

#define ENV_MAX 512
#define RUNS_MAX 64
#define SAMPLE_EVERY_MS 4
#define TRUE_RUNS 15

static bool is_same_name(const char *a, const char *b)
{
	size_t len = strcspn(a, "=");

	return strncmp(a, b, len + 1) == 0;
}

static void put_env(const char **all, size_t *count, const char *entry)
{
	for (size_t i = 0; i < *count; i++)
		if (is_same_name(entry, all[i])) {
			all[i] = entry;
			return;
		}
	if (*count < ENV_MAX - 1)
		all[(*count)++] = entry;
}

static void make_env(const struct child *c, const char **all)
{
	size_t count = 0;

	for (char **e = environ; *e; e++)
		put_env(all, &count, *e);
	for (size_t i = 0; c->env && c->env[i]; i++)
		put_env(all, &count, c->env[i]);
	all[count] = NULL;
}

/* The number after the words in a file of /proc; 0 when it is not there. */
static int64_t proc_number(const char *path, const char *words)
{
	struct buf text = BUF_INIT(64 << 10);
	int64_t number = 0;
	struct err ignored;
	const char *at;

	if (file_slurp(path, &text, &ignored) == LL_OK && (at = strstr(text.at, words)))
		number = strtoll(at + strlen(words), NULL, 10);
	buf_release(&text);
	return number;
}

static int64_t anon_kib(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	return proc_number(path, "RssAnon:");
}

/* The process and those it started: a wrapper script is not what uses the memory. */
static int64_t family_anon_kib(pid_t pid)
{
	struct buf text = BUF_INIT(64 << 10);
	char path[64];
	int64_t kib = anon_kib(pid);
	struct err ignored;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	if (file_slurp(path, &text, &ignored) == LL_OK) {
		struct str rest = buf_str(&text);
		int64_t child;

		while (rest.at)
			if (str_to_i64(str_cut(&rest, ' '), &child))
				kib += anon_kib((pid_t)child);
	}
	buf_release(&text);
	return kib;
}

static void sample_until_end(struct child *c, pid_t pid)
{
	struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };

	while (end.fd >= 0 && poll(&end, 1, SAMPLE_EVERY_MS) == 0) {
		double mb = (double)family_anon_kib(pid) / 1024;

		c->anon_mb = mb > c->anon_mb ? mb : c->anon_mb;
	}
	file_close(&end.fd);
}

static void add_thread(const char *task, const char *thread, struct usage *out)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%.20s/status", task, thread);
	out->wakeups += proc_number(path, "\nvoluntary_ctxt_switches:");
	snprintf(path, sizeof(path), "%s/%.20s/schedstat", task, thread);
	out->cpu_ns += proc_number(path, "");
}

struct usage child_usage(pid_t pid)
{
	struct usage out = { .anon_mb = (double)anon_kib(pid) / 1024 };
	char task[64];
	DIR *d;

	snprintf(task, sizeof(task), "/proc/%d/task", (int)pid);
	d = opendir(task);
	for (struct dirent *e; d && (e = readdir(d));)
		if (e->d_name[0] != '.')
			add_thread(task, e->d_name, &out);
	if (d)
		closedir(d);
	return out;
}

/* The first terminal that the leader of a session opens becomes the session's own. */
static void choose_files(const struct child *c, posix_spawn_file_actions_t *files)
{
	if (c->terminal) {
		posix_spawn_file_actions_addopen(files, 0, c->terminal, O_RDWR, 0);
		posix_spawn_file_actions_adddup2(files, 0, 1);
		posix_spawn_file_actions_adddup2(files, 0, 2);
		return;
	}
	posix_spawn_file_actions_addopen(files, 0, c->in ? c->in : "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(files, 1, c->out ? c->out : "/dev/null",
		O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

enum ll_err child_start(const struct child *c, pid_t *pid, struct err *err)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	const char *env[ENV_MAX];
	int failed;

	make_env(c, env);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attributes);
	if (c->terminal)
		posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
	choose_files(c, &files);
	failed = posix_spawnp(pid, c->argv[0], &files, &attributes, (char *const *)c->argv,
		(char *const *)env);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return failed ? ll_fail_errno(err, failed, "cannot start '%s'", c->argv[0]) : LL_OK;
}

enum ll_err child_run(struct child *c, struct err *err)
{
	pid_t pid;
	int status;
	int64_t since = clock_mono_ns();
	enum ll_err code = child_start(c, &pid, err);

	if (code != LL_OK)
		return code;
	c->anon_mb = 0;
	if (c->sample_memory)
		sample_until_end(c, pid);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	c->seconds = seconds_since(since);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return ll_fail(err, LL_EIO, "'%s %s' failed", c->argv[0],
			c->argv[1] ? c->argv[1] : "");
	return LL_OK;
}

enum ll_err child_median_ms(const struct child *c, size_t count, double *ms, struct err *err)
{
	struct child run = *c;
	double all[RUNS_MAX];

	PRE(count > 0 && count <= RUNS_MAX);
	for (size_t i = 0; i < count; i++) {
		enum ll_err code = child_run(&run, err);

		if (code != LL_OK)
			return code;
		all[i] = run.seconds * 1e3;
	}
	*ms = median(all, count);
	return LL_OK;
}

enum ll_err child_true_ms(void *ctx, double *ms, struct err *err)
{
	static const char *const argv[] = { "/bin/true", NULL };
	const struct child child = { .argv = argv };

	(void)ctx;
	return child_median_ms(&child, TRUE_RUNS, ms, err);
}

const char *llmlab_command(void)
{
	const char *named = getenv("LLMLAB_BIN");

	return named && *named ? named : "./llmlab";
}

bool command_exists(const char *name)
{
	struct str rest = str_of(getenv("PATH"));

	if (strchr(name, '/'))
		return access(name, X_OK) == 0;
	while (rest.at) {
		struct str dir = str_cut(&rest, ':');
		char path[1024];

		snprintf(path, sizeof(path), "%.*s/%s", STR_FMT(dir), name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}
