/* SPDX-License-Identifier: Apache-2.0 */
/* Walks directories down to LIMIT_PATH_DEPTH. */
#include "ingest/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "ingest/places.h"

#define LAST_SECOND (INT64_MAX / NS_PER_S - 1) /* standard input is read after all files */

/* What stays the same during one walk. */
struct walk {
	struct log_files *files;
	const char *root;
	const struct decoder *decoder;
};

static enum ll_err out_of_memory(struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "out of memory for the list of files");
}

static enum ll_err add_file(const struct walk *walk, const char *path, const struct stat *st,
	struct err *err)
{
	struct log_files *files = walk->files;
	struct log_file file = { .root = walk->root, .decoder = walk->decoder };

	if (walk->decoder && strcmp(path, walk->root) != 0 && !place_has(walk->decoder, path))
		return LL_OK;
	if (files->count == files->cap) {
		size_t cap = files->cap ? files->cap * 2 : 64;
		struct log_file *at = ll_try_realloc(files->at, cap * sizeof(*at));

		if (!at)
			return out_of_memory(err);
		files->at = at;
		files->cap = cap;
	}
	file.path = arena_str(&files->arena, str_of(path)).at;
	if (!file.path)
		return out_of_memory(err);
	log_file_stat(&file, st);
	files->at[files->count++] = file;
	return LL_OK;
}

static enum ll_err walk_dir(const struct walk *walk, const char *dir, int depth, struct err *err);

static enum ll_err walk_entry(const struct walk *walk, const char *dir, const char *name, int depth,
	struct err *err)
{
	char path[PATH_MAX];
	struct stat st, target;

	if (!path_join(path, sizeof(path), dir, name)) {
		log_files_unreadable(walk->files, "a path that is too long");
		return LL_OK;
	}
	if (lstat(path, &st) != 0) {
		log_files_unreadable(walk->files, path);
		return LL_OK;
	}
	if (S_ISDIR(st.st_mode))
		return walk_dir(walk, path, depth + 1, err);
	/* Directories are entered by their own name only, so that no walk goes in circles. */
	if (S_ISLNK(st.st_mode)) {
		if (stat(path, &target) != 0)
			log_files_unreadable(walk->files, path);
		else
			st = target;
	}
	return S_ISREG(st.st_mode) ? add_file(walk, path, &st, err) : LL_OK;
}

static enum ll_err walk_dir(const struct walk *walk, const char *dir, int depth, struct err *err)
{
	DIR *open_dir = depth < LIMIT_PATH_DEPTH ? opendir(dir) : NULL;
	enum ll_err code = LL_OK;
	const struct dirent *entry;

	if (!open_dir) {
		log_files_unreadable(walk->files, dir);
		return LL_OK;
	}
	while (code == LL_OK && (entry = readdir(open_dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			code = walk_entry(walk, dir, entry->d_name, depth, err);
	closedir(open_dir);
	return code;
}

static int compare(const void *a, const void *b)
{
	const struct log_file *x = a, *y = b;

	if (x->mtime_ns != y->mtime_ns)
		return x->mtime_ns < y->mtime_ns ? -1 : 1;
	return strcmp(x->path, y->path);
}

void log_files_release(struct log_files *files)
{
	ll_free(files->at);
	arena_release(&files->arena);
	*files = (struct log_files){ 0 };
}

enum ll_err log_files_add(struct log_files *files, const char *path, const struct decoder *decoder,
	struct err *err)
{
	struct walk walk = { .files = files, .root = "-", .decoder = decoder };
	char real[PATH_MAX];
	struct stat st;

	if (strcmp(path, "-") == 0) {
		st = (struct stat){ .st_mode = S_IFIFO, .st_mtim.tv_sec = LAST_SECOND };
		return add_file(&walk, path, &st, err);
	}
	if (stat(path, &st) != 0) {
		log_files_unreadable(files, path);
		return LL_OK;
	}
	/* A pipe of the shell has no real path: its name is as good. */
	if (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
		snprintf(real, sizeof(real), "%s", path);
	else if (!realpath(path, real))
		snprintf(real, sizeof(real), "%s", path);
	walk.root = arena_str(&files->arena, str_of(real)).at;
	if (!walk.root)
		return out_of_memory(err);
	if (S_ISDIR(st.st_mode))
		return walk_dir(&walk, real, 0, err);
	return add_file(&walk, real, &st, err);
}

void log_files_sort(struct log_files *files)
{
	if (files->count)
		qsort(files->at, files->count, sizeof(*files->at), compare);
}

void log_file_stat(struct log_file *file, const struct stat *st)
{
	file->is_stream = !S_ISREG(st->st_mode);
	file->size = file->is_stream ? 0 : st->st_size;
	file->mtime_ns = st->st_mtim.tv_sec * NS_PER_S + st->st_mtim.tv_nsec;
	file->device = st->st_dev;
	file->inode = st->st_ino;
}

void log_files_unreadable(struct log_files *files, const char *what)
{
	if (!files->unreadable++)
		snprintf(files->unreadable_first, sizeof(files->unreadable_first), "%.*s",
			(int)sizeof(files->unreadable_first) - 1, what);
}
