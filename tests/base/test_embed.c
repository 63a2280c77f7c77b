/* SPDX-License-Identifier: Apache-2.0 */
/* Files inside the program. */
#include "tests/support/suite.h"

#include "base/buf.h"
#include "base/embed.h"
#include "base/file.h"

EMBED(embedded_version, "VERSION");

static void embed__holds__file(void **state)
{
	struct buf b = BUF_INIT(100);
	struct err err;

	(void)state;
	if (file_slurp("VERSION", &b, &err) != LL_OK)
		skip();
	assert_true(str_eq(EMBEDDED(embedded_version), buf_str(&b)));
	assert_int_equal(*embedded_version_end, '\0');
	buf_release(&b);
}

SUITE(embed, cmocka_unit_test(embed__holds__file));
