/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of providers: the one that LLMLab uses, whatever a source calls it, and the one
 * that a model id gives away.
 */
#ifndef LLMLAB_MODEL_PROVIDER_H
#define LLMLAB_MODEL_PROVIDER_H

#include "base/str.h"

/* "aws.bedrock" and "bedrock" are "aws", "gcp.gemini" is "google"; a name that is not known
 * is returned as it is. */
struct str provider_name(struct str said);
/* Who sells a model of that id under its own name: "claude-sonnet-4-5" is anthropic's,
 * "us.anthropic.claude-sonnet-4-5-20250929-v1:0" aws's. Empty when the id does not tell. */
struct str provider_of_model(struct str model);

#endif
