/* SPDX-License-Identifier: Apache-2.0 */
/* Hashes: the framing, spelled out byte by byte, and known answers of BLAKE2b itself. */
#include "tests/support/suite.h"

#include <sodium.h>
#include <stdio.h>

#include "keys/hash.h"

static struct fingerprint fingerprint_of(const char *hex)
{
	struct fingerprint f = { 0 };

	/* NOLINTNEXTLINE(cert-err34-c): 16 hexadecimal digits always fit */
	assert_int_equal(sscanf(hex, "%16lx%16lx", &f.hi, &f.lo), 2);
	return f;
}

/* What a plain BLAKE2b says of the bytes written out by hand. */
static struct fingerprint plain(const char *bytes, size_t len)
{
	uint8_t hash[16];
	char hex[33];

	assert_int_equal(crypto_generichash(hash, sizeof(hash), (const uint8_t *)bytes, len, NULL,
		0), 0);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	return fingerprint_of(hex);
}

static void hash_fingerprint__frames__each_part_with_its_length(void **state)
{
	static const char framed[] = "\2\0\0\0\0\0\0\0ab\1\0\0\0\0\0\0\0c";
	struct str parts[] = { STR("ab"), STR("c") };

	(void)state;
	assert_true(fingerprint_eq(hash_fingerprint(parts, 2), plain(framed, sizeof(framed) - 1)));
}

static void hash_fingerprint__frames__long_parts_in_little_endian(void **state)
{
	static char framed[8 + 0x0203] = "\3\2";
	static char body[0x0203];
	struct str part = { body, sizeof(body) };

	(void)state;
	memset(body, 'x', sizeof(body));
	memcpy(framed + 8, body, sizeof(body));
	assert_true(fingerprint_eq(hash_fingerprint(&part, 1), plain(framed, sizeof(framed))));
}

static void hash_fingerprint__differs__where_only_the_cut_differs(void **state)
{
	struct str one[] = { STR("ab"), STR("c") };
	struct str two[] = { STR("a"), STR("bc") };
	struct str three[] = { STR("abc") };
	struct str four[] = { STR("abc"), { NULL, 0 } };

	(void)state;
	assert_false(fingerprint_eq(hash_fingerprint(one, 2), hash_fingerprint(two, 2)));
	assert_false(fingerprint_eq(hash_fingerprint(three, 1), hash_fingerprint(four, 2)));
	assert_false(fingerprint_eq(hash_fingerprint(three, 1), hash_fingerprint(one, 2)));
}

static void hash_fingerprint__is__blake2b_128_of_nothing_without_parts(void **state)
{
	(void)state;
	assert_true(fingerprint_eq(hash_fingerprint(NULL, 0),
		fingerprint_of("cae66941d9efbd404e4d88758ea67670")));
}

static void hash_256__is__blake2b_256_of_nothing_without_parts(void **state)
{
	uint8_t hash[32];
	char hex[65];

	(void)state;
	hash_256(NULL, 0, hash);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	assert_string_equal(hex,
		"0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
}

static void keys_init__may_be__repeated(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_ok(keys_init(&err), &err);
	assert_ok(keys_init(&err), &err);
}

SUITE(hash,
	cmocka_unit_test(keys_init__may_be__repeated),
	cmocka_unit_test(hash_fingerprint__frames__each_part_with_its_length),
	cmocka_unit_test(hash_fingerprint__frames__long_parts_in_little_endian),
	cmocka_unit_test(hash_fingerprint__differs__where_only_the_cut_differs),
	cmocka_unit_test(hash_fingerprint__is__blake2b_128_of_nothing_without_parts),
	cmocka_unit_test(hash_256__is__blake2b_256_of_nothing_without_parts));
