/* SPDX-License-Identifier: Apache-2.0 */
/* A list to choose from: what fits a typed text, moving, taking, drawing. */
#include "tests/tui/plane.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/fault.h"
#include "tui/picker.h"

static const struct picker_item items[] = {
	{ .label = STR_INIT("Rows"), .is_heading = true },
	{ .label = STR_INIT("sort by cost"), .detail = STR_INIT("s"), .value = 1 },
	{ .label = STR_INIT("sort in reverse"), .detail = STR_INIT("S"), .value = 2 },
	{ .label = STR_INIT("range"), .detail = STR_INIT("r"), .value = 3, .is_checked = true },
	{ .label = STR_INIT("View"), .is_heading = true },
	{ .label = STR_INIT("export"), .detail = STR_INIT("x"), .value = 4 },
	{ .label = STR_INIT("reset"), .detail = STR_INIT("a longer help line"), .value = 5 },
};

static enum picker_result press(struct picker *p, const char *key, const struct picker_item **taken)
{
	struct event e = event_of_key(key);

	return picker_event(p, &e, taken);
}

static void type(struct picker *p, const char *text)
{
	const struct picker_item *taken;

	for (size_t i = 0; text[i]; i++)
		press(p, text[i] == ' ' ? "<Space>" : (char[]){ text[i], '\0' }, &taken);
}

static int64_t value_at_cursor(struct picker *p)
{
	const struct picker_item *taken = NULL;

	return press(p, "<Enter>", &taken) == PICKER_TAKEN ? taken->value : 0;
}

static void picker_score__puts__the_better_first(void **state)
{
	static const struct {
		const char *typed, *better, *worse; /* "" = no match at all */
	} cases[] = {
		{ "sr", "sort reverse", "users" },
		{ "cost", "cost", "costs" },
		{ "cost", "by cost", "c-o-s-t" },
		{ "gp", "group by project", "gap" },
		{ "EXP", "export", "" },
		{ "exp", "expand", "regexp" },
		{ "pt", "next-pane toggle", "xxpaxxtxx" },
		{ "nb", "nextBookmark", "nimb" },
		{ "", "a", "ab" },
		{ "ba", "ba", "ab" },
		{ "aa", "aa", "a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int better = picker_score(str_of(cases[i].typed), str_of(cases[i].better));
		int worse = picker_score(str_of(cases[i].typed), str_of(cases[i].worse));

		if (better <= worse || worse < 0)
			fail_msg("'%s': %d for '%s', %d for '%s'", cases[i].typed, better,
				cases[i].better, worse, cases[i].worse);
	}
	assert_int_equal(picker_score(STR("x"), STR("abc")), 0);
	assert_int_equal(picker_score(STR("abcd"), STR("abc")), 0);
}

static void picker_event__narrows__and_takes(void **state)
{
	struct picker p;

	(void)state;
	assert_int_equal(picker_open(&p, STR("Do"), items, 7), LL_OK);
	assert_int_equal(p.match_count, 7);
	assert_int_equal(value_at_cursor(&p), 3);
	type(&p, "sr");
	assert_int_equal(value_at_cursor(&p), 2);
	type(&p, "t");
	assert_int_equal(p.match_count, 2);
	type(&p, "zz");
	assert_int_equal(p.match_count, 0);
	assert_int_equal(value_at_cursor(&p), 0);
	picker_close(&p);
	/* Arguments behind a name that nothing else fits. */
	assert_int_equal(picker_open(&p, STR("Do"), items, 7), LL_OK);
	type(&p, "range 7d");
	assert_int_equal(value_at_cursor(&p), 3);
	assert_str(prompt_text(&p.prompt), "range 7d");
	picker_close(&p);
}

static void picker_event__skips__headings(void **state)
{
	const struct picker_item *taken = NULL;
	struct picker p;

	(void)state;
	assert_int_equal(picker_open(&p, STR("Do"), items, 7), LL_OK);
	press(&p, "<Down>", &taken);
	assert_int_equal(value_at_cursor(&p), 4);
	press(&p, "<C-p>", &taken);
	assert_int_equal(value_at_cursor(&p), 3);
	press(&p, "<PgUp>", &taken);
	press(&p, "<PgUp>", &taken);
	press(&p, "<PgUp>", &taken);
	press(&p, "<PgUp>", &taken);
	assert_int_equal(value_at_cursor(&p), 1);
	press(&p, "<Up>", &taken);
	assert_int_equal(value_at_cursor(&p), 1);
	for (int i = 0; i < 9; i++)
		press(&p, "<C-n>", &taken);
	assert_int_equal(value_at_cursor(&p), 5);
	assert_int_equal(press(&p, "<Esc>", &taken), PICKER_CANCELED);
	picker_close(&p);
}

static void picker_open__works__with_nothing_to_take(void **state)
{
	static const struct picker_item headings[] =
		{ { .label = STR_INIT("One"), .is_heading = true } };
	struct surface s = { 0 };
	struct picker p;

	(void)state;
	plane_make(&s, 10, 40, true);
	for (size_t count = 0; count < 2; count++) {
		const struct picker_item *taken = NULL;

		assert_int_equal(picker_open(&p, STR("Do"), headings, count), LL_OK);
		picker_draw(&p, &s, (struct rect){ 0, 0, 10, 40 });
		press(&p, "<Down>", &taken);
		press(&p, "<PgUp>", &taken);
		assert_int_equal(press(&p, "<Enter>", &taken), PICKER_OPEN);
		type(&p, "x");
		picker_draw(&p, &s, (struct rect){ 0, 0, 10, 40 });
		assert_int_equal(press(&p, "<Enter>", &taken), PICKER_OPEN);
		picker_close(&p);
	}
	picker_close(&p);
	surface_release(&s);
}

static void picker_open__reports__no_memory(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth <= 2; nth++) {
		struct picker p;

		fault_arm(FAULT_ALLOC, nth, false);
		assert_int_equal(picker_open(&p, STR("Do"), items, 7), LL_ENOMEM);
		fault_disarm();
		picker_close(&p);
	}
}

