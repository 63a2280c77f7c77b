/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the dashboard feels on a terminal of 120x36 over the store of one month: its start, keys,
 * pages, letters of a filter, resizes, rest, and a slow line. `less` on a big file and other
 * screens, where they are installed, get the same things to do in turn.
 */
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>

#include "base/file.h"
#include "base/mem.h"
#include "bench/calls.h"
#include "bench/player.h"

#define PAINTS 5            /* starts for one median */
#define TEXT_LINES 200000   /* of the big file */
#define REST_NS (10 * NS_PER_S)
#define PLAYERS_MAX 8
#define ENV_BYTES 600

/* Keys as an xterm sends them: in another form to a program that asked for it. */
static const struct part parts[] = {
	{ "less", { "FILE" }, "j", "k", " ", "b", "/", "projects are", "\003" },
	{ "htop", { NULL }, "\033OB", "\033OA", "\033[6~", "\033[5~", "/", "zzzzzz", "\033" },
	{ "tig", { NULL }, "j", "k", " ", "-", "/", "zzzzzz", "\033" },
	{ "btop", { NULL }, "\033[B", "\033[A", "\033[6~", "\033[5~", "f", "zzzzzz", "\r" },
	{ "lnav", { "FILE" }, "j", "k", " ", "b", "/", "projects are", "\033" },
};
#define PARTS (sizeof(parts) / sizeof(parts[0]))

static const struct part dashboard = { "llmlab", { "--store", "FILE" }, "j", "k", "\033[6~",
	"\033[5~", "/", "model~model-001", "\033" };

struct tty_bench {
	char home[ENV_BYTES];
	char nothing[512], store[512], text[512];
	struct player players[PLAYERS_MAX]; /* the dashboard first */
	size_t count;
};

/* With a home of its own: no other store, logs, configuration, remembered view. */
static enum ll_err start(const struct tty_bench *b, const struct part *part, const char *file,
	const char *word, struct player *p, struct err *err)
{
	const char *argv[PLAYER_ARGS_MAX + 2] = { part->name };
	const char *const env[] = { b->home, "XDG_DATA_HOME=", "XDG_CONFIG_HOME=",
		"XDG_STATE_HOME=", NULL };
	const struct child program = { .argv = argv, .env = env };

	if (part == &dashboard)
		argv[0] = llmlab_command();
	for (size_t i = 0; part->args[i]; i++)
		argv[i + 1] = str_is(str_of(part->args[i]), "FILE") ? file : part->args[i];
	return player_start(p, part, &program, word, err);
}

/* --- the first paint ------------------------------------------------------------------------ */

struct paint {
	const struct tty_bench *bench;
	const char *store, *word;
};

static enum ll_err paint(void *ctx, double *ms, struct err *err)
{
	const struct paint *paint = ctx;
	double all[PAINTS];
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < PAINTS; i++) {
		struct player p;

		code = start(paint->bench, &dashboard, paint->store, paint->word, &p, err);
		all[i] = p.paint_ms;
		player_stop(&p);
	}
	if (code == LL_OK)
		*ms = median(all, PAINTS);
	return code;
}

static enum ll_err run_paints(const struct tty_bench *b, struct err *err)
{
	const struct {
		const char *name, *store, *word;
		double bar_ms;
	} cases[] = {
		{ "tty_first_paint_empty", b->nothing, "Welcome", 20 },
		{ "tty_first_paint_month", b->store, "project-00", 100 },
	};
	enum ll_err code = LL_OK;

	for (size_t i = 0; code == LL_OK && i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct paint ctx = { b, cases[i].store, cases[i].word };
		struct contest contest = {
			.figure = {
				.name = cases[i].name,
				.unit = "ms",
				.better = LESS_IS_BETTER,
				.reference = "/bin/true",
				.wanted = WANT_AT_MOST,
				.bar = cases[i].bar_ms,
			},
			.measure = paint,
			.reference = child_true_ms,
			.ctx = &ctx,
		};

		code = contest_run(&contest, err);
	}
	return code;
}

/* --- the figures ---------------------------------------------------------------------------- */

/* NaN where there is none. */
static double part_of(const double *samples, size_t count, size_t percent)
{
	double sorted[PLAYER_SAMPLES_MAX];

	if (count == 0)
		return NAN;
	memcpy(sorted, samples, count * sizeof(*sorted));
	(void)median(sorted, count);
	return sorted[count * percent / 100];
}

static double typical_ms(const struct player *p, enum act act)
{
	return part_of(p->acts[act].last_ms, p->acts[act].count, 50);
}

