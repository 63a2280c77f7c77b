/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: how one call's cost came about. The bill is made anew from the stored price row, so
 * that it proves the stored figure and does not only repeat it.
 */
#include "app/app.h"
#include "app/report.h"
#include "app/table.h"
#include "base/limits.h"
#include "base/text.h"
#include "model/decimal.h"
#include "store/price_table.h"

#define PICO_PLACES 12
#define PICO_PER_NANO 1000
#define PER_MILLION_PLACES 6 /* pico-dollars per unit, as dollars per million units */
#define PPM_PLACES 6
#define LABEL_CELLS 11

struct bill {
	struct record record;
	const struct zone *zone;
	bool has_price;
	struct price price; /* the stored row */
	struct cost cost;   /* made anew */
	bool is_reproduced; /* and equal to what is stored */
	bool has_price_now; /* without a price: the book has one today */
};

static __int128 sum_pico(const struct cost *cost)
{
	return (__int128)usd_nanos(cost->total) * PICO_PER_NANO - cost->rounding_pico;
}

static enum ll_err find_newest(struct app *app, struct record *out, struct err *err)
{
	struct record_query query = { .limit = 1,
		.range = { LIMIT_TIME_MIN_NS, LIMIT_TIME_MAX_NS, .is_open = true } };
	struct record_page page;
	enum ll_err code = record_page(app->reader, &app->scope, &query, &app->arena, &page, err);

	if (code)
		return code;
	if (page.count == 0)
		return ll_fail(err, LL_ENOENT,
			"the store has no calls yet; `llmlab import` reads your agents' logs");
	*out = page.rows[0];
	return LL_OK;
}

static enum ll_err find_record(struct app *app, struct record *out, struct err *err)
{
	const char *text = args_at(app->args, 0);
	struct record_id id;

	if (!text)
		return find_newest(app, out, err);
	if (args_count(app->args) > 1)
		return ll_fail(err, LL_EUSAGE, "one call at a time: '%s' is one too many",
			args_at(app->args, 1));
	if (!record_id_parse(str_of(text), &id))
		return ll_fail(err, LL_EUSAGE,
			"'%s' is no id of a call; `llmlab records` shows them, such as 2026-11.42",
			text);
	return record_get(app->reader, &app->scope, id, &app->arena, out, err);
}

static enum ll_err load_price(struct app *app, struct bill *bill, struct err *err)
{
	const struct call *call = &bill->record.call;
	enum ll_err code;

	if (bill->record.price) {
		bill->has_price = true;
		return price_get(app->reader, bill->record.price, &app->arena, &bill->price, err);
	}
	code = app_open_book(app, err);
	if (code == LL_OK)
		bill->has_price_now = price_book_find(app->book, call->provider, call->model,
			call->start_ns) != NULL;
	return code;
}

static enum ll_err compute(struct bill *bill, struct err *err)
{
	const struct record *record = &bill->record;
	const struct call *call = &record->call;
	enum ll_err code = cost_compute(bill->has_price ? &bill->price : NULL, &call->tokens,
		call->web_searches, call->tier, call->speed, &bill->cost);
	bool has_cost = bill->cost.unpriced_why == NULL;

	if (code)
		return ll_fail(err, code, "the cost of this call is out of range");
	bill->is_reproduced = has_cost == record->has_cost &&
		(!has_cost || usd_cmp(bill->cost.total, record->cost) == 0);
	return LL_OK;
}

static enum ll_err load(struct app *app, struct bill *bill, struct err *err)
{
	enum ll_err code = app_open_reader(app, err);

	if (code == LL_OK)
		code = app_zone(app, &bill->zone, err);
	if (code == LL_OK)
		code = find_record(app, &bill->record, err);
	if (code == LL_OK)
		code = load_price(app, bill, err);
	return code == LL_OK ? compute(bill, err) : code;
}

