/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the built program. */
#include "tests/app/child.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/support/suite.h"

#define OUTPUT_BYTES (16u << 20)
#define WORDS_MAX 24
#define PATHS 8 /* that child_path() keeps at a time */

void child_init(struct child *c)
{
	*c = (struct child){ .home = strdup(test_dir()) };
	buf_init(&c->out, OUTPUT_BYTES);
	buf_init(&c->err, OUTPUT_BYTES);
}

void child_release(struct child *c)
{
	free((char *)(uintptr_t)c->home);
	buf_release(&c->out);
	buf_release(&c->err);
}

void child_setenv(struct child *c, const char *assignment)
{
	for (size_t i = 0; i < CHILD_ENV_MAX - 1; i++) {
		if (!c->env[i]) {
			c->env[i] = assignment;
			return;
		}
	}
	fail_msg("too many variables");
}

const char *child_path(const struct child *c, const char *name)
{
	static char paths[PATHS][512];
	static size_t next;
	char *path = paths[next++ % PATHS];

	snprintf(path, sizeof(paths[0]), "%s/%s", c->home, name);
	return path;
}

static const char *program(void)
{
	const char *path = getenv("LLMLAB_BIN");

	return path && path[0] ? path : "./llmlab";
}

static int open_stdout(const struct child *c)
{
	int ends[2];

	switch (c->to) {
	case STDOUT_KEPT:
		break;
	case STDOUT_FULL:
		return open("/dev/full", O_WRONLY);
	case STDOUT_CLOSED_PIPE:
		if (pipe(ends))
			abort();
		close(ends[0]);
		return ends[1];
	case STDOUT_CLOSED:
		return -1;
	}
	return open(child_path(c, ".stdout"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

_Noreturn static void become(const struct child *c, char *const *argv)
{
	int in = open("/dev/null", O_RDONLY), out = open_stdout(c);
	int err = open(child_path(c, ".stderr"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
	static char home[600];

	dup2(in, STDIN_FILENO);
	dup2(err, STDERR_FILENO);
	if (out >= 0)
		dup2(out, STDOUT_FILENO);
	else
		close(STDOUT_FILENO);
	snprintf(home, sizeof(home), "HOME=%s", c->home);
	clearenv();
	putenv(home);
	for (size_t i = 0; c->env[i]; i++)
		putenv((char *)(uintptr_t)c->env[i]);
	execv(argv[0], argv);
	_exit(127);
}

static void read_output(const struct child *c, const char *name, struct buf *out)
{
	struct err err = { 0 };

	buf_clear(out);
	assert_ok(file_slurp(child_path(c, name), out, &err), &err);
}

int child_run_words(struct child *c, const char *const *words)
{
	char *argv[WORDS_MAX + 2] = { (char *)(uintptr_t)program() };
	int status;
	pid_t pid;

	if (access(argv[0], X_OK) != 0)
		fail_msg("'%s' is not there: build it first or set LLMLAB_BIN", argv[0]);
	for (size_t i = 0; i < WORDS_MAX && words[i]; i++)
		argv[i + 1] = (char *)(uintptr_t)words[i];
	pid = fork();
	if (pid == 0)
		become(c, argv);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		abort();
	read_output(c, ".stderr", &c->err);
	if (c->to == STDOUT_KEPT)
		read_output(c, ".stdout", &c->out);
	else
		buf_clear(&c->out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int child_run(struct child *c, const char *words)
{
	char text[1024], *rest = text;
	const char *list[WORDS_MAX + 1] = { NULL };
	size_t count = 0;

	snprintf(text, sizeof(text), "%s", words);
	for (char *word; count < WORDS_MAX && (word = strsep(&rest, " "));)
		if (word[0])
			list[count++] = word;
	return child_run_words(c, list);
}
