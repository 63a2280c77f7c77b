/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time zones, read from TZif files (RFC 8536, versions 1 to 3, with the POSIX footer
 * for times after the last transition). No setenv("TZ"), no localtime: a zone is a value,
 * immutable after it is opened, usable from any thread.
 */
#ifndef LLMLAB_MODEL_ZONE_H
#define LLMLAB_MODEL_ZONE_H

#include "base/clock.h"
#include "base/err.h"

struct zone;

/* "UTC" always works. An IANA name looks in $TZDIR, /usr/share/zoneinfo and the like; names
 * with "..", a leading slash or odd bytes are refused. A fixed offset "+05:30" works too. */
enum ll_err LL_MUST zone_open(struct str name, struct zone **out, struct err *err);
void zone_free(struct zone *z);
const struct zone *zone_utc(void);
const char *zone_name(const struct zone *z);
/* The system's zone name: $TZ, /etc/timezone, the /etc/localtime link; "UTC" when unknown. */
void zone_system_name(char out[64]);

/* Offset from UTC at that instant, seconds east. */
int32_t zone_offset_s(const struct zone *z, int64_t t_ns);
/* Since when it has had that offset; INT64_MIN when from the beginning. */
int64_t zone_offset_since_ns(const struct zone *z, int64_t t_ns);
/* The local calendar day, as days since 1970-01-01. It never goes back: where the clock is
 * set back over midnight, the repeated evening counts as the new day. */
int64_t zone_day(const struct zone *z, int64_t t_ns);
/* The first instant of a local day (after a gap at midnight: the instant the day begins). */
int64_t zone_day_start_ns(const struct zone *z, int64_t day);
/* A local wall time as an instant; in a gap the later reading (02:30 of a skipped hour is
 * 03:30), in an overlap the first. */
int64_t zone_local_ns(const struct zone *z, const struct civil *local);
struct civil zone_civil(const struct zone *z, int64_t t_ns);
/* "2026-11-01T00:00:00+05:30", with a fraction where there is one; "Z" for an offset of
 * zero, and UTC where the offset has seconds, which RFC 3339 cannot say. */
char *zone_format(const struct zone *z, int64_t t_ns, char out[36]);

#endif
