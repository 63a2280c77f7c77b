/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ncurses without a terminal: it writes into a memfd, and every call that makes it write is
 * followed by take(), which reads the file back. So a frame is one piece, no call blocks, and
 * the real terminal's modes and signals stay app's business.
 *
 * Each role has a colour pair of its own (role + 1), set again when the theme changes; so the pairs
 * never run out where there are colours at all.
 */
#include "tui/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

#include "base/mem.h"
#include "tui/terminfo.h"

#define FRAME_BYTES_MAX (16u << 20)
#define REPLACEMENT L'\xFFFD'

struct term {
	SCREEN *screen;
	FILE *capture_file, *no_input;
	int capture_fd;
	struct buf out;            /* what the last call returned */
	int32_t colors;
	struct style styles[ROLES]; /* of the theme, for so many colours */
	struct surface shown;      /* what the last frame showed */
	cchar_t *row;              /* scratch: one row of the widest surface */
	bool is_plain;             /* too old for queries, paste marks and the mouse */
	bool has_mouse, has_sync, is_entered, is_cursor_on;
	bool must_draw;            /* every row, as `shown` no longer tells */
	bool is_unknown;           /* what the terminal shows, and in which attributes it writes */
};

static const int curses_signals[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };
#define SIGNALS (sizeof(curses_signals) / sizeof(curses_signals[0]))

static const char mouse_on[] = "\x1b[?1000h\x1b[?1006h";
static const char mouse_off[] = "\x1b[?1000l\x1b[?1006l";
static const char paste_on[] = "\x1b[?2004h";
static const char paste_off[] = "\x1b[?2004l";
static const char plain_text[] = "\x1b[0m";
static const char sync_begin[] = "\x1b[?2026h";
static const char sync_end[] = "\x1b[?2026l";

static const char device_query[] = "\x1b[c";
/* OSC 11, DECRQM 2026, XTVERSION, DA1; then home and clear, for terminals that show part of a
 * question which they do not know. */
static const char queries[] = "\x1b]11;?\x1b\\\x1b[?2026$p\x1b[>0q\x1b[c\x1b[H\x1b[2J";

static const char *const plain_names[];
static const char *const modern_names[];

/* --- capture ----------------------------------------------------------------------------- */

/* Moves to t->out what ncurses has written since the last time. */
static void take(struct term *t)
{
	off_t size = fflush(t->capture_file) == 0 ? lseek(t->capture_fd, 0, SEEK_CUR) : 0;
	char *room = size > 0 ? buf_reserve(&t->out, (size_t)size) : NULL;
	ssize_t got = room ? pread(t->capture_fd, room, (size_t)size, 0) : 0;

	if (got > 0)
		t->out.len += (size_t)got;
	if (lseek(t->capture_fd, 0, SEEK_SET) != 0 || ftruncate(t->capture_fd, 0) != 0)
		PRE(!"a memfd can be rewound");
}

/* A piece that did not fit in memory is no piece: what the terminal shows is then unknown. */
static struct str finish(struct term *t)
{
	if (buf_status(&t->out) == LL_OK)
		return buf_str(&t->out);
	term_invalidate(t);
	return (struct str){ NULL, 0 };
}

/* --- opening ----------------------------------------------------------------------------- */

static bool name_starts(const char *name, const char *const *prefixes)
{
	for (; *prefixes; prefixes++) {
		if (str_starts(str_of(name), str_of(*prefixes)))
			return true;
	}
	return false;
}

/* newterm() takes four signals that are still at their default; they are app's. */
static SCREEN *newterm_quietly(const char *name, struct term *t)
{
	struct sigaction before[SIGNALS];
	SCREEN *screen;

	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(curses_signals[i], NULL, &before[i]);
	screen = newterm(name, t->capture_file, t->no_input);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(curses_signals[i], &before[i], NULL);
	return screen;
}

/* Whether the entry can do what every frame needs. */
static bool can_address(void)
{
	const char *cup = tigetstr("cup");

	return cup && cup != (char *)-1;
}

