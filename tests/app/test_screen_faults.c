/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The dashboard among broken stores, full disks, killed guests and odd terminals. Whatever happens:
 * no crash, a sentence that says what is wrong, and what was on the screen stays there.
 */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utmp.h>

#include "app/loads.h"
#include "base/clock.h"
#include "base/file.h"
#include "store/db.h"
#include "tests/app/child.h"
#include "tests/app/pty.h"
#include "tests/support/suite.h"
#include "views/pane.h"

#define STORE ".local/share/llmlab"
#define TEXT_BYTES (4u << 20)
#define CALLS 12
#define NOBODY 65534
#define PASTE_BYTES (10u << 20)
#define RANDOM_KEYS 600
#define SOAK_KEYS 60000

static struct pty tty;
static struct child home;

static int setup(void **state)
{
	(void)state;
	child_init(&home);
	child_setenv(&home, "LC_ALL=C.UTF-8");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	pty_stop(&tty);
	umount2(child_path(&home, "small"), MNT_DETACH); /* of the test that mounts it */
	child_release(&home);
	return 0;
}

/* --- a home with logs -------------------------------------------------------------------------- */

static void write_log_of(const char *project, int count)
{
	struct buf text = BUF_INIT(64u << 20);
	struct err err = { 0 };
	char now[36];

	time_format_utc(clock_now_ns(NULL) / NS_PER_S * NS_PER_S, now);
	for (int i = 0; i < count; i++)
		buf_addf(&text, "{\"type\":\"assistant\",\"timestamp\":\"%s\",\"sessionId\":\"s%d\",\"cwd\":"
			"\"/src/%s\",\"requestId\":\"req_%d\",\"message\":{\"id\":\"msg_%d\",\"model\":"
			"\"claude-sonnet-4-5\",\"usage\":{\"input_tokens\":1000,\"output_tokens\":2000}}}\n",
			now, i % 50, project, i, i);
	assert_ok(file_mkdirs(child_path(&home, ".claude/projects/p"), 0700, &err), &err);
	test_write_file(child_path(&home, ".claude/projects/p/s1.jsonl"), buf_str(&text));
	buf_release(&text);
}

static void write_log(int count)
{
	write_log_of("harbour", count);
}

static void open_words(const char *words, int rows, int cols)
{
	pty_start(&tty, &(struct pty_options){ .home = home.home, .words = words, .rows = rows,
		.cols = cols });
	pty_settle(&tty);
}

static void open_imported(void)
{
	write_log(CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	open_words(NULL, 36, 120);
	pty_wait_text(&tty, "harbour");
}

static void assert_quits(void)
{
	pty_send(&tty, STR("q"));
	assert_int_equal(pty_wait_end(&tty), 0);
	pty_assert_restored(&tty);
}

static const char *store_file(const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), STORE "/%s", name);
	return child_path(&home, path);
}

static void run_shell(const char *format)
{
	char line[1024];

	snprintf(line, sizeof(line), "cd '%s' && %s", home.home, format);
	assert_int_equal(system(line), 0);
}

/* --- a store that others hold --------------------------------------------------------------------- */

static void faults__show__what_is_there_while_another_writes(void **state)
{
	int fd;

	(void)state;
	open_imported();
	fd = open(store_file("write.lock"), O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX), 0);
	write_log(1234);
	pty_send(&tty, STR("u"));
	pty_wait_text(&tty, "tokens per day");
	assert_true(pty_shows(&tty, "harbour"));
	close(fd);
	pty_wait_text(&tty, "1,234");
	assert_quits();
}

