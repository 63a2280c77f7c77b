/* SPDX-License-Identifier: Apache-2.0 */
/* Names of keys: one table for help, for the config file and for tests. */
#include "tui/event.h"

#include <stdio.h>

#include "base/text.h"

/* The first name of a code is the one that is shown. */
static const struct {
	const char *name;
	uint32_t code;
} names[] = {
	{ "Up", KEY_CODE_UP },
	{ "Down", KEY_CODE_DOWN },
	{ "Left", KEY_CODE_LEFT },
	{ "Right", KEY_CODE_RIGHT },
	{ "Home", KEY_CODE_HOME },
	{ "End", KEY_CODE_END },
	{ "PageUp", KEY_CODE_PAGE_UP },
	{ "PgUp", KEY_CODE_PAGE_UP },
	{ "PageDown", KEY_CODE_PAGE_DOWN },
	{ "PgDn", KEY_CODE_PAGE_DOWN },
	{ "Insert", KEY_CODE_INSERT },
	{ "Delete", KEY_CODE_DELETE },
	{ "Del", KEY_CODE_DELETE },
	{ "Backspace", KEY_CODE_BACKSPACE },
	{ "BS", KEY_CODE_BACKSPACE },
	{ "Enter", KEY_CODE_ENTER },
	{ "Return", KEY_CODE_ENTER },
	{ "CR", KEY_CODE_ENTER },
	{ "Tab", KEY_CODE_TAB },
	{ "Esc", KEY_CODE_ESC },
	{ "Space", ' ' },
	{ "lt", '<' },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct {
	char letter;
	unsigned mod;
} mod_letters[] = { { 'C', MOD_CTRL }, { 'A', MOD_ALT }, { 'M', MOD_ALT }, { 'S', MOD_SHIFT } };

/* One printable character that is the whole text. */
static bool point_parse(struct str text, uint32_t *out)
{
	size_t at = 0;
	uint32_t cp;

	if (!text.len || !utf8_is_valid(text))
		return false;
	cp = utf8_next(text, &at);
	if (at != text.len || text_is_control(cp))
		return false;
	*out = cp;
	return true;
}

static bool function_parse(struct str text, uint32_t *out)
{
	uint64_t number;

	if (text.len < 2 || (text.at[0] | 0x20) != 'f' || text.at[1] < '1' || text.at[1] > '9' ||
	    !str_to_u64(str_from(text, 1), &number) || number > 12)
		return false;
	*out = KEY_CODE_F1 + (uint32_t)number - 1;
	return true;
}

static bool code_parse(struct str text, uint32_t *out)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (str_eq_nocase(text, str_of(names[i].name))) {
			*out = names[i].code;
			return true;
		}
	}
	return function_parse(text, out) || point_parse(text, out);
}

static unsigned mod_parse(struct str *text)
{
	if (text->len < 3 || text->at[1] != '-')
		return 0;
	for (size_t i = 0; i < COUNT(mod_letters); i++) {
		if ((text->at[0] & ~0x20) == mod_letters[i].letter) {
			*text = str_from(*text, 2);
			return mod_letters[i].mod;
		}
	}
	return 0;
}

/* Ctrl with a character is one byte to a terminal; some of these bytes are keys of their own. */
static bool ctrl_normalise(struct key *k)
{
	if (k->code >= 'A' && k->code <= 'Z')
		k->code += 'a' - 'A';
	switch (k->code) {
	case '[':
		*k = (struct key){ KEY_CODE_ESC, k->mods & ~(unsigned)MOD_CTRL };
		return true;
	case 'm':
		*k = (struct key){ KEY_CODE_ENTER, k->mods & ~(unsigned)MOD_CTRL };
		return true;
	case 'i':
		*k = (struct key){ KEY_CODE_TAB, k->mods & ~(unsigned)MOD_CTRL };
		return true;
	case 'h':
	case '?':
		*k = (struct key){ KEY_CODE_BACKSPACE, k->mods & ~(unsigned)MOD_CTRL };
		return true;
	case '@':
		k->code = ' ';
		return true;
	case ' ':
	case '\\':
	case ']':
	case '^':
	case '_':
		return true;
	default:
		return k->code >= 'a' && k->code <= 'z';
	}
}

/* Shift with a character is another character; ESC with some of them starts a sequence. */
static bool mods_fit(struct key *k)
{
	if (k->code >= KEY_CODE_FIRST)
		return true;
	if (k->mods & MOD_SHIFT || (k->mods & MOD_CTRL && !ctrl_normalise(k)))
		return false;
	return !(k->mods == MOD_ALT && k->code < 0x80 && strchr("[]OPX^_", (int)k->code));
}

bool key_parse(struct str name, struct key *out)
{
	struct key k = { 0 };
	struct str inner;
	unsigned mod;

	if (name.len < 3 || name.at[0] != '<' || name.at[name.len - 1] != '>') {
		if (!point_parse(name, &k.code) || k.code == ' ')
			return false;
		*out = k;
		return true;
	}
	inner = (struct str){ name.at + 1, name.len - 2 };
	while ((mod = mod_parse(&inner)) != 0)
		k.mods |= mod;
	if (!code_parse(inner, &k.code))
		return false;
	if (!mods_fit(&k))
		return false;
	*out = k;
	return true;
}

static const char *name_of(uint32_t code, char scratch[8])
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i].code == code)
			return names[i].name;
	}
	if (code >= KEY_CODE_F1 && code <= KEY_CODE_F12)
		snprintf(scratch, 8, "F%u", (unsigned)(code - KEY_CODE_F1 + 1));
	else
		scratch[utf8_encode(code, scratch)] = '\0';
	return scratch;
}

void key_name(struct key k, char out[24])
{
	char scratch[8];
	const char *name = name_of(k.code, scratch);

	if (name == scratch && k.code < KEY_CODE_FIRST && !k.mods)
		snprintf(out, 24, "%s", name);
	else
		snprintf(out, 24, "<%s%s%s%s>", k.mods & MOD_CTRL ? "C-" : "",
			k.mods & MOD_ALT ? "A-" : "", k.mods & MOD_SHIFT ? "S-" : "", name);
}
