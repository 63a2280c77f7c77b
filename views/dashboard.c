/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard's state: events in, reads and requests out. See dash.h. */
#include "views/dashboard.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/mem.h"
#include "views/dash.h"

#define READ_MS 5000
#define LIVE_NS (250 * NS_PER_MS)  /* between reads that commits cause */
#define FOREVER INT64_MAX

struct view dash_view(struct dash *d)
{
	return (struct view){ .dash = d, .zone = d->zone, .now_ns = d->now_ns,
		.mono_ns = d->mono_ns, .keymap = d->keymap,
		.has_utf8 = d->has_utf8, .is_paused = d->is_paused };
}

/* --- reading --------------------------------------------------------------------------------- */

void dash_load_run(struct dash_load *load, struct load *l)
{
	l->arena = &load->arena;
	load->status = load->pane->load(load->request, l, &load->model, &load->err);
}

static void load_free(struct dash_load *load)
{
	if (!load)
		return;
	arena_release(&load->arena);
	ll_free(load);
}

static void start_read(struct dash *d)
{
	struct dash_load *load = ll_try_alloc(sizeof(*load));
	struct view v = dash_view(d);

	if (!load) {
		dash_toast(d, true, "out of memory for reading");
		return;
	}
	arena_init(&load->arena, 0);
	load->pane = dash_pane(d);
	load->deadline_ms = READ_MS;
	load->request = load->pane->request(dash_state(d)->state, &v, &load->arena);
	if (!load->request) {
		load_free(load);
		return;
	}
	load->number = ++d->read_number;
	d->reads_under_way++;
	d->host.load(d->host.ctx, load);
}

void dash_read_in(struct dash *d, int64_t delay_ns)
{
	int64_t due_ns = d->mono_ns + delay_ns;

	if (!d->wants_read || due_ns < d->read_due_ns)
		d->read_due_ns = due_ns;
	d->wants_read = true;
}

/* At the end of every turn: the read that is due, when there is room for it. */
static void read_if_due(struct dash *d)
{
	if (!d->wants_read || d->mono_ns < d->read_due_ns || d->reads_under_way >= DASH_READS)
		return;
	d->wants_read = false;
	start_read(d);
}

static size_t index_of(const struct pane *pane)
{
	size_t i = 0;

	while (panes[i] != pane)
		i++;
	return i;
}

static void take_answer(struct dash *d, struct dash_load *load)
{
	struct pane_state *state = &d->panes[index_of(load->pane)];
	struct view v = dash_view(d);

	load->pane->accept(state->state, &v, load->request, load->model);
	load_free(state->load);
	state->load = load;
	state->shown_number = load->number;
	state->is_stale = false;
	state->read_ns = d->now_ns;
}

void dash_loaded(struct dash *d, struct dash_load *load, int64_t now_ns, int64_t mono_ns)
{
	struct pane_state *state = &d->panes[index_of(load->pane)];

	d->now_ns = now_ns;
	d->mono_ns = mono_ns;
	PRE(d->reads_under_way > 0);
	d->reads_under_way--;
	if (load->number < state->shown_number || load->status == LL_ECANCELED) {
		load_free(load);
	} else if (load->status != LL_OK) {
		state->is_stale = true;
		dash_toast(d, true, "%s",
			load->err.msg[0] ? load->err.msg : ll_err_text(load->status));
		load_free(load);
	} else {
		take_answer(d, load);
	}
	d->is_dirty = true;
	read_if_due(d);
}

void dash_store_changed(struct dash *d, uint64_t generation, int64_t now_ns, int64_t mono_ns)
{
	int64_t since_ns = mono_ns - d->last_live_ns;

	d->now_ns = now_ns;
	d->mono_ns = mono_ns;
	if (generation == d->generation)
		return;
	d->generation = generation;
	if (d->is_paused) {
		d->missed++;
		d->is_dirty = true;
		return;
	}
	if (d->last_live_ns != 0 && since_ns < LIVE_NS && since_ns >= 0) {
		dash_read_in(d, LIVE_NS - since_ns);
	} else {
		d->last_live_ns = mono_ns;
		dash_read_in(d, 0);
	}
	read_if_due(d);
}

void dash_change(struct dash *d, unsigned change)
{
	if (change & PANE_RELOAD)
		dash_read_in(d, 0);
	if (change)
		d->is_dirty = true;
}