static void faults__show__what_is_there_beside_an_exclusive_lock(void **state)
{
	struct err err = { 0 };
	struct db db;

	(void)state;
	open_imported();
	assert_ok(db_open(&db, store_file("main.db"), DB_WRITE, 0, &err), &err);
	assert_ok(db_exec(&db, "BEGIN EXCLUSIVE", &err), &err);
	write_log(1234);
	pty_send(&tty, STR("\r")); /* it does not come to rest: it waits to read the log on */
	pty_wait_text(&tty, "model \xE2\x80\xBA src/");
	pty_send(&tty, STR("\033"));
	pty_wait_text(&tty, "sort cost down, 1 row");
	assert_true(pty_shows(&tty, "harbour"));
	assert_ok(db_exec(&db, "ROLLBACK", &err), &err);
	db_close(&db);
	pty_wait_text(&tty, "1,234");
	assert_quits();
}

/* --- a store that goes ------------------------------------------------------------------------------ */

static void faults__keep__the_view_of_a_store_that_is_removed(void **state)
{
	(void)state;
	open_imported();
	run_shell("rm -r " STORE);
	pty_wait_text(&tty, "is gone");
	pty_settle(&tty);
	assert_true(pty_shows(&tty, "harbour"));
	pty_type(&tty, "j\r");
	pty_type(&tty, "\033");
	write_log(1234);
	assert_int_equal(child_run(&home, "import"), 0);
	pty_wait_text(&tty, "1,234");
	assert_quits();
}

static void faults__show__a_store_that_has_been_put_there(void **state)
{
	(void)state;
	write_log_of("quay", CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	run_shell("mv " STORE " spare");
	open_imported();
	run_shell("mv " STORE " old && mv spare " STORE);
	pty_wait_text(&tty, "quay");
	pty_settle(&tty);
	assert_quits();
}

static void faults__keep__the_view_of_a_store_that_is_no_database(void **state)
{
	(void)state;
	open_imported();
	run_shell("mv " STORE " old && mkdir -p " STORE " && echo nothing like it > " STORE "/main.db");
	pty_wait_text(&tty, "main.db");
	pty_settle(&tty);
	assert_true(pty_shows(&tty, "harbour"));
	pty_type(&tty, "b");
	pty_type(&tty, "\033");
	run_shell("mv " STORE " broken && mv old " STORE);
	pty_type(&tty, "j");
	assert_quits();
}

static void faults__keep__the_view_of_a_store_that_is_damaged(void **state)
{
	(void)state;
	open_imported();
	run_shell("cd " STORE " && for f in *.db; do head -c 200000 /dev/zero | tr '\\0' x > $f; done; rm -f *-wal");
	pty_type(&tty, "\r");
	pty_type(&tty, "\033");
	pty_type(&tty, "]");
	pty_type(&tty, "[");
	assert_true(pty_shows(&tty, "harbour"));
	assert_quits();
}

/* Root is refused nothing: as somebody who is. False when the program is not for others to run. */
static bool open_as_nobody(void)
{
	const char *bin = getenv("LLMLAB_BIN");
	bool may;

	run_shell("chmod 755 .. . && chown -R 65534 .");
	assert_int_equal(setresuid(NOBODY, NOBODY, 0), 0);
	may = access(bin && bin[0] ? bin : "./llmlab", X_OK) == 0;
	if (may)
		pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 36, .cols = 120 });
	assert_int_equal(setresuid(0, 0, 0), 0);
	return may;
}

