/* SPDX-License-Identifier: Apache-2.0 */
/* import: usage logs into the store. */
#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "app/peek.h"
#include "app/progress.h"
#include "app/report.h"
#include "app/table.h"
#include "base/text.h"
#include "ingest/field_map.h"

#define CALLS_SHOWN 10 /* by --dry-run */
#define PLACES_MAX 32

struct import_job {
	struct app *app;
	struct import_options options;
	struct import_summary summary;
	struct field_map *map;
	const struct zone *zone;
	struct progress bar;
	struct priced_call shown[CALLS_SHOWN];
	size_t shown_count;
};

static volatile sig_atomic_t is_stopped;

static void stop(int signum)
{
	(void)signum;
	is_stopped = 1;
}

static void show_progress(void *ctx, const struct import_progress *now)
{
	struct import_job *job = ctx;

	progress_show(&job->bar, now);
}

/* Keeps the first calls of a dry run. */
static void keep_call(void *ctx, const struct priced_call *call)
{
	struct import_job *job = ctx;
	struct priced_call *copy = &job->shown[job->shown_count];

	if (job->shown_count == CALLS_SHOWN)
		return;
	*copy = *call;
	if (call_copy(&job->app->arena, &call->call, &copy->call) == LL_OK)
		job->shown_count++;
}

static enum ll_err read_time_base(struct import_job *job, struct err *err)
{
	struct str text = args_text(job->app->args, "time-base");
	struct civil local;
	bool has_zone;

	if (!text.at)
		return LL_OK;
	if (!time_parse(text, &job->options.decode.time_base_ns, &has_zone))
		return ll_fail(err, LL_EUSAGE, "option '--time-base': '%.*s' is no time such as "
			"2026-11-01T00:00:00Z", STR_FMT(text));
	if (!has_zone) {
		local = civil_from_ns(job->options.decode.time_base_ns);
		job->options.decode.time_base_ns = zone_local_ns(job->zone, &local);
	}
	return LL_OK;
}

static enum ll_err read_map(struct import_job *job, struct err *err)
{
	struct str text = args_text(job->app->args, "map");
	enum ll_err code;

	if (!text.at)
		return LL_OK;
	code = field_map_parse(text, &job->map, err);
	if (code)
		return ll_fail(err, code, "option '--map': %s", err->msg);
	job->options.decode.map = job->map;
	return LL_OK;
}

static enum ll_err read_paths(struct import_job *job, struct err *err)
{
	const struct args *args = job->app->args;
	const char **paths = arena_alloc(&job->app->arena, (args_count(args) + 1) * sizeof(*paths));

	if (!paths)
		return ll_fail(err, LL_ENOMEM, "no memory for %zu paths", args_count(args));
	for (size_t i = 0; i < args_count(args); i++) {
		paths[i] = args_at(args, i);
		if (strcmp(paths[i], "-") == 0 && args_flag(args, "watch"))
			return ll_fail(err, LL_EUSAGE, "--watch follows files; stdin ends by itself");
	}
	if (args_flag(args, "watch") && args_flag(args, "dry-run"))
		return ll_fail(err, LL_EUSAGE, "--watch and --dry-run exclude each other");
	job->options.paths = paths;
	job->options.path_count = args_count(args);
	return LL_OK;
}

static void read_names(struct import_job *job)
{
	const struct args *args = job->app->args;
	struct import_options *o = &job->options;

	o->machine = args_text(args, "machine");
	o->provider = args_text(args, "provider");
	o->model = args_text(args, "model");
	o->project = args_text(args, "project");
	o->user = args_text(args, "user");
	o->format = decoder_find(args_text(args, "format")); /* NULL: auto */
	o->dry_run = args_flag(args, "dry-run");
}

/* Where the run goes to: the store, or with --dry-run nowhere, at the store's own prices. */
static enum ll_err open_target(struct import_job *job, struct err *err)
{
	struct app *app = job->app;
	enum ll_err code = job->options.dry_run ? app_peek(app, err) : app_open_store(app, err);

	if (code == LL_OK)
		code = app_zone(app, &job->zone, err);
	if (code)
		return code;
	job->options.store = job->options.dry_run ? NULL : app->store;
	job->options.book = app_lend_book;
	job->options.book_ctx = app;
	job->options.decode.zone = job->zone;
	return LL_OK;
}

