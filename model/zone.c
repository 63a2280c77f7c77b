/* SPDX-License-Identifier: Apache-2.0 */
/* Zones: finding and opening them, and arithmetic on their spans. */
#include "model/zone.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "model/tzif.h"

#define NAME_BYTES 64
#define TIMEZONE_FILE_BYTES 4096

struct zone {
	char name[NAME_BYTES];
	struct tz_spans spans;
};

static struct tz_span utc_span = { .from_ns = INT64_MIN, .first_day = INT32_MIN };
static const struct zone utc = { .name = "UTC", .spans = { &utc_span, 1 } };

static const char *const zone_dirs[] = {
	"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo",
};

static bool name_is_utc(struct str name)
{
	return str_is(name, "UTC") || str_is(name, "Etc/UTC");
}

/* Letters, digits and a few signs; no dot, hence no way out of the directory. */
static bool name_is_valid(struct str name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789_+-/";

	for (size_t i = 0; i < name.len; i++)
		if (!memchr(allowed, name.at[i], sizeof(allowed) - 1))
			return false;
	return name.len > 0 && name.len < NAME_BYTES && name.at[0] != '/';
}

static bool file_in_dir(const char *dir, const char *name, char path[PATH_MAX])
{
	struct stat st;

	return path_join(path, PATH_MAX, dir, name) && file_stat(path, &st, NULL) == LL_OK &&
		S_ISREG(st.st_mode);
}

static bool find_file(const char *name, char path[PATH_MAX])
{
	const char *own = getenv("TZDIR");

	if (own && *own && file_in_dir(own, name, path))
		return true;
	for (size_t i = 0; i < sizeof(zone_dirs) / sizeof(zone_dirs[0]); i++)
		if (file_in_dir(zone_dirs[i], name, path))
			return true;
	return false;
}

/* NULL when out of memory. */
static struct zone *zone_new(struct str name)
{
	struct zone *z = ll_try_alloc(sizeof(*z));

	if (z)
		memcpy(z->name, name.at, name.len);
	return z;
}

static enum ll_err fail_memory(struct str name, struct err *err)
{
	return ll_fail(err, LL_ENOMEM, "no memory for time zone '%.*s'", STR_FMT(name));
}

static enum ll_err open_fixed(struct str name, int32_t offset_s, struct zone **out, struct err *err)
{
	struct tz_span *span = ll_try_alloc(sizeof(*span));

	*out = span ? zone_new(name) : NULL;
	if (!*out) {
		ll_free(span);
		return fail_memory(name, err);
	}
	*span = (struct tz_span){ INT64_MIN, offset_s, INT32_MIN };
	(*out)->spans = (struct tz_spans){ span, 1 };
	return LL_OK;
}

static enum ll_err open_file(struct str name, struct zone **out, struct err *err)
{
	struct buf file = BUF_INIT(TZIF_BYTES_MAX);
	char path[PATH_MAX];
	const char *why;
	enum ll_err code;

	*out = zone_new(name);
	if (!*out)
		return fail_memory(name, err);
	if (!find_file((*out)->name, path))
		return ll_fail(err, LL_ENOENT, "time zone '%s' is not known here: '%s' (package "
			"tzdata) has no such file", (*out)->name, zone_dirs[0]);
	code = file_slurp(path, &file, err);
	if (code)
		goto out;
	code = tzif_read(buf_str(&file), &(*out)->spans, &why);
	if (code)
		ll_fail(err, code, "time zone '%s' cannot be read from '%s': %s", (*out)->name,
			path, why);
out:
	buf_release(&file);
	return code;
}

static bool two_digits(struct str s, size_t at, int32_t max, int32_t *out)
{
	if (at + 2 > s.len || s.at[at] < '0' || s.at[at] > '9' || s.at[at + 1] < '0' ||
		s.at[at + 1] > '9')
		return false;
	*out = (s.at[at] - '0') * 10 + s.at[at + 1] - '0';
	return *out <= max;
}

/* "+05:30", "+0530", "-08" */
static bool parse_fixed(struct str name, int32_t *offset_s)
{
	size_t minutes_at = name.len > 3 && name.at[3] == ':' ? 4 : 3;
	int32_t hours, minutes = 0;

	if (name.len < 3 || (name.at[0] != '+' && name.at[0] != '-') ||
		!two_digits(name, 1, 23, &hours))
		return false;
	if (name.len > 3 && (name.len != minutes_at + 2 ||
		!two_digits(name, minutes_at, 59, &minutes)))
		return false;
	*offset_s = (hours * 3600 + minutes * 60) * (name.at[0] == '-' ? -1 : 1);
	return true;
}

enum ll_err zone_open(struct str name, struct zone **out, struct err *err)
{
	int32_t offset_s = 0;
	enum ll_err code;

	*out = NULL;
	if (name_is_utc(name) || parse_fixed(name, &offset_s))
		code = open_fixed(name, offset_s, out, err);
	else if (name_is_valid(name))
		code = open_file(name, out, err);
	else
		code = ll_fail(err, LL_EINVAL, "'%.*s' is no time zone; write a name such as "
			"'Europe/Paris', 'UTC' or an offset such as '+05:30'", STR_FMT(name));
	if (code) {
		zone_free(*out);
		*out = NULL;
	}
	return code;
}

void zone_free(struct zone *z)
{
	if (!z)
		return;
	ll_free(z->spans.at);
	ll_free(z);
}

const struct zone *zone_utc(void)
{
	return &utc;
}

