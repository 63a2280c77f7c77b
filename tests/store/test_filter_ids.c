/* SPDX-License-Identifier: Apache-2.0 */
#include "store/filter_ids.h"

#include "tests/store/sample.h"

/* Compiles a text for one month of a sample. */
static void compile(struct sample *s, const char *text, const struct scope *scope,
	struct filter_ids *f)
{
	struct filter *filter = arena_alloc(&s->arena, sizeof(*filter));
	struct month_reader *m;
	struct err err = { 0 };

	assert_ok(filter_parse(str_of(text), &s->arena, filter, &err), &err);
	filter_ids_init(f, filter, scope);
	assert_ok(reader_begin(s->reader, &err), &err);
	assert_ok(reader_month(s->reader, 202611, &m, &err), &err);
	assert_ok(filter_ids_compile(f, &s->reader->lookup, m, &err), &err);
	assert_ok(reader_end(s->reader, LL_OK, &err), &err);
}

static int64_t id_of(const struct sample *s, enum dim_kind kind, const char *qualifier,
	const char *name)
{
	const struct lookup *l = &s->reader->lookup;

	for (size_t i = 0; i < l->dim_count; i++)
		if (l->dims[i].kind == kind && str_eq(l->dims[i].name, str_of(name)) &&
			str_eq(l->dims[i].qualifier, str_of(qualifier)))
			return l->dims[i].id;
	fail_msg("no '%s'", name);
	return 0;
}

static void filter_ids_compile__intersects__terms_of_one_column(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	struct filter_ids f;

	(void)state;
	sample_open(&s, 200, 61);
	compile(&s, "model=gpt-5 provider!=azure", &scope, &f);
	assert_int_equal(f.sets[ID_MODEL].count, 1);
	assert_true(id_set_has(&f.sets[ID_MODEL], id_of(&s, DIM_MODEL, "openai", "gpt-5")));
	assert_false(id_set_has(&f.sets[ID_MODEL], id_of(&s, DIM_MODEL, "azure", "gpt-5")));
	assert_false(f.sets[ID_USER].is_used);
	assert_true(id_set_has(&f.sets[ID_USER], 12345));
	filter_ids_release(&f);
	sample_close(&s);
}

static void filter_ids_compile__knows__what_is_absent(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	struct filter_ids f;

	(void)state;
	sample_open(&s, 200, 62);
	compile(&s, "user= tag:env!=prod", &scope, &f);
	assert_int_equal(f.sets[ID_USER].count, 1);
	assert_true(id_set_has(&f.sets[ID_USER], 0));
	assert_true(id_set_has(&f.sets[ID_TAG_SET], 0));
	assert_true(id_set_has(&f.tags, 0));
	assert_true(id_set_has(&f.tags, id_of(&s, DIM_TAG, "env", "test")));
	assert_false(id_set_has(&f.tags, id_of(&s, DIM_TAG, "env", "prod")));
	filter_ids_release(&f);
	sample_close(&s);
}

static void filter_ids_is_empty__sees__names_that_nobody_has(void **state)
{
	static const char *const texts[] = {
		"model=nothing", "session=nothing", "user=ann user=bob", "machine=nothing",
		"tag:env=nothing",
	};
	struct scope scope = SCOPE_DEFAULT;
	struct sample s;
	struct filter_ids f;

	(void)state;
	sample_open(&s, 200, 63);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		compile(&s, texts[i], &scope, &f);
		assert_true(filter_ids_is_empty(&f));
		filter_ids_release(&f);
	}
	compile(&s, "session=session-1 machine=", &scope, &f);
	assert_false(filter_ids_is_empty(&f));
	filter_ids_release(&f);
	sample_close(&s);
}

static void filter_ids_compile__holds__projects_of_scope(void **state)
{
	int64_t projects[2];
	struct scope scope = { .workspace = 1, .projects = projects, .project_count = 2 };
	struct sample s;
	struct filter_ids f;

	(void)state;
	sample_open(&s, 200, 64);
	projects[0] = sample_project_id(&s, STR("web"));
	projects[1] = INT64_MAX;
	compile(&s, "project=web,api", &scope, &f);
	assert_int_equal(f.sets[ID_PROJECT].count, 1);
	assert_true(id_set_has(&f.sets[ID_PROJECT], projects[0]));
	assert_false(id_set_has(&f.sets[ID_PROJECT], -1));
	filter_ids_release(&f);
	sample_close(&s);
}

static void filter_ids_pass_call__compares__amounts_that_are_known(void **state)
{
	struct scope scope = SCOPE_DEFAULT;
	struct call_row priced = { .has_cost = true, .cost = usd_of_nanos(60000000) };
	struct call_row unpriced = { .latency_ms = -1, .tokens.input = 10000 };
	struct row_ids ids = { 0 };
	struct sample s;
	struct filter_ids f;

	(void)state;
	sample_open(&s, 200, 65);
	compile(&s, "cost>0.05", &scope, &f);
	assert_true(filter_ids_pass_call(&f, &ids, &priced));
	assert_false(filter_ids_pass_call(&f, &ids, &unpriced));
	filter_ids_release(&f);
	compile(&s, "dur<2s", &scope, &f);
	assert_true(filter_ids_pass_call(&f, &ids, &priced));
	assert_false(filter_ids_pass_call(&f, &ids, &unpriced));
	filter_ids_release(&f);
	compile(&s, "tokens>=10k priced=no status=ok", &scope, &f);
	assert_false(filter_ids_pass_call(&f, &ids, &priced));
	assert_true(filter_ids_pass_call(&f, &ids, &unpriced));
	filter_ids_release(&f);
	sample_close(&s);
}

SUITE(filter_ids,
	cmocka_unit_test(filter_ids_compile__intersects__terms_of_one_column),
	cmocka_unit_test(filter_ids_compile__knows__what_is_absent),
	cmocka_unit_test(filter_ids_compile__holds__projects_of_scope),
	cmocka_unit_test(filter_ids_is_empty__sees__names_that_nobody_has),
	cmocka_unit_test(filter_ids_pass_call__compares__amounts_that_are_known));
