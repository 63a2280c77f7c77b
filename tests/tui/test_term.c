/* SPDX-License-Identifier: Apache-2.0 */
/* The bytes of frames, shown by an emulator: what it shows is the surface. */
#include "tests/support/suite.h"

#include <locale.h>
#include <signal.h>
#include <vterm.h>

#include "base/text.h"
#include "tui/term.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* An emulator, the term that writes to it, and what the term was given. */
struct rig {
	struct term *term;
	VTerm *vt;
	VTermScreen *screen;
	struct surface surface;
	struct theme theme;
	int32_t colors;
	bool is_console; /* which shows no underline in colour */
	bool is_cursor_shown, is_alternate;
	int mouse;
	char note[160];
};

static int on_property(VTermProp prop, VTermValue *value, void *ctx)
{
	struct rig *rig = ctx;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		rig->is_cursor_shown = value->boolean;
	else if (prop == VTERM_PROP_ALTSCREEN)
		rig->is_alternate = value->boolean;
	else if (prop == VTERM_PROP_MOUSE)
		rig->mouse = value->number;
	return 1;
}

static const VTermScreenCallbacks callbacks = { .settermprop = on_property };

static void show(struct rig *rig, struct str bytes)
{
	if (bytes.len)
		vterm_input_write(rig->vt, bytes.at, bytes.len);
}

static struct str frame(struct rig *rig)
{
	return term_frame(rig->term, &rig->surface, -1, 0);
}

static void rig_open(struct rig *rig, const char *name, int rows, int cols, int32_t colors)
{
	struct err err = { 0 };
	struct term_options options = { .name = name, .rows = rows, .cols = cols, .colors = colors,
		.has_mouse = true, .theme = &rig->theme };

	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	*rig = (struct rig){ .surface = { .has_utf8 = true }, .is_cursor_shown = true,
		.is_console = !strcmp(name, "linux") };
	assert_true(theme_shipped(STR("dark"), &rig->theme));
	rig->vt = vterm_new(rows, cols);
	vterm_set_utf8(rig->vt, 1);
	rig->screen = vterm_obtain_screen(rig->vt);
	vterm_screen_set_callbacks(rig->screen, &callbacks, rig);
	vterm_screen_enable_altscreen(rig->screen, 1);
	vterm_screen_reset(rig->screen, 1);
	assert_ok(term_open(&rig->term, &options, rig->note, &err), &err);
	assert_ok(surface_resize(&rig->surface, rows, cols), &err);
	rig->colors = term_colors(rig->term);
	show(rig, term_enter(rig->term));
}

static void rig_close(struct rig *rig)
{
	term_close(rig->term);
	vterm_free(rig->vt);
	surface_release(&rig->surface);
}

static int32_t color_index(const VTermColor *c)
{
	if (VTERM_COLOR_IS_DEFAULT_FG(c) || VTERM_COLOR_IS_DEFAULT_BG(c))
		return COLOR_DEFAULT;
	return VTERM_COLOR_IS_INDEXED(c) ? c->indexed.idx : COLOR_RGB(c->rgb.red, c->rgb.green, c->rgb.blue);
}

/* The emulator makes bold text of the eight colours bright, as many terminals do. */
static bool is_color(int32_t shown, int32_t wanted, unsigned attrs)
{
	return shown == wanted || (attrs & ATTR_BOLD && wanted >= 0 && wanted < 8 && shown == wanted + 8);
}

