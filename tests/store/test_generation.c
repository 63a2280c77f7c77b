/* SPDX-License-Identifier: Apache-2.0 */
#include <poll.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/writing.h"

#define COMMITS 1000

/* Looks whenever the file changes, as a dashboard does, until all commits were seen. */
static int watch(const char *dir, int ready)
{
	struct store *s;
	struct err err = { 0 };
	char events[4096];
	uint64_t first, seen;
	int notify = inotify_init1(IN_NONBLOCK);
	struct pollfd poll_notify = { .fd = notify, .events = POLLIN };

	if (store_open(&s, &(struct store_options){ .dir = dir, .mode = STORE_READ_ONLY }, &err))
		return 1;
	if (inotify_add_watch(notify, store_generation_path(s), IN_MODIFY) < 0)
		return 2;
	first = store_generation(s);
	if (write(ready, "r", 1) != 1)
		return 3;
	while ((seen = store_generation(s)) < first + COMMITS) {
		if (poll(&poll_notify, 1, 10000) != 1)
			return 4;
		/* What the file says is committed: it can be read. */
		if (read(notify, events, sizeof(events)) <= 0)
			return 5;
		if (first + (uint64_t)writing_sum(dir, "SELECT max(id) FROM cost_records") < seen)
			return 6;
	}
	store_close(s);
	return seen == first + COMMITS ? 0 : 7;
}

static void store_generation__is_seen_by_another_process(void **state)
{
	const char *dir = test_dir();
	struct store *s = writing_open(dir);
	struct batch *b = batch_new();
	int64_t source = writing_source(s, "/a");
	int ends[2], status;
	char byte;
	pid_t child;
	(void)state;

	writing_add(b, source, "zero", NOV_2026_NS + NS_PER_DAY);
	writing_append(s, b);
	store_close(s);
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (child == 0)
		_exit(watch(dir, ends[1]));
	assert_int_equal(read(ends[0], &byte, 1), 1);
	s = writing_open(dir);
	for (uint64_t i = 1; i <= COMMITS; i++) {
		batch_clear(b);
		writing_add(b, source, "zero", NOV_2026_NS + NS_PER_DAY)->call.key =
			(struct call_key){ .exact = { 1, i }, .family = i };
		writing_append(s, b);
	}
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	batch_free(b);
	store_close(s);
	close(ends[0]);
	close(ends[1]);
}

SUITE(generation,
	cmocka_unit_test(store_generation__is_seen_by_another_process));
