/* SPDX-License-Identifier: Apache-2.0 */
/* One file lock for as long as a process lives: the kernel gives it back. */
#include "store/role.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>

#include "base/file.h"

bool store_role_take(struct store_role *r, const char *dir)
{
	char path[PATH_MAX];

	if (r->fd >= 0)
		return true;
	if (!path_join(path, sizeof(path), dir, "role.lock") ||
		file_open(path, O_RDWR | O_CREAT, 0600, &r->fd, NULL) != LL_OK)
		return false;
	if (flock(r->fd, LOCK_EX | LOCK_NB) != 0)
		file_close(&r->fd);
	return r->fd >= 0;
}

void store_role_give(struct store_role *r)
{
	file_close(&r->fd);
}