const char *zone_name(const struct zone *z)
{
	return z->name;
}

/* Takes "Europe/Paris", ":Europe/Paris" and "/usr/share/zoneinfo/Europe/Paris" when there is
 * such a zone. */
static bool accept_name(struct str text, char out[NAME_BYTES])
{
	static const char marker[] = "zoneinfo/";
	struct str name = str_trim(text);
	const char *found;
	char path[PATH_MAX];

	if (name.len && name.at[0] == ':')
		name = str_from(name, 1);
	found = name.len ? memmem(name.at, name.len, marker, sizeof(marker) - 1) : NULL;
	if (found)
		name = str_from(name, (size_t)(found - name.at) + sizeof(marker) - 1);
	if (!name_is_valid(name))
		return false;
	memcpy(out, name.at, name.len);
	out[name.len] = '\0';
	return name_is_utc(name) || find_file(out, path);
}

static bool name_from_environment(char out[NAME_BYTES])
{
	const char *tz = getenv("TZ");

	/* Set and empty is UTC, by POSIX. */
	return tz && accept_name(*tz ? str_of(tz) : STR("UTC"), out);
}

static bool name_from_file(char out[NAME_BYTES])
{
	struct buf file = BUF_INIT(TIMEZONE_FILE_BYTES);
	bool is_found = file_slurp("/etc/timezone", &file, NULL) == LL_OK &&
		accept_name(buf_str(&file), out);

	buf_release(&file);
	return is_found;
}

static bool name_from_link(char out[NAME_BYTES])
{
	char target[PATH_MAX];
	ssize_t len = readlink("/etc/localtime", target, sizeof(target));

	return len > 0 && accept_name((struct str){ target, (size_t)len }, out);
}

void zone_system_name(char out[64])
{
	if (!name_from_environment(out) && !name_from_file(out) && !name_from_link(out))
		memcpy(out, "UTC", sizeof("UTC"));
}

static int64_t saturated(__int128 ns)
{
	if (ns > INT64_MAX)
		return INT64_MAX;
	return ns < INT64_MIN ? INT64_MIN : (int64_t)ns;
}

static int64_t shift_ns(int64_t t_ns, int32_t by_s)
{
	return saturated((__int128)t_ns + by_s * NS_PER_S);
}

/* The span that holds t. The loop compiles to conditional moves: no branch to mispredict. */
static const struct tz_span *span_at(const struct zone *z, int64_t t_ns)
{
	const struct tz_span *span = z->spans.at;

	for (size_t count = z->spans.count; count > 1; count -= count / 2) {
		const struct tz_span *middle = span + count / 2;

		span = middle->from_ns <= t_ns ? middle : span;
	}
	return span;
}

/* The first span in which the local clock passes `local_ns`. In a gap the clock has passed it
 * when the span begins. Spans that are over 26 hours earlier cannot reach it. */
static const struct tz_span *span_at_local(const struct zone *z, int64_t local_ns)
{
	const struct tz_span *span = span_at(z, shift_ns(local_ns, -TZIF_OFFSET_MAX_S));
	const struct tz_span *last = z->spans.at + z->spans.count - 1;

	while (span < last && shift_ns(local_ns, -span->offset_s) >= span[1].from_ns)
		span++;
	return span;
}

static int64_t local_of(const struct zone *z, int64_t t_ns)
{
	return shift_ns(t_ns, span_at(z, t_ns)->offset_s);
}

int32_t zone_offset_s(const struct zone *z, int64_t t_ns)
{
	return span_at(z, t_ns)->offset_s;
}

int64_t zone_offset_since_ns(const struct zone *z, int64_t t_ns)
{
	return span_at(z, t_ns)->from_ns;
}

int64_t zone_day(const struct zone *z, int64_t t_ns)
{
	const struct tz_span *span = span_at(z, t_ns);
	int64_t local_ns = shift_ns(t_ns, span->offset_s);
	int64_t day = local_ns / NS_PER_DAY - (local_ns % NS_PER_DAY < 0);

	return day > span->first_day ? day : span->first_day;
}

int64_t zone_day_start_ns(const struct zone *z, int64_t day)
{
	int64_t midnight_ns = saturated((__int128)day * NS_PER_DAY);
	const struct tz_span *span = span_at_local(z, midnight_ns);
	int64_t t_ns = shift_ns(midnight_ns, -span->offset_s);

	return t_ns > span->from_ns ? t_ns : span->from_ns;
}

int64_t zone_local_ns(const struct zone *z, const struct civil *local)
{
	int64_t local_ns = civil_to_ns(local);
	const struct tz_span *span = span_at_local(z, local_ns);
	bool is_in_gap = shift_ns(local_ns, -span->offset_s) < span->from_ns;

	return shift_ns(local_ns, -span[is_in_gap ? -1 : 0].offset_s);
}

struct civil zone_civil(const struct zone *z, int64_t t_ns)
{
	return civil_from_ns(local_of(z, t_ns));
}

char *zone_format(const struct zone *z, int64_t t_ns, char out[36])
{
	int32_t minutes = zone_offset_s(z, t_ns) / 60;
	size_t len;

	if (zone_offset_s(z, t_ns) % 60 != 0)
		minutes = 0;
	time_format_utc(shift_ns(t_ns, minutes * 60), out);
	if (minutes == 0)
		return out;
	len = strlen(out) - 1; /* the Z goes */
	snprintf(out + len, 36 - len, "%c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60,
		abs(minutes) % 60);
	return out;
}
