/* SPDX-License-Identifier: Apache-2.0 */
/* One page of plain text from a handful of queries. */
#include "app/overview.h"

#include "app/block_report.h"
#include "app/report.h"
#include "base/text.h"

#define DAYS 30
#define TOP 6
#define LABEL_CELLS 9
#define NAME_CELLS 34
#define BAR_CELLS 12

struct view {
	struct app *app;
	const struct zone *zone;
	struct timerange range; /* the days of the chart */
	int64_t now_ns;
};

static void add_cells(struct buf *out, struct str text, size_t cells, bool is_right)
{
	struct buf safe = BUF_INIT(1024);
	struct str fit;
	size_t width;

	text_add_safe(&safe, text);
	fit = text_fit(buf_str(&safe), cells);
	width = text_width(fit);
	if (is_right)
		buf_fill(out, ' ', cells - width);
	buf_add(out, fit);
	if (!is_right)
		buf_fill(out, ' ', cells - width);
	buf_release(&safe);
}

static void add_usd(struct buf *out, struct usd amount, size_t cells)
{
	struct buf text = BUF_INIT(64);

	usd_add_short(&text, amount);
	add_cells(out, buf_str(&text), cells, true);
	buf_release(&text);
}

static void add_count(struct buf *out, int64_t n, size_t cells)
{
	struct buf text = BUF_INIT(64);

	buf_add_grouped(&text, n);
	add_cells(out, buf_str(&text), cells, true);
	buf_release(&text);
}

void overview_chart(struct buf *out, const int64_t *values, size_t count, int height, bool has_utf8,
	void (*label)(struct buf *out, int64_t value))
{
	static const char *const eighths[] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	int64_t top = 1;

	for (size_t i = 0; i < count; i++)
		top = values[i] > top ? values[i] : top;
	for (int line = height - 1; line >= 0; line--) {
		struct buf text = BUF_INIT(64);

		if (line == height - 1)
			label(&text, top);
		else if (line == 0)
			label(&text, 0);
		add_cells(out, buf_str(&text), LABEL_CELLS, true);
		buf_addz(out, has_utf8 ? " ┤" : " |");
		buf_release(&text);
		for (size_t i = 0; i < count; i++) {
			/* Eighths of a cell that this bar fills in this line; something shows as
			 * something. */
			__int128 filled = (__int128)values[i] * height * 8 / top;
			int64_t part;

			if (filled == 0 && values[i] > 0)
				filled = 1;
			part = (int64_t)filled - line * 8;
			part = part < 0 ? 0 : part > 8 ? 8 : part;
			if (has_utf8)
				buf_addf(out, "%s ", eighths[part]);
			else
				buf_addz(out, part >= 4 || (line == 0 && part > 0) ? "# " : "  ");
		}
		while (out->len && out->at[out->len - 1] == ' ')
			out->len--;
		buf_addch(out, '\n');
	}
}

static void chart_label(struct buf *out, int64_t nanos)
{
	usd_add_short(out, usd_of_nanos(nanos));
}

static enum ll_err query(const struct view *v, struct timerange range, enum bucket bucket,
	enum dim_kind dim, struct spend *out, struct err *err)
{
	struct spend_query q = {
		.range = range,
		.zone = v->zone,
		.bucket = bucket,
		.dims = { { .kind = dim } },
		.dim_count = dim == DIM_NONE ? 0 : 1,
	};

	return spend_query(v->app->reader, &v->app->scope, &q, &v->app->arena, out, err);
}

static enum ll_err add_summary(const struct view *v, struct err *err)
{
	struct buf *out = &v->app->out;
	struct spend month;
	struct timerange range = { .since_ns = bucket_start_ns(
					   BUCKET_MONTH, v->zone, v->range.until_ns - 1),
		.until_ns = v->range.until_ns };
	char label[36];
	enum ll_err code = query(v, range, BUCKET_NONE, DIM_NONE, &month, err);

	if (code != LL_OK)
		return code;
	bucket_label(BUCKET_MONTH, v->zone, range.since_ns, label);
	buf_addf(out, "%s to date  ", label);
	usd_add_short(out, month.total.cost);
	buf_addz(out, "  ");
	buf_add_grouped(out, month.total.calls);
	buf_addz(out, " requests  ");
	short_count_add(out, tokens_total(&month.total.tokens));
	buf_addz(out, " tokens");
	if (usd_nanos(month.total.subscription) != 0) {
		buf_addz(out, "  of which ");
		usd_add_short(out, month.total.subscription);
		buf_addz(out, " under a plan");
	}
	buf_addf(out, "\nbasis: calls; zone %s\n\n", zone_name(v->zone));
	return LL_OK;
}

