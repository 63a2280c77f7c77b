/* SPDX-License-Identifier: Apache-2.0 */
/* The price book and its files: which row prices a call, and what is refused. */
#include "tests/support/suite.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/fault.h"
#include "model/pattern.h"
#include "model/price.h"
#include "model/provider.h"

static enum ll_err add_to_book(void *book, const struct price *row, struct err *err)
{
	return price_book_add(book, row, err);
}

static void read_into(struct price_book *book, struct str csv, enum price_list list)
{
	struct err err = { 0 };

	assert_ok(price_csv_read(csv, list, add_to_book, book, &err), &err);
}

static struct price_book *book_of(const char *core)
{
	struct price_book *book = price_book_new();

	read_into(book, str_of(core), PRICE_CORE);
	return book;
}

static struct price_book *shipped(void)
{
	struct price_book *book = price_book_new();

	read_into(book, price_csv_shipped(PRICE_CORE), PRICE_CORE);
	read_into(book, price_csv_shipped(PRICE_EXTENDED), PRICE_EXTENDED);
	return book;
}

static int64_t at(const char *time)
{
	int64_t t_ns;
	bool has_zone;

	assert_true(time_parse(str_of(time), &t_ns, &has_zone));
	return t_ns;
}

static const struct price *find_at(struct price_book *book, const char *provider, const char *model,
	const char *time)
{
	return price_book_find(book, str_of(provider), str_of(model), at(time));
}

static const struct price *find(struct price_book *book, const char *provider, const char *model)
{
	return find_at(book, provider, model, "2026-10-01T12:00:00Z");
}

static void assert_found(struct price_book *book, const char *provider, const char *model,
	const char *row_provider, const char *row_model)
{
	const struct price *p = find(book, provider, model);

	if (!p) {
		fail_msg("no price for '%s' of '%s'", model, provider);
		return; /* not reached, which clang-tidy does not know */
	}
	if (!str_eq(p->provider, str_of(row_provider)) || !str_eq(p->model, str_of(row_model)))
		fail_msg("'%s' of '%s' is priced by '%.*s' of '%.*s'", model, provider,
			STR_FMT(p->model), STR_FMT(p->provider));
}

static int64_t input_rate(const struct price *p)
{
	assert_non_null(p);
	return p->rates[RATES_BASE][RATE_INPUT];
}

static void check_rate_at(struct price_book *book, const char *provider, const char *model,
	const char *time, int64_t input_pico)
{
	assert_int_equal(input_rate(find_at(book, provider, model, time)), input_pico);
}

/* --- the shipped files ----------------------------------------------------------------- */

static void shipped_rows__are__plausible_and_match_their_own_model(void **state)
{
	struct price_book *book = shipped();
	size_t unlike = 0;

	(void)state;
	assert_true(price_book_count(book) > 1500);
	for (size_t i = 0; i < price_book_count(book); i++) {
		const struct price *p = price_book_at(book, i);
		struct pattern pattern;
		struct err err = { 0 };
		size_t len;

		pattern_init(&pattern, p->match);
		assert_ok(pattern_compile(&pattern, &err), &err);
		if (!pattern_match(&pattern, p->model, &len)) {
			unlike++;
			print_message("'%.*s' does not match its own id\n", STR_FMT(p->model));
		}
		pattern_release(&pattern);
		assert_true(p->origin.len > 0);
		assert_true(p->rates[RATES_BASE][RATE_INPUT] >= 0);
		assert_true(p->above_tokens == 0 || p->rates[RATES_ABOVE][RATE_INPUT] >= 0);
	}
	assert_int_equal(unlike, 0);
	price_book_free(book);
}

