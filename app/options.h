/* SPDX-License-Identifier: Apache-2.0 */
/* Looking up records of option_table, and reading the text of a value. */
#ifndef LLMLAB_APP_OPTIONS_H
#define LLMLAB_APP_OPTIONS_H

#include "app/command.h"

#define OPTION_ENV_BYTES 64

const struct option_info *option_find(struct str name);       /* NULL = no such option */
const struct option_info *option_find_letter(char letter);    /* the same */
/* The i-th choice, NULL past the end. --format's are "auto" and the names of the decoders. */
const char *option_choice(const struct option_info *o, size_t i);
/* "LLMLAB_TIME_BASE"; returns out. */
char *option_env_name(const struct option_info *o, char out[OPTION_ENV_BYTES]);
/* Whether the command (NULL: the program without one) knows the option. */
bool command_takes(const struct command *c, const struct option_info *o);

/* Checks a value by the option's type; *number is the number, or 0 and 1 of a flag. LL_EUSAGE
 * names `where` it was said: "option '--limit'". */
enum ll_err LL_MUST option_read(const struct option_info *o, struct str text, const char *where,
	int64_t *number, struct err *err);

#endif
