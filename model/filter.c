/* SPDX-License-Identifier: Apache-2.0 */
/* The filter language: one pass over the text, every mistake a sentence with its column. */
#include "model/filter.h"

#include "base/limits.h"
#include "base/suggest.h"
#include "model/filter_field.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define WRONG(p, ...) ll_fail((p)->err, LL_EUSAGE, "filter: " __VA_ARGS__)

struct parser {
	struct str text;
	size_t at;
	struct arena *arena;
	struct err *err;
	struct str *texts; /* room for all texts of all terms; the next free one */
};

/* Longer ones first, since the first that fits is taken. */
static const struct {
	const char *sign;
	enum filter_op op;
	unsigned types; /* bits of enum filter_type */
} ops[] = {
#define ANY (1u << FILTER_TEXT | 1u << FILTER_CHOICE | 1u << FILTER_AMOUNT)
	{ "==", FILTER_EQ, ANY },
	{ "!=", FILTER_NE, ANY },
	{ "!~", FILTER_NOT_CONTAINS, 1u << FILTER_TEXT },
	{ "<=", FILTER_LE, 1u << FILTER_AMOUNT },
	{ ">=", FILTER_GE, 1u << FILTER_AMOUNT },
	{ "=", FILTER_EQ, ANY },
	{ "~", FILTER_CONTAINS, 1u << FILTER_TEXT },
	{ "<", FILTER_LT, 1u << FILTER_AMOUNT },
	{ ">", FILTER_GT, 1u << FILTER_AMOUNT },
#undef ANY
};

