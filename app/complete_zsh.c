/* SPDX-License-Identifier: Apache-2.0 */
/* Completion for zsh. */
#include "app/complete.h"

#include "app/options.h"

/* Within single quotes, in a spec of _arguments, where brackets and colons have a meaning. */
static void add_quoted(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_addz(out, "'\\''");
		else if (strchr("[]:\\", *text))
			buf_addf(out, "\\%c", *text);
		else
			buf_addch(out, *text);
	}
}

static void add_option(struct buf *out, const struct option_info *o)
{
	if (o->letter)
		buf_addf(out, "\t\t'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter,
			o->name);
	else
		buf_addf(out, "\t\t'--%s[", o->name);
	add_quoted(out, o->help);
	buf_addch(out, ']');
	if (o->value) {
		buf_addch(out, ':');
		add_quoted(out, o->value);
		buf_addch(out, ':');
	}
	if (complete_is_path(o)) {
		buf_addz(out, "_files");
	} else if (o->type == OPTION_CHOICE) {
		buf_addch(out, '(');
		complete_add_choices(out, o);
		buf_addch(out, ')');
	}
	buf_addz(out, "' \\\n");
}

static void add_command(struct buf *out, const struct command *c)
{
	buf_addf(out, "\t%s)\n\t\t_arguments -s \\\n", c->name);
	for (size_t i = 0; i < option_table_count; i++)
		if (command_takes(c, &option_table[i]))
			add_option(out, &option_table[i]);
	if (c->verbs || str_is(str_of(c->arguments), "[COMMAND]")) {
		buf_addz(out, "\t\t'1:what:(");
		complete_add_words(out, c);
		buf_addz(out, ")' ;;\n");
	} else {
		buf_addz(out, complete_takes_paths(c) ? "\t\t'*:file:_files' ;;\n" :
			"\t\t'*::' ;;\n");
	}
}

void complete_zsh(struct buf *out)
{
	buf_addz(out, "#compdef llmlab\n"
		"# zsh completion of llmlab; to use it, in a directory of $fpath:\n"
		"#\tllmlab completion zsh > _llmlab\n"
		"_llmlab()\n{\n\tlocal context state state_descr line\n\tlocal -A opt_args\n"
		"\tlocal -a names=(\n");
	for (size_t i = 0; i < command_count; i++) {
		if (!commands[i]->summary)
			continue;
		buf_addf(out, "\t\t'%s:", commands[i]->name);
		add_quoted(out, commands[i]->summary);
		buf_addz(out, "'\n");
	}
	buf_addz(out, "\t)\n\t_arguments -C -s \\\n");
	for (size_t i = 0; i < option_table_count; i++)
		if (option_table[i].is_global)
			add_option(out, &option_table[i]);
	buf_addz(out, "\t\t'1:command:->command' '*::argument:->argument'\n"
		"\tif [[ $state == command ]]; then\n"
		"\t\t_describe command names\n\t\treturn\n\tfi\n"
		"\tcase $line[1] in\n");
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->summary)
			add_command(out, commands[i]);
	buf_addz(out, "\tesac\n}\nif [[ $funcstack[1] == _llmlab ]]; then\n\t_llmlab \"$@\"\n"
		"else\n\tcompdef _llmlab llmlab\nfi\n");
}
