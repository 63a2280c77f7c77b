/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of actions: parsed once, checked against each other, looked up by a short scan. */
#include "tui/keymap.h"

#include <stdio.h>

#include "base/suggest.h"

#define KEYS_MAX 8 /* of one action */
#define GLOBAL "global"

struct bound {
	const struct binding *binding;
	struct key keys[KEYS_MAX];
	size_t key_count;
	char first[24];  /* the first key's name */
	struct str text; /* all names, a blank between */
};

struct bound_scope {
	const char *name;
	struct bound *actions;
	size_t count;
};

struct keymap {
	struct arena *arena;
	struct keymap_scope *scopes; /* as given */
	struct bound_scope *bound;   /* one a scope */
	size_t scope_count;
};

static bool is_global(const struct bound_scope *scope)
{
	return strcmp(scope->name, GLOBAL) == 0;
}

static struct bound_scope *find_scope(const struct keymap *m, struct str name)
{
	for (size_t i = 0; i < m->scope_count; i++)
		if (str_eq(str_of(m->bound[i].name), name))
			return &m->bound[i];
	return NULL;
}

static struct bound *find_name(const struct bound_scope *scope, struct str name)
{
	for (size_t i = 0; i < scope->count; i++)
		if (str_eq(str_of(scope->actions[i].binding->name), name))
			return &scope->actions[i];
	return NULL;
}

static const struct bound *find_action(const struct keymap *m, const char *scope_name, int action)
{
	const struct bound_scope *scope = find_scope(m, str_of(scope_name));

	for (size_t i = 0; scope && i < scope->count; i++)
		if (scope->actions[i].binding->action == action)
			return &scope->actions[i];
	return NULL;
}

static bool has_key(const struct bound *b, struct key k)
{
	for (size_t i = 0; i < b->key_count; i++)
		if (key_eq(b->keys[i], k))
			return true;
	return false;
}

static const struct bound *find_key(const struct bound_scope *scope, struct key k)
{
	for (size_t i = 0; i < scope->count; i++)
		if (has_key(&scope->actions[i], k))
			return &scope->actions[i];
	return NULL;
}

/* Two scopes can both be asked for one key press when they are the same or one is global. */
static bool is_rival(const struct bound_scope *a, const struct bound_scope *b)
{
	return a == b || is_global(a) || is_global(b);
}

static enum ll_err check_free(const struct keymap *m, const struct bound_scope *scope,
	const struct bound *self, struct key k, struct err *err)
{
	char name[24];

	for (size_t i = 0; i < m->scope_count; i++) {
		const struct bound_scope *other = &m->bound[i];
		const struct bound *taken = is_rival(scope, other) ? find_key(other, k) : NULL;

		if (!taken || taken == self)
			continue;
		key_name(k, name);
		return ll_fail(err, LL_EINVAL, "'%s.%s': key '%s' is taken by '%s.%s'", scope->name,
			self->binding->name, name, other->name, taken->binding->name);
	}
	return LL_OK;
}

static enum ll_err add_key(const struct keymap *m, const struct bound_scope *scope,
	const struct bound *self, struct bound *made, struct str word, struct err *err)
{
	const char *action = self->binding->name;
	struct key k;

	if (!key_parse(word, &k))
		return ll_fail(err, LL_EINVAL, "'%s.%s': no key is named '%.*s'", scope->name,
			action, STR_FMT(word));
	if (has_key(made, k))
		return ll_fail(err, LL_EINVAL, "'%s.%s': key '%.*s' stands twice", scope->name,
			action, STR_FMT(word));
	if (made->key_count == KEYS_MAX)
		return ll_fail(err, LL_EINVAL, "'%s.%s': more than %d keys", scope->name, action,
			KEYS_MAX);
	made->keys[made->key_count++] = k;
	return check_free(m, scope, self, k, err);
}

static enum ll_err name_keys(struct arena *a, struct bound *b, struct err *err)
{
	char text[KEYS_MAX * sizeof(b->first)] = "";
	size_t len = 0;

	for (size_t i = 0; i < b->key_count; i++) {
		if (i > 0)
			text[len++] = ' ';
		key_name(b->keys[i], text + len);
		len += strlen(text + len);
	}
	if (b->key_count > 0)
		key_name(b->keys[0], b->first);
	b->text = arena_str(a, (struct str){ text, len });
	return b->text.at ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory for the keymap");
}

/* All or nothing: an error leaves the action with the keys it had. */
static enum ll_err assign(struct keymap *m, struct bound_scope *scope, struct bound *b,
	struct str keys, struct err *err)
{
	struct bound made = { .binding = b->binding };
	enum ll_err status = LL_OK;

	while (keys.at && status == LL_OK) {
		struct str word = str_trim(str_cut(&keys, ' '));

		if (word.len > 0)
			status = add_key(m, scope, b, &made, word, err);
	}
	if (status == LL_OK)
		status = name_keys(m->arena, &made, err);
	if (status == LL_OK)
		*b = made;
	return status;
}