static void picker_event__takes__by_mouse(void **state)
{
	struct event e = { .kind = EVENT_MOUSE, .button = MOUSE_LEFT };
	const struct picker_item *taken = NULL;
	struct surface s = { 0 };
	struct picker p;

	(void)state;
	plane_make(&s, 20, 60, true);
	assert_int_equal(picker_open(&p, STR("Do"), items, 7), LL_OK);
	picker_draw(&p, &s, (struct rect){ 0, 0, 20, 60 });
	e.y = p.list.y + 5;
	e.x = p.list.x + 5;
	assert_int_equal(picker_event(&p, &e, &taken), PICKER_TAKEN);
	assert_int_equal(taken->value, 4);
	e.y = p.list.y;
	assert_int_equal(picker_event(&p, &e, &taken), PICKER_OPEN);
	e.y = p.drawn.y;
	assert_int_equal(picker_event(&p, &e, &taken), PICKER_OPEN);
	e.y = p.drawn.y - 1;
	assert_int_equal(picker_event(&p, &e, &taken), PICKER_CANCELED);
	e.button = MOUSE_WHEEL_UP;
	assert_int_equal(picker_event(&p, &e, &taken), PICKER_OPEN);
	assert_int_equal(value_at_cursor(&p), 2);
	picker_close(&p);
	surface_release(&s);
}

