/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the dashboard lays out a screen:
 *
 *	row 1       tabs                                      state, clock
 *	row 2       crumbs                                    order and counts
 *	            body: the pane, or the welcome view
 *	row H-1     toast, import, complaint or status        age of the data
 *	row H       keys, or the prompt
 */
#include <stdio.h>

#include "tui/chart.h"
#include "base/limits.h"
#include "views/dash.h"
#include "views/figure.h"

#define TEXT_BYTES 2048
#define TOP_ROWS 2
#define BOTTOM_ROWS 2
#define BAR_CELLS 20
#define NAMES_COLS 100 /* from this width on all tabs have their names */

/* Right-aligned at the end of a row; returns the cells that are left before it. */
static int put_end(struct surface *s, int y, struct str text, enum role role)
{
	int cells = text_cells(text), left = s->cols - cells - 1;

	if (cells == 0 || left < 1)
		return s->cols - 1;
	surface_put(s, y, left, cells, text, role, 0);
	return left - 1;
}

/* --- row 1 ----------------------------------------------------------------------------------- */

static void add_state(struct dash *d, const struct surface *s, struct buf *out)
{
	if (d->is_demo)
		buf_addz(out, "demo  ");
	buf_add(out, glyph(s, d->is_paused ? GLYPH_PAUSED : GLYPH_LIVE));
	buf_addz(out, d->is_paused ? " paused" : " live");
	if (d->missed)
		buf_addf(out, ", %lld new", (long long)d->missed);
	buf_addz(out, "  ");
	figure_clock(out, d->zone, d->now_ns);
	if (s->cols >= NAMES_COLS)
		buf_addf(out, " %s", d->zone_name);
}

static void draw_tabs(struct dash *d, struct surface *s)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	int end, x = 1;

	add_state(d, s, &text);
	end = put_end(s, 0, buf_str(&text), d->is_paused ? ROLE_WARN : ROLE_DIM);
	x += surface_put(s, 0, x, end - x, STR("LLMLab"), ROLE_ACCENT, ATTR_BOLD) + 2;
	for (size_t i = 0; i < pane_count && i < 10; i++) {
		bool is_active = i == d->active;
		bool has_name = is_active || s->cols >= NAMES_COLS;

		buf_clear(&text);
		buf_addf(&text, is_active ? "[%c" : " %c", (int)panes[i]->digit);
		if (has_name)
			buf_addf(&text, " %s", panes[i]->title);
		buf_addz(&text, is_active ? "]" : " ");
		d->tabs[i] = (struct rect){ 0, x, 1, text_cells(buf_str(&text)) };
		if (x + d->tabs[i].cols > end)
			break;
		x += 1 + surface_put(s, 0, x, end - x, buf_str(&text),
			is_active ? ROLE_ACCENT : ROLE_DIM, is_active ? ATTR_BOLD : 0);
	}
	buf_release(&text);
}

/* --- row 2 ----------------------------------------------------------------------------------- */

static void draw_crumbs(struct dash *d, struct surface *s)
{
	struct buf left = BUF_INIT(TEXT_BYTES + LIMIT_NAME_BYTES * 8), right = BUF_INIT(TEXT_BYTES);
	struct buf off = BUF_INIT(TEXT_BYTES);
	struct view v = dash_view(d);
	int end, x = 1;

	if (welcome_shows(d)) {
		buf_addz(&left, "Welcome");
	} else {
		if (dash_state(d)->is_stale)
			buf_addz(&right, "stale, ");
		dash_pane(d)->crumbs(dash_state(d)->state, &v, &left, &off, &right);
	}
	end = put_end(s, 1, buf_str(&right), dash_state(d)->is_stale ? ROLE_WARN : ROLE_DIM);
	x += surface_put_cut(s, 1, x, end - x, buf_str(&left), ROLE_TEXT, 0);
	if (x < end)
		surface_put_cut(s, 1, x, end - x, buf_str(&off), ROLE_DIM, 0);
	buf_release(&left);
	buf_release(&off);
	buf_release(&right);
}