static enum ll_err bind_defaults(struct keymap *m, struct bound_scope *scope, struct err *err)
{
	for (size_t i = 0; i < scope->count; i++) {
		struct bound *b = &scope->actions[i];
		enum ll_err status;

		if (find_name(scope, str_of(b->binding->name)) != b)
			return ll_fail(err, LL_EINVAL, "action '%s.%s' stands twice", scope->name,
				b->binding->name);
		status = assign(m, scope, b, str_of(b->binding->keys), err);
		if (status != LL_OK)
			return status;
	}
	return LL_OK;
}

static bool take_scope(struct arena *a, const struct keymap_scope *from, struct bound_scope *scope)
{
	*scope = (struct bound_scope){ .name = from->name, .count = from->count,
		.actions = arena_alloc(a, from->count * sizeof(*scope->actions)) };
	for (size_t i = 0; scope->actions && i < from->count; i++)
		scope->actions[i].binding = &from->bindings[i];
	return scope->actions != NULL;
}

static struct keymap *make(struct arena *a, const struct keymap_scope *scopes, size_t count)
{
	struct keymap *m = arena_alloc(a, sizeof(*m));

	if (!m)
		return NULL;
	*m = (struct keymap){ .arena = a, .scope_count = count };
	m->scopes = arena_alloc(a, count * sizeof(*m->scopes));
	m->bound = arena_alloc(a, count * sizeof(*m->bound));
	if (!m->scopes || !m->bound)
		return NULL;
	for (size_t i = 0; i < count; i++) {
		m->scopes[i] = scopes[i];
		if (!take_scope(a, &scopes[i], &m->bound[i]))
			return NULL;
	}
	return m;
}

enum ll_err keymap_new(struct arena *a, const struct keymap_scope *scopes, size_t count,
	struct keymap **out, struct err *err)
{
	struct keymap *m = make(a, scopes, count);

	if (!m)
		return ll_fail(err, LL_ENOMEM, "out of memory for the keymap");
	for (size_t i = 0; i < count; i++) {
		enum ll_err status = bind_defaults(m, &m->bound[i], err);

		if (status != LL_OK)
			return status;
	}
	*out = m;
	return LL_OK;
}

static enum ll_err no_scope(const struct keymap *m, struct str name, struct err *err)
{
	struct suggest s;

	suggest_start(&s, name);
	for (size_t i = 0; i < m->scope_count; i++)
		suggest_offer(&s, m->bound[i].name);
	return ll_fail(err, LL_EINVAL, "nothing has keys under the name '%.*s'%s", STR_FMT(name),
		suggest_tail(&s, ""));
}

static enum ll_err no_action(const struct bound_scope *scope, struct str name, struct err *err)
{
	struct suggest s;
	char prefix[32];

	suggest_start(&s, name);
	for (size_t i = 0; i < scope->count; i++)
		suggest_offer(&s, scope->actions[i].binding->name);
	snprintf(prefix, sizeof(prefix), "%s.", scope->name);
	return ll_fail(err, LL_EINVAL, "no action '%s.%.*s'%s", scope->name, STR_FMT(name),
		suggest_tail(&s, prefix));
}

enum ll_err keymap_rebind(struct keymap *m, struct str scope_action, struct str keys,
	struct err *err)
{
	struct str action = str_trim(scope_action), scope_name = str_cut(&action, '.');
	struct bound_scope *scope;
	struct bound *b;

	if (!action.at)
		return ll_fail(err, LL_EINVAL, "'%.*s' is no 'scope.action'", STR_FMT(scope_name));
	scope = find_scope(m, scope_name);
	if (!scope)
		return no_scope(m, scope_name, err);
	b = find_name(scope, action);
	if (!b)
		return no_action(scope, action, err);
	return assign(m, scope, b, keys, err);
}

const struct binding *keymap_find(const struct keymap *m, const char *scope, struct key k,
	bool *out_is_global)
{
	const struct bound_scope *own = find_scope(m, str_of(scope));
	const struct bound_scope *global = find_scope(m, STR(GLOBAL));
	const struct bound *found = own ? find_key(own, k) : NULL;
	bool is_own = found && own != global;

	if (!found && global)
		found = find_key(global, k);
	if (out_is_global)
		*out_is_global = found && !is_own;
	return found ? found->binding : NULL;
}

const char *keymap_key(const struct keymap *m, const char *scope, int action)
{
	const struct bound *b = find_action(m, scope, action);

	return b ? b->first : "";
}

struct str keymap_keys(const struct keymap *m, const char *scope, int action)
{
	const struct bound *b = find_action(m, scope, action);

	return b ? b->text : STR("");
}

size_t keymap_scopes(const struct keymap *m, const struct keymap_scope **out)
{
	*out = m->scopes;
	return m->scope_count;
}
