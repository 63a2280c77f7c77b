/* SPDX-License-Identifier: Apache-2.0 */
/* What lies over a pane: help, palette and the other lists to choose from. */
#include <stdio.h>

#include "base/text.h"
#include "views/dash.h"
#include "views/figure.h"

#define ITEM_BYTES 1024
#define KEYS_CELLS 17
#define SCOPE_SHIFT 32
#define NO_SCOPE ((size_t)INT32_MAX) /* the value is the index of a pane */

/* Items in the overlay's arena while they are made. */
struct list {
	struct dash *d;
	struct overlay next;
	struct picker_item *at;
	size_t count, cap;
};

static void begin(struct list *l, struct dash *d, enum overlay_kind kind, size_t cap)
{
	*l = (struct list){ .d = d, .next = { .kind = kind }, .cap = cap };
	arena_init(&l->next.arena, 0);
	l->at = arena_alloc(&l->next.arena, (cap + 1) * sizeof(*l->at));
}

static struct picker_item *add(struct list *l, struct str label, struct str detail, int64_t value)
{
	static struct picker_item none;
	struct picker_item *item = l->at && l->count < l->cap ? &l->at[l->count++] : &none;

	*item = (struct picker_item){ .label = arena_str(&l->next.arena, label),
		.detail = arena_str(&l->next.arena, detail), .value = value };
	return item;
}

static void finish(struct list *l, struct str title)
{
	struct dash *d = l->d;

	overlay_close(d);
	d->overlay = l->next;
	title = arena_str(&d->overlay.arena, title);
	if (!l->at || picker_open(&d->overlay.picker, title, l->at, l->count) != LL_OK) {
		d->overlay.kind = OVERLAY_NONE;
		arena_release(&d->overlay.arena);
		dash_toast(d, true, "out of memory for this list");
	}
	d->is_dirty = true;
}

void overlay_close(struct dash *d)
{
	if (d->overlay.kind == OVERLAY_NONE)
		return;
	picker_close(&d->overlay.picker);
	arena_release(&d->overlay.arena);
	d->overlay = (struct overlay){ .kind = OVERLAY_NONE };
	d->is_dirty = true;
}

void dash_pick(struct dash *d, int what, struct str title, const struct picker_item *items,
	size_t count)
{
	struct list l;

	begin(&l, d, OVERLAY_PANE, count);
	l.next.what = what;
	for (size_t i = 0; i < count; i++) {
		struct picker_item *item = add(&l, items[i].label, items[i].detail, items[i].value);

		item->is_checked = items[i].is_checked;
		item->is_heading = items[i].is_heading;
	}
	finish(&l, title);
}

/* --- help and palette ------------------------------------------------------------------------ */

static int64_t action_value(size_t scope, int action)
{
	return (int64_t)scope << SCOPE_SHIFT | action;
}

static const char *scope_title(const struct keymap_scope *scope)
{
	for (size_t i = 0; i < pane_count; i++)
		if (strcmp(panes[i]->name, scope->name) == 0)
			return panes[i]->title;
	return strcmp(scope->name, global_scope.name) == 0 ? "Everywhere" : "Welcome";
}

static void add_keys(struct list *l, const struct keymap_scope *scope, size_t scope_index)
{
	add(l, str_of(scope_title(scope)), STR(""), 0)->is_heading = true;
	for (size_t i = 0; i < scope->count; i++) {
		const struct binding *b = &scope->bindings[i];
		struct str keys = keymap_keys(l->d->keymap, scope->name, b->action);
		struct buf label = BUF_INIT(ITEM_BYTES);

		buf_add(&label, keys);
		buf_fill(&label, ' ', keys.len < KEYS_CELLS ? KEYS_CELLS - keys.len : 1);
		buf_addz(&label, b->help);
		add(l, buf_str(&label), STR(""), action_value(scope_index, b->action));
		buf_release(&label);
	}
}

static void add_actions(struct list *l, const struct keymap_scope *scope, size_t scope_index)
{
	for (size_t i = 0; i < scope->count; i++) {
		const struct binding *b = &scope->bindings[i];
		struct buf label = BUF_INIT(ITEM_BYTES);

		buf_addf(&label, "%-14s %s", b->name, b->help);
		add(l, buf_str(&label), keymap_keys(l->d->keymap, scope->name, b->action),
			action_value(scope_index, b->action));
		buf_release(&label);
	}
}

/* The scopes that count where one is, its own first. */
static void each_scope(struct list *l,
	void (*add_scope)(struct list *l, const struct keymap_scope *scope, size_t i))
{
	struct dash *d = l->d;
	const char *own = welcome_shows(d) ? welcome_scope.name : dash_pane(d)->name;
	const struct keymap_scope *scopes;
	size_t count = keymap_scopes(d->keymap, &scopes);

	for (size_t i = 0; i < count; i++)
		if (strcmp(scopes[i].name, own) == 0)
			add_scope(l, &scopes[i], i);
	for (size_t i = 0; i < count; i++)
		if (strcmp(scopes[i].name, global_scope.name) == 0)
			add_scope(l, &scopes[i], i);
}

