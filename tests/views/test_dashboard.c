/* SPDX-License-Identifier: Apache-2.0 */
/* What belongs to no pane: keys, help, palette, toasts, reads, session, welcome. */
#include "tests/views/stage.h"

#include "themes/theme.h"

static const struct stage_options plain = { .is_empty = false };

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

/* --- keys ------------------------------------------------------------------------------------ */

static void keys__of_a_pane__never_shadow_global_ones(void **state)
{
	struct keymap_scope scopes[8] = { global_scope };
	struct arena a;
	struct keymap *m;
	struct err err = { 0 };

	(void)state;
	arena_init(&a, 0);
	for (size_t i = 0; i < pane_count; i++)
		scopes[i + 1] = (struct keymap_scope){ panes[i]->name, panes[i]->bindings,
			panes[i]->binding_count };
	assert_ok(keymap_new(&a, scopes, pane_count + 1, &m, &err), &err);
	for (size_t i = 0; i < pane_count; i++) {
		struct key digit = { panes[i]->digit, 0 };

		assert_null(keymap_find(m, panes[i]->name, digit, NULL));
		assert_true(panes[i]->digit >= '1' && panes[i]->digit <= '9');
	}
	arena_release(&a);
}

static void keys__text__has_every_action(void **state)
{
	struct buf text = BUF_INIT(1u << 20);

	(void)state;
	dash_keys_text(&text);
	for (size_t i = 0; i < global_scope.count; i++)
		assert_true(str_has(buf_str(&text), str_of(global_scope.bindings[i].help)));
	for (size_t i = 0; i < pane_count; i++)
		for (size_t k = 0; k < panes[i]->binding_count; k++)
			assert_true(str_has(buf_str(&text), str_of(panes[i]->bindings[k].name)));
	buf_release(&text);
}

/* Every binding stands in the help once; typing its help finds it. */
static void help__lists__exactly_the_keymap(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	for (size_t i = 0; i < global_scope.count; i++) {
		stage_keys(&s, "?");
		stage_type(&s, global_scope.bindings[i].help);
		assert_shown(&s, global_scope.bindings[i].help);
		stage_keys(&s, "<Esc>");
	}
	stage_keys(&s, "?");
	stage_type(&s, "zz no such key");
	assert_shown(&s, "0/");
	stage_close(&s);
}

static void help__enter__runs_what_is_chosen(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "?");
	stage_type(&s, "group by project");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "Group by");
	stage_keys(&s, "<Esc>");
	assert_hidden(&s, "Group by");
	stage_close(&s);
}

static void keys__rebound__from_the_config(void **state)
{
	static const struct stage_options rebound = {
		.keys = "# mine\nspend.unit = U\nglobal.nonsense = q\n\n" };
	struct stage s;

	(void)state;
	stage_open(&s, &rebound);
	assert_shown(&s, "! keys:");
	stage_keys(&s, "U");
	assert_shown(&s, "tokens per day");
	stage_keys(&s, "u");
	assert_shown(&s, "tokens per day");
	stage_close(&s);
}

static void keys__quit_suspend_mouse__ask_the_host(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "<Enter> <C-z> M");
	assert_true(s.was_suspended && s.has_mouse);
	stage_keys(&s, "q");
	assert_false(s.has_quit);
	stage_keys(&s, "? <C-z> <C-c>");
	assert_false(s.has_quit);
	stage_keys(&s, "Q");
	assert_true(s.has_quit && s.prints_view);
	s.has_quit = false;
	stage_keys(&s, "<C-c>");
	assert_true(s.has_quit && !s.prints_view);
	stage_close(&s);
}

static void redraw__rebound__asks_the_host(void **state)
{
	static const struct stage_options rebound = { .keys = "global.redraw = <F5>\n" };
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "<C-l> ? <C-l>");
	assert_int_equal(s.redraws, 2);
	stage_close(&s);
	stage_open(&s, &rebound);
	stage_keys(&s, "<C-l>");
	assert_int_equal(s.redraws, 0);
	stage_keys(&s, "<F5>");
	assert_int_equal(s.redraws, 1);
	stage_close(&s);
}