/* Written out again, the files are the same byte for byte: each figure is read exactly. */
static void shipped_files__return__to_the_same_text(void **state)
{
	(void)state;
	for (enum price_list list = PRICE_CORE; list <= PRICE_EXTENDED; list++) {
		struct str text = price_csv_shipped(list);
		struct price_book *book = price_book_new();
		struct buf b = BUF_INIT(1u << 20);

		read_into(book, text, list);
		price_csv_header(&b);
		for (size_t i = 0; i < price_book_count(book); i++)
			price_csv_line(&b, price_book_at(book, i));
		assert_int_equal(buf_status(&b), LL_OK);
		while (text.at[0] == '#')
			str_cut(&text, '\n');
		assert_true(str_eq(buf_str(&b), text));
		buf_release(&b);
		price_book_free(book);
	}
}

static void shipped_prices__know__what_people_use(void **state)
{
	struct price_book *book = shipped();

	(void)state;
	assert_found(book, "anthropic", "claude-sonnet-4-5-20250929", "anthropic",
		"claude-sonnet-4-5");
	assert_found(book, "anthropic", "claude-opus-4-20250514", "anthropic", "claude-opus-4-0");
	assert_found(book, "anthropic", "claude-sonnet-5-5", "anthropic", "claude-sonnet-5-5");
	assert_found(book, "openai", "gpt-5.1-codex", "openai", "gpt-5.1");
	assert_found(book, "google", "gemini-2.5-pro", "google", "gemini-2.5-pro");
	assert_found(book, "gcp.gemini", "models/gemini-2.5-pro", "google", "gemini-2.5-pro");
	assert_found(book, "aws.bedrock", "us.anthropic.claude-sonnet-4-20250514-v1:0", "aws",
		"regional.anthropic.claude-sonnet-4-20250514-v1:0");
	assert_found(book, "", "us.anthropic.claude-sonnet-4-20250514-v1:0", "aws",
		"regional.anthropic.claude-sonnet-4-20250514-v1:0");
	assert_found(book, "azure", "gpt-4o", "azure", "gpt-4o");
	assert_null(find(book, "anthropic", "no-such-model"));
	assert_null(find(book, "", "no-such-model"));
	assert_null(find(book, "anthropic", ""));
	price_book_free(book);
}

static void shipped_prices__change__with_date_and_hour(void **state)
{
	struct price_book *book = shipped();

	(void)state;
	check_rate_at(book, "openai", "gpt-5.6-terra", "2026-07-29T23:59:59.999Z", 2500000);
	check_rate_at(book, "openai", "gpt-5.6-terra", "2026-07-30T00:00:00Z", 2000000);
	check_rate_at(book, "deepseek", "deepseek-chat", "2026-10-01T00:29:59Z", 135000);
	check_rate_at(book, "deepseek", "deepseek-chat", "2026-10-01T00:30:00Z", 270000);
	check_rate_at(book, "deepseek", "deepseek-chat", "2026-10-01T16:30:00Z", 135000);
	price_book_free(book);
}

/* --- lookup ------------------------------------------------------------------------------ */

static void price_book_find__takes__the_longest_match_then_the_last_row(void **state)
{
	struct price_book *book = book_of("provider,model,match,valid_from,input\n"
		"acme,long,^model-large-2,,3\n"
		"acme,short,^model-large,,1\n"
		"acme,short,^model-large,2026-01-01,2\n"
		"acme,late,^model-large-2-x,2030-01-01,9\n");

	(void)state;
	assert_int_equal(input_rate(find(book, "acme", "model-large-2")), 3000000);
	assert_int_equal(input_rate(find(book, "acme", "model-large-1")), 2000000);
	check_rate_at(book, "acme", "model-large-1", "2025-12-31T23:59:59Z", 1000000);
	/* The longest is not valid yet: the next one is. */
	assert_int_equal(input_rate(find(book, "acme", "model-large-2-x")), 3000000);
	assert_null(find(book, "acme", "Model-large"));
	price_book_free(book);
}

static void price_book_find__wraps__hours_past_midnight(void **state)
{
	struct price_book *book = book_of("provider,model,hours_utc,input\n"
		"acme,m,,1\n"
		"acme,m,22:00-02:00,5\n");

	(void)state;
	check_rate_at(book, "acme", "m", "2026-01-01T21:59:59Z", 1000000);
	check_rate_at(book, "acme", "m", "2026-01-01T22:00:00Z", 5000000);
	check_rate_at(book, "acme", "m", "2026-01-02T01:59:59Z", 5000000);
	check_rate_at(book, "acme", "m", "2026-01-02T02:00:00Z", 1000000);
	price_book_free(book);
}

