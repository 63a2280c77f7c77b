/* SPDX-License-Identifier: Apache-2.0 */
#include "ingest/demo.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/mem.h"
#include "keys/hash.h"

#define HOURS (DEMO_DAYS * 24)
#define LANES 48 /* sessions open at a time */

enum { SOURCE_CLAUDE, SOURCE_CODEX, SOURCE_GATEWAY, SOURCE_OTLP };

const struct demo_source demo_sources[] = {
	[SOURCE_CLAUDE] = { "claude-code", "dev-laptops", CALL_AGENT_LOG },
	[SOURCE_CODEX] = { "codex", "dev-laptops", CALL_AGENT_LOG },
	[SOURCE_GATEWAY] = { "gateway", "prod-eu-1", CALL_GATEWAY },
	[SOURCE_OTLP] = { "otlp", "prod-us-1", CALL_SPAN },
};
const size_t demo_source_count = sizeof(demo_sources) / sizeof(demo_sources[0]);

struct demo_model {
	const char *provider, *name;
	int64_t ms_first, us_per_token; /* time to first token; per output token */
};

enum {
	OPUS,
	SONNET,
	HAIKU,
	GPT,
	GPT_MINI,
	CODEX,
	GEMINI_PRO,
	GEMINI_FLASH,
	GEMINI_LITE,
	MISTRAL,
	CODESTRAL,
	HOUSE,
	MODELS,
};

static const struct demo_model models[MODELS] = {
	[OPUS] = { "anthropic", "claude-opus-4-6", 1900, 21000 },
	[SONNET] = { "anthropic", "claude-sonnet-4-5-20250929", 1100, 14000 },
	[HAIKU] = { "anthropic", "claude-haiku-4-5-20251001", 500, 6500 },
	[GPT] = { "openai", "gpt-5.1", 1500, 12000 },
	[GPT_MINI] = { "openai", "gpt-5-mini", 700, 7000 },
	[CODEX] = { "openai", "gpt-5.1-codex", 1700, 13000 },
	[GEMINI_PRO] = { "google", "gemini-2.5-pro", 1600, 9000 },
	[GEMINI_FLASH] = { "google", "gemini-2.5-flash", 450, 4500 },
	[GEMINI_LITE] = { "google", "gemini-2.5-flash-lite", 300, 3000 },
	[MISTRAL] = { "mistral", "mistral-large-latest", 900, 11000 },
	[CODESTRAL] = { "mistral", "codestral-latest", 350, 5000 },
	[HOUSE] = { "mistral", "acme-support-7b-ft", 200, 3500 },
};

struct demo_project {
	const char *name, *feature;
	int weight; /* share of the calls, per 100 */
	int office_share; /* of its traffic that follows office hours, percent */
	int first_user, users;
	int agents; /* names used, from the start of `agents` */
	size_t source;
	int64_t prompt, growth, answer; /* typical tokens: first prompt, added a turn, output */
	int mix[MODELS]; /* per 100 */
};

enum { SHOP, SUPPORT, INDEXER, REVIEW, DATA, ASSISTANT, PROJECTS };

static const struct demo_project projects[PROJECTS] = {
	[SHOP] = { "shop-assistant", "chat", 26, 35, 0, 4, 2, SOURCE_GATEWAY, 1400, 350, 260,
		{ [SONNET] = 22, [HAIKU] = 34, [GPT_MINI] = 30, [GPT] = 14 } },
	[SUPPORT] = { "support-triage", "triage", 22, 55, 4, 6, 3, SOURCE_OTLP, 2100, 500, 340,
		{ [HAIKU] = 30,
			[GEMINI_FLASH] = 34,
			[GEMINI_LITE] = 20,
			[HOUSE] = 8,
			[MISTRAL] = 8 } },
	[INDEXER] = { "search-indexer", "summaries", 14, 5, 10, 2, 1, SOURCE_OTLP, 3600, 0, 420,
		{ [GEMINI_FLASH] = 62, [GEMINI_LITE] = 26, [GPT_MINI] = 12 } },
	[REVIEW] = { "code-review", "review", 12, 85, 12, 10, 4, SOURCE_CODEX, 9000, 1900, 700,
		{ [CODEX] = 66, [GPT] = 20, [CODESTRAL] = 14 } },
	[DATA] = { "data-analyst", "reports", 8, 80, 22, 6, 3, SOURCE_OTLP, 5200, 1300, 900,
		{ [GEMINI_PRO] = 46, [GPT] = 34, [MISTRAL] = 20 } },
	[ASSISTANT] = { "dev-assistant", "coding", 18, 88, 12, 28, 5, SOURCE_CLAUDE, 14000, 2400,
		620, { [SONNET] = 64, [OPUS] = 20, [HAIKU] = 16 } },
};

