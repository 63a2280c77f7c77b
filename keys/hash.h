/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hashes for identities: BLAKE2b (libsodium). Unkeyed for what identifies a call at its
 * source, so that the same log read on two machines is one call; keyed, with the store's
 * key, for what could be guessed. Any thread after keys_init().
 */
#ifndef LLMLAB_KEYS_HASH_H
#define LLMLAB_KEYS_HASH_H

#include "base/err.h"
#include "base/fingerprint.h"
#include "base/str.h"

/* libsodium's start; called by store_open and cheap when repeated. */
enum ll_err LL_MUST keys_init(struct err *err);

/* BLAKE2b-128 over the parts, each preceded by its length (64 bits, little endian), so that
 * ("ab","c") and ("a","bc") differ. hi, then lo, big endian, are the hash's bytes. */
struct fingerprint hash_fingerprint(const struct str *parts, size_t count);
/* 32 bytes of BLAKE2b over the parts, the same framing: the audit chain. */
void hash_256(const struct str *parts, size_t count, uint8_t out[32]);
/* For keys/ itself: the same over any key ("" = unkeyed) and length. */
void hash_framed(struct str key, const struct str *parts, size_t count, uint8_t *out, size_t len);
struct fingerprint hash_to_fingerprint(const uint8_t bytes[16]);

#endif