static void pipe__gives__the_marked_rows_to_a_command(void **state)
{
	struct stage s;
	size_t all;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "| <Enter>");
	assert_string_equal(s.piped_into, "");
	stage_keys(&s, "|");
	stage_type(&s, "wc -l");
	stage_keys(&s, "<Enter>");
	assert_string_equal(s.piped_into, "wc -l");
	all = s.given.len;
	stage_keys(&s, "<Space> |");
	stage_type(&s, "sort");
	stage_keys(&s, "<Enter>");
	assert_string_equal(s.piped_into, "sort");
	assert_true(s.given.len > 0 && s.given.len < all);
	stage_close(&s);
}

/* --- palette --------------------------------------------------------------------------------- */

static void palette__runs__names_and_arguments(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, ":");
	stage_type(&s, "theme light");
	stage_keys(&s, "<Enter>");
	assert_string_equal(s.theme.name, "light");
	stage_keys(&s, ":");
	stage_type(&s, "filter model~gpt");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "/model~gpt");
	stage_keys(&s, ":");
	stage_type(&s, "filter nonsense");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "! filter:");
	stage_keys(&s, ":");
	stage_type(&s, "import");
	stage_keys(&s, "<Enter>");
	assert_str(buf_str(&s.commands), "import\n");
	stage_keys(&s, ":");
	stage_type(&s, "q");
	stage_keys(&s, "<Enter>");
	assert_true(s.has_quit);
	stage_close(&s);
}

static void theme__picker__shows_while_the_cursor_is_on_it(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, ":");
	stage_type(&s, "choose the colours");
	stage_keys(&s, "<Enter> <Down>");
	assert_string_equal(s.theme.name, theme_names[1]);
	stage_keys(&s, "<Esc>");
	assert_string_equal(s.theme.name, theme_names[0]);
	stage_close(&s);
}

static void zone__is_checked__before_it_is_set(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, ":");
	stage_type(&s, "time zone of the store");
	stage_keys(&s, "<Enter> <C-u>");
	stage_type(&s, "Mars/Base");
	stage_keys(&s, "<Enter>");
	assert_int_equal(s.commands.len, 0);
	assert_shown(&s, "! ");
	stage_keys(&s, ":");
	stage_type(&s, "time zone of the store");
	stage_keys(&s, "<Enter> <C-u>");
	stage_type(&s, "Asia/Tokyo");
	stage_keys(&s, "<Enter>");
	assert_str(buf_str(&s.commands), "zone Asia/Tokyo\n");
	stage_close(&s);
}

/* --- reads ----------------------------------------------------------------------------------- */

static void reads__that_fail__leave_the_old_data_marked_stale(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	s.fails_loads = true;
	stage_keys(&s, "R");
	assert_shown(&s, "stale, sort cost down");
	assert_shown(&s, "173 requests");
	assert_shown(&s, "! the read took longer than 5 s");
	s.fails_loads = false;
	stage_keys(&s, "R");
	assert_hidden(&s, "stale");
	stage_close(&s);
}

static void reads__of_commits__come_four_times_a_second(void **state)
{
	struct stage s;
	size_t before;

	(void)state;
	stage_open(&s, &plain);
	stage_wait(&s, NS_PER_S);
	before = s.loads_run;
	for (uint64_t i = 0; i < 100; i++) {
		dash_store_changed(s.dash, i + 10, s.now_ns, s.mono_ns);
		stage_wait(&s, NS_PER_S / 100);
	}
	assert_in_range(s.loads_run - before, 4, 5);
	stage_close(&s);
}

static void reads__while_paused__are_counted(void **state)
{
	struct stage s;
	size_t before;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "=");
	before = s.loads_run;
	for (uint64_t i = 0; i < 3; i++)
		dash_store_changed(s.dash, i + 10, s.now_ns, s.mono_ns);
	stage_wait(&s, NS_PER_S);
	assert_int_equal(s.loads_run, before);
	assert_shown(&s, "paused, 3 new");
	stage_keys(&s, "=");
	assert_int_equal(s.loads_run, before + 1);
	assert_hidden(&s, "paused");
	stage_close(&s);
}

