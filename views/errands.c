/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that run one after the other, and bookmarks. */
#include "base/mem.h"
#include "base/text.h"
#include "views/dash.h"

/* --- commands -------------------------------------------------------------------------------- */

static void free_words(struct command *c)
{
	for (size_t i = 0; c->words[i]; i++)
		ll_free(c->words[i]);
	*c = (struct command){ 0 };
}

static void drop_first(struct dash *d)
{
	free_words(&d->commands[0]);
	d->command_count--;
	memmove(&d->commands[0], &d->commands[1], d->command_count * sizeof(d->commands[0]));
	d->commands[d->command_count] = (struct command){ 0 };
}

static void run_next(struct dash *d)
{
	if (d->is_command_running || d->command_count == 0)
		return;
	d->is_command_running = true;
	d->host.command(d->host.ctx, (const char *const *)d->commands[0].words);
}

void dash_command(struct dash *d, const char *const *words)
{
	struct command *c = &d->commands[d->command_count];
	size_t count = 0;

	if (d->command_count == DASH_COMMANDS) {
		dash_toast(d, true, "too many commands wait already");
		return;
	}
	for (; words[count]; count++) {
		PRE(count < DASH_WORDS);
		c->words[count] = ll_strdup(words[count]);
	}
	d->command_count++;
	run_next(d);
}

/* After a failure, what was to follow makes no sense. */
void dash_command_done(struct dash *d, bool is_ok, struct str text)
{
	dash_say(d, !is_ok, text);
	d->is_command_running = false;
	if (d->command_count)
		drop_first(d);
	while (!is_ok && d->command_count)
		drop_first(d);
	run_next(d);
	dash_read_in(d, 0);
}

/* --- bookmarks ------------------------------------------------------------------------------- */

static void free_bookmark(struct bookmark *b)
{
	ll_free(b->name);
	ll_free(b->state);
	*b = (struct bookmark){ 0 };
}

static char *copy_of(struct str s)
{
	char *copy = ll_alloc(s.len + 1);

	memcpy(copy, s.at ? s.at : "", s.len);
	return copy;
}

/* The oldest gives way. */
bool bookmark_keep(struct dash *d, const struct pane *pane, struct str name, struct str state)
{
	struct bookmark *b;

	if (state.len == 0 || state.len > DASH_STATE_BYTES)
		return false;
	if (d->bookmark_count == DASH_BOOKMARKS) {
		free_bookmark(&d->bookmarks[0]);
		memmove(&d->bookmarks[0], &d->bookmarks[1],
			(DASH_BOOKMARKS - 1) * sizeof(d->bookmarks[0]));
		d->bookmark_count--;
	}
	b = &d->bookmarks[d->bookmark_count++];
	*b = (struct bookmark){ copy_of(utf8_cut(name, 200)), pane, copy_of(state) };
	return true;
}

void bookmark_add(struct dash *d)
{
	struct buf name = BUF_INIT(1024), rest = BUF_INIT(1024), state = BUF_INIT(DASH_STATE_BYTES);
	struct buf off = BUF_INIT(1024);
	struct view v = dash_view(d);

	dash_pane(d)->crumbs(dash_state(d)->state, &v, &name, &off, &rest);
	dash_pane(d)->save(dash_state(d)->state, &state);
	if (bookmark_keep(d, dash_pane(d), buf_str(&name), buf_str(&state)))
		dash_toast(d, false, "remembered; %s lists what is",
			keymap_key(d->keymap, "global", ACTION_BOOKMARKS));
	else
		dash_toast(d, true, "this view is too large to be remembered");
	buf_release(&name);
	buf_release(&off);
	buf_release(&rest);
	buf_release(&state);
}

void bookmark_go(struct dash *d, size_t i)
{
	const struct bookmark *b = &d->bookmarks[i];

	if (i >= d->bookmark_count)
		return;
	for (size_t k = 0; k < pane_count; k++)
		if (panes[k] == b->pane)
			dash_show_pane(d, k);
	b->pane->restore(dash_state(d)->state, str_of(b->state));
	dash_read_in(d, 0);
}

void errands_release(struct dash *d)
{
	while (d->command_count)
		drop_first(d);
	for (size_t i = 0; i < d->bookmark_count; i++)
		free_bookmark(&d->bookmarks[i]);
	d->bookmark_count = 0;
}
