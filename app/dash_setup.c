/* SPDX-License-Identifier: Apache-2.0 */
/* What the dashboard needs before it is there. */
#include "app/dash_setup.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>

#include "app/config.h"
#include "app/paths.h"
#include "app/terminal.h"

bool environment_has(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0];
}

bool setup_locale(void)
{
	bool is_unset = !environment_has("LC_ALL") && !environment_has("LC_CTYPE") && !environment_has("LANG");

	/* LC_CTYPE alone: no library is to write numbers with a comma. */
	if (!setlocale(LC_CTYPE, "") || strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		if (is_unset || terminal_has_utf8())
			(void)setlocale(LC_CTYPE, "C.UTF-8");
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

enum ll_err setup_store(struct app *app, const char *dir, struct err *err)
{
	struct store_options options = { .dir = dir, .mode = STORE_READ_ONLY, .clock = &app->clock };

	return paths_has_store(dir) ? store_open(&app->store, &options, err) : LL_OK;
}

enum ll_err setup_keys(struct app *app, struct str *out, struct err *err)
{
	struct buf text = BUF_INIT(LIMIT_CONFIG_BYTES);
	struct config config = { 0 };
	enum ll_err code = config_load(args_text(app->args, "config").at, &app->arena, &config, err);

	for (size_t i = 0; i < config.count; i++) {
		const struct config_entry *e = &config.entries[i];

		if (str_is(e->section, "keys"))
			buf_addf(&text, "%.*s = %.*s\n", STR_FMT(e->key), STR_FMT(e->value));
	}
	*out = arena_str(&app->arena, buf_str(&text));
	buf_release(&text);
	return code;
}
