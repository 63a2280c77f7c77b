/* SPDX-License-Identifier: Apache-2.0 */
/* One stream: its lines, its whole text or its rows, through a decoder and into the door. */
#include "ingest/intake.h"

#include <stdio.h>

#include "base/jsonw.h"
#include "ingest/decoders.h"
#include "ingest/field_map.h"
#include "keys/hash.h"
#include "store/foreign.h"

#define DOCUMENT_STEP_BYTES (64u << 10)
#define PROGRESS_NS (50 * NS_PER_MS)
#define PROGRESS_LINES 256

static struct refusal *find_refusal(struct import_summary *sum, const char *why)
{
	struct refusal *r = sum->refusals, *end = sum->refusals + sum->refusal_count;

	while (r < end && strncmp(r->why, why, sizeof(r->why) - 1) != 0)
		r++;
	return r;
}

static void refuse(struct intake *in, const char *why)
{
	struct import_summary *sum = in->summary;
	struct refusal *r = find_refusal(sum, why);

	sum->refused++;
	if (r == sum->refusals + LIMIT_REFUSED_SHOWN)
		return;
	if (!r->count++) {
		sum->refusal_count++;
		snprintf(r->why, sizeof(r->why), "%s", why);
		snprintf(r->first, sizeof(r->first), "%s:%lld", in->path, (long long)in->line);
	}
}

static void report_progress(struct intake *in, int64_t bytes_of_file)
{
	int64_t now;

	if (!in->options->progress)
		return;
	now = clock_mono_ns();
	if (now < in->progress_due_ns)
		return;
	in->progress_due_ns = now + PROGRESS_NS;
	in->progress.bytes_done = in->bytes_before + bytes_of_file;
	in->progress.calls = in->summary->calls;
	in->options->progress(in->options->ctx, &in->progress);
}

/* Equal rows of one export are different calls: the number of the row is part of its key. */
static enum ll_err number_row(struct intake *in, struct call *call)
{
	struct fingerprint row = call->key.exact;
	uint32_t before;
	enum ll_err code = occurrence_count(&in->rows, row, &before);

	if (code != LL_OK)
		return ll_fail(in->err, code, "cannot number the rows of '%s': %s", in->path,
			ll_err_text(code));
	if (before) {
		struct str parts[] = {
			STR("row"),
			{ (const char *)&row, sizeof(row) },
			{ (const char *)&before, sizeof(before) },
		};

		call->key.exact = hash_fingerprint(parts, 3);
		call->key.family = call->key.exact.hi;
	}
	return LL_OK;
}

/* A decoder's emit: false ends the stream, in->status says why. */
static bool take_call(void *ctx, const struct call *decoded)
{
	struct intake *in = ctx;
	struct call call = *decoded;
	const char *why = NULL;

	if (in->status == LL_OK && call.kind == CALL_RECORD)
		in->status = number_row(in, &call);
	if (in->status == LL_OK)
		in->status = intake_source(in);
	if (in->status == LL_OK)
		in->status = door_call(in->door, &call, &why, in->err);
	if (in->status == LL_OK)
		in->summary->calls++;
	if (in->status == LL_EINVAL && why) {
		refuse(in, why);
		in->status = LL_OK;
	}
	return in->status == LL_OK;
}

/* Decodes one text and counts it when it is refused. */
static void decode_text(struct intake *in, struct decode *d, struct str text)
{
	arena_clear(&in->scratch);
	if (d->decoder->decode(d, text) == DECODE_REFUSED)
		refuse(in, d->why);
}

static bool is_whole_json(struct str text)
{
	struct json j;

	json_init(&j, text);
	return json_skip(&j) && json_done(&j);
}

/*
 * The last line has no end. It counts when it is whole; else its writer is in the middle
 * of it, and it is left for the next time. True when it was taken.
 */
static bool take_unended(struct intake *in, struct decode *d, struct str line)
{
	if (d->decoder->kind == CALL_AGENT_LOG && !is_whole_json(line)) {
		in->summary->incomplete++;
		return false;
	}
	decode_text(in, d, line);
	return true;
}

/* The user's map does not fit the file: that is no matter of single lines. */
static enum ll_err check_map(const struct intake *in, const struct decode *d)
{
	const struct field_map *map = d->options->map;

	if (!map || !map->binding->problem[0])
		return LL_OK;
	return ll_fail(in->err, LL_EUSAGE, "'%s': %s", in->path, map->binding->problem);
}

static enum ll_err read_line(struct intake *in, struct line_reader *r, struct decode *d,
	bool *has_more)
{
	enum line_kind kind = LINE_NONE;
	enum ll_err code;
	struct str line;

	code = lines_next(r, &line, &kind, in->err);
	*has_more = code == LL_OK && kind != LINE_NONE;
	if (!*has_more)
		return code;
	in->line = r->line;
	if (r->line % PROGRESS_LINES == 0)
		report_progress(in, r->offset);
	if (kind == LINE_WHOLE)
		decode_text(in, d, line);
	else if (kind == LINE_TOO_LONG)
		refuse(in, "line longer than 64 MiB");
	else
		*has_more = take_unended(in, d, line);
	return in->status == LL_OK ? check_map(in, d) : in->status;
}

