/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A surface of cells: all that screens draw on. It knows no terminal: tui/term.h shows one,
 * tests read one. Every outside string passes its gate here: controls, invalid bytes and bidi
 * marks become visible stand-ins, widths are counted in cells by text_cells(), a wide glyph never
 * hangs over an edge.
 */
#ifndef LLMLAB_TUI_SURFACE_H
#define LLMLAB_TUI_SURFACE_H

#include "base/buf.h"
#include "themes/theme.h"

#define CELL_POINTS 4 /* a base character and up to three marks; more are dropped */

struct cell {
	uint32_t points[CELL_POINTS]; /* 0-ended unless full; {0} = continuation of a wide glyph */
	uint8_t width;                /* 1, 2; 0 = continuation */
	uint8_t role;                 /* enum role */
	uint8_t attrs;                /* enum attr, on top of the role's */
};

struct surface {
	int rows, cols;
	struct cell *cells; /* rows x cols */
	bool has_utf8;      /* false: glyphs beyond ASCII are drawn as stand-ins (see glyph()) */
};

struct rect {
	int y, x, rows, cols;
};

/* rows, cols 1..1000. LL_ENOMEM. A zeroed struct is an empty surface. */
enum ll_err LL_MUST surface_resize(struct surface *s, int rows, int cols);
void surface_release(struct surface *s);
/* Blanks in role text. */
void surface_clear(struct surface *s);
void surface_fill(struct surface *s, struct rect r, char c, enum role role, unsigned attrs);

/* Draws at (y, x), at most `cells` wide, never outside the surface; returns the cells taken. What does
 * not fit is cut (surface_put) or ends in an ellipsis (surface_put_cut). Text is sanitised. */
int surface_put(struct surface *s, int y, int x, int cells, struct str text, enum role role, unsigned attrs);
int surface_put_cut(struct surface *s, int y, int x, int cells, struct str text, enum role role, unsigned attrs);
/* Right-aligned in the `cells` that start at x; never cut: too long shows '#'s, since a cut number lies. */
void surface_put_right(struct surface *s, int y, int x, int cells, struct str text, enum role role, unsigned attrs);
/* Changes role and attributes of cells that are there (the cursor row, a match). */
void surface_style(struct surface *s, struct rect r, enum role role, unsigned attrs);
/* Adds attributes, keeps roles. */
void surface_attrs(struct surface *s, struct rect r, unsigned attrs);

/* Own glyphs with an ASCII stand-in each; never for outside text. */
enum glyph { GLYPH_CURSOR, GLYPH_MARK, GLYPH_UP, GLYPH_DOWN, GLYPH_RULE, GLYPH_VERTICAL, GLYPH_CROSS,
	GLYPH_ELLIPSIS, GLYPH_ARROW, GLYPH_LIVE, GLYPH_PAUSED, GLYPH_CHECK, GLYPH_BOX_TL, GLYPH_BOX_TR,
	GLYPH_BOX_BL, GLYPH_BOX_BR, GLYPH_CRUMB, GLYPHS };
struct str glyph(const struct surface *s, enum glyph g);
/* A box of border glyphs with a title, its inside blanked; returns the inside. */
struct rect surface_box(struct surface *s, struct rect r, struct str title);

/* Cells of a text as surface_put would draw it (utf8proc: East Asian wide and emoji 2, marks 0). The
 * one width function of everything on a screen. */
int text_cells(struct str text);

/* For tests and --screen: the text plane, one line a row, trailing blanks cut; and the style plane, one
 * letter a cell. */
void surface_text(const struct surface *s, struct buf *out);
void surface_styles(const struct surface *s, struct buf *out);

#endif
