/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/decoders.h"
#include "tests/ingest/collect.h"

#define MESSAGE(id, tokens) "{\"id\":\"" id "\",\"timestamp\":\"2026-11-01T10:00:00Z\","         \
	"\"type\":\"gemini\",\"content\":\"secret\",\"model\":\"gemini-3-pro\",\"tokens\":" tokens "}"
#define TOKENS "{\"input\":1000,\"output\":100,\"cached\":400,\"thoughts\":50,\"tool\":10,\"total\":1160}"
#define APART "{\"input\":600,\"output\":100,\"cached\":400,\"thoughts\":0,\"tool\":0,\"total\":1100}"

static void decode__reads__old_document(void **state)
{
	struct collected c = { 0 };
	const struct call *call = &c.calls[0];

	(void)state;
	collect_document(&c, &gemini_decoder, "{\n  \"sessionId\": \"g1\",\n  \"projectHash\": \"ph\",\n"
		"\"messages\": [{\"id\":\"u\",\"type\":\"user\",\"content\":\"hi\"},"
		MESSAGE("m1", TOKENS) "," MESSAGE("m2", APART) "]}\n");
	assert_int_equal(c.count, 2);
	assert_int_equal(c.refused, 0);
	assert_str(call->provider, "google");
	assert_str(call->model, "gemini-3-pro");
	assert_str(call->session, "g1");
	assert_str(call->project, "ph");
	assert_int_equal(call->tokens.input, 610);
	assert_int_equal(call->tokens.cache_read, 400);
	assert_int_equal(call->tokens.output, 150);
	assert_int_equal(call->reasoning_tokens, 50);
	assert_int_equal(c.calls[1].tokens.input, 600);
	assert_int_equal(c.calls[1].tokens.cache_read, 400);
	collected_release(&c);
}

static void decode__reads__new_lines(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_document(&c, &gemini_decoder,
		"{\"sessionId\":\"g1\",\"projectHash\":\"ph\",\"startTime\":\"x\",\"kind\":\"subagent\"}\n"
		MESSAGE("m1", TOKENS) "\n" MESSAGE("m1", TOKENS) "\n"
		"{\"$set\":{\"lastUpdated\":\"x\"}}\n{\"$rewindTo\":\"m1\"}\n" MESSAGE("m2", TOKENS) "\n");
	assert_int_equal(c.count, 3);
	assert_true(fingerprint_eq(c.calls[0].key.exact, c.calls[1].key.exact));
	assert_false(fingerprint_eq(c.calls[0].key.exact, c.calls[2].key.exact));
	assert_str(c.calls[0].agent, "sub-agent");
	collected_release(&c);
}

static void decode__refuses__what_is_cut_off(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_document(&c, &gemini_decoder, "{\"sessionId\":\"g1\"}\n" MESSAGE("m1", TOKENS) "\n{\"id");
	assert_int_equal(c.count, 1);
	assert_int_equal(c.refused, 1);
	collected_release(&c);
}

SUITE(gemini,
	cmocka_unit_test(decode__reads__old_document),
	cmocka_unit_test(decode__reads__new_lines),
	cmocka_unit_test(decode__refuses__what_is_cut_off));
