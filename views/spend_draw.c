/* SPDX-License-Identifier: Apache-2.0 */
/* How the Spend pane looks: summary, running windows, chart, table; or one record. */
#include "model/decimal.h"
#include "tui/chart.h"
#include "views/figure.h"
#include "views/spend.h"

#define TEXT_BYTES 1024
#define CHART_ROWS_SHORT 6 /* with its title and axis */
#define CHART_ROWS_TALL 9
#define TALL_ROWS 28       /* of a body that has room for blank lines */
#define CHART_MIN_ROWS 16  /* of a body that has room for a chart */
#define SPLIT_ROWS 6
#define SPLIT_MIN_ROWS 14

static const char *const unit_names[] = { [SPEND_USD] = "$", [SPEND_TOKENS] = "tokens",
	[SPEND_REQUESTS] = "requests" };

/* --- pieces of a line: from the first that does not fit on they are left out ----------------- */

struct line {
	struct surface *s;
	int y, x, end;
};

static void put(struct line *line, struct buf *text, enum role role, unsigned attrs)
{
	int cells = text_cells(buf_str(text));

	if (line->x + cells > line->end)
		line->end = line->x;
	else if (cells > 0)
		line->x += 2 +
			surface_put(line->s, line->y, line->x, cells, buf_str(text), role, attrs);
	buf_clear(text);
}

/* Money per priced request. */
static void add_each(struct buf *out, const struct usage_sum *sum)
{
	int64_t priced = sum->calls - sum->unpriced;

	if (priced <= 0)
		return;
	usd_add_short(out, usd_of_nanos((int64_t)decimal_divide(usd_nanos(sum->cost), priced)));
	buf_addz(out, "/request");
}

static void add_change(struct buf *out, const struct spend_level *level)
{
	if (!level->has_before || !figure_has_cost(&level->total))
		return;
	figure_change(out, usd_nanos(level->before.cost), usd_nanos(level->total.cost));
	if (out->len == 0)
		return;
	buf_addz(out, " against ");
	usd_add_short(out, level->before.cost);
	buf_addz(out, " before");
}

static void draw_summary(struct spend_pane *p, const struct view *v, struct surface *s,
	struct rect r)
{
	const struct spend_level *level = spend_top(p);
	const struct usage_sum *sum = &level->total;
	struct line line = { s, r.y, r.x + 1, r.x + r.cols - 1 };
	struct buf text = BUF_INIT(TEXT_BYTES);

	period_label(&text, &p->period, v->zone, v->now_ns);
	put(&line, &text, ROLE_ACCENT, ATTR_BOLD);
	figure_cost(&text, sum);
	put(&line, &text, sum->unpriced ? ROLE_WARN : ROLE_TEXT, ATTR_BOLD);
	add_change(&text, level);
	put(&line, &text, ROLE_TEXT, 0);
	buf_add_grouped(&text, sum->calls);
	buf_addz(&text, sum->calls == 1 ? " request" : " requests");
	put(&line, &text, ROLE_TEXT, 0);
	figure_count(&text, tokens_total(&sum->tokens));
	buf_addz(&text, " tokens");
	put(&line, &text, ROLE_TEXT, 0);
	add_each(&text, sum);
	put(&line, &text, ROLE_TEXT, 0);
	if (usd_cmp(sum->subscription, USD_ZERO) > 0) {
		usd_add_short(&text, sum->subscription);
		buf_addz(&text, " under a plan");
		put(&line, &text, ROLE_DIM, 0);
	}
	buf_release(&text);
}

void spend_summary(struct spend_pane *p, const struct view *v, struct buf *out)
{
	const struct spend_level *level = spend_top(p);

	period_label(out, &p->period, v->zone, v->now_ns);
	buf_addz(out, "  ");
	figure_cost(out, &level->total);
	buf_addz(out, "  ");
	add_change(out, level);
	buf_addz(out, "  ");
	buf_add_grouped(out, level->total.calls);
	buf_addz(out, " requests  ");
	figure_count(out, tokens_total(&level->total.tokens));
	buf_addz(out, " tokens\n");
}

static void put_pace(struct line *line, const struct block *block, const struct view *v,
	struct buf *text)
{
	struct block_rate rate;

