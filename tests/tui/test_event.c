/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes to events, however they are cut; and the names of keys. */
#include "tests/support/suite.h"

#include "tui/event.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ESC_DELAY_NS INT64_C(25000000)
#define ALL_DELAYS_NS INT64_C(10000000000)

/* Events as text, one in parentheses each: what the table compares. */
struct record {
	struct buf text;
	size_t paste_len;
	bool is_cut;
};

static const char *const button_names[] = { "left", "middle", "right", "up", "down" };
static const char *const reply_names[] = { "device", "background", "mode", "version", "ready" };

static void record_event(void *ctx, const struct event *e)
{
	struct record *r = ctx;
	char name[24];

	switch (e->kind) {
	case EVENT_KEY:
		key_name(e->key, name);
		buf_addf(&r->text, "(%s)", name);
		break;
	case EVENT_PASTE:
		r->paste_len = e->text.len;
		r->is_cut = e->is_cut;
		buf_addf(&r->text, "(paste %.*s)", STR_FMT(str_head(e->text, 100)));
		break;
	case EVENT_MOUSE:
		buf_addf(&r->text, "(mouse %s %d,%d %u)", button_names[e->button], e->y, e->x, e->mods);
		break;
	case EVENT_REPLY:
		buf_addf(&r->text, "(%s %d %d %d %.*s)", reply_names[e->reply], e->values[0], e->values[1],
			e->values[2], STR_FMT(e->text));
		break;
	case EVENT_FOCUS:
		buf_addf(&r->text, "(focus %d)", e->values[0]);
		break;
	}
}

static struct input *open_input(void)
{
	struct input *in = input_new(ESC_DELAY_NS);

	assert_non_null(in);
	return in;
}

static void tick_all(struct input *in, struct record *r)
{
	input_tick(in, ALL_DELAYS_NS * 2, record_event, r);
	assert_int_equal(input_deadline(in), 0);
}

