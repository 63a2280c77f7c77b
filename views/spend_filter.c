/* SPDX-License-Identifier: Apache-2.0 */
/* The filter while it is typed: what is wrong with it, and what could come next. */
#include "views/spend.h"

#define CANDIDATES_MAX 256

/* Where the parser's sentence says that the mistake is: "... at column 8 ...". */
static void complain(const struct view *v, struct str text, const struct err *err)
{
	const char *said = strstr(err->msg, "column ");
	struct str digits = str_of(said ? said + 7 : "");
	int64_t column = 1;
	size_t at = 0, end;

	for (size_t i = 0; i < digits.len; i++)
		if (digits.at[i] < '0' || digits.at[i] > '9')
			digits.len = i;
	(void)str_to_i64(digits, &column);
	while (at < text.len && (column > 1 || ((uint8_t)text.at[at] & 0xc0) == 0x80))
		column -= ((uint8_t)text.at[at++] & 0xc0) != 0x80;
	for (end = at; end < text.len && text.at[end] != ' '; end++)
		;
	dash_complain(v->dash, at, end - at, str_of(err->msg));
}

unsigned spend_take_filter(struct spend_pane *p, const struct view *v, struct str text)
{
	struct spend_level *level = spend_top(p);
	struct filter filter;
	struct arena scratch;
	struct err err = { 0 };
	enum ll_err code;

	arena_init(&scratch, 0);
	code = text.len + strlen(level->fixed) + 1 > LIMIT_FILTER_BYTES ?
		ll_fail(&err, LL_ETOOBIG, "this filter is too long") :
		filter_parse(text, &scratch, &filter, &err);
	arena_release(&scratch);
	if (code) {
		complain(v, text, &err);
		return PANE_REDRAW;
	}
	dash_complain(v->dash, 0, 0, STR(""));
	if (str_eq(text, str_of(level->typed)))
		return PANE_REDRAW;
	memcpy(level->typed, text.at ? text.at : "", text.len);
	level->typed[text.len] = '\0';
	level->is_off = false;
	level->wants_more = false;
	p->has_to_sort = true;
	return PANE_RELOAD | PANE_REDRAW;
}

static bool add_candidate(struct str **list, size_t *count, struct str text)
{
	if (*count >= CANDIDATES_MAX || !text.at)
		return false;
	(*list)[(*count)++] = text;
	return true;
}

static void complete_field(struct str word, struct arena *a, struct str **list, size_t *count)
{
	for (size_t i = 0; i < FILTER_FIELDS; i++) {
		struct buf text = BUF_INIT(64);

		buf_addz(&text, filter_fields[i].name);
		buf_addz(&text, i == FILTER_TAG ? ":" :
			filter_fields[i].type == FILTER_AMOUNT ? ">" : "=");
		if (str_starts(buf_str(&text), word))
			(void)add_candidate(list, count, arena_str(a, buf_str(&text)));
		buf_release(&text);
	}
}

static bool needs_quotes(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (memchr(" ,\"\\\t=!~<>", value.at[i], 10))
			return true;
	return value.len == 0;
}

static struct str quoted(struct arena *a, struct str value)
{
	struct buf text = BUF_INIT(2 * LIMIT_NAME_BYTES + 2);
	struct str result;

	if (!needs_quotes(value))
		return value;
	buf_addch(&text, '"');
	for (size_t i = 0; i < value.len; i++) {
		if (value.at[i] == '"' || value.at[i] == '\\')
			buf_addch(&text, '\\');
		buf_addch(&text, value.at[i]);
	}
	buf_addch(&text, '"');
	result = buf_status(&text) == LL_OK ? arena_str(a, buf_str(&text)) : (struct str){ 0 };
	buf_release(&text);
	return result;
}

static void complete_choice(enum filter_field field, struct str value, struct str **list,
	size_t *count)
{
	static const char *const status[] = { "ok", "error", "aborted", NULL };
	static const char *const tier[] = { "standard", "batch", "flex", "priority", NULL };
	static const char *const priced[] = { "yes", "no", NULL };
	const char *const *words =
		field == FILTER_STATUS ? status : field == FILTER_TIER ? tier : priced;

	for (; *words; words++)
		if (str_starts(str_of(*words), value))
			(void)add_candidate(list, count, str_of(*words));
}

static bool find_field(struct str name, enum filter_field *out)
{
	for (enum filter_field i = 0; i < FILTER_FIELDS; i++) {
		if (str_eq(name, str_of(filter_fields[i].name))) {
			*out = i;
			return true;
		}
	}
	return false;
}

static void complete_value(const struct spend_pane *p, enum filter_field field, struct str value,
	struct arena *a, struct str **list, size_t *count)
{
	if (filter_fields[field].type == FILTER_CHOICE) {
		complete_choice(field, value, list, count);
		return;
	}
	for (size_t i = 0; i < p->names.count[field]; i++)
		if (filter_contains(p->names.at[field][i], value))
			(void)add_candidate(list, count, quoted(a, p->names.at[field][i]));
}

static void complete_tag(const struct spend_pane *p, struct str name, struct arena *a,
	struct str **list, size_t *count)
{
	for (size_t i = 0; i < p->names.tag_count; i++) {
		struct buf text = BUF_INIT(LIMIT_NAME_BYTES + 8);

		buf_addz(&text, "tag:");
		buf_add(&text, p->names.tags[i]);
		buf_addch(&text, '=');
		if (str_starts(p->names.tags[i], name) && buf_status(&text) == LL_OK)
			(void)add_candidate(list, count, arena_str(a, buf_str(&text)));
		buf_release(&text);
	}
}

/* Completes the word before the cursor: a field's name, or a value after its operator. */
size_t spend_complete_filter(const struct spend_pane *p, struct str text, struct arena *a,
	struct str **candidates, size_t *from)
{
	size_t start = text.len, sign, count = 0;
	enum filter_field field;
	struct str word;

	*candidates = arena_alloc(a, CANDIDATES_MAX * sizeof(**candidates));
	if (!*candidates)
		return 0;
	while (start > 0 && text.at[start - 1] != ' ')
		start--;
	word = str_from(text, start);
	for (sign = 0; sign < word.len && !memchr("=!~<>", word.at[sign], 5); sign++)
		;
	*from = start;
	if (sign == word.len && str_starts(word, STR("tag:"))) {
		complete_tag(p, str_from(word, 4), a, candidates, &count);
	} else if (sign == word.len) {
		complete_field(word, a, candidates, &count);
	} else if (find_field(str_head(word, sign), &field)) {
		for (size_t i = sign; i < word.len; i++)
			if (memchr("=!~<>,", word.at[i], 6))
				*from = start + i + 1;
		complete_value(p, field, str_from(text, *from), a, candidates, &count);
	}
	return count;
}