static void price_book_find__prefers__the_users_own_rows(void **state)
{
	struct price_book *book = shipped();

	(void)state;
	assert_int_equal(input_rate(find(book, "anthropic", "claude-sonnet-4-5")), 3000000);
	read_into(book, STR("provider,model,match,input\n"
		"anthropic,mine,^claude,7\n"
		"proxy,x,,1\n"), PRICE_CUSTOM);
	assert_int_equal(input_rate(find(book, "anthropic", "claude-sonnet-4-5")), 7000000);
	/* A provider that only the user knows: its rows, then the maker's. */
	assert_found(book, "proxy", "x", "proxy", "x");
	assert_found(book, "proxy", "gpt-5", "openai", "gpt-5");
	price_book_free(book);
}

static void price_book_find__asks__the_maker_where_the_provider_is_not_known(void **state)
{
	struct price_book *book = shipped();

	(void)state;
	assert_found(book, "claude-max-proxy", "claude-sonnet-4-5", "anthropic",
		"claude-sonnet-4-5");
	assert_found(book, "", "gpt-4o", "openai", "gpt-4o");
	assert_found(book, "litellm", "anthropic/claude-sonnet-4-5", "anthropic",
		"claude-sonnet-4-5");
	/* Whose open weights an unknown provider runs says nothing of its price. */
	assert_null(find(book, "my-gpus", "llama-3.3-70b-versatile"));
	assert_found(book, "", "llama-3.3-70b-versatile", "groq", "llama-3.3-70b-versatile");
	/* A known provider's price is never its neighbour's. */
	assert_null(find(book, "groq", "claude-sonnet-4-5"));
	price_book_free(book);
}

static void price_book_find__answers__the_same_again(void **state)
{
	struct price_book *book = shipped();
	int64_t t_ns = at("2026-10-01T12:00:00Z");
	size_t found = 0;

	(void)state;
	for (size_t i = 0; i < 300; i++) {
		const struct price *p = price_book_at(book, i);
		const struct price *first = price_book_find(book, p->provider, p->model, t_ns);

		found += first != NULL;
		assert_ptr_equal(price_book_find(book, p->provider, p->model, t_ns), first);
	}
	assert_true(found > 290);
	price_book_free(book);
}

static void price_book__is__quick_when_cold(void **state)
{
	struct price_book *book;
	int64_t start_ns = clock_mono_ns(), built_ns;

	(void)state;
	book = shipped();
	built_ns = clock_mono_ns();
	for (int i = 0; i < 50; i++) {
		char model[32];

		snprintf(model, sizeof(model), "claude-sonnet-4-5-%08d", i);
		assert_non_null(find(book, i % 2 ? "" : "anthropic", model));
	}
	/* Five times what it takes on a slow machine: this catches a lost prefilter, not noise. */
	assert_true(built_ns - start_ns < 200 * NS_PER_MS);
	assert_true(clock_mono_ns() - built_ns < 50 * 10 * NS_PER_MS);
	price_book_free(book);
}

static void price_book_by_id__finds__stored_rows(void **state)
{
	struct price_book *book = price_book_new();
	struct price p = { .id = 42, .provider = STR("a"), .model = STR("m"), .match = STR("^m$") };
	struct err err = { 0 };

	(void)state;
	assert_ok(price_book_add(book, &p, &err), &err);
	assert_ptr_equal(price_book_by_id(book, 42), price_book_at(book, 0));
	assert_null(price_book_by_id(book, 41));
	price_book_free(book);
}

