/* SPDX-License-Identifier: Apache-2.0 */
/* CSV: cells as spreadsheets and people write them, and mistakes with their line. */
#include "tests/support/suite.h"

#include "base/csv.h"

#define MEMORY_MAX 65536

static struct csv reader_of(const char *text)
{
	struct csv c;

	csv_init(&c, str_of(text), MEMORY_MAX);
	return c;
}

static void assert_record(struct csv *c, int64_t line, size_t count, const char *const *cells)
{
	struct err err = { 0 };

	assert_true(csv_find(c));
	assert_ok(csv_read(c, &err), &err);
	assert_int_equal(c->line, line);
	assert_int_equal(c->cell_count, count);
	for (size_t i = 0; i < count; i++)
		assert_str_equal_(c->cells[i], str_of(cells[i]), __FILE__, __LINE__);
}

static void csv_read__takes__plain_and_quoted_cells(void **state)
{
	struct csv c = reader_of("\xEF\xBB\xBF" "a, b ,\r\n\"x,\"\"y\"\"\nz\" ,\"\"\nlast");

	(void)state;
	assert_record(&c, 1, 3, (const char *const[]){ "a", "b", "" });
	assert_record(&c, 2, 2, (const char *const[]){ "x,\"y\"\nz", "" });
	assert_record(&c, 4, 1, (const char *const[]){ "last" });
	assert_false(csv_find(&c));
	csv_release(&c);
}

static void csv_find__skips__empty_lines_and_remarks(void **state)
{
	struct csv c = reader_of("\n # a remark, \"with a quote\n\n1,2\n\n#\n");

	(void)state;
	assert_record(&c, 4, 2, (const char *const[]){ "1", "2" });
	assert_false(csv_find(&c));
	csv_release(&c);
}

static void csv_read__refuses__broken_quotes(void **state)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{ "\n\"a", "line 2: a quote is not closed" },
		{ "a,\"b\" c\n", "line 1: text follows a closing quote" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct csv c = reader_of(cases[i].text);
		struct err err = { 0 };

		assert_true(csv_find(&c));
		assert_int_equal(csv_read(&c, &err), LL_EDECODE);
		assert_string_equal(err.msg, cases[i].message);
		csv_release(&c);
	}
}

static void csv_read__refuses__too_many_cells(void **state)
{
	char commas[CSV_CELLS_MAX + 1] = "";
	struct err err = { 0 };
	struct csv c;

	(void)state;
	memset(commas, ',', CSV_CELLS_MAX);
	c = reader_of(commas);
	assert_true(csv_find(&c));
	assert_int_equal(csv_read(&c, &err), LL_EDECODE);
	assert_string_equal(err.msg, "line 1: too many cells");
	csv_release(&c);
}

static void csv_add_quoted__is_read__as_it_was(void **state)
{
	static const char text[] = "#\"a\",\n b ";
	struct buf b = BUF_INIT(100);
	struct csv c;

	(void)state;
	csv_add_quoted(&b, str_of(text));
	assert_str(buf_str(&b), "\"#\"\"a\"\",\n b \"");
	csv_init(&c, buf_str(&b), MEMORY_MAX);
	assert_record(&c, 1, 1, (const char *const[]){ text });
	csv_release(&c);
	buf_release(&b);
}

SUITE(csv,
	cmocka_unit_test(csv_read__takes__plain_and_quoted_cells),
	cmocka_unit_test(csv_find__skips__empty_lines_and_remarks),
	cmocka_unit_test(csv_read__refuses__broken_quotes),
	cmocka_unit_test(csv_read__refuses__too_many_cells),
	cmocka_unit_test(csv_add_quoted__is_read__as_it_was));
