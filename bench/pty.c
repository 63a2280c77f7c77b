/* SPDX-License-Identifier: Apache-2.0 */
/* A program on a pseudo-terminal. */
#include "bench/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

#define READ_BYTES 65536
#define TEXT_BYTES (64u << 20)
#define PAUSE_NS (50 * NS_PER_MS)   /* of silence end a burst */
#define END_PATIENCE_NS NS_PER_S
#define PACES_PER_S 100             /* a slow terminal takes its bytes in so many steps */

/* What is asked, and what xterm says. It stands for those that know synchronised output too, since
 * that costs a frame sixteen bytes. */
static const struct {
	struct str question, answer;
} answers[] = {
	{ STR_INIT("\033[c"), STR_INIT("\033[?64;1;2;6;9;15;16;17;18;21;22;28c") },
	{ STR_INIT("\033[>c"), STR_INIT("\033[>41;379;0c") },
	{ STR_INIT("\033[>0q"), STR_INIT("\033P>|XTerm(379)\033\\") },
	{ STR_INIT("\033[5n"), STR_INIT("\033[0n") },
	{ STR_INIT("\033[6n"), STR_INIT("\033[1;1R") },
	{ STR_INIT("\033]10;?"), STR_INIT("\033]10;rgb:ffff/ffff/ffff\033\\") },
	{ STR_INIT("\033]11;?"), STR_INIT("\033]11;rgb:0000/0000/0000\033\\") },
	{ STR_INIT("\033[?2026$p"), STR_INIT("\033[?2026;2$y") },
};

/* Whatever else the user's own terminal is. */
static const char *const environment[] = { "TERM=xterm-256color", "LC_ALL=C.UTF-8", "COLORTERM=",
	"NO_COLOR=", "COLUMNS=", "LINES=", "TMUX=", "SSH_TTY=", "LLMLAB_TUI_TEST=", "LESS=",
	"LESSOPEN=", "LESSHISTFILE=-" };
#define ENVIRONMENT_COUNT (sizeof(environment) / sizeof(environment[0]))
#define PROGRAM_ENV_MAX 8

static enum ll_err open_pty(struct pty *p, struct err *err)
{
	struct winsize size = { .ws_row = PTY_ROWS, .ws_col = PTY_COLS };

	p->fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (p->fd < 0 || grantpt(p->fd) != 0 || unlockpt(p->fd) != 0 ||
		ioctl(p->fd, TIOCSWINSZ, &size) != 0)
		return ll_fail_errno(err, errno, "no pseudo-terminal");
	return LL_OK;
}

enum ll_err pty_start(struct pty *p, const struct child *program, struct err *err)
{
	const char *env[ENVIRONMENT_COUNT + PROGRAM_ENV_MAX + 1];
	struct child child = { .argv = program->argv, .env = env };
	size_t count = ENVIRONMENT_COUNT;
	enum ll_err code;

	memcpy(env, environment, sizeof(environment));
	for (size_t i = 0; program->env && program->env[i]; i++) {
		PRE(i < PROGRAM_ENV_MAX);
		env[count++] = program->env[i];
	}
	env[count] = NULL;
	*p = (struct pty){ .fd = -1, .text = BUF_INIT(TEXT_BYTES) };
	code = open_pty(p, err);
	if (code == LL_OK) {
		child.terminal = ptsname(p->fd);
		p->start_ns = clock_mono_ns();
		code = child_start(&child, &p->pid, err);
	}
	if (code != LL_OK)
		pty_stop(p);
	return code;
}

static void end_program(struct pty *p)
{
	int64_t until_ns = clock_mono_ns() + END_PATIENCE_NS;

	kill(p->pid, SIGHUP);
	while (waitpid(p->pid, NULL, WNOHANG) == 0) {
		if (clock_mono_ns() > until_ns)
			kill(p->pid, SIGKILL);
		(void)pty_read(p, clock_mono_ns() + NS_PER_MS);
		if (p->has_ended)
			poll(NULL, 0, 1);
	}
}

void pty_stop(struct pty *p)
{
	p->bytes_per_s = 0;
	if (p->pid > 0)
		end_program(p);
	file_close(&p->fd);
	buf_release(&p->text);
	*p = (struct pty){ .fd = -1 };
}

void pty_send(const struct pty *p, struct str bytes)
{
	ssize_t n = write(p->fd, bytes.at, bytes.len);

	/* A few bytes to a program that reads: there is room. */
	PRE(n == (ssize_t)bytes.len || n < 0);
}

void pty_resize(const struct pty *p, int cols, int rows)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	ioctl(p->fd, TIOCSWINSZ, &size);
}

/* A question that is not here in full yet is looked at again with the next bytes. */
static void answer(struct pty *p)
{
	struct str rest = str_from(buf_str(&p->text), p->answered);

	for (const char *at; rest.len && (at = memchr(rest.at, '\033', rest.len));) {
		size_t i = 0;

		rest = str_from(rest, (size_t)(at - rest.at));
		while (i < sizeof(answers) / sizeof(answers[0]) &&
			!str_starts(rest, answers[i].question))
			i++;
		if (i < sizeof(answers) / sizeof(answers[0]))
			pty_send(p, answers[i].answer);
		else if (rest.len < sizeof("\033[?2026$p") - 1)
			break;
		rest = str_from(rest, 1);
		p->answered = p->text.len - rest.len;
	}
}

static void take_time(int64_t ns)
{
	struct timespec time = { .tv_sec = ns / NS_PER_S, .tv_nsec = ns % NS_PER_S };

	nanosleep(&time, NULL);
}

bool pty_read(struct pty *p, int64_t until_ns)
{
	static char bytes[READ_BYTES];
	struct pollfd ready = { .fd = p->fd, .events = POLLIN };
	int64_t wait_ns = until_ns - clock_mono_ns();
	struct timespec wait = { 0 };
	size_t cap = p->bytes_per_s ? (size_t)(p->bytes_per_s / PACES_PER_S) : sizeof(bytes);
	ssize_t n;

	if (wait_ns > 0)
		wait = (struct timespec){ wait_ns / NS_PER_S, wait_ns % NS_PER_S };
	if (p->has_ended || ppoll(&ready, 1, &wait, NULL) <= 0)
		return false;
	n = read(p->fd, bytes, cap);
	if (n <= 0) {
		p->has_ended = n == 0 || (errno != EAGAIN && errno != EINTR);
		return false;
	}
	if (p->bytes_per_s)
		take_time(n * NS_PER_S / p->bytes_per_s);
	buf_add(&p->text, (struct str){ bytes, (size_t)n });
	answer(p);
	return true;
}

struct burst pty_burst(struct pty *p, int64_t patience_ns)
{
	struct burst b = { 0 };
	size_t before = p->text.len;
	int64_t until_ns = clock_mono_ns() + patience_ns;

	while (pty_read(p, until_ns)) {
		b.last_ns = clock_mono_ns();
		if (!b.first_ns)
			b.first_ns = b.last_ns;
		b.reads++;
		until_ns = b.last_ns + PAUSE_NS;
	}
	b.bytes = p->text.len - before;
	return b;
}

void pty_clear(struct pty *p)
{
	while (pty_read(p, 0))
		continue;
	buf_clear(&p->text);
	p->answered = 0;
}

size_t pty_count(const struct pty *p, struct str what)
{
	struct str rest = buf_str(&p->text);
	size_t count = 0;

	const char *at;

	while (rest.len && (at = memmem(rest.at, rest.len, what.at, what.len))) {
		rest = str_from(rest, (size_t)(at - rest.at) + what.len);
		count++;
	}
	return count;
}
