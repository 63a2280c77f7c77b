/* SPDX-License-Identifier: Apache-2.0 */
/* What the completion scripts of all shells share. */
#include "app/complete.h"

#include "app/options.h"

/* Values that are a file's or a directory's name. */
bool complete_is_path(const struct option_info *o)
{
	return o->value && (str_is(str_of(o->value), "FILE") || str_is(str_of(o->value), "DIR"));
}

bool complete_takes_paths(const struct command *c)
{
	struct str arguments = str_of(c->arguments);

	return str_has(arguments, STR("PATH")) || str_has(arguments, STR("FILE"));
}

void complete_add_commands(struct buf *out)
{
	const char *gap = "";

	for (size_t i = 0; i < command_count; i++) {
		if (!commands[i]->summary)
			continue;
		buf_addf(out, "%s%s", gap, commands[i]->name);
		gap = " ";
	}
}

void complete_add_choices(struct buf *out, const struct option_info *o)
{
	const char *choice;

	for (size_t i = 0; (choice = option_choice(o, i)); i++)
		buf_addf(out, "%s%s", i ? " " : "", choice);
}

void complete_add_words(struct buf *out, const struct command *c)
{
	if (str_is(str_of(c->arguments), "[COMMAND]"))
		complete_add_commands(out);
	for (size_t i = 0; c->verbs && c->verbs[i]; i++)
		buf_addf(out, "%s%s", i ? " " : "", c->verbs[i]);
}
