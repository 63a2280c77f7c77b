/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "base/fault.h"
#include "ingest/decoders.h"
#include "ingest/field_map.h"
#include "store/audit.h"
#include "store/db.h"
#include "store/source.h"
#include "tests/ingest/collect.h"
#include "tests/ingest/make_tar.h"
#include "tests/ingest/world.h"

#define LINE_AT(time, id, output, more)                                                         \
	"{\"type\":\"assistant\",\"timestamp\":\"" time "\",\"sessionId\":\"s1\",\"requestId\":\"r\","  \
	"\"cwd\":\"/w\",\"message\":{\"id\":\"" id "\",\"model\":\"claude-sonnet-4-5\",\"content\":"  \
	"[{\"type\":\"text\",\"text\":\"the quick brown secret\"}],\"usage\":{\"input_tokens\":3,"    \
	"\"output_tokens\":" #output "}}" more "}\n"
#define LINE(id, output) LINE_AT("2026-11-01T10:00:00.000Z", id, output, "")

static const char *path_of(const struct world *w, const char *name)
{
	static char path[256];

	return world_path(w, name, path);
}

static void make_dir(const struct world *w, const char *name)
{
	assert_int_equal(mkdir(path_of(w, name), 0755), 0);
}

static void import__twice__stores_nothing_new(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5) LINE("m2", 6));
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.files, 1);
	assert_int_equal(w.sum.lines, 2);
	assert_int_equal(w.sum.calls, 2);
	assert_int_equal(w.sum.stored.added, 2);
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.files, 0);
	assert_int_equal(w.sum.unchanged, 1);
	assert_int_equal(w.sum.calls, 0);
	assert_int_equal(world_total(&w).calls, 2);
	world_close(&w);
}

static void import__reads_on__where_it_stopped(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5) "{\"type\":\"assist");
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.calls, 1);
	assert_int_equal(w.sum.refused, 0); /* its writer is in the middle of a line */
	world_append(&w, "a.jsonl", "ant\"}\n" LINE("m1", 9) LINE("m2", 1));
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.files, 1);
	assert_int_equal(w.sum.lines, 3);
	assert_int_equal(w.sum.calls, 2);
	assert_int_equal(w.sum.stored.added, 1);
	assert_int_equal(w.sum.stored.updated, 1);
	assert_int_equal(world_total(&w).tokens.output, 10);
	world_close(&w);
}

static void import__takes__a_whole_last_line_without_its_end(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5));
	assert_int_equal(truncate(path_of(&w, "a.jsonl"), (off_t)strlen(LINE("m1", 5)) - 1), 0);
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.calls, 1);
	world_append(&w, "a.jsonl", "\n" LINE("m2", 5));
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.calls, 1);
	assert_int_equal(w.sum.stored.added, 1);
	world_close(&w);
}

static void import__reads_anew__a_file_that_was_replaced(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5) LINE("m2", 5) LINE("m3", 5));
	world_import(&w, path_of(&w, "a.jsonl"));
	world_write(&w, "a.jsonl", LINE("m4", 5)); /* truncated */
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.calls, 1);
	world_write(&w, "a.jsonl", LINE("m5", 5) LINE("m6", 5) LINE("m7", 5)); /* same size or more */
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.calls, 3);
	world_write(&w, "b.jsonl", LINE("m8", 5) LINE("m9", 5) LINE("ma", 5) LINE("mb", 5));
	{
		char from[256];

		assert_int_equal(rename(world_path(&w, "b.jsonl", from), path_of(&w, "a.jsonl")), 0);
	}
	world_import(&w, path_of(&w, "a.jsonl")); /* rotated */
	assert_int_equal(w.sum.calls, 4);
	assert_int_equal(world_total(&w).calls, 11);
	world_close(&w);
}

static void import__gives__one_answer_in_any_order(void **state)
{
	static const char *const lines[] = {
		LINE("m1", 5), LINE("m1", 50), LINE("m1", 9),
		LINE_AT("2026-11-01T10:00:01.000Z", "m1", 70, ",\"isSidechain\":true"),
	};

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		struct world w;

		world_open(&w);
		make_dir(&w, "logs");
		for (int i = 0; i < 4; i++) {
			char name[32];

			snprintf(name, sizeof(name), "logs/%d.jsonl", i);
			world_write(&w, name, lines[turn ? 3 - i : i]);
			assert_int_equal(utimensat(AT_FDCWD, path_of(&w, name),
				(struct timespec[]){ { 1000 + i, 0 }, { 1000 + i, 0 } }, 0), 0);
		}
		world_import(&w, path_of(&w, "logs"));
		assert_int_equal(w.sum.files, 4);
		assert_int_equal(world_total(&w).calls, 1);
		world_close(&w);
	}
}