static const char *const signs_of_type[] = {
	[FILTER_TEXT] = "= != ~ !~",
	[FILTER_CHOICE] = "= !=",
	[FILTER_AMOUNT] = "= != < <= > >=",
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_field(char c)
{
	return is_blank(c) || c == '"' || memchr("=!~<>", c, 5);
}

static bool ends_item(char c)
{
	return is_blank(c) || c == ',';
}

static struct str rest_of(const struct parser *p)
{
	return str_from(p->text, p->at);
}

static bool is_at_end(const struct parser *p)
{
	return p->at == p->text.len;
}

/* Reads up to the first byte that is one of `ends`. */
static struct str take_until(struct parser *p, bool (*ends)(char c))
{
	struct str rest = rest_of(p);
	size_t len = 0;

	while (len < rest.len && !ends(rest.at[len]))
		len++;
	p->at += len;
	return str_head(rest, len);
}

static void skip_blanks(struct parser *p)
{
	while (!is_at_end(p) && is_blank(p->text.at[p->at]))
		p->at++;
}

/* As people count: characters, from 1. */
static int column(const struct parser *p, size_t at)
{
	int characters = 1;

	for (size_t i = 0; i < at; i++)
		characters += ((uint8_t)p->text.at[i] & 0xc0) != 0x80;
	return characters;
}

/* The name that was probably meant, or NULL. */
static const char *nearest_name(struct str word, const char *(*name)(unsigned i))
{
	struct suggest s;

	suggest_start(&s, word);
	for (unsigned i = 0; name(i); i++)
		suggest_offer(&s, name(i));
	return s.best;
}

/* "ok, error or aborted" */
static const char *list_names(char out[256], const char *(*name)(unsigned i))
{
	struct buf b = BUF_INIT(255);

	for (unsigned i = 0; name(i); i++) {
		if (i > 0)
			buf_addz(&b, name(i + 1) ? ", " : " or ");
		buf_addz(&b, name(i));
	}
	memcpy(out, buf_str(&b).at ? b.at : "", b.len + 1);
	buf_release(&b);
	return out;
}

static const char *field_name(unsigned i)
{
	return i < FILTER_FIELDS ? filter_fields[i].name : NULL;
}

/* A word without an operator. Blanks around the operator are the usual reason. */
static enum ll_err fail_bare(struct parser *p, size_t at, struct str word)
{
	for (size_t i = 0; i < FILTER_FIELDS; i++)
		if (str_eq(word, str_of(filter_fields[i].name)))
			return WRONG(p, "'%.*s' at column %d needs an operator right after it, "
				"such as %s", STR_FMT(word), column(p, at),
				filter_fields[i].example);
	return WRONG(p, "'%.*s' at column %d has no field; calls hold no text to search, write a "
		"term such as model~%.*s", STR_FMT(word), column(p, at), STR_FMT(word));
}

static enum ll_err fail_field(struct parser *p, size_t at, struct str word)
{
	const char *meant = nearest_name(word, field_name);
	char names[256];

	if (meant)
		return WRONG(p, "'%.*s' is no field at column %d; did you mean '%s'?",
			STR_FMT(word), column(p, at), meant);
	return WRONG(p, "'%.*s' is no field at column %d; write %s", STR_FMT(word), column(p, at),
		list_names(names, field_name));
}

static enum ll_err find_field(struct parser *p, size_t at, struct str word, struct filter_term *out)
{
	if (str_starts(word, STR("tag:")) && word.len > 4) {
		out->field = FILTER_TAG;
		out->tag = str_from(word, 4);
		return LL_OK;
	}
	if (str_is(word, "tag") || str_is(word, "tag:"))
		return WRONG(p, "'tag' at column %d needs a name, such as %s", column(p, at),
			filter_fields[FILTER_TAG].example);
	for (unsigned i = 0; i < FILTER_FIELDS; i++) {
		if (str_eq(word, str_of(filter_fields[i].name))) {
			out->field = (enum filter_field)i;
			return LL_OK;
		}
	}
	return fail_field(p, at, word);
}

/* After the field: an operator that fits its type. */
static enum ll_err take_op(struct parser *p, struct filter_term *term)
{
	const struct filter_field_info *info = &filter_fields[term->field];
	struct str rest = rest_of(p);

	for (size_t i = 0; i < COUNT(ops); i++) {
		if (!str_starts(rest, str_of(ops[i].sign)))
			continue;
		if (!(ops[i].types & 1u << info->type))
			return WRONG(p, "'%s' at column %d does not fit '%s', which takes %s",
				ops[i].sign, column(p, p->at), info->name,
				signs_of_type[info->type]);
		term->op = ops[i].op;
		p->at += strlen(ops[i].sign);
		return LL_OK;
	}
	return WRONG(p, "'!' at column %d is no operator; write != or !~", column(p, p->at));
}

/* A copy without the backslashes: each stands for the byte after it. */
static enum ll_err unescape(struct parser *p, struct str raw, struct str *out)
{
	char *copy = arena_alloc(p->arena, raw.len + 1);
	size_t len = 0;

	if (!copy)
		return ll_fail(p->err, LL_ENOMEM, "filter: out of memory");
	for (size_t i = 0; i < raw.len; i++) {
		if (raw.at[i] == '\\')
			i++;
		copy[len++] = raw.at[i];
	}
	*out = (struct str){ copy, len };
	return LL_OK;
}

/* p stands behind the opening quote. */
static enum ll_err take_quoted(struct parser *p, struct str *out)
{
	size_t start = p->at;

	while (!is_at_end(p) && p->text.at[p->at] != '"')
		p->at += p->text.at[p->at] == '\\' && p->at + 1 < p->text.len ? 2 : 1;
	if (is_at_end(p))
		return WRONG(p, "the quote at column %d is not closed", column(p, start - 1));
	p->at++;
	if (!is_at_end(p) && !ends_item(p->text.at[p->at]))
		return WRONG(p, "a blank or a comma is missing after the quote at column %d",
			column(p, p->at - 1));
	return unescape(p, str_head(str_from(p->text, start), p->at - 1 - start), out);
}

static enum ll_err add_text(struct parser *p, struct filter_term *term, struct str item, size_t at)
{
	bool is_search = term->op == FILTER_CONTAINS || term->op == FILTER_NOT_CONTAINS;

	if (is_search && item.len == 0)
		return WRONG(p, "there is nothing to look for at column %d", column(p, at));
	*p->texts++ = item;
	term->text_count++;
	return LL_OK;
}

static enum ll_err add_choice(struct parser *p, struct filter_term *term, struct str item,
	size_t at)
{
	const char *(*choice)(unsigned i) = filter_readers[term->field].choice;
	const char *field = filter_fields[term->field].name;
	const char *meant;
	char names[256];

	for (unsigned i = 0; choice(i); i++) {
		if (str_eq(item, str_of(choice(i)))) {
			term->choices |= 1u << i;
			return LL_OK;
		}
	}
	meant = nearest_name(item, choice);
	if (meant)
		return WRONG(p, "'%.*s' at column %d is no value of '%s'; did you mean '%s'?",
			STR_FMT(item), column(p, at), field, meant);
	return WRONG(p, "'%.*s' at column %d is no value of '%s'; write %s", STR_FMT(item),
		column(p, at), field, list_names(names, choice));
}

static enum ll_err add_amount(struct parser *p, struct filter_term *term, struct str item,
	size_t at)
{
	const struct filter_reader *reader = &filter_readers[term->field];
	const char *field = filter_fields[term->field].name;

	if (!reader->amount(item, &term->amount))
		return WRONG(p, "'%.*s' at column %d is no amount for '%s'; write %s",
			STR_FMT(item), column(p, at), field, reader->wants);
	if (!is_at_end(p) && p->text.at[p->at] == ',')
		return WRONG(p, "'%s' takes one amount, not a list, at column %d", field,
			column(p, p->at));
	return LL_OK;
}

static enum ll_err add_item(struct parser *p, struct filter_term *term, struct str item, size_t at)
{
	switch (filter_fields[term->field].type) {
	case FILTER_TEXT:
		return add_text(p, term, item, at);
	case FILTER_CHOICE:
		return add_choice(p, term, item, at);
	case FILTER_AMOUNT:
		return add_amount(p, term, item, at);
	}
	return LL_EINVAL;
}

/* Up to the next comma or blank. Nothing at all is an item only as the whole value. */
static enum ll_err take_plain(struct parser *p, struct str *out)
{
	size_t at = p->at;
	bool is_after_comma = at > 0 && p->text.at[at - 1] == ',';

	*out = take_until(p, ends_item);
	if (out->len > 0 || !(is_after_comma || (!is_at_end(p) && p->text.at[at] == ',')))
		return LL_OK;
	return WRONG(p, "a value is missing beside the comma at column %d; write \"\" for absent",
		column(p, is_after_comma ? at - 1 : at));
}

static enum ll_err take_item(struct parser *p, struct filter_term *term)
{
	size_t at = p->at;
	enum ll_err code;
	struct str item = { NULL, 0 };

	if (!is_at_end(p) && p->text.at[at] == '"') {
		p->at++;
		code = take_quoted(p, &item);
	} else {
		code = take_plain(p, &item);
	}
	return code ? code : add_item(p, term, item, at);
}

static enum ll_err take_value(struct parser *p, struct filter_term *term)
{
	enum ll_err code = take_item(p, term);

	while (code == LL_OK && !is_at_end(p) && p->text.at[p->at] == ',') {
		p->at++;
		code = take_item(p, term);
	}
	return code;
}

static enum ll_err take_term(struct parser *p, struct filter_term *term)
{
	size_t at = p->at;
	struct str word = take_until(p, ends_field);
	enum ll_err code;

	if (is_at_end(p) || is_blank(p->text.at[p->at]))
		return fail_bare(p, at, word);
	if (p->text.at[p->at] == '"')
		return WRONG(p, "the quoted text at column %d has no field; calls hold no text to "
			"search, write a term such as model~gpt", column(p, p->at));
	if (word.len == 0)
		return WRONG(p, "there is no field before '%c' at column %d; write a term such as "
			"model~gpt", p->text.at[at], column(p, at));
	code = find_field(p, at, word, term);
	if (code == LL_OK)
		code = take_op(p, term);
	if (code)
		return code;
	term->texts = filter_fields[term->field].type == FILTER_TEXT ? p->texts : NULL;
	return take_value(p, term);
}

/* Terms stand between blanks and items between commas: as much room as there can be. */
static bool make_room(struct parser *p, struct filter *out)
{
	size_t blanks = 0, commas = 0;

	for (size_t i = 0; i < p->text.len; i++) {
		blanks += is_blank(p->text.at[i]);
		commas += p->text.at[i] == ',';
	}
	out->terms = arena_alloc(p->arena, (blanks + 1) * sizeof(*out->terms));
	p->texts = arena_alloc(p->arena, (blanks + commas + 1) * sizeof(*p->texts));
	return out->terms && p->texts;
}

enum ll_err filter_parse(struct str text, struct arena *a, struct filter *out, struct err *err)
{
	struct parser p = { .arena = a, .err = err };
	enum ll_err code = LL_OK;

	*out = (struct filter){ 0 };
	if (text.len > LIMIT_FILTER_BYTES)
		return ll_fail(err, LL_EUSAGE, "filter: longer than %u bytes", LIMIT_FILTER_BYTES);
	p.text = arena_str(a, text);
	if (!p.text.at || !make_room(&p, out))
		return ll_fail(err, LL_ENOMEM, "filter: out of memory");
	for (skip_blanks(&p); code == LL_OK && !is_at_end(&p); skip_blanks(&p))
		code = take_term(&p, &out->terms[out->count++]);
	return code;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

bool filter_contains(struct str text, struct str needle)
{
	for (size_t at = 0; at + needle.len <= text.len; at++) {
		size_t same = 0;

		while (same < needle.len && lower(text.at[at + same]) == lower(needle.at[same]))
			same++;
		if (same == needle.len)
			return true;
	}
	return false;
}

bool filter_compare(enum filter_op op, int64_t left, int64_t right)
{
	switch (op) {
	case FILTER_EQ:
		return left == right;
	case FILTER_NE:
		return left != right;
	case FILTER_LT:
		return left < right;
	case FILTER_LE:
		return left <= right;
	case FILTER_GT:
		return left > right;
	case FILTER_GE:
		return left >= right;
	case FILTER_CONTAINS:
	case FILTER_NOT_CONTAINS:
		break;
	}
	PRE(!"an amount is compared, not searched");
	return false;
}
