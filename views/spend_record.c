/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One record as lines of text: what is known of the call, the price row that was used, and the
 * bill made anew from it, so that it proves the stored cost and does not only repeat it.
 */
#include "base/text.h"
#include "model/decimal.h"
#include "views/figure.h"
#include "views/spend.h"

#define PICO_PLACES 12
#define PICO_PER_NANO 1000
#define PER_MILLION_PLACES 6 /* pico-dollars per unit, as dollars per million units */
#define PPM_PLACES 6
#define LABEL_CELLS 12
#define UNIT_CELLS 22

void spend_record_name(struct record_id id, char out[48])
{
	struct buf b = BUF_INIT(47);

	record_id_add(&b, id);
	memcpy(out, b.at ? b.at : "", b.len + 1);
	buf_release(&b);
}

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

static void add_pair(struct buf *out, const char *label, struct str left, const char *between,
	struct str right)
{
	if (left.len == 0 && right.len == 0)
		return;
	add_label(out, label);
	text_add_safe(out, left);
	buf_addz(out, left.len && right.len ? between : "");
	text_add_safe(out, right);
	buf_addch(out, '\n');
}

static void add_times(struct buf *out, const struct call *call, const struct zone *z)
{
	add_label(out, "time");
	figure_time(out, z, call->start_ns);
	buf_addf(out, " (%s)", zone_name(z));
	if (call->latency_ms >= 0) {
		buf_addz(out, ", took ");
		figure_duration(out, call->latency_ms);
	}
	if (call->ttft_ms >= 0) {
		buf_addz(out, ", first token after ");
		figure_duration(out, call->ttft_ms);
	}
	buf_addch(out, '\n');
}

static void add_tokens(struct buf *out, const struct call *call)
{
	const struct tokens *t = &call->tokens;

	add_label(out, "tokens");
	buf_add_grouped(out, tokens_total(t));
	buf_addz(out, ": input ");
	buf_add_grouped(out, t->input);
	buf_addz(out, ", cache read ");
	buf_add_grouped(out, t->cache_read);
	buf_addz(out, ", cache write ");
	buf_add_grouped(out, t->cache_write_5m + t->cache_write_1h);
	buf_addz(out, ", output ");
	buf_add_grouped(out, t->output);
	if (call->reasoning_tokens) {
		buf_addz(out, " (reasoning ");
		buf_add_grouped(out, call->reasoning_tokens);
		buf_addch(out, ')');
	}
	buf_addch(out, '\n');
}

static void add_call(struct buf *out, const struct record *record, const struct zone *z)
{
	const struct call *call = &record->call;
	char name[48];

	spend_record_name(record->id, name);
	add_field(out, "record", str_of(name));
	add_times(out, call, z);
	add_pair(out, "source", record->source_name, " on ", record->machine);
	add_pair(out, "model", call->provider, " / ", call->model);
	add_field(out, "project", call->project);
	add_field(out, "user", call->user);
	add_field(out, "key", call->api_key);
	add_field(out, "session", call->session);
	add_field(out, "agent", call->agent);
	for (size_t i = 0; i < call->tag_count; i++)
		add_pair(out, i ? "" : "tags", call->tags[i].name, "=", call->tags[i].value);
	add_label(out, "status");
	buf_addf(out, "%s, tier %s\n", call_status_name(call->status), call_tier_name(call->tier));
	add_tokens(out, call);
	if (record->is_subscription)
		add_field(out, "plan", STR("subscription: the cost is API value, not money paid"));
}

static void add_day(struct buf *out, int64_t day)
{
	int32_t year;
	int month, of_month;

	civil_from_days(day, &year, &month, &of_month);
	buf_addf(out, ", since %04d-%02d-%02d", (int)year, month, of_month);
}

static void add_price(struct buf *out, const struct spend_model *m)
{
	static const char *const lists[] = { [PRICE_CUSTOM] = "custom", [PRICE_CORE] = "core",
		[PRICE_EXTENDED] = "extended" };
	const struct price *price = &m->price;

	if (!m->has_price)
		return;
	buf_addch(out, '\n');
	add_label(out, "price");
	text_add_safe(out, price->provider);
	buf_addz(out, " / ");
	text_add_safe(out, price->model);
	buf_addf(out, ", %s list", lists[price->list]);
	if (price->valid_from_day != PRICE_DATE_NONE)
		add_day(out, price->valid_from_day);
	buf_addch(out, '\n');
	add_field(out, "origin", price->origin);
	if (m->cost.rate_class == RATES_ABOVE) {
		add_label(out, "rates");
		buf_addz(out, "of prompts above ");
		buf_add_grouped(out, price->above_tokens);
		buf_addz(out, " tokens, for the whole call\n");
	} else if (m->cost.rate_class != RATES_BASE) {
		add_field(out, "rates", str_of(rate_class_name(m->cost.rate_class)));
	}
}

