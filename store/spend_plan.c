/* SPDX-License-Identifier: Apache-2.0 */
/* Chooses rollups and cuts ranges. */
#include "store/spend_plan.h"

#include "store/filter_ids.h"

#define QUARTER_COLUMNS (1u << ID_PROJECT | 1u << ID_MODEL | 1u << ID_SOURCE)
#define DAY_BY_COLUMNS (1u << ID_MODEL | 1u << ID_SOURCE)

/* The column that a dimension groups, and the kind of rollup by it. */
static const struct dim_place {
	enum id_column column;
	enum dim_kind rollup;
} dims[DIM_KINDS];

/* What a query reads of a call. */
struct needs {
	unsigned columns;   /* 1 << enum id_column */
	bool has_amounts;   /* tests that no rollup can answer */
	bool has_many_tags; /* tags of more than one name */
	struct str tag;
};

static void need_tag(struct needs *n, struct str tag)
{
	if (n->tag.at && !str_eq(n->tag, tag))
		n->has_many_tags = true;
	n->tag = tag;
}

static struct needs needs_of(const struct scope *scope, const struct spend_query *q)
{
	struct needs n = { .columns = scope->projects ? 1u << ID_PROJECT : 0 };

	for (size_t i = 0; i < q->dim_count; i++) {
		n.columns |= 1u << dims[q->dims[i].kind].column;
		if (q->dims[i].kind == DIM_TAG)
			need_tag(&n, q->dims[i].tag);
	}
	for (size_t i = 0; q->filter && i < q->filter->count; i++) {
		const struct filter_term *term = &q->filter->terms[i];

		n.columns |= filter_term_columns(term);
		n.has_amounts |= filter_term_columns(term) == 0;
		if (term->field == FILTER_TAG)
			need_tag(&n, term->tag);
	}
	return n;
}

struct spend_plan spend_plan_make(const struct scope *scope, const struct spend_query *q)
{
	struct needs n = needs_of(scope, q);
	unsigned beside = n.columns & ~DAY_BY_COLUMNS;

