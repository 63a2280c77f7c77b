/* SPDX-License-Identifier: Apache-2.0 */
/* Every option of every command. One name has one meaning wherever it is taken. */
#include "app/options.h"

#include <ctype.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/suggest.h"
#include "ingest/decoder.h"

static const char *const basis_names[] = { "auto", "calls", NULL };

const struct option_info *option_find(struct str name)
{
	for (size_t i = 0; i < option_table_count; i++)
		if (str_eq(name, str_of(option_table[i].name)))
			return &option_table[i];
	return NULL;
}

const struct option_info *option_find_letter(char letter)
{
	for (size_t i = 0; i < option_table_count; i++)
		if (option_table[i].letter && option_table[i].letter == letter)
			return &option_table[i];
	return NULL;
}

const char *option_choice(const struct option_info *o, size_t i)
{
	if (o->type != OPTION_CHOICE)
		return NULL;
	if (o->choices)
		return o->choices[i];
	if (i == 0)
		return "auto";
	return i <= decoder_count ? decoders[i - 1]->name : NULL;
}

char *option_env_name(const struct option_info *o, char out[OPTION_ENV_BYTES])
{
	size_t len = (size_t)snprintf(out, OPTION_ENV_BYTES, "LLMLAB_%s", o->name);

	PRE(len < OPTION_ENV_BYTES);
	for (size_t i = 0; i < len; i++)
		out[i] = out[i] == '-' ? '_' : (char)toupper((unsigned char)out[i]);
	return out;
}

bool command_takes(const struct command *c, const struct option_info *o)
{
	if (o->is_global)
		return true;
	if (!c) /* the program alone is its dashboard */
		c = command_find(STR("dashboard"));
	for (size_t i = 0; c->options && c->options[i]; i++)
		if (str_eq(str_of(c->options[i]), str_of(o->name)))
			return true;
	return false;
}

static enum ll_err read_flag(struct str text, const char *where, int64_t *number, struct err *err)
{
	static const struct {
		const char *word;
		bool is_on;
	} words[] = {
		{ "yes", true }, { "true", true }, { "on", true }, { "1", true },
		{ "no", false }, { "false", false }, { "off", false }, { "0", false },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq_nocase(text, str_of(words[i].word))) {
			*number = words[i].is_on;
			return LL_OK;
		}
	}
	return ll_fail(err, LL_EUSAGE, "%s: '%.*s' is neither yes nor no", where, STR_FMT(text));
}

static enum ll_err read_number(const struct option_info *o, struct str text, const char *where,
	int64_t *number, struct err *err)
{
	int64_t value;

	if (!str_to_i64(text, &value) || value < o->min || value > o->max)
		return ll_fail(err, LL_EUSAGE,
			"%s: '%.*s' is not a whole number from %lld to %lld", where,
			STR_FMT(text), (long long)o->min, (long long)o->max);
	*number = value;
	return LL_OK;
}

/* Not one of the choices: names them all, and the one that was meant. */
static enum ll_err fail_choice(const struct option_info *o, struct str text, const char *where,
	struct err *err)
{
	struct buf names = BUF_INIT(512);
	struct suggest s;
	const char *choice;

	suggest_start(&s, text);
	for (size_t i = 0; (choice = option_choice(o, i)); i++) {
		suggest_offer(&s, choice);
		buf_addf(&names, "%s%s", i ? ", " : "", choice);
	}
	(void)ll_fail(err, LL_EUSAGE, "%s: '%.*s' is not one of %.*s%s", where, STR_FMT(text),
		STR_FMT(buf_str(&names)), suggest_tail(&s, ""));
	buf_release(&names);
	return LL_EUSAGE;
}

static enum ll_err read_choice(const struct option_info *o, struct str text, const char *where,
	struct err *err)
{
	const char *choice;

	if (o->choices == basis_names && (str_is(text, "usage") || str_is(text, "billed")))
		return ll_fail(err, LL_EUSAGE,
			"%s: '%.*s' needs reports synced from a provider, and this version syncs "
			"none; use calls or auto", where, STR_FMT(text));
	for (size_t i = 0; (choice = option_choice(o, i)); i++)
		if (str_eq(text, str_of(choice)))
			return LL_OK;
	return fail_choice(o, text, where, err);
}

