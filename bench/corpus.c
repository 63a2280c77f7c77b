/* SPDX-License-Identifier: Apache-2.0 */
/* A big directory of Claude Code logs. */
#include "bench/corpus.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>

#include "base/file.h"
#include "bench/ceiling.h"

#define SAMPLE_BYTES_MAX (64u << 20)
#define FILES_MAX 1024
#define COPY_DIGITS 3 /* "c012-" before each id */
#define COPIES_MAX 1000

struct log {
	char path[512];    /* below projects/ */
	struct buf text;   /* with room for the copy's number before each id */
	struct buf places; /* size_t each: where those numbers stand in text */
};

struct sample {
	struct log logs[FILES_MAX];
	size_t count;
	size_t prefix; /* length of "<sample>/projects/" */
	enum ll_err code;
	struct err *err;
};

/* nftw() has no argument for its caller's state. */
static struct sample *reading;

static const struct str id_starts[] = {
	STR_INIT("\"sessionId\":\""),
	STR_INIT("\"requestId\":\""),
	STR_INIT("\"id\":\"msg_"),
};

static size_t id_start_at(struct str text)
{
	for (size_t i = 0; i < sizeof(id_starts) / sizeof(id_starts[0]); i++)
		if (str_starts(text, id_starts[i]))
			return id_starts[i].len;
	return 0;
}

static void add_place(struct log *log)
{
	size_t at;

	buf_addz(&log->text, "c");
	at = log->text.len;
	buf_add(&log->places, (struct str){ (const char *)&at, sizeof(at) });
	buf_addz(&log->text, "000-");
}

static enum ll_err read_log(struct log *log, const char *path, struct err *err)
{
	struct buf raw = BUF_INIT(SAMPLE_BYTES_MAX);
	struct str rest;
	enum ll_err code = file_slurp(path, &raw, err);

	rest = buf_str(&raw);
	while (rest.len) {
		const char *quote = memchr(rest.at, '"', rest.len);
		size_t plain = quote ? (size_t)(quote - rest.at) : rest.len;
		size_t start = id_start_at(str_from(rest, plain));
		size_t taken = start ? plain + start : plain + (quote != NULL);

		buf_add(&log->text, str_head(rest, taken));
		if (start)
			add_place(log);
		rest = str_from(rest, taken);
	}
	buf_release(&raw);
	if (code == LL_OK && (buf_status(&log->text) != LL_OK || buf_status(&log->places) != LL_OK))
		code = ll_fail(err, LL_ETOOBIG, "'%s' is too big for a sample", path);
	return code;
}

static int visit_sample(const char *path, const struct stat *st, int type, struct FTW *where)
{
	struct sample *s = reading;
	struct log *log = &s->logs[s->count];

	(void)st, (void)where;
	if (type != FTW_F || !str_ends(str_of(path), STR(".jsonl")) || s->count == FILES_MAX)
		return 0;
	buf_init(&log->text, SAMPLE_BYTES_MAX);
	buf_init(&log->places, SAMPLE_BYTES_MAX);
	snprintf(log->path, sizeof(log->path), "%s", path + s->prefix);
	s->count++;
	s->code = read_log(log, path, s->err);
	return s->code != LL_OK;
}

static enum ll_err read_sample(struct sample *s, const char *dir, struct err *err)
{
	char path[512];

	s->err = err;
	if (!path_join(path, sizeof(path), dir, "projects"))
		return ll_fail(err, LL_EINVAL, "path of the sample is too long");
	s->prefix = strlen(path) + 1;
	reading = s;
	(void)nftw(path, visit_sample, 16, FTW_PHYS);
	if (s->code == LL_OK && s->count == 0)
		return ll_fail(err, LL_ENOENT, "no log in '%s'", path);
	return s->code;
}

static enum ll_err write_copy(struct log *log, const char *dir, int64_t copy, struct err *err)
{
	const size_t *places = (const size_t *)(const void *)log->places.at;
	char number[16], path[1200];
	char *slash;
	int fd = -1;
	enum ll_err code;

	snprintf(number, sizeof(number), "%03d", (int)(copy % COPIES_MAX));
	for (size_t i = 0; i < log->places.len / sizeof(*places); i++)
		memcpy(log->text.at + places[i], number, COPY_DIGITS);
	snprintf(path, sizeof(path), "%s/projects/c%s/%s", dir, number, log->path);
	slash = strrchr(path, '/');
	*slash = '\0';
	code = file_mkdirs(path, 0700, err);
	*slash = '/';
	if (code == LL_OK)
		code = file_open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600, &fd, err);
	if (code == LL_OK)
		code = file_write_all(fd, path, buf_str(&log->text), err);
	file_close(&fd);
	return code;
}

enum ll_err corpus_make(const char *sample, const char *dir, int64_t copies, struct err *err)
{
	static struct sample s;
	enum ll_err code;

	if (copies > COPIES_MAX)
		return ll_fail(err, LL_EINVAL, "at most %d copies", COPIES_MAX);
	s = (struct sample){ 0 };
	code = read_sample(&s, sample, err);
	for (int64_t copy = 0; code == LL_OK && copy < copies; copy++)
		for (size_t i = 0; code == LL_OK && i < s.count; i++)
			code = write_copy(&s.logs[i], dir, copy, err);
	for (size_t i = 0; i < s.count; i++) {
		buf_release(&s.logs[i].text);
		buf_release(&s.logs[i].places);
	}
	return code;
}

static int visit_scan(const char *path, const struct stat *st, int type, struct FTW *where)
{
	static char block[1 << 20];
	struct err ignored;
	size_t got = 0;
	int fd = -1;

	(void)st, (void)where;
	if (type != FTW_F || file_open(path, O_RDONLY, 0, &fd, &ignored) != LL_OK)
		return 0;
	while (file_read(fd, path, block, sizeof(block), &got, &ignored) == LL_OK && got > 0)
		(void)string_scan((struct str){ block, got });
	file_close(&fd);
	return 0;
}

enum ll_err corpus_scan(const char *dir, struct err *err)
{
	if (nftw(dir, visit_scan, 16, FTW_PHYS) == 0)
		return LL_OK;
	return ll_fail(err, LL_EIO, "cannot walk '%s'", dir);
}
