/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which column of a CSV, or member of a JSON object, is what of a call:
 *
 *	ts=COL[:unit],input=COL,output=COL,cache_read=COL,model=COL,...
 *
 * COL is a name (compared without case) or #N, the N-th column of a CSV. unit is s, ms, us, ns or
 * iso; unsaid: by the value's shape. Fields: ts, input, input_total, output, cache_read,
 * cache_write, cache_write_1h, reasoning, model, provider, project, user, key, session, agent,
 * cost, latency_ms, ttft_ms, status and tag:NAME. `input` is without what was read from a cache;
 * `input_total` is with it, as OpenAI counts.
 *
 * A field that the map leaves out is sought under well-known names (prompt_tokens, created_at ...).
 *
 * Numbers of ts are since 1970, or since the time base where one is given; then their unit, if
 * unsaid, is seconds.
 */
#ifndef LLMLAB_INGEST_FIELD_MAP_H
#define LLMLAB_INGEST_FIELD_MAP_H

#include "base/buf.h"
#include "base/err.h"
#include "ingest/decoder.h"

enum field {
	FIELD_TS,
	FIELD_INPUT,
	FIELD_INPUT_TOTAL,
	FIELD_OUTPUT,
	FIELD_CACHE_READ,
	FIELD_CACHE_WRITE,
	FIELD_CACHE_WRITE_1H,
	FIELD_REASONING,
	FIELD_MODEL,
	FIELD_PROVIDER,
	FIELD_PROJECT,
	FIELD_USER,
	FIELD_KEY,
	FIELD_SESSION,
	FIELD_AGENT,
	FIELD_COST,
	FIELD_LATENCY_MS,
	FIELD_TTFT_MS,
	FIELD_STATUS,
	FIELD_TAG,
	FIELDS,
};

enum time_unit { TIME_BY_SHAPE, TIME_ISO, TIME_S, TIME_MS, TIME_US, TIME_NS };

struct field_rule {
	struct str column; /* its name */
	int number;        /* #N, from 1; 0 = by name */
	enum field field;
	enum time_unit unit;
	struct str tag;    /* FIELD_TAG: its name */
};

#define FIELD_COLUMNS 256 /* of a CSV; further ones are ignored */
#define FIELD_RULES 64

/* What the header of one file made of the rules. */
struct field_binding {
	const struct field_rule *of_column[FIELD_COLUMNS]; /* NULL = ignored */
	const struct field_rule *rules; /* the map's */
	size_t rule_count;
	const struct field_rule *guesses; /* well-known names, for fields that the map leaves out */
	size_t guess_count;
	bool is_said[FIELDS];             /* by the map */
	char separator;
	bool is_bound;
	char problem[400]; /* why the rules do not fit; "" = they do */
};

struct field_map {
	const struct field_rule *rules;
	size_t count;
	struct field_binding *binding;  /* of the file being read: decoders bind it at its first line */
};

/* Parses the grammar above. The caller frees it. LL_EUSAGE names the word. */
enum ll_err LL_MUST field_map_parse(struct str text, struct field_map **out, struct err *err);
void field_map_free(struct field_map *map); /* accepts NULL */

/* Binds the map to the names of a file's columns; `problem` says why it cannot. With
 * `has_all` no later line has further names. */
void field_map_bind(const struct field_map *map, const struct str *names, size_t count,
	bool has_all);
/* Whether columns of these names can be read without a map. */
bool field_names_are_known(const struct str *names, size_t count);
/* The bound rule of a JSON member; NULL = none. */
const struct field_rule *field_rule_of(const struct field_binding *binding, struct str name);

#endif