static const struct {
	struct str bytes;
	const char *events;
} cases[] = {
	{ STR_INIT("jG /"), "(j)(G)(<Space>)(/)" },
	{ STR_INIT("<"), "(<lt>)" },
	{ STR_INIT("\r\t\x7f\b"), "(<Enter>)(<Tab>)(<Backspace>)(<Backspace>)" },
	{ STR_INIT("\x01\x04\n\x1a"), "(<C-a>)(<C-d>)(<C-j>)(<C-z>)" },
	{ STR_INIT("\0\x1c\x1d\x1e\x1f"), "(<C-Space>)(<C-\\>)(<C-]>)(<C-^>)(<C-_>)" },
	{ STR_INIT("é日😀"), "(é)(日)(😀)" },
	/* Invalid: lone continuation, overlong, cut by a key, a surrogate, past the end, a C1 control. */
	{ STR_INIT("a\x80" "b\xC0\xAF" "c\xE6\x97" "d\xED\xA0\x80" "e\xF4\x90\x80\x80" "f\xC2\x9B" "g"),
		"(a)(b)(c)(d)(e)(f)(g)" },
	{ STR_INIT("\xE6\x97\x1b[A"), "(<Up>)" },
	{ STR_INIT("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F"), "(<Up>)(<Down>)(<Right>)(<Left>)(<Home>)(<End>)" },
	{ STR_INIT("\x1bOA\x1bOD\x1bOP\x1bOS\x1bOH\x1bOM\x1bOk\x1bOp"), "(<Up>)(<Left>)(<F1>)(<F4>)(<Home>)(<Enter>)(+)(0)" },
	{ STR_INIT("\x1b[1;5A\x1b[1;2C\x1b[1;3D\x1b[1;8H\x1b[1;5P"), "(<C-Up>)(<S-Right>)(<A-Left>)(<C-A-S-Home>)(<C-F1>)" },
	{ STR_INIT("\x1bO1;5Q\x1bO5A"), "(<C-F2>)(<Up>)" },
	{ STR_INIT("\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~\x1b[7~\x1b[8~"),
		"(<Home>)(<Insert>)(<Delete>)(<End>)(<PageUp>)(<PageDown>)(<Home>)(<End>)" },
	{ STR_INIT("\x1b[11~\x1b[15~\x1b[17~\x1b[24~\x1b[3;5~"), "(<F1>)(<F5>)(<F6>)(<F12>)(<C-Delete>)" },
	{ STR_INIT("\x1b[[A\x1b[[E\x1b[[Zx"), "(<F1>)(<F5>)(x)" },
	{ STR_INIT("\x1b[Z\x1b[1;5Z"), "(<S-Tab>)(<C-S-Tab>)" },
	{ STR_INIT("\x1bj\x1b\r\x1b\x7f\x1b\x04\x1bé"), "(<A-j>)(<A-Enter>)(<A-Backspace>)(<C-A-d>)(<A-é>)" },
	{ STR_INIT("\x1b\x1b[A"), "(<Esc>)(<Up>)" },
	{ STR_INIT("\x1b"), "(<Esc>)" },
	{ STR_INIT("\x1b\x1b"), "(<Esc>)(<Esc>)" },
	{ STR_INIT("\x1b[<0;10;5M\x1b[<0;10;5m\x1b[<2;1;1M\x1b[<1;1;1M"), "(mouse left 4,9 0)(mouse right 0,0 0)(mouse middle 0,0 0)" },
	{ STR_INIT("\x1b[<64;3;4M\x1b[<65;3;4M\x1b[<66;3;4M\x1b[<32;3;4M\x1b[<35;3;4M"), "(mouse up 3,2 0)(mouse down 3,2 0)" },
	{ STR_INIT("\x1b[<20;3;4M\x1b[<72;3;4M"), "(mouse left 3,2 5)(mouse up 3,2 2)" },
	{ STR_INIT("\x1b[<0;0;5M\x1b[<0;5M\x1b[<;;M\x1b[<0;1;1;1Mx"), "(x)" },
	{ STR_INIT("\x1b[M !!x"), "(x)" },
	{ STR_INIT("\x1b[200~two\nlines\x1b[201~x"), "(paste two\nlines)(x)" },
	{ STR_INIT("\x1b[200~\x1b[A\x1b[20\x1b\x1b[201~"), "(paste \x1b[A\x1b[20\x1b)" },
	{ STR_INIT("\x1b[200~\x1b[201~\x1b[201~y"), "(paste )(y)" },
	{ STR_INIT("\x1b[?1;2c\x1b[?64;1;22c\x1b[>1;4000;29c"), "(device 0 0 0 )(device 0 0 0 )" },
	{ STR_INIT("\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c"), "(device 0 0 0 )" },
	{ STR_INIT("\x1b]11;rgb:ffff/8080/0000\x1b\\"), "(background 65535 32896 0 )" },
	{ STR_INIT("\x1b]11;rgb:f/80/000\x07\x1b]11;rgba:1/2/3/4\x07"), "(background 65535 32896 0 )(background 4369 8738 13107 )" },
	{ STR_INIT("\x1b]11;rgb:f/80\x07\x1b]11;rgb:fffff/0/0\x07\x1b]11;rgb:g/0/0\x07\x1b]11;red\x07\x1b]10;rgb:0/0/0\x07z"), "(z)" },
	{ STR_INIT("\x1b[?2026;2$y\x1b[?2026;0$y\x1b[?2026$y"), "(mode 2026 2 0 )(mode 2026 0 0 )" },
	{ STR_INIT("\x1bP>|XTerm(379)\x1b\\\x1bP>|foot\x1b\\"), "(version 0 0 0 XTerm(379))(version 0 0 0 foot)" },
	{ STR_INIT("\x1bP1$r0m\x1b\\\x1b_Gi=1;OK\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\k"), "(k)" },
	{ STR_INIT("\x1b[0n\x1b[3n\x1b[5;7R"), "(ready 0 0 0 )" },
	{ STR_INIT("\x1b[I\x1b[O"), "(focus 1)(focus 0)" },
	/* Unknown or damaged sequences are swallowed whole. */
	{ STR_INIT("\x1b[97u\x1b[?1u\x1b[27;5;97~\x1b[99~\x1b[~\x1b[1;2;3;4;5;6;7;8;9;10A\x1b[1:3Ax"), "(x)" },
	{ STR_INIT("\x1b[999999999999999999999A\x1b[1;99999999999999999999Bx"), "(x)" },
	{ STR_INIT("\x1b[12\x18x\x1b]11;\x1ay"), "(x)(y)" },
	{ STR_INIT("\x1b[1\x1b[B\x1b]0;title\x1b[C\x1bO\x1b[D"), "(<Down>)(<Right>)(<Left>)" },
	{ STR_INIT("\x1b[11111111111111111111111111111111111111111111111111111111111111111111111111Ax"), "(x)" },
};

