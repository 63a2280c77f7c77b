/* SPDX-License-Identifier: Apache-2.0 */
/* sources: where the calls of the store come from. */
#include "app/app.h"
#include "app/report.h"
#include "app/table.h"
#include "base/text.h"
#include "store/source.h"

/* Each source with the sum of its calls. */
struct source_sums {
	struct source *sources;
	struct usage_sum *sums;
	size_t count;
};

static const char *plan_name(enum source_plan plan)
{
	switch (plan) {
	case PLAN_METERED:
		return "metered";
	case PLAN_SUBSCRIPTION:
		return "subscription";
	}
	return "";
}

/* Several places of one kind of log on one machine are one group to spend_query. */
static bool share_a_group(const struct source_sums *all)
{
	for (size_t i = 0; i < all->count; i++)
		for (size_t k = i + 1; k < all->count; k++)
			if (str_eq(all->sources[i].name, all->sources[k].name) &&
				str_eq(all->sources[i].machine, all->sources[k].machine))
				return true;
	return false;
}

static enum ll_err sum_by_group(struct app *app, const struct timerange *range,
	const struct zone *zone, struct source_sums *all, struct err *err)
{
	struct spend_query q = { .range = *range, .zone = zone, .dim_count = 2,
		.dims = { { .kind = DIM_SOURCE }, { .kind = DIM_MACHINE } } };
	struct spend spend;
	enum ll_err code = spend_query(app->reader, &app->scope, &q, &app->arena, &spend, err);

	for (size_t i = 0; i < all->count && code == LL_OK; i++)
		for (size_t k = 0; k < spend.count; k++)
			if (str_eq(spend.rows[k].names[0], all->sources[i].name) &&
				str_eq(spend.rows[k].names[1], all->sources[i].machine))
				all->sums[i] = spend.rows[k].sum;
	return code;
}

static enum ll_err add_record(void *ctx, const struct record *record, struct err *err)
{
	struct source_sums *all = ctx;
	struct usage_sum one = { .calls = 1, .unpriced = !record->has_cost,
		.errors = record->call.status == CALL_ERROR, .tokens = record->call.tokens,
		.cost = record->has_cost ? record->cost : USD_ZERO };

	for (size_t i = 0; i < all->count; i++)
		if (all->sources[i].id == record->source && usage_sum_add(&all->sums[i], &one))
			return ll_fail(err, LL_EOVERFLOW, "the sum of source %lld is out of range",
				(long long)record->source);
	return LL_OK;
}

static enum ll_err load(struct app *app, struct source_sums *all, struct err *err)
{
	const struct zone *zone;
	struct timerange range;
	struct record_query q = { .oldest_first = true };
	enum ll_err code = app_zone(app, &zone, err);

	if (code == LL_OK)
		code = timerange_parse(STR(""), STR(""), zone, clock_now_ns(&app->clock), &range,
			err);
	if (code == LL_OK)
		code = source_list(app->reader, &app->scope, &app->arena, &all->sources,
			&all->count, err);
	if (code)
		return code;
	all->sums = arena_alloc(&app->arena, (all->count + 1) * sizeof(*all->sums));
	if (!all->sums)
		return ll_fail(err, LL_ENOMEM, "no memory for %zu sources", all->count);
	if (!share_a_group(all))
		return sum_by_group(app, &range, zone, all, err);
	q.range = range;
	return record_each(app->reader, &app->scope, &q, false, add_record, all, err);
}

static const struct table_column columns[] = {
	{ .title = "id", .csv_name = "id", .is_number = true },
	{ .title = "source", .csv_name = "source" },
	{ .title = "machine", .csv_name = "machine", .may_cut = true },
	{ .title = "place", .csv_name = "place", .may_cut = true },
	{ .title = "plan", .csv_name = "plan" },
	{ .title = "files", .csv_name = "files", .is_number = true, .is_wide_only = true },
	{ .title = "calls", .csv_name = "requests", .is_number = true },
	{ .title = "cost", .csv_name = "cost_usd", .is_number = true },
};

