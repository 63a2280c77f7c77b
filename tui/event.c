/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input state machine: cuts the stream into keys and sequences.
 *
 *	          ESC              [              final byte
 *	GROUND ----------> ESCAPE ------> CSI ------------------> GROUND
 *	  ^                 | | | O
 *	  |   a key, Alt    | | +-------> SS3 ------------------> GROUND
 *	  +-----------------+ | ] P _ ^ X
 *	                      +---------> STRING ---- BEL, ESC \ -> GROUND
 *
 *	CSI 200 ~  -> PASTE until CSI 201 ~
 *	CSI M      -> SKIP, three bytes      CSI [ -> CONSOLE, one letter
 *
 * ESC starts anew from everywhere but PASTE. Every state but GROUND has a deadline, so that a
 * sequence without an end never takes the keyboard away for long.
 */
#include "tui/event.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/sequence.h"

#define SEQUENCE_BYTES 64u
#define STRING_BYTES 4096u

/* A sequence that began comes whole, but maybe over a slow link; a paste may pause longer. */
#define SEQUENCE_DELAY_NS INT64_C(1000000000)
#define PASTE_DELAY_NS INT64_C(5000000000)

#define CAN 0x18
#define SUB 0x1A
#define ESC 0x1B
#define BEL 0x07
#define DEL 0x7F

enum state {
	STATE_GROUND,
	STATE_ESCAPE,
	STATE_CSI,
	STATE_SS3,
	STATE_CONSOLE,    /* F1..F5 of the Linux console */
	STATE_SKIP,       /* a mouse report of a terminal without SGR reports */
	STATE_STRING,
	STATE_STRING_ESC, /* an ESC in a string: its end, or a new sequence */
	STATE_PASTE,
};

struct sink {
	void (*fn)(void *ctx, const struct event *event);
	void *ctx;
};

struct input {
	enum state state;
	int64_t esc_delay_ns, now_ns;
	int64_t deadline_ns;      /* 0 = none */
	char point[4];            /* a UTF-8 sequence that has begun */
	size_t point_len, point_need;
	unsigned point_mods;
	char introducer;          /* of a string */
	char body[STRING_BYTES];  /* of a CSI, SS3 or string */
	size_t len;
	bool is_too_long;
	int skip;                 /* bytes to come */
	struct buf paste;
	size_t end_len;           /* how much of paste_end has been seen */
	bool is_paste_cut;
	struct sink sink;         /* of the running call */
};

static const struct str paste_end = STR_INIT("\x1b[201~");

static void emit(struct input *in, const struct event *event)
{
	in->sink.fn(in->sink.ctx, event);
}

static void emit_key(struct input *in, uint32_t code, unsigned mods)
{
	emit(in, &(struct event){ .kind = EVENT_KEY, .key = { code, mods } });
}

static int64_t delay_of(const struct input *in)
{
	switch (in->state) {
	case STATE_GROUND:
		return 0;
	case STATE_ESCAPE:
		return in->esc_delay_ns;
	case STATE_CSI:
	case STATE_SS3:
	case STATE_CONSOLE:
	case STATE_SKIP:
	case STATE_STRING:
	case STATE_STRING_ESC:
		return SEQUENCE_DELAY_NS;
	case STATE_PASTE:
		return PASTE_DELAY_NS;
	}
	return 0;
}

static void enter(struct input *in, enum state state)
{
	int64_t delay_ns;

	in->state = state;
	delay_ns = delay_of(in);
	in->deadline_ns = delay_ns ? in->now_ns + delay_ns : 0;
}

/* --- keys that are bytes ----------------------------------------------------------------- */

static void control_key(struct input *in, unsigned char c, unsigned mods)
{
	switch (c) {
	case '\r':
		emit_key(in, KEY_CODE_ENTER, mods);
		break;
	case '\t':
		emit_key(in, KEY_CODE_TAB, mods);
		break;
	case '\b':
	case DEL:
		emit_key(in, KEY_CODE_BACKSPACE, mods);
		break;
	case '\0':
		emit_key(in, ' ', mods | MOD_CTRL);
		break;
	default:
		/* 1..26 are the letters, 28..31 stand for \ ] ^ _ */
		emit_key(in, c + (c < ESC ? 0x60u : 0x40u), mods | MOD_CTRL);
	}
}

static size_t point_bytes(unsigned char lead)
{
	return lead < 0xC2 ? 0 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 0;
}

/* An invalid sequence leaves nothing, and neither do C1 controls, which nobody types. */
static void point_end(struct input *in)
{
	struct str bytes = { in->point, in->point_len };
	size_t at = 0;
	uint32_t cp;

	in->point_need = 0;
	if (!utf8_is_valid(bytes))
		return;
	cp = utf8_next(bytes, &at);
	if (cp >= 0xA0)
		emit_key(in, cp, in->point_mods);
}

/* False when the byte does not belong to a UTF-8 sequence that has begun. */
static bool point_continue(struct input *in, unsigned char c)
{
	if (!in->point_need)
		return false;
	if ((c & 0xC0) != 0x80) {
		in->point_need = 0;
		return false;
	}
	in->point[in->point_len++] = (char)c;
	if (in->point_len == in->point_need)
		point_end(in);
	return true;
}

static void key_byte(struct input *in, unsigned char c, unsigned mods)
{
	enter(in, STATE_GROUND);
	if (c < ' ' || c == DEL) {
		control_key(in, c, mods);
	} else if (c < DEL) {
		emit_key(in, c, mods);
	} else {
		in->point_need = point_bytes(c);
		in->point[0] = (char)c;
		in->point_len = 1;
		in->point_mods = mods;
	}
}

/* --- sequences --------------------------------------------------------------------------- */

static void body_start(struct input *in, enum state state)
{
	enter(in, state);
	in->len = 0;
	in->is_too_long = false;
}

static void body_add(struct input *in, unsigned char c, size_t max)
{
	if (in->len < max)
		in->body[in->len++] = (char)c;
	else
		in->is_too_long = true;
}

static void escape_byte(struct input *in, unsigned char c)
{
	switch (c) {
	case '[':
		body_start(in, STATE_CSI);
		break;
	case 'O':
		body_start(in, STATE_SS3);
		break;
	case ']':
	case 'P':
	case '_':
	case '^':
	case 'X':
		in->introducer = (char)c;
		body_start(in, STATE_STRING);
		break;
	default:
		key_byte(in, c, MOD_ALT);
	}
}

static void paste_start(struct input *in)
{
	enter(in, STATE_PASTE);
	in->end_len = 0;
	in->is_paste_cut = false;
}

static void csi_end(struct input *in, char final)
{
	struct str body = { in->body, in->len };
	struct event event;

	enter(in, STATE_GROUND);
	if (in->is_too_long)
		return;
	if (final == '~' && str_is(body, "200")) {
		paste_start(in);
	} else if (final == 'M' && !body.len) {
		in->skip = 3;
		enter(in, STATE_SKIP);
	} else if (final == '[' && !body.len) {
		enter(in, STATE_CONSOLE);
	} else if (sequence_csi(body, final, &event)) {
		emit(in, &event);
	}
}

static void ss3_end(struct input *in, char final)
{
	struct event event;

	enter(in, STATE_GROUND);
	if (!in->is_too_long && sequence_ss3((struct str){ in->body, in->len }, final, &event))
		emit(in, &event);
}

static void csi_byte(struct input *in, unsigned char c)
{
	if (c >= 0x40 && c < DEL)
		csi_end(in, (char)c);
	else if (c >= 0x20 && c < 0x40)
		body_add(in, c, SEQUENCE_BYTES);
	else if (c == CAN || c == SUB)
		enter(in, STATE_GROUND);
}

static void ss3_byte(struct input *in, unsigned char c)
{
	if (c >= 0x40 && c < DEL)
		ss3_end(in, (char)c);
	else if (c >= '0' && c <= ';')
		body_add(in, c, SEQUENCE_BYTES);
	else
		enter(in, STATE_GROUND);
}

static void console_byte(struct input *in, unsigned char c)
{
	enter(in, STATE_GROUND);
	if (c >= 'A' && c <= 'E')
		emit_key(in, KEY_CODE_F1 + (uint32_t)(c - 'A'), 0);
}

static void string_end(struct input *in)
{
	struct event event;

	enter(in, STATE_GROUND);
	if (!in->is_too_long &&
	    sequence_string(in->introducer, (struct str){ in->body, in->len }, &event))
		emit(in, &event);
}

static void string_byte(struct input *in, unsigned char c)
{
	if (c == BEL)
		string_end(in);
	else if (c == CAN || c == SUB)
		enter(in, STATE_GROUND);
	else
		body_add(in, c, STRING_BYTES);
}

/* --- pastes ------------------------------------------------------------------------------ */

static void paste_add(struct input *in, struct str bytes)
{
	size_t room = INPUT_PASTE_BYTES - in->paste.len;

	buf_add(&in->paste, str_head(bytes, room));
	if (bytes.len > room || buf_status(&in->paste) != LL_OK)
		in->is_paste_cut = true;
}

static void paste_finish(struct input *in)
{
	enter(in, STATE_GROUND);
	emit(in, &(struct event){ .kind = EVENT_PASTE, .text = buf_str(&in->paste),
		.is_cut = in->is_paste_cut });
	buf_release(&in->paste);
}

/* Takes some of the bytes: a run without ESC, or one byte of what may be the end. */
static size_t paste_take(struct input *in, struct str bytes)
{
	const char *esc = memchr(bytes.at, ESC, bytes.len);
	size_t run = esc ? (size_t)(esc - bytes.at) : bytes.len;

	if (bytes.at[0] == paste_end.at[in->end_len]) {
		if (++in->end_len == paste_end.len)
			paste_finish(in);
		return 1;
	}
	paste_add(in, str_head(paste_end, in->end_len));
	in->end_len = 0;
	paste_add(in, str_head(bytes, run));
	return run;
}

/* --- all of them ------------------------------------------------------------------------- */

static void escape(struct input *in)
{
	in->point_need = 0;
	if (in->state == STATE_ESCAPE)
		emit_key(in, KEY_CODE_ESC, 0);
	enter(in, in->state == STATE_STRING ? STATE_STRING_ESC : STATE_ESCAPE);
}

static void take_byte(struct input *in, unsigned char c)
{
	if (c == ESC) {
		escape(in);
		return;
	}
	switch (in->state) {
	case STATE_GROUND:
		if (!point_continue(in, c))
			key_byte(in, c, 0);
		break;
	case STATE_ESCAPE:
		escape_byte(in, c);
		break;
	case STATE_CSI:
		csi_byte(in, c);
		break;
	case STATE_SS3:
		ss3_byte(in, c);
		break;
	case STATE_CONSOLE:
		console_byte(in, c);
		break;
	case STATE_SKIP:
		if (--in->skip == 0)
			enter(in, STATE_GROUND);
		break;
	case STATE_STRING:
		string_byte(in, c);
		break;
	case STATE_STRING_ESC:
		if (c == '\\')
			string_end(in);
		else
			escape_byte(in, c);
		break;
	case STATE_PASTE:
		break; /* paste_take() */
	}
}

struct input *input_new(int64_t esc_delay_ns)
{
	struct input *in = ll_try_alloc(sizeof(*in));

	if (!in)
		return NULL;
	in->esc_delay_ns = esc_delay_ns;
	buf_init(&in->paste, INPUT_PASTE_BYTES);
	return in;
}

void input_free(struct input *in)
{
	if (in)
		buf_release(&in->paste);
	ll_free(in);
}

void input_feed(struct input *in, struct str bytes, int64_t now_mono_ns,
	void (*fn)(void *ctx, const struct event *event), void *ctx)
{
	in->sink = (struct sink){ fn, ctx };
	in->now_ns = now_mono_ns;
	if (in->state == STATE_PASTE && bytes.len)
		enter(in, STATE_PASTE);
	for (size_t i = 0; i < bytes.len;) {
		if (in->state == STATE_PASTE)
			i += paste_take(in, str_from(bytes, i));
		else
			take_byte(in, (unsigned char)bytes.at[i++]);
	}
}

int64_t input_deadline(const struct input *in)
{
	return in->deadline_ns;
}

/* Only an ESC is a key when nothing follows; the rest of a cut sequence is dropped. */
void input_tick(struct input *in, int64_t now_mono_ns,
	void (*fn)(void *ctx, const struct event *event), void *ctx)
{
	enum state state = in->state;

	if (!in->deadline_ns || now_mono_ns < in->deadline_ns)
		return;
	in->sink = (struct sink){ fn, ctx };
	in->now_ns = now_mono_ns;
	enter(in, STATE_GROUND);
	if (state == STATE_ESCAPE)
		emit_key(in, KEY_CODE_ESC, 0);
	else if (state == STATE_PASTE)
		paste_finish(in);
}
