/* SPDX-License-Identifier: Apache-2.0 */
/* man: the manual page, in the macros of man(7), printed from the tables. The build keeps it. */
#include "app/app.h"
#include "app/help.h"
#include "app/options.h"

/* Text as roff: no backslash, dash, dot or quote is taken for a request or a typographic sign. */
static void add_text(struct buf *out, struct str text)
{
	bool at_line_start = true;

	for (size_t i = 0; i < text.len; i++) {
		char c = text.at[i];

		if (at_line_start && (c == '.' || c == '\''))
			buf_addz(out, "\\&");
		if (c == '\\')
			buf_addz(out, "\\e");
		else if (c == '-')
			buf_addz(out, "\\-");
		else
			buf_addch(out, c);
		at_line_start = c == '\n';
	}
}

static void add_line(struct buf *out, const char *text)
{
	add_text(out, str_of(text));
	buf_addch(out, '\n');
}

/* A paragraph of help: source lines are joined by roff itself, verbatim ones kept by .EX. */
static void add_paragraphs(struct buf *out, const char *help)
{
	struct str rest = str_of(help);
	struct help_part part;
	bool is_first = true;

	while (help_next_part(&rest, &part)) {
		if (part.is_apart || is_first)
			buf_addz(out, ".PP\n");
		if (part.is_verbatim)
			buf_addz(out, ".EX\n");
		add_text(out, part.text);
		buf_addz(out, part.is_verbatim ? "\n.EE\n" : "\n");
		is_first = false;
	}
}

static void add_option(struct buf *out, const struct option_info *o)
{
	struct buf meaning = BUF_INIT(4096);

	help_add_meaning(o, &meaning);
	buf_addz(out, ".TP\n");
	if (o->letter)
		buf_addf(out, "\\fB\\-%c\\fR, ", o->letter);
	buf_addz(out, "\\fB");
	add_text(out, STR("--"));
	add_text(out, str_of(o->name));
	buf_addz(out, "\\fR");
	if (o->value) {
		buf_addz(out, " \\fI");
		add_text(out, str_of(o->value));
		buf_addz(out, "\\fR");
	}
	buf_addch(out, '\n');
	add_text(out, buf_str(&meaning));
	buf_addch(out, '\n');
	buf_release(&meaning);
}

static void add_options(struct buf *out, const struct command *c, bool global)
{
	for (size_t i = 0; i < option_table_count; i++)
		if (option_table[i].is_global == global && command_takes(c, &option_table[i]))
			add_option(out, &option_table[i]);
}

static void add_item(struct buf *out, const char *term, const char *meaning)
{
	buf_addz(out, ".TP\n\\fB");
	add_text(out, str_of(term));
	buf_addz(out, "\\fR\n");
	add_line(out, meaning);
}

static void add_examples(struct buf *out, const struct command *c)
{
	for (const struct command_example *e = c->examples; e && e->line; e++)
		add_item(out, e->line, e->what);
}

static void add_command(struct buf *out, const struct command *c)
{
	struct buf usage = BUF_INIT(1024);

	help_add_usage(c, &usage);
	buf_addz(out, ".SS ");
	add_line(out, c->name);
	add_line(out, c->summary);
	buf_addz(out, ".PP\n\\fB");
	add_text(out, buf_str(&usage));
	buf_addz(out, "\\fR\n");
	add_paragraphs(out, c->help);
	add_options(out, c, false);
	add_examples(out, c);
	buf_release(&usage);
}

static void add_head(struct buf *out)
{
	/* Commands and paths must neither be hyphenated nor stretched. */
	buf_addz(out, ".TH LLMLAB 1 \"\" \"llmlab " LLMLAB_VERSION "\" \"User Commands\"\n"
		".nh\n.ad l\n"
		".SH NAME\n"
		"llmlab \\- what your use of language models costs, from the logs you have\n"
		".SH SYNOPSIS\n"
		"\\fBllmlab\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]\n"
		".SH DESCRIPTION\n");
	add_line(out, "llmlab reads the logs of coding agents, CSV and JSONL files into a store of "
		"its own and answers what was spent, on which model, in which project and when.\n"
		"Everything stays on this machine. No text of a prompt or an answer is stored.");
}

static void add_filter(struct buf *out)
{
	buf_addz(out, ".SH FILTERS\n");
	add_line(out, "A filter is one or more terms, all of which must hold. The operators are = "
		"and !=, for texts also ~ (contains) and !~, for amounts also <, <=, > and >=. "
		"`field=a,b` means any of them, `field=` that there is none; a value with blanks "
		"or commas stands in \"quotes\".");
	for (size_t i = 0; i < FILTER_FIELDS; i++)
		add_item(out, filter_fields[i].example, filter_fields[i].help);
}

static void add_tail(struct buf *out)
{
	buf_addz(out, ".SH ENVIRONMENT\nEvery option can be set by a variable:\n"
		"\\fBLLMLAB_STORE\\fR for \\-\\-store,\n"
		"\\fBLLMLAB_TIME_BASE\\fR for \\-\\-time\\-base.\n"
		"\\fBNO_COLOR\\fR turns colours off.\n"
		".SH FILES\n.TP\n\\fI$XDG_CONFIG_HOME/llmlab/llmlab.conf\\fR\n"
		"The configuration: lines of \\fIname\\fR = \\fIvalue\\fR with the options' "
		"names; those in a section named like a command hold for that command only.\n"
		"The environment is stronger, the command line strongest.\n"
		".TP\n\\fI$XDG_DATA_HOME/llmlab\\fR\nThe store.\n"
		".TP\n\\fI$XDG_STATE_HOME/llmlab/llmlab.log\\fR\n"
		"The program's own log, with \\-\\-trace.\n"
		".SH EXIT STATUS\n.TP\n0\nDone.\n.TP\n1\nNothing could be done.\n.TP\n2\n"
		"The command line is wrong.\n.TP\n3\n"
		"A check, a threshold or \\-\\-strict failed.\n");
}

static enum exit_code man(struct app *app)
{
	struct buf *out = &app->out;

	add_head(out);
	buf_addz(out, ".SH OPTIONS OF EVERY COMMAND\n");
	add_options(out, NULL, true);
	buf_addz(out, ".SH COMMANDS\n");
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->summary)
			add_command(out, commands[i]);
	add_filter(out);
	add_tail(out);
	return EXIT_OK;
}

const struct command command_man = {
	.name = "man",
	.arguments = "",
	.help = "Prints the manual page.",
	.run = man,
};
