/* SPDX-License-Identifier: Apache-2.0 */
/* The nearest style for terminals of fewer colours. */
#include "themes/theme.h"

#define DIRECT (INT32_C(1) << 24)
#define BRIGHT 8        /* palette 8..15 are the bright forms of 0..7 */
#define BRIGHT_BLACK 8
#define CUBE 16         /* first of the 6 x 6 x 6 cube */
#define GREY 232        /* first of the 24 greys */

struct rgb {
	int r, g, b;
};

static const int cube_levels[6] = { 0, 95, 135, 175, 215, 255 };
static const struct rgb ansi[16];

static struct rgb palette_rgb(int32_t index)
{
	if (index < CUBE)
		return ansi[index];
	if (index >= GREY) {
		int level = 8 + 10 * (index - GREY);

		return (struct rgb){ level, level, level };
	}
	index -= CUBE;
	return (struct rgb){ cube_levels[index / 36], cube_levels[index / 6 % 6],
		cube_levels[index % 6] };
}

static struct rgb color_rgb(int32_t color)
{
	if (color < 256)
		return palette_rgb(color);
	return (struct rgb){ color >> 16 & 255, color >> 8 & 255, color & 255 };
}

/* As eyes weigh them, roughly. */
static int distance(struct rgb a, struct rgb b)
{
	int r = a.r - b.r, g = a.g - b.g, blue = a.b - b.b;

	return 3 * r * r + 4 * g * g + 2 * blue * blue;
}

static int32_t nearest(struct rgb color, int32_t first, int32_t end)
{
	int32_t best = first;

	for (int32_t i = first + 1; i < end; i++) {
		if (distance(color, palette_rgb(i)) < distance(color, palette_rgb(best)))
			best = i;
	}
	return best;
}

/* To 256 the sixteen names are left out: each terminal has its own idea of them. */
static int32_t color_lower(int32_t color, int32_t colors)
{
	struct rgb rgb;

	if (color == COLOR_DEFAULT)
		return color;
	rgb = color_rgb(color);
	if (colors >= DIRECT)
		return color < BRIGHT ? color : COLOR_RGB(rgb.r, rgb.g, rgb.b);
	if (colors >= 256)
		return color < 256 ? color : nearest(rgb, CUBE, 256);
	return color < CUBE ? color : nearest(rgb, 0, CUBE);
}

/* Eight colours have no bright forms: bold stands for them, and dim for grey. */
static struct style eight(struct style s)
{
	if (s.fg == BRIGHT_BLACK) {
		s.fg = COLOR_DEFAULT;
		s.attrs |= ATTR_DIM;
	} else if (s.fg >= BRIGHT) {
		s.fg -= BRIGHT;
		s.attrs |= ATTR_BOLD;
	}
	if (s.bg >= BRIGHT)
		s.bg -= BRIGHT;
	return s;
}

static struct style uncolored(struct style s)
{
	if (s.bg != COLOR_DEFAULT)
		s.attrs |= ATTR_REVERSE;
	return (struct style){ COLOR_DEFAULT, COLOR_DEFAULT, s.attrs };
}

struct style style_lower(struct style s, int32_t colors)
{
	struct style low = { color_lower(s.fg, colors), color_lower(s.bg, colors), s.attrs };

	if (colors < 8)
		return uncolored(s);
	if (colors < 16)
		low = eight(low);
	/* Text that would vanish in its background stands out instead. */
	if (low.bg != COLOR_DEFAULT && low.fg == low.bg && s.fg != s.bg)
		low = (struct style){ COLOR_DEFAULT, COLOR_DEFAULT, low.attrs | ATTR_REVERSE };
	return low;
}

/* xterm's own values. */
static const struct rgb ansi[16] = {
	{ 0, 0, 0 }, { 205, 0, 0 }, { 0, 205, 0 }, { 205, 205, 0 },
	{ 0, 0, 238 }, { 205, 0, 205 }, { 0, 205, 205 }, { 229, 229, 229 },
	{ 127, 127, 127 }, { 255, 0, 0 }, { 0, 255, 0 }, { 255, 255, 0 },
	{ 92, 92, 255 }, { 255, 0, 255 }, { 0, 255, 255 }, { 255, 255, 255 },
};
