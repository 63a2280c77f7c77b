/* SPDX-License-Identifier: Apache-2.0 */
/* Five-hour windows, from the calls of the store to the printed rows. */
#include "app/block_report.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/report.h"
#include "app/table.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/source.h"

#define WINDOW_NS (5 * NS_PER_HOUR)

/* Where the calls of each source row go, while they are read. */
struct feed {
	struct block_report *report;
	const struct source *sources;
	struct block_track **track_of; /* one a source */
	size_t source_count;
	size_t last;                   /* calls of one source often follow each other */
};

static struct block_track *find_track(struct block_report *report, struct str source)
{
	for (size_t i = 0; i < report->track_count; i++)
		if (str_eq(report->tracks[i].source, source))
			return &report->tracks[i];
	report->tracks[report->track_count].source = source;
	return &report->tracks[report->track_count++];
}

static enum ll_err open_tracks(struct feed *feed, struct store_reader *r, const struct scope *scope,
	struct arena *a, struct err *err)
{
	struct block_report *report = feed->report;
	struct source *sources;
	enum ll_err code = source_list(r, scope, a, &sources, &feed->source_count, err);

	if (code || feed->source_count == 0)
		return code;
	feed->sources = sources;
	feed->track_of = arena_alloc(a, feed->source_count * sizeof(*feed->track_of));
	report->tracks = arena_alloc(a, feed->source_count * sizeof(*report->tracks));
	if (!feed->track_of || !report->tracks)
		return ll_fail(err, LL_ENOMEM, "out of memory for %zu sources", feed->source_count);
	for (size_t i = 0; i < feed->source_count; i++)
		if (report->query.source.len == 0 || str_eq(report->query.source, sources[i].name))
			feed->track_of[i] = find_track(report, sources[i].name);
	return LL_OK;
}

/* NULL: a source that is not asked for, or one made since the sources were listed. */
static struct block_track *track_of(struct feed *feed, int64_t source)
{
	for (size_t i = 0; i < feed->source_count; i++) {
		size_t at = (feed->last + i) % feed->source_count;

		if (feed->sources[at].id == source) {
			feed->last = at;
			return feed->track_of[at];
		}
	}
	return NULL;
}

static enum ll_err take_call(void *ctx, const struct record *record, struct err *err)
{
	struct block_track *track = track_of(ctx, record->source);
	enum ll_err code;

	if (!track)
		return LL_OK;
	code = block_push(&track->blocks, record->call.start_ns, &record->call.tokens, record->cost,
		record->has_cost);
	if (code)
		return ll_fail(err, code, "cannot sum the windows of '%.*s': %s",
			STR_FMT(track->source), ll_err_text(code));
	return LL_OK;
}

/* A clock that runs ahead somewhere must not make a window of tomorrow run today. */
static bool is_running(const struct block_report *report, const struct block *b)
{
	return b->start_ns <= report->now_ns && block_is_active(b, report->now_ns);
}

static bool is_shown(const struct block_report *report, const struct block *b)
{
	if (report->query.only_active)
		return is_running(report, b);
	return b->end_ns > report->query.range.since_ns &&
		b->start_ns < report->query.range.until_ns;
}

static int by_start(const void *left, const void *right)
{
	const struct block_row *a = left, *b = right;

	if (a->block->start_ns != b->block->start_ns)
		return a->block->start_ns < b->block->start_ns ? -1 : 1;
	return str_cmp(a->track->source, b->track->source);
}

static void cut_rows(struct block_report *report)
{
	size_t limit = report->query.limit;

	if (limit == 0 || report->row_count <= limit)
		return;
	report->left_out = report->row_count - limit;
	report->rows += report->left_out;
	report->row_count = limit;
}

static struct usage_sum sum_of(const struct block *b)
{
	return (struct usage_sum){ .calls = b->calls, .unpriced = b->unpriced,
		.tokens = b->tokens, .cost = b->cost };
}

