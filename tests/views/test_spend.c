/* SPDX-License-Identifier: Apache-2.0 */
/* The Spend pane through its keys: what is on the screen afterwards. */
#include "tests/views/stage.h"

static const struct stage_options plain = { .is_empty = false };

static void assert_line(struct stage *s, const char *text)
{
	struct str line = stage_cursor_line(s);

	if (!str_has(line, str_of(text)))
		fail_msg("the cursor is on '%.*s', not on '%s'", STR_FMT(line), text);
}

static void assert_shown(struct stage *s, const char *text)
{
	if (!stage_has(s, text))
		fail_msg("'%s' is not on the screen:\n%s", text, stage_screen(s, 36, 120));
}

static void assert_hidden(struct stage *s, const char *text)
{
	if (stage_has(s, text))
		fail_msg("'%s' is on the screen:\n%s", text, stage_screen(s, 36, 120));
}

static void spend__shows__month_to_date(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	assert_shown(&s, "2026-11 to date");
	assert_shown(&s, "173 requests");
	assert_shown(&s, "project");
	assert_line(&s, "work/shop");
	stage_close(&s);
}

static void spend__falls_back__to_the_newest_month_with_calls(void **state)
{
	static const struct stage_options later = { .now_ns = STAGE_NOW_NS + 100 * NS_PER_DAY };
	struct stage s;

	(void)state;
	stage_open(&s, &later);
	assert_shown(&s, "2026-11, the newest month with calls");
	assert_shown(&s, "173 requests");
	stage_keys(&s, "{");
	assert_shown(&s, "227 requests");
	assert_hidden(&s, "the newest month with calls");
	stage_close(&s);
}

static void spend__enter_and_esc__come_back_to_where_one_was(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "j j j");
	assert_line(&s, "work/search");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "work/search / claude-sonnet-4-5");
	assert_line(&s, "session-");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "took");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "rounding, half to even");
	assert_shown(&s, "/srv/work/search");
	stage_keys(&s, "<Esc> <BS> h");
	assert_line(&s, "work/search");
	stage_keys(&s, "<Esc> <Esc> <Esc>");
	assert_false(s.has_quit);
	stage_keys(&s, "q");
	assert_true(s.has_quit);
	stage_close(&s);
}

/* Letters typed after it must be the filter's, not keys of their own. */
static void spend__filter_in_a_record__is_that_of_its_list(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "<Enter> <Enter> <Enter>");
	assert_shown(&s, "rounding, half to even");
	stage_keys(&s, "/ q");
	assert_hidden(&s, "rounding, half to even");
	assert_false(s.has_quit);
	stage_close(&s);
}

static void spend__back__shows_the_old_rows_before_the_read(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "j <Enter>");
	s.options.holds_loads = true;
	stage_keys(&s, "<Esc>");
	assert_line(&s, "gpt-5");
	stage_close(&s);
}

static void spend__filter__is_live_and_keeps_the_last_good_result(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "/");
	stage_type(&s, "model~gpt");
	assert_shown(&s, "4 rows");
	assert_hidden(&s, "claude-haiku");
	stage_type(&s, " nonsense=1");
	assert_shown(&s, "is no field");
	assert_shown(&s, "4 rows");
	stage_keys(&s, "<Esc>");
	assert_shown(&s, "16 rows");
	stage_keys(&s, "/");
	stage_type(&s, "model~gpt");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "/model~gpt");
	stage_keys(&s, "<Esc>");
	assert_shown(&s, "16 rows");
	stage_close(&s);
}

static void spend__filter__reads_once_for_a_word(void **state)
{
	struct stage s;
	size_t before;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "/");
	before = s.loads_run;
	stage_type(&s, "user=ann");
	assert_int_equal(s.loads_run, before + 1);
	stage_close(&s);
}

static void spend__filter__completes_fields_and_values(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "/ m o <Tab>");
	assert_shown(&s, "/model=");
	stage_keys(&s, "g <Tab>");
	assert_shown(&s, "/model=gpt-5");
	stage_wait(&s, NS_PER_S);
	assert_shown(&s, "4 rows");
	stage_keys(&s, "<C-u> t a g <Tab> <Tab> e <Tab>");
	assert_shown(&s, "/tag:env=");
	stage_close(&s);
}

