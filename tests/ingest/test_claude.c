/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/decoders.h"
#include "tests/ingest/collect.h"

/* A response of 3 in, 50 out, with what else the test wants at the end of the line. */
#define LINE(id, request, more)                                                               \
	"{\"type\":\"assistant\",\"timestamp\":\"2026-11-01T10:00:00.000Z\",\"sessionId\":\"s1\"," \
	"\"requestId\":\"" request "\",\"cwd\":\"/w\",\"message\":{\"id\":\"" id "\","             \
	"\"model\":\"claude-opus-5-5\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\","    \
	"\"text\":\"secret words\"}],\"usage\":{\"input_tokens\":3,"                               \
	"\"output_tokens\":50}}" more "}\n"
#define USAGE(usage)                                                                          \
	"{\"timestamp\":\"2026-11-01T10:00:00.000Z\",\"sessionId\":\"s1\",\"requestId\":\"r\","    \
	"\"message\":{\"id\":\"m\",\"model\":\"claude-x\",\"usage\":" usage "}}\n"

static void decode__reads__every_field(void **state)
{
	struct collected c = { 0 };
	const struct call *call = &c.calls[0];

	(void)state;
	collect_lines(&c, &claude_decoder,
		"{\"type\":\"assistant\",\"timestamp\":\"2026-11-01T10:00:00.250Z\","
		"\"sessionId\":\"s1\",\"requestId\":\"req_1\",\"version\":\"2.1.0\",\"cwd\":\"/w\","
		"\"isSidechain\":false,\"costUSD\":0.12,\"message\":{\"id\":\"msg_1\","
		"\"model\":\"claude-opus-5-5\",\"content\":[],\"usage\":{\"input_tokens\":3,"
		"\"cache_creation_input_tokens\":100,\"cache_read_input_tokens\":2000,"
		"\"cache_creation\":{\"ephemeral_5m_input_tokens\":60,"
		"\"ephemeral_1h_input_tokens\":40},\"output_tokens\":50,"
		"\"service_tier\":\"priority\",\"speed\":\"fast\","
		"\"server_tool_use\":{\"web_search_requests\":2}}}}\n");
	assert_int_equal(c.count, 1);
	assert_int_equal(call->kind, CALL_AGENT_LOG);
	assert_int_equal(call->start_ns, at("2026-11-01T10:00:00.250Z"));
	assert_str(call->provider, "anthropic");
	assert_str(call->model, "claude-opus-5-5");
	assert_str(call->project, "/w");
	assert_str(call->session, "s1");
	assert_int_equal(call->tokens.input, 3);
	assert_int_equal(call->tokens.cache_read, 2000);
	assert_int_equal(call->tokens.cache_write_5m, 60);
	assert_int_equal(call->tokens.cache_write_1h, 40);
	assert_int_equal(call->tokens.output, 50);
	assert_int_equal(call->web_searches, 2);
	assert_true(call->has_recorded);
	assert_int_equal(usd_nanos(call->recorded), 120000000);
	assert_int_equal(call->tier, TIER_PRIORITY);
	assert_int_equal(call->speed, SPEED_FAST);
	assert_int_equal(call->latency_ms, -1);
	assert_false(call->is_replay);
	collected_release(&c);
}

static void decode__keeps__one_key_for_growing_snapshots(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &claude_decoder, LINE("m1", "r1", "") LINE("m1", "r1", "")
		LINE("m1", "r2", ",\"isSidechain\":true") LINE("m2", "r1", ""));
	assert_int_equal(c.count, 4);
	assert_true(fingerprint_eq(c.calls[0].key.exact, c.calls[1].key.exact));
	assert_false(fingerprint_eq(c.calls[0].key.exact, c.calls[2].key.exact));
	assert_true(c.calls[0].key.family == c.calls[2].key.family);
	assert_false(c.calls[0].key.family == c.calls[3].key.family);
	assert_true(c.calls[2].is_replay);
	assert_str(c.calls[2].agent, "sub-agent");
	assert_int_equal(c.calls[0].agent.len, 0);
	collected_release(&c);
}

