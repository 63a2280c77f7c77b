/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the benches that are named, or all, from the project's top: build/bench/bench [NAME...] */
#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/jsonw.h"
#include "bench/bench.h"

struct entry {
	const char *name;
	enum ll_err (*run)(const struct bench *b, struct err *err);
};

double seconds_since(int64_t mono_ns)
{
	return (double)(clock_mono_ns() - mono_ns) / (double)NS_PER_S;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

uint64_t bench_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

int64_t bench_setting(const char *name, int64_t otherwise)
{
	int64_t value;

	return str_to_i64(str_of(getenv(name)), &value) && value > 0 ? value : otherwise;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st, (void)type, (void)where;
	(void)remove(path);
	return 0;
}

void scratch_remove(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

enum ll_err scratch_dir(const struct bench *b, const char *name, char out[512], struct err *err)
{
	if (!path_join(out, 512, b->dir, name))
		return ll_fail(err, LL_EINVAL, "path of the scratch directory is too long");
	scratch_remove(out);
	return file_mkdirs(out, 0700, err);
}

static void print_line(struct buf *line)
{
	printf("%.*s\n", STR_FMT(buf_str(line)));
	fflush(stdout);
	buf_release(line);
}

static void write_number(struct jsonw *w, const char *key, double value)
{
	char text[32];

	jsonw_key(w, key);
	if (!isfinite(value)) { /* none was taken, or it is beside a zero */
		jsonw_null(w);
		return;
	}
	snprintf(text, sizeof(text), "%.4g", value);
	if (value >= 1000 && value < 1e15)
		snprintf(text, sizeof(text), "%.0f", value);
	jsonw_raw(w, str_of(text));
}

static void write_reference(struct jsonw *w, const struct figure *f, double reference, double ratio)
{
	jsonw_key(w, "reference");
	if (!f->reference) {
		jsonw_null(w);
		jsonw_key(w, "ratio");
		jsonw_null(w);
		return;
	}
	jsonw_object(w);
	jsonw_key(w, "name");
	jsonw_str(w, str_of(f->reference));
	write_number(w, "value", reference);
	jsonw_object_end(w);
	write_number(w, "ratio", ratio);
}

static void write_wanted(struct jsonw *w, const struct figure *f, double value, double ratio)
{
	char wanted[48];

	if (f->wanted == WANT_NOTHING)
		return;
	snprintf(wanted, sizeof(wanted), "%s %g", f->wanted == WANT_RATIO ? "ratio >=" : "value <=",
		f->bar);
	jsonw_key(w, "wanted");
	jsonw_str(w, str_of(wanted));
	jsonw_key(w, "met");
	jsonw_bool(w, f->wanted == WANT_RATIO ? ratio >= f->bar : value <= f->bar);
}

void figure_print(const struct figure *f, double value, double reference)
{
	double ratio = f->better == MORE_IS_BETTER ? value / reference : reference / value;
	struct buf line = BUF_INIT(4096);
	struct jsonw w;

	jsonw_init(&w, &line, 0);
	jsonw_object(&w);
	jsonw_key(&w, "name");
	jsonw_str(&w, str_of(f->name));
	write_number(&w, "value", value);
	jsonw_key(&w, "unit");
	jsonw_str(&w, str_of(f->unit));
	write_reference(&w, f, reference, ratio);
	write_wanted(&w, f, value, ratio);
	jsonw_object_end(&w);
	print_line(&line);
}

void figure_skip(const char *name, const char *why)
{
	struct buf line = BUF_INIT(4096);
	struct jsonw w;

	jsonw_init(&w, &line, 0);
	jsonw_object(&w);
	jsonw_key(&w, "name");
	jsonw_str(&w, str_of(name));
	jsonw_key(&w, "skipped");
	jsonw_str(&w, str_of(why));
	jsonw_object_end(&w);
	print_line(&line);
}

enum ll_err contest_run(const struct contest *c, struct err *err)
{
	double values[BENCH_ROUNDS], references[BENCH_ROUNDS];
	enum ll_err code;

	for (size_t i = 0; i < BENCH_ROUNDS; i++) {
		code = c->measure(c->ctx, &values[i], err);
		if (code == LL_OK)
			code = c->reference(c->ctx, &references[i], err);
		if (code != LL_OK)
			return code;
	}
	figure_print(&c->figure, median(values, BENCH_ROUNDS), median(references, BENCH_ROUNDS));
	return LL_OK;
}

static const struct entry entries[] = {
	{ "json", bench_json },
	{ "append", bench_append },
	{ "import", bench_import },
	{ "query", bench_query },
	{ "start", bench_start },
	{ "tty", bench_tty },
};
static const size_t entry_count = sizeof(entries) / sizeof(entries[0]);

static bool is_wanted(const struct entry *e, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (str_eq(str_of(argv[i]), str_of(e->name)))
			return true;
	return argc == 1;
}

static bool is_known(const char *name)
{
	for (size_t i = 0; i < entry_count; i++)
		if (str_eq(str_of(name), str_of(entries[i].name)))
			return true;
	return false;
}

static int check_names(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (is_known(argv[i]))
			continue;
		fprintf(stderr, "bench: no bench '%s'; there are:", argv[i]);
		for (size_t k = 0; k < entry_count; k++)
			fprintf(stderr, " %s", entries[k].name);
		fprintf(stderr, "\n");
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const char *tmp = getenv("TMPDIR");
	char dir[400];
	struct bench bench = { .dir = dir };
	int failed = 0;

	if (check_names(argc, argv) < 0)
		return 2;
	/* Not /tmp: it may be memory, and a commit into memory costs nothing. */
	snprintf(dir, sizeof(dir), "%s/llmlab-bench-XXXXXX", tmp && *tmp ? tmp : "/var/tmp");
	if (!mkdtemp(dir)) {
		perror("bench: cannot make a scratch directory");
		return 1;
	}
	for (size_t i = 0; i < entry_count; i++) {
		struct err err = { 0 };

		if (!is_wanted(&entries[i], argc, argv) || entries[i].run(&bench, &err) == LL_OK)
			continue;
		fprintf(stderr, "bench: %s: %s\n", entries[i].name, err.msg);
		failed = 1;
	}
	scratch_remove(dir);
	return failed;
}