static void faults__keep__the_view_of_a_store_that_may_not_be_read(void **state)
{
	(void)state;
	write_log(CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	if (getuid() != 0 || !open_as_nobody()) {
		print_message("skipped: needs root, and a program that others may run\n");
		skip();
	}
	pty_settle(&tty);
	pty_wait_text(&tty, "harbour");
	run_shell("cp -a " STORE " closed && chmod 0 closed/*.db && mv " STORE " old && mv closed " STORE);
	pty_wait_text(&tty, "ermission denied");
	pty_settle(&tty);
	assert_true(pty_shows(&tty, "harbour"));
	pty_type(&tty, "j\r");
	pty_type(&tty, "\033");
	assert_quits();
}

/* --- a disk that is full ----------------------------------------------------------------------------- */

static bool mount_small(const char *options, unsigned long flags)
{
	const char *dir = child_path(&home, "small");

	mkdir(dir, 0700);
	if (mount("tmpfs", dir, "tmpfs", flags, options) == 0)
		return true;
	print_message("skipped: no tmpfs can be mounted here\n");
	return false;
}

static void faults__say_so__when_the_disk_is_full(void **state)
{
	(void)state;
	if (!mount_small("size=300k", 0))
		skip();
	write_log(20000);
	open_words("--store small/store", 36, 120);
	pty_wait_text(&tty, "Claude Code");
	pty_type(&tty, "\r");
	pty_wait_text(&tty, "disk full");
	assert_true(mount_small("size=1g", MS_REMOUNT));
	pty_type(&tty, ":import\r");
	pty_wait_text(&tty, "harbour");
	assert_true(pty_shows(&tty, "20,000"));
	assert_quits();
}

/* --- reads that take too long -------------------------------------------------------------------------- */

struct late {
	uv_loop_t loop;
	enum ll_err status;
	int answers;
};

static enum ll_err read_for_ever(const void *request, struct load *l, void **model, struct err *err)
{
	char zone[64];
	enum ll_err code = LL_OK;

	(void)request;
	(void)model;
	while (code == LL_OK)
		code = store_zone(l->reader, l->scope, zone, err);
	return code;
}

static void take_late(void *ctx, struct dash_load *load)
{
	struct late *late = ctx;

	late->status = load->status;
	late->answers++;
}

static void faults__end__a_read_at_its_deadline(void **state)
{
	static const struct pane endless = { .name = "endless", .load = read_for_ever };
	struct dash_load load = { .pane = &endless, .deadline_ms = 20 };
	struct late late = { .status = LL_OK };
	struct loads_options options = { .loop = &late.loop, .scope = &SCOPE_DEFAULT, .done = take_late,
		.ctx = &late };
	struct store_options where = { .mode = STORE_READ_ONLY, .dir = child_path(&home, STORE) };
	struct store *store = NULL;
	struct err err = { 0 };
	struct loads *loads;

	(void)state;
	write_log(CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	assert_ok(store_open(&store, &where, &err), &err);
	uv_loop_init(&late.loop);
	arena_init(&load.arena, 0);
	loads = loads_new(&options);
	loads_store(loads, store);
	loads_add(loads, &load);
	uv_run(&late.loop, UV_RUN_DEFAULT);
	assert_int_equal(late.answers, 1);
	assert_int_equal(late.status, LL_ETIMEOUT);
	assert_true(load.err.msg[0]);
	loads_free(loads);
	arena_release(&load.arena);
	uv_loop_close(&late.loop);
	store_close(store);
}

/* --- what is typed and named ---------------------------------------------------------------------------- */

static void faults__take__ten_megabytes_into_the_filter(void **state)
{
	struct buf paste = BUF_INIT(2 * PASTE_BYTES);

	(void)state;
	open_imported();
	pty_type(&tty, "/");
	buf_addz(&paste, "\033[200~");
	buf_fill(&paste, 'q', PASTE_BYTES);
	buf_addz(&paste, "\033[201~");
	pty_send(&tty, buf_str(&paste));
	pty_settle(&tty);
	pty_type(&tty, "\025model~claude\r");
	pty_type(&tty, "\033");
	assert_true(pty_shows(&tty, "harbour"));
	assert_quits();
	buf_release(&paste);
}

static void add_marks(struct buf *out, int count)
{
	buf_addz(out, "mast");
	for (int i = 0; i < count; i++)
		buf_addz(out, "\xCC\x81");
}

static void add_wide(struct buf *out, int count)
{
	for (int i = 0; i < count; i++)
		buf_addz(out, "\xE6\xB8\xAF");
}

static void faults__draw__names_of_marks_and_wide_glyphs(void **state)
{
	struct buf name = BUF_INIT(8192), wide = BUF_INIT(8192);

	(void)state;
	add_marks(&name, 1000);
	write_log_of(buf_str(&name).at, CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	add_wide(&wide, 150);
	write_log_of(buf_str(&wide).at, CALLS);
	run_shell("mv .claude/projects/p/s1.jsonl .claude/projects/p/s2.jsonl"
		" && sed -i s/req_/wide_/ .claude/projects/p/s2.jsonl");
	assert_int_equal(child_run(&home, "import"), 0);
	open_words(NULL, 36, 120);
	pty_wait_text(&tty, "mast");
	for (int cols = 60; cols < 130; cols += 7) {
		struct buf before = BUF_INIT(TEXT_BYTES), after = BUF_INIT(TEXT_BYTES);

		pty_resize(&tty, 30, cols);
		pty_text(&tty, &before);
		pty_type(&tty, "\014");
		pty_text(&tty, &after);
		assert_true(str_eq(buf_str(&before), buf_str(&after)));
		buf_release(&before);
		buf_release(&after);
	}
	assert_quits();
	buf_release(&name);
	buf_release(&wide);
}

/* --- signals and guests ----------------------------------------------------------------------------------- */

static void faults__come_back__when_stopped_from_outside(void **state)
{
	int status;

	(void)state;
	open_imported();
	for (int i = 0; i < 3; i++) {
		pty_signal(&tty, SIGSTOP);
		assert_int_equal(waitpid(tty.pid, &status, WUNTRACED), tty.pid);
		assert_true(WIFSTOPPED(status));
		pty_send(&tty, STR("j"));
		pty_signal(&tty, SIGCONT);
		pty_settle(&tty);
		assert_true(tty.is_alternate);
		assert_true(pty_shows(&tty, "harbour"));
	}
	assert_quits();
}

static void faults__come_back__from_guests_that_fail(void **state)
{
	static const struct {
		const char *setting, *key, *says;
	} guests[] = {
		{ "EDITOR=no-such-editor", "O", "status 127" },
		{ "EDITOR=/dev/null", "O", "status 126" },
		{ "PAGER=no-such-pager", "o", "status 127" },
		{ "EDITOR=sh -c 'kill -9 $$'", "O", "status" },
		{ "PAGER=false", "o", "status 1" },
		{ "EDITOR=true", "O", "harbour" },
	};

	(void)state;
	write_log(CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 24, .cols = 80,
			.env = { guests[i].setting } });
		pty_settle(&tty);
		pty_type(&tty, guests[i].key);
		pty_wait_text(&tty, guests[i].says);
		assert_true(tty.is_alternate);
		assert_true(pty_shows(&tty, "harbour"));
		assert_quits();
		pty_stop(&tty);
	}
}

/* The one that its user cannot end any more: somebody kills it from elsewhere. */
static void faults__come_back__from_an_editor_that_is_killed(void **state)
{
	static const char editor[] = "#!/bin/sh\necho $$ > pid\necho editing\nexec sleep 60\n";
	struct buf pid = BUF_INIT(64);
	struct err err = { 0 };
	int64_t number;

	(void)state;
	write_log(CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	test_write_file(child_path(&home, "edit"), str_of(editor));
	assert_int_equal(chmod(child_path(&home, "edit"), 0700), 0);
	pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 24, .cols = 80,
		.env = { "EDITOR=./edit" } });
	pty_settle(&tty);
	pty_send(&tty, STR("O"));
	pty_wait_text(&tty, "editing");
	assert_false(tty.is_alternate);
	assert_ok(file_slurp(child_path(&home, "pid"), &pid, &err), &err);
	assert_true(str_to_i64(str_trim(buf_str(&pid)), &number));
	assert_int_equal(kill((pid_t)number, SIGKILL), 0);
	pty_wait_text(&tty, "status 137");
	pty_settle(&tty);
	assert_true(tty.is_alternate);
	assert_quits();
	buf_release(&pid);
}

