/* SPDX-License-Identifier: Apache-2.0 */
/* How fast the Claude Code decoder reads a log, beside a search for the ends of its strings. */
#include "base/limits.h"
#include "bench/ceiling.h"
#include "ingest/decoder.h"

#define TEXT_BYTES (64u << 20)
#define TURN_BYTES_MAX (32u << 10)

struct json_bench {
	struct buf text; /* lines of a log */
	int64_t turns;   /* that made it */
	int64_t calls, output; /* seen by the decoder */
};

/* Prose and code as a log holds them: some 60 bytes, then an escaped line break or quote. */
static void add_content(struct buf *b, uint64_t *random, size_t bytes)
{
	static const char letters[] =
		"etaoin shrdlu cmfwyp vbgkqjxz (.,;) _=+-*/<> ETAOIN 0123456789 []{}";
	size_t end = b->len + bytes;

	while (b->len < end) {
		uint64_t r = bench_random(random);

		for (size_t i = 20 + r % 80; i > 0; i--) {
			r = r * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			buf_addch(b, letters[(r >> 33) % (sizeof(letters) - 1)]);
		}
		buf_addz(b, (r >> 60) == 0 ? "\\\"" : "\\n");
	}
}

static void add_head(struct buf *b, const char *type, int64_t turn)
{
	buf_addf(b, "{\"parentUuid\":\"11111111-2222-3333-4444-%012lld\",\"isSidechain\":false,"
		"\"userType\":\"external\",\"cwd\":\"/src/shop\",\"sessionId\":\"session-%06lld\","
		"\"version\":\"2.1.0\",\"gitBranch\":\"main\",\"type\":\"%s\",", (long long)turn,
		(long long)(turn / 50), type);
}

static void add_tail(struct buf *b, int64_t turn, int second)
{
	buf_addf(b, "\"uuid\":\"11111111-2222-3333-5555-%012lld\","
		"\"timestamp\":\"2026-11-%02lldT10:%02lld:%02d.123Z\"}\n", (long long)turn,
		(long long)(1 + turn / 60 % 28), (long long)(turn % 60), second);
}

/* A tool's result of a few KB and the response to it, with its usage. */
static void add_turn(struct buf *b, uint64_t *random, int64_t turn)
{
	add_head(b, "user", turn);
	buf_addf(b, "\"message\":{\"role\":\"user\",\"content\":[{\"tool_use_id\":\"toolu_%08lld\","
		"\"type\":\"tool_result\",\"content\":\"", (long long)turn);
	add_content(b, random, 500 + bench_random(random) % 12000);
	buf_addz(b, "\"}]},");
	add_tail(b, turn, 10);
	add_head(b, "assistant", turn);
	buf_addf(b, "\"message\":{\"model\":\"claude-sonnet-4-5-20250929\",\"id\":\"msg_%08lld\","
		"\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"text\","
		"\"text\":\"",
		(long long)turn);
	add_content(b, random, 200 + bench_random(random) % 3000);
	buf_addf(b, "\"}],\"stop_reason\":null,\"stop_sequence\":null,\"usage\":{"
		"\"input_tokens\":4,\"cache_creation_input_tokens\":%d,"
		"\"cache_read_input_tokens\":%d,\"output_tokens\":%d,"
		"\"service_tier\":\"standard\"}},\"requestId\":\"req_%08lld\",", (int)(turn % 4000),
		(int)(turn % 90000), 1 + (int)(turn % 700), (long long)turn);
	add_tail(b, turn, 20);
}

static bool count_call(void *ctx, const struct call *call)
{
	struct json_bench *b = ctx;

	b->calls++;
	b->output += call->tokens.output;
	return true;
}

static enum ll_err decode_text(void *ctx, double *mb_per_s, struct err *err)
{
	struct json_bench *b = ctx;
	struct arena scratch;
	struct decode_options options = { .zone = zone_utc() };
	struct decode decode = {
		.decoder = decoder_find(STR("claude")),
		.options = &options,
		.scratch = &scratch,
		.emit = count_call,
		.ctx = b,
	};
	struct str rest = buf_str(&b->text);
	int64_t since = clock_mono_ns();

	b->calls = b->output = 0;
	arena_init(&scratch, 0);
	while (rest.len) {
		struct str line = str_cut(&rest, '\n');

		arena_clear(&scratch);
		(void)decode.decoder->decode(&decode, line);
	}
	*mb_per_s = (double)b->text.len / 1e6 / seconds_since(since);
	arena_release(&scratch);
	if (b->calls != b->turns)
		return ll_fail(err, LL_EDECODE, "%lld calls decoded of %lld", (long long)b->calls,
			(long long)b->turns);
	return LL_OK;
}

static enum ll_err scan_text(void *ctx, double *mb_per_s, struct err *err)
{
	struct json_bench *b = ctx;
	int64_t since = clock_mono_ns();
	size_t marks = string_scan(buf_str(&b->text));

	*mb_per_s = (double)b->text.len / 1e6 / seconds_since(since);
	return marks ? LL_OK : ll_fail(err, LL_EINVAL, "the scan found no string");
}

enum ll_err bench_json(const struct bench *bench, struct err *err)
{
	struct json_bench b = { .text = BUF_INIT(TEXT_BYTES + TURN_BYTES_MAX) };
	struct contest contest = {
		.figure = {
			.name = "jsonl_decode",
			.unit = "MB/s",
			.better = MORE_IS_BETTER,
			.reference = "SSE2 string scan",
			.wanted = WANT_RATIO,
			.bar = 0.8,
		},
		.measure = decode_text,
		.reference = scan_text,
		.ctx = &b,
	};
	uint64_t random = 1;
	enum ll_err code;

	(void)bench;
	while (b.text.len < TEXT_BYTES && b.text.status == LL_OK)
		add_turn(&b.text, &random, b.turns++);
	code = buf_status(&b.text);
	if (code == LL_OK)
		code = contest_run(&contest, err);
	else
		(void)ll_fail(err, code, "no room for the text");
	buf_release(&b.text);
	return code;
}
