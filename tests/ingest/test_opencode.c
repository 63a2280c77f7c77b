/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/decoders.h"
#include "tests/ingest/collect.h"

#define DATA(role, counts, cost) "{\"role\":\"" role "\",\"providerID\":\"anthropic\","          \
	"\"modelID\":\"claude-x\",\"time\":{\"created\":1793527200000,\"completed\":1793527201500}," \
	"\"path\":{\"cwd\":\"/w\"},\"tokens\":" counts ",\"cost\":" cost "}"
#define ROW(id, data) "{\"data\":" data ",\"id\":\"" id "\",\"session_id\":\"o1\"}\n"
#define SOME "{\"input\":10,\"output\":20,\"reasoning\":5,\"cache\":{\"read\":30,\"write\":40}}"
#define ZERO "{\"input\":0,\"output\":0,\"reasoning\":0,\"cache\":{\"read\":0,\"write\":0}}"

static void decode__reads__a_message(void **state)
{
	struct collected c = { 0 };
	const struct call *call = &c.calls[0];

	(void)state;
	collect_lines(&c, &opencode_decoder, ROW("m1", DATA("assistant", SOME, "0.5")));
	assert_int_equal(c.count, 1);
	assert_int_equal(call->start_ns, at("2026-11-01T10:00:00Z"));
	assert_int_equal(call->latency_ms, 1500);
	assert_str(call->session, "o1");
	assert_str(call->project, "/w");
	assert_str(call->provider, "anthropic");
	assert_int_equal(call->tokens.input, 10);
	assert_int_equal(call->tokens.cache_read, 30);
	assert_int_equal(call->tokens.cache_write_5m, 40);
	assert_int_equal(call->tokens.output, 25);
	assert_int_equal(call->reasoning_tokens, 5);
	assert_int_equal(usd_nanos(call->recorded), 500000000);
	collected_release(&c);
}

static void decode__skips__users_and_empty_messages(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &opencode_decoder, ROW("m1", DATA("user", SOME, "0"))
		ROW("m2", DATA("assistant", ZERO, "0")) ROW("m3", "null")
		ROW("m4", DATA("assistant", SOME, "0")));
	assert_int_equal(c.count, 1);
	assert_int_equal(c.refused, 0);
	assert_false(c.calls[0].has_recorded); /* a flat plan */
	collected_release(&c);
}

static void decode__gives__the_older_files_the_same_key(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &opencode_decoder, ROW("m1", DATA("assistant", SOME, "0"))
		"{\"id\":\"m1\",\"sessionID\":\"o1\",\"role\":\"assistant\",\"providerID\":\"anthropic\","
		"\"modelID\":\"claude-x\",\"time\":{\"created\":1793527200000},\"tokens\":" SOME "}\n");
	assert_int_equal(c.count, 2);
	assert_true(fingerprint_eq(c.calls[0].key.exact, c.calls[1].key.exact));
	assert_str(c.calls[1].session, "o1");
	collected_release(&c);
}

SUITE(opencode,
	cmocka_unit_test(decode__reads__a_message),
	cmocka_unit_test(decode__skips__users_and_empty_messages),
	cmocka_unit_test(decode__gives__the_older_files_the_same_key));
