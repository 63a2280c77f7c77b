/* SPDX-License-Identifier: Apache-2.0 */
/* BLAKE2b over framed parts, by libsodium. */
#include "keys/hash.h"

#include <sodium.h>

enum ll_err keys_init(struct err *err)
{
	/* 1 is "was started before". */
	if (sodium_init() < 0)
		return ll_fail(err, LL_EUNSUPPORTED, "libsodium cannot start on this machine");
	return LL_OK;
}

/* BLAKE2b fails only for a length or a state that is not one: our mistake. */
static void must(int failed)
{
	PRE(!failed);
}

static void update_part(crypto_generichash_state *state, struct str part)
{
	uint8_t len[8];

	for (size_t i = 0; i < sizeof(len); i++)
		len[i] = (uint8_t)((uint64_t)part.len >> (8 * i));
	must(crypto_generichash_update(state, len, sizeof(len)));
	if (part.len)
		must(crypto_generichash_update(state, (const uint8_t *)part.at, part.len));
}

void hash_framed(struct str key, const struct str *parts, size_t count, uint8_t *out, size_t len)
{
	const uint8_t *key_bytes = key.len ? (const uint8_t *)key.at : NULL;
	crypto_generichash_state state;

	must(crypto_generichash_init(&state, key_bytes, key.len, len));
	for (size_t i = 0; i < count; i++)
		update_part(&state, parts[i]);
	must(crypto_generichash_final(&state, out, len));
	if (key.len)
		sodium_memzero(&state, sizeof(state));
}

static uint64_t read_u64_be(const uint8_t *at)
{
	uint64_t v = 0;

	for (size_t i = 0; i < 8; i++)
		v = v << 8 | at[i];
	return v;
}

struct fingerprint hash_to_fingerprint(const uint8_t bytes[16])
{
	return (struct fingerprint){ .hi = read_u64_be(bytes), .lo = read_u64_be(bytes + 8) };
}

struct fingerprint hash_fingerprint(const struct str *parts, size_t count)
{
	uint8_t bytes[16];

	hash_framed(STR(""), parts, count, bytes, sizeof(bytes));
	return hash_to_fingerprint(bytes);
}

void hash_256(const struct str *parts, size_t count, uint8_t out[32])
{
	hash_framed(STR(""), parts, count, out, 32);
}
