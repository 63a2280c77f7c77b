/* SPDX-License-Identifier: Apache-2.0 */
/* The count of commits, in a file that others watch. */
#include "store/generation.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"

/* Little endian, so that a store can be read on another kind of machine. */
static uint64_t decode(const uint8_t bytes[8])
{
	uint64_t value = 0;

	for (int i = 7; i >= 0; i--)
		value = value << 8 | bytes[i];
	return value;
}

static void encode(uint64_t value, uint8_t bytes[8])
{
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
}

enum ll_err generation_open(struct generation *g, const char *dir, bool read_only,
	struct err *err)
{
	enum ll_err e;

	g->fd = -1;
	if (!path_join(g->path, sizeof(g->path), dir, "generation"))
		return ll_fail(err, LL_ETOOBIG, "path too long: '%s'", dir);
	if (!read_only)
		return file_open(g->path, O_RDWR | O_CREAT, 0600, &g->fd, err);
	e = file_open(g->path, O_RDONLY, 0, &g->fd, err);
	return e == LL_ENOENT ? LL_OK : e;
}

void generation_close(struct generation *g)
{
	file_close(&g->fd);
}

uint64_t generation_get(const struct generation *g)
{
	uint8_t bytes[8];

	if (g->fd < 0 || pread(g->fd, bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return 0;
	return decode(bytes);
}

void generation_raise(struct generation *g)
{
	uint8_t bytes[8];

	encode(generation_get(g) + 1, bytes);
	if (pwrite(g->fd, bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		log_warn("store", "cannot write '%s': %s", g->path, strerror(errno));
}
