/* SPDX-License-Identifier: Apache-2.0 */
/* One screen of the dashboard without a terminal. */
#include "app/screen.h"

#include <stdio.h>

#include "app/dash_setup.h"
#include "app/paths.h"
#include "app/survey.h"
#include "base/mem.h"
#include "base/text.h"
#include "views/dashboard.h"

#define SIDE_MAX 1000
#define SETTLED_NS (500 * NS_PER_MS) /* what is due later than that stays as it is: toasts, the clock */
#define TURNS_MAX 1000               /* in which it has to come to rest */
#define PENDING_MAX 16

struct screen {
	struct app *app;
	struct dash *dash;
	struct store_reader *reader; /* NULL = there is no store */
	const struct zone *zone;
	struct surface surface;
	struct dash_load *pending[PENDING_MAX];
	size_t pending_count;
	int64_t mono_ns;             /* goes on by itself, as far as the dash wants */
	bool is_over;
};

static bool read_side(struct str text, int *out)
{
	int64_t side;

	if (!str_to_i64(text, &side) || side < 1 || side > SIDE_MAX)
		return false;
	*out = (int)side;
	return true;
}

enum ll_err screen_size(struct str text, int *rows, int *cols, struct err *err)
{
	struct str height = text, width = str_cut(&height, 'x');

	if (height.at && read_side(width, cols) && read_side(height, rows))
		return LL_OK;
	return ll_fail(err, LL_EUSAGE, "option '--screen': '%.*s' is not columns x rows, such as 120x36",
		STR_FMT(text));
}

static void type_letters(struct str word, void (*fn)(void *ctx, struct key key), void *ctx)
{
	for (size_t i = 0; i < word.len;)
		fn(ctx, (struct key){ .code = utf8_next(word, &i) });
}

enum ll_err screen_keys(struct str text, void (*fn)(void *ctx, struct key key), void *ctx,
	struct err *err)
{
	while (text.at) {
		struct str word = str_cut(&text, ' ');
		struct key key;

		if (!word.len)
			continue;
		if (key_parse(word, &key))
			fn(ctx, key);
		else if (word.len > 2 && word.at[0] == '<' && word.at[word.len - 1] == '>')
			return ll_fail(err, LL_EUSAGE, "option '--keys': there is no key '%.*s'", STR_FMT(word));
		else
			type_letters(word, fn, ctx);
	}
	return LL_OK;
}

static int64_t now_ns(const struct screen *s)
{
	return clock_now_ns(&s->app->clock);
}

/* --- the host: reads are done between events, and the world is left as it is ------------------ */

static void hold_load(void *ctx, struct dash_load *load)
{
	struct screen *s = ctx;

	PRE(s->pending_count < PENDING_MAX);
	s->pending[s->pending_count++] = load;
}

static void refuse(struct screen *s)
{
	dash_say(s->dash, true, STR("not without a terminal"));
}

static void refuse_command(void *ctx, const char *const *words)
{
	struct screen *s = ctx;

	(void)words;
	dash_command_done(s->dash, false, STR("not without a terminal"));
}

static void refuse_text(void *ctx, struct str text)
{
	(void)text;
	refuse(ctx);
}

static void refuse_export(void *ctx, struct str text, const char *suffix)
{
	(void)text;
	(void)suffix;
	refuse(ctx);
}

static void refuse_view(void *ctx, struct str text, bool in_editor)
{
	(void)text;
	(void)in_editor;
	refuse(ctx);
}

/* The text of a screen is the same in every theme. */
static void ignore_theme(void *ctx, const struct theme *theme)
{
	(void)ctx;
	(void)theme;
}

static void ignore_mouse(void *ctx, bool is_on)
{
	(void)ctx;
	(void)is_on;
}

static void ignore_suspend(void *ctx)
{
	(void)ctx;
}

static void quit(void *ctx, bool print_view)
{
	struct screen *s = ctx;

	(void)print_view;
	s->is_over = true;
}

static struct dash_host host_of(struct screen *s)
{
	return (struct dash_host){
		.ctx = s,
		.load = hold_load,
		.command = refuse_command,
		.copy = refuse_text,
		.export_file = refuse_export,
		.view_text = refuse_view,
		.theme = ignore_theme,
		.mouse = ignore_mouse,
		.suspend = ignore_suspend,
		.quit = quit,
	};
}

/* --- one screen ------------------------------------------------------------------------------ */

static void run_load(struct screen *s, struct dash_load *load)
{
	struct load how = { .reader = s->reader, .scope = &s->app->scope, .zone = s->zone,
		.now_ns = now_ns(s) };

	if (s->reader) {
		store_reader_deadline(s->reader, clock_mono_ns() + load->deadline_ms * NS_PER_MS);
		dash_load_run(load, &how);
	} else {
		load->status = ll_fail(&load->err, LL_ECANCELED, "there is no store");
	}
	dash_loaded(s->dash, load, now_ns(s), s->mono_ns);
}

