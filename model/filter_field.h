/* SPDX-License-Identifier: Apache-2.0 */
/* What the values of each field of the filter are, beyond their type: for the parser alone. */
#ifndef LLMLAB_MODEL_FILTER_FIELD_H
#define LLMLAB_MODEL_FILTER_FIELD_H

#include "model/filter.h"

struct filter_reader {
	const char *(*choice)(unsigned i); /* FILTER_CHOICE: the names, up to a NULL */
	bool (*amount)(struct str s, int64_t *out); /* FILTER_AMOUNT */
	const char *wants; /* FILTER_AMOUNT: "dollars such as 0.05" */
};
extern const struct filter_reader filter_readers[FILTER_FIELDS];

#endif
