/* SPDX-License-Identifier: Apache-2.0 */
/* System calls on files, with the fault hook before and a sentence after each. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"

#define READ_BYTES (64u << 10)

/* True, with errno set, when the test wants the call to fail. */
static bool is_faulted(int errnum)
{
	if (!fault_here(FAULT_FILE))
		return false;
	errno = errnum;
	return true;
}

static ssize_t write_some(int fd, struct str bytes)
{
	ssize_t count;

	if (is_faulted(ENOSPC))
		return -1;
	do
		count = write(fd, bytes.at, bytes.len);
	while (count < 0 && errno == EINTR);
	return count;
}

/* Reads on until the end of the file; too much is found by one byte past b's cap. */
static enum ll_err read_rest(int fd, const char *path, struct buf *b, struct err *err)
{
	enum ll_err code;
	size_t got;

	do {
		size_t room = b->max - b->len;
		char probe, *at = &probe;

		if (room) {
			room = room < READ_BYTES ? room : READ_BYTES;
			at = buf_reserve(b, room);
			if (!at)
				return ll_fail(err, buf_status(b), "cannot read '%s': %s", path,
					ll_err_text(buf_status(b)));
		}
		code = file_read(fd, path, at, room ? room : 1, &got, err);
		if (code != LL_OK)
			return code;
		if (got && !room)
			return ll_fail(err, LL_ETOOBIG, "'%s' is larger than %zu bytes", path,
				b->max);
		b->len += got;
	} while (got);
	return LL_OK;
}

/* One directory; there already is as good as made. */
static enum ll_err make_dir(const char *path, mode_t mode, struct err *err)
{
	if (is_faulted(EIO) || (mkdir(path, mode) != 0 && errno != EEXIST))
		return ll_fail_errno(err, errno, "cannot make directory '%s'", path);
	return LL_OK;
}

static enum ll_err sync_fd(int fd, const char *path, struct err *err)
{
	if (is_faulted(EIO) || fsync(fd) != 0)
		return ll_fail_errno(err, errno, "cannot write '%s' to disk", path);
	return LL_OK;
}

/* A rename lasts only when its directory has reached the disk. */
static enum ll_err sync_dir_of(const char *path, struct err *err)
{
	const char *slash = strrchr(path, '/');
	char dir[PATH_MAX] = ".";
	enum ll_err code;
	int fd;

	if (slash)
		snprintf(dir, sizeof(dir), "%.*s", slash == path ? 1 : (int)(slash - path), path);
	code = file_open(dir, O_RDONLY | O_DIRECTORY, 0, &fd, err);
	if (code == LL_OK)
		code = sync_fd(fd, dir, err);
	file_close(&fd);
	return code;
}

static enum ll_err make_beside(const char *path, char temporary[PATH_MAX], int *fd,
	struct err *err)
{
	int len = snprintf(temporary, PATH_MAX, "%s.XXXXXX", path);

	*fd = -1;
	if (len >= PATH_MAX)
		return ll_fail(err, LL_EINVAL, "path too long: '%s'", path);
	if (!is_faulted(EIO))
		*fd = mkostemp(temporary, O_CLOEXEC);
	if (*fd < 0)
		return ll_fail_errno(err, errno, "cannot write beside '%s'", path);
	return LL_OK;
}

static enum ll_err rename_over(const char *temporary, const char *path, struct err *err)
{
	if (is_faulted(EIO) || rename(temporary, path) != 0)
		return ll_fail_errno(err, errno, "cannot replace '%s'", path);
	return LL_OK;
}

enum ll_err file_open(const char *path, int flags, mode_t mode, int *fd, struct err *err)
{
	*fd = -1;
	if (!is_faulted(EIO)) {
		do
			*fd = open(path, flags | O_CLOEXEC, mode);
		while (*fd < 0 && errno == EINTR);
	}
	if (*fd < 0)
		return ll_fail_errno(err, errno, "cannot open '%s'", path);
	return LL_OK;
}

enum ll_err file_read(int fd, const char *path, void *at, size_t cap, size_t *got, struct err *err)
{
	ssize_t count = -1;

	*got = 0;
	if (!is_faulted(EIO)) {
		do
			count = read(fd, at, cap);
		while (count < 0 && errno == EINTR);
	}
	if (count < 0)
		return ll_fail_errno(err, errno, "cannot read '%s'", path);
	*got = (size_t)count;
	return LL_OK;
}

enum ll_err file_write_all(int fd, const char *path, struct str bytes, struct err *err)
{
	while (bytes.len) {
		ssize_t count = write_some(fd, bytes);

		if (count < 0)
			return ll_fail_errno(err, errno, "cannot write '%s'", path);
		bytes = str_from(bytes, (size_t)count);
	}
	return LL_OK;
}

enum ll_err file_stat(const char *path, struct stat *st, struct err *err)
{
	if (is_faulted(EIO) || stat(path, st) != 0)
		return ll_fail_errno(err, errno, "cannot look at '%s'", path);
	return LL_OK;
}

enum ll_err file_slurp(const char *path, struct buf *b, struct err *err)
{
	size_t before = b->len;
	enum ll_err code;
	int fd;

	code = file_open(path, O_RDONLY, 0, &fd, err);
	if (code == LL_OK)
		code = read_rest(fd, path, b, err);
	if (code != LL_OK)
		b->len = before;
	if (b->at)
		b->at[b->len] = '\0';
	file_close(&fd);
	return code;
}

enum ll_err file_mkdirs(const char *path, mode_t mode, struct err *err)
{
	char part[PATH_MAX] = "";
	enum ll_err code = LL_OK;
	struct stat st = { 0 };

	if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part))
		return ll_fail(err, LL_EINVAL, "path too long: '%s'", path);
	for (char *slash = strchr(part + 1, '/'); slash && code == LL_OK;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		code = make_dir(part, mode, err);
		*slash = '/';
	}
	if (code == LL_OK)
		code = make_dir(path, mode, err);
	if (code == LL_OK)
		code = file_stat(path, &st, err);
	if (code == LL_OK && !S_ISDIR(st.st_mode))
		return ll_fail(err, LL_EEXIST, "'%s' is not a directory", path);
	return code;
}

enum ll_err file_replace(const char *path, mode_t mode, struct str bytes, struct err *err)
{
	char temporary[PATH_MAX];
	enum ll_err code;
	int fd;

	code = make_beside(path, temporary, &fd, err);
	if (code != LL_OK)
		return code;
	if (is_faulted(EIO) || fchmod(fd, mode) != 0)
		code = ll_fail_errno(err, errno, "cannot set the mode of '%s'", temporary);
	if (code == LL_OK)
		code = file_write_all(fd, temporary, bytes, err);
	if (code == LL_OK)
		code = sync_fd(fd, temporary, err);
	file_close(&fd);
	if (code == LL_OK)
		code = rename_over(temporary, path, err);
	if (code != LL_OK) {
		unlink(temporary);
		return code;
	}
	return sync_dir_of(path, err);
}

void file_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

bool path_join(char *out, size_t cap, const char *dir, const char *name)
{
	size_t len = strlen(dir);
	const char *slash = len && dir[len - 1] != '/' ? "/" : "";
	int wanted = snprintf(out, cap, "%s%s%s", dir, slash, name);

	return wanted >= 0 && (size_t)wanted < cap;
}
