/* SPDX-License-Identifier: Apache-2.0 */
/* dashboard: the screen that `llmlab` alone opens on a terminal. */
#include "app/app.h"
#include "app/dashboard.h"
#include "app/screen.h"

static enum exit_code dashboard(struct app *app)
{
	if (args_given(app->args, "screen"))
		return screen_print(app, NULL);
	if (args_given(app->args, "keys"))
		return app_usage(app, "--keys are typed at a --screen: say --screen 120x36");
	if (!dashboard_is_wanted(app))
		return app_usage(app, "the dashboard needs a terminal; `llmlab overview` prints it as text");
	return dashboard_run(app, NULL);
}

const struct command command_dashboard = {
	.name = "dashboard",
	.summary = "what it costs, on a screen that follows; `llmlab` alone opens it too",
	.arguments = "",
	.help = "Spend by project, model or whatever else, down to the single call. It follows the "
		"logs as they grow. `?` on the screen lists the keys.\n"
		"\n"
		"The section [keys] of the configuration gives actions other keys, such as "
		"`spend.unit = U`. A theme of your own is a file `themes/NAME.theme` beside the "
		"configuration.\n"
		"\n"
		"With --screen one screen is printed as text and nothing is changed. --keys are "
		"typed first: names in angle brackets, and letters.",
	.options = (const char *const[]){ "theme", "mouse", "screen", "keys", NULL },
	.examples = (const struct command_example[]){
		{ "llmlab", "on a terminal" },
		{ "llmlab dashboard --theme light", "for a light background, if it is not seen by itself" },
		{ "llmlab dashboard --screen 120x36 --keys 'j <Enter>'", "a screen in a pipe" },
		{ NULL, NULL },
	},
	.run = dashboard,
};
