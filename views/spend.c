/* SPDX-License-Identifier: Apache-2.0 */
/* The Spend pane: its state, what it asks for, what it does with keys. See spend.h. */
#include "views/spend.h"

#include "base/mem.h"
#include "base/text.h"
#include "views/figure.h"

#define FREEZE_NS (5 * NS_PER_S)        /* rows keep their order so long after the cursor moved */
#define BLOCK_AGE_NS (30 * NS_PER_S)    /* running windows are read that seldom */
#define WHEEL_ROWS 3

static const struct spend_dim default_dims[] = { { .kind = DIM_PROJECT }, { .kind = DIM_MODEL } };

/* --- levels ---------------------------------------------------------------------------------- */

static void empty_level(struct spend_level *level)
{
	arena_release(&level->arena);
	grid_release(&level->grid);
	buf_release(&level->detail);
	*level = (struct spend_level){ .detail = BUF_INIT(1u << 20) };
}

static void copy_dims(struct spend_level *level, const struct spend_dim *dims, size_t count)
{
	level->dim_count = count;
	for (size_t i = 0; i < count; i++) {
		struct str tag = utf8_cut(dims[i].tag, LIMIT_NAME_BYTES);

		memcpy(level->tags[i], tag.at ? tag.at : "", tag.len);
		level->tags[i][tag.len] = '\0';
		level->dims[i] = (struct spend_dim){ dims[i].kind, str_of(level->tags[i]) };
	}
}

void spend_start_level(struct spend_pane *p, size_t depth, enum spend_kind kind,
	const struct spend_dim *dims, size_t count)
{
	struct spend_level *level = &p->levels[depth];

	empty_level(level);
	level->kind = kind;
	level->serial = ++p->serial;
	copy_dims(level, dims, count);
	spend_columns(level);
	p->depth = p->deepest = depth;
}

void spend_group_by(struct spend_pane *p, const struct spend_dim *dims, size_t count)
{
	char typed[LIMIT_FILTER_BYTES + 1];
	bool is_off = p->levels[0].is_off;

	memcpy(typed, p->levels[0].typed, sizeof(typed));
	spend_start_level(p, 0, SPEND_GROUPS, dims, count);
	memcpy(p->levels[0].typed, typed, sizeof(typed));
	p->levels[0].is_off = is_off;
}

void spend_set_period(struct spend_pane *p, const struct period *period)
{
	p->period = *period;
	p->is_period_chosen = true;
	p->has_fallen_back = false;
	p->chart_cursor = SIZE_MAX;
}

/* Quotes a value for the filter language. */
static void add_quoted(struct buf *b, struct str value)
{
	buf_addch(b, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] == '"' || value.at[i] == '\\')
			buf_addch(b, '\\');
		buf_addch(b, value.at[i]);
	}
	buf_addch(b, '"');
}

static void add_term(struct buf *b, const struct spend_dim *dim, struct str name)
{
	if (b->len)
		buf_addch(b, ' ');
	if (dim->kind == DIM_TAG) {
		buf_addz(b, "tag:");
		buf_add(b, dim->tag);
	} else {
		buf_addz(b, dim_name(dim->kind));
	}
	buf_addch(b, '=');
	if (name.len)
		add_quoted(b, name);
}

/* All terms that the rows of the level pass. */
static void add_filter(struct buf *b, const struct spend_level *level)
{
	buf_addz(b, level->fixed);
	if (level->fixed[0] && spend_filter(level)[0])
		buf_addch(b, ' ');
	buf_addz(b, spend_filter(level));
}

static bool has_session(const struct spend_level *level)
{
	for (size_t i = 0; i < level->dim_count; i++)
		if (level->dims[i].kind == DIM_SESSION)
			return true;
	return false;
}

/* The title of what a row opens. */
static void name_row(const struct spend_level *level, const struct spend_row *row, char out[160])
{
	struct buf b = BUF_INIT(159);

	for (size_t i = 0; i < level->dim_count; i++) {
		buf_addz(&b, i ? " / " : "");
		buf_add(&b, utf8_cut(spend_dim_name(level, row, i), 70));
	}
	memcpy(out, b.at ? b.at : "", b.len + 1);
	buf_release(&b);
}

