/* SPDX-License-Identifier: Apache-2.0 */
/*
 * statusline: one line for Claude Code's status bar. It runs every few hundred milliseconds, so it
 * opens the store once and asks little; and whatever happens it prints a line, since an empty
 * status bar helps nobody.
 */
#include <stdio.h>

#include "app/app.h"
#include "app/block_report.h"
#include "app/paths.h"
#include "app/report.h"
#include "app/status_line.h"
#include "app/stdin_text.h"
#include "base/limits.h"
#include "store/price_table.h"
#include "store/spend.h"

/* Two windows back are enough to find the running one's start but for agents that never rest. */
#define BLOCK_BACK_NS (10 * NS_PER_HOUR)

/* The first trouble is the one to be told. */
static void note(struct status_line *line, const char *what)
{
	if (!line->trouble[0])
		snprintf(line->trouble, sizeof(line->trouble), "%s", what);
}

static void read_input(struct arena *a, struct status_input *input, struct status_line *line)
{
	struct buf text = BUF_INIT(STATUS_INPUT_BYTES);
	struct err err = { 0 };
	struct str kept;

	*input = (struct status_input){ .context_percent = -1 };
	if (stdin_read(&text, "Claude Code's JSON", &err) != LL_OK) {
		note(line, err.msg);
	} else {
		kept = arena_str(a, buf_str(&text));
		if (!status_input_read(kept, a, input))
			note(line, "stdin is not the JSON of Claude Code");
	}
	buf_release(&text);
}

/* Reads on only the transcript of this session; its directory was imported before. */
static enum ll_err read_on(struct app *app, struct str transcript, struct err *err)
{
	const char *path = arena_str(&app->arena, transcript).at;
	struct import_options options = { .store = app->store, .scope = &app->scope,
		.paths = &path, .path_count = 1, .refresh = true, .actor = app->actor };
	struct import_summary summary;
	enum ll_err code = app_zone(app, &options.decode.zone, err);

	if (code == LL_OK && !path)
		code = ll_fail(err, LL_ENOMEM, "out of memory");
	options.book = app_lend_book;
	options.book_ctx = app;
	return code == LL_OK ? import_run(&options, &summary, err) : code;
}

static enum ll_err open_store(struct app *app, const struct status_input *input,
	struct status_line *line, struct err *err)
{
	struct err why = { 0 };
	char dir[PATHS_BYTES];
	enum ll_err code = paths_store(app->args, dir, err);

	if (code)
		return code;
	if (!paths_has_store(dir))
		return ll_fail(err, LL_ENOENT, "no store yet, run `llmlab import`");
	if (input->transcript.len && !args_flag(app->args, "no-refresh") &&
		(app_open_store(app, &why) != LL_OK ||
			read_on(app, input->transcript, &why) != LL_OK))
		note(line, why.msg);
	if (!app->store) {
		struct store_options options = { .dir = dir, .mode = STORE_READ_ONLY,
			.clock = &app->clock };

		code = store_open(&app->store, &options, err);
	}
	return code == LL_OK ? store_reader_open(app->store, &app->reader, err) : code;
}

static struct status_amount amount_of(const struct usage_sum *sum)
{
	return (struct status_amount){ .is_there = true, .is_priced = usage_has_cost(sum),
		.usd = sum->cost };
}

static enum ll_err add_today(struct app *app, const struct zone *zone, int64_t now_ns,
	struct status_line *line, struct err *err)
{
	int64_t day = zone_day(zone, now_ns);
	struct spend_query query = { .zone = zone,
		.range = { .since_ns = zone_day_start_ns(zone, day),
			.until_ns = zone_day_start_ns(zone, day + 1) } };
	struct spend spend;
	enum ll_err code = spend_query(app->reader, &app->scope, &query, &app->arena, &spend, err);

	if (code == LL_OK)
		line->today = amount_of(&spend.total);
	return code;
}

static enum ll_err add_session(struct app *app, const struct zone *zone, struct str session,
	struct status_line *line, struct err *err)
{
	struct filter_term term = { .field = FILTER_SESSION, .op = FILTER_EQ, .texts = &session,
		.text_count = 1 };
	struct filter filter = { &term, 1 };
	struct spend_query query = { .zone = zone, .filter = &filter,
		.range = { LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS, true } };
	struct spend spend;
	enum ll_err code = spend_query(app->reader, &app->scope, &query, &app->arena, &spend, err);

	/* A session that is not stored yet keeps Claude Code's own figure. */
	if (code == LL_OK && spend.total.calls)
		line->session = amount_of(&spend.total);
	return code;
}

