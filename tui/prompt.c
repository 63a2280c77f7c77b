/* SPDX-License-Identifier: Apache-2.0 */
/* A line editor on UTF-8 bytes: the text is valid at all times and `at` never stands inside a
 * character. */
#include "tui/prompt.h"

#include "base/mem.h"
#include "base/text.h"
#include "tui/width.h"

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

static size_t before(const struct prompt *p, size_t at)
{
	while (at > 0 && is_inside(p->text[--at]))
		;
	return at;
}

/* A mark belongs to the character before it: the cursor does not stop in between. */
static size_t right_of(const struct prompt *p, size_t at)
{
	struct cell cell;

	width_next(prompt_text(p), &at, true, &cell);
	return at;
}

static size_t left_of(const struct prompt *p, size_t at)
{
	size_t left = 0;

	for (size_t i = 0; i < at; i = right_of(p, i))
		left = i;
	return left;
}

static size_t word_left(const struct prompt *p)
{
	size_t at = p->at;

	while (at > 0 && p->text[at - 1] == ' ')
		at--;
	while (at > 0 && p->text[at - 1] != ' ')
		at--;
	return at;
}

static size_t word_right(const struct prompt *p)
{
	size_t at = p->at;

	while (at < p->len && p->text[at] == ' ')
		at++;
	while (at < p->len && p->text[at] != ' ')
		at++;
	return at;
}

static enum prompt_result move(struct prompt *p, size_t at)
{
	p->at = at;
	return PROMPT_MOVED;
}

static enum prompt_result erase(struct prompt *p, size_t from, size_t to)
{
	if (from == to)
		return PROMPT_MOVED;
	memmove(p->text + from, p->text + to, p->len - to + 1);
	p->len -= to - from;
	p->at = from;
	p->bad_len = 0;
	return PROMPT_CHANGED;
}

/* False when it does not fit. */
static bool insert(struct prompt *p, uint32_t cp)
{
	char bytes[4];
	size_t len = utf8_encode(cp, bytes);

	if (len > PROMPT_BYTES - p->len)
		return false;
	memmove(p->text + p->at + len, p->text + p->at, p->len - p->at + 1);
	memcpy(p->text + p->at, bytes, len);
	p->len += len;
	p->at += len;
	p->bad_len = 0;
	return true;
}

static bool is_newline(char c)
{
	return c == '\n' || c == '\r';
}

/* Line ends and tabs become a blank, other controls nothing. */
static enum prompt_result insert_text(struct prompt *p, struct str text)
{
	size_t len = p->len;
	bool has_room = true;

	while (text.len > 0 && is_newline(text.at[text.len - 1]))
		text.len--;
	for (size_t i = 0; i < text.len && has_room;) {
		bool is_second = text.at[i] == '\n' && i > 0 && text.at[i - 1] == '\r';
		uint32_t cp = utf8_next(text, &i);

		if (cp == '\n' || cp == '\r' || cp == '\t')
			cp = ' ';
		if (!is_second && !text_is_control(cp))
			has_room = insert(p, cp);
	}
	return p->len == len ? PROMPT_MOVED : PROMPT_CHANGED;
}

static char *copy_of(const struct prompt *p)
{
	char *copy = ll_try_alloc(p->len + 1);

	return copy ? memcpy(copy, p->text, p->len + 1) : NULL;
}

static void put_text(struct prompt *p, struct str text)
{
	p->text[0] = '\0';
	p->len = p->at = p->bad_len = 0;
	insert_text(p, text);
}

static enum prompt_result recall(struct prompt *p, size_t at)
{
	if (p->history_at == p->history_count) {
		ll_free(p->draft);
		p->draft = copy_of(p);
	}
	p->history_at = at;
	put_text(p, str_of(at < p->history_count ? p->history[at] : p->draft));
	return PROMPT_CHANGED;
}

static enum prompt_result recall_older(struct prompt *p)
{
	return p->history_at > 0 ? recall(p, p->history_at - 1) : PROMPT_MOVED;
}

static enum prompt_result recall_newer(struct prompt *p)
{
	return p->history_at < p->history_count ? recall(p, p->history_at + 1) : PROMPT_MOVED;
}

static void forget(struct prompt *p, size_t at)
{
	ll_free(p->history[at]);
	p->history_count--;
	memmove(p->history + at, p->history + at + 1,
		(p->history_count - at) * sizeof(p->history[0]));
}

