/* SPDX-License-Identifier: Apache-2.0 */
/* Counts the visits of the places that can fail, and fails the one that a test asks for. */
#include "base/fault.h"

#include <stdatomic.h>

static atomic_uint armed_sites; /* 0 = off */
static _Atomic uint64_t visits;
static uint64_t failing_visit;
static bool later_ones_too;

void fault_arm(unsigned sites, uint64_t nth, bool sticky)
{
	failing_visit = nth;
	later_ones_too = sticky;
	atomic_store(&visits, 0);
	atomic_store(&armed_sites, sites);
}

uint64_t fault_disarm(void)
{
	atomic_store(&armed_sites, 0);
	return atomic_exchange(&visits, 0);
}

bool fault_here(enum fault_site site)
{
	uint64_t visit;

	if (!(atomic_load_explicit(&armed_sites, memory_order_relaxed) & (unsigned)site))
		return false;
	visit = atomic_fetch_add(&visits, 1) + 1;
	if (!failing_visit)
		return false;
	return visit == failing_visit || (later_ones_too && visit > failing_visit);
}