static bool run_loads(struct screen *s)
{
	bool any = s->pending_count > 0;

	while (s->pending_count) {
		struct dash_load *load = s->pending[0];

		s->pending_count--;
		memmove(s->pending, s->pending + 1, s->pending_count * sizeof(struct dash_load *));
		run_load(s, load);
	}
	return any;
}

/* Until nothing is read and nothing is due soon. */
static void settle(struct screen *s)
{
	for (int i = 0; i < TURNS_MAX; i++) {
		int64_t due = dash_deadline(s->dash);

		if (run_loads(s))
			continue;
		if (!due || due > s->mono_ns + SETTLED_NS)
			return;
		if (due > s->mono_ns)
			s->mono_ns = due;
		dash_tick(s->dash, now_ns(s), s->mono_ns);
	}
}

/* After each key as well: how far a page goes and what a letter means is what was on the screen. */
static void show(struct screen *s)
{
	int cursor_y, cursor_x;

	settle(s);
	dash_draw(s->dash, &s->surface, &cursor_y, &cursor_x);
}

static void type_key(void *ctx, struct key key)
{
	struct screen *s = ctx;
	struct event event = { .kind = EVENT_KEY, .key = key };

	if (s->is_over)
		return;
	dash_event(s->dash, &event, now_ns(s), s->mono_ns);
	show(s);
}

static void surveyed(void *ctx, const struct survey *found)
{
	struct screen *s = ctx;

	dash_set_places(s->dash, found->places, found->count, found->calls);
}

static void survey(struct screen *s)
{
	struct survey *found = ll_alloc(sizeof(*found));

	found->scope = &s->app->scope;
	found->done = surveyed;
	found->ctx = s;
	survey_now(found, s->app->store);
	ll_free(found);
}

static enum ll_err open_store(struct screen *s, const char *demo_dir, struct err *err)
{
	char dir[PATHS_BYTES];
	enum ll_err code = LL_OK;

	if (demo_dir)
		snprintf(dir, sizeof(dir), "%s", demo_dir);
	else
		code = paths_store(s->app->args, dir, err);
	if (code == LL_OK)
		code = setup_store(s->app, dir, err);
	if (code == LL_OK && s->app->store)
		code = store_reader_open(s->app->store, &s->reader, err);
	return code;
}

static enum ll_err open_dash(struct screen *s, bool is_demo, struct err *err)
{
	struct dash_options options = { .host = host_of(s), .is_read_only = true, .is_demo = is_demo };
	struct theme theme;
	bool is_chosen = theme_shipped(STR("mono"), &theme);
	enum ll_err code = app_zone(s->app, &s->zone, err);

	PRE(is_chosen);
	if (code == LL_OK)
		code = setup_keys(s->app, &options.keys_config, err);
	if (code)
		return code;
	options.zone = s->zone;
	options.zone_name = str_of(zone_name(s->zone));
	options.has_utf8 = s->surface.has_utf8;
	options.theme = &theme;
	return dash_new(&s->dash, &options, now_ns(s), err);
}

static enum ll_err open_surface(struct screen *s, struct err *err)
{
	int rows, cols;
	enum ll_err code = screen_size(args_text(s->app->args, "screen"), &rows, &cols, err);

	if (code)
		return code;
	s->surface.has_utf8 = setup_locale();
	code = surface_resize(&s->surface, rows, cols);
	return code ? ll_fail(err, code, "no memory for a screen of %d x %d", cols, rows) : LL_OK;
}

static enum ll_err print(struct screen *s, const char *demo_dir, struct err *err)
{
	enum ll_err code = open_surface(s, err);

	if (code == LL_OK)
		code = open_store(s, demo_dir, err);
	if (code == LL_OK)
		code = open_dash(s, demo_dir, err);
	if (code)
		return code;
	survey(s);
	show(s);
	code = screen_keys(args_text(s->app->args, "keys"), type_key, s, err);
	if (code == LL_OK)
		surface_text(&s->surface, &s->app->out);
	return code;
}

enum exit_code screen_print(struct app *app, const char *demo_dir)
{
	struct screen s = { .app = app, .mono_ns = clock_mono_ns() };
	struct err err = { 0 };
	enum ll_err code = print(&s, demo_dir, &err);

	run_loads(&s);
	dash_free(s.dash);
	store_reader_close(s.reader);
	surface_release(&s.surface);
	return code ? app_fail(app, &err) : EXIT_OK;
}