	if (n.has_amounts || n.has_many_tags)
		return (struct spend_plan){ 0 };
	if ((n.columns & ~QUARTER_COLUMNS) == 0)
		return (struct spend_plan){
			.has_quarters = true,
			.has_days = true,
			.has_projects = (n.columns & 1u << ID_PROJECT) != 0,
		};
	for (enum dim_kind kind = DIM_NONE; kind < DIM_KINDS; kind++)
		if (dims[kind].rollup && beside == 1u << dims[kind].column)
			return (struct spend_plan){ .has_days = true, .by = kind, .tag = n.tag };
	return (struct spend_plan){ 0 };
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* A part of one month in ns; an open side is where the range goes past the month. */
struct part {
	int64_t since, until;
	bool is_open_since, is_open_until;
};

/* Buckets begin at whole quarters everywhere but in zones of long ago. */
static bool edges_are_quarters(enum bucket bucket, const struct zone *z, const struct part *part)
{
	int64_t t;

	if (bucket == BUCKET_NONE)
		return true;
	for (t = bucket_next_ns(bucket, z, bucket_start_ns(bucket, z, part->since));
		t < part->until; t = bucket_next_ns(bucket, z, t))
		if (t % NS_PER_QUARTER)
			return false;
	return true;
}

struct cutter {
	const struct spend_plan *plan;
	const struct spend_query *q;
	struct spend_piece *out;
	size_t count;
};

static void add_piece(struct cutter *c, enum spend_from read, int64_t from, int64_t until)
{
	if (from < until)
		c->out[c->count++] = (struct spend_piece){ read, from, until };
}

/* A part that no day row covers: whole quarters and the calls at its ends. */
static void cut_part(struct cutter *c, const struct part *part)
{
	int64_t first = -floor_div(-part->since, NS_PER_QUARTER);
	int64_t end = floor_div(part->until, NS_PER_QUARTER);

	if (part->since >= part->until)
		return;
	if (!c->plan->has_quarters || first >= end ||
		!edges_are_quarters(c->q->bucket, c->q->zone, part)) {
		add_piece(c, SPEND_FROM_CALLS, part->since, part->until);
		return;
	}
	add_piece(c, SPEND_FROM_CALLS, part->since, first * NS_PER_QUARTER);
	add_piece(c, SPEND_FROM_15M, first, end);
	add_piece(c, SPEND_FROM_CALLS, end * NS_PER_QUARTER, part->until);
}

/* The first local day that begins at t or later. */
static int64_t day_from(const struct zone *z, int64_t t)
{
	int64_t day = zone_day(z, t);

	return zone_day_start_ns(z, day) == t ? day : day + 1;
}

/* [first, end) of local days that lie wholly in the part; at an open side all that the file
 * has, and no zone is more than a day off UTC. */
static void whole_days(const struct zone *z, const struct part *part, int64_t *first, int64_t *end)
{
	*first = part->is_open_since ? floor_div(part->since, NS_PER_DAY) - 1 :
				       day_from(z, part->since);
	*end = part->is_open_until ? floor_div(part->until, NS_PER_DAY) + 1 :
				     zone_day(z, part->until);
}

/* Day rows serve where no bucket's edge divides a day, or where quarters can mend that. */
static bool can_read_days(const struct cutter *c, const struct part *part, const struct zone *days)
{
	const struct spend_query *q = c->q;

	if (!c->plan->has_days || q->bucket == BUCKET_HOUR)
		return false;
	if (q->bucket == BUCKET_NONE || strcmp(zone_name(days), zone_name(q->zone)) == 0)
		return true;
	return c->plan->has_quarters && edges_are_quarters(q->bucket, q->zone, part) &&
		edges_are_quarters(BUCKET_DAY, days, part);
}

static struct part part_of_month(const struct spend_query *q, int32_t month)
{
	int64_t first = month_start_ns(month), end = month_start_ns(month_next(month));
	struct part part = { range_since_ns(&q->range), range_until_ns(&q->range), false, false };

	if (part.since <= first) {
		part.since = first;
		part.is_open_since = true;
	}
	if (part.until >= end) {
		part.until = end;
		part.is_open_until = true;
	}
	return part;
}

size_t spend_plan_cut(const struct spend_plan *plan, const struct spend_query *q, int32_t month,
	const struct zone *days, struct spend_piece out[SPEND_MAX_PIECES])
{
	struct part part = part_of_month(q, month), head = part, tail = part;
	struct cutter c = { .plan = plan, .q = q, .out = out };
	int64_t first = 0, end = 0;

	if (part.since >= part.until)
		return 0;
	if (can_read_days(&c, &part, days))
		whole_days(days, &part, &first, &end);
	if (first >= end) {
		cut_part(&c, &part);
		return c.count;
	}
	head.until = part.is_open_since ? part.since : zone_day_start_ns(days, first);
	tail.since = part.is_open_until ? part.until : zone_day_start_ns(days, end);
	cut_part(&c, &head);
	add_piece(&c, SPEND_FROM_DAYS, first, end);
	cut_part(&c, &tail);
	return c.count;
}

static const struct dim_place dims[DIM_KINDS] = {
	[DIM_PROJECT] = { ID_PROJECT, DIM_NONE },
	[DIM_MODEL] = { ID_MODEL, DIM_NONE },
	[DIM_PROVIDER] = { ID_MODEL, DIM_NONE },
	[DIM_SOURCE] = { ID_SOURCE, DIM_NONE },
	[DIM_MACHINE] = { ID_SOURCE, DIM_NONE },
	[DIM_USER] = { ID_USER, DIM_USER },
	[DIM_KEY] = { ID_KEY, DIM_KEY },
	[DIM_AGENT] = { ID_AGENT, DIM_AGENT },
	[DIM_SESSION] = { ID_SESSION, DIM_SESSION },
	[DIM_TAG] = { ID_TAG_SET, DIM_TAG },
};
