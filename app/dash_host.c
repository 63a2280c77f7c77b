/* SPDX-License-Identifier: Apache-2.0 */
/* What the dashboard asks of the world. */
#include "app/dash_host.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/errand.h"
#include "app/paths.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#define WORDS_MAX 32
#define OSC52_BYTES 74994 /* of base64: what every terminal that knows it takes */
#define TEXT_BYTES (256u << 20)

static void say(struct dashboard *d, bool is_error, const char *fmt, ...) LL_PRINTF(3, 4);

static void say(struct dashboard *d, bool is_error, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	dash_say(d->dash, is_error, str_of(text));
}

static void load(void *ctx, struct dash_load *load)
{
	struct dashboard *d = ctx;

	loads_add(d->loads, load);
}

/* --- commands ------------------------------------------------------------------------------ */

/* The first line that says something, without the program's own name before it. */
static struct str first_words(struct str text)
{
	struct str line = { NULL, 0 };

	while (text.at && !line.len)
		line = str_trim(str_cut(&text, '\n'));
	return str_starts(line, STR("llmlab: ")) ? str_from(line, 8) : line;
}

static void command_done(void *ctx, int status, struct str out, struct str err)
{
	struct dashboard *d = ctx;
	struct str said = first_words(status ? err : out);

	dashboard_wake(d);
	d->errands--;
	if (!said.len)
		said = status ? STR("the command failed") : STR("done");
	dash_command_done(d->dash, status == 0, said);
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
		.terminal = -1, .done = command_done, .ctx = d };
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

/* --- files --------------------------------------------------------------------------------- */

static enum ll_err write_new(const char *path, struct str text, struct err *err)
{
	int fd = -1;
	enum ll_err code = file_open(path, O_WRONLY | O_CREAT | O_EXCL, 0600, &fd, err);

	if (code == LL_OK)
		code = file_write_all(fd, path, text, err);
	file_close(&fd);
	return code;
}

/* "llmlab-2026-11-24-153000.csv" where the user stands, else at home. */
static enum ll_err export_text(struct dashboard *d, struct str text, const char *suffix,
	char path[PATHS_BYTES], struct err *err)
{
	struct civil now = zone_civil(d->app->zone, d->now_ns);
	const char *home = getenv("HOME");
	char name[96];
	enum ll_err code;

	snprintf(name, sizeof(name), "llmlab-%04d-%02d-%02d-%02d%02d%02d%s%s", now.year, now.month,
		now.day, now.hour, now.minute, now.second, suffix[0] == '.' ? "" : ".", suffix);
	snprintf(path, PATHS_BYTES, "%s", name);
	code = write_new(path, text, err);
	if (code == LL_OK || !home || !path_join(path, PATHS_BYTES, home, name))
		return code;
	return write_new(path, text, err);
}

static void export_file(void *ctx, struct str text, const char *suffix)
{
	struct dashboard *d = ctx;
	char path[PATHS_BYTES];
	struct err err = { 0 };

	if (export_text(d, text, suffix, path, &err) == LL_OK)
		say(d, false, "%zu bytes written to %s", text.len, path);
	else
		say(d, true, "%s", err.msg);
}

/* --- the clipboard ------------------------------------------------------------------------- */

static void add_base64(struct buf *out, struct str text)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < text.len; i += 3) {
		size_t have = text.len - i < 3 ? text.len - i : 3;
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < have ? (uint8_t)text.at[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			buf_addch(out, k <= have ? digits[bits >> (18 - 6 * k) & 63] : '=');
	}
}

bool clipboard_sequence(struct buf *out, struct str text)
{
	if ((text.len + 2) / 3 * 4 > OSC52_BYTES)
		return false;
	buf_addz(out, "\033]52;c;");
	add_base64(out, text);
	buf_addz(out, "\033\\");
	return buf_status(out) == LL_OK;
}

/* Line by line: whoever pastes it into a shell gets text and nothing that acts. */
static void add_safe_lines(struct buf *out, struct str text)
{
	while (text.at) {
		text_add_safe(out, str_cut(&text, '\n'));
		if (text.at)
			buf_addch(out, '\n');
	}
}

/* One copy, which goes on after its program has ended. */
struct copy {
	struct dashboard *dashboard;
	const char *program;
	struct buf text;
};

static void copy_free(struct copy *c)
{
	buf_release(&c->text);
	ll_free(c);
}

static void copy_by_terminal(struct dashboard *d, struct str text)
{
	struct buf bytes = BUF_INIT(OSC52_BYTES + 64);
	char path[PATHS_BYTES];
	struct err err = { 0 };

	if (clipboard_sequence(&bytes, text)) {
		display_send(&d->display, buf_str(&bytes));
		say(d, false, "copied %zu bytes through the terminal (OSC 52)", text.len);
	} else if (export_text(d, text, "txt", path, &err) == LL_OK) {
		say(d, false, "%zu bytes are too much for the terminal's clipboard: written to %s",
			text.len, path);
	} else {
		say(d, true, "%s", err.msg);
	}
	buf_release(&bytes);
}

