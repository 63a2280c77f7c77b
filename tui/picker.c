/* SPDX-License-Identifier: Apache-2.0 */
/* Narrowing a list by what is typed, and moving in it. */
#include "tui/picker.h"

#include <stdlib.h>

#include "base/mem.h"

#define WHEEL_ROWS 3

/* Equal ones keep the order they were given in. */
static int compare_items(const void *a, const void *b, void *ctx)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	const int *scores = ctx;

	if (scores[x] != scores[y])
		return scores[x] > scores[y] ? -1 : 1;
	return (x > y) - (x < y);
}

static void show_all(struct picker *p)
{
	for (size_t i = 0; i < p->count; i++)
		p->order[i] = (uint32_t)i;
	p->match_count = p->count;
}

static void show_matches(struct picker *p, struct str typed)
{
	p->match_count = 0;
	for (size_t i = 0; i < p->count; i++) {
		p->scores[i] = p->items[i].is_heading ? 0 : picker_score(typed, p->items[i].label);
		if (p->scores[i] > 0)
			p->order[p->match_count++] = (uint32_t)i;
	}
	qsort_r(p->order, p->match_count, sizeof(*p->order), compare_items, p->scores);
}

static bool can_take(const struct picker *p, size_t at)
{
	return at < p->match_count && !p->items[p->order[at]].is_heading;
}

/* To the nearest row from `at` on that can be taken, looking first in the direction of `step`. */
static void settle(struct picker *p, size_t at, bool is_up)
{
	size_t down = at, up = at;

	while (down < p->match_count && !can_take(p, down))
		down++;
	while (up > 0 && !can_take(p, up))
		up--;
	if (is_up)
		p->cursor = can_take(p, up) ? up : down;
	else
		p->cursor = can_take(p, down) ? down : up;
	if (!can_take(p, p->cursor))
		p->cursor = 0;
}

static void narrow(struct picker *p)
{
	struct str typed = str_trim(prompt_text(&p->prompt)), rest = typed;

	if (typed.len == 0)
		show_all(p);
	else
		show_matches(p, typed);
	if (p->match_count == 0)
		show_matches(p, str_cut(&rest, ' '));
	p->top = 0;
	settle(p, 0, false);
}

static void measure(struct picker *p)
{
	for (size_t i = 0; i < p->count; i++) {
		int label = text_cells(p->items[i].label), detail = text_cells(p->items[i].detail);

		p->label_cells = label > p->label_cells ? label : p->label_cells;
		p->detail_cells = detail > p->detail_cells ? detail : p->detail_cells;
	}
}

enum ll_err picker_open(struct picker *p, struct str title, const struct picker_item *items,
	size_t count)
{
	size_t first = 0;

	PRE(count < UINT32_MAX);
	*p = (struct picker){ .title = title, .items = items, .count = count,
		.cursor_y = -1, .cursor_x = -1 };
	prompt_init(&p->prompt);
	p->order = ll_try_alloc((count + 1) * sizeof(*p->order));
	p->scores = ll_try_alloc((count + 1) * sizeof(*p->scores));
	if (!p->order || !p->scores) {
		picker_close(p);
		return LL_ENOMEM;
	}
	measure(p);
	narrow(p);
	while (first < count && (!items[first].is_checked || items[first].is_heading))
		first++;
	if (first < count)
		settle(p, first, false);
	return LL_OK;
}

void picker_close(struct picker *p)
{
	prompt_release(&p->prompt);
	ll_free(p->order);
	ll_free(p->scores);
	*p = (struct picker){ 0 };
}

static void move(struct picker *p, int64_t by)
{
	int64_t last = p->match_count > 0 ? (int64_t)p->match_count - 1 : 0;
	int64_t at = (int64_t)p->cursor + by;

	settle(p, (size_t)(at < 0 ? 0 : at > last ? last : at), by < 0);
}

static enum picker_result take(struct picker *p, size_t at, const struct picker_item **taken)
{
	if (!can_take(p, at))
		return PICKER_OPEN;
	p->cursor = at;
	*taken = &p->items[p->order[at]];
	return PICKER_TAKEN;
}

static bool is_in(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.rows && x >= r.x && x < r.x + r.cols;
}

static enum picker_result click(struct picker *p, const struct event *e,
	const struct picker_item **taken)
{
	if (is_in(p->list, e->y, e->x))
		return take(p, p->top + (size_t)(e->y - p->list.y), taken);
	return is_in(p->drawn, e->y, e->x) ? PICKER_OPEN : PICKER_CANCELED;
}

static enum picker_result mouse(struct picker *p, const struct event *e,
	const struct picker_item **taken)
{
	switch (e->button) {
	case MOUSE_LEFT:
		return click(p, e, taken);
	case MOUSE_WHEEL_UP:
		move(p, -WHEEL_ROWS);
		break;
	case MOUSE_WHEEL_DOWN:
		move(p, WHEEL_ROWS);
		break;
	case MOUSE_MIDDLE:
	case MOUSE_RIGHT:
		break;
	}
	return PICKER_OPEN;
}

/* How many rows a key moves by; 0 = it is no such key. */
static int64_t rows_of_key(const struct picker *p, struct key k)
{
	int64_t page = p->list.rows > 1 ? p->list.rows - 1 : 1;
	bool is_ctrl = k.mods == MOD_CTRL;

	if (k.mods != 0 && !is_ctrl)
		return 0;
	if (is_ctrl)
		return k.code == 'p' ? -1 : k.code == 'n' ? 1 : 0;
	switch (k.code) {
	case KEY_CODE_UP: return -1;
	case KEY_CODE_DOWN: return 1;
	case KEY_CODE_PAGE_UP: return -page;
	case KEY_CODE_PAGE_DOWN: return page;
	}
	return 0;
}

enum picker_result picker_event(struct picker *p, const struct event *e,
	const struct picker_item **taken)
{
	int64_t by = e->kind == EVENT_KEY ? rows_of_key(p, e->key) : 0;

	if (e->kind == EVENT_MOUSE)
		return mouse(p, e, taken);
	if (by != 0) {
		move(p, by);
		return PICKER_OPEN;
	}
	switch (prompt_event(&p->prompt, e)) {
	case PROMPT_CHANGED:
		narrow(p);
		break;
	case PROMPT_ACCEPTED:
		return take(p, p->cursor, taken);
	case PROMPT_CANCELED:
		return PICKER_CANCELED;
	case PROMPT_IGNORED:
	case PROMPT_MOVED:
	case PROMPT_COMPLETE:
		break;
	}
	return PICKER_OPEN;
}
