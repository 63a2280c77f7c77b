/* SPDX-License-Identifier: Apache-2.0 */
/* The built program on a pseudo-terminal. */
#include "tests/app/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "base/clock.h"
#include "base/text.h"
#include "tests/support/suite.h"

#define PATIENCE_NS (20 * NS_PER_S) /* a machine under load; what is right is there in milliseconds */
#define SLICE_MS 20
#define WORDS_MAX 24

static const struct str mark_start = STR_INIT("\033]7777;idle;");
static const struct str mark_end = STR_INIT("\033\\");

/* Absolute: it is started elsewhere. */
static const char *program(void)
{
	static char absolute[PATH_MAX];
	const char *path = getenv("LLMLAB_BIN");

	if (!absolute[0] && !realpath(path && path[0] ? path : "./llmlab", absolute))
		fail_msg("there is no llmlab: build it first or set LLMLAB_BIN");
	return absolute;
}

/* --- the child -------------------------------------------------------------------------------- */

static void set_environment(const struct pty_options *o)
{
	static char home[600], asan[700];
	const char *options = getenv("ASAN_OPTIONS");

	snprintf(home, sizeof(home), "HOME=%s", o->home);
	/* A crash is to end as it does without a sanitizer; reports go where no screen hides them. */
	snprintf(asan, sizeof(asan), "ASAN_OPTIONS=%.200s:handle_segv=0:handle_sigbus=0:log_path=%.300s/asan",
		options ? options : "", o->home);
	clearenv();
	putenv(home);
	putenv(asan);
	putenv((char *)(uintptr_t)"TERM=xterm-256color");
	putenv((char *)(uintptr_t)"LC_ALL=C.UTF-8");
	putenv((char *)(uintptr_t)"TZ=UTC");
	putenv((char *)(uintptr_t)"PATH=/usr/bin:/bin");
	putenv((char *)(uintptr_t)"LLMLAB_TUI_TEST=1");
	for (size_t i = 0; i < PTY_ENV_MAX && o->env[i]; i++)
		putenv((char *)(uintptr_t)o->env[i]);
}

_Noreturn static void become(const struct pty_options *o)
{
	char *argv[WORDS_MAX + 2] = { (char *)(uintptr_t)program() }, text[1024], *rest = text;
	size_t count = 1;

	snprintf(text, sizeof(text), "%s", o->words ? o->words : "");
	for (char *word; count < WORDS_MAX && (word = strsep(&rest, " "));)
		if (word[0])
			argv[count++] = word;
	set_environment(o);
	if (chdir(o->home) != 0)
		_exit(126);
	execv(argv[0], argv);
	_exit(127);
}