static size_t count_bindings(struct dash *d)
{
	const struct keymap_scope *scopes;
	size_t scope_count = keymap_scopes(d->keymap, &scopes), count = scope_count;

	for (size_t i = 0; i < scope_count; i++)
		count += scopes[i].count;
	return count + pane_count + 1;
}

void overlay_open_help(struct dash *d)
{
	struct list l;

	begin(&l, d, OVERLAY_HELP, count_bindings(d));
	each_scope(&l, add_keys);
	finish(&l, STR("Help: type to find, Enter runs"));
}

void overlay_open_palette(struct dash *d)
{
	struct list l;

	begin(&l, d, OVERLAY_PALETTE, count_bindings(d));
	each_scope(&l, add_actions);
	for (size_t i = 0; i < pane_count; i++) {
		char name[2] = { (char)panes[i]->digit, '\0' };
		struct buf label = BUF_INIT(ITEM_BYTES);

		buf_addf(&label, "%-14s %s", panes[i]->name, panes[i]->help);
		add(&l, buf_str(&label), str_of(name), action_value(NO_SCOPE, (int)i));
		buf_release(&label);
	}
	finish(&l, STR("Command: also range 7d, group model, filter ..., theme light"));
}

static void run_action(struct dash *d, int64_t value)
{
	const struct keymap_scope *scopes;
	size_t scope = (size_t)(value >> SCOPE_SHIFT), count = keymap_scopes(d->keymap, &scopes);
	int action = (int)(value & INT32_MAX);

	if (scope < count)
		dash_act_in(d, scopes[scope].name, action);
	else if ((size_t)action < pane_count)
		dash_show_pane(d, (size_t)action);
}

/* --- words of the palette -------------------------------------------------------------------- */

static bool run_theme(struct dash *d, struct str name)
{
	struct theme theme;

	if (theme_shipped(name, &theme))
		dash_set_theme(d, &theme);
	else
		dash_toast(d, true, "there is no theme '%.*s'", STR_FMT(name));
	return true;
}

static bool show_named_pane(struct dash *d, struct str name)
{
	for (size_t i = 0; i < pane_count; i++) {
		if (!str_eq(name, str_of(panes[i]->name)))
			continue;
		dash_show_pane(d, i);
		return true;
	}
	return false;
}

static bool run_pane_command(struct dash *d, struct str word, struct str rest)
{
	struct view v = dash_view(d);
	unsigned change = PANE_SAME;

	if (!dash_pane(d)->command || !dash_pane(d)->command(dash_state(d)->state, &v, word, rest,
		&change))
		return false;
	dash_change(d, change);
	return true;
}

/* "range 7d", "q": true when the typed text is a command of its own. */
static bool run_typed(struct dash *d, struct str text)
{
	struct str rest = str_trim(text);
	struct str word = str_cut(&rest, ' ');

	rest = str_trim(rest);
	if (rest.len == 0 && (str_is(word, "q") || str_is(word, "quit"))) {
		d->host.quit(d->host.ctx, false);
		return true;
	}
	if (rest.len == 0)
		return show_named_pane(d, word);
	if (str_is(word, "theme"))
		return run_theme(d, rest);
	return run_pane_command(d, word, rest);
}

static bool take_typed(struct dash *d)
{
	char text[PROMPT_BYTES + 1];
	struct str typed = prompt_text(&d->overlay.picker.prompt);

	memcpy(text, typed.at, typed.len);
	text[typed.len] = '\0';
	if (!run_typed(d, str_of(text)))
		return false;
	if (d->overlay.kind == OVERLAY_PALETTE)
		overlay_close(d);
	return true;
}

/* --- the others ------------------------------------------------------------------------------ */

void overlay_open_themes(struct dash *d)
{
	struct list l;

	begin(&l, d, OVERLAY_THEMES, 16);
	l.next.theme_before = d->theme;
	for (size_t i = 0; theme_names[i]; i++)
		add(&l, str_of(theme_names[i]), STR(""), 0)->is_checked =
			strcmp(theme_names[i], d->theme.name) == 0;
	finish(&l, STR("Theme"));
}

static const struct {
	const char *label, *suffix;
	enum text_format format;
} formats[] = {
	{ "text, as on the screen", "txt", TEXT_PLAIN },
	{ "CSV, exact", "csv", TEXT_CSV },
	{ "JSON lines, exact", "jsonl", TEXT_JSONL },
	{ "Markdown table", "md", TEXT_MARKDOWN },
};
#define FORMATS (sizeof(formats) / sizeof(formats[0]))