	if (!block_project(block, v->now_ns, &rate))
		return;
	figure_count(text, rate.tokens_per_min);
	buf_addz(text, " tokens/min");
	put(line, text, ROLE_DIM, 0);
	if (block->unpriced == block->calls)
		return;
	usd_add_short(text, rate.cost_per_hour);
	buf_addz(text, "/h");
	put(line, text, ROLE_DIM, 0);
	usd_add_short(text, rate.projected_cost);
	buf_addz(text, " at its end");
	put(line, text, ROLE_DIM, 0);
}

/* "claude-code window until 14:00: $12.30  1.2k tokens/min  $4.10/h  $20.10 at its end" */
static void draw_blocks(struct spend_pane *p, const struct view *v, struct surface *s,
	struct rect r)
{
	struct line line = { s, r.y, r.x + 1, r.x + r.cols - 1 };
	struct buf text = BUF_INIT(TEXT_BYTES);

	for (size_t i = 0; i < p->block_count; i++) {
		const struct block *block = &p->blocks[i].block;
		struct usage_sum sum = { .calls = block->calls, .unpriced = block->unpriced,
			.cost = block->cost };

		if (!block_is_active(block, v->now_ns))
			continue;
		buf_add(&text, p->blocks[i].source);
		buf_addz(&text, " window until ");
		figure_clock(&text, v->zone, block->end_ns);
		buf_addz(&text, ": ");
		figure_cost(&text, &sum);
		put(&line, &text, ROLE_ACCENT, 0);
		put_pace(&line, block, v, &text);
	}
	buf_release(&text);
}

/* A window that has ended meanwhile is not drawn, whenever it was read. */
static bool has_block(const struct spend_pane *p, const struct view *v)
{
	for (size_t i = 0; i < p->block_count; i++)
		if (block_is_active(&p->blocks[i].block, v->now_ns))
			return true;
	return false;
}

/* --- the chart ------------------------------------------------------------------------------- */

static void label_usd(struct buf *out, int64_t value)
{
	usd_add_short(out, usd_of_nanos(value));
}

struct ticks {
	const struct spend_level *level;
	const struct zone *zone;
};

static void add_bucket(struct buf *out, enum bucket bucket, const struct zone *z, int64_t t_ns)
{
	struct civil at = zone_civil(z, t_ns);

	if (bucket == BUCKET_HOUR)
		buf_addf(out, "%02d:%02d", at.hour, at.minute);
	else if (bucket == BUCKET_MONTH)
		buf_addf(out, "%04d-%02d", (int)at.year, at.month);
	else
		buf_addf(out, "%02d-%02d", at.month, at.day);
}

static void tick(void *ctx, size_t i, struct buf *out)
{
	const struct ticks *t = ctx;

	if (i < t->level->series_count)
		add_bucket(out, t->level->bucket, t->zone, t->level->series_ns[i]);
}

static void add_value(struct buf *out, enum spend_unit unit, int64_t value)
{
	if (unit == SPEND_USD)
		label_usd(out, value);
	else
		figure_count(out, value);
}

static void add_point(struct buf *out, const struct spend_pane *p, const struct spend_level *level,
	const struct view *v, const char *what, size_t i)
{
	buf_addf(out, "%s ", what);
	add_value(out, p->unit, spend_unit_value(p->unit, &level->series[i]));
	buf_addz(out, " at ");
	if (level->bucket == BUCKET_HOUR) {
		add_bucket(out, BUCKET_DAY, v->zone, level->series_ns[i]);
		buf_addch(out, ' ');
	}
	add_bucket(out, level->bucket, v->zone, level->series_ns[i]);
}

static size_t largest(const int64_t *values, size_t count)
{
	size_t best = 0;

	for (size_t i = 1; i < count; i++)
		if (values[i] > values[best])
			best = i;
	return best;
}

static void draw_chart_title(const struct spend_pane *p, const struct spend_level *level,
	const struct view *v, const int64_t *values, struct surface *s, struct rect r)
{
	struct line line = { s, r.y, r.x + 1, r.x + r.cols - 1 };
	struct buf text = BUF_INIT(TEXT_BYTES);

	buf_addf(&text, "%s per %s", unit_names[p->unit], bucket_name(level->bucket));
	put(&line, &text, ROLE_DIM, 0);
	add_point(&text, p, level, v, "max", largest(values, level->series_count));
	put(&line, &text, ROLE_DIM, 0);
	if (p->chart_cursor < level->series_count)
		add_point(&text, p, level, v, "here", p->chart_cursor);
	else
		add_point(&text, p, level, v, "last", level->series_count - 1);
	put(&line, &text, p->chart_cursor < level->series_count ? ROLE_ACCENT : ROLE_DIM, 0);
	buf_release(&text);
}

