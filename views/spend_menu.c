/* SPDX-License-Identifier: Apache-2.0 */
/* What the Spend pane asks the user: how to group, which range, what to sort by, a price. */
#include <stdio.h>

#include "base/text.h"
#include "model/decimal.h"
#include "views/spend.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define ITEMS_MAX 256
#define TAGS_MAX 32

/* What a picker or a prompt was opened for. */
enum asked {
	ASKED_GROUP,
	ASKED_RANGE,
	ASKED_BUCKET,
	ASKED_SORT,
	ASKED_COLUMNS,
	ASKED_UNPRICED,
	ASKED_FILTER,
	ASKED_RANGE_TEXT,
	ASKED_TIME,
	ASKED_PRICE,
};

/* A picker's items while they are made. */
struct items {
	struct arena arena;
	struct picker_item at[ITEMS_MAX];
	size_t count;
};

static void add_item(struct items *list, const char *label, const char *detail, bool is_checked,
	int64_t value)
{
	if (list->count < ITEMS_MAX)
		list->at[list->count++] = (struct picker_item){ .is_checked = is_checked,
			.value = value, .label = arena_str(&list->arena, str_of(label)),
			.detail = str_of(detail) };
}

static void add_heading(struct items *list, const char *label)
{
	add_item(list, label, "", false, 0);
	list->at[list->count - 1].is_heading = true;
}

static void open_picker(const struct view *v, enum asked what, const char *title,
	struct items *list)
{
	dash_pick(v->dash, (int)what, str_of(title), list->at, list->count);
	arena_release(&list->arena);
}

/* --- group by -------------------------------------------------------------------------------- */

static const enum dim_kind grouped[] = { DIM_PROJECT, DIM_MODEL, DIM_PROVIDER, DIM_USER, DIM_KEY,
	DIM_SESSION, DIM_SOURCE, DIM_MACHINE, DIM_AGENT };

/* A group-by as a number: the words' places, from 1; tags follow the kinds. */
#define PAIR(first, second) ((int64_t)((first) * 1024 + (second)))

static size_t word_count(const struct spend_pane *p)
{
	return COUNT(grouped) + (p->names.tag_count < TAGS_MAX ? p->names.tag_count : TAGS_MAX);
}

static struct spend_dim word_dim(const struct spend_pane *p, size_t i)
{
	if (i < COUNT(grouped))
		return (struct spend_dim){ .kind = grouped[i] };
	return (struct spend_dim){ .kind = DIM_TAG, .tag = p->names.tags[i - COUNT(grouped)] };
}

static void add_dim(struct buf *out, const struct spend_dim *dim)
{
	buf_addz(out, dim_name(dim->kind));
	if (dim->kind == DIM_TAG) {
		buf_addch(out, ':');
		buf_add(out, dim->tag);
	}
}

static bool is_grouped_by(const struct spend_pane *p, const struct spend_dim *dims, size_t count)
{
	const struct spend_level *level = &p->levels[0];
	bool is_same = level->dim_count == count;

	for (size_t i = 0; is_same && i < count; i++)
		is_same = level->dims[i].kind == dims[i].kind &&
			str_eq(level->dims[i].tag, dims[i].tag);
	return is_same;
}

static void add_group(struct items *list, const struct spend_pane *p, size_t first, size_t second)
{
	struct spend_dim dims[SPEND_GROUP_DIMS] = { word_dim(p, first - 1) };
	size_t count = second ? 2 : 1;
	struct buf label = BUF_INIT(2 * LIMIT_NAME_BYTES + 64);

	add_dim(&label, &dims[0]);
	if (second) {
		dims[1] = word_dim(p, second - 1);
		buf_addz(&label, " x ");
		add_dim(&label, &dims[1]);
	}
	add_item(list, label.at, "", is_grouped_by(p, dims, count), PAIR(first, second));
	buf_release(&label);
}

