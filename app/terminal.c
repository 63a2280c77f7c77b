/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal can do. */
#include "app/terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/str.h"

#define COLUMNS_MIN 20
#define COLUMNS_MAX 1000

static int within_reason(int64_t columns)
{
	if (columns < COLUMNS_MIN)
		return COLUMNS_MIN;
	return columns > COLUMNS_MAX ? COLUMNS_MAX : (int)columns;
}

int terminal_columns(void)
{
	struct winsize size;
	int64_t columns;

	if (str_to_i64(str_of(getenv("COLUMNS")), &columns) && columns > 0)
		return within_reason(columns);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return within_reason(size.ws_col);
	return TERMINAL_COLUMNS;
}

bool terminal_has_utf8(void)
{
	/* The order of POSIX: the first that is set and not empty decides. */
	static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		struct str name = str_of(getenv(variables[i]));

		while (name.len) {
			struct str part = str_cut(&name, '.');

			if (str_eq_nocase(str_head(part, 5), STR("utf-8")) ||
				str_eq_nocase(str_head(part, 4), STR("utf8")))
				return true;
			if (!name.len)
				return false;
		}
	}
	return false;
}

bool terminal_has_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	return !(no_color && no_color[0]) && term && term[0] && strcmp(term, "dumb") != 0;
}
