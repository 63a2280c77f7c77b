/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run: find the files, take each one in, commit, and say what was done. A file that cannot be
 * read is counted and the run goes on; what the store says ends it.
 */
#include "ingest/import.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/jsonw.h"
#include "ingest/file_intake.h"
#include "ingest/places.h"
#include "store/audit.h"

#define PATHS_BYTES 1000 /* in a message or an audit entry */

struct run {
	const struct import_options *options;
	struct intake in;
	struct log_files files;
	struct log_place places[PLACES_MAX];
	size_t place_count;
	char host[256];
};

static enum ll_err import_file(struct run *run, struct log_file *file)
{
	const struct log_place *place = place_of(run->places, run->place_count, str_of(file->path));
	struct intake *in = &run->in;
	enum ll_err code;

	in->place = str_of(place ? place->path : file->root);
	code = file_intake(in, file);
	if (code == LL_OK || in->status != LL_OK || code == LL_ENOMEM || code == LL_EUSAGE)
		return code;
	log_files_unreadable(&run->files, file->path);
	return LL_OK;
}

static enum ll_err import_files(struct run *run)
{
	struct import_progress *progress = &run->in.progress;
	enum ll_err code = LL_OK;

	log_files_sort(&run->files);
	progress->files = (int64_t)run->files.count;
	for (size_t i = 0; i < run->files.count; i++)
		progress->bytes += run->files.at[i].size;
	for (size_t i = 0; i < run->files.count && code == LL_OK; i++) {
		code = import_file(run, &run->files.at[i]);
		run->in.bytes_before += run->files.at[i].size;
		progress->files_done++;
	}
	return code;
}

/* Rows are read again only when they are asked for: what their columns meant is not known. */
static enum ll_err find_known(struct run *run)
{
	const struct known *known = &run->in.known;
	enum ll_err code = LL_OK;

	for (size_t i = 0; i < known->source_count && code == LL_OK; i++) {
		const struct known_source *source = &known->sources[i];
		char path[PATH_MAX];

		if (source->decoder->kind != CALL_AGENT_LOG || str_is(source->place, "-") ||
			source->place.len >= sizeof(path))
			continue;
		snprintf(path, sizeof(path), "%.*s", STR_FMT(source->place));
		if (access(path, F_OK) == 0)
			code = log_files_add(&run->files, path, source->decoder, run->in.err);
	}
	return code;
}

static enum ll_err find_files(struct run *run)
{
	const struct import_options *o = run->options;
	enum ll_err code = LL_OK;

	if (o->refresh)
		return find_known(run);
	for (size_t i = 0; i < o->path_count && code == LL_OK; i++)
		code = log_files_add(&run->files, o->paths[i], NULL, run->in.err);
	for (size_t i = 0; i < run->place_count && !o->path_count && code == LL_OK; i++)
		if (run->places[i].exists)
			code = log_files_add(&run->files, run->places[i].path,
				run->places[i].decoder, run->in.err);
	return code;
}

static void add_words(struct buf *b, const char *word)
{
	if (b->len)
		buf_addz(b, ", ");
	buf_addz(b, word);
}

/* What was asked for, or looked at. */
static void add_paths(const struct run *run, struct buf *b)
{
	const struct import_options *o = run->options;

	for (size_t i = 0; i < o->path_count; i++)
		add_words(b, o->paths[i]);
	for (size_t i = 0; i < run->place_count && !o->path_count; i++)
		add_words(b, run->places[i].path);
}

/* LL_ENOENT when there was nothing to read at all. */
static enum ll_err check_found(const struct run *run)
{
	const struct import_summary *sum = run->in.summary;
	struct buf paths = BUF_INIT(PATHS_BYTES);
	enum ll_err code = LL_OK;

	if (sum->files || sum->unchanged || sum->empty || run->options->refresh)
		return LL_OK;
	add_paths(run, &paths);
	if (sum->unreadable)
		code = ll_fail(run->in.err, LL_ENOENT, "cannot read '%s'", sum->unreadable_first);
	else if (sum->not_logs)
		code = ll_fail(run->in.err, LL_ENOENT, "no log of a known kind in '%s'",
			paths.at ? paths.at : "");
	else
		code = ll_fail(run->in.err, LL_ENOENT, "no logs found; looked at %s",
			paths.at ? paths.at : "no place: $HOME is not set");
	buf_release(&paths);
	return code;
}