static void import__yields__a_side_chain_to_its_original(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	make_dir(&w, "logs");
	world_write(&w, "logs/1.jsonl", "{\"timestamp\":\"2026-11-01T10:00:00Z\",\"requestId\":\"other\","
		"\"isSidechain\":true,\"sessionId\":\"s\",\"message\":{\"id\":\"m1\",\"model\":\"claude-x\","
		"\"usage\":{\"input_tokens\":3,\"output_tokens\":5}}}\n");
	world_write(&w, "logs/2.jsonl", LINE("m1", 5));
	world_import(&w, path_of(&w, "logs"));
	assert_int_equal(w.sum.calls, 2);
	assert_int_equal(world_total(&w).calls, 1);
	world_close(&w);
}

static void import__counts__refused_lines_and_names_the_first(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5) "{broken\n" LINE("m2", -1) LINE("m3", -2)
		LINE_AT("1969-01-01T00:00:00Z", "m4", 1, "") LINE_AT("2101-01-01T00:00:00Z", "m5", 1, ""));
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.calls, 1);
	assert_int_equal(w.sum.refused, 5);
	assert_int_equal(w.sum.refusal_count, 3);
	assert_string_equal(w.sum.refusals[0].why, "not JSON: a key was expected");
	assert_true(str_ends(str_of(w.sum.refusals[0].first), STR("a.jsonl:2")));
	assert_string_equal(w.sum.refusals[1].why,
		"output_tokens is not a whole number from 0 to 2^40");
	assert_int_equal(w.sum.refusals[1].count, 2);
	assert_int_equal(w.sum.refusals[2].count, 2);
	world_close(&w);
}

static void import__walks__directories_without_loops(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	make_dir(&w, "logs");
	make_dir(&w, "logs/deep");
	world_write(&w, "logs/deep/a.jsonl", LINE("m1", 5));
	world_write(&w, "logs/notes.txt", "hello\n");
	world_write(&w, "logs/empty", "");
	assert_int_equal(symlink("..", path_of(&w, "logs/deep/loop")), 0);
	assert_int_equal(symlink("nowhere", path_of(&w, "logs/deep/broken")), 0);
	assert_int_equal(mkfifo(path_of(&w, "logs/fifo"), 0600), 0);
	world_import(&w, path_of(&w, "logs"));
	assert_int_equal(w.sum.files, 1);
	assert_int_equal(w.sum.not_logs, 1);
	assert_int_equal(w.sum.empty, 1);
	assert_int_equal(w.sum.unreadable, 1);
	assert_true(str_ends(str_of(w.sum.unreadable_first), STR("logs/deep/broken")));
	assert_int_equal(w.sum.calls, 1);
	world_close(&w);
}

static void import__says__when_there_is_nothing_to_read(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	assert_int_equal(world_import_with(&w, path_of(&w, "missing"), (struct import_options){ 0 }),
		LL_ENOENT);
	assert_non_null(strstr(w.err.msg, "missing"));
	world_write(&w, "notes.txt", "hello\n");
	assert_int_equal(world_import_with(&w, path_of(&w, "notes.txt"), (struct import_options){ 0 }),
		LL_ENOENT);
	assert_non_null(strstr(w.err.msg, "no log of a known kind"));
	world_close(&w);
}

/* Root reads everything: what another user may not read is tried as another user. */
static int import_as_nobody(const char *dir)
{
	struct world w = { .scope = SCOPE_DEFAULT, .book = price_book_new() };
	const char *path = dir;
	struct import_options options = { .scope = &w.scope, .book = world_book, .book_ctx = &w, .paths = &path,
		.path_count = 1, .dry_run = true };
	bool is_good;

	if (setgid(65534) != 0 || setuid(65534) != 0)
		return 2;
	is_good = import_run(&options, &w.sum, &w.err) == LL_OK && w.sum.unreadable == 2 &&
		w.sum.calls == 1 && w.sum.unreadable_first[0];
	price_book_free(w.book);
	return is_good ? 0 : 1;
}