static unsigned open_rows(struct spend_pane *p, const struct view *v, const struct spend_row *row)
{
	static const struct spend_dim session = { .kind = DIM_SESSION };
	struct spend_level *level = spend_top(p);
	bool is_sessions = level->kind == SPEND_GROUPS && !has_session(level);
	struct buf fixed = BUF_INIT(LIMIT_FILTER_BYTES);
	char title[160];

	add_filter(&fixed, level);
	for (size_t i = 0; i < level->dim_count; i++)
		add_term(&fixed, &level->dims[i], row->names[i]);
	if (buf_status(&fixed) != LL_OK) {
		dash_toast(v->dash, true, "the names of this row are too long for a filter");
		buf_release(&fixed);
		return PANE_SAME;
	}
	name_row(level, row, title);
	spend_start_level(p, p->depth + 1, is_sessions ? SPEND_SESSIONS : SPEND_RECORDS, &session,
		is_sessions);
	memcpy(spend_top(p)->fixed, fixed.at, fixed.len + 1);
	memcpy(spend_top(p)->title, title, sizeof(title));
	buf_release(&fixed);
	return PANE_RELOAD | PANE_REDRAW;
}

static unsigned open_record(struct spend_pane *p, struct record_id id)
{
	struct spend_level *level;

	spend_start_level(p, p->depth + 1, SPEND_RECORD, NULL, 0);
	level = spend_top(p);
	level->record = id;
	spend_record_name(id, level->title);
	return PANE_RELOAD | PANE_REDRAW;
}

static unsigned open_row(struct spend_pane *p, const struct view *v)
{
	struct spend_level *level = spend_top(p);
	size_t row = spend_cursor_row(level);

	if (row == SIZE_MAX)
		return PANE_SAME;
	p->chart_cursor = SIZE_MAX;
	if (level->kind == SPEND_RECORDS)
		return open_record(p, level->table.records[row].id);
	return open_rows(p, v, &level->table.rows[row]);
}

static unsigned show_level(struct spend_pane *p, size_t depth)
{
	spend_top(p)->wants_more = false; /* its answer will be dropped */
	p->depth = depth;
	p->chart_cursor = SIZE_MAX;
	return PANE_RELOAD | PANE_REDRAW;
}

/* What is left keeps all that it shows, until another level takes its place. */
static unsigned leave_view(struct spend_pane *p)
{
	return p->depth ? show_level(p, p->depth - 1) : PANE_SAME;
}

static unsigned enter_again(struct spend_pane *p, const struct view *v)
{
	if (p->depth < p->deepest)
		return show_level(p, p->depth + 1);
	dash_toast(v->dash, false, "no view was left that could be entered again");
	return PANE_SAME;
}

static unsigned switch_filter(struct spend_pane *p, const struct view *v)
{
	struct spend_level *level = spend_top(p);

	if (!level->typed[0]) {
		dash_toast(v->dash, false, "there is no filter to switch off");
		return PANE_SAME;
	}
	level->is_off = !level->is_off;
	level->wants_more = false;
	p->has_to_sort = true;
	return PANE_RELOAD | PANE_REDRAW;
}

static unsigned go_back(struct spend_pane *p)
{
	struct spend_level *level = spend_top(p);

	if (level->typed[0]) {
		level->typed[0] = '\0';
		level->is_off = false;
		p->has_to_sort = true;
		return PANE_RELOAD | PANE_REDRAW;
	}
	return p->depth ? leave_view(p) : PANE_POPPED;
}

/* --- the pane -------------------------------------------------------------------------------- */

static void *spend_open(void)
{
	struct spend_pane *p = ll_try_alloc(sizeof(*p));

	if (!p)
		return NULL;
	for (size_t i = 0; i < SPEND_LEVELS; i++)
		buf_init(&p->levels[i].detail, 1u << 20);
	p->period = (struct period){ .kind = PERIOD_MONTH, .day = PERIOD_NOW_DAY };
	p->chart_cursor = SIZE_MAX;
	p->wants_names = true;
	spend_start_level(p, 0, SPEND_GROUPS, default_dims, 2);
	return p;
}

