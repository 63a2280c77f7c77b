/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and closing a store. */
#include "store/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "keys/hash.h"
#include "model/zone.h"
#include "store/migrate.h"
#include "store/writer.h"

static enum ll_err check_directory(const char *dir, struct err *err)
{
	struct stat st;
	enum ll_err e = file_stat(dir, &st, err);

	if (e == LL_OK && !S_ISDIR(st.st_mode))
		e = ll_fail(err, LL_EINVAL, "'%s' is not a directory", dir);
	return e;
}

static enum ll_err make_directory(const char *dir, struct err *err)
{
	struct stat st;

	if (stat(dir, &st) == 0)
		return check_directory(dir, err);
	return file_mkdirs(dir, 0700, err);
}

/* The zone is checked here, so that no month file is made with one that cannot be opened. */
static enum ll_err choose_zone(const struct store_options *options, char out[64], struct err *err)
{
	struct zone *zone = NULL;
	enum ll_err e;

	if (!options->zone) {
		zone_system_name(out);
		if (zone_open(str_of(out), &zone, NULL) != LL_OK)
			snprintf(out, 64, "UTC");
		zone_free(zone);
		return LL_OK;
	}
	if ((size_t)snprintf(out, 64, "%s", options->zone) >= 64)
		return ll_fail(err, LL_EINVAL, "'%s' is no time zone", options->zone);
	e = zone_open(str_of(out), &zone, err);
	zone_free(zone);
	return e;
}

/* A store that is there and can only be read is no failure of a system call: the caller may
 * open it read-only instead. */
static enum ll_err check_writable(const struct store *s, struct err *err)
{
	if (access(s->main_path, F_OK) != 0)
		return LL_OK;
	if (access(s->dir, W_OK) == 0 && access(s->main_path, W_OK) == 0)
		return LL_OK;
	return ll_fail(err, LL_EREADONLY, "the store '%s' cannot be written: %s", s->dir,
		strerrordesc_np(errno));
}

static enum ll_err open_writable(struct store *s, const struct store_options *options,
	struct err *err)
{
	char zone[64];
	enum ll_err e = choose_zone(options, zone, err);

	if (e == LL_OK)
		e = make_directory(s->dir, err);
	if (e == LL_OK)
		e = check_writable(s, err);
	if (e == LL_OK)
		e = generation_open(&s->generation, s->dir, false, err);
	if (e == LL_OK)
		e = writer_new(s, zone, &s->writer, err);
	return e;
}

static enum ll_err open_read_only(struct store *s, struct err *err)
{
	struct db db = { 0 };
	int32_t version = 0;
	enum ll_err e = check_directory(s->dir, err);

	if (e == LL_OK && access(s->main_path, F_OK) != 0)
		e = ll_fail(err, LL_ENOENT, "there is no store in '%s'", s->dir);
	if (e == LL_OK)
		e = generation_open(&s->generation, s->dir, true, err);
	if (e == LL_OK)
		e = db_open(&db, s->main_path, DB_READ, 0, err);
	if (e == LL_OK)
		e = schema_version(&db, SCHEMA_MAIN, &version, err);
	if (e == LL_OK && version == 0)
		e = ll_fail(err, LL_ENOENT, "the store in '%s' is empty", s->dir);
	db_close(&db);
	return e;
}

static enum ll_err set_paths(struct store *s, const char *dir, struct err *err)
{
	if (!path_join(s->main_path, sizeof(s->main_path), dir, "main.db"))
		return ll_fail(err, LL_ETOOBIG, "path too long: '%s'", dir);
	memcpy(s->dir, dir, strlen(dir) + 1); /* shorter than main_path */
	return LL_OK;
}

enum ll_err store_open(struct store **out, const struct store_options *options, struct err *err)
{
	struct store *s = ll_try_alloc(sizeof(*s));
	enum ll_err e;

	*out = NULL;
	PRE(options->dir && options->dir[0]);
	if (!s)
		return ll_fail(err, LL_ENOMEM, "out of memory while opening the store");
	s->mode = options->mode;
	s->clock = options->clock;
	s->cache_kib = options->cache_kib;
	s->generation.fd = -1;
	e = keys_init(err);
	if (e == LL_OK)
		e = set_paths(s, options->dir, err);
	if (e == LL_OK)
		e = s->mode == STORE_WRITE ? open_writable(s, options, err) :
			open_read_only(s, err);
	if (e != LL_OK)
		store_close(s);
	else
		*out = s;
	return e;
}

void store_close(struct store *s)
{
	if (!s)
		return;
	writer_free(s->writer);
	generation_close(&s->generation);
	ll_free(s);
}

const char *store_dir(const struct store *s)
{
	return s->dir;
}

bool store_is_writable(const struct store *s)
{
	return s->writer != NULL;
}

bool store_default_dir(char *out, size_t cap)
{
	const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME");
	int len;

	/* The base directory specification: a relative path is to be ignored. */
	if (data && data[0] == '/')
		len = snprintf(out, cap, "%s/llmlab", data);
	else if (home && home[0] == '/')
		len = snprintf(out, cap, "%s/.local/share/llmlab", home);
	else
		return false;
	return len >= 0 && (size_t)len < cap;
}

uint64_t store_generation(const struct store *s)
{
	return generation_get(&s->generation);
}

const char *store_generation_path(const struct store *s)
{
	return s->generation.path;
}
