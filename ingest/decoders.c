/* SPDX-License-Identifier: Apache-2.0 */
/* The table of decoders, and how one is found by name or by content. */
#include "ingest/decoder.h"

#include "ingest/decoders.h"

/* Below this a head says too little: better no decoder than the wrong one. */
#define SURE_ENOUGH 30

const struct decoder *decoder_find(struct str name)
{
	for (size_t i = 0; i < decoder_count; i++)
		if (str_eq(name, str_of(decoders[i]->name)))
			return decoders[i];
	return NULL;
}

const struct decoder *decoder_detect(struct str head, struct str path)
{
	const struct decoder *best = NULL;
	int best_score = SURE_ENOUGH - 1;

	for (size_t i = 0; i < decoder_count && best_score < 100; i++) {
		int score = decoders[i]->detect(head, path);

		if (score > best_score) {
			best_score = score;
			best = decoders[i];
		}
	}
	return best;
}

const struct decoder *const decoders[] = {
#define DECODER(noun) &noun##_decoder,
#include "ingest/decoders.def"
#undef DECODER
};

const size_t decoder_count = sizeof(decoders) / sizeof(decoders[0]);
