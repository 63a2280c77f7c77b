/* SPDX-License-Identifier: Apache-2.0 */
/* CSV, JSON Lines and the map of their columns. */
#include <stdio.h>

#include "base/err.h"
#include "ingest/decoders.h"
#include "tests/ingest/collect.h"

static void csv__is_read__without_a_map(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_rows(&c, &csv_decoder, NULL, 0, "TIMESTAMP,ContextTokens,GeneratedTokens\r\n"
		"2023-11-16 18:17:03.9799600,4808,10\r\n2023-11-16 18:17:04.0319600,3180,8");
	assert_int_equal(c.count, 2);
	assert_int_equal(c.calls[0].kind, CALL_RECORD);
	assert_int_equal(c.calls[0].start_ns, at("2023-11-16T18:17:03.97996Z"));
	assert_int_equal(c.calls[0].tokens.input, 4808);
	assert_int_equal(c.calls[1].tokens.output, 8);
	collected_release(&c);
}

static void csv__reads__every_field_of_a_map(void **state)
{
	struct collected c = { 0 };
	const struct call *call = &c.calls[0];

	(void)state;
	collect_rows(&c, &csv_decoder,
		"ts=When:s,input_total=in,output=#3,cache_read=cr,cache_write=cw,cache_write_1h=ch,"
		"reasoning=re,model=m,provider=p,project=pr,user=u,key=k,session=s,agent=a,cost=usd,"
		"latency_ms=lat,ttft_ms=tt,status=st,tag:env=e,tag:team=t", 0,
		"when,in,out,cr,cw,ch,re,m,p,pr,u,k,s,a,usd,lat,tt,st,e,t\n"
		"1793527200.5,100,20,30,4,5,6,gpt-5,openai,/w,ann,prod-key,s1,agent,0.25,12.6,3,429,prod,x\n");
	assert_int_equal(c.count, 1);
	assert_int_equal(call->start_ns, at("2026-11-01T10:00:00.5Z"));
	assert_int_equal(call->tokens.input, 70);
	assert_int_equal(call->tokens.cache_read, 30);
	assert_int_equal(call->tokens.cache_write_5m, 4);
	assert_int_equal(call->tokens.cache_write_1h, 5);
	assert_int_equal(call->tokens.output, 20);
	assert_int_equal(call->reasoning_tokens, 6);
	assert_str(call->model, "gpt-5");
	assert_str(call->provider, "openai");
	assert_str(call->project, "/w");
	assert_str(call->user, "ann");
	assert_str(call->api_key, "prod-key");
	assert_str(call->session, "s1");
	assert_str(call->agent, "agent");
	assert_int_equal(usd_nanos(call->recorded), 250000000);
	assert_int_equal(call->latency_ms, 13);
	assert_int_equal(call->ttft_ms, 3);
	assert_int_equal(call->status, CALL_ERROR);
	assert_int_equal(call->tag_count, 2);
	assert_str(call->tags[1].name, "team");
	assert_str(call->tags[1].value, "x");
	collected_release(&c);
}

static void csv__understands__quotes_marks_and_breaks(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_rows(&c, &csv_decoder, NULL, 0, "\xEF\xBB\xBFtimestamp;\"input_tokens\";output_tokens;model\r\n"
		"2026-11-01T10:00:00Z;1;2;\"a;\"\"b\"\"\r\nc\"\r\n\r\n"
		"\"2026-11-01T10:00:00+02:00\";3;4;say 5\" disk\r\n"
		"2026-11-01T10:00:00Z;5\r\n");
	assert_int_equal(c.count, 3);
	assert_str(c.calls[0].model, "a;\"b\"\r\nc");
	assert_int_equal(c.calls[1].start_ns, at("2026-11-01T08:00:00Z"));
	assert_str(c.calls[1].model, "say 5\" disk");
	assert_int_equal(c.calls[2].tokens.input, 5);
	assert_int_equal(c.calls[2].tokens.output, 0);
	collected_release(&c);
}