static void picker_draw__looks__as_drawn(void **state)
{
	struct surface s = { 0 };
	struct picker p;

	(void)state;
	plane_make(&s, 12, 44, true);
	surface_clear(&s);
	assert_int_equal(picker_open(&p, STR("Do"), items, 7), LL_OK);
	picker_draw(&p, &s, (struct rect){ 0, 0, 12, 44 });
	assert_plane(&s,
		" ┌─ Do ───────────────────────────────────┐\n"
		" │>                                       │\n"
		" │    Rows                                │\n"
		" │    sort by cost                      s │\n"
		" │    sort in reverse                   S │\n"
		" │> ✓ range                             r │\n"
		" │    View                                │\n"
		" │    export                            x │\n"
		" │    reset            a longer help line │\n"
		" └────────────────────────────────────────┘\n"
		"\n"
		"\n");
	type(&p, "so");
	picker_draw(&p, &s, (struct rect){ 0, 0, 12, 44 });
	assert_plane(&s,
		" ┌─ Do ───────────────────────────────────┐\n"
		" │> so                                2/7 │\n"
		" │>   sort by cost                      s │\n"
		" │    sort in reverse                   S │\n"
		" │                                        │\n"
		" │                                        │\n"
		" │                                        │\n"
		" │                                        │\n"
		" │                                        │\n"
		" └────────────────────────────────────────┘\n"
		"\n"
		"\n");
	assert_int_equal(p.cursor_y, p.drawn.y + 1);
	assert_int_equal(p.cursor_x, p.drawn.x + 5);
	picker_close(&p);
	surface_release(&s);
}

static void picker_draw__stays__inside_at_all_sizes(void **state)
{
	struct surface s = { 0 };
	struct picker p;
	const struct picker_item *taken;

	(void)state;
	assert_int_equal(picker_open(&p, STR("a title that is long"), items, 7), LL_OK);
	for (int h = 1; h <= 60; h += h < 14 ? 1 : 11) {
		for (int w = 1; w <= 200; w += w < 50 ? 1 : 30) {
			struct rect r = { 1, 1, h, w };

			plane_make(&s, h + 2, w + 2, w % 2);
			press(&p, w % 3 ? "<Down>" : "<PgUp>", &taken);
			picker_draw(&p, &s, r);
			plane_check_outside(&s, r);
		}
	}
	picker_draw(&p, &s, (struct rect){ 0, 0, 0, 0 });
	picker_close(&p);
	surface_release(&s);
}

enum { MANY = 5000 };

static void picker_event__is_quick__for_many_items(void **state)
{
	static const char *const words[] = { "group", "by", "project", "model", "sort", "export",
		"range", "session", "theme" };
	static char labels[MANY][64];
	static struct picker_item many[MANY];
	uint64_t seed = 1;
	int64_t least_ns = INT64_MAX;
	struct picker p;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		int len = snprintf(labels[i], sizeof(labels[i]), "%s %s %s %d",
			words[test_random(&seed) % 9], words[test_random(&seed) % 9],
			words[test_random(&seed) % 9], i);

		many[i].label = (struct str){ labels[i], (size_t)len };
	}
	for (int round = 0; round < 3; round++) {
		int64_t start, spent_ns;

		assert_int_equal(picker_open(&p, STR("Do"), many, MANY), LL_OK);
		start = clock_mono_ns();
		type(&p, "seo");
		spent_ns = (clock_mono_ns() - start) / 3;
		least_ns = spent_ns < least_ns ? spent_ns : least_ns;
		assert_true(p.match_count > 0);
		for (size_t i = 1; i < p.match_count; i++)
			assert_true(p.scores[p.order[i - 1]] > p.scores[p.order[i]] ||
				(p.scores[p.order[i - 1]] == p.scores[p.order[i]] &&
				p.order[i - 1] < p.order[i]));
		picker_close(&p);
	}
	print_message("a letter narrows %d items in %d us\n", MANY, (int)(least_ns / 1000));
}

SUITE(picker, cmocka_unit_test(picker_score__puts__the_better_first),
	cmocka_unit_test(picker_event__narrows__and_takes),
	cmocka_unit_test(picker_event__skips__headings),
	cmocka_unit_test(picker_open__works__with_nothing_to_take),
	cmocka_unit_test(picker_open__reports__no_memory),
	cmocka_unit_test(picker_event__takes__by_mouse),
	cmocka_unit_test(picker_draw__looks__as_drawn),
	cmocka_unit_test(picker_draw__stays__inside_at_all_sizes),
	cmocka_unit_test(picker_event__is_quick__for_many_items));