static void spend_close(void *pane)
{
	struct spend_pane *p = pane;

	for (size_t i = 0; i < SPEND_LEVELS; i++)
		empty_level(&p->levels[i]);
	arena_release(&p->block_arena);
	arena_release(&p->unpriced_arena);
	arena_release(&p->name_arena);
	ll_free(p);
}

static struct str filter_text(const struct spend_level *level, struct arena *a)
{
	struct buf b = BUF_INIT(2 * LIMIT_FILTER_BYTES + 1);
	struct str text;

	add_filter(&b, level);
	text = arena_str(a, buf_str(&b));
	buf_release(&b);
	return text;
}

static bool copy_request_dims(struct spend_request *r, const struct spend_level *level,
	struct arena *a)
{
	r->dim_count = level->dim_count;
	for (size_t i = 0; i < level->dim_count; i++) {
		r->dims[i] = level->dims[i];
		r->dims[i].tag = arena_str(a, level->dims[i].tag);
		if (!r->dims[i].tag.at)
			return false;
	}
	return true;
}

/* A reload reads as many records as were there, so that nothing under the cursor goes away. */
static void ask_for_page(struct spend_request *r, const struct spend_level *level, struct arena *a)
{
	size_t count = level->table.count;

	r->oldest_first = level->grid.is_ascending;
	r->limit = level->wants_more || count < SPEND_PAGE ? SPEND_PAGE :
		count > LIMIT_PAGE_ROWS ? LIMIT_PAGE_ROWS : count;
	if (level->wants_more)
		r->cursor = arena_str(a, str_of(level->next));
}

static void *spend_ask(void *pane, const struct view *v, struct arena *a)
{
	struct spend_pane *p = pane;
	struct spend_level *level = spend_top(p);
	struct spend_request *r = arena_alloc(a, sizeof(*r));

	if (!r || !copy_request_dims(r, level, a))
		return NULL;
	p->zone = level->zone = v->zone;
	spend_restore_period(p, v);
	r->serial = level->serial;
	r->kind = level->kind;
	r->period = p->period;
	r->may_fall_back = !p->is_period_chosen && p->depth == 0 &&
		spend_filter(level)[0] == '\0';
	r->bucket = p->bucket;
	r->unit = p->unit;
	r->filter = filter_text(level, a);
	r->record = level->record;
	r->wants_blocks = p->blocks_ns == 0 || v->now_ns - p->blocks_ns > BLOCK_AGE_NS ||
		v->now_ns < p->blocks_ns;
	r->wants_names = p->wants_names;
	if (level->kind == SPEND_RECORDS)
		ask_for_page(r, level, a);
	return r;
}

/* --- answers --------------------------------------------------------------------------------- */

static struct str kept(struct arena *a, struct str s)
{
	return s.at ? arena_str(a, s) : s;
}

static void take_blocks(struct spend_pane *p, const struct spend_model *m, int64_t now_ns)
{
	if (!m->has_blocks)
		return;
	arena_clear(&p->block_arena);
	p->blocks_ns = now_ns;
	p->block_count = 0;
	p->blocks = arena_alloc(&p->block_arena, (m->block_count + 1) * sizeof(*p->blocks));
	for (size_t i = 0; p->blocks && i < m->block_count; i++)
		p->blocks[p->block_count++] = (struct spend_block){
			kept(&p->block_arena, m->blocks[i].source), m->blocks[i].block };
}

static void take_unpriced(struct spend_pane *p, const struct spend_model *m)
{
	struct arena *a = &p->unpriced_arena;

	arena_clear(a);
	p->unpriced_count = 0;
	p->unpriced = arena_alloc(a, (m->unpriced_count + 1) * sizeof(*p->unpriced));
	for (size_t i = 0; p->unpriced && i < m->unpriced_count; i++)
		p->unpriced[p->unpriced_count++] = (struct spend_unpriced){
			kept(a, m->unpriced[i].provider), kept(a, m->unpriced[i].model),
			m->unpriced[i].calls };
}

