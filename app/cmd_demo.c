/* SPDX-License-Identifier: Apache-2.0 */
/* demo: a generated store, so that every screen has something to show. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/app.h"
#include "app/dashboard.h"
#include "app/overview.h"
#include "app/screen.h"
#include "base/file.h"
#include "base/text.h"
#include "ingest/demo.h"
#include "store/audit.h"
#include "store/price_table.h"
#include "store/source.h"

/* Says that the directory is a demo, so that it may be made anew; "{}" until it is whole. */
#define MARK "demo.json"

struct demo_run {
	struct app *app;
	struct demo_options options;
	char dir[480];
	char mark[512];
};

/* "…/llmlab-demo" beside the default store: the user's own store is never touched. */
static enum ll_err choose_dir(struct demo_run *run, struct err *err)
{
	struct str given = args_text(run->app->args, "store");
	char store[400];

	if (given.at) {
		if (snprintf(run->dir, sizeof(run->dir), "%.*s", STR_FMT(given)) >=
			(int)sizeof(run->dir))
			return ll_fail(err, LL_EUSAGE, "--store: the path is too long");
	} else if (!store_default_dir(store, sizeof(store))) {
		return ll_fail(err, LL_EUSAGE, "no home directory: say --store DIR");
	} else {
		snprintf(run->dir, sizeof(run->dir), "%s-demo", store);
	}
	if (!path_join(run->mark, sizeof(run->mark), run->dir, MARK))
		return ll_fail(err, LL_EUSAGE, "--store: the path is too long");
	return LL_OK;
}

static enum ll_err choose_options(struct demo_run *run, struct err *err)
{
	struct str end = args_text(run->app->args, "end");
	struct timerange range;
	enum ll_err code;

	run->options.seed = (uint64_t)args_number(run->app->args, "seed");
	run->options.count = args_number(run->app->args, "count");
	if (!end.at) {
		/* The start of the next hour: the newest calls are of now, and a second look finds
		 * the same. */
		run->options.end_ns =
			(clock_now_ns(&run->app->clock) / NS_PER_HOUR + 1) * NS_PER_HOUR;
		return LL_OK;
	}
	code = timerange_parse(
		end, (struct str){ NULL, 0 }, zone_utc(), LIMIT_TIME_MAX_NS, &range, err);
	if (code != LL_OK)
		return ll_fail(
			err, code, "--end: '%.*s' is no time such as 2026-11-01", STR_FMT(end));
	run->options.end_ns = range.since_ns;
	if (run->options.end_ns < (DEMO_DAYS + 1) * NS_PER_DAY)
		return ll_fail(err, LL_EUSAGE,
			"--end: the demo needs %d days before it, since 1970", DEMO_DAYS);
	return LL_OK;
}

static void describe(const struct demo_run *run, struct buf *out)
{
	char end[36];

	buf_addf(out, "{\"version\":\"%s\",\"seed\":%llu,\"end\":\"%s\",\"count\":%lld}\n",
		LLMLAB_VERSION, (unsigned long long)run->options.seed,
		time_format_utc(run->options.end_ns, end), (long long)run->options.count);
}

/* Is there already a demo of just these options? */
static bool is_there(const struct demo_run *run)
{
	struct buf have = BUF_INIT(4096), want = BUF_INIT(4096);
	struct err ignored;
	bool same;

	describe(run, &want);
	same = file_slurp(run->mark, &have, &ignored) == LL_OK &&
	       str_eq(buf_str(&have), buf_str(&want));
	buf_release(&have);
	buf_release(&want);
	return same;
}

static bool is_store_file(const char *name)
{
	struct str s = str_of(name);

	return str_ends(s, STR(".db")) || str_ends(s, STR(".db-wal")) ||
	       str_ends(s, STR(".db-shm")) || str_is(s, "write.lock") || str_is(s, "role.lock") ||
	       str_is(s, "generation") || str_is(s, MARK);
}

/* Makes the directory empty. One that holds something and is not a demo is left alone. */
static enum ll_err make_room(const struct demo_run *run, struct err *err)
{
	DIR *d = opendir(run->dir);
	struct dirent *e;
	bool is_demo = access(run->mark, F_OK) == 0;
	enum ll_err code = LL_OK;

	if (!d)
		return errno == ENOENT ? LL_OK
				       : ll_fail_errno(err, errno, "cannot open '%s'", run->dir);
	while (code == LL_OK && (e = readdir(d))) {
		char path[1024];

		if (str_is(str_of(e->d_name), ".") || str_is(str_of(e->d_name), ".."))
			continue;
		if (!is_demo || !is_store_file(e->d_name))
			code = ll_fail(err, LL_EEXIST,
				"'%s' holds something that is not a demo store: say another "
				"--store",
				run->dir);
		else if (path_join(path, sizeof(path), run->dir, e->d_name) && unlink(path) != 0)
			code = ll_fail_errno(err, errno, "cannot remove '%s'", path);
	}
	closedir(d);
	return code;
}

static enum ll_err open_sources(struct app *app, int64_t *ids, struct err *err)
{
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < demo_source_count; i++)
		code = source_ensure(app->store, &app->scope, str_of(demo_sources[i].name),
			str_of(demo_sources[i].machine), STR("demo"), &ids[i], err);
	return code;
}

static enum ll_err fill(struct demo_run *run, struct err *err)
{
	struct app *app = run->app;
	struct door_options options = {
		.store = app->store, .scope = &app->scope, .book = app_lend_book, .book_ctx = app
	};
	struct demo *demo = demo_new(&run->options);
	struct door *door = NULL;
	struct call call;
	int64_t ids[8];
	size_t source;
	const char *why;
	enum ll_err code;