static void ask_group(struct spend_pane *p, const struct view *v)
{
	struct items list = { .count = 0 };
	size_t words = word_count(p);

	add_heading(&list, "by one");
	for (size_t i = 1; i <= words; i++)
		add_group(&list, p, i, 0);
	add_heading(&list, "by two");
	for (size_t i = 1; i <= words; i++)
		for (size_t k = i + 1; k <= words; k++)
			add_group(&list, p, i, k);
	open_picker(v, ASKED_GROUP, "Group by", &list);
}

static unsigned take_group(struct spend_pane *p, int64_t value)
{
	size_t first = (size_t)(value / 1024), second = (size_t)(value % 1024);
	struct spend_dim dims[SPEND_GROUP_DIMS] = { { .kind = DIM_NONE } };

	if (first == 0 || first > word_count(p) || second > word_count(p))
		return PANE_SAME;
	dims[0] = word_dim(p, first - 1);
	if (second)
		dims[1] = word_dim(p, second - 1);
	spend_group_by(p, dims, second ? 2 : 1);
	return PANE_RELOAD | PANE_REDRAW;
}

/* "project", "model,user", "tag:env x model" */
static bool parse_dims(struct str text, struct spend_dim *dims, size_t *count)
{
	*count = 0;
	while (text.len) {
		size_t len = 0;
		struct str word;

		while (len < text.len && text.at[len] != ' ' && text.at[len] != ',')
			len++;
		word = str_head(text, len);
		text = str_from(text, len + 1);
		if (word.len == 0 || str_is(word, "x"))
			continue;
		if (*count == SPEND_GROUP_DIMS)
			return false;
		dims[*count] = (struct spend_dim){ .kind = DIM_TAG };
		if (str_starts(word, STR("tag:")) && word.len > 4)
			dims[*count].tag = str_from(word, 4);
		else if (!dim_parse(word, &dims[*count].kind))
			return false;
		++*count;
	}
	return *count > 0;
}

/* --- range and bucket ------------------------------------------------------------------------ */

static const struct {
	const char *word, *label;
} ranges[] = {
	{ "today", "today" },
	{ "yesterday", "yesterday" },
	{ "24h", "last 24 hours" },
	{ "7d", "last 7 days" },
	{ "30d", "last 30 days" },
	{ "week", "this week" },
	{ "month", "this month" },
	{ "last month", "last month" },
	{ "year", "this year" },
	{ "all", "all time" },
};

static void ask_range(struct spend_pane *p, const struct view *v)
{
	struct items list = { .count = 0 };
	struct buf now = BUF_INIT(128);

	period_write(&now, &p->period, v->zone);
	for (size_t i = 0; i < COUNT(ranges); i++)
		add_item(&list, ranges[i].label, ranges[i].word,
			str_eq(buf_str(&now), str_of(ranges[i].word)), (int64_t)i);
	add_item(&list, "another one ...", "2026-10, 2026-10-01..2026-10-15", false, COUNT(ranges));
	open_picker(v, ASKED_RANGE, "Range", &list);
	buf_release(&now);
}

static unsigned set_range(struct spend_pane *p, const struct view *v, struct str text,
	struct err *err)
{
	struct period period;

	if (period_parse(text, v->zone, v->now_ns, &period, err) != LL_OK)
		return PANE_SAME;
	spend_set_period(p, &period);
	return PANE_RELOAD | PANE_REDRAW;
}

static unsigned take_range(struct spend_pane *p, const struct view *v, int64_t value)
{
	struct err err = { 0 };

	if (value >= 0 && value < (int64_t)COUNT(ranges))
		return set_range(p, v, str_of(ranges[value].word), &err);
	dash_ask(v->dash, ASKED_RANGE_TEXT, STR("range: "), STR(""));
	return PANE_REDRAW;
}

static void ask_bucket(struct spend_pane *p, const struct view *v)
{
	struct items list = { .count = 0 };

	add_item(&list, "as the range needs", "", p->bucket == BUCKET_NONE, BUCKET_NONE);
	for (enum bucket b = BUCKET_HOUR; b <= BUCKET_MONTH; b++)
		add_item(&list, bucket_name(b), "", p->bucket == b, b);
	open_picker(v, ASKED_BUCKET, "Chart by", &list);
}

