/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the nearest of a set of names. Offer each, then ask for the tail. */
#ifndef LLMLAB_BASE_SUGGEST_H
#define LLMLAB_BASE_SUGGEST_H

#include "base/str.h"

struct suggest {
	struct str word;
	const char *best; /* NULL: nothing is near */
	size_t distance;
	char tail[96];
};

void suggest_start(struct suggest *s, struct str word);
void suggest_offer(struct suggest *s, const char *name);
/* "; did you mean '--since'?" with the prefix before the name, or "". */
const char *suggest_tail(struct suggest *s, const char *prefix);

#endif
