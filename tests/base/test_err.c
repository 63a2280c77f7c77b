/* SPDX-License-Identifier: Apache-2.0 */
/* Error codes and messages. */
#include "tests/support/suite.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

static void err_fail__writes__message_and_code(void **state)
{
	struct err err = { 0 };

	(void)state;
	assert_int_equal(ll_fail(&err, LL_EDECODE, "line %d: %s", 7, "no model"), LL_EDECODE);
	assert_int_equal(err.code, LL_EDECODE);
	assert_string_equal(err.msg, "line 7: no model");
	assert_int_equal(ll_fail(NULL, LL_EIO, "nobody listens"), LL_EIO);
}

static void err_fail__keeps__message_when_it_wraps_itself(void **state)
{
	struct err err = { 0 };

	(void)state;
	ll_fail(&err, LL_EIO, "disk on fire");
	ll_fail(&err, err.code, "cannot save: %s", err.msg);
	assert_string_equal(err.msg, "cannot save: disk on fire");
}

static void err_fail__cuts__long_message(void **state)
{
	char lengthy[2000];
	struct err err;

	(void)state;
	memset(lengthy, 'x', sizeof(lengthy));
	lengthy[sizeof(lengthy) - 1] = '\0';
	ll_fail(&err, LL_EINVAL, "%s", lengthy);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
	ll_fail_errno(&err, ENOENT, "%s", lengthy);
	assert_int_equal(strlen(err.msg), sizeof(err.msg) - 1);
}

static void err_fail_errno__maps__errno_to_code(void **state)
{
	static const struct {
		int errnum;
		enum ll_err code;
	} cases[] = {
		{ ENOSPC, LL_EFULL }, { EDQUOT, LL_EFULL }, { EROFS, LL_EREADONLY },
		{ EACCES, LL_EACCESS }, { EPERM, LL_EACCESS }, { ENOENT, LL_ENOENT },
		{ EEXIST, LL_EEXIST }, { ENOMEM, LL_ENOMEM }, { EFBIG, LL_ETOOBIG },
		{ EIO, LL_EIO }, { ENOTDIR, LL_EIO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err;

		assert_int_equal(ll_fail_errno(&err, cases[i].errnum, "x"), cases[i].code);
		assert_int_equal(ll_fail_errno(NULL, cases[i].errnum, "x"), cases[i].code);
	}
}

static void err_fail_errno__appends__reason(void **state)
{
	struct err err;

	(void)state;
	ll_fail_errno(&err, ENOENT, "cannot open '%s'", "a");
	assert_string_equal(err.msg, "cannot open 'a': No such file or directory");
	ll_fail_errno(&err, 99999, "cannot open '%s'", "a");
	assert_string_equal(err.msg, "cannot open 'a'");
}

static void err_text__names__every_code(void **state)
{
	(void)state;
	assert_string_equal(ll_err_text(LL_OK), "ok");
	assert_string_equal(ll_err_text(LL_EFULL), "disk full");
	assert_string_equal(ll_err_text((enum ll_err)999), "unknown error");
}

static void err_pre__ends__program_when_broken(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		signal(SIGABRT, SIG_DFL);
		close(STDERR_FILENO);
		PRE(1 + 1 == 3);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

SUITE(err,
	cmocka_unit_test(err_fail__writes__message_and_code),
	cmocka_unit_test(err_fail__keeps__message_when_it_wraps_itself),
	cmocka_unit_test(err_fail__cuts__long_message),
	cmocka_unit_test(err_fail_errno__maps__errno_to_code),
	cmocka_unit_test(err_fail_errno__appends__reason),
	cmocka_unit_test(err_text__names__every_code),
	cmocka_unit_test(err_pre__ends__program_when_broken));
