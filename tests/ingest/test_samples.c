/* SPDX-License-Identifier: Apache-2.0 */
/* Real logs, where they are at hand: what other tools make of them is known to the token. */
#include <dirent.h>
#include <stdio.h>

#include "base/err.h"
#include "base/file.h"
#include "ingest/field_map.h"
#include "tests/ingest/collect.h"
#include "tests/ingest/world.h"

/* Opens a world and imports the sample; skips the test where there is none. */
static void import_sample(struct world *w, const char *name, struct import_options options)
{
	const char *path = test_shared(name);

	if (!path)
		skip();
	world_open(w);
	assert_ok(world_import_with(w, path, options), &w->err);
	assert_int_equal(w->sum.refused, 0);
}

static bool file_has(const char *path, struct str words)
{
	struct buf text = BUF_INIT(LIMIT_WHOLE_FILE_BYTES);
	struct err err;
	bool has;

	assert_ok(file_slurp(path, &text, &err), &err);
	has = str_has(buf_str(&text), words);
	buf_release(&text);
	return has;
}

static void assert_store_lacks(const struct world *w, const char *words)
{
	const struct dirent *entry;
	char dir[256], path[600];
	DIR *open_dir = opendir(world_path(w, "store", dir));

	assert_non_null(open_dir);
	while ((entry = readdir(open_dir)))
		if (entry->d_type == DT_REG && path_join(path, sizeof(path), dir, entry->d_name))
			assert_false(file_has(path, str_of(words)));
	closedir(open_dir);
}

static void claude_sample__gives__the_known_sums(void **state)
{
	struct world w;
	struct usage_sum sum;

	(void)state;
	import_sample(&w, "data/logs/claude", (struct import_options){ 0 });
	sum = world_total(&w);
	assert_int_equal(w.sum.calls, 719);
	assert_int_equal(sum.calls, 384);
	assert_int_equal(sum.tokens.input, 22690);
	assert_int_equal(sum.tokens.output, 49116);
	assert_int_equal(sum.tokens.cache_write_5m, 954449);
	assert_int_equal(sum.tokens.cache_write_1h, 9036);
	assert_int_equal(sum.tokens.cache_read, 15402141);
	assert_int_equal(usd_nanos(sum.cost), 13554107050);
	assert_int_equal(sum.unpriced, 0);
	assert_store_lacks(&w, "I'll help you");
	assert_store_lacks(&w, "parentUuid");
	world_close(&w);
}

static void codex_sample__gives__the_known_sums(void **state)
{
	struct world w;
	struct usage_sum sum;

	(void)state;
	import_sample(&w, "data/logs/codex", (struct import_options){ 0 });
	sum = world_total(&w);
	assert_int_equal(sum.calls, 93);
	assert_int_equal(sum.tokens.input, 146585);
	assert_int_equal(sum.tokens.cache_read, 1782528);
	assert_int_equal(sum.tokens.output, 15326);
	assert_int_equal(usd_nanos(sum.cost), 559307250);
	assert_store_lacks(&w, "environment_context");
	world_close(&w);
}

static void pi_sample__costs__what_it_says_itself(void **state)
{
	struct world w;
	struct usage_sum sum;

	(void)state;
	import_sample(&w, "data/logs/pi", (struct import_options){ 0 });
	sum = world_total(&w);
	assert_int_equal(sum.calls, 453);
	assert_int_equal(sum.errors, 22); /* 14 without tokens, 8 stopped on the way */
	assert_int_equal(usd_nanos(sum.recorded), 30330197700);
	assert_int_equal(usd_nanos(sum.cost), usd_nanos(sum.recorded));
	assert_store_lacks(&w, "Request was aborted");
	world_close(&w);
}

static void azure_sample__is_read__without_a_map(void **state)
{
	struct world w;

	(void)state;
	import_sample(&w, "data/usage/azure2023_code.csv", (struct import_options){ 0 });
	assert_int_equal(world_total(&w).calls, 8819);
	world_close(&w);
}

static void mooncake_sample__is_read__with_a_map(void **state)
{
	struct field_map *map;
	struct world w;
	struct usage_sum sum;
	struct err err;

	(void)state;
	assert_ok(field_map_parse(STR("ts=timestamp:ms,input=input_length,output=output_length"), &map,
		&err), &err);
	import_sample(&w, "data/usage/mooncake_synthetic.jsonl", (struct import_options){
		.decode = { .map = map, .time_base_ns = at("2026-11-01T00:00:00Z") } });
	sum = world_total(&w);
	assert_int_equal(sum.calls, 3993);
	assert_int_equal(sum.tokens.input, 61194628);
	assert_int_equal(sum.tokens.output, 595432);
	field_map_free(map);
	world_close(&w);
}

SUITE(samples,
	cmocka_unit_test(claude_sample__gives__the_known_sums),
	cmocka_unit_test(codex_sample__gives__the_known_sums),
	cmocka_unit_test(pi_sample__costs__what_it_says_itself),
	cmocka_unit_test(azure_sample__is_read__without_a_map),
	cmocka_unit_test(mooncake_sample__is_read__with_a_map));
