/* SPDX-License-Identifier: Apache-2.0 */
/* Reads themes, the shipped and the user's alike. */
#include "themes/theme.h"

#include "base/embed.h"
#include "base/suggest.h"
#include "base/text.h"

EMBED(theme_dark, "themes/dark.theme");
EMBED(theme_light, "themes/light.theme");
EMBED(theme_mono, "themes/mono.theme");
EMBED(theme_colorblind, "themes/colorblind.theme");

static const char *const role_names[ROLES];
static const char *const color_names[16];

static const struct {
	const char *name;
	unsigned attr;
} attr_words[] = {
	{ "bold", ATTR_BOLD },
	{ "dim", ATTR_DIM },
	{ "italic", ATTR_ITALIC },
	{ "underline", ATTR_UNDERLINE },
	{ "reverse", ATTR_REVERSE },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool attr_parse(struct str word, unsigned *out)
{
	for (size_t i = 0; i < COUNT(attr_words); i++) {
		if (str_eq(word, str_of(attr_words[i].name))) {
			*out |= attr_words[i].attr;
			return true;
		}
	}
	return false;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool rgb_parse(struct str word, int32_t *out)
{
	int32_t value = 0;

	if (word.len != 7)
		return false;
	for (size_t i = 1; i < word.len; i++) {
		int digit = hex_digit(word.at[i]);

		if (digit < 0)
			return false;
		value = value << 4 | digit;
	}
	*out = COLOR_RGB(0, 0, 0) | value;
	return true;
}

static bool color_parse(struct str word, int32_t *out)
{
	uint64_t index;

	if (word.at[0] == '#')
		return rgb_parse(word, out);
	if (str_is(word, "default")) {
		*out = COLOR_DEFAULT;
		return true;
	}
	for (int32_t i = 0; i < 16; i++) {
		if (str_eq(word, str_of(color_names[i]))) {
			*out = i;
			return true;
		}
	}
	if (!str_to_u64(word, &index) || index > 255)
		return false;
	*out = (int32_t)index;
	return true;
}

static enum ll_err refuse_word(struct str word, size_t line, struct err *err)
{
	struct suggest s;

	suggest_start(&s, word);
	for (size_t i = 0; i < COUNT(attr_words); i++)
		suggest_offer(&s, attr_words[i].name);
	for (size_t i = 0; i < COUNT(color_names); i++)
		suggest_offer(&s, color_names[i]);
	return ll_fail(err, LL_EINVAL, "theme line %zu: '%.*s' is neither a colour nor an attribute%s",
		line, STR_FMT(word), suggest_tail(&s, ""));
}

/* How far the words of a style have been read. */
struct reader {
	struct style style;
	bool has_fg, has_bg;
	bool is_after_on;
	size_t line;
};

static enum ll_err word_parse(struct reader *r, struct str word, struct err *err)
{
	unsigned attrs = 0;
	int32_t color;

	if (str_is(word, "on") && !r->is_after_on && !r->has_bg) {
		r->is_after_on = true;
	} else if (attr_parse(word, &attrs)) {
		if (r->is_after_on)
			return ll_fail(err, LL_EINVAL, "theme line %zu: no colour after 'on'", r->line);
		r->style.attrs |= attrs;
	} else if (!color_parse(word, &color)) {
		return refuse_word(word, r->line, err);
	} else if (r->is_after_on) {
		r->style.bg = color;
		r->has_bg = true;
		r->is_after_on = false;
	} else if (!r->has_fg) {
		r->style.fg = color;
		r->has_fg = true;
	} else {
		return ll_fail(err, LL_EINVAL, "theme line %zu: '%.*s' is a second colour; "
			"a background stands after 'on'", r->line, STR_FMT(word));
	}
	return LL_OK;
}

/* "red on black bold": in any order, but "on" stands before the background. */
static enum ll_err style_parse(struct str text, size_t line, struct style *out, struct err *err)
{
	struct reader r = { .style = { COLOR_DEFAULT, COLOR_DEFAULT, 0 }, .line = line };

	if (!text.len)
		return ll_fail(err, LL_EINVAL, "theme line %zu: no style after '='; "
			"'default' is the terminal's own", line);
	while (text.at) {
		struct str word = str_trim(str_cut(&text, ' '));
		enum ll_err code = word.len ? word_parse(&r, word, err) : LL_OK;

		if (code != LL_OK)
			return code;
	}
	if (r.is_after_on)
		return ll_fail(err, LL_EINVAL, "theme line %zu: no colour after 'on'", line);
	*out = r.style;
	return LL_OK;
}

static enum ll_err name_parse(struct str value, size_t line, char out[32], struct err *err)
{
	struct buf safe = BUF_INIT(256);
	bool is_fit = value.len && value.len < 32;

	if (is_fit) {
		text_add_safe(&safe, value);
		is_fit = buf_status(&safe) == LL_OK && str_eq(buf_str(&safe), value);
	}
	buf_release(&safe);
	if (!is_fit)
		return ll_fail(err, LL_EINVAL, "theme line %zu: a name has 1 to 31 printable bytes",
			line);
	memcpy(out, value.at, value.len);
	out[value.len] = '\0';
	return LL_OK;
}

static bool role_find(struct str name, enum role *out)
{
	for (enum role role = 0; role < ROLES; role++) {
		if (str_eq(name, str_of(role_names[role]))) {
			*out = role;
			return true;
		}
	}
	return false;
}

static enum ll_err refuse_role(struct str name, size_t line, struct err *err)
{
	struct suggest s;

	suggest_start(&s, name);
	suggest_offer(&s, "name");
	for (enum role role = 0; role < ROLES; role++)
		suggest_offer(&s, role_names[role]);
	return ll_fail(err, LL_EINVAL, "theme line %zu: no role '%.*s'%s", line, STR_FMT(name),
		suggest_tail(&s, ""));
}

/* *seen: a bit for each role that has had its line, so that one line never hides another. */
static enum ll_err line_parse(struct str text, size_t line, struct theme *out, unsigned *seen,
	struct err *err)
{
	struct str value = text, key = str_trim(str_cut(&value, '='));
	enum role role;

	if (text.at[0] == '[')
		return str_is(text, "[theme]") ? LL_OK :
			ll_fail(err, LL_EINVAL, "theme line %zu: section '%.*s' is not [theme]",
				line, STR_FMT(text));
	if (!value.at)
		return ll_fail(err, LL_EINVAL, "theme line %zu: no '=' after '%.*s'", line,
			STR_FMT(text));
	value = str_trim(value);
	if (str_is(key, "name"))
		return name_parse(value, line, out->name, err);
	if (!role_find(key, &role))
		return refuse_role(key, line, err);
	if (*seen & 1u << role)
		return ll_fail(err, LL_EINVAL, "theme line %zu: role '%s' stands twice", line,
			role_names[role]);
	*seen |= 1u << role;
	return style_parse(value, line, &out->styles[role], err);
}

/* *out holds the base and, on failure, part of the new. */
static enum ll_err lines_parse(struct str text, struct theme *out, struct err *err)
{
	unsigned seen = 0;

	for (size_t line = 1; text.at; line++) {
		struct str one = str_trim(str_cut(&text, '\n'));
		enum ll_err code = LL_OK;

		if (one.len && one.at[0] != '#' && one.at[0] != ';')
			code = line_parse(one, line, out, &seen, err);
		if (code != LL_OK)
			return code;
	}
	return LL_OK;
}

static struct theme plain(void)
{
	struct theme theme = { .name = "" };

	for (enum role role = 0; role < ROLES; role++)
		theme.styles[role] = (struct style){ COLOR_DEFAULT, COLOR_DEFAULT, 0 };
	return theme;
}

/* The shipped texts are ours: that they parse is an invariant. */
static void parse_own(struct str text, struct theme *out)
{
	enum ll_err code = lines_parse(text, out, NULL);

	PRE(code == LL_OK);
}

enum ll_err theme_parse(struct str text, const struct theme *base, struct theme *out,
	struct err *err)
{
	struct theme theme = base ? *base : plain();
	enum ll_err code;

	if (!base)
		parse_own(EMBEDDED(theme_dark), &theme);
	code = lines_parse(text, &theme, err);
	if (code == LL_OK)
		*out = theme;
	return code;
}

bool theme_shipped(struct str name, struct theme *out)
{
	const struct {
		const char *name;
		struct str text;
	} shipped[] = {
		{ "dark", EMBEDDED(theme_dark) },
		{ "light", EMBEDDED(theme_light) },
		{ "mono", EMBEDDED(theme_mono) },
		{ "colorblind", EMBEDDED(theme_colorblind) },
	};

	for (size_t i = 0; i < COUNT(shipped); i++) {
		if (str_eq(name, str_of(shipped[i].name))) {
			*out = plain();
			parse_own(shipped[0].text, out);
			if (i > 0)
				parse_own(shipped[i].text, out);
			return true;
		}
	}
	return false;
}

const char *role_name(enum role role)
{
	PRE(role < ROLES);
	return role_names[role];
}

const char *const theme_names[] = { "dark", "light", "mono", "colorblind", NULL };

static const char *const role_names[ROLES] = {
#define X(name, text) [ROLE_##name] = text,
	ROLE_LIST(X)
#undef X
};

static const char *const color_names[16] = {
	"black", "red", "green", "yellow", "blue", "magenta", "cyan", "white",
	"bright-black", "bright-red", "bright-green", "bright-yellow",
	"bright-blue", "bright-magenta", "bright-cyan", "bright-white",
};
