/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/tar.h"
#include "tests/ingest/make_tar.h"
#include "tests/support/suite.h"

static enum ll_err read_text(void *ctx, void *to, size_t cap, size_t *got, struct err *err)
{
	struct str *rest = ctx;

	(void)err;
	*got = rest->len < cap ? rest->len : cap;
	if (*got > 333)
		*got = 333;
	if (*got)
		memcpy(to, rest->at, *got);
	*rest = str_from(*rest, *got);
	return LL_OK;
}

static void expect_file(struct tar *t, const char *path, struct str content)
{
	char bytes[2000];
	size_t have = 0, got;
	struct err err;
	bool more;

	assert_ok(tar_next(t, &more, &err), &err);
	assert_true(more);
	assert_string_equal(t->path, path);
	do {
		assert_ok(tar_read(t, bytes + have, sizeof(bytes) - have, &got, &err), &err);
		have += got;
	} while (got);
	assert_true(str_eq(content, (struct str){ bytes, have }));
}

static void tar_next__goes_through__the_files(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct tar t;
	struct str rest;
	struct err err;
	bool more;

	(void)state;
	tar_add(&b, '5', "dir/", STR(""));
	tar_add(&b, '0', "dir/a", STR("content of a"));
	tar_add(&b, '0', "dir/empty", STR(""));
	tar_add(&b, 'L', "././@LongLink", STR("a/very/long/name"));
	tar_add(&b, '0', "cut", STR("b"));
	tar_add(&b, 'x', "PaxHeader", STR("18 path=pax/caf\xC3\xA9\n10 size=1\n"));
	tar_add(&b, '0', "other", STR("c"));
	tar_add(&b, '2', "link", STR(""));
	tar_end(&b);
	rest = buf_str(&b);
	assert_true(tar_is(rest));
	tar_init(&t, (struct byte_source){ read_text, &rest });
	expect_file(&t, "dir/a", STR("content of a"));
	expect_file(&t, "dir/empty", STR(""));
	expect_file(&t, "a/very/long/name", STR("b"));
	expect_file(&t, "pax/caf\xC3\xA9", STR("c"));
	assert_ok(tar_next(&t, &more, &err), &err);
	assert_false(more);
	buf_release(&b);
}

static void tar_next__skips__what_was_not_read(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct tar t;
	struct str rest;
	struct err err;
	bool more;

	(void)state;
	tar_add(&b, '0', "a", STR("unread"));
	tar_add(&b, '0', "b", STR("read"));
	rest = buf_str(&b); /* without an end, as some write it */
	tar_init(&t, (struct byte_source){ read_text, &rest });
	assert_ok(tar_next(&t, &more, &err), &err);
	expect_file(&t, "b", STR("read"));
	assert_ok(tar_next(&t, &more, &err), &err);
	assert_false(more);
	buf_release(&b);
}

static void tar_next__refuses__damage(void **state)
{
	struct buf b = BUF_INIT(1 << 20);

	(void)state;
	tar_add(&b, '0', "a", STR("content"));
	assert_false(tar_is(STR("ustar")));
	for (size_t len = 1; len < b.len; len += 13) {
		struct str rest = str_head(buf_str(&b), len);
		struct err err;
		struct tar t;
		bool more;

		tar_init(&t, (struct byte_source){ read_text, &rest });
		if (tar_next(&t, &more, &err) == LL_OK)
			assert_int_equal(tar_next(&t, &more, &err), LL_EDECODE);
	}
	b.at[0] = 'b'; /* the checksum no longer fits */
	{
		struct str rest = buf_str(&b);
		struct err err;
		struct tar t;
		bool more;

		tar_init(&t, (struct byte_source){ read_text, &rest });
		assert_int_equal(tar_next(&t, &more, &err), LL_EDECODE);
	}
	buf_release(&b);
}

SUITE(tar,
	cmocka_unit_test(tar_next__goes_through__the_files),
	cmocka_unit_test(tar_next__skips__what_was_not_read),
	cmocka_unit_test(tar_next__refuses__damage));
