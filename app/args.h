/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options and arguments. Each option stands once in the table of app/options.c; where a value
 * comes from: command line > LLMLAB_<NAME> > configuration file > the table's default.
 */
#ifndef LLMLAB_APP_ARGS_H
#define LLMLAB_APP_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_CHOICE };

struct option_info {
	const char *name;              /* "since": --since, LLMLAB_SINCE, since= in the file */
	char letter;                   /* 's' or 0 */
	enum option_type type;
	const char *value;             /* what help calls the value: "WHEN"; NULL for a flag */
	const char *help;
	const char *initial;           /* default, NULL = none */
	const char *const *choices;    /* OPTION_CHOICE, NULL-ended */
	int64_t min, max;              /* OPTION_NUMBER */
	bool is_global;
};

extern const struct option_info option_table[];
extern const size_t option_table_count;

struct args; /* the values of one run */

/* Asking for an option that the command does not name is our bug (PRE). */
bool args_flag(const struct args *a, const char *name);
struct str args_text(const struct args *a, const char *name); /* at NULL = neither given nor set */
int64_t args_number(const struct args *a, const char *name);  /* the default when not given */
bool args_given(const struct args *a, const char *name);      /* anywhere: not just a default */
bool args_said(const struct args *a, const char *name);       /* on the command line */
/* What is left after command and options. */
size_t args_count(const struct args *a);
const char *args_at(const struct args *a, size_t i); /* NULL past the end */

#endif
