/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fault hook: tests fail the n-th allocation, SQLite step or file call of a
 * run, one after the other, and look at what is left. Costs one predictable branch
 * when off; present in every build, so that what is tested is what ships.
 */
#ifndef LLMLAB_BASE_FAULT_H
#define LLMLAB_BASE_FAULT_H

#include <stdbool.h>
#include <stdint.h>

enum fault_site {
	FAULT_ALLOC = 1 << 0,
	FAULT_FILE = 1 << 1,
	FAULT_SQL = 1 << 2,
};

/* Arms the hook: the `nth` (1-based) visit of any site in the mask fails; with
 * `sticky` all later ones too. nth 0 only counts. Not for use while other threads run. */
void fault_arm(unsigned sites, uint64_t nth, bool sticky);
/* Disarms and returns how many visits were counted. */
uint64_t fault_disarm(void);
/* True when this visit is to fail. Any thread. */
bool fault_here(enum fault_site site);

#endif