static double typical_bytes(const struct player *p, enum act act)
{
	return part_of(p->acts[act].bytes, p->acts[act].count, 50);
}

static double row_ms(const struct player *p)
{
	return typical_ms(p, ACT_ROW);
}

static double row_p95_ms(const struct player *p)
{
	return part_of(p->acts[ACT_ROW].last_ms, p->acts[ACT_ROW].count, 95);
}

static double row_bytes(const struct player *p)
{
	return typical_bytes(p, ACT_ROW);
}

static double page_ms(const struct player *p)
{
	return typical_ms(p, ACT_PAGE);
}

static double page_bytes(const struct player *p)
{
	return typical_bytes(p, ACT_PAGE);
}

/* What it filters may come later: the letter itself is what is waited for. */
static double letter_ms(const struct player *p)
{
	return part_of(p->acts[ACT_LETTER].first_ms, p->acts[ACT_LETTER].count, 50);
}

static double resize_ms(const struct player *p)
{
	return typical_ms(p, ACT_RESIZE);
}

/* Of one write(2) the terminal reads all at once, of several all only when they come at once. */
static double row_reads(const struct player *p)
{
	return part_of(p->acts[ACT_ROW].reads, p->acts[ACT_ROW].count, 95);
}

static double rest_wakeups(const struct player *p)
{
	return (double)p->rest.wakeups;
}

static double rest_bytes(const struct player *p)
{
	return (double)p->rest_bytes;
}

static double rest_cpu_percent(const struct player *p)
{
	return (double)p->rest.cpu_ns * 100 / (double)REST_NS;
}

static double memory_mb(const struct player *p)
{
	return p->rest.anon_mb;
}

static double held_row_ms(const struct player *p)
{
	return p->row.ms;
}

static double held_row_frames(const struct player *p)
{
	return p->row.frames;
}

static double held_page_ms(const struct player *p)
{
	return p->page.ms;
}

static double held_page_frames(const struct player *p)
{
	return p->page.frames;
}

static const struct {
	const char *name, *unit;
	double (*value)(const struct player *p);
	enum figure_wanted wanted;
	double bar;
	bool has_reference; /* others can be asked the same */
} figures[] = {
	{ "tty_row_key_p50", "ms", row_ms, WANT_AT_MOST, 1, true },
	{ "tty_row_key_p95", "ms", row_p95_ms, WANT_AT_MOST, 4, true },
	{ "tty_row_key_bytes", "bytes", row_bytes, WANT_AT_MOST, 450, true },
	{ "tty_page_key", "ms", page_ms, WANT_AT_MOST, 2, true },
	{ "tty_page_key_bytes", "bytes", page_bytes, WANT_AT_MOST, 5500, true },
	{ "tty_filter_letter", "ms", letter_ms, WANT_AT_MOST, 4, true },
	{ "tty_resize", "ms", resize_ms, WANT_AT_MOST, 5, true },
	{ "tty_row_key_pieces", "reads", row_reads, WANT_AT_MOST, 1, true },
	{ "tty_rest_wakeups", "in 10 s", rest_wakeups, WANT_AT_MOST, 0, true },
	{ "tty_rest_bytes", "in 10 s", rest_bytes, WANT_AT_MOST, 0, true },
	{ "tty_rest_cpu", "%", rest_cpu_percent, WANT_AT_MOST, 0.1, true },
	/* Ten, and what SQLite may cache: two files of each of two readers. */
	{ "tty_memory", "MiB RssAnon", memory_mb, WANT_AT_MOST, 18, true },
	{ "tty_slow_row_key", "ms at 14.4 KB/s", held_row_ms, WANT_NOTHING, 0, true },
	{ "tty_slow_page_key", "ms at 14.4 KB/s", held_page_ms, WANT_NOTHING, 0, true },
	/* Only the dashboard says where a frame ends. */
	{ "tty_slow_row_key_frames", "before its own", held_row_frames, WANT_AT_MOST, 1, false },
	{ "tty_slow_page_key_frames", "before its own", held_page_frames, WANT_AT_MOST, 1, false },
};

/* other NULL: nobody else is here. is_first: what is compared with nobody is printed too. */
static void print_beside(const struct player *own, const struct player *other, bool is_first)
{
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		const struct figure f = {
			.name = figures[i].name,
			.unit = figures[i].unit,
			.better = LESS_IS_BETTER,
			.reference = figures[i].has_reference && other ? other->part->name : NULL,
			.wanted = figures[i].wanted,
			.bar = figures[i].bar,
		};

		if (figures[i].has_reference || is_first)
			figure_print(&f, figures[i].value(own),
				other ? figures[i].value(other) : NAN);
	}
}

