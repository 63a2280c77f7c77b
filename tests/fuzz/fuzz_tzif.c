/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a TZif file: refused, or spans that ascend from the beginning of time. */
#include "base/mem.h"
#include "model/tzif.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tz_spans spans;
	const char *why;

	if (tzif_read((struct str){ (const char *)data, size }, &spans, &why) == LL_OK) {
		PRE(spans.count > 0 && spans.at[0].from_ns == INT64_MIN);
		for (size_t i = 1; i < spans.count; i++) {
			PRE(spans.at[i].from_ns > spans.at[i - 1].from_ns);
			PRE(spans.at[i].offset_s != spans.at[i - 1].offset_s);
			PRE(spans.at[i].first_day >= spans.at[i - 1].first_day);
		}
	} else {
		PRE(!spans.at && why);
	}
	ll_free(spans.at);
	return 0;
}
