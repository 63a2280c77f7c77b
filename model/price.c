/* SPDX-License-Identifier: Apache-2.0 */
/* The price book: rows in arenas, and the search for the one that prices a call. */
#include "model/price.h"

#include "base/clock.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "model/pattern.h"
#include "model/provider.h"

#define RATE_MAX INT64_C(1000000000000000) /* pico-dollars: 1000 dollars a token */
#define FAST_PPM_MAX INT64_C(1000000000)
#define PATTERN_BYTES_MAX 4096
#define SECONDS_PER_DAY 86400

#define CANDIDATES_MAX 64    /* rows that match one model id; the worst are left out */
#define CACHED_MODELS 10000u /* then the cache starts anew */

struct row {
	struct price price;
	struct str provider; /* canonical */
	struct pattern pattern;
};

/* The rows that match a model id, best first; which of them counts depends on the time. */
struct candidates {
	size_t count;
	const struct price *at[CANDIDATES_MAX];
};

struct price_book {
	struct arena memory; /* rows and their strings */
	struct row **rows;
	size_t count, cap;
	struct map cache; /* provider and model id to struct candidates */
	struct arena cached;
};

/* Whose rows are looked at. */
enum scope {
	SCOPE_PROVIDER, /* the named provider's */
	SCOPE_MAKER,    /* those of the provider that the model id gives away */
	SCOPE_ANY,      /* everybody's, the maker's first */
};

struct search {
	enum scope scope;
	struct str provider, maker, model;
};

/* How good a match is. */
struct rank {
	enum price_list list;
	bool is_makers;
	size_t len, row;
};

/* --- rows ---------------------------------------------------------------------------- */

static enum ll_err fail_row(const struct price *p, struct err *err, const char *why)
{
	return ll_fail(err, LL_EINVAL, "model '%.*s': %s", STR_FMT(p->model), why);
}

static enum ll_err check_rate(const struct price *p, enum rate_class class, enum rate_unit unit,
	struct err *err)
{
	int64_t rate = p->rates[class][unit];

	if (rate >= RATE_UNKNOWN && rate <= RATE_MAX)
		return LL_OK;
	return ll_fail(err, LL_EINVAL, "model '%.*s': rate '%s' of '%s' is out of range",
		STR_FMT(p->model), rate_unit_name(unit), rate_class_name(class));
}

static bool is_minute_of_day(int32_t seconds)
{
	return seconds >= 0 && seconds <= SECONDS_PER_DAY && seconds % 60 == 0;
}

static bool is_pattern_text(struct str ere)
{
	return ere.len > 0 && ere.len <= PATTERN_BYTES_MAX && !memchr(ere.at, 0, ere.len);
}

static enum ll_err check_figures(const struct price *p, struct err *err)
{
	enum ll_err code = LL_OK;

	if (p->provider.len == 0 || p->model.len == 0)
		return ll_fail(err, LL_EINVAL, "a price needs a provider and a model");
	if (!is_pattern_text(p->match))
		return fail_row(p, err, "the pattern is empty or too long");
	if (!is_minute_of_day(p->from_s) || !is_minute_of_day(p->until_s))
		return fail_row(p, err, "the hours are out of range");
	if (p->fast_ppm < 0 || p->fast_ppm > FAST_PPM_MAX)
		return fail_row(p, err, "the fast multiplier is out of range");
	if (p->above_tokens < 0 || p->context_window < 0 || p->max_output < 0)
		return fail_row(p, err, "a count is negative");
	for (enum rate_class c = 0; code == LL_OK && c < RATE_CLASSES; c++)
		for (enum rate_unit u = 0; code == LL_OK && u < RATE_UNITS; u++)
			code = check_rate(p, c, u, err);
	return code;
}

static bool copy_text(struct arena *a, struct str *text)
{
	*text = arena_str(a, *text);
	return text->at != NULL;
}

/* NULL when out of memory. */
static struct row *copy_row(struct price_book *book, const struct price *price)
{
	struct row *row = arena_alloc(&book->memory, sizeof(*row));

