/* SPDX-License-Identifier: Apache-2.0 */
/* Pricing old calls anew: the preview, the question, the change. */
#include "app/reprice.h"

#include "app/paths.h"
#include "app/report.h"
#include "app/table.h"
#include "store/price_table.h"

struct reprice {
	struct app *app;
	const struct zone *zone;
	struct timerange range;
	struct reprice_diff diff;
};

static enum ll_err load(struct reprice *job, struct err *err)
{
	struct app *app = job->app;
	char dir[PATHS_BYTES];
	enum ll_err code = paths_store(app->args, dir, err);

	if (code)
		return code;
	if (!paths_has_store(dir))
		return ll_fail(err, LL_ENOENT,
			"there is no store in '%s' yet, so nothing to price anew", dir);
	if ((code = app_open_store(app, err)) != LL_OK ||
		(code = app_open_reader(app, err)) != LL_OK ||
		(code = app_open_book(app, err)) != LL_OK ||
		(code = app_zone(app, &job->zone, err)) != LL_OK ||
		(code = app_range(app, &job->range, err)) != LL_OK)
		return code;
	return reprice_preview(app->reader, &app->scope, &job->range, app->book, &app->arena,
		&job->diff, err);
}

static const struct table_column diff_columns[] = {
	{ .title = "provider", .csv_name = "provider", .may_cut = true },
	{ .title = "model", .csv_name = "model", .may_cut = true },
	{ .title = "requests", .csv_name = "requests", .is_number = true },
	{ .title = "newly priced", .csv_name = "newly_priced_requests", .is_number = true,
		.is_wide_only = true },
	{ .title = "before", .csv_name = "before_usd", .is_number = true },
	{ .title = "after", .csv_name = "after_usd", .is_number = true },
	{ .title = "difference", .csv_name = "difference_usd", .is_number = true },
};

static void add_figures(struct table *t, int64_t calls, int64_t newly_priced, struct usd before,
	struct usd after)
{
	struct usd difference = after;
	bool is_known = usd_sub(&difference, before) == LL_OK;

	table_count(t, calls);
	table_count(t, newly_priced);
	table_usd(t, newly_priced < calls, before);
	table_usd(t, true, after);
	table_usd(t, is_known, difference);
}

static struct table *make_table(const struct reprice *job)
{
	struct table *t = table_new(&job->app->arena, diff_columns,
		sizeof(diff_columns) / sizeof(diff_columns[0]));
	const struct reprice_diff *diff = &job->diff;
	int64_t newly_priced = 0;

	for (size_t i = 0; i < diff->count; i++) {
		const struct reprice_change *change = &diff->changes[i];

		newly_priced += change->newly_priced;
		table_text(t, change->provider);
		table_text(t, change->model);
		add_figures(t, change->calls, change->newly_priced, change->before, change->after);
	}
	table_rule(t);
	table_text(t, STR("total"));
	table_text(t, STR(""));
	add_figures(t, diff->calls, newly_priced, diff->before, diff->after);
	if (!job->app->has_utf8)
		table_use_ascii(t);
	return t;
}

static void write_change(const struct reprice_change *change, struct jsonw *w)
{
	jsonw_object(w);
	report_text(w, "provider", change->provider);
	report_text(w, "model", change->model);
	report_count(w, "requests", change->calls);
	report_count(w, "newly_priced_requests", change->newly_priced);
	report_usd(w, "before_usd", change->newly_priced < change->calls, change->before);
	report_usd(w, "after_usd", true, change->after);
	jsonw_object_end(w);
}

static void write_json(const struct reprice *job, bool is_applied)
{
	const struct reprice_diff *diff = &job->diff;
	struct jsonw w;

	app_json(job->app, &w);
	jsonw_object(&w);
	report_range(&w, &job->range, job->zone);
	report_bool(&w, "is_applied", is_applied);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (size_t i = 0; i < diff->count; i++)
		write_change(&diff->changes[i], &w);
	jsonw_array_end(&w);
	jsonw_key(&w, "totals");
	jsonw_object(&w);
	report_count(&w, "requests", diff->calls);
	report_usd(&w, "before_usd", true, diff->before);
	report_usd(&w, "after_usd", true, diff->after);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	buf_addch(&job->app->out, '\n');
}

/* The difference, before anybody is asked. JSON comes once, at the end. */
static enum ll_err show(const struct reprice *job, struct err *err)
{
	struct app *app = job->app;

	if (args_flag(app->args, "json"))
		return LL_OK;
	if (args_flag(app->args, "csv"))
		table_csv(make_table(job), &app->out);
	else if (job->diff.calls == 0)
		buf_addz(&app->out,
			"Every call has the cost that its price gives: nothing to change.\n");
	else
		table_print(make_table(job), &app->out, app->columns, app->has_color);
	return app_write(app, err);
}

static enum exit_code finish(const struct reprice *job, bool is_applied, int64_t calls)
{
	struct app *app = job->app;
	struct err err = { 0 };

	if (args_flag(app->args, "json")) {
		write_json(job, is_applied);
	} else if (is_applied && !args_flag(app->args, "csv")) {
		buf_add_grouped(&app->out, calls);
		buf_addf(&app->out, " call%s priced anew.\n", calls == 1 ? "" : "s");
	}
	return app_write(app, &err) == LL_OK ? EXIT_OK : app_fail(app, &err);
}

enum exit_code reprice_run(struct app *app)
{
	struct reprice job = { .app = app };
	struct err err = { 0 };
	int64_t calls = 0;

	if (load(&job, &err) != LL_OK || show(&job, &err) != LL_OK)
		return app_fail(app, &err);
	if (job.diff.calls == 0 || args_flag(app->args, "dry-run"))
		return finish(&job, false, 0);
	if (!app_confirm(app, "Store these costs?"))
		return EXIT_FAILED;
	if (reprice_apply(app->store, &app->scope, &job.range, app->actor, &calls, &err) != LL_OK)
		return app_fail(app, &err);
	return finish(&job, true, calls);
}
