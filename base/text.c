/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8, the gate that makes text safe to show, and how wide it is. */
#include "base/text.h"

#include <stdlib.h>

#define REPLACEMENT 0xFFFDu
#define CP_MAX 0x10FFFFu

struct range {
	uint32_t first, last;
};

struct width_range {
	uint32_t first, last;
	unsigned cells;
};

static const struct range controls[];
static const size_t control_count;
static const struct width_range widths[];
static const size_t width_count;

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Both kinds of range begin with first and last, in order and apart. */
static int compare_range(const void *key, const void *entry)
{
	uint32_t cp = *(const uint32_t *)key;
	const struct range *range = entry;

	if (cp < range->first)
		return -1;
	return cp > range->last;
}

static size_t cells_of(uint32_t cp)
{
	const struct width_range *found;

	if (cp < widths[0].first)
		return 1;
	found = bsearch(&cp, widths, width_count, sizeof(widths[0]), compare_range);
	return found ? found->cells : 1;
}

/* How many bytes from `start` on are printable ASCII. */
static size_t plain_run(struct str s, size_t start)
{
	size_t i = start;

	while (i < s.len && s.at[i] >= ' ' && s.at[i] < 0x7F)
		i++;
	return i - start;
}

/* The sequence's length by its first byte (0 = none begins so), the bits of the code point
 * in that byte, and the least code point that needs the length. */
static size_t lead(unsigned char c, uint32_t *bits, uint32_t *least)
{
	static const uint32_t least_of[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;

	*bits = len < 2 ? c : c & (0x7Fu >> len);
	*least = least_of[len];
	return len;
}

/* Length of the valid sequence at i, 0 when there is none. */
static size_t decode(struct str s, size_t i, uint32_t *cp)
{
	uint32_t bits, least;
	size_t len = lead((unsigned char)s.at[i], &bits, &least);

	if (!len || len > s.len - i)
		return 0;
	for (size_t k = 1; k < len; k++) {
		if (!is_continuation(s.at[i + k]))
			return 0;
		bits = bits << 6 | ((unsigned char)s.at[i + k] & 0x3F);
	}
	if (bits < least || bits > CP_MAX || (bits >= 0xD800 && bits <= 0xDFFF))
		return 0;
	*cp = bits;
	return len;
}

bool text_is_control(uint32_t cp)
{
	return bsearch(&cp, controls, control_count, sizeof(controls[0]), compare_range) != NULL;
}

void text_add_safe(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.len;) {
		size_t run = plain_run(s, i);
		uint32_t cp;

		buf_add(b, str_head(str_from(s, i), run));
		i += run;
		if (i == s.len)
			break;
		cp = utf8_next(s, &i);
		if (cp == '\t' || cp == '\n' || cp == '\r')
			buf_addch(b, ' ');
		else
			utf8_add(b, text_is_control(cp) ? REPLACEMENT : cp);
	}
}

size_t text_width(struct str safe)
{
	size_t cells = 0;

	for (size_t i = 0; i < safe.len;)
		cells += cells_of(utf8_next(safe, &i));
	return cells;
}

struct str text_fit(struct str safe, size_t cells)
{
	size_t used = 0, end = 0;

	for (size_t i = 0; i < safe.len; end = i) {
		used += cells_of(utf8_next(safe, &i));
		if (used > cells)
			break;
	}
	return str_head(safe, end);
}

bool utf8_is_valid(struct str s)
{
	uint32_t cp;

	for (size_t i = 0; i < s.len;) {
		uint64_t eight = 0;
		size_t len;

		if (s.len - i >= sizeof(eight))
			memcpy(&eight, s.at + i, sizeof(eight));
		else
			eight = UINT64_MAX;
		if (!(eight & UINT64_C(0x8080808080808080))) {
			i += sizeof(eight);
			continue;
		}
		len = decode(s, i, &cp);
		if (!len)
			return false;
		i += len;
	}
	return true;
}

uint32_t utf8_next(struct str s, size_t *i)
{
	uint32_t cp = REPLACEMENT;
	size_t len = decode(s, *i, &cp);

	*i += len ? len : 1;
	return cp;
}

