/* SPDX-License-Identifier: Apache-2.0 */
/* overview: the dashboard as plain text; also what `llmlab --plain` prints. */
#include "app/app.h"
#include "app/overview.h"

static enum exit_code overview(struct app *app)
{
	struct err err = { 0 };

	if (app_open_reader(app, &err) != LL_OK || overview_add(app, &err) != LL_OK)
		return app_fail(app, &err);
	return EXIT_OK;
}

const struct command command_overview = {
	.name = "overview",
	.summary = "the last thirty days on one page of plain text",
	.arguments = "",
	.help = "Spend by day as a chart, the models, projects and sessions that cost most, the "
		"five-hour window that runs now, models without a price. `llmlab --plain` prints "
		"the same.",
	.examples = (const struct command_example[]){
		{ "llmlab overview", "for a terminal, a pipe or a mail" },
		{ NULL, NULL },
	},
	.run = overview,
};
