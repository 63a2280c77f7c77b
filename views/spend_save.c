/* SPDX-License-Identifier: Apache-2.0 */
/* The Spend pane's state as one line of JSON, for the session and for bookmarks; and back. */
#include "base/json.h"
#include "base/jsonw.h"
#include "base/text.h"
#include "views/spend.h"

static const char *const kind_names[] = { [SPEND_GROUPS] = "groups", [SPEND_SESSIONS] = "sessions",
	[SPEND_RECORDS] = "records", [SPEND_RECORD] = "record" };
static const char *const unit_names[] = { [SPEND_USD] = "usd", [SPEND_TOKENS] = "tokens",
	[SPEND_REQUESTS] = "requests" };

static void add_text(struct jsonw *w, const char *key, struct str text)
{
	jsonw_key(w, key);
	jsonw_str(w, text);
}

static void add_dims(struct jsonw *w, const struct spend_level *level)
{
	jsonw_key(w, "by");
	jsonw_array(w);
	for (size_t i = 0; i < level->dim_count; i++) {
		struct buf text = BUF_INIT(LIMIT_NAME_BYTES + 16);

		buf_addz(&text, dim_name(level->dims[i].kind));
		if (level->dims[i].kind == DIM_TAG) {
			buf_addch(&text, ':');
			buf_add(&text, level->dims[i].tag);
		}
		jsonw_str(w, buf_str(&text));
		buf_release(&text);
	}
	jsonw_array_end(w);
}

static void add_level(struct jsonw *w, const struct spend_level *level)
{
	char record[48];

	spend_record_name(level->record, record);
	jsonw_object(w);
	add_text(w, "kind", str_of(kind_names[level->kind]));
	add_text(w, "title", str_of(level->title));
	add_dims(w, level);
	add_text(w, "of", str_of(level->fixed));
	add_text(w, "filter", str_of(level->typed));
	jsonw_key(w, "is_filter_off");
	jsonw_bool(w, level->is_off);
	jsonw_key(w, "sort");
	jsonw_i64(w, (int64_t)level->grid.sort_column);
	jsonw_key(w, "is_ascending");
	jsonw_bool(w, level->grid.is_ascending);
	jsonw_key(w, "hidden");
	jsonw_i64(w, level->grid.hidden);
	add_text(w, "record", str_of(level->kind == SPEND_RECORD ? record : ""));
	jsonw_object_end(w);
}

static void add_period(struct jsonw *w, const struct spend_pane *p)
{
	struct buf text = BUF_INIT(sizeof(p->saved_period) - 1);

	if (p->is_period_chosen && !p->has_fallen_back && p->zone)
		period_write(&text, &p->period, p->zone);
	add_text(w, "range", text.len ? buf_str(&text) : str_of(p->saved_period));
	buf_release(&text);
}

void spend_save(void *pane, struct buf *out)
{
	const struct spend_pane *p = pane;
	struct jsonw w;

	jsonw_init(&w, out, 0);
	jsonw_object(&w);
	add_period(&w, p);
	add_text(&w, "unit", str_of(unit_names[p->unit]));
	add_text(&w, "bucket", str_of(bucket_name(p->bucket)));
	jsonw_key(&w, "has_split");
	jsonw_bool(&w, p->has_split);
	jsonw_key(&w, "is_zoomed");
	jsonw_bool(&w, p->is_zoomed);
	jsonw_key(&w, "levels");
	jsonw_array(&w);
	for (size_t i = 0; i <= p->depth; i++)
		add_level(&w, &p->levels[i]);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
}

/* --- back: what does not fit is left as a fresh pane has it ---------------------------------- */

struct saved_level {
	struct str kind, title, of, filter, record;
	struct spend_dim dims[SPEND_GROUP_DIMS];
	size_t dim_count;
	int64_t sort, hidden;
	bool is_ascending, is_filter_off;
};

static struct str read_text(struct json *j, struct arena *a)
{
	struct str raw = { 0 };

	return json_text(j, &raw) ? json_text_in(a, raw) : raw;
}

static bool parse_dim(struct str word, struct spend_dim *out)
{
	if (str_starts(word, STR("tag:"))) {
		*out = (struct spend_dim){ DIM_TAG, str_from(word, 4) };
		return out->tag.len > 0;
	}
	*out = (struct spend_dim){ 0 };
	return dim_parse(word, &out->kind);
}

static void read_dims(struct json *j, struct arena *a, struct saved_level *level)
{
	if (!json_array(j))
		return;
	while (json_element(j)) {
		struct spend_dim dim;

		if (parse_dim(read_text(j, a), &dim) && level->dim_count < SPEND_GROUP_DIMS)
			level->dims[level->dim_count++] = dim;
	}
}

