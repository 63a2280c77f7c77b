/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/decoders.h"
#include "tests/ingest/collect.h"

#define SESSION "{\"type\":\"session\",\"id\":\"p1\",\"timestamp\":\"2026-11-01T10:00:00Z\",\"cwd\":\"/w\"}\n"
#define MESSAGE(stamp, stop, counts, total)                                                     \
	"{\"type\":\"message\",\"timestamp\":\"2026-11-01T10:00:05Z\",\"message\":{"                 \
	"\"role\":\"assistant\",\"content\":[{\"text\":\"secret\"}],\"provider\":\"anthropic\","      \
	"\"model\":\"claude-sonnet-4-5\",\"usage\":{" counts ",\"cost\":{\"input\":0,\"total\":"      \
	total "}},\"stopReason\":\"" stop "\",\"timestamp\":" stamp "}}\n"
#define SOME "\"input\":1,\"output\":53,\"cacheRead\":176585,\"cacheWrite\":1019"
#define ZERO "\"input\":0,\"output\":0,\"cacheRead\":0,\"cacheWrite\":0"

static void decode__reads__usage_and_recorded_cost(void **state)
{
	struct collected c = { 0 };
	const struct call *call = &c.calls[0];

	(void)state;
	collect_lines(&c, &pi_decoder, SESSION
		"{\"type\":\"message\",\"timestamp\":\"2026-11-01T10:00:01Z\",\"message\":{\"role\":\"user\"}}\n"
		MESSAGE("1763691237236", "stop", SOME, "0.05759174999999999"));
	assert_int_equal(c.count, 1);
	assert_str(call->session, "p1");
	assert_str(call->project, "/w");
	assert_str(call->provider, "anthropic");
	assert_str(call->model, "claude-sonnet-4-5");
	assert_int_equal(call->tokens.input, 1);
	assert_int_equal(call->tokens.cache_read, 176585);
	assert_int_equal(call->tokens.cache_write_5m, 1019);
	assert_int_equal(call->tokens.output, 53);
	assert_true(call->has_recorded);
	assert_int_equal(usd_nanos(call->recorded), 57591750);
	assert_int_equal(call->status, CALL_OK);
	collected_release(&c);
}

static void decode__counts__empty_usage_as_failed_request(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &pi_decoder, SESSION MESSAGE("1", "aborted", ZERO, "0")
		MESSAGE("2", "error", ZERO, "0") MESSAGE("3", "stop", ZERO, "0")
		MESSAGE("4", "aborted", SOME, "0.1"));
	assert_int_equal(c.count, 4);
	assert_int_equal(c.calls[0].status, CALL_ABORTED);
	assert_false(c.calls[0].has_recorded);
	assert_int_equal(c.calls[1].status, CALL_ERROR);
	assert_int_equal(c.calls[2].status, CALL_ERROR);
	assert_int_equal(c.calls[3].status, CALL_ABORTED);
	assert_true(c.calls[3].has_recorded);
	collected_release(&c);
}

static void decode__keys__by_session_and_message_time(void **state)
{
	struct collected c = { 0 }, other = { 0 };

	(void)state;
	collect_lines(&c, &pi_decoder, SESSION MESSAGE("1", "stop", SOME, "0")
		MESSAGE("1", "stop", SOME, "0") MESSAGE("2", "stop", SOME, "0"));
	collect_lines(&other, &pi_decoder, MESSAGE("1", "stop", SOME, "0"));
	assert_true(fingerprint_eq(c.calls[0].key.exact, c.calls[1].key.exact));
	assert_false(fingerprint_eq(c.calls[0].key.exact, c.calls[2].key.exact));
	assert_false(fingerprint_eq(c.calls[0].key.exact, other.calls[0].key.exact));
	assert_str(other.calls[0].session, "file-session");
	collected_release(&c);
	collected_release(&other);
}

SUITE(pi,
	cmocka_unit_test(decode__reads__usage_and_recorded_cost),
	cmocka_unit_test(decode__counts__empty_usage_as_failed_request),
	cmocka_unit_test(decode__keys__by_session_and_message_time));
