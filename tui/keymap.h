/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which key does what. Bindings are const tables in the code of whoever acts on them; the
 * defaults are written in the same key names that users write in their config, and go through
 * the same parser. Scopes: "global" and one a pane; a pane never shadows a global key.
 */
#ifndef LLMLAB_TUI_KEYMAP_H
#define LLMLAB_TUI_KEYMAP_H

#include "base/arena.h"
#include "tui/event.h"

struct binding {
	int action;         /* of the scope's own enum; unique in the scope */
	const char *name;   /* "sort-reverse": for the config, the palette and tests */
	const char *keys;   /* "j <Down>"; "" = reachable through the palette only */
	const char *hint;   /* for the footer: "sort"; NULL = not shown there */
	const char *help;   /* one line, lower case */
};

struct keymap_scope {
	const char *name;   /* "global", "spend" */
	const struct binding *bindings;
	size_t count;
};

struct keymap; /* in the arena it was made in */

/* The defaults. LL_EINVAL names the first key that stands twice or shadows a global one. */
enum ll_err LL_MUST keymap_new(struct arena *a, const struct keymap_scope *scopes, size_t count,
	struct keymap **out, struct err *err);
/* New keys for one action: "scope.action" = keys, as in the config. LL_EINVAL says what is
 * wrong: no such action, no such key, taken by another (named). */
enum ll_err LL_MUST keymap_rebind(struct keymap *m, struct str scope_action, struct str keys,
	struct err *err);
/* The binding that a key has in the scope, else in global; NULL = none. *is_global may be NULL. */
const struct binding *keymap_find(const struct keymap *m, const char *scope, struct key k,
	bool *is_global);
/* The first key of an action as a name; "" when it has none. */
const char *keymap_key(const struct keymap *m, const char *scope, int action);
/* All its keys, "j <Down>". */
struct str keymap_keys(const struct keymap *m, const char *scope, int action);
size_t keymap_scopes(const struct keymap *m, const struct keymap_scope **out);

#endif
