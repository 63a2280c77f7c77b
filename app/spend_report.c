/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of spend, from the words of --by to the printed rows. */
#include "app/spend_report.h"

#include <stdlib.h>

#include "app/report.h"
#include "app/table.h"

#define COLUMNS_MAX (1 + SPEND_MAX_DIMS + 16)

/* A row without a price is measured by its tokens, after all that have a cost. */
static int by_size(const void *left, const void *right)
{
	const struct spend_row *a = *(const struct spend_row *const *)left;
	const struct spend_row *b = *(const struct spend_row *const *)right;
	int64_t tokens_a = tokens_total(&a->sum.tokens), tokens_b = tokens_total(&b->sum.tokens);
	int order = usd_cmp(b->sum.cost, a->sum.cost);

	if (order == 0)
		order = (tokens_b > tokens_a) - (tokens_b < tokens_a);
	return order ? order : (a > b) - (a < b);
}

static int by_place(const void *left, const void *right)
{
	const struct spend_row *a = *(const struct spend_row *const *)left;
	const struct spend_row *b = *(const struct spend_row *const *)right;

	return (a > b) - (a < b);
}

enum ll_err spend_report_limit(struct spend_report *report, size_t limit, struct arena *a)
{
	struct spend *spend = &report->spend;
	const struct spend_row **rows;

	report->has_limit = true;
	if (spend->count <= limit)
		return LL_OK;
	rows = arena_alloc(a, spend->count * sizeof(*rows));
	if (!rows)
		return LL_ENOMEM;
	for (size_t i = 0; i < spend->count; i++)
		rows[i] = &spend->rows[i];
	qsort(rows, spend->count, sizeof(*rows), by_size);
	qsort(rows, limit, sizeof(*rows), by_place);
	/* In rising order of place, no row is overwritten before it is moved. */
	for (size_t i = 0; i < limit; i++)
		spend->rows[i] = *rows[i];
	report->left_out = spend->count - limit;
	spend->count = limit;
	return LL_OK;
}

static void write_row(const struct spend_query *query, const struct spend_row *row, struct jsonw *w)
{
	char label[SPEND_DIM_LABEL_BYTES];

	jsonw_object(w);
	if (query->bucket != BUCKET_NONE)
		report_time(w, "bucket", query->zone, row->bucket_ns);
	for (size_t i = 0; i < query->dim_count; i++)
		report_text(w, spend_dim_label(&query->dims[i], label), row->names[i]);
	report_usage(w, &row->sum);
	jsonw_object_end(w);
}

void spend_report_json(const struct spend_report *report, struct jsonw *w)
{
	const struct spend *spend = &report->spend;

	jsonw_object(w);
	report_range(w, &report->query.range, report->query.zone);
	report_text(w, "basis", STR("calls"));
	jsonw_key(w, "data");
	jsonw_array(w);
	for (size_t i = 0; i < spend->count; i++)
		write_row(&report->query, &spend->rows[i], w);
	jsonw_array_end(w);
	jsonw_key(w, "totals");
	jsonw_object(w);
	report_usage(w, &spend->total);
	jsonw_object_end(w);
	if (report->has_limit)
		report_count(w, "left_out", (int64_t)report->left_out);
	jsonw_object_end(w);
}

/* The columns of one printing: the bucket, the names, then one of the two sets of figures. */
struct columns {
	struct table_column at[COLUMNS_MAX];
	size_t count;
};

static void add_columns(struct columns *c, const struct table_column *more, size_t count)
{
	PRE(c->count + count <= COLUMNS_MAX);
	memcpy(&c->at[c->count], more, count * sizeof(*more));
	c->count += count;
}

static enum ll_err add_name_columns(struct columns *c, const struct spend_query *query,
	struct arena *a)
{
	if (query->bucket != BUCKET_NONE)
		c->at[c->count++] = (struct table_column){ .title = bucket_name(query->bucket),
			.csv_name = "bucket" };
	for (size_t i = 0; i < query->dim_count; i++) {
		char label[SPEND_DIM_LABEL_BYTES];
		struct str kept = arena_str(a, str_of(spend_dim_label(&query->dims[i], label)));

		if (!kept.at)
			return LL_ENOMEM;
		c->at[c->count++] = (struct table_column){ .title = kept.at, .csv_name = kept.at,
			.may_cut = true };
	}
	return LL_OK;
}

