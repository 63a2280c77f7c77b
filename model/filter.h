/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The filter language, one for commands, panes and the API:
 *
 *	status=error model~gpt cost>0.05 tokens>=10k dur>2s tag:env=prod provider!=openai
 *
 * Terms are joined by AND. `field=a,b` means any of them; `~` contains (no case), `!~` does
 * not; < <= > >= for amounts (= and != too, of one). A value with blanks or commas stands in
 * double quotes with backslash escapes. `field=` (nothing after it) means absent; `field!=`
 * present: for texts only.
 * Parsing is pure; the store turns names into ids.
 */
#ifndef LLMLAB_MODEL_FILTER_H
#define LLMLAB_MODEL_FILTER_H

#include "base/arena.h"
#include "model/call.h"

enum filter_field {
	FILTER_PROVIDER,
	FILTER_MODEL,
	FILTER_PROJECT,
	FILTER_USER,
	FILTER_KEY,
	FILTER_SESSION,
	FILTER_SOURCE,
	FILTER_MACHINE,
	FILTER_AGENT,
	FILTER_TAG,     /* with `tag` = the tag's name */
	FILTER_STATUS,  /* ok error aborted */
	FILTER_TIER,    /* standard batch flex priority */
	FILTER_PRICED,  /* yes no */
	FILTER_COST,    /* dollars */
	FILTER_TOKENS,  /* all five buckets; 10k, 2M */
	FILTER_INPUT,
	FILTER_OUTPUT,
	FILTER_CACHE_READ,
	FILTER_DURATION, /* dur: 2s, 1500ms */
	FILTER_FIELDS,
};

enum filter_op {
	FILTER_EQ,
	FILTER_NE,
	FILTER_CONTAINS,
	FILTER_NOT_CONTAINS,
	FILTER_LT,
	FILTER_LE,
	FILTER_GT,
	FILTER_GE,
};

enum filter_type { FILTER_TEXT, FILTER_CHOICE, FILTER_AMOUNT };

struct filter_term {
	enum filter_field field;
	enum filter_op op;
	struct str tag;         /* FILTER_TAG only */
	struct str *texts;      /* FILTER_TEXT: any of, at least one; empty text = absent */
	size_t text_count;
	int64_t amount;         /* FILTER_AMOUNT: nanos, tokens or ms */
	uint32_t choices;       /* FILTER_CHOICE: bit set of enum values; priced: no 0, yes 1 */
};

struct filter {
	struct filter_term *terms;
	size_t count;
};

/* One field, for help and completion. */
struct filter_field_info {
	const char *name;
	enum filter_type type;
	const char *help;    /* "provider of the model" */
	const char *example; /* "provider=anthropic" */
};
extern const struct filter_field_info filter_fields[FILTER_FIELDS];

/* All memory from the arena. LL_EUSAGE says what is wrong and where: "filter: 'modle' is no
 * field at column 8; did you mean 'model'?". An empty text is a filter without terms. */
enum ll_err LL_MUST filter_parse(struct str text, struct arena *a, struct filter *out,
	struct err *err);
/* Contains, ignoring ASCII case: the meaning of `~`. */
bool filter_contains(struct str text, struct str needle);
/* Compares an amount by op. */
bool filter_compare(enum filter_op op, int64_t left, int64_t right);

#endif
