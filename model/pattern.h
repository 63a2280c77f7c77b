/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A POSIX extended regular expression, one of thousands that a text is held against:
 * compiled when first needed, and asked only about texts that begin with (or hold) one of
 * its literal heads.
 */
#ifndef LLMLAB_MODEL_PATTERN_H
#define LLMLAB_MODEL_PATTERN_H

#include <regex.h>

#include "base/err.h"
#include "base/str.h"

enum pattern_state { PATTERN_NEW, PATTERN_READY, PATTERN_BROKEN };

struct pattern {
	struct str ere; /* ends in NUL; lent, must outlive the pattern */
	regex_t compiled;
	enum pattern_state state;
};

void pattern_init(struct pattern *p, struct str ere);
void pattern_release(struct pattern *p); /* accepts a zeroed struct */

/* LL_EINVAL with what the C library says of it. */
enum ll_err LL_MUST pattern_compile(struct pattern *p, struct err *err);
/* *len is the length of the leftmost longest match. A pattern that does not compile
 * matches nothing. */
bool pattern_match(struct pattern *p, struct str text, size_t *len);

#endif
