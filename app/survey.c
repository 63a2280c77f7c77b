/* SPDX-License-Identifier: Apache-2.0 */
/* What there is to show. */
#include "app/survey.h"

#include "base/log.h"
#include "store/spend.h"

static int64_t count_calls(struct store *store, const struct scope *scope)
{
	struct spend_query query = { .range = { .until_ns = INT64_MAX, .is_open = true }, .zone = zone_utc() };
	struct store_reader *reader = NULL;
	struct arena arena = { 0 };
	struct spend spend = { 0 };
	struct err err = { 0 };
	enum ll_err code = store_reader_open(store, &reader, &err);

	if (code == LL_OK)
		code = spend_query(reader, scope, &query, &arena, &spend, &err);
	if (code) {
		log_warn("survey", "%s", err.msg);
		spend.total.calls = 1; /* it is not empty: the pane that reads it says what is wrong */
	}
	store_reader_close(reader);
	arena_release(&arena);
	return spend.total.calls;
}

static void find_places(struct survey *s)
{
	size_t found = log_places(s->found, SURVEY_PLACES, true);

	for (size_t i = 0; i < found; i++) {
		const struct log_place *place = &s->found[i];

		if (!place->exists || place->files == 0)
			continue;
		s->places[s->count++] = (struct dash_place){ .label = str_of(place->decoder->label),
			.path = str_of(place->path), .files = place->files, .bytes = place->bytes };
	}
}

static void look(struct survey *s)
{
	s->calls = s->store ? count_calls(s->store, s->scope) : 0;
	s->count = 0;
	if (s->calls == 0)
		find_places(s);
}

/* Worker thread. */
static void run(uv_work_t *work)
{
	look(work->data);
}

static void ran(uv_work_t *work, int status)
{
	struct survey *s = work->data;

	(void)status; /* never canceled */
	s->is_running = false;
	s->done(s->ctx, s);
	if (s->is_wanted)
		survey_start(s, work->loop, s->store);
}

void survey_start(struct survey *s, uv_loop_t *loop, struct store *store)
{
	s->is_wanted = s->is_running;
	if (s->is_running)
		return;
	s->is_running = true;
	s->store = store;
	s->work.data = s;
	uv_queue_work(loop, &s->work, run, ran);
}

void survey_now(struct survey *s, struct store *store)
{
	s->store = store;
	look(s);
	s->done(s->ctx, s);
}
