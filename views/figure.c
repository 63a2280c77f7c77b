/* SPDX-License-Identifier: Apache-2.0 */
#include "views/figure.h"

bool figure_has_cost(const struct usage_sum *sum)
{
	return sum->calls == 0 || sum->unpriced < sum->calls;
}

void figure_cost(struct buf *out, const struct usage_sum *sum)
{
	if (!figure_has_cost(sum)) {
		buf_addch(out, '?');
		return;
	}
	usd_add_short(out, sum->cost);
	if (sum->unpriced)
		buf_addz(out, "+?");
}

void figure_count(struct buf *out, int64_t n)
{
	static const char units[] = "kMBT";
	int64_t unit = 1000;
	size_t i = 0;

	if (n < 10000) {
		buf_add_grouped(out, n);
		return;
	}
	while (units[i + 1] && n / unit >= 1000) {
		unit *= 1000;
		i++;
	}
	buf_addf(out, "%lld.%lld%c", (long long)(n / unit), (long long)(n % unit * 10 / unit),
		units[i]);
}

/* Tenths, rounded half up, of a ratio in percent; the sum may be larger than 64 bits. */
static int64_t permille(__int128 part, __int128 whole)
{
	__int128 value = (part * 2000 + (part < 0 ? -whole : whole)) / (whole * 2);

	return value > 99999999 ? 99999999 : value < -99999999 ? -99999999 : (int64_t)value;
}

static void add_permille(struct buf *out, int64_t value)
{
	int64_t size = value < 0 ? -value : value;

	buf_addf(out, "%lld.%lld%%", (long long)(size / 10), (long long)(size % 10));
}

void figure_share(struct buf *out, int64_t part, int64_t whole)
{
	if (whole > 0)
		add_permille(out, permille(part, whole));
}

void figure_change(struct buf *out, int64_t before, int64_t now)
{
	int64_t value;

	if (before <= 0) {
		buf_addz(out, now > 0 ? "new" : "");
		return;
	}
	value = permille((__int128)now - before, before);
	if (value >= 10000) {
		buf_addf(out, "x%lld", (long long)(now / before));
		return;
	}
	buf_addch(out, value < 0 ? '-' : '+');
	add_permille(out, value);
}

void figure_duration(struct buf *out, int64_t ms)
{
	if (ms < 1000)
		buf_addf(out, "%lldms", (long long)ms);
	else if (ms < 60000)
		buf_addf(out, "%lld.%llds", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	else
		buf_addf(out, "%lldm%02llds", (long long)(ms / 60000), (long long)(ms / 1000 % 60));
}

void figure_time(struct buf *out, const struct zone *z, int64_t t_ns)
{
	struct civil at = zone_civil(z, t_ns);

	buf_addf(out, "%04d-%02d-%02d %02d:%02d:%02d", (int)at.year, at.month, at.day, at.hour,
		at.minute, at.second);
}

void figure_clock(struct buf *out, const struct zone *z, int64_t t_ns)
{
	struct civil at = zone_civil(z, t_ns);

	buf_addf(out, "%02d:%02d", at.hour, at.minute);
}

struct str figure_name(struct str name, bool is_path)
{
	size_t slashes = 0;

	if (name.len == 0)
		return STR("(none)");
	if (!is_path || name.at[0] != '/')
		return name;
	for (size_t i = name.len; i-- > 0;)
		if (name.at[i] == '/' && ++slashes == 2)
			return str_from(name, i + 1);
	return name;
}
