/* SPDX-License-Identifier: Apache-2.0 */
/* Error codes, their messages, and the end of the program when an invariant is broken. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static enum ll_err code_of_errno(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return LL_EFULL;
	case EROFS:
		return LL_EREADONLY;
	case EACCES:
	case EPERM:
		return LL_EACCESS;
	case ENOENT:
		return LL_ENOENT;
	case EEXIST:
		return LL_EEXIST;
	case ENOMEM:
		return LL_ENOMEM;
	case EFBIG:
		return LL_ETOOBIG;
	default:
		return LL_EIO;
	}
}

/* By way of a copy, because err->msg itself often stands among the arguments. */
static void set(struct err *err, enum ll_err code, const char *tail, const char *fmt, va_list args)
	LL_PRINTF(4, 0);

static void set(struct err *err, enum ll_err code, const char *tail, const char *fmt, va_list args)
{
	char msg[sizeof(err->msg)] = "";
	size_t len;

	vsnprintf(msg, sizeof(msg), fmt, args);
	len = strlen(msg);
	if (tail)
		snprintf(msg + len, sizeof(msg) - len, ": %s", tail);
	err->code = code;
	memcpy(err->msg, msg, sizeof(msg));
}

const char *ll_err_text(enum ll_err code)
{
	switch (code) {
#define X(name, text) case LL_##name: return text;
	LL_ERR_LIST(X)
#undef X
	}
	return "unknown error";
}

enum ll_err ll_fail(struct err *err, enum ll_err code, const char *fmt, ...)
{
	va_list args;

	PRE(code != LL_OK);
	if (!err)
		return code;
	va_start(args, fmt);
	set(err, code, NULL, fmt, args);
	va_end(args);
	return code;
}

enum ll_err ll_fail_errno(struct err *err, int errnum, const char *fmt, ...)
{
	enum ll_err code = code_of_errno(errnum);
	va_list args;

	if (!err)
		return code;
	va_start(args, fmt);
	set(err, code, strerrordesc_np(errnum), fmt, args);
	va_end(args);
	return code;
}

void ll_bug(const char *what, const char *file, int line)
{
	ll_fatal_restore();
	fprintf(stderr, "llmlab: a bug in llmlab: %s:%d: '%s' does not hold\n", file, line, what);
	abort();
}
