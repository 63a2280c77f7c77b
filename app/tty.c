/* SPDX-License-Identifier: Apache-2.0 */
/* The terminal as a device. */
#include "app/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"

#define PATIENCE_MS 500    /* for the last bytes */
#define HANDLER_STACK_BYTES 65536
#define STDIO_KEPT_FROM 10 /* descriptors above those that anybody expects */

static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
#define CRASHES (sizeof(crashes) / sizeof(crashes[0]))

/* What a signal handler looks at: complete before `is_on` is set. */
static struct {
	volatile sig_atomic_t is_on;
	const struct tty *tty;
	struct str bytes;
	struct sigaction before[CRASHES];
	char stack[HANDLER_STACK_BYTES];
} guard;

enum ll_err tty_open(struct tty *t, struct err *err)
{
	const int flags = O_RDWR | O_NONBLOCK | O_NOCTTY;
	const char *name;
	enum ll_err code;

	*t = (struct tty){ .fd = -1, .stdio = { -1, -1, -1 } };
	code = file_open("/dev/tty", flags, 0, &t->fd, err);
	if (code) {
		name = ttyname(STDOUT_FILENO);
		if (!name)
			return code;
		code = file_open(name, flags, 0, &t->fd, err);
	}
	if (code)
		return code;
	if (tcgetattr(t->fd, &t->found) != 0) {
		code = ll_fail_errno(err, errno, "cannot ask the terminal for its settings");
		file_close(&t->fd);
	}
	return code;
}

void tty_close(struct tty *t)
{
	tty_leave(t);
	file_close(&t->fd);
}

/* Every byte as it comes, none changed; reads wait for one, since a read of none is a hang-up. */
static struct termios raw_of(struct termios mode)
{
	cfmakeraw(&mode);
	mode.c_cc[VMIN] = 1;
	mode.c_cc[VTIME] = 0;
	return mode;
}

static void hide_stdio(struct tty *t)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (int fd = 0; fd < TTY_STDIO && null >= 0; fd++) {
		t->stdio[fd] = fcntl(fd, F_DUPFD_CLOEXEC, STDIO_KEPT_FROM);
		if (t->stdio[fd] >= 0)
			dup2(null, fd);
	}
	file_close(&null);
}

static void show_stdio(struct tty *t)
{
	for (int fd = 0; fd < TTY_STDIO; fd++) {
		if (t->stdio[fd] >= 0)
			dup2(t->stdio[fd], fd);
		file_close(&t->stdio[fd]);
	}
}

enum ll_err tty_enter(struct tty *t, struct err *err)
{
	struct termios raw = raw_of(t->found);

	if (tcsetattr(t->fd, TCSADRAIN, &raw) != 0)
		return ll_fail_errno(err, errno, "cannot set the terminal to raw mode");
	if (!t->is_raw)
		hide_stdio(t);
	t->is_raw = true;
	return LL_OK;
}

void tty_leave(struct tty *t)
{
	if (!t->is_raw)
		return;
	t->is_raw = false;
	tcsetattr(t->fd, TCSANOW, &t->found);
	show_stdio(t);
}

bool tty_size(const struct tty *t, int *rows, int *cols)
{
	struct winsize size;

	if (ioctl(t->fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0)
		return false;
	*rows = size.ws_row;
	*cols = size.ws_col;
	return true;
}

enum tty_state tty_read(const struct tty *t, char *at, size_t cap, size_t *got)
{
	ssize_t n;

	*got = 0;
	do
		n = read(t->fd, at, cap);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? TTY_WAIT : TTY_GONE;
	*got = (size_t)n;
	return n > 0 ? TTY_OK : TTY_GONE;
}

enum tty_state tty_write(const struct tty *t, struct str *rest)
{
	ssize_t n;

	do
		n = write(t->fd, rest->at, rest->len);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? TTY_WAIT : TTY_GONE;
	*rest = str_from(*rest, (size_t)n);
	return rest->len ? TTY_WAIT : TTY_OK;
}

/* Also called by signal handlers: nothing but what POSIX allows there. */
static void write_patiently(int fd, struct str bytes)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	while (bytes.len) {
		ssize_t n = write(fd, bytes.at, bytes.len);

		if (n > 0) {
			bytes.at += n;
			bytes.len -= (size_t)n;
		} else if (errno != EINTR && (errno != EAGAIN || poll(&room, 1, PATIENCE_MS) <= 0)) {
			return;
		}
	}
}

void tty_write_last(const struct tty *t, struct str bytes)
{
	write_patiently(t->fd, bytes);
}

void tty_swallow(const struct tty *t, int patience_ms)
{
	struct pollfd answer = { .fd = t->fd, .events = POLLIN };
	char dropped[4096];
	size_t got;

	if (poll(&answer, 1, patience_ms) > 0 && tty_read(t, dropped, sizeof(dropped), &got) == TTY_OK)
		log_trace("tty", "%zu bytes of a late answer", got);
}

static void rescue(void)
{
	if (!guard.is_on)
		return;
	guard.is_on = 0;
	write_patiently(guard.tty->fd, guard.bytes);
	tcsetattr(guard.tty->fd, TCSANOW, &guard.tty->found);
	for (int fd = 0; fd < TTY_STDIO; fd++) /* what is said now is for the user to see */
		if (guard.tty->stdio[fd] >= 0)
			dup2(guard.tty->stdio[fd], fd);
}

static void crash(int sig)
{
	int saved = errno;

	rescue();
	for (size_t i = 0; i < CRASHES; i++)
		if (crashes[i] == sig)
			sigaction(sig, &guard.before[i], NULL);
	errno = saved;
	raise(sig);
}

void tty_guard(struct tty *t, struct str bytes)
{
	struct sigaction action = { .sa_handler = crash, .sa_flags = SA_ONSTACK | SA_NODEFER };
	stack_t stack = { .ss_sp = guard.stack, .ss_size = sizeof(guard.stack) };

	guard.tty = t;
	guard.bytes = bytes;
	guard.is_on = 1;
	sigemptyset(&action.sa_mask);
	sigaltstack(&stack, NULL); /* a stack overflow leaves none to handle it on */
	for (size_t i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &action, &guard.before[i]);
	ll_on_fatal(rescue);
}

void tty_unguard(void)
{
	if (!guard.tty)
		return;
	ll_on_fatal(NULL);
	for (size_t i = 0; i < CRASHES; i++)
		sigaction(crashes[i], &guard.before[i], NULL);
	guard.is_on = 0;
	guard.tty = NULL;
}
