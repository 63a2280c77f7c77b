/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets: what goes in is lent out, the source is wiped, keyed hashes depend on the key. */
#include "tests/support/suite.h"

#include <sodium.h>

#include "base/fault.h"
#include "keys/hash.h"
#include "keys/secret.h"

static enum ll_err copy_bytes(void *ctx, struct str bytes)
{
	assert_int_equal(bytes.len, SECRET_KEY_BYTES);
	memcpy(ctx, bytes.at, bytes.len);
	return LL_OK;
}

static enum ll_err refuse(void *ctx, struct str bytes)
{
	(void)ctx;
	(void)bytes;
	return LL_EBUSY;
}

static struct secret *take(uint8_t first)
{
	uint8_t key[SECRET_KEY_BYTES];
	struct err err = { 0 };
	struct secret *s = NULL;

	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(first + i);
	assert_ok(secret_take(key, sizeof(key), &s, &err), &err);
	assert_true(sodium_is_zero(key, sizeof(key)));
	return s;
}

static void secret_take__keeps__the_bytes_and_wipes_the_source(void **state)
{
	struct secret *s = take(7);
	uint8_t seen[SECRET_KEY_BYTES];

	(void)state;
	assert_int_equal(secret_lend(s, copy_bytes, seen), LL_OK);
	for (size_t i = 0; i < sizeof(seen); i++)
		assert_int_equal(seen[i], 7 + i);
	secret_free(s);
}

static void secret_take__refuses__an_empty_key(void **state)
{
	struct secret *s = NULL;
	struct err err = { 0 };
	uint8_t key[1];

	(void)state;
	assert_int_equal(secret_take(key, 0, &s, &err), LL_EINVAL);
	assert_null(s);
	secret_free(NULL);
}

static void secret_take__wipes__the_source_when_out_of_memory(void **state)
{
	for (uint64_t nth = 1; nth <= 2; nth++) {
		uint8_t key[SECRET_KEY_BYTES] = { 1, 2, 3 };
		struct secret *s = NULL;
		struct err err = { 0 };

		(void)state;
		fault_arm(FAULT_ALLOC, nth, false);
		assert_int_equal(secret_take(key, sizeof(key), &s, &err), LL_ENOMEM);
		fault_disarm();
		assert_null(s);
		assert_true(sodium_is_zero(key, sizeof(key)));
	}
}

static void secret_lend__returns__what_the_borrower_says(void **state)
{
	struct secret *s = take(1);

	(void)state;
	assert_int_equal(secret_lend(s, refuse, NULL), LL_EBUSY);
	secret_free(s);
}

static void secret_random__makes__a_new_key_each_time(void **state)
{
	uint8_t one[SECRET_KEY_BYTES], two[SECRET_KEY_BYTES];
	struct secret *a, *b;
	struct err err = { 0 };

	(void)state;
	assert_ok(secret_random(&a, &err), &err);
	assert_ok(secret_random(&b, &err), &err);
	assert_int_equal(secret_lend(a, copy_bytes, one), LL_OK);
	assert_int_equal(secret_lend(b, copy_bytes, two), LL_OK);
	assert_memory_not_equal(one, two, sizeof(one));
	secret_free(a);
	secret_free(b);
}

static void secret_hash__is__keyed_blake2b_over_the_framed_parts(void **state)
{
	static const char framed[] = "\5\0\0\0\0\0\0\0alice";
	uint8_t key[SECRET_KEY_BYTES], hash[16];
	struct str parts[] = { STR("alice") };
	struct secret *s = take(100);
	struct fingerprint f;

	(void)state;
	for (size_t i = 0; i < sizeof(key); i++)
		key[i] = (uint8_t)(100 + i);
	assert_int_equal(crypto_generichash(hash, sizeof(hash), (const uint8_t *)framed,
		sizeof(framed) - 1, key, sizeof(key)), 0);
	secret_hash(s, parts, 1, &f);
	assert_true(fingerprint_eq(f, hash_to_fingerprint(hash)));
	secret_free(s);
}

static void secret_hash__differs__by_key(void **state)
{
	struct str parts[] = { STR("alice") };
	struct secret *a = take(1), *b = take(2);
	struct fingerprint of_a, of_b;

	(void)state;
	secret_hash(a, parts, 1, &of_a);
	secret_hash(b, parts, 1, &of_b);
	assert_false(fingerprint_eq(of_a, of_b));
	assert_false(fingerprint_eq(of_a, hash_fingerprint(parts, 1)));
	secret_free(a);
	secret_free(b);
}

SUITE(secret,
	cmocka_unit_test(secret_take__keeps__the_bytes_and_wipes_the_source),
	cmocka_unit_test(secret_take__refuses__an_empty_key),
	cmocka_unit_test(secret_take__wipes__the_source_when_out_of_memory),
	cmocka_unit_test(secret_lend__returns__what_the_borrower_says),
	cmocka_unit_test(secret_random__makes__a_new_key_each_time),
	cmocka_unit_test(secret_hash__is__keyed_blake2b_over_the_framed_parts),
	cmocka_unit_test(secret_hash__differs__by_key));
