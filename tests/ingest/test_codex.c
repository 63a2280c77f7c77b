/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/decoders.h"
#include "tests/ingest/collect.h"

#define META "{\"timestamp\":\"2026-11-01T10:00:00.000Z\",\"type\":\"session_meta\","          \
	"\"payload\":{\"id\":\"sess\",\"cwd\":\"/w\"}}\n"
#define SUB_META "{\"timestamp\":\"2026-11-01T10:00:00.000Z\",\"type\":\"session_meta\","      \
	"\"payload\":{\"id\":\"child\",\"cwd\":\"/w\",\"source\":{\"subagent\":"                   \
	"{\"thread_spawn\":{\"parent_thread_id\":\"sess\"}}}}}\n"
#define MODEL(name) "{\"timestamp\":\"2026-11-01T10:00:01.000Z\",\"type\":\"turn_context\","   \
	"\"payload\":{\"cwd\":\"/w\",\"model\":\"" name "\"}}\n"
#define COUNTS(input, cached, output, reasoning)                                              \
	"{\"input_tokens\":" #input ",\"cached_input_tokens\":" #cached ",\"output_tokens\":"      \
	#output ",\"reasoning_output_tokens\":" #reasoning ",\"total_tokens\":0}"
#define EVENT(time, info) "{\"timestamp\":\"2026-11-01T" time "Z\",\"type\":\"event_msg\","    \
	"\"payload\":{\"type\":\"token_count\",\"info\":" info ",\"rate_limits\":{}}}\n"
#define BOTH(total, last) "{\"total_token_usage\":" total ",\"last_token_usage\":" last "}"
#define TOTAL(total) "{\"total_token_usage\":" total "}"
#define FIRST BOTH(COUNTS(1200, 800, 90, 40), COUNTS(1200, 800, 90, 40))
#define SECOND BOTH(COUNTS(2200, 1000, 100, 40), COUNTS(1000, 200, 10, 0))

static void decode__takes__the_delta_of_each_response(void **state)
{
	struct collected c = { 0 };
	const struct call *call = &c.calls[0];

	(void)state;
	collect_lines(&c, &codex_decoder, META MODEL("gpt-5-codex")
		EVENT("10:00:05.000", FIRST) EVENT("10:00:09.000", SECOND));
	assert_int_equal(c.count, 2);
	assert_str(call->provider, "openai");
	assert_str(call->model, "gpt-5-codex");
	assert_int_equal(call->tag_count, 0);
	assert_str(call->project, "/w");
	assert_str(call->session, "sess");
	assert_int_equal(call->start_ns, at("2026-11-01T10:00:05Z"));
	assert_int_equal(call->tokens.input, 400);
	assert_int_equal(call->tokens.cache_read, 800);
	assert_int_equal(call->tokens.output, 90);
	assert_int_equal(call->reasoning_tokens, 40);
	assert_int_equal(c.calls[1].tokens.input, 800);
	assert_int_equal(c.calls[1].tokens.output, 10);
	collected_release(&c);
}

static void decode__drops__an_event_that_is_repeated(void **state)
{
	struct collected c = { 0 };

	(void)state;
	/* The third has a new total with the old last: another response of the same size. */
	collect_lines(&c, &codex_decoder, META EVENT("10:00:05.000", FIRST)
		EVENT("10:00:06.000", FIRST)
		EVENT("10:00:07.000", BOTH(COUNTS(2400, 1600, 180, 80), COUNTS(1200, 800, 90, 40)))
		EVENT("10:00:08.000", "null") EVENT("10:00:09.000", "{}"));
	assert_int_equal(c.count, 2);
	assert_int_equal(c.refused, 0);
	collected_release(&c);
}

static void decode__takes__the_total_after_a_reset(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &codex_decoder, META EVENT("10:00:05.000", TOTAL(COUNTS(1200, 800, 90, 40)))
		EVENT("10:00:06.000", TOTAL(COUNTS(1500, 900, 95, 40)))
		EVENT("10:00:07.000", TOTAL(COUNTS(1500, 900, 95, 40)))
		EVENT("10:00:08.000", TOTAL(COUNTS(700, 100, 20, 5))));
	assert_int_equal(c.count, 3);
	assert_int_equal(c.calls[1].tokens.input, 200);
	assert_int_equal(c.calls[1].tokens.cache_read, 100);
	assert_int_equal(c.calls[1].tokens.output, 5);
	assert_int_equal(c.calls[2].tokens.input, 600);
	assert_int_equal(c.calls[2].tokens.output, 20);
	collected_release(&c);
}

static void decode__guesses__a_model_that_is_not_said(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &codex_decoder, META EVENT("10:00:05.000", FIRST)
		MODEL("codex-auto-review") EVENT("10:00:06.000", SECOND)
		MODEL("gpt-5.5") EVENT("10:00:07.000", FIRST));
	assert_int_equal(c.count, 3);
	assert_str(c.calls[0].model, "gpt-5");
	assert_int_equal(c.calls[0].tag_count, 1);
	assert_str(c.calls[0].tags[0].name, "model_source");
	assert_str(c.calls[0].tags[0].value, "fallback");
	assert_str(c.calls[1].model, "gpt-5.5");
	assert_int_equal(c.calls[1].tag_count, 1);
	assert_str(c.calls[2].model, "gpt-5.5");
	assert_int_equal(c.calls[2].tag_count, 0);
	collected_release(&c);
}

