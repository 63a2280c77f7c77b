/* SPDX-License-Identifier: Apache-2.0 */
/* What every command needs, opened when it is asked for. */
#include "app/app.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "app/paths.h"
#include "app/peek.h"
#include "app/progress.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "store/price_table.h"

#define MESSAGE_BYTES 1024

/* stderr is the last resort: what cannot be said there cannot be said at all. */
static void say(const char *prefix, const char *msg, const char *suffix)
{
	struct buf line = BUF_INIT(8 * MESSAGE_BYTES);

	buf_addz(&line, prefix);
	text_add_safe(&line, str_of(msg));
	buf_addz(&line, suffix);
	if (file_write_all(STDERR_FILENO, "stderr", buf_str(&line), NULL) != LL_OK)
		log_warn("app", "stderr cannot be written");
	buf_release(&line);
}

static void add_hint(const struct app *app, char *out, size_t cap)
{
	const char *name = app->command ? app->command->name : "";

	snprintf(out, cap, "\nTry 'llmlab %s%s--help'.\n", name, name[0] ? " " : "");
}

enum exit_code app_fail(struct app *app, const struct err *err)
{
	char hint[96];

	/* The reader of our pipe has seen enough: see app_write(). */
	if (err->code == LL_ECANCELED && !err->msg[0])
		return EXIT_OK;
	log_warn("app", "%s", err->msg);
	add_hint(app, hint, sizeof(hint));
	say("llmlab: ", err->msg[0] ? err->msg : ll_err_text(err->code),
		err->code == LL_EUSAGE ? hint : "\n");
	return err->code == LL_EUSAGE ? EXIT_USAGE : EXIT_FAILED;
}

enum exit_code app_usage(struct app *app, const char *fmt, ...)
{
	struct err err = { .code = LL_EUSAGE };
	va_list args;

	va_start(args, fmt);
	vsnprintf(err.msg, sizeof(err.msg), fmt, args);
	va_end(args);
	return app_fail(app, &err);
}

void app_warn(struct app *app, const char *fmt, ...)
{
	char msg[MESSAGE_BYTES];
	va_list args;

	va_start(args, fmt);
	vsnprintf(msg, sizeof(msg), fmt, args);
	va_end(args);
	log_warn("app", "%s", msg);
	if (!args_flag(app->args, "quiet"))
		say("llmlab: ", msg, "\n");
}

static enum ll_err open_store(struct app *app, enum store_mode mode, struct err *err)
{
	struct store_options options = { .mode = mode, .clock = &app->clock };
	char dir[PATHS_BYTES];
	enum ll_err code;

	if (app->store)
		return LL_OK;
	code = paths_store(app->args, dir, err);
	if (code)
		return code;
	options.dir = dir;
	return store_open(&app->store, &options, err);
}

enum ll_err app_open_store(struct app *app, struct err *err)
{
	return open_store(app, STORE_WRITE, err);
}

/* So that reading what is there goes on where writing is impossible. */
static bool is_only_for_reading(enum ll_err code)
{
	return code == LL_EREADONLY || code == LL_EACCESS || code == LL_EFULL || code == LL_EBUSY;
}

/* Reads on in the sources that the store knows. What goes wrong there is no reason not to answer
 * from what is stored. */
static enum ll_err refresh(struct app *app, struct err *err)
{
	struct import_options options = { .store = app->store, .scope = &app->scope,
		.refresh = true, .actor = app->actor, .progress = progress_show };
	struct import_summary summary;
	struct progress bar;
	struct err why = { 0 };
	enum ll_err code = app_zone(app, &options.decode.zone, err);

	if (code)
		return code;
	progress_start(&bar, app->err_is_terminal && !args_flag(app->args, "quiet"), app->has_utf8,
		app->columns);
	options.book = app_lend_book;
	options.book_ctx = app;
	options.ctx = &bar;
	code = import_run(&options, &summary, &why);
	progress_end(&bar);
	if (code != LL_OK && code != LL_ENOENT)
		app_warn(app, "known logs were not read on: %s", why.msg);
	return LL_OK;
}

static enum ll_err open_refreshed(struct app *app, struct err *err)
{
	struct err why = { 0 };
	enum ll_err code = open_store(app, STORE_WRITE, &why);

	if (code == LL_OK)
		return refresh(app, err);
	if (!is_only_for_reading(code)) {
		*err = why;
		return code;
	}
	app_warn(app, "known logs were not read on: %s", why.msg);
	return open_store(app, STORE_READ_ONLY, err);
}

enum ll_err app_peek(struct app *app, struct err *err)
{
	char dir[PATHS_BYTES];
	enum ll_err code = paths_store(app->args, dir, err);

	if (code || app->reader || (!app->store && !paths_has_store(dir)))
		return code;
	code = open_store(app, STORE_READ_ONLY, err);
	return code ? code : store_reader_open(app->store, &app->reader, err);
}

enum ll_err app_open_reader(struct app *app, struct err *err)
{
	char dir[PATHS_BYTES];
	enum ll_err code = paths_store(app->args, dir, err);