/* --- the session ---------------------------------------------------------------------------- */

static enum ll_err write_text(const char *path, struct err *err)
{
	struct buf text = BUF_INIT(64u << 20);
	int fd = -1;
	enum ll_err code;

	for (int i = 0; i < TEXT_LINES; i++)
		buf_addf(&text, "%07d call of model-%04d for project-%04d: %d tokens in, %d out, "
			"$%d.%04d\n", i, i % 25, i % 16, i * 37 % 4096, i * 11 % 2048, i % 3,
			i % 9973);
	code = buf_status(&text) == LL_OK ? LL_OK : ll_fail(err, LL_ENOMEM, "out of memory");
	if (code == LL_OK)
		code = file_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd, err);
	if (code == LL_OK)
		code = file_write_all(fd, path, buf_str(&text), err);
	file_close(&fd);
	buf_release(&text);
	return code;
}

static void skip(const char *name, const char *why)
{
	char figure[64];

	snprintf(figure, sizeof(figure), "tty_beside_%s", name);
	figure_skip(figure, why);
}

/* Others that do not start here (tig where there is no repository) are left out. */
static enum ll_err start_all(struct tty_bench *b, struct err *err)
{
	enum ll_err code = start(b, &dashboard, b->store, "project-00", &b->players[0], err);

	b->count = 1;
	for (size_t i = 0; code == LL_OK && i < PARTS; i++) {
		struct player *p = &b->players[b->count];
		struct err why = { 0 };

		if (!command_exists(parts[i].name)) {
			skip(parts[i].name, "it is not installed");
		} else if (start(b, &parts[i], b->text, NULL, p, &why) != LL_OK) {
			skip(parts[i].name, why.msg);
			player_stop(p);
		} else {
			b->count++;
		}
	}
	return code;
}

static enum ll_err check(const struct player *own, struct err *err)
{
	static const char *const steps[] = { [ACT_ROW] = "row keys", [ACT_PAGE] = "page keys",
		[ACT_LETTER] = "letters", [ACT_RESIZE] = "resizes" };

	for (size_t act = 0; act < ACTS; act++)
		if (own->acts[act].unanswered)
			return ll_fail(err, LL_EIO, "the dashboard did not answer %zu %s",
				own->acts[act].unanswered, steps[act]);
	return LL_OK;
}

/* A clock on the screen moves once a minute: not in the middle of it. */
static void wait_for_room_in_minute(void)
{
	while (clock_now_ns(NULL) % NS_PER_MIN > NS_PER_MIN - REST_NS - 2 * NS_PER_S)
		poll(NULL, 0, 100);
}

static enum ll_err run_session(struct tty_bench *b, struct err *err)
{
	enum ll_err code = start_all(b, err);

	if (code == LL_OK) {
		for (int round = 0; round < BENCH_ROUNDS; round++)
			for (int act = 0; act < ACTS; act++)
				for (size_t i = 0; i < b->count; i++)
					player_act(&b->players[i], (enum act)act);
		code = check(&b->players[0], err);
	}
	if (code == LL_OK) {
		wait_for_room_in_minute();
		players_rest(b->players, b->count, REST_NS);
		for (size_t i = 0; i < b->count; i++)
			player_hold(&b->players[i]);
		if (b->count == 1)
			print_beside(&b->players[0], NULL, true);
		for (size_t i = 1; i < b->count; i++)
			print_beside(&b->players[0], &b->players[i], i == 1);
	}
	for (size_t i = 0; i < b->count; i++)
		player_stop(&b->players[i]);
	return code;
}

enum ll_err bench_tty(const struct bench *bench, struct err *err)
{
	struct tty_bench *b = ll_alloc(sizeof(*b));
	char dir[512];
	int64_t calls;
	enum ll_err code = scratch_dir(bench, "tty", dir, err);

	*b = (struct tty_bench){ 0 };
	snprintf(b->home, sizeof(b->home), "HOME=%s", dir);
	if (code == LL_OK && (!path_join(b->nothing, sizeof(b->nothing), dir, "nothing") ||
		!path_join(b->text, sizeof(b->text), dir, "big.txt")))
		code = ll_fail(err, LL_EINVAL, "path of the scratch directory is too long");
	if (code == LL_OK)
		code = month_store(bench, b->store, &calls, err);
	if (code == LL_OK)
		code = write_text(b->text, err);
	if (code == LL_OK)
		code = run_paints(b, err);
	if (code == LL_OK)
		code = run_session(b, err);
	scratch_remove(dir);
	ll_free(b);
	return code;
}
