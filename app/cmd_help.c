/* SPDX-License-Identifier: Apache-2.0 */
/* help: the program, or one command, explained. */
#include "app/app.h"
#include "app/help.h"
#include "base/suggest.h"
#include "views/dashboard.h"

static enum exit_code help(struct app *app)
{
	const char *name = args_at(app->args, 0);
	const struct command *c = NULL;
	struct suggest s;

	if (args_count(app->args) > 1)
		return app_usage(app, "one command at a time");
	if (name && str_is(str_of(name), "keys")) {
		dash_keys_text(&app->out);
		return EXIT_OK;
	}
	if (name) {
		c = command_find(str_of(name));
		suggest_start(&s, str_of(name));
		for (size_t i = 0; i < command_count; i++)
			if (commands[i]->summary)
				suggest_offer(&s, commands[i]->name);
		if (!c)
			return app_usage(app, "unknown command '%s'%s", name, suggest_tail(&s, ""));
	}
	help_add(c, &app->out, app->columns);
	return EXIT_OK;
}

const struct command command_help = {
	.name = "help",
	.summary = "explain the program or a command",
	.arguments = "[COMMAND | keys]",
	.help = "",
	.examples = (const struct command_example[]){
		{ "llmlab help import", "the same as llmlab import --help" },
		{ "llmlab help keys", "every key of the dashboard" },
		{ NULL, NULL },
	},
	.run = help,
};
