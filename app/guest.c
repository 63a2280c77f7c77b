/* SPDX-License-Identifier: Apache-2.0 */
/* Pager, editor, and what the view is piped into. */
#include "app/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/errand.h"
#include "base/file.h"
#include "base/mem.h"

static const char pager[] = "exec ${PAGER:-less} \"$1\"";
static const char editor[] = "exec ${VISUAL:-${EDITOR:-vi}} \"$1\"";
/* What it says would be gone with the dashboard's return. */
static const char pipe_into[] = "/bin/sh -c \"$2\" <\"$1\"; status=$?; "
	"printf '\\nEnter goes back '; read -r line; exit $status";

struct guest {
	struct dashboard *dashboard;
	char path[64];
	int terminal;
};

static void left(void *ctx, int status, struct str out, struct str err)
{
	struct guest *v = ctx;
	struct dashboard *d = v->dashboard;

	(void)out;
	(void)err;
	dashboard_wake(d);
	d->errands--;
	file_close(&v->terminal);
	unlink(v->path);
	ll_free(v);
	dashboard_take_terminal(d);
	if (status)
		dashboard_say(d, true, "the program ended with status %d", status);
}

static enum ll_err write_temporary(struct guest *v, struct str text, struct err *err)
{
	int fd;
	enum ll_err code;

	snprintf(v->path, sizeof(v->path), "/tmp/llmlab-XXXXXX");
	fd = mkostemp(v->path, O_CLOEXEC);
	if (fd < 0)
		return ll_fail_errno(err, errno, "cannot make a file in '/tmp'");
	code = file_write_all(fd, v->path, text, err);
	file_close(&fd);
	return code;
}

static enum ll_err invite(struct dashboard *d, struct guest *v, struct str text, const char *script,
	const char *command, struct err *err)
{
	const char *const words[] = { "/bin/sh", "-c", script, "llmlab", v->path, command, NULL };
	struct errand_options errand = { .loop = &d->loop, .words = words, .done = left, .ctx = v };
	enum ll_err code = write_temporary(v, text, err);

	if (code)
		return code;
	/* Another description than ours, which does not block. */
	code = file_open("/dev/tty", O_RDWR | O_NOCTTY, 0, &v->terminal, err);
	if (code)
		return code;
	errand.terminal = v->terminal;
	dashboard_lend_terminal(d);
	code = errand_run(&errand, err);
	if (code)
		dashboard_take_terminal(d);
	else
		d->errands++;
	return code;
}

static void show(struct dashboard *d, struct str text, const char *script, const char *command)
{
	struct guest *v = ll_alloc(sizeof(*v));
	struct err err = { 0 };

	*v = (struct guest){ .dashboard = d, .terminal = -1 };
	if (invite(d, v, text, script, command, &err) == LL_OK)
		return;
	file_close(&v->terminal);
	if (v->path[0])
		unlink(v->path);
	ll_free(v);
	dashboard_say(d, true, "%s", err.msg);
}

void guest_show(struct dashboard *d, struct str text, bool in_editor)
{
	show(d, text, in_editor ? editor : pager, NULL);
}

void guest_pipe(struct dashboard *d, struct str text, struct str command)
{
	char *copy = ll_alloc(command.len + 1);

	memcpy(copy, command.at, command.len);
	copy[command.len] = '\0';
	show(d, text, pipe_into, copy);
	ll_free(copy);
}
