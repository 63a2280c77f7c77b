/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "ingest/lines.h"
#include "tests/support/suite.h"

/* A stream of `text`, `count` times, in pieces of at most `step` bytes. */
struct stream {
	struct str text;
	size_t count, at, step;
};

static enum ll_err read_stream(void *ctx, void *to, size_t cap, size_t *got, struct err *err)
{
	struct stream *s = ctx;
	struct str rest = str_from(s->text, s->at);

	(void)err;
	*got = 0;
	if (!s->count)
		return LL_OK;
	*got = rest.len < cap ? rest.len : cap;
	if (*got > s->step)
		*got = s->step;
	memcpy(to, rest.at, *got);
	s->at += *got;
	if (s->at == s->text.len) {
		s->at = 0;
		s->count--;
	}
	return LL_OK;
}

static enum line_kind next(struct line_reader *r, struct str *line)
{
	enum line_kind kind;
	struct err err;

	assert_ok(lines_next(r, line, &kind, &err), &err);
	return kind;
}

static void lines_next__gives__lines_whatever_the_pieces(void **state)
{
	(void)state;
	for (size_t step = 1; step < 20; step++) {
		struct stream s = { STR("\xEF\xBB\xBFone\r\n\ntwo\nthree"), 1, 0, step };
		struct line_reader r;
		struct str line;

		lines_init(&r, (struct byte_source){ read_stream, &s });
		assert_int_equal(next(&r, &line), LINE_WHOLE);
		assert_str(line, "one");
		assert_int_equal(r.offset, 8);
		assert_int_equal(next(&r, &line), LINE_WHOLE);
		assert_str(line, "");
		assert_int_equal(next(&r, &line), LINE_WHOLE);
		assert_str(line, "two");
		assert_int_equal(next(&r, &line), LINE_UNENDED);
		assert_str(line, "three");
		assert_int_equal(next(&r, &line), LINE_NONE);
		assert_int_equal(r.offset, 18);
		assert_int_equal(r.line, 4);
		lines_release(&r);
	}
}

static void lines_next__joins__quoted_rows_whatever_the_pieces(void **state)
{
	(void)state;
	for (size_t step = 1; step < 20; step++) {
		struct stream s = { STR("a,\"x\n\"\"y\"\"\n\",b\n5\" disk,c\n\"open\nend"), 1, 0, step };
		struct line_reader r;
		struct str line;

		lines_init(&r, (struct byte_source){ read_stream, &s });
		r.joins_quoted = true;
		assert_int_equal(next(&r, &line), LINE_WHOLE);
		assert_str(line, "a,\"x\n\"\"y\"\"\n\",b");
		assert_int_equal(next(&r, &line), LINE_WHOLE);
		assert_str(line, "5\" disk,c");
		assert_int_equal(next(&r, &line), LINE_UNENDED);
		assert_str(line, "\"open\nend");
		lines_release(&r);
	}
}

static void lines_next__grows_for__a_long_line_and_shrinks(void **state)
{
	static char long_line[3 << 20];
	struct stream s = { { long_line, sizeof(long_line) }, 2, 0, 100000 };
	struct line_reader r;
	struct str line;

	(void)state;
	memset(long_line, 'x', sizeof(long_line));
	memcpy(long_line + sizeof(long_line) - 7, "\nshort\n", 7);
	lines_init(&r, (struct byte_source){ read_stream, &s });
	assert_int_equal(next(&r, &line), LINE_WHOLE);
	assert_int_equal(line.len, sizeof(long_line) - 7);
	assert_true(r.cap >= sizeof(long_line) - 7);
	assert_int_equal(next(&r, &line), LINE_WHOLE);
	assert_str(line, "short");
	assert_int_equal(next(&r, &line), LINE_WHOLE);
	assert_int_equal(next(&r, &line), LINE_WHOLE);
	assert_int_equal(next(&r, &line), LINE_NONE);
	assert_int_equal(r.cap, 1 << 20);
	lines_release(&r);
}

static void lines_next__passes_over__a_line_beyond_the_limit(void **state)
{
	static char much[1 << 20];
	struct stream s = { { much, sizeof(much) }, 66, 0, sizeof(much) };
	struct stream rest = { STR("y\nz\n"), 1, 0, 100 };
	struct line_reader r;
	struct str line;

	(void)state;
	memset(much, 'x', sizeof(much));
	lines_init(&r, (struct byte_source){ read_stream, &s });
	assert_int_equal(next(&r, &line), LINE_TOO_LONG);
	assert_int_equal(r.offset, 66 << 20);
	assert_int_equal(next(&r, &line), LINE_NONE);
	lines_release(&r);

	s.count = 64;
	lines_init(&r, (struct byte_source){ read_stream, &s });
	assert_int_equal(next(&r, &line), LINE_UNENDED); /* 64 MiB exactly are read */
	assert_int_equal(line.len, LIMIT_LINE_BYTES);
	r.from.ctx = &rest;
	r.is_at_end = false;
	assert_int_equal(next(&r, &line), LINE_WHOLE);
	assert_str(line, "y");
	lines_release(&r);
}

static void lines_peek__leaves__the_bytes_for_reading(void **state)
{
	struct stream s = { STR("first\nsecond\n"), 1, 0, 3 };
	struct line_reader r;
	struct err err;
	struct str head, line;
	char bytes[8];
	size_t got;

	(void)state;
	lines_init(&r, (struct byte_source){ read_stream, &s });
	assert_ok(lines_peek(&r, 10, &head, &err), &err);
	assert_str(head, "first\nseco");
	assert_ok(lines_read_raw(&r, bytes, 2, &got, &err), &err);
	assert_int_equal(got, 2);
	assert_int_equal(next(&r, &line), LINE_WHOLE);
	assert_str(line, "rst");
	lines_release(&r);
}

SUITE(lines,
	cmocka_unit_test(lines_next__gives__lines_whatever_the_pieces),
	cmocka_unit_test(lines_next__joins__quoted_rows_whatever_the_pieces),
	cmocka_unit_test(lines_next__grows_for__a_long_line_and_shrinks),
	cmocka_unit_test(lines_next__passes_over__a_line_beyond_the_limit),
	cmocka_unit_test(lines_peek__leaves__the_bytes_for_reading));