/* --- actions --------------------------------------------------------------------------------- */

void dash_show_pane(struct dash *d, size_t i)
{
	d->is_dirty = true;
	if (i == d->active)
		return;
	d->active = i;
	dash_read_in(d, 0);
}

void dash_set_theme(struct dash *d, const struct theme *theme)
{
	d->theme = *theme;
	d->has_chosen_theme = true;
	d->host.theme(d->host.ctx, &d->theme);
	d->is_dirty = true;
}

static void pause_view(struct dash *d)
{
	d->is_paused = !d->is_paused;
	if (!d->is_paused)
		dash_read_in(d, 0);
	d->missed = 0;
}

static void toggle_mouse(struct dash *d)
{
	d->has_mouse = !d->has_mouse;
	d->host.mouse(d->host.ctx, d->has_mouse);
	dash_toast(d, false, d->has_mouse ? "mouse on; Shift and drag selects text" : "mouse off");
}

static void show_text(struct dash *d, bool in_editor)
{
	struct buf text = BUF_INIT(256u << 20);
	struct view v = dash_view(d);

	dash_pane(d)->text(dash_state(d)->state, &v, TEXT_PLAIN, &text);
	d->host.view_text(d->host.ctx, buf_str(&text), in_editor);
	buf_release(&text);
}

void dash_pipe(struct dash *d, struct str command)
{
	struct buf text = BUF_INIT(256u << 20);
	struct view v = dash_view(d);

	dash_pane(d)->text(dash_state(d)->state, &v, TEXT_PLAIN, &text);
	d->host.pipe(d->host.ctx, buf_str(&text), command);
	buf_release(&text);
}

static unsigned pane_key(struct dash *d, int action)
{
	struct view v = dash_view(d);

	return dash_pane(d)->key(dash_state(d)->state, &v, action);
}

static void quit_or_pop(struct dash *d)
{
	unsigned change = welcome_shows(d) ? PANE_POPPED : pane_key(d, ACTION_BACK);

	if (change & PANE_POPPED)
		d->host.quit(d->host.ctx, false);
	else
		dash_change(d, change);
}

static void ask_zone(struct dash *d)
{
	asking_open(d, true, OWN_ZONE, STR("time zone: "), str_of(d->zone_name));
}

static void ask_pipe(struct dash *d)
{
	asking_open(d, true, OWN_PIPE, STR("pipe into: "), STR(""));
}

static void import_logs(struct dash *d)
{
	static const char *const words[] = { "import", NULL };

	if (d->is_read_only)
		dash_toast(d, true, "the store cannot be written");
	else
		dash_command(d, words);
}

void dash_act(struct dash *d, int action)
{
	d->is_dirty = true;
	switch ((enum action)action) {
	case ACTION_NONE: break;
	case ACTION_QUIT: quit_or_pop(d); break;
	case ACTION_QUIT_NOW: d->host.quit(d->host.ctx, false); break;
	case ACTION_QUIT_PRINT: d->host.quit(d->host.ctx, true); break;
	case ACTION_SUSPEND: d->host.suspend(d->host.ctx); break;
	case ACTION_REDRAW: d->host.redraw(d->host.ctx); break;
	case ACTION_HELP: overlay_open_help(d); break;
	case ACTION_PALETTE: overlay_open_palette(d); break;
	case ACTION_NEXT_PANE: dash_show_pane(d, (d->active + 1) % pane_count); break;
	case ACTION_PREV_PANE: dash_show_pane(d, (d->active + pane_count - 1) % pane_count); break;
	case ACTION_PAUSE: pause_view(d); break;
	case ACTION_REFRESH: dash_read_in(d, 0); break;
	case ACTION_MOUSE: toggle_mouse(d); break;
	case ACTION_THEME: overlay_open_themes(d); break;
	case ACTION_TOASTS: overlay_open_toasts(d); break;
	case ACTION_COPY: overlay_open_formats(d, OVERLAY_COPY); break;
	case ACTION_EXPORT: overlay_open_formats(d, OVERLAY_EXPORT); break;
	case ACTION_PAGER: show_text(d, false); break;
	case ACTION_EDITOR: show_text(d, true); break;
	case ACTION_PIPE: ask_pipe(d); break;
	case ACTION_IMPORT: import_logs(d); break;
	case ACTION_ZONE: ask_zone(d); break;
	case ACTION_BOOKMARK: bookmark_add(d); break;
	case ACTION_BOOKMARKS: overlay_open_bookmarks(d); break;
	case ACTION_UP: case ACTION_DOWN: case ACTION_LEFT: case ACTION_RIGHT:
	case ACTION_HALF_UP: case ACTION_HALF_DOWN: case ACTION_PAGE_UP: case ACTION_PAGE_DOWN:
	case ACTION_HOME: case ACTION_END: case ACTION_ENTER: case ACTION_BACK:
	case ACTION_FILTER: case ACTION_NEXT_MATCH: case ACTION_PREV_MATCH: case ACTION_MARK:
	case ACTION_MARK_RANGE: case ACTION_MARK_ALL: case ACTION_SORT: case ACTION_SORT_REVERSE:
	case ACTION_COLUMNS: case ACTION_RANGE: case ACTION_PREV_PERIOD: case ACTION_NEXT_PERIOD:
	case ACTION_GO_TO_TIME: case ACTION_SPLIT: case ACTION_ZOOM:
	case ACTION_FILTER_SWITCH: case ACTION_VIEW_BACK: case ACTION_VIEW_FORWARD:
	case ACTION_PANE:
		dash_change(d, pane_key(d, action));
		break;
	}
}

