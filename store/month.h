/* SPDX-License-Identifier: Apache-2.0 */
/* The month files of a store directory: their names, and which month a time is in. */
#ifndef LLMLAB_STORE_MONTH_H
#define LLMLAB_STORE_MONTH_H

#include "base/err.h"
#include "base/str.h"

/* A month is YYYYMM, UTC. */
int32_t month_of_ns(int64_t t_ns);
int32_t month_next(int32_t month);
int32_t month_prev(int32_t month);
int64_t month_start_ns(int32_t month);
/* Hour within the month, 0..743. */
int32_t month_hour(int64_t t_ns);
/* "DIR/2026-11.db". False when it does not fit. */
bool month_path(const char *dir, int32_t month, char *out, size_t cap);
/* "2026-11.db" to 202611; false for any other name. */
bool month_parse_name(const char *name, int32_t *month);

struct month_list {
	int32_t *at; /* ascending */
	size_t count;
};

enum ll_err LL_MUST month_list(const char *dir, struct month_list *out, struct err *err);
void month_list_release(struct month_list *list);

#endif
