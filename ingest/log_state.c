/* SPDX-License-Identifier: Apache-2.0 */
/* What a decoder remembers, as one line of JSON and back. Zero and empty members are left out. */
#include "ingest/decoder.h"

#include "base/jsonw.h"
#include "base/text.h"

struct text_member {
	const char *name;
	size_t at, cap;
};

struct number_member {
	const char *name;
	size_t at;
};

#define TEXT(member) \
	{ #member, offsetof(struct log_state, member), sizeof(((struct log_state *)0)->member) }
static const struct text_member text_members[] = {
	TEXT(session),
	TEXT(project),
	TEXT(model),
	TEXT(provider),
};

#define NUMBER(name, member) { name, offsetof(struct log_state, member) }
static const struct number_member number_members[] = {
	NUMBER("ordinal", ordinal),
	NUMBER("total_input", total.input),
	NUMBER("total_cache_read", total.cache_read),
	NUMBER("total_output", total.output),
	NUMBER("total_reasoning", total_reasoning),
	NUMBER("last_input", last.input),
	NUMBER("last_cache_read", last.cache_read),
	NUMBER("last_output", last.output),
	NUMBER("last_reasoning", last_reasoning),
	NUMBER("replay_second", replay_second),
	NUMBER("base_ns", base_ns),
};

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static const char *text_of(const struct log_state *state, const struct text_member *m)
{
	return (const char *)state + m->at;
}

static int64_t number_of(const struct log_state *state, const struct number_member *m)
{
	int64_t v;

	memcpy(&v, (const char *)state + m->at, sizeof(v));
	return v;
}

static bool read_text(struct json *j, struct arena *scratch, char *to, size_t cap)
{
	struct str raw, text;

	if (!json_text(j, &raw))
		return false;
	text = json_text_in(scratch, raw);
	if (text.len >= cap || (text.len && memchr(text.at, '\0', text.len)))
		return false;
	if (text.len)
		memcpy(to, text.at, text.len);
	return true;
}

/* False when the member is known and its value is none that was ever written. */
static bool read_member(struct json *j, struct str key, struct arena *scratch,
	struct log_state *out)
{
	for (size_t i = 0; i < LEN(text_members); i++) {
		const struct text_member *m = &text_members[i];

		if (str_eq(key, str_of(m->name)))
			return read_text(j, scratch, (char *)out + m->at, m->cap);
	}
	for (size_t i = 0; i < LEN(number_members); i++) {
		const struct number_member *m = &number_members[i];
		int64_t v;

		if (!str_eq(key, str_of(m->name)))
			continue;
		if (!json_i64(j, &v))
			return false;
		memcpy((char *)out + m->at, &v, sizeof(v));
		return true;
	}
	return json_skip(j);
}

void log_state_write(const struct log_state *state, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out, 0);
	jsonw_object(&w);
	for (size_t i = 0; i < LEN(text_members); i++) {
		struct str text = str_of(text_of(state, &text_members[i]));

		if (!text.len)
			continue;
		jsonw_key(&w, text_members[i].name);
		jsonw_str(&w, text);
	}
	for (size_t i = 0; i < LEN(number_members); i++) {
		int64_t v = number_of(state, &number_members[i]);

		if (!v)
			continue;
		jsonw_key(&w, number_members[i].name);
		jsonw_i64(&w, v);
	}
	jsonw_object_end(&w);
}

bool log_state_read(struct str text, struct log_state *out)
{
	struct arena scratch = { 0 };
	struct log_state state = { 0 };
	struct json j;
	struct str key;
	bool is_good;

	json_init(&j, text);
	is_good = json_object(&j);
	while (is_good && json_key(&j, &key))
		is_good = read_member(&j, key, &scratch, &state);
	is_good = is_good && json_done(&j);
	arena_release(&scratch);
	if (is_good)
		*out = state;
	return is_good;
}