static void spend__filter__stays_below_when_one_drills(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "/");
	stage_type(&s, "user=ann");
	stage_keys(&s, "<Enter> <Enter> <Enter> <Enter>");
	assert_shown(&s, "user        ann");
	stage_close(&s);
}

static void spend__filter__is_switched_off_and_on(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "/");
	stage_type(&s, "model~gpt");
	stage_keys(&s, "<Enter>");
	assert_hidden(&s, "claude-haiku-4-5");
	stage_keys(&s, "&");
	assert_shown(&s, "&/model~gpt");
	assert_shown(&s, "claude-haiku-4-5");
	stage_keys(&s, "&");
	assert_hidden(&s, "&/model~gpt");
	assert_hidden(&s, "claude-haiku-4-5");
	stage_keys(&s, "& <Esc>");
	assert_hidden(&s, "model~gpt");
	stage_keys(&s, "&");
	assert_shown(&s, "there is no filter");
	stage_close(&s);
}

static void spend__zoom__shows_the_table_alone(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	assert_shown(&s, "$ per day");
	stage_keys(&s, "z");
	assert_hidden(&s, "$ per day");
	assert_shown(&s, "claude-sonnet-4-5");
	stage_keys(&s, "z");
	assert_shown(&s, "$ per day");
	stage_close(&s);
}

static void spend__views__are_left_and_entered_again(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "]");
	assert_shown(&s, "no view was left");
	stage_keys(&s, "<Enter> /");
	stage_type(&s, "user=ann");
	stage_keys(&s, "<Enter> [");
	assert_hidden(&s, "/user=ann");
	stage_keys(&s, "]");
	assert_shown(&s, "/user=ann");
	stage_keys(&s, "[ j <Enter>");
	assert_hidden(&s, "/user=ann");
	stage_keys(&s, "]");
	assert_shown(&s, "no view was left");
	stage_close(&s);
}

static void spend__group_by__any_two(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "b");
	stage_type(&s, "tag:env x");
	stage_keys(&s, "<Esc> b");
	stage_type(&s, "model x tag");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "by model x tag:env");
	assert_shown(&s, "prod");
	stage_keys(&s, ":");
	stage_type(&s, "group user");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "by user");
	assert_shown(&s, "2 rows");
	stage_close(&s);
}

static void spend__range__from_picker_and_palette(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "r");
	stage_type(&s, "last month");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "227 requests");
	stage_keys(&s, "}");
	assert_shown(&s, "2026-11 to date");
	stage_keys(&s, ":");
	stage_type(&s, "range all");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "400 requests");
	stage_keys(&s, "r");
	stage_type(&s, "another");
	stage_keys(&s, "<Enter>");
	stage_type(&s, "2026-10-05..2026-10-06");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "2026-10-05 to 2026-10-06");
	stage_keys(&s, "T");
	stage_type(&s, "2026-11-02");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "2026-11-02");
	stage_keys(&s, ":");
	stage_type(&s, "range nonsense");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "is no range");
	stage_close(&s);
}

static void spend__sort__by_column_and_reversed(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "s");
	stage_type(&s, "requests");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "sort requests down");
	stage_keys(&s, "S g");
	assert_shown(&s, "sort requests up");
	assert_line(&s, "llama-local");
	stage_close(&s);
}

/* Keys may come before the first answer. */
static void spend__before_the_first_answer__every_key_is_safe(void **state)
{
	static const struct stage_options held = { .holds_loads = true };
	struct stage s;

	(void)state;
	stage_open(&s, &held);
	assert_shown(&s, "reading ...");
	stage_keys(&s, "S s <Enter> j G <Space> * V n N <Enter> t <Enter> <Esc> , . u p \\ <Esc>");
	assert_shown(&s, "reading ...");
	stage_close(&s);
}

static void spend__columns__are_hidden_and_come_back(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "t");
	stage_type(&s, "tok out");
	stage_keys(&s, "<Enter> <Esc>");
	assert_hidden(&s, "tok out");
	stage_keys(&s, "t");
	stage_type(&s, "tok out");
	stage_keys(&s, "<Enter> <Esc>");
	assert_shown(&s, "tok out");
	stage_close(&s);
}

