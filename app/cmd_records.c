/* SPDX-License-Identifier: Apache-2.0 */
/* records: single calls, newest first, a page at a time. */
#include "app/app.h"
#include "app/report.h"
#include "app/table.h"

#define PAGE_ROWS 50

static void add_text(struct table *t, struct str text)
{
	table_text(t, text.len ? text : (struct str){ NULL, 0 });
}

static void add_id(struct table *t, struct record_id id)
{
	struct buf text = BUF_INIT(64);

	record_id_add(&text, id);
	table_text(t, buf_str(&text));
	buf_release(&text);
}

static const struct table_column columns_of_people[] = {
	{ .title = "time" },
	{ .title = "model", .may_cut = true },
	{ .title = "project", .may_cut = true },
	{ .title = "tokens", .is_number = true },
	{ .title = "cost", .is_number = true },
	{ .title = "status", .is_wide_only = true },
	{ .title = "id" },
};

/* Of calls of this year nobody needs the year: names get its room. */
static bool needs_year(const struct app *app, const struct record_page *page,
	const struct zone *zone)
{
	int32_t this_year = zone_civil(zone, clock_now_ns(&app->clock)).year;

	for (size_t i = 0; i < page->count; i++)
		if (zone_civil(zone, page->rows[i].call.start_ns).year != this_year)
			return true;
	return false;
}

static void add_row(struct table *t, const struct record *record, const struct zone *zone,
	bool has_year)
{
	const struct call *call = &record->call;
	char time[36];

	minute_label(zone, call->start_ns, has_year, time);
	table_text(t, str_of(time));
	add_text(t, call->model);
	add_text(t, str_basename(call->project));
	table_count(t, tokens_total(&call->tokens));
	table_usd(t, record->has_cost, record->cost);
	table_text(t, str_of(call_status_name(call->status)));
	add_id(t, record->id);
}

static void print_table(struct app *app, const struct record_page *page, const struct zone *zone)
{
	struct table *t = table_new(&app->arena, columns_of_people,
		sizeof(columns_of_people) / sizeof(columns_of_people[0]));
	bool has_year = needs_year(app, page, zone);

	if (page->count == 0) {
		buf_addz(&app->out, "No calls match.\n");
		return;
	}
	for (size_t i = 0; i < page->count; i++)
		add_row(t, &page->rows[i], zone, has_year);
	if (!app->has_utf8)
		table_use_ascii(t);
	table_print(t, &app->out, app->columns, app->has_color);
	if (page->next.at)
		buf_addf(&app->out, "More: the same with --cursor %.*s\n", STR_FMT(page->next));
}

static const struct table_column csv_columns[] = {
	{ .csv_name = "id" },
	{ .csv_name = "time" },
	{ .csv_name = "source" },
	{ .csv_name = "machine" },
	{ .csv_name = "provider" },
	{ .csv_name = "model" },
	{ .csv_name = "project" },
	{ .csv_name = "user" },
	{ .csv_name = "key" },
	{ .csv_name = "session" },
	{ .csv_name = "agent" },
	{ .csv_name = "status" },
	{ .csv_name = "tier" },
	TABLE_TOKEN_COLUMNS,
	{ .csv_name = "reasoning_tokens", .is_number = true },
	{ .csv_name = "web_searches", .is_number = true },
	{ .csv_name = "cost_usd", .is_number = true },
	{ .csv_name = "recorded_cost_usd", .is_number = true },
	{ .csv_name = "latency_ms", .is_number = true },
};

static void add_csv_names(struct table *t, const struct record *record, const struct zone *zone)
{
	const struct call *call = &record->call;
	char time[36];

	add_id(t, record->id);
	table_text(t, str_of(zone_format(zone, call->start_ns, time)));
	add_text(t, record->source_name);
	add_text(t, record->machine);
	add_text(t, call->provider);
	add_text(t, call->model);
	add_text(t, call->project);
	add_text(t, call->user);
	add_text(t, call->api_key);
	add_text(t, call->session);
	add_text(t, call->agent);
	add_text(t, str_of(call_status_name(call->status)));
	add_text(t, str_of(call_tier_name(call->tier)));
}

static void add_csv_figures(struct table *t, const struct record *record)
{
	const struct call *call = &record->call;

	table_tokens(t, &call->tokens);
	table_count(t, call->reasoning_tokens);
	table_count(t, call->web_searches);
	table_usd(t, record->has_cost, record->cost);
	table_usd(t, call->has_recorded, call->recorded);
	if (call->latency_ms >= 0)
		table_count(t, call->latency_ms);
	else
		table_text(t, (struct str){ NULL, 0 });
}

static void print_csv(struct app *app, const struct record_page *page, const struct zone *zone)
{
	struct table *t = table_new(&app->arena, csv_columns,
		sizeof(csv_columns) / sizeof(csv_columns[0]));

	for (size_t i = 0; i < page->count; i++) {
		add_csv_names(t, &page->rows[i], zone);
		add_csv_figures(t, &page->rows[i]);
	}
	table_csv(t, &app->out);
	if (page->next.at)
		app_warn(app, "there is more: the same with --cursor %.*s", STR_FMT(page->next));
}

static void print_json(struct app *app, const struct record_page *page,
	const struct timerange *range, const struct zone *zone)
{
	struct jsonw w;

	app_json(app, &w);
	jsonw_object(&w);
	report_range(&w, range, zone);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (size_t i = 0; i < page->count; i++)
		report_record(&w, &page->rows[i], zone);
	jsonw_array_end(&w);
	report_text(&w, "next", page->next);
	jsonw_object_end(&w);
	buf_addch(&app->out, '\n');
}

static enum exit_code records_run(struct app *app)
{
	struct record_query query = { .limit = PAGE_ROWS, .cursor = args_text(app->args, "cursor"),
		.oldest_first = str_is(args_text(app->args, "order"), "oldest") };
	const struct zone *zone;
	struct record_page page;
	struct err err = { 0 };

	if (args_given(app->args, "limit"))
		query.limit = (size_t)args_number(app->args, "limit");
	if (app_open_reader(app, &err) != LL_OK || app_zone(app, &zone, &err) != LL_OK ||
		app_range(app, &query.range, &err) != LL_OK ||
		app_filter(app, &query.filter, &err) != LL_OK ||
		record_page(app->reader, &app->scope, &query, &app->arena, &page, &err) != LL_OK)
		return app_fail(app, &err);
	if (args_flag(app->args, "json"))
		print_json(app, &page, &query.range, zone);
	else if (args_flag(app->args, "csv"))
		print_csv(app, &page, zone);
	else
		print_table(app, &page, zone);
	return app_write(app, &err) == LL_OK ? EXIT_OK : app_fail(app, &err);
}

const struct command command_records = {
	.name = "records",
	.summary = "single calls, newest first",
	.arguments = "",
	.help = "Lists the calls of the store, fifty at a time unless --limit says otherwise. A "
		"page ends with the cursor of the next one. `llmlab explain ID` shows how a "
		"call's cost came about.",
	.options = (const char *const[]){ "since", "until", "filter", "order", "cursor", NULL },
	.examples = (const struct command_example[]){
		{ "llmlab records --filter 'status=error' --since today", "what failed today" },
		{ "llmlab records --filter 'priced=no' --limit 10", "calls without a price" },
		{ "llmlab records --filter 'cost>0.5 model~opus' --json",
			"the expensive ones, for a script" },
		{ NULL, NULL },
	},
	.run = records_run,
};