/* --- odd terminals ------------------------------------------------------------------------------------------ */

static void faults__open__at_any_size(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 1, 400 }, { 120, 1 }, { 120, 400 } };

	(void)state;
	write_log(CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		open_words(NULL, sizes[i][0], sizes[i][1]);
		pty_type(&tty, "j\r?");
		pty_type(&tty, "\033");
		pty_type(&tty, "\033");
		pty_resize(&tty, 24, 80);
		pty_wait_text(&tty, "harbour");
		pty_resize(&tty, sizes[i][0], sizes[i][1]);
		assert_quits();
		pty_stop(&tty);
	}
}

static void faults__open__without_a_TERM(void **state)
{
	(void)state;
	write_log(CALLS);
	assert_int_equal(child_run(&home, "import"), 0);
	pty_start(&tty, &(struct pty_options){ .home = home.home, .rows = 24, .cols = 80,
		.env = { "TERM" } }); /* glibc: a name alone is taken out */
	pty_settle(&tty);
	pty_wait_text(&tty, "harbour");
	assert_quits();
}

/* `llmlab <word>` on a terminal with one of its files elsewhere; what the terminal got. */
static int run_half(const char *word, int other, const char *file, struct buf *out)
{
	int master, slave, status;
	char bytes[4096];
	ssize_t n;
	pid_t pid;

	buf_clear(out);
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	pid = fork();
	if (pid == 0) {
		const char *bin = getenv("LLMLAB_BIN");
		int fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0600);

		login_tty(slave);
		dup2(fd, other);
		setenv("HOME", home.home, 1);
		setenv("TERM", "xterm", 1);
		execl(bin && bin[0] ? bin : "./llmlab", "llmlab", word, (char *)NULL);
		_exit(127);
	}
	close(slave);
	while ((n = read(master, bytes, sizeof(bytes))) > 0)
		buf_add(out, (struct str){ bytes, (size_t)n });
	close(master);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void faults__leave__half_a_terminal_alone(void **state)
{
	struct buf screen = BUF_INIT(TEXT_BYTES), file = BUF_INIT(TEXT_BYTES);
	const char *path = child_path(&home, "out");
	struct err err = { 0 };

	(void)state;
	assert_int_equal(run_half(NULL, STDIN_FILENO, "/dev/null", &screen), 0);
	assert_true(str_has(buf_str(&screen), STR("Usage: llmlab")));
	assert_false(str_has(buf_str(&screen), STR("\033")));
	assert_int_equal(run_half("dashboard", STDIN_FILENO, "/dev/null", &screen), 2);
	assert_true(str_has(buf_str(&screen), STR("needs a terminal")));
	assert_int_equal(run_half("dashboard", STDOUT_FILENO, path, &screen), 2);
	assert_true(str_has(buf_str(&screen), STR("needs a terminal"))); /* on stderr */
	assert_int_equal(run_half(NULL, STDOUT_FILENO, path, &screen), 0);
	assert_int_equal(buf_str(&screen).len, 0);
	assert_ok(file_slurp(path, &file, &err), &err);
	assert_true(str_has(buf_str(&file), STR("Usage: llmlab")));
	buf_release(&screen);
	buf_release(&file);
}

