/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of names of providers and of how model ids begin. */
#include "model/provider.h"

struct naming {
	const char *said, *name;
};

/* Other names, those of OpenTelemetry's gen_ai.provider.name and gen_ai.system first. */
static const struct naming aliases[] = {
	{ "aws.bedrock", "aws" },
	{ "azure.ai.inference", "azure" },
	{ "azure.ai.openai", "azure" },
	{ "gcp.gemini", "google" },
	{ "gcp.gen_ai", "google" },
	{ "gcp.vertex_ai", "google" },
	{ "mistral_ai", "mistral" },
	{ "moonshot_ai", "moonshotai" },
	{ "x_ai", "x-ai" },
	{ "az.ai.inference", "azure" },
	{ "az.ai.openai", "azure" },
	{ "amazon-bedrock", "aws" },
	{ "azure-openai", "azure" },
	{ "azure_ai", "azure" },
	{ "azure_openai", "azure" },
	{ "bedrock", "aws" },
	{ "bedrock_converse", "aws" },
	{ "fireworks-ai", "fireworks" },
	{ "fireworks_ai", "fireworks" },
	{ "gemini", "google" },
	{ "google-vertex", "google" },
	{ "google_genai", "google" },
	{ "google_vertexai", "google" },
	{ "mistralai", "mistral" },
	{ "moonshot", "moonshotai" },
	{ "openai-codex", "openai" },
	{ "together-ai", "together" },
	{ "together_ai", "together" },
	{ "togetherai", "together" },
	{ "vertex_ai", "google" },
	{ "vertexai", "google" },
	{ "xai", "x-ai" },
};

/* How ids begin. The first that fits counts; "" names nobody. */
static const struct naming beginnings[] = {
	{ "claude-", "anthropic" },
	{ "gpt-oss", "" }, /* open weights: others sell it */
	{ "gpt-", "openai" },
	{ "chatgpt-", "openai" },
	{ "codex-", "openai" },
	{ "o1", "openai" },
	{ "o3", "openai" },
	{ "o4", "openai" },
	{ "text-embedding-", "openai" },
	{ "ft:", "openai" },
	{ "gemini-", "google" },
	{ "grok-", "x-ai" },
	{ "mistral-", "mistral" },
	{ "ministral-", "mistral" },
	{ "codestral", "mistral" },
	{ "devstral", "mistral" },
	{ "magistral", "mistral" },
	{ "pixtral", "mistral" },
	{ "open-mi", "mistral" },
	{ "command", "cohere" },
	{ "embed-", "cohere" },
	{ "deepseek-", "deepseek" },
	{ "kimi-", "moonshotai" },
	{ "moonshot-", "moonshotai" },
	{ "accounts/fireworks/", "fireworks" },
};

/* Bedrock's ids are [region.]maker.model. */
static const char *const bedrock_regions[] = {
	"us.", "us-gov.", "eu.", "apac.", "global.", "jp.", "au.", "ca.", "in.",
};

static const char *const bedrock_makers[] = {
	"ai21.", "amazon.", "anthropic.", "cohere.", "deepseek.", "google.", "meta.", "minimax.",
	"mistral.", "moonshot.", "moonshotai.", "nvidia.", "openai.", "qwen.", "writer.", "zai.",
};

static bool skip_any(struct str *s, const char *const *heads, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str head = str_of(heads[i]);

		if (str_starts(*s, head)) {
			*s = str_from(*s, head.len);
			return true;
		}
	}
	return false;
}

static bool is_bedrock(struct str model)
{
	skip_any(&model, bedrock_regions, sizeof(bedrock_regions) / sizeof(bedrock_regions[0]));
	return skip_any(&model, bedrock_makers, sizeof(bedrock_makers) / sizeof(bedrock_makers[0]));
}

struct str provider_name(struct str said)
{
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (str_eq(said, str_of(aliases[i].said)))
			return str_of(aliases[i].name);
	return said;
}

struct str provider_of_model(struct str model)
{
	for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
		if (str_starts(model, str_of(beginnings[i].said)))
			return str_of(beginnings[i].name);
	return is_bedrock(model) ? STR("aws") : STR("");
}
