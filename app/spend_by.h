/* SPDX-License-Identifier: Apache-2.0 */
/* What to group by, in the words of --by: "day,model,tag:env". Pure. */
#ifndef LLMLAB_APP_SPEND_BY_H
#define LLMLAB_APP_SPEND_BY_H

#include "base/limits.h"
#include "store/spend.h"

struct spend_by {
	enum bucket bucket;
	struct spend_dim dims[SPEND_MAX_DIMS];
	size_t dim_count;
};

/* A word of time is the bucket. Tag names are views into the text. LL_EUSAGE names the word and
 * those that would do. */
enum ll_err LL_MUST spend_by_parse(struct str text, struct spend_by *out, struct err *err);

/* "model", "tag:env": as in JSON, CSV and --by. May point into out. */
#define SPEND_DIM_LABEL_BYTES (LIMIT_NAME_BYTES + 8)
const char *spend_dim_label(const struct spend_dim *dim, char out[SPEND_DIM_LABEL_BYTES]);

#endif