static void spend__marks__are_summed_and_given(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "<Space> <Space>");
	assert_shown(&s, "2 marked: $3.8");
	assert_shown(&s, "%), 83 requests, ");
	stage_keys(&s, "y");
	stage_type(&s, "csv");
	stage_keys(&s, "<Enter>");
	assert_true(str_starts(buf_str(&s.given), STR("\"project\",\"model\",\"requests\"")));
	assert_true(str_has(buf_str(&s.given), STR("\"/srv/work/shop\",\"gpt-5\",31,")));
	assert_false(str_has(buf_str(&s.given), STR("haiku")));
	stage_keys(&s, "* *");
	assert_shown(&s, "16 marked");
	stage_close(&s);
}

static void spend__marks__of_a_range(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "j V j j V");
	assert_shown(&s, "3 marked");
	stage_close(&s);
}

static void spend__export__in_all_notations(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "x");
	stage_type(&s, "json");
	stage_keys(&s, "<Enter>");
	assert_string_equal(s.suffix, "jsonl");
	assert_true(str_starts(buf_str(&s.given),
		STR("{\"project\":\"/srv/work/shop\",\"model\":\"claude-sonnet-4-5\"")));
	assert_true(str_has(buf_str(&s.given), STR("\"cost_usd\":null")));
	stage_keys(&s, "x");
	stage_type(&s, "markdown");
	stage_keys(&s, "<Enter>");
	assert_true(str_starts(buf_str(&s.given), STR("| project | model |")));
	stage_keys(&s, "o");
	assert_string_equal(s.suffix, "pager");
	assert_true(str_starts(buf_str(&s.given), STR("2026-11 to date  $6.39+?")));
	stage_keys(&s, "<Enter> <Enter> x");
	stage_type(&s, "csv");
	stage_keys(&s, "<Enter>");
	assert_true(str_starts(buf_str(&s.given), STR("\"id\",\"time\",\"provider\"")));
	stage_close(&s);
}

static void spend__price__of_an_unpriced_model(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	assert_shown(&s, "requests of llama-local have no price: p sets one");
	stage_keys(&s, "p");
	assert_shown(&s, "llama-local, $ per million tokens, input output:");
	stage_type(&s, "three");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "two numbers are needed");
	assert_int_equal(s.commands.len, 0);
	stage_keys(&s, "p");
	stage_type(&s, "3 15");
	stage_keys(&s, "<Enter>");
	assert_str(buf_str(&s.commands), "prices add --model llama-local input=3 output=15\n");
	dash_command_done(s.dash, true, STR("1 price added"));
	assert_true(str_ends(buf_str(&s.commands), STR("prices reprice --yes\n")));
	dash_command_done(s.dash, true, STR("17 calls repriced"));
	assert_shown(&s, "17 calls repriced");
	stage_close(&s);
}

static void spend__price__is_not_repriced_after_a_failure(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "p");
	stage_type(&s, "3 15");
	stage_keys(&s, "<Enter>");
	dash_command_done(s.dash, false, STR("the store is read-only"));
	assert_false(str_has(buf_str(&s.commands), STR("reprice")));
	assert_shown(&s, "! the store is read-only");
	stage_keys(&s, "j");
	assert_hidden(&s, "! the store is read-only");
	stage_close(&s);
}

static void spend__live__keeps_the_cursor_on_its_row(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "j j j j j");
	assert_line(&s, "gpt-5");
	stage_append(&s, 300);
	dash_store_changed(s.dash, 2, s.now_ns, s.mono_ns);
	stage_wait(&s, NS_PER_S / 3);
	assert_shown(&s, "473 requests");
	assert_shown(&s, "sort paused");
	assert_line(&s, "gpt-5");
	stage_wait(&s, 6 * NS_PER_S);
	dash_store_changed(s.dash, 3, s.now_ns, s.mono_ns);
	stage_wait(&s, NS_PER_S / 3);
	assert_hidden(&s, "sort paused");
	assert_line(&s, "gpt-5");
	stage_close(&s);
}

