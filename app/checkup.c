/* SPDX-License-Identifier: Apache-2.0 */
/* A list of checks. */
#include "app/checkup.h"

#include <stdarg.h>
#include <stdio.h>

#include "app/report.h"
#include "base/text.h"

#define TEXT_BYTES 2048
#define NAME_CELLS 14

static struct str formatted(struct arena *a, const char *fmt, va_list args) LL_PRINTF(2, 0);

static struct str formatted(struct arena *a, const char *fmt, va_list args)
{
	char text[TEXT_BYTES];
	struct buf safe = BUF_INIT(4 * TEXT_BYTES);
	struct str copy;

	vsnprintf(text, sizeof(text), fmt, args);
	text_add_safe(&safe, str_of(text));
	copy = arena_str(a, buf_str(&safe));
	buf_release(&safe);
	PRE(copy.at);
	return copy;
}

struct check *checkup_add(struct checkup *c, enum check_state state, const char *section,
	const char *name, const char *fmt, ...)
{
	struct check *check = arena_alloc(c->arena, sizeof(*check));
	va_list args;

	PRE(check);
	*check = (struct check){ .section = section, .name = name, .state = state };
	va_start(args, fmt);
	check->text = formatted(c->arena, fmt, args);
	va_end(args);
	if (c->last)
		c->last->next = check;
	else
		c->first = check;
	c->last = check;
	c->failed += state == CHECK_FAILED;
	return check;
}

void checkup_advise(struct checkup *c, struct check *check, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	check->advice = formatted(c->arena, fmt, args);
	va_end(args);
}

static const char *state_name(enum check_state state)
{
	switch (state) {
	case CHECK_OK:
		return "ok";
	case CHECK_NOTE:
		return "note";
	case CHECK_FAILED:
		return "failed";
	}
	return "";
}

static const char *state_color(enum check_state state)
{
	switch (state) {
	case CHECK_OK:
		return "\033[32m";
	case CHECK_NOTE:
		return "\033[33m";
	case CHECK_FAILED:
		return "\033[1;31m";
	}
	return "";
}

static void print_check(const struct check *check, struct buf *out, bool has_color)
{
	buf_addf(out, "  %s%-6s%s  %-*s  ", has_color ? state_color(check->state) : "",
		state_name(check->state), has_color ? "\033[0m" : "", NAME_CELLS, check->name);
	buf_add(out, check->text);
	buf_addch(out, '\n');
	if (check->advice.at)
		buf_addf(out, "  %-6s  %-*s  -> %.*s\n", "", NAME_CELLS, "",
			STR_FMT(check->advice));
}

void checkup_print(const struct checkup *c, struct buf *out, bool has_color)
{
	const char *section = "";

	for (const struct check *check = c->first; check; check = check->next) {
		if (strcmp(section, check->section) != 0)
			buf_addf(out, "%s%s\n", check == c->first ? "" : "\n", check->section);
		section = check->section;
		print_check(check, out, has_color);
	}
}

void checkup_report(const struct checkup *c, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_key(w, "data");
	jsonw_array(w);
	for (const struct check *check = c->first; check; check = check->next) {
		jsonw_object(w);
		report_text(w, "section", str_of(check->section));
		report_text(w, "name", str_of(check->name));
		report_text(w, "state", str_of(state_name(check->state)));
		report_text(w, "text", check->text);
		report_text(w, "advice", check->advice);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	report_count(w, "failed", (int64_t)c->failed);
	jsonw_object_end(w);
}