void overlay_open_formats(struct dash *d, enum overlay_kind kind)
{
	struct list l;

	begin(&l, d, kind, FORMATS);
	for (size_t i = 0; i < FORMATS; i++)
		add(&l, str_of(formats[i].label), str_of(formats[i].suffix), (int64_t)i);
	finish(&l, str_of(kind == OVERLAY_COPY ? "Copy the rows as" :
		"Write the rows to a file as"));
}

void overlay_open_bookmarks(struct dash *d)
{
	struct list l;

	if (d->bookmark_count == 0) {
		dash_toast(d, false, "nothing is remembered yet; %s remembers a view",
			keymap_key(d->keymap, "global", ACTION_BOOKMARK));
		return;
	}
	begin(&l, d, OVERLAY_BOOKMARKS, d->bookmark_count);
	for (size_t i = d->bookmark_count; i-- > 0;)
		add(&l, str_of(d->bookmarks[i].name), STR(""), (int64_t)i);
	finish(&l, STR("Remembered views"));
}

void overlay_open_toasts(struct dash *d)
{
	struct list l;

	begin(&l, d, OVERLAY_TOASTS, TOASTS);
	for (size_t i = 0; toast_at(&d->toasts, i); i++) {
		const struct toast *toast = toast_at(&d->toasts, i);
		struct buf at = BUF_INIT(16);

		figure_clock(&at, d->zone, toast->at_ns);
		add(&l, str_of(toast->text), buf_str(&at), (int64_t)i);
		buf_release(&at);
	}
	finish(&l, STR("Messages"));
}

/* --- what was chosen ------------------------------------------------------------------------- */

static void give_text(struct dash *d, enum overlay_kind kind, size_t i)
{
	struct buf text = BUF_INIT(256u << 20);
	struct view v = dash_view(d);

	dash_pane(d)->text(dash_state(d)->state, &v, formats[i].format, &text);
	if (buf_status(&text) != LL_OK)
		dash_toast(d, true, "too many rows: out of memory for their text");
	else if (kind == OVERLAY_COPY)
		d->host.copy(d->host.ctx, buf_str(&text));
	else
		d->host.export_file(d->host.ctx, buf_str(&text), formats[i].suffix);
	buf_release(&text);
}

static void take(struct dash *d, const struct overlay *from, const struct picker_item *item)
{
	struct view v = dash_view(d);

	switch (from->kind) {
	case OVERLAY_NONE:
	case OVERLAY_TOASTS:
		break;
	case OVERLAY_PANE:
		dash_change(d, dash_pane(d)->pick(dash_state(d)->state, &v, from->what, item));
		break;
	case OVERLAY_HELP:
	case OVERLAY_PALETTE:
		run_action(d, item->value);
		break;
	case OVERLAY_THEMES:
		(void)run_theme(d, item->label);
		break;
	case OVERLAY_COPY:
	case OVERLAY_EXPORT:
		give_text(d, from->kind, (size_t)item->value);
		break;
	case OVERLAY_BOOKMARKS:
		bookmark_go(d, (size_t)item->value);
		break;
	}
}

/* The overlay is gone before the choice acts, which may open another one. */
static void close_and_take(struct dash *d, const struct picker_item *item)
{
	struct overlay from = d->overlay;

	d->overlay = (struct overlay){ .kind = OVERLAY_NONE };
	take(d, &from, item);
	picker_close(&from.picker);
	arena_release(&from.arena);
	d->is_dirty = true;
}

/* A theme shows while the cursor is on it. */
static void preview_theme(struct dash *d)
{
	const struct picker *p = &d->overlay.picker;
	struct theme theme;

	if (d->overlay.kind != OVERLAY_THEMES || p->cursor >= p->match_count)
		return;
	if (theme_shipped(p->items[p->order[p->cursor]].label, &theme) &&
		strcmp(theme.name, d->theme.name) != 0)
		dash_set_theme(d, &theme);
}

static void cancel(struct dash *d)
{
	struct theme before = d->overlay.theme_before;
	bool was_themes = d->overlay.kind == OVERLAY_THEMES;

	overlay_close(d);
	if (was_themes)
		dash_set_theme(d, &before);
}

void overlay_event(struct dash *d, const struct event *e)
{
	const struct picker_item *item = NULL;
	bool is_enter = e->kind == EVENT_KEY && e->key.code == KEY_CODE_ENTER;

	if (d->overlay.kind == OVERLAY_PALETTE && is_enter && take_typed(d))
		return;
	switch (picker_event(&d->overlay.picker, e, &item)) {
	case PICKER_OPEN:
		preview_theme(d);
		break;
	case PICKER_TAKEN:
		close_and_take(d, item);
		break;
	case PICKER_CANCELED:
		cancel(d);
		break;
	}
}