/* --- anything, for a while ------------------------------------------------------------------------------------ */

static struct str random_key(uint64_t *seed)
{
	static const struct str keys[] = { STR_INIT("j"), STR_INIT("k"), STR_INIT("\033[A"), STR_INIT("\033[B"),
		STR_INIT("\033[C"), STR_INIT("\033[D"), STR_INIT("\r"), STR_INIT("\r"), STR_INIT("\033[5~"),
		STR_INIT("\033[6~"), STR_INIT("\033OP"), STR_INIT("\033[H"), STR_INIT("\033[F"), STR_INIT(" "),
		STR_INIT("\t"), STR_INIT("?"), STR_INIT(":"), STR_INIT("/"), STR_INIT("\\"), STR_INIT("["),
		STR_INIT("]"), STR_INIT("="), STR_INIT("s"), STR_INIT("b"), STR_INIT("r"), STR_INIT("u"), STR_INIT("p"),
		STR_INIT("v"), STR_INIT("V"), STR_INIT("c"), STR_INIT("m"), STR_INIT("y"), STR_INIT("n"), STR_INIT("\x7f"),
		STR_INIT("\033[<0;9;15M"), STR_INIT("\033[<64;30;12M"), STR_INIT("\033[<35;3;2M"),
		STR_INIT("\xE6\xB8\xAF"), STR_INIT("\xFF\xC0"), STR_INIT("\033[200~a\033]0;b\n~o\033[201~"),
		STR_INIT("\033[999;999;999Z"), STR_INIT("\033[I\033[O") };

