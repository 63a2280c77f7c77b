/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program among bad logs, bad names and bad disks. Whatever happens: no crash, a sentence that
 * says what is wrong, nothing lost that was stored, and nothing raw on the terminal.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/text.h"
#include "store/db.h"
#include "tests/app/child.h"
#include "tests/support/suite.h"

#define NOBODY 65534
#define PAGE_BYTES 8192
#define STDERR_OF(c) STR_FMT(buf_str(&(c)->err))

/* ESC, BEL, C1 as a code point and as a byte of its own, a newline, bidi controls, a byte that is
 * no UTF-8. As JSON and as bytes. */
#define EVIL_JSON "e\\u001b]0;x\\u0007\\u009b31m\\n\\u202e\\u2066il"
#define EVIL "e\033]0;x\a\xC2\x9B" "31m\x9B\n\xE2\x80\xAE\xE2\x81\xA6\xFFil"

#define CALL(time, id, model, cwd, input, output)                                               \
	"{\"type\":\"assistant\",\"sessionId\":\"s1\",\"requestId\":\"req_" id "\",\"timestamp\":\"" time \
	"\",\"cwd\":\"" cwd "\",\"message\":{\"id\":\"msg_" id "\",\"model\":\"" model "\","              \
	"\"role\":\"assistant\",\"usage\":{\"input_tokens\":" input ",\"output_tokens\":" output "}}}\n"
#define NOON "2026-11-01T12:00:00.000Z"
#define MODEL "claude-sonnet-4-5-20250929"
#define GOOD(id) CALL(NOON, id, MODEL, "/p", "10", "5")
#define WITH_COUNTS(id, input, output) CALL(NOON, id, MODEL, "/p", input, output)

static int setup(void **state)
{
	static struct child child;

	child_init(&child);
	*state = &child;
	return 0;
}

static int teardown(void **state)
{
	struct child *c = *state;

	umount2(child_path(c, "small"), MNT_DETACH); /* of the test that mounts it */
	child_release(c);
	return 0;
}

static void assert_says(const struct buf *b, const char *text)
{
	if (!str_has(buf_str(b), str_of(text)))
		fail_msg("'%s' is not in: %.*s", text, STR_FMT(buf_str(b)));
}

#define RUN(c, ...) child_run_words((c), (const char *const[]){ __VA_ARGS__, NULL })

#define assert_exit(wanted, c, ...)                                                             \
	do {                                                                                    \
		int got_ = RUN((c), __VA_ARGS__);                                               \
		if (got_ != (wanted))                                                           \
			fail_msg("exit %d, not %d: %.*s", got_, (wanted), STDERR_OF(c));            \
	} while (0)

static void put(const struct child *c, const char *name, struct str bytes)
{
	test_write_file(child_path(c, name), bytes);
}

static void make_dir(const struct child *c, const char *name, mode_t mode)
{
	assert_int_equal(mkdir(child_path(c, name), 0700), 0);
	assert_int_equal(chmod(child_path(c, name), mode), 0);
}

/* A number of the last answer, which is JSON: the first of that name behind "totals". */
static int64_t total(const struct child *c, const char *name)
{
	char key[64];
	struct str rest = buf_str(&c->out);
	const char *at;

	snprintf(key, sizeof(key), "\"%s\": ", name);
	at = strstr(rest.at ? rest.at : "", "\"totals\"");
	at = at ? strstr(at, key) : NULL;
	if (!at)
		fail_msg("no total '%s' in: %.*s", name, STR_FMT(rest));
	return strtoll(at + strlen(key), NULL, 10);
}

static int64_t requests(struct child *c)
{
	assert_exit(0, c, "costs", "--json", "--no-refresh");
	return total(c, "requests");
}

static void assert_store_is_sound(struct child *c)
{
	if (RUN(c, "doctor", "--deep") != 0)
		fail_msg("%.*s", STR_FMT(buf_str(&c->out)));
}


static void add_nested(struct buf *b)
{
	static char open[10001], shut[10001];

	memset(open, '[', 10000);
	memset(shut, ']', 10000);
	buf_addf(b, "{\"type\":\"assistant\",\"x\":%s%s}\n", open, shut);
}

