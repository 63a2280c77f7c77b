/* SPDX-License-Identifier: Apache-2.0 */
/* Rules as the user writes them, and those that are guessed from well-known names. */
#include "ingest/field_map.h"

#include <stdio.h>

#include "base/mem.h"

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const char *const field_names[FIELDS] = {
	[FIELD_TS] = "ts",
	[FIELD_INPUT] = "input",
	[FIELD_INPUT_TOTAL] = "input_total",
	[FIELD_OUTPUT] = "output",
	[FIELD_CACHE_READ] = "cache_read",
	[FIELD_CACHE_WRITE] = "cache_write",
	[FIELD_CACHE_WRITE_1H] = "cache_write_1h",
	[FIELD_REASONING] = "reasoning",
	[FIELD_MODEL] = "model",
	[FIELD_PROVIDER] = "provider",
	[FIELD_PROJECT] = "project",
	[FIELD_USER] = "user",
	[FIELD_KEY] = "key",
	[FIELD_SESSION] = "session",
	[FIELD_AGENT] = "agent",
	[FIELD_COST] = "cost",
	[FIELD_LATENCY_MS] = "latency_ms",
	[FIELD_TTFT_MS] = "ttft_ms",
	[FIELD_STATUS] = "status",
	[FIELD_TAG] = "tag",
};

static const struct {
	const char *name;
	enum time_unit unit;
} units[] = {
	{ "iso", TIME_ISO },
	{ "s", TIME_S },
	{ "ms", TIME_MS },
	{ "us", TIME_US },
	{ "ns", TIME_NS },
};

#define NAMED(name, what) { .column = STR_INIT(name), .field = FIELD_##what }

/* A trace of requests whose times are milliseconds from its beginning. */
static const struct field_rule mooncake_rules[] = {
	{ .column = STR_INIT("timestamp"), .field = FIELD_TS, .unit = TIME_MS },
	NAMED("input_length", INPUT),
	NAMED("output_length", OUTPUT),
};

/* Of the names for one field the first one is taken. */
static const struct field_rule common_rules[] = {
	NAMED("timestamp", TS),
	NAMED("ts", TS),
	NAMED("time", TS),
	NAMED("created_at", TS),
	NAMED("start_time", TS),
	NAMED("started_at", TS),
	NAMED("created", TS),
	NAMED("datetime", TS),
	NAMED("date", TS),
	NAMED("input_tokens", INPUT),
	NAMED("ContextTokens", INPUT),
	NAMED("tokens_in", INPUT),
	NAMED("prompt_tokens", INPUT_TOTAL),
	NAMED("tokens_prompt", INPUT_TOTAL),
	NAMED("output_tokens", OUTPUT),
	NAMED("completion_tokens", OUTPUT),
	NAMED("GeneratedTokens", OUTPUT),
	NAMED("tokens_out", OUTPUT),
	NAMED("tokens_completion", OUTPUT),
	NAMED("cache_read_input_tokens", CACHE_READ),
	NAMED("cache_read_tokens", CACHE_READ),
	NAMED("cached_tokens", CACHE_READ),
	NAMED("cache_creation_input_tokens", CACHE_WRITE),
	NAMED("cache_write_tokens", CACHE_WRITE),
	NAMED("reasoning_tokens", REASONING),
	NAMED("model", MODEL),
	NAMED("model_name", MODEL),
	NAMED("model_id", MODEL),
	NAMED("provider", PROVIDER),
	NAMED("project", PROJECT),
	NAMED("project_name", PROJECT),
	NAMED("user", USER),
	NAMED("user_id", USER),
	NAMED("api_key_name", KEY),
	NAMED("session_id", SESSION),
	NAMED("session", SESSION),
	NAMED("conversation_id", SESSION),
	NAMED("agent", AGENT),
	NAMED("cost_usd", COST),
	NAMED("cost", COST),
	NAMED("latency_ms", LATENCY_MS),
	NAMED("duration_ms", LATENCY_MS),
	NAMED("ttft_ms", TTFT_MS),
	NAMED("status", STATUS),
};

