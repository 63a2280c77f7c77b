/* SPDX-License-Identifier: Apache-2.0 */
/* completion: what a shell offers after <Tab>. */
#include "app/app.h"
#include "app/complete.h"

static const struct {
	const char *name;
	void (*add)(struct buf *out);
} shells[] = {
	{ "bash", complete_bash },
	{ "zsh", complete_zsh },
	{ "fish", complete_fish },
};

static enum exit_code completion(struct app *app)
{
	struct str name = str_of(args_at(app->args, 0));

	if (args_count(app->args) != 1)
		return app_usage(app, "say for which shell: bash, zsh or fish");
	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (str_eq(name, str_of(shells[i].name)))
			shells[i].add(&app->out);
	return EXIT_OK;
}

const struct command command_completion = {
	.name = "completion",
	.summary = "print what a shell needs to complete llmlab's words",
	.arguments = "bash|zsh|fish",
	.help = "The first lines of what is printed say where it belongs.",
	.verbs = (const char *const[]){ "bash", "zsh", "fish", NULL },
	.examples = (const struct command_example[]){
		{ "source <(llmlab completion bash)", "for this shell only" },
		{ NULL, NULL },
	},
	.run = completion,
};
