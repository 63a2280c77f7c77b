/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a filter: terms, or an error with a sentence. */
#include "model/filter.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { 0 };
	struct filter filter;
	struct arena arena;
	enum ll_err code;

	arena_init(&arena, 1u << 20);
	code = filter_parse((struct str){ (const char *)data, size }, &arena, &filter, &err);
	PRE(code == err.code);
	for (size_t i = 0; code == LL_OK && i < filter.count; i++)
		for (size_t j = 0; j < filter.terms[i].text_count; j++)
			PRE(filter_contains(filter.terms[i].texts[j], filter.terms[i].texts[j]));
	arena_release(&arena);
	return 0;
}
