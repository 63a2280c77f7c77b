/* SPDX-License-Identifier: Apache-2.0 */
/* The decoders by name: claude_decoder, codex_decoder ... Inside ingest/ only. */
#ifndef LLMLAB_INGEST_DECODERS_H
#define LLMLAB_INGEST_DECODERS_H

#include "ingest/decoder.h"

#define DECODER(noun) extern const struct decoder noun##_decoder;
#include "ingest/decoders.def"
#undef DECODER

#endif