/* What an interactive shell does with one job. */
_Noreturn static void be_shell(const struct pty_options *o, int stopped, int go)
{
	pid_t job;
	int status;
	char byte;

	signal(SIGTTOU, SIG_IGN);
	job = fork();
	if (job == 0) {
		setpgid(0, 0);
		tcsetpgrp(0, getpid());
		signal(SIGTTOU, SIG_DFL);
		become(o);
	}
	setpgid(job, job);
	tcsetpgrp(0, job);
	while (waitpid(job, &status, WUNTRACED) == job && WIFSTOPPED(status)) {
		tcsetpgrp(0, getpid());
		if (write(stopped, "s", 1) != 1 || read(go, &byte, 1) != 1)
			_exit(126);
		tcsetpgrp(0, job);
		kill(-job, SIGCONT);
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* --- the terminal ------------------------------------------------------------------------------ */

static void queue(const char *bytes, size_t len, void *ctx)
{
	struct pty *p = ctx;

	if (!p->is_mute)
		pty_send(p, (struct str){ bytes, len });
}

static int set_property(VTermProp prop, VTermValue *value, void *ctx)
{
	struct pty *p = ctx;

	if (prop == VTERM_PROP_ALTSCREEN)
		p->is_alternate = value->boolean;
	else if (prop == VTERM_PROP_CURSORVISIBLE)
		p->is_cursor_on = value->boolean;
	else if (prop == VTERM_PROP_MOUSE)
		p->mouse = value->number;
	return 1;
}

static const VTermScreenCallbacks screen_callbacks = { .settermprop = set_property };

static void open_terminal(struct pty *p)
{
	p->vt = vterm_new(p->rows, p->cols);
	vterm_set_utf8(p->vt, 1);
	vterm_output_set_callback(p->vt, queue, p);
	p->screen = vterm_obtain_screen(p->vt);
	vterm_screen_enable_altscreen(p->screen, 1);
	vterm_screen_set_callbacks(p->screen, &screen_callbacks, p);
	vterm_screen_reset(p->screen, 1);
}

static void take_mark(struct pty *p, struct str mark)
{
	struct str cols = mark, sent = str_cut(&cols, ';'), rows = str_cut(&cols, ';');
	uint64_t n;
	int64_t r, c;

	if (!str_to_u64(sent, &n) || !str_to_i64(rows, &r) || !str_to_i64(cols, &c))
		fail_msg("no mark: '%.*s'", STR_FMT(mark));
	p->idle_sent = n;
	p->idle_rows = (int)r;
	p->idle_cols = (int)c;
}

static void show(struct pty *p, struct str bytes)
{
	if (bytes.len)
		vterm_input_write(p->vt, bytes.at, bytes.len);
	p->received += bytes.len;
}

static size_t find(struct str s, struct str what)
{
	const char *at = s.len ? memmem(s.at, s.len, what.at, what.len) : NULL;

	return at ? (size_t)(at - s.at) : s.len;
}

/* Shows what is no mark, takes what is one, and keeps the start of one. */
static void take_output(struct pty *p)
{
	struct str rest = buf_str(&p->tail);
	struct buf kept = BUF_INIT(1 << 20);

	while (rest.len) {
		size_t at = find(rest, mark_start), end;
		struct str mark;

		if (at == rest.len)
			break;
		show(p, str_head(rest, at));
		mark = str_from(rest, at + mark_start.len);
		end = find(mark, mark_end);
		rest = str_from(rest, at);
		if (end == mark.len)
			break;
		take_mark(p, str_head(mark, end));
		rest = str_from(mark, end + mark_end.len);
	}
	if (!str_starts(rest, mark_start)) {
		size_t esc = rest.len;

		for (size_t i = rest.len < 16 ? 0 : rest.len - 16; i < rest.len && esc == rest.len; i++)
			if (str_starts(mark_start, str_from(rest, i)))
				esc = i;
		show(p, str_head(rest, esc));
		rest = str_from(rest, esc);
	}
	buf_add(&kept, rest);
	buf_release(&p->tail);
	p->tail = kept;
}

/* False when the program has closed its side. */
static bool receive(struct pty *p, int wait_ms)
{
	struct pollfd ready = { .fd = p->master, .events = POLLIN };
	char bytes[16384];
	ssize_t n;

	if (poll(&ready, 1, wait_ms) <= 0)
		return true;
	n = read(p->master, bytes, sizeof(bytes));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	buf_add(&p->tail, (struct str){ bytes, (size_t)n });
	take_output(p);
	return true;
}

/* --- for tests ---------------------------------------------------------------------------------- */

void pty_start(struct pty *p, const struct pty_options *o)
{
	struct winsize size = { .ws_row = (unsigned short)o->rows, .ws_col = (unsigned short)o->cols };
	int stopped[2], go[2], slave;

	(void)program();
	*p = (struct pty){ .rows = o->rows, .cols = o->cols, .is_mute = o->is_mute, .is_cursor_on = true };
	buf_init(&p->tail, 1 << 20);
	if (pipe2(stopped, O_CLOEXEC) || pipe2(go, O_CLOEXEC))
		abort();
	open_terminal(p);
	if (openpty(&p->master, &slave, NULL, NULL, &size) || tcgetattr(slave, &p->before))
		abort();
	fcntl(p->master, F_SETFL, O_NONBLOCK);
	fcntl(p->master, F_SETFD, FD_CLOEXEC);
	p->pid = fork();
	if (p->pid < 0 || (p->pid == 0 && login_tty(slave)))
		abort();
	if (p->pid == 0 && o->has_shell)
		be_shell(o, stopped[1], go[0]);
	if (p->pid == 0)
		become(o);
	close(slave);
	close(stopped[1]);
	close(go[0]);
	p->stopped = stopped[0];
	p->go = go[1];
}

void pty_stop(struct pty *p)
{
	if (!p->vt)
		return;
	if (!p->has_ended) {
		kill(p->pid, SIGKILL);
		waitpid(p->pid, NULL, 0);
	}
	if (p->master >= 0)
		close(p->master);
	close(p->stopped);
	close(p->go);
	vterm_free(p->vt);
	buf_release(&p->tail);
	*p = (struct pty){ 0 };
}

_Noreturn static void give_up(const struct pty *p, const char *what)
{
	struct buf text = BUF_INIT(1 << 20);

	pty_text(p, &text);
	print_error("the screen:\n%.*s\n", STR_FMT(buf_str(&text)));
	buf_release(&text);
	fail_msg("%s", what);
	abort();
}

void pty_send(struct pty *p, struct str bytes)
{
	int64_t until = clock_mono_ns() + PATIENCE_NS;

	while (bytes.len && p->master >= 0) {
		ssize_t n = write(p->master, bytes.at, bytes.len);

		if (n > 0) {
			bytes = str_from(bytes, (size_t)n);
			p->sent += (uint64_t)n;
		} else if (errno != EAGAIN && errno != EINTR) {
			return;
		} else if (clock_mono_ns() > until) {
			give_up(p, "the program reads no more");
		} else {
			(void)receive(p, 1); /* or both would wait for each other */
		}
	}
}

static bool is_idle(const struct pty *p)
{
	return p->idle_rows == p->rows && p->idle_cols == p->cols && p->idle_sent == p->sent;
}

void pty_settle(struct pty *p)
{
	int64_t until = clock_mono_ns() + PATIENCE_NS;

	while (!is_idle(p)) {
		if (!receive(p, SLICE_MS))
			give_up(p, "the program has ended");
		if (clock_mono_ns() > until)
			give_up(p, "the program does not come to rest");
	}
}

void pty_type(struct pty *p, const char *text)
{
	pty_send(p, str_of(text));
	pty_settle(p);
}

void pty_resize(struct pty *p, int rows, int cols)
{
	struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols };

	p->rows = rows;
	p->cols = cols;
	vterm_set_size(p->vt, rows, cols);
	if (ioctl(p->master, TIOCSWINSZ, &size) != 0)
		abort();
	pty_settle(p);
}

void pty_wait_text(struct pty *p, const char *text)
{
	int64_t until = clock_mono_ns() + PATIENCE_NS;
	char what[256];

	snprintf(what, sizeof(what), "there is no '%.200s'", text);
	while (!pty_shows(p, text)) {
		if (!receive(p, SLICE_MS) || clock_mono_ns() > until)
			give_up(p, what);
	}
}

void pty_wait_stopped(struct pty *p)
{
	int64_t until = clock_mono_ns() + PATIENCE_NS;
	struct pollfd ready = { .fd = p->stopped, .events = POLLIN };
	char byte;

	while (poll(&ready, 1, 0) <= 0) {
		if (!receive(p, SLICE_MS) || clock_mono_ns() > until)
			give_up(p, "the program has not stopped");
	}
	if (read(p->stopped, &byte, 1) != 1)
		give_up(p, "the program has ended");
	while (poll(&(struct pollfd){ .fd = p->master, .events = POLLIN }, 1, 0) > 0)
		(void)receive(p, 0);
}

void pty_continue(struct pty *p)
{
	if (write(p->go, "c", 1) != 1)
		abort();
}

void pty_signal(struct pty *p, int sig)
{
	kill(p->pid, sig);
}

static int end_status(struct pty *p)
{
	int64_t until = clock_mono_ns() + PATIENCE_NS;
	int status;

	while (waitpid(p->pid, &status, WNOHANG) == 0) {
		if (clock_mono_ns() > until)
			give_up(p, "the program does not end");
		poll(NULL, 0, 1);
	}
	p->has_ended = true;
	p->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	return p->status;
}

int pty_wait_end(struct pty *p)
{
	int64_t until = clock_mono_ns() + PATIENCE_NS;

	while (receive(p, SLICE_MS))
		if (clock_mono_ns() > until)
			give_up(p, "the program does not end");
	return end_status(p);
}

int pty_hang_up(struct pty *p)
{
	close(p->master);
	p->master = -1;
	return end_status(p);
}

void pty_text(const struct pty *p, struct buf *out)
{
	for (int y = 0; y < p->rows; y++) {
		for (int x = 0; x < p->cols; x++) {
			VTermScreenCell cell;

			if (!vterm_screen_get_cell(p->screen, (VTermPos){ .row = y, .col = x }, &cell) ||
				cell.chars[0] == (uint32_t)-1)
				continue;
			if (!cell.chars[0])
				buf_addch(out, ' ');
			for (size_t i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
				utf8_add(out, cell.chars[i]);
		}
		buf_addch(out, '\n');
	}
}

bool pty_shows(const struct pty *p, const char *text)
{
	struct buf all = BUF_INIT(1 << 20);
	bool has;

	pty_text(p, &all);
	has = str_has(buf_str(&all), str_of(text));
	buf_release(&all);
	return has;
}

void pty_assert_restored(const struct pty *p)
{
	struct termios now;

	assert_false(p->is_alternate);
	assert_true(p->is_cursor_on);
	assert_int_equal(p->mouse, VTERM_PROP_MOUSE_NONE);
	assert_int_equal(tcgetattr(p->master, &now), 0);
	assert_int_equal(now.c_iflag, p->before.c_iflag);
	assert_int_equal(now.c_oflag, p->before.c_oflag);
	assert_int_equal(now.c_lflag, p->before.c_lflag);
	assert_int_equal(now.c_cflag, p->before.c_cflag);
	assert_memory_equal(now.c_cc, p->before.c_cc, sizeof(now.c_cc));
}