static void copied(void *ctx, int status, struct str out, struct str err)
{
	struct copy *c = ctx;
	struct dashboard *d = c->dashboard;

	(void)out;
	(void)err;
	dashboard_wake(d);
	d->errands--;
	if (status == 0)
		say(d, false, "copied %zu bytes (%s)", c->text.len, c->program);
	else
		copy_by_terminal(d, buf_str(&c->text));
	copy_free(c);
}

static bool is_set(const char *variable)
{
	const char *value = getenv(variable);

	return value && value[0];
}

/* Over SSH the screen at which the user sits is not ours: only the terminal reaches it. */
static const char *const *copy_program(void)
{
	static const char *const wayland[] = { "wl-copy", NULL };
	static const char *const x11[] = { "xclip", "-selection", "clipboard", NULL };

	if (is_set("SSH_TTY"))
		return NULL;
	if (is_set("WAYLAND_DISPLAY"))
		return wayland;
	return is_set("DISPLAY") ? x11 : NULL;
}

static void copy(void *ctx, struct str text)
{
	struct dashboard *d = ctx;
	const char *const *words = copy_program();
	struct copy *c = ll_alloc(sizeof(*c));
	struct errand_options errand = { .loop = &d->loop, .words = words, .terminal = -1,
		.done = copied, .ctx = c };
	struct err ignored;

	c->dashboard = d;
	buf_init(&c->text, TEXT_BYTES);
	add_safe_lines(&c->text, text);
	errand.input = buf_str(&c->text);
	if (words && errand.input.len) {
		c->program = words[0];
		if (errand_run(&errand, &ignored) == LL_OK) {
			d->errands++;
			return;
		}
	}
	copy_by_terminal(d, errand.input);
	copy_free(c);
}

/* --- pager and editor ---------------------------------------------------------------------- */

struct visit {
	struct dashboard *dashboard;
	char path[64];
	int terminal;
};

static void visited(void *ctx, int status, struct str out, struct str err)
{
	struct visit *v = ctx;
	struct dashboard *d = v->dashboard;

	(void)out;
	(void)err;
	dashboard_wake(d);
	d->errands--;
	file_close(&v->terminal);
	unlink(v->path);
	ll_free(v);
	dashboard_take_terminal(d);
	if (status)
		say(d, true, "the program ended with status %d", status);
}

static enum ll_err write_temporary(struct visit *v, struct str text, struct err *err)
{
	int fd;
	enum ll_err code;

	snprintf(v->path, sizeof(v->path), "/tmp/llmlab-XXXXXX");
	fd = mkostemp(v->path, O_CLOEXEC);
	if (fd < 0)
		return ll_fail_errno(err, errno, "cannot make a file in '/tmp'");
	code = file_write_all(fd, v->path, text, err);
	file_close(&fd);
	return code;
}

static enum ll_err visit(struct dashboard *d, struct visit *v, struct str text, bool in_editor,
	struct err *err)
{
	const char *const words[] = { "/bin/sh", "-c",
		in_editor ? "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"" : "exec ${PAGER:-less} \"$1\"",
		"llmlab", v->path, NULL };
	struct errand_options errand = { .loop = &d->loop, .words = words, .done = visited, .ctx = v };
	enum ll_err code = write_temporary(v, text, err);

	if (code)
		return code;
	/* Another description than ours, which does not block. */
	code = file_open("/dev/tty", O_RDWR | O_NOCTTY, 0, &v->terminal, err);
	if (code)
		return code;
	errand.terminal = v->terminal;
	dashboard_lend_terminal(d);
	code = errand_run(&errand, err);
	if (code)
		dashboard_take_terminal(d);
	else
		d->errands++;
	return code;
}

static void view_text(void *ctx, struct str text, bool in_editor)
{
	struct dashboard *d = ctx;
	struct visit *v = ll_alloc(sizeof(*v));
	struct err err = { 0 };

	*v = (struct visit){ .dashboard = d, .terminal = -1 };
	if (visit(d, v, text, in_editor, &err) == LL_OK)
		return;
	file_close(&v->terminal);
	if (v->path[0])
		unlink(v->path);
	ll_free(v);
	say(d, true, "%s", err.msg);
}

/* --- the screen ---------------------------------------------------------------------------- */

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
		.theme = use_theme,
		.mouse = use_mouse,
		.suspend = suspend,
		.quit = quit,
	};
}
