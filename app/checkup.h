/* SPDX-License-Identifier: Apache-2.0 */
/* A list of checks, for people and as JSON. What is put in may come from outside. */
#ifndef LLMLAB_APP_CHECKUP_H
#define LLMLAB_APP_CHECKUP_H

#include "app/app.h"

enum check_state {
	CHECK_OK,
	CHECK_NOTE,   /* worth knowing, nothing is wrong */
	CHECK_FAILED,
};

struct check {
	struct check *next;
	const char *section, *name;
	enum check_state state;
	struct str text;   /* what was found */
	struct str advice; /* a command or a step that helps; at NULL = none */
};

struct checkup {
	struct arena *arena;
	struct check *first, *last;
	size_t failed;
};

/* Section and name are literals. */
struct check *checkup_add(struct checkup *c, enum check_state state, const char *section,
	const char *name, const char *fmt, ...) LL_PRINTF(5, 6);
void checkup_advise(struct checkup *c, struct check *check, const char *fmt, ...) LL_PRINTF(3, 4);
void checkup_print(const struct checkup *c, struct buf *out, bool has_color);
void checkup_report(const struct checkup *c, struct jsonw *w);

#endif