static enum ll_err prepare(struct import_job *job, struct err *err)
{
	enum ll_err code;

	read_names(job);
	code = read_paths(job, err);
	if (code == LL_OK)
		code = read_map(job, err);
	if (code == LL_OK)
		code = open_target(job, err);
	if (code == LL_OK)
		code = read_time_base(job, err);
	return code;
}

static bool has_paths(struct app *app)
{
	const char *path;
	bool has_one = false;

	for (size_t i = 0; (path = args_at(app->args, i)); i++) {
		if (strcmp(path, "-") == 0 || access(path, F_OK) == 0)
			has_one = true;
		else
			app_warn(app, "'%s': %s", path, strerror(errno));
	}
	return has_one;
}

static bool has_places(struct app *app)
{
	struct log_place places[PLACES_MAX];
	size_t count = log_places(places, PLACES_MAX, false);

	for (size_t i = 0; i < count; i++)
		if (places[i].exists)
			return true;
	for (size_t i = 0; i < count; i++)
		app_warn(app, "no %s logs in '%s'", places[i].decoder->label, places[i].path);
	return false;
}

/* Whether there is anything to read, so that no store is made for nothing. */
static enum ll_err check_input(struct app *app, struct err *err)
{
	if (args_count(app->args) == 0 && !has_places(app))
		return ll_fail(err, LL_ENOENT,
			"no agent logs on this machine; say a file or a directory");
	if (args_count(app->args) > 0 && !has_paths(app))
		return ll_fail(err, LL_ENOENT, "nothing to read");
	return LL_OK;
}

static void add_counted(struct buf *out, int64_t n, const char *what)
{
	buf_add_grouped(out, n);
	buf_addf(out, " %s", what);
}

static void add_refusals(struct buf *out, const struct import_summary *s)
{
	if (s->refused == 0)
		return;
	buf_addz(out, "refused  ");
	add_counted(out, s->refused, s->refused == 1 ? "line\n" : "lines\n");
	for (size_t i = 0; i < s->refusal_count; i++) {
		buf_addz(out, "         ");
		buf_add_grouped(out, s->refusals[i].count);
		buf_addz(out, " x ");
		text_add_safe(out, str_of(s->refusals[i].why));
		buf_addz(out, s->refusals[i].count > 1 ? ", first at " : " at ");
		text_add_safe(out, str_of(s->refusals[i].first));
		buf_addch(out, '\n');
	}
}

static void add_files(struct buf *out, const struct import_summary *s)
{
	buf_addz(out, "files    ");
	add_counted(out, s->files, "read, ");
	add_counted(out, s->unchanged, "unchanged");
	if (s->empty) {
		buf_addz(out, ", ");
		add_counted(out, s->empty, "empty");
	}
	if (s->not_logs) {
		buf_addz(out, ", ");
		add_counted(out, s->not_logs, "of no known kind");
	}
	if (s->unreadable) {
		buf_addz(out, ", ");
		add_counted(out, s->unreadable, "not readable: ");
		text_add_safe(out, str_of(s->unreadable_first));
		buf_addz(out, s->unreadable > 1 ? " ..." : "");
	}
	buf_addz(out, "\nlines    ");
	buf_add_grouped(out, s->lines);
	if (s->incomplete) {
		buf_addz(out, ", and ");
		add_counted(out, s->incomplete, "not yet whole, left for the next time");
	}
	buf_addch(out, '\n');
}

static void add_summary(const struct import_job *job, struct buf *out)
{
	const struct import_summary *s = &job->summary;

	add_files(out, s);
	buf_addz(out, "calls    ");
	if (job->options.dry_run) {
		add_counted(out, s->calls, "found, none stored\n");
	} else {
		add_counted(out, s->stored.added, "new, ");
		add_counted(out, s->stored.updated, "updated, ");
		add_counted(out, s->stored.duplicate, "known already\n");
	}
	add_refusals(out, s);
	if (s->stored.added && job->app->out_is_terminal && !args_flag(job->app->args, "quiet"))
		buf_addz(out, "\n`llmlab costs` shows what they cost.\n");
}

