/* SPDX-License-Identifier: Apache-2.0 */
/* Key material: the bytes stand in guarded pages, read-only once they are written. */
#include "keys/secret.h"

#include <sodium.h>

#include "base/fault.h"
#include "base/mem.h"
#include "keys/hash.h"

struct secret {
	uint8_t *bytes; /* sodium_malloc */
	size_t len;
};

static enum ll_err secret_new(size_t len, struct secret **out, struct err *err)
{
	enum ll_err code = keys_init(err);
	struct secret *s;

	if (code)
		return code;
	s = ll_try_alloc(sizeof(*s));
	if (s && !fault_here(FAULT_ALLOC))
		s->bytes = sodium_malloc(len);
	if (!s || !s->bytes) {
		secret_free(s);
		return ll_fail(err, LL_ENOMEM, "no guarded memory for a key");
	}
	s->len = len;
	*out = s;
	return LL_OK;
}

static void seal(struct secret *s)
{
	/* Where the system has no such protection the key still works. */
	(void)sodium_mprotect_readonly(s->bytes);
}

enum ll_err secret_random(struct secret **out, struct err *err)
{
	enum ll_err code = secret_new(SECRET_KEY_BYTES, out, err);

	if (code)
		return code;
	randombytes_buf((*out)->bytes, SECRET_KEY_BYTES);
	seal(*out);
	return LL_OK;
}

enum ll_err secret_take(uint8_t *bytes, size_t len, struct secret **out, struct err *err)
{
	enum ll_err code;

	if (len == 0)
		return ll_fail(err, LL_EINVAL, "an empty key is no key");
	code = secret_new(len, out, err);
	if (code == LL_OK) {
		memcpy((*out)->bytes, bytes, len);
		seal(*out);
	}
	sodium_memzero(bytes, len);
	return code;
}

void secret_free(struct secret *s)
{
	if (!s)
		return;
	sodium_free(s->bytes);
	ll_free(s);
}

static struct str view(const struct secret *s)
{
	return (struct str){ (const char *)s->bytes, s->len };
}

enum ll_err secret_lend(const struct secret *s, enum ll_err (*fn)(void *ctx, struct str bytes),
	void *ctx)
{
	return fn(ctx, view(s));
}

void secret_hash(const struct secret *s, const struct str *parts, size_t count,
	struct fingerprint *out)
{
	uint8_t hash[16];

	hash_framed(view(s), parts, count, hash, sizeof(hash));
	*out = hash_to_fingerprint(hash);
}
