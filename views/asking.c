/* SPDX-License-Identifier: Apache-2.0 */
/* The line of typing at the bottom: who asked hears of every change, Tab completes. */
#include "base/text.h"
#include "views/dash.h"

#define TYPED_DELAY_NS (60 * NS_PER_MS) /* a filter is not read for every letter of a word */

static void put_text(char *out, size_t cap, struct str text)
{
	text = utf8_cut(text, cap - 1);
	memcpy(out, text.at ? text.at : "", text.len);
	out[text.len] = '\0';
}

static void forget_candidates(struct ask *ask)
{
	arena_release(&ask->arena);
	ask->candidates = NULL;
	ask->candidate_count = 0;
}

void asking_open(struct dash *d, bool is_own, int what, struct str label, struct str text)
{
	struct ask *ask = &d->ask;
	size_t slot = is_own ? (size_t)what :
		OWN_QUESTIONS + (size_t)what % (DASH_PROMPTS - OWN_QUESTIONS);

	forget_candidates(ask);
	ask->is_open = true;
	ask->is_own = is_own;
	ask->what = what;
	ask->prompt = &d->prompts[slot];
	ask->complaint[0] = '\0';
	put_text(ask->label, sizeof(ask->label), label);
	put_text(ask->original, sizeof(ask->original), text);
	prompt_set(ask->prompt, text);
	ask->prompt->bad_len = 0;
	d->is_dirty = true;
}

void dash_ask(struct dash *d, int what, struct str label, struct str text)
{
	asking_open(d, false, what, label, text);
}

void dash_complain(struct dash *d, size_t at, size_t len, struct str why)
{
	struct ask *ask = &d->ask;

	if (!ask->is_open)
		return;
	ask->prompt->bad_at = at;
	ask->prompt->bad_len = len;
	put_text(ask->complaint, sizeof(ask->complaint), why);
	d->is_dirty = true;
}

/* --- answers --------------------------------------------------------------------------------- */

/* A zone is a property of the store: its day sums are cut by it, so a command changes it. */
static void set_zone(struct dash *d, struct str name)
{
	char word[64];
	const char *const words[] = { "zone", word, NULL };
	struct zone *zone;
	struct err err = { 0 };

	name = str_trim(name);
	if (name.len == 0)
		return;
	if (zone_open(name, &zone, &err) != LL_OK) {
		dash_toast(d, true, "%s", err.msg);
		return;
	}
	zone_free(zone);
	put_text(word, sizeof(word), name);
	dash_command(d, words);
}

static void take_own(struct dash *d, enum own_question what, struct str text)
{
	switch (what) {
	case OWN_ZONE:
		set_zone(d, text);
		break;
	case OWN_PIPE:
		if (str_trim(text).len)
			dash_pipe(d, text);
		break;
	case OWN_QUESTIONS:
		break;
	}
}

static void tell(struct dash *d, struct str text, bool is_final)
{
	struct view v = dash_view(d);
	unsigned change;

	if (d->ask.is_own) {
		if (is_final)
			take_own(d, (enum own_question)d->ask.what, text);
		return;
	}
	change = dash_pane(d)->type(dash_state(d)->state, &v, d->ask.what, text, is_final);
	if (change & PANE_RELOAD && !is_final)
		dash_read_in(d, TYPED_DELAY_NS);
	else if (change & PANE_RELOAD)
		dash_read_in(d, 0);
	d->is_dirty = true;
}

/* A mistake keeps the prompt open; an answer may open another one. */
static void accept(struct dash *d)
{
	struct ask *ask = &d->ask;
	char text[PROMPT_BYTES + 1];

	put_text(text, sizeof(text), prompt_text(ask->prompt));
	prompt_remember(ask->prompt);
	if (ask->prompt->bad_len || ask->complaint[0])
		return;
	ask->is_open = false;
	tell(d, str_of(text), true);
}

/* What was there before is put back, for those who act while one types. */
static void cancel(struct dash *d)
{
	char original[PROMPT_BYTES + 1];

	memcpy(original, d->ask.original, sizeof(original));
	tell(d, str_of(original), false);
	d->ask.is_open = false;
	if (d->wants_read)
		dash_read_in(d, 0);
}

/* --- completion ------------------------------------------------------------------------------ */

static void find_candidates(struct dash *d)
{
	struct ask *ask = &d->ask;
	struct view v = dash_view(d);
	struct str typed = str_head(prompt_text(ask->prompt), ask->prompt->at);

	forget_candidates(ask);
	if (ask->is_own || !dash_pane(d)->complete)
		return;
	arena_init(&ask->arena, 0);
	ask->candidate = 0;
	ask->candidate_count = dash_pane(d)->complete(dash_state(d)->state, &v, ask->what, typed,
		&ask->arena, &ask->candidates, &ask->candidate_from);
}

static void complete(struct dash *d)
{
	struct ask *ask = &d->ask;

	if (ask->candidate_count == 0)
		find_candidates(d);
	else
		ask->candidate = (ask->candidate + 1) % ask->candidate_count;
	if (ask->candidate_count == 0) {
		dash_toast(d, false, "nothing to complete here");
		return;
	}
	prompt_complete(ask->prompt, ask->candidate_from, ask->candidates[ask->candidate]);
	if (ask->candidate_count == 1)
		forget_candidates(ask);
	tell(d, prompt_text(ask->prompt), false);
}

void asking_event(struct dash *d, const struct event *e)
{
	enum prompt_result result;

	if (e->kind == EVENT_MOUSE)
		return;
	result = prompt_event(d->ask.prompt, e);
	if (result != PROMPT_COMPLETE && result != PROMPT_IGNORED)
		forget_candidates(&d->ask);
	switch (result) {
	case PROMPT_IGNORED:
	case PROMPT_MOVED:
		break;
	case PROMPT_CHANGED:
		d->ask.complaint[0] = '\0';
		d->ask.prompt->bad_len = 0;
		tell(d, prompt_text(d->ask.prompt), false);
		break;
	case PROMPT_ACCEPTED:
		accept(d);
		break;
	case PROMPT_CANCELED:
		cancel(d);
		break;
	case PROMPT_COMPLETE:
		complete(d);
		break;
	}
}

void asking_release(struct dash *d)
{
	forget_candidates(&d->ask);
	for (size_t i = 0; i < DASH_PROMPTS; i++)
		prompt_release(&d->prompts[i]);
}
