/* SPDX-License-Identifier: Apache-2.0 */
/* The log: one safe line a message, and only the traces that were asked for. */
#include "tests/support/suite.h"

#include <limits.h>
#include <pthread.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/log.h"

static char path[PATH_MAX];

static void open_log(const char *areas)
{
	struct err err;

	assert_true(path_join(path, sizeof(path), test_dir(), "log"));
	assert_ok(log_open(path, areas, &err), &err);
}

static struct str read_log(struct buf *b)
{
	struct err err;

	log_close();
	assert_ok(file_slurp(path, b, &err), &err);
	return buf_str(b);
}

static void log_info__writes__line_with_utc_time(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct str rest, now;
	struct stat st;
	struct err err;
	bool has_zone;
	int64_t t;

	(void)state;
	open_log(NULL);
	log_info("store", "opened %d files", 3);
	rest = read_log(&b);
	now = str_cut(&rest, ' ');
	assert_true(time_parse(now, &t, &has_zone) && has_zone);
	assert_true(clock_now_ns(NULL) - t < 60 * NS_PER_S);
	assert_str(rest, "info store: opened 3 files\n");
	assert_ok(file_stat(path, &st, &err), &err);
	assert_int_equal(st.st_mode & 0777, 0600);
	buf_release(&b);
}

static void log_warn__escapes__control_bytes(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct str text;

	(void)state;
	open_log(NULL);
	log_warn("ingest", "%s", "a\nforged line\x1b[2J\r\x7f\xC2\x9B");
	text = read_log(&b);
	assert_true(str_ends(text, STR("a forged line\xEF\xBF\xBD[2J \xEF\xBF\xBD\xEF\xBF\xBD\n")));
	assert_ptr_equal(memchr(text.at, '\n', text.len), text.at + text.len - 1);
	buf_release(&b);
}

static void log_warn__cuts__long_message(void **state)
{
	struct buf b = BUF_INIT(100000);
	static char lengthy[20000];

	(void)state;
	memset(lengthy, 1, sizeof(lengthy) - 1);
	open_log(NULL);
	log_warn("ingest", "%s", lengthy);
	assert_true(str_ends(read_log(&b), STR("\xEF\xBF\xBD\n")));
	assert_true(b.len > 3 * 4000 && b.len < 3 * 4096 + 100);
	buf_release(&b);
}

static void log_trace__writes__only_traced_areas(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct str text;

	(void)state;
	open_log("store, ingest");
	log_trace("store", "one");
	log_trace("ingest", "two");
	log_trace("sto", "three");
	log_trace("app", "four");
	text = read_log(&b);
	assert_true(str_has(text, STR(" trace store: one\n")));
	assert_true(str_has(text, STR(" trace ingest: two\n")));
	assert_false(str_has(text, STR("three")) || str_has(text, STR("four")));
	buf_clear(&b);
	open_log("all");
	log_trace("app", "five");
	assert_true(str_has(read_log(&b), STR("five")));
	buf_release(&b);
}

static void log_info__is_silent__when_closed(void **state)
{
	struct err err;

	(void)state;
	log_info("app", "nobody hears this");
	assert_ok(log_open(NULL, "all", &err), &err);
	assert_ok(log_open("", "all", &err), &err);
	log_trace("app", "nor this");
	log_close();
	assert_int_equal(log_open("/nowhere/log", "", &err), LL_ENOENT);
	log_info("app", "nor this");
}

static void log_info__tells__how_many_lines_were_lost(void **state)
{
	struct buf b = BUF_INIT(10000);
	struct str text;

	(void)state;
	open_log(NULL);
	fault_arm(FAULT_FILE, 1, true);
	log_info("app", "lost");
	log_info("app", "lost too");
	fault_disarm();
	log_info("app", "heard");
	text = read_log(&b);
	assert_true(str_has(text, STR(" warn log: 2 lines were lost\n")));
	assert_true(str_ends(text, STR(" info app: heard\n")));
	buf_release(&b);
}

static void *write_lines(void *arg)
{
	(void)arg;
	for (int i = 0; i < 200; i++)
		log_info("thread", "0123456789");
	return NULL;
}

static void log_info__keeps__lines_whole_among_threads(void **state)
{
	struct buf b = BUF_INIT(1u << 20);
	struct str rest;
	pthread_t threads[4];
	int lines = 0;

	(void)state;
	open_log(NULL);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_lines, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	for (rest = read_log(&b); rest.len; lines++)
		assert_true(str_ends(str_cut(&rest, '\n'), STR("Z info thread: 0123456789")));
	assert_int_equal(lines, 800);
	buf_release(&b);
}

SUITE(log,
	cmocka_unit_test(log_info__writes__line_with_utc_time),
	cmocka_unit_test(log_warn__escapes__control_bytes),
	cmocka_unit_test(log_warn__cuts__long_message),
	cmocka_unit_test(log_trace__writes__only_traced_areas),
	cmocka_unit_test(log_info__is_silent__when_closed),
	cmocka_unit_test(log_info__tells__how_many_lines_were_lost),
	cmocka_unit_test(log_info__keeps__lines_whole_among_threads));
