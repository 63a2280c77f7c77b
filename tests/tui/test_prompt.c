/* SPDX-License-Identifier: Apache-2.0 */
/* Line editing: keys, history, paste, bounds, and what shows in a narrow place. */
#include "tests/tui/plane.h"

#include "base/text.h"
#include "tui/prompt.h"

static enum prompt_result press(struct prompt *p, const char *key)
{
	struct event e = event_of_key(key);

	return prompt_event(p, &e);
}

/* A script of key names, a blank between. */
static void press_all(struct prompt *p, const char *keys)
{
	struct str rest = str_of(keys);

	while (rest.at) {
		struct str word = str_cut(&rest, ' ');
		char name[32] = "";

		if (word.len == 0)
			continue;
		memcpy(name, word.at, word.len);
		press(p, name);
	}
}

static void paste(struct prompt *p, struct str text)
{
	struct event e = { .kind = EVENT_PASTE, .text = text };

	prompt_event(p, &e);
}

static void prompt_event__edits__by_keys(void **state)
{
	static const struct {
		const char *start, *keys, *text;
		size_t at;
	} cases[] = {
		{ "", "a b c", "abc", 3 },
		{ "abc", "<Left> <Left> x", "axbc", 2 },
		{ "abc", "<Home> x <End> y", "xabcy", 5 },
		{ "abc", "<C-a> x <C-e> y", "xabcy", 5 },
		{ "abc", "<C-b> <C-b> <C-f> x", "abxc", 3 },
		{ "abc", "<Backspace>", "ab", 2 },
		{ "abc", "<Home> <Backspace>", "abc", 0 },
		{ "abc", "<Delete>", "abc", 3 },
		{ "abc", "<Home> <Delete> <C-d>", "c", 0 },
		{ "one two  three", "<C-w>", "one two  ", 9 },
		{ "one two  three", "<C-w> <C-w>", "one ", 4 },
		{ "one two", "<Left> <C-w>", "one o", 4 },
		{ "one two", "<C-w> <C-w> <C-w>", "", 0 },
		{ "one two", "<Left> <C-u>", "o", 0 },
		{ "one two", "<Home> <Right> <C-k>", "o", 1 },
		{ "one two", "<C-Left> x", "one xtwo", 5 },
		{ "one two", "<C-Left> <C-Left> <C-Right> x", "onex two", 4 },
		{ "one two", "<A-b> <A-d>", "one ", 4 },
		{ "one two", "<A-Backspace>", "one ", 4 },
		/* Wide characters, and a mark that goes with its letter. */
		{ "研究", "<Left> x", "研x究", 4 },
		{ "研究", "<Backspace>", "研", 3 },
		{ "xe\xCC\x81y", "<Left> <Left> a", "xae\xCC\x81y", 2 },
		{ "xe\xCC\x81", "<Home> <Right> <Right> a", "xe\xCC\x81" "a", 5 },
		{ "xe\xCC\x81", "<Left> <Delete>", "x", 1 },
		{ "xe\xCC\x81", "<Backspace>", "xe", 2 },
		{ "", "ä 研 <lt> <Space> 1", "ä研< 1", 8 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prompt p;

		prompt_init(&p);
		prompt_set(&p, str_of(cases[i].start));
		press_all(&p, cases[i].keys);
		assert_string_equal(prompt_text(&p).at, cases[i].text);
		assert_int_equal(p.at, cases[i].at);
		prompt_release(&p);
	}
}

static void prompt_event__tells__what_happened(void **state)
{
	static const struct {
		const char *key;
		enum prompt_result result;
	} cases[] = {
		{ "x", PROMPT_CHANGED }, { "<Backspace>", PROMPT_CHANGED },
		{ "<Backspace>", PROMPT_MOVED }, { "<Left>", PROMPT_MOVED },
		{ "<Tab>", PROMPT_COMPLETE }, { "<Enter>", PROMPT_ACCEPTED },
		{ "<Esc>", PROMPT_CANCELED }, { "<C-c>", PROMPT_CANCELED },
		{ "<Up>", PROMPT_MOVED },
		{ "<F5>", PROMPT_IGNORED }, { "<PgDn>", PROMPT_IGNORED },
		{ "<C-z>", PROMPT_IGNORED }, { "<A-x>", PROMPT_IGNORED },
	};
	struct event mouse = { .kind = EVENT_MOUSE };
	struct prompt p;

	(void)state;
	prompt_init(&p);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(press(&p, cases[i].key), cases[i].result);
	assert_int_equal(prompt_event(&p, &mouse), PROMPT_IGNORED);
	prompt_release(&p);
}

static void prompt_event__pastes__one_line(void **state)
{
	static const struct {
		struct str pasted;
		const char *text;
	} cases[] = {
		{ STR_INIT("a\nb\r\nc\td\r\r"), "a b c d" },
		{ STR_INIT("\n\n"), "" },
		{ STR_INIT("x\033[31m\x07\x7F\xC2\x9By"), "x[31my" },
		{ STR_INIT("a\xFF" "b\xE7\xA0"), "a\xEF\xBF\xBD" "b\xEF\xBF\xBD\xEF\xBF\xBD" },
		{ STR_INIT("a\xE2\x80\xAE" "b\0c"), "abc" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct prompt p;

		prompt_init(&p);
		paste(&p, cases[i].pasted);
		assert_string_equal(prompt_text(&p).at, cases[i].text);
		prompt_release(&p);
	}
}

static void prompt_event__stops__at_the_bound(void **state)
{
	struct buf big = BUF_INIT(1 << 20);
	struct prompt p;

	(void)state;
	for (size_t i = 0; i < 100000; i++)
		buf_addz(&big, "研");
	prompt_init(&p);
	paste(&p, buf_str(&big));
	assert_int_equal(p.len, PROMPT_BYTES / 3 * 3);
	assert_true(utf8_is_valid(prompt_text(&p)));
	press(&p, "x");
	assert_int_equal(p.len, PROMPT_BYTES);
	assert_int_equal(press(&p, "x"), PROMPT_MOVED);
	assert_int_equal(p.len, PROMPT_BYTES);
	prompt_release(&p);
	buf_release(&big);
}

static void remember(struct prompt *p, const char *text)
{
	prompt_set(p, str_of(text));
	prompt_remember(p);
}

static void prompt_event__walks__the_history(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	remember(&p, "one");
	remember(&p, "two");
	remember(&p, "one");
	remember(&p, "");
	assert_int_equal(p.history_count, 2);
	prompt_set(&p, STR("draft"));
	press(&p, "<Up>");
	assert_str(prompt_text(&p), "one");
	press(&p, "<C-p>");
	assert_str(prompt_text(&p), "two");
	assert_int_equal(press(&p, "<Up>"), PROMPT_MOVED);
	press(&p, "<Down>");
	press(&p, "<C-n>");
	assert_str(prompt_text(&p), "draft");
	assert_int_equal(press(&p, "<Down>"), PROMPT_MOVED);
	for (char c = 'A'; c < 'A' + 50; c++)
		remember(&p, (char[]){ c, '\0' });
	assert_int_equal(p.history_count, PROMPT_HISTORY);
	assert_string_equal(p.history[PROMPT_HISTORY - 1], "r");
	prompt_release(&p);
}

static void prompt_complete__replaces__the_word(void **state)
{
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_set(&p, STR("cost>1 mod x"));
	press_all(&p, "<Left> <Left>");
	prompt_complete(&p, 7, STR("model="));
	assert_str(prompt_text(&p), "cost>1 model= x");
	assert_int_equal(p.at, 13);
	prompt_release(&p);
}

static void prompt_draw__shows__the_cursor(void **state)
{
	static const struct {
		const char *text, *keys, *line;
		int cells, column;
	} cases[] = {
		{ "abc", "", "/abc\n", 20, 4 },
		{ "abc", "<Home>", "/abc\n", 20, 1 },
		{ "研究x", "<Left>", "/研究x\n", 20, 5 },
		{ "0123456789abcdef", "", "/abcdef\n", 11, 7 },
		{ "0123456789abcdef", "<Left> <Left> <Left> <Left> <Left>", "/56789abcde\n", 11,
			7 },
		{ "0123456789abcdef", "<Home>", "/0123456789\n", 11, 1 },
		{ "研究研究研究研究", "", "/研究\n", 8, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct surface s = { 0 };
		struct prompt p;

		prompt_init(&p);
		prompt_set(&p, str_of(cases[i].text));
		press_all(&p, cases[i].keys);
		plane_make(&s, 1, cases[i].cells, true);
		assert_int_equal(prompt_draw(&p, &s, 0, 0, cases[i].cells, STR("/")),
			cases[i].column);
		assert_plane(&s, cases[i].line);
		prompt_release(&p);
		surface_release(&s);
	}
}

static void prompt_draw__shows__what_is_wrong(void **state)
{
	struct surface s = { 0 };
	struct prompt p;

	(void)state;
	prompt_init(&p);
	prompt_set(&p, STR("ok 研bad ok"));
	p.bad_at = 3;
	p.bad_len = 6;
	plane_make(&s, 1, 14, true);
	prompt_draw(&p, &s, 0, 0, 14, STR("/"));
	assert_styles(&s, "a...EEEEE.....\n");
	p.bad_len = 1000;
	prompt_draw(&p, &s, 0, 0, 14, STR("/"));
	assert_styles(&s, "a...EEEEEEEE..\n");
	p.bad_at = 2000;
	prompt_draw(&p, &s, 0, 0, 14, STR("/"));
	assert_styles(&s, "a.............\n");
	p.bad_at = 0;
	press(&p, "x");
	assert_int_equal(p.bad_len, 0);
	prompt_release(&p);
	surface_release(&s);
}

static void random_event(struct prompt *p, uint64_t *seed)
{
	static const char *const keys[] = {
		"<Left>", "<Right>", "<Home>", "<End>", "<C-w>", "<C-u>", "<C-k>", "<Backspace>",
		"<Delete>", "<Up>", "<Down>",
		"<C-Left>", "<C-Right>", "<A-d>", "a", "研", "<Space>", "é", "👩",
	};
	static const struct str pasted[] = {
		STR_INIT("e\xCC\x81\xCC\x81"), STR_INIT("\xE2\x80\x8D\xEF\xB8\x8F"),
		STR_INIT("one two\nthree\xFF"), STR_INIT("\xCC\x81"),
	};
	uint64_t n = test_random(seed) % 26;

	if (n < sizeof(keys) / sizeof(keys[0]))
		press(p, keys[n]);
	else if (n < 24)
		paste(p, pasted[n % 4]);
	else
		prompt_remember(p);
}

static void prompt_event__keeps__text_valid_and_cursor_inside(void **state)
{
	struct surface s = { 0 };
	struct prompt p;
	uint64_t seed = 3;

	(void)state;
	prompt_init(&p);
	for (int i = 0; i < 20000; i++) {
		int cells = (int)(test_random(&seed) % 30), column;

		random_event(&p, &seed);
		assert_true(p.at <= p.len && p.len <= PROMPT_BYTES && p.text[p.len] == '\0');
		assert_true(p.at == p.len || ((unsigned char)p.text[p.at] & 0xC0) != 0x80);
		assert_true(utf8_is_valid(prompt_text(&p)));
		p.bad_at = test_random(&seed) % (p.len + 2);
		p.bad_len = test_random(&seed) % 5;
		plane_make(&s, 3, 32, true);
		column = prompt_draw(&p, &s, 1, 1, cells, STR("filter: "));
		plane_check_outside(&s, (struct rect){ 1, 1, 1, cells });
		assert_true(column >= 1 && column < 1 + (cells > 0 ? cells : 1));
	}
	prompt_release(&p);
	surface_release(&s);
}

SUITE(prompt, cmocka_unit_test(prompt_event__edits__by_keys),
	cmocka_unit_test(prompt_event__tells__what_happened),
	cmocka_unit_test(prompt_event__pastes__one_line),
	cmocka_unit_test(prompt_event__stops__at_the_bound),
	cmocka_unit_test(prompt_event__walks__the_history),
	cmocka_unit_test(prompt_complete__replaces__the_word),
	cmocka_unit_test(prompt_draw__shows__the_cursor),
	cmocka_unit_test(prompt_draw__shows__what_is_wrong),
	cmocka_unit_test(prompt_event__keeps__text_valid_and_cursor_inside));
