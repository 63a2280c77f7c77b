/* SPDX-License-Identifier: Apache-2.0 */
/* Help for terminals. */
#include "app/help.h"

#include "app/options.h"
#include "base/text.h"
#include "model/filter.h"

#define COLUMNS_MAX 100  /* longer lines are hard to read */
#define COLUMNS_MIN 40
#define INDENT 2
#define HEAD_CELLS 28    /* what an option is called; what it means stands right of it */

static size_t clamp_columns(int columns)
{
	return (size_t)(columns < COLUMNS_MIN ? COLUMNS_MIN
		: columns > COLUMNS_MAX ? COLUMNS_MAX : columns);
}

/* Words from column `at` on, broken before `columns`, the next lines at `indent`. */
static void add_wrapped(struct buf *out, struct str text, size_t at, size_t indent, size_t columns)
{
	bool is_first = true;

	while (text.at) {
		struct str word = str_cut(&text, ' ');
		size_t cells = text_width(word);

		if (!word.len)
			continue;
		if (!is_first && at + 1 + cells > columns) {
			buf_addch(out, '\n');
			buf_fill(out, ' ', indent);
			at = indent;
		} else if (!is_first) {
			buf_addch(out, ' ');
			at++;
		}
		buf_add(out, word);
		at += cells;
		is_first = false;
	}
	buf_addch(out, '\n');
}

/* "  head      text text" with the text in its own column, below a head that is too long. */
static void add_entry(struct buf *out, struct str head, struct str text, size_t head_cells,
	size_t columns)
{
	size_t cells = text_width(head), column = INDENT + head_cells;

	buf_fill(out, ' ', INDENT);
	buf_add(out, head);
	if (cells + 2 > head_cells) {
		buf_addch(out, '\n');
		buf_fill(out, ' ', column);
	} else {
		buf_fill(out, ' ', head_cells - cells);
	}
	add_wrapped(out, text, column, column, columns);
}

/* The line breaks of the source text are not those of the screen. */
static void add_joined(struct buf *out, struct str text, size_t columns)
{
	struct buf joined = BUF_INIT(65536);

	while (text.at) {
		buf_add(&joined, str_trim(str_cut(&text, '\n')));
		buf_addch(&joined, ' ');
	}
	add_wrapped(out, str_trim(buf_str(&joined)), 0, 0, columns);
	buf_release(&joined);
}

static struct str first_line(struct str text)
{
	return str_cut(&text, '\n');
}

static bool is_verbatim(struct str line)
{
	return line.len && (line.at[0] == ' ' || line.at[0] == '\t');
}

bool help_next_part(struct str *rest, struct help_part *out)
{
	struct str line = { NULL, 0 };

	*out = (struct help_part){ 0 };
	while (rest->at) {
		line = first_line(*rest);
		if (str_trim(line).len)
			break;
		out->is_apart = true;
		(void)str_cut(rest, '\n');
	}
	if (!rest->at)
		return false;
	out->text = line;
	out->is_verbatim = is_verbatim(line);
	(void)str_cut(rest, '\n');
	while (!out->is_verbatim && rest->at) {
		line = first_line(*rest);
		if (!str_trim(line).len || is_verbatim(line))
			break;
		out->text.len = (size_t)(line.at + line.len - out->text.at);
		(void)str_cut(rest, '\n');
	}
	return true;
}

static void add_paragraphs(struct buf *out, struct str text, size_t columns)
{
	struct help_part part;

	while (help_next_part(&text, &part)) {
		buf_addz(out, part.is_apart ? "\n" : "");
		if (part.is_verbatim) {
			buf_add(out, part.text);
			buf_addch(out, '\n');
		} else {
			add_joined(out, part.text, columns);
		}
	}
}

void help_add_usage(const struct command *c, struct buf *out)
{
	buf_addf(out, "llmlab %s [OPTIONS]%s%s", c->name, c->arguments[0] ? " " : "", c->arguments);
}

