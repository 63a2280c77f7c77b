/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program's own files are. */
#include "app/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "store/store.h"

/* $`variable`, or `fallback` below the home directory; a relative path is to be ignored. */
static bool user_file(const char *variable, const char *fallback, const char *name,
	char out[PATHS_BYTES])
{
	const char *dir = getenv(variable), *home = getenv("HOME");
	char usual[PATHS_BYTES];

	if (dir && dir[0] == '/')
		return path_join(out, PATHS_BYTES, dir, name);
	return home && home[0] && path_join(usual, sizeof(usual), home, fallback) &&
		path_join(out, PATHS_BYTES, usual, name);
}

enum ll_err paths_store(const struct args *args, char out[PATHS_BYTES], struct err *err)
{
	struct str given = args_text(args, "store");

	if (given.at && given.len >= PATHS_BYTES)
		return ll_fail(err, LL_EUSAGE, "the path of --store is too long");
	if (given.at) {
		memcpy(out, given.at, given.len);
		out[given.len] = '\0';
		return LL_OK;
	}
	if (!store_default_dir(out, PATHS_BYTES))
		return ll_fail(err, LL_EUSAGE,
			"no home directory to keep a store in; say --store DIR");
	return LL_OK;
}

bool paths_has_store(const char *dir)
{
	char main_db[PATHS_BYTES];

	/* One that we may not look at is there: opening it says why it cannot be read. */
	return path_join(main_db, sizeof(main_db), dir, "main.db") &&
		(access(main_db, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR));
}

bool paths_config(char out[PATHS_BYTES])
{
	return user_file("XDG_CONFIG_HOME", ".config", "llmlab/llmlab.conf", out);
}

bool paths_log(char out[PATHS_BYTES])
{
	return user_file("XDG_STATE_HOME", ".local/state", "llmlab/llmlab.log", out);
}
