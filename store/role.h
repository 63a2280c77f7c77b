/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STORE/role.lock: of several processes that stay (dashboards, later `serve`) the one that holds it does
 * what is to be done once: reading on the known logs. Held for life; whoever asks next after the
 * holder is gone has it.
 */
#ifndef LLMLAB_STORE_ROLE_H
#define LLMLAB_STORE_ROLE_H

#include <stdbool.h>

#include "base/err.h"

struct store_role {
	int fd; /* -1 = not held; start with STORE_ROLE_NONE */
};

#define STORE_ROLE_NONE ((struct store_role){ .fd = -1 })

/* True when this process holds the role of that store, now or since before. Never waits. */
bool store_role_take(struct store_role *r, const char *dir);
void store_role_give(struct store_role *r);

#endif
