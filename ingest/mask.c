/* SPDX-License-Identifier: Apache-2.0 */
/* What must not be stored is taken out here. */
#include "ingest/mask.h"

const struct call *mask_call(const struct call *call)
{
	return call;
}
