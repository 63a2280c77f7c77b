/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The price book: dated rates of models, and the arithmetic from tokens to money.
 *
 * A rate is a whole number of pico-dollars per unit (1 USD per million tokens = 1,000,000
 * pico-dollars per token). An unknown rate is RATE_UNKNOWN, never 0. A row is immutable once
 * a call was priced with it; `id` is the store's.
 *
 * Matching: rows of the user's own first, then the shipped core list, then the extended
 * list. Within a list the model pattern (POSIX ERE, case-sensitive) with the longest match
 * wins; among rows of equal length the last one, in file order, whose date and hours match.
 *
 * Whose rows: a provider that the shipped lists know is priced by its own rows only (Bedrock's
 * prices are not the maker's); any other by its rows in the user's list, then by those of
 * the model's maker, because gateways and proxies pass the maker's price on. An id that
 * matches nothing is tried once more without its path ("models/gemini-2.5-pro").
 */
#ifndef LLMLAB_MODEL_PRICE_H
#define LLMLAB_MODEL_PRICE_H

#include "model/call.h"

#define RATE_UNKNOWN INT64_C(-1)
#define PRICE_DATE_NONE INT64_MIN /* "since ever" */

/* Units that have a rate. Stored and printed: only append. */
enum rate_unit {
	RATE_INPUT,
	RATE_CACHE_READ,
	RATE_CACHE_WRITE_5M,
	RATE_CACHE_WRITE_1H,
	RATE_OUTPUT,
	RATE_WEB_SEARCH, /* a search, not a token */
	RATE_UNITS,
};

/* Columns of rates of one row. Only append. */
enum rate_class {
	RATES_BASE,
	RATES_ABOVE, /* the whole request, once the prompt passes above_tokens */
	RATES_BATCH,
	RATES_PRIORITY,
	RATES_FLEX,
	RATE_CLASSES,
};

enum price_list { PRICE_CUSTOM, PRICE_CORE, PRICE_EXTENDED };

struct price {
	int64_t id; /* 0 = not stored yet */
	enum price_list list;
	struct str provider, model;
	struct str match;            /* ERE on the model id */
	int64_t valid_from_day;      /* days since 1970-01-01 UTC, inclusive; PRICE_DATE_NONE */
	/* Seconds of the UTC day [from, until), whole minutes; may wrap; equal = all day. */
	int32_t from_s, until_s;
	int64_t rates[RATE_CLASSES][RATE_UNITS];
	int64_t above_tokens;        /* prompt tokens; 0 = no such threshold */
	int64_t fast_ppm;            /* multiplier of speed "fast"; 1,000,000 = x1; 0 = unknown */
	int64_t context_window;      /* tokens; 0 = unknown */
	int64_t max_output;
	struct str origin;           /* where the figures come from, UNOFFICIAL included */
};

/* False: the row holds all day. */
static inline bool price_has_hours(const struct price *price)
{
	return price->from_s != price->until_s;
}

struct price_book; /* owns copies of its rows; read-only once built, then any thread */

struct price_book *price_book_new(void);
void price_book_free(struct price_book *book);
/* Copies the row. LL_EINVAL with a message when a figure is out of range (rates 0..1e15 pico)
 * or the pattern does not compile. The latter is found out here only for the user's rows: the
 * shipped ones are tested, and compiled when first needed. Rows are added in file order. */
enum ll_err LL_MUST price_book_add(struct price_book *book, const struct price *row,
	struct err *err);
size_t price_book_count(const struct price_book *book);
const struct price *price_book_at(const struct price_book *book, size_t i);
/* NULL when there is none; provider may be empty: then all rows count, the maker's first. Other
 * names of a provider ("aws.bedrock") are understood. Fills a cache: one thread at a time. */
const struct price *price_book_find(struct price_book *book, struct str provider,
	struct str model, int64_t at_ns);
const struct price *price_book_by_id(const struct price_book *book, int64_t id);

/* Reads the project's price file format (CSV with a header, one column a fact; see
 * model/prices.csv). Calls add for each row; a bad line stops with its number. */
enum ll_err LL_MUST price_csv_read(struct str csv, enum price_list list,
	enum ll_err (*add)(void *ctx, const struct price *row, struct err *err), void *ctx,
	struct err *err);
void price_csv_header(struct buf *b);
void price_csv_line(struct buf *b, const struct price *row);
/* The shipped files, embedded. */
struct str price_csv_shipped(enum price_list list);

/* A line of a bill: qty x (rate x multiplier), where the product in brackets is a rate again, a
 * whole number of pico-dollars (half-even; exact for every shipped row). */
struct cost_line {
	enum rate_unit unit;
	const char *label;      /* "cache write, 1 h" */
	const char *note;       /* NULL, or "1.25 x input: no rate of its own" */
	int64_t qty;
	int64_t rate_pico;
	int64_t multiplier_ppm; /* 1,000,000 = x1 */
};

struct cost {
	struct cost_line lines[RATE_UNITS];
	size_t line_count;
	enum rate_class rate_class;
	const char *unpriced_why; /* NULL, or why there is no total: "no rate for output" */
	struct usd total;         /* lines summed in 128 bits, rounded half-even to nanos once */
	int64_t rounding_pico;    /* total - exact sum, in pico-dollars; |it| <= 500 */
};

/*
 * Prices one call. A unit with quantity 0 needs no rate and makes no line. Missing rates
 * fall back: cache read to input; cache write 5 m to 1.25 x input for Anthropic, else input;
 * 1 h to 2 x input; batch, priority and flex to base, with a note. A long prompt on a tier
 * pays the long-prompt rate times the tier's share of the base rate. Speed "fast" multiplies
 * tokens, not searches; without a known multiplier there is no total.
 * LL_EOVERFLOW when the sum does not fit or a quantity is not 0..LIMIT_TOKENS. price NULL:
 * unpriced.
 */
enum ll_err LL_MUST cost_compute(const struct price *price, const struct tokens *tokens,
	int64_t web_searches, enum call_tier tier, enum call_speed speed, struct cost *out);
/* One line's exact amount as decimal dollars, for `explain`. */
void cost_line_amount(struct buf *b, const struct cost_line *line);

const char *rate_unit_name(enum rate_unit unit);
const char *rate_class_name(enum rate_class rate_class);

#endif