static const char *const users[40] = {
	"ada",
	"ben",
	"chen",
	"dina",
	"emre",
	"fatima",
	"goran",
	"hana",
	"ivan",
	"jun",
	"kofi",
	"lena",
	"mateo",
	"nadia",
	"omar",
	"priya",
	"quinn",
	"rosa",
	"sven",
	"tariq",
	"uma",
	"viktor",
	"wanda",
	"xavier",
	"yara",
	"zane",
	"aiko",
	"bruno",
	"carla",
	"dev",
	"elif",
	"femi",
	"greta",
	"hugo",
	"ines",
	"jonas",
	"kira",
	"liam",
	"mona",
	"nils",
};

static const char *const agents[] = { "planner", "worker", "critic", "retriever", "coder" };
static const char *const keys[] = { "prod-eu", "prod-us", "batch", "ci", "dev-a", "dev-b" };

/* Share of office traffic by hour of the day (UTC) and of round-the-clock traffic. */
static const int office_hours[24] = { 1, 1, 0, 0, 1, 2, 6, 22, 62, 92, 100, 96, 70, 84, 98, 94, 80,
	52, 28, 16, 10, 8, 4, 2 };
static const int all_hours[24] = { 44, 38, 34, 30, 30, 34, 42, 54, 66, 76, 82, 86, 88, 88, 86, 84,
	84, 88, 94, 100, 98, 88, 72, 56 };
static const int office_days[7] = { 96, 100, 98, 95, 82, 9, 6 };
static const int all_days[7] = { 92, 94, 95, 97, 100, 90, 84 };

struct lane {
	uint64_t session; /* 0 = none yet */
	int project, user, model, turns;
	int64_t context; /* tokens said so far */
};

struct demo {
	struct demo_options options;
	uint64_t random;
	int64_t start_ns;
	int64_t weights[PROJECTS][HOURS], weight_sum;
	int64_t weight_done; /* of the hours before this one */
	int64_t made; /* calls so far */
	int hour;
	int64_t in_hour, left_in_hour;
	struct lane lanes[PROJECTS][LANES];
	char session[40];
	struct call_tag tags[2];
};

