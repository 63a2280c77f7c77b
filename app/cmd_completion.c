/* SPDX-License-Identifier: Apache-2.0 */
/* completion: what a shell offers after <Tab>, printed from the tables. */
#include <stdio.h>

#include "app/app.h"
#include "app/options.h"

/* Values that are a file's or a directory's name. */
static bool is_path(const struct option_info *o)
{
	return o->value && (str_is(str_of(o->value), "FILE") || str_is(str_of(o->value), "DIR"));
}

static bool takes_paths(const struct command *c)
{
	return str_has(str_of(c->arguments), STR("PATH")) || str_has(str_of(c->arguments), STR("FILE"));
}

/* "import costs ..." */
static void add_command_names(struct buf *out)
{
	const char *gap = "";

	for (size_t i = 0; i < command_count; i++) {
		if (!commands[i]->summary)
			continue;
		buf_addf(out, "%s%s", gap, commands[i]->name);
		gap = " ";
	}
}

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

static void add_choices(struct buf *out, const struct option_info *o)
{
	const char *choice;

	for (size_t i = 0; (choice = option_choice(o, i)); i++)
		buf_addf(out, "%s%s", i ? " " : "", choice);
}

/* What may follow the command as a word: verbs, or the names of commands after `help`. */
static void add_words(struct buf *out, const struct command *c)
{
	if (str_is(str_of(c->arguments), "[COMMAND]"))
		add_command_names(out);
	for (size_t i = 0; c->verbs && c->verbs[i]; i++)
		buf_addf(out, "%s%s", i ? " " : "", c->verbs[i]);
}

/* "--since|-s" as a pattern of the shell's case. */
static void add_pattern(struct buf *out, const struct option_info *o, const char *gap)
{
	buf_addf(out, "%s--%s", gap, o->name);
	if (o->letter)
		buf_addf(out, "|-%c", o->letter);
}

static void add_bash_values(struct buf *out)
{
	const char *gap = "\t";

	for (size_t i = 0; i < option_table_count; i++) {
		if (option_table[i].type == OPTION_FLAG)
			continue;
		add_pattern(out, &option_table[i], gap);
		gap = "|";
	}
}

static void add_bash_choices(struct buf *out)
{
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_info *o = &option_table[i];

		if (o->type == OPTION_FLAG)
			continue;
		add_pattern(out, o, "\t");
		buf_addz(out, ")\n\t\t");
		if (is_path(o)) {
			buf_addz(out, "compopt -o default");
		} else {
			buf_addz(out, "COMPREPLY=($(compgen -W \"");
			add_choices(out, o);
			buf_addz(out, "\" -- \"$cur\"))");
		}
		buf_addz(out, "\n\t\treturn ;;\n");
	}
}

static void add_bash(struct buf *out)
{
	buf_addz(out, "# bash completion of llmlab; to use it:\n"
		"#\tllmlab completion bash > ~/.local/share/bash-completion/completions/llmlab\n"
		"_llmlab_command()\n{\n\tlocal i\n"
		"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in\n\t");
	add_bash_values(out);
	buf_addz(out, ") ((i++)) ;;\n\t\t-*) ;;\n\t\t*) echo \"${COMP_WORDS[i]}\"; return ;;\n"
		"\t\tesac\n\tdone\n}\n\n"
		"_llmlab()\n{\n\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		"\tlocal options= words=\n\tCOMPREPLY=()\n\tcase $prev in\n");
	add_bash_choices(out);
	buf_addz(out, "\tesac\n\tcase $(_llmlab_command) in\n\t'')\n\t\toptions=\"");
	add_option_names(out, NULL);
	buf_addz(out, "\" words=\"");
	add_command_names(out);
	buf_addz(out, "\" ;;\n");
	for (size_t i = 0; i < command_count; i++) {
		if (!commands[i]->summary)
			continue;
		buf_addf(out, "\t%s)\n\t\toptions=\"", commands[i]->name);
		add_option_names(out, commands[i]);
		buf_addz(out, "\" words=\"");
		add_words(out, commands[i]);
		buf_addz(out, takes_paths(commands[i]) ? "\"\n\t\tcompopt -o default ;;\n" : "\" ;;\n");
	}
	buf_addz(out, "\tesac\n\t[[ $cur == -* ]] && words=$options\n"
		"\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n"
		"complete -F _llmlab llmlab\n");
}

/* Within single quotes of zsh and fish; zsh's specs give brackets and colons a meaning. */
static void add_quoted(struct buf *out, const char *text, bool is_spec)
{
	for (; *text; text++) {
		if (*text == '\'')
			buf_addz(out, "'\\''");
		else if (is_spec && strchr("[]:\\", *text))
			buf_addf(out, "\\%c", *text);
		else
			buf_addch(out, *text);
	}
}

static void add_zsh_option(struct buf *out, const struct option_info *o)
{
	if (o->letter)
		buf_addf(out, "\t\t'(-%c --%s)'{-%c,--%s}'[", o->letter, o->name, o->letter, o->name);
	else
		buf_addf(out, "\t\t'--%s[", o->name);
	add_quoted(out, o->help, true);
	buf_addch(out, ']');
	if (o->value) {
		buf_addch(out, ':');
		add_quoted(out, o->value, true);
		buf_addch(out, ':');
	}
	if (is_path(o)) {
		buf_addz(out, "_files");
	} else if (o->type == OPTION_CHOICE) {
		buf_addch(out, '(');
		add_choices(out, o);
		buf_addch(out, ')');
	}
	buf_addz(out, "' \\\n");
}

static void add_zsh_command(struct buf *out, const struct command *c)
{
	buf_addf(out, "\t%s)\n\t\t_arguments -s \\\n", c->name);
	for (size_t i = 0; i < option_table_count; i++)
		if (command_takes(c, &option_table[i]))
			add_zsh_option(out, &option_table[i]);
	if (c->verbs || str_is(str_of(c->arguments), "[COMMAND]")) {
		buf_addz(out, "\t\t'1:what:(");
		add_words(out, c);
		buf_addz(out, ")' ;;\n");
	} else {
		buf_addz(out, takes_paths(c) ? "\t\t'*:file:_files' ;;\n" : "\t\t'*::' ;;\n");
	}
}

static void add_zsh(struct buf *out)
{
	buf_addz(out, "#compdef llmlab\n# zsh completion of llmlab; to use it, in a directory of $fpath:\n"
		"#\tllmlab completion zsh > _llmlab\n"
		"_llmlab()\n{\n\tlocal context state state_descr line\n\tlocal -A opt_args\n"
		"\tlocal -a names=(\n");
	for (size_t i = 0; i < command_count; i++) {
		if (!commands[i]->summary)
			continue;
		buf_addf(out, "\t\t'%s:", commands[i]->name);
		add_quoted(out, commands[i]->summary, true);
		buf_addz(out, "'\n");
	}
	buf_addz(out, "\t)\n\t_arguments -C -s \\\n");
	for (size_t i = 0; i < option_table_count; i++)
		if (option_table[i].is_global)
			add_zsh_option(out, &option_table[i]);
	buf_addz(out, "\t\t'1:command:->command' '*::argument:->argument'\n"
		"\tif [[ $state == command ]]; then\n\t\t_describe command names\n\t\treturn\n\tfi\n"
		"\tcase $line[1] in\n");
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->summary)
			add_zsh_command(out, commands[i]);
	buf_addz(out, "\tesac\n}\nif [[ $funcstack[1] == _llmlab ]]; then\n\t_llmlab \"$@\"\n"
		"else\n\tcompdef _llmlab llmlab\nfi\n");
}

