/* SPDX-License-Identifier: Apache-2.0 */
/* Lists sources and how far their files were read. */
#include "base/mem.h"
#include "store/reader.h"
#include "store/source.h"

static enum ll_err no_memory(struct err *err)
{
	(void)ll_fail(err, LL_ENOMEM, "out of memory while listing sources");
	return LL_ENOMEM; /* for analysers, which see no further than this file */
}

/* Sources by id, files of each: an index beyond the last source is no source's. */
static size_t index_of(const struct lookup *l, int64_t id)
{
	const struct source_entry *e = lookup_source(l, id);

	return e ? (size_t)(e - l->sources) : l->source_count;
}

static enum ll_err count_files(struct store_reader *r, int64_t *files, struct err *err)
{
	struct stmt q = { 0 };
	bool row;
	enum ll_err code = stmt_prepare(&q, &r->main,
		"SELECT source, count(*) FROM source_file GROUP BY source", err);

	while (code == LL_OK && (code = stmt_step(&q, &row, err)) == LL_OK && row)
		files[index_of(&r->lookup, stmt_i64(&q, 0))] = stmt_i64(&q, 1);
	stmt_release(&q);
	return code;
}

static enum ll_err fill_source(const struct source_entry *e, int64_t files, struct arena *a,
	struct source *out, struct err *err)
{
	*out = (struct source){
		.id = e->id,
		.name = arena_str(a, e->name),
		.machine = arena_str(a, e->machine),
		.place = arena_str(a, e->place),
		.plan = e->plan,
		.added_ns = e->added_ns,
		.files = files,
	};
	if (!out->name.at || !out->machine.at || !out->place.at)
		return no_memory(err);
	return LL_OK;
}

static enum ll_err list_sources(struct store_reader *r, const struct scope *scope, struct arena *a,
	struct source **out, size_t *count, struct err *err)
{
	const struct lookup *l = &r->lookup;
	struct source *sources = arena_alloc(a, (l->source_count + 1) * sizeof(*sources));
	int64_t *files = ll_try_alloc((l->source_count + 1) * sizeof(*files));
	size_t n = 0;
	enum ll_err code = LL_OK;

	if (!sources || !files)
		code = no_memory(err);
	else
		code = count_files(r, files, err);
	for (size_t i = 0; code == LL_OK && i < l->source_count; i++)
		if (l->sources[i].workspace == scope->workspace)
			code = fill_source(&l->sources[i], files[i], a, &sources[n++], err);
	ll_free(files);
	*out = sources;
	*count = n;
	return code;
}

enum ll_err source_list(struct store_reader *r, const struct scope *scope, struct arena *a,
	struct source **out, size_t *count, struct err *err)
{
	enum ll_err code = reader_begin(r, err);

	*out = NULL;
	*count = 0;
	if (code == LL_OK)
		code = list_sources(r, scope, a, out, count, err);
	return reader_end(r, code, err);
}

static void copy_head(uint8_t head[32], struct str bytes)
{
	memcpy(head, bytes.at, bytes.len < 32 ? bytes.len : 32);
}

static enum ll_err read_file(const struct stmt *q, struct arena *a, struct file_progress *out,
	struct err *err)
{
	*out = (struct file_progress){
		.source = stmt_i64(q, 0),
		.path = arena_str(a, stmt_str(q, 1)),
		.device = (uint64_t)stmt_i64(q, 2),
		.inode = (uint64_t)stmt_i64(q, 3),
		.size = stmt_i64(q, 4),
		.mtime_ns = stmt_i64(q, 5),
		.offset = stmt_i64(q, 6),
		.line = stmt_i64(q, 7),
		.decoder_version = (int32_t)stmt_i64(q, 8),
		.head_bytes = stmt_i64(q, 10),
		.state = arena_str(a, stmt_str(q, 11)),
	};
	if (!out->path.at || !out->state.at)
		return no_memory(err);
	if (stmt_blob(q, 9).len)
		copy_head(out->head, stmt_blob(q, 9));
	return LL_OK;
}

static enum ll_err count_of_source(struct store_reader *r, int64_t source, size_t *count,
	struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err code = stmt_prepare(&q, &r->main,
		"SELECT count(*) FROM source_file WHERE source = ?", err);

	if (code == LL_OK) {
		stmt_bind_i64(&q, 1, source);
		code = stmt_step(&q, &row, err);
	}
	*count = row ? (size_t)stmt_i64(&q, 0) : 0;
	stmt_release(&q);
	return code;
}

static enum ll_err read_files(struct store_reader *r, int64_t source, struct arena *a,
	struct file_progress **out, size_t *count, struct err *err)
{
	struct stmt q = { 0 };
	struct file_progress *files = NULL;
	size_t cap, n = 0;
	bool row;
	enum ll_err code = count_of_source(r, source, &cap, err);

	if (code == LL_OK)
		files = arena_alloc(a, (cap + 1) * sizeof(*files));
	if (code == LL_OK && !files)
		code = no_memory(err);
	if (code == LL_OK)
		code = stmt_prepare(&q, &r->main,
			"SELECT source, path, device, inode, size, mtime_ns, offset, line,"
			" decoder_version, head, head_bytes, state FROM source_file"
			" WHERE source = ?", err);
	if (code == LL_OK)
		stmt_bind_i64(&q, 1, source);
	while (code == LL_OK && n < cap && (code = stmt_step(&q, &row, err)) == LL_OK && row)
		code = read_file(&q, a, &files[n++], err);
	stmt_release(&q);
	*out = files;
	*count = n;
	return code;
}

/* In one snapshot, so that as many files are read as were counted. */
static enum ll_err list_files(struct store_reader *r, int64_t source, struct arena *a,
	struct file_progress **out, size_t *count, struct err *err)
{
	enum ll_err code = db_exec(&r->main, "BEGIN", err);

	if (code == LL_OK)
		code = read_files(r, source, a, out, count, err);
	db_rollback(&r->main);
	return code;
}

enum ll_err source_files(struct store_reader *r, const struct scope *scope, int64_t source,
	struct arena *a, struct file_progress **out, size_t *count, struct err *err)
{
	const struct source_entry *e;
	enum ll_err code = reader_begin(r, err);

	*out = NULL;
	*count = 0;
	e = code == LL_OK ? lookup_source(&r->lookup, source) : NULL;
	if (code == LL_OK && (!e || e->workspace != scope->workspace))
		code = ll_fail(err, LL_ENOENT, "there is no source %lld", (long long)source);
	if (code == LL_OK)
		code = list_files(r, source, a, out, count, err);
	return reader_end(r, code, err);
}