static void decode__skips__copies_in_a_sub_agents_log(void **state)
{
	struct collected c = { 0 };

	(void)state;
	/* The parent's meta is copied too and does not rename the session. */
	collect_lines(&c, &codex_decoder, SUB_META META MODEL("gpt-5-codex")
		EVENT("10:00:00.100", FIRST) EVENT("10:00:00.200", SECOND)
		EVENT("10:00:30.000", BOTH(COUNTS(2250, 1000, 107, 40), COUNTS(50, 0, 7, 0))));
	assert_int_equal(c.count, 1);
	assert_int_equal(c.calls[0].tokens.input, 50);
	assert_int_equal(c.calls[0].tokens.output, 7);
	assert_str(c.calls[0].session, "child");
	collected_release(&c);
}

static void decode__keeps__a_sub_agents_own_first_response(void **state)
{
	struct collected c = { 0 }, alone = { 0 };

	(void)state;
	collect_lines(&c, &codex_decoder, SUB_META EVENT("10:00:08.100", FIRST)
		EVENT("10:00:12.200", SECOND));
	assert_int_equal(c.count, 2);
	assert_int_equal(c.calls[0].tokens.output, 90);
	assert_int_equal(c.calls[0].start_ns, at("2026-11-01T10:00:08.100Z"));
	collect_lines(&alone, &codex_decoder, SUB_META EVENT("10:00:08.100", FIRST));
	assert_int_equal(alone.count, 1);
	assert_true(fingerprint_eq(alone.calls[0].key.exact, c.calls[0].key.exact));
	collected_release(&c);
	collected_release(&alone);
}

static void decode__reads_on__with_its_state(void **state)
{
	struct collected whole = { 0 }, part = { 0 };
	struct buf text = BUF_INIT(10000);

	(void)state;
	collect_lines(&whole, &codex_decoder, META MODEL("gpt-5-codex") EVENT("10:00:05.000", FIRST)
		EVENT("10:00:06.000", FIRST) EVENT("10:00:07.000", SECOND));
	collect_lines(&part, &codex_decoder, META MODEL("gpt-5-codex") EVENT("10:00:05.000", FIRST));
	log_state_write(&part.state, &text);
	memset(&part.state, 0x55, sizeof(part.state));
	assert_true(log_state_read(buf_str(&text), &part.state));
	collect_lines(&part, &codex_decoder, EVENT("10:00:06.000", FIRST) EVENT("10:00:07.000", SECOND));
	assert_int_equal(whole.count, 2);
	assert_int_equal(part.count, 2);
	assert_true(fingerprint_eq(whole.calls[1].key.exact, part.calls[1].key.exact));
	assert_str(part.calls[1].model, "gpt-5-codex");
	assert_str(part.calls[1].session, "sess");
	buf_release(&text);
	collected_release(&whole);
	collected_release(&part);
}

static void decode__clamps__parts_to_their_whole(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &codex_decoder, META
		EVENT("10:00:05.000", BOTH(COUNTS(10, 20, 5, 9), COUNTS(10, 20, 5, 9))));
	assert_int_equal(c.count, 1);
	assert_int_equal(c.calls[0].tokens.input, 0);
	assert_int_equal(c.calls[0].tokens.cache_read, 10);
	assert_int_equal(c.calls[0].reasoning_tokens, 5);
	collected_release(&c);
}

static void decode__refuses__bad_events(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &codex_decoder, META EVENT("10:00:05.000",
		BOTH(COUNTS(-1, 0, 0, 0), COUNTS(-1, 0, 0, 0))));
	assert_int_equal(c.refused, 1);
	assert_string_equal(c.why, "input_tokens is not a whole number from 0 to 2^40");
	collect_lines(&c, &codex_decoder, "{\"type\":\"event_msg\",\"payload\":{\"type\":\"token_count\","
		"\"info\":" FIRST "}}\n");
	assert_int_equal(c.refused, 2);
	assert_string_equal(c.why, "no timestamp");
	assert_int_equal(c.count, 0);
	collected_release(&c);
}

static void decode__reads__headless_turns_with_a_time(void **state)
{
	struct collected c = { 0 };

	(void)state;
	collect_lines(&c, &codex_decoder, "{\"type\":\"thread.started\",\"thread_id\":\"t\"}\n"
		"{\"type\":\"turn.completed\",\"usage\":" COUNTS(10, 4, 5, 0) "}\n"
		"{\"type\":\"turn.completed\",\"timestamp\":\"2026-11-01T10:00:00Z\",\"usage\":"
		COUNTS(10, 4, 5, 0) "}\n");
	assert_int_equal(c.count, 1);
	assert_int_equal(c.refused, 1);
	assert_string_equal(c.why, "no timestamp: give --time-base");
	assert_str(c.calls[0].session, "t");
	collected_release(&c);
}

SUITE(codex,
	cmocka_unit_test(decode__takes__the_delta_of_each_response),
	cmocka_unit_test(decode__drops__an_event_that_is_repeated),
	cmocka_unit_test(decode__takes__the_total_after_a_reset),
	cmocka_unit_test(decode__guesses__a_model_that_is_not_said),
	cmocka_unit_test(decode__skips__copies_in_a_sub_agents_log),
	cmocka_unit_test(decode__keeps__a_sub_agents_own_first_response),
	cmocka_unit_test(decode__reads_on__with_its_state),
	cmocka_unit_test(decode__clamps__parts_to_their_whole),
	cmocka_unit_test(decode__refuses__bad_events),
	cmocka_unit_test(decode__reads__headless_turns_with_a_time));