static void draw_chart(struct spend_pane *p, const struct view *v, struct surface *s, struct rect r)
{
	const struct spend_level *level = spend_top(p);
	struct ticks ticks = { level, v->zone };
	struct arena scratch;
	int64_t *values;
	struct chart chart = { .count = level->series_count,
		.style = v->has_utf8 ? CHART_BRAILLE : CHART_ASCII,
		.label = p->unit == SPEND_USD ? label_usd : figure_count,
		.tick = tick, .ctx = &ticks, .cursor = p->chart_cursor };

	arena_init(&scratch, 0);
	values = arena_alloc(&scratch, (level->series_count + 1) * sizeof(*values));
	for (size_t i = 0; values && i < level->series_count; i++) {
		int64_t value = spend_unit_value(p->unit, &level->series[i]);

		values[i] = value > 0 ? value : 0;
	}
	if (values && level->series_count) {
		chart.values = values;
		draw_chart_title(p, level, v, values, s, r);
		chart_draw(&chart, s, (struct rect){ r.y + 1, r.x + 1, r.rows - 1, r.cols - 2 });
	}
	arena_release(&scratch);
}

/* --- the table ------------------------------------------------------------------------------- */

static void add_tokens(struct buf *text, const char *name, int64_t n)
{
	buf_addf(text, "%s ", name);
	buf_add_grouped(text, n);
}

static void draw_sum(const struct usage_sum *sum, struct surface *s, struct rect r)
{
	struct line tokens = { s, r.y, r.x + 1, r.x + r.cols - 1 };
	struct line money = { s, r.y + 1, r.x + 1, r.x + r.cols - 1 };
	struct line more = { s, r.y + 2, r.x + 1, r.x + r.cols - 1 };
	struct buf text = BUF_INIT(TEXT_BYTES);
	const struct { const char *name; int64_t n; } parts[] = {
		{ "input", sum->tokens.input },
		{ "cache read", sum->tokens.cache_read },
		{ "write 5m", sum->tokens.cache_write_5m },
		{ "write 1h", sum->tokens.cache_write_1h },
		{ "output", sum->tokens.output },
		{ "of it reasoning", sum->reasoning_tokens },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		add_tokens(&text, parts[i].name, parts[i].n);
		put(&tokens, &text, ROLE_TEXT, 0);
	}
	figure_cost(&text, sum);
	put(&money, &text, ROLE_TEXT, ATTR_BOLD);
	add_each(&text, sum);
	put(&money, &text, ROLE_TEXT, 0);
	if (sum->recorded_calls) {
		buf_addz(&text, "the sources themselves say ");
		usd_add_short(&text, sum->recorded);
		put(&money, &text, ROLE_DIM, 0);
	}
	buf_add_grouped(&text, sum->errors);
	buf_addz(&text, sum->errors == 1 ? " error" : " errors");
	put(&more, &text, sum->errors ? ROLE_ERR : ROLE_DIM, 0);
	if (sum->timed) {
		buf_addz(&text, "took on average ");
		figure_duration(&text, sum->latency_ms / sum->timed);
		put(&more, &text, ROLE_DIM, 0);
	}
	buf_release(&text);
}

static struct usage_sum sum_of_record(const struct record *record)
{
	const struct call *call = &record->call;

	return (struct usage_sum){
		.calls = 1,
		.unpriced = !record->has_cost,
		.errors = call->status == CALL_ERROR,
		.tokens = call->tokens,
		.reasoning_tokens = call->reasoning_tokens,
		.cost = record->has_cost ? record->cost : USD_ZERO,
		.recorded = call->recorded,
		.recorded_calls = call->has_recorded,
		.latency_ms = call->latency_ms,
		.timed = call->latency_ms >= 0,
	};
}