static bool is_modern(const char *name)
{
	return strstr(name, "256color") || strstr(name, "direct") || name_starts(name, modern_names);
}

static enum ll_err screen_open(struct term *t, const char *asked, char note[160], struct err *err)
{
	const char *const names[] = { asked, is_modern(asked) ? "xterm-256color" : "vt100", "vt100" };
	size_t i;

	for (i = 0; i < 3 && !t->screen; i++)
		t->screen = terminfo_has(names[i]) ? newterm_quietly(names[i], t) : NULL;
	if (!t->screen)
		return ll_fail(err, LL_EUNSUPPORTED, "no terminal description for '%.60s' nor for 'vt100'",
			asked);
	if (!can_address())
		return ll_fail(err, LL_EUNSUPPORTED, "terminal '%.60s' cannot place its cursor",
			names[i - 1]);
	if (i > 1 && *asked)
		snprintf(note, 160, "no terminal description for '%.60s': using %s", asked,
			names[i - 1]);
	else if (i > 1)
		snprintf(note, 160, "TERM is not set: using %s", names[i - 1]);
	t->is_plain = name_starts(names[i - 1], plain_names);
	return LL_OK;
}

static enum ll_err capture_open(struct term *t, struct err *err)
{
	int input_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	t->no_input = input_fd < 0 ? NULL : fdopen(input_fd, "r");
	if (!t->no_input)
		return ll_fail_errno(err, errno, "cannot open '/dev/null'");
	t->capture_fd = memfd_create("llmlab-frame", MFD_CLOEXEC);
	t->capture_file = t->capture_fd < 0 ? NULL : fdopen(t->capture_fd, "w");
	if (!t->capture_file)
		return ll_fail_errno(err, errno, "cannot make a file in memory");
	return LL_OK;
}

static int32_t usable_colors(int32_t wanted)
{
	int32_t has = has_colors() && use_default_colors() == OK ? COLORS : 0;

	if (has > 0 && COLOR_PAIRS <= ROLES)
		has = 0;
	return wanted >= 0 && wanted < has ? wanted : has;
}

static void window_setup(void)
{
	/* There is nobody to type ahead of a frame; whole lines are sent rather than shifted. */
	typeahead(-1);
	idlok(stdscr, FALSE);
	idcok(stdscr, FALSE);
	leaveok(stdscr, TRUE);
}

enum ll_err term_open(struct term **out, const struct term_options *options, char note[160],
	struct err *err)
{
	struct term *t = ll_alloc(sizeof(*t));
	enum ll_err code;

	t->capture_fd = -1;
	t->has_mouse = options->has_mouse;
	buf_init(&t->out, FRAME_BYTES_MAX);
	use_env(FALSE);
	use_tioctl(TRUE);
	note[0] = '\0';
	code = capture_open(t, err);
	if (code == LL_OK)
		code = screen_open(t, options->name ? options->name : "", note, err);
	if (code != LL_OK)
		goto out;
	start_color();
	t->colors = usable_colors(options->colors);
	window_setup();
	term_theme(t, options->theme);
	code = term_resize(t, options->rows, options->cols);
	if (code != LL_OK)
		ll_fail(err, code, "no memory for a screen of %dx%d", options->cols, options->rows);
out:
	if (code == LL_OK)
		*out = t;
	else
		term_close(t);
	return code;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	if (t->screen) {
		if (!isendwin())
			endwin();
		delscreen(t->screen);
	}
	if (t->capture_file)
		fclose(t->capture_file);
	else if (t->capture_fd >= 0)
		close(t->capture_fd);
	if (t->no_input)
		fclose(t->no_input);
	surface_release(&t->shown);
	buf_release(&t->out);
	ll_free(t->row);
	ll_free(t);
}

/* --- settings ---------------------------------------------------------------------------- */

int32_t term_colors(const struct term *t)
{
	return t->colors;
}

