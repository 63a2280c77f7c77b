/* SPDX-License-Identifier: Apache-2.0 */
/* Keys, mouse reports and replies (ECMA-48; xterm's "Control Sequences"). */
#include "tui/sequence.h"

#define PARAMS 8
#define PARAM_MAX 99999
#define MODS_MAX 256

/* CSI <private> params <intermediate> final. */
struct params {
	char private, intermediate;
	int values[PARAMS]; /* -1 = not given */
	size_t count;
};

struct key_of {
	int number; /* a letter, or the number before ~; 0 = end */
	uint32_t code;
};

static const struct key_of letter_keys[];
static const struct key_of tilde_keys[];
static const struct key_of keypad_keys[];

static void add_digit(int *value, char digit)
{
	int so_far = *value < 0 ? 0 : *value;

	*value = so_far > PARAM_MAX ? so_far : so_far * 10 + (digit - '0');
}

/* False for a shape that no sequence we know has. */
static bool params_parse(struct str body, struct params *out)
{
	size_t i = 0;

	*out = (struct params){ .count = 1 };
	for (size_t p = 0; p < PARAMS; p++)
		out->values[p] = -1;
	if (body.len && body.at[0] >= '<' && body.at[0] <= '?')
		out->private = body.at[i++];
	for (; i < body.len; i++) {
		char c = body.at[i];

		if (out->intermediate)
			return false;
		if (c >= '0' && c <= '9')
			add_digit(&out->values[out->count - 1], c);
		else if (c >= ' ' && c < '0')
			out->intermediate = c;
		else if (c != ';')
			return false;
		else if (out->count < PARAMS) /* DA1 may have more, which nobody asks for */
			out->count++;
	}
	return true;
}

static bool key_find(const struct key_of *keys, int number, unsigned mods, struct event *out)
{
	while (keys->number && keys->number != number)
		keys++;
	*out = (struct event){ .kind = EVENT_KEY, .key = { keys->code, mods } };
	return keys->number != 0;
}

/* xterm's modifiers: 1 + (1 Shift, 2 Alt, 4 Ctrl, 8 Meta). */
static unsigned mods_of(const struct params *p)
{
	int given = p->values[1];

	return given > 1 ? (unsigned)(given - 1) & (MOD_SHIFT | MOD_ALT | MOD_CTRL) : 0;
}

static bool reply(enum reply_kind kind, int first, int second, struct event *out)
{
	*out = (struct event){ .kind = EVENT_REPLY, .reply = kind, .values = { first, second } };
	return true;
}

static bool plain(const struct params *p, char final, struct event *out)
{
	bool is_bare = p->count == 1 && p->values[0] < 0;

	if (p->intermediate || p->count > 2 || p->values[1] > MODS_MAX)
		return false;
	switch (final) {
	case '~':
		return key_find(tilde_keys, p->values[0], mods_of(p), out);
	case 'n':
		return p->values[0] == 0 && reply(REPLY_READY, 0, 0, out);
	case 'I':
	case 'O':
		*out = (struct event){ .kind = EVENT_FOCUS, .values = { final == 'I' } };
		return is_bare;
	case 'Z':
		return key_find(letter_keys, final, mods_of(p) | MOD_SHIFT, out);
	default:
		return p->values[0] <= 1 && key_find(letter_keys, final, mods_of(p), out);
	}
}

/* SGR report: button, column, row; in the button 4, 8, 16 are modifiers, 32 is motion, 64 the wheel.
 * M is a press, m a release. */
static bool mouse(const struct params *p, char final, struct event *out)
{
	struct event e = { .kind = EVENT_MOUSE, .x = p->values[1] - 1, .y = p->values[2] - 1 };
	int button = p->values[0];

	if (final != 'M' || p->intermediate || p->count != 3 || button < 0 || e.x < 0 || e.y < 0)
		return false;
	e.mods = (button & 4 ? MOD_SHIFT : 0u) | (button & 8 ? MOD_ALT : 0u) |
		(button & 16 ? MOD_CTRL : 0u);
	switch (button & ~(4 | 8 | 16)) {
	case 0:
		e.button = MOUSE_LEFT;
		break;
	case 1:
		e.button = MOUSE_MIDDLE;
		break;
	case 2:
		e.button = MOUSE_RIGHT;
		break;
	case 64:
		e.button = MOUSE_WHEEL_UP;
		break;
	case 65:
		e.button = MOUSE_WHEEL_DOWN;
		break;
	default:
		return false;
	}
	*out = e;
	return true;
}

static bool answer(const struct params *p, char final, struct event *out)
{
	if (final == 'c' && !p->intermediate)
		return reply(REPLY_DEVICE, 0, 0, out);
	if (final == 'y' && p->intermediate == '$' && p->count == 2 && p->values[0] >= 0 &&
	    p->values[1] >= 0)
		return reply(REPLY_MODE, p->values[0], p->values[1], out);
	return false;
}

