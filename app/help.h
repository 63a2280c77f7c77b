/* SPDX-License-Identifier: Apache-2.0 */
/* Help, printed from the tables of commands and options. */
#ifndef LLMLAB_APP_HELP_H
#define LLMLAB_APP_HELP_H

#include "app/command.h"
#include "base/buf.h"

/* The help of a command, or of the program (NULL), for a terminal of so many columns. */
void help_add(const struct command *c, struct buf *out, int columns);

/* What help and the man page say alike: "llmlab import [OPTIONS] [PATH...|-]", and what an option
 * means with its choices and default. */
void help_add_usage(const struct command *c, struct buf *out);
void help_add_meaning(const struct option_info *o, struct buf *out);

/*
 * Paragraphs of a help text: blank lines part them, the lines of one are joined. A line that
 * begins with a blank stays as it is. *rest is what follows; false when there is nothing more.
 */
struct help_part {
	struct str text;
	bool is_verbatim; /* one line */
	bool is_apart;    /* a blank line stands before it */
};
bool help_next_part(struct str *rest, struct help_part *out);

#endif
