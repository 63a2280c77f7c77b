/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the suites of one folder (SUITES names its list); argv[1] is a name filter. */
#include <stdlib.h>

#include "tests/support/suite.h"

#define SUITE_OF(noun) extern const struct suite suite_##noun;
#include SUITES
#undef SUITE_OF

static const struct suite *const suites[] = {
#define SUITE_OF(noun) &suite_##noun,
#include SUITES
#undef SUITE_OF
};

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		if (suites[i]->is_soak && !getenv("LLMLAB_SOAK")) {
			print_message("%s: runs in make soak\n", suites[i]->name);
			continue;
		}
		failed += _cmocka_run_group_tests(suites[i]->name, suites[i]->tests, suites[i]->count,
			NULL, NULL);
	}
	return failed ? 1 : 0;
}
