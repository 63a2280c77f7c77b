/* SPDX-License-Identifier: Apache-2.0 */
/* Cells in memory, and the drawing of text on them. */
#include "tui/surface.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/width.h"

#define SIDE_MAX 1000

struct glyph_forms {
	struct str utf8, ascii; /* each one cell */
};

static const struct glyph_forms glyphs[GLYPHS];
static const char role_letters[ROLES];

static const struct cell blank = { .points = { ' ' }, .width = 1, .role = ROLE_TEXT };

static struct cell *cell_at(struct surface *s, int y, int x)
{
	return &s->cells[(size_t)y * (size_t)s->cols + (size_t)x];
}

static void cell_blank(struct cell *c)
{
	memcpy(c->points, blank.points, sizeof(c->points));
	c->width = 1;
}

/* Half of a wide glyph is no glyph: what is left of one at the border before x becomes a blank. */
static void split_before(struct surface *s, int y, int x)
{
	if (x > 0 && x < s->cols && cell_at(s, y, x)->width == 0) {
		cell_blank(cell_at(s, y, x - 1));
		cell_blank(cell_at(s, y, x));
	}
}

/* The whole glyph at (y, x..); it fits. */
static void place(struct surface *s, int y, int x, const struct cell *glyph_cell)
{
	split_before(s, y, x);
	split_before(s, y, x + glyph_cell->width);
	*cell_at(s, y, x) = *glyph_cell;
	if (glyph_cell->width == 2)
		*cell_at(s, y, x + 1) = (struct cell){ .role = glyph_cell->role,
			.attrs = glyph_cell->attrs };
}

static void place_char(struct surface *s, int y, int x, char c, enum role role, unsigned attrs)
{
	struct cell cell = { .points = { (unsigned char)c }, .width = 1, .role = (uint8_t)role,
		.attrs = (uint8_t)attrs };

	place(s, y, x, &cell);
}

static int clamp(int64_t v, int low, int high)
{
	return v < low ? low : v > high ? high : (int)v;
}

static struct rect clip(const struct surface *s, struct rect r)
{
	int y_end = clamp((int64_t)r.y + r.rows, 0, s->rows);
	int x_end = clamp((int64_t)r.x + r.cols, 0, s->cols);
	int y = clamp(r.y, 0, y_end), x = clamp(r.x, 0, x_end);

	return (struct rect){ y, x, y_end - y, x_end - x };
}

/* How many of `cells` from x on are left of the right edge. */
static int room_at(const struct surface *s, int x, int cells)
{
	return x >= s->cols ? 0 : clamp(cells, 0, s->cols - clamp(x, -SIDE_MAX, s->cols));
}

enum ll_err surface_resize(struct surface *s, int rows, int cols)
{
	struct cell *cells;

	PRE(rows >= 1 && rows <= SIDE_MAX && cols >= 1 && cols <= SIDE_MAX);
	if (rows != s->rows || cols != s->cols) {
		cells = ll_try_alloc((size_t)rows * (size_t)cols * sizeof(*cells));
		if (!cells)
			return LL_ENOMEM;
		ll_free(s->cells);
		s->cells = cells;
		s->rows = rows;
		s->cols = cols;
	}
	surface_clear(s);
	return LL_OK;
}

void surface_release(struct surface *s)
{
	ll_free(s->cells);
	*s = (struct surface){ .has_utf8 = s->has_utf8 };
}

void surface_clear(struct surface *s)
{
	for (size_t i = 0; i < (size_t)s->rows * (size_t)s->cols; i++)
		s->cells[i] = blank;
}

void surface_fill(struct surface *s, struct rect r, char c, enum role role, unsigned attrs)
{
	struct rect in = clip(s, r);

	PRE(c >= ' ' && c < 0x7F);
	for (int y = in.y; y < in.y + in.rows; y++) {
		for (int x = in.x; x < in.x + in.cols; x++)
			place_char(s, y, x, c, role, attrs);
	}
}

/* One glyph of a text whose cells end before `end`; a wide one that hangs over an edge is blank. */
static void put_clipped(struct surface *s, int y, int64_t x, int64_t end,
	const struct cell *glyph_cell)
{
	struct cell cut = *glyph_cell;

	if (x >= 0 && x + glyph_cell->width <= end) {
		place(s, y, (int)x, glyph_cell);
		return;
	}
	cell_blank(&cut);
	for (int64_t at = x; at < x + glyph_cell->width; at++) {
		if (at >= 0 && at < end)
			place(s, y, (int)at, &cut);
	}
}