static struct table *new_table(const struct spend_query *query, const struct table_column *figures,
	size_t figure_count, struct arena *a)
{
	struct columns *c = arena_alloc(a, sizeof(*c));

	if (!c || add_name_columns(c, query, a) != LL_OK)
		return NULL;
	add_columns(c, figures, figure_count);
	return table_new(a, c->at, c->count);
}

static void add_name_cells(struct table *t, const struct spend_query *query,
	const struct spend_row *row)
{
	char label[36], exact[36];

	if (query->bucket != BUCKET_NONE) {
		bucket_label(query->bucket, query->zone, row->bucket_ns, label);
		table_cell(t, str_of(label),
			str_of(zone_format(query->zone, row->bucket_ns, exact)));
	}
	for (size_t i = 0; i < query->dim_count; i++) {
		if (row->names[i].len && query->dims[i].kind == DIM_PROJECT)
			table_cell(t, path_tail(row->names[i]), row->names[i]);
		else
			table_text(t, row->names[i]);
	}
}

static const struct table_column csv_figures[] = {
	{ .csv_name = "requests", .is_number = true },
	TABLE_TOKEN_COLUMNS,
	{ .csv_name = "reasoning_tokens", .is_number = true },
	{ .csv_name = "cost_usd", .is_number = true },
	{ .csv_name = "unpriced_requests", .is_number = true },
	{ .csv_name = "subscription_cost_usd", .is_number = true },
	{ .csv_name = "recorded_cost_usd", .is_number = true },
	{ .csv_name = "recorded_requests", .is_number = true },
	{ .csv_name = "error_requests", .is_number = true },
};

static void add_csv_figures(struct table *t, const struct usage_sum *sum)
{
	table_count(t, sum->calls);
	table_tokens(t, &sum->tokens);
	table_count(t, sum->reasoning_tokens);
	table_usd(t, usage_has_cost(sum), sum->cost);
	table_count(t, sum->unpriced);
	table_usd(t, true, sum->subscription);
	table_usd(t, sum->recorded_calls > 0, sum->recorded);
	table_count(t, sum->recorded_calls);
	table_count(t, sum->errors);
}

enum ll_err spend_report_csv(const struct spend_report *report, struct arena *a, struct buf *out)
{
	struct table *t = new_table(&report->query, csv_figures,
		sizeof(csv_figures) / sizeof(csv_figures[0]), a);

	if (!t)
		return LL_ENOMEM;
	for (size_t i = 0; i < report->spend.count; i++) {
		add_name_cells(t, &report->query, &report->spend.rows[i]);
		add_csv_figures(t, &report->spend.rows[i].sum);
	}
	table_csv(t, out);
	return LL_OK;
}

static const struct table_column figures[] = {
	{ .title = "requests", .csv_name = "requests", .is_number = true },
	{ .title = "input", .csv_name = "input_tokens", .is_number = true },
	{ .title = "output", .csv_name = "output_tokens", .is_number = true },
	{ .title = "cache write", .csv_name = "cache_write_tokens", .is_number = true,
		.is_wide_only = true },
	{ .title = "cache read", .csv_name = "cache_read_tokens", .is_number = true,
		.is_wide_only = true },
	{ .title = "cost", .csv_name = "cost_usd", .is_number = true },
};

static void add_cost(struct table *t, const struct usage_sum *sum, bool is_exact)
{
	struct buf text = BUF_INIT(64);

	usage_cost_add(&text, sum, is_exact);
	table_text(t, buf_str(&text));
	buf_release(&text);
}

static void add_figures(struct table *t, const struct usage_sum *sum, bool is_exact)
{
	table_count(t, sum->calls);
	table_count(t, sum->tokens.input);
	table_count(t, sum->tokens.output);
	table_count(t, sum->tokens.cache_write_5m + sum->tokens.cache_write_1h);
	table_count(t, sum->tokens.cache_read);
	add_cost(t, sum, is_exact);
}

