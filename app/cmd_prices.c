/* SPDX-License-Identifier: Apache-2.0 */
/* prices: what models cost, prices of one's own, and old calls priced anew. */
#include "app/app.h"
#include "app/price_words.h"
#include "app/report.h"
#include "app/reprice.h"
#include "app/stdin_text.h"
#include "app/table.h"
#include "base/file.h"
#include "base/text.h"
#include "model/decimal.h"
#include "model/provider.h"
#include "store/price_table.h"

#define PRICE_FILE_BYTES (64u << 20)
#define LINE_BYTES (1u << 20)
#define PER_MILLION_PLACES 6 /* pico-dollars per unit, as dollars per million units */

/* Which rows `list` shows. */
struct selection {
	const struct price_book *book;
	int64_t day;
	struct str provider, model;  /* parts of names; at NULL = all */
	const struct price *matched; /* the row that a whole model id finds, NULL = none */
};

static bool is_same_series(const struct price *a, const struct price *b)
{
	return a->list == b->list && a->from_s == b->from_s && a->until_s == b->until_s &&
		str_eq(a->model, b->model) && str_eq(a->provider, b->provider);
}

/* Has begun, and no later row of the same model has taken its place: the last in the book's
 * order counts. */
static bool is_effective(const struct selection *s, size_t at)
{
	const struct price *price = price_book_at(s->book, at);

	if (price->valid_from_day > s->day)
		return false;
	for (size_t i = at + 1; i < price_book_count(s->book); i++) {
		const struct price *later = price_book_at(s->book, i);

		if (later->valid_from_day <= s->day && is_same_series(price, later))
			return false;
	}
	return true;
}

static bool is_selected(const struct selection *s, size_t at)
{
	const struct price *price = price_book_at(s->book, at);

	if (s->provider.at && !filter_contains(price->provider, s->provider))
		return false;
	if (s->model.at && !filter_contains(price->model, s->model) && price != s->matched)
		return false;
	return is_effective(s, at);
}

/* A run without a store lists the shipped prices. */
static enum ll_err open_book(struct app *app, struct err *err)
{
	enum ll_err code = app_open_reader(app, err);

	return code == LL_OK || code == LL_ENOENT ? app_open_book(app, err) : code;
}

static enum ll_err select_rows(struct app *app, const struct price ***rows, size_t *count,
	struct err *err)
{
	int64_t now_ns = clock_now_ns(&app->clock);
	struct selection s = { .day = now_ns / NS_PER_DAY,
		.provider = args_text(app->args, "provider"),
		.model = str_of(args_at(app->args, 1)) };
	enum ll_err code = open_book(app, err);

	if (!s.model.at)
		s.model = args_text(app->args, "model");

	if (code)
		return code;
	s.book = app->book;
	s.matched = price_book_find(app->book, STR(""), s.model, now_ns);
	*count = 0;
	*rows = arena_alloc(&app->arena, (price_book_count(s.book) + 1) * sizeof(**rows));
	if (!*rows)
		return ll_fail(err, LL_ENOMEM, "out of memory for prices");
	for (size_t i = 0; i < price_book_count(s.book); i++)
		if (is_selected(&s, i))
			(*rows)[(*count)++] = price_book_at(s.book, i);
	return LL_OK;
}

static const struct table_column price_columns[] = {
	{ .title = "provider", .may_cut = true },
	{ .title = "model", .may_cut = true },
	{ .title = "since", .is_wide_only = true },
	{ .title = "hours, UTC" },
	{ .title = "input", .is_number = true },
	{ .title = "output", .is_number = true },
	{ .title = "cache read", .is_number = true },
	{ .title = "write 5 m", .is_number = true, .is_wide_only = true },
	{ .title = "write 1 h", .is_number = true, .is_wide_only = true },
	{ .title = "list" },
};

enum { COLUMN_SINCE = 2, COLUMN_HOURS = 3 }; /* of price_columns */
#define PRICE_COLUMNS (sizeof(price_columns) / sizeof(price_columns[0]))

static void add_rate(struct table *t, int64_t rate_pico)
{
	struct buf text = BUF_INIT(64);

	if (rate_pico == RATE_UNKNOWN)
		buf_addz(&text, "-");
	else
		decimal_add(&text, rate_pico, PER_MILLION_PLACES, 2);
	table_text(t, buf_str(&text));
	buf_release(&text);
}

