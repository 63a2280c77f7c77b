/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The status line of Claude Code: what it tells on stdin, and the line that answers it. Pure.
 */
#ifndef LLMLAB_APP_STATUS_LINE_H
#define LLMLAB_APP_STATUS_LINE_H

#include "base/arena.h"
#include "base/jsonw.h"
#include "model/usd.h"

#define STATUS_INPUT_BYTES (1u << 20)

/* Members that are absent or of another type stay empty or unknown. */
struct status_input {
	struct str session, transcript;
	struct str model; /* its display name, else its id */
	bool has_cost;
	struct usd cost;  /* the session's, by Claude Code's own count */
	int64_t context_percent; /* -1 = unknown */
};

/* Strings are views or in the arena. False when the text is not one JSON object; what was read
 * before the mistake stays. */
bool status_input_read(struct str json, struct arena *a, struct status_input *out);

/* An amount that may not be there, or be there without a price. */
struct status_amount {
	bool is_there, is_priced;
	struct usd usd;
};

struct status_line {
	struct str model;
	struct status_amount session, today, block, per_hour;
	int64_t block_left_min;
	int64_t context_percent; /* -1 = unknown */
	char trouble[480];       /* why something is missing; "" = nothing is */
};

/* "Opus 4.5 | session $1.20 | today $9.41 | block $3.07 (2 h 05 m left) | $1.54/h | context 42%",
 * and a line end. */
void status_line_add(struct buf *out, const struct status_line *line);
void status_line_json(struct jsonw *w, const struct status_line *line);

#endif