static struct table *table_of(struct app *app, const struct source_sums *all)
{
	struct table *t = table_new(&app->arena, columns, sizeof(columns) / sizeof(columns[0]));

	for (size_t i = 0; i < all->count; i++) {
		const struct source *s = &all->sources[i];

		table_count(t, s->id);
		table_text(t, s->name);
		table_text(t, s->machine);
		table_text(t, s->place);
		table_text(t, str_of(plan_name(s->plan)));
		table_count(t, s->files);
		table_count(t, all->sums[i].calls);
		table_usd(t, usage_has_cost(&all->sums[i]), all->sums[i].cost);
	}
	if (!app->has_utf8)
		table_use_ascii(t);
	return t;
}

static void report_sources(struct app *app, const struct source_sums *all)
{
	struct jsonw w;

	app_json(app, &w);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (size_t i = 0; i < all->count; i++) {
		const struct source *s = &all->sources[i];

		jsonw_object(&w);
		report_count(&w, "id", s->id);
		report_text(&w, "source", s->name);
		report_text(&w, "machine", s->machine);
		report_text(&w, "place", s->place);
		report_text(&w, "plan", str_of(plan_name(s->plan)));
		report_time(&w, "added", zone_utc(), s->added_ns);
		report_count(&w, "files", s->files);
		report_count(&w, "requests", all->sums[i].calls);
		report_tokens(&w, &all->sums[i].tokens);
		report_usd(&w, "cost_usd", usage_has_cost(&all->sums[i]), all->sums[i].cost);
		report_count(&w, "unpriced_requests", all->sums[i].unpriced);
		jsonw_object_end(&w);
	}
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	buf_addch(&app->out, '\n');
}

static enum exit_code list(struct app *app)
{
	struct source_sums all = { 0 };
	struct err err = { 0 };

	if (args_count(app->args) > 1)
		return app_usage(app, "'sources list' takes no argument");
	if (app_open_reader(app, &err) != LL_OK || load(app, &all, &err) != LL_OK)
		return app_fail(app, &err);
	if (args_flag(app->args, "json"))
		report_sources(app, &all);
	else if (args_flag(app->args, "csv"))
		table_csv(table_of(app, &all), &app->out);
	else if (all.count)
		table_print(table_of(app, &all), &app->out, app->columns, app->has_color);
	else
		buf_addz(&app->out, "No sources yet; `llmlab import` reads them.\n");
	return EXIT_OK;
}

static enum ll_err find_source(struct app *app, int64_t id, struct source *out, struct err *err)
{
	struct store_reader *reader = NULL;
	struct source *all = NULL;
	size_t count = 0;
	enum ll_err code = store_reader_open(app->store, &reader, err);

	if (code == LL_OK)
		code = source_list(reader, &app->scope, &app->arena, &all, &count, err);
	store_reader_close(reader);
	for (size_t i = 0; i < count; i++) {
		if (all[i].id == id) {
			*out = all[i];
			return code;
		}
	}
	return code ? code : ll_fail(err, LL_ENOENT,
		"there is no source %lld; `llmlab sources` lists them", (long long)id);
}

/* What changes a source: its id is the word after the verb. */
static enum ll_err open_source(struct app *app, size_t words, const char *usage,
	struct source *out, struct err *err)
{
	int64_t id;
	enum ll_err code;

	if (args_count(app->args) != words)
		return ll_fail(err, LL_EUSAGE, "usage: llmlab sources %s", usage);
	if (!str_to_i64(str_of(args_at(app->args, 1)), &id))
		return ll_fail(err, LL_EUSAGE, "'%s' is not the number of a source",
			args_at(app->args, 1));
	code = app_open_store(app, err);
	return code ? code : find_source(app, id, out, err);
}

static enum exit_code remove_source(struct app *app)
{
	struct source source = { 0 };
	struct buf question = BUF_INIT(2048);
	struct err err = { 0 };
	enum exit_code result = EXIT_FAILED;
	int64_t calls;

