/* SPDX-License-Identifier: Apache-2.0 */
/* The dashboard on a terminal: keys, sizes, signals, and the terminal as it was afterwards. */
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "tests/app/child.h"
#include "tests/app/pty.h"
#include "tests/support/suite.h"

#define DEMO_WORDS "demo --seed 7 --count 20000 --end 2026-11-01"
#define RANDOM_KEYS 2000
#define PASTE_BYTES (1u << 20)

static struct pty tty;

/* One demo store for all tests: made by the first, only read; kept to the end of the run. */
static struct child *demo(void)
{
	static struct child child;

	if (!child.home) {
		child_init(&child);
		child_setenv(&child, "LC_ALL=C.UTF-8");
		assert_int_equal(child_run(&child, DEMO_WORDS " --no-ui"), 0);
	}
	return &child;
}

static int stop_pty(void **state)
{
	(void)state;
	pty_stop(&tty);
	return 0;
}

static void open_demo(int rows, int cols)
{
	pty_start(&tty, &(struct pty_options){ .home = demo()->home, .words = DEMO_WORDS, .rows = rows, .cols = cols });
	pty_settle(&tty);
}

static void assert_gone(int status)
{
	assert_int_equal(pty_wait_end(&tty), status);
	pty_assert_restored(&tty);
}

static void look(struct buf *text)
{
	buf_clear(text);
	pty_text(&tty, text);
}

/* Names the first row, from `first` on, that differs. */
static void assert_same_rows(int first, const struct buf *is, const struct buf *was)
{
	struct str now = buf_str(is), before = buf_str(was);

	for (int y = 0; now.at || before.at; y++) {
		struct str row = str_cut(&now, '\n'), wanted = str_cut(&before, '\n');

		if (y >= first && !str_eq(row, wanted))
			fail_msg("row %d is\n%.*s\nand was\n%.*s", y, STR_FMT(row), STR_FMT(wanted));
	}
}

/* --- a visit ------------------------------------------------------------------------------------ */

static void dashboard__shows__spend_and_ends_with_q(void **state)
{
	(void)state;
	open_demo(24, 80);
	assert_true(tty.is_alternate);
	pty_wait_text(&tty, "Spend");
	pty_type(&tty, "j");
	pty_send(&tty, STR("q"));
	assert_gone(0);
}

static void dashboard__ends__with_ctrl_c(void **state)
{
	(void)state;
	open_demo(24, 80);
	pty_send(&tty, STR("\003"));
	assert_gone(0);
}

static void dashboard__comes_back__from_a_drill(void **state)
{
	struct buf before = BUF_INIT(1 << 20), inside = BUF_INIT(1 << 20), after = BUF_INIT(1 << 20);

	(void)state;
	open_demo(36, 120);
	pty_type(&tty, "jj");
	look(&before);
	pty_type(&tty, "\r");
	look(&inside);
	pty_type(&tty, "\033");
	look(&after);
	assert_false(str_eq(buf_str(&before), buf_str(&inside)));
	assert_same_rows(2, &after, &before); /* clock and crumbs may have moved on */
	buf_release(&before);
	buf_release(&inside);
	buf_release(&after);
}

static void dashboard__types__a_filter_not_its_keys(void **state)
{
	(void)state;
	open_demo(36, 120);
	pty_type(&tty, "/");
	assert_true(tty.is_cursor_on);
	pty_type(&tty, "q");
	pty_wait_text(&tty, "q");
	pty_type(&tty, "\033");
	pty_send(&tty, STR("q"));
	assert_gone(0);
}

static void dashboard__follows__the_size(void **state)
{
	static const int sizes[][2] = { { 36, 120 }, { 10, 50 }, { 1, 1 }, { 100, 300 }, { 24, 80 } };
	struct buf before = BUF_INIT(1 << 20), after = BUF_INIT(1 << 20);

	(void)state;
	open_demo(24, 80);
	look(&before);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		pty_resize(&tty, sizes[i][0], sizes[i][1]);
	look(&after);
	assert_same_rows(1, &after, &before);
	buf_release(&before);
	buf_release(&after);
}

