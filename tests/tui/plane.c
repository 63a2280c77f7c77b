/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/tui/plane.h"

void plane_make(struct surface *s, int rows, int cols, bool has_utf8)
{
	s->has_utf8 = has_utf8;
	assert_int_equal(surface_resize(s, rows, cols), LL_OK);
	surface_fill(s, (struct rect){ 0, 0, rows, cols }, '~', ROLE_TEXT, 0);
}

static bool is_in(struct rect r, int y, int x)
{
	return y >= r.y && y < r.y + r.rows && x >= r.x && x < r.x + r.cols;
}

void plane_check_outside(const struct surface *s, struct rect r)
{
	for (int y = 0; y < s->rows; y++) {
		for (int x = 0; x < s->cols; x++) {
			const struct cell *c = &s->cells[y * s->cols + x];

			bool is_touched = c->points[0] != '~' || c->role != ROLE_TEXT || c->attrs;

			if (is_touched && !is_in(r, y, x))
				fail_msg("cell %d,%d is written by a draw in %d,%d %dx%d of %dx%d",
					y, x, r.y, r.x, r.rows, r.cols, s->rows, s->cols);
		}
	}
}

void assert_plane_(const struct surface *s, const char *wanted, bool is_styles, const char *file,
	int line)
{
	struct buf got = BUF_INIT(1 << 20);
	bool is_same;

	if (is_styles)
		surface_styles(s, &got);
	else
		surface_text(s, &got);
	is_same = str_eq(buf_str(&got), str_of(wanted));
	if (!is_same)
		print_error("got\n%.*swanted\n%s", STR_FMT(buf_str(&got)), wanted);
	buf_release(&got);
	if (!is_same)
		_fail(file, line);
}

struct event event_of_key(const char *name)
{
	struct event e = { .kind = EVENT_KEY };

	if (!key_parse(str_of(name), &e.key))
		fail_msg("no key is named '%s'", name);
	return e;
}