static void price_book_add__refuses__bad_rows(void **state)
{
	struct price_book *book = price_book_new();
	struct price p = { .list = PRICE_CUSTOM, .provider = STR("a"), .model = STR("m"),
		.match = STR("^m(") };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(price_book_add(book, &p, &err), LL_EINVAL);
	assert_non_null(strstr(err.msg, "'^m(' is no pattern"));
	p.match = STR("^m$");
	p.rates[RATES_FLEX][RATE_OUTPUT] = INT64_C(1000000000000001);
	assert_int_equal(price_book_add(book, &p, &err), LL_EINVAL);
	assert_non_null(strstr(err.msg, "'output' of 'flex'"));
	p.rates[RATES_FLEX][RATE_OUTPUT] = -2;
	assert_int_equal(price_book_add(book, &p, &err), LL_EINVAL);
	p.rates[RATES_FLEX][RATE_OUTPUT] = RATE_UNKNOWN;
	p.from_s = 30;
	assert_int_equal(price_book_add(book, &p, &err), LL_EINVAL);
	assert_int_equal(price_book_count(book), 0);
	price_book_free(book);
}

/* Each allocation fails in turn: the error is said, nothing is lost and nothing leaks. */
static void price_book__survives__running_out_of_memory(void **state)
{
	static const char csv[] = "provider,model,origin,input\n"
		"acme,m,\"a \"\"b\"\"\",1\n"
		"acme,n,,2\n";
	enum ll_err code = LL_ENOMEM;

	(void)state;
	for (uint64_t nth = 1; code != LL_OK; nth++) {
		struct price_book *book = price_book_new();
		struct err err = { 0 };

		fault_arm(FAULT_ALLOC, nth, false);
		code = price_csv_read(str_of(csv), PRICE_CORE, add_to_book, book, &err);
		fault_disarm();
		assert_true(code == LL_OK || (code == LL_ENOMEM && err.msg[0]));
		fault_arm(FAULT_ALLOC, 1, true);
		if (code == LL_OK) /* a lookup needs none: it is only slower */
			assert_int_equal(input_rate(find(book, "acme", "n")), 2000000);
		fault_disarm();
		price_book_free(book);
		assert_true(nth < 100);
	}
}

/* --- patterns and providers -------------------------------------------------------------- */

static bool matches_without_heads(struct str ere, struct str text, size_t *len)
{
	regmatch_t match = { .rm_so = 0, .rm_eo = (regoff_t)text.len };
	regex_t compiled;
	bool found;

	assert_int_equal(regcomp(&compiled, ere.at, REG_EXTENDED), 0);
	found = regexec(&compiled, text.at, 1, &match, REG_STARTEND) == 0;
	*len = found ? (size_t)(match.rm_eo - match.rm_so) : 0;
	regfree(&compiled);
	return found;
}

static void check_pattern(const char *ere, const char *text)
{
	struct pattern p;
	size_t len = 0, wanted_len;
	bool found, wanted = matches_without_heads(str_of(ere), str_of(text), &wanted_len);

	pattern_init(&p, str_of(ere));
	found = pattern_match(&p, str_of(text), &len);
	if (found != wanted || len != wanted_len)
		fail_msg("'%s' on '%s': %zu instead of %zu", ere, text, len, wanted_len);
	pattern_release(&p);
}

static void pattern_match__is__what_regexec_says(void **state)
{
	static const char *const eres[] = {
		"abc", "^abc", "^abc$", "(^abc$|^b)", "(^a$|(^b$|bc))", "^ab?c", "^ab*", "^ab+c",
		"^ab{0,1}c", "(ab)?c", "^(ab)*c", "^(a|b)c", "^a\\.c", "^a.c", "[ab]c", "^[^a]",
		"a|", "|b", "^", "$", "^$",
		"a(b|)c", "\\(a", "^\\^a", "^x\\wz", "b$|^c", "((a))", "(^a|b)(c|$)", "^a\\?b",
	};
	static const char *const texts[] = {
		"", "a", "b", "c", "ab", "ac", "bc", "abc", "abcabc", "xabc", "a.c", "a?b", "(a",
		"^a", "xyz",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(eres) / sizeof(eres[0]); i++)
		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			check_pattern(eres[i], texts[k]);
}