static void check_cut(size_t i, size_t first, size_t second)
{
	struct str bytes = cases[i].bytes;
	struct record r = { .text = BUF_INIT(10000) };
	struct input *in = open_input();

	input_feed(in, str_head(bytes, first), 1000, record_event, &r);
	input_feed(in, str_head(str_from(bytes, first), second), 2000, record_event, &r);
	input_feed(in, str_from(bytes, first + second), 3000, record_event, &r);
	tick_all(in, &r);
	if (!str_eq(buf_str(&r.text), str_of(cases[i].events)))
		fail_msg("case %zu cut at %zu and %zu: %.*s", i, first, first + second, STR_FMT(buf_str(&r.text)));
	buf_release(&r.text);
	input_free(in);
}

static void input_feed__gives__the_same_events_however_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		for (size_t first = 0; first <= cases[i].bytes.len; first++) {
			check_cut(i, first, cases[i].bytes.len);
			check_cut(i, first, 1);
		}
	}
}

static void input_tick__gives__esc_at_its_deadline(void **state)
{
	struct record r = { .text = BUF_INIT(1000) };
	struct input *in = open_input();

	(void)state;
	assert_int_equal(input_deadline(in), 0);
	input_feed(in, STR("x"), 1000, record_event, &r);
	assert_int_equal(input_deadline(in), 0);
	input_feed(in, STR("\x1b"), 1000, record_event, &r);
	assert_int_equal(input_deadline(in), 1000 + ESC_DELAY_NS);
	input_tick(in, 999 + ESC_DELAY_NS, record_event, &r);
	assert_str(buf_str(&r.text), "(x)");
	input_tick(in, 1000 + ESC_DELAY_NS, record_event, &r);
	assert_str(buf_str(&r.text), "(x)(<Esc>)");
	assert_int_equal(input_deadline(in), 0);
	input_feed(in, STR("[A"), 2000, record_event, &r);
	assert_str(buf_str(&r.text), "(x)(<Esc>)([)(A)");
	buf_release(&r.text);
	input_free(in);
}

/* A sequence without an end takes the keyboard away for a second at most, and gives no keys. */
static void input_tick__drops__sequences_without_an_end(void **state)
{
	static const char *const openings[] = { "\x1b[", "\x1b[1;5", "\x1bO", "\x1b[[", "\x1b[M", "\x1b]11;rgb:", "\x1bP", "\x1b_x\x1b" };

	(void)state;
	for (size_t i = 0; i < COUNT(openings); i++) {
		struct record r = { .text = BUF_INIT(1000) };
		struct input *in = open_input();

		input_feed(in, str_of(openings[i]), 1000, record_event, &r);
		assert_in_range(input_deadline(in), 1001, 1000 + INT64_C(1000000000));
		tick_all(in, &r);
		input_feed(in, STR("j"), ALL_DELAYS_NS * 3, record_event, &r);
		assert_str(buf_str(&r.text), "(j)");
		buf_release(&r.text);
		input_free(in);
	}
}