static void reads__answered_late__are_dropped(void **state)
{
	static const struct stage_options held = { .holds_loads = true };
	struct stage s;
	struct dash_load *old, *new;

	(void)state;
	stage_open(&s, &held);
	assert_int_equal(s.load_count, 1);
	stage_keys(&s, "{ { {");
	assert_int_equal(s.load_count, 2); /* no more at once; the rest when one has come back */
	old = s.loads[0];
	new = s.loads[1];
	s.load_count = 0;
	s.loads[s.load_count++] = new;
	stage_run_loads(&s);
	s.loads[s.load_count++] = old;
	stage_run_loads(&s);
	assert_shown(&s, "2026-08");
	stage_close(&s);
}

static void deadline__is__the_next_minute_when_nothing_happens(void **state)
{
	struct stage s;
	int64_t due_ns;

	(void)state;
	stage_open(&s, &plain);
	stage_screen(&s, 24, 80);
	due_ns = dash_deadline(s.dash);
	assert_true(due_ns > s.mono_ns && due_ns <= s.mono_ns + NS_PER_MIN);
	assert_false(dash_is_dirty(s.dash));
	stage_wait(&s, due_ns - s.mono_ns);
	assert_true(dash_is_dirty(s.dash));
	assert_shown(&s, "15:33");
	stage_close(&s);
}

static void toasts__end__and_are_kept(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	dash_say(s.dash, false, STR("something was done"));
	assert_shown(&s, "something was done");
	stage_wait(&s, 5 * NS_PER_S);
	assert_hidden(&s, "something was done");
	dash_say(s.dash, true, STR("something went wrong\033[2J"));
	stage_wait(&s, 5 * NS_PER_S);
	assert_shown(&s, "! something went wrong");
	stage_keys(&s, ":");
	stage_type(&s, "messages");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "something was done");
	stage_close(&s);
}

/* --- sizes, session, bookmarks --------------------------------------------------------------- */

static void screen__too_small__keeps_the_state(void **state)
{
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, "j j");
	assert_true(strstr(stage_screen(&s, 10, 44), "LLMLab needs 60x15 (now 44x10)") != NULL);
	assert_true(str_has(stage_cursor_line(&s), STR("(none)")));
	stage_close(&s);
}

static void session__is_saved__and_comes_back(void **state)
{
	struct stage_options again = { .is_empty = false };
	struct buf saved = BUF_INIT(1u << 20);
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	stage_keys(&s, ":");
	stage_type(&s, "theme light");
	stage_keys(&s, "<Enter> :");
	stage_type(&s, "group model,tag:env");
	stage_keys(&s, "<Enter> :");
	stage_type(&s, "range 2026-10");
	stage_keys(&s, "<Enter> /");
	stage_type(&s, "user=ann");
	stage_keys(&s, "<Enter> u <Enter> m");
	dash_save(s.dash, &saved);
	stage_close(&s);
	again.session = saved.at;
	stage_open(&s, &again);
	assert_string_equal(s.theme.name, "light");
	assert_shown(&s, "by model x tag:env");
	assert_shown(&s, "session-");
	assert_shown(&s, "tokens per day");
	stage_keys(&s, "<Esc>");
	assert_shown(&s, "/user=ann");
	assert_shown(&s, "2026-10  ");
	stage_keys(&s, "'");
	assert_shown(&s, "Remembered views");
	stage_keys(&s, "<Enter>");
	assert_shown(&s, "session-");
	buf_release(&saved);
	stage_close(&s);
}

static void session__damaged__is_a_fresh_one(void **state)
{
	static const char *const bad[] = { "{", "[]",
		"{\"pane\":7,\"views\":{\"spend\":[1,{}]},\"bookmarks\":[1,{}]}",
		"{\"views\":{\"spend\":{\"levels\":[{\"kind\":\"record\"}],\"range\":\"never\","
		"\"unit\":3}}}",
		"{\"views\":{\"spend\":{\"levels\":[{\"kind\":\"groups\",\"by\":[\"model\"],"
		"\"sort\":99,\"hidden\":-1,"
		"\"filter\":\"nonsense\"},{\"kind\":\"records\",\"of\":\"x\"}]}}}" };
	struct stage s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct stage_options options = { .session = bad[i], .count = 50 };

		stage_open(&s, &options);
		assert_shown(&s, "requests");
		stage_keys(&s, "<Enter> <Esc> <Esc>");
		stage_close(&s);
	}
}

