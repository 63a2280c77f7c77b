/* SPDX-License-Identifier: Apache-2.0 */
/* Values of options and the words of the command line. */
#include "app/args_read.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/options.h"
#include "base/suggest.h"

/* In rising strength. */
enum value_from {
	FROM_DEFAULT,
	FROM_CONFIG,
	FROM_CONFIG_OF_COMMAND,
	FROM_ENVIRONMENT,
	FROM_COMMAND_LINE,
};

struct option_value {
	enum value_from from;
	struct str text; /* as it was said, NUL-ended */
	int64_t number;
};

struct args {
	const struct command *command;
	struct option_value *values; /* one a record of option_table */
	const char **words;          /* what is no option, the command included until it is known */
	size_t word_count;
	struct arena *arena;
};

struct line {
	int argc, at;
	char **argv;
};

struct args *args_new(struct arena *arena)
{
	struct args *a = arena_alloc(arena, sizeof(*a));

	PRE(a);
	a->arena = arena;
	a->values = arena_alloc(arena, option_table_count * sizeof(*a->values));
	PRE(a->values);
	return a;
}

static struct option_value *value_at(const struct args *a, const struct option_info *o)
{
	return &a->values[o - option_table];
}

/* The last of one source counts; a weaker source does not touch what a stronger one said. */
static enum ll_err set(struct args *a, const struct option_info *o, struct str text,
	enum value_from from, const char *where, struct err *err)
{
	struct option_value *v = value_at(a, o);
	enum ll_err code;
	int64_t number;

	if (v->from > from)
		return LL_OK;
	code = option_read(o, text, where, &number, err);
	if (code == LL_OK)
		*v = (struct option_value){ from, text, number };
	return code;
}

static enum ll_err set_on_line(struct args *a, const struct option_info *o, struct str text,
	struct err *err)
{
	char where[96];

	snprintf(where, sizeof(where), "option '--%s'", o->name);
	return set(a, o, text, FROM_COMMAND_LINE, where, err);
}

/* The word after the option. One that looks like a long option is meant as one: the value
 * was forgotten. */
static enum ll_err set_from_next(struct args *a, const struct option_info *o, struct line *line,
	struct err *err)
{
	const char *next = line->at + 1 < line->argc ? line->argv[line->at + 1] : NULL;

	if (!next || (next[0] == '-' && next[1] == '-' && next[2]))
		return ll_fail(err, LL_EUSAGE, "option '--%s' needs a value: --%s %s", o->name,
			o->name, o->value);
	line->at++;
	return set_on_line(a, o, str_of(next), err);
}

/* What the command could have meant: its own options, or all while it is not known. */
static enum ll_err fail_unknown(const struct args *a, struct str name, struct err *err)
{
	struct suggest s;

	suggest_start(&s, name);
	for (size_t i = 0; i < option_table_count; i++)
		if (!a->command || command_takes(a->command, &option_table[i]))
			suggest_offer(&s, option_table[i].name);
	return ll_fail(err, LL_EUSAGE, "unknown option '--%.*s'%s", STR_FMT(name),
		suggest_tail(&s, "--"));
}

static enum ll_err read_long(struct args *a, struct line *line, struct err *err)
{
	struct str rest = str_of(line->argv[line->at] + 2), name = str_cut(&rest, '=');
	const struct option_info *o = option_find(name);

	if (!o)
		return fail_unknown(a, name, err);
	if (rest.at)
		return set_on_line(a, o, rest, err);
	if (o->type == OPTION_FLAG)
		return set_on_line(a, o, STR("yes"), err);
	return set_from_next(a, o, line, err);
}

/* "-jqz UTC": flags, and at the end one that takes the rest or the next word. */
static enum ll_err read_cluster(struct args *a, struct line *line, struct err *err)
{
	const char *letters = line->argv[line->at];
	enum ll_err code = LL_OK;

	for (size_t i = 1; letters[i] && code == LL_OK; i++) {
		const struct option_info *o = option_find_letter(letters[i]);

		if (!o)
			return ll_fail(err, LL_EUSAGE, "unknown option '-%c' in '%s'", letters[i],
				letters);
		if (o->type == OPTION_FLAG)
			code = set_on_line(a, o, STR("yes"), err);
		else if (letters[i + 1])
			return set_on_line(a, o, str_of(letters + i + 1), err);
		else
			return set_from_next(a, o, line, err);
	}
	return code;
}

static enum ll_err find_command(struct args *a, struct err *err)
{
	struct str name = str_of(a->words[0]);
	struct suggest s;

	a->command = command_find(name);
	if (a->command) {
		a->words++;
		a->word_count--;
		return LL_OK;
	}
	suggest_start(&s, name);
	for (size_t i = 0; i < command_count; i++)
		if (commands[i]->summary)
			suggest_offer(&s, commands[i]->name);
	return ll_fail(err, LL_EUSAGE, "unknown command '%.*s'%s", STR_FMT(name),
		suggest_tail(&s, ""));
}

/* Options are read before the command is known, so what it does not take shows at the end. */
static enum ll_err check_taken(const struct args *a, struct err *err)
{
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_info *o = &option_table[i];

		if (a->values[i].from != FROM_COMMAND_LINE || command_takes(a->command, o))
			continue;
		if (!a->command)
			return ll_fail(err, LL_EUSAGE, "option '--%s' needs a command", o->name);
		return ll_fail(err, LL_EUSAGE, "'%s' takes no option '--%s'", a->command->name,
			o->name);
	}
	return LL_OK;
}

static enum ll_err read_word(struct args *a, struct line *line, bool *only_words, struct err *err)
{
	const char *word = line->argv[line->at];