static void import__counts__what_it_may_not_read(void **state)
{
	struct world w;
	int status;
	pid_t child;

	(void)state;
	if (getuid() != 0)
		skip();
	world_open(&w);
	make_dir(&w, "logs");
	make_dir(&w, "logs/closed");
	world_write(&w, "logs/closed/a.jsonl", LINE("m1", 5));
	world_write(&w, "logs/b.jsonl", LINE("m2", 5));
	world_write(&w, "logs/c.jsonl", LINE("m3", 5));
	assert_int_equal(chmod(path_of(&w, "logs/closed"), 0700), 0);
	assert_int_equal(chmod(path_of(&w, "logs/c.jsonl"), 0600), 0);
	assert_int_equal(chmod(w.dir, 0755), 0);
	{
		char root[128];

		snprintf(root, sizeof(root), "%s", w.dir);
		*strrchr(root, '/') = '\0';
		assert_int_equal(chmod(root, 0755), 0);
	}
	child = fork();
	if (child == 0)
		_exit(import_as_nobody(path_of(&w, "logs")));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	world_close(&w);
}

static void import__reads__the_known_places(void **state)
{
	struct world w;
	struct log_place places[32];
	size_t count, found = 0;

	(void)state;
	world_open(&w);
	make_dir(&w, ".claude");
	make_dir(&w, ".claude/projects");
	make_dir(&w, ".claude/projects/p");
	make_dir(&w, ".codex");
	world_write(&w, ".claude/projects/p/a.jsonl", LINE("m1", 5));
	world_write(&w, ".claude/projects/p/a.txt", LINE("m9", 5));
	setenv("HOME", w.dir, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_DATA_HOME");
	unsetenv("CLAUDE_CONFIG_DIR");
	unsetenv("CODEX_HOME");
	count = log_places(places, 32, true);
	for (size_t i = 0; i < count; i++)
		if (places[i].exists) {
			assert_ptr_equal(places[i].decoder, &claude_decoder);
			assert_int_equal(places[i].files, 1);
			found++;
		}
	assert_int_equal(found, 1);
	world_import(&w, NULL);
	assert_int_equal(w.sum.calls, 1);
	world_append(&w, ".claude/projects/p/a.jsonl", LINE("m2", 5));
	assert_ok(world_import_with(&w, NULL, (struct import_options){ .refresh = true }), &w.err);
	assert_int_equal(w.sum.calls, 1);
	assert_ok(world_import_with(&w, NULL, (struct import_options){ .refresh = true }), &w.err);
	assert_int_equal(w.sum.unchanged, 1);
	assert_ok(world_import_with(&w, NULL,
		(struct import_options){ .refresh = true, .machine = STR("other") }), &w.err);
	assert_int_equal(w.sum.unchanged, 0);
	world_close(&w);
}

static void import__reads__a_tar_stream(void **state)
{
	struct buf b = BUF_INIT(1 << 20);
	struct world w;

	(void)state;
	world_open(&w);
	tar_add(&b, '5', "projects/", STR(""));
	tar_add(&b, '0', "projects/a.jsonl", str_of(LINE("m1", 5) LINE("m2", 5)));
	tar_add(&b, '0', "projects/notes.txt", STR("hello"));
	tar_add(&b, '0', "projects/b.jsonl", str_of(LINE("m2", 5) LINE("m3", 5)));
	tar_end(&b);
	test_write_file(path_of(&w, "all.tar"), buf_str(&b));
	world_import(&w, path_of(&w, "all.tar"));
	assert_int_equal(w.sum.files, 2);
	assert_int_equal(w.sum.not_logs, 1);
	assert_int_equal(w.sum.stored.added, 3);
	world_import(&w, path_of(&w, "all.tar")); /* nothing is remembered, nothing is counted twice */
	assert_int_equal(w.sum.files, 2);
	assert_int_equal(w.sum.stored.added, 0);
	assert_int_equal(world_total(&w).calls, 3);
	buf_release(&b);
	world_close(&w);
}

static void import__reads__standard_input(void **state)
{
	struct world w;
	int saved = dup(STDIN_FILENO), file;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5));
	file = open(path_of(&w, "a.jsonl"), O_RDONLY);
	assert_true(file >= 0 && dup2(file, STDIN_FILENO) == STDIN_FILENO);
	world_import(&w, "-");
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	close(file);
	assert_int_equal(w.sum.calls, 1);
	assert_int_equal(world_total(&w).calls, 1);
	world_close(&w);
}

