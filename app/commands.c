/* SPDX-License-Identifier: Apache-2.0 */
/* The command table. */
#include "app/command.h"

#define COMMAND(noun) extern const struct command command_##noun;
#include "app/commands.def"
#undef COMMAND

const struct command *command_find(struct str name)
{
	for (size_t i = 0; i < command_count; i++)
		if (str_eq(name, str_of(commands[i]->name)))
			return commands[i];
	return NULL;
}

const struct command *const commands[] = {
#define COMMAND(noun) &command_##noun,
#include "app/commands.def"
#undef COMMAND
};
const size_t command_count = sizeof(commands) / sizeof(commands[0]);