/* What is known of the row under the cursor, below the table. */
static void draw_split(const struct spend_level *level, struct surface *s, struct rect r)
{
	size_t row = spend_cursor_row(level);
	struct usage_sum one;

	for (int x = r.x; x < r.x + r.cols; x++)
		surface_put(s, r.y, x, 1, glyph(s, GLYPH_RULE), ROLE_DIM, 0);
	if (row == SIZE_MAX)
		return;
	r.y += 1;
	if (level->kind == SPEND_RECORDS) {
		one = sum_of_record(&level->table.records[row]);
		draw_sum(&one, s, r);
	} else {
		draw_sum(&level->table.rows[row].sum, s, r);
	}
}

static const char *empty_text(const struct spend_pane *p, const struct spend_level *level)
{
	if (spend_filter(level)[0])
		return "No call passes this filter in this range.";
	return p->period.kind == PERIOD_ALL ? "No calls yet." : "No calls in this range.";
}

static void draw_table(struct spend_pane *p, struct surface *s, struct rect r)
{
	struct spend_level *level = spend_top(p);
	struct grid_rows rows = spend_rows(level);
	size_t trend = level->table.trend ? SIZE_MAX : spend_trend_column(level);
	unsigned hidden = level->grid.hidden, unused = trend == SIZE_MAX ? 0 : 1u << trend;
	struct arena scratch;

	if (p->has_split && r.rows >= SPLIT_MIN_ROWS) {
		r.rows -= SPLIT_ROWS;
		draw_split(level, s, (struct rect){ r.y + r.rows, r.x, SPLIT_ROWS, r.cols });
	}
	arena_init(&scratch, 0);
	level->grid.hidden |= unused;
	grid_draw(&level->grid, &rows, s, r, spend_match(level, &scratch));
	level->grid.hidden = hidden;
	arena_release(&scratch);
	spend_draw_trend(level, s);
	if (rows.count == 0 && r.rows > 2)
		surface_put_cut(s, r.y + 2, r.x + 3, r.cols - 4, str_of(empty_text(p, level)),
			ROLE_DIM, 0);
}

/* --- one record ------------------------------------------------------------------------------ */

static size_t count_lines(struct str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n';
	return count;
}

static enum role line_role(struct str line)
{
	if (str_starts(line, STR("? ")))
		return ROLE_WARN;
	if (str_starts(line, STR("! ")))
		return ROLE_ERR;
	return ROLE_TEXT;
}

static void draw_record(struct spend_level *level, struct surface *s, struct rect r)
{
	struct str rest = buf_str(&level->detail);
	size_t count = count_lines(rest), rows = (size_t)(r.rows > 0 ? r.rows : 0);

	level->grid.body_rows = r.rows;
	if (level->scroll + rows > count)
		level->scroll = count > rows ? count - rows : 0;
	for (size_t i = 0; i < level->scroll; i++)
		(void)str_cut(&rest, '\n');
	for (int y = r.y; rest.len && y < r.y + r.rows; y++) {
		struct str line = str_cut(&rest, '\n');

		surface_put_cut(s, y, r.x + 1, r.cols - 2, line, line_role(line), 0);
	}
}

/* --- all ------------------------------------------------------------------------------------- */

static struct rect take_top(struct rect *r, int rows)
{
	struct rect top = *r;

	top.rows = rows < r->rows ? rows : r->rows;
	r->y += top.rows;
	r->rows -= top.rows;
	return top;
}

static void draw_list(struct spend_pane *p, const struct view *v, struct surface *s, struct rect r)
{
	bool is_tall = r.rows >= TALL_ROWS;
	bool has_chart = r.rows >= CHART_MIN_ROWS && spend_top(p)->kind != SPEND_RECORDS;

	if (p->is_zoomed) {
		draw_table(p, s, r);
		return;
	}
	draw_summary(p, v, s, take_top(&r, 1));
	if (has_block(p, v))
		draw_blocks(p, v, s, take_top(&r, 1));
	if (is_tall)
		(void)take_top(&r, 1);
	if (has_chart)
		draw_chart(p, v, s, take_top(&r, is_tall ? CHART_ROWS_TALL : CHART_ROWS_SHORT));
	if (is_tall && has_chart)
		(void)take_top(&r, 1);
	if (r.rows > 1)
		draw_table(p, s, r);
}