/* Entries with direct colour count 0..7 as the palette and the rest as red, green, blue. */
static int color_number(int32_t color)
{
	int rgb = color & 0xFFFFFF;

	return color < 256 ? color : rgb < 8 ? 8 : rgb;
}

static int pair_of(const struct term *t, enum role role)
{
	const struct style *s = &t->styles[role];

	return s->fg == COLOR_DEFAULT && s->bg == COLOR_DEFAULT ? 0 : (int)role + 1;
}

void term_theme(struct term *t, const struct theme *theme)
{
	for (enum role role = 0; role < ROLES; role++) {
		struct style *s = &t->styles[role];

		*s = style_lower(theme->styles[role], t->colors);
		if (pair_of(t, role))
			init_extended_pair(pair_of(t, role), color_number(s->fg),
				color_number(s->bg));
	}
	t->must_draw = true;
}

enum ll_err term_resize(struct term *t, int rows, int cols)
{
	cchar_t *row = ll_try_alloc((size_t)cols * sizeof(*row));

	if (!row)
		return LL_ENOMEM;
	ll_free(t->row);
	t->row = row;
	if (surface_resize(&t->shown, rows, cols) != LL_OK || resize_term(rows, cols) != OK)
		return LL_ENOMEM;
	term_invalidate(t);
	return LL_OK;
}

void term_sync(struct term *t, bool is_known)
{
	t->has_sync = is_known;
}

void term_invalidate(struct term *t)
{
	clearok(curscr, TRUE);
	t->must_draw = true;
	t->is_unknown = true;
}

/* --- frames ------------------------------------------------------------------------------ */

static attr_t curses_attrs(unsigned attrs)
{
	static const struct {
		enum attr attr;
		attr_t curses;
	} pairs[] = {
		{ ATTR_BOLD, A_BOLD },
		{ ATTR_DIM, A_DIM },
		{ ATTR_ITALIC, A_ITALIC },
		{ ATTR_UNDERLINE, A_UNDERLINE },
		{ ATTR_REVERSE, A_REVERSE },
	};
	attr_t out = A_NORMAL;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		out |= attrs & pairs[i].attr ? pairs[i].curses : A_NORMAL;
	return out;
}

/* The C library has to agree on the width, or ncurses would lose count of the columns. */
static bool points_of(const struct cell *c, wchar_t out[CELL_POINTS + 1])
{
	size_t count = 0;

	if (wcwidth((wchar_t)c->points[0]) != c->width) {
		out[0] = wcwidth(REPLACEMENT) == 1 ? REPLACEMENT : L'?';
		out[1] = L'\0';
		return false;
	}
	out[count++] = (wchar_t)c->points[0];
	for (size_t i = 1; i < CELL_POINTS && c->points[i]; i++) {
		if (wcwidth((wchar_t)c->points[i]) == 0)
			out[count++] = (wchar_t)c->points[i];
	}
	out[count] = L'\0';
	return true;
}

/* Appends a cell to the scratch row; a wide glyph is one entry, its stand-in two. */
static size_t add_cell(struct term *t, size_t at, const struct cell *c)
{
	const struct style *style = &t->styles[c->role];
	attr_t attrs = curses_attrs(style->attrs | c->attrs);
	int pair = pair_of(t, (enum role)c->role);
	wchar_t points[CELL_POINTS + 1];
	size_t entries = points_of(c, points) ? 1 : c->width;

	for (size_t i = 0; i < entries; i++)
		setcchar(&t->row[at++], points, attrs, (short)pair, &pair);
	return at;
}

static void draw_row(struct term *t, const struct surface *s, int y)
{
	const struct cell *cells = &s->cells[(size_t)y * (size_t)s->cols];
	size_t count = 0;

	for (int x = 0; x < s->cols; x++) {
		struct cell cell = cells[x];

		/* ncurses reaches the corner by inserting beside it, which takes a wide glyph apart. */
		if (y == s->rows - 1 && x >= s->cols - 3 && cell.width == 2)
			cell.points[0] = (uint32_t)REPLACEMENT;
		if (cell.width)
			count = add_cell(t, count, &cell);
	}
	mvwadd_wchnstr(stdscr, y, 0, t->row, (int)count);
}