void dash_act_in(struct dash *d, const char *scope, int action)
{
	if (strcmp(scope, welcome_scope.name) == 0)
		(void)welcome_act(d, false, action);
	else if (strcmp(scope, global_scope.name) == 0)
		dash_act(d, action);
	else
		dash_change(d, pane_key(d, action));
}

static bool is_digit_of_pane(struct dash *d, struct key k)
{
	for (size_t i = 0; i < pane_count; i++) {
		if (k.mods == 0 && k.code == panes[i]->digit) {
			dash_show_pane(d, i);
			return true;
		}
	}
	return false;
}

static void press(struct dash *d, struct key k)
{
	bool is_welcome = welcome_shows(d), is_global = false;
	const char *scope = is_welcome ? welcome_scope.name : dash_pane(d)->name;
	const struct binding *b;

	if (is_digit_of_pane(d, k))
		return;
	b = keymap_find(d->keymap, scope, k, &is_global);
	if (!b || (is_welcome && welcome_act(d, is_global, b->action)))
		return;
	dash_act_in(d, is_global ? global_scope.name : scope, b->action);
}

static bool is_in(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.rows && x >= r.x && x < r.x + r.cols;
}

static void click(struct dash *d, const struct event *e)
{
	struct view v = dash_view(d);

	for (size_t i = 0; i < pane_count; i++)
		if (e->button == MOUSE_LEFT && is_in(d->tabs[i], e->y, e->x))
			dash_show_pane(d, i);
	if (is_in(d->body, e->y, e->x) && !welcome_shows(d))
		dash_change(d, dash_pane(d)->mouse(dash_state(d)->state, &v, e));
}

/* Ctrl-L and Ctrl-Z mean the same wherever one is. */
static bool is_always(struct dash *d, const struct event *e)
{
	const struct binding *b = e->kind == EVENT_KEY && e->key.mods & MOD_CTRL ?
		keymap_find(d->keymap, global_scope.name, e->key, NULL) : NULL;

	if (!b || (b->action != ACTION_REDRAW && b->action != ACTION_SUSPEND))
		return false;
	dash_act(d, b->action);
	return true;
}

static void handle(struct dash *d, const struct event *e)
{
	if (e->kind == EVENT_REPLY || e->kind == EVENT_FOCUS)
		return;
	d->is_dirty = true;
	if (is_always(d, e))
		return;
	toast_seen(&d->toasts);
	if (d->overlay.kind != OVERLAY_NONE)
		overlay_event(d, e);
	else if (d->ask.is_open)
		asking_event(d, e);
	else if (e->kind == EVENT_KEY)
		press(d, e->key);
	else if (e->kind == EVENT_MOUSE)
		click(d, e);
}

void dash_event(struct dash *d, const struct event *e, int64_t now_ns, int64_t mono_ns)
{
	d->now_ns = now_ns;
	d->mono_ns = mono_ns;
	handle(d, e);
	read_if_due(d);
}