static bool differ_in_date_only(const struct price *a, const struct price *b)
{
	return a->valid_from_day != b->valid_from_day && a->from_s == b->from_s &&
		a->until_s == b->until_s && str_eq(a->model, b->model) &&
		str_eq(a->provider, b->provider);
}

/* Some rows would look alike without their dates: an own one and the shipped one, say. */
static bool needs_dates(const struct price *const *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count; k++)
			if (differ_in_date_only(rows[i], rows[k]))
				return true;
	return false;
}

static bool needs_hours(const struct price *const *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (price_has_hours(rows[i]))
			return true;
	return false;
}

/* Few models cost more by day than by night: the others need no column for it. */
static size_t choose_columns(struct table_column out[PRICE_COLUMNS],
	const struct price *const *rows, size_t count)
{
	size_t chosen = 0;

	for (size_t i = 0; i < PRICE_COLUMNS; i++) {
		if (i == COLUMN_HOURS && !needs_hours(rows, count))
			continue;
		out[chosen] = price_columns[i];
		if (i == COLUMN_SINCE)
			out[chosen].is_wide_only = !needs_dates(rows, count);
		chosen++;
	}
	return chosen;
}

static void add_price(struct table *t, const struct price *price, bool with_hours)
{
	const int64_t *rates = price->rates[RATES_BASE];
	char day[36], hours[36] = "";

	day_label(price->valid_from_day, day);
	if (price_has_hours(price))
		hours_label(price->from_s, price->until_s, hours);
	table_text(t, price->provider);
	table_text(t, price->model);
	table_text(t, str_of(day));
	if (with_hours)
		table_text(t, str_of(hours));
	add_rate(t, rates[RATE_INPUT]);
	add_rate(t, rates[RATE_OUTPUT]);
	add_rate(t, rates[RATE_CACHE_READ]);
	add_rate(t, rates[RATE_CACHE_WRITE_5M]);
	add_rate(t, rates[RATE_CACHE_WRITE_1H]);
	table_text(t, str_of(price_list_name(price->list)));
}

static void print_table(struct app *app, const struct price *const *rows, size_t count)
{
	struct table_column columns[PRICE_COLUMNS];
	size_t column_count = choose_columns(columns, rows, count);
	struct table *t = table_new(&app->arena, columns, column_count);

	if (count == 0) {
		buf_addz(&app->out, "No price is known for that.\n");
		return;
	}
	for (size_t i = 0; i < count; i++)
		add_price(t, rows[i], column_count == PRICE_COLUMNS);
	if (!app->has_utf8)
		table_use_ascii(t);
	table_print(t, &app->out, app->columns, app->has_color);
	buf_addz(&app->out,
		"US dollars per million tokens; --csv has every rate, and where it comes from.\n");
}

static void print_json(struct app *app, const struct price *const *rows, size_t count)
{
	struct jsonw w;

	app_json(app, &w);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_array(&w);
	for (size_t i = 0; i < count; i++)
		report_price(&w, rows[i]);
	jsonw_array_end(&w);
	report_text(&w, "next", STR(""));
	jsonw_object_end(&w);
	buf_addch(&app->out, '\n');
}

/* Names and origins may come from a file of somebody else's. */
static void print_csv_line(struct app *app, const struct price *row, struct buf *line)
{
	buf_clear(line);
	price_csv_line(line, row);
	text_add_safe(&app->out, str_head(buf_str(line), line->len - (line->len > 0)));
	buf_addch(&app->out, '\n');
}

static void print_csv(struct app *app, const struct price *const *rows, size_t count)
{
	struct buf line = BUF_INIT(LINE_BYTES);

	price_csv_header(&app->out);
	for (size_t i = 0; i < count; i++)
		print_csv_line(app, rows[i], &line);
	buf_release(&line);
}

static enum exit_code list_run(struct app *app)
{
	const struct price **rows;
	struct err err = { 0 };
	size_t count, shown;

	if (args_count(app->args) > 2)
		return app_usage(app, "one MODEL at a time: '%s' is one too many",
			args_at(app->args, 2));
	if (select_rows(app, &rows, &count, &err) != LL_OK)
		return app_fail(app, &err);
	shown = count;
	if (args_given(app->args, "limit") && (size_t)args_number(app->args, "limit") < count)
		shown = (size_t)args_number(app->args, "limit");
	if (args_flag(app->args, "json"))
		print_json(app, rows, shown);
	else if (args_flag(app->args, "csv"))
		print_csv(app, rows, shown);
	else
		print_table(app, rows, shown);
	if (app_write(app, &err) != LL_OK)
		return app_fail(app, &err);
	if (shown < count)
		app_warn(app, "%zu prices are left out by --limit", count - shown);
	return EXIT_OK;
}