static enum ll_err add_up(struct block_report *report)
{
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < report->row_count; i++) {
		struct usage_sum sum = sum_of(report->rows[i].block);

		code = usage_sum_add(&report->total, &sum);
	}
	return code;
}

enum ll_err block_report_choose(struct block_report *report, struct arena *a, struct err *err)
{
	size_t count = 0;

	for (size_t i = 0; i < report->track_count; i++)
		count += report->tracks[i].blocks.count;
	report->rows = arena_alloc(a, (count + 1) * sizeof(*report->rows));
	if (!report->rows)
		return ll_fail(err, LL_ENOMEM, "out of memory for %zu windows", count);
	for (size_t i = 0; i < report->track_count; i++) {
		const struct block_track *track = &report->tracks[i];

		for (size_t k = 0; k < track->blocks.count; k++)
			if (is_shown(report, &track->blocks.at[k]))
				report->rows[report->row_count++] =
					(struct block_row){ track, &track->blocks.at[k] };
	}
	qsort(report->rows, report->row_count, sizeof(*report->rows), by_start);
	cut_rows(report);
	if (add_up(report) != LL_OK)
		return ll_fail(err, LL_EOVERFLOW, "the sum of all windows is out of range");
	return LL_OK;
}

/* A window that touches the range is read whole, and from where its start is certain. */
static struct timerange reading_range(const struct block_query *query)
{
	struct timerange range = query->range;

	range.since_ns = range.since_ns - LIMIT_TIME_MIN_NS > query->lead_ns ?
		range.since_ns - query->lead_ns : LIMIT_TIME_MIN_NS;
	range.until_ns = LIMIT_TIME_MAX_NS - range.until_ns > WINDOW_NS ?
		range.until_ns + WINDOW_NS : LIMIT_TIME_MAX_NS;
	return range;
}

enum ll_err block_report_load(struct block_report *report, struct store_reader *r,
	const struct scope *scope, struct arena *a, struct err *err)
{
	struct record_query query = { .range = reading_range(&report->query),
		.filter = report->query.filter, .oldest_first = true };
	struct feed feed = { .report = report };
	enum ll_err code = open_tracks(&feed, r, scope, a, err);

	if (code == LL_OK)
		code = record_each(r, scope, &query, false, take_call, &feed, err);
	return code == LL_OK ? block_report_choose(report, a, err) : code;
}

void block_report_release(struct block_report *report)
{
	for (size_t i = 0; i < report->track_count; i++)
		block_list_release(&report->tracks[i].blocks);
	*report = (struct block_report){ 0 };
}

const struct block *block_report_active(const struct block_report *report)
{
	for (size_t i = 0; i < report->track_count; i++) {
		const struct block_list *list = &report->tracks[i].blocks;

		for (size_t k = list->count; k-- > 0;)
			if (is_running(report, &list->at[k]))
				return &list->at[k];
	}
	return NULL;
}

static bool has_cost(const struct block *b)
{
	struct usage_sum sum = sum_of(b);

	return usage_has_cost(&sum);
}

/* Only a running window has a pace and an end to foresee. */
static bool find_rate(const struct block_report *report, const struct block *b,
	struct block_rate *rate)
{
	return is_running(report, b) && block_project(b, report->now_ns, rate);
}

static void write_rate(const struct block_report *report, const struct block *b, struct jsonw *w)
{
	struct block_rate rate;

	if (!find_rate(report, b, &rate)) {
		report_text(w, "burn_rate", STR(""));
		report_text(w, "projection", STR(""));
		return;
	}
	jsonw_key(w, "burn_rate");
	jsonw_object(w);
	report_count(w, "tokens_per_minute", rate.tokens_per_min);
	report_usd(w, "cost_usd_per_hour", has_cost(b), rate.cost_per_hour);
	jsonw_object_end(w);
	jsonw_key(w, "projection");
	jsonw_object(w);
	report_count(w, "remaining_minutes", rate.remaining_min);
	report_count(w, "tokens", rate.projected_tokens);
	report_usd(w, "cost_usd", has_cost(b), rate.projected_cost);
	jsonw_object_end(w);
}

