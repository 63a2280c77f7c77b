/* SPDX-License-Identifier: Apache-2.0 */
/* Names and bounds of month files. */
#include "store/month.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

int32_t month_of_ns(int64_t t_ns)
{
	struct civil c = civil_from_ns(t_ns);

	return c.year * 100 + c.month;
}

int32_t month_next(int32_t month)
{
	return month % 100 == 12 ? month + 89 : month + 1;
}

int32_t month_prev(int32_t month)
{
	return month % 100 == 1 ? month - 89 : month - 1;
}

int64_t month_start_ns(int32_t month)
{
	return civil_to_days(month / 100, month % 100, 1) * NS_PER_DAY;
}

int32_t month_hour(int64_t t_ns)
{
	return (int32_t)((t_ns - month_start_ns(month_of_ns(t_ns))) / NS_PER_HOUR);
}

bool month_path(const char *dir, int32_t month, char *out, size_t cap)
{
	int len = snprintf(out, cap, "%s/%04d-%02d.db", dir, (int)month / 100, (int)month % 100);

	return len >= 0 && (size_t)len < cap;
}

bool month_parse_name(const char *name, int32_t *month)
{
	static const char suffix[] = ".db";
	struct str text = str_of(name);
	int64_t year, of_year;

	if (text.len != 10 || name[0] < '0' || name[0] > '9' || name[4] != '-' ||
		name[5] < '0' || name[5] > '1' || strcmp(name + 7, suffix) != 0)
		return false;
	if (!str_to_i64(str_head(text, 4), &year) ||
		!str_to_i64(str_head(str_from(text, 5), 2), &of_year) || of_year < 1 ||
		of_year > 12)
		return false;
	*month = (int32_t)(year * 100 + of_year);
	return true;
}

static int compare_months(const void *a, const void *b)
{
	int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

	return (x > y) - (x < y);
}

static enum ll_err add(struct month_list *list, size_t *cap, int32_t month, struct err *err)
{
	size_t wanted = *cap ? *cap * 2 : 16;
	int32_t *grown;

	if (list->count == *cap) {
		grown = ll_try_realloc(list->at, wanted * sizeof(*grown));
		if (!grown)
			return ll_fail(err, LL_ENOMEM, "out of memory while listing months");
		list->at = grown;
		*cap = wanted;
	}
	list->at[list->count++] = month;
	return LL_OK;
}

enum ll_err month_list(const char *dir, struct month_list *out, struct err *err)
{
	DIR *entries = opendir(dir);
	struct dirent *entry;
	enum ll_err e = LL_OK;
	size_t cap = 0;
	int32_t month;

	*out = (struct month_list){ 0 };
	if (!entries)
		return ll_fail_errno(err, errno, "cannot list '%s'", dir);
	while (e == LL_OK && (entry = readdir(entries)))
		if (month_parse_name(entry->d_name, &month))
			e = add(out, &cap, month, err);
	closedir(entries);
	if (e != LL_OK)
		month_list_release(out);
	else if (out->count)
		qsort(out->at, out->count, sizeof(*out->at), compare_months);
	return e;
}

void month_list_release(struct month_list *list)
{
	ll_free(list->at);
	*list = (struct month_list){ 0 };
}