void help_add_meaning(const struct option_info *o, struct buf *out)
{
	const char *choice;

	buf_addz(out, o->help);
	for (size_t i = 0; (choice = option_choice(o, i)); i++)
		buf_addf(out, "%s%s", i ? ", " : ": ", choice);
	if (o->initial)
		buf_addf(out, " (default %s)", o->initial);
}

static void add_option(const struct option_info *o, struct buf *out, size_t columns)
{
	struct buf head = BUF_INIT(256), meaning = BUF_INIT(4096);

	if (o->letter)
		buf_addf(&head, "-%c, ", o->letter);
	buf_addf(&head, "--%s%s%s", o->name, o->value ? " " : "", o->value ? o->value : "");
	help_add_meaning(o, &meaning);
	add_entry(out, buf_str(&head), buf_str(&meaning), HEAD_CELLS, columns);
	buf_release(&head);
	buf_release(&meaning);
}

static void add_options(const struct command *c, bool global, struct buf *out, size_t columns)
{
	for (size_t i = 0; i < option_table_count; i++)
		if (option_table[i].is_global == global && command_takes(c, &option_table[i]))
			add_option(&option_table[i], out, columns);
}

static void add_filter_fields(const struct command *c, struct buf *out, size_t columns)
{
	if (!command_takes(c, option_find(STR("filter"))))
		return;
	buf_addz(out, "\nFields of --filter (= != ~ !~ < <= > >=; all terms must hold):\n");
	for (size_t i = 0; i < FILTER_FIELDS; i++)
		add_entry(out, str_of(filter_fields[i].example), str_of(filter_fields[i].help),
			HEAD_CELLS, columns);
}

static void add_examples(const struct command *c, struct buf *out)
{
	if (!c->examples || !c->examples[0].line)
		return;
	buf_addz(out, "\nExamples:\n");
	for (const struct command_example *e = c->examples; e->line; e++)
		buf_addf(out, "  %s\n      %s\n", e->line, e->what);
}

static void add_command(const struct command *c, struct buf *out, size_t columns)
{
	buf_addf(out, "llmlab %s: %s\n\nUsage: ", c->name,
		c->summary ? c->summary : "for the build, not for people");
	help_add_usage(c, out);
	buf_addch(out, '\n');
	if (c->help[0]) {
		buf_addch(out, '\n');
		add_paragraphs(out, str_of(c->help), columns);
	}
	if (c->options && c->options[0]) {
		buf_addz(out, "\nOptions:\n");
		add_options(c, false, out, columns);
	}
	add_filter_fields(c, out, columns);
	add_examples(c, out);
	buf_addz(out, "\nOptions of every command:\n");
	add_options(c, true, out, columns);
}

static void add_program(struct buf *out, size_t columns)
{
	buf_addz(out, "LLMLab: what your use of language models costs, from the logs you have\n\n"
		"Usage: llmlab COMMAND [OPTIONS] [ARGUMENTS]\n\nCommands:\n");
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->summary)
			add_entry(out, str_of(commands[i]->name), str_of(commands[i]->summary), 13,
				columns);
	buf_addz(out, "\nOptions of every command:\n");
	add_options(NULL, true, out, columns);
	buf_addch(out, '\n');
	add_paragraphs(out, STR("Every option can also be set by LLMLAB_NAME in the environment "
		"(LLMLAB_STORE, LLMLAB_TIMEZONE) or by 'name = value' in the configuration; the "
		"command line is stronger than the environment, the environment than the "
		"configuration.\n\n"
		"`llmlab import` reads the logs of the coding agents on this machine, `llmlab "
		"costs` sums them up, `llmlab help COMMAND` explains a command."), columns);
}

void help_add(const struct command *c, struct buf *out, int columns)
{
	if (c)
		add_command(c, out, clamp_columns(columns));
	else
		add_program(out, clamp_columns(columns));
}