	if (!demo)
		return ll_fail(err, LL_ENOMEM, "out of memory");
	if ((code = open_sources(app, ids, err)) != LL_OK)
		goto out;
	if ((code = door_open(&door, &options, err)) != LL_OK)
		goto out;
	while (code == LL_OK && demo_next(demo, &call, &source)) {
		door_source(door, ids[source]);
		code = door_call(door, &call, &why, err);
	}
	if (code == LL_OK)
		code = door_flush(door, err);
out:
	door_close(door);
	demo_free(demo);
	return code;
}

static enum ll_err generate(struct demo_run *run, struct err *err)
{
	struct store_options options = {
		.dir = run->dir, .mode = STORE_WRITE, .clock = &run->app->clock
	};
	struct audit_entry entry = { .actor = run->app->actor,
		.action = STR("demo"),
		.object = str_of(run->dir),
		.result = STR("ok") };
	struct buf mark = BUF_INIT(4096);
	struct price price;
	int64_t id;
	enum ll_err code;

	if ((code = make_room(run, err)) != LL_OK ||
		(code = file_mkdirs(run->dir, 0700, err)) != LL_OK ||
		(code = file_replace(run->mark, 0600, STR("{}\n"), err)) != LL_OK ||
		(code = store_open(&run->app->store, &options, err)) != LL_OK)
		goto out;
	demo_price(&run->options, &price);
	describe(run, &mark);
	entry.after = buf_str(&mark);
	if ((code = price_add(run->app->store, &price, run->app->actor, &id, err)) != LL_OK ||
		(code = fill(run, err)) != LL_OK ||
		(code = audit_add(run->app->store, &entry, err)) != LL_OK)
		goto out;
	code = file_replace(run->mark, 0600, buf_str(&mark), err);
out:
	buf_release(&mark);
	return code;
}

/* Where this machine's own logs are, for who has seen the demo and wants their own numbers. */
static void add_invitation(struct app *app)
{
	struct log_place places[16];
	size_t count = log_places(places, 16, true);
	bool any = false;

	for (size_t i = 0; i < count; i++) {
		if (!places[i].exists || places[i].files == 0)
			continue;
		if (!any)
			buf_addz(&app->out, "\nYour own logs are here; `llmlab import` reads them, "
					    "`llmlab costs` sums them up:\n");
		any = true;
		buf_addf(&app->out, "  %-12s ", places[i].decoder->label);
		text_add_safe(&app->out, str_of(places[i].path));
		buf_addf(&app->out, " (%lld files)\n", (long long)places[i].files);
	}
	if (!any)
		buf_addz(&app->out,
			"\nNo agent logs were found on this machine. From another one:\n"
			"  ssh HOST tar c .claude/projects | llmlab import - --machine HOST\n");
}

/* The dashboard opens the store for itself, and for reading alone. */
static enum exit_code show(struct demo_run *run)
{
	store_close(run->app->store);
	run->app->store = NULL;
	if (args_given(run->app->args, "screen"))
		return screen_print(run->app, run->dir);
	return dashboard_run(run->app, run->dir);
}

static enum exit_code demo_command(struct app *app)
{
	struct demo_run run = { .app = app };
	struct err err = { 0 };

	if (choose_dir(&run, &err) != LL_OK || choose_options(&run, &err) != LL_OK)
		return app_fail(app, &err);
	if (!is_there(&run)) {
		if (generate(&run, &err) != LL_OK)
			return app_fail(app, &err);
	} else {
		struct store_options options = {
			.dir = run.dir, .mode = STORE_READ_ONLY, .clock = &app->clock
		};

		if (store_open(&app->store, &options, &err) != LL_OK)
			return app_fail(app, &err);
	}
	if (args_flag(app->args, "no-ui"))
		return EXIT_OK;
	app->clock.fixed_ns = run.options.end_ns; /* the story's own present */
	if (args_given(app->args, "screen") || dashboard_is_wanted(app))
		return show(&run);
	if (store_reader_open(app->store, &app->reader, &err) != LL_OK)
		return app_fail(app, &err);
	buf_addf(&app->out, "LLMLab demo: %lld generated calls in ", (long long)run.options.count);
	text_add_safe(&app->out, str_of(run.dir));
	buf_addz(&app->out, "\n\n");
	if (overview_add(app, &err) != LL_OK)
		return app_fail(app, &err);
	if (app->out_is_terminal)
		add_invitation(app);
	return app_write(app, &err) == LL_OK ? EXIT_OK : app_fail(app, &err);
}

const struct command command_demo = {
	.name = "demo",
	.summary = "a generated store and what it looks like",
	.arguments = "",
	.help = "Makes ninety days of calls of a team of forty (four providers, twelve models, six "
		"projects),\n"
		"always the same for the same --seed, --end and --count, in a store of its own "
		"beside yours,\n"
		"and opens the dashboard on it; without a terminal, or with --plain, the same as "
		"text.",
	.options = (const char *const[]){ "seed", "end", "count", "no-ui", "theme", "mouse",
		"screen", "keys", NULL },
	.examples =
		(const struct command_example[]){
			{ "llmlab demo --plain", "the dashboard as text" },
			{ "llmlab demo --no-ui --store /tmp/demo --end 2026-11-01",
				"only make the store" },
			{ "llmlab costs --by model --store /tmp/demo", "and ask it something" },
			{ NULL, NULL },
		},
	.run = demo_command,
};
