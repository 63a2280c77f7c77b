/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Views of bytes: `struct str` owns nothing and need not end in NUL. Parsers
 * work in place on views and copy once, when something is kept.
 */
#ifndef LLMLAB_BASE_STR_H
#define LLMLAB_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *at; /* may be NULL when len is 0 */
	size_t len;
};

/* "literal" as a constant view; also usable in const tables as STR_INIT. */
#define STR_INIT(lit) { "" lit, sizeof(lit) - 1 }
#define STR(lit) ((struct str)STR_INIT(lit))

/* printf("%.*s", STR_FMT(s)): the length is clamped to INT_MAX. */
#define STR_FMT(s) ((int)((s).len > INT32_MAX ? INT32_MAX : (s).len)), ((s).at ? (s).at : "")

static inline struct str str_of(const char *cstr)
{
	return (struct str){ cstr, cstr ? strlen(cstr) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
	/* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): NULL only when len is 0 */
	return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Compares with a literal; the length is known at compile time. */
#define str_is(s, lit)                      \
	((s).len == sizeof(lit) - 1 &&      \
		(sizeof(lit) == 1 || memcmp((s).at, "" lit, sizeof(lit) - 1) == 0))

/* Byte order, shorter first: <0, 0, >0 like memcmp. */
int str_cmp(struct str a, struct str b);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
bool str_has(struct str s, struct str needle);
bool str_eq_nocase(struct str a, struct str b); /* ASCII */
struct str str_trim(struct str s);              /* blanks, tabs, CR, LF at both ends */
struct str str_from(struct str s, size_t start); /* the rest; empty past the end */
struct str str_head(struct str s, size_t max);

/* Cuts the part before `sep` off *rest and returns it; *rest is what follows the
 * separator, or {NULL,0} after the last part. `while (rest.at) ...` visits every part. */
struct str str_cut(struct str *rest, char sep);

/* Whole view is one decimal number; a sign may stand before it (for u64 only '+').
 * False on anything else, overflow included; *out is then untouched. */
bool str_to_i64(struct str s, int64_t *out);
bool str_to_u64(struct str s, uint64_t *out);

/* "base.ext" of a path; the whole when there is no slash. */
struct str str_basename(struct str path);

#endif