/* The day of a time that was typed. */
static unsigned go_to_time(struct spend_pane *p, const struct view *v, struct str text,
	struct err *err)
{
	struct timerange range;
	struct period period;

	if (timerange_parse(text, STR(""), v->zone, v->now_ns, &range, err) != LL_OK)
		return PANE_SAME;
	period = period_of(PERIOD_DAY, v->zone, range.since_ns);
	spend_set_period(p, &period);
	return PANE_RELOAD | PANE_REDRAW;
}

/* --- sort and columns ------------------------------------------------------------------------ */

static void ask_sort(struct spend_pane *p, const struct view *v)
{
	const struct spend_level *level = spend_top(p);
	struct items list = { .count = 0 };

	for (size_t i = 0; i < level->column_count; i++)
		if (level->columns[i].can_sort)
			add_item(&list, level->columns[i].title, "", level->grid.sort_column == i,
				(int64_t)i);
	open_picker(v, ASKED_SORT, "Sort by", &list);
}

static unsigned take_sort(struct spend_pane *p, int64_t value)
{
	struct spend_level *level = spend_top(p);

	if (value < 0 || (size_t)value >= level->column_count || !level->columns[value].can_sort)
		return PANE_SAME;
	level->grid.sort_column = (size_t)value;
	spend_sort(level);
	p->is_frozen = false;
	return PANE_REDRAW;
}

static void ask_columns(struct spend_pane *p, const struct view *v)
{
	const struct spend_level *level = spend_top(p);
	struct items list = { .count = 0 };

	for (size_t i = 0; i < level->column_count; i++)
		add_item(&list, level->columns[i].title, "", !(level->grid.hidden >> i & 1),
			(int64_t)i);
	open_picker(v, ASKED_COLUMNS, "Columns", &list);
}

static unsigned take_column(struct spend_pane *p, const struct view *v, int64_t value)
{
	struct spend_level *level = spend_top(p);
	unsigned all = (1u << level->column_count) - 1;
	unsigned hidden;

	if (value < 0 || (size_t)value >= level->column_count)
		return PANE_SAME;
	hidden = level->grid.hidden ^ 1u << value;
	if (hidden != all)
		level->grid.hidden = hidden;
	ask_columns(p, v);
	return PANE_REDRAW;
}

/* --- the price of a model that has none ------------------------------------------------------ */

static void put_name(char out[LIMIT_NAME_BYTES + 1], struct str name)
{
	name = utf8_cut(name, LIMIT_NAME_BYTES);
	memcpy(out, name.at ? name.at : "", name.len);
	out[name.len] = '\0';
}

static void ask_price(struct spend_pane *p, const struct view *v, const struct spend_unpriced *of)
{
	struct buf label = BUF_INIT(128);

	put_name(p->priced_provider, of->provider);
	put_name(p->priced_model, of->model);
	buf_add(&label, utf8_cut(str_of(p->priced_model), 60));
	buf_addz(&label, ", $ per million tokens, input output: ");
	dash_ask(v->dash, ASKED_PRICE, buf_str(&label), STR(""));
	buf_release(&label);
}

/* The unpriced model that the row under the cursor names, if it names one. */
static const struct spend_unpriced *unpriced_here(struct spend_pane *p)
{
	const struct spend_level *level = spend_top(p);
	size_t row = spend_cursor_row(level);

	for (size_t i = 0; row != SIZE_MAX && i < p->unpriced_count; i++) {
		const struct spend_unpriced *u = &p->unpriced[i];

		if (level->kind == SPEND_RECORDS && !level->table.records[row].has_cost &&
			str_eq(level->table.records[row].call.model, u->model))
			return u;
		for (size_t k = 0; level->kind <= SPEND_SESSIONS && k < level->dim_count; k++)
			if (level->dims[k].kind == DIM_MODEL &&
				str_eq(level->table.rows[row].names[k], u->model))
				return u;
	}
	return NULL;
}

