/* SPDX-License-Identifier: Apache-2.0 */
#include "views/toast.h"

#include "base/clock.h"
#include "base/text.h"

#define TOAST_NS (4 * NS_PER_S)

void toast_say(struct toasts *t, bool is_error, struct str text, int64_t now_ns, int64_t mono_ns)
{
	struct toast *toast = &t->log[t->count++ % TOASTS];

	text = utf8_cut(str_trim(text), TOAST_BYTES - 1);
	memcpy(toast->text, text.at ? text.at : "", text.len);
	toast->text[text.len] = '\0';
	toast->is_error = is_error;
	toast->at_ns = now_ns;
	t->is_shown = true;
	t->until_mono_ns = is_error ? 0 : mono_ns + TOAST_NS;
}

const struct toast *toast_at(const struct toasts *t, size_t i)
{
	return i < t->count && i < TOASTS ? &t->log[(t->count - 1 - i) % TOASTS] : NULL;
}

const struct toast *toast_now(const struct toasts *t)
{
	return t->is_shown ? toast_at(t, 0) : NULL;
}

void toast_seen(struct toasts *t)
{
	t->is_shown = false;
}

bool toast_tick(struct toasts *t, int64_t mono_ns)
{
	if (!t->is_shown || t->until_mono_ns == 0 || mono_ns < t->until_mono_ns)
		return false;
	t->is_shown = false;
	return true;
}

int64_t toast_deadline(const struct toasts *t)
{
	return t->is_shown ? t->until_mono_ns : 0;
}