	return keys[test_random(seed) % (sizeof(keys) / sizeof(keys[0]))];
}

static void assert_same_anew(void)
{
	struct buf before = BUF_INIT(TEXT_BYTES), after = BUF_INIT(TEXT_BYTES);
	struct str now, was;

	pty_settle(&tty);
	pty_text(&tty, &before);
	pty_type(&tty, "\014");
	pty_text(&tty, &after);
	now = buf_str(&after);
	was = buf_str(&before);
	(void)str_cut(&now, '\n'); /* the clock may have moved on */
	(void)str_cut(&was, '\n');
	if (!str_eq(now, was))
		fail_msg("Ctrl-L makes of\n%.*s\nthis:\n%.*s", STR_FMT(was), STR_FMT(now));
	buf_release(&before);
	buf_release(&after);
}

/* Not one column: libvterm itself dies of a wide glyph there. */
static void faults__draw__the_same_anew_after_keys_and_sizes(void **state)
{
	int count = getenv("LLMLAB_SOAK") ? SOAK_KEYS : RANDOM_KEYS;
	uint64_t seed = 3;

	(void)state;
	open_words("demo --seed 7 --count 5000 --end 2026-11-01", 36, 120);
	for (int i = 0; i < count; i++) {
		pty_send(&tty, random_key(&seed));
		if (i % 15 == 14)
			pty_resize(&tty, 1 + (int)(test_random(&seed) % 60), 2 + (int)(test_random(&seed) % 200));
		if (i % 60 == 59)
			assert_same_anew();
	}
}

#define IN_A_HOME(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

SOAK_SUITE(screen_faults,
	IN_A_HOME(faults__show__what_is_there_while_another_writes),
	IN_A_HOME(faults__show__what_is_there_beside_an_exclusive_lock),
	IN_A_HOME(faults__keep__the_view_of_a_store_that_is_removed),
	IN_A_HOME(faults__show__a_store_that_has_been_put_there),
	IN_A_HOME(faults__keep__the_view_of_a_store_that_is_no_database),
	IN_A_HOME(faults__keep__the_view_of_a_store_that_is_damaged),
	IN_A_HOME(faults__keep__the_view_of_a_store_that_may_not_be_read),
	IN_A_HOME(faults__say_so__when_the_disk_is_full),
	IN_A_HOME(faults__end__a_read_at_its_deadline),
	IN_A_HOME(faults__take__ten_megabytes_into_the_filter),
	IN_A_HOME(faults__draw__names_of_marks_and_wide_glyphs),
	IN_A_HOME(faults__come_back__when_stopped_from_outside),
	IN_A_HOME(faults__come_back__from_guests_that_fail),
	IN_A_HOME(faults__come_back__from_an_editor_that_is_killed),
	IN_A_HOME(faults__open__at_any_size),
	IN_A_HOME(faults__open__without_a_TERM),
	IN_A_HOME(faults__leave__half_a_terminal_alone),
	IN_A_HOME(faults__draw__the_same_anew_after_keys_and_sizes));