/* One line of each kind; the comments are the lines' numbers. */
static void write_bad_log(const struct child *c)
{
	static const char nul[] = "{\"type\":\"assistant\",\"cwd\":\"a\0b\"}\n";
	struct buf b = BUF_INIT(1 << 20);

	buf_addz(&b, GOOD("1"));                                         /* 1 */
	buf_addz(&b, "{\"type\":\"assistant\",\"mess\n");                /* 2 */
	buf_addz(&b, "hello there\n");                                   /* 3 */
	buf_addz(&b, CALL(NOON, "4", "claude-\xFF\xFEx", "/p", "10", "5")); /* 4: has no price */
	buf_add(&b, (struct str){ nul, sizeof(nul) - 1 });               /* 5 */
	add_nested(&b);                                                  /* 6 */
	buf_addz(&b, WITH_COUNTS("7", "-1", "5"));                       /* 7 */
	buf_addz(&b, WITH_COUNTS("8", "9007199254740992", "5"));         /* 8 */
	buf_addz(&b, WITH_COUNTS("9", "10", "1e300"));                   /* 9 */
	buf_addz(&b, CALL("1969-12-31T23:59:59Z", "a", MODEL, "/p", "1", "1")); /* 10 */
	buf_addz(&b, CALL("2100-01-01T00:00:00Z", "b", MODEL, "/p", "1", "1")); /* 11 */
	buf_addz(&b, WITH_COUNTS("1", "10", "50"));                      /* 12: line 1 has grown */
	buf_addz(&b, CALL(NOON, "d", "claude-unheard-of", "/p", "10", "5")); /* 13 */
	assert_true(buf_status(&b) == LL_OK);
	put(c, "logs/bad.jsonl", buf_str(&b));
	buf_release(&b);
}