static void pattern_match__is__what_regexec_says_of_random_patterns(void **state)
{
	static const char alphabet[] = "ab()|^$.*?+\\[]{1}";
	uint64_t seed = 5;
	int checked = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char ere[10] = "", text[6] = "";
		regex_t compiled;

		for (size_t k = 0; k < sizeof(ere) - 1; k++)
			ere[k] = alphabet[test_random(&seed) % (sizeof(alphabet) - 1)];
		for (size_t k = 0; k < sizeof(text) - 1; k++)
			text[k] = "ab.("[test_random(&seed) % 4];
		if (regcomp(&compiled, ere, REG_EXTENDED) != 0)
			continue;
		regfree(&compiled);
		check_pattern(ere, text);
		checked++;
	}
	assert_true(checked > 500);
}

static void provider_names__are__one_per_provider(void **state)
{
	(void)state;
	assert_str(provider_name(STR("aws.bedrock")), "aws");
	assert_str(provider_name(STR("gcp.vertex_ai")), "google");
	assert_str(provider_name(STR("anthropic")), "anthropic");
	assert_str(provider_name(STR("some-gateway")), "some-gateway");
	assert_str(provider_of_model(STR("claude-opus-4")), "anthropic");
	assert_str(provider_of_model(STR("eu.meta.llama3-2-1b-instruct-v1:0")), "aws");
	assert_str(provider_of_model(STR("gpt-oss-120b")), "");
	assert_str(provider_of_model(STR("llama3")), "");
}

/* --- the file format ----------------------------------------------------------------------- */

static void assert_refused(const char *csv, const char *message)
{
	struct price_book *book = price_book_new();
	struct err err = { 0 };
	enum ll_err code = price_csv_read(str_of(csv), PRICE_CUSTOM, add_to_book, book, &err);

	if (code == LL_OK)
		fail_msg("it was read: %s", csv);
	assert_string_equal(err.msg, message);
	price_book_free(book);
}

static void price_csv_read__names__the_line_that_is_wrong(void **state)
{
	(void)state;
	assert_refused("provider,model,price\n", "line 1: 'price' is no column of a price file");
	assert_refused("provider,model,model\n", "line 1: 'model' is there twice");
	assert_refused("provider,input\n",
		"line 1: a price file needs the columns 'provider' and 'model'");
	assert_refused("provider,model,input\na,m\n", "line 2: 2 cells, but the header has 3");
	assert_refused("# note\n\nprovider,model,input\na,m,abc\n",
		"line 4: 'input' cannot be 'abc'");
	assert_refused("provider,model,input\na,m,-1\n", "line 2: 'input' cannot be '-1'");
	assert_refused("provider,model,input\na,m,0.0000001\n",
		"line 2: 'input' cannot be '0.0000001'");
	assert_refused("provider,model,valid_from\na,m,2026-02-30\n",
		"line 2: 'valid_from' cannot be '2026-02-30'");
	assert_refused("provider,model,hours_utc\na,m,1:00-2:00\n",
		"line 2: 'hours_utc' cannot be '1:00-2:00'");
	assert_refused("provider,model\na,\n", "line 2: a price needs a provider and a model");
	assert_refused("provider,model\na,\"m\n", "line 2: a quote is not closed");
	assert_refused("provider,model\n\"a\"b,m\n", "line 2: text follows a closing quote");
	assert_refused("provider,model,origin\na,m,\"x\ny\"\na,,z\n",
		"line 4: a price needs a provider and a model");
	assert_refused("provider,model,input\na,m,1\na,m,9e9\n",
		"line 3: model 'm': rate 'input' of 'base' is out of range");
}