static void decode__never_merges__lines_without_message_id(void **state)
{
	static const char text[] = LINE("", "r1", "") LINE("", "r1", "") LINE("", "r1", ",\"uuid\":\"u\"");
	struct collected c = { 0 }, again = { 0 };

	(void)state;
	collect_lines(&c, &claude_decoder, text);
	collect_lines(&again, &claude_decoder, text);
	assert_int_equal(c.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_true(fingerprint_eq(c.calls[i].key.exact, again.calls[i].key.exact));
		assert_false(fingerprint_eq(c.calls[i].key.exact,
			c.calls[(i + 1) % 3].key.exact));
	}
	collected_release(&c);
	collected_release(&again);
}

static void decode__ignores__what_is_no_response(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &claude_decoder,
		"\n{\"type\":\"summary\",\"summary\":\"x\",\"leafUuid\":\"y\"}\n"
		"{\"type\":\"user\",\"timestamp\":\"2026-11-01T10:00:00Z\",\"message\":{\"usage\":"
		"{\"input_tokens\":1,\"output_tokens\":1}}}\n"
		"{\"type\":\"user\",\"toolUseResult\":{\"usage\":{\"input_tokens\":1}}}\n"
		"{\"type\":\"assistant\",\"message\":{\"model\":\"<synthetic>\",\"usage\":"
		"{\"input_tokens\":0,\"output_tokens\":0}},\"isApiErrorMessage\":true}\n"
		"{\"type\":\"assistant\",\"message\":{\"usage\":null}}\n[1]\n7\n");
	assert_int_equal(c.count, 0);
	assert_int_equal(c.refused, 0);
	collected_release(&c);
}

static void decode__unwraps__progress_of_a_sub_agent(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &claude_decoder,
		"{\"type\":\"progress\",\"sessionId\":\"s1\",\"cwd\":\"/w\",\"data\":{\"message\":"
		"{\"type\":\"assistant\",\"timestamp\":\"2026-11-01T10:00:00Z\",\"requestId\":\"r\","
		"\"isSidechain\":true,\"message\":{\"id\":\"m\",\"model\":\"claude-x\",\"usage\":"
		"{\"input_tokens\":7,\"output_tokens\":8}}}}}\n");
	assert_int_equal(c.count, 1);
	assert_int_equal(c.calls[0].tokens.input, 7);
	assert_str(c.calls[0].session, "s1");
	assert_str(c.calls[0].project, "/w");
	assert_true(c.calls[0].is_replay);
	collected_release(&c);
}

static void decode__puts__unsplit_cache_writes_at_five_minutes(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &claude_decoder,
		USAGE("{\"cache_creation_input_tokens\":9}")
		USAGE("{\"cache_creation_input_tokens\":9,\"cache_creation\":{}}")
		USAGE("{\"cache_creation_input_tokens\":9,\"cache_creation\":"
		      "{\"ephemeral_1h_input_tokens\":9}}")
		USAGE("{\"cache_creation_input_tokens\":null,\"input_tokens\":1}"));
	assert_int_equal(c.count, 4);
	assert_int_equal(c.calls[0].tokens.cache_write_5m, 9);
	assert_int_equal(c.calls[1].tokens.cache_write_5m, 9);
	assert_int_equal(c.calls[2].tokens.cache_write_5m, 0);
	assert_int_equal(c.calls[2].tokens.cache_write_1h, 9);
	assert_int_equal(c.calls[3].tokens.cache_write_5m, 0);
	collected_release(&c);
}

static void refuses(const char *line, const char *why)
{
	struct collected c = { 0 };

	collect_lines(&c, &claude_decoder, line);
	assert_int_equal(c.count, 0);
	assert_int_equal(c.refused, 1);
	assert_string_equal(c.why, why);
	collected_release(&c);
}

static void decode__refuses__bad_counts_by_name(void **state)
{
	(void)state;
	refuses(USAGE("{\"input_tokens\":-1}"),
		"input_tokens is not a whole number from 0 to 2^40");
	refuses(USAGE("{\"input_tokens\":1.0}"),
		"input_tokens is not a whole number from 0 to 2^40");
	refuses(USAGE("{\"output_tokens\":1e300}"),
		"output_tokens is not a whole number from 0 to 2^40");
	refuses(USAGE("{\"output_tokens\":9007199254740992}"),
		"output_tokens is not a whole number from 0 to 2^40");
	refuses(USAGE("{\"output_tokens\":\"12\"}"),
		"output_tokens is not a whole number from 0 to 2^40");
	refuses(USAGE("{\"cache_creation\":{\"ephemeral_1h_input_tokens\":-5}}"),
		"ephemeral_1h_input_tokens is not a whole number from 0 to 2^40");
}

