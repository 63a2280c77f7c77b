/* SPDX-License-Identifier: Apache-2.0 */
/* One price of the command line, written as a price file. */
#include "app/price_words.h"

#include "base/csv.h"
#include "base/suggest.h"
#include "model/price.h"

#define ORIGIN "own price" /* unless a word says otherwise */

/* The columns of a price file are those that price_csv_header() writes. */
static enum ll_err check_column(struct str name, struct str header, struct arena *a,
	struct err *err)
{
	struct suggest s;

	suggest_start(&s, name);
	while (header.at) {
		struct str column = arena_str(a, str_trim(str_cut(&header, ',')));

		if (!column.at)
			return ll_fail(err, LL_ENOMEM, "out of memory");
		if (str_eq(name, column))
			return LL_OK;
		suggest_offer(&s, column.at);
	}
	return ll_fail(err, LL_EUSAGE, "a price has no '%.*s'%s", STR_FMT(name),
		suggest_tail(&s, ""));
}

static enum ll_err check_words(const struct price_words *words, struct arena *a, struct err *err)
{
	struct buf header = BUF_INIT(4096);
	enum ll_err code = LL_OK;

	price_csv_header(&header);
	for (size_t i = 0; code == LL_OK && i < words->count; i++) {
		struct str value = words->words[i], name = str_cut(&value, '=');

		if (value.len)
			code = check_column(name, buf_str(&header), a, err);
		else
			code = ll_fail(err, LL_EUSAGE,
				"'%.*s' is not such as input=3, in US dollars per million tokens",
				STR_FMT(words->words[i]));
	}
	buf_release(&header);
	return code;
}

enum ll_err price_words_add(struct buf *out, const struct price_words *words, struct arena *a,
	struct err *err)
{
	bool has_origin = false;
	enum ll_err code = check_words(words, a, err);

	if (code)
		return code;
	buf_addz(out, "provider,model");
	for (size_t i = 0; i < words->count; i++) {
		struct str value = words->words[i], name = str_cut(&value, '=');

		has_origin |= str_is(name, "origin");
		buf_addch(out, ',');
		buf_add(out, name);
	}
	buf_addz(out, has_origin ? "\n" : ",origin\n");
	csv_add_quoted(out, words->provider);
	buf_addch(out, ',');
	csv_add_quoted(out, words->model);
	for (size_t i = 0; i < words->count; i++) {
		struct str value = words->words[i];

		str_cut(&value, '=');
		buf_addch(out, ',');
		csv_add_quoted(out, value);
	}
	buf_addz(out, has_origin ? "\n" : "," ORIGIN "\n");
	return buf_status(out);
}