static enum ll_err add_days(const struct view *v, struct err *err)
{
	struct buf *out = &v->app->out;
	int64_t values[DAYS] = { 0 };
	int64_t first = zone_day(v->zone, v->range.since_ns);
	char since[36], until[36];
	struct spend days;
	enum ll_err code = query(v, v->range, BUCKET_DAY, DIM_NONE, &days, err);

	if (code != LL_OK)
		return code;
	for (size_t i = 0; i < days.count; i++) {
		int64_t day = zone_day(v->zone, days.rows[i].bucket_ns) - first;

		if (day >= 0 && day < DAYS)
			values[day] = usd_nanos(days.rows[i].sum.cost);
	}
	bucket_label(BUCKET_DAY, v->zone, v->range.since_ns, since);
	bucket_label(BUCKET_DAY, v->zone, v->range.until_ns - 1, until);
	buf_addf(out, "Spend by day, %d days to %s: ", DAYS, until);
	usd_add_short(out, days.total.cost);
	buf_addch(out, '\n');
	overview_chart(out, values, DAYS, 6, v->app->has_utf8, chart_label);
	buf_fill(out, ' ', LABEL_CELLS + 2);
	buf_addf(out, "%s", since);
	buf_fill(out, ' ', 2 * (size_t)DAYS - 21);
	buf_addf(out, "%s\n\n", until);
	return LL_OK;
}

static void add_bar(const struct view *v, int64_t part, int64_t whole)
{
	int64_t cells = whole > 0 ? (int64_t)(((__int128)part * BAR_CELLS + whole / 2) / whole) : 0;

	if (cells > 0)
		buf_addz(&v->app->out, "  ");
	for (int64_t i = 0; i < cells; i++)
		buf_addz(&v->app->out, v->app->has_utf8 ? "█" : "#");
}

static void add_group_row(const struct view *v, const struct spend_row *row, struct usd whole)
{
	struct buf *out = &v->app->out;
	struct str name = row->names[0].at ? row->names[0] : STR("(none)");

	buf_addz(out, "  ");
	add_cells(out, name, NAME_CELLS, false);
	if (row->sum.unpriced == row->sum.calls)
		add_cells(out, STR("?"), 12, true);
	else
		add_usd(out, row->sum.cost, 12);
	add_count(out, row->sum.calls, 11);
	add_bar(v, usd_nanos(row->sum.cost), usd_nanos(whole));
	buf_addch(out, '\n');
}

static void add_more(struct buf *out, size_t count)
{
	struct buf text = BUF_INIT(64);

	buf_add_grouped(&text, (int64_t)count);
	buf_addz(&text, " more");
	buf_addz(out, "  ");
	add_cells(out, buf_str(&text), NAME_CELLS, false);
	buf_release(&text);
}

/* The largest rows of one dimension, and one line for the rest. */
static enum ll_err add_group(
	const struct view *v, const char *title, enum dim_kind dim, struct err *err)
{
	struct buf *out = &v->app->out;
	struct spend spend;
	struct usage_sum rest = { 0 };
	enum ll_err code = query(v, v->range, BUCKET_NONE, dim, &spend, err);

	if (code != LL_OK)
		return code;
	if (spend.count == 0 || (spend.count == 1 && !spend.rows[0].names[0].at))
		return LL_OK;
	buf_addf(out, "%s", title);
	buf_fill(out, ' ', 2 + NAME_CELLS + 12 - strlen(title) - 4);
	buf_addz(out, "cost   requests\n");
	for (size_t i = 0; i < spend.count; i++) {
		if (i < TOP)
			add_group_row(v, &spend.rows[i], spend.total.cost);
		else if ((code = usage_sum_add(&rest, &spend.rows[i].sum)) != LL_OK)
			return ll_fail(err, code, "the sum of spend is out of range");
	}
	if (spend.count > TOP) {
		add_more(out, spend.count - TOP);
		add_usd(out, rest.cost, 12);
		add_count(out, rest.calls, 11);
		buf_addch(out, '\n');
	}
	buf_addch(out, '\n');
	return LL_OK;
}