static void read_level(struct json *j, struct arena *a, struct saved_level *level)
{
	struct str key;

	*level = (struct saved_level){ 0 };
	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "kind"))
			level->kind = read_text(j, a);
		else if (str_is(key, "title"))
			level->title = read_text(j, a);
		else if (str_is(key, "by"))
			read_dims(j, a, level);
		else if (str_is(key, "of"))
			level->of = read_text(j, a);
		else if (str_is(key, "filter"))
			level->filter = read_text(j, a);
		else if (str_is(key, "record"))
			level->record = read_text(j, a);
		else if (str_is(key, "sort"))
			(void)json_i64(j, &level->sort);
		else if (str_is(key, "hidden"))
			(void)json_i64(j, &level->hidden);
		else if (str_is(key, "is_filter_off"))
			(void)json_bool(j, &level->is_filter_off);
		else if (str_is(key, "is_ascending"))
			(void)json_bool(j, &level->is_ascending);
		else
			(void)json_skip(j);
	}
}

static bool find_name(const char *const *names, size_t count, struct str name, size_t *out)
{
	for (size_t i = 0; i < count; i++) {
		if (str_eq(name, str_of(names[i]))) {
			*out = i;
			return true;
		}
	}
	return false;
}

static void put_text(char *out, size_t cap, struct str text)
{
	text = utf8_cut(text, cap - 1);
	memcpy(out, text.at ? text.at : "", text.len);
	out[text.len] = '\0';
}

/* A filter of an older version, or of a file that somebody edited, must not fail every read. */
static void put_filter(char *out, struct str text)
{
	struct filter filter;
	struct arena scratch;
	struct err err = { 0 };

	arena_init(&scratch, 0);
	put_text(out, LIMIT_FILTER_BYTES + 1,
		filter_parse(text, &scratch, &filter, &err) == LL_OK ? text : STR(""));
	arena_release(&scratch);
}

static bool is_possible(const struct saved_level *saved, size_t kind, size_t depth,
	struct record_id *record)
{
	if (depth == 0)
		return kind == SPEND_GROUPS && saved->dim_count > 0;
	if (kind == SPEND_RECORD)
		return record_id_parse(saved->record, record);
	return kind != SPEND_GROUPS && saved->of.len > 0;
}

static bool put_level(struct spend_pane *p, size_t depth, const struct saved_level *saved)
{
	static const struct spend_dim session = { .kind = DIM_SESSION };
	struct record_id record = { 0 };
	struct spend_level *level;
	size_t kind;

	if (!find_name(kind_names, 4, saved->kind, &kind) ||
		!is_possible(saved, kind, depth, &record))
		return false;
	if (kind == SPEND_GROUPS)
		spend_start_level(p, depth, SPEND_GROUPS, saved->dims, saved->dim_count);
	else
		spend_start_level(p, depth, (enum spend_kind)kind, &session,
			kind == SPEND_SESSIONS);
	level = spend_top(p);
	level->record = record;
	put_text(level->title, sizeof(level->title), saved->title);
	put_filter(level->fixed, saved->of);
	put_filter(level->typed, saved->filter);
	level->is_off = saved->is_filter_off && level->typed[0];
	if (saved->sort >= 0 && (size_t)saved->sort < level->column_count &&
		level->columns[saved->sort].can_sort)
		level->grid.sort_column = (size_t)saved->sort;
	level->grid.is_ascending = saved->is_ascending;
	level->grid.hidden = (unsigned)saved->hidden & ((1u << level->column_count) - 1);
	return true;
}

static void read_levels(struct spend_pane *p, struct json *j, struct arena *a)
{
	struct saved_level saved;
	bool is_possible_yet = true;
	size_t depth = 0;

	if (!json_array(j))
		return;
	while (json_element(j)) {
		read_level(j, a, &saved);
		if (is_possible_yet && depth < SPEND_LEVELS)
			is_possible_yet = put_level(p, depth++, &saved);
	}
}

static void read_pane(struct spend_pane *p, struct json *j, struct arena *a)
{
	struct str key;
	size_t unit;

	while (json_key(j, &key)) {
		if (str_is(key, "range")) {
			put_text(p->saved_period, sizeof(p->saved_period), read_text(j, a));
		} else if (str_is(key, "unit")) {
			if (find_name(unit_names, SPEND_UNITS, read_text(j, a), &unit))
				p->unit = (enum spend_unit)unit;
		} else if (str_is(key, "bucket")) {
			if (!bucket_parse(read_text(j, a), &p->bucket))
				p->bucket = BUCKET_NONE;
		} else if (str_is(key, "has_split")) {
			(void)json_bool(j, &p->has_split);
		} else if (str_is(key, "is_zoomed")) {
			(void)json_bool(j, &p->is_zoomed);
		} else if (str_is(key, "levels")) {
			read_levels(p, j, a);
		} else {
			(void)json_skip(j);
		}
	}
}

void spend_restore(void *pane, struct str text)
{
	struct spend_pane *p = pane;
	struct arena scratch;
	struct json j;

	arena_init(&scratch, 1u << 20);
	json_init(&j, text);
	if (json_object(&j))
		read_pane(p, &j, &scratch);
	p->chart_cursor = SIZE_MAX;
	arena_release(&scratch);
}

void spend_restore_period(struct spend_pane *p, const struct view *v)
{
	struct period period;
	struct err err = { 0 };

	if (!p->saved_period[0])
		return;
	if (period_parse(str_of(p->saved_period), v->zone, v->now_ns, &period, &err) == LL_OK)
		spend_set_period(p, &period);
	p->saved_period[0] = '\0';
}
