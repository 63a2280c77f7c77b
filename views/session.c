/* SPDX-License-Identifier: Apache-2.0 */
/* What is kept over a restart, as JSON: pane, theme, mouse, each pane's view, bookmarks. */
#include "base/json.h"
#include "base/jsonw.h"
#include "views/dash.h"

/* --- out ------------------------------------------------------------------------------------- */

static void add_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_str(w, str_of(text));
}

static void add_state(struct jsonw *w, const struct pane *pane, void *pane_state)
{
	struct buf state = BUF_INIT(DASH_STATE_BYTES);

	pane->save(pane_state, &state);
	if (buf_status(&state) == LL_OK && state.len) {
		jsonw_key(w, pane->name);
		jsonw_raw(w, buf_str(&state));
	}
	buf_release(&state);
}

static void add_bookmark(struct jsonw *w, const struct bookmark *b)
{
	jsonw_object(w);
	add_text(w, "name", b->name);
	add_text(w, "pane", b->pane->name);
	jsonw_key(w, "view");
	jsonw_raw(w, str_of(b->state));
	jsonw_object_end(w);
}

void dash_save(struct dash *d, struct buf *out)
{
	struct jsonw w;

	jsonw_init(&w, out, 0);
	jsonw_object(&w);
	add_text(&w, "pane", dash_pane(d)->name);
	if (d->has_chosen_theme)
		add_text(&w, "theme", d->theme.name);
	jsonw_key(&w, "has_mouse");
	jsonw_bool(&w, d->has_mouse);
	jsonw_key(&w, "views");
	jsonw_object(&w);
	for (size_t i = 0; i < pane_count; i++)
		add_state(&w, panes[i], d->panes[i].state);
	jsonw_object_end(&w);
	jsonw_key(&w, "bookmarks");
	jsonw_array(&w);
	for (size_t i = 0; i < d->bookmark_count; i++)
		add_bookmark(&w, &d->bookmarks[i]);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	buf_addch(out, '\n');
}

/* --- back: what cannot be read is as in a fresh session -------------------------------------- */

static bool find_pane(struct str name, size_t *out)
{
	for (size_t i = 0; i < pane_count; i++) {
		if (str_eq(name, str_of(panes[i]->name))) {
			*out = i;
			return true;
		}
	}
	return false;
}

static void read_views(struct dash *d, struct json *j)
{
	struct str name, raw;
	size_t i;

	if (!json_object(j))
		return;
	while (json_key(j, &name))
		if (json_raw(j, &raw) && find_pane(name, &i))
			panes[i]->restore(d->panes[i].state, raw);
}

static void read_bookmark(struct dash *d, struct json *j, struct arena *a)
{
	struct str key, raw = { 0 }, name = { 0 }, state = { 0 };
	size_t pane = SIZE_MAX;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "view"))
			(void)json_raw(j, &state);
		else if (str_is(key, "name") && json_text(j, &raw))
			name = json_text_in(a, raw);
		else if (str_is(key, "pane") && json_text(j, &raw))
			(void)find_pane(raw, &pane);
		else if (!str_is(key, "name") && !str_is(key, "pane"))
			(void)json_skip(j);
	}
	if (pane != SIZE_MAX)
		(void)bookmark_keep(d, panes[pane], name, state);
}

static void read_bookmarks(struct dash *d, struct json *j, struct arena *a)
{
	if (!json_array(j))
		return;
	while (json_element(j))
		read_bookmark(d, j, a);
}

/* Command line and configuration come as options: a saved theme yields to all but the default. */
static void take_theme(struct dash *d, struct str name)
{
	struct theme theme;

	if (strcmp(d->theme.name, theme_names[0]) != 0 || !theme_shipped(name, &theme))
		return;
	d->theme = theme;
	d->has_chosen_theme = d->has_to_tell = true;
}

static void take_mouse(struct dash *d, struct json *j)
{
	bool is_on;

	if (!json_bool(j, &is_on) || is_on == d->has_mouse)
		return;
	d->has_mouse = is_on;
	d->has_to_tell = true;
}

void session_restore(struct dash *d, struct str text)
{
	struct str key, raw;
	struct arena scratch;
	struct json j;

	if (text.len == 0)
		return;
	arena_init(&scratch, 4u << 20);
	json_init(&j, text);
	if (json_object(&j)) {
		while (json_key(&j, &key)) {
			if (str_is(key, "pane")) {
				if (json_text(&j, &raw))
					(void)find_pane(raw, &d->active);
			} else if (str_is(key, "theme")) {
				if (json_text(&j, &raw))
					take_theme(d, raw);
			} else if (str_is(key, "has_mouse")) {
				take_mouse(d, &j);
			} else if (str_is(key, "views")) {
				read_views(d, &j);
			} else if (str_is(key, "bookmarks")) {
				read_bookmarks(d, &j, &scratch);
			} else {
				(void)json_skip(&j);
			}
		}
	}
	arena_release(&scratch);
}
