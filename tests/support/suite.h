/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How tests hang together: tests/<folder>/test_<noun>.c defines one suite with SUITE(),
 * tests/<folder>/suites.def lists them, tests/support/main.c runs them. A test is named
 * noun_verb__does__what_when. `make test-store T='store_append*'` runs those that match.
 */
#ifndef LLMLAB_TESTS_SUITE_H
#define LLMLAB_TESTS_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"

struct suite {
	const char *name;
	const struct CMUnitTest *tests;
	size_t count;
	bool is_soak; /* runs in `make soak` only */
};

/* SUITE(str, cmocka_unit_test(...), ...) defines suite_str. */
#define SUITE(noun, ...)                                                     \
	static const struct CMUnitTest noun##_tests[] = { __VA_ARGS__ };     \
	extern const struct suite suite_##noun;                              \
	const struct suite suite_##noun = { #noun, noun##_tests,             \
		sizeof(noun##_tests) / sizeof(noun##_tests[0]), false }

/* The same for what depends on how quickly a loaded machine answers. */
#define SOAK_SUITE(noun, ...)                                                \
	static const struct CMUnitTest noun##_tests[] = { __VA_ARGS__ };     \
	extern const struct suite suite_##noun;                              \
	const struct suite suite_##noun = { #noun, noun##_tests,             \
		sizeof(noun##_tests) / sizeof(noun##_tests[0]), true }

#define assert_str(actual, literal) assert_str_equal_((actual), STR(literal), __FILE__, __LINE__)
void assert_str_equal_(struct str actual, struct str wanted, const char *file, int line);
/* Fails with the message of the struct err when code is not LL_OK. */
struct err;
#define assert_ok(code, err) assert_ok_((int)(code), (err), __FILE__, __LINE__)
void assert_ok_(int code, const struct err *err, const char *file, int line);

/* A fresh directory under $TMPDIR, removed (with all in it) at the end of the run. */
const char *test_dir(void);
/* Path of a file of ../shared, or NULL (and a message that says what is not tested)
 * where it is absent; the test then calls skip(). */
const char *test_shared(const char *name);
void test_write_file(const char *path, struct str bytes);
/* A small deterministic generator (SplitMix64) for property tests. */
uint64_t test_random(uint64_t *state);

#endif
