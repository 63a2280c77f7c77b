/* SPDX-License-Identifier: Apache-2.0 */
/* Every cap on what comes from outside, in one place. */
#ifndef LLMLAB_BASE_LIMITS_H
#define LLMLAB_BASE_LIMITS_H

#include <stdint.h>

#define LIMIT_JSON_DEPTH 512                 /* nesting of one JSON document */
#define LIMIT_LINE_BYTES (64u << 20)         /* one line of a log; longer is skipped, counted */
#define LIMIT_FILE_DETECT_BYTES (64u << 10)  /* what detection looks at */
#define LIMIT_WHOLE_FILE_BYTES (256u << 20)  /* a format that is one JSON document */
#define LIMIT_NAME_BYTES 512u                /* a model, project, user, tag name; longer is cut */
#define LIMIT_ID_BYTES 256u                  /* of a message, request, session; longer is refused */
#define LIMIT_TAGS 32                        /* tags of one call */
#define LIMIT_TOKENS (INT64_C(1) << 40)      /* one bucket of one call */
#define LIMIT_DIM_NAMES 100000u              /* of one dimension kind, then "(other)" */
#define LIMIT_BATCH_CALLS 10000u             /* calls of one commit */
#define LIMIT_BATCH_BYTES (16u << 20)        /* strings of one batch */
#define LIMIT_PATH_DEPTH 32                  /* directories below an import path */
#define LIMIT_REFUSED_SHOWN 20               /* refused lines named in a summary */
#define LIMIT_PAGE_ROWS 10000                /* --limit of a list */
#define LIMIT_FILTER_BYTES 4096u
#define LIMIT_CONFIG_BYTES (1u << 20)
#define LIMIT_LATENCY_MS INT64_C(604800000)  /* a week; longer is a clock error */
#define LIMIT_TIME_MIN_NS INT64_C(0)                    /* 1970-01-01 */
#define LIMIT_TIME_MAX_NS INT64_C(4102444800000000000)  /* 2100-01-01, exclusive */

#endif
