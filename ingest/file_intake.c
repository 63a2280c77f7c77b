/* SPDX-License-Identifier: Apache-2.0 */
/* A regular file is read on from where it was left; a pipe or a tar always from its beginning. */
#include "ingest/file_intake.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "ingest/decoders.h"
#include "ingest/tar.h"
#include "keys/hash.h"

#define HEAD_BYTES 4096 /* of a file, hashed to see whether it was replaced */
#define STATE_BYTES (32u << 10)

/* A file that is read: its first bytes, and where it was left. */
struct opened {
	int fd;
	const struct log_file *file;
	const struct known_file *before; /* NULL = never read */
	char head[HEAD_BYTES];
	size_t head_bytes;
};

static bool is_sqlite(struct str head)
{
	return str_starts(head, STR("SQLite format 3"));
}

/* With a map, what is no other log is rows. */
static const struct decoder *rows_decoder(struct str head)
{
	return str_starts(str_trim(head), STR("{")) ? &jsonl_decoder : &csv_decoder;
}

static const struct decoder *choose_decoder(const struct intake *in, struct str head,
	const struct decoder *of_place)
{
	const struct decoder *found;

	if (in->options->format)
		return in->options->format;
	if (of_place)
		return of_place;
	found = decoder_detect(head, str_of(in->path));
	if (in->options->decode.map && head.len && (!found || found->kind == CALL_RECORD))
		return rows_decoder(head);
	return found;
}

static bool is_for_nobody(struct intake *in, struct str head)
{
	if (!head.len)
		in->summary->empty++;
	else if (!in->decoder)
		in->summary->not_logs++;
	return !head.len || !in->decoder;
}

/* A stream without a file of its own: an entry of a tar, a pipe. Nothing of it is remembered. */
static enum ll_err import_bytes(struct intake *in, struct line_reader *lines)
{
	struct reading reading = { 0 };
	enum ll_err code;
	struct str head;

	code = lines_peek(lines, LIMIT_FILE_DETECT_BYTES, &head, in->err);
	if (code != LL_OK)
		return code;
	in->decoder = choose_decoder(in, head, NULL);
	if (is_sqlite(head))
		in->decoder = NULL; /* has to be a file */
	if (is_for_nobody(in, head))
		return LL_OK;
	in->summary->files++;
	code = intake_read(in, lines, &reading);
	in->summary->bytes += lines->offset;
	return code;
}

static enum ll_err import_tar(struct intake *in, struct line_reader *outer)
{
	struct tar tar;
	enum ll_err code;
	bool has_more;

	tar_init(&tar, (struct byte_source){ lines_read_raw, outer });
	code = tar_next(&tar, &has_more, in->err);
	while (code == LL_OK && has_more) {
		struct line_reader lines;

		intake_begin(in, tar.path);
		lines_init(&lines, (struct byte_source){ tar_read, &tar });
		code = import_bytes(in, &lines);
		lines_release(&lines);
		if (code == LL_OK)
			code = tar_next(&tar, &has_more, in->err);
	}
	return code;
}

static enum ll_err import_pipe(struct intake *in, struct line_reader *lines)
{
	struct str head;
	enum ll_err code = lines_peek(lines, LIMIT_FILE_DETECT_BYTES, &head, in->err);

	if (code != LL_OK)
		return code;
	return tar_is(head) ? import_tar(in, lines) : import_bytes(in, lines);
}

static enum ll_err read_fd(void *ctx, void *at, size_t cap, size_t *got, struct err *err)
{
	const struct opened *o = ctx;

	return file_read(o->fd, o->file->path, at, cap, got, err);
}

static enum ll_err read_head(struct opened *o, struct err *err)
{
	enum ll_err code;
	size_t got;

	do {
		code = file_read(o->fd, o->file->path, o->head + o->head_bytes,
			sizeof(o->head) - o->head_bytes, &got, err);
		o->head_bytes += got;
	} while (code == LL_OK && got && o->head_bytes < sizeof(o->head));
	return code;
}

static void hash_head(const struct opened *o, size_t count, uint8_t out[32])
{
	struct str head = { o->head, count };

	hash_256(&head, 1, out);
}

/* The file is the one that was read before, and has only grown. */
static bool has_only_grown(const struct opened *o)
{
	const struct file_progress *p = &o->before->progress;
	uint8_t head[32];

	if (p->device != o->file->device || p->inode != o->file->inode ||
		o->file->size < p->offset || (int64_t)o->head_bytes < p->head_bytes)
		return false;
	hash_head(o, (size_t)p->head_bytes, head);
	return memcmp(head, p->head, sizeof(head)) == 0;
}

/* Rows are numbered from the first one on, documents are read whole: only lines of logs can
 * be read on. */
static bool can_read_on(const struct intake *in, const struct opened *o, struct log_state *state)
{
	const struct known_file *before = o->before;

	return before && before->decoder->input == DECODE_LINES &&
		before->decoder->kind == CALL_AGENT_LOG &&
		before->progress.decoder_version == before->decoder->version &&
		(!in->options->format || in->options->format == before->decoder) &&
		has_only_grown(o) && log_state_read(before->progress.state, state);
}

