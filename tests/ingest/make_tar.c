/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/ingest/make_tar.h"

#include <stdio.h>

#define BLOCK 512

void tar_add(struct buf *b, char type, const char *name, struct str content)
{
	char header[BLOCK] = { 0 };
	unsigned sum = 0;

	snprintf(header, 100, "%s", name);
	memcpy(header + 100, "0000644", 7);
	snprintf(header + 124, 12, "%011o", (unsigned)content.len);
	memset(header + 148, ' ', 8);
	header[156] = type;
	memcpy(header + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += (unsigned char)header[i];
	snprintf(header + 148, 8, "%06o", sum);
	buf_add(b, (struct str){ header, BLOCK });
	buf_add(b, content);
	buf_fill(b, '\0', (BLOCK - content.len % BLOCK) % BLOCK);
}

void tar_end(struct buf *b)
{
	buf_fill(b, '\0', 2 * BLOCK);
}