	if (!row)
		return NULL;
	row->price = *price;
	if (!copy_text(&book->memory, &row->price.provider) ||
		!copy_text(&book->memory, &row->price.model) ||
		!copy_text(&book->memory, &row->price.match) ||
		!copy_text(&book->memory, &row->price.origin))
		return NULL;
	row->provider = provider_name(row->price.provider);
	pattern_init(&row->pattern, row->price.match);
	return row;
}

static bool make_room(struct price_book *book)
{
	size_t cap = book->cap ? 2 * book->cap : 256;
	struct row **rows;

	if (book->count < book->cap)
		return true;
	rows = ll_try_realloc(book->rows, cap * sizeof(struct row *));
	if (!rows)
		return false;
	book->rows = rows;
	book->cap = cap;
	return true;
}

static void forget_lookups(struct price_book *book)
{
	map_clear(&book->cache);
	arena_clear(&book->cached);
}

/* --- candidates ---------------------------------------------------------------------- */

static bool is_shipped_provider(const struct price_book *book, struct str provider)
{
	for (size_t i = 0; i < book->count; i++) {
		const struct row *row = book->rows[i];

		if (row->price.list != PRICE_CUSTOM && str_eq(row->provider, provider))
			return true;
	}
	return false;
}

static bool is_in_scope(const struct search *s, const struct row *row)
{
	switch (s->scope) {
	case SCOPE_PROVIDER:
		return str_eq(row->provider, s->provider);
	case SCOPE_MAKER:
		return s->maker.len > 0 && str_eq(row->provider, s->maker);
	case SCOPE_ANY:
		return true;
	}
	return false;
}

static bool is_better(const struct rank *a, const struct rank *b)
{
	if (a->list != b->list)
		return a->list < b->list;
	if (a->is_makers != b->is_makers)
		return a->is_makers;
	if (a->len != b->len)
		return a->len > b->len;
	return a->row > b->row;
}

/* Keeps the best CANDIDATES_MAX in order. */
static void insert(struct candidates *out, struct rank ranks[CANDIDATES_MAX],
	const struct rank *rank, const struct price *price)
{
	size_t i = out->count < CANDIDATES_MAX ? out->count++ : CANDIDATES_MAX - 1;

	if (out->at[i] && is_better(&ranks[i], rank))
		return;
	for (; i > 0 && is_better(rank, &ranks[i - 1]); i--) {
		out->at[i] = out->at[i - 1];
		ranks[i] = ranks[i - 1];
	}
	out->at[i] = price;
	ranks[i] = *rank;
}

static void gather(const struct price_book *book, const struct search *s, struct candidates *out)
{
	struct rank ranks[CANDIDATES_MAX], rank;

	*out = (struct candidates){ .count = 0 };
	for (size_t i = 0; i < book->count; i++) {
		struct row *row = book->rows[i];

		if (!is_in_scope(s, row) || !pattern_match(&row->pattern, s->model, &rank.len))
			continue;
		rank.list = row->price.list;
		rank.is_makers = str_eq(row->provider, s->maker);
		rank.row = i;
		insert(out, ranks, &rank, &row->price);
	}
}

/* Only the named provider's rows when the lists know that provider: its prices are not its
 * neighbour's. Else its rows of the user's own, then those of the model's maker; with no
 * provider given at last everybody's. */
static void gather_scopes(const struct price_book *book, struct str provider, struct str model,
	struct candidates *out)
{
	struct search s = {
		.scope = SCOPE_PROVIDER,
		.provider = provider_name(provider),
		.maker = provider_of_model(model),
		.model = model,
	};

	if (provider.len > 0) {
		gather(book, &s, out);
		if (out->count > 0 || is_shipped_provider(book, s.provider))
			return;
	}
	s.scope = provider.len > 0 ? SCOPE_MAKER : SCOPE_ANY;
	gather(book, &s, out);
}

/* An id that nothing matches is tried again without its path: "models/gemini-2.5-pro",
 * "anthropic/claude-sonnet-4-5". */
static void find_candidates(const struct price_book *book, struct str provider, struct str model,
	struct candidates *out)
{
	const char *slash = memrchr(model.at, '/', model.len);

