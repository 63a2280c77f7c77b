/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Themes: what a role looks like. Screens say roles, never colours. The shipped themes are the
 * same text that users write (INI, one line a role), embedded; a theme starts from `dark` and
 * says only what it changes:
 *
 *	[theme]
 *	name = light
 *	accent = blue bold
 *	err = #b00020
 *	sel = reverse
 *
 * A style is up to two colours (foreground, then "on" and background) and attributes bold, dim,
 * italic, underline, reverse. A colour is one of the sixteen names (black red green yellow blue
 * magenta cyan white, bright-...), a palette index 0..255, or #rrggbb. The default background is
 * never painted.
 */
#ifndef LLMLAB_THEMES_THEME_H
#define LLMLAB_THEMES_THEME_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* What a piece of a screen is. Errors also carry a sign, so colour is never the only carrier. */
#define ROLE_LIST(X)                                                      \
	X(TEXT, "text")     /* values */                                  \
	X(DIM, "dim")       /* labels, rules, what is secondary */        \
	X(ACCENT, "accent") /* titles, the active pane, keys */           \
	X(OK, "ok")                                                       \
	X(WARN, "warn")                                                   \
	X(ERR, "err")                                                     \
	X(CRIT, "crit")     /* the critical path, an overrun budget */    \
	X(SEL, "sel")       /* the row under the cursor */                \
	X(MATCH, "match")   /* what a filter or search found */           \
	X(BAND, "band")     /* chart bodies, bars */                      \
	X(LINK, "link")     /* what Enter follows */                      \
	X(BORDER, "border") /* frames of overlays */

enum role {
#define X(name, text) ROLE_##name,
	ROLE_LIST(X)
#undef X
	ROLES,
};

enum attr {
	ATTR_BOLD = 1 << 0,
	ATTR_DIM = 1 << 1,
	ATTR_ITALIC = 1 << 2,
	ATTR_UNDERLINE = 1 << 3,
	ATTR_REVERSE = 1 << 4,
};

#define COLOR_DEFAULT INT32_C(-1)
#define COLOR_RGB(r, g, b) (INT32_C(0x1000000) | (r) << 16 | (g) << 8 | (b)) /* else 0..255 */

struct style {
	int32_t fg, bg;
	unsigned attrs; /* enum attr */
};

struct theme {
	char name[32];
	struct style styles[ROLES];
};

/* Over `base` (NULL = the defaults of `dark`). LL_EINVAL names line and word. */
enum ll_err LL_MUST theme_parse(struct str text, const struct theme *base, struct theme *out, struct err *err);
/* A shipped theme by name: dark, light, mono, colorblind. False when there is none. */
bool theme_shipped(struct str name, struct theme *out);
extern const char *const theme_names[]; /* of the shipped ones, NULL-ended, in order of preference */
const char *role_name(enum role role);

/* The nearest style that a terminal of so many colours can show: 0 (attributes only), 8, 16, 256
 * or 1<<24. */
struct style style_lower(struct style s, int32_t colors);

#endif
