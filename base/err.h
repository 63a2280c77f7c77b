/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors: a must-check code, and one message written where the cause is known.
 *
 * A function that can fail returns enum ll_err and takes `struct err *` last
 * (or, where the caller can do nothing with a text, no err at all). The message
 * is lower case, cause first, subject quoted, without a full stop. Libraries
 * never print: app decides how an error is shown. Thread: plain data.
 */
#ifndef LLMLAB_BASE_ERR_H
#define LLMLAB_BASE_ERR_H

#define LL_MUST __attribute__((warn_unused_result))
#define LL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* name, text */
#define LL_ERR_LIST(X)                                    \
	X(OK, "ok")                                       \
	X(EUSAGE, "usage")                                \
	X(EINVAL, "not valid")                            \
	X(ENOENT, "not found")                            \
	X(EEXIST, "exists already")                       \
	X(EACCESS, "permission denied")                   \
	X(EIO, "input/output error")                      \
	X(EFULL, "disk full")                             \
	X(EREADONLY, "read-only")                         \
	X(ENOMEM, "out of memory")                        \
	X(ETOOBIG, "too big")                             \
	X(EOVERFLOW, "number out of range")               \
	X(EDECODE, "cannot be decoded")                   \
	X(EBUSY, "busy")                                  \
	X(ECORRUPT, "damaged")                            \
	X(EVERSION, "written by a newer version")         \
	X(ECANCELED, "canceled")                          \
	X(ETIMEOUT, "took too long")                      \
	X(EUNSUPPORTED, "not supported")

enum ll_err {
#define X(name, text) LL_##name,
	LL_ERR_LIST(X)
#undef X
};

/* One error: the code and one sentence. Zeroed is "no error". */
struct err {
	enum ll_err code;
	char msg[480];
};

/* The code's own text, "disk full"; never NULL. */
const char *ll_err_text(enum ll_err code);

/* Writes the message (cut to fit) and returns code, so that
 * `return ll_fail(err, LL_EIO, "cannot read '%s': %s", ...)` reads as one step.
 * err may be NULL. code is never LL_OK. Bytes from outside may stand in the
 * arguments: app sanitises when it prints. */
enum ll_err ll_fail(struct err *err, enum ll_err code, const char *fmt, ...)
	LL_PRINTF(3, 4);

/* The same for a failed system call: maps errno (ENOSPC, EROFS, EACCES ...) to a
 * code and appends ": <strerror>" to the message. */
enum ll_err ll_fail_errno(struct err *err, int errnum, const char *fmt, ...)
	LL_PRINTF(3, 4);

/* Our own invariant: stays in release builds, ends the program with file:line.
 * Never for bytes that came from outside; never with side effects. */
#define PRE(cond) ((cond) ? (void)0 : ll_bug(#cond, __FILE__, __LINE__))

_Noreturn void ll_bug(const char *what, const char *file, int line);

#endif
