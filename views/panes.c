/* SPDX-License-Identifier: Apache-2.0 */
/* The table of panes, made from panes.def. */
#include "views/pane.h"

#define PANE(noun) extern const struct pane noun##_pane;
#include "views/panes.def"
#undef PANE

const struct pane *const panes[] = {
#define PANE(noun) &noun##_pane,
#include "views/panes.def"
#undef PANE
};
const size_t pane_count = sizeof(panes) / sizeof(panes[0]);
