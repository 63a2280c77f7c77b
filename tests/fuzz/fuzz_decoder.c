/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a log: every decoder's detection, and its lines one after the other. What is
 * emitted has strings that can be read. -DFUZZ_DECODER='"claude"' takes one decoder alone.
 */
#include "base/err.h"
#include "ingest/decoder.h"
#include "ingest/field_map.h"

#ifndef FUZZ_DECODER
#define FUZZ_DECODER ""
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile size_t sink;

static void touch(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		sink += (unsigned char)s.at[i];
}

static bool take(void *ctx, const struct call *c)
{
	const char *why = NULL;

	(void)ctx;
	touch(c->provider);
	touch(c->model);
	touch(c->project);
	touch(c->session);
	touch(c->agent);
	for (size_t i = 0; i < c->tag_count; i++)
		touch(c->tags[i].value);
	if (call_check(c, &why) != LL_OK)
		PRE(why != NULL);
	return true;
}

static void run(const struct decoder *decoder, struct str text)
{
	struct field_binding binding = { 0 };
	struct field_map map = { .binding = &binding };
	struct decode_options options = { .map = &map, .time_base_ns = 1 };
	struct arena scratch = { 0 };
	struct buf state = BUF_INIT(64u << 10);
	struct decode d = {
		.decoder = decoder,
		.options = &options,
		.scratch = &scratch,
		.path = STR("log.jsonl"),
		.emit = take,
	};

	PRE(decoder->detect(text, STR("log.jsonl")) <= 100);
	while (text.at) {
		struct str line = decoder->input == DECODE_LINES ? str_cut(&text, '\n') : text;

		arena_clear(&scratch);
		if (decoder->decode(&d, line) == DECODE_REFUSED)
			PRE(d.why != NULL);
		if (decoder->input != DECODE_LINES)
			break;
	}
	log_state_write(&d.state, &state);
	PRE(buf_status(&state) == LL_OK);
	sink += log_state_read(buf_str(&state), &d.state);
	buf_release(&state);
	arena_release(&scratch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str one = STR(FUZZ_DECODER);

	for (size_t i = 0; i < decoder_count; i++)
		if (!one.len || str_eq(one, str_of(decoders[i]->name)))
			run(decoders[i], (struct str){ (const char *)data, size });
	return 0;
}
