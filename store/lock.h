/* SPDX-License-Identifier: Apache-2.0 */
/*
 * STORE/write.lock: who holds it (flock) is the one process that may commit and checkpoint. It
 * is held for a group of writes, some 50 ms at most, so that several processes can write in
 * turn. The file names the holder's process id, for the sentence of who waits in vain.
 */
#ifndef LLMLAB_STORE_LOCK_H
#define LLMLAB_STORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define LOCK_WAIT_MS 30000 /* a job of another process may hold it for a month's work */

struct lock {
	int fd;
	bool is_held;
	char path[512];
};

enum ll_err LL_MUST lock_open(struct lock *l, const char *dir, struct err *err);
void lock_close(struct lock *l);
/* Waits up to `wait_ms`, then fails with LL_EBUSY. */
enum ll_err LL_MUST lock_take(struct lock *l, int wait_ms, struct err *err);
void lock_give(struct lock *l);

#endif