static struct str *kept_list(struct arena *a, const struct str *from, size_t count)
{
	struct str *list = arena_alloc(a, (count + 1) * sizeof(*list));

	for (size_t i = 0; list && i < count; i++)
		list[i] = kept(a, from[i]);
	return list;
}

static void take_names(struct spend_pane *p, const struct spend_model *m)
{
	struct arena *a = &p->name_arena;

	if (!m->has_names)
		return;
	arena_clear(a);
	p->names = m->names;
	p->wants_names = false;
	for (size_t i = 0; i < FILTER_FIELDS; i++) {
		p->names.at[i] = kept_list(a, m->names.at[i], m->names.count[i]);
		p->names.count[i] = p->names.at[i] ? m->names.count[i] : 0;
	}
	p->names.tags = kept_list(a, m->names.tags, m->names.tag_count);
	p->names.tag_count = p->names.tags ? m->names.tag_count : 0;
}

/* In the level's arena, which the rows were just put into. */
static void take_series(struct spend_level *level, const struct spend_model *m)
{
	size_t count = m->series_count;

	level->series = arena_alloc(&level->arena, (count + 1) * sizeof(*level->series));
	level->series_ns = arena_alloc(&level->arena, (count + 1) * sizeof(*level->series_ns));
	level->series_count = level->series && level->series_ns ? count : 0;
	if (level->series_count) {
		memcpy(level->series, m->series, count * sizeof(*level->series));
		memcpy(level->series_ns, m->series_ns, count * sizeof(*level->series_ns));
	}
}

static void take_sums(struct spend_pane *p, struct spend_level *level, const struct spend_model *m)
{
	level->range = m->range;
	level->total = m->total;
	level->before = m->before;
	level->has_before = m->has_before;
	level->bucket = m->bucket;
	take_series(level, m);
	take_unpriced(p, m);
	if (p->chart_cursor != SIZE_MAX && p->chart_cursor >= level->series_count)
		p->chart_cursor = SIZE_MAX;
}

static void take_next(struct spend_level *level, const struct spend_model *m)
{
	struct str next = str_head(m->next, sizeof(level->next) - 1);

	memcpy(level->next, next.at ? next.at : "", next.len);
	level->next[next.len] = '\0';
	level->wants_more = false;
}

/* Only rows of groups and sessions can change places. */
static bool is_frozen(const struct spend_pane *p, const struct spend_level *level, int64_t mono_ns)
{
	return level->is_loaded && !p->has_to_sort && level->kind <= SPEND_SESSIONS &&
		(level->grid.mark_count > 0 || (p->moved_mono_ns &&
		mono_ns - p->moved_mono_ns < FREEZE_NS));
}

static void take_rows(struct spend_pane *p, const struct view *v, struct spend_level *level,
	const struct spend_request *request, const struct spend_model *m)
{
	bool is_append = request->cursor.len > 0;
	struct grid_rows rows;

	p->is_frozen = is_frozen(p, level, v->mono_ns);
	if (!spend_take_rows(level, m, is_append, p->is_frozen)) {
		dash_toast(v->dash, true, "out of memory for the rows of this view");
		return;
	}
	p->has_to_sort = false;
	if (!is_append)
		take_sums(p, level, m);
	take_next(level, m);
	rows = spend_rows(level);
	grid_sync(&level->grid, &rows);
	level->is_loaded = true;
}

static void take_record(struct spend_level *level, const struct view *v,
	const struct spend_model *m)
{
	buf_clear(&level->detail);
	spend_record_text(&level->detail, m, v->zone);
	level->is_loaded = true;
}

