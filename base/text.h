/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text from outside made safe to show: the one gate before a terminal, a log line or
 * a message. UTF-8 is checked; control characters (C0, DEL, C1), invalid bytes and
 * bidi/format controls become visible stand-ins; nothing that a terminal acts on
 * passes.
 */
#ifndef LLMLAB_BASE_TEXT_H
#define LLMLAB_BASE_TEXT_H

#include "base/buf.h"

/* Appends s, sanitised: tab, newline and carriage return become a blank, every other byte
 * or character that must not pass becomes U+FFFD. */
void text_add_safe(struct buf *b, struct str s);
/* What must not pass: C0, DEL, C1, and the invisible characters that reorder, break or
 * hide text (bidi controls, line and paragraph separators, BOM, tags ...). The joiners
 * U+200C and U+200D pass: scripts and emoji need them. */
bool text_is_control(uint32_t cp);
/* Cells that the (already safe) text takes: wide East Asian and emoji 2, combining 0.
 * A table of the widest common ranges; tui has the exact one. */
size_t text_width(struct str safe);
/* The longest head of s that is whole UTF-8 sequences and takes at most `cells`. */
struct str text_fit(struct str safe, size_t cells);
bool utf8_is_valid(struct str s);
/* Decodes one code point at *i and moves on; 0xFFFD and one byte for an invalid one. */
uint32_t utf8_next(struct str s, size_t *i);
/* Appends one code point; U+FFFD for what is none (surrogates, past U+10FFFF). */
void utf8_add(struct buf *b, uint32_t cp);
/* The same into out; returns how many bytes, 1..4. */
size_t utf8_encode(uint32_t cp, char out[4]);
/* Cuts to at most max bytes, never inside a UTF-8 sequence. */
struct str utf8_cut(struct str s, size_t max);

#endif