static void report_refusals(struct jsonw *w, const struct import_summary *s)
{
	report_count(w, "refused", s->refused);
	jsonw_key(w, "refusals");
	jsonw_array(w);
	for (size_t i = 0; i < s->refusal_count; i++) {
		jsonw_object(w);
		report_text(w, "why", str_of(s->refusals[i].why));
		report_count(w, "count", s->refusals[i].count);
		report_text(w, "first", str_of(s->refusals[i].first));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

/* The calls of a dry run, as `llmlab records` would print them; they have no id yet. */
static void report_calls(struct jsonw *w, const struct import_job *job)
{
	jsonw_key(w, "data");
	jsonw_array(w);
	for (size_t i = 0; i < job->shown_count; i++) {
		const struct priced_call *c = &job->shown[i];
		struct record record = { .call = c->call, .has_cost = c->has_cost, .cost = c->cost };

		report_record(w, &record, job->zone);
	}
	jsonw_array_end(w);
}

static void report_summary(const struct import_job *job)
{
	const struct import_summary *s = &job->summary;
	struct jsonw w;

	app_json(job->app, &w);
	jsonw_object(&w);
	if (job->options.dry_run)
		report_calls(&w, job);
	report_bool(&w, "dry_run", job->options.dry_run);
	report_count(&w, "files", s->files);
	report_count(&w, "unchanged_files", s->unchanged);
	report_count(&w, "empty_files", s->empty);
	report_count(&w, "unknown_files", s->not_logs);
	report_count(&w, "unreadable_files", s->unreadable);
	report_text(&w, "unreadable_first", str_of(s->unreadable_first));
	report_count(&w, "bytes", s->bytes);
	report_count(&w, "lines", s->lines);
	report_count(&w, "incomplete_lines", s->incomplete);
	report_count(&w, "calls", s->calls);
	report_count(&w, "added", s->stored.added);
	report_count(&w, "updated", s->stored.updated);
	report_count(&w, "duplicate", s->stored.duplicate);
	report_refusals(&w, s);
	jsonw_object_end(&w);
	buf_addch(&job->app->out, '\n');
}

static const struct table_column call_columns[] = {
	{ .title = "time", .csv_name = "time" },
	{ .title = "provider", .csv_name = "provider", .is_wide_only = true },
	{ .title = "model", .csv_name = "model", .may_cut = true },
	{ .title = "project", .csv_name = "project", .may_cut = true },
	{ .title = "session", .csv_name = "session", .may_cut = true, .is_wide_only = true },
	{ .title = "input", .csv_name = "input_tokens", .is_number = true },
	{ .title = "cache read", .csv_name = "cache_read_tokens", .is_number = true },
	{ .title = "write 5m", .csv_name = "cache_write_5m_tokens", .is_number = true,
		.is_wide_only = true },
	{ .title = "write 1h", .csv_name = "cache_write_1h_tokens", .is_number = true,
		.is_wide_only = true },
	{ .title = "output", .csv_name = "output_tokens", .is_number = true },
	{ .title = "cost", .csv_name = "cost_usd", .is_number = true },
};

static struct str or_absent(struct str s)
{
	return s.len ? s : (struct str){ NULL, 0 };
}

static struct table *table_of_calls(const struct import_job *job)
{
	struct table *t = table_new(&job->app->arena, call_columns,
		sizeof(call_columns) / sizeof(call_columns[0]));

	for (size_t i = 0; i < job->shown_count; i++) {
		const struct call *c = &job->shown[i].call;
		char label[36], exact[36];

		time_label(job->zone, c->start_ns, label);
		table_cell(t, str_of(label), str_of(zone_format(job->zone, c->start_ns, exact)));
		table_text(t, or_absent(c->provider));
		table_text(t, or_absent(c->model));
		table_cell(t, c->project.len ? path_tail(c->project) : STR("-"), c->project);
		table_text(t, or_absent(c->session));
		table_count(t, c->tokens.input);
		table_count(t, c->tokens.cache_read);
		table_count(t, c->tokens.cache_write_5m);
		table_count(t, c->tokens.cache_write_1h);
		table_count(t, c->tokens.output);
		table_usd(t, job->shown[i].has_cost, job->shown[i].cost);
	}
	return t;
}

static void answer(const struct import_job *job)
{
	struct app *app = job->app;

	if (args_flag(app->args, "json")) {
		report_summary(job);
		return;
	}
	if (job->shown_count && args_flag(app->args, "csv")) {
		table_csv(table_of_calls(job), &app->out);
		return;
	}
	if (job->shown_count) {
		table_print(table_of_calls(job), &app->out, app->columns, app->has_color);
		buf_addch(&app->out, '\n');
	}
	add_summary(job, &app->out);
}

static enum ll_err run_once(struct import_job *job, struct err *err)
{
	struct app *app = job->app;
	enum ll_err code;

	progress_start(&job->bar, app->err_is_terminal && !args_flag(app->args, "quiet"),
		app->has_utf8, app->columns);
	code = import_run(&job->options, &job->summary, err);
	progress_end(&job->bar);
	return code;
}

static void sleep_seconds(int64_t seconds)
{
	struct timespec wait = { .tv_sec = (time_t)seconds };

	nanosleep(&wait, NULL); /* a signal ends it early, as it should */
}

/* Looks again and again, and says when something came. */
static enum ll_err follow(struct import_job *job, struct err *err)
{
	struct sigaction action = { .sa_handler = stop };
	enum ll_err code = app_write(job->app, err);

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (code == LL_OK && !is_stopped) {
		sleep_seconds(args_number(job->app->args, "interval"));
		if (is_stopped)
			break;
		code = import_run(&job->options, &job->summary, err);
		if (code == LL_ENOENT) /* the files went away; they may come back */
			code = LL_OK;
		if (code || job->summary.stored.added + job->summary.stored.updated == 0)
			continue;
		answer(job);
		code = app_write(job->app, err);
	}
	return code;
}

static enum exit_code run_job(struct import_job *job)
{
	struct app *app = job->app;
	struct err err = { 0 };
	enum ll_err code = prepare(job, &err);

	if (code)
		return app_fail(app, &err);
	code = run_once(job, &err);
	if (code == LL_OK || (code == LL_ENOENT && job->summary.files))
		answer(job);
	if (code == LL_OK && args_flag(app->args, "watch"))
		code = follow(job, &err);
	if (code)
		return app_fail(app, &err);
	if (args_flag(app->args, "strict") && job->summary.refused + job->summary.unreadable)
		return EXIT_THRESHOLD;
	return EXIT_OK;
}

static enum exit_code import(struct app *app)
{
	struct import_job job = { .app = app };
	struct err err = { 0 };
	enum exit_code result;

	job.options = (struct import_options){ .scope = &app->scope, .actor = app->actor,
		.progress = show_progress, .ctx = &job };
	if (args_flag(app->args, "dry-run"))
		job.options.show = keep_call;
	if (check_input(app, &err) != LL_OK)
		return app_fail(app, &err);
	result = run_job(&job);
	field_map_free(job.map);
	return result;
}

const struct command command_import = {
	.name = "import",
	.summary = "read usage logs into the store",
	.arguments = "[PATH...|-]",
	.help = "Reads the logs of coding agents, CSV and JSONL from files and directories, or "
		"from stdin (-) as one file or a tar. Without a PATH it reads every place where an agent on "
		"this machine keeps its logs. What a file is shows by its content.\n"
		"\n"
		"Reading again is harmless: a file is read on from where the last import stopped, "
		"and a call that is known already stays one call. Lines that cannot be read are "
		"counted, named and left out. No text of a prompt or an answer is stored.\n"
		"\n"
		"Exit status: 1 when nothing could be read, 3 with --strict when anything was "
		"refused.",
	.options = (const char *const[]){ "format", "map", "time-base", "provider", "model",
		"project", "user", "machine", "dry-run", "strict", "watch", "interval", NULL },
	.examples = (const struct command_example[]){
		{ "llmlab import", "every agent's logs of this machine" },
		{ "llmlab import --dry-run ~/exports/october.csv", "what would be stored" },
		{ "ssh laptop tar c .claude/projects | llmlab import - --machine laptop",
			"another machine's logs" },
		{ "llmlab import usage.jsonl --map ts=time:ms,input=in,output=out",
			"a format of your own" },
		{ NULL, NULL },
	},
	.run = import,
};