/* Right-aligned in so many cells; what is added is ASCII. */
static void add_right(struct buf *out, const struct buf *text, size_t cells)
{
	buf_fill(out, ' ', text->len < cells ? cells - text->len : 0);
	buf_add(out, buf_str(text));
}

static void add_decimal(struct buf *out, __int128 value, int places, size_t cells)
{
	struct buf text = BUF_INIT(64);

	decimal_add(&text, value, places, 0);
	add_right(out, &text, cells);
	buf_release(&text);
}

static void add_amount(struct buf *out, __int128 pico)
{
	struct buf text = BUF_INIT(64);

	buf_addz(&text, pico < 0 ? "-$" : "$");
	decimal_add(&text, pico < 0 ? -pico : pico, PICO_PLACES, 2);
	add_right(out, &text, 20);
	buf_addch(out, '\n');
	buf_release(&text);
}

static void add_left(struct buf *out, const char *text, size_t cells)
{
	size_t len = strlen(text);

	buf_addz(out, text);
	buf_fill(out, ' ', len < cells ? cells - len : 1);
}

static void add_line(struct buf *out, const struct cost_line *line)
{
	struct buf quantity = BUF_INIT(64), amount = BUF_INIT(64);

	buf_add_grouped(&quantity, line->qty);
	buf_addch(&amount, '$');
	cost_line_amount(&amount, line);
	add_left(out, line->label, UNIT_CELLS);
	add_right(out, &quantity, 12);
	add_decimal(out, line->rate_pico, PER_MILLION_PLACES, 15);
	add_decimal(out, line->multiplier_ppm, PPM_PLACES, 8);
	add_right(out, &amount, 20);
	buf_addch(out, '\n');
	buf_release(&quantity);
	buf_release(&amount);
}

static void add_closing(struct buf *out, const char *label, __int128 pico)
{
	add_left(out, label, UNIT_CELLS + 35);
	add_amount(out, pico);
}

static void add_bill(struct buf *out, const struct cost *cost)
{
	__int128 total = (__int128)usd_nanos(cost->total) * PICO_PER_NANO;

	if (cost->line_count == 0)
		return;
	buf_addch(out, '\n');
	add_left(out, "", UNIT_CELLS);
	buf_addz(out, "    quantity  $ per million  factor              amount\n");
	for (size_t i = 0; i < cost->line_count; i++)
		add_line(out, &cost->lines[i]);
	if (!cost->unpriced_why) {
		add_closing(out, "sum", total - cost->rounding_pico);
		add_closing(out, "rounding, half to even", cost->rounding_pico);
		add_closing(out, "cost", total);
	}
	for (size_t i = 0; i < cost->line_count; i++)
		if (cost->lines[i].note)
			buf_addf(out, "%s: %s\n", cost->lines[i].label, cost->lines[i].note);
}

static void add_recorded(struct buf *out, const struct spend_model *m)
{
	const struct call *call = &m->record.call;

	if (!call->has_recorded)
		return;
	buf_addz(out, "\nThe source itself says $");
	usd_add_exact(out, call->recorded);
	buf_addz(out, !m->cost.unpriced_why && usd_cmp(call->recorded, m->cost.total) == 0 ?
		": the same.\n" : ".\n");
}

static void add_verdict(struct buf *out, const struct spend_model *m)
{
	bool has_cost = m->cost.unpriced_why == NULL;

	if (!has_cost)
		buf_addf(out, "\n? This call has no cost: %s. %s\n", m->cost.unpriced_why,
			m->has_price_now ? "There is a price by now: reprice applies it." :
			"Add a price for its model.");
	else if (!m->record.has_cost || usd_cmp(m->cost.total, m->record.cost) != 0)
		buf_addz(out, "\n! The stored cost is another one than its price row gives.\n");
}

void spend_record_text(struct buf *out, const struct spend_model *m, const struct zone *z)
{
	add_call(out, &m->record, z);
	add_price(out, m);
	add_bill(out, &m->cost);
	add_verdict(out, m);
	add_recorded(out, m);
}
