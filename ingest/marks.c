/* SPDX-License-Identifier: Apache-2.0 */
/* Scores lines of JSON by the members they have. */
#include "ingest/marks.h"

#include "base/json.h"

#define LINES_LOOKED_AT 40

static int points_of(struct json *j, struct str key, const struct mark *marks, size_t count)
{
	struct str text = { NULL, 0 };
	int points = 0;

	if (json_peek(j) == JSON_STRING)
		json_text(j, &text);
	else
		json_skip(j);
	for (size_t i = 0; i < count; i++)
		if (str_eq(key, marks[i].key) &&
			(!marks[i].value.len || str_eq(text, marks[i].value)))
			points += marks[i].points;
	return points;
}

/* What was read before an error counts: the head ends anywhere. */
static int line_score(struct str line, const struct mark *marks, size_t count)
{
	struct json j;
	struct str key;
	int score = 0;

	json_init(&j, line);
	if (!json_object(&j))
		return 0;
	while (json_key(&j, &key))
		score += points_of(&j, key, marks, count);
	return score < 100 ? score : 100;
}

int marks_score(struct str head, const struct mark *marks, size_t count)
{
	int best = 0;

	if (str_starts(head, STR("\xEF\xBB\xBF")))
		head = str_from(head, 3);
	for (int i = 0; i < LINES_LOOKED_AT && head.at && best < 100; i++) {
		int score = line_score(str_cut(&head, '\n'), marks, count);

		if (score > best)
			best = score;
	}
	return best;
}