static void spend__records__are_paged(void **state)
{
	static const struct stage_options many = { .count = 3000 };
	struct stage s;

	(void)state;
	stage_open(&s, &many);
	stage_keys(&s, ":");
	stage_type(&s, "group session");
	stage_keys(&s, "<Enter> : r a n g e <Space> a l l <Enter> <Enter>");
	assert_shown(&s, "200+ rows");
	stage_keys(&s, "G");
	assert_false(stage_has(&s, "200+ rows"));
	stage_keys(&s, "G G G");
	assert_shown(&s, "sort time down");
	stage_keys(&s, "S");
	assert_shown(&s, "sort time up");
	stage_close(&s);
}

static void spend__unit_bucket_and_chart_cursor(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "u");
	assert_shown(&s, "tokens per day");
	stage_keys(&s, "u");
	assert_shown(&s, "requests per day");
	stage_keys(&s, "i");
	stage_type(&s, "week");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "requests per week");
	stage_keys(&s, ",");
	assert_shown(&s, "here 12 at 11-23");
	stage_keys(&s, "\\");
	assert_shown(&s, "took on average");
	stage_close(&s);
}

static void spend__mouse__moves_opens_and_sorts(void **state)
{
	struct stage s;
	int y;

	(void)state;
	stage_open(&s, &plain);
	y = stage_find(&s, "gpt-5");
	stage_click(&s, y, 10, MOUSE_LEFT);
	assert_line(&s, "gpt-5");
	stage_click(&s, y, 10, MOUSE_LEFT);
	assert_shown(&s, "work/shop / gpt-5");
	stage_click(&s, y, 10, MOUSE_RIGHT);
	stage_click(&s, y, 10, MOUSE_WHEEL_DOWN);
	assert_line(&s, "work/shop");
	stage_close(&s);
}

static void spend__match__goes_round(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "/");
	stage_type(&s, "model~gpt");
	stage_keys(&s, "<Enter> n");
	assert_line(&s, "(none)");
	stage_keys(&s, "N");
	assert_line(&s, "work/shop");
	stage_close(&s);
}

SUITE(spend,
	cmocka_unit_test(spend__shows__month_to_date),
	cmocka_unit_test(spend__falls_back__to_the_newest_month_with_calls),
	cmocka_unit_test(spend__enter_and_esc__come_back_to_where_one_was),
	cmocka_unit_test(spend__filter_in_a_record__is_that_of_its_list),
	cmocka_unit_test(spend__back__shows_the_old_rows_before_the_read),
	cmocka_unit_test(spend__filter__is_live_and_keeps_the_last_good_result),
	cmocka_unit_test(spend__filter__reads_once_for_a_word),
	cmocka_unit_test(spend__filter__completes_fields_and_values),
	cmocka_unit_test(spend__filter__stays_below_when_one_drills),
	cmocka_unit_test(spend__filter__is_switched_off_and_on),
	cmocka_unit_test(spend__zoom__shows_the_table_alone),
	cmocka_unit_test(spend__views__are_left_and_entered_again),
	cmocka_unit_test(spend__group_by__any_two),
	cmocka_unit_test(spend__range__from_picker_and_palette),
	cmocka_unit_test(spend__sort__by_column_and_reversed),
	cmocka_unit_test(spend__before_the_first_answer__every_key_is_safe),
	cmocka_unit_test(spend__columns__are_hidden_and_come_back),
	cmocka_unit_test(spend__marks__are_summed_and_given),
	cmocka_unit_test(spend__marks__of_a_range),
	cmocka_unit_test(spend__export__in_all_notations),
	cmocka_unit_test(spend__price__of_an_unpriced_model),
	cmocka_unit_test(spend__price__is_not_repriced_after_a_failure),
	cmocka_unit_test(spend__live__keeps_the_cursor_on_its_row),
	cmocka_unit_test(spend__records__are_paged),
	cmocka_unit_test(spend__unit_bucket_and_chart_cursor),
	cmocka_unit_test(spend__mouse__moves_opens_and_sorts),
	cmocka_unit_test(spend__match__goes_round));