bool sequence_csi(struct str body, char final, struct event *out)
{
	struct params p;

	if (!params_parse(body, &p))
		return false;
	switch (p.private) {
	case '\0':
		return plain(&p, final, out);
	case '<':
		return mouse(&p, final, out);
	case '?':
		return answer(&p, final, out);
	default:
		return false;
	}
}

bool sequence_ss3(struct str body, char final, struct event *out)
{
	struct params p;

	if (!params_parse(body, &p) || p.private || p.intermediate)
		return false;
	return key_find(letter_keys, final, mods_of(&p), out) ||
		key_find(keypad_keys, final, mods_of(&p), out);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four digits, scaled so that the largest is 65535. */
static bool channel_parse(struct str text, int *out)
{
	int value = 0, max = 0;

	if (!text.len || text.len > 4)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		int digit = hex_digit(text.at[i]);

		if (digit < 0)
			return false;
		value = value * 16 + digit;
		max = max * 16 + 15;
	}
	*out = value * (65535 / max);
	return true;
}

/* rgb:ffff/ffff/ffff, or rgba: with a fourth that does not matter. */
static bool background(struct str text, struct event *out)
{
	struct str rest = text;
	struct str form = str_cut(&rest, ':');
	struct event e = { .kind = EVENT_REPLY, .reply = REPLY_BACKGROUND };

	if (!str_is(form, "rgb") && !str_is(form, "rgba"))
		return false;
	for (size_t i = 0; i < 3; i++) {
		if (!rest.at || !channel_parse(str_cut(&rest, '/'), &e.values[i]))
			return false;
	}
	*out = e;
	return true;
}

bool sequence_string(char introducer, struct str body, struct event *out)
{
	if (introducer == ']' && str_starts(body, STR("11;")))
		return background(str_from(body, 3), out);
	if (introducer == 'P' && str_starts(body, STR(">|"))) {
		*out = (struct event){ .kind = EVENT_REPLY, .reply = REPLY_VERSION,
			.text = str_from(body, 2) };
		return true;
	}
	return false;
}

/* After CSI and SS3. */
static const struct key_of letter_keys[] = {
	{ 'A', KEY_CODE_UP },
	{ 'B', KEY_CODE_DOWN },
	{ 'C', KEY_CODE_RIGHT },
	{ 'D', KEY_CODE_LEFT },
	{ 'F', KEY_CODE_END },
	{ 'H', KEY_CODE_HOME },
	{ 'P', KEY_CODE_F1 },
	{ 'Q', KEY_CODE_F1 + 1 },
	{ 'R', KEY_CODE_F1 + 2 },
	{ 'S', KEY_CODE_F1 + 3 },
	{ 'Z', KEY_CODE_TAB },
	{ 0 },
};

static const struct key_of tilde_keys[] = {
	{ 1, KEY_CODE_HOME },
	{ 2, KEY_CODE_INSERT },
	{ 3, KEY_CODE_DELETE },
	{ 4, KEY_CODE_END },
	{ 5, KEY_CODE_PAGE_UP },
	{ 6, KEY_CODE_PAGE_DOWN },
	{ 7, KEY_CODE_HOME },
	{ 8, KEY_CODE_END },
	{ 11, KEY_CODE_F1 },
	{ 12, KEY_CODE_F1 + 1 },
	{ 13, KEY_CODE_F1 + 2 },
	{ 14, KEY_CODE_F1 + 3 },
	{ 15, KEY_CODE_F1 + 4 },
	{ 17, KEY_CODE_F1 + 5 },
	{ 18, KEY_CODE_F1 + 6 },
	{ 19, KEY_CODE_F1 + 7 },
	{ 20, KEY_CODE_F1 + 8 },
	{ 21, KEY_CODE_F1 + 9 },
	{ 23, KEY_CODE_F1 + 10 },
	{ 24, KEY_CODE_F1 + 11 },
	{ 0 },
};

/* The keypad in application mode, after SS3. */
static const struct key_of keypad_keys[] = {
	{ 'M', KEY_CODE_ENTER },
	{ 'X', '=' },
	{ 'j', '*' },
	{ 'k', '+' },
	{ 'l', ',' },
	{ 'm', '-' },
	{ 'n', '.' },
	{ 'o', '/' },
	{ 'p', '0' },
	{ 'q', '1' },
	{ 'r', '2' },
	{ 's', '3' },
	{ 't', '4' },
	{ 'u', '5' },
	{ 'v', '6' },
	{ 'w', '7' },
	{ 'x', '8' },
	{ 'y', '9' },
	{ 0 },
};