static bool parse_field(struct str name, struct field_rule *rule)
{
	if (str_starts(name, STR("tag:")) && name.len > 4) {
		rule->field = FIELD_TAG;
		rule->tag = str_from(name, 4);
		return true;
	}
	for (int i = 0; i < FIELD_TAG; i++)
		if (str_eq(name, str_of(field_names[i]))) {
			rule->field = (enum field)i;
			return true;
		}
	return false;
}

/* Cuts ":unit" off the column of a time. */
static void parse_unit(struct field_rule *rule)
{
	for (size_t i = 0; i < LEN(units) && rule->field == FIELD_TS; i++) {
		struct str unit = str_of(units[i].name);
		size_t colon = rule->column.len - unit.len - 1;

		if (rule->column.len > unit.len + 1 && str_ends(rule->column, unit) &&
			rule->column.at[colon] == ':') {
			rule->column.len = colon;
			rule->unit = units[i].unit;
			return;
		}
	}
}

static bool parse_number(struct field_rule *rule)
{
	uint64_t number;

	if (!str_starts(rule->column, STR("#")))
		return true;
	if (!str_to_u64(str_from(rule->column, 1), &number) || number < 1 || number > FIELD_COLUMNS)
		return false;
	rule->number = (int)number;
	return true;
}

static enum ll_err parse_rule(struct str word, struct field_rule *rule, struct err *err)
{
	struct str column = word, name = str_trim(str_cut(&column, '='));

	*rule = (struct field_rule){ .column = str_trim(column) };
	if (!rule->column.len)
		return ll_fail(err, LL_EUSAGE, "not FIELD=COLUMN: '%.*s'", STR_FMT(word));
	if (!parse_field(name, rule))
		return ll_fail(err, LL_EUSAGE, "unknown field '%.*s' in the map", STR_FMT(name));
	parse_unit(rule);
	if (!parse_number(rule))
		return ll_fail(err, LL_EUSAGE, "not a column number from #1 to #%d: '%.*s'",
			FIELD_COLUMNS, STR_FMT(rule->column));
	return LL_OK;
}

static bool is_column(const struct field_rule *rule, const struct str *names, size_t i)
{
	if (rule->number)
		return (size_t)rule->number == i + 1;
	return str_eq_nocase(rule->column, str_trim(names[i]));
}

/* The index of the rule's column; count when there is none. */
static size_t find_column(const struct field_rule *rule, const struct str *names, size_t count)
{
	size_t i = 0;

	while (i < count && !is_column(rule, names, i))
		i++;
	return i;
}

static bool has_all_columns(const struct field_rule *rules, size_t rule_count,
	const struct str *names, size_t count)
{
	for (size_t i = 0; i < rule_count; i++)
		if (find_column(&rules[i], names, count) == count)
			return false;
	return true;
}

static void guess_rules(struct field_binding *b, const struct str *names, size_t count)
{
	b->guesses = common_rules;
	b->guess_count = LEN(common_rules);
	if (has_all_columns(mooncake_rules, LEN(mooncake_rules), names, count)) {
		b->guesses = mooncake_rules;
		b->guess_count = LEN(mooncake_rules);
	}
}

/* The two ways to say input exclude each other. */
static bool has_one(const bool fields[FIELDS], enum field field)
{
	if (field == FIELD_INPUT || field == FIELD_INPUT_TOTAL)
		return fields[FIELD_INPUT] || fields[FIELD_INPUT_TOTAL];
	return fields[field] && field != FIELD_TAG;
}

static bool is_column_taken(const struct field_binding *b, size_t column)
{
	return column < FIELD_COLUMNS && b->of_column[column];
}

/* The first rule of a field that finds a column has it; tags all have one. */
static void bind_columns(struct field_binding *b, const struct field_rule *rules, size_t rule_count,
	const struct str *names, size_t count, bool has_field[FIELDS])
{
	for (size_t i = 0; i < rule_count; i++) {
		const struct field_rule *rule = &rules[i];
		size_t column = find_column(rule, names, count);

		if (column == count || has_one(has_field, rule->field) || is_column_taken(b, column))
			continue;
		has_field[rule->field] = true;
		if (column < FIELD_COLUMNS)
			b->of_column[column] = rule;
	}
}

