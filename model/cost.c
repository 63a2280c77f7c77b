/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The arithmetic of a bill. Everything is whole pico-dollars in 128 bits until the one
 * rounding to nanos: 6 lines of 2^40 units at 1e15 pico-dollars (2^50), multiplied by at
 * most 2e9 (a long-prompt ratio and a tier's or speed's, each up to 1000, doubled for a
 * cache write), stay below 2^124.
 */
#include "base/limits.h"
#include "model/decimal.h"
#include "model/price.h"

#define PPM 1000000
#define MULTIPLIER_MAX INT64_C(1000000000)
#define PICO_PER_NANO 1000
#define PICO_PLACES 12

/* The rate that a unit is charged, and how it came about. */
struct charge {
	int64_t rate_pico;
	int64_t multiplier_ppm;
	const char *note;
};

static const struct unit_info {
	const char *name, *label, *missing;
} units[RATE_UNITS] = {
	[RATE_INPUT] = { "input", "input", "no rate for input" },
	[RATE_CACHE_READ] = { "cache_read", "cache read", "no rate for cache reads" },
	[RATE_CACHE_WRITE_5M] = { "cache_write_5m", "cache write, 5 min",
		"no rate for cache writes" },
	[RATE_CACHE_WRITE_1H] = { "cache_write_1h", "cache write, 1 h",
		"no rate for cache writes" },
	[RATE_OUTPUT] = { "output", "output", "no rate for output" },
	[RATE_WEB_SEARCH] = { "web_search", "web search", "no rate for web searches" },
};

/* Said on a line when the class has no rate of its own for the unit. */
static const struct class_info {
	const char *name, *base_note, *above_note;
} classes[RATE_CLASSES] = {
	[RATES_BASE] = { "base", NULL, NULL },
	[RATES_ABOVE] = { "above", "base rate: no long-prompt rate of its own", NULL },
	[RATES_BATCH] = { "batch", "base rate: no batch rate of its own",
		"long-prompt rate: its batch discount is not known" },
	[RATES_PRIORITY] = { "priority", "base rate: no priority rate of its own",
		"long-prompt rate: its priority surcharge is not known" },
	[RATES_FLEX] = { "flex", "base rate: no flex rate of its own",
		"long-prompt rate: its flex discount is not known" },
};

static enum rate_class class_of_tier(enum call_tier tier)
{
	switch (tier) {
	case TIER_STANDARD:
		return RATES_BASE;
	case TIER_BATCH:
		return RATES_BATCH;
	case TIER_FLEX:
		return RATES_FLEX;
	case TIER_PRIORITY:
		return RATES_PRIORITY;
	}
	return RATES_BASE;
}

static bool is_above(const struct price *p, const struct tokens *t)
{
	return p->above_tokens > 0 && tokens_prompt(t) > p->above_tokens;
}

static bool is_anthropic(const struct price *p)
{
	return str_has(p->provider, STR("anthropic")) || str_has(p->model, STR("claude"));
}

/* part / whole of a unit's rates, when both are known and it is a whole number of ppm. */
static bool find_ratio(const struct price *p, enum rate_class part, enum rate_unit unit,
	int64_t *ppm)
{
	int64_t rate = p->rates[part][unit], base = p->rates[RATES_BASE][unit];

	if (rate < 0 || base <= 0 || (__int128)rate * PPM % base != 0 ||
		(__int128)rate * PPM / base > MULTIPLIER_MAX)
		return false;
	*ppm = (int64_t)((__int128)rate * PPM / base);
	return true;
}

static void multiply(struct charge *charge, int64_t ppm)
{
	__int128 product = (__int128)charge->multiplier_ppm * ppm;

	charge->multiplier_ppm = (int64_t)decimal_divide(product, PPM);
}

/* The class's own rate, else the base rate; a long prompt scales that as it does input. */
static bool charge_own(const struct price *p, enum rate_class class, enum rate_unit unit,
	struct charge *charge)
{
	int64_t own = p->rates[class][unit], base = p->rates[RATES_BASE][unit];

	*charge = (struct charge){ own >= 0 ? own : base, PPM, NULL };
	if (own >= 0 || base < 0 || unit == RATE_WEB_SEARCH)
		return charge->rate_pico >= 0;
	charge->note = classes[class].base_note;
	if (class == RATES_ABOVE && find_ratio(p, class, RATE_INPUT, &charge->multiplier_ppm))
		charge->note = "base rate, raised as input is for long prompts";
	return true;
}

/* What a cached token costs when the row says nothing of it: a multiple of input. */
static bool charge_as_input(const struct price *p, enum rate_class class, enum rate_unit unit,
	struct charge *charge)
{
	bool has_premium = is_anthropic(p);