static void csv__refuses__bad_values_by_name(void **state)
{
	static const char *const rows[][2] = {
		{ "x,1,1,,\n", "the timestamp is not a time" },
		{ ",1,1,,\n", "no timestamp" },
		{ "12,1,1,,\n", "the timestamp is relative: give --time-base" },
		{ "2026-11-01T10:00:00Z,-1,1,,\n", "input is not a whole number from 0 to 2^40" },
		{ "2026-11-01T10:00:00Z,1.5,1,,\n", "input is not a whole number from 0 to 2^40" },
		{ "2026-11-01T10:00:00Z,1,9007199254740992,,\n",
			"output is not a whole number from 0 to 2^40" },
		{ "2026-11-01T10:00:00Z,1,1,maybe,\n", "the status is not a known word or number" },
		{ "2026-11-01T10:00:00Z,1,1,,-2\n", "the cost is not an amount of dollars" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct collected c = { 0 };
		char text[200];

		snprintf(text, sizeof(text), "ts,input_tokens,output_tokens,status,cost\n%s", rows[i][0]);
		collect_rows(&c, &csv_decoder, NULL, 0, text);
		assert_int_equal(c.count, 0);
		assert_string_equal(c.why, rows[i][1]);
		collected_release(&c);
	}
}

static void csv__says__which_columns_there_are(void **state)
{
	struct collected c = { 0 }, timeless = { 0 };

	(void)state;
	collect_rows(&c, &csv_decoder, "ts=when,input=in", 0, "when,tokens\n1,2\n");
	assert_string_equal(c.binding.problem, "no column 'in'; the columns are when, tokens");
	collect_rows(&timeless, &csv_decoder, "input=tokens", 0, "when,tokens\n1,2\n");
	assert_string_equal(timeless.binding.problem, "no column for the time: say ts=COLUMN in a "
		"map; the columns are when, tokens");
	collected_release(&c);
	collected_release(&timeless);
}

static void jsonl__counts__from_the_time_base(void **state)
{
	static const char text[] =
		"{\"timestamp\": 0, \"input_length\": 40160, \"output_length\": 6, \"hash_ids\": [0, 1]}\n"
		"{\"timestamp\": 40, \"input_length\": 23769, \"output_length\": 3, \"hash_ids\": []}\n";
	struct collected mapped = { 0 }, guessed = { 0 }, baseless = { 0 };

	(void)state;
	collect_rows(&mapped, &jsonl_decoder, "ts=timestamp:ms,input=input_length,output=output_length",
		at("2026-11-01T00:00:00Z"), text);
	collect_rows(&guessed, &jsonl_decoder, NULL, at("2026-11-01T00:00:00Z"), text);
	collect_rows(&baseless, &jsonl_decoder, NULL, 0, text);
	assert_int_equal(mapped.count, 2);
	assert_int_equal(mapped.calls[1].start_ns, at("2026-11-01T00:00:00.040Z"));
	assert_int_equal(mapped.calls[1].tokens.input, 23769);
	assert_int_equal(guessed.count, 2);
	assert_int_equal(guessed.calls[1].start_ns, mapped.calls[1].start_ns);
	assert_int_equal(baseless.count, 0);
	assert_int_equal(baseless.refused, 2);
	collected_release(&mapped);
	collected_release(&guessed);
	collected_release(&baseless);
}

static void jsonl__reads__numbers_and_texts(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_rows(&c, &jsonl_decoder, NULL, 0,
		"{\"created_at\":\"2026-11-01T10:00:00Z\",\"prompt_tokens\":100,\"cached_tokens\":40,"
		"\"completion_tokens\":\"7\",\"model\":\"a\\/b\",\"cost\":1e-3,\"user\":null}\n"
		"{\"created_at\":1793527200,\"prompt_tokens\":1}\n"
		"{\"created_at\":1793527200000,\"prompt_tokens\":1}\n"
		"{\"created_at\":1793527200,\"prompt_tokens\":1,\"cached_tokens\":2}\n{broken\n");
	assert_int_equal(c.count, 3);
	assert_int_equal(c.refused, 2);
	assert_int_equal(c.calls[0].tokens.input, 60);
	assert_int_equal(c.calls[0].tokens.cache_read, 40);
	assert_int_equal(c.calls[0].tokens.output, 7);
	assert_str(c.calls[0].model, "a/b");
	assert_int_equal(usd_nanos(c.calls[0].recorded), 1000000);
	assert_int_equal(c.calls[1].start_ns, at("2026-11-01T10:00:00Z"));
	assert_int_equal(c.calls[2].start_ns, at("2026-11-01T10:00:00Z"));
	collected_release(&c);
}

static bool keep_start(void *ctx, const struct call *call)
{
	*(int64_t *)ctx = call->start_ns;
	return true;
}

static void csv__reads__local_times_in_the_users_zone(void **state)
{
	struct field_binding binding = { 0 };
	struct field_map map = { .binding = &binding };
	struct decode_options options = { .map = &map };
	struct arena scratch = { 0 };
	int64_t start_ns = 0;
	struct decode d = { .decoder = &csv_decoder, .options = &options, .scratch = &scratch,
		.emit = keep_start, .ctx = &start_ns };
	struct zone *zone;
	struct err err;

	(void)state;
	assert_ok(zone_open(STR("+05:30"), &zone, &err), &err);
	options.zone = zone;
	csv_decoder.decode(&d, STR("time,input_tokens"));
	csv_decoder.decode(&d, STR("2026-11-01 10:00:00,1"));
	assert_int_equal(start_ns, at("2026-11-01T04:30:00Z"));
	csv_decoder.decode(&d, STR("2026-11-01 10:00:00Z,1"));
	assert_int_equal(start_ns, at("2026-11-01T10:00:00Z"));
	zone_free(zone);
	arena_release(&scratch);
}

static void field_map_parse__names__the_bad_word(void **state)
{
	static const char *const bad[][2] = {
		{ "", "not FIELD=COLUMN: ''" },
		{ "ts", "not FIELD=COLUMN: 'ts'" },
		{ "ts=a,,input=b", "not FIELD=COLUMN: ''" },
		{ "when=a", "unknown field 'when' in the map" },
		{ "tag:=a", "unknown field 'tag:' in the map" },
		{ "ts=#0", "not a column number from #1 to #256: '#0'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct field_map *map;
		struct err err;

		assert_int_equal(field_map_parse(str_of(bad[i][0]), &map, &err), LL_EUSAGE);
		assert_string_equal(err.msg, bad[i][1]);
		assert_null(map);
	}
}

SUITE(rows,
	cmocka_unit_test(csv__is_read__without_a_map),
	cmocka_unit_test(csv__reads__every_field_of_a_map),
	cmocka_unit_test(csv__understands__quotes_marks_and_breaks),
	cmocka_unit_test(csv__refuses__bad_values_by_name),
	cmocka_unit_test(csv__says__which_columns_there_are),
	cmocka_unit_test(jsonl__counts__from_the_time_base),
	cmocka_unit_test(jsonl__reads__numbers_and_texts),
	cmocka_unit_test(csv__reads__local_times_in_the_users_zone),
	cmocka_unit_test(field_map_parse__names__the_bad_word));