static void say_columns(struct buf *b, const struct str *names, size_t count)
{
	buf_addz(b, "; the columns are ");
	for (size_t i = 0; i < count && b->len < 300; i++) {
		buf_addz(b, i ? ", " : "");
		buf_add(b, str_head(str_trim(names[i]), 60));
	}
}

static void say_problem(struct field_binding *binding, const char *what, struct str subject,
	const struct str *names, size_t count)
{
	struct buf text = BUF_INIT(sizeof(binding->problem) - 1);

	buf_addz(&text, what);
	if (subject.len)
		buf_addf(&text, " '%.*s'", STR_FMT(str_head(subject, 60)));
	say_columns(&text, names, count);
	snprintf(binding->problem, sizeof(binding->problem), "%s",
		text.at ? text.at : "the map does not fit");
	buf_release(&text);
}

/* NULL: every rule found its column. */
static const struct field_rule *find_lost(const struct field_map *map, const struct str *names,
	size_t count)
{
	for (size_t i = 0; i < map->count; i++)
		if (find_column(&map->rules[i], names, count) == count)
			return &map->rules[i];
	return NULL;
}

static bool has_tokens(const bool has_field[FIELDS])
{
	return has_field[FIELD_INPUT] || has_field[FIELD_INPUT_TOTAL] || has_field[FIELD_OUTPUT];
}

enum ll_err field_map_parse(struct str text, struct field_map **out, struct err *err)
{
	struct {
		struct field_map map;
		struct field_rule rules[FIELD_RULES];
		char text[]; /* what the rules are views of */
	} *own = ll_try_alloc(sizeof(*own) + text.len);
	enum ll_err code = LL_OK;
	struct str rest;

	*out = NULL;
	if (!own)
		return ll_fail(err, LL_ENOMEM, "out of memory");
	if (text.len)
		memcpy(own->text, text.at, text.len);
	rest = (struct str){ own->text, text.len };
	while (rest.at && code == LL_OK) {
		struct str word = str_trim(str_cut(&rest, ','));

		if (own->map.count == FIELD_RULES)
			code = ll_fail(err, LL_EUSAGE, "more than %d fields in the map",
				FIELD_RULES);
		else
			code = parse_rule(word, &own->rules[own->map.count++], err);
	}
	own->map.rules = own->rules;
	*out = &own->map;
	if (code != LL_OK) {
		field_map_free(*out);
		*out = NULL;
	}
	return code;
}

void field_map_free(struct field_map *map)
{
	ll_free(map);
}

void field_map_bind(const struct field_map *map, const struct str *names, size_t count,
	bool has_all)
{
	struct field_binding *b = map->binding;
	const struct field_rule *lost = find_lost(map, names, count);
	bool has_field[FIELDS] = { false };

	b->is_bound = true;
	b->rules = map->rules;
	b->rule_count = map->count;
	for (size_t i = 0; i < map->count; i++)
		b->is_said[map->rules[i].field] = true;
	guess_rules(b, names, count);
	bind_columns(b, b->rules, b->rule_count, names, count, has_field);
	bind_columns(b, b->guesses, b->guess_count, names, count, has_field);
	if (lost && (has_all || lost->field == FIELD_TS))
		say_problem(b, "no column", lost->column, names, count);
	else if (!has_field[FIELD_TS])
		say_problem(b, "no column for the time: say ts=COLUMN in a map", STR(""), names, count);
	else if (!has_tokens(has_field))
		say_problem(b, "no column for tokens: say input=COLUMN in a map", STR(""), names,
			count);
}

bool field_names_are_known(const struct str *names, size_t count)
{
	struct field_binding binding = { 0 };
	struct field_map map = { .binding = &binding };

	field_map_bind(&map, names, count, true);
	return !binding.problem[0];
}

static const struct field_rule *find_rule(const struct field_rule *rules, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (!rules[i].number && str_eq_nocase(rules[i].column, name))
			return &rules[i];
	return NULL;
}

const struct field_rule *field_rule_of(const struct field_binding *b, struct str name)
{
	const struct field_rule *rule = find_rule(b->rules, b->rule_count, name);

	if (rule)
		return rule;
	rule = find_rule(b->guesses, b->guess_count, name);
	return rule && !has_one(b->is_said, rule->field) ? rule : NULL;
}
