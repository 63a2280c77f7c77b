/* SPDX-License-Identifier: Apache-2.0 */
/* What the terminal can do, by the environment and the kernel. */
#ifndef LLMLAB_APP_TERMINAL_H
#define LLMLAB_APP_TERMINAL_H

#include <stdbool.h>

#define TERMINAL_COLUMNS 80 /* when nobody knows */

int terminal_columns(void);    /* $COLUMNS, else the terminal's on stdout, else 80 */
bool terminal_has_utf8(void);  /* by the locale's name */
bool terminal_has_color(void); /* $TERM names one that has, and NO_COLOR is not set */

#endif