static void dashboard__takes__a_click(void **state)
{
	(void)state;
	open_demo(36, 120);
	assert_int_equal(tty.mouse, VTERM_PROP_MOUSE_CLICK);
	pty_type(&tty, "\033[<0;20;20M\033[<0;20;20m");
	pty_type(&tty, "\033[<64;20;20M\033[<65;20;20M");
	pty_send(&tty, STR("q"));
	assert_gone(0);
}

static void dashboard__leaves__the_mouse_alone_over_ssh(void **state)
{
	(void)state;
	pty_start(&tty, &(struct pty_options){ .home = demo()->home, .words = DEMO_WORDS, .rows = 24, .cols = 80,
		.env = { "SSH_TTY=/dev/pts/9" } });
	pty_settle(&tty);
	assert_int_equal(tty.mouse, VTERM_PROP_MOUSE_NONE);
}

static void dashboard__takes__a_paste_as_one(void **state)
{
	struct buf paste = BUF_INIT(2 * PASTE_BYTES);

	(void)state;
	open_demo(24, 80);
	buf_addz(&paste, "\033[200~");
	buf_fill(&paste, 'q', PASTE_BYTES);
	buf_addz(&paste, "\033[201~");
	pty_send(&tty, buf_str(&paste));
	pty_settle(&tty);
	pty_type(&tty, "/");
	pty_send(&tty, buf_str(&paste));
	pty_settle(&tty);
	pty_type(&tty, "\033");
	pty_send(&tty, STR("q"));
	assert_gone(0);
	buf_release(&paste);
}

/* --- what a stale difference would show ----------------------------------------------------------- */

static struct str random_key(uint64_t *seed)
{
	static const struct str keys[] = { STR_INIT("j"), STR_INIT("k"), STR_INIT("\033[A"), STR_INIT("\033[B"),
		STR_INIT("\r"), STR_INIT("\033[5~"), STR_INIT("\033[6~"), STR_INIT("g"), STR_INIT("G"), STR_INIT(" "),
		STR_INIT("s"), STR_INIT("S"), STR_INIT("b"), STR_INIT("r"), STR_INIT("u"), STR_INIT("/"), STR_INIT("m"),
		STR_INIT("\033[<0;9;15M"), STR_INIT("\t"), STR_INIT("?"), STR_INIT("\\"), STR_INIT("["),
		STR_INIT("]"), STR_INIT("\033[200~model~o\033[201~") };

	return keys[test_random(seed) % (sizeof(keys) / sizeof(keys[0]))];
}

/* Esc alone ends what is open; the letters that leave the program or the screen are not among them. */
static void dashboard__draws__the_same_anew_after_random_keys(void **state)
{
	static const struct str esc = STR_INIT("\033");
	struct buf before = BUF_INIT(1 << 20), after = BUF_INIT(1 << 20);
	uint64_t seed = 1;

	(void)state;
	open_demo(36, 120);
	for (int i = 0; i < RANDOM_KEYS; i++) {
		if (i % 20 == 19) {
			pty_send(&tty, esc);
			pty_settle(&tty);
		}
		pty_send(&tty, random_key(&seed));
		if (i % 250 != 249)
			continue;
		pty_settle(&tty);
		look(&before);
		pty_type(&tty, "\014");
		look(&after);
		assert_same_rows(1, &after, &before);
	}
	buf_release(&before);
	buf_release(&after);
}

/* --- every way out --------------------------------------------------------------------------------- */

static void dashboard__restores__the_terminal_on_signals(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGABRT, SIGBUS };

	(void)state;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		open_demo(24, 80);
		pty_signal(&tty, signals[i]);
		assert_gone(128 + signals[i]);
		pty_stop(&tty);
	}
}

static void dashboard__restores__the_terminal_when_it_crashes(void **state)
{
	(void)state;
	open_demo(24, 80);
	pty_send(&tty, STR("\033[23;5~"));
	assert_gone(128 + SIGSEGV);
	pty_stop(&tty);
	open_demo(24, 80);
	pty_send(&tty, STR("\033[24;5~"));
	assert_gone(128 + SIGABRT);
}

static void dashboard__ends__when_the_terminal_goes(void **state)
{
	(void)state;
	open_demo(24, 80);
	assert_int_equal(pty_hang_up(&tty), 128 + SIGHUP);
}