static void write_lines(const struct cost *cost, struct jsonw *w)
{
	jsonw_key(w, "lines");
	jsonw_array(w);
	for (size_t i = 0; i < cost->line_count; i++) {
		const struct cost_line *line = &cost->lines[i];

		jsonw_object(w);
		report_text(w, "unit", str_of(rate_unit_name(line->unit)));
		report_count(w, "quantity", line->qty);
		report_decimal(w, "usd_per_million", line->rate_pico, PER_MILLION_PLACES);
		report_decimal(w, "multiplier", line->multiplier_ppm, PPM_PLACES);
		jsonw_key(w, "amount_usd");
		jsonw_raw(w, STR(""));
		cost_line_amount(w->out, line);
		report_text(w, "note", str_of(line->note));
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void write_json(const struct bill *bill, struct jsonw *w)
{
	const struct cost *cost = &bill->cost;
	bool has_cost = cost->unpriced_why == NULL;

	jsonw_object(w);
	jsonw_key(w, "record");
	report_record(w, &bill->record, bill->zone);
	jsonw_key(w, "price");
	if (bill->has_price)
		report_price(w, &bill->price);
	else
		jsonw_null(w);
	report_text(w, "rates", str_of(rate_class_name(cost->rate_class)));
	write_lines(cost, w);
	if (has_cost) {
		report_decimal(w, "sum_usd", sum_pico(cost), PICO_PLACES);
		report_decimal(w, "rounding_usd", cost->rounding_pico, PICO_PLACES);
	}
	report_usd(w, "cost_usd", has_cost, cost->total);
	report_bool(w, "is_reproduced", bill->is_reproduced);
	report_text(w, "unpriced_reason", str_of(cost->unpriced_why));
	jsonw_object_end(w);
	buf_addch(w->out, '\n');
}

/* "label      ": the text after it is the caller's. */
static void add_label(struct buf *out, const char *label)
{
	size_t len = strlen(label);

	buf_addz(out, label);
	buf_fill(out, ' ', len < LABEL_CELLS ? LABEL_CELLS - len : 1);
}

static void add_field(struct buf *out, const char *label, struct str text)
{
	if (text.len == 0)
		return;
	add_label(out, label);
	text_add_safe(out, text);
	buf_addch(out, '\n');
}

static void add_pair(struct buf *out, struct str left, const char *between, struct str right)
{
	text_add_safe(out, left);
	if (left.len && right.len)
		buf_addz(out, between);
	text_add_safe(out, right);
}

static void add_call(struct buf *out, const struct bill *bill)
{
	const struct record *record = &bill->record;
	const struct call *call = &record->call;
	char time[36];

	add_label(out, "call");
	record_id_add(out, record->id);
	buf_addch(out, '\n');
	add_label(out, "time");
	time_label(bill->zone, call->start_ns, time);
	buf_addf(out, "%s (%s)\n", time, zone_name(bill->zone));
	add_label(out, "source");
	add_pair(out, record->source_name, " on ", record->machine);
	buf_addch(out, '\n');
	add_label(out, "model");
	add_pair(out, call->provider, " / ", call->model);
	buf_addch(out, '\n');
	add_field(out, "project", call->project);
	add_field(out, "session", call->session);
	add_field(out, "agent", call->agent);
	add_label(out, "status");
	buf_addf(out, "%s, tier %s", call_status_name(call->status), call_tier_name(call->tier));
	if (call->speed != SPEED_UNSAID)
		buf_addf(out, ", speed %s", call_speed_name(call->speed));
	buf_addch(out, '\n');
	if (record->is_subscription)
		add_field(out, "plan", STR("subscription: the cost is API value, not money paid"));
}

static void add_price(struct buf *out, const struct bill *bill)
{
	const struct price *price = &bill->price;
	char day[36], hours[36];

	if (!bill->has_price)
		return;
	day_label(price->valid_from_day, day);
	buf_addch(out, '\n');
	add_label(out, "price");
	add_pair(out, price->provider, " / ", price->model);
	buf_addf(out, ", %s list%s%s\n", price_list_name(price->list),
		day[0] ? ", since " : "", day);
	if (price_has_hours(price)) {
		hours_label(price->from_s, price->until_s, hours);
		add_label(out, "hours");
		buf_addf(out, "%s UTC\n", hours);
	}
	add_field(out, "matches", price->match);
	add_field(out, "origin", price->origin);
	if (bill->cost.rate_class == RATES_ABOVE) {
		add_label(out, "rates");
		buf_addz(out, "of prompts above ");
		buf_add_grouped(out, price->above_tokens);
		buf_addz(out, " tokens, for the whole call\n");
	} else if (bill->cost.rate_class != RATES_BASE) {
		add_field(out, "rates", str_of(rate_class_name(bill->cost.rate_class)));
	}
}

static const struct table_column bill_columns[] = {
	{ .title = "" },
	{ .title = "quantity", .is_number = true },
	{ .title = "$ per million", .is_number = true },
	{ .title = "factor", .is_number = true },
	{ .title = "amount", .is_number = true },
};

static void add_decimal(struct table *t, __int128 value, int places)
{
	struct buf text = BUF_INIT(64);

	decimal_add(&text, value, places, 0);
	table_text(t, buf_str(&text));
	buf_release(&text);
}

static void add_amount(struct table *t, __int128 pico)
{
	struct buf text = BUF_INIT(64);

	buf_addz(&text, pico < 0 ? "-$" : "$");
	decimal_add(&text, pico < 0 ? -pico : pico, PICO_PLACES, 2);
	table_text(t, buf_str(&text));
	buf_release(&text);
}

static void add_line(struct table *t, const struct cost_line *line)
{
	struct buf amount = BUF_INIT(64);

	buf_addz(&amount, "$");
	cost_line_amount(&amount, line);
	table_text(t, str_of(line->label));
	table_count(t, line->qty);
	add_decimal(t, line->rate_pico, PER_MILLION_PLACES);
	add_decimal(t, line->multiplier_ppm, PPM_PLACES);
	table_text(t, buf_str(&amount));
	buf_release(&amount);
}

static void add_closing(struct table *t, const char *label, __int128 pico)
{
	table_text(t, str_of(label));
	for (size_t i = 0; i < 3; i++)
		table_text(t, STR(""));
	add_amount(t, pico);
}

static void add_bill(struct app *app, const struct cost *cost)
{
	struct table *t = table_new(&app->arena, bill_columns,
		sizeof(bill_columns) / sizeof(bill_columns[0]));

	for (size_t i = 0; i < cost->line_count; i++)
		add_line(t, &cost->lines[i]);
	if (!cost->unpriced_why) {
		table_rule(t);
		add_closing(t, "sum", sum_pico(cost));
		add_closing(t, "rounding, half to even", cost->rounding_pico);
		add_closing(t, "cost", (__int128)usd_nanos(cost->total) * PICO_PER_NANO);
	}
	buf_addch(&app->out, '\n');
	table_print(t, &app->out, app->columns, app->has_color);
	for (size_t i = 0; i < cost->line_count; i++)
		if (cost->lines[i].note)
			buf_addf(&app->out, "%s: %s\n", cost->lines[i].label, cost->lines[i].note);
}

static void add_recorded(struct buf *out, const struct bill *bill)
{
	const struct call *call = &bill->record.call;
	struct usd difference = call->recorded;

	if (!call->has_recorded)
		return;
	buf_addz(out, "\nThe source itself says $");
	usd_add_exact(out, call->recorded);
	if (bill->cost.unpriced_why || usd_sub(&difference, bill->cost.total) != LL_OK) {
		buf_addz(out, ".\n");
	} else if (usd_cmp(difference, USD_ZERO) == 0) {
		buf_addz(out, ": the same.\n");
	} else {
		buf_addz(out, ": a difference of ");
		usd_add_short(out, difference);
		buf_addz(out, ".\n");
	}
}

static void add_unpriced(struct buf *out, const struct bill *bill)
{
	const struct call *call = &bill->record.call;

	if (!bill->cost.unpriced_why)
		return;
	buf_addf(out, "\nThis call has no cost: %s. ", bill->cost.unpriced_why);
	if (bill->has_price_now) {
		buf_addz(out, "There is one by now; `llmlab prices reprice` applies it.\n");
		return;
	}
	buf_addz(out, "To add one:\n  llmlab prices add --provider ");
	shell_word_add(out, call->provider.len ? call->provider : STR("NAME"));
	buf_addz(out, " --model ");
	shell_word_add(out, call->model);
	buf_addz(out, " input=RATE output=RATE   (US dollars per million tokens)\n"
		"  llmlab prices reprice\n");
}

static void add_text(struct app *app, const struct bill *bill)
{
	add_call(&app->out, bill);
	add_price(&app->out, bill);
	if (bill->cost.line_count)
		add_bill(app, &bill->cost);
	add_unpriced(&app->out, bill);
	add_recorded(&app->out, bill);
}

static enum exit_code explain_run(struct app *app)
{
	struct bill bill = { .has_price = false };
	struct err err = { 0 };
	struct jsonw w;

	if (load(app, &bill, &err) != LL_OK)
		return app_fail(app, &err);
	if (args_flag(app->args, "json")) {
		app_json(app, &w);
		write_json(&bill, &w);
	} else {
		add_text(app, &bill);
	}
	if (app_write(app, &err) != LL_OK)
		return app_fail(app, &err);
	if (bill.is_reproduced)
		return EXIT_OK;
	app_warn(app,
		"the stored cost is another one than its price row gives; `llmlab doctor --deep` "
		"checks the store, `llmlab prices reprice` computes costs anew");
	return EXIT_FAILED;
}

const struct command command_explain = {
	.name = "explain",
	.summary = "how one call's cost came about",
	.arguments = "[RECORD]",
	.help = "Prints the call, the price row that was used and where it comes from, and the "
		"bill line by line: quantity x rate x factor, the sum, the rounding. The bill is "
		"made anew from the stored price row; exit 1 if it does not equal the stored "
		"cost. Without RECORD the newest call; ids are shown by `llmlab records`.",
	.options = (const char *const[]){ NULL },
	.examples = (const struct command_example[]){
		{ "llmlab explain", "the newest call" },
		{ "llmlab explain 2026-11.42", "that one" },
		{ NULL, NULL },
	},
	.run = explain_run,
};
