/* SPDX-License-Identifier: Apache-2.0 */
/* The file calls, and each of them failing in turn. */
#include "tests/support/suite.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/file.h"

static const char *in_dir(const char *dir, const char *name)
{
	static char path[PATH_MAX];

	assert_true(path_join(path, sizeof(path), dir, name));
	return path;
}

static int entries_of(const char *dir)
{
	DIR *d = opendir(dir);
	int count = -2; /* . and .. */

	assert_non_null(d);
	while (readdir(d))
		count++;
	closedir(d);
	return count;
}

static void assert_file(const char *path, struct str wanted)
{
	struct buf b = BUF_INIT(1u << 20);
	struct err err;

	assert_ok(file_slurp(path, &b, &err), &err);
	assert_true(str_eq(buf_str(&b), wanted));
	buf_release(&b);
}

static void file_slurp__reads__up_to_cap(void **state)
{
	enum { SIZE = 150000 };
	static char bytes[SIZE];
	const char *path = in_dir(test_dir(), "big");
	struct buf b;
	struct err err;

	(void)state;
	memset(bytes, 'b', SIZE);
	test_write_file(path, (struct str){ bytes, SIZE });
	buf_init(&b, SIZE + 2);
	buf_addz(&b, "a:");
	assert_ok(file_slurp(path, &b, &err), &err);
	assert_int_equal(b.len, SIZE + 2);
	assert_int_equal(strlen(b.at), SIZE + 2);
	buf_release(&b);

	buf_init(&b, SIZE + 1);
	buf_addz(&b, "a:");
	assert_int_equal(file_slurp(path, &b, &err), LL_ETOOBIG);
	assert_str(buf_str(&b), "a:");
	assert_int_equal(buf_status(&b), LL_OK);
	buf_release(&b);
}

static void file_open__says__what_failed(void **state)
{
	struct buf b = BUF_INIT(100);
	struct err err;
	int fd = 5;

	(void)state;
	assert_int_equal(file_open("/nowhere/x", O_RDONLY, 0, &fd, &err), LL_ENOENT);
	assert_int_equal(fd, -1);
	assert_string_equal(err.msg, "cannot open '/nowhere/x': No such file or directory");
	assert_int_equal(file_slurp("/", &b, &err), LL_EIO);
	assert_string_equal(err.msg, "cannot read '/': Is a directory");
	file_close(&fd);
	buf_release(&b);
}