static uint64_t draw(struct demo *d)
{
	uint64_t z = (d->random += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static int64_t below(struct demo *d, int64_t n)
{
	return (int64_t)(draw(d) % (uint64_t)n);
}

/* Around `typical`, skewed to the right: a third to about four times of it. */
static int64_t around(struct demo *d, int64_t typical)
{
	int64_t spread = 35 + below(d, 90);

	if (below(d, 8) == 0)
		spread += below(d, 300);
	return 1 + typical * spread / 100;
}

/* How much of a project's traffic falls into an hour of the story. */
static int64_t hour_weight(int project, int64_t start_ns, int hour)
{
	const struct demo_project *p = &projects[project];
	int64_t t = start_ns + hour * NS_PER_HOUR;
	int weekday = weekday_of_days(t / NS_PER_DAY), of_day = (int)(t / NS_PER_HOUR % 24);
	int64_t office = (int64_t)office_hours[of_day] * office_days[weekday] * p->office_share;
	int64_t always = (int64_t)all_hours[of_day] * all_days[weekday] * (100 - p->office_share);
	int64_t weight = (office + always) * p->weight / 100;

	weight = weight * (1000 + 6 * (hour / 24)) /
		 1000; /* growth: half as much again in the end */
	if (project == INDEXER && hour / 24 == DEMO_SPIKE_INDEXER_DAY && of_day < 8)
		weight *= 24;
	if (project == DATA && hour / 24 == DEMO_SPIKE_BATCH_DAY)
		weight *= 22;
	return weight;
}

struct demo *demo_new(const struct demo_options *options)
{
	struct demo *d = ll_try_alloc(sizeof(*d));

	if (!d)
		return NULL;
	d->options = *options;
	d->random = options->seed * UINT64_C(0xD1342543DE82EF95) + 1;
	d->start_ns = options->end_ns - DEMO_DAYS * NS_PER_DAY;
	d->hour = -1;
	for (int p = 0; p < PROJECTS; p++)
		for (int h = 0; h < HOURS; h++) {
			d->weights[p][h] = hour_weight(p, d->start_ns, h);
			d->weight_sum += d->weights[p][h];
		}
	return d;
}

void demo_free(struct demo *d)
{
	ll_free(d);
}

static int64_t weight_of_hour(const struct demo *d, int hour)
{
	int64_t sum = 0;

	for (int p = 0; p < PROJECTS; p++)
		sum += d->weights[p][hour];
	return sum;
}

/* Moves to the next hour that has calls; the count is spread so that it is met exactly. */
static bool next_hour(struct demo *d)
{
	while (d->left_in_hour == 0) {
		int64_t due;

		if (++d->hour >= HOURS)
			return false;
		d->weight_done += weight_of_hour(d, d->hour);
		due = (int64_t)((__int128)d->options.count * d->weight_done / d->weight_sum);
		d->in_hour = d->left_in_hour = due - d->made;
	}
	return true;
}

static int pick(struct demo *d, const int *weights, int count)
{
	int64_t at = below(d, 100);

	for (int i = 0; i < count; i++) {
		at -= weights[i];
		if (at < 0)
			return i;
	}
	return 0;
}

static int pick_project(struct demo *d)
{
	int64_t at = below(d, weight_of_hour(d, d->hour));

	for (int p = 0; p < PROJECTS; p++) {
		at -= d->weights[p][d->hour];
		if (at < 0)
			return p;
	}
	return SHOP;
}

/* A session of the project: most often one that is open, sometimes a new one in its place. */
static struct lane *pick_lane(struct demo *d, int project)
{
	const struct demo_project *p = &projects[project];
	struct lane *lane = &d->lanes[project][below(d, LANES)];
	bool is_over =
		lane->turns > 3 && (p->growth == 0 || below(d, 14) == 0 || lane->context > 180000);

	if (lane->session && !is_over)
		return lane;
	*lane = (struct lane){
		.session = draw(d) | 1,
		.project = project,
		.user = p->first_user +
			(int)(below(d, p->users) * below(d, p->users + 3) / (p->users + 2)),
		.model = pick(d, p->mix, MODELS),
	};
	return lane;
}

/* The first turn pays for the prompt and writes the cache, later ones read it; a pause of a
 * session now and then loses it. */
static void fill_tokens(struct demo *d, struct lane *lane, struct call *c)
{
	const struct demo_project *p = &projects[lane->project];
	bool writes_cache = str_is(c->provider, "anthropic");
	bool is_warm = lane->turns > 0 && p->growth > 0 && below(d, 9) != 0;
	int64_t fresh = lane->turns == 0 ? around(d, p->prompt) : around(d, p->growth);

	c->tokens.output = around(d, p->answer);
	if (is_warm) {
		c->tokens.cache_read = lane->context;
		c->tokens.input = writes_cache ? 1 + fresh / 12 : fresh;
		c->tokens.cache_write_5m = writes_cache ? fresh : 0;
	} else {
		c->tokens.input = writes_cache ? 1 + fresh / 12 : lane->context + fresh;
		c->tokens.cache_write_5m =
			writes_cache && p->growth > 0 ? lane->context + fresh : 0;
		if (writes_cache && p->growth == 0)
			c->tokens.input += fresh;
	}
	if (writes_cache && below(d, 20) == 0) {
		c->tokens.cache_write_1h = c->tokens.cache_write_5m;
		c->tokens.cache_write_5m = 0;
	}
	if (!writes_cache && below(d, 3) == 0)
		c->reasoning_tokens = c->tokens.output * below(d, 60) / 100;
	if (p->growth > 0)
		lane->context += fresh + c->tokens.output;
	lane->turns++;
}

static bool is_outage(const struct demo *d)
{
	return d->hour / 24 == DEMO_OUTAGE_DAY && d->hour % 24 >= 14 && d->hour % 24 < 16;
}

static void fill_outcome(struct demo *d, const struct demo_model *m, struct call *c)
{
	int64_t roll = below(d, 1000);
	bool is_down = is_outage(d) && str_is(c->provider, "anthropic");

	c->ttft_ms = around(d, m->ms_first);
	c->latency_ms = c->ttft_ms + c->tokens.output * m->us_per_token / 1000;
	if (roll < (is_down ? 420 : 14)) {
		c->status = CALL_ERROR;
		c->tokens = (struct tokens){ 0 };
		c->reasoning_tokens = 0;
		c->latency_ms = is_down ? 30000 : 200 + below(d, 4000);
		c->ttft_ms = -1;
	} else if (roll > 994) {
		c->status = CALL_ABORTED;
	}
}

static void fill_key(const struct demo *d, struct call *c)
{
	char ordinal[24], seed[24];
	struct str parts[3] = { STR("demo"), { seed, 0 }, { ordinal, 0 } };

	parts[1].len =
		(size_t)snprintf(seed, sizeof(seed), "%llu", (unsigned long long)d->options.seed);
	parts[2].len = (size_t)snprintf(ordinal, sizeof(ordinal), "%lld", (long long)d->made);
	c->key.exact = hash_fingerprint(parts, 3);
	c->key.family = c->key.exact.hi;
}

bool demo_next(struct demo *d, struct call *out, size_t *source)
{
	static const char *const envs[] = { "prod", "prod", "prod", "staging", "dev" };
	const struct demo_project *p;
	const struct demo_model *m;
	struct lane *lane;
	int64_t step;

	if (!next_hour(d))
		return false;
	lane = pick_lane(d, pick_project(d));
	p = &projects[lane->project];
	m = &models[lane->model];
	*source = p->source;
	step = NS_PER_HOUR / d->in_hour;
	*out = (struct call){
		.kind = demo_sources[p->source].kind,
		.start_ns = d->start_ns + d->hour * NS_PER_HOUR +
			    (d->in_hour - d->left_in_hour) * step +
			    below(d, step) / NS_PER_MS * NS_PER_MS,
		.provider = str_of(m->provider),
		.model = str_of(m->name),
		.project = str_of(p->name),
		.user = str_of(users[lane->user]),
		.api_key = p->source <= SOURCE_CODEX
				   ? (struct str){ NULL, 0 }
				   : str_of(keys[(lane->project + lane->user) % 6]),
		.agent = str_of(agents[(lane->turns + lane->user) % p->agents]),
		.tags = d->tags,
		.tag_count = 2,
		.tier = lane->project == DATA && d->hour / 24 == DEMO_SPIKE_BATCH_DAY
				? TIER_BATCH
				: TIER_STANDARD,
	};
	snprintf(d->session, sizeof(d->session), "%.4s-%016llx", p->name,
		(unsigned long long)lane->session);
	out->session = str_of(d->session);
	d->tags[0] = (struct call_tag){ STR("env"),
		str_of(p->source <= SOURCE_CODEX ? "dev" : envs[lane->session % 5]) };
	d->tags[1] = (struct call_tag){ STR("feature"), str_of(p->feature) };
	fill_key(d, out);
	fill_tokens(d, lane, out);
	fill_outcome(d, m, out);
	d->made++;
	d->left_in_hour--;
	return true;
}

void demo_price(const struct demo_options *options, struct price *out)
{
	*out = (struct price){
		.list = PRICE_CUSTOM,
		.provider = STR("anthropic"),
		.model = STR("claude-sonnet-4-5"),
		.match = STR("^claude-sonnet-4-5"),
		.valid_from_day =
			options->end_ns / NS_PER_DAY - (DEMO_DAYS - DEMO_PRICE_CHANGE_DAY),
		.origin = STR("demo: a contract, 15 % below list"),
	};
	for (int c = 0; c < RATE_CLASSES; c++)
		for (int u = 0; u < RATE_UNITS; u++)
			out->rates[c][u] = RATE_UNKNOWN;
	out->rates[RATES_BASE][RATE_INPUT] = 2550000;
	out->rates[RATES_BASE][RATE_CACHE_READ] = 255000;
	out->rates[RATES_BASE][RATE_CACHE_WRITE_5M] = 3187500;
	out->rates[RATES_BASE][RATE_CACHE_WRITE_1H] = 5100000;
	out->rates[RATES_BASE][RATE_OUTPUT] = 12750000;
}
