/* SPDX-License-Identifier: Apache-2.0 */
/* costs: sums of spend by time and by name; daily, weekly, monthly and session are short for it. */
#include "app/spend_report.h"

/* --by and --bucket together; by day when neither is given. */
static enum ll_err choose_groups(struct app *app, struct spend_by *by, struct err *err)
{
	struct str words = args_text(app->args, "by"), name = args_text(app->args, "bucket");
	enum bucket bucket = BUCKET_NONE;
	enum ll_err code = spend_by_parse(words, by, err);

	if (code)
		return code;
	if (!name.at) {
		if (!words.at)
			by->bucket = BUCKET_DAY;
		return LL_OK;
	}
	if (!bucket_parse(name, &bucket))
		return ll_fail(err, LL_EUSAGE, "option '--bucket': '%.*s' is no span of time",
			STR_FMT(name));
	if (by->bucket != BUCKET_NONE && by->bucket != bucket)
		return ll_fail(err, LL_EUSAGE, "'--by %s' and '--bucket %s' are both spans of time",
			bucket_name(by->bucket), bucket_name(bucket));
	by->bucket = bucket;
	return LL_OK;
}

static enum exit_code costs_run(struct app *app)
{
	struct spend_by by;
	struct err err = { 0 };

	if (choose_groups(app, &by, &err) != LL_OK)
		return app_fail(app, &err);
	return spend_report_run(app, &by);
}

static enum exit_code daily_run(struct app *app)
{
	return spend_report_run(app, &(struct spend_by){ .bucket = BUCKET_DAY });
}

static enum exit_code weekly_run(struct app *app)
{
	return spend_report_run(app, &(struct spend_by){ .bucket = BUCKET_WEEK });
}

static enum exit_code monthly_run(struct app *app)
{
	return spend_report_run(app, &(struct spend_by){ .bucket = BUCKET_MONTH });
}

static enum exit_code session_run(struct app *app)
{
	return spend_report_run(app, &(struct spend_by){ .dims = { { .kind = DIM_SESSION } },
		.dim_count = 1 });
}

static const char *const alias_options[] = { "since", "until", "filter", "exact", NULL };

const struct command command_costs = {
	.name = "costs",
	.summary = "what was spent, by time and by name",
	.arguments = "",
	.help = "Sums the calls of the store: by day unless --by or --bucket say otherwise, over "
		"all time unless --since or --until do. --by takes up to four names, and one span "
		"of time:\n"
		"hour, day, week, month; provider, model, project, user, key, session, source, "
		"machine, agent, tag:NAME.\n\n"
		"A cost is computed from tokens and the price of that day. Calls without a price "
		"are counted beside the sum, as '?', never as zero. What a subscription plan "
		"covers is called API value: it was not paid. --limit keeps the rows that cost "
		"most; the total stays that of all.",
	.options = (const char *const[]){ "by", "bucket", "basis", "since", "until", "filter",
		"exact", NULL },
	.examples = (const struct command_example[]){
		{ "llmlab costs", "every day so far" },
		{ "llmlab costs --by model --since 7d", "a week, by model" },
		{ "llmlab costs --by month,project --json", "for a script" },
		{ "llmlab costs --by tag:env --filter 'provider=openai' --since month",
			"this month's OpenAI calls by environment" },
		{ NULL, NULL },
	},
	.run = costs_run,
};

const struct command command_daily = {
	.name = "daily",
	.summary = "what was spent each day",
	.arguments = "",
	.help = "The same as `llmlab costs --by day`.",
	.options = alias_options,
	.run = daily_run,
};

const struct command command_weekly = {
	.name = "weekly",
	.summary = "what was spent each week (from Monday)",
	.arguments = "",
	.help = "The same as `llmlab costs --by week`.",
	.options = alias_options,
	.run = weekly_run,
};

const struct command command_monthly = {
	.name = "monthly",
	.summary = "what was spent each month",
	.arguments = "",
	.help = "The same as `llmlab costs --by month`.",
	.options = alias_options,
	.run = monthly_run,
};

const struct command command_session = {
	.name = "session",
	.summary = "what was spent in each session",
	.arguments = "",
	.help = "The same as `llmlab costs --by session`, the most expensive first.",
	.options = alias_options,
	.run = session_run,
};