	if (code || app->reader)
		return code;
	if (!app->store && !paths_has_store(dir))
		return ll_fail(err, LL_ENOENT, "there is no store in '%s' yet; `llmlab import` reads "
			"your agents' logs into one, `llmlab demo` shows a generated one", dir);
	if (args_flag(app->args, "no-refresh") || app->store)
		return app_peek(app, err);
	code = open_refreshed(app, err);
	return code ? code : store_reader_open(app->store, &app->reader, err);
}

static enum ll_err add_price(void *ctx, const struct price *row, struct err *err)
{
	return price_book_add(ctx, row, err);
}

/* The shipped prices, for a run without a store. */
static enum ll_err shipped_book(struct price_book **out, struct err *err)
{
	struct price_book *book = price_book_new();
	enum ll_err code = LL_OK;

	if (!book)
		return ll_fail(err, LL_ENOMEM, "no memory for the price book");
	for (enum price_list list = PRICE_CORE; list <= PRICE_EXTENDED && code == LL_OK; list++)
		code = price_csv_read(price_csv_shipped(list), list, add_price, book, err);
	if (code == LL_OK)
		*out = book;
	else
		price_book_free(book);
	return code;
}

enum ll_err app_open_book(struct app *app, struct err *err)
{
	struct store_reader *reader = NULL;
	enum ll_err code;

	if (app->book)
		return LL_OK;
	if (!app->store)
		return shipped_book(&app->book, err);
	if (app->reader)
		return price_table_load(app->reader, &app->book, err);
	code = store_reader_open(app->store, &reader, err);
	if (code == LL_OK)
		code = price_table_load(reader, &app->book, err);
	store_reader_close(reader);
	return code;
}

enum ll_err app_lend_book(void *ctx, struct price_book **out, struct err *err)
{
	struct app *app = ctx;
	enum ll_err code = app_open_book(app, err);

	*out = app->book;
	return code;
}

/* The workspace's zone where a store is open, else the system's. */
static enum ll_err usual_zone(struct app *app, char name[64], struct err *err)
{
	struct store_reader *reader = NULL;
	enum ll_err code;

	zone_system_name(name);
	if (app->reader)
		return store_zone(app->reader, &app->scope, name, err);
	if (!app->store)
		return LL_OK;
	code = store_reader_open(app->store, &reader, err);
	if (code == LL_OK)
		code = store_zone(reader, &app->scope, name, err);
	store_reader_close(reader);
	return code;
}

enum ll_err app_zone(struct app *app, const struct zone **out, struct err *err)
{
	struct str name = args_text(app->args, "timezone");
	char usual[64];
	enum ll_err code;

	if (!app->zone) {
		if (!name.at) {
			code = usual_zone(app, usual, err);
			if (code)
				return code;
			name = str_of(usual);
		}
		code = zone_open(name, &app->zone, err);
		if (code)
			return args_given(app->args, "timezone") ? ll_fail(err, LL_EUSAGE,
				"option '--timezone': %s", err->msg) : code;
	}
	*out = app->zone;
	return LL_OK;
}

enum ll_err app_range(struct app *app, struct timerange *out, struct err *err)
{
	const struct zone *zone = NULL;
	enum ll_err code = app_zone(app, &zone, err);

	if (code)
		return code;
	return timerange_parse(args_text(app->args, "since"), args_text(app->args, "until"), zone,
		clock_now_ns(&app->clock), out, err);
}

enum ll_err app_filter(struct app *app, const struct filter **out, struct err *err)
{
	struct str text = args_text(app->args, "filter");
	struct filter *filter;

	*out = NULL;
	if (!text.at)
		return LL_OK;
	filter = arena_alloc(&app->arena, sizeof(*filter));
	if (!filter)
		return ll_fail(err, LL_ENOMEM, "no memory for the filter");
	*out = filter;
	return filter_parse(text, &app->arena, filter, err);
}

/* Waits where stdout is somebody's non-blocking pipe. */
static bool may_retry(int errnum)
{
	struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

	if (errnum == EINTR)
		return true;
	return errnum == EAGAIN && poll(&out, 1, -1) >= 0;
}

enum ll_err app_write(struct app *app, struct err *err)
{
	struct str rest = buf_str(&app->out);
	enum ll_err code = buf_status(&app->out);

	if (code)
		return ll_fail(err, code, "the answer: %s", ll_err_text(code));
	while (rest.len) {
		ssize_t n = write(STDOUT_FILENO, rest.at, rest.len);

		if (n >= 0) {
			rest = str_from(rest, (size_t)n);
			continue;
		}
		if (may_retry(errno))
			continue;
		code = errno == EPIPE ? ll_fail(err, LL_ECANCELED, "%s", "")
			: ll_fail_errno(err, errno, "cannot write to stdout");
		break;
	}
	buf_clear(&app->out);
	return code;
}

bool app_confirm(struct app *app, const char *question)
{
	char answer[16];

	if (args_flag(app->args, "yes"))
		return true;
	if (!isatty(STDIN_FILENO) || !app->err_is_terminal) {
		say("llmlab: ", question, " Nobody is there to ask; say --yes to do it.\n");
		return false;
	}
	say("", question, " [y/N] ");
	return fgets(answer, sizeof(answer), stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

void app_json(struct app *app, struct jsonw *w)
{
	jsonw_init(w, &app->out, 2);
}