static void start_price(struct spend_pane *p, const struct view *v)
{
	const struct spend_unpriced *here = unpriced_here(p);
	struct items list = { .count = 0 };

	if (p->unpriced_count == 0) {
		dash_toast(v->dash, false, "every call of this range has a price");
		return;
	}
	if (here || p->unpriced_count == 1) {
		ask_price(p, v, here ? here : &p->unpriced[0]);
		return;
	}
	for (size_t i = 0; i < p->unpriced_count && i < ITEMS_MAX; i++) {
		struct buf label = BUF_INIT(LIMIT_NAME_BYTES + 64);

		buf_add(&label, p->unpriced[i].model);
		add_item(&list, label.at ? label.at : "", "", false, (int64_t)i);
		buf_release(&label);
	}
	open_picker(v, ASKED_UNPRICED, "Models without a price", &list);
}

/* By its name: the list may have changed since the picker was opened. */
static unsigned take_unpriced(struct spend_pane *p, const struct view *v, struct str model)
{
	for (size_t i = 0; i < p->unpriced_count; i++) {
		if (!str_eq(p->unpriced[i].model, model))
			continue;
		ask_price(p, v, &p->unpriced[i]);
		return PANE_REDRAW;
	}
	return PANE_SAME;
}

static bool is_rate(struct str word)
{
	int64_t value;

	return decimal_parse(word, 6, &value, NULL) && value >= 0;
}

/* "3 15" becomes two commands; the second runs once the first has ended well. */
static unsigned take_price(struct spend_pane *p, const struct view *v, struct str text)
{
	char input[80], output[80];
	struct str words = str_trim(text);
	struct str first = str_cut(&words, ' '), second = str_trim(words);
	const char *const reprice[] = { "prices", "reprice", "--yes", NULL };

	if (!is_rate(first) || !is_rate(second)) {
		dash_toast(v->dash, true, "two numbers are needed, such as 3 15");
		return PANE_SAME;
	}
	snprintf(input, sizeof(input), "input=%.*s", STR_FMT(str_head(first, 64)));
	snprintf(output, sizeof(output), "output=%.*s", STR_FMT(str_head(second, 64)));
	dash_command(v->dash, (const char *const[]){ "prices", "add", "--model", p->priced_model,
		input, output, p->priced_provider[0] ? "--provider" : NULL, p->priced_provider,
		NULL });
	dash_command(v->dash, reprice);
	return PANE_REDRAW;
}

static void ask_filter(struct spend_pane *p, const struct view *v)
{
	p->wants_names = true;
	dash_ask(v->dash, ASKED_FILTER, STR("/"), str_of(spend_top(p)->typed));
}

/* --- the way in and out ---------------------------------------------------------------------- */

bool spend_menu(struct spend_pane *p, const struct view *v, int action)
{
	bool is_list = spend_top(p)->kind != SPEND_RECORD;

	switch (action) {
	case SPEND_GROUP_BY: ask_group(p, v); return true;
	case ACTION_RANGE: ask_range(p, v); return true;
	case SPEND_BUCKET: ask_bucket(p, v); return true;
	case SPEND_PRICE: start_price(p, v); return true;
	case ACTION_GO_TO_TIME: dash_ask(v->dash, ASKED_TIME, STR("go to: "), STR("")); return true;
	case ACTION_SORT: if (is_list) ask_sort(p, v); return is_list;
	case ACTION_COLUMNS: if (is_list) ask_columns(p, v); return is_list;
	case ACTION_FILTER: if (is_list) ask_filter(p, v); return is_list;
	default: return false;
	}
}

unsigned spend_pick(void *pane, const struct view *v, int what, const struct picker_item *item)
{
	struct spend_pane *p = pane;

	switch ((enum asked)what) {
	case ASKED_GROUP:
		return take_group(p, item->value);
	case ASKED_RANGE:
		return take_range(p, v, item->value);
	case ASKED_BUCKET:
		p->bucket = (enum bucket)item->value;
		p->chart_cursor = SIZE_MAX;
		return PANE_RELOAD | PANE_REDRAW;
	case ASKED_SORT:
		return take_sort(p, item->value);
	case ASKED_COLUMNS:
		return take_column(p, v, item->value);
	case ASKED_UNPRICED:
		return take_unpriced(p, v, item->label);
	case ASKED_FILTER:
	case ASKED_RANGE_TEXT:
	case ASKED_TIME:
	case ASKED_PRICE:
		break;
	}
	return PANE_SAME;
}