static void add_counts(struct buf *b, const struct import_summary *sum)
{
	const struct {
		const char *name;
		int64_t count;
	} members[] = {
		{ "files", sum->files },
		{ "lines", sum->lines },
		{ "calls", sum->calls },
		{ "added", sum->stored.added },
		{ "updated", sum->stored.updated },
		{ "duplicate", sum->stored.duplicate },
		{ "refused", sum->refused },
	};
	struct jsonw w;

	jsonw_init(&w, b, 0);
	jsonw_object(&w);
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		jsonw_key(&w, members[i].name);
		jsonw_i64(&w, members[i].count);
	}
	jsonw_object_end(&w);
}

/* One entry a run that stored or refused something. */
static enum ll_err audit(const struct run *run, enum ll_err ended)
{
	const struct import_summary *sum = run->in.summary;
	struct buf object = BUF_INIT(PATHS_BYTES), after = BUF_INIT(PATHS_BYTES);
	struct err ignored;
	enum ll_err code;

	if (!run->options->store || run->options->dry_run ||
		(!sum->stored.added && !sum->stored.updated && !sum->refused))
		return LL_OK;
	if (run->options->path_count)
		add_paths(run, &object);
	else
		buf_addz(&object, "known places");
	add_counts(&after, sum);
	code = audit_add(run->options->store, &(struct audit_entry){
		.actor = run->options->actor,
		.action = STR("import"),
		.object = buf_str(&object),
		.result = str_of(ended == LL_OK ? "ok" : run->in.err->msg),
		.after = buf_str(&after),
	}, ended == LL_OK ? run->in.err : &ignored);
	buf_release(&object);
	buf_release(&after);
	return code;
}

static struct str machine_of(struct run *run)
{
	if (run->options->machine.len)
		return run->options->machine;
	if (gethostname(run->host, sizeof(run->host) - 1) != 0)
		return STR("localhost");
	return str_of(run->host);
}

static enum ll_err open_door(struct run *run)
{
	const struct import_options *o = run->options;
	struct door_options options = {
		.store = run->in.known.store,
		.scope = o->scope,
		.book = o->book,
		.book_ctx = o->book_ctx,
		.provider = o->provider,
		.model = o->model,
		.project = o->project,
		.user = o->user,
		.show = o->show,
		.ctx = o->ctx,
	};

	return door_open(&run->in.door, &options, run->in.err);
}

static void run_init(struct run *run, const struct import_options *options,
	struct import_summary *sum, struct err *err)
{
	run->options = options;
	run->in.options = options;
	run->in.summary = sum;
	run->in.err = err;
	run->in.known = (struct known){
		.store = options->dry_run ? NULL : options->store,
		.scope = options->scope,
		.machine = machine_of(run),
	};
	run->place_count = log_places(run->places, PLACES_MAX, false);
}

static void run_release(struct run *run)
{
	door_close(run->in.door);
	log_files_release(&run->files);
	known_release(&run->in.known);
	occurrences_release(&run->in.rows);
	arena_release(&run->in.scratch);
}

/* Commits what was read; after an error as much of it as can be. */
static enum ll_err finish(struct run *run, enum ll_err code)
{
	struct import_summary *sum = run->in.summary;
	struct err ignored;
	enum ll_err flushed, audited;

	if (run->in.door) {
		flushed = door_flush(run->in.door, code == LL_OK ? run->in.err : &ignored);
		code = code == LL_OK ? flushed : code;
		sum->stored = door_result(run->in.door);
	}
	sum->unreadable = run->files.unreadable;
	memcpy(sum->unreadable_first, run->files.unreadable_first, sizeof(sum->unreadable_first));
	audited = audit(run, code);
	if (code == LL_OK)
		code = audited;
	return code == LL_OK ? check_found(run) : code;
}

enum ll_err import_run(const struct import_options *options, struct import_summary *out,
	struct err *err)
{
	struct err own = { 0 };
	struct run run = { 0 };
	enum ll_err code;

	*out = (struct import_summary){ 0 };
	run_init(&run, options, out, err ? err : &own);
	code = known_load(&run.in.known, run.in.err);
	if (code == LL_OK)
		code = find_files(&run);
	if (code == LL_OK)
		code = open_door(&run);
	if (code == LL_OK)
		code = import_files(&run);
	code = finish(&run, code);
	run_release(&run);
	return code;
}