/* --- row H-1 --------------------------------------------------------------------------------- */

static void add_progress(const struct dash *d, struct buf *out)
{
	int64_t done = d->done_bytes < d->total_bytes ? d->done_bytes : d->total_bytes;

	buf_addz(out, "importing ");
	figure_share(out, done, d->total_bytes);
	buf_addz(out, ", ");
	figure_count(out, d->calls);
	buf_addz(out, " calls ");
}

static void draw_progress(const struct dash *d, struct surface *s, int y, int cells)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	int x = 1;

	add_progress(d, &text);
	x += surface_put_cut(s, y, x, cells, buf_str(&text), ROLE_ACCENT, 0);
	if (x + BAR_CELLS < cells)
		bar_draw(s, y, x, BAR_CELLS, d->done_bytes, d->total_bytes, ROLE_BAND);
	buf_release(&text);
}

static void draw_candidates(const struct ask *ask, struct surface *s, int y, int cells)
{
	int x = 1;

	for (size_t i = ask->candidate; i < ask->candidate_count && x < cells; i++)
		x += 2 + surface_put_cut(s, y, x, cells - x, ask->candidates[i],
			i == ask->candidate ? ROLE_SEL : ROLE_DIM, 0);
}

static void draw_status_text(struct dash *d, struct surface *s, int y, int cells)
{
	struct buf text = BUF_INIT(TEXT_BYTES);
	struct view v = dash_view(d);

	if (!welcome_shows(d))
		dash_pane(d)->status(dash_state(d)->state, &v, &text);
	surface_put_cut(s, y, 1, cells, buf_str(&text),
		str_starts(buf_str(&text), STR("?")) ? ROLE_WARN : ROLE_TEXT, 0);
	buf_release(&text);
}

static void draw_status(struct dash *d, struct surface *s)
{
	const struct toast *toast = toast_now(&d->toasts);
	struct buf age = BUF_INIT(64);
	int y = s->rows - 2, cells;

	if (dash_state(d)->read_ns && !welcome_shows(d)) {
		buf_addz(&age, "data of ");
		figure_clock(&age, d->zone, dash_state(d)->read_ns);
	}
	cells = put_end(s, y, buf_str(&age), dash_state(d)->is_stale ? ROLE_WARN : ROLE_DIM) - 1;
	if (d->ask.is_open && d->ask.complaint[0])
		surface_put_cut(s, y, 1, cells, str_of(d->ask.complaint), ROLE_ERR, 0);
	else if (d->ask.is_open && d->ask.candidate_count)
		draw_candidates(&d->ask, s, y, cells);
	else if (toast && toast->is_error)
		surface_put_cut(s, y, 1 + surface_put(s, y, 1, 2, STR("! "), ROLE_ERR, ATTR_BOLD),
			cells - 2, str_of(toast->text), ROLE_ERR, 0);
	else if (toast)
		surface_put_cut(s, y, 1, cells, str_of(toast->text), ROLE_OK, 0);
	else if (d->total_bytes)
		draw_progress(d, s, y, cells);
	else
		draw_status_text(d, s, y, cells);
	buf_release(&age);
}

/* --- row H ----------------------------------------------------------------------------------- */

/* "<Enter>" without its brackets: in the footer they only take room. */
static struct str bare(struct str key)
{
	return key.len > 2 && key.at[0] == '<' ? (struct str){ key.at + 1, key.len - 2 } : key;
}