/* The ASCII form of a wide glyph takes both of its cells. */
static void put_twice(struct surface *s, int y, int64_t x, int64_t end, struct cell *glyph_cell)
{
	glyph_cell->width = 1;
	put_clipped(s, y, x, end, glyph_cell);
	put_clipped(s, y, x + 1, end, glyph_cell);
}

int surface_put(struct surface *s, int y, int x, int cells, struct str text, enum role role,
	unsigned attrs)
{
	struct cell cell = { .role = (uint8_t)role, .attrs = (uint8_t)attrs };
	int64_t end = (int64_t)x + room_at(s, x, cells), at_x = x;
	size_t at = 0;

	if (y < 0 || y >= s->rows)
		return 0;
	while (at_x < end && width_next(text, &at, s->has_utf8, &cell)) {
		int width = cell.width;

		if (width == 2 && !s->has_utf8)
			put_twice(s, y, at_x, end, &cell);
		else
			put_clipped(s, y, at_x, end, &cell);
		at_x += width;
	}
	return (int)((at_x < end ? at_x : end) - x);
}

/* The longest head of the text that takes at most `cells`; *taken says how many. */
static struct str head_of(struct str text, int cells, int *taken)
{
	struct cell cell;
	size_t at = 0, end = 0;

	*taken = 0;
	while (width_next(text, &at, true, &cell) && *taken + cell.width <= cells) {
		*taken += cell.width;
		end = at;
	}
	return str_head(text, end);
}

int surface_put_cut(struct surface *s, int y, int x, int cells, struct str text, enum role role,
	unsigned attrs)
{
	int room = room_at(s, x, cells), taken;
	struct str head = head_of(text, room, &taken);

	/* Only what takes no cell may be left over. */
	if (room <= 0 || text_cells(str_from(text, head.len)) == 0)
		return surface_put(s, y, x, room, text, role, attrs);
	head = head_of(text, room - 1, &taken);
	surface_put(s, y, x, taken, head, role, attrs);
	return taken + surface_put(s, y, x + taken, 1, glyph(s, GLYPH_ELLIPSIS), role, attrs);
}

void surface_put_right(struct surface *s, int y, int x, int cells, struct str text, enum role role,
	unsigned attrs)
{
	int room = room_at(s, x, cells), taken;
	struct str head = head_of(text, room, &taken);

	if (head.len == text.len)
		surface_put(s, y, x + room - taken, taken, text, role, attrs);
	else
		surface_fill(s, (struct rect){ y, x, 1, room }, '#', role, attrs);
}

/* Widens columns so that no wide glyph is styled by half. */
static void style_cells(struct surface *s, struct rect r, int role, unsigned kept, unsigned attrs)
{
	struct rect in = clip(s, r);

	for (int y = in.y; y < in.y + in.rows; y++) {
		int x = in.x, end = in.x + in.cols;

		if (x < end && cell_at(s, y, x)->width == 0)
			x--;
		if (x < end && end < s->cols && cell_at(s, y, end)->width == 0)
			end++;
		for (; x < end; x++) {
			struct cell *c = cell_at(s, y, x);

			c->role = role < 0 ? c->role : (uint8_t)role;
			c->attrs = (uint8_t)((c->attrs & kept) | attrs);
		}
	}
}

void surface_style(struct surface *s, struct rect r, enum role role, unsigned attrs)
{
	style_cells(s, r, (int)role, 0, attrs);
}

void surface_attrs(struct surface *s, struct rect r, unsigned attrs)
{
	style_cells(s, r, -1, ~0u, attrs);
}

struct str glyph(const struct surface *s, enum glyph g)
{
	PRE(g < GLYPHS);
	return s->has_utf8 ? glyphs[g].utf8 : glyphs[g].ascii;
}

static void put_glyph(struct surface *s, struct rect r, int y, int x, enum glyph g)
{
	if (y >= r.y && y < r.y + r.rows && x >= r.x && x < r.x + r.cols)
		surface_put(s, y, x, 1, glyph(s, g), ROLE_BORDER, 0);
}