static void assert_cell(const struct rig *rig, int y, int x)
{
	const struct cell *c = &rig->surface.cells[y * rig->surface.cols + x];
	struct style style = style_lower(rig->theme.styles[c->role], rig->colors);
	unsigned attrs = style.attrs | c->attrs;
	VTermScreenCell got;
	bool is_blank;

	vterm_screen_get_cell(rig->screen, (VTermPos){ y, x }, &got);
	if (!c->width) {
		assert_int_equal(got.chars[0], (uint32_t)-1);
		return;
	}
	is_blank = c->points[0] == ' ' && !c->points[1];
	if (!is_blank || got.chars[0])
		for (size_t i = 0; i < CELL_POINTS && (i == 0 || c->points[i - 1]); i++)
			assert_int_equal(got.chars[i], c->points[i]);
	assert_int_equal(got.width, c->width);
	assert_int_equal(!!got.attrs.reverse, !!(attrs & ATTR_REVERSE));
	if (!rig->is_console || style.fg == COLOR_DEFAULT)
		assert_int_equal(!!got.attrs.underline, !!(attrs & ATTR_UNDERLINE));
	assert_true(is_color(color_index(&got.bg), style.bg, 0));
	if (!is_blank) {
		assert_int_equal(!!got.attrs.bold, !!(attrs & ATTR_BOLD));
		assert_true(is_color(color_index(&got.fg), style.fg, attrs));
	}
}

static void assert_shown(const struct rig *rig)
{
	for (int y = 0; y < rig->surface.rows; y++) {
		for (int x = 0; x < rig->surface.cols; x++)
			assert_cell(rig, y, x);
	}
}

static const char *const words[] = { "alpha", "$1,234.56", "日本語", "é", "e\xCC\x81", "한국", "▁▂▃█", "│──┼",
	"   ", "😀", "x", "●", "…", "⣿⣀", "Ω", "                    " };

static void draw_random(struct surface *s, uint64_t *seed)
{
	for (uint64_t n = test_random(seed) % 12; n > 0; n--) {
		int y = (int)(test_random(seed) % (uint64_t)s->rows), x = (int)(test_random(seed) % (uint64_t)s->cols);
		enum role role = (enum role)(test_random(seed) % ROLES);
		/* What every emulator shows alike: not dim, not italic. */
		unsigned attrs = test_random(seed) % 4 ? 0 : (unsigned[]){ ATTR_BOLD, ATTR_UNDERLINE,
			ATTR_REVERSE }[test_random(seed) % 3];

		surface_put(s, y, x, s->cols, str_of(words[test_random(seed) % COUNT(words)]), role, attrs);
		if (test_random(seed) % 8 == 0)
			surface_style(s, (struct rect){ y, 0, 1, s->cols }, ROLE_SEL, 0);
		if (test_random(seed) % 40 == 0)
			surface_clear(s);
	}
}

/* This emulator takes a mark in the last column for a glyph of the next row; and near the
 * corner there are no wide glyphs. */
static void avoid_edges(struct surface *s)
{
	for (int y = 0; y < s->rows; y++)
		memset(&s->cells[(y + 1) * s->cols - 1].points[1], 0, (CELL_POINTS - 1) * sizeof(uint32_t));
	surface_fill(s, (struct rect){ s->rows - 1, s->cols - 3, 1, 3 }, 'c', ROLE_TEXT, 0);
}

static void resize_random(struct rig *rig, uint64_t *seed)
{
	int rows = 1 + (int)(test_random(seed) % 40), cols = 2 + (int)(test_random(seed) % 130);

	vterm_set_size(rig->vt, rows, cols);
	assert_int_equal(term_resize(rig->term, rows, cols), LL_OK);
	assert_int_equal(surface_resize(&rig->surface, rows, cols), LL_OK);
}

static const char *const terms[] = { "xterm", "xterm-256color", "linux", "vt100", "screen-256color", "tmux-256color" };

static void check_random_frames(const char *name, int32_t colors, uint64_t seed)
{
	struct rig rig;

	rig_open(&rig, name, 24, 80, colors);
	for (int i = 0; i < 150; i++) {
		if (test_random(&seed) % 20 == 0)
			resize_random(&rig, &seed);
		if (test_random(&seed) % 15 == 0) {
			assert_true(theme_shipped(str_of(theme_names[test_random(&seed) % 4]), &rig.theme));
			term_theme(rig.term, &rig.theme);
		}
		if (test_random(&seed) % 25 == 0)
			term_sync(rig.term, test_random(&seed) % 2);
		draw_random(&rig.surface, &seed);
		avoid_edges(&rig.surface);
		show(&rig, frame(&rig));
		assert_shown(&rig);
	}
	term_invalidate(rig.term);
	show(&rig, frame(&rig));
	assert_shown(&rig);
	rig_close(&rig);
}

