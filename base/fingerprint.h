/* SPDX-License-Identifier: Apache-2.0 */
/* 128 bits that identify something at its source; made by keys/hash.h. */
#ifndef LLMLAB_BASE_FINGERPRINT_H
#define LLMLAB_BASE_FINGERPRINT_H

#include <stdbool.h>
#include <stdint.h>

struct fingerprint {
	uint64_t hi, lo;
};

static inline bool fingerprint_eq(struct fingerprint a, struct fingerprint b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

#endif