/* What somebody types meanwhile does not put the end of it off. */
static void input_tick__drops__a_string_although_bytes_come(void **state)
{
	struct record r = { .text = BUF_INIT(1000) };
	struct input *in = open_input();

	(void)state;
	input_feed(in, STR("\x1b]"), 0, record_event, &r);
	for (int64_t now_ns = 1; now_ns < 10; now_ns++)
		input_feed(in, STR("x"), now_ns * 100000000, record_event, &r);
	assert_int_equal(input_deadline(in), 1000000000);
	tick_all(in, &r);
	assert_str(buf_str(&r.text), "");
	buf_release(&r.text);
	input_free(in);
}

static void input_feed__bounds__strings(void **state)
{
	struct record r = { .text = BUF_INIT(10000) };
	struct input *in = open_input();

	(void)state;
	input_feed(in, STR("\x1bP>|"), 1, record_event, &r);
	for (int i = 0; i < 100000; i++)
		input_feed(in, STR("0123456789"), 1, record_event, &r);
	input_feed(in, STR("\x1b\\q"), 1, record_event, &r);
	assert_str(buf_str(&r.text), "(q)");
	buf_release(&r.text);
	input_free(in);
}

static void input_feed__cuts__a_paste_that_is_too_long(void **state)
{
	struct record r = { .text = BUF_INIT(1000) };
	struct input *in = open_input();
	struct buf chunk = BUF_INIT(1u << 20);

	(void)state;
	buf_fill(&chunk, 'p', 100000);
	input_feed(in, STR("\x1b[200~"), 1, record_event, &r);
	for (int i = 0; i < 100; i++)
		input_feed(in, buf_str(&chunk), 1 + i * INT64_C(1000000000), record_event, &r);
	assert_int_equal(r.text.len, 0);
	input_feed(in, STR("\x1b[201~"), INT64_C(100000000000), record_event, &r);
	assert_int_equal(r.paste_len, INPUT_PASTE_BYTES);
	assert_true(r.is_cut);
	input_feed(in, STR("\x1b[200~short\x1b[201~"), INT64_C(100000000000), record_event, &r);
	assert_int_equal(r.paste_len, 5);
	assert_false(r.is_cut);
	buf_release(&chunk);
	buf_release(&r.text);
	input_free(in);
}

static void input_tick__ends__a_paste_that_stalls(void **state)
{
	struct record r = { .text = BUF_INIT(1000) };
	struct input *in = open_input();

	(void)state;
	input_feed(in, STR("\x1b[200~half"), 1, record_event, &r);
	assert_true(input_deadline(in) > INT64_C(1000000000));
	tick_all(in, &r);
	input_feed(in, STR("j"), ALL_DELAYS_NS * 3, record_event, &r);
	assert_str(buf_str(&r.text), "(paste half)(j)");
	buf_release(&r.text);
	input_free(in);
}

static void check_event(void *ctx, const struct event *e)
{
	size_t *count = ctx;

	(*count)++;
	if (e->kind == EVENT_KEY)
		assert_true(e->key.code >= ' ' && e->key.code != 0x7F && e->key.code <= KEY_CODE_F12);
	if (e->kind == EVENT_MOUSE)
		assert_true(e->y >= 0 && e->x >= 0);
	if (e->kind == EVENT_PASTE)
		assert_true(e->text.len <= INPUT_PASTE_BYTES);
}

static void input_feed__survives__random_bytes(void **state)
{
	static const char likely[] = "\x1b\x1b\x1b\x1b[[[]OP_;;0123456789<?$~AMmcyn\x07\\\xE6\x97\xA5 ";
	struct input *in = open_input();
	size_t count = 0;
	uint64_t seed = 3;

	(void)state;
	for (int64_t now_ns = 1; now_ns < 60000; now_ns++) {
		char bytes[40];
		size_t len = test_random(&seed) % sizeof(bytes);

		for (size_t i = 0; i < len; i++)
			bytes[i] = test_random(&seed) % 4 ? likely[test_random(&seed) % (sizeof(likely) - 1)] :
				(char)test_random(&seed);
		input_feed(in, (struct str){ bytes, len }, now_ns, check_event, &count);
		if (test_random(&seed) % 8 == 0) {
			input_tick(in, input_deadline(in), check_event, &count);
			assert_int_equal(input_deadline(in), 0);
		}
	}
	assert_true(count > 1000);
	input_free(in);
}

