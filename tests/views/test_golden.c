/* SPDX-License-Identifier: Apache-2.0 */
/* Whole screens, compared with tests/views/golden. */
#include "tests/views/stage.h"

static void draw(const struct stage_options *options, const char *keys, const char *name, int rows,
	int cols)
{
	struct stage s;

	stage_open(&s, options);
	stage_screen(&s, rows, cols);
	stage_keys(&s, keys);
	stage_wait(&s, NS_PER_S / 2);
	stage_golden(name, str_of(stage_screen(&s, rows, cols)));
	stage_close(&s);
}

static void golden__groups__at_both_sizes(void **state)
{
	static const struct stage_options utf8 = { .is_ascii = false };

	(void)state;
	draw(&utf8, "", "groups-80x24.txt", 24, 80);
	draw(&utf8, "j <Space> <Space>", "groups-120x36.txt", 36, 120);
}

static void golden__groups__in_ascii(void **state)
{
	static const struct stage_options ascii = { .is_ascii = true };

	(void)state;
	draw(&ascii, "", "groups-ascii-80x24.txt", 24, 80);
}

static void golden__levels__below_groups(void **state)
{
	static const struct stage_options utf8 = { .is_ascii = false };

	(void)state;
	draw(&utf8, "<Enter>", "sessions-80x24.txt", 24, 80);
	draw(&utf8, "<Enter> <Enter>", "records-120x36.txt", 36, 120);
	draw(&utf8, "<Enter> <Enter> <Enter>", "record-120x36.txt", 36, 120);
}

static void golden__overlays__help_and_palette(void **state)
{
	static const struct stage_options utf8 = { .is_ascii = false };

	(void)state;
	draw(&utf8, "?", "help-80x24.txt", 24, 80);
	draw(&utf8, ":", "palette-120x36.txt", 36, 120);
	draw(&utf8, "b", "group-by-80x24.txt", 24, 80);
	draw(&utf8, "/ m o d e l ~ g p t", "filter-80x24.txt", 24, 80);
	draw(&utf8, "\\", "split-120x36.txt", 36, 120);
}

static void golden__welcome__of_an_empty_store(void **state)
{
	static const struct stage_options empty = { .is_empty = true };
	static const struct dash_place places[] = {
		{ STR_INIT("Claude Code"), STR_INIT("~/.claude/projects"), 212, 98 * 1000 * 1000 },
		{ STR_INIT("Codex"), STR_INIT("~/.codex/sessions"), 1, 4200 },
	};
	struct stage s;

	(void)state;
	stage_open(&s, &empty);
	dash_set_places(s.dash, places, 2, 0);
	stage_golden("welcome-80x24.txt", str_of(stage_screen(&s, 24, 80)));
	stage_close(&s);
}

static void golden__styles__of_the_groups(void **state)
{
	static const struct stage_options utf8 = { .is_ascii = false };
	struct buf styles = BUF_INIT(1u << 20);
	struct stage s;

	(void)state;
	stage_open(&s, &utf8);
	stage_keys(&s, "<Space>");
	stage_screen(&s, 24, 80);
	surface_styles(&s.surface, &styles);
	stage_golden("groups-80x24.styles", buf_str(&styles));
	buf_release(&styles);
	stage_close(&s);
}

SUITE(golden,
	cmocka_unit_test(golden__groups__at_both_sizes),
	cmocka_unit_test(golden__groups__in_ascii),
	cmocka_unit_test(golden__levels__below_groups),
	cmocka_unit_test(golden__overlays__help_and_palette),
	cmocka_unit_test(golden__welcome__of_an_empty_store),
	cmocka_unit_test(golden__styles__of_the_groups));