static enum ll_err read_lines(struct intake *in, struct line_reader *r, struct decode *d,
	struct reading *reading)
{
	int64_t first_line = r->line;
	enum ll_err code;
	bool has_more;

	do {
		reading->offset = r->offset;
		reading->line = r->line;
		code = read_line(in, r, d, &has_more);
	} while (code == LL_OK && has_more);
	in->summary->lines += reading->line - first_line;
	if (code == LL_OK)
		decode_text(in, d, STR("")); /* the end: a decoder may have held something back */
	return code == LL_OK ? in->status : code;
}

static enum ll_err slurp(struct line_reader *r, struct buf *text, struct err *err)
{
	enum ll_err code;
	size_t got;

	do {
		char *at = buf_reserve(text, DOCUMENT_STEP_BYTES);

		if (!at)
			return ll_fail(err, buf_status(text), "%s: a file read as one",
				ll_err_text(buf_status(text)));
		code = lines_read_raw(r, at, DOCUMENT_STEP_BYTES, &got, err);
		text->len += got;
	} while (code == LL_OK && got);
	return code;
}

static enum ll_err read_document(struct intake *in, struct line_reader *r, struct decode *d)
{
	struct buf text = BUF_INIT(LIMIT_WHOLE_FILE_BYTES);
	enum ll_err code = slurp(r, &text, in->err);

	in->line = 1;
	if (code == LL_ETOOBIG) {
		refuse(in, "file larger than 256 MiB");
		code = LL_OK;
	} else if (code == LL_OK) {
		decode_text(in, d, buf_str(&text));
	}
	buf_release(&text);
	return code == LL_OK ? in->status : code;
}

struct row_ctx {
	struct intake *in;
	struct decode *decode;
	struct buf text;
};

/* One message of opencode's database, as the JSON that its decoder takes. */
static enum ll_err take_row(void *ctx, const struct str columns[FOREIGN_COLUMNS], struct err *err)
{
	struct row_ctx *row = ctx;
	struct jsonw w;

	buf_clear(&row->text);
	jsonw_init(&w, &row->text, 0);
	jsonw_object(&w);
	jsonw_key(&w, "data");
	jsonw_raw(&w, columns[2].len ? columns[2] : STR("null"));
	jsonw_key(&w, "id");
	jsonw_str(&w, columns[0]);
	jsonw_key(&w, "session_id");
	jsonw_str(&w, columns[1]);
	jsonw_object_end(&w);
	row->in->line++;
	row->in->summary->lines++;
	if (buf_status(&row->text) != LL_OK)
		return ll_fail(err, LL_ENOMEM, "out of memory for a message");
	decode_text(row->in, row->decode, buf_str(&row->text));
	return row->in->status;
}

static struct decode decode_of(struct intake *in, const struct decode_options *options)
{
	return (struct decode){
		.decoder = in->decoder,
		.options = options,
		.scratch = &in->scratch,
		.path = str_of(in->path),
		.emit = take_call,
		.ctx = in,
	};
}

void intake_begin(struct intake *in, const char *path)
{
	in->path = path;
	in->line = 0;
	in->has_source = false;
	occurrences_release(&in->rows);
}

enum ll_err intake_source(struct intake *in)
{
	enum ll_err code;

	if (in->has_source)
		return LL_OK;
	code = known_source(&in->known, in->decoder, in->place, &in->source, in->err);
	if (code != LL_OK)
		return code;
	door_source(in->door, in->source);
	in->has_source = true;
	return LL_OK;
}

enum ll_err intake_read(struct intake *in, struct line_reader *lines, struct reading *reading)
{
	struct decode_options options = in->options->decode;
	struct decode d = decode_of(in, &options);
	struct field_binding binding = { 0 };
	struct field_map map = { 0 };
	enum ll_err code;

	if (options.map)
		map = *options.map;
	map.binding = &binding;
	options.map = in->decoder->kind == CALL_RECORD ? &map : NULL;
	d.state = reading->state;
	lines->joins_quoted = in->decoder == &csv_decoder;
	if (in->decoder->input == DECODE_LINES)
		code = read_lines(in, lines, &d, reading);
	else
		code = read_document(in, lines, &d);
	reading->state = d.state;
	return code;
}

enum ll_err intake_read_database(struct intake *in)
{
	struct decode d = decode_of(in, &in->options->decode);
	struct row_ctx row = { .in = in, .decode = &d, .text = BUF_INIT(LIMIT_LINE_BYTES) };
	enum ll_err code;

	code = foreign_each(in->path, FOREIGN_OPENCODE_MESSAGES, take_row, &row, in->err);
	buf_release(&row.text);
	return code;
}