static void write_known_time(const struct block_report *report, const char *key, int64_t t_ns,
	struct jsonw *w)
{
	if (t_ns)
		report_time(w, key, report->zone, t_ns);
	else
		report_text(w, key, STR(""));
}

static void write_row(const struct block_report *report, const struct block_row *row,
	struct jsonw *w)
{
	const struct block *b = row->block;

	jsonw_object(w);
	report_text(w, "source", row->track->source);
	report_time(w, "start", report->zone, b->start_ns);
	report_time(w, "end", report->zone, b->end_ns);
	write_known_time(report, "first", b->first_ns, w);
	write_known_time(report, "last", b->last_ns, w);
	report_bool(w, "is_gap", b->is_gap);
	report_bool(w, "is_active", is_running(report, b));
	report_count(w, "requests", b->calls);
	report_tokens(w, &b->tokens);
	report_usd(w, "cost_usd", has_cost(b), b->cost);
	report_count(w, "unpriced_requests", b->unpriced);
	write_rate(report, b, w);
	jsonw_object_end(w);
}

void block_report_json(const struct block_report *report, struct jsonw *w)
{
	jsonw_object(w);
	report_range(w, &report->query.range, report->zone);
	report_text(w, "basis", STR("calls"));
	jsonw_key(w, "data");
	jsonw_array(w);
	for (size_t i = 0; i < report->row_count; i++)
		write_row(report, &report->rows[i], w);
	jsonw_array_end(w);
	jsonw_key(w, "totals");
	jsonw_object(w);
	report_count(w, "requests", report->total.calls);
	report_tokens(w, &report->total.tokens);
	report_usd(w, "cost_usd", usage_has_cost(&report->total), report->total.cost);
	report_count(w, "unpriced_requests", report->total.unpriced);
	jsonw_object_end(w);
	jsonw_object_end(w);
}

static void add_time_cell(struct table *t, const struct block_report *report, int64_t t_ns)
{
	char text[36] = "";

	if (t_ns)
		zone_format(report->zone, t_ns, text);
	table_text(t, str_of(text));
}

static void add_flag_cell(struct table *t, bool is_set)
{
	table_text(t, is_set ? STR("true") : STR("false"));
}

static const struct table_column csv_columns[] = {
	{ .csv_name = "source" },
	{ .csv_name = "start" },
	{ .csv_name = "end" },
	{ .csv_name = "first" },
	{ .csv_name = "last" },
	{ .csv_name = "is_gap" },
	{ .csv_name = "is_active" },
	{ .csv_name = "requests", .is_number = true },
	TABLE_TOKEN_COLUMNS,
	{ .csv_name = "cost_usd", .is_number = true },
	{ .csv_name = "unpriced_requests", .is_number = true },
};

void block_report_csv(const struct block_report *report, struct arena *a, struct buf *out)
{
	struct table *t = table_new(a, csv_columns, sizeof(csv_columns) / sizeof(csv_columns[0]));

	for (size_t i = 0; i < report->row_count; i++) {
		const struct block *b = report->rows[i].block;

		table_text(t, report->rows[i].track->source);
		add_time_cell(t, report, b->start_ns);
		add_time_cell(t, report, b->end_ns);
		add_time_cell(t, report, b->first_ns);
		add_time_cell(t, report, b->last_ns);
		add_flag_cell(t, b->is_gap);
		add_flag_cell(t, is_running(report, b));
		table_count(t, b->calls);
		table_tokens(t, &b->tokens);
		table_usd(t, has_cost(b), b->cost);
		table_count(t, b->unpriced);
	}
	table_csv(t, out);
}

static void add_window_cell(struct table *t, const struct block_report *report,
	const struct block *b)
{
	char start[36], window[64];
	struct civil end = zone_civil(report->zone, b->end_ns);

	minute_label(report->zone, b->start_ns, true, start);
	snprintf(window, sizeof(window), "%s - %02d:%02d", start, end.hour, end.minute);
	table_text(t, str_of(b->is_gap ? start : window));
}

