/* SPDX-License-Identifier: Apache-2.0 */
/* Sentences for the user: one shows until a key, or for a few seconds; the last ones are kept. */
#ifndef LLMLAB_VIEWS_TOAST_H
#define LLMLAB_VIEWS_TOAST_H

#include "base/str.h"

#define TOASTS 64
#define TOAST_BYTES 240

struct toast {
	char text[TOAST_BYTES];
	bool is_error;
	int64_t at_ns; /* wall clock */
};

struct toasts {
	struct toast log[TOASTS]; /* a ring */
	size_t count;             /* of all that were ever said */
	bool is_shown;            /* the newest one */
	int64_t until_mono_ns;    /* 0 = until a key */
};

void toast_say(struct toasts *t, bool is_error, struct str text, int64_t now_ns, int64_t mono_ns);
/* The one that shows; NULL = none. */
const struct toast *toast_now(const struct toasts *t);
/* The i-th newest of the log; NULL past its end. */
const struct toast *toast_at(const struct toasts *t, size_t i);
/* A key was pressed: what shows has been seen, and must not hide what the key does. */
void toast_seen(struct toasts *t);
/* True when one has ended. */
bool toast_tick(struct toasts *t, int64_t mono_ns);
int64_t toast_deadline(const struct toasts *t); /* 0 = none */

#endif
