/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command table: one record a command, from which --help, usage errors, completion and the
 * man page are printed. A new command is one file (app/cmd_<name>.c) and one line in
 * app/commands.def. Options stand once in app/options.c; a command names those it takes.
 */
#ifndef LLMLAB_APP_COMMAND_H
#define LLMLAB_APP_COMMAND_H

#include "app/args.h"

struct app;

/* Exit codes: a contract with scripts. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,    /* nothing could be done */
	EXIT_USAGE = 2,
	EXIT_THRESHOLD = 3, /* a check, threshold or --strict failed */
};

struct command_example {
	const char *line; /* "llmlab costs --by model --since 7d" */
	const char *what;
};

struct command {
	const char *name;
	const char *summary;           /* one line, lower case, no stop */
	const char *arguments;         /* "[PATH...|-]" or "" */
	const char *help;              /* paragraphs, "" = the summary says it all */
	const char *const *options;    /* names, NULL-ended; the global ones are implied */
	const char *const *verbs;      /* first argument is one of these, NULL-ended; NULL = none */
	const struct command_example *examples; /* ends with line NULL; NULL = none */
	enum exit_code (*run)(struct app *app);
};

extern const struct command *const commands[];
extern const size_t command_count;
const struct command *command_find(struct str name); /* NULL = no such command */

#endif
