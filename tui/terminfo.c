/* SPDX-License-Identifier: Apache-2.0 */
/* Asks terminfo beforehand: newterm() leaks a screen for each name that it does not know. */
#include "tui/terminfo.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

bool terminfo_has(const char *name)
{
	int status = 0;

	if (!*name || setupterm(name, STDOUT_FILENO, &status) != OK)
		return false;
	del_curterm(cur_term);
	return true;
}