/* Line 14: a hole of the file, read as NUL bytes; line 15: a good one. */
static void add_huge_line(const struct child *c)
{
	const char *path = child_path(c, "logs/bad.jsonl");
	struct stat st;
	FILE *f;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size + LIMIT_LINE_BYTES + PAGE_BYTES), 0);
	f = fopen(path, "ab");
	assert_non_null(f);
	assert_true(fputs("\n" GOOD("f"), f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void import__counts_and_names__each_bad_line(void **state)
{
	static const char *const reports[] = {
		"lines    15\n", "calls    4 new, 0 updated, 1 known already", "refused  10 lines",
		"1 empty", "1 x not JSON: unterminated string at ", "bad.jsonl:2\n", "bad.jsonl:3\n",
		"bad.jsonl:5\n", "1 x not JSON: nested too deeply at ", "bad.jsonl:6\n",
		"2 x input_tokens is not a whole number from 0 to 2^40, first at ", "bad.jsonl:7\n",
		"bad.jsonl:9\n", "2 x start time is out of range, first at ", "bad.jsonl:10\n",
		"1 x line longer than 64 MiB at ", "bad.jsonl:14\n",
	};
	struct child *c = *state;

	make_dir(c, "logs", 0755);
	write_bad_log(c);
	add_huge_line(c);
	put(c, "logs/empty.jsonl", STR(""));
	assert_int_equal(symlink(".", child_path(c, "logs/here")), 0);
	assert_int_equal(symlink("two", child_path(c, "logs/one")), 0);
	assert_int_equal(symlink("one", child_path(c, "logs/two")), 0);
	assert_exit(0, c, "import", child_path(c, "logs"));
	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++)
		assert_says(&c->out, reports[i]);
	assert_exit(0, c, "costs", "--json", "--no-refresh");
	assert_int_equal(total(c, "requests"), 4);
	assert_int_equal(total(c, "input_tokens"), 40);
	assert_int_equal(total(c, "output_tokens"), 65);
	assert_int_equal(total(c, "unpriced_requests"), 2);
	assert_exit(3, c, "import", "--strict", "--store", child_path(c, "other"),
		child_path(c, "logs"));
	assert_store_is_sound(c);
}

static void import__fails__when_nothing_can_be_read(void **state)
{
	struct child *c = *state;

	put(c, "notes.txt", STR("nothing of this is a log\n"));
	assert_exit(1, c, "import", child_path(c, "notes.txt"));
	assert_says(&c->err, "no log of a known kind");
	assert_int_equal(symlink("self", child_path(c, "self")), 0);
	assert_exit(1, c, "import", child_path(c, "self"));
	assert_says(&c->err, "self': Too many levels of symbolic links");
	put(c, "rows.csv", STR("when,tokens\n1,2\n"));
	assert_exit(2, c, "import", child_path(c, "rows.csv"), "--map", "ts=when,input=in");
	assert_says(&c->err, "no column 'in'; the columns are when, tokens");
	assert_exit(2, c, "import", child_path(c, "rows.csv"), "--map", "ts=");
}

/* Lets everybody enter the test's directories. */
static void open_home(const struct child *c)
{
	char root[256];

	snprintf(root, sizeof(root), "%s", c->home);
	*strrchr(root, '/') = '\0';
	assert_int_equal(chmod(root, 0755), 0);
	assert_int_equal(chmod(c->home, 0777), 0);
	unlink(child_path(c, ".stdout"));
	unlink(child_path(c, ".stderr"));
}

static void read_output(struct child *c, const char *name, struct buf *out)
{
	buf_clear(out);
	assert_ok(file_slurp(child_path(c, name), out, NULL), NULL);
	unlink(child_path(c, name));
}

/* Root is refused nothing: the run of a user who is. */
static int run_as_nobody(struct child *c, const char *const *words)
{
	int status;
	pid_t pid;

	open_home(c);
	pid = fork();
	if (pid == 0) {
		if (setgid(NOBODY) != 0 || setuid(NOBODY) != 0)
			_exit(126);
		_exit(child_run_words(c, words));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	read_output(c, ".stdout", &c->out);
	read_output(c, ".stderr", &c->err);
	return WEXITSTATUS(status);
}

#define AS_NOBODY(c, ...) run_as_nobody((c), (const char *const[]){ __VA_ARGS__, NULL })

/* Whether the program can be run by another user at all. */
static bool has_nobody(struct child *c)
{
	if (getuid() == 0 && AS_NOBODY(c, "version") == 0)
		return true;
	print_message("skipped: needs root, and a program that others may run\n");
	return false;
}

static void import__names__what_it_may_not_read(void **state)
{
	struct child *c = *state;

	if (!has_nobody(c))
		skip();
	make_dir(c, "logs", 0755);
	make_dir(c, "logs/closed", 0700);
	put(c, "logs/closed/a.jsonl", STR(GOOD("1")));
	put(c, "logs/b.jsonl", STR(GOOD("2")));
	assert_int_equal(AS_NOBODY(c, "import", child_path(c, "logs")), 0);
	assert_says(&c->out, "1 not readable: ");
	assert_says(&c->out, "logs/closed");
	assert_says(&c->out, "calls    1 new");
	assert_int_equal(AS_NOBODY(c, "import", "--strict", child_path(c, "logs")), 3);
	assert_int_equal(AS_NOBODY(c, "import", child_path(c, "logs/closed")), 1);
	assert_says(&c->err, "logs/closed'");
}

static void import_good(struct child *c)
{
	put(c, "a.jsonl", STR(GOOD("1") GOOD("2")));
	assert_exit(0, c, "import", child_path(c, "a.jsonl"));
}

static const char *store_file(const struct child *c, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), ".local/share/llmlab/%s", name);
	return child_path(c, path);
}

static void set_modes(const struct child *c, const char *mode)
{
	char command[640];

	snprintf(command, sizeof(command), "chmod -R %s '%s'", mode, child_path(c, ".local"));
	assert_int_equal(system(command), 0);
}

static void store__is_read_but_not_written__when_it_is_read_only(void **state)
{
	struct child *c = *state;

	if (!has_nobody(c))
		skip();
	import_good(c);
	put(c, "more.jsonl", STR(GOOD("3")));
	set_modes(c, "go+rX");
	assert_int_equal(AS_NOBODY(c, "costs", "--json", "--no-refresh"), 0);
	assert_int_equal(total(c, "requests"), 2);
	assert_int_equal(AS_NOBODY(c, "costs", "--json"), 0);
	assert_int_equal(total(c, "requests"), 2);
	assert_says(&c->err, "known logs were not read on: ");
	assert_int_equal(AS_NOBODY(c, "import", child_path(c, "more.jsonl")), 1);
	assert_says(&c->err, ".local/share/llmlab");
	assert_int_equal(AS_NOBODY(c, "sources", "plan", "1", "subscription"), 1);
	set_modes(c, "go=");
	assert_int_equal(AS_NOBODY(c, "costs"), 1);
	assert_says(&c->err, "ermission denied");
	assert_store_is_sound(c);
	assert_int_equal(requests(c), 2);
}

