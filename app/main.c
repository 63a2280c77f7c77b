/* SPDX-License-Identifier: Apache-2.0 */
/* Start, one command, and the end in the reverse order. */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "app/args_read.h"
#include "app/dashboard.h"
#include "app/help.h"
#include "app/paths.h"
#include "app/terminal.h"
#include "base/file.h"
#include "base/log.h"

#define OUT_BYTES_MAX (1u << 30)

/* A file of the store must never become descriptor 1 because the caller had closed that. */
static void fill_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

static struct str actor_name(struct arena *a)
{
	const struct passwd *user = getpwuid(getuid());
	char name[256];

	if (user)
		snprintf(name, sizeof(name), "local:%s", user->pw_name);
	else
		snprintf(name, sizeof(name), "local:%u", (unsigned)getuid());
	return arena_str(a, str_of(name));
}

static void start(struct app *app)
{
	fill_standard_files();
	signal(SIGPIPE, SIG_IGN); /* a write says EPIPE instead, and the store closes in order */
	umask(077);               /* what we make is its owner's alone */
	arena_init(&app->arena, 0);
	buf_init(&app->out, OUT_BYTES_MAX);
	app->scope = SCOPE_DEFAULT;
	app->actor = actor_name(&app->arena);
	app->out_is_terminal = isatty(STDOUT_FILENO);
	app->err_is_terminal = isatty(STDERR_FILENO);
	app->has_utf8 = terminal_has_utf8();
	app->columns = terminal_columns();
}

/* The log is kept for who asks for one. */
static enum ll_err open_log(const struct args *args, struct err *err)
{
	const char *file = args_text(args, "log").at, *areas = args_text(args, "trace").at;
	char usual[PATHS_BYTES], dir[PATHS_BYTES];
	enum ll_err code = LL_OK;

	if (!file && !areas)
		return LL_OK;
	if (!file) {
		if (!paths_log(usual))
			return ll_fail(err, LL_EUSAGE,
				"no home directory to keep a log in; say --log FILE");
		file = usual;
		snprintf(dir, sizeof(dir), "%.*s",
			(int)(str_of(usual).len - str_basename(str_of(usual)).len), usual);
		code = file_mkdirs(dir, 0700, err);
	}
	return code ? code : log_open(file, areas, err);
}

/* Everything that the command line does not say itself. */
static enum ll_err read_settings(struct app *app, struct args *args, struct err *err)
{
	struct config config = { 0 };
	enum ll_err code = args_read_environment(args, err);

	if (code == LL_OK)
		code = config_load(args_text(args, "config").at, &app->arena, &config, err);
	if (code == LL_OK)
		code = args_read_config(args, &config, err);
	if (code == LL_OK)
		code = args_check(args, err);
	if (code == LL_OK)
		code = open_log(args, err);
	for (size_t i = 0; i < config.count && code == LL_OK; i++) {
		const char *complaint = config_complaint(&config, i, &app->arena);

		if (complaint)
			app_warn(app, "%s", complaint);
	}
	return code;
}

/* Without a command: the dashboard, its text, or (NULL) help where nobody could read either. */
static const struct command *usual_command(const struct app *app, struct args *args)
{
	if (!args_given(args, "screen") && !dashboard_is_wanted(app))
		return args_flag(args, "plain") ? command_find(STR("overview")) : NULL;
	args_assume(args, command_find(STR("dashboard")));
	return args_command(args);
}

static enum exit_code run(struct app *app, int argc, char **argv)
{
	struct args *args = args_new(&app->arena);
	struct err err = { 0 };
	enum ll_err code;

	app->args = args;
	code = args_read_line(args, argc, argv, &err);
	app->command = args_command(args);
	if (code)
		return app_fail(app, &err);
	if (args_flag(args, "version"))
		return command_find(STR("version"))->run(app);
	if (!app->command)
		app->command = usual_command(app, args);
	if (args_flag(args, "help") || !app->command) {
		help_add(app->command, &app->out, app->columns);
		return EXIT_OK;
	}
	if (read_settings(app, args, &err) != LL_OK)
		return app_fail(app, &err);
	app->has_color = app->out_is_terminal && terminal_has_color() &&
		!args_flag(args, "no-color") && !args_flag(args, "plain");
	log_info("app", "%s %s", app->command->name, LLMLAB_VERSION);
	return app->command->run(app);
}

/* Some file systems tell only now that the disk is full. */
static enum ll_err close_stdout(struct err *err)
{
	if (close(STDOUT_FILENO) != 0 && errno != EBADF)
		return ll_fail_errno(err, errno, "cannot write to stdout");
	return LL_OK;
}

static enum exit_code finish(struct app *app, enum exit_code code)
{
	struct err err = { 0 };

	if (app_write(app, &err) != LL_OK || close_stdout(&err) != LL_OK) {
		enum exit_code failed = app_fail(app, &err);

		code = code == EXIT_OK ? failed : code;
	}
	store_reader_close(app->reader);
	store_close(app->store);
	price_book_free(app->book);
	zone_free(app->zone);
	log_close();
	buf_release(&app->out);
	arena_release(&app->arena);
	return code;
}

int main(int argc, char **argv)
{
	struct app app = { 0 };

	start(&app);
	return (int)finish(&app, run(&app, argc, argv));
}