static const char *name_of(const char *path)
{
	return strcmp(path, "-") == 0 ? "stdin" : path;
}

static enum ll_err read_file(const char *path, struct buf *text, struct err *err)
{
	if (strcmp(path, "-") == 0)
		return stdin_read(text, "a price file", err);
	return file_slurp(path, text, err);
}

/* input=3 output=15 with --provider and --model. */
static enum ll_err read_words(struct app *app, struct buf *text, struct err *err)
{
	struct price_words words = { .provider = args_text(app->args, "provider"),
		.model = args_text(app->args, "model"), .count = args_count(app->args) - 1 };
	struct str *list = arena_alloc(&app->arena, (words.count + 1) * sizeof(*list));

	if (!list)
		return ll_fail(err, LL_ENOMEM, "out of memory");
	if (!words.model.at)
		return ll_fail(err, LL_EUSAGE,
			"which model? say --model NAME, or name a price file");
	if (!words.provider.at)
		words.provider = provider_of_model(words.model);
	if (!words.provider.len)
		return ll_fail(err, LL_EUSAGE, "who sells '%.*s'? say --provider NAME",
			STR_FMT(words.model));
	if (words.count == 0)
		return ll_fail(err, LL_EUSAGE,
			"which rates? such as input=3 output=15, in US dollars per million tokens");
	for (size_t i = 0; i < words.count; i++)
		list[i] = str_of(args_at(app->args, i + 1));
	words.words = list;
	return price_words_add(text, &words, &app->arena, err);
}

static enum ll_err add_to_book(void *ctx, const struct price *row, struct err *err)
{
	return price_book_add(ctx, row, err);
}

/* A price of the command line has no line that could be named. */
static enum ll_err fail_words(const struct err *why, struct err *err)
{
	struct str said = str_of(why->msg);

	if (str_starts(said, STR("line ")))
		(void)str_cut(&said, ':');
	return ll_fail(err, LL_EUSAGE, "%.*s", STR_FMT(str_trim(said)));
}

/* All rows are read and checked before the first is stored. */
static enum ll_err read_rows(struct app *app, bool is_words, struct price_book *rows,
	struct err *err)
{
	const char *path = args_at(app->args, 1);
	struct buf text = BUF_INIT(PRICE_FILE_BYTES);
	struct err why = { 0 };
	enum ll_err code = is_words ? read_words(app, &text, err) : read_file(path, &text, err);

	if (code == LL_OK) {
		code = price_csv_read(buf_str(&text), PRICE_CUSTOM, add_to_book, rows, &why);
		if (code)
			code = is_words ? fail_words(&why, err) :
				ll_fail(err, code, "%s: %s", name_of(path), why.msg);
	}
	if (code == LL_OK && price_book_count(rows) == 0)
		code = ll_fail(err, LL_ENOENT, "%s has no prices", name_of(path));
	buf_release(&text);
	return code;
}

static enum ll_err store_rows(struct app *app, const struct price_book *rows, int64_t *added,
	struct err *err)
{
	enum ll_err code = app_open_store(app, err);

	for (size_t i = 0; code == LL_OK && i < price_book_count(rows); i++) {
		int64_t id;

		code = price_add(app->store, price_book_at(rows, i), app->actor, &id, err);
		*added += code == LL_OK;
		if (code == LL_EEXIST)
			code = LL_OK;
	}
	return code;
}

static void tell_added(struct app *app, int64_t added, int64_t known)
{
	struct jsonw w;

	if (args_flag(app->args, "json")) {
		app_json(app, &w);
		jsonw_object(&w);
		report_count(&w, "added", added);
		report_count(&w, "known", known);
		jsonw_object_end(&w);
		buf_addch(&app->out, '\n');
		return;
	}
	buf_addf(&app->out, "%lld price%s added", (long long)added, added == 1 ? "" : "s");
	if (known)
		buf_addf(&app->out, ", %lld known already", (long long)known);
	buf_addz(&app->out,
		added ? ". Stored calls keep their cost until `llmlab prices reprice`.\n" : ".\n");
}

