/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a terminal's input, cut anywhere: keys have names, texts bounds, every state an end. */
#include "tui/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(void *ctx, const struct event *e)
{
	char name[24];

	(void)ctx;
	if (e->kind == EVENT_KEY) {
		key_name(e->key, name);
		PRE(name[0]);
	}
	PRE(e->text.len <= INPUT_PASTE_BYTES);
	for (size_t i = 0; i < e->text.len; i += 64)
		PRE(e->text.at[i] || true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input *in = input_new(25);
	struct str rest = { (const char *)data, size };

	PRE(in != NULL);
	for (int64_t now_ns = 1; rest.len; now_ns++) {
		size_t len = 1 + (unsigned char)rest.at[0] % 32;

		input_feed(in, str_head(rest, len), now_ns, check, NULL);
		rest = str_from(rest, len);
		if (now_ns % 7 == 0)
			input_tick(in, now_ns, check, NULL);
	}
	input_tick(in, INT64_MAX, check, NULL);
	PRE(input_deadline(in) == 0);
	input_free(in);
	return 0;
}