enum ll_err option_read(const struct option_info *o, struct str text, const char *where,
	int64_t *number, struct err *err)
{
	*number = 0;
	switch (o->type) {
	case OPTION_FLAG:
		return read_flag(text, where, number, err);
	case OPTION_NUMBER:
		return read_number(o, text, where, number, err);
	case OPTION_CHOICE:
		return read_choice(o, text, where, err);
	case OPTION_TEXT:
		break;
	}
	if (text.len == 0)
		return ll_fail(err, LL_EUSAGE, "%s: an empty %s", where, o->value);
	return LL_OK;
}

static const char *const bucket_names[] = { "hour", "day", "week", "month", NULL };
static const char *const order_names[] = { "newest", "oldest", NULL };

const struct option_info option_table[] = {
	/* what every command takes */
	{ .name = "store", .type = OPTION_TEXT, .value = "DIR", .is_global = true,
		.help = "the store's directory; without it $XDG_DATA_HOME/llmlab" },
	{ .name = "config", .type = OPTION_TEXT, .value = "FILE", .is_global = true,
		.help = "read this configuration; without it $XDG_CONFIG_HOME/llmlab/llmlab.conf" },
	{ .name = "timezone", .letter = 'z', .type = OPTION_TEXT, .value = "ZONE",
		.is_global = true,
		.help = "cut days and read dates in this zone: UTC, Asia/Kolkata, +05:30; without "
			"it the store's" },
	{ .name = "json", .letter = 'j', .type = OPTION_FLAG, .is_global = true,
		.help = "answer in JSON" },
	{ .name = "csv", .type = OPTION_FLAG, .is_global = true,
		.help = "answer in CSV, where the answer is a table" },
	{ .name = "plain", .type = OPTION_FLAG, .is_global = true,
		.help = "plain text: no screen, no colours" },
	{ .name = "no-color", .type = OPTION_FLAG, .is_global = true,
		.help = "no colours, as with NO_COLOR set" },
	{ .name = "no-refresh", .type = OPTION_FLAG, .is_global = true,
		.help = "answer from the store as it is; do not read on in known logs first" },
	{ .name = "limit", .type = OPTION_NUMBER, .value = "N", .is_global = true,
		.min = 1, .max = LIMIT_PAGE_ROWS,
		.help = "at most this many rows" },
	{ .name = "quiet", .letter = 'q', .type = OPTION_FLAG, .is_global = true,
		.help = "no progress and no remarks; errors are still told" },
	{ .name = "yes", .letter = 'y', .type = OPTION_FLAG, .is_global = true,
		.help = "answer yes to every question" },
	{ .name = "log", .type = OPTION_TEXT, .value = "FILE", .is_global = true,
		.help = "keep the program's own log in this file" },
	{ .name = "trace", .type = OPTION_TEXT, .value = "AREAS", .is_global = true,
		.help = "log what these parts do: store,ingest or all; without --log into "
			"$XDG_STATE_HOME/llmlab/llmlab.log" },
	{ .name = "version", .type = OPTION_FLAG, .is_global = true,
		.help = "print the version" },
	{ .name = "help", .letter = 'h', .type = OPTION_FLAG, .is_global = true,
		.help = "explain the command" },

	/* what to report */
	{ .name = "since", .letter = 's', .type = OPTION_TEXT, .value = "WHEN",
		.help = "from then on: 2026-11-01, 20261101, RFC 3339, 30m 24h 7d ago, today, "
			"yesterday, week, month, year" },
	{ .name = "until", .letter = 'u', .type = OPTION_TEXT, .value = "WHEN",
		.help = "up to then; a date includes that day" },
	{ .name = "by", .type = OPTION_TEXT, .value = "NAME[,NAME]",
		.help = "group by hour, day, week, month, model, provider, project, user, key, "
			"session, source, machine, agent or tag:NAME" },
	{ .name = "bucket", .type = OPTION_CHOICE, .value = "SPAN", .choices = bucket_names,
		.help = "cut every group into spans of time as well" },
	{ .name = "basis", .type = OPTION_CHOICE, .value = "BASIS", .choices = basis_names,
		.initial = "auto",
		.help = "what is summed: calls as logs tell them, which auto means as well" },
	{ .name = "filter", .letter = 'f', .type = OPTION_TEXT, .value = "TERMS",
		.help = "only calls that match: 'status=error model~gpt cost>0.05 tag:env=prod'" },
	{ .name = "cursor", .type = OPTION_TEXT, .value = "CURSOR",
		.help = "go on after the page that gave this cursor" },
	{ .name = "order", .type = OPTION_CHOICE, .value = "ORDER", .choices = order_names,
		.initial = "newest",
		.help = "which calls stand first" },
	{ .name = "exact", .type = OPTION_FLAG,
		.help = "all decimals of an amount" },
	{ .name = "active", .type = OPTION_FLAG,
		.help = "only the window that runs now" },
	{ .name = "recent", .type = OPTION_FLAG,
		.help = "only windows of the last three days" },

	/* reading logs */
	{ .name = "format", .type = OPTION_CHOICE, .value = "FORMAT", .initial = "auto",
		.help = "what the files are; auto tells by their content" },
	{ .name = "map", .type = OPTION_TEXT, .value = "FIELD=COL[:UNIT],...",
		.help = "which column or member holds what, for CSV and JSONL: "
			"ts=timestamp:ms,input=prompt_tokens" },
	{ .name = "time-base", .type = OPTION_TEXT, .value = "TIME",
		.help = "the moment that relative times count from, RFC 3339" },
	{ .name = "provider", .type = OPTION_TEXT, .value = "NAME",
		.help = "the provider of every call (import) or of the prices (prices)" },
	{ .name = "model", .type = OPTION_TEXT, .value = "NAME",
		.help = "the model of every call (import) or of the prices (prices)" },
	{ .name = "project", .type = OPTION_TEXT, .value = "NAME",
		.help = "store every call under this project" },
	{ .name = "user", .type = OPTION_TEXT, .value = "NAME",
		.help = "store every call under this user" },
	{ .name = "machine", .type = OPTION_TEXT, .value = "NAME",
		.help = "the machine that the logs are from; without it this one" },
	{ .name = "dry-run", .type = OPTION_FLAG,
		.help = "show what would be done and change nothing" },
	{ .name = "strict", .type = OPTION_FLAG,
		.help = "exit 3 when anything was refused" },
	{ .name = "watch", .type = OPTION_FLAG,
		.help = "keep following until Ctrl-C" },
	{ .name = "interval", .type = OPTION_NUMBER, .value = "SECONDS", .initial = "2",
		.min = 1, .max = 3600,
		.help = "how often --watch looks" },

	/* the screen */
	{ .name = "theme", .type = OPTION_TEXT, .value = "NAME",
		.help = "dark, light, mono, colorblind, one of your own, or auto: by the terminal's "
			"background" },
	{ .name = "mouse", .type = OPTION_FLAG,
		.help = "the mouse selects and scrolls; --mouse=no leaves it to the terminal, as in tmux "
			"and over SSH" },
	{ .name = "screen", .type = OPTION_TEXT, .value = "COLSxROWS",
		.help = "print a screen of that size as text instead of opening one" },
	{ .name = "keys", .type = OPTION_TEXT, .value = "KEYS",
		.help = "type these at the --screen first: 'j j <Enter>'" },

	/* the generated store */
	{ .name = "seed", .type = OPTION_NUMBER, .value = "N", .initial = "1",
		.min = 0, .max = INT64_MAX,
		.help = "another seed, other figures; the same seed, the same" },
	{ .name = "end", .type = OPTION_TEXT, .value = "DATE",
		.help = "no calls after the start of this day; without it up to now" },
	{ .name = "count", .type = OPTION_NUMBER, .value = "N", .initial = "300000",
		.min = 1, .max = INT64_C(100000000),
		.help = "how many calls" },
	{ .name = "no-ui", .type = OPTION_FLAG,
		.help = "only make the store" },

	/* looking after it */
	{ .name = "deep", .type = OPTION_FLAG,
		.help = "read every page of the store and recount every sum; takes a while" },
};
const size_t option_table_count = sizeof(option_table) / sizeof(option_table[0]);