void utf8_add(struct buf *b, uint32_t cp)
{
	char bytes[4];

	buf_add(b, (struct str){ bytes, utf8_encode(cp, bytes) });
}

size_t utf8_encode(uint32_t cp, char out[4])
{
	static const unsigned char lead_mark[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	size_t len;

	if (cp > CP_MAX || (cp >= 0xD800 && cp <= 0xDFFF))
		cp = REPLACEMENT;
	len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (size_t k = len - 1; k > 0; k--, cp >>= 6)
		out[k] = (char)(0x80 | (cp & 0x3F));
	out[0] = (char)(lead_mark[len] | cp);
	return len;
}

struct str utf8_cut(struct str s, size_t max)
{
	size_t end = max;

	if (s.len <= max)
		return s;
	while (end > 0 && max - end < 3 && is_continuation(s.at[end]))
		end--;
	return str_head(s, is_continuation(s.at[end]) ? max : end);
}

static const struct range controls[] = {
	{ 0x0000, 0x001F },   /* C0 */
	{ 0x007F, 0x009F },   /* DEL, C1 */
	{ 0x00AD, 0x00AD },   /* soft hyphen */
	{ 0x061C, 0x061C },   /* Arabic letter mark */
	{ 0x180E, 0x180E },   /* Mongolian vowel separator */
	{ 0x200B, 0x200B },   /* zero width space */
	{ 0x200E, 0x200F },   /* left-to-right and right-to-left mark */
	{ 0x2028, 0x202E },   /* line and paragraph separator, bidi embeddings, overrides */
	{ 0x2060, 0x206F },   /* word joiner, invisible operators, bidi isolates */
	{ 0xFEFF, 0xFEFF },   /* byte order mark */
	{ 0xFFF9, 0xFFFB },   /* interlinear annotations */
	{ 0xE0000, 0xE007F }, /* tags */
};
static const size_t control_count = sizeof(controls) / sizeof(controls[0]);

/* What is not one cell, after the Unicode properties East_Asian_Width and
 * General_Category; small scripts are left out. */
static const struct width_range widths[] = {
	{ 0x0300, 0x036F, 0 },
	{ 0x0483, 0x0489, 0 },
	{ 0x0591, 0x05BD, 0 },
	{ 0x0610, 0x061A, 0 },
	{ 0x064B, 0x065F, 0 },
	{ 0x0670, 0x0670, 0 },
	{ 0x06D6, 0x06DC, 0 },
	{ 0x06DF, 0x06E4, 0 },
	{ 0x06E7, 0x06E8, 0 },
	{ 0x06EA, 0x06ED, 0 },
	{ 0x0900, 0x0902, 0 },
	{ 0x093A, 0x093A, 0 },
	{ 0x093C, 0x093C, 0 },
	{ 0x0941, 0x0948, 0 },
	{ 0x094D, 0x094D, 0 },
	{ 0x0E31, 0x0E31, 0 },
	{ 0x0E34, 0x0E3A, 0 },
	{ 0x0E47, 0x0E4E, 0 },
	{ 0x1100, 0x115F, 2 },
	{ 0x1160, 0x11FF, 0 },
	{ 0x1AB0, 0x1AFF, 0 },
	{ 0x1DC0, 0x1DFF, 0 },
	{ 0x200B, 0x200F, 0 },
	{ 0x20D0, 0x20FF, 0 },
	{ 0x231A, 0x231B, 2 },
	{ 0x2329, 0x232A, 2 },
	{ 0x23E9, 0x23EC, 2 },
	{ 0x23F0, 0x23F0, 2 },
	{ 0x23F3, 0x23F3, 2 },
	{ 0x25FD, 0x25FE, 2 },
	{ 0x2614, 0x2615, 2 },
	{ 0x2648, 0x2653, 2 },
	{ 0x267F, 0x267F, 2 },
	{ 0x2693, 0x2693, 2 },
	{ 0x26A1, 0x26A1, 2 },
	{ 0x26AA, 0x26AB, 2 },
	{ 0x26BD, 0x26BE, 2 },
	{ 0x26C4, 0x26C5, 2 },
	{ 0x26CE, 0x26CE, 2 },
	{ 0x26D4, 0x26D4, 2 },
	{ 0x26EA, 0x26EA, 2 },
	{ 0x26F2, 0x26F3, 2 },
	{ 0x26F5, 0x26F5, 2 },
	{ 0x26FA, 0x26FA, 2 },
	{ 0x26FD, 0x26FD, 2 },
	{ 0x2705, 0x2705, 2 },
	{ 0x270A, 0x270B, 2 },
	{ 0x2728, 0x2728, 2 },
	{ 0x274C, 0x274C, 2 },
	{ 0x274E, 0x274E, 2 },
	{ 0x2753, 0x2755, 2 },
	{ 0x2757, 0x2757, 2 },
	{ 0x2795, 0x2797, 2 },
	{ 0x27B0, 0x27B0, 2 },
	{ 0x27BF, 0x27BF, 2 },
	{ 0x2B1B, 0x2B1C, 2 },
	{ 0x2B50, 0x2B50, 2 },
	{ 0x2B55, 0x2B55, 2 },
	{ 0x2E80, 0x3029, 2 },
	{ 0x302A, 0x302D, 0 },
	{ 0x302E, 0x303E, 2 },
	{ 0x3041, 0x3098, 2 },
	{ 0x3099, 0x309A, 0 },
	{ 0x309B, 0x4DBF, 2 },
	{ 0x4E00, 0xA4CF, 2 },
	{ 0xA960, 0xA97F, 2 },
	{ 0xAC00, 0xD7A3, 2 },
	{ 0xF900, 0xFAFF, 2 },
	{ 0xFE00, 0xFE0F, 0 },
	{ 0xFE10, 0xFE19, 2 },
	{ 0xFE20, 0xFE2F, 0 },
	{ 0xFE30, 0xFE6F, 2 },
	{ 0xFF00, 0xFF60, 2 },
	{ 0xFFE0, 0xFFE6, 2 },
	{ 0x16FE0, 0x18CFF, 2 },
	{ 0x1B000, 0x1B2FF, 2 },
	{ 0x1F004, 0x1F004, 2 },
	{ 0x1F0CF, 0x1F0CF, 2 },
	{ 0x1F18E, 0x1F18E, 2 },
	{ 0x1F191, 0x1F19A, 2 },
	{ 0x1F200, 0x1F320, 2 },
	{ 0x1F32D, 0x1F335, 2 },
	{ 0x1F337, 0x1F37C, 2 },
	{ 0x1F37E, 0x1F393, 2 },
	{ 0x1F3A0, 0x1F3CA, 2 },
	{ 0x1F3CF, 0x1F3D3, 2 },
	{ 0x1F3E0, 0x1F3F0, 2 },
	{ 0x1F3F4, 0x1F3F4, 2 },
	{ 0x1F3F8, 0x1F43E, 2 },
	{ 0x1F440, 0x1F440, 2 },
	{ 0x1F442, 0x1F4FC, 2 },
	{ 0x1F4FF, 0x1F53D, 2 },
	{ 0x1F54B, 0x1F567, 2 },
	{ 0x1F57A, 0x1F57A, 2 },
	{ 0x1F595, 0x1F596, 2 },
	{ 0x1F5A4, 0x1F5A4, 2 },
	{ 0x1F5FB, 0x1F64F, 2 },
	{ 0x1F680, 0x1F6C5, 2 },
	{ 0x1F6CC, 0x1F6CC, 2 },
	{ 0x1F6D0, 0x1F6D2, 2 },
	{ 0x1F6D5, 0x1F6DF, 2 },
	{ 0x1F6EB, 0x1F6EC, 2 },
	{ 0x1F6F4, 0x1F6FC, 2 },
	{ 0x1F7E0, 0x1F7EB, 2 },
	{ 0x1F7F0, 0x1F7F0, 2 },
	{ 0x1F90C, 0x1F93A, 2 },
	{ 0x1F93C, 0x1F945, 2 },
	{ 0x1F947, 0x1F9FF, 2 },
	{ 0x1FA70, 0x1FAFF, 2 },
	{ 0x20000, 0x3FFFD, 2 },
	{ 0xE0100, 0xE01EF, 0 },
};
static const size_t width_count = sizeof(widths) / sizeof(widths[0]);
