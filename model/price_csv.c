/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Price files: CSV (RFC 4180) with a header; lines that are empty or begin with '#' are
 * skipped. Columns may come in any order and be left out, but for provider and model; an
 * empty cell is "not known", never zero.
 *
 *	provider        anthropic openai google x-ai mistral cohere deepseek groq together
 *	                azure openrouter aws moonshotai fireworks; other names for these are
 *	                understood (model/provider.c), and any other provider may have rows
 *	model           the row's name; rows of one model differ in dates and hours
 *	match           POSIX ERE on the model id; empty = exactly `model`
 *	valid_from      YYYY-MM-DD, a UTC day; empty = since ever
 *	hours_utc       HH:MM-HH:MM, may pass midnight; empty = all day
 *	input ...       US dollars per million tokens; web_search per thousand searches
 *	above_tokens    a longer prompt makes the above_ rates count, for the whole request
 *	batch_ ...      rates of a service tier; where they are empty the plain ones count
 *	fast            factor of speed "fast"; 1 = no surcharge
 *	context_window, max_output   tokens
 *	origin          where the figures come from
 */
#include "base/clock.h"
#include "base/csv.h"
#include "base/embed.h"
#include "model/decimal.h"
#include "model/price.h"

EMBED(price_csv_core, "model/prices.csv");
EMBED(price_csv_extended, "model/prices_extended.csv");

#define PRICES_BYTES_MAX (64u << 20)
#define RATE_PLACES 6   /* dollars per million tokens to pico-dollars per token */
#define SEARCH_PLACES 9 /* dollars per thousand searches to pico-dollars per search */
#define FACTOR_PLACES 6 /* to ppm */
#define MINUTES_PER_DAY 1440

enum column_kind {
	COLUMN_TEXT,
	COLUMN_DATE,
	COLUMN_HOURS,
	COLUMN_RATE,
	COLUMN_SEARCH,
	COLUMN_COUNT,
	COLUMN_FACTOR,
};

struct column {
	const char *name;
	enum column_kind kind;
	size_t offset; /* of the member in struct price */
};

struct reader {
	struct csv csv;
	const struct column *columns[CSV_CELLS_MAX];
	size_t column_count;
};

#define RATES(prefix, class)                                                                  \
	{ prefix "input", COLUMN_RATE, offsetof(struct price, rates[class][RATE_INPUT]) },    \
	{ prefix "cache_read", COLUMN_RATE,                                                   \
		offsetof(struct price, rates[class][RATE_CACHE_READ]) },                      \
	{ prefix "cache_write_5m", COLUMN_RATE,                                               \
		offsetof(struct price, rates[class][RATE_CACHE_WRITE_5M]) },                  \
	{ prefix "cache_write_1h", COLUMN_RATE,                                               \
		offsetof(struct price, rates[class][RATE_CACHE_WRITE_1H]) },                  \
	{ prefix "output", COLUMN_RATE, offsetof(struct price, rates[class][RATE_OUTPUT]) },  \
	{ prefix "web_search", COLUMN_SEARCH,                                                 \
		offsetof(struct price, rates[class][RATE_WEB_SEARCH]) }

/* In the order in which they are written. */
static const struct column columns[] = {
	{ "provider", COLUMN_TEXT, offsetof(struct price, provider) },
	{ "model", COLUMN_TEXT, offsetof(struct price, model) },
	{ "match", COLUMN_TEXT, offsetof(struct price, match) },
	{ "valid_from", COLUMN_DATE, offsetof(struct price, valid_from_day) },
	{ "hours_utc", COLUMN_HOURS, 0 },
	RATES("", RATES_BASE),
	{ "above_tokens", COLUMN_COUNT, offsetof(struct price, above_tokens) },
	RATES("above_", RATES_ABOVE),
	RATES("batch_", RATES_BATCH),
	RATES("priority_", RATES_PRIORITY),
	RATES("flex_", RATES_FLEX),
	{ "fast", COLUMN_FACTOR, offsetof(struct price, fast_ppm) },
	{ "context_window", COLUMN_COUNT, offsetof(struct price, context_window) },
	{ "max_output", COLUMN_COUNT, offsetof(struct price, max_output) },
	{ "origin", COLUMN_TEXT, offsetof(struct price, origin) },
};

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static struct str *text_at(struct price *row, const struct column *c)
{
	return (struct str *)(void *)((char *)row + c->offset);
}

static int64_t *number_at(struct price *row, const struct column *c)
{
	return (int64_t *)(void *)((char *)row + c->offset);
}

static enum ll_err fail_at(const struct reader *r, struct err *err, const char *why)
{
	return ll_fail(err, LL_EDECODE, "line %lld: %s", (long long)r->csv.line, why);
}

/* --- reading -------------------------------------------------------------------------- */

