/* SPDX-License-Identifier: Apache-2.0 */
/* zone: where the days of a store begin. */
#include "app/app.h"
#include "app/peek.h"
#include "app/report.h"
#include "base/text.h"

static enum ll_err find_zone(struct app *app, char name[64], struct err *err)
{
	enum ll_err code = app_peek(app, err);

	zone_system_name(name);
	if (code == LL_OK && app->reader)
		code = store_zone(app->reader, &app->scope, name, err);
	return code;
}

static void answer(struct app *app, struct str name)
{
	struct jsonw w;

	if (!args_flag(app->args, "json")) {
		buf_addz(&app->out, "days begin at midnight of ");
		text_add_safe(&app->out, name);
		buf_addch(&app->out, '\n');
		return;
	}
	app_json(app, &w);
	jsonw_object(&w);
	report_text(&w, "zone", name);
	jsonw_object_end(&w);
	buf_addch(&app->out, '\n');
}

/* A zone that does not exist makes no store. */
static enum ll_err set_zone(struct app *app, struct str name, struct err *err)
{
	struct zone *zone = NULL;
	enum ll_err code = zone_open(name, &zone, err);

	if (code)
		return ll_fail(err, LL_EUSAGE, "%s", err->msg);
	zone_free(zone);
	code = app_open_store(app, err);
	return code ? code : store_set_zone(app->store, &app->scope, name, app->actor, err);
}

static enum exit_code zone(struct app *app)
{
	struct str wanted = str_of(args_at(app->args, 0));
	struct err err = { 0 };
	char name[64];
	enum ll_err code;

	if (args_count(app->args) > 1)
		return app_usage(app, "one zone at a time");
	code = wanted.at ? set_zone(app, wanted, &err) : find_zone(app, name, &err);
	if (code)
		return app_fail(app, &err);
	answer(app, wanted.at ? wanted : str_of(name));
	return EXIT_OK;
}

const struct command command_zone = {
	.name = "zone",
	.summary = "the time zone in which a store's days begin",
	.arguments = "[ZONE]",
	.help = "Sums by day are kept in one zone: that of this machine when the store was made. With "
		"a ZONE all days are cut anew, and reports in it are as fast as before. --timezone "
		"cuts a single report in another one and changes nothing.",
	.examples = (const struct command_example[]){
		{ "llmlab zone", "which it is" },
		{ "llmlab zone Asia/Kolkata", "another one from now on, for the calls of the past too" },
		{ NULL, NULL },
	},
	.run = zone,
};