/* False when it did not fit: what follows is left out too, so that the order is kept. */
static bool put_hint(struct dash *d, struct surface *s, int *x, const char *scope,
	const struct binding *b)
{
	struct str key = bare(str_of(keymap_key(d->keymap, scope, b->action)));
	int y = s->rows - 1, need = text_cells(key) + 1 + text_cells(str_of(b->hint));

	if (key.len == 0)
		return true;
	if (*x + need >= s->cols)
		return false;
	*x += surface_put(s, y, *x, need, key, ROLE_ACCENT, 0) + 1;
	*x += surface_put(s, y, *x, need, str_of(b->hint), ROLE_DIM, 0) + 2;
	return true;
}

static bool put_hints(struct dash *d, struct surface *s, int *x, const struct keymap_scope *scope,
	bool (*fits)(int))
{
	for (size_t i = 0; i < scope->count; i++) {
		const struct binding *b = &scope->bindings[i];

		if (b->hint && (!fits || fits(b->action)) && !put_hint(d, s, x, scope->name, b))
			return false;
	}
	return true;
}

static bool is_first(int action)
{
	return action == ACTION_HELP || action == ACTION_ENTER;
}

static bool is_later(int action)
{
	return !is_first(action);
}

static bool is_for_welcome(int action)
{
	return action == ACTION_HELP || action == ACTION_PALETTE || action == ACTION_QUIT;
}

/* The way to all other keys is never dropped. */
static void draw_hints(struct dash *d, struct surface *s)
{
	const struct pane *pane = dash_pane(d);
	struct keymap_scope own = { pane->name, pane->bindings, pane->binding_count };
	int x = 1;

	if (welcome_shows(d)) {
		if (put_hints(d, s, &x, &welcome_scope, NULL))
			(void)put_hints(d, s, &x, &global_scope, is_for_welcome);
		return;
	}
	if (put_hints(d, s, &x, &global_scope, is_first) && put_hints(d, s, &x, &own, NULL))
		(void)put_hints(d, s, &x, &global_scope, is_later);
}

/* --- all ------------------------------------------------------------------------------------- */

static void draw_too_small(struct surface *s)
{
	char text[80];

	snprintf(text, sizeof(text), "LLMLab needs %dx%d (now %dx%d)", DASH_MIN_COLS, DASH_MIN_ROWS,
		s->cols, s->rows);
	surface_put(s, 0, 0, s->cols, str_of(text), ROLE_WARN, 0);
}

static void draw_body(struct dash *d, struct surface *s)
{
	struct view v = dash_view(d);

	d->body = (struct rect){ TOP_ROWS, 0, s->rows - TOP_ROWS - BOTTOM_ROWS, s->cols };
	if (welcome_shows(d))
		welcome_draw(d, s, d->body);
	else
		dash_pane(d)->draw(dash_state(d)->state, &v, s, d->body);
}

/* Where one types, if one does: on the screen's last row, or in the box of the overlay. */
static void draw_typing(struct dash *d, struct surface *s, int *cursor_y, int *cursor_x)
{
	if (d->overlay.kind != OVERLAY_NONE) {
		picker_draw(&d->overlay.picker, s, (struct rect){ 1, 1, s->rows - 2, s->cols - 2 });
		*cursor_y = d->overlay.picker.cursor_y;
		*cursor_x = d->overlay.picker.cursor_x;
	} else if (d->ask.is_open) {
		*cursor_y = s->rows - 1;
		*cursor_x = prompt_draw(d->ask.prompt, s, s->rows - 1, 1, s->cols - 2,
			str_of(d->ask.label));
	}
}

void dash_draw(struct dash *d, struct surface *s, int *cursor_y, int *cursor_x)
{
	*cursor_y = *cursor_x = -1;
	d->is_dirty = false;
	surface_clear(s);
	if (s->rows < DASH_MIN_ROWS || s->cols < DASH_MIN_COLS) {
		draw_too_small(s);
		return;
	}
	draw_tabs(d, s);
	draw_crumbs(d, s);
	draw_body(d, s);
	draw_status(d, s);
	if (!d->ask.is_open)
		draw_hints(d, s);
	draw_typing(d, s, cursor_y, cursor_x);
}
