/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the built program ($LLMLAB_BIN, else ./llmlab) as a user would, in a home of its own. */
#ifndef LLMLAB_TESTS_APP_CHILD_H
#define LLMLAB_TESTS_APP_CHILD_H

#include "base/buf.h"

#define CHILD_ENV_MAX 8

/* Where the child's stdout goes. */
enum child_stdout { STDOUT_KEPT, STDOUT_FULL, STDOUT_CLOSED_PIPE, STDOUT_CLOSED };

struct child {
	const char *home;              /* HOME of every run */
	const char *env[CHILD_ENV_MAX]; /* "NAME=value"; NULL = free */
	enum child_stdout to;
	struct buf out, err;           /* of the last run */
};

void child_init(struct child *c);
void child_release(struct child *c);
void child_setenv(struct child *c, const char *assignment);
/* Runs `llmlab <words>` to its end and returns the exit status; 128 + n when a signal ended it.
 * words are parted by blanks. */
int child_run(struct child *c, const char *words);
int child_run_words(struct child *c, const char *const *words); /* NULL-ended */
/* HOME/name; valid for the next few calls. */
const char *child_path(const struct child *c, const char *name);

#endif