static void add_block(const struct view *v, const struct block_row *row)
{
	struct buf *out = &v->app->out;
	struct block_rate rate;
	struct civil end = zone_civil(v->zone, row->block->end_ns);

	buf_addz(out, "  ");
	add_cells(out, row->track->source, NAME_CELLS, false);
	add_usd(out, row->block->cost, 12);
	buf_addf(out, "  until %02d:%02d", end.hour, end.minute);
	if (block_project(row->block, v->now_ns, &rate)) {
		buf_addz(out, "  ");
		usd_add_short(out, rate.cost_per_hour);
		buf_addz(out, "/h, ends near ");
		usd_add_short(out, rate.projected_cost);
	}
	buf_addch(out, '\n');
}

/* The window of each source that runs now. */
static enum ll_err add_blocks(const struct view *v, struct err *err)
{
	struct block_report report = {
		.query =
			{
				.range = {.since_ns = v->now_ns - 5 * NS_PER_HOUR,
					.until_ns = v->now_ns},
				.lead_ns = BLOCK_LEAD_NS,
				.only_active = true,
			},
		.zone = v->zone,
		.now_ns = v->now_ns,
	};
	enum ll_err code =
		block_report_load(&report, v->app->reader, &v->app->scope, &v->app->arena, err);

	if (code == LL_OK && report.row_count > 0) {
		buf_addz(&v->app->out, "Running block (5 hours)\n");
		for (size_t i = 0; i < report.row_count; i++)
			add_block(v, &report.rows[i]);
		buf_addch(&v->app->out, '\n');
	}
	block_report_release(&report);
	return code;
}

static enum ll_err add_unpriced(const struct view *v, struct err *err)
{
	struct buf *out = &v->app->out;
	struct spend spend;
	bool has_title = false;
	enum ll_err code = query(v, v->range, BUCKET_NONE, DIM_MODEL, &spend, err);

	if (code != LL_OK)
		return code;
	for (size_t i = 0; i < spend.count; i++) {
		const struct spend_row *row = &spend.rows[i];

		if (row->sum.unpriced == 0)
			continue;
		if (!has_title)
			buf_addz(out, "Without a price (llmlab prices add --help)\n");
		has_title = true;
		buf_addz(out, "  ");
		add_cells(out, row->names[0].at ? row->names[0] : STR("(none)"), NAME_CELLS, false);
		add_cells(out, STR("?"), 12, true);
		add_count(out, row->sum.unpriced, 11);
		buf_addch(out, '\n');
	}
	return LL_OK;
}

enum ll_err overview_add(struct app *app, struct err *err)
{
	struct view v = { .app = app, .now_ns = clock_now_ns(&app->clock) };
	struct timerange all = {
		.since_ns = LIMIT_TIME_MIN_NS, .until_ns = LIMIT_TIME_MAX_NS, .is_open = true
	};
	struct spend total;
	int64_t last_day;
	enum ll_err code = app_zone(app, &v.zone, err);

	if (code != LL_OK || (code = query(&v, all, BUCKET_DAY, DIM_NONE, &total, err)) != LL_OK)
		return code;
	if (total.total.calls == 0) {
		buf_addz(&app->out, "No calls yet: llmlab import reads the logs of the coding "
				    "agents on this machine.\n");
		return LL_OK;
	}
	last_day = zone_day(v.zone, v.now_ns - 1);
	if (total.last_ns < zone_day_start_ns(v.zone, last_day - DAYS + 1))
		last_day = zone_day(v.zone, total.last_ns);
	v.range.since_ns = zone_day_start_ns(v.zone, last_day - DAYS + 1);
	v.range.until_ns = zone_day_start_ns(v.zone, last_day + 1);
	if ((code = add_summary(&v, err)) != LL_OK || (code = add_days(&v, err)) != LL_OK ||
		(code = add_group(&v, "By model", DIM_MODEL, err)) != LL_OK ||
		(code = add_group(&v, "By project", DIM_PROJECT, err)) != LL_OK ||
		(code = add_blocks(&v, err)) != LL_OK ||
		(code = add_group(&v, "Top sessions", DIM_SESSION, err)) != LL_OK)
		return code;
	return add_unpriced(&v, err);
}