static void file_write_all__appends__and_reads_back(void **state)
{
	const char *path = in_dir(test_dir(), "f");
	struct stat st;
	struct err err;
	char bytes[16];
	size_t got;
	int fd;

	(void)state;
	assert_ok(file_open(path, O_RDWR | O_CREAT, 0600, &fd, &err), &err);
	assert_int_equal(fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_ok(file_write_all(fd, path, STR("hello"), &err), &err);
	assert_ok(file_write_all(fd, path, (struct str){ NULL, 0 }, &err), &err);
	assert_ok(file_stat(path, &st, &err), &err);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(lseek(fd, 1, SEEK_SET), 1);
	assert_ok(file_read(fd, path, bytes, sizeof(bytes), &got, &err), &err);
	assert_str(((struct str){ bytes, got }), "ello");
	assert_ok(file_read(fd, path, bytes, sizeof(bytes), &got, &err), &err);
	assert_int_equal(got, 0);
	fault_arm(FAULT_FILE, 1, false);
	assert_int_equal(file_write_all(fd, path, STR("x"), &err), LL_EFULL);
	fault_disarm();
	file_close(&fd);
	assert_int_equal(fd, -1);
}

static void file_mkdirs__makes__every_part(void **state)
{
	char path[PATH_MAX];
	struct stat st;
	struct err err;

	(void)state;
	assert_true(path_join(path, sizeof(path), test_dir(), "a/b//c"));
	assert_ok(file_mkdirs(path, 0700, &err), &err);
	assert_ok(file_mkdirs(path, 0700, &err), &err);
	assert_ok(file_stat(path, &st, &err), &err);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_ok(file_mkdirs("/", 0700, &err), &err);
	assert_int_equal(file_mkdirs("", 0700, &err), LL_ENOENT);
}

static void file_mkdirs__refuses__a_file_in_the_way(void **state)
{
	const char *dir = test_dir();
	struct err err;

	(void)state;
	test_write_file(in_dir(dir, "f"), STR("x"));
	assert_int_equal(file_mkdirs(in_dir(dir, "f"), 0700, &err), LL_EEXIST);
	assert_int_equal(file_mkdirs(in_dir(dir, "f/g"), 0700, &err), LL_EIO);
}

static void file_replace__sets__bytes_and_mode(void **state)
{
	const char *dir = test_dir();
	const char *path = in_dir(dir, "config");
	struct stat st;
	struct err err;

	(void)state;
	assert_ok(file_replace(path, 0600, STR("one"), &err), &err);
	assert_file(path, STR("one"));
	assert_ok(file_replace(path, 0640, STR("two and more"), &err), &err);
	assert_file(path, STR("two and more"));
	assert_ok(file_stat(path, &st, &err), &err);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(entries_of(dir), 1);
}

/* Whichever call fails, readers see the old or the new file and no litter stays. */
static void file_replace__keeps__file_whole_when_a_call_fails(void **state)
{
	const char *dir = test_dir();
	const char *path = in_dir(dir, "config");
	bool is_whole = false;

	(void)state;
	for (uint64_t nth = 1; !is_whole; nth++) {
		struct buf b = BUF_INIT(100);
		struct err err = { 0 };
		enum ll_err code;

		test_write_file(path, STR("old"));
		fault_arm(FAULT_FILE, nth, false);
		code = file_replace(path, 0600, STR("new"), &err);
		is_whole = fault_disarm() < nth;
		assert_int_equal(code == LL_OK, is_whole);
		assert_int_equal(code, err.code);
		assert_ok(file_slurp(path, &b, &err), &err);
		assert_true(str_is(buf_str(&b), "old") || str_is(buf_str(&b), "new"));
		assert_int_equal(entries_of(dir), 1);
		assert_true(nth < 20);
		buf_release(&b);
	}
}

static void file_slurp__leaves__buffer_when_a_call_fails(void **state)
{
	const char *path = in_dir(test_dir(), "f");
	bool is_whole = false;

	(void)state;
	test_write_file(path, STR("bytes"));
	for (uint64_t nth = 1; !is_whole; nth++) {
		struct buf b = BUF_INIT(100);
		struct err err = { 0 };
		enum ll_err code;

		fault_arm(FAULT_FILE | FAULT_ALLOC, nth, false);
		code = file_slurp(path, &b, &err);
		is_whole = fault_disarm() < nth;
		assert_int_equal(code == LL_OK, is_whole);
		assert_int_equal(b.len, is_whole ? 5 : 0);
		assert_true(nth < 20);
		buf_release(&b);
	}
}

static void file__refuses__paths_too_long(void **state)
{
	char lengthy[PATH_MAX + 1];
	struct stat st;
	struct err err;

	(void)state;
	memset(lengthy, 'a', PATH_MAX);
	lengthy[PATH_MAX] = '\0';
	assert_int_equal(file_mkdirs(lengthy, 0700, &err), LL_EINVAL);
	assert_int_equal(file_replace(lengthy, 0600, STR("x"), &err), LL_EINVAL);
	assert_int_equal(file_stat(lengthy, &st, &err), LL_EIO);
}

static void path_join__adds__one_slash(void **state)
{
	char out[8];

	(void)state;
	assert_true(path_join(out, sizeof(out), "a", "b"));
	assert_string_equal(out, "a/b");
	assert_true(path_join(out, sizeof(out), "/", "b"));
	assert_string_equal(out, "/b");
	assert_true(path_join(out, sizeof(out), "", "b"));
	assert_string_equal(out, "b");
	assert_true(path_join(out, sizeof(out), "abc", "def"));
	assert_false(path_join(out, sizeof(out), "abc", "defg"));
}

SUITE(file,
	cmocka_unit_test(file_slurp__reads__up_to_cap),
	cmocka_unit_test(file_open__says__what_failed),
	cmocka_unit_test(file_write_all__appends__and_reads_back),
	cmocka_unit_test(file_mkdirs__makes__every_part),
	cmocka_unit_test(file_mkdirs__refuses__a_file_in_the_way),
	cmocka_unit_test(file_replace__sets__bytes_and_mode),
	cmocka_unit_test(file_replace__keeps__file_whole_when_a_call_fails),
	cmocka_unit_test(file_slurp__leaves__buffer_when_a_call_fails),
	cmocka_unit_test(file__refuses__paths_too_long),
	cmocka_unit_test(path_join__adds__one_slash));
