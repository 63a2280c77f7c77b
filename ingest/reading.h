/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What decoders share: reading counts, texts, times and money of a line, with a reason when
 * they are bad. Inside ingest/ only.
 */
#ifndef LLMLAB_INGEST_READING_H
#define LLMLAB_INGEST_READING_H

#include "ingest/decoder.h"

/* A member that counts something: its name, and where the number goes. */
struct count_field {
	struct str key;
	size_t at; /* offset of an int64_t in the struct that is filled */
	const char *refusal;
};

#define COUNT(name, type, member) \
	{ STR_INIT(name), offsetof(type, member), name " is not a whole number from 0 to 2^40" }

/* Reads the value that comes next when `key` is one of the fields; null and absent are 0. True
 * when it was one of them. A bad value sets *why. */
bool count_take(struct json *j, struct str key, const struct count_field *fields, size_t count,
	void *out, const char **why);
/* The object that comes next, whose counts go to `out`; other members are skipped. False when
 * what comes is no object. */
bool count_object(struct json *j, const struct count_field *fields, size_t count, void *out,
	const char **why);

/* What a raw slice means, in the scratch arena when it has escapes. */
struct str reading_text(struct decode *d, struct str raw);
/* A time as logs write it; without a zone it is in the zone of the options. False: *why. */
bool reading_time(const struct decode *d, struct str text, int64_t *t_ns, const char **why);
/* An amount of dollars that is not negative. False: *why. */
bool reading_usd(struct str digits, struct usd *out, const char **why);

/* A number as a part of a key. */
struct str reading_digits(char out[24], int64_t v);
/* A key that is its own family. */
struct call_key reading_key(const struct str *parts, size_t count);
/* "name" of "dir/name.ext". */
struct str reading_stem(struct str path);
/* Keeps a text in the state, cut to what fits. */
void reading_keep(char *to, size_t cap, struct str text);

/* A call with everything unsaid. */
struct call reading_call(const struct decode *d);
enum decode_result reading_refuse(struct decode *d, const char *why);
/* The line is no JSON: says where the parser stopped. */
enum decode_result reading_broken(struct decode *d, const struct json *j);
enum decode_result reading_emit(struct decode *d, const struct call *call);

#endif