static void term_frame__shows__the_surface(void **state)
{
	static const int32_t depths[] = { -1, 0, 8, 16, 256 };

	(void)state;
	for (size_t t = 0; t < COUNT(terms); t++) {
		for (size_t d = 0; d < COUNT(depths); d++)
			check_random_frames(terms[t], depths[d], 1 + t * 10 + d);
	}
}

/* Down to a single cell. */
static void term_frame__shows__any_size(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 3, 400 }, { 120, 3 }, { 120, 400 } };
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		vterm_set_size(rig.vt, sizes[i][0], sizes[i][1]);
		assert_int_equal(term_resize(rig.term, sizes[i][0], sizes[i][1]), LL_OK);
		assert_int_equal(surface_resize(&rig.surface, sizes[i][0], sizes[i][1]), LL_OK);
		surface_fill(&rig.surface, (struct rect){ 0, 0, 120, 400 }, '#', ROLE_OK, 0);
		show(&rig, frame(&rig));
		assert_shown(&rig);
	}
	rig_close(&rig);
}

static void term_frame__is__empty_when_nothing_changed(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	term_sync(rig.term, true);
	surface_put(&rig.surface, 3, 3, 20, STR("something"), ROLE_OK, 0);
	show(&rig, frame(&rig));
	assert_int_equal(frame(&rig).len, 0);
	surface_clear(&rig.surface);
	surface_put(&rig.surface, 3, 3, 20, STR("something"), ROLE_OK, 0);
	assert_int_equal(frame(&rig).len, 0);
	rig_close(&rig);
}

static void term_frame__is__small_when_one_cell_changed(void **state)
{
	struct rig rig;
	struct str bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(terms); i++) {
		rig_open(&rig, terms[i], 24, 80, -1);
		show(&rig, frame(&rig));
		surface_put(&rig.surface, 12, 40, 1, STR("x"), ROLE_ERR, 0);
		bytes = frame(&rig);
		assert_in_range(bytes.len, 1, 59);
		show(&rig, bytes);
		assert_shown(&rig);
		rig_close(&rig);
	}
}

static void term_frame__is__wrapped_once_sync_is_known(void **state)
{
	struct rig rig;
	struct str bytes;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	surface_put(&rig.surface, 0, 0, 1, STR("a"), ROLE_TEXT, 0);
	assert_false(str_has(frame(&rig), STR("2026")));
	term_sync(rig.term, true);
	surface_put(&rig.surface, 0, 0, 1, STR("b"), ROLE_TEXT, 0);
	bytes = frame(&rig);
	assert_true(str_starts(bytes, STR("\x1b[?2026h")));
	assert_true(str_ends(bytes, STR("\x1b[?2026l")));
	rig_close(&rig);
}

static void assert_cursor(struct rig *rig, int y, int x)
{
	VTermPos at;

	show(rig, term_frame(rig->term, &rig->surface, y, x));
	vterm_state_get_cursorpos(vterm_obtain_state(rig->vt), &at);
	assert_int_equal(rig->is_cursor_shown, y >= 0);
	if (y >= 0) {
		assert_int_equal(at.row, y);
		assert_int_equal(at.col, x);
	}
}

static void term_frame__places__the_cursor_last(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	assert_false(rig.is_cursor_shown);
	assert_cursor(&rig, 5, 7);
	surface_put(&rig.surface, 20, 0, 10, STR("elsewhere"), ROLE_TEXT, 0);
	assert_cursor(&rig, 5, 7);
	assert_cursor(&rig, 5, 8);
	assert_cursor(&rig, -1, 0);
	surface_put(&rig.surface, 21, 0, 10, STR("more"), ROLE_TEXT, 0);
	assert_cursor(&rig, -1, 0);
	assert_cursor(&rig, 23, 79);
	assert_shown(&rig);
	rig_close(&rig);
}

