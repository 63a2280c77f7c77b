/* SPDX-License-Identifier: Apache-2.0 */
/* version: which llmlab this is. */
#include "app/app.h"

static enum exit_code version(struct app *app)
{
	struct jsonw w;

	if (!args_flag(app->args, "json")) {
		buf_addz(&app->out, "llmlab " LLMLAB_VERSION "\n");
		return EXIT_OK;
	}
	app_json(app, &w);
	jsonw_object(&w);
	jsonw_key(&w, "version");
	jsonw_str(&w, STR(LLMLAB_VERSION));
	jsonw_object_end(&w);
	buf_addch(&app->out, '\n');
	return EXIT_OK;
}

const struct command command_version = {
	.name = "version",
	.summary = "print the version",
	.arguments = "",
	.help = "`llmlab doctor` also tells the versions of the libraries.",
	.run = version,
};
