/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a call again, and comparing observations of it. */
#include "store/call_match.h"

/* Members of one family are different calls, unless one is a replay. */
static enum match_kind match_of(const struct call_row *wanted, const struct call_row *stored)
{
	if (stored->workspace != wanted->workspace || stored->key.family != wanted->key.family)
		return MATCH_NONE;
	if (fingerprint_eq(stored->key.exact, wanted->key.exact))
		return MATCH_EXACT;
	return stored->is_replay || wanted->is_replay ? MATCH_FAMILY : MATCH_NONE;
}

/* Keeps the closest match among the records of one hour. */
static enum ll_err match_in_hour(struct month_file *m, int32_t hour, const struct call_row *wanted,
	struct match *best, struct err *err)
{
	struct seen_cursor cursor;
	struct call_row stored;
	int64_t record = 1;
	bool found;
	enum ll_err e = LL_OK;

	seen_start(&cursor, hour, wanted->key.family);
	while (e == LL_OK && record && best->kind != MATCH_EXACT) {
		e = seen_next(&m->seen, &cursor, &record, err);
		if (e != LL_OK || !record)
			break;
		e = month_file_get(m, record, &stored, &found, err);
		if (e == LL_OK && !found)
			e = ll_fail(err, LL_ECORRUPT, "'%s' is damaged: its index names call %lld,"
				" which is not there", m->db.path, (long long)record);
		if (e == LL_OK && match_of(wanted, &stored) > best->kind) {
			best->kind = match_of(wanted, &stored);
			best->stored = stored;
		}
	}
	return e;
}

enum ll_err call_match_find(struct month_file *m, const struct call_row *wanted,
	struct match *best, struct err *err)
{
	int64_t first_hour = month_start_ns(m->month) / NS_PER_HOUR;
	int64_t hours = month_start_ns(month_next(m->month)) / NS_PER_HOUR - first_hour;
	int64_t hour = wanted->start_ns / NS_PER_HOUR - first_hour;
	bool may;
	enum ll_err e = seen_may_have(&m->seen, wanted->key.family, &may, err);

	best->kind = MATCH_NONE;
	if (e != LL_OK || !may)
		return e;
	for (int64_t h = hour - 1; e == LL_OK && h <= hour + 1; h++)
		if (h >= 0 && h < hours)
			e = match_in_hour(m, (int32_t)h, wanted, best, err);
	return e;
}

int call_match_compare(const struct call *candidate, const struct call *kept)
{
	struct call same_start = *candidate;

	same_start.start_ns = kept->start_ns;
	return call_better(&same_start, kept);
}

static bool same_names(const struct call_row *a, const struct call_row *b)
{
	return a->project == b->project && a->model == b->model && a->session == b->session &&
		a->user == b->user && a->api_key == b->api_key && a->agent == b->agent &&
		a->tag_set == b->tag_set;
}

static enum ll_err load_tags(struct writer *w, int64_t set, struct arena *a, struct call *c,
	struct err *err)
{
	const struct tag_ids *ids;
	enum ll_err e = tag_sets_get(&w->tags, set, &ids, err);

	if (e != LL_OK || !ids->count)
		return e;
	c->tags = arena_alloc(a, ids->count * sizeof(*c->tags));
	if (!c->tags)
		return ll_fail(err, LL_ENOMEM, "out of memory for tags");
	c->tag_count = ids->count;
	for (size_t i = 0; e == LL_OK && i < ids->count; i++)
		e = names_get(&w->names, ids->at[i], a, &c->tags[i].name, &c->tags[i].value, err);
	return e;
}

/* Gives the call of a row its texts back, as they were stored. */
static enum ll_err load_texts(struct writer *w, struct month_file *m, const struct call_row *row,
	struct arena *a, struct call *c, struct err *err)
{
	struct str none;
	const struct {
		int64_t id;
		struct str *qualifier, *name;
	} texts[] = {
		{ row->model, &c->provider, &c->model },
		{ row->project, &none, &c->project },
		{ row->user, &none, &c->user },
		{ row->api_key, &none, &c->api_key },
		{ row->agent, &none, &c->agent },
	};
	enum ll_err e = LL_OK;

	for (size_t i = 0; e == LL_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
		e = names_get(&w->names, texts[i].id, a, texts[i].qualifier, texts[i].name, err);
	if (e == LL_OK)
		e = month_file_session_name(m, row->session, a, &c->session, err);
	return e == LL_OK ? load_tags(w, row->tag_set, a, c, err) : e;
}

/* Names are read only if all else is equal: most often numbers decide, or the names are the
 * same. */
enum ll_err match_compare_rows(struct writer *w, struct month_file *m, struct arena *a,
	const struct call_row *candidate, const struct call_row *kept, int *order, struct err *err)
{
	struct call of_candidate = call_row_call(candidate), of_kept = call_row_call(kept);
	enum ll_err e;

	*order = call_match_compare(&of_candidate, &of_kept);
	if (*order || same_names(candidate, kept))
		return LL_OK;
	arena_clear(a);
	e = load_texts(w, m, candidate, a, &of_candidate, err);
	if (e == LL_OK)
		e = load_texts(w, m, kept, a, &of_kept, err);
	if (e == LL_OK)
		*order = call_match_compare(&of_candidate, &of_kept);
	return e;
}
