/* SPDX-License-Identifier: Apache-2.0 */
/* Where the program's own files are, by the XDG base directory specification. */
#ifndef LLMLAB_APP_PATHS_H
#define LLMLAB_APP_PATHS_H

#include "app/args.h"

#define PATHS_BYTES 1024

/* --store, else the user's. LL_EUSAGE when there is neither. */
enum ll_err LL_MUST paths_store(const struct args *args, char out[PATHS_BYTES], struct err *err);
/* Whether a store was ever made in that directory. */
bool paths_has_store(const char *dir);
/* False when there is no home directory. */
bool paths_config(char out[PATHS_BYTES]);
bool paths_log(char out[PATHS_BYTES]);

#endif
