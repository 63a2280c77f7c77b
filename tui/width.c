/* SPDX-License-Identifier: Apache-2.0 */
/* How text falls into cells. */
#include "tui/width.h"

#include <utf8proc.h>

#include "base/text.h"

#define REPLACEMENT 0xFFFDu

struct stand_in {
	uint32_t point;
	char ascii;
};

static const struct stand_in stand_ins[];
static const size_t stand_in_count;

/* What terminals of different ages draw in different widths is left out: the selectors of text
 * or emoji form, the joiners, skin tones. The parts remain, each in its own cells. */
static bool is_dropped(uint32_t cp)
{
	return (cp >= 0xFE00 && cp <= 0xFE0F) || cp == 0x200C || cp == 0x200D ||
		(cp >= 0x1F3FB && cp <= 0x1F3FF);
}

static bool is_mark(uint32_t cp)
{
	/* Vowels and finals of a Hangul syllable join the consonant before them. */
	if ((cp >= 0x1160 && cp <= 0x11FF) || (cp >= 0xD7B0 && cp <= 0xD7FB))
		return true;
	switch (utf8proc_category((utf8proc_int32_t)cp)) {
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_ME:
		return true;
	default:
		return false;
	}
}

/* utf8proc gives 0 to spacing marks and some format characters too; terminals give them a cell. */
static uint8_t width_of(uint32_t cp)
{
	return utf8proc_charwidth((utf8proc_int32_t)cp) == 2 ? 2 : 1;
}

/* The one gate: what leaves here may stand on a screen. */
static uint32_t sanitised(uint32_t cp)
{
	if (cp == '\t' || cp == '\n' || cp == '\r')
		return ' ';
	if (text_is_control(cp) || utf8proc_category((utf8proc_int32_t)cp) == UTF8PROC_CATEGORY_CN)
		return REPLACEMENT;
	/* Flags as the letters that they are made of. */
	if (cp >= 0x1F1E6 && cp <= 0x1F1FF)
		return 'A' + (cp - 0x1F1E6);
	return cp;
}

static char stand_in_find(uint32_t cp)
{
	for (size_t i = 0; i < stand_in_count; i++) {
		if (stand_ins[i].point == cp)
			return stand_ins[i].ascii;
	}
	return '\0';
}

static uint32_t to_ascii(uint32_t cp)
{
	utf8proc_int32_t parts[8];
	char found = stand_in_find(cp);
	int boundary = 0;

	if (found)
		return (unsigned char)found;
	/* An accented letter without its accent. */
	if (utf8proc_decompose_char((utf8proc_int32_t)cp, parts, 8, UTF8PROC_DECOMPOSE,
		    &boundary) > 0 && parts[0] > ' ' && parts[0] < 0x7F)
		return (uint32_t)parts[0];
	return '?';
}

static bool next_kept(struct str text, size_t *at, uint32_t *out)
{
	while (*at < text.len) {
		*out = sanitised(utf8_next(text, at));
		if (!is_dropped(*out))
			return true;
	}
	return false;
}

/* Marks that follow, up to what a cell holds; the rest of them is passed over. */
static void take_marks(struct str text, size_t *at, bool has_utf8, struct cell *out)
{
	size_t next = *at, count = 1;
	uint32_t cp;

	while (next_kept(text, &next, &cp) && is_mark(cp)) {
		if (has_utf8 && count < CELL_POINTS)
			out->points[count++] = cp;
		*at = next;
	}
}

static bool is_printable(char c)
{
	return c >= ' ' && c < 0x7F;
}

bool width_next(struct str text, size_t *at, bool has_utf8, struct cell *out)
{
	uint32_t cp;

	memset(out->points, 0, sizeof(out->points));
	/* Most text: printable ASCII with ASCII after it. */
	if (*at + 1 < text.len && is_printable(text.at[*at]) && is_printable(text.at[*at + 1])) {
		out->points[0] = (unsigned char)text.at[(*at)++];
		out->width = 1;
		return true;
	}
	if (!next_kept(text, at, &cp))
		return false;
	out->width = width_of(cp);
	if (is_mark(cp)) {
		/* With nothing before it, a mark stands on a blank. */
		out->points[0] = ' ';
		out->points[1] = has_utf8 ? cp : 0;
		out->width = 1;
		take_marks(text, at, false, out);
		return true;
	}
	out->points[0] = cp < 0x80 || has_utf8 ? cp : to_ascii(cp);
	take_marks(text, at, has_utf8, out);
	return true;
}

int text_cells(struct str text)
{
	struct cell cell;
	size_t at = 0;
	int64_t cells = 0;

	while (width_next(text, &at, true, &cell))
		cells += cell.width;
	return cells > INT32_MAX ? INT32_MAX : (int)cells;
}

static const struct stand_in stand_ins[] = {
	{ 0x00A0, ' ' }, { 0x00B7, '.' }, { 0x00D7, 'x' }, { 0x2010, '-' }, { 0x2011, '-' },
	{ 0x2012, '-' }, { 0x2013, '-' }, { 0x2014, '-' }, { 0x2018, '\'' }, { 0x2019, '\'' },
	{ 0x201C, '"' }, { 0x201D, '"' }, { 0x2022, '*' }, { 0x2026, '~' }, { 0x2039, '<' },
	{ 0x203A, '>' }, { 0x2190, '<' }, { 0x2191, '^' }, { 0x2192, '>' }, { 0x2193, 'v' },
	{ 0x2212, '-' }, { 0x2248, '~' }, { 0x2264, '<' }, { 0x2265, '>' }, { 0x2500, '-' },
	{ 0x2502, '|' }, { 0x250C, '+' }, { 0x2510, '+' }, { 0x2514, '+' }, { 0x2518, '+' },
	{ 0x251C, '+' }, { 0x2524, '+' }, { 0x252C, '+' }, { 0x2534, '+' }, { 0x253C, '+' },
	{ 0x2588, '#' }, { 0x2591, '.' }, { 0x2592, ':' }, { 0x2593, '#' }, { 0x25B2, '^' },
	{ 0x25B8, '>' }, { 0x25BC, 'v' }, { 0x25BE, 'v' }, { 0x25CF, '*' }, { 0x2713, 'x' },
	{ 0x2717, 'X' },
};
static const size_t stand_in_count = sizeof(stand_ins) / sizeof(stand_ins[0]);
