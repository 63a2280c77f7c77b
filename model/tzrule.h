/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The POSIX TZ text that ends a TZif file, "CET-1CEST,M3.5.0,M10.5.0/3": what holds after
 * the file's last transition. With the extension of RFC 8536, 3.3.1: times of day from -167 to
 * 167 hours.
 */
#ifndef LLMLAB_MODEL_TZRULE_H
#define LLMLAB_MODEL_TZRULE_H

#include "base/str.h"

enum tzrule_form {
	TZRULE_JULIAN,   /* Jn: day 1..365, February 29 is never counted */
	TZRULE_ORDINAL,  /* n: day 0..365, February 29 is counted */
	TZRULE_WEEKDAY,  /* Mm.w.d: the w-th (5 = last) weekday d (0 = Sunday) of the month */
};

/* A moment of every year, by the clock that runs until then. */
struct tzrule_date {
	enum tzrule_form form;
	int month, week, day;
	int32_t time_s;
};

struct tzrule {
	int32_t standard_s; /* seconds east of UTC, unlike the text, which counts west */
	int32_t summer_s;
	bool has_summer; /* the rest is set */
	struct tzrule_date start, end;
};

bool tzrule_parse(struct str text, struct tzrule *out);
/* When summer time begins and ends in a year, in seconds since 1970-01-01 UTC. */
int64_t tzrule_start_s(const struct tzrule *rule, int32_t year);
int64_t tzrule_end_s(const struct tzrule *rule, int32_t year);

#endif
