/* SPDX-License-Identifier: Apache-2.0 */
/* A row of named values, from whatever format, as a call. Inside ingest/ only. */
#ifndef LLMLAB_INGEST_ROW_H
#define LLMLAB_INGEST_ROW_H

#include "ingest/field_map.h"

struct row {
	struct str text[FIELDS];               /* empty = absent */
	const struct field_rule *rule[FIELDS]; /* that gave it */
	struct call_tag tags[LIMIT_TAGS];
	size_t tag_count;
};

/* Sets the rule's field; of two values for one field the earlier rule's stays. */
void row_set(struct row *row, const struct field_rule *rule, struct str text);
/* Checks the values and emits the call. Its key is the format's name and the row's bytes. */
enum decode_result row_emit(struct decode *d, const struct row *row, struct str bytes);

#endif
