/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the configuration file. */
#include "app/config.h"

#include "app/options.h"
#include "app/paths.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/suggest.h"
#include "base/text.h"

static const struct str default_section = STR_INIT("default");
static const struct str keys_section = STR_INIT("keys"); /* of actions: the dashboard reads it */

/* The part of a line before a remark, which begins the line or follows a blank. */
static struct str without_remark(struct str line)
{
	bool is_quoted = false;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.at[i];
		bool after_blank = i == 0 || line.at[i - 1] == ' ' || line.at[i - 1] == '\t';

		if (c == '"')
			is_quoted = !is_quoted;
		else if ((c == '#' || c == ';') && after_blank && !is_quoted)
			return str_trim(str_head(line, i));
	}
	return str_trim(line);
}

static struct str without_quotes(struct str value)
{
	if (value.len >= 2 && value.at[0] == '"' && value.at[value.len - 1] == '"')
		return str_head(str_from(value, 1), value.len - 2);
	return value;
}

static bool is_section(struct str line)
{
	return line.len > 2 && line.at[0] == '[' && line.at[line.len - 1] == ']';
}

/* "key = value" into the entry; false when it is no such line. */
static bool read_entry(struct str line, struct arena *a, struct config_entry *out)
{
	struct str rest = line, key = str_trim(str_cut(&rest, '='));

	if (!rest.at || key.len == 0)
		return false;
	out->key = arena_str(a, key);
	out->value = arena_str(a, without_quotes(str_trim(rest)));
	return true;
}

static size_t count_lines(struct str text)
{
	size_t count = 1;

	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n';
	return count;
}

enum ll_err config_parse(struct str text, const char *path, struct arena *a, struct config *out,
	struct err *err)
{
	struct str section = default_section, rest = text;
	int number = 0;

	*out = (struct config){ .path = path };
	out->entries = arena_alloc(a, count_lines(text) * sizeof(*out->entries));
	if (!out->entries)
		return ll_fail(err, LL_ENOMEM, "no memory for the configuration '%s'", path);
	while (rest.at) {
		struct str line = without_remark(str_cut(&rest, '\n'));
		struct config_entry *entry = &out->entries[out->count];

		number++;
		if (line.len == 0)
			continue;
		if (is_section(line)) {
			section = arena_str(a, str_trim(str_head(str_from(line, 1), line.len - 2)));
			continue;
		}
		if (!read_entry(line, a, entry))
			return ll_fail(err, LL_EUSAGE,
				"configuration '%s' line %d: neither 'key = value' nor '[section]'",
				path, number);
		entry->section = section;
		entry->line = number;
		out->count++;
	}
	return LL_OK;
}

enum ll_err config_load(const char *path, struct arena *a, struct config *out, struct err *err)
{
	struct buf text = BUF_INIT(LIMIT_CONFIG_BYTES);
	char usual[PATHS_BYTES];
	const char *used = path ? path : usual;
	const char *name;
	enum ll_err code;

	*out = (struct config){ 0 };
	if (!path && !paths_config(usual))
		return LL_OK;
	code = file_slurp(used, &text, err);
	/* Another user's home (su without a login) holds no settings of ours; doctor tells. */
	if (!path && (code == LL_ENOENT || code == LL_EACCESS)) {
		code = LL_OK;
		goto out;
	}
	if (code)
		goto out;
	code = LL_EUSAGE;
	if (!utf8_is_valid(buf_str(&text)) || memchr(text.at ? text.at : "", 0, text.len)) {
		(void)ll_fail(err, code, "configuration '%s' is not a text file", used);
		goto out;
	}
	name = arena_str(a, str_of(used)).at;
	code = name ? config_parse(buf_str(&text), name, a, out, err)
		: ll_fail(err, LL_ENOMEM, "no memory for the configuration");
out:
	buf_release(&text);
	return code;
}

static const char *complain(const struct config *c, const struct config_entry *e,
	const char *what, struct str name, const char *tail, struct arena *a)
{
	struct buf b = BUF_INIT(2048);
	const char *text;

	buf_addf(&b, "configuration '%s' line %d: %s '%.*s'%s", c->path, e->line, what,
		STR_FMT(name), tail);
	text = arena_str(a, buf_str(&b)).at;
	buf_release(&b);
	return text;
}

static bool is_known_section(struct str name, struct suggest *s)
{
	if (str_eq(name, default_section) || str_eq(name, keys_section) || command_find(name))
		return true;
	suggest_start(s, name);
	for (size_t i = 0; i < command_count; i++)
		suggest_offer(s, commands[i]->name);
	return false;
}

/* An option that commands take, and, in a command's section, that this one takes. */
static bool is_known_key(const struct config_entry *e, struct suggest *s)
{
	const struct option_info *o = option_find(e->key);
	const struct command *command = command_find(e->section);

	if (str_eq(e->section, keys_section) || (o && (!command || command_takes(command, o))))
		return true;
	suggest_start(s, e->key);
	for (size_t i = 0; i < option_table_count; i++)
		if (!command || command_takes(command, &option_table[i]))
			suggest_offer(s, option_table[i].name);
	return false;
}

const char *config_complaint(const struct config *c, size_t i, struct arena *a)
{
	const struct config_entry *e = &c->entries[i];
	struct suggest s;

	if (!is_known_section(e->section, &s))
		return complain(c, e, "unknown section", e->section, suggest_tail(&s, ""), a);
	if (!is_known_key(e, &s))
		return complain(c, e, "unknown key", e->key, suggest_tail(&s, ""), a);
	return NULL;
}
