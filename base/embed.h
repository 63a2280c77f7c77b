/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of the source tree as bytes of the program: EMBED(price_csv, "model/prices.csv")
 * defines `const char price_csv[]` and `price_csv_end[]`. GNU as; the path is relative to
 * the top of the tree, where make runs the compiler. The byte after the file is NUL.
 */
#ifndef LLMLAB_BASE_EMBED_H
#define LLMLAB_BASE_EMBED_H

#include "base/str.h"

/* NOLINTBEGIN(bugprone-macro-parentheses): a declared name cannot stand in them. */
#define EMBED(name, path)                                              \
	__asm__(".pushsection .rodata\n\t.balign 16\n"                 \
		".global " #name "\n" #name ":\n\t.incbin \"" path "\"\n" \
		".global " #name "_end\n" #name "_end:\n\t.byte 0\n"   \
		".popsection\n");                                      \
	extern const char name[];                                      \
	extern const char name##_end[]

/* Through integers: to C the two ends are different objects. */
#define EMBEDDED(name) \
	((struct str){ name, (size_t)((uintptr_t)name##_end - (uintptr_t)name) })
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