/* "HH:MM", up to 24:00, to seconds. */
static bool read_clock(struct str text, int32_t *seconds)
{
	struct str hours = str_cut(&text, ':');
	int64_t h, m;

	if (hours.len != 2 || text.len != 2 || !str_to_i64(hours, &h) || !str_to_i64(text, &m) ||
		h < 0 || m < 0 || m > 59 || h * 60 + m > MINUTES_PER_DAY)
		return false;
	*seconds = (int32_t)(h * 60 + m) * 60;
	return true;
}

static bool read_hours(struct str text, struct price *row)
{
	struct str from = str_cut(&text, '-');

	return read_clock(from, &row->from_s) && read_clock(text, &row->until_s) &&
		row->from_s != row->until_s;
}

static bool read_date(struct str text, int64_t *day)
{
	int64_t t_ns;
	bool has_zone;
	char midnight[32];

	if (text.len != 10)
		return false;
	memcpy(midnight, text.at, 10);
	memcpy(midnight + 10, "T00:00:00Z", 11);
	if (!time_parse(str_of(midnight), &t_ns, &has_zone))
		return false;
	*day = t_ns / NS_PER_DAY - (t_ns % NS_PER_DAY < 0);
	return true;
}

/* Exact and not negative: a figure that would have to be rounded is refused. */
static bool read_amount(struct str text, int places, int64_t *out)
{
	bool is_exact;
	int64_t value;

	if (!decimal_parse(text, places, &value, &is_exact) || !is_exact || value < 0)
		return false;
	*out = value;
	return true;
}

static bool read_cell(const struct column *c, struct str cell, struct price *row)
{
	switch (c->kind) {
	case COLUMN_TEXT:
		*text_at(row, c) = cell;
		return true;
	case COLUMN_DATE:
		return read_date(cell, number_at(row, c));
	case COLUMN_HOURS:
		return read_hours(cell, row);
	case COLUMN_RATE:
		return read_amount(cell, RATE_PLACES, number_at(row, c));
	case COLUMN_SEARCH:
		return read_amount(cell, SEARCH_PLACES, number_at(row, c));
	case COLUMN_COUNT:
		return read_amount(cell, 0, number_at(row, c));
	case COLUMN_FACTOR:
		return read_amount(cell, FACTOR_PLACES, number_at(row, c));
	}
	return false;
}

/* A pattern for exactly this model id; {NULL,0} when out of memory. */
static struct str pattern_of(struct arena *a, struct str model)
{
	char *at = arena_alloc(a, 2 * model.len + 3);
	size_t len = 0;

	if (!at)
		return (struct str){ NULL, 0 };
	at[len++] = '^';
	for (size_t i = 0; i < model.len; i++) {
		if (memchr("\\^$.[]()|*+?{}", model.at[i], 14))
			at[len++] = '\\';
		at[len++] = model.at[i];
	}
	at[len++] = '$';
	return (struct str){ at, len };
}

static struct price blank_row(enum price_list list)
{
	struct price row = { .list = list, .valid_from_day = PRICE_DATE_NONE };

	for (size_t c = 0; c < RATE_CLASSES; c++)
		for (size_t u = 0; u < RATE_UNITS; u++)
			row.rates[c][u] = RATE_UNKNOWN;
	return row;
}

static enum ll_err read_row(struct reader *r, struct price *row, struct err *err)
{
	if (r->csv.cell_count != r->column_count)
		return ll_fail(err, LL_EDECODE, "line %lld: %zu cells, but the header has %zu",
			(long long)r->csv.line, r->csv.cell_count, r->column_count);
	for (size_t i = 0; i < r->csv.cell_count; i++)
		if (r->csv.cells[i].len > 0 && !read_cell(r->columns[i], r->csv.cells[i], row))
			return ll_fail(err, LL_EDECODE, "line %lld: '%s' cannot be '%.*s'",
				(long long)r->csv.line, r->columns[i]->name,
				STR_FMT(r->csv.cells[i]));
	if (row->provider.len == 0 || row->model.len == 0)
		return fail_at(r, err, "a price needs a provider and a model");
	if (row->match.len == 0)
		row->match = pattern_of(&r->csv.memory, row->model);
	return row->match.at ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory for prices");
}

static const struct column *find_column(struct str name)
{
	for (size_t i = 0; i < COLUMNS; i++)
		if (str_eq(name, str_of(columns[i].name)))
			return &columns[i];
	return NULL;
}

static bool has_column(const struct reader *r, const struct column *c)
{
	for (size_t i = 0; i < r->column_count; i++)
		if (r->columns[i] == c)
			return true;
	return false;
}

static enum ll_err read_header(struct reader *r, struct err *err)
{
	enum ll_err code = csv_read(&r->csv, err);

