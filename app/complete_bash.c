/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for bash. */
#include "app/complete.h"

#include "app/options.h"

static void add_option_names(struct buf *out, const struct command *c)
{
	const char *gap = "";

	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_info *o = &option_table[i];

		if (!command_takes(c, o))
			continue;
		buf_addf(out, "%s--%s", gap, o->name);
		gap = " ";
		if (o->letter)
			buf_addf(out, " -%c", o->letter);
	}
}

/* "--since|-s" as a pattern of the shell's case. */
static void add_pattern(struct buf *out, const struct option_info *o, const char *gap)
{
	buf_addf(out, "%s--%s", gap, o->name);
	if (o->letter)
		buf_addf(out, "|-%c", o->letter);
}

static void add_value_options(struct buf *out)
{
	const char *gap = "\t";

	for (size_t i = 0; i < option_table_count; i++) {
		if (option_table[i].type == OPTION_FLAG)
			continue;
		add_pattern(out, &option_table[i], gap);
		gap = "|";
	}
}

static void add_values(struct buf *out)
{
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_info *o = &option_table[i];

		if (o->type == OPTION_FLAG)
			continue;
		add_pattern(out, o, "\t");
		buf_addz(out, ")\n\t\t");
		if (complete_is_path(o)) {
			buf_addz(out, "compopt -o default");
		} else {
			buf_addz(out, "COMPREPLY=($(compgen -W \"");
			complete_add_choices(out, o);
			buf_addz(out, "\" -- \"$cur\"))");
		}
		buf_addz(out, "\n\t\treturn ;;\n");
	}
}

void complete_bash(struct buf *out)
{
	buf_addz(out, "# bash completion of llmlab; to use it:\n"
		"#\tllmlab completion bash > ~/.local/share/bash-completion/completions/llmlab\n"
		"_llmlab_command()\n{\n\tlocal i\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n\t");
	add_value_options(out);
	buf_addz(out, ") ((i++)) ;;\n\t\t-*) ;;\n\t\t*) echo \"${COMP_WORDS[i]}\"; return ;;\n"
		"\t\tesac\n\tdone\n}\n\n"
		"_llmlab()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
		"\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		"\tlocal options= words=\n\tCOMPREPLY=()\n\tcase $prev in\n");
	add_values(out);
	buf_addz(out, "\tesac\n\tcase $(_llmlab_command) in\n\t'')\n\t\toptions=\"");
	add_option_names(out, NULL);
	buf_addz(out, "\" words=\"");
	complete_add_commands(out);
	buf_addz(out, "\" ;;\n");
	for (size_t i = 0; i < command_count; i++) {
		if (!commands[i]->summary)
			continue;
		buf_addf(out, "\t%s)\n\t\toptions=\"", commands[i]->name);
		add_option_names(out, commands[i]);
		buf_addz(out, "\" words=\"");
		complete_add_words(out, commands[i]);
		buf_addz(out, complete_takes_paths(commands[i])
			? "\"\n\t\tcompopt -o default ;;\n" : "\" ;;\n");
	}
	buf_addz(out, "\tesac\n\t[[ $cur == -* ]] && words=$options\n"
		"\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
		"complete -F _llmlab llmlab\n");
}
