/* SPDX-License-Identifier: Apache-2.0 */
/* Figures and names as screens show them: short, and never more certain than they are. */
#ifndef LLMLAB_VIEWS_FIGURE_H
#define LLMLAB_VIEWS_FIGURE_H

#include "store/spend.h"

/* False when there were calls and none of them has a price: there is no sum then. */
bool figure_has_cost(const struct usage_sum *sum);
/* "$1.20"; "?" when nothing has a price, "$1.20+?" when only a part has one. */
void figure_cost(struct buf *out, const struct usage_sum *sum);
/* "9,999", "12.3k", "4.5M": cut, not rounded. */
void figure_count(struct buf *out, int64_t n);
/* "43.7%" of part in whole; nothing when there is no whole. */
void figure_share(struct buf *out, int64_t part, int64_t whole);
/* "+12.4%" from before to now; "new" when there was nothing before. */
void figure_change(struct buf *out, int64_t before, int64_t now);
/* "1.4s", "350ms", "2m05s". */
void figure_duration(struct buf *out, int64_t ms);
/* "2026-11-01 14:00:05" in the zone. */
void figure_time(struct buf *out, const struct zone *z, int64_t t_ns);
/* "14:32" */
void figure_clock(struct buf *out, const struct zone *z, int64_t t_ns);
/* A name as it stands in a table: a path's last two parts, "(none)" for what is absent. */
struct str figure_name(struct str name, bool is_path);

#endif