static bool mount_small(const struct child *c, const char *options, unsigned long flags)
{
	const char *dir = child_path(c, "small");

	mkdir(dir, 0700);
	if (mount("tmpfs", dir, "tmpfs", flags, options) == 0)
		return true;
	print_message("skipped: no tmpfs can be mounted here\n");
	return false;
}

static void write_many(const struct child *c, const char *name, int first, int count)
{
	struct buf b = BUF_INIT(64u << 20);

	for (int i = first; i < first + count; i++)
		buf_addf(&b, "{\"type\":\"assistant\",\"sessionId\":\"s%d\",\"requestId\":\"r%d\",\"timestamp\":"
			"\"2026-%02d-%02dT10:00:00Z\",\"cwd\":\"/p\",\"message\":{\"id\":\"m%d\",\"model\":\"" MODEL
			"\",\"role\":\"assistant\",\"usage\":{\"input_tokens\":10,\"output_tokens\":5}}}\n",
			i % 100, i, 1 + i % 3, 1 + i % 28, i);
	assert_true(buf_status(&b) == LL_OK);
	put(c, name, buf_str(&b));
	buf_release(&b);
}

/* Fills the disk by an import, gives it room and imports again. */
static void fill_disk(struct child *c, int kib)
{
	char size[32];
	int64_t kept = 0;

	snprintf(size, sizeof(size), "size=%dk", kib);
	assert_true(mount_small(c, size, 0));
	assert_exit(1, c, "import", child_path(c, "all.jsonl"));
	assert_says(&c->err, "disk full");
	if (RUN(c, "costs", "--json", "--no-refresh") == 0)
		kept = total(c, "requests");
	if (RUN(c, "costs", "--json") == 0) /* reads on, or says why it does not */
		assert_true(total(c, "requests") >= kept);
	assert_true(mount_small(c, "size=1g", MS_REMOUNT));
	if (kept)
		assert_true(requests(c) >= kept);
	assert_exit(0, c, "import", child_path(c, "all.jsonl"));
	assert_int_equal(requests(c), 25000);
	assert_store_is_sound(c);
	assert_int_equal(umount2(child_path(c, "small"), 0), 0);
}

static void store__keeps_what_was_stored__when_the_disk_is_full(void **state)
{
	struct child *c = *state;
	char setting[640];

	if (!mount_small(c, "size=16k", 0))
		skip();
	assert_int_equal(umount2(child_path(c, "small"), 0), 0);
	snprintf(setting, sizeof(setting), "LLMLAB_STORE=%s/store", child_path(c, "small"));
	child_setenv(c, setting);
	write_many(c, "all.jsonl", 0, 25000);
	for (int kib = 64; kib < 4096; kib *= 3)
		fill_disk(c, kib);
	c->env[0] = NULL;
}

static void store__says_so__when_the_disk_is_full_from_the_start(void **state)
{
	struct child *c = *state;

	put(c, "a.jsonl", STR(GOOD("1")));
	if (!mount_small(c, "size=16k", 0))
		skip();
	assert_exit(1, c, "import", "--store", child_path(c, "small/store"), child_path(c, "a.jsonl"));
	assert_says(&c->err, "disk full");
	assert_true(mount_small(c, "size=1g", MS_REMOUNT));
	assert_exit(0, c, "import", "--store", child_path(c, "small/store"), child_path(c, "a.jsonl"));
	assert_says(&c->out, "1 new");
}

static void overwrite(const char *path, off_t at, struct str bytes)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, bytes.at, bytes.len, at), (ssize_t)bytes.len);
	close(fd);
}

static void read_whole(const char *path, struct buf *b)
{
	struct err err = { 0 };

	buf_clear(b);
	assert_ok(file_slurp(path, b, &err), &err);
}

/* A command may fail on a damaged store, in a sentence; it does not crash. */
static int run_on_damage(struct child *c, const char *words)
{
	int code = child_run(c, words);

	if (code != 0 && code != 1 && code != 3)
		fail_msg("exit %d of '%s': %.*s", code, words, STDERR_OF(c));
	if (code == 1)
		assert_says(&c->err, "llmlab: ");
	return code;
}

