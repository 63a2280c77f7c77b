/* SPDX-License-Identifier: Apache-2.0 */
/* Which theme a terminal gets. */
#include "app/theme_choice.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/paths.h"
#include "base/file.h"
#include "base/limits.h"
#include "base/suggest.h"

static void use_shipped(const char *name, struct theme *out)
{
	bool is_there = theme_shipped(str_of(name), out);

	PRE(is_there);
}

/* COLORFGBG is "15;0": the last number is the background; 7 and 9 to 15 are light. */
static bool says_light(struct str colors)
{
	struct str last = { NULL, 0 };
	int64_t index;

	while (colors.at)
		last = str_cut(&colors, ';');
	return str_to_i64(last, &index) && (index == 7 || (index > 8 && index < 16));
}

static enum ll_err fail_unknown(struct str name, struct err *err)
{
	struct buf names = BUF_INIT(512);
	struct suggest s;

	suggest_start(&s, name);
	for (size_t i = 0; theme_names[i]; i++) {
		suggest_offer(&s, theme_names[i]);
		buf_addf(&names, "%s%s", i ? ", " : "", theme_names[i]);
	}
	(void)ll_fail(err, LL_EUSAGE, "there is no theme '%.*s' among %.*s and your own%s", STR_FMT(name),
		STR_FMT(buf_str(&names)), suggest_tail(&s, ""));
	buf_release(&names);
	return LL_EUSAGE;
}

/* "themes/NAME.theme" beside the configuration. */
static bool own_theme_path(struct str name, char out[PATHS_BYTES])
{
	char config[PATHS_BYTES], relative[128];
	size_t dir;

	if (memchr(name.at, '/', name.len) || !paths_config(config))
		return false;
	dir = str_of(config).len - str_basename(str_of(config)).len;
	config[dir] = '\0';
	return snprintf(relative, sizeof(relative), "themes/%.*s.theme", STR_FMT(name)) <
		(int)sizeof(relative) && path_join(out, PATHS_BYTES, config, relative);
}

static enum ll_err read_own(struct str name, struct theme *out, struct err *err)
{
	struct buf text = BUF_INIT(LIMIT_CONFIG_BYTES);
	char path[PATHS_BYTES];
	enum ll_err code = LL_ENOENT;

	if (own_theme_path(name, path))
		code = file_slurp(path, &text, err);
	if (code == LL_ENOENT)
		code = fail_unknown(name, err);
	if (code == LL_OK)
		code = theme_parse(buf_str(&text), NULL, out, err);
	if (code == LL_EINVAL)
		code = ll_fail(err, LL_EUSAGE, "theme '%s': %s", path, err->msg);
	buf_release(&text);
	return code;
}

enum ll_err theme_choose(struct app *app, struct theme *out, bool *is_chosen, struct err *err)
{
	struct str name = args_text(app->args, "theme");
	const char *no_color = getenv("NO_COLOR");

	*is_chosen = true;
	if (args_flag(app->args, "no-color") || (no_color && no_color[0])) {
		use_shipped("mono", out);
		return LL_OK;
	}
	if (name.at && !str_is(name, "auto"))
		return theme_shipped(name, out) ? LL_OK : read_own(name, out, err);
	*is_chosen = false;
	use_shipped(says_light(str_of(getenv("COLORFGBG"))) ? "light" : "dark", out);
	return LL_OK;
}

void theme_for_background(const int rgb[3], struct theme *out)
{
	int64_t brightness = (INT64_C(299) * rgb[0] + INT64_C(587) * rgb[1] + INT64_C(114) * rgb[2]) / 1000;

	use_shipped(brightness > 65535 / 2 ? "light" : "dark", out);
}