	if (!charge_own(p, class, RATE_INPUT, charge))
		return false;
	switch (unit) {
	case RATE_CACHE_READ:
		charge->note = "input rate: no rate of its own";
		return true;
	case RATE_CACHE_WRITE_5M:
		charge->note = has_premium ? "1.25 x input: no rate of its own" :
			"input rate: no rate of its own";
		multiply(charge, has_premium ? PPM + PPM / 4 : PPM);
		return true;
	case RATE_CACHE_WRITE_1H:
		charge->note = "2 x input: no rate of its own";
		multiply(charge, 2 * PPM);
		return true;
	case RATE_INPUT:
	case RATE_OUTPUT:
	case RATE_WEB_SEARCH:
	case RATE_UNITS:
		break;
	}
	return false;
}

/* A tier's discount or surcharge on top of the long-prompt rate. */
static void apply_tier(const struct price *p, enum rate_class tier, enum rate_unit unit,
	struct charge *charge)
{
	int64_t ppm;

	if (tier == RATES_BASE || unit == RATE_WEB_SEARCH)
		return;
	if (find_ratio(p, tier, unit, &ppm))
		multiply(charge, ppm);
	else
		charge->note = classes[tier].above_note;
}

static void add_line(struct cost *out, enum rate_unit unit, int64_t qty,
	const struct charge *charge)
{
	out->lines[out->line_count++] = (struct cost_line){
		.unit = unit,
		.label = units[unit].label,
		.note = charge->note,
		.qty = qty,
		.rate_pico = charge->rate_pico,
		.multiplier_ppm = charge->multiplier_ppm,
	};
}

/* A multiplied rate is a rate again: a whole number of pico-dollars per unit. */
static __int128 line_pico(const struct cost_line *line)
{
	return line->qty * decimal_divide((__int128)line->rate_pico * line->multiplier_ppm, PPM);
}

static enum ll_err add_up(struct cost *out)
{
	__int128 sum = 0, nanos;

	for (size_t i = 0; i < out->line_count; i++)
		sum += line_pico(&out->lines[i]);
	nanos = decimal_divide(sum, PICO_PER_NANO);
	if (nanos > INT64_MAX)
		return LL_EOVERFLOW;
	out->total = usd_of_nanos((int64_t)nanos);
	out->rounding_pico = (int64_t)(nanos * PICO_PER_NANO - sum);
	return LL_OK;
}

static bool is_countable(const int64_t qty[RATE_UNITS])
{
	for (size_t i = 0; i < RATE_UNITS; i++)
		if (qty[i] < 0 || qty[i] > LIMIT_TOKENS)
			return false;
	return true;
}

/* One line per unit that was used; the first unit without a rate is named. */
static void charge_units(const struct price *p, const int64_t qty[RATE_UNITS], enum call_tier tier,
	int64_t speed_ppm, struct cost *out)
{
	for (enum rate_unit unit = 0; unit < RATE_UNITS; unit++) {
		struct charge charge;

		if (qty[unit] == 0)
			continue;
		if (!charge_own(p, out->rate_class, unit, &charge) &&
			!charge_as_input(p, out->rate_class, unit, &charge)) {
			if (!out->unpriced_why)
				out->unpriced_why = units[unit].missing;
			continue;
		}
		if (out->rate_class == RATES_ABOVE)
			apply_tier(p, class_of_tier(tier), unit, &charge);
		if (unit != RATE_WEB_SEARCH)
			multiply(&charge, speed_ppm);
		add_line(out, unit, qty[unit], &charge);
	}
}

enum ll_err cost_compute(const struct price *price, const struct tokens *tokens,
	int64_t web_searches, enum call_tier tier, enum call_speed speed, struct cost *out)
{
	const int64_t qty[RATE_UNITS] = {
		[RATE_INPUT] = tokens->input,
		[RATE_CACHE_READ] = tokens->cache_read,
		[RATE_CACHE_WRITE_5M] = tokens->cache_write_5m,
		[RATE_CACHE_WRITE_1H] = tokens->cache_write_1h,
		[RATE_OUTPUT] = tokens->output,
		[RATE_WEB_SEARCH] = web_searches,
	};

	*out = (struct cost){ .rate_class = class_of_tier(tier) };
	if (!is_countable(qty))
		return LL_EOVERFLOW;
	if (!price) {
		out->unpriced_why = "no price for this model";
		return LL_OK;
	}
	if (is_above(price, tokens))
		out->rate_class = RATES_ABOVE;
	if (speed == SPEED_FAST && price->fast_ppm == 0) {
		out->unpriced_why = "no known price for speed 'fast'";
		return LL_OK;
	}
	charge_units(price, qty, tier, speed == SPEED_FAST ? price->fast_ppm : PPM, out);
	return out->unpriced_why ? LL_OK : add_up(out);
}

void cost_line_amount(struct buf *b, const struct cost_line *line)
{
	decimal_add(b, line_pico(line), PICO_PLACES, 2);
}

const char *rate_unit_name(enum rate_unit unit)
{
	return units[unit].name;
}

const char *rate_class_name(enum rate_class rate_class)
{
	return classes[rate_class].name;
}
