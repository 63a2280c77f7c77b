/* SPDX-License-Identifier: Apache-2.0 */
/* Completion scripts of shells, printed from the tables of commands and options. */
#ifndef LLMLAB_APP_COMPLETE_H
#define LLMLAB_APP_COMPLETE_H

#include "app/command.h"
#include "base/buf.h"

void complete_bash(struct buf *out);
void complete_zsh(struct buf *out);
void complete_fish(struct buf *out);

/* What the three share. Lists are parted by blanks. */
bool complete_is_path(const struct option_info *o);
bool complete_takes_paths(const struct command *c);
void complete_add_commands(struct buf *out);
void complete_add_choices(struct buf *out, const struct option_info *o);
/* What may follow the command as a word: verbs, or the names of commands after `help`. */
void complete_add_words(struct buf *out, const struct command *c);

#endif
