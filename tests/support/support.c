/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/suite.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

void assert_str_equal_(struct str actual, struct str wanted, const char *file, int line)
{
	if (str_eq(actual, wanted))
		return;
	print_error("\"%.*s\" is not \"%.*s\"\n", STR_FMT(actual), STR_FMT(wanted));
	_fail(file, line);
}

void assert_ok_(int code, const struct err *err, const char *file, int line)
{
	if (code == LL_OK)
		return;
	print_error("%s: %s\n", ll_err_text((enum ll_err)code), err ? err->msg : "");
	_fail(file, line);
}

static char root[64];

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path);
}

static void remove_root(void)
{
	nftw(root, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_dir(void)
{
	static int count;
	static char dir[96];
	const char *tmp = getenv("TMPDIR");
	static pid_t owner;

	if (!root[0] || owner != getpid()) {
		owner = getpid();
		snprintf(root, sizeof(root), "%.40s/llmlab-XXXXXX", tmp ? tmp : "/tmp");
		if (!mkdtemp(root))
			abort();
		atexit(remove_root);
	}
	snprintf(dir, sizeof(dir), "%s/%d", root, count++);
	if (mkdir(dir, 0700))
		abort();
	return dir;
}

const char *test_shared(const char *name)
{
	static char path[512];

	snprintf(path, sizeof(path), "../shared/%s", name);
	if (access(path, R_OK) == 0)
		return path;
	print_message("skipped: '%s' is not on this machine\n", path);
	return NULL;
}

void test_write_file(const char *path, struct str bytes)
{
	FILE *f = fopen(path, "wb");

	if (!f || fwrite(bytes.at, 1, bytes.len, f) != bytes.len || fclose(f))
		abort();
}

uint64_t test_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}
