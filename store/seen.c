/* SPDX-License-Identifier: Apache-2.0 */
/* The key index of a month file and the filter before it. */
#include "store/seen.h"

#include "base/mem.h"

#define LOW_BITS 53
#define LOW_MASK ((UINT64_C(1) << LOW_BITS) - 1)

/* One line of 512 bits a key, so that a look at it is one cache miss. */
#define LINE_WORDS 8
#define BITS_A_KEY 5
#define KEYS_A_LINE 42 /* twelve bits a key: about one false alarm in two hundred */
#define FIRST_LINES 1024u    /* 64 KiB */
#define MAX_LINES (1u << 17) /* 8 MiB; a month of more calls has more false alarms */

/* A look-up costs as much as reading some sixteen rows of the index in order. */
#define ROWS_A_LOOKUP 16

static uint64_t low_of(uint64_t family)
{
	return family >> (64 - LOW_BITS);
}

static int64_t key_of(const struct seen_cursor *c)
{
	return c->hour | (int64_t)c->low;
}

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static uint64_t *line_of(const struct seen *s, uint64_t low, uint64_t *bits)
{
	uint64_t hash = mix(low);

	*bits = mix(hash);
	return s->filter + (hash & (s->filter_lines - 1)) * LINE_WORDS;
}

static bool filter_has(const struct seen *s, uint64_t low)
{
	uint64_t bits, *line = line_of(s, low, &bits);

	for (int i = 0; i < BITS_A_KEY; i++, bits >>= 9)
		if (!(line[bits >> 6 & 7] >> (bits & 63) & 1))
			return false;
	return true;
}

static void filter_add(struct seen *s, uint64_t low)
{
	uint64_t bits, *line = line_of(s, low, &bits);

	for (int i = 0; i < BITS_A_KEY; i++, bits >>= 9)
		line[bits >> 6 & 7] |= UINT64_C(1) << (bits & 63);
	s->filter_keys++;
}

static bool filter_is_crowded(const struct seen *s)
{
	return s->filter_lines < MAX_LINES &&
		s->filter_keys > (int64_t)s->filter_lines * KEYS_A_LINE;
}

/* Without a filter everything works, only slower. */
static void drop_filter(struct seen *s)
{
	ll_free(s->filter);
	s->filter = NULL;
	s->filter_lines = 0;
	s->filter_keys = 0;
	s->lookups = 0;
}

static size_t lines_for(int64_t rows)
{
	size_t lines = FIRST_LINES;

	while (lines < MAX_LINES && (int64_t)lines * KEYS_A_LINE < 2 * rows)
		lines *= 2;
	return lines;
}

/* `rows` may be low (gaps are not counted, families of chains are): it only sets the size. */
static enum ll_err build_filter(struct seen *s, int64_t rows, struct err *err)
{
	struct stmt all = { 0 };
	size_t lines = lines_for(rows);
	bool more = false;
	enum ll_err e;

	drop_filter(s);
	s->filter = ll_try_alloc(lines * LINE_WORDS * sizeof(*s->filter));
	if (!s->filter)
		return ll_fail(err, LL_ENOMEM, "out of memory for an index of %zu kB",
			lines * LINE_WORDS * sizeof(*s->filter) / 1024);
	s->filter_lines = lines;
	e = stmt_prepare(&all, s->month, "SELECT k FROM seen", err);
	while (e == LL_OK && (e = stmt_step(&all, &more, err)) == LL_OK && more)
		filter_add(s, (uint64_t)stmt_i64(&all, 0) & LOW_MASK);
	stmt_release(&all);
	if (e != LL_OK)
		drop_filter(s);
	return e;
}

enum ll_err seen_init(struct seen *s, struct db *month, struct err *err)
{
	enum ll_err e;

	*s = (struct seen){ .month = month };
	e = stmt_prepare(&s->find, month, "SELECT record FROM seen WHERE k = ?", err);
	if (e == LL_OK)
		e = stmt_prepare(&s->insert, month, "INSERT INTO seen VALUES (?, ?) ON CONFLICT DO"
			" UPDATE SET record = excluded.record WHERE record = 0", err);
	if (e == LL_OK)
		e = stmt_prepare(&s->remove, month, "UPDATE seen SET record = 0 WHERE k = ?", err);
	if (e != LL_OK)
		seen_release(s);
	return e;
}

void seen_release(struct seen *s)
{
	stmt_release(&s->find);
	stmt_release(&s->insert);
	stmt_release(&s->remove);
	drop_filter(s);
}

enum ll_err seen_may_have(struct seen *s, uint64_t family, bool *may, struct err *err)
{
	enum ll_err e = LL_OK;

	*may = true;
	if (!s->filter && ++s->lookups * ROWS_A_LOOKUP > s->rows)
		e = build_filter(s, s->rows, err);
	else if (s->filter && filter_is_crowded(s))
		e = build_filter(s, 2 * s->filter_keys, err);
	if (e == LL_OK && s->filter)
		*may = filter_has(s, low_of(family));
	return e;
}

void seen_forget(struct seen *s, int64_t rows)
{
	drop_filter(s);
	s->rows = rows;
}

/* A member may stand up to a chain's length after its family's own place; what the filter is
 * asked for is that place, which the first member holds. */
void seen_note(struct seen *s, uint64_t family)
{
	if (s->filter)
		filter_add(s, low_of(family));
}

void seen_start(struct seen_cursor *c, int32_t hour, uint64_t family)
{
	c->hour = (int64_t)hour << LOW_BITS;
	c->low = low_of(family);
}

/* A place whose record was removed gives none, but others may follow. */
enum ll_err seen_next(struct seen *s, struct seen_cursor *c, int64_t *record, struct err *err)
{
	bool row = true;
	enum ll_err e = LL_OK;

	*record = 0;
	while (e == LL_OK && row && !*record) {
		stmt_bind_i64(&s->find, 1, key_of(c));
		e = stmt_step(&s->find, &row, err);
		if (e != LL_OK || !row)
			break;
		*record = stmt_i64(&s->find, 0);
		stmt_reset(&s->find);
		c->low = (c->low + 1) & LOW_MASK;
	}
	return e;
}

enum ll_err seen_add(struct seen *s, int32_t hour, uint64_t family, int64_t record,
	struct err *err)
{
	struct seen_cursor c;
	enum ll_err e;

	seen_start(&c, hour, family);
	do {
		stmt_bind_i64(&s->insert, 1, key_of(&c));
		stmt_bind_i64(&s->insert, 2, record);
		e = stmt_run(&s->insert, err);
		c.low = (c.low + 1) & LOW_MASK;
	} while (e == LL_OK && db_changes(s->month) == 0);
	if (e == LL_OK)
		seen_note(s, family);
	return e;
}

enum ll_err seen_remove(struct seen *s, int32_t hour, uint64_t family, int64_t record,
	struct err *err)
{
	struct seen_cursor c;
	int64_t found;
	enum ll_err e;

	seen_start(&c, hour, family);
	do {
		e = seen_next(s, &c, &found, err);
	} while (e == LL_OK && found && found != record);
	if (e != LL_OK || !found)
		return e;
	c.low = (c.low - 1) & LOW_MASK;
	stmt_bind_i64(&s->remove, 1, key_of(&c));
	return stmt_run(&s->remove, err);
}