static void add_total(struct table *t, const struct spend_report *report, bool is_exact)
{
	size_t names = report->query.dim_count + (report->query.bucket != BUCKET_NONE);

	table_rule(t);
	for (size_t i = 0; i < names; i++)
		table_cell(t, i == 0 ? STR("total") : STR(""), STR(""));
	add_figures(t, &report->spend.total, is_exact);
}

static void add_plan_note(struct buf *out, const struct usage_sum *total)
{
	if (usd_cmp(total->subscription, USD_ZERO) == 0)
		return;
	if (usd_cmp(total->subscription, total->cost) == 0) {
		buf_addz(out, "All of it");
	} else {
		usd_add_short(out, total->subscription);
		buf_addz(out, " of it");
	}
	buf_addz(out, " is API value that subscription plans cover, not money paid.\n");
}

/* What the figures alone would not say. */
static void add_notes(struct buf *out, const struct spend_report *report)
{
	const struct usage_sum *total = &report->spend.total;

	if (report->left_out)
		buf_addf(out, "%zu smaller row%s left out; the total holds %s.\n", report->left_out,
			report->left_out == 1 ? " is" : "s are",
			report->left_out == 1 ? "it" : "them");
	unpriced_note_add(out, total->unpriced);
	add_plan_note(out, total);
}

enum ll_err spend_report_table(const struct spend_report *report, const struct table_look *look,
	struct arena *a, struct buf *out)
{
	struct table *t;

	if (report->spend.total.calls == 0) {
		buf_addz(out, "No calls in this range.\n");
		return LL_OK;
	}
	t = new_table(&report->query, figures, sizeof(figures) / sizeof(figures[0]), a);
	if (!t)
		return LL_ENOMEM;
	for (size_t i = 0; i < report->spend.count; i++) {
		add_name_cells(t, &report->query, &report->spend.rows[i]);
		add_figures(t, &report->spend.rows[i].sum, look->is_exact);
	}
	add_total(t, report, look->is_exact);
	if (look->is_ascii)
		table_use_ascii(t);
	table_print(t, out, look->columns, look->has_color);
	add_notes(out, report);
	return LL_OK;
}

static enum ll_err load(struct app *app, const struct spend_by *by, struct spend_report *report,
	struct err *err)
{
	struct spend_query *query = &report->query;
	enum ll_err code;

	query->bucket = by->bucket;
	memcpy(query->dims, by->dims, sizeof(query->dims));
	query->dim_count = by->dim_count;
	if ((code = app_open_reader(app, err)) != LL_OK ||
		(code = app_zone(app, &query->zone, err)) != LL_OK ||
		(code = app_range(app, &query->range, err)) != LL_OK ||
		(code = app_filter(app, &query->filter, err)) != LL_OK)
		return code;
	code = spend_query(app->reader, &app->scope, query, &app->arena, &report->spend, err);
	if (code == LL_OK && args_given(app->args, "limit") &&
		spend_report_limit(report, (size_t)args_number(app->args, "limit"),
			&app->arena) != LL_OK)
		return ll_fail(err, LL_ENOMEM, "out of memory for %zu rows", report->spend.count);
	return code;
}

static enum ll_err print(struct app *app, const struct spend_report *report, struct err *err)
{
	struct table_look look = { .columns = app->columns, .has_color = app->has_color,
		.is_ascii = !app->has_utf8, .is_exact = args_flag(app->args, "exact") };
	struct jsonw w;

	if (args_flag(app->args, "json")) {
		app_json(app, &w);
		spend_report_json(report, &w);
		buf_addch(&app->out, '\n');
	} else if ((args_flag(app->args, "csv") ? spend_report_csv(report, &app->arena, &app->out)
			: spend_report_table(report, &look, &app->arena, &app->out)) != LL_OK) {
		return ll_fail(err, LL_ENOMEM, "out of memory for %zu rows", report->spend.count);
	}
	return app_write(app, err);
}

enum exit_code spend_report_run(struct app *app, const struct spend_by *by)
{
	struct spend_report report = { 0 };
	struct err err = { 0 };

	if (load(app, by, &report, &err) != LL_OK || print(app, &report, &err) != LL_OK)
		return app_fail(app, &err);
	if (report.left_out && args_flag(app->args, "csv"))
		app_warn(app, "%zu smaller rows are left out by --limit", report.left_out);
	return EXIT_OK;
}
