/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/ingest/collect.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/err.h"
#include "ingest/lines.h"

struct text_source {
	struct str rest;
};

static enum ll_err read_text(void *ctx, void *to, size_t cap, size_t *got, struct err *err)
{
	struct text_source *source = ctx;

	(void)err;
	*got = source->rest.len < cap ? source->rest.len : cap;
	if (*got)
		memcpy(to, source->rest.at, *got);
	source->rest = str_from(source->rest, *got);
	return LL_OK;
}

static bool keep(void *ctx, const struct call *call)
{
	struct collected *out = ctx;

	if (out->count < COLLECTED_MAX)
		assert_int_equal(call_copy(&out->arena, call, &out->calls[out->count++]), LL_OK);
	return true;
}

static void take(struct collected *out, struct decode *d, struct str text)
{
	arena_clear(d->scratch);
	if (d->decoder->decode(d, text) == DECODE_REFUSED) {
		out->refused++;
		snprintf(out->why, sizeof(out->why), "%s", d->why);
	}
}

static void run(struct collected *out, const struct decoder *decoder,
	const struct decode_options *options, struct str text, bool is_document)
{
	struct text_source source = { text };
	struct arena scratch = { 0 };
	struct decode d = {
		.decoder = decoder,
		.options = options,
		.scratch = &scratch,
		.state = out->state,
		.path = STR("dir/file-session.jsonl"),
		.emit = keep,
		.ctx = out,
	};
	enum line_kind kind = LINE_WHOLE;
	struct line_reader lines;
	struct str line;
	struct err err;

	lines_init(&lines, (struct byte_source){ read_text, &source });
	lines.joins_quoted = str_is(str_of(decoder->name), "csv");
	while (!is_document && kind != LINE_NONE) {
		assert_ok(lines_next(&lines, &line, &kind, &err), &err);
		take(out, &d, line);
	}
	if (is_document)
		take(out, &d, text);
	lines_release(&lines);
	arena_release(&scratch);
	out->state = d.state;
}

void collect_lines(struct collected *out, const struct decoder *decoder, const char *text)
{
	run(out, decoder, &(struct decode_options){ 0 }, str_of(text), false);
}

void collect_document(struct collected *out, const struct decoder *decoder, const char *text)
{
	run(out, decoder, &(struct decode_options){ 0 }, str_of(text), true);
}

void collect_rows(struct collected *out, const struct decoder *decoder, const char *map,
	int64_t base_ns, const char *text)
{
	struct field_map *parsed = NULL, bound = { 0 };
	struct err err;

	if (map) {
		assert_ok(field_map_parse(str_of(map), &parsed, &err), &err);
		bound = *parsed;
	}
	bound.binding = &out->binding;
	run(out, decoder, &(struct decode_options){ .map = &bound, .time_base_ns = base_ns },
		str_of(text), false);
	out->binding.rules = NULL;
	field_map_free(parsed);
}

void collected_release(struct collected *c)
{
	arena_release(&c->arena);
}

int64_t at(const char *text)
{
	int64_t t_ns;
	bool has_zone;

	assert_true(time_parse(str_of(text), &t_ns, &has_zone));
	return t_ns;
}
