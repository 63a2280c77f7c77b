/* SPDX-License-Identifier: Apache-2.0 */
/* Tables: alignment, cuts, totals, CSV. */
#include "app/table.h"
#include "base/text.h"
#include "tests/support/suite.h"

static const struct table_column columns[] = {
	{ .title = "model", .csv_name = "model", .may_cut = true },
	{ .title = "calls", .csv_name = "requests", .is_number = true },
	{ .title = "note", .csv_name = "note", .is_wide_only = true },
	{ .title = "cost", .csv_name = "cost_usd", .is_number = true },
};

struct fixture {
	struct arena arena;
	struct buf out;
	struct table *table;
};

static int setup(void **state)
{
	static struct fixture f;

	arena_init(&f.arena, 0);
	buf_init(&f.out, 1 << 20);
	f.table = table_new(&f.arena, columns, 4);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	arena_release(&f->arena);
	buf_release(&f->out);
	return 0;
}

static void add(struct fixture *f, const char *model, int64_t calls, const char *note,
	int64_t nanos)
{
	table_text(f->table, str_of(model));
	table_count(f->table, calls);
	table_text(f->table, str_of(note));
	table_usd(f->table, nanos >= 0, usd_of_nanos(nanos));
}

static void table_print__aligns__numbers_right(void **state)
{
	struct fixture *f = *state;

	add(f, "opus", 1234, "x", 1500000000);
	add(f, "a-longer-one", 7, NULL, -1);
	table_print(f->table, &f->out, 80, false);
	assert_str(buf_str(&f->out),
		"model         calls  note   cost\n"
		"opus          1,234  x     $1.50\n"
		"a-longer-one      7  -         ?\n");
}

static void table_print__leaves_out__wide_columns_when_narrow(void **state)
{
	struct fixture *f = *state;

	add(f, "opus", 1234, "a long note that needs room", 1500000000);
	table_print(f->table, &f->out, 30, false);
	assert_str(buf_str(&f->out),
		"model  calls   cost\n"
		"opus   1,234  $1.50\n");
}

static void table_print__cuts__text_that_may_be_cut(void **state)
{
	struct fixture *f = *state;

	add(f, "a-model-with-a-very-long-name", 5, "x", 1500000000);
	table_print(f->table, &f->out, 26, false);
	assert_str(buf_str(&f->out),
		"model         calls   cost\n"
		"a-model-wit…      5  $1.50\n");
}

static void table_print__marks__a_cut_in_ascii_when_told(void **state)
{
	struct fixture *f = *state;

	add(f, "a-model-with-a-very-long-name", 5, "x", 1500000000);
	table_use_ascii(f->table);
	table_print(f->table, &f->out, 26, false);
	assert_str(buf_str(&f->out),
		"model         calls   cost\n"
		"a-model-w...      5  $1.50\n");
}

static void table_print__keeps__numbers_whole_in_no_room(void **state)
{
	struct fixture *f = *state;

	add(f, "a-model-with-a-very-long-name", 123456789, "x", 1500000000);
	table_print(f->table, &f->out, 1, false);
	assert_str(buf_str(&f->out),
		"model           calls   cost\n"
		"a-model…  123,456,789  $1.50\n");
}

static void table_print__counts__cells_of_wide_characters(void **state)
{
	struct fixture *f = *state;

	add(f, "模型", 1, "é", 0);
	add(f, "abcd", 1, "e", 0);
	table_print(f->table, &f->out, 80, false);
	assert_str(buf_str(&f->out),
		"model  calls  note   cost\n"
		"模型       1  é     $0.00\n"
		"abcd       1  e     $0.00\n");
}

static void table_print__sets_apart__totals(void **state)
{
	struct fixture *f = *state;

	add(f, "opus", 1, "x", 0);
	table_rule(f->table);
	add(f, "total", 1, "x", 0);
	add(f, "of which", 1, "x", 0);
	table_print(f->table, &f->out, 80, false);
	assert_str(buf_str(&f->out),
		"model     calls  note   cost\n"
		"opus          1  x     $0.00\n"
		"----------------------------\n"
		"total         1  x     $0.00\n"
		"of which      1  x     $0.00\n");
}

static void table_print__shows__titles_of_an_empty_table(void **state)
{
	struct fixture *f = *state;

	table_print(f->table, &f->out, 80, false);
	assert_str(buf_str(&f->out), "model  calls  note  cost\n");
}

static void table_print__colours__only_titles_and_rule(void **state)
{
	struct fixture *f = *state;

	add(f, "m", 1, "x", 0);
	table_print(f->table, &f->out, 80, true);
	assert_str(buf_str(&f->out),
		"\033[1mmodel  calls  note   cost\033[0m\n"
		"m          1  x     $0.00\n");
}

static void table_cell__sanitises__escape_sequences(void **state)
{
	struct fixture *f = *state;

	add(f, "\033[31mred\033]0;x\a", 1, "two\nlines", 0);
	table_print(f->table, &f->out, 80, false);
	assert_null(memchr(f->out.at, '\033', f->out.len));
	assert_null(memchr(f->out.at, '\a', f->out.len));
	assert_true(str_has(buf_str(&f->out), STR("two lines")));
	buf_clear(&f->out);
	table_csv(f->table, &f->out);
	assert_null(memchr(f->out.at, '\033', f->out.len));
}

static void table_csv__prints__exact_values_without_totals(void **state)
{
	struct fixture *f = *state;

	add(f, "opus, \"big\"", 1234, NULL, 1234567891);
	add(f, "haiku", 1, "x", -1);
	table_rule(f->table);
	add(f, "total", 1235, NULL, 1234567891);
	table_csv(f->table, &f->out);
	assert_str(buf_str(&f->out),
		"model,requests,note,cost_usd\n"
		"\"opus, \"\"big\"\"\",1234,,1.234567891\n"
		"haiku,1,x,\n");
}

static void table_cell__prefers__the_exact_value_in_csv(void **state)
{
	struct fixture *f = *state;

	table_cell(f->table, STR("work/api"), STR("/home/me/work/api"));
	table_count(f->table, 1);
	table_text(f->table, STR("x"));
	table_usd(f->table, true, USD_ZERO);
	table_print(f->table, &f->out, 80, false);
	assert_true(str_has(buf_str(&f->out), STR("\nwork/api ")));
	buf_clear(&f->out);
	table_csv(f->table, &f->out);
	assert_true(str_has(buf_str(&f->out), STR("\n/home/me/work/api,")));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
SUITE(table,
	TEST(table_print__aligns__numbers_right),
	TEST(table_print__leaves_out__wide_columns_when_narrow),
	TEST(table_print__cuts__text_that_may_be_cut),
	TEST(table_print__marks__a_cut_in_ascii_when_told),
	TEST(table_print__keeps__numbers_whole_in_no_room),
	TEST(table_print__counts__cells_of_wide_characters),
	TEST(table_print__sets_apart__totals),
	TEST(table_print__shows__titles_of_an_empty_table),
	TEST(table_print__colours__only_titles_and_rule),
	TEST(table_cell__sanitises__escape_sequences),
	TEST(table_csv__prints__exact_values_without_totals),
	TEST(table_cell__prefers__the_exact_value_in_csv));