static void dashboard__is_back__after_a_suspend(void **state)
{
	struct buf before = BUF_INIT(1 << 20), after = BUF_INIT(1 << 20);

	(void)state;
	pty_start(&tty, &(struct pty_options){ .home = demo()->home, .words = DEMO_WORDS, .rows = 24, .cols = 80,
		.has_shell = true });
	pty_settle(&tty);
	look(&before);
	for (int i = 0; i < 2; i++) {
		pty_send(&tty, STR("\032"));
		pty_wait_stopped(&tty);
		pty_assert_restored(&tty);
		pty_continue(&tty);
		pty_type(&tty, "k");
		assert_true(tty.is_alternate);
	}
	look(&after);
	assert_same_rows(1, &after, &before);
	pty_send(&tty, STR("q"));
	assert_gone(0);
	buf_release(&before);
	buf_release(&after);
}

static void dashboard__is_back__after_a_pager(void **state)
{
	(void)state;
	pty_start(&tty, &(struct pty_options){ .home = demo()->home, .words = DEMO_WORDS, .rows = 24, .cols = 80,
		.env = { "PAGER=sh -c 'echo here is a pager; kill -9 $$'" } });
	pty_settle(&tty);
	pty_type(&tty, "o");
	assert_true(tty.is_alternate);
	pty_send(&tty, STR("q"));
	assert_gone(0);
}

static void dashboard__is_back__after_somebody_stopped_it(void **state)
{
	struct buf before = BUF_INIT(1 << 20), after = BUF_INIT(1 << 20);

	(void)state;
	open_demo(24, 80);
	look(&before);
	pty_signal(&tty, SIGSTOP);
	pty_signal(&tty, SIGCONT);
	pty_type(&tty, "k");
	look(&after);
	assert_true(tty.is_alternate);
	assert_same_rows(1, &after, &before);
	buf_release(&before);
	buf_release(&after);
}

static void dashboard__prints__the_view_with_Q(void **state)
{
	(void)state;
	open_demo(36, 120);
	pty_send(&tty, STR("Q"));
	assert_gone(0);
	assert_true(pty_shows(&tty, "dev-assistant"));
}

/* --- terminals of all kinds ------------------------------------------------------------------------- */

static void dashboard__opens__whatever_the_terminal_is_called(void **state)
{
	static const char *const names[] = { "TERM=", "TERM=no-such-terminal", "TERM=xterm-kitty", "TERM=foot",
		"TERM=linux", "TERM=vt100", "TERM=tmux-256color", "TERM=xterm" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		pty_start(&tty, &(struct pty_options){ .home = demo()->home, .words = DEMO_WORDS, .rows = 24,
			.cols = 80, .env = { names[i] } });
		pty_settle(&tty);
		pty_wait_text(&tty, "Spend");
		pty_send(&tty, STR("q"));
		assert_gone(0);
		pty_stop(&tty);
	}
}

static void dashboard__leaves__a_dumb_terminal_to_the_text(void **state)
{
	(void)state;
	pty_start(&tty, &(struct pty_options){ .home = demo()->home, .words = DEMO_WORDS, .rows = 200, .cols = 80,
		.env = { "TERM=dumb" } });
	assert_gone(0);
	assert_true(pty_shows(&tty, "LLMLab demo"));
}

static void dashboard__needs__no_colour_no_utf8_and_no_answers(void **state)
{
	(void)state;
	pty_start(&tty, &(struct pty_options){ .home = demo()->home, .words = DEMO_WORDS, .rows = 24, .cols = 80,
		.env = { "NO_COLOR=1", "LC_ALL=C" }, .is_mute = true });
	pty_settle(&tty);
	pty_wait_text(&tty, "Spend");
	pty_type(&tty, "j");
	pty_send(&tty, STR("q"));
	assert_gone(0);
}

/* --- what stays ------------------------------------------------------------------------------------- */

static void dashboard__writes__the_view_into_a_file(void **state)
{
	(void)state;
	open_demo(24, 80);
	pty_type(&tty, "x");
	pty_type(&tty, "\r");
	pty_wait_text(&tty, "bytes written to llmlab-2026-11-01-000000.");
	pty_send(&tty, STR("q"));
	assert_gone(0);
}

