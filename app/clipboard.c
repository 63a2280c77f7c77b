/* SPDX-License-Identifier: Apache-2.0 */
/* Copying. */
#include "app/clipboard.h"

#include "app/dash_setup.h"
#include "app/errand.h"
#include "app/export.h"
#include "base/mem.h"
#include "base/text.h"

#define OSC52_BYTES 74994 /* of base64: what every terminal that knows it takes */
#define TEXT_BYTES (256u << 20)

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
		dashboard_say(d, false, "copied %zu bytes through the terminal (OSC 52)", text.len);
	} else if (export_text(d, text, "txt", path, &err) == LL_OK) {
		dashboard_say(d, false, "%zu bytes are too much for the terminal's clipboard: written to %s",
			text.len, path);
	} else {
		dashboard_say(d, true, "%s", err.msg);
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
		dashboard_say(d, false, "copied %zu bytes (%s)", c->text.len, c->program);
	else
		copy_by_terminal(d, buf_str(&c->text));
	copy_free(c);
}

/* Over SSH the screen at which the user sits is not ours: only the terminal reaches it. */
static const char *const *copy_program(void)
{
	static const char *const wayland[] = { "wl-copy", NULL };
	static const char *const x11[] = { "xclip", "-selection", "clipboard", NULL };

	if (environment_has("SSH_TTY"))
		return NULL;
	if (environment_has("WAYLAND_DISPLAY"))
		return wayland;
	return environment_has("DISPLAY") ? x11 : NULL;
}

void clipboard_copy(struct dashboard *d, struct str text)
{
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