static enum ll_err remember_file(struct intake *in, const struct opened *o,
	const struct reading *reading)
{
	const struct log_file *file = o->file;
	bool is_lines = in->decoder->input == DECODE_LINES;
	struct file_progress progress = {
		.path = str_of(file->path),
		.device = file->device,
		.inode = file->inode,
		.size = file->size,
		.mtime_ns = file->mtime_ns,
		.offset = is_lines ? reading->offset : file->size,
		.line = reading->line,
		.decoder_version = in->decoder->version,
		.head_bytes = (int64_t)o->head_bytes,
	};
	struct buf state = BUF_INIT(STATE_BYTES);
	enum ll_err code;

	code = in->status = intake_source(in);
	hash_head(o, o->head_bytes, progress.head);
	log_state_write(&reading->state, &state);
	progress.source = in->source;
	progress.state = buf_str(&state);
	if (code == LL_OK && buf_status(&state) != LL_OK)
		code = ll_fail(in->err, buf_status(&state), "cannot remember '%s'", file->path);
	if (code == LL_OK)
		code = in->status = door_file(in->door, &progress, in->err);
	buf_release(&state);
	return code;
}

static enum ll_err seek(const struct opened *o, int64_t offset, struct err *err)
{
	if (lseek(o->fd, offset, SEEK_SET) < 0)
		return ll_fail_errno(err, errno, "cannot read '%s'", o->file->path);
	return LL_OK;
}

/* Reads a file of a known kind from `reading` on. */
static enum ll_err import_log(struct intake *in, const struct opened *o, struct line_reader *lines,
	struct reading *reading)
{
	bool is_database = in->decoder->input == DECODE_DATABASE &&
		is_sqlite((struct str){ o->head, o->head_bytes });
	int64_t calls_before = in->summary->calls;
	enum ll_err code;

	in->summary->files++;
	log_trace("ingest", "'%s': %s from byte %lld", o->file->path, in->decoder->label,
		(long long)reading->offset);
	if (is_database)
		code = intake_read_database(in);
	else
		code = intake_read(in, lines, reading);
	in->summary->bytes += is_database ? o->file->size : lines->offset;
	/* A format that was asked for and found nothing may be the wrong one: the next import shall
	 * not take the file for read. */
	if (code != LL_OK || (in->options->format && in->summary->calls == calls_before))
		return code;
	return remember_file(in, o, reading);
}

static enum ll_err read_on(struct intake *in, const struct opened *o, struct line_reader *lines,
	struct reading *reading)
{
	const struct file_progress *p = &o->before->progress;
	enum ll_err code = seek(o, p->offset, in->err);

	if (code != LL_OK)
		return code;
	in->decoder = o->before->decoder;
	lines->offset = reading->offset = p->offset;
	lines->line = reading->line = p->line;
	code = import_log(in, o, lines, reading);
	in->summary->bytes -= p->offset;
	return code;
}

static enum ll_err read_anew(struct intake *in, const struct opened *o, struct line_reader *lines,
	struct reading *reading)
{
	struct str head = { NULL, 0 };
	enum ll_err code = seek(o, 0, in->err);

	if (code == LL_OK)
		code = lines_peek(lines, LIMIT_FILE_DETECT_BYTES, &head, in->err);
	if (code != LL_OK)
		return code;
	if (tar_is(head))
		return import_tar(in, lines);
	in->decoder = choose_decoder(in, head, o->file->decoder);
	return is_for_nobody(in, head) ? LL_OK : import_log(in, o, lines, reading);
}

static enum ll_err import_regular(struct intake *in, struct opened *o, struct line_reader *lines)
{
	struct reading reading = { 0 };
	enum ll_err code = read_head(o, in->err);

	if (code != LL_OK)
		return code;
	if (can_read_on(in, o, &reading.state))
		return read_on(in, o, lines, &reading);
	return read_anew(in, o, lines, &reading);
}

static bool is_unchanged(const struct intake *in, const struct log_file *file,
	const struct known_file *before)
{
	const struct file_progress *p = &before->progress;

	return p->size == file->size && p->mtime_ns == file->mtime_ns &&
		p->device == file->device && p->inode == file->inode &&
		p->decoder_version == before->decoder->version &&
		(!in->options->format || in->options->format == before->decoder) &&
		!(in->options->decode.map && before->decoder->kind == CALL_RECORD);
}

/* What a database's program has not yet moved into the file stands in another beside it. */
static void add_wal(struct log_file *file)
{
	struct log_file wal = { 0 };
	char path[PATH_MAX];
	struct stat st;

	if (!str_ends(str_of(file->path), STR(".db")) ||
		snprintf(path, sizeof(path), "%s-wal", file->path) >= (int)sizeof(path) ||
		stat(path, &st) != 0)
		return;
	log_file_stat(&wal, &st);
	file->size += wal.size;
	if (wal.mtime_ns > file->mtime_ns)
		file->mtime_ns = wal.mtime_ns;
}

static enum ll_err open_file(struct opened *o, struct err *err)
{
	if (strcmp(o->file->path, "-") != 0)
		return file_open(o->file->path, O_RDONLY, 0, &o->fd, err);
	o->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
	return o->fd >= 0 ? LL_OK : ll_fail_errno(err, errno, "cannot read standard input");
}

static enum ll_err read_file(struct intake *in, struct opened *o)
{
	struct line_reader lines;
	enum ll_err code = open_file(o, in->err);

	lines_init(&lines, (struct byte_source){ read_fd, o });
	if (code == LL_OK && o->file->is_stream)
		code = import_pipe(in, &lines);
	else if (code == LL_OK)
		code = import_regular(in, o, &lines);
	lines_release(&lines);
	file_close(&o->fd);
	return code;
}

enum ll_err file_intake(struct intake *in, struct log_file *file)
{
	struct opened o = { .fd = -1, .file = file };

	add_wal(file);
	o.before = file->is_stream ? NULL : known_find(&in->known, str_of(file->path));
	if (o.before && is_unchanged(in, file, o.before)) {
		in->summary->unchanged++;
		return LL_OK;
	}
	intake_begin(in, file->path);
	return read_file(in, &o);
}