/* --- news -------------------------------------------------------------------------------------------- */

static const char log_line[] = "{\"type\":\"assistant\",\"timestamp\":\"%s\",\"sessionId\":\"s1\","
	"\"cwd\":\"/src/harbour\",\"requestId\":\"req_%d\",\"message\":{\"id\":\"msg_%d\",\"model\":\"claude-sonnet-4-5\","
	"\"usage\":{\"input_tokens\":1000,\"output_tokens\":2000}}}\n";

static void add_calls(struct buf *out, int from, int to)
{
	char now[36];

	time_format_utc(clock_now_ns(NULL) / NS_PER_S * NS_PER_S, now);
	for (int i = from; i < to; i++)
		buf_addf(out, log_line, now, i, i);
}

static void write_log(const struct child *home, int calls)
{
	struct buf text = BUF_INIT(1 << 20);
	struct err err = { 0 };

	assert_ok(file_mkdirs(child_path(home, ".claude/projects/harbour"), 0700, &err), &err);
	add_calls(&text, 0, calls);
	test_write_file(child_path(home, ".claude/projects/harbour/s1.jsonl"), buf_str(&text));
	buf_release(&text);
}

static void dashboard__welcomes__and_imports_with_enter(void **state)
{
	struct child home;

	(void)state;
	child_init(&home);
	write_log(&home, 10);
	pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 36, .cols = 120 });
	pty_settle(&tty);
	pty_wait_text(&tty, "Claude Code");
	pty_type(&tty, "\r");
	pty_wait_text(&tty, "harbour");
	pty_stop(&tty);
	child_release(&home);
}

static void dashboard__shows__what_others_import(void **state)
{
	struct child home;

	(void)state;
	child_init(&home);
	pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 36, .cols = 120 });
	pty_settle(&tty);
	write_log(&home, 10);
	assert_int_equal(child_run(&home, "import"), 0);
	pty_wait_text(&tty, "harbour");
	pty_stop(&tty);
	child_release(&home);
}

static void dashboard__follows__logs_that_grow(void **state)
{
	struct child home;

	(void)state;
	child_init(&home);
	write_log(&home, 10);
	assert_int_equal(child_run(&home, "import"), 0);
	pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 36, .cols = 120 });
	pty_settle(&tty);
	write_log(&home, 1234);
	pty_wait_text(&tty, "1,234");
	pty_send(&tty, STR("q"));
	assert_gone(0);
	pty_stop(&tty);
	child_release(&home);
}

static void dashboard__remembers__where_it_was(void **state)
{
	struct buf before = BUF_INIT(1 << 20), after = BUF_INIT(1 << 20);
	struct child home;

	(void)state;
	child_init(&home);
	write_log(&home, 10);
	assert_int_equal(child_run(&home, "import"), 0);
	for (int i = 0; i < 2; i++) {
		pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 36, .cols = 120 });
		pty_settle(&tty);
		if (i == 0)
			pty_type(&tty, "u");
		look(i == 0 ? &before : &after);
		pty_send(&tty, STR("q"));
		assert_gone(0);
		pty_stop(&tty);
	}
	assert_same_rows(1, &after, &before);
	buf_release(&before);
	buf_release(&after);
	child_release(&home);
}

static void dashboard__changes__the_zone_where_it_stands(void **state)
{
	struct child home;

	(void)state;
	child_init(&home);
	write_log(&home, 10);
	assert_int_equal(child_run(&home, "import"), 0);
	pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 36, .cols = 120 });
	pty_settle(&tty);
	pty_type(&tty, ":time zone");
	pty_type(&tty, "\r");
	pty_type(&tty, "\025Asia/Kolkata\r");
	pty_wait_text(&tty, " Asia/Kolkata ");
	pty_wait_text(&tty, "harbour");
	pty_send(&tty, STR("q"));
	assert_gone(0);
	pty_stop(&tty);
	assert_int_equal(child_run(&home, "zone"), 0);
	assert_true(str_has(buf_str(&home.out), STR("Asia/Kolkata")));
	child_release(&home);
}