void spend_draw(void *pane, const struct view *v, struct surface *s, struct rect body)
{
	struct spend_pane *p = pane;
	struct spend_level *level = spend_top(p);

	if (!level->is_loaded)
		surface_put_cut(s, body.y + 1, body.x + 1, body.cols - 2, STR("reading ..."),
			ROLE_DIM, 0);
	else if (level->kind == SPEND_RECORD)
		draw_record(level, s, (struct rect){ body.y + 1, body.x, body.rows - 1,
			body.cols });
	else
		draw_list(p, v, s, body);
}

/* --- crumbs and status ----------------------------------------------------------------------- */

static void add_by(struct buf *out, const struct spend_level *level)
{
	buf_addz(out, "by ");
	for (size_t i = 0; i < level->dim_count; i++) {
		buf_addz(out, i ? " x " : "");
		buf_addz(out, dim_name(level->dims[i].kind));
		if (level->dims[i].kind == DIM_TAG) {
			buf_addch(out, ':');
			buf_add(out, level->dims[i].tag);
		}
	}
}

static void add_order(struct buf *right, const struct spend_pane *p,
	const struct spend_level *level)
{
	const struct grid *g = &level->grid;
	size_t count = level->table.count;

	if (p->is_frozen)
		buf_addz(right, "sort paused, ");
	if (g->sort_column < g->column_count)
		buf_addf(right, "sort %s %s, ", g->columns[g->sort_column].title,
			g->is_ascending ? "up" : "down");
	buf_add_grouped(right, (int64_t)count);
	buf_addf(right, "%s row%s", level->next[0] ? "+" : "", count == 1 ? "" : "s");
}

void spend_crumbs(void *pane, const struct view *v, struct buf *left, struct buf *off,
	struct buf *right)
{
	struct spend_pane *p = pane;
	const char *arrow = v->has_utf8 ? " › " : " > ";
	const struct spend_level *level = spend_top(p);

	buf_addz(left, "Spend");
	if (p->has_fallen_back) {
		buf_addz(left, arrow);
		period_label(left, &p->period, v->zone, v->now_ns);
		buf_addz(left, ", the newest month with calls");
	}
	buf_addz(left, arrow);
	add_by(left, &p->levels[0]);
	for (size_t i = 1; i <= p->depth; i++) {
		buf_addz(left, arrow);
		buf_addz(left, p->levels[i].title);
	}
	if (level->typed[0]) {
		struct buf *out = level->is_off ? off : left;

		buf_addz(out, level->is_off ? "  &/" : "  /");
		buf_addz(out, level->typed);
	}
	if (level->is_loaded && level->kind != SPEND_RECORD)
		add_order(right, p, level);
}

static void add_marked(struct buf *out, const struct spend_level *level)
{
	struct usage_sum sum;

	spend_marked(level, &sum);
	buf_addf(out, "%zu marked: ", level->grid.mark_count);
	figure_cost(out, &sum);
	if (figure_has_cost(&sum)) {
		buf_addz(out, " (");
		figure_share(out, usd_nanos(sum.cost), usd_nanos(level->total.cost));
		buf_addz(out, ")");
	}
	buf_addz(out, ", ");
	buf_add_grouped(out, sum.calls);
	buf_addz(out, " requests, ");
	figure_count(out, tokens_total(&sum.tokens));
	buf_addz(out, " tokens");
}

void spend_status(void *pane, const struct view *v, struct buf *out)
{
	const struct spend_pane *p = pane;
	const struct spend_level *level = &p->levels[p->depth];
	const char *key = keymap_key(v->keymap, "spend", SPEND_PRICE);

	if (level->kind == SPEND_RECORD)
		return;
	if (level->grid.mark_count) {
		add_marked(out, level);
	} else if (level->total.unpriced) {
		buf_addz(out, "? ");
		buf_add_grouped(out, level->total.unpriced);
		buf_addz(out, level->total.unpriced == 1 ? " request of " : " requests of ");
		if (p->unpriced_count == 1)
			buf_add(out, p->unpriced[0].model);
		else
			buf_addf(out, "%zu models", p->unpriced_count);
		buf_addz(out, level->total.unpriced == 1 ? " has no price" : " have no price");
		if (key[0])
			buf_addf(out, ": %s sets one", key);
	}
}
