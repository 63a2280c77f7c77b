/* SPDX-License-Identifier: Apache-2.0 */
/* Comparing, cutting and reading views of bytes. */
#include "base/str.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static unsigned char lower(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

/* Digits only, at least one. */
static bool digits_to_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): NULL only when len is 0 */
		unsigned digit = (unsigned)(unsigned char)s.at[i] - '0';

		if (digit > 9 || __builtin_mul_overflow(v, 10, &v) ||
			__builtin_add_overflow(v, digit, &v))
			return false;
	}
	*out = v;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.at, b.at, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.len >= prefix.len && str_eq(str_head(s, prefix.len), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.len >= suffix.len && str_eq(str_from(s, s.len - suffix.len), suffix);
}

bool str_has(struct str s, struct str needle)
{
	if (!needle.len)
		return true;
	return s.len && memmem(s.at, s.len, needle.at, needle.len);
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.at[i]) != lower(b.at[i]))
			return false;
	return true;
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.at[s.len - 1]))
		s.len--;
	while (s.len && is_blank(s.at[0]))
		s = str_from(s, 1);
	return s;
}

struct str str_from(struct str s, size_t start)
{
	if (start > s.len)
		start = s.len;
	return (struct str){ s.at ? s.at + start : NULL, s.len - start };
}

struct str str_head(struct str s, size_t max)
{
	return (struct str){ s.at, s.len < max ? s.len : max };
}

struct str str_cut(struct str *rest, char sep)
{
	const char *found = rest->len ? memchr(rest->at, sep, rest->len) : NULL;
	struct str part = *rest;

	if (!found) {
		*rest = (struct str){ NULL, 0 };
		return part;
	}
	part.len = (size_t)(found - part.at);
	*rest = str_from(*rest, part.len + 1);
	return part;
}

bool str_to_i64(struct str s, int64_t *out)
{
	bool is_negative = s.len && s.at[0] == '-';
	bool has_sign = is_negative || (s.len && s.at[0] == '+');
	uint64_t magnitude;

	if (!digits_to_u64(str_from(s, has_sign), &magnitude))
		return false;
	if (magnitude > (uint64_t)INT64_MAX + is_negative)
		return false;
	/* Through unsigned, because -INT64_MIN is no int64. */
	*out = (int64_t)(is_negative ? -magnitude : magnitude);
	return true;
}

bool str_to_u64(struct str s, uint64_t *out)
{
	return digits_to_u64(str_from(s, s.len && s.at[0] == '+'), out);
}

struct str str_basename(struct str path)
{
	const char *slash = path.len ? memrchr(path.at, '/', path.len) : NULL;

	return slash ? str_from(path, (size_t)(slash - path.at) + 1) : path;
}
