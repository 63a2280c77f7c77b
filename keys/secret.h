/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Key material in guarded memory (sodium_malloc: not swapped, not in core files, wiped
 * when freed). Nothing prints it. Owner: who made it.
 */
#ifndef LLMLAB_KEYS_SECRET_H
#define LLMLAB_KEYS_SECRET_H

#include "base/err.h"
#include "base/fingerprint.h"
#include "base/str.h"

#define SECRET_KEY_BYTES 32

struct secret;

/* A new random key of SECRET_KEY_BYTES. */
enum ll_err LL_MUST secret_random(struct secret **out, struct err *err);
/* Copies the bytes in and wipes the source, also on failure. LL_EINVAL when there are none. */
enum ll_err LL_MUST secret_take(uint8_t *bytes, size_t len, struct secret **out, struct err *err);
void secret_free(struct secret *s); /* accepts NULL */
/* Lends the bytes to fn for the time of the call. */
enum ll_err LL_MUST secret_lend(const struct secret *s,
	enum ll_err (*fn)(void *ctx, struct str bytes), void *ctx);
/* Keyed BLAKE2b-128 over the parts, framed as hash_fingerprint. The secret is a key of 16 to
 * 64 bytes, as secret_random makes it. */
void secret_hash(const struct secret *s, const struct str *parts, size_t count,
	struct fingerprint *out);

#endif