static void pause_and_print__give__the_view_as_text(void **state)
{
	struct buf out = BUF_INIT(1u << 20);
	struct stage s;

	(void)state;
	stage_open(&s, &plain);
	dash_print(s.dash, &out);
	assert_true(str_has(buf_str(&out), STR("work/shop")));
	assert_true(str_has(buf_str(&out), STR("2026-11 to date")));
	buf_release(&out);
	stage_close(&s);
}

/* --- welcome --------------------------------------------------------------------------------- */

static void welcome__enter__imports_and_the_pane_fills(void **state)
{
	static const struct stage_options empty = { .is_empty = true };
	static const struct dash_place place = { STR_INIT("Claude Code"), STR_INIT("~/.claude"), 3,
		1000 };
	struct stage s;

	(void)state;
	stage_open(&s, &empty);
	dash_set_places(s.dash, &place, 1, 0);
	assert_shown(&s, "This store is empty.");
	assert_shown(&s, "Claude Code");
	stage_keys(&s, "j / d");
	assert_shown(&s, "llmlab demo");
	stage_keys(&s, "<Enter>");
	assert_str(buf_str(&s.commands), "import\n");
	dash_progress(s.dash, 100, 1000, 0);
	assert_shown(&s, "importing 10.0%");
	stage_append(&s, 20);
	dash_progress(s.dash, 500, 1000, 20);
	stage_wait(&s, NS_PER_S);
	assert_shown(&s, "20 requests");
	assert_shown(&s, "importing 50.0%, 20 calls");
	dash_progress(s.dash, 0, 0, 20);
	dash_command_done(s.dash, true, STR("20 calls read"));
	assert_shown(&s, "20 calls read");
	stage_close(&s);
}

static void welcome__without_logs__says_what_can_be_done(void **state)
{
	static const struct stage_options empty = { .is_empty = true };
	struct stage s;

	(void)state;
	stage_open(&s, &empty);
	dash_set_places(s.dash, NULL, 0, 0);
	assert_shown(&s, "No agent's logs were found");
	stage_keys(&s, "<Enter> ? <Esc> Z");
	assert_shown(&s, "time zone: Europe/Berlin");
	stage_keys(&s, "<Esc> q");
	assert_true(s.has_quit);
	assert_int_equal(s.commands.len, 0);
	stage_close(&s);
}

SUITE(dashboard,
	cmocka_unit_test(keys__of_a_pane__never_shadow_global_ones),
	cmocka_unit_test(keys__text__has_every_action),
	cmocka_unit_test(help__lists__exactly_the_keymap),
	cmocka_unit_test(help__enter__runs_what_is_chosen),
	cmocka_unit_test(keys__rebound__from_the_config),
	cmocka_unit_test(keys__quit_suspend_mouse__ask_the_host),
	cmocka_unit_test(redraw__rebound__asks_the_host),
	cmocka_unit_test(pipe__gives__the_marked_rows_to_a_command),
	cmocka_unit_test(palette__runs__names_and_arguments),
	cmocka_unit_test(theme__picker__shows_while_the_cursor_is_on_it),
	cmocka_unit_test(zone__is_checked__before_it_is_set),
	cmocka_unit_test(reads__that_fail__leave_the_old_data_marked_stale),
	cmocka_unit_test(reads__of_commits__come_four_times_a_second),
	cmocka_unit_test(reads__while_paused__are_counted),
	cmocka_unit_test(reads__answered_late__are_dropped),
	cmocka_unit_test(deadline__is__the_next_minute_when_nothing_happens),
	cmocka_unit_test(toasts__end__and_are_kept),
	cmocka_unit_test(screen__too_small__keeps_the_state),
	cmocka_unit_test(session__is_saved__and_comes_back),
	cmocka_unit_test(session__damaged__is_a_fresh_one),
	cmocka_unit_test(pause_and_print__give__the_view_as_text),
	cmocka_unit_test(welcome__enter__imports_and_the_pane_fills),
	cmocka_unit_test(welcome__without_logs__says_what_can_be_done));