static void add_state_cell(struct table *t, const struct block_report *report,
	const struct block *b)
{
	struct buf text = BUF_INIT(64);

	if (b->is_gap) {
		buf_addz(&text, "pause ");
		minutes_add(&text, (b->end_ns - b->start_ns) / NS_PER_MIN);
	} else if (is_running(report, b)) {
		minutes_add(&text, (b->end_ns - report->now_ns) / NS_PER_MIN);
		buf_addz(&text, " left");
	}
	table_cell(t, buf_str(&text), buf_str(&text));
	buf_release(&text);
}

static void add_figure_cells(struct table *t, const struct usage_sum *sum, bool is_gap)
{
	struct buf tokens = BUF_INIT(64), cost = BUF_INIT(64);

	if (is_gap) {
		for (size_t i = 0; i < 3; i++)
			table_text(t, STR(""));
		return;
	}
	table_count(t, sum->calls);
	short_count_add(&tokens, tokens_total(&sum->tokens));
	table_text(t, buf_str(&tokens));
	usage_cost_add(&cost, sum, false);
	table_text(t, buf_str(&cost));
	buf_release(&tokens);
	buf_release(&cost);
}

/* Of one source alone nobody needs the name: its table begins at the second column. */
static const struct table_column columns_of_people[] = {
	{ .title = "source", .may_cut = true },
	{ .title = "window" },
	{ .title = "" },
	{ .title = "requests", .is_number = true, .is_wide_only = true },
	{ .title = "tokens", .is_number = true },
	{ .title = "cost", .is_number = true },
};

static void add_pace(struct buf *out, const struct block_report *report,
	const struct block_row *row)
{
	struct civil end = zone_civil(report->zone, row->block->end_ns);
	struct block_rate rate;

	if (!find_rate(report, row->block, &rate))
		return;
	text_add_safe(out, row->track->source);
	buf_addz(out, " now: ");
	short_count_add(out, rate.tokens_per_min);
	buf_addz(out, " tokens/min, ");
	usd_add_short(out, rate.cost_per_hour);
	buf_addz(out, "/h; at this pace ");
	short_count_add(out, rate.projected_tokens);
	buf_addz(out, " tokens and ");
	usd_add_short(out, rate.projected_cost);
	buf_addf(out, " by %02d:%02d.\n", end.hour, end.minute);
}

static void add_notes(struct buf *out, const struct block_report *report)
{
	for (size_t i = 0; i < report->row_count; i++)
		add_pace(out, report, &report->rows[i]);
	if (report->left_out)
		buf_addf(out, "%zu older windows are left out.\n", report->left_out);
	unpriced_note_add(out, report->total.unpriced);
}

static void add_total(struct table *t, const struct block_report *report, size_t skipped)
{
	table_rule(t);
	table_text(t, STR("total"));
	for (size_t i = skipped; i < 2; i++)
		table_text(t, STR(""));
	add_figure_cells(t, &report->total, false);
}

void block_report_table(const struct block_report *report, int columns, bool has_color,
	struct arena *a, struct buf *out)
{
	size_t skipped = report->track_count == 1;
	struct table *t = table_new(a, columns_of_people + skipped,
		sizeof(columns_of_people) / sizeof(columns_of_people[0]) - skipped);

	if (report->row_count == 0) {
		buf_addz(out, report->query.only_active ? "No window is running.\n" :
			"No calls in this range.\n");
		return;
	}
	for (size_t i = 0; i < report->row_count; i++) {
		const struct block *b = report->rows[i].block;
		struct usage_sum sum = sum_of(b);

		if (!skipped)
			table_text(t, report->rows[i].track->source);
		add_window_cell(t, report, b);
		add_state_cell(t, report, b);
		add_figure_cells(t, &sum, b->is_gap);
	}
	add_total(t, report, skipped);
	table_print(t, out, columns, has_color);
	add_notes(out, report);
}