static unsigned type_final(struct spend_pane *p, const struct view *v, enum asked what,
	struct str text)
{
	struct err err = { 0 };
	unsigned change;

	if (what == ASKED_PRICE)
		return take_price(p, v, text);
	if (str_trim(text).len == 0)
		return PANE_SAME;
	change = what == ASKED_TIME ? go_to_time(p, v, text, &err) : set_range(p, v, text, &err);
	if (err.code)
		dash_toast(v->dash, true, "%s", err.msg);
	return change;
}

size_t spend_complete(void *pane, const struct view *v, int what, struct str text, struct arena *a,
	struct str **candidates, size_t *from)
{
	(void)v;
	return what == ASKED_FILTER ? spend_complete_filter(pane, text, a, candidates, from) : 0;
}

unsigned spend_type(void *pane, const struct view *v, int what, struct str text, bool is_final)
{
	if (what == ASKED_FILTER)
		return spend_take_filter(pane, v, text);
	return is_final ? type_final(pane, v, (enum asked)what, text) : PANE_SAME;
}

static unsigned command_range(struct spend_pane *p, const struct view *v, struct str rest)
{
	struct err err = { 0 };
	unsigned change = set_range(p, v, rest, &err);

	if (err.code)
		dash_toast(v->dash, true, "%s", err.msg);
	return change;
}

static unsigned command_group(struct spend_pane *p, const struct view *v, struct str rest)
{
	struct spend_dim dims[SPEND_GROUP_DIMS];
	size_t count;

	if (parse_dims(rest, dims, &count)) {
		spend_group_by(p, dims, count);
		return PANE_RELOAD | PANE_REDRAW;
	}
	dash_toast(v->dash, true,
		"one or two of project, model, provider, user, key, session, source, machine, "
		"agent, tag:NAME");
	return PANE_SAME;
}

static unsigned command_filter(struct spend_pane *p, const struct view *v, struct str rest)
{
	struct filter filter;
	struct arena scratch;
	struct err err = { 0 };

	arena_init(&scratch, 0);
	if (filter_parse(rest, &scratch, &filter, &err) != LL_OK)
		dash_toast(v->dash, true, "%s", err.msg);
	arena_release(&scratch);
	return err.code ? PANE_SAME : spend_take_filter(p, v, rest);
}

static unsigned command_bucket(struct spend_pane *p, const struct view *v, struct str rest)
{
	if (!bucket_parse(rest, &p->bucket)) {
		dash_toast(v->dash, true, "hour, day, week or month");
		return PANE_SAME;
	}
	return PANE_RELOAD | PANE_REDRAW;
}

static const struct {
	const char *word;
	unsigned (*run)(struct spend_pane *p, const struct view *v, struct str rest);
} commands[] = {
	{ "range", command_range },
	{ "group", command_group },
	{ "filter", command_filter },
	{ "bucket", command_bucket },
};

bool spend_command(void *pane, const struct view *v, struct str word, struct str rest,
	unsigned *change)
{
	for (size_t i = 0; i < COUNT(commands); i++) {
		if (!str_eq(word, str_of(commands[i].word)))
			continue;
		*change = commands[i].run(pane, v, rest);
		return true;
	}
	return false;
}

const struct binding spend_bindings[SPEND_BINDINGS] = {
	{ SPEND_GROUP_BY, "group-by", "b", "group by",
		"group by project, model, user ... or two of them" },
	{ SPEND_UNIT, "unit", "u", "unit", "chart dollars, tokens or requests" },
	{ SPEND_BUCKET, "bucket", "i", "bucket", "chart by hour, day, week or month" },
	{ SPEND_PRICE, "price", "p", NULL, "set the price of a model that has none" },
	{ SPEND_CHART_LEFT, "chart-left", ",", NULL, "read the chart's value before" },
	{ SPEND_CHART_RIGHT, "chart-right", ".", NULL, "read the chart's value after" },
};