/* --- what comes from app --------------------------------------------------------------------- */

static bool copy_place(struct arena *a, struct dash_place *p)
{
	p->label = arena_str(a, p->label);
	p->path = arena_str(a, p->path);
	return p->label.at && p->path.at;
}

void dash_set_places(struct dash *d, const struct dash_place *places, size_t count, int64_t calls)
{
	arena_clear(&d->place_arena);
	d->place_count = 0;
	d->places = arena_alloc(&d->place_arena, (count + 1) * sizeof(*d->places));
	for (size_t i = 0; d->places && i < count; i++) {
		d->places[d->place_count] = places[i];
		if (copy_place(&d->place_arena, &d->places[d->place_count]))
			d->place_count++;
	}
	d->has_places = true;
	d->calls = calls;
	d->is_dirty = true;
}

void dash_progress(struct dash *d, int64_t done_bytes, int64_t total_bytes, int64_t calls)
{
	if (d->calls == 0 && calls > 0)
		dash_read_in(d, 0);
	d->done_bytes = done_bytes;
	d->total_bytes = total_bytes;
	d->calls = calls > d->calls ? calls : d->calls;
	d->is_dirty = true;
}

void dash_say(struct dash *d, bool is_error, struct str text)
{
	toast_say(&d->toasts, is_error, text, d->now_ns, d->mono_ns);
	d->is_dirty = true;
}

void dash_toast(struct dash *d, bool is_error, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	dash_say(d, is_error, str_of(text));
}

/* --- time ------------------------------------------------------------------------------------ */

static int64_t sooner(int64_t a, int64_t b)
{
	return b != 0 && b < a ? b : a;
}

int64_t dash_deadline(const struct dash *d)
{
	int64_t at = sooner(FOREVER, toast_deadline(&d->toasts));

	at = sooner(at, d->next_minute_mono_ns);
	if (d->wants_read && d->reads_under_way < DASH_READS)
		at = sooner(at, d->read_due_ns > 0 ? d->read_due_ns : 1);
	return at == FOREVER ? 0 : at;
}

static void plan_minute(struct dash *d)
{
	d->next_minute_mono_ns = d->mono_ns + NS_PER_MIN - d->now_ns % NS_PER_MIN;
}

static void tell_restored(struct dash *d)
{
	if (!d->has_to_tell)
		return;
	d->has_to_tell = false;
	if (d->has_chosen_theme)
		d->host.theme(d->host.ctx, &d->theme);
	d->host.mouse(d->host.ctx, d->has_mouse);
}

void dash_tick(struct dash *d, int64_t now_ns, int64_t mono_ns)
{
	d->now_ns = now_ns;
	d->mono_ns = mono_ns;
	tell_restored(d);
	if (toast_tick(&d->toasts, mono_ns))
		d->is_dirty = true;
	if (mono_ns >= d->next_minute_mono_ns) {
		d->is_dirty = true;
		plan_minute(d);
	}
	if (d->wants_read && mono_ns >= d->read_due_ns)
		d->last_live_ns = mono_ns;
	read_if_due(d);
}

bool dash_is_dirty(const struct dash *d)
{
	return d->is_dirty;
}

/* --- birth and death ------------------------------------------------------------------------- */

static enum ll_err make_keymap(struct dash *d, struct err *err)
{
	struct keymap_scope *scopes = arena_alloc(&d->arena, (pane_count + 2) * sizeof(*scopes));

	if (!scopes)
		return ll_fail(err, LL_ENOMEM, "out of memory for the keys");
	scopes[0] = global_scope;
	for (size_t i = 0; i < pane_count; i++)
		scopes[i + 1] = (struct keymap_scope){ panes[i]->name, panes[i]->bindings,
			panes[i]->binding_count };
	scopes[pane_count + 1] = welcome_scope;
	return keymap_new(&d->arena, scopes, pane_count + 2, &d->keymap, err);
}

/* Lines "scope.action = keys"; a bad one is said and skipped. */
static void rebind(struct dash *d, struct str lines)
{
	while (lines.at) {
		struct str line = str_trim(str_cut(&lines, '\n'));
		struct str action = str_trim(str_cut(&line, '='));
		struct err err = { 0 };

		if (action.len == 0 || action.at[0] == '#')
			continue;
		if (keymap_rebind(d->keymap, action, str_trim(line), &err) != LL_OK)
			dash_toast(d, true, "keys: %s", err.msg);
	}
}