static enum ll_err add_block(struct app *app, int64_t now_ns, struct status_line *line,
	struct err *err)
{
	struct block_report report = { .now_ns = now_ns, .query = {
		.range = { now_ns - BLOCK_BACK_NS, LIMIT_TIME_MAX_NS, false },
		.source = str_of(decoder_find(STR("claude"))->source) } };
	const struct block *block;
	struct block_rate rate;
	enum ll_err code = block_report_load(&report, app->reader, &app->scope, &app->arena, err);

	block = code == LL_OK ? block_report_active(&report) : NULL;
	if (block) {
		line->block = (struct status_amount){ true, block->unpriced < block->calls,
			block->cost };
		line->block_left_min = (block->end_ns - now_ns) / NS_PER_MIN;
		if (block_project(block, now_ns, &rate))
			line->per_hour = (struct status_amount){ true, line->block.is_priced,
				rate.cost_per_hour };
	}
	block_report_release(&report);
	return code;
}

/* The share of the model's context that the session's last call sent; sub-agents have their own. */
static enum ll_err add_context(struct app *app, int64_t now_ns, struct str session,
	struct status_line *line, struct err *err)
{
	struct str absent = STR("");
	struct filter_term terms[] = {
		{ .field = FILTER_SESSION, .op = FILTER_EQ, .texts = &session, .text_count = 1 },
		{ .field = FILTER_AGENT, .op = FILTER_EQ, .texts = &absent, .text_count = 1 },
	};
	struct filter filter = { terms, 2 };
	struct record_query query = { .filter = &filter, .limit = 1,
		.range = { now_ns - BLOCK_BACK_NS, LIMIT_TIME_MAX_NS, false } };
	struct record_page page;
	struct price price;
	enum ll_err code = record_page(app->reader, &app->scope, &query, &app->arena, &page, err);

	if (code || page.count == 0 || page.rows[0].price == 0)
		return code;
	code = price_get(app->reader, page.rows[0].price, &app->arena, &price, err);
	if (code == LL_OK && price.context_window)
		line->context_percent = tokens_prompt(&page.rows[0].call.tokens) * 100 /
			price.context_window;
	return code;
}

static enum ll_err ask_store(struct app *app, const struct status_input *input,
	struct status_line *line, struct err *err)
{
	int64_t now_ns = clock_now_ns(&app->clock);
	const struct zone *zone;
	enum ll_err code = open_store(app, input, line, err);

	if (code == LL_OK)
		code = app_zone(app, &zone, err);
	if (code == LL_OK)
		code = add_today(app, zone, now_ns, line, err);
	if (code == LL_OK && input->session.len)
		code = add_session(app, zone, input->session, line, err);
	if (code == LL_OK)
		code = add_block(app, now_ns, line, err);
	if (code == LL_OK && input->session.len && line->context_percent < 0)
		code = add_context(app, now_ns, input->session, line, err);
	return code;
}

static enum exit_code statusline_run(struct app *app)
{
	struct status_line line = { .context_percent = -1 };
	struct status_input input;
	struct err err = { 0 };
	struct jsonw w;

	read_input(&app->arena, &input, &line);
	line.model = input.model;
	line.session = (struct status_amount){ input.has_cost, true, input.cost };
	line.context_percent = input.context_percent;
	if (ask_store(app, &input, &line, &err) != LL_OK)
		note(&line, err.msg);
	if (args_flag(app->args, "json")) {
		app_json(app, &w);
		status_line_json(&w, &line);
	} else {
		status_line_add(&app->out, &line);
	}
	return app_write(app, &err) == LL_OK ? EXIT_OK : app_fail(app, &err);
}

const struct command command_statusline = {
	.name = "statusline",
	.summary = "one line for Claude Code's status bar",
	.arguments = "",
	.help = "Reads the JSON that Claude Code gives its status line command on stdin, reads on "
		"the transcript named there (unless --no-refresh), and prints one line: model, "
		"session, today, the running five-hour window, pace, share of the context. It "
		"always exits 0; what went wrong stands in the line.\n\n"
		"In ~/.claude/settings.json:\n"
		"  \"statusLine\": { \"type\": \"command\", \"command\": \"llmlab statusline\" }",
	.options = (const char *const[]){ NULL },
	.examples = (const struct command_example[]){
		{ "echo '{}' | llmlab statusline", "try it by hand" },
		{ NULL, NULL },
	},
	.run = statusline_run,
};
