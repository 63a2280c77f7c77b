/* SPDX-License-Identifier: Apache-2.0 */
/* Reads stdin to its end. */
#include "app/stdin_text.h"

#include <unistd.h>

#include "base/file.h"

enum ll_err stdin_read(struct buf *b, const char *what, struct err *err)
{
	size_t got = 1;
	enum ll_err code = LL_OK;

	if (isatty(STDIN_FILENO))
		return ll_fail(err, LL_ENOENT, "stdin is a terminal, where %s is read from", what);
	while (code == LL_OK && got) {
		char part[16384];

		code = file_read(STDIN_FILENO, "stdin", part, sizeof(part), &got, err);
		if (code)
			break;
		buf_add(b, (struct str){ part, got });
		code = buf_status(b);
		if (code)
			return ll_fail(err, code, "stdin: %s for %s", ll_err_text(code), what);
	}
	return code;
}
