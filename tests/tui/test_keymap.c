/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of actions: defaults, look-up, conflicts and what a user may change. */
#include "tests/support/suite.h"

#include "base/fault.h"
#include "tui/keymap.h"

enum { UP = 1, DOWN, QUIT, PANE_ONE, SORT = 1000, OPEN, HIDDEN };

static const struct binding global_bindings[] = {
	{ UP, "up", "k <Up>", NULL, "one row up" },
	{ DOWN, "down", "j <Down>", "move", "one row down" },
	{ QUIT, "quit", "q <C-c>", "quit", "leave" },
	{ PANE_ONE, "pane-1", "1", NULL, "the first pane" },
};
static const struct binding spend_bindings[] = {
	{ SORT, "sort", "s", "sort", "choose the column to sort by" },
	{ OPEN, "open", "<Enter>", "open", "look into it" },
	{ HIDDEN, "hidden", "", NULL, "through the palette only" },
};
static const struct binding trace_bindings[] = {
	{ SORT, "slow", "s", "slow", "the slowest first" },
};
static const struct keymap_scope scopes[] = {
	{ "global", global_bindings, 4 },
	{ "spend", spend_bindings, 3 },
	{ "trace", trace_bindings, 1 },
};

static struct key key_of(const char *name)
{
	struct key k = { 0 };

	assert_true(key_parse(str_of(name), &k));
	return k;
}

static struct keymap *make(struct arena *a)
{
	struct keymap *m = NULL;
	struct err err = { 0 };

	arena_init(a, 0);
	assert_ok(keymap_new(a, scopes, 3, &m, &err), &err);
	return m;
}

static const char *name_of(const struct keymap *m, const char *scope, const char *key)
{
	const struct binding *b = keymap_find(m, scope, key_of(key), NULL);

	return b ? b->name : "-";
}

static void keymap_find__prefers__scope_then_global(void **state)
{
	struct arena a;
	struct keymap *m = make(&a);
	bool is_global;

	(void)state;
	assert_string_equal(name_of(m, "spend", "s"), "sort");
	assert_string_equal(name_of(m, "trace", "s"), "slow");
	assert_string_equal(name_of(m, "global", "s"), "-");
	assert_string_equal(name_of(m, "nowhere", "j"), "down");
	assert_string_equal(name_of(m, "spend", "1"), "pane-1");
	assert_string_equal(name_of(m, "spend", "<C-c>"), "quit");
	assert_string_equal(name_of(m, "spend", "2"), "-");
	assert_non_null(keymap_find(m, "spend", key_of("<Down>"), &is_global));
	assert_true(is_global);
	assert_non_null(keymap_find(m, "spend", key_of("s"), &is_global));
	assert_false(is_global);
	assert_null(keymap_find(m, "spend", key_of("x"), &is_global));
	assert_false(is_global);
	arena_release(&a);
}

static void keymap_keys__names__all_of_an_action(void **state)
{
	const struct keymap_scope *listed;
	struct arena a;
	struct keymap *m = make(&a);

	(void)state;
	assert_str(keymap_keys(m, "global", DOWN), "j <Down>");
	assert_string_equal(keymap_key(m, "global", DOWN), "j");
	assert_string_equal(keymap_key(m, "global", QUIT), "q");
	assert_string_equal(keymap_key(m, "spend", HIDDEN), "");
	assert_str(keymap_keys(m, "spend", HIDDEN), "");
	assert_string_equal(keymap_key(m, "spend", 77), "");
	assert_str(keymap_keys(m, "nowhere", SORT), "");
	assert_int_equal(keymap_scopes(m, &listed), 3);
	assert_string_equal(listed[2].name, "trace");
	arena_release(&a);
}

static void keymap_new__refuses__tables_that_clash(void **state)
{
#define KEYS(number, name, keys) { number, name, keys, NULL, "" }
	static const struct {
		struct binding global, pane[2];
		const char *why;
	} cases[] = {
		{ KEYS(1, "up", "k"), { KEYS(2, "a", "x"), KEYS(3, "b", "y x") },
			"'p.b': key 'x' is taken by 'p.a'" },
		{ KEYS(1, "up", "k"), { KEYS(2, "a", "x"), KEYS(3, "b", "k") },
			"'p.b': key 'k' is taken by 'global.up'" },
		{ KEYS(1, "up", "k k"), { KEYS(2, "a", ""), KEYS(3, "b", "") },
			"'global.up': key 'k' stands twice" },
		{ KEYS(1, "up", "k"), { KEYS(2, "a", "<Nope>"), KEYS(3, "b", "") },
			"'p.a': no key is named '<Nope>'" },
		{ KEYS(1, "up", "k"), { KEYS(2, "a", ""), KEYS(3, "a", "") },
			"action 'p.a' stands twice" },
		{ KEYS(1, "up", "a b c d e f g h i"), { KEYS(2, "a", ""), KEYS(3, "b", "") },
			"'global.up': more than 8 keys" },
	};
#undef KEYS

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct keymap_scope wrong[] =
			{ { "global", &cases[i].global, 1 }, { "p", cases[i].pane, 2 } };
		struct arena a = { 0 };
		struct keymap *m;
		struct err err = { 0 };

		assert_int_equal(keymap_new(&a, wrong, 2, &m, &err), LL_EINVAL);
		assert_string_equal(err.msg, cases[i].why);
		arena_release(&a);
	}
}

