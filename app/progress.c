/* SPDX-License-Identifier: Apache-2.0 */
/* The progress bar. */
#include "app/progress.h"

#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"

#define PATIENCE_NS (200 * NS_PER_MS)
#define BAR_CELLS_MAX 30
#define BAR_CELLS_MIN 5

static int64_t part_of(int64_t done, int64_t all, int64_t scale)
{
	if (all <= 0)
		return 0;
	return done >= all ? scale : (int64_t)((__int128)done * scale / all);
}

static void add_bar(struct buf *out, int64_t full, int64_t cells, bool has_utf8)
{
	buf_addch(out, '[');
	for (int64_t i = 0; i < cells; i++)
		buf_addz(out, i >= full ? (has_utf8 ? "·" : " ") : has_utf8 ? "█" : "#");
	buf_addch(out, ']');
}

void progress_line(struct buf *out, const struct import_progress *now, bool has_utf8, int columns)
{
	struct buf tail = BUF_INIT(256);
	int64_t cells;

	buf_addf(&tail, " %3lld%%  ", (long long)part_of(now->bytes_done, now->bytes, 100));
	buf_add_grouped(&tail, now->files_done);
	buf_addz(&tail, " of ");
	buf_add_grouped(&tail, now->files);
	buf_addz(&tail, " files, ");
	buf_add_grouped(&tail, now->calls);
	buf_addz(&tail, " calls");
	cells = columns - 2 - (int64_t)tail.len;
	if (cells > BAR_CELLS_MAX)
		cells = BAR_CELLS_MAX;
	if (cells >= BAR_CELLS_MIN)
		add_bar(out, part_of(now->bytes_done, now->bytes, cells), cells, has_utf8);
	buf_add(out, str_head(buf_str(&tail), columns > 0 ? (size_t)columns : 0));
	buf_release(&tail);
}

static void write_stderr(struct str bytes)
{
	/* A bar that cannot be drawn is no reason to stop. */
	if (file_write_all(STDERR_FILENO, "stderr", bytes, NULL) != LL_OK)
		return;
}

void progress_start(struct progress *p, bool is_on, bool has_utf8, int columns)
{
	*p = (struct progress){ .is_on = is_on, .has_utf8 = has_utf8, .columns = columns,
		.started_ns = clock_mono_ns() };
}

void progress_show(void *ctx, const struct import_progress *now)
{
	struct progress *p = ctx;
	struct buf line = BUF_INIT(4096);

	if (!p->is_on || clock_mono_ns() - p->started_ns < PATIENCE_NS)
		return;
	buf_addch(&line, '\r');
	/* The last column stays free: a cursor there makes some terminals wrap. */
	progress_line(&line, now, p->has_utf8, p->columns - 1);
	buf_addz(&line, "\033[K");
	write_stderr(buf_str(&line));
	p->is_drawn = true;
	buf_release(&line);
}

void progress_end(struct progress *p)
{
	if (p->is_drawn)
		write_stderr(STR("\r\033[K"));
	p->is_drawn = false;
}
