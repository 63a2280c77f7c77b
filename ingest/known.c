/* SPDX-License-Identifier: Apache-2.0 */
/* Sources are few and searched in order; files are many and stand in a map. */
#include "ingest/known.h"

#include "base/mem.h"

static enum ll_err out_of_memory(struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "out of memory for the list of known files");
}

static const struct decoder *decoder_of(struct str source_name)
{
	for (size_t i = 0; i < decoder_count; i++)
		if (str_eq(source_name, str_of(decoders[i]->source)))
			return decoders[i];
	return NULL;
}

static enum ll_err add_source(struct known *k, const struct decoder *decoder, struct str place,
	int64_t id, struct err *err)
{
	struct str own = arena_str(&k->arena, place);

	if (k->source_count == k->source_cap) {
		size_t cap = k->source_cap ? k->source_cap * 2 : 16;
		struct known_source *at = ll_try_realloc(k->sources, cap * sizeof(*at));

		if (!at)
			return out_of_memory(err);
		k->sources = at;
		k->source_cap = cap;
	}
	if (!own.at)
		return out_of_memory(err);
	k->sources[k->source_count++] =
		(struct known_source){ .id = id, .decoder = decoder, .place = own };
	return LL_OK;
}

static enum ll_err add_files(struct known *k, const struct decoder *decoder,
	const struct file_progress *files, size_t count, struct err *err)
{
	size_t needed = k->file_count + count;

	if (needed > k->file_cap) {
		struct known_file *at = ll_try_realloc(k->files, needed * sizeof(*at));

		if (!at)
			return out_of_memory(err);
		k->files = at;
		k->file_cap = needed;
	}
	for (size_t i = 0; i < count; i++) {
		if (map_put(&k->by_path, files[i].path, k->file_count) != LL_OK)
			return out_of_memory(err);
		k->files[k->file_count++] =
			(struct known_file){ .decoder = decoder, .progress = files[i] };
	}
	return LL_OK;
}

static enum ll_err load_source(struct known *k, struct store_reader *reader,
	const struct source *source, struct err *err)
{
	const struct decoder *decoder = decoder_of(source->name);
	struct file_progress *files;
	enum ll_err code;
	size_t count;

	if (!decoder || !str_eq(source->machine, k->machine))
		return LL_OK;
	code = add_source(k, decoder, source->place, source->id, err);
	if (code == LL_OK)
		code = source_files(reader, k->scope, source->id, &k->arena, &files, &count, err);
	if (code == LL_OK)
		code = add_files(k, decoder, files, count, err);
	return code;
}

enum ll_err known_load(struct known *k, struct err *err)
{
	struct store_reader *reader = NULL;
	struct source *sources;
	size_t count = 0;
	enum ll_err code;

	if (!k->store)
		return LL_OK;
	code = store_reader_open(k->store, &reader, err);
	if (code == LL_OK)
		code = source_list(reader, k->scope, &k->arena, &sources, &count, err);
	for (size_t i = 0; i < count && code == LL_OK; i++)
		code = load_source(k, reader, &sources[i], err);
	store_reader_close(reader);
	return code;
}

void known_release(struct known *k)
{
	ll_free(k->sources);
	ll_free(k->files);
	map_release(&k->by_path);
	arena_release(&k->arena);
	*k = (struct known){ 0 };
}

const struct known_file *known_find(const struct known *k, struct str path)
{
	uint64_t i;

	return map_find(&k->by_path, path, &i) ? &k->files[i] : NULL;
}

enum ll_err known_source(struct known *k, const struct decoder *decoder, struct str place,
	int64_t *id, struct err *err)
{
	enum ll_err code;

	*id = 0;
	if (!k->store)
		return LL_OK;
	for (size_t i = 0; i < k->source_count; i++)
		if (k->sources[i].decoder == decoder && str_eq(k->sources[i].place, place)) {
			*id = k->sources[i].id;
			return LL_OK;
		}
	code = source_ensure(k->store, k->scope, str_of(decoder->source), k->machine, place, id,
		err);
	return code == LL_OK ? add_source(k, decoder, place, *id, err) : code;
}