static void price_csv_read__reads__what_spreadsheets_write(void **state)
{
	struct price_book *book = book_of("\xEF\xBB\xBFmodel,input,provider,origin,web_search\r\n"
		"a.b, 1.50 ,acme,\"said \"\"so\"\", twice\",10\r\n\r\n# note\r\nplain,,acme,,");
	const struct price *p = find(book, "acme", "a.b");

	(void)state;
	assert_int_equal(price_book_count(book), 2);
	assert_int_equal(input_rate(p), 1500000);
	assert_str(p->match, "^a\\.b$");
	assert_str(p->origin, "said \"so\", twice");
	assert_int_equal(p->rates[RATES_BASE][RATE_WEB_SEARCH], INT64_C(10000000000));
	assert_int_equal(p->rates[RATES_BASE][RATE_OUTPUT], RATE_UNKNOWN);
	assert_null(find(book, "acme", "axb"));
	assert_int_equal(input_rate(find(book, "acme", "plain")), RATE_UNKNOWN);
	price_book_free(book);
}

static void price_csv_read__is_content__with_an_empty_file(void **state)
{
	struct price_book *book = book_of("");

	(void)state;
	read_into(book, price_csv_shipped(PRICE_CUSTOM), PRICE_CUSTOM);
	read_into(book, STR("# only a note\n"), PRICE_CUSTOM);
	assert_int_equal(price_book_count(book), 0);
	price_book_free(book);
}

static void price_csv_line__returns__to_the_same_row(void **state)
{
	struct price p = { .list = PRICE_CORE, .provider = STR(" a,b "), .model = STR("#m\"x"),
		.match = STR("^m{2,3}"), .valid_from_day = -1, .from_s = 82800, .until_s = 86400,
		.above_tokens = 1, .fast_ppm = 1500001, .context_window = 3, .max_output = 4,
		.origin = STR("two\nlines") };
	struct price_book *book = price_book_new();
	struct buf once = BUF_INIT(4096), twice = BUF_INIT(4096);

	(void)state;
	for (size_t c = 0; c < RATE_CLASSES; c++)
		for (size_t u = 0; u < RATE_UNITS; u++)
			p.rates[c][u] = (int64_t)(c * 1000003 + u) - 1;
	price_csv_header(&once);
	price_csv_line(&once, &p);
	read_into(book, buf_str(&once), PRICE_CORE);
	assert_str_equal_(price_book_at(book, 0)->provider, p.provider, __FILE__, __LINE__);
	assert_str(price_book_at(book, 0)->origin, "two\nlines");
	assert_memory_equal(price_book_at(book, 0)->rates, p.rates, sizeof(p.rates));
	price_csv_header(&twice);
	price_csv_line(&twice, price_book_at(book, 0));
	assert_true(str_eq(buf_str(&once), buf_str(&twice)));
	buf_release(&once);
	buf_release(&twice);
	price_book_free(book);
}

SUITE(price, cmocka_unit_test(shipped_rows__are__plausible_and_match_their_own_model),
	cmocka_unit_test(shipped_files__return__to_the_same_text),
	cmocka_unit_test(shipped_prices__know__what_people_use),
	cmocka_unit_test(shipped_prices__change__with_date_and_hour),
	cmocka_unit_test(price_book_find__takes__the_longest_match_then_the_last_row),
	cmocka_unit_test(price_book_find__wraps__hours_past_midnight),
	cmocka_unit_test(price_book_find__prefers__the_users_own_rows),
	cmocka_unit_test(price_book_find__asks__the_maker_where_the_provider_is_not_known),
	cmocka_unit_test(price_book_find__answers__the_same_again),
	cmocka_unit_test(price_book__is__quick_when_cold),
	cmocka_unit_test(price_book_by_id__finds__stored_rows),
	cmocka_unit_test(price_book_add__refuses__bad_rows),
	cmocka_unit_test(price_book__survives__running_out_of_memory),
	cmocka_unit_test(pattern_match__is__what_regexec_says),
	cmocka_unit_test(pattern_match__is__what_regexec_says_of_random_patterns),
	cmocka_unit_test(provider_names__are__one_per_provider),
	cmocka_unit_test(price_csv_read__names__the_line_that_is_wrong),
	cmocka_unit_test(price_csv_read__reads__what_spreadsheets_write),
	cmocka_unit_test(price_csv_read__is_content__with_an_empty_file),
	cmocka_unit_test(price_csv_line__returns__to_the_same_row));