static void import__keeps__equal_rows_of_an_export_apart(void **state)
{
	static const char rows[] = "timestamp,input_tokens,output_tokens\n"
		"2026-11-01T10:00:00Z,1,2\n2026-11-01T10:00:00Z,1,2\n2026-11-01T10:00:00Z,1,2\n";
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.csv", rows);
	world_write(&w, "b.csv", rows); /* an overlapping export */
	world_import(&w, path_of(&w, "a.csv"));
	assert_int_equal(w.sum.stored.added, 3);
	world_import(&w, path_of(&w, "b.csv"));
	assert_int_equal(w.sum.stored.added, 0);
	world_append(&w, "b.csv", "2026-11-01T10:00:00Z,1,2\n2026-11-01T11:00:00Z,1,2\n");
	world_import(&w, path_of(&w, "b.csv"));
	assert_int_equal(w.sum.stored.added, 2);
	assert_int_equal(world_total(&w).calls, 5);
	assert_int_equal(world_total(&w).unpriced, 5); /* a model is not said */
	world_close(&w);
}

static void import__ends__when_the_map_does_not_fit(void **state)
{
	struct field_map *map;
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.csv", "when,tokens\n1,2\n");
	assert_ok(field_map_parse(STR("ts=when,input=in"), &map, &w.err), &w.err);
	assert_int_equal(world_import_with(&w, path_of(&w, "a.csv"),
		(struct import_options){ .decode = { .map = map } }), LL_EUSAGE);
	assert_non_null(strstr(w.err.msg, "no column 'in'; the columns are when, tokens"));
	field_map_free(map);
	world_close(&w);
}

static void import__stores_nothing__in_a_dry_run(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5));
	assert_ok(world_import_with(&w, path_of(&w, "a.jsonl"),
		(struct import_options){ .dry_run = true }), &w.err);
	assert_int_equal(w.sum.calls, 1);
	assert_int_equal(world_total(&w).calls, 0);
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.stored.added, 1);
	world_close(&w);
}

static void import__writes__one_audit_entry_when_it_stored(void **state)
{
	struct store_reader *reader;
	struct world w;
	int64_t before, after, later;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5));
	assert_ok(store_reader_open(w.store, &reader, &w.err), &w.err);
	assert_ok(audit_verify(reader, &before, &w.err), &w.err);
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_ok(audit_verify(reader, &after, &w.err), &w.err);
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_ok(audit_verify(reader, &later, &w.err), &w.err);
	assert_int_equal(later, after);
	assert_true(after > before);
	store_reader_close(reader);
	world_close(&w);
}

static void make_opencode_db(const char *path)
{
	struct db db;
	struct err err;

	assert_ok(db_open(&db, path, DB_CREATE, 0, &err), &err);
	assert_ok(db_exec(&db, "CREATE TABLE message(id TEXT PRIMARY KEY, session_id TEXT, "
		"time_created INTEGER, time_updated INTEGER, data TEXT);"
		"INSERT INTO message VALUES('m1','o1',0,0,'{\"role\":\"assistant\","
		"\"providerID\":\"anthropic\",\"modelID\":\"claude-sonnet-4-5\","
		"\"time\":{\"created\":1793527200000},\"tokens\":{\"input\":10,"
		"\"output\":20}}'), ('m2','o1',0,0,'{\"role\":\"user\"}');", &err), &err);
	db_close(&db);
}

static void import__reads__a_database_of_opencode(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	make_opencode_db(path_of(&w, "opencode.db"));
	world_import(&w, path_of(&w, "opencode.db"));
	assert_int_equal(w.sum.files, 1);
	assert_int_equal(w.sum.lines, 2);
	assert_int_equal(w.sum.calls, 1);
	assert_int_equal(world_total(&w).tokens.output, 20);
	world_import(&w, path_of(&w, "opencode.db"));
	assert_int_equal(w.sum.unchanged, 1);
	world_write(&w, "opencode-2.db", "SQLite format 3 but not really one");
	assert_int_equal(world_import_with(&w, path_of(&w, "opencode-2.db"),
		(struct import_options){ 0 }), LL_OK);
	assert_int_equal(w.sum.unreadable, 1);
	world_close(&w);
}