/* The store has one damaged page. Either doctor finds it, or nobody has to notice. True: found. */
static bool check_damaged(struct child *c, struct str costs, off_t at)
{
	static const char *const words[] = { "records --no-refresh", "sources --no-refresh",
		"session --no-refresh", "explain --no-refresh", "prices list claude --no-refresh" };
	bool is_found = run_on_damage(c, "doctor --deep") == 3;

	if (run_on_damage(c, "costs --json --no-refresh") == 0 && !is_found &&
		!str_eq(buf_str(&c->out), costs))
		fail_msg("offset %lld: other sums, and doctor finds nothing", (long long)at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		run_on_damage(c, words[i]);
	return is_found;
}

static void damage_each_page(struct child *c, const char *name)
{
	static const size_t places[] = { 0, 4096, 8, 2048, 8120 }; /* of a page */
	size_t place_count = getenv("LLMLAB_SOAK") ? sizeof(places) / sizeof(places[0]) : 2;
	struct buf whole = BUF_INIT(16u << 20), costs = BUF_INIT(1u << 20);
	char noise[64], path[600];
	size_t found = 0;

	memset(noise, 0xA5, sizeof(noise));
	snprintf(path, sizeof(path), "%s", store_file(c, name));
	assert_exit(0, c, "costs", "--json", "--no-refresh");
	buf_add(&costs, buf_str(&c->out));
	read_whole(path, &whole);
	assert_true(whole.len > PAGE_BYTES);
	for (size_t i = 0; i < whole.len / PAGE_BYTES * place_count; i++) {
		off_t at = (off_t)(i / place_count * PAGE_BYTES + places[i % place_count]);

		overwrite(path, at, (struct str){ noise, sizeof(noise) });
		found += check_damaged(c, buf_str(&costs), at);
		overwrite(path, 0, buf_str(&whole));
	}
	assert_true(found > 0);
	assert_store_is_sound(c);
	buf_release(&whole);
	buf_release(&costs);
}

static void store__is_found_damaged__when_a_page_is_overwritten(void **state)
{
	struct child *c = *state;

	write_many(c, "a.jsonl", 0, 300);
	assert_exit(0, c, "import", child_path(c, "a.jsonl"));
	damage_each_page(c, "2026-02.db");
	damage_each_page(c, "main.db");
}

/* What a wrong --format found nothing in is not taken for read. */
static void import__reads_a_file__that_a_wrong_format_found_nothing_in(void **state)
{
	static const char *const wrong[] = { "csv", "opencode", "gemini", "codex" };
	struct child *c = *state;

	put(c, "a.jsonl", STR(GOOD("1") GOOD("2")));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_exit(0, c, "import", "--format", wrong[i], child_path(c, "a.jsonl"));
	assert_exit(0, c, "import", child_path(c, "a.jsonl"));
	assert_says(&c->out, "2 new");
	assert_exit(0, c, "import", "--format", "csv", child_path(c, "a.jsonl"));
	assert_exit(0, c, "import", child_path(c, "a.jsonl"));
	assert_says(&c->out, "1 unchanged");
}

static void store__names_damage__where_import_meets_it(void **state)
{
	struct child *c = *state;

	import_good(c);
	put(c, "more.jsonl", STR(GOOD("3")));
	overwrite(store_file(c, "2026-11.db"), 0, STR("not a database any more, whatever you do"));
	assert_exit(1, c, "import", child_path(c, "more.jsonl"));
	assert_says(&c->err, "'2026-11.db' is damaged");
	assert_exit(3, c, "doctor");
	assert_says(&c->out, "2026-11");
}

static void exec_sql(const char *path, const char *sql)
{
	struct err err = { 0 };
	struct db db;

	assert_ok(db_open(&db, path, DB_WRITE, 0, &err), &err);
	assert_ok(db_exec(&db, sql, &err), &err);
	db_close(&db);
}

static void store__is_left_alone__when_its_schema_is_newer(void **state)
{
	static const char *const files[] = { "main.db", "2026-11.db" };
	struct child *c = *state;

	import_good(c);
	put(c, "more.jsonl", STR(GOOD("3")));
	for (size_t i = 0; i < 2; i++) {
		exec_sql(store_file(c, files[i]), "PRAGMA user_version=9999");
		assert_exit(1, c, "costs");
		assert_says(&c->err, "written by a newer llmlab");
		assert_exit(1, c, "import", child_path(c, "more.jsonl"));
		assert_says(&c->err, "written by a newer llmlab");
		assert_exit(3, c, "doctor");
		exec_sql(store_file(c, files[i]), "PRAGMA user_version=1");
	}
	assert_exit(0, c, "import", child_path(c, "more.jsonl"));
	assert_int_equal(requests(c), 3);
	assert_store_is_sound(c);
}

static void store__is_not_made__where_something_else_is(void **state)
{
	struct child *c = *state;

	put(c, "a.jsonl", STR(GOOD("1")));
	put(c, "file", STR("a file"));
	make_dir(c, "dir", 0700);
	put(c, "dir/letter.txt", STR("dear reader"));
	assert_exit(1, c, "costs", "--store", child_path(c, "dir"));
	assert_says(&c->err, "there is no store in ");
	assert_exit(1, c, "costs", "--store", child_path(c, "file"));
	assert_exit(1, c, "import", "--store", child_path(c, "file"), child_path(c, "a.jsonl"));
	assert_says(&c->err, "file'");
	assert_exit(1, c, "import", "--store", child_path(c, "file/below"), child_path(c, "a.jsonl"));
	assert_exit(1, c, "demo", "--no-ui", "--store", child_path(c, "dir"));
	assert_int_equal(access(child_path(c, "dir/main.db"), F_OK), -1);
}

/* Starts an import into c's store with a home (for its outputs) of its own. */
static pid_t start_import(const struct child *c, const char *log)
{
	pid_t pid;
	char store[600], path[600];

	snprintf(store, sizeof(store), "%s", store_file(c, ""));
	snprintf(path, sizeof(path), "%s", child_path(c, log));
	pid = fork();
	if (pid == 0) {
		char home[600];
		struct child other = { .home = home, .out = BUF_INIT(1 << 20), .err = BUF_INIT(1 << 20) };

		snprintf(home, sizeof(home), "%s/%d", c->home, (int)getpid());
		mkdir(home, 0700);
		_exit(RUN(&other, "import", "--store", store, path));
	}
	assert_true(pid > 0);
	return pid;
}

static void assert_ended_well(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void import__counts_each_call_once__beside_another_import(void **state)
{
	struct child *c = *state;
	pid_t pids[4];

	write_many(c, "a.jsonl", 0, 12000);
	write_many(c, "b.jsonl", 8000, 12000); /* shares 4,000 calls with a */
	pids[0] = start_import(c, "a.jsonl");
	pids[1] = start_import(c, "b.jsonl");
	pids[2] = start_import(c, "a.jsonl");
	pids[3] = start_import(c, "b.jsonl");
	for (size_t i = 0; i < 4; i++)
		assert_ended_well(pids[i]);
	assert_int_equal(requests(c), 20000);
	assert_store_is_sound(c);
}

static void costs__see__only_growing_whole_totals_beside_an_import(void **state)
{
	struct child *c = *state;
	int64_t seen = 0, now, looks = 0;
	int status;
	pid_t pid;

	import_good(c);
	write_many(c, "a.jsonl", 0, 60000);
	pid = start_import(c, "a.jsonl");
	do {
		now = requests(c);
		assert_true(now >= seen);
		assert_int_equal(total(c, "input_tokens"), 10 * now);
		assert_int_equal(total(c, "output_tokens"), 5 * now);
		seen = now;
		looks++;
	} while (waitpid(pid, &status, WNOHANG) == 0);
	assert_int_equal(status, 0);
	assert_true(looks > 1);
	assert_int_equal(requests(c), 60002);
	assert_store_is_sound(c);
}

static const char *const reads[] = {
	"overview", "costs", "costs --by model,project", "costs --by user,key,agent",
	"costs --by session,machine,source", "costs --by tag:team --filter cost>=0", "daily",
	"weekly", "monthly", "session", "blocks", "blocks --active", "blocks --recent", "records",
	"records --order oldest", "explain", "sources", "prices list", "prices list evil",
	"prices reprice --dry-run", "doctor --deep", "help", "man", "version",
};
#define READS (sizeof(reads) / sizeof(reads[0]))

/* The clock was set back: all that is stored lies ahead. */
static void commands__answer__when_all_calls_lie_in_the_future(void **state)
{
	struct child *c = *state;

	put(c, "a.jsonl", STR(CALL("2099-12-31T23:59:59.999Z", "1", MODEL, "/p", "10", "5")
		CALL("2099-06-01T00:00:00Z", "2", MODEL, "/p", "10", "5")));
	assert_exit(0, c, "import", child_path(c, "a.jsonl"));
	for (size_t i = 0; i < READS; i++)
		if (child_run(c, reads[i]) != 0)
			fail_msg("'%s': %.*s", reads[i], STDERR_OF(c));
	assert_int_equal(requests(c), 2);
	assert_exit(0, c, "statusline");
	assert_exit(0, c, "costs", "--since", "7d", "--json");
	put(c, "b.jsonl", STR(GOOD("3")));
	assert_exit(0, c, "import", child_path(c, "b.jsonl"));
	assert_int_equal(requests(c), 3);
	assert_store_is_sound(c);
}

static void commands__say_so__when_stdout_is_full(void **state)
{
	struct child *c = *state;

	put(c, "a.jsonl", STR(GOOD("1") GOOD("2")));
	c->to = STDOUT_FULL;
	assert_exit(1, c, "import", child_path(c, "a.jsonl"));
	assert_says(&c->err, "cannot write to stdout: No space left on device");
	for (size_t i = 0; i < READS; i++) {
		if (child_run(c, reads[i]) != 1)
			fail_msg("'%s' said all was well", reads[i]);
		assert_says(&c->err, "cannot write to stdout: No space left on device");
	}
	c->to = STDOUT_KEPT;
	assert_int_equal(requests(c), 2);
}

static void assert_safe(const struct buf *b, const char *what, const char *form)
{
	struct str s = buf_str(b);

	if (!utf8_is_valid(s))
		fail_msg("'%s %s': no UTF-8", what, form);
	for (size_t i = 0; i < s.len;) {
		uint32_t cp = utf8_next(s, &i);

		if (cp != '\n' && text_is_control(cp))
			fail_msg("'%s %s': U+%04X in: %.*s", what, form, (unsigned)cp,
				STR_FMT(str_head(s, i)));
	}
}

static void assert_run_is_safe(struct child *c, const char *words)
{
	static const char *const forms[] = { "", "--json", "--csv", "--no-refresh --exact" };
	char line[256];

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		snprintf(line, sizeof(line), "%s %s", words, forms[i]);
		if (child_run(c, line) >= 128)
			fail_msg("'%s' crashed", line);
		assert_safe(&c->out, words, forms[i]);
		assert_safe(&c->err, words, forms[i]);
	}
}

static void run_safe(struct child *c, const char *const *words)
{
	if (child_run_words(c, words) >= 128)
		fail_msg("'%s' crashed", words[0]);
	assert_safe(&c->out, words[0], "");
	assert_safe(&c->err, words[0], "");
}

#define RUN_SAFE(c, ...) run_safe((c), (const char *const[]){ __VA_ARGS__, NULL })

/* A store where every name that comes from outside is evil, and whose own path is. */
static void make_evil_store(struct child *c)
{
	make_dir(c, EVIL, 0755);
	put(c, EVIL "/" EVIL ".jsonl", STR(
		CALL(NOON, EVIL_JSON, "claude-" EVIL_JSON, "/" EVIL_JSON, "1", "2")
		CALL(NOON, "b", MODEL, "/" EVIL_JSON, "1", "2") "{\"type\":\"" EVIL "\n"
		"{\"type\":\"assistant\",\"sessionId\":\"" EVIL_JSON "\",\"requestId\":\"c\","
		"\"timestamp\":\"" NOON "\",\"message\":{\"id\":\"c\",\"model\":\"evil-model\","
		"\"usage\":{\"input_tokens\":1}}}\n"));
	put(c, EVIL "/rows.csv", STR(
		"timestamp,model,project,user,session,agent,provider,team,input_tokens\n"
		"2026-11-01T10:00:00Z,\"m" EVIL "\",p\033[2J,u\033[2J,s\033[2J,a\033[2J,q\033[2J,"
		"t\033[2J,7\n"));
	put(c, "prices.csv", STR("provider,model,input,output,origin\n"
		"anthropic,evil-model,1,2,\"\033[31m\xC2\x9B origin\"\n"
		"anthropic,\"evil\033[31m\xE2\x80\xAE\",1,2,x\n"));
	RUN_SAFE(c, "import", "--machine", EVIL, child_path(c, EVIL));
	RUN_SAFE(c, "import", "--dry-run", "--user", EVIL, "--project", EVIL, child_path(c, EVIL));
	RUN_SAFE(c, "import", "--user", EVIL, "--provider", EVIL, "--project", EVIL, "--map",
		"ts=timestamp,input=input_tokens,model=model,tag:team=team,tag:" EVIL "=agent",
		child_path(c, EVIL "/rows.csv"));
	assert_exit(0, c, "prices", "import", child_path(c, "prices.csv"));
	RUN_SAFE(c, "prices", "reprice", "--yes");
	RUN_SAFE(c, "sources", "relabel", "1", EVIL);
}

static void commands__print_nothing_raw__whatever_the_names_are(void **state)
{
	struct child *c = *state;
	char setting[900];

	snprintf(setting, sizeof(setting), "LLMLAB_STORE=%s/st" EVIL, c->home);
	child_setenv(c, setting);
	make_evil_store(c);
	assert_true(requests(c) >= 4);
	for (size_t i = 0; i < READS; i++)
		assert_run_is_safe(c, reads[i]);
	assert_run_is_safe(c, "records --limit 1");
	assert_run_is_safe(c, "sources remove 1 --yes");
	c->env[0] = NULL;
}

static void commands__print_nothing_raw__of_words_and_settings(void **state)
{
	static const char *const options[] = { "--since", "--timezone", "--filter", "--by",
		"--cursor", "--order", "--store", "--config", "--limit", "--bucket", "--map",
		"--machine", "--format", "--" EVIL };
	static const char *const commands[] = { "import", "costs", "records", "explain", "prices",
		"sources", "blocks", "doctor", "help", "completion", EVIL };
	struct child *c = *state;

	import_good(c);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		RUN_SAFE(c, commands[i], EVIL);
		for (size_t k = 0; k < sizeof(options) / sizeof(options[0]); k++)
			RUN_SAFE(c, commands[i], options[k], EVIL);
	}
	RUN_SAFE(c, "demo", "--count", "100", "--store", child_path(c, EVIL));
	put(c, "evil.conf", STR(EVIL " = 1\ntimezone = \"" EVIL "\"\n[" EVIL "]\nlimit = " EVIL "\n"));
	RUN_SAFE(c, "costs", "--config", child_path(c, "evil.conf"));
	put(c, "evil.conf", STR("limit = \"\033[31m\"\n"));
	RUN_SAFE(c, "records", "--config", child_path(c, "evil.conf"));
	put(c, "evil.conf", STR("\033[31m = 1\n[\xC2\x9Bx]\ny = 1\n"));
	RUN_SAFE(c, "records", "--config", child_path(c, "evil.conf"));
	child_setenv(c, "LLMLAB_TIMEZONE=" EVIL);
	RUN_SAFE(c, "costs");
	c->env[0] = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
SUITE(hostile,
	TEST(import__counts_and_names__each_bad_line),
	TEST(import__fails__when_nothing_can_be_read),
	TEST(import__names__what_it_may_not_read),
	TEST(import__reads_a_file__that_a_wrong_format_found_nothing_in),
	TEST(store__is_read_but_not_written__when_it_is_read_only),
	TEST(store__keeps_what_was_stored__when_the_disk_is_full),
	TEST(store__says_so__when_the_disk_is_full_from_the_start),
	TEST(store__is_found_damaged__when_a_page_is_overwritten),
	TEST(store__names_damage__where_import_meets_it),
	TEST(store__is_left_alone__when_its_schema_is_newer),
	TEST(store__is_not_made__where_something_else_is),
	TEST(import__counts_each_call_once__beside_another_import),
	TEST(costs__see__only_growing_whole_totals_beside_an_import),
	TEST(commands__answer__when_all_calls_lie_in_the_future),
	TEST(commands__say_so__when_stdout_is_full),
	TEST(commands__print_nothing_raw__whatever_the_names_are),
	TEST(commands__print_nothing_raw__of_words_and_settings));
