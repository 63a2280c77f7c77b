/* SPDX-License-Identifier: Apache-2.0 */
/* The write lock between processes. */
#include "store/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#define RETRY_NS (NS_PER_MS / 2)

/* The pid is only for messages: no harm if it cannot be written. */
static void write_holder(const struct lock *l)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%-12ld\n", (long)getpid());

	if (pwrite(l->fd, text, (size_t)len, 0) != len)
		return;
}

static long read_holder(const struct lock *l)
{
	char text[16] = "";
	int64_t pid;

	if (pread(l->fd, text, sizeof(text) - 1, 0) < 0 ||
		!str_to_i64(str_trim(str_of(text)), &pid))
		return 0;
	return (long)pid;
}

static enum ll_err fail_busy(const struct lock *l, int wait_ms, struct err *err)
{
	return ll_fail(err, LL_EBUSY, "the store is being written by process %ld: '%s' was not"
		" free within %d ms", read_holder(l), l->path, wait_ms);
}

static void pause_briefly(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = RETRY_NS }, NULL);
}

enum ll_err lock_open(struct lock *l, const char *dir, struct err *err)
{
	*l = (struct lock){ .fd = -1 };
	if (!path_join(l->path, sizeof(l->path), dir, "write.lock"))
		return ll_fail(err, LL_ETOOBIG, "path too long: '%s'", dir);
	return file_open(l->path, O_RDWR | O_CREAT, 0600, &l->fd, err);
}

void lock_close(struct lock *l)
{
	lock_give(l);
	file_close(&l->fd);
}

/* A wait of our own instead of a blocking flock(): that one has no deadline. */
enum ll_err lock_take(struct lock *l, int wait_ms, struct err *err)
{
	int64_t until_ns = clock_mono_ns() + wait_ms * NS_PER_MS;

	PRE(!l->is_held);
	while (flock(l->fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return ll_fail_errno(err, errno, "cannot lock '%s'", l->path);
		if (clock_mono_ns() >= until_ns)
			return fail_busy(l, wait_ms, err);
		pause_briefly();
	}
	write_holder(l);
	l->is_held = true;
	return LL_OK;
}

void lock_give(struct lock *l)
{
	if (l->is_held)
		flock(l->fd, LOCK_UN);
	l->is_held = false;
}