static void key_name__is__what_key_parse_reads(void **state)
{
	static const struct {
		const char *text, *shown;
		struct key key;
	} keys[] = {
		{ "j", "j", { 'j', 0 } },
		{ "<", "<lt>", { '<', 0 } },
		{ ">", ">", { '>', 0 } },
		{ "é", "é", { 0xE9, 0 } },
		{ "<Space>", "<Space>", { ' ', 0 } },
		{ "<lt>", "<lt>", { '<', 0 } },
		{ "<down>", "<Down>", { KEY_CODE_DOWN, 0 } },
		{ "<PgUp>", "<PageUp>", { KEY_CODE_PAGE_UP, 0 } },
		{ "<CR>", "<Enter>", { KEY_CODE_ENTER, 0 } },
		{ "<C-d>", "<C-d>", { 'd', MOD_CTRL } },
		{ "<c-D>", "<C-d>", { 'd', MOD_CTRL } },
		{ "<C-[>", "<Esc>", { KEY_CODE_ESC, 0 } },
		{ "<C-m>", "<Enter>", { KEY_CODE_ENTER, 0 } },
		{ "<C-i>", "<Tab>", { KEY_CODE_TAB, 0 } },
		{ "<C-h>", "<Backspace>", { KEY_CODE_BACKSPACE, 0 } },
		{ "<C-Space>", "<C-Space>", { ' ', MOD_CTRL } },
		{ "<C-@>", "<C-Space>", { ' ', MOD_CTRL } },
		{ "<C-\\>", "<C-\\>", { '\\', MOD_CTRL } },
		{ "<S-Tab>", "<S-Tab>", { KEY_CODE_TAB, MOD_SHIFT } },
		{ "<M-x>", "<A-x>", { 'x', MOD_ALT } },
		{ "<A-lt>", "<A-lt>", { '<', MOD_ALT } },
		{ "<C-A-S-Left>", "<C-A-S-Left>", { KEY_CODE_LEFT, MOD_CTRL | MOD_ALT | MOD_SHIFT } },
		{ "<f1>", "<F1>", { KEY_CODE_F1, 0 } },
		{ "<S-F12>", "<S-F12>", { KEY_CODE_F12, MOD_SHIFT } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++) {
		struct key got = { 0 }, again = { 0 };
		char name[24];

		assert_true(key_parse(str_of(keys[i].text), &got));
		assert_true(key_eq(got, keys[i].key));
		key_name(got, name);
		assert_string_equal(name, keys[i].shown);
		assert_true(key_parse(str_of(name), &again));
		assert_true(key_eq(got, again));
	}
}

static void key_parse__refuses__what_no_terminal_sends(void **state)
{
	static const char *const bad[] = { "", " ", "jj", "<>", "<C->", "<C-1>", "<S-a>", "<F0>", "<F13>", "<F01>",
		"<Foo>", "<C-Foo>", "Down", "<A-[>", "<A-O>", "\x1b", "\xff", "<C-é>", "<X-a>" };
	struct key key = { 7, 7 };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		if (key_parse(str_of(bad[i]), &key))
			fail_msg("'%s' is taken for a key", bad[i]);
		assert_true(key_eq(key, (struct key){ 7, 7 }));
	}
}

SUITE(event,
	cmocka_unit_test(input_feed__gives__the_same_events_however_cut),
	cmocka_unit_test(input_tick__gives__esc_at_its_deadline),
	cmocka_unit_test(input_tick__drops__sequences_without_an_end),
	cmocka_unit_test(input_tick__drops__a_string_although_bytes_come),
	cmocka_unit_test(input_feed__bounds__strings),
	cmocka_unit_test(input_feed__cuts__a_paste_that_is_too_long),
	cmocka_unit_test(input_tick__ends__a_paste_that_stalls),
	cmocka_unit_test(input_feed__survives__random_bytes),
	cmocka_unit_test(key_name__is__what_key_parse_reads),
	cmocka_unit_test(key_parse__refuses__what_no_terminal_sends),
);
