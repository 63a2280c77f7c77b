/* SPDX-License-Identifier: Apache-2.0 */
/* blocks: the five-hour windows of coding agents' plans, the running one with its pace. */
#include <poll.h>
#include <signal.h>

#include "app/app.h"
#include "app/block_report.h"

#define RECENT_NS (3 * NS_PER_DAY)
#define CLEAR_SCREEN "\033[H\033[J"

static volatile sig_atomic_t is_stopped;

static void stop(int signal_number)
{
	(void)signal_number;
	is_stopped = 1;
}

static enum ll_err choose_query(struct app *app, int64_t now_ns, struct block_query *query,
	struct err *err)
{
	enum ll_err code = app_range(app, &query->range, err);

	if (code)
		return code;
	query->lead_ns = BLOCK_LEAD_NS;
	query->only_active = args_flag(app->args, "active");
	if (args_given(app->args, "limit"))
		query->limit = (size_t)args_number(app->args, "limit");
	if (query->only_active)
		query->range = (struct timerange){ .since_ns = now_ns, .until_ns = now_ns + 1 };
	else if (args_flag(app->args, "recent") && !args_given(app->args, "since"))
		query->range.since_ns = now_ns - RECENT_NS;
	return app_filter(app, &query->filter, err);
}

static void print(struct app *app, const struct block_report *report, struct arena *a)
{
	struct jsonw w;

	if (args_flag(app->args, "json")) {
		app_json(app, &w);
		block_report_json(report, &w);
		buf_addch(&app->out, '\n');
	} else if (args_flag(app->args, "csv")) {
		block_report_csv(report, a, &app->out);
	} else {
		block_report_table(report, app->columns, app->has_color, a, &app->out);
	}
}

static enum ll_err report_once(struct app *app, struct err *err)
{
	struct block_report report = { .now_ns = clock_now_ns(&app->clock) };
	struct arena arena;
	enum ll_err code = app_zone(app, &report.zone, err);

	arena_init(&arena, 0);
	if (code == LL_OK)
		code = choose_query(app, report.now_ns, &report.query, err);
	if (code == LL_OK)
		code = block_report_load(&report, app->reader, &app->scope, &arena, err);
	if (code == LL_OK) {
		print(app, &report, &arena);
		code = app_write(app, err);
	}
	block_report_release(&report);
	arena_release(&arena);
	return code;
}

/* What agents have written since the last look. It was said at the start if that is impossible. */
static enum ll_err read_on(struct app *app, struct err *err)
{
	struct import_options options = { .store = app->store, .scope = &app->scope,
		.refresh = true, .actor = app->actor };
	struct import_summary summary;
	enum ll_err code;

	if (args_flag(app->args, "no-refresh") || !store_is_writable(app->store))
		return LL_OK;
	if ((code = app_zone(app, &options.decode.zone, err)) != LL_OK)
		return code;
	options.book = app_lend_book;
	options.book_ctx = app;
	code = import_run(&options, &summary, err);
	return code == LL_ENOENT ? LL_OK : code;
}

/* Sleeps with the signals let through, and only here, so that none comes unnoticed in between. */
static void wait_for_tick(int64_t seconds, const sigset_t *unblocked)
{
	struct timespec time = { .tv_sec = seconds };

	/* It ends by its time or by a signal; both are right. */
	(void)ppoll(NULL, 0, &time, unblocked);
}

static enum ll_err watch(struct app *app, struct err *err)
{
	int64_t seconds = args_number(app->args, "interval");
	struct sigaction action = { .sa_handler = stop };
	sigset_t stopping, before;
	enum ll_err code = LL_OK;

	sigemptyset(&stopping);
	sigaddset(&stopping, SIGINT);
	sigaddset(&stopping, SIGTERM);
	sigprocmask(SIG_BLOCK, &stopping, &before);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (code == LL_OK && !is_stopped) {
		if (app->out_is_terminal)
			buf_addz(&app->out, CLEAR_SCREEN);
		code = report_once(app, err);
		if (code == LL_OK) {
			wait_for_tick(seconds, &before);
			code = is_stopped ? LL_OK : read_on(app, err);
		}
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return code;
}

static enum exit_code blocks_run(struct app *app)
{
	struct err err = { 0 };
	enum ll_err code = app_open_reader(app, &err);

	if (code == LL_OK)
		code = args_flag(app->args, "watch") ? watch(app, &err) : report_once(app, &err);
	return code == LL_OK ? EXIT_OK : app_fail(app, &err);
}

const struct command command_blocks = {
	.name = "blocks",
	.summary = "five-hour windows of coding agents' plans",
	.arguments = "",
	.help = "Plans of coding agents count use in windows of five hours: one begins at the "
		"hour of its first call. Each kind of log has windows of its own. The running one "
		"shows how fast it is used and where it ends at that pace. Pauses of more than "
		"five hours stand between them.\n\n"
		"--recent shows the last three days, --active only what runs now; --watch draws "
		"anew every --interval seconds until Ctrl-C.",
	.options = (const char *const[]){ "active", "recent", "since", "until", "filter", "watch",
		"interval", NULL },
	.examples = (const struct command_example[]){
		{ "llmlab blocks --recent", "the last three days" },
		{ "llmlab blocks --active --watch", "keep an eye on the running window" },
		{ NULL, NULL },
	},
	.run = blocks_run,
};