static enum exit_code add_rows(struct app *app, bool is_words)
{
	struct price_book *rows = price_book_new();
	struct err err = { 0 };
	int64_t added = 0;
	enum ll_err code = read_rows(app, is_words, rows, &err);

	if (code == LL_OK)
		code = store_rows(app, rows, &added, &err);
	if (code == LL_OK) {
		tell_added(app, added, (int64_t)price_book_count(rows) - added);
		code = app_write(app, &err);
	}
	price_book_free(rows);
	return code == LL_OK ? EXIT_OK : app_fail(app, &err);
}

/* Words with '=' are a price; any other word is a file. */
static enum exit_code add_run(struct app *app)
{
	const char *word = args_at(app->args, 1);

	if (args_said(app->args, "model") || args_said(app->args, "provider") || !word ||
		strchr(word, '='))
		return add_rows(app, true);
	if (args_count(app->args) > 2)
		return app_usage(app, "one file at a time: '%s' is one too many",
			args_at(app->args, 2));
	return add_rows(app, false);
}

static enum exit_code import_run_file(struct app *app)
{
	if (args_count(app->args) != 2)
		return app_usage(app, "'prices import' takes one FILE, or - for stdin");
	return add_rows(app, false);
}

static enum exit_code reprice_run_alone(struct app *app)
{
	if (args_count(app->args) > 1)
		return app_usage(app, "'prices reprice' takes no argument '%s'",
			args_at(app->args, 1));
	return reprice_run(app);
}

static const char *const options[] = { "provider", "model", "since", "until", "dry-run", NULL };

static const struct verb {
	const char *name;
	enum exit_code (*run)(struct app *app);
	const char *options[4]; /* those of `options` that mean something to it */
} verbs[] = {
	{ "list", list_run, { "provider", "model" } },
	{ "add", add_run, { "provider", "model" } },
	{ "import", import_run_file, { NULL } },
	{ "reprice", reprice_run_alone, { "since", "until", "dry-run" } },
};

static bool verb_takes(const struct verb *verb, const char *option)
{
	for (size_t i = 0; verb->options[i]; i++)
		if (strcmp(verb->options[i], option) == 0)
			return true;
	return false;
}

/* Whoever says --dry-run to `add` must not find the price stored. What only the environment or
 * the configuration says is meant for other commands too. */
static enum exit_code run_verb(struct app *app, const struct verb *verb)
{
	for (size_t i = 0; options[i]; i++)
		if (args_said(app->args, options[i]) && !verb_takes(verb, options[i]))
			return app_usage(app, "'prices %s' takes no option '--%s'", verb->name,
				options[i]);
	return verb->run(app);
}

static enum exit_code prices_run(struct app *app)
{
	struct str name = str_of(args_at(app->args, 0));

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (str_eq(name, str_of(verbs[i].name)))
			return run_verb(app, &verbs[i]);
	return run_verb(app, &verbs[0]);
}

const struct command command_prices = {
	.name = "prices",
	.summary = "what models cost; prices of your own; old calls priced anew",
	.arguments = "[list [MODEL] | add RATE=USD... | add FILE | import FILE | reprice]",
	.help = "list: the prices of today, those of MODEL (a part of its name, or a whole id) "
		"and of --provider. With --csv in the format that import reads.\n\n"
		"add: a price of your own, in US dollars per million tokens: --provider and "
		"--model, then input=3 output=15 cache_read=0.3 cache_write_5m=3.75, "
		"valid_from=2026-11-01 or any other column of the format. Or a file of them. Your "
		"own come before the shipped ones.\n\n"
		"import: a file of prices, - for stdin. All of it or, when a line is wrong, "
		"nothing.\n\n"
		"reprice: what calls of the range would cost by the prices of today; shows the "
		"difference by model, asks, and stores it. Without it every call keeps the cost "
		"it was stored with.",
	.options = options,
	.verbs = (const char *const[]){ "list", "add", "import", "reprice", NULL },
	.examples = (const struct command_example[]){
		{ "llmlab prices list sonnet", "what Sonnet models cost" },
		{ "llmlab prices add --provider openai --model gpt-x input=2 output=8",
			"one price" },
		{ "llmlab prices reprice --since 2026-11-01", "and apply it to old calls" },
		{ NULL, NULL },
	},
	.run = prices_run,
};