static void put_frame(struct surface *s, struct rect r)
{
	int bottom = r.y + r.rows - 1, right = r.x + r.cols - 1;

	for (int x = r.x + 1; x < right; x++) {
		put_glyph(s, r, r.y, x, GLYPH_RULE);
		put_glyph(s, r, bottom, x, GLYPH_RULE);
	}
	for (int y = r.y + 1; y < bottom; y++) {
		put_glyph(s, r, y, r.x, GLYPH_VERTICAL);
		put_glyph(s, r, y, right, GLYPH_VERTICAL);
	}
	put_glyph(s, r, r.y, r.x, GLYPH_BOX_TL);
	put_glyph(s, r, r.y, right, GLYPH_BOX_TR);
	put_glyph(s, r, bottom, r.x, GLYPH_BOX_BL);
	put_glyph(s, r, bottom, right, GLYPH_BOX_BR);
}

struct rect surface_box(struct surface *s, struct rect r, struct str title)
{
	struct rect box = clip(s, r);
	int taken, room = box.cols - 6;

	surface_fill(s, box, ' ', ROLE_TEXT, 0);
	if (box.rows < 2 || box.cols < 2)
		return (struct rect){ box.y, box.x, 0, 0 };
	put_frame(s, box);
	if (title.len && room > 0) {
		taken = surface_put_cut(s, box.y, box.x + 3, room, title, ROLE_ACCENT, 0);
		surface_put(s, box.y, box.x + 2, 1, STR(" "), ROLE_BORDER, 0);
		surface_put(s, box.y, box.x + 3 + taken, 1, STR(" "), ROLE_BORDER, 0);
	}
	return (struct rect){ box.y + 1, box.x + 1, box.rows - 2, box.cols - 2 };
}

void surface_text(const struct surface *s, struct buf *out)
{
	for (int y = 0; y < s->rows; y++) {
		const struct cell *row = &s->cells[(size_t)y * (size_t)s->cols];
		int end = s->cols;

		while (end > 0 && row[end - 1].points[0] == ' ' && !row[end - 1].points[1])
			end--;
		for (int x = 0; x < end; x++) {
			for (size_t i = 0; i < CELL_POINTS && row[x].points[i]; i++)
				utf8_add(out, row[x].points[i]);
		}
		buf_addch(out, '\n');
	}
}

void surface_styles(const struct surface *s, struct buf *out)
{
	for (int y = 0; y < s->rows; y++) {
		for (int x = 0; x < s->cols; x++) {
			const struct cell *c = &s->cells[(size_t)y * (size_t)s->cols + (size_t)x];
			char letter = role_letters[c->role];

			/* A capital has attributes of its own on top of the role's. */
			if (c->attrs)
				letter = letter == '.' ? 'T' : (char)(letter - 'a' + 'A');
			buf_addch(out, letter);
		}
		buf_addch(out, '\n');
	}
}

#define SAME(text) { STR_INIT(text), STR_INIT(text) }
#define FORMS(utf8, ascii) { STR_INIT(utf8), STR_INIT(ascii) }
static const struct glyph_forms glyphs[GLYPHS] = {
	[GLYPH_CURSOR] = SAME(">"),
	[GLYPH_MARK] = FORMS("●", "*"),
	[GLYPH_UP] = FORMS("▲", "^"),
	[GLYPH_DOWN] = FORMS("▼", "v"),
	[GLYPH_RULE] = FORMS("─", "-"),
	[GLYPH_VERTICAL] = FORMS("│", "|"),
	[GLYPH_CROSS] = FORMS("┼", "+"),
	[GLYPH_ELLIPSIS] = FORMS("…", "~"),
	[GLYPH_ARROW] = FORMS("→", ">"),
	[GLYPH_LIVE] = FORMS("●", "*"),
	[GLYPH_PAUSED] = FORMS("‖", "="),
	[GLYPH_CHECK] = FORMS("✓", "x"),
	[GLYPH_BOX_TL] = FORMS("┌", "+"),
	[GLYPH_BOX_TR] = FORMS("┐", "+"),
	[GLYPH_BOX_BL] = FORMS("└", "+"),
	[GLYPH_BOX_BR] = FORMS("┘", "+"),
	[GLYPH_CRUMB] = FORMS("›", ">"),
};

static const char role_letters[ROLES] = {
	[ROLE_TEXT] = '.', [ROLE_DIM] = 'd', [ROLE_ACCENT] = 'a', [ROLE_OK] = 'o',
	[ROLE_WARN] = 'w', [ROLE_ERR] = 'e', [ROLE_CRIT] = 'c', [ROLE_SEL] = 's',
	[ROLE_MATCH] = 'm', [ROLE_BAND] = 'b', [ROLE_LINK] = 'l', [ROLE_BORDER] = 'r',
};
