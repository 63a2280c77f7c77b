/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Filling the values of a run, strongest source first: command line, environment,
 * configuration. What a stronger one has set, a weaker one leaves. After an error the args can
 * still be asked for the command.
 */
#ifndef LLMLAB_APP_ARGS_READ_H
#define LLMLAB_APP_ARGS_READ_H

#include "app/command.h"
#include "app/config.h"

struct args *args_new(struct arena *a); /* in the arena; it and argv outlive the args */
/* Options may stand anywhere; the first word is the command. */
enum ll_err LL_MUST args_read_line(struct args *a, int argc, char **argv, struct err *err);
enum ll_err LL_MUST args_read_environment(struct args *a, struct err *err);
enum ll_err LL_MUST args_read_config(struct args *a, const struct config *config, struct err *err);
/* What only the whole shows: options that exclude each other, words that the command does not
 * take, an unknown verb. */
enum ll_err LL_MUST args_check(struct args *a, struct err *err);

/* As if the command had been named, where none was. */
void args_assume(struct args *a, const struct command *command);

const struct command *args_command(const struct args *a); /* NULL = none was named */

#endif
