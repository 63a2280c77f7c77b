/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every decoder, and telling them apart. */
#include "base/err.h"
#include "ingest/decoders.h"
#include "tests/ingest/collect.h"

static const struct decoder *detected(const char *head, const char *path)
{
	return decoder_detect(str_of(head), str_of(path));
}

static void decoder_detect__knows__each_kind(void **state)
{
	(void)state;
	assert_ptr_equal(detected("{\"parentUuid\":null,\"isSidechain\":false,\"cwd\":\"/w\","
		"\"sessionId\":\"s\",\"type\":\"user\",\"message\":{\"role\":\"user\"", "a.jsonl"),
		&claude_decoder);
	assert_ptr_equal(detected("{\"type\":\"summary\",\"summary\":\"x\",\"leafUuid\":\"y\"}\n", "a"),
		&claude_decoder);
	assert_ptr_equal(detected("{\"timestamp\":\"x\",\"type\":\"session_meta\",\"payload\":{", "a"),
		&codex_decoder);
	assert_ptr_equal(detected("{\"type\":\"session\",\"id\":\"x\",\"cwd\":\"/w\"}\n", "a"),
		&pi_decoder);
	assert_ptr_equal(detected("{\"sessionId\":\"x\",\"projectHash\":\"y\",\"kind\":\"main\"}\n", "a"),
		&gemini_decoder);
	assert_ptr_equal(detected("{\n  \"sessionId\": \"x\",\n  \"projectHash\": \"y\",\n",
		"t/p/chats/session-1.json"), &gemini_decoder);
	assert_ptr_equal(detected("SQLite format 3", "/x/opencode-1.db"), &opencode_decoder);
	assert_ptr_equal(detected("{\"id\":\"m\",\"sessionID\":\"o\",\"role\":\"assistant\"}", "a"),
		&opencode_decoder);
	assert_ptr_equal(detected("TIMESTAMP,ContextTokens,GeneratedTokens\r\n", "a"), &csv_decoder);
	assert_ptr_equal(detected("{\"timestamp\": 0, \"input_length\": 1, \"output_length\": 2}\n", "a"),
		&jsonl_decoder);
}

static void decoder_detect__knows__nothing_else(void **state)
{
	static const char *const heads[] = { "", "\n", "hello", "{}", "[1,2]", "a,b,c\n1,2,3\n",
		"{\"a\":1}\n", "SQLite format 3", "\x7F" "ELF", "{\"timestamp\":1,\"level\":\"info\"}" };

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		assert_null(detected(heads[i], "file"));
}

static void decoders__have__names_of_their_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < decoder_count; i++) {
		assert_ptr_equal(decoder_find(str_of(decoders[i]->name)), decoders[i]);
		assert_true(decoders[i]->version >= 1);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(decoders[i]->source, decoders[k]->source);
	}
	assert_null(decoder_find(STR("nothing")));
}

/* Every prefix and many damaged versions of a line: no decoder may do more than refuse. */
static void decoders__survive__damaged_lines(void **state)
{
	static const char good[] = "{\"type\":\"assistant\",\"timestamp\":\"2026-11-01T10:00:00.000Z\","
		"\"sessionId\":\"s1\",\"id\":\"x\",\"message\":{\"id\":\"m\",\"role\":\"assistant\","
		"\"model\":\"x\",\"usage\":{\"input_tokens\":3,\"input\":3,\"cost\":{\"total\":1}}},"
		"\"tokens\":{\"input\":1,\"cache\":{\"read\":1}},\"payload\":{\"type\":\"token_count\","
		"\"info\":{\"last_token_usage\":{\"input_tokens\":1}}}}";
	uint64_t seed = 7;
	char line[sizeof(good)];

	(void)state;
	for (size_t i = 0; i < decoder_count; i++)
		for (size_t len = 0; len < sizeof(good); len++) {
			struct collected c = { 0 };

			memcpy(line, good, len);
			line[len] = '\0';
			if (len % 2 && len > 1)
				line[test_random(&seed) % len] = (char)(test_random(&seed) % 255 + 1);
			if (decoders[i]->kind == CALL_RECORD)
				collect_rows(&c, decoders[i], NULL, 0, line);
			else
				collect_document(&c, decoders[i], line);
			collected_release(&c);
		}
}

static void log_state__survives__writing_and_reading(void **state)
{
	struct log_state full = { .ordinal = 3, .replay_second = -1, .base_ns = INT64_MAX }, back;
	struct buf text = BUF_INIT(10000);

	(void)state;
	strcpy(full.session, "s\"\\1");
	strcpy(full.project, "/w \xC3\xA9\t");
	full.total.cache_read = 5;
	full.last_reasoning = 9;
	log_state_write(&full, &text);
	assert_true(log_state_read(buf_str(&text), &back));
	assert_memory_equal(&full, &back, sizeof(full));
	assert_true(log_state_read(STR("{}"), &back));
	assert_false(log_state_read(STR(""), &back));
	assert_false(log_state_read(STR("{\"ordinal\":\"x\"}"), &back));
	assert_false(log_state_read(STR("{\"session\":\"\\u0000\"}"), &back));
	assert_false(log_state_read(STR("{\"ordinal\":1"), &back));
	buf_release(&text);
}

SUITE(decoders,
	cmocka_unit_test(decoder_detect__knows__each_kind),
	cmocka_unit_test(decoder_detect__knows__nothing_else),
	cmocka_unit_test(decoders__have__names_of_their_own),
	cmocka_unit_test(decoders__survive__damaged_lines),
	cmocka_unit_test(log_state__survives__writing_and_reading));