	if (open_source(app, 2, "remove ID", &source, &err) != LL_OK)
		return app_fail(app, &err);
	buf_addf(&question, "Remove source %lld (%.*s on '%.*s', %.*s) and its calls?",
		(long long)source.id, STR_FMT(source.name), STR_FMT(source.machine),
		STR_FMT(source.place));
	if (!app_confirm(app, question.at))
		goto out;
	if (source_remove(app->store, &app->scope, source.id, app->actor, &calls, &err) != LL_OK) {
		result = app_fail(app, &err);
		goto out;
	}
	buf_addz(&app->out, "Removed ");
	buf_add_grouped(&app->out, calls);
	buf_addz(&app->out, calls == 1 ? " call.\n" : " calls.\n");
	result = EXIT_OK;
out:
	buf_release(&question);
	return result;
}

/* What the change made of it, in a sentence. */
static void add_change(struct app *app, const struct source *source, const char *verb,
	struct str value)
{
	buf_addf(&app->out, "Source %lld (", (long long)source->id);
	text_add_safe(&app->out, source->name);
	buf_addf(&app->out, ") is %s ", verb);
	text_add_safe(&app->out, value);
	buf_addz(&app->out, " now.\n");
}

static enum exit_code relabel(struct app *app)
{
	struct str machine = str_trim(str_of(args_at(app->args, 2)));
	struct source source = { 0 };
	struct err err = { 0 };

	if (machine.at && !machine.len)
		return app_usage(app, "a machine needs a name");
	if (open_source(app, 3, "relabel ID NAME", &source, &err) != LL_OK ||
		source_relabel(app->store, &app->scope, source.id, machine, app->actor, &err) !=
			LL_OK)
		return app_fail(app, &err);
	add_change(app, &source, "on", machine);
	return EXIT_OK;
}

static enum exit_code plan(struct app *app)
{
	struct str name = str_of(args_at(app->args, 2));
	enum source_plan plan = PLAN_METERED;
	struct source source = { 0 };
	struct err err = { 0 };

	if (str_eq(name, str_of(plan_name(PLAN_SUBSCRIPTION))))
		plan = PLAN_SUBSCRIPTION;
	else if (name.at && !str_eq(name, str_of(plan_name(PLAN_METERED))))
		return app_usage(app, "'%s' is no plan; say metered or subscription", name.at);
	if (open_source(app, 3, "plan ID metered|subscription", &source, &err) != LL_OK ||
		source_set_plan(app->store, &app->scope, source.id, plan, app->actor,
			&err) != LL_OK)
		return app_fail(app, &err);
	add_change(app, &source, "on the plan", str_of(plan_name(plan)));
	return EXIT_OK;
}

static const char *const verbs[] = { "list", "remove", "relabel", "plan", NULL };
static enum exit_code (*const actions[])(struct app *app) = { list, remove_source, relabel, plan };

static enum exit_code sources(struct app *app)
{
	struct str verb = str_of(args_at(app->args, 0));

	for (size_t i = 0; verbs[i] && verb.at; i++)
		if (str_eq(verb, str_of(verbs[i])))
			return actions[i](app);
	return list(app);
}

const struct command command_sources = {
	.name = "sources",
	.summary = "list, name and remove where calls come from",
	.arguments = "[list | remove ID | relabel ID MACHINE | plan ID metered|subscription]",
	.help = "A source is one kind of log on one machine at one place. `remove` takes its calls "
		"out of the store (the logs themselves stay where they are); `relabel` says which "
		"machine it is from; `plan ID subscription` says that a flat plan pays for it: its "
		"dollars are what the API would cost, and reports tell them apart.",
	.verbs = verbs,
	.examples = (const struct command_example[]){
		{ "llmlab sources", "all sources with their calls and cost" },
		{ "llmlab sources plan 1 subscription", "a flat plan pays for source 1" },
		{ NULL, NULL },
	},
	.run = sources,
};
