/* SPDX-License-Identifier: Apache-2.0 */
/* Patterns that are compiled late, and asked only where a match is possible. */
#include "model/pattern.h"

#define HEAD_BYTES 64 /* of a literal head that are compared */

/* A literal that every match of one alternative begins with. */
struct head {
	char text[HEAD_BYTES];
	size_t len;
	bool is_anchored;
};

static bool is_plain(char c)
{
	return c && !strchr("\\^$.[]()|*+?{}", c);
}

static bool is_optional_mark(char c)
{
	return c == '*' || c == '?' || c == '{';
}

/* Reads the literal at the start of an alternative. An escaped letter or digit may mean
 * something else than itself and ends it. */
static void read_head(const char *at, struct head *head)
{
	head->len = 0;
	head->is_anchored = *at == '^';
	at += head->is_anchored;
	while (head->len < HEAD_BYTES) {
		bool is_escaped = *at == '\\' && at[1] && strchr("\\^$.[]()|*+?{}", at[1]);

		if (!is_escaped && !is_plain(*at))
			break;
		at += is_escaped;
		head->text[head->len++] = *at++;
	}
	if (head->len > 0 && is_optional_mark(*at))
		head->len--;
}

static bool head_fits(const struct head *head, struct str text)
{
	struct str literal = { head->text, head->len };

	return head->is_anchored ? str_starts(text, literal) : str_has(text, literal);
}

/*
 * False only when no match is possible. Whatever follows a '(' or '|' is taken for the start
 * of an alternative: that includes all real ones, and one too many costs only time. A
 * group that may be absent ends the reasoning.
 */
static bool may_match(struct str ere, struct str text)
{
	bool is_start = true;

	for (size_t i = 0; i < ere.len; i++) {
		struct head head;

		if (ere.at[i] == ')' && is_optional_mark(ere.at[i + 1]))
			return true;
		if (is_start && ere.at[i] != '(') {
			read_head(&ere.at[i], &head);
			if (head_fits(&head, text))
				return true;
		}
		is_start = ere.at[i] == '(' || ere.at[i] == '|';
	}
	return is_start;
}

void pattern_init(struct pattern *p, struct str ere)
{
	*p = (struct pattern){ .ere = ere };
}

void pattern_release(struct pattern *p)
{
	if (p->state == PATTERN_READY)
		regfree(&p->compiled);
	p->state = PATTERN_NEW;
}

enum ll_err pattern_compile(struct pattern *p, struct err *err)
{
	char why[128];
	int code;

	if (p->state == PATTERN_READY)
		return LL_OK;
	code = regcomp(&p->compiled, p->ere.at, REG_EXTENDED);
	p->state = code == 0 ? PATTERN_READY : PATTERN_BROKEN;
	if (code == 0)
		return LL_OK;
	regerror(code, &p->compiled, why, sizeof(why));
	return ll_fail(err, LL_EINVAL, "'%s' is no pattern: %s", p->ere.at, why);
}

bool pattern_match(struct pattern *p, struct str text, size_t *len)
{
	regmatch_t match = { .rm_so = 0, .rm_eo = (regoff_t)text.len };

	if (p->state == PATTERN_BROKEN || !may_match(p->ere, text) ||
		pattern_compile(p, NULL) != LL_OK ||
		regexec(&p->compiled, text.at ? text.at : "", 1, &match, REG_STARTEND) != 0)
		return false;
	*len = (size_t)(match.rm_eo - match.rm_so);
	return true;
}
