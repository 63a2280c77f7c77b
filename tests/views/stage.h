/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dashboard on a small real store, with a host that does at once what app's loop does in time.
 * The clock stands still unless a test moves it: 2026-11-24 15:32 in Berlin.
 */
#ifndef LLMLAB_TESTS_STAGE_H
#define LLMLAB_TESTS_STAGE_H

#include "store/price_table.h"
#include "tests/support/suite.h"
#include "views/dashboard.h"

#define STAGE_NOW_NS (INT64_C(1795530720) * NS_PER_S)
#define STAGE_ZONE "Europe/Berlin"
#define STAGE_LOADS 8

struct stage_options {
	bool is_empty;      /* no calls */
	bool is_ascii;
	bool is_hostile;    /* names that attack the screen */
	bool holds_loads;   /* loads wait for stage_run_loads() */
	int64_t count;      /* of calls; 0 = 400 */
	int64_t now_ns;     /* 0 = STAGE_NOW_NS */
	const char *session;
	const char *keys;
};

struct stage {
	struct stage_options options;
	struct store *store;
	struct store_reader *reader;
	struct zone *zone;
	struct dash *dash;
	struct surface surface;
	int cursor_y, cursor_x;
	int64_t now_ns, mono_ns;
	uint64_t random;
	int64_t source;
	struct arena arena;

	struct dash_load *loads[STAGE_LOADS];
	size_t load_count;
	size_t loads_run;
	bool fails_loads;           /* they answer with LL_ETIMEOUT */
	struct buf commands;        /* one a line */
	struct buf given;           /* what was copied, exported or shown */
	char suffix[16];
	bool has_quit, prints_view, has_mouse, was_suspended;
	int redraws;
	char piped_into[128];
	struct theme theme;
};

void stage_open(struct stage *s, const struct stage_options *options);
void stage_close(struct stage *s);
/* More calls, committed; the dashboard does not know yet. */
void stage_append(struct stage *s, int64_t count);
/* Keys by name, separated by blanks: "j j <Enter> /". Reads are run after each. */
void stage_keys(struct stage *s, const char *names);
/* Typed letter by letter. */
void stage_type(struct stage *s, const char *text);
void stage_click(struct stage *s, int y, int x, enum mouse_button button);
/* The clock goes on; what is due happens. */
void stage_wait(struct stage *s, int64_t ns);
void stage_run_loads(struct stage *s);
/* Draws; the text plane, valid until the next call. */
const char *stage_screen(struct stage *s, int rows, int cols);
/* One line of the newest screen, from 0. */
struct str stage_line(struct stage *s, int y);
/* The text stands in the newest screen (drawn at 36 x 120). */
bool stage_has(struct stage *s, const char *text);
/* The first line that has the text; -1 = none. */
int stage_find(struct stage *s, const char *text);
/* The table's line under the cursor, drawn at 36 x 120. */
struct str stage_cursor_line(struct stage *s);
/* Compares with tests/views/golden/NAME; UPDATE_GOLDEN=1 writes it anew. */
void stage_golden(const char *name, struct str text);

#endif
