/* SPDX-License-Identifier: Apache-2.0 */
/* A view written into a file of the user's. */
#include "app/export.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"

static enum ll_err write_new(const char *path, struct str text, struct err *err)
{
	int fd = -1;
	enum ll_err code = file_open(path, O_WRONLY | O_CREAT | O_EXCL, 0600, &fd, err);

	if (code == LL_OK)
		code = file_write_all(fd, path, text, err);
	file_close(&fd);
	return code;
}

enum ll_err export_text(const struct dashboard *d, struct str text, const char *suffix,
	char path[PATHS_BYTES], struct err *err)
{
	struct civil now = zone_civil(d->app->zone, d->now_ns);
	const char *home = getenv("HOME");
	char name[96];
	enum ll_err code;

	snprintf(name, sizeof(name), "llmlab-%04d-%02d-%02d-%02d%02d%02d%s%s", now.year, now.month,
		now.day, now.hour, now.minute, now.second, suffix[0] == '.' ? "" : ".", suffix);
	snprintf(path, PATHS_BYTES, "%s", name);
	code = write_new(path, text, err);
	if (code == LL_OK || !home || !path_join(path, PATHS_BYTES, home, name))
		return code;
	return write_new(path, text, err);
}