/* A frame after garbage on the screen leaves nothing of it. */
static void term_invalidate__draws__every_cell(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	surface_put(&rig.surface, 3, 3, 20, STR("something"), ROLE_OK, 0);
	show(&rig, frame(&rig));
	show(&rig, STR("\x1b[2;2Hgarbage\x1b[1;31mmore\r\n"));
	term_invalidate(rig.term);
	show(&rig, frame(&rig));
	assert_shown(&rig);
	rig_close(&rig);
}

static void term_enter__asks__the_terminal(void **state)
{
	struct rig rig;
	struct str bytes;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	assert_true(rig.is_alternate);
	assert_int_equal(rig.mouse, VTERM_PROP_MOUSE_CLICK);
	term_leave(rig.term);
	bytes = term_enter(rig.term);
	assert_true(str_has(bytes, STR("\x1b]11;?\x1b\\\x1b[?2026$p\x1b[>0q\x1b[c")));
	assert_true(str_has(bytes, STR("\x1b[?2004h")));
	rig_close(&rig);
}

/* A console that shows what it does not know is asked what every terminal answers. */
static void term_enter__asks__little_of_old_terminals(void **state)
{
	struct rig rig;
	struct str bytes;

	(void)state;
	rig_open(&rig, "linux", 24, 80, -1);
	term_leave(rig.term);
	bytes = term_enter(rig.term);
	assert_true(str_has(bytes, STR("\x1b[c")));
	assert_false(str_has(bytes, STR("\x1b]11")));
	assert_false(str_has(bytes, STR("2026")));
	assert_false(str_has(bytes, STR("\x1b[>")));
	assert_false(str_has(bytes, STR("1000")));
	assert_int_equal(term_mouse(rig.term, true).len, 0);
	rig_close(&rig);
}

static void assert_restored(const struct rig *rig)
{
	assert_false(rig->is_alternate);
	assert_true(rig->is_cursor_shown);
	assert_int_equal(rig->mouse, VTERM_PROP_MOUSE_NONE);
}

static void term_leave__restores__the_terminal(void **state)
{
	struct rig rig;
	struct str bytes;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	surface_put(&rig.surface, 3, 3, 20, STR("something"), ROLE_OK, 0);
	show(&rig, frame(&rig));
	bytes = term_leave(rig.term);
	assert_true(str_has(bytes, STR("\x1b[?2004l")));
	show(&rig, bytes);
	assert_restored(&rig);
	assert_int_equal(term_leave(rig.term).len, 0);
	rig_close(&rig);
}

static void term_enter__shows__all_again_after_leave(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	surface_put(&rig.surface, 3, 3, 20, STR("something"), ROLE_OK, 0);
	show(&rig, frame(&rig));
	for (int i = 0; i < 3; i++) {
		show(&rig, term_leave(rig.term));
		show(&rig, STR("\x1b[31mshell\r\nshell\r\n"));
		show(&rig, term_enter(rig.term));
		show(&rig, frame(&rig));
		assert_true(rig.is_alternate);
		assert_false(rig.is_cursor_shown);
		assert_shown(&rig);
	}
	rig_close(&rig);
}

static void term_mouse__switches__reports(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	show(&rig, term_mouse(rig.term, false));
	assert_int_equal(rig.mouse, VTERM_PROP_MOUSE_NONE);
	show(&rig, term_leave(rig.term));
	show(&rig, term_enter(rig.term));
	assert_int_equal(rig.mouse, VTERM_PROP_MOUSE_NONE);
	show(&rig, term_mouse(rig.term, true));
	assert_int_equal(rig.mouse, VTERM_PROP_MOUSE_CLICK);
	rig_close(&rig);
}

static void term_rescue__restores__in_the_middle_of_a_frame(void **state)
{
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm-256color", 24, 80, -1);
	show(&rig, term_frame(rig.term, &rig.surface, 3, 3));
	show(&rig, term_frame(rig.term, &rig.surface, -1, 0));
	show(&rig, STR("\x1b[?2026h\x1b[1;31mhalf a fra"));
	show(&rig, (struct str){ term_rescue, term_rescue_len });
	assert_restored(&rig);
	rig_close(&rig);
}

