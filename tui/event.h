/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a terminal's bytes to events: UTF-8, control keys, CSI and SS3 sequences with xterm's
 * modifiers, SGR mouse, bracketed paste (one event), replies to queries, and a lone Esc, which
 * only time tells from the start of a sequence. Own state machine; bounded; no I/O, no timers: the
 * caller feeds bytes and asks for the deadline. Never fails: what it does not know is dropped.
 */
#ifndef LLMLAB_TUI_EVENT_H
#define LLMLAB_TUI_EVENT_H

#include "base/buf.h"

/* Keys without a code point. */
enum key_code {
	KEY_CODE_FIRST = 0x110000,
	KEY_CODE_UP = KEY_CODE_FIRST, KEY_CODE_DOWN, KEY_CODE_LEFT, KEY_CODE_RIGHT, KEY_CODE_HOME, KEY_CODE_END,
	KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN, KEY_CODE_INSERT, KEY_CODE_DELETE, KEY_CODE_BACKSPACE,
	KEY_CODE_ENTER, KEY_CODE_TAB, KEY_CODE_ESC,
	KEY_CODE_F1, KEY_CODE_F12 = KEY_CODE_F1 + 11,
};

enum key_mod { MOD_SHIFT = 1, MOD_ALT = 2, MOD_CTRL = 4 };

/* Ctrl-A is { 'a', MOD_CTRL }; Shift-Tab { KEY_CODE_TAB, MOD_SHIFT }; 'G' is { 'G', 0 }. */
struct key {
	uint32_t code;
	unsigned mods;
};

enum mouse_button { MOUSE_LEFT, MOUSE_MIDDLE, MOUSE_RIGHT, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

enum event_kind {
	EVENT_KEY,
	EVENT_PASTE,    /* text: the whole paste; is_cut when it was longer than INPUT_PASTE_BYTES */
	EVENT_MOUSE,    /* press and wheel only */
	EVENT_REPLY,    /* an answer of the terminal: reply, values */
	EVENT_FOCUS,    /* values[0]: 1 in, 0 out */
};

enum reply_kind {
	REPLY_DEVICE,      /* DA1: everything that was asked before has been answered */
	REPLY_BACKGROUND,  /* OSC 11: values = r, g, b, each 0..65535 */
	REPLY_MODE,        /* DECRQM: values = mode, state (1, 2: known) */
	REPLY_VERSION,     /* XTVERSION: text */
	REPLY_READY,       /* DSR 0: the frame before it has been shown */
};

struct event {
	enum event_kind kind;
	struct key key;
	struct str text;          /* until fn returns */
	bool is_cut;
	enum mouse_button button;
	int y, x;                 /* cells, from 0 */
	unsigned mods;            /* of the mouse */
	enum reply_kind reply;
	int values[3];
};

#define INPUT_PASTE_BYTES (1u << 20)

struct input;

struct input *input_new(int64_t esc_delay_ns); /* NULL = out of memory; 25 ms, 50 ms over SSH */
void input_free(struct input *in);
/* fn is called for each event, in order. */
void input_feed(struct input *in, struct str bytes, int64_t now_mono_ns,
	void (*fn)(void *ctx, const struct event *event), void *ctx);
/* When input_tick() has to be called for a lone Esc; 0 = never. */
int64_t input_deadline(const struct input *in);
void input_tick(struct input *in, int64_t now_mono_ns,
	void (*fn)(void *ctx, const struct event *event), void *ctx);

/* Key names, as help shows them and the config file writes them: "j", "<Down>", "<C-d>", "<S-Tab>",
 * "<Space>", "<Enter>", "<Esc>", "<lt>". */
bool key_parse(struct str name, struct key *out);
void key_name(struct key k, char out[24]);
static inline bool key_eq(struct key a, struct key b)
{
	return a.code == b.code && a.mods == b.mods;
}

#endif