static enum ll_err open_panes(struct dash *d, struct err *err)
{
	d->panes = ll_try_alloc(pane_count * sizeof(*d->panes));
	for (size_t i = 0; d->panes && i < pane_count; i++) {
		d->panes[i].state = panes[i]->open();
		if (!d->panes[i].state)
			return ll_fail(err, LL_ENOMEM, "out of memory for the panes");
	}
	return d->panes ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory for the panes");
}

static void take_options(struct dash *d, const struct dash_options *o)
{
	struct str zone = str_head(o->zone_name.len ? o->zone_name : str_of(zone_name(o->zone)),
		sizeof(d->zone_name) - 1);

	d->host = o->host;
	d->zone = o->zone;
	memcpy(d->zone_name, zone.at, zone.len);
	d->has_utf8 = o->has_utf8;
	d->is_read_only = o->is_read_only;
	d->has_mouse = o->has_mouse;
	d->is_demo = o->is_demo;
	if (o->theme)
		d->theme = *o->theme;
	else
		(void)theme_shipped(str_of(theme_names[0]), &d->theme);
}

enum ll_err dash_new(struct dash **out, const struct dash_options *options, int64_t now_ns,
	struct err *err)
{
	struct dash *d = ll_try_alloc(sizeof(*d));
	enum ll_err code;

	if (!d)
		return ll_fail(err, LL_ENOMEM, "out of memory for the dashboard");
	arena_init(&d->arena, 0);
	take_options(d, options);
	d->now_ns = now_ns;
	for (size_t i = 0; i < DASH_PROMPTS; i++)
		prompt_init(&d->prompts[i]);
	code = make_keymap(d, err);
	if (code == LL_OK)
		code = open_panes(d, err);
	if (code) {
		dash_free(d);
		return code;
	}
	rebind(d, options->keys_config);
	session_restore(d, options->session);
	d->is_dirty = true;
	d->next_minute_mono_ns = 1; /* the monotonic clock is not known yet: at the first turn */
	dash_read_in(d, 0);
	*out = d;
	return LL_OK;
}

void dash_free(struct dash *d)
{
	if (!d)
		return;
	for (size_t i = 0; d->panes && i < pane_count; i++) {
		if (d->panes[i].state)
			panes[i]->close(d->panes[i].state);
		load_free(d->panes[i].load);
	}
	ll_free(d->panes);
	overlay_close(d);
	asking_release(d);
	errands_release(d);
	arena_release(&d->place_arena);
	arena_release(&d->arena);
	ll_free(d);
}

/* --- as text --------------------------------------------------------------------------------- */

void dash_print(struct dash *d, struct buf *out)
{
	struct view v = dash_view(d);

	dash_pane(d)->text(dash_state(d)->state, &v, TEXT_PLAIN, out);
}

static void keys_of_scope(struct buf *out, const struct keymap *m, const struct keymap_scope *scope,
	const char *title)
{
	buf_addf(out, "%s\n", title);
	for (size_t i = 0; i < scope->count; i++) {
		const struct binding *b = &scope->bindings[i];
		struct str keys = keymap_keys(m, scope->name, b->action);

		buf_addf(out, "  %-18.*s %-14s %s\n", STR_FMT(keys), b->name, b->help);
	}
	buf_addch(out, '\n');
}

void dash_keys_text(struct buf *out)
{
	struct dash d = { .overlay = { .kind = OVERLAY_NONE } };
	struct err err = { 0 };
	const struct keymap_scope *scopes;
	enum ll_err code;

	arena_init(&d.arena, 0);
	code = make_keymap(&d, &err);
	PRE(code == LL_OK);
	(void)keymap_scopes(d.keymap, &scopes);
	keys_of_scope(out, d.keymap, &scopes[0], "Everywhere");
	for (size_t i = 0; i < pane_count; i++)
		keys_of_scope(out, d.keymap, &scopes[i + 1], panes[i]->title);
	keys_of_scope(out, d.keymap, &scopes[pane_count + 1], "Welcome");
	arena_release(&d.arena);
}
