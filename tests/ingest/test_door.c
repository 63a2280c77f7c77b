/* SPDX-License-Identifier: Apache-2.0 */
#include "base/err.h"
#include "base/fault.h"
#include "store/source.h"
#include "tests/ingest/collect.h"
#include "tests/ingest/world.h"

struct seen {
	struct call call; /* the last one */
	struct usd cost;
	bool has_cost;
	size_t count;
};

static void see(void *ctx, const struct priced_call *p)
{
	struct seen *seen = ctx;

	seen->call = p->call;
	seen->cost = p->cost;
	seen->has_cost = p->has_cost;
	seen->count++;
}

static struct call good_call(uint64_t key)
{
	return (struct call){
		.key = { .exact = { key, key }, .family = key },
		.kind = CALL_AGENT_LOG,
		.start_ns = at("2026-11-01T10:00:00Z"),
		.latency_ms = -1,
		.ttft_ms = -1,
		.provider = STR_INIT("anthropic"),
		.model = STR_INIT("claude-sonnet-4-5"),
		.session = STR_INIT("s"),
		.tokens = { .input = 100000, .output = 1 },
	};
}

static void open_door(struct world *w, struct door_options *options, struct door **door)
{
	int64_t source;

	options->scope = &w->scope;
	options->book = world_book;
	options->book_ctx = w;
	assert_ok(door_open(door, options, &w->err), &w->err);
	assert_ok(source_ensure(w->store, &w->scope, STR("test"), STR("box"), STR("/"), &source,
		&w->err), &w->err);
	door_source(*door, source);
}

static void door__prices__and_counts_what_it_stores(void **state)
{
	struct world w;
	struct seen seen = { 0 };
	struct door *door;
	struct call call = good_call(1);
	const char *why = NULL;

	(void)state;
	world_open(&w);
	open_door(&w, &(struct door_options){ .store = w.store, .show = see, .ctx = &seen }, &door);
	assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	assert_true(seen.has_cost);
	assert_int_equal(usd_nanos(seen.cost), 300015000);
	assert_ok(door_flush(door, &w.err), &w.err);
	assert_int_equal(door_result(door).added, 1);
	assert_int_equal(door_result(door).duplicate, 1);
	door_close(door);
	assert_int_equal(usd_nanos(world_total(&w).cost), 300015000);
	world_close(&w);
}

static void door__stores__more_calls_than_a_batch_holds(void **state)
{
	struct world w;
	struct door *door;
	const char *why = NULL;

	(void)state;
	world_open(&w);
	open_door(&w, &(struct door_options){ .store = w.store }, &door);
	for (uint64_t i = 1; i <= 3 * LIMIT_BATCH_CALLS; i++) {
		struct call call = good_call(i * UINT64_C(0x9E3779B97F4A7C15));

		assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	}
	assert_ok(door_flush(door, &w.err), &w.err);
	assert_int_equal(door_result(door).added, 3 * LIMIT_BATCH_CALLS);
	door_close(door);
	assert_int_equal(world_total(&w).calls, 3 * LIMIT_BATCH_CALLS);
	world_close(&w);
}

static void door__makes__names_fit_to_be_stored(void **state)
{
	static char long_name[2000];
	struct world w;
	struct seen seen = { 0 };
	struct door *door;
	struct call call = good_call(1);
	const char *why = NULL;

	(void)state;
	memset(long_name, 'n', sizeof(long_name));
	world_open(&w);
	open_door(&w, &(struct door_options){ .store = w.store, .show = see, .ctx = &seen }, &door);
	call.model = (struct str){ "bad\0\xFF\x1B[31m", 10 };
	call.provider = STR("");
	call.project = (struct str){ long_name, sizeof(long_name) };
	call.user = STR("  ann  ");
	assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	assert_str(seen.call.model, "bad\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD[31m");
	assert_int_equal(seen.call.project.len, LIMIT_NAME_BYTES);
	assert_str(seen.call.user, "ann");
	call.model = STR("claude-sonnet-4-5");
	assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	assert_str(seen.call.provider, "anthropic"); /* of the model */
	call.model = STR("");
	assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	assert_str(seen.call.model, "unknown");
	assert_false(seen.has_cost);
	door_close(door);
	world_close(&w);
}

static void door__obeys__overrides(void **state)
{
	struct world w;
	struct seen seen = { 0 };
	struct door *door;
	struct call call = good_call(1);
	const char *why = NULL;

	(void)state;
	world_open(&w);
	open_door(&w, &(struct door_options){ .show = see, .ctx = &seen, .provider = STR("openai"),
		.model = STR("gpt-5"), .project = STR("p"), .user = STR("u") }, &door);
	assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	assert_str(seen.call.provider, "openai");
	assert_str(seen.call.model, "gpt-5");
	assert_str(seen.call.project, "p");
	assert_str(seen.call.user, "u");
	assert_ok(door_flush(door, &w.err), &w.err);
	door_close(door);
	assert_int_equal(world_total(&w).calls, 0); /* without a store nothing is stored */
	world_close(&w);
}

static void refused(struct door *door, struct world *w, struct call call)
{
	const char *why = NULL;

	assert_int_equal(door_call(door, &call, &why, &w->err), LL_EINVAL);
	assert_non_null(why);
	assert_true(strlen(why) > 0);
}

static void door__refuses__calls_that_cannot_be(void **state)
{
	static char long_id[LIMIT_ID_BYTES + 1];
	struct world w;
	struct door *door;
	struct call call;

	(void)state;
	memset(long_id, 'x', sizeof(long_id));
	world_open(&w);
	open_door(&w, &(struct door_options){ .store = w.store }, &door);
	call = good_call(1);
	call.tokens.input = -1;
	refused(door, &w, call);
	call = good_call(1);
	call.start_ns = at("1969-12-31T23:59:59Z");
	refused(door, &w, call);
	call.start_ns = at("2100-01-01T00:00:00Z");
	refused(door, &w, call);
	call = good_call(1);
	call.reasoning_tokens = 5;
	refused(door, &w, call);
	call = good_call(1);
	call.session = (struct str){ long_id, sizeof(long_id) };
	refused(door, &w, call);
	assert_ok(door_flush(door, &w.err), &w.err);
	assert_int_equal(door_result(door).added, 0);
	door_close(door);
	world_close(&w);
}

static void door__says__what_the_store_said(void **state)
{
	struct world w;
	struct door *door;
	struct call call = good_call(1);
	const char *why = NULL;

	(void)state;
	world_open(&w);
	open_door(&w, &(struct door_options){ .store = w.store }, &door);
	assert_ok(door_call(door, &call, &why, &w.err), &w.err);
	fault_arm(FAULT_SQL, 1, true);
	assert_int_not_equal(door_flush(door, &w.err), LL_OK);
	fault_disarm();
	assert_true(strlen(w.err.msg) > 0);
	assert_int_not_equal(door_call(door, &call, &why, NULL), LL_OK); /* it is final */
	door_close(door);
	assert_int_equal(world_total(&w).calls, 0);
	world_close(&w);
}

SUITE(door,
	cmocka_unit_test(door__prices__and_counts_what_it_stores),
	cmocka_unit_test(door__stores__more_calls_than_a_batch_holds),
	cmocka_unit_test(door__makes__names_fit_to_be_stored),
	cmocka_unit_test(door__obeys__overrides),
	cmocka_unit_test(door__refuses__calls_that_cannot_be),
	cmocka_unit_test(door__says__what_the_store_said));
