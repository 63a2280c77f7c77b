/* SPDX-License-Identifier: Apache-2.0 */
/* What the dashboard asks of the world. */
#include "app/dash_host.h"

#include "app/clipboard.h"
#include "app/errand.h"
#include "app/export.h"
#include "app/guest.h"

#define WORDS_MAX 32

static void load(void *ctx, struct dash_load *load)
{
	struct dashboard *d = ctx;

	loads_add(d->loads, load);
}

/* The first line that says something, without the program's own name before it. */
static struct str first_words(struct str text)
{
	struct str line = { NULL, 0 };

	while (text.at && !line.len)
		line = str_trim(str_cut(&text, '\n'));
	return str_starts(line, STR("llmlab: ")) ? str_from(line, 8) : line;
}

static void finish_command(struct dashboard *d, int status, struct str out, struct str err)
{
	struct str said = first_words(status ? err : out);

	dashboard_wake(d);
	d->errands--;
	if (!said.len)
		said = status ? STR("the command failed") : STR("done");
	dash_command_done(d->dash, status == 0, said);
}

static void command_done(void *ctx, int status, struct str out, struct str err)
{
	finish_command(ctx, status, out, err);
}

static void zone_done(void *ctx, int status, struct str out, struct str err)
{
	struct dashboard *d = ctx;

	finish_command(d, status, out, err);
	d->zone_is_stale |= status == 0;
}

static bool is_zone(const char *const *words)
{
	return strcmp(words[0], "zone") == 0;
}

static bool is_plain_import(const char *const *words)
{
	return strcmp(words[0], "import") == 0 && !words[1];
}

/* The command runs as the user would run it: the same checks, the same audit, and what goes wrong in
 * it does not go wrong in us. */
static void command(void *ctx, const char *const *words)
{
	struct dashboard *d = ctx;
	const char *line[WORDS_MAX + 1] = { "/proc/self/exe", "--store", d->store_dir, "--no-refresh" };
	struct errand_options errand = { .loop = &d->loop, .words = line, .keeps_output = true,
		.terminal = -1, .done = is_zone(words) ? zone_done : command_done, .ctx = d };
	struct err err = { 0 };
	size_t count = 4;

	if (is_plain_import(words)) {
		importer_start(d->importer, IMPORT_ALL);
		return;
	}
	for (size_t i = 0; words[i] && count < WORDS_MAX; i++)
		line[count++] = words[i];
	if (errand_run(&errand, &err) == LL_OK)
		d->errands++;
	else
		dash_command_done(d->dash, false, str_of(err.msg));
}

static void copy(void *ctx, struct str text)
{
	clipboard_copy(ctx, text);
}

static void export_file(void *ctx, struct str text, const char *suffix)
{
	struct dashboard *d = ctx;
	char path[PATHS_BYTES];
	struct err err = { 0 };

	if (export_text(d, text, suffix, path, &err) == LL_OK)
		dashboard_say(d, false, "%zu bytes written to %s", text.len, path);
	else
		dashboard_say(d, true, "%s", err.msg);
}

static void view_text(void *ctx, struct str text, bool in_editor)
{
	guest_show(ctx, text, in_editor);
}

static void pipe_text(void *ctx, struct str text, struct str command)
{
	guest_pipe(ctx, text, command);
}

static void use_theme(void *ctx, const struct theme *theme)
{
	struct dashboard *d = ctx;

	d->theme = *theme;
	d->has_chosen_theme = true;
	d->needs_frame = true;
	term_theme(d->display.term, &d->theme);
}

static void use_mouse(void *ctx, bool is_on)
{
	struct dashboard *d = ctx;

	display_send(&d->display, term_mouse(d->display.term, is_on));
}

static void redraw(void *ctx)
{
	struct dashboard *d = ctx;

	term_invalidate(d->display.term);
	d->needs_frame = true;
}

static void suspend(void *ctx)
{
	dashboard_suspend(ctx);
}

static void quit(void *ctx, bool print_view)
{
	struct dashboard *d = ctx;

	d->prints_view = print_view;
	dashboard_end(d, 0);
}

struct dash_host dash_host_of(struct dashboard *d)
{
	return (struct dash_host){
		.ctx = d,
		.load = load,
		.command = command,
		.copy = copy,
		.export_file = export_file,
		.view_text = view_text,
		.pipe = pipe_text,
		.theme = use_theme,
		.mouse = use_mouse,
		.redraw = redraw,
		.suspend = suspend,
		.quit = quit,
	};
}
