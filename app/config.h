/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration file: INI. Keys are names of options; those before any section and in
 * [default] hold for every command, those in a section named like a command for that one.
 *
 *	timezone = Asia/Kolkata
 *	[costs]
 *	by = model     # a remark
 *
 * [keys] gives actions of the dashboard other keys: `spend.unit = U`.
 *
 * A value may stand in double quotes, which keep blanks and '#'.
 */
#ifndef LLMLAB_APP_CONFIG_H
#define LLMLAB_APP_CONFIG_H

#include "base/arena.h"
#include "base/err.h"

struct config_entry {
	struct str section, key, value; /* the value ends with NUL */
	int line;
};

struct config {
	const char *path; /* for messages */
	struct config_entry *entries;
	size_t count;
};

/* Pure; strings in the arena. LL_EUSAGE names the line that cannot be read. */
enum ll_err LL_MUST config_parse(struct str text, const char *path, struct arena *a,
	struct config *out, struct err *err);
/* Reads `path`, or where it is NULL the user's file; that one may be missing. */
enum ll_err LL_MUST config_load(const char *path, struct arena *a, struct config *out,
	struct err *err);
/* NULL, or what is wrong with a name that no option or command has: "'f.conf' line 3: ...". */
const char *config_complaint(const struct config *c, size_t i, struct arena *a);

#endif