	if (code != LL_OK)
		return code;
	for (size_t i = 0; i < r->csv.cell_count; i++) {
		const struct column *c = find_column(r->csv.cells[i]);

		if (!c || has_column(r, c))
			return ll_fail(err, LL_EDECODE, "line %lld: '%.*s' is %s",
				(long long)r->csv.line, STR_FMT(r->csv.cells[i]),
				c ? "there twice" : "no column of a price file");
		r->columns[r->column_count++] = c;
	}
	if (!has_column(r, find_column(STR("provider"))) ||
		!has_column(r, find_column(STR("model"))))
		return fail_at(r, err, "a price file needs the columns 'provider' and 'model'");
	return LL_OK;
}

/* Puts the line in front of what the receiver said. */
static enum ll_err name_line(const struct reader *r, enum ll_err code, struct err *err)
{
	struct err said = err ? *err : (struct err){ .code = code };

	return ll_fail(err, code, "line %lld: %.400s", (long long)r->csv.line,
		said.msg[0] ? said.msg : ll_err_text(code));
}

static enum ll_err read_rows(struct reader *r, enum price_list list,
	enum ll_err (*add)(void *ctx, const struct price *row, struct err *err), void *ctx,
	struct err *err)
{
	enum ll_err code = LL_OK;

	while (code == LL_OK && csv_find(&r->csv)) {
		struct price row = blank_row(list);

		code = csv_read(&r->csv, err);
		if (code == LL_OK)
			code = read_row(r, &row, err);
		if (code != LL_OK)
			return code;
		code = add(ctx, &row, err);
	}
	return code == LL_OK ? LL_OK : name_line(r, code, err);
}

enum ll_err price_csv_read(struct str csv, enum price_list list,
	enum ll_err (*add)(void *ctx, const struct price *row, struct err *err), void *ctx,
	struct err *err)
{
	struct reader r = { .column_count = 0 };
	enum ll_err code = LL_OK;

	csv_init(&r.csv, csv, PRICES_BYTES_MAX);
	if (csv_find(&r.csv))
		code = read_header(&r, err);
	if (code == LL_OK)
		code = read_rows(&r, list, add, ctx, err);
	csv_release(&r.csv);
	return code;
}

/* --- writing ------------------------------------------------------------------------- */

static bool needs_quotes(struct str text)
{
	if (text.len == 0)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (memchr(",\"#\r\n", text.at[i], 5))
			return true;
	return str_trim(text).len != text.len;
}

static void add_text(struct buf *b, struct str text)
{
	if (needs_quotes(text))
		csv_add_quoted(b, text);
	else
		buf_add(b, text);
}

static void add_date(struct buf *b, int64_t day)
{
	int32_t year;
	int month, day_of_month;

	if (day == PRICE_DATE_NONE)
		return;
	civil_from_days(day, &year, &month, &day_of_month);
	buf_addf(b, "%04d-%02d-%02d", year, month, day_of_month);
}

static void add_hours(struct buf *b, const struct price *row)
{
	int from = row->from_s / 60, until = row->until_s / 60;

	if (price_has_hours(row))
		buf_addf(b, "%02d:%02d-%02d:%02d", from / 60, from % 60, until / 60, until % 60);
}

static void add_rate(struct buf *b, int64_t rate_pico, int places)
{
	if (rate_pico != RATE_UNKNOWN)
		decimal_add(b, rate_pico, places, 0);
}

/* 0 is "not known" here. */
static void add_number(struct buf *b, int64_t value, int places)
{
	if (value != 0)
		decimal_add(b, value, places, 0);
}

static void add_cell(struct buf *b, const struct column *c, struct price *row)
{
	switch (c->kind) {
	case COLUMN_TEXT:
		add_text(b, *text_at(row, c));
		break;
	case COLUMN_DATE:
		add_date(b, *number_at(row, c));
		break;
	case COLUMN_HOURS:
		add_hours(b, row);
		break;
	case COLUMN_RATE:
		add_rate(b, *number_at(row, c), RATE_PLACES);
		break;
	case COLUMN_SEARCH:
		add_rate(b, *number_at(row, c), SEARCH_PLACES);
		break;
	case COLUMN_COUNT:
		add_number(b, *number_at(row, c), 0);
		break;
	case COLUMN_FACTOR:
		add_number(b, *number_at(row, c), FACTOR_PLACES);
		break;
	}
}

void price_csv_header(struct buf *b)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		if (i > 0)
			buf_addch(b, ',');
		buf_addz(b, columns[i].name);
	}
	buf_addch(b, '\n');
}

void price_csv_line(struct buf *b, const struct price *row)
{
	struct price copy = *row;

	for (size_t i = 0; i < COLUMNS; i++) {
		if (i > 0)
			buf_addch(b, ',');
		add_cell(b, &columns[i], &copy);
	}
	buf_addch(b, '\n');
}

struct str price_csv_shipped(enum price_list list)
{
	switch (list) {
	case PRICE_CUSTOM:
		break;
	case PRICE_CORE:
		return EMBEDDED(price_csv_core);
	case PRICE_EXTENDED:
		return EMBEDDED(price_csv_extended);
	}
	return (struct str){ NULL, 0 };
}
