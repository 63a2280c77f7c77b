/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for fish. */
#include "app/complete.h"

#include <stdio.h>

#include "app/options.h"

/* fish ends a quote as C does, with \'. */
static void add_description(struct buf *out, const char *text)
{
	buf_addz(out, " -d '");
	for (; *text; text++)
		buf_addf(out, *text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
	buf_addz(out, "'\n");
}

static void add_option(struct buf *out, const struct option_info *o, const char *condition)
{
	buf_addf(out, "complete -c llmlab%s -l %s", condition, o->name);
	if (o->letter)
		buf_addf(out, " -s %c", o->letter);
	if (complete_is_path(o)) {
		buf_addz(out, " -r -F");
	} else if (o->type == OPTION_CHOICE) {
		buf_addz(out, " -x -a '");
		complete_add_choices(out, o);
		buf_addch(out, '\'');
	} else if (o->value) {
		buf_addz(out, " -x");
	}
	add_description(out, o->help);
}

static void add_command(struct buf *out, const struct command *c)
{
	char condition[96];
	struct buf words = BUF_INIT(4096);

	snprintf(condition, sizeof(condition), " -n '__fish_seen_subcommand_from %s'", c->name);
	buf_addf(out, "complete -c llmlab -n __fish_use_subcommand -a %s", c->name);
	add_description(out, c->summary);
	for (size_t i = 0; i < option_table_count; i++)
		if (!option_table[i].is_global && command_takes(c, &option_table[i]))
			add_option(out, &option_table[i], condition);
	complete_add_words(&words, c);
	if (words.len)
		buf_addf(out, "complete -c llmlab%s -a '%s'\n", condition, words.at);
	if (complete_takes_paths(c))
		buf_addf(out, "complete -c llmlab%s -F\n", condition);
	buf_release(&words);
}

void complete_fish(struct buf *out)
{
	buf_addz(out, "# fish completion of llmlab; to use it:\n"
		"#\tllmlab completion fish > ~/.config/fish/completions/llmlab.fish\n"
		"complete -c llmlab -f\n");
	for (size_t i = 0; i < option_table_count; i++)
		if (option_table[i].is_global)
			add_option(out, &option_table[i], "");
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->summary)
			add_command(out, commands[i]);
}
