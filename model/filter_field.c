/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the filter's fields, and how their values are read. */
#include "model/filter_field.h"

#include "model/decimal.h"
#include "model/timerange.h"

static const char *status_choice(unsigned i)
{
	return i <= CALL_ABORTED ? call_status_name((enum call_status)i) : NULL;
}

static const char *tier_choice(unsigned i)
{
	return i <= TIER_PRIORITY ? call_tier_name((enum call_tier)i) : NULL;
}

static const char *priced_choice(unsigned i)
{
	static const char *const names[] = { "no", "yes" };

	return i < sizeof(names) / sizeof(names[0]) ? names[i] : NULL;
}

static bool parse_dollars(struct str s, int64_t *nanos)
{
	struct usd amount;

	if (s.len && s.at[0] == '$')
		s = str_from(s, 1);
	if (!usd_parse(s, &amount))
		return false;
	*nanos = usd_nanos(amount);
	return true;
}

/* "1500", "1.5k", "2M": a whole number in the end. */
static bool parse_tokens(struct str s, int64_t *tokens)
{
	int places = 0;
	bool is_exact;

	if (s.len && memchr("kK", s.at[s.len - 1], 2))
		places = 3;
	else if (s.len && memchr("mM", s.at[s.len - 1], 2))
		places = 6;
	if (places)
		s.len--;
	return decimal_parse(s, places, tokens, &is_exact) && is_exact;
}

static bool parse_duration(struct str s, int64_t *ms)
{
	return duration_parse(s, 0, ms);
}

static const char tokens_wanted[] = "a count such as 1500, 10k or 2M";

const struct filter_reader filter_readers[FILTER_FIELDS] = {
	[FILTER_STATUS] = { .choice = status_choice },
	[FILTER_TIER] = { .choice = tier_choice },
	[FILTER_PRICED] = { .choice = priced_choice },
	[FILTER_COST] = { .amount = parse_dollars, .wants = "dollars such as 0.05" },
	[FILTER_TOKENS] = { .amount = parse_tokens, .wants = tokens_wanted },
	[FILTER_INPUT] = { .amount = parse_tokens, .wants = tokens_wanted },
	[FILTER_OUTPUT] = { .amount = parse_tokens, .wants = tokens_wanted },
	[FILTER_CACHE_READ] = { .amount = parse_tokens, .wants = tokens_wanted },
	[FILTER_DURATION] = { .amount = parse_duration, .wants = "a unit too: 2s or 1500ms" },
};

#define FIELD(id, name_, type_, help_, example_)                                          \
	[FILTER_##id] = { .name = (name_), .type = FILTER_##type_, .help = (help_),       \
		.example = (example_) }

const struct filter_field_info filter_fields[FILTER_FIELDS] = {
	FIELD(PROVIDER, "provider", TEXT, "provider of the model", "provider=anthropic"),
	FIELD(MODEL, "model", TEXT, "model that answered", "model~gpt"),
	FIELD(PROJECT, "project", TEXT, "project or directory", "project~website"),
	FIELD(USER, "user", TEXT, "who made the call", "user=alice,bob"),
	FIELD(KEY, "key", TEXT, "name of the API key", "key=ci"),
	FIELD(SESSION, "session", TEXT, "conversation", "session=4f2a"),
	FIELD(SOURCE, "source", TEXT, "where the call was read from", "source~claude"),
	FIELD(MACHINE, "machine", TEXT, "machine it was read on", "machine=laptop"),
	FIELD(AGENT, "agent", TEXT, "agent that made the call", "agent=reviewer"),
	FIELD(TAG, "tag", TEXT, "a tag's value", "tag:env=prod"),
	FIELD(STATUS, "status", CHOICE, "ok, error or aborted", "status=error"),
	FIELD(TIER, "tier", CHOICE, "standard, batch, flex or priority", "tier=batch"),
	FIELD(PRICED, "priced", CHOICE, "yes, or no where no price is known", "priced=no"),
	FIELD(COST, "cost", AMOUNT, "dollars of the call", "cost>0.05"),
	FIELD(TOKENS, "tokens", AMOUNT, "all tokens of the call", "tokens>=10k"),
	FIELD(INPUT, "input", AMOUNT, "input tokens, not cached", "input>2k"),
	FIELD(OUTPUT, "output", AMOUNT, "output tokens", "output<100"),
	FIELD(CACHE_READ, "cache_read", AMOUNT, "tokens read from a cache", "cache_read>1M"),
	FIELD(DURATION, "dur", AMOUNT, "how long the call took", "dur>2s"),
};