static void draw_changes(struct term *t, const struct surface *s)
{
	size_t row_bytes = (size_t)s->cols * sizeof(*s->cells);

	for (int y = 0; y < s->rows; y++) {
		size_t first = (size_t)y * (size_t)s->cols;

		if (!t->must_draw && !memcmp(&s->cells[first], &t->shown.cells[first], row_bytes))
			continue;
		draw_row(t, s, y);
		memcpy(&t->shown.cells[first], &s->cells[first], row_bytes);
	}
	t->must_draw = false;
}

/* ncurses places the cursor as the last thing of a frame. */
static void update(struct term *t, int cursor_y, int cursor_x)
{
	bool is_on = cursor_y >= 0;

	if (!is_on && t->is_cursor_on)
		curs_set(0);
	leaveok(stdscr, !is_on);
	if (is_on)
		wmove(stdscr, cursor_y, cursor_x);
	wnoutrefresh(stdscr);
	doupdate();
	if (is_on && !t->is_cursor_on)
		curs_set(1);
	t->is_cursor_on = is_on;
}

struct str term_frame(struct term *t, const struct surface *s, int cursor_y, int cursor_x)
{
	size_t empty;

	PRE(t->is_entered && s->rows == t->shown.rows && s->cols == t->shown.cols);
	buf_clear(&t->out);
	draw_changes(t, s);
	update(t, cursor_y, cursor_x);
	if (t->has_sync)
		buf_addz(&t->out, sync_begin);
	empty = t->out.len;
	if (t->is_unknown)
		buf_addz(&t->out, plain_text);
	t->is_unknown = false;
	take(t);
	if (t->out.len == empty)
		buf_clear(&t->out);
	else if (t->has_sync)
		buf_addz(&t->out, sync_end);
	return finish(t);
}

struct str term_enter(struct term *t)
{
	buf_clear(&t->out);
	werase(stdscr);
	t->is_cursor_on = true;
	term_invalidate(t);
	update(t, -1, 0);
	take(t);
	buf_addz(&t->out, t->is_plain ? device_query : queries);
	if (!t->is_plain)
		buf_addz(&t->out, paste_on);
	if (!t->is_plain && t->has_mouse)
		buf_addz(&t->out, mouse_on);
	t->is_entered = true;
	return finish(t);
}

struct str term_leave(struct term *t)
{
	buf_clear(&t->out);
	if (!t->is_entered)
		return buf_str(&t->out);
	if (!t->is_plain) {
		buf_addz(&t->out, mouse_off);
		buf_addz(&t->out, paste_off);
	}
	endwin();
	take(t);
	t->is_entered = false;
	return finish(t);
}

struct str term_mouse(struct term *t, bool is_on)
{
	buf_clear(&t->out);
	t->has_mouse = is_on;
	if (t->is_entered && !t->is_plain)
		buf_addz(&t->out, is_on ? mouse_on : mouse_off);
	return finish(t);
}

const char term_rescue[] = "\x1b[?2026l\x1b[?1000l\x1b[?1002l\x1b[?1006l\x1b[?2004l"
	"\x1b[0m\x1b[?25h\x1b[?1049l";
const size_t term_rescue_len = sizeof(term_rescue) - 1;

/* What these do with questions that they do not know is show them. */
static const char *const plain_names[] = { "linux", "vt1", "vt2", "vt3", "vt4", "vt5", "ansi", "cons", "sun", "hurd", NULL };

/* Terminals that draw what xterm-256color says, by the names under which they come. */
static const char *const modern_names[] = {
	"xterm", "tmux", "screen", "foot", "kitty", "alacritty", "wezterm", "ghostty", "contour",
	"rio", "konsole", "gnome", "vte", "st", "iterm", "mintty", "rxvt", "putty", NULL,
};