static enum prompt_result control_key(struct prompt *p, uint32_t code)
{
	switch (code) {
	case 'a': return move(p, 0);
	case 'e': return move(p, p->len);
	case 'b': return move(p, left_of(p, p->at));
	case 'f': return move(p, right_of(p, p->at));
	case KEY_CODE_LEFT: return move(p, word_left(p));
	case KEY_CODE_RIGHT: return move(p, word_right(p));
	case 'd': return erase(p, p->at, right_of(p, p->at));
	case 'h': return erase(p, before(p, p->at), p->at);
	case 'w': return erase(p, word_left(p), p->at);
	case 'u': return erase(p, 0, p->at);
	case 'k': return erase(p, p->at, p->len);
	case 'p': return recall_older(p);
	case 'n': return recall_newer(p);
	case 'c': return PROMPT_CANCELED;
	case 'j':
	case 'm': return PROMPT_ACCEPTED;
	case 'i': return PROMPT_COMPLETE;
	}
	return PROMPT_IGNORED;
}

static enum prompt_result alt_key(struct prompt *p, uint32_t code)
{
	switch (code) {
	case 'b':
	case KEY_CODE_LEFT: return move(p, word_left(p));
	case 'f':
	case KEY_CODE_RIGHT: return move(p, word_right(p));
	case 'd': return erase(p, p->at, word_right(p));
	case KEY_CODE_BACKSPACE: return erase(p, word_left(p), p->at);
	}
	return PROMPT_IGNORED;
}

static enum prompt_result plain_key(struct prompt *p, uint32_t code)
{
	switch (code) {
	case KEY_CODE_LEFT: return move(p, left_of(p, p->at));
	case KEY_CODE_RIGHT: return move(p, right_of(p, p->at));
	case KEY_CODE_HOME: return move(p, 0);
	case KEY_CODE_END: return move(p, p->len);
	case KEY_CODE_UP: return recall_older(p);
	case KEY_CODE_DOWN: return recall_newer(p);
	case KEY_CODE_BACKSPACE: return erase(p, before(p, p->at), p->at);
	case KEY_CODE_DELETE: return erase(p, p->at, right_of(p, p->at));
	case KEY_CODE_ENTER: return PROMPT_ACCEPTED;
	case KEY_CODE_ESC: return PROMPT_CANCELED;
	case KEY_CODE_TAB: return PROMPT_COMPLETE;
	}
	if (code >= KEY_CODE_FIRST || text_is_control(code))
		return PROMPT_IGNORED;
	return insert(p, code) ? PROMPT_CHANGED : PROMPT_MOVED;
}

void prompt_init(struct prompt *p)
{
	*p = (struct prompt){ 0 };
}

void prompt_release(struct prompt *p)
{
	while (p->history_count > 0)
		forget(p, p->history_count - 1);
	ll_free(p->draft);
	prompt_init(p);
}

void prompt_set(struct prompt *p, struct str text)
{
	put_text(p, text);
	p->history_at = p->history_count;
}

struct str prompt_text(const struct prompt *p)
{
	return (struct str){ p->text, p->len };
}

enum prompt_result prompt_event(struct prompt *p, const struct event *e)
{
	if (e->kind == EVENT_PASTE)
		return insert_text(p, e->text);
	if (e->kind != EVENT_KEY)
		return PROMPT_IGNORED;
	if (e->key.mods & MOD_CTRL)
		return control_key(p, e->key.code);
	if (e->key.mods & MOD_ALT)
		return alt_key(p, e->key.code);
	return plain_key(p, e->key.code);
}

/* Without memory the text is not remembered: nothing else depends on it. */
void prompt_remember(struct prompt *p)
{
	char *copy = p->len > 0 ? copy_of(p) : NULL;

	for (size_t i = p->history_count; copy && i-- > 0;)
		if (strcmp(p->history[i], copy) == 0)
			forget(p, i);
	if (copy && p->history_count == PROMPT_HISTORY)
		forget(p, 0);
	if (copy)
		p->history[p->history_count++] = copy;
	p->history_at = p->history_count;
}

void prompt_complete(struct prompt *p, size_t from, struct str with)
{
	PRE(from <= p->at && (from == p->len || !is_inside(p->text[from])));
	erase(p, from, p->at);
	insert_text(p, with);
}