static void import__counts__another_request_of_one_message_id(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5) "{\"timestamp\":\"2026-11-01T10:00:00Z\","
		"\"requestId\":\"r2\",\"message\":{\"id\":\"m1\",\"model\":\"claude-x\","
		"\"usage\":{\"input_tokens\":3,\"output_tokens\":5}}}\n");
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(world_total(&w).calls, 2);
	world_close(&w);
}

/* Writes the progress of the only file again, as an older decoder would have. */
static void make_progress_older(struct world *w)
{
	struct door_options options = { .store = w->store, .scope = &w->scope, .book = world_book, .book_ctx = w };
	struct file_progress *files;
	struct store_reader *reader;
	struct arena arena = { 0 };
	struct source *sources;
	struct door *door;
	size_t count;

	assert_ok(store_reader_open(w->store, &reader, &w->err), &w->err);
	assert_ok(source_list(reader, &w->scope, &arena, &sources, &count, &w->err), &w->err);
	assert_ok(source_files(reader, &w->scope, sources[0].id, &arena, &files, &count, &w->err),
		&w->err);
	assert_int_equal(count, 1);
	files[0].decoder_version = 0;
	assert_ok(door_open(&door, &options, &w->err), &w->err);
	assert_ok(door_file(door, &files[0], &w->err), &w->err);
	assert_ok(door_flush(door, &w->err), &w->err);
	door_close(door);
	store_reader_close(reader);
	arena_release(&arena);
}

static void import__reads_anew__what_an_older_decoder_read(void **state)
{
	struct world w;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5) LINE("m2", 5));
	world_import(&w, path_of(&w, "a.jsonl"));
	make_progress_older(&w);
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.calls, 2);
	assert_int_equal(w.sum.stored.added, 0);
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(w.sum.unchanged, 1);
	world_close(&w);
}

/* Every file call in turn fails: the run ends or counts, and what it says is true. */
static void import__survives__failing_file_calls(void **state)
{
	struct world w;
	uint64_t visits = 1;

	(void)state;
	world_open(&w);
	world_write(&w, "a.jsonl", LINE("m1", 5) LINE("m2", 5));
	for (uint64_t nth = 1; nth <= visits; nth++) {
		struct import_options options = { .dry_run = true };
		enum ll_err code;

		fault_arm(FAULT_FILE, nth, false);
		code = world_import_with(&w, path_of(&w, "a.jsonl"), options);
		visits = fault_disarm();
		if (nth <= visits)
			assert_true(code != LL_OK || w.sum.unreadable == 1);
		else
			assert_int_equal(w.sum.calls, 2);
	}
	world_import(&w, path_of(&w, "a.jsonl"));
	assert_int_equal(world_total(&w).calls, 2);
	world_close(&w);
}

SUITE(import,
	cmocka_unit_test(import__twice__stores_nothing_new),
	cmocka_unit_test(import__reads_on__where_it_stopped),
	cmocka_unit_test(import__takes__a_whole_last_line_without_its_end),
	cmocka_unit_test(import__reads_anew__a_file_that_was_replaced),
	cmocka_unit_test(import__gives__one_answer_in_any_order),
	cmocka_unit_test(import__yields__a_side_chain_to_its_original),
	cmocka_unit_test(import__counts__refused_lines_and_names_the_first),
	cmocka_unit_test(import__walks__directories_without_loops),
	cmocka_unit_test(import__says__when_there_is_nothing_to_read),
	cmocka_unit_test(import__counts__what_it_may_not_read),
	cmocka_unit_test(import__reads__the_known_places),
	cmocka_unit_test(import__reads__a_tar_stream),
	cmocka_unit_test(import__reads__standard_input),
	cmocka_unit_test(import__keeps__equal_rows_of_an_export_apart),
	cmocka_unit_test(import__ends__when_the_map_does_not_fit),
	cmocka_unit_test(import__stores_nothing__in_a_dry_run),
	cmocka_unit_test(import__writes__one_audit_entry_when_it_stored),
	cmocka_unit_test(import__reads__a_database_of_opencode),
	cmocka_unit_test(import__counts__another_request_of_one_message_id),
	cmocka_unit_test(import__reads_anew__what_an_older_decoder_read),
	cmocka_unit_test(import__survives__failing_file_calls));