static void keymap_rebind__moves__keys(void **state)
{
	struct arena a;
	struct keymap *m = make(&a);
	struct err err = { 0 };

	(void)state;
	assert_ok(keymap_rebind(m, STR("spend.sort"), STR(" <C-s>  o "), &err), &err);
	assert_string_equal(name_of(m, "spend", "s"), "-");
	assert_string_equal(name_of(m, "spend", "o"), "sort");
	assert_string_equal(name_of(m, "trace", "s"), "slow");
	assert_str(keymap_keys(m, "spend", SORT), "<C-s> o");
	assert_ok(keymap_rebind(m, STR("spend.sort"), STR("s"), &err), &err);
	assert_ok(keymap_rebind(m, STR("spend.open"), STR("2"), &err), &err);
	assert_string_equal(name_of(m, "spend", "2"), "open");
	/* Two actions swap by way of none. */
	assert_ok(keymap_rebind(m, STR("global.up"), STR(""), &err), &err);
	assert_string_equal(keymap_key(m, "global", UP), "");
	assert_ok(keymap_rebind(m, STR("global.down"), STR("k"), &err), &err);
	assert_ok(keymap_rebind(m, STR("global.up"), STR("j"), &err), &err);
	assert_string_equal(name_of(m, "spend", "j"), "up");
	arena_release(&a);
}

static void keymap_rebind__says__what_is_wrong(void **state)
{
	static const struct {
		const char *action, *keys, *why;
	} cases[] = {
		{ "sort", "x", "'sort' is no 'scope.action'" },
		{ "spent.sort", "x",
			"nothing has keys under the name 'spent'; did you mean 'spend'?" },
		{ "spend.srot", "x", "no action 'spend.srot'; did you mean 'spend.sort'?" },
		{ "spend.qqqqqq", "x", "no action 'spend.qqqqqq'" },
		{ "spend.sort", "x <Foo>", "'spend.sort': no key is named '<Foo>'" },
		{ "spend.sort", "j", "'spend.sort': key 'j' is taken by 'global.down'" },
		{ "spend.sort", "1", "'spend.sort': key '1' is taken by 'global.pane-1'" },
		{ "global.up", "s", "'global.up': key 's' is taken by 'spend.sort'" },
		{ "spend.sort", "x x", "'spend.sort': key 'x' stands twice" },
	};
	struct arena a;
	struct keymap *m = make(&a);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = { 0 };

		assert_int_equal(LL_EINVAL, keymap_rebind(m, str_of(cases[i].action),
			str_of(cases[i].keys), &err));
		assert_string_equal(err.msg, cases[i].why);
	}
	/* Nothing has changed. */
	assert_str(keymap_keys(m, "spend", SORT), "s");
	assert_str(keymap_keys(m, "global", UP), "k <Up>");
	arena_release(&a);
}

static void keymap_new__reports__no_memory(void **state)
{
	uint64_t visits;

	(void)state;
	for (uint64_t nth = 1;; nth++) {
		struct arena a = { 0 };
		struct keymap *m;
		struct err err = { 0 };
		enum ll_err status;

		fault_arm(FAULT_ALLOC, nth, false);
		status = keymap_new(&a, scopes, 3, &m, &err);
		visits = fault_disarm();
		assert_int_equal(status, visits < nth ? LL_OK : LL_ENOMEM);
		arena_release(&a);
		if (visits < nth)
			break;
	}
}

SUITE(keymap, cmocka_unit_test(keymap_find__prefers__scope_then_global),
	cmocka_unit_test(keymap_keys__names__all_of_an_action),
	cmocka_unit_test(keymap_new__refuses__tables_that_clash),
	cmocka_unit_test(keymap_rebind__moves__keys),
	cmocka_unit_test(keymap_rebind__says__what_is_wrong),
	cmocka_unit_test(keymap_new__reports__no_memory));
