/* SPDX-License-Identifier: Apache-2.0 */
/* https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html, and GNU's 'L' headers. */
#include "ingest/tar.h"

#include <stddef.h>
#include <stdio.h>

#define BLOCK 512
#define EXTENDED_MAX (64u << 10) /* bytes of a pax header or a long name */

struct header {
	char name[100], mode[8], uid[8], gid[8], size[12], mtime[12], checksum[8], type;
	char link[100], magic[6], version[2], owner[32], group[32], major[8], minor[8];
	char prefix[155], rest[12];
};

/* What an extended header says about the file behind it. */
struct extended {
	char path[TAR_PATH_BYTES];
	int64_t size; /* -1 = not said */
};

static struct str field(const char *at, size_t cap)
{
	return (struct str){ at, strnlen(at, cap) };
}

/* Octal digits, or with the high bit set a binary number (GNU). -1: neither. */
static int64_t number(const char *at, size_t cap)
{
	bool is_binary = (unsigned char)at[0] & 0x80;
	struct str digits = str_trim(field(at, cap));
	int64_t v = 0;

	if (is_binary)
		digits = (struct str){ at + 1, cap - 1 };
	for (size_t i = 0; i < digits.len; i++) {
		unsigned char c = (unsigned char)digits.at[i];

		if ((!is_binary && (c < '0' || c > '7')) || v > INT64_MAX >> 9)
			return -1;
		v = is_binary ? v << 8 | c : v << 3 | (c - '0');
	}
	return v;
}

/* The checksum field itself counts as blanks. */
static bool has_checksum(const struct header *h)
{
	const unsigned char *bytes = (const unsigned char *)h;
	int64_t sum = 0;

	for (size_t i = 0; i < BLOCK; i++) {
		bool is_own = i >= offsetof(struct header, checksum) &&
			i < offsetof(struct header, type);

		sum += is_own ? ' ' : bytes[i];
	}
	return sum == number(h->checksum, sizeof(h->checksum));
}

static bool is_empty(const struct header *h)
{
	const char *bytes = (const char *)h;

	return bytes[0] == '\0' && memcmp(bytes, bytes + 1, BLOCK - 1) == 0;
}

/* Exactly `count` bytes; *is_end when there are none at all. */
static enum ll_err read_exactly(struct tar *t, void *at, size_t count, bool *is_end,
	struct err *err)
{
	size_t have = 0, got;

	do {
		enum ll_err code = t->from.read(t->from.ctx, (char *)at + have, count - have, &got,
			err);

		if (code != LL_OK)
			return code;
		have += got;
	} while (got && have < count);
	*is_end = have == 0;
	if (have && have < count)
		return ll_fail(err, LL_EDECODE, "the tar stream is cut off");
	return LL_OK;
}

static enum ll_err skip(struct tar *t, int64_t count, struct err *err)
{
	char bytes[8192];

	while (count > 0) {
		size_t want = count < (int64_t)sizeof(bytes) ? (size_t)count : sizeof(bytes), got;
		enum ll_err code = t->from.read(t->from.ctx, bytes, want, &got, err);

		if (code != LL_OK)
			return code;
		if (!got)
			return ll_fail(err, LL_EDECODE, "the tar stream is cut off");
		count -= (int64_t)got;
	}
	return LL_OK;
}

static int64_t padding_of(int64_t size)
{
	return (BLOCK - size % BLOCK) % BLOCK;
}

static void set_path(char path[TAR_PATH_BYTES], struct str dir, struct str name)
{
	snprintf(path, TAR_PATH_BYTES, "%.*s%s%.*s", STR_FMT(dir), dir.len ? "/" : "",
		STR_FMT(name));
}

/* Records "LENGTH KEY=VALUE\n". */
static void read_pax(struct str text, struct extended *out)
{
	while (text.len) {
		struct str rest = text, digits = str_cut(&rest, ' '), record;
		uint64_t len;

		if (!str_to_u64(digits, &len) || len <= digits.len + 1 || len > text.len)
			return;
		record = str_head(str_from(text, digits.len + 1), (size_t)len - digits.len - 2);
		text = str_from(text, (size_t)len);
		if (str_starts(record, STR("path=")))
			set_path(out->path, STR(""), str_from(record, 5));
		else if (str_starts(record, STR("size=")))
			str_to_i64(str_from(record, 5), &out->size);
	}
}

/* A header that describes the file behind it. */
static enum ll_err read_extended(struct tar *t, char type, int64_t size, struct extended *out,
	struct err *err)
{
	char text[EXTENDED_MAX + 1];
	enum ll_err code;
	bool is_end;

	if (size > EXTENDED_MAX)
		return skip(t, size + padding_of(size), err);
	code = read_exactly(t, text, (size_t)size, &is_end, err);
	if (code != LL_OK)
		return code;
	if (type == 'L')
		set_path(out->path, STR(""), field(text, (size_t)size));
	else
		read_pax((struct str){ text, (size_t)size }, out);
	return skip(t, padding_of(size), err);
}

static void begin_file(struct tar *t, const struct header *h, const struct extended *more,
	int64_t size)
{
	struct str dir = field(h->prefix, sizeof(h->prefix));

	if (memcmp(h->magic, "ustar", 6) != 0) /* GNU keeps other things there */
		dir.len = 0;
	if (more->path[0])
		snprintf(t->path, sizeof(t->path), "%s", more->path);
	else
		set_path(t->path, dir, field(h->name, sizeof(h->name)));
	t->size = t->left = more->size >= 0 ? more->size : size;
	t->padding = padding_of(t->size);
}

bool tar_is(struct str head)
{
	return head.len >= BLOCK && memcmp(head.at + offsetof(struct header, magic), "ustar", 5) == 0;
}

void tar_init(struct tar *t, struct byte_source from)
{
	*t = (struct tar){ .from = from };
}

enum ll_err tar_next(struct tar *t, bool *more, struct err *err)
{
	struct extended extended = { .size = -1 };
	enum ll_err code = skip(t, t->left + t->padding, err);
	struct header h;
	bool is_end;

	_Static_assert(sizeof(h) == BLOCK, "a tar header is one block");
	*more = false;
	t->left = t->padding = 0;
	while (code == LL_OK) {
		int64_t size;

		code = read_exactly(t, &h, sizeof(h), &is_end, err);
		if (code != LL_OK || is_end || is_empty(&h))
			return code;
		size = number(h.size, sizeof(h.size));
		if (size < 0 || !has_checksum(&h))
			return ll_fail(err, LL_EDECODE, "the tar stream is damaged");
		switch (h.type) {
		case '0':
		case '7':
		case '\0':
			begin_file(t, &h, &extended, size);
			*more = true;
			return LL_OK;
		case 'L':
		case 'x':
			code = read_extended(t, h.type, size, &extended, err);
			break;
		default: /* a directory, a link, a device: nothing to read */
			code = skip(t, size + padding_of(size), err);
			extended = (struct extended){ .size = -1 };
		}
	}
	return code;
}

enum ll_err tar_read(void *tar, void *at, size_t cap, size_t *got, struct err *err)
{
	struct tar *t = tar;
	enum ll_err code;

	*got = 0;
	if (t->left == 0)
		return LL_OK;
	if ((int64_t)cap > t->left)
		cap = (size_t)t->left;
	code = t->from.read(t->from.ctx, at, cap, got, err);
	if (code == LL_OK && !*got)
		return ll_fail(err, LL_EDECODE, "the tar stream is cut off");
	t->left -= (int64_t)*got;
	return code;
}
