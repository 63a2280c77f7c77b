/* SPDX-License-Identifier: Apache-2.0 */
/* Where the dashboard was when it ended. */
#include "app/session_file.h"

#include <stdio.h>

#include "app/paths.h"
#include "base/file.h"
#include "base/log.h"

/* Beside the log. */
static bool find_dir(char dir[PATHS_BYTES])
{
	char log[PATHS_BYTES];

	if (!paths_log(log))
		return false;
	snprintf(dir, PATHS_BYTES, "%.*s", (int)(str_of(log).len - str_basename(str_of(log)).len), log);
	return true;
}

void session_read(struct buf *out)
{
	char dir[PATHS_BYTES], path[PATHS_BYTES];
	struct err ignored;

	if (!find_dir(dir) || !path_join(path, sizeof(path), dir, "session.json") ||
		file_slurp(path, out, &ignored) != LL_OK)
		buf_clear(out);
}

void session_write(struct str text)
{
	char dir[PATHS_BYTES], path[PATHS_BYTES];
	struct err err = { 0 };
	enum ll_err code;

	if (!find_dir(dir) || !path_join(path, sizeof(path), dir, "session.json"))
		return;
	code = file_mkdirs(dir, 0700, &err);
	if (code == LL_OK)
		code = file_replace(path, 0600, text, &err);
	if (code)
		log_warn("session", "not kept: %s", err.msg);
}
