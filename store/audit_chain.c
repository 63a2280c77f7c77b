/* SPDX-License-Identifier: Apache-2.0 */
/* What an audit entry's hash is made of. */
#include "store/audit_chain.h"

#include <stdio.h>

#include "keys/hash.h"

void audit_hash(const uint8_t prev[AUDIT_HASH_BYTES], const struct audit_entry *entry,
	uint8_t out[AUDIT_HASH_BYTES])
{
	char id[24], at_ns[24];
	struct str parts[] = {
		{ (const char *)prev, AUDIT_HASH_BYTES },
		{ id, (size_t)snprintf(id, sizeof(id), "%lld", (long long)entry->id) },
		{ at_ns, (size_t)snprintf(at_ns, sizeof(at_ns), "%lld", (long long)entry->at_ns) },
		entry->actor,
		entry->action,
		entry->object,
		entry->result,
		entry->before,
		entry->after,
	};

	hash_256(parts, sizeof(parts) / sizeof(parts[0]), out);
}