static void spend_accept(void *pane, const struct view *v, const void *request, const void *model)
{
	struct spend_pane *p = pane;
	struct spend_level *level = spend_top(p);
	const struct spend_request *r = request;
	const struct spend_model *m = model;

	take_blocks(p, m, v->now_ns);
	take_names(p, m);
	if (r->serial != level->serial)
		return;
	if (r->cursor.len && !str_eq(r->cursor, str_of(level->next)))
		return;
	if (r->may_fall_back && !p->is_period_chosen) {
		p->has_fallen_back = m->period.day != r->period.day;
		p->period = m->period;
		p->is_period_chosen = m->total.calls > 0;
	}
	if (level->kind == SPEND_RECORD)
		take_record(level, v, m);
	else
		take_rows(p, v, level, r, m);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void scroll(struct spend_level *level, int64_t by)
{
	int64_t at = (int64_t)level->scroll + by;

	level->scroll = at < 0 ? 0 : (size_t)at; /* the draw knows the end */
}

static unsigned move_detail(struct spend_level *level, int action)
{
	int64_t page = level->grid.body_rows > 1 ? level->grid.body_rows - 1 : 1;

	switch (action) {
	case ACTION_UP: scroll(level, -1); break;
	case ACTION_DOWN: scroll(level, 1); break;
	case ACTION_HALF_UP: scroll(level, -page / 2); break;
	case ACTION_HALF_DOWN: scroll(level, page / 2); break;
	case ACTION_PAGE_UP: scroll(level, -page); break;
	case ACTION_PAGE_DOWN: scroll(level, page); break;
	case ACTION_HOME: level->scroll = 0; break;
	case ACTION_END: scroll(level, INT32_MAX); break;
	default: return PANE_SAME;
	}
	return PANE_REDRAW;
}

static bool move_grid(struct grid *g, const struct grid_rows *rows, int action)
{
	switch (action) {
	case ACTION_UP: grid_move(g, rows, -1); break;
	case ACTION_DOWN: grid_move(g, rows, 1); break;
	case ACTION_HALF_UP: grid_page(g, rows, -1); break;
	case ACTION_HALF_DOWN: grid_page(g, rows, 1); break;
	case ACTION_PAGE_UP: grid_page(g, rows, -2); break;
	case ACTION_PAGE_DOWN: grid_page(g, rows, 2); break;
	case ACTION_HOME: grid_home(g, rows); break;
	case ACTION_END: grid_end(g, rows); break;
	default: return false;
	}
	return true;
}

/* The next page is asked for before the cursor gets to its start. */
static unsigned ask_for_more(struct spend_level *level)
{
	struct grid_rows rows = spend_rows(level);
	size_t ahead = 2 * (size_t)(level->grid.body_rows > 0 ? level->grid.body_rows : 1);

	if (level->kind != SPEND_RECORDS || !level->next[0] || level->wants_more ||
		grid_cursor(&level->grid, &rows) + ahead < rows.count)
		return PANE_SAME;
	level->wants_more = true;
	return PANE_RELOAD;
}

static unsigned move(struct spend_pane *p, const struct view *v, int action)
{
	struct spend_level *level = spend_top(p);
	struct grid_rows rows = spend_rows(level);

	if (level->kind == SPEND_RECORD)
		return move_detail(level, action);
	if (!move_grid(&level->grid, &rows, action))
		return PANE_SAME;
	p->moved_mono_ns = v->mono_ns;
	return PANE_REDRAW | ask_for_more(level);
}

static void mark(struct spend_level *level, const struct view *v, size_t shown, bool is_marked)
{
	struct grid_rows rows = spend_rows(level);

	if (shown < rows.count &&
		grid_mark(&level->grid, rows.id(rows.ctx, shown), is_marked) != LL_OK)
		dash_toast(v->dash, true, "out of memory for marks");
}

static unsigned mark_row(struct spend_level *level, const struct view *v)
{
	struct grid_rows rows = spend_rows(level);
	size_t shown = grid_cursor(&level->grid, &rows);

	if (shown == SIZE_MAX)
		return PANE_SAME;
	mark(level, v, shown, !grid_is_marked(&level->grid, rows.id(rows.ctx, shown)));
	grid_move(&level->grid, &rows, 1);
	return PANE_REDRAW;
}

/* The first press begins a range at the cursor, the second marks up to it. */
static unsigned mark_range(struct spend_level *level, const struct view *v)
{
	struct grid *g = &level->grid;
	struct grid_rows rows = spend_rows(level);
	size_t shown = grid_cursor(g, &rows), from;

	if (shown == SIZE_MAX)
		return PANE_SAME;
	from = g->range_id ? rows.index(rows.ctx, g->range_id) : SIZE_MAX;
	if (from == SIZE_MAX) {
		g->range_id = rows.id(rows.ctx, shown);
		dash_toast(v->dash, false, "move to the other end and press %s again",
			keymap_key(v->keymap, "global", ACTION_MARK_RANGE));
		return PANE_REDRAW;
	}
	for (size_t i = from < shown ? from : shown; i <= (from < shown ? shown : from); i++)
		mark(level, v, i, true);
	g->range_id = 0;
	return PANE_REDRAW;
}

static unsigned mark_all(struct spend_level *level, const struct view *v)
{
	struct grid_rows rows = spend_rows(level);

	if (level->grid.mark_count) {
		grid_unmark_all(&level->grid);
		return PANE_REDRAW;
	}
	for (size_t i = 0; i < rows.count; i++)
		mark(level, v, i, true);
	return PANE_REDRAW;
}

static unsigned go_to_match(struct spend_level *level, const struct view *v, bool is_back)
{
	struct grid_rows rows = spend_rows(level);
	size_t at = grid_cursor(&level->grid, &rows);
	struct arena scratch;
	struct str text;

	arena_init(&scratch, 0);
	text = spend_match(level, &scratch);
	for (size_t i = 1; text.len && at != SIZE_MAX && i <= rows.count; i++) {
		size_t shown = (at + (is_back ? rows.count - i : i)) % rows.count;

		if (!spend_row_has(level, level->table.order[shown], text))
			continue;
		grid_go(&level->grid, &rows, rows.id(rows.ctx, shown));
		arena_release(&scratch);
		return PANE_REDRAW;
	}
	arena_release(&scratch);
	dash_toast(v->dash, false, "the filter names nothing that stands in these rows");
	return PANE_SAME;
}

static unsigned reverse(struct spend_pane *p)
{
	struct spend_level *level = spend_top(p);

	if (level->kind == SPEND_RECORD)
		return PANE_SAME;
	level->grid.is_ascending = !level->grid.is_ascending;
	level->wants_more = false;
	if (level->kind == SPEND_RECORDS)
		return PANE_RELOAD | PANE_REDRAW;
	spend_sort(level);
	return PANE_REDRAW;
}

static unsigned move_period(struct spend_pane *p, const struct view *v, int by)
{
	struct period period = p->period;

	if (!period_move(&period, v->zone, v->now_ns, by)) {
		dash_toast(v->dash, false, "there is no %s period", by > 0 ? "later" : "earlier");
		return PANE_SAME;
	}
	spend_set_period(p, &period);
	return PANE_RELOAD | PANE_REDRAW;
}

/* Reads the chart's values: from the right edge to the left and back. */
static unsigned move_chart(struct spend_pane *p, int by)
{
	const struct spend_level *level = spend_top(p);

	if (level->series_count == 0)
		return PANE_SAME;
	if (p->chart_cursor == SIZE_MAX)
		p->chart_cursor = level->series_count - 1;
	else if (by < 0 && p->chart_cursor > 0)
		p->chart_cursor--;
	else if (by > 0)
		p->chart_cursor = p->chart_cursor + 1 < level->series_count ?
			p->chart_cursor + 1 : SIZE_MAX;
	return PANE_REDRAW;
}

/* Of one call there is nothing to filter: the list it came from is meant. Whoever types on must not
 * find the letters taken for keys. */
static unsigned filter_list_of_record(struct spend_pane *p, const struct view *v)
{
	unsigned change = go_back(p);

	spend_menu(p, v, ACTION_FILTER);
	return change;
}

static unsigned spend_key(void *pane, const struct view *v, int action)
{
	struct spend_pane *p = pane;
	struct spend_level *level = spend_top(p);
	bool is_list = level->kind != SPEND_RECORD;

	if (!is_list && action == ACTION_FILTER)
		return filter_list_of_record(p, v);
	if (spend_menu(p, v, action))
		return PANE_REDRAW;
	switch (action) {
	case ACTION_ENTER: return is_list ? open_row(p, v) : PANE_SAME;
	case ACTION_RIGHT: return is_list ? open_row(p, v) : PANE_SAME;
	case ACTION_LEFT: return p->depth && !level->typed[0] ? go_back(p) : PANE_SAME;
	case ACTION_BACK: return go_back(p);
	case ACTION_MARK: return is_list ? mark_row(level, v) : PANE_SAME;
	case ACTION_MARK_RANGE: return is_list ? mark_range(level, v) : PANE_SAME;
	case ACTION_MARK_ALL: return is_list ? mark_all(level, v) : PANE_SAME;
	case ACTION_NEXT_MATCH: return go_to_match(level, v, false);
	case ACTION_PREV_MATCH: return go_to_match(level, v, true);
	case ACTION_SORT_REVERSE: return reverse(p);
	case ACTION_PREV_PERIOD: return move_period(p, v, -1);
	case ACTION_NEXT_PERIOD: return move_period(p, v, 1);
	case ACTION_SPLIT: p->has_split = !p->has_split; return PANE_REDRAW;
	case ACTION_ZOOM: p->is_zoomed = !p->is_zoomed; return PANE_REDRAW;
	case ACTION_FILTER_SWITCH: return switch_filter(p, v);
	case ACTION_VIEW_BACK: return leave_view(p);
	case ACTION_VIEW_FORWARD: return enter_again(p, v);
	case SPEND_UNIT: p->unit = (p->unit + 1) % SPEND_UNITS; return PANE_RELOAD | PANE_REDRAW;
	case SPEND_CHART_LEFT: return move_chart(p, -1);
	case SPEND_CHART_RIGHT: return move_chart(p, 1);
	default: return move(p, v, action);
	}
}

static unsigned click_title(struct spend_pane *p, size_t column)
{
	struct grid *g = &spend_top(p)->grid;

	if (!g->columns[column].can_sort)
		return PANE_SAME;
	if (g->sort_column == column)
		return reverse(p);
	g->sort_column = column;
	g->is_ascending = false;
	spend_sort(spend_top(p));
	return PANE_REDRAW;
}

/* A click moves the cursor; one on the row under it opens the row. */
static unsigned spend_mouse(void *pane, const struct view *v, const struct event *e)
{
	struct spend_pane *p = pane;
	struct spend_level *level = spend_top(p);
	struct grid_rows rows = spend_rows(level);
	unsigned change = PANE_SAME;
	size_t title, row;

	if (e->button == MOUSE_WHEEL_UP || e->button == MOUSE_WHEEL_DOWN) {
		for (int i = 0; i < WHEEL_ROWS; i++)
			change |= move(p, v, e->button == MOUSE_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
		return change;
	}
	if (level->kind == SPEND_RECORD || e->button != MOUSE_LEFT)
		return e->button == MOUSE_RIGHT ? go_back(p) & ~(unsigned)PANE_POPPED : PANE_SAME;
	title = grid_title_at(&level->grid, e->y, e->x);
	if (title != SIZE_MAX)
		return click_title(p, title);
	row = grid_row_at(&level->grid, &rows, e->y, e->x);
	if (row == SIZE_MAX)
		return PANE_SAME;
	if (row == grid_cursor(&level->grid, &rows))
		return open_row(p, v);
	grid_go(&level->grid, &rows, rows.id(rows.ctx, row));
	p->moved_mono_ns = v->mono_ns;
	return PANE_REDRAW;
}

extern const struct pane spend_pane;
const struct pane spend_pane = {
	.name = "spend",
	.title = "Spend",
	.digit = '1',
	.help = "what models cost, by whatever one groups by",
	.bindings = spend_bindings,
	.binding_count = SPEND_BINDINGS,
	.open = spend_open,
	.close = spend_close,
	.request = spend_ask,
	.load = spend_load,
	.accept = spend_accept,
	.draw = spend_draw,
	.crumbs = spend_crumbs,
	.status = spend_status,
	.key = spend_key,
	.mouse = spend_mouse,
	.pick = spend_pick,
	.type = spend_type,
	.complete = spend_complete,
	.command = spend_command,
	.text = spend_text,
	.save = spend_save,
	.restore = spend_restore,
};