static void term_open__falls_back__when_the_name_is_unknown(void **state)
{
	static const struct {
		const char *name, *note;
		int32_t colors;
	} cases[] = {
		{ "xterm-kitty-of-tomorrow", "no terminal description for 'xterm-kitty-of-tomorrow': using xterm-256color", 256 },
		{ "foot-extra-new", "no terminal description for 'foot-extra-new': using xterm-256color", 256 },
		{ "nonsense-256color", "no terminal description for 'nonsense-256color': using xterm-256color", 256 },
		{ "teletype9000", "no terminal description for 'teletype9000': using vt100", 0 },
		{ "../../etc/passwd", "no terminal description for '../../etc/passwd': using vt100", 0 },
		{ "", "TERM is not set: using vt100", 0 },
		{ "xterm-256color", "", 256 },
	};
	struct rig rig;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		rig_open(&rig, cases[i].name, 24, 80, -1);
		assert_string_equal(rig.note, cases[i].note);
		assert_int_equal(rig.colors, cases[i].colors);
		surface_put(&rig.surface, 1, 1, 20, STR("shown"), ROLE_SEL, 0);
		show(&rig, frame(&rig));
		assert_shown(&rig);
		rig_close(&rig);
	}
}

static void term_open__refuses__what_cannot_place_a_cursor(void **state)
{
	struct theme theme;
	struct err err = { 0 };
	struct term *term = NULL;
	char note[160];

	(void)state;
	assert_true(theme_shipped(STR("dark"), &theme));
	assert_int_equal(term_open(&term, &(struct term_options){ .name = "dumb", .rows = 24, .cols = 80,
		.colors = -1, .theme = &theme }, note, &err), LL_EUNSUPPORTED);
	assert_string_equal(err.msg, "terminal 'dumb' cannot place its cursor");
	assert_null(term);
}

static void term_open__leaves__signals_alone(void **state)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
	struct rig rig;

	(void)state;
	rig_open(&rig, "xterm", 24, 80, -1);
	show(&rig, frame(&rig));
	for (size_t i = 0; i < COUNT(signals); i++) {
		struct sigaction now;

		assert_int_equal(sigaction(signals[i], NULL, &now), 0);
		assert_true(now.sa_handler == SIG_DFL);
	}
	rig_close(&rig);
}

/* Where the C library and we differ about a width, a stand-in of our width is shown. */
static void term_frame__keeps__columns_when_widths_differ(void **state)
{
	struct rig rig;
	VTermScreenCell got;

	(void)state;
	rig_open(&rig, "xterm-256color", 2, 20, -1);
	surface_put(&rig.surface, 0, 0, 20, STR("\xE4\xB7\x80" "|"), ROLE_TEXT, 0);
	show(&rig, frame(&rig));
	vterm_screen_get_cell(rig.screen, (VTermPos){ 0, 1 }, &got);
	assert_int_equal(got.chars[0], '|');
	rig_close(&rig);
}

SUITE(term,
	cmocka_unit_test(term_frame__shows__the_surface),
	cmocka_unit_test(term_frame__shows__any_size),
	cmocka_unit_test(term_frame__is__empty_when_nothing_changed),
	cmocka_unit_test(term_frame__is__small_when_one_cell_changed),
	cmocka_unit_test(term_frame__is__wrapped_once_sync_is_known),
	cmocka_unit_test(term_frame__places__the_cursor_last),
	cmocka_unit_test(term_frame__keeps__columns_when_widths_differ),
	cmocka_unit_test(term_invalidate__draws__every_cell),
	cmocka_unit_test(term_enter__asks__the_terminal),
	cmocka_unit_test(term_enter__asks__little_of_old_terminals),
	cmocka_unit_test(term_leave__restores__the_terminal),
	cmocka_unit_test(term_enter__shows__all_again_after_leave),
	cmocka_unit_test(term_mouse__switches__reports),
	cmocka_unit_test(term_rescue__restores__in_the_middle_of_a_frame),
	cmocka_unit_test(term_open__falls_back__when_the_name_is_unknown),
	cmocka_unit_test(term_open__refuses__what_cannot_place_a_cursor),
	cmocka_unit_test(term_open__leaves__signals_alone),
);