static void add_fish_option(struct buf *out, const struct option_info *o, const char *condition)
{
	buf_addf(out, "complete -c llmlab%s -l %s", condition, o->name);
	if (o->letter)
		buf_addf(out, " -s %c", o->letter);
	if (is_path(o)) {
		buf_addz(out, " -r -F");
	} else if (o->type == OPTION_CHOICE) {
		buf_addz(out, " -x -a '");
		add_choices(out, o);
		buf_addch(out, '\'');
	} else if (o->value) {
		buf_addz(out, " -x");
	}
	buf_addz(out, " -d '");
	/* fish ends a quote as C does, with \' */
	for (const char *c = o->help; *c; c++)
		buf_addf(out, *c == '\'' || *c == '\\' ? "\\%c" : "%c", *c);
	buf_addz(out, "'\n");
}

static void add_fish_command(struct buf *out, const struct command *c)
{
	char condition[96];
	struct buf words = BUF_INIT(4096);

	snprintf(condition, sizeof(condition), " -n '__fish_seen_subcommand_from %s'", c->name);
	buf_addf(out, "complete -c llmlab -n __fish_use_subcommand -a %s -d '%s'\n", c->name,
		c->summary);
	for (size_t i = 0; i < option_table_count; i++)
		if (!option_table[i].is_global && command_takes(c, &option_table[i]))
			add_fish_option(out, &option_table[i], condition);
	add_words(&words, c);
	if (words.len)
		buf_addf(out, "complete -c llmlab%s -a '%s'\n", condition, words.at);
	if (takes_paths(c))
		buf_addf(out, "complete -c llmlab%s -F\n", condition);
	buf_release(&words);
}

static void add_fish(struct buf *out)
{
	buf_addz(out, "# fish completion of llmlab; to use it:\n"
		"#\tllmlab completion fish > ~/.config/fish/completions/llmlab.fish\n"
		"complete -c llmlab -f\n");
	for (size_t i = 0; i < option_table_count; i++)
		if (option_table[i].is_global)
			add_fish_option(out, &option_table[i], "");
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->summary)
			add_fish_command(out, commands[i]);
}

static const struct {
	const char *name;
	void (*add)(struct buf *out);
} shells[] = {
	{ "bash", add_bash },
	{ "zsh", add_zsh },
	{ "fish", add_fish },
};

static enum exit_code completion(struct app *app)
{
	struct str name = str_of(args_at(app->args, 0));

	if (args_count(app->args) != 1)
		return app_usage(app, "say for which shell: bash, zsh or fish");
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_eq(name, str_of(shells[i].name)))
			shells[i].add(&app->out);
	return EXIT_OK;
}

const struct command command_completion = {
	.name = "completion",
	.summary = "print what a shell needs to complete llmlab's words",
	.arguments = "bash|zsh|fish",
	.help = "The first lines of what is printed say where it belongs.",
	.verbs = (const char *const[]){ "bash", "zsh", "fish", NULL },
	.examples = (const struct command_example[]){
		{ "source <(llmlab completion bash)", "for this shell only" },
		{ NULL, NULL },
	},
	.run = completion,
};
