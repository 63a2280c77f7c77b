/* SPDX-License-Identifier: Apache-2.0 */
/* The program's own log. */
#include "base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#define LINE_BYTES 4096 /* a message longer than this is cut */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_bool is_open, is_tracing; /* so that a log that is off costs no lock */

/* Under the lock. */
static int fd = -1;
static char *areas;
static unsigned lost_lines; /* the disk was full, say; told when writing works again */

static bool is_traced(const char *area)
{
	struct str rest = str_of(areas);

	while (rest.at) {
		struct str name = str_trim(str_cut(&rest, ','));

		if (str_is(name, "all") || str_eq(name, str_of(area)))
			return true;
	}
	return false;
}

static void write_line(const char *level, const char *area, struct str msg)
{
	struct buf line = BUF_INIT(4 * LINE_BYTES);
	char now[36];

	time_format_utc(clock_now_ns(NULL) / NS_PER_MS * NS_PER_MS, now);
	if (lost_lines)
		buf_addf(&line, "%s warn log: %u lines were lost\n", now, lost_lines);
	buf_addf(&line, "%s %s %s: ", now, level, area);
	text_add_safe(&line, msg);
	buf_addch(&line, '\n');
	if (buf_status(&line) == LL_OK &&
		file_write_all(fd, "log", buf_str(&line), NULL) == LL_OK)
		lost_lines = 0;
	else
		lost_lines++;
	buf_release(&line);
}

static void add(const char *level, const char *area, const char *fmt, va_list args)
	LL_PRINTF(3, 0);

static void add(const char *level, const char *area, const char *fmt, va_list args)
{
	char msg[LINE_BYTES] = "";

	vsnprintf(msg, sizeof(msg), fmt, args);
	pthread_mutex_lock(&lock);
	if (fd >= 0)
		write_line(level, area, str_of(msg));
	pthread_mutex_unlock(&lock);
}

enum ll_err log_open(const char *path, const char *trace_areas, struct err *err)
{
	enum ll_err code;

	log_close();
	if (!path || !path[0])
		return LL_OK;
	pthread_mutex_lock(&lock);
	code = file_open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOCTTY, 0600, &fd, err);
	if (code == LL_OK) {
		areas = ll_strdup(trace_areas ? trace_areas : "");
		lost_lines = 0;
		is_open = true;
		is_tracing = areas[0] != '\0';
	}
	pthread_mutex_unlock(&lock);
	return code;
}

void log_close(void)
{
	pthread_mutex_lock(&lock);
	is_open = is_tracing = false;
	file_close(&fd);
	ll_free(areas);
	areas = NULL;
	pthread_mutex_unlock(&lock);
}

void log_info(const char *area, const char *fmt, ...)
{
	va_list args;

	if (!is_open)
		return;
	va_start(args, fmt);
	add("info", area, fmt, args);
	va_end(args);
}

void log_warn(const char *area, const char *fmt, ...)
{
	va_list args;

	if (!is_open)
		return;
	va_start(args, fmt);
	add("warn", area, fmt, args);
	va_end(args);
}

void log_trace(const char *area, const char *fmt, ...)
{
	bool wanted;
	va_list args;

	if (!is_tracing)
		return;
	pthread_mutex_lock(&lock);
	wanted = is_traced(area);
	pthread_mutex_unlock(&lock);
	if (!wanted)
		return;
	va_start(args, fmt);
	add("trace", area, fmt, args);
	va_end(args);
}