static int64_t cpu_ns(void)
{
	struct rusage use;

	getrusage(RUSAGE_CHILDREN, &use);
	return (use.ru_utime.tv_sec + use.ru_stime.tv_sec) * NS_PER_S +
		(use.ru_utime.tv_usec + use.ru_stime.tv_usec) * NS_PER_US;
}

static void dashboard__uses__no_time_while_idle(void **state)
{
	int64_t before_ns;

	(void)state;
	open_demo(24, 80);
	before_ns = cpu_ns();
	usleep(1000 * 1000);
	pty_send(&tty, STR("q"));
	assert_gone(0);
	/* All of its life; a loop that spins would have used the second. */
	assert_true(cpu_ns() - before_ns < 700 * NS_PER_MS);
}

/* --- without a terminal -------------------------------------------------------------------------------- */

static size_t count_lines(struct str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += text.at[i] == '\n';
	return count;
}

static void screen__prints__so_many_lines(void **state)
{
	const char *const words[] = { "demo", "--seed", "7", "--count", "20000", "--end", "2026-11-01", "--screen",
		"120x36", "--keys", "j j <Enter>", NULL };

	(void)state;
	assert_int_equal(child_run_words(demo(), words), 0);
	assert_int_equal(count_lines(buf_str(&demo()->out)), 36);
	assert_true(str_has(buf_str(&demo()->out), STR("Spend")));
}

static void screen__refuses__what_is_no_size_and_no_key(void **state)
{
	(void)state;
	assert_int_equal(child_run(demo(), "dashboard --screen 120"), 2);
	assert_int_equal(child_run(demo(), "dashboard --screen 0x36"), 2);
	assert_int_equal(child_run(demo(), "dashboard --screen 120x1001"), 2);
	assert_int_equal(child_run(demo(), "dashboard --screen 80x24 --keys <Nope>"), 2);
	assert_true(str_has(buf_str(&demo()->err), STR("<Nope>")));
	assert_int_equal(child_run(demo(), "dashboard"), 2);
	assert_int_equal(child_run(demo(), "dashboard --keys j"), 2);
}

#define ON_A_PTY(test) cmocka_unit_test_teardown(test, stop_pty)

SUITE(dashboard,
	cmocka_unit_test(screen__prints__so_many_lines),
	cmocka_unit_test(screen__refuses__what_is_no_size_and_no_key),
	ON_A_PTY(dashboard__shows__spend_and_ends_with_q),
	ON_A_PTY(dashboard__ends__with_ctrl_c),
	ON_A_PTY(dashboard__comes_back__from_a_drill),
	ON_A_PTY(dashboard__types__a_filter_not_its_keys),
	ON_A_PTY(dashboard__follows__the_size),
	ON_A_PTY(dashboard__takes__a_click),
	ON_A_PTY(dashboard__leaves__the_mouse_alone_over_ssh),
	ON_A_PTY(dashboard__takes__a_paste_as_one),
	ON_A_PTY(dashboard__draws__the_same_anew_after_random_keys),
	ON_A_PTY(dashboard__restores__the_terminal_on_signals),
	ON_A_PTY(dashboard__restores__the_terminal_when_it_crashes),
	ON_A_PTY(dashboard__ends__when_the_terminal_goes),
	ON_A_PTY(dashboard__is_back__after_a_suspend),
	ON_A_PTY(dashboard__is_back__after_a_pager),
	ON_A_PTY(dashboard__is_back__after_somebody_stopped_it),
	ON_A_PTY(dashboard__prints__the_view_with_Q),
	ON_A_PTY(dashboard__opens__whatever_the_terminal_is_called),
	ON_A_PTY(dashboard__leaves__a_dumb_terminal_to_the_text),
	ON_A_PTY(dashboard__needs__no_colour_no_utf8_and_no_answers),
	ON_A_PTY(dashboard__writes__the_view_into_a_file),
	ON_A_PTY(dashboard__welcomes__and_imports_with_enter),
	ON_A_PTY(dashboard__shows__what_others_import),
	ON_A_PTY(dashboard__follows__logs_that_grow),
	ON_A_PTY(dashboard__remembers__where_it_was),
	ON_A_PTY(dashboard__changes__the_zone_where_it_stands),
	ON_A_PTY(dashboard__uses__no_time_while_idle));
