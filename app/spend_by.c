/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the words of --by. */
#include "app/spend_by.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/limits.h"
#include "base/suggest.h"

static bool can_group_by(enum dim_kind kind)
{
	enum dim_kind same;

	return kind != DIM_NONE && dim_parse(str_of(dim_name(kind)), &same) && same == kind;
}

/* Names every word that would do, and the one that was meant. */
static enum ll_err fail_word(struct str word, struct err *err)
{
	struct buf names = BUF_INIT(512);
	struct suggest s;

	suggest_start(&s, word);
	for (enum bucket b = BUCKET_HOUR; b <= BUCKET_MONTH; b++) {
		suggest_offer(&s, bucket_name(b));
		buf_addf(&names, "%s, ", bucket_name(b));
	}
	for (enum dim_kind kind = 0; kind < DIM_KINDS; kind++) {
		if (!can_group_by(kind))
			continue;
		suggest_offer(&s, dim_name(kind));
		buf_addf(&names, "%s, ", dim_name(kind));
	}
	(void)ll_fail(err, LL_EUSAGE, "option '--by': '%.*s' is not one of %.*stag:NAME%s",
		STR_FMT(word), STR_FMT(buf_str(&names)), suggest_tail(&s, ""));
	buf_release(&names);
	return LL_EUSAGE;
}

static enum ll_err parse_dim(struct str word, struct spend_dim *out, struct err *err)
{
	struct str prefix = STR("tag:");

	*out = (struct spend_dim){ 0 };
	if (!str_starts(word, prefix))
		return dim_parse(word, &out->kind) ? LL_OK : fail_word(word, err);
	out->kind = DIM_TAG;
	out->tag = str_from(word, prefix.len);
	if (out->tag.len == 0 || out->tag.len > LIMIT_NAME_BYTES)
		return ll_fail(err, LL_EUSAGE,
			"option '--by': 'tag:' needs the name of a tag: tag:env");
	return LL_OK;
}

static enum ll_err add_dim(struct spend_by *by, struct str word, struct err *err)
{
	struct spend_dim dim;
	enum ll_err code = parse_dim(word, &dim, err);

	if (code)
		return code;
	for (size_t i = 0; i < by->dim_count; i++)
		if (by->dims[i].kind == dim.kind && str_eq(by->dims[i].tag, dim.tag))
			return ll_fail(err, LL_EUSAGE, "option '--by': '%.*s' stands there twice",
				STR_FMT(word));
	if (by->dim_count == SPEND_MAX_DIMS)
		return ll_fail(err, LL_EUSAGE,
			"option '--by': more than %d names beside the span of time",
			SPEND_MAX_DIMS);
	by->dims[by->dim_count++] = dim;
	return LL_OK;
}

enum ll_err spend_by_parse(struct str text, struct spend_by *out, struct err *err)
{
	enum ll_err code = LL_OK;

	*out = (struct spend_by){ .bucket = BUCKET_NONE };
	while (code == LL_OK && text.at) {
		struct str word = str_trim(str_cut(&text, ','));
		enum bucket bucket;

		if (!bucket_parse(word, &bucket))
			code = add_dim(out, word, err);
		else if (out->bucket == BUCKET_NONE)
			out->bucket = bucket;
		else
			code = ll_fail(err, LL_EUSAGE,
				"option '--by': '%s' and '%s' are both spans of time",
				bucket_name(out->bucket), bucket_name(bucket));
	}
	return code;
}

const char *spend_dim_label(const struct spend_dim *dim, char out[SPEND_DIM_LABEL_BYTES])
{
	if (dim->kind != DIM_TAG)
		return dim_name(dim->kind);
	snprintf(out, SPEND_DIM_LABEL_BYTES, "tag:%.*s", STR_FMT(dim->tag));
	return out;
}