	if (!*only_words && strcmp(word, "--") == 0) {
		*only_words = true;
		return LL_OK;
	}
	if (!*only_words && word[0] == '-' && word[1] == '-')
		return read_long(a, line, err);
	if (!*only_words && word[0] == '-' && word[1])
		return read_cluster(a, line, err);
	a->words[a->word_count++] = word;
	if (!a->command && a->word_count == 1)
		return find_command(a, err);
	return LL_OK;
}

enum ll_err args_read_line(struct args *a, int argc, char **argv, struct err *err)
{
	struct line line = { .argc = argc, .at = 1, .argv = argv };
	bool only_words = false;
	enum ll_err code = LL_OK;

	a->words = arena_alloc(a->arena, ((size_t)argc + 1) * sizeof(*a->words));
	if (!a->words)
		return ll_fail(err, LL_ENOMEM, "no memory for %d arguments", argc);
	for (; line.at < argc && code == LL_OK; line.at++)
		code = read_word(a, &line, &only_words, err);
	return code ? code : check_taken(a, err);
}

enum ll_err args_read_environment(struct args *a, struct err *err)
{
	char name[OPTION_ENV_BYTES];

	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_info *o = &option_table[i];
		const char *text = getenv(option_env_name(o, name));
		enum ll_err code;

		if (!text || !text[0] || !command_takes(a->command, o))
			continue;
		code = set(a, o, str_of(text), FROM_ENVIRONMENT, name, err);
		if (code)
			return code;
	}
	return LL_OK;
}

static bool is_section_of(const struct config_entry *e, const struct command *c)
{
	return c && str_eq(e->section, str_of(c->name));
}

enum ll_err args_read_config(struct args *a, const struct config *config, struct err *err)
{
	for (size_t i = 0; i < config->count; i++) {
		const struct config_entry *e = &config->entries[i];
		const struct option_info *o = option_find(e->key);
		bool is_default = str_is(e->section, "default");
		char where[300];
		enum ll_err code;

		if (!o || !command_takes(a->command, o) ||
			(!is_default && !is_section_of(e, a->command)))
			continue;
		snprintf(where, sizeof(where), "configuration '%.200s' line %d: '%s'",
			config->path, e->line, o->name);
		code = set(a, o, e->value, is_default ? FROM_CONFIG : FROM_CONFIG_OF_COMMAND,
			where, err);
		if (code)
			return code;
	}
	return LL_OK;
}

/* One answer has one form: the one that was said more strongly. */
static enum ll_err check_form(struct args *a, struct err *err)
{
	struct option_value *json = value_at(a, option_find(STR("json")));
	struct option_value *csv = value_at(a, option_find(STR("csv")));

	if (!json->number || !csv->number)
		return LL_OK;
	if (json->from == csv->from)
		return ll_fail(err, LL_EUSAGE, "--json and --csv exclude each other");
	*(json->from < csv->from ? json : csv) = (struct option_value){ 0 };
	return LL_OK;
}

static enum ll_err check_verb(const struct args *a, struct err *err)
{
	const char *const *verbs = a->command->verbs;
	struct str word = str_of(args_at(a, 0));
	struct suggest s;

	if (!verbs || !word.at)
		return LL_OK;
	suggest_start(&s, word);
	for (size_t i = 0; verbs[i]; i++) {
		if (str_eq(word, str_of(verbs[i])))
			return LL_OK;
		suggest_offer(&s, verbs[i]);
	}
	return ll_fail(err, LL_EUSAGE, "'%s' has no '%.*s'%s", a->command->name, STR_FMT(word),
		suggest_tail(&s, ""));
}

enum ll_err args_check(struct args *a, struct err *err)
{
	enum ll_err code = check_form(a, err);

	if (code || !a->command)
		return code;
	if (!a->command->arguments[0] && a->word_count)
		return ll_fail(err, LL_EUSAGE, "'%s' takes no argument '%s'", a->command->name,
			a->words[0]);
	return check_verb(a, err);
}

void args_assume(struct args *a, const struct command *command)
{
	if (!a->command)
		a->command = command;
}

const struct command *args_command(const struct args *a)
{
	return a->command;
}

static const struct option_value *value_of(const struct args *a, const char *name,
	const struct option_info **o)
{
	*o = option_find(str_of(name));
	PRE(*o && command_takes(a->command, *o));
	return value_at(a, *o);
}

bool args_flag(const struct args *a, const char *name)
{
	const struct option_info *o;
	const struct option_value *v = value_of(a, name, &o);

	PRE(o->type == OPTION_FLAG);
	return v->number != 0;
}

struct str args_text(const struct args *a, const char *name)
{
	const struct option_info *o;
	const struct option_value *v = value_of(a, name, &o);

	return v->from == FROM_DEFAULT ? str_of(o->initial) : v->text;
}

int64_t args_number(const struct args *a, const char *name)
{
	const struct option_info *o;
	const struct option_value *v = value_of(a, name, &o);
	int64_t number = v->number;

	PRE(o->type == OPTION_NUMBER);
	if (v->from == FROM_DEFAULT && o->initial) {
		bool is_number = str_to_i64(str_of(o->initial), &number);

		PRE(is_number);
	}
	return number;
}

bool args_given(const struct args *a, const char *name)
{
	const struct option_info *o;

	return value_of(a, name, &o)->from != FROM_DEFAULT;
}

bool args_said(const struct args *a, const char *name)
{
	const struct option_info *o;

	return value_of(a, name, &o)->from == FROM_COMMAND_LINE;
}

size_t args_count(const struct args *a)
{
	return a->word_count;
}

const char *args_at(const struct args *a, size_t i)
{
	return i < a->word_count ? a->words[i] : NULL;
}
