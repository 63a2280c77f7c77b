/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Lines: one object a line, one call an object; its members are named by the field map. */
#include "base/clock.h"
#include "ingest/decoders.h"
#include "ingest/reading.h"
#include "ingest/row.h"

/* The names of an object's members. False when the text is none. */
static bool read_names(struct str text, struct str *names, size_t *count)
{
	struct json j;
	struct str key;

	*count = 0;
	json_init(&j, text);
	if (!json_object(&j))
		return false;
	while (json_key(&j, &key)) {
		if (*count < FIELD_COLUMNS)
			names[(*count)++] = key;
		json_skip(&j);
	}
	return json_done(&j);
}

/* A text or a number; anything else is no value of a call. */
static struct str read_value(struct decode *d, struct json *j)
{
	struct str text = { NULL, 0 };

	if (json_peek(j) == JSON_NUMBER)
		json_number(j, &text);
	else if (json_text(j, &text))
		text = reading_text(d, text);
	return text;
}

static void read_row(struct decode *d, struct json *j, struct row *row)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		const struct field_rule *rule = field_rule_of(d->options->map->binding, key);

		if (rule)
			row_set(row, rule, read_value(d, j));
		else
			json_skip(j);
	}
}

static enum decode_result decode(struct decode *d, struct str text)
{
	const struct field_map *map = d->options->map;
	struct row row = { 0 };
	struct json j;

	text = str_trim(text);
	if (!text.len)
		return DECODE_NOTHING;
	if (!map->binding->is_bound) {
		struct str names[FIELD_COLUMNS];
		size_t count;

		if (read_names(text, names, &count))
			field_map_bind(map, names, count, false);
		if (map->binding->problem[0])
			return DECODE_NOTHING;
	}
	json_init(&j, text);
	read_row(d, &j, &row);
	if (!json_done(&j))
		return reading_broken(d, &j);
	return row_emit(d, &row, text);
}

static int detect(struct str head, struct str path)
{
	struct str names[FIELD_COLUMNS];
	size_t count;

	(void)path;
	if (str_starts(head, STR("\xEF\xBB\xBF")))
		head = str_from(head, 3);
	if (!read_names(str_cut(&head, '\n'), names, &count))
		return 0;
	return field_names_are_known(names, count) ? 35 : 0;
}

const struct decoder jsonl_decoder = {
	.name = "jsonl",
	.source = "jsonl",
	.label = "JSON Lines",
	.version = 1,
	.input = DECODE_LINES,
	.kind = CALL_RECORD,
	.detect = detect,
	.decode = decode,
};