static void decode__refuses__lines_that_are_cut_or_not_json(void **state)
{
	(void)state;
	refuses("{\"type\":\"assistant\",\"message\":{\"id\":\"x\n", "not JSON: unterminated string");
	refuses("{\"message\":{\"usage\":{\"input_tokens\":1}}}\n", "no timestamp");
	refuses("{\"timestamp\":\"yesterday\",\"message\":{\"usage\":{\"input_tokens\":1}}}\n",
		"the timestamp is not a time");
	refuses("{\"timestamp\":\"2026-11-01T10:00:00Z\",\"costUSD\":-1,\"message\":{\"usage\":{}}}\n",
		"the cost is not an amount of dollars");
}

static void decode__refuses__deep_nesting_and_nul_bytes(void **state)
{
	static char deep[20001];
	struct arena scratch = { 0 };
	struct decode d = { .decoder = &claude_decoder, .scratch = &scratch };

	(void)state;
	memset(deep, '[', 20000);
	assert_int_equal(claude_decoder.decode(&d, str_of(deep)), DECODE_REFUSED);
	assert_string_equal(d.why, "not JSON: nested too deeply");
	assert_int_equal(claude_decoder.decode(&d, (struct str){ "\0\0\0{}", 5 }), DECODE_REFUSED);
	arena_release(&scratch);
}

static void decode__takes__escaped_names_apart(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &claude_decoder, LINE("m", "r", ",\"x\":1")
		"{\"timestamp\":\"2026-11-01T10:00:00Z\",\"cwd\":\"C:\\\\w\\\\caf\\u00e9\","
		"\"message\":{\"id\":\"m2\",\"model\":\"a\\/b\",\"usage\":{\"input_tokens\":1}}}\n"
		"{\"timestamp\":\"2026-11-01T10:00:00Z\",\"message\":{\"id\":\"m3\",\"model\":\"x\","
		"\"usage\":{\"input_tokens\":1}}}\n");
	assert_int_equal(c.count, 3);
	assert_str(c.calls[1].project, "C:\\w\\caf\xC3\xA9");
	assert_str(c.calls[1].model, "a/b");
	assert_str(c.calls[1].session, "file-session"); /* of the path */
	assert_str(c.calls[2].project, "C:\\w\\caf\xC3\xA9"); /* the last one that was said */
	collected_release(&c);
}

static void decode__keeps__no_text_of_the_transcript(void **state)
{
	struct collected c = { 0 };
	struct buf kept = BUF_INIT(10000);

	(void)state;
	collect_lines(&c, &claude_decoder, LINE("m", "r", ""));
	log_state_write(&c.state, &kept);
	assert_false(str_has(buf_str(&kept), STR("secret")));
	for (size_t i = 0; i < 7; i++) {
		const struct call *call = &c.calls[0];
		const struct str names[] = { call->provider, call->model, call->project, call->user,
			call->api_key, call->session, call->agent };

		assert_false(str_has(names[i], STR("secret")));
	}
	buf_release(&kept);
	collected_release(&c);
}

SUITE(claude,
	cmocka_unit_test(decode__reads__every_field),
	cmocka_unit_test(decode__keeps__one_key_for_growing_snapshots),
	cmocka_unit_test(decode__never_merges__lines_without_message_id),
	cmocka_unit_test(decode__ignores__what_is_no_response),
	cmocka_unit_test(decode__unwraps__progress_of_a_sub_agent),
	cmocka_unit_test(decode__puts__unsplit_cache_writes_at_five_minutes),
	cmocka_unit_test(decode__refuses__bad_counts_by_name),
	cmocka_unit_test(decode__refuses__lines_that_are_cut_or_not_json),
	cmocka_unit_test(decode__refuses__deep_nesting_and_nul_bytes),
	cmocka_unit_test(decode__takes__escaped_names_apart),
	cmocka_unit_test(decode__keeps__no_text_of_the_transcript));
