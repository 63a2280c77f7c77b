/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TZif files (RFC 8536) as a list of spans of one offset each, which covers all of int64
 * time: the rule in the footer is written out year by year, so that whoever looks up an
 * offset needs one search and no rules. Pure; safe on any bytes.
 */
#ifndef LLMLAB_MODEL_TZIF_H
#define LLMLAB_MODEL_TZIF_H

#include "base/err.h"
#include "base/str.h"

#define TZIF_BYTES_MAX (1u << 20)
#define TZIF_OFFSET_MAX_S (26 * 3600) /* RFC 8536: "SHOULD NOT" be above; here it is not */

/* From this instant until that of the next span, local time is UTC + offset_s. */
struct tz_span {
	int64_t from_ns; /* the first: INT64_MIN */
	int32_t offset_s;
	int32_t first_day; /* local days before this one are over, whatever the clock says */
};

/* Offsets of neighbours differ. Owner of `at`: the caller (ll_free). */
struct tz_spans {
	struct tz_span *at;
	size_t count;
};

/* On failure *why says what is wrong with the file and nothing is owned. LL_ECORRUPT,
 * LL_EUNSUPPORTED (a zone that counts leap seconds) or LL_ENOMEM. */
enum ll_err LL_MUST tzif_read(struct str file, struct tz_spans *out, const char **why);

#endif