	gather_scopes(book, provider, model, out);
	if (out->count == 0 && slash)
		gather_scopes(book, provider, str_from(model, (size_t)(slash + 1 - model.at)), out);
}

/* The list itself when it could not be kept: the next lookup then searches again. */
static const struct candidates *remember(struct price_book *book, struct str key,
	const struct candidates *found)
{
	size_t size = offsetof(struct candidates, at) + found->count * sizeof(found->at[0]);
	struct candidates *kept;

	if (book->cache.count >= CACHED_MODELS)
		forget_lookups(book);
	kept = arena_alloc(&book->cached, size);
	if (!kept)
		return found;
	memcpy(kept, found, size);
	return map_put(&book->cache, key, (uint64_t)(uintptr_t)kept) == LL_OK ? kept : found;
}

static bool is_valid_at(const struct price *p, int64_t day, int64_t second)
{
	if (p->valid_from_day != PRICE_DATE_NONE && day < p->valid_from_day)
		return false;
	if (!price_has_hours(p))
		return true;
	if (p->from_s < p->until_s)
		return second >= p->from_s && second < p->until_s;
	return second >= p->from_s || second < p->until_s;
}

static const struct price *pick(const struct candidates *list, int64_t at_ns)
{
	int64_t day = at_ns / NS_PER_DAY - (at_ns % NS_PER_DAY < 0);
	int64_t second = (at_ns - day * NS_PER_DAY) / NS_PER_S;

	for (size_t i = 0; i < list->count; i++)
		if (is_valid_at(list->at[i], day, second))
			return list->at[i];
	return NULL;
}

/* --- the book ------------------------------------------------------------------------ */

struct price_book *price_book_new(void)
{
	struct price_book *book = ll_alloc(sizeof(*book));

	arena_init(&book->memory, 0);
	arena_init(&book->cached, 0);
	map_init(&book->cache);
	return book;
}

void price_book_free(struct price_book *book)
{
	if (!book)
		return;
	for (size_t i = 0; i < book->count; i++)
		pattern_release(&book->rows[i]->pattern);
	ll_free(book->rows);
	map_release(&book->cache);
	arena_release(&book->cached);
	arena_release(&book->memory);
	ll_free(book);
}

enum ll_err price_book_add(struct price_book *book, const struct price *price, struct err *err)
{
	enum ll_err code = check_figures(price, err);
	struct row *row;

	if (code != LL_OK)
		return code;
	row = make_room(book) ? copy_row(book, price) : NULL;
	if (!row)
		return ll_fail(err, LL_ENOMEM, "out of memory for prices");
	if (price->list == PRICE_CUSTOM)
		code = pattern_compile(&row->pattern, err);
	if (code != LL_OK)
		return code;
	book->rows[book->count++] = row;
	forget_lookups(book);
	return LL_OK;
}

size_t price_book_count(const struct price_book *book)
{
	return book->count;
}

const struct price *price_book_at(const struct price_book *book, size_t i)
{
	return &book->rows[i]->price;
}

const struct price *price_book_find(struct price_book *book, struct str provider, struct str model,
	int64_t at_ns)
{
	char key[2 * LIMIT_NAME_BYTES + 1];
	struct str whole = { key, provider.len + 1 + model.len };
	const struct candidates *list;
	struct candidates found;
	uint64_t cached;

	if (provider.len > LIMIT_NAME_BYTES || model.len > LIMIT_NAME_BYTES || model.len == 0)
		return NULL;
	if (provider.len > 0)
		memcpy(key, provider.at, provider.len);
	key[provider.len] = '\n';
	memcpy(key + provider.len + 1, model.at, model.len);
	if (map_find(&book->cache, whole, &cached)) {
		list = (const struct candidates *)(uintptr_t)cached;
	} else {
		find_candidates(book, provider, model, &found);
		list = remember(book, whole, &found);
	}
	return pick(list, at_ns);
}

const struct price *price_book_by_id(const struct price_book *book, int64_t id)
{
	for (size_t i = 0; i < book->count; i++)
		if (book->rows[i]->price.id == id)
			return &book->rows[i]->price;
	return NULL;
}
