/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever the size, the keys and the names: nothing breaks, every cell can be shown. */
#include "tests/views/stage.h"

#include <stdlib.h>

#include "base/text.h"

static void check_cell(const struct surface *s, int y, int x)
{
	const struct cell *c = &s->cells[y * s->cols + x];

	assert_true(c->width <= 2 && c->role < ROLES);
	if (c->width == 0) {
		assert_true(x > 0 && c[-1].width == 2);
		return;
	}
	assert_true(c->width == 1 || x + 1 < s->cols);
	assert_true(c->points[0] != 0);
	for (int i = 0; i < CELL_POINTS && c->points[i]; i++) {
		assert_false(text_is_control(c->points[i]));
		assert_true(s->has_utf8 || c->points[i] < 0x7f);
	}
}

static void check_screen(struct stage *s, int rows, int cols)
{
	stage_screen(s, rows, cols);
	for (int y = 0; y < rows; y++)
		for (int x = 0; x < cols; x++)
			check_cell(&s->surface, y, x);
	assert_true(s->cursor_y >= -1 && s->cursor_y < rows && s->cursor_x < cols);
}

static const char *const states[] = { "", "<Enter>", "<Enter> <Enter> <Enter>", "?", ":",
	"/ m o d <Tab>", "b", "\\", "p", "<Space> V", "r" };

static void every_size__of_every_state__is_drawn(void **state)
{
	static const int sizes[][2] = { { 1, 1 }, { 1, 400 }, { 120, 1 }, { 2, 2 }, { 14, 60 },
		{ 15, 59 }, { 15, 60 }, { 16, 61 }, { 19, 60 }, { 24, 80 }, { 25, 132 }, { 36,
		120 }, { 60, 200 }, { 120, 400 } };

	(void)state;
	for (int variant = 0; variant < 4; variant++) {
		struct stage_options options = { .is_ascii = variant & 1, .is_hostile = variant & 2,
			.count = 60 };
		struct stage s;

		for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
			stage_open(&s, &options);
			stage_keys(&s, states[i]);
			for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++)
				check_screen(&s, sizes[k][0], sizes[k][1]);
			stage_close(&s);
		}
	}
}

static const uint32_t codes[] = { KEY_CODE_UP, KEY_CODE_DOWN, KEY_CODE_LEFT, KEY_CODE_RIGHT,
	KEY_CODE_HOME, KEY_CODE_END, KEY_CODE_PAGE_UP, KEY_CODE_PAGE_DOWN, KEY_CODE_ENTER,
	KEY_CODE_ENTER, KEY_CODE_ENTER, KEY_CODE_TAB, KEY_CODE_ESC, KEY_CODE_BACKSPACE,
	KEY_CODE_DELETE };

static struct event random_event(uint64_t *random)
{
	uint64_t n = test_random(random);
	struct event e = { .kind = EVENT_KEY };

	if (n % 20 == 0) {
		e.kind = EVENT_MOUSE;
		e.button = (enum mouse_button)(n / 20 % 5);
		e.y = (int)(n / 100 % 40);
		e.x = (int)(n / 4000 % 130);
	} else if (n % 20 == 1) {
		e.kind = EVENT_PASTE;
		e.text = STR("model~gpt user=ann\n\xff\033[31m 7d");
	} else if (n % 20 < 8) {
		e.key.code = codes[n / 20 % (sizeof(codes) / sizeof(codes[0]))];
	} else {
		e.key.code = (uint32_t)(33 + n / 20 % 94);
		if (n % 20 == 19)
			e.key = (struct key){ (uint32_t)('a' + n / 20 % 26), MOD_CTRL };
	}
	return e;
}

/* Ctrl-L must not change a cell: what is drawn depends on the state alone. */
static void check_redraw(struct stage *s, int rows, int cols)
{
	struct buf before = BUF_INIT(1u << 20), after = BUF_INIT(1u << 20);

	check_screen(s, rows, cols);
	surface_styles(&s->surface, &before);
	buf_addz(&before, stage_screen(s, rows, cols));
	stage_keys(s, "<C-l>");
	stage_screen(s, rows, cols);
	surface_styles(&s->surface, &after);
	buf_addz(&after, stage_screen(s, rows, cols));
	assert_true(str_eq(buf_str(&before), buf_str(&after)));
	buf_release(&before);
	buf_release(&after);
}

static void random_keys(const struct stage_options *options, uint64_t seed, int count)
{
	struct stage s;
	uint64_t random = seed;

	stage_open(&s, options);
	for (int i = 0; i < count; i++) {
		struct event e = random_event(&random);

		dash_event(s.dash, &e, s.now_ns, s.mono_ns);
		if (s.commands.len && test_random(&random) % 3 == 0) {
			buf_clear(&s.commands);
			dash_command_done(s.dash, test_random(&random) & 1, STR("done"));
		}
		if (test_random(&random) % 8 == 0)
			dash_store_changed(s.dash, (uint64_t)i + 2, s.now_ns, s.mono_ns);
		s.fails_loads = test_random(&random) % 50 == 0;
		stage_wait(&s, (int64_t)(test_random(&random) % 300) * NS_PER_MS);
		if (i % 16 == 0)
			check_redraw(&s, 1 + (int)(test_random(&random) % 45),
				1 + (int)(test_random(&random) % 160));
	}
	stage_close(&s);
}

static void random_keys__ten_thousand__break_nothing(void **state)
{
	static const struct stage_options hostile = { .is_hostile = true, .count = 40 };
	static const struct stage_options plain = { .is_ascii = true, .count = 300 };

	(void)state;
	random_keys(&hostile, 1, 5000);
	random_keys(&plain, 2, 5000);
	for (uint64_t seed = 3; getenv("LLMLAB_SOAK") && seed < 23; seed++)
		random_keys(seed & 1 ? &hostile : &plain, seed, 10000);
}

/* Names that look like syntax: what a row is made of is found again when it is opened. */
static void hostile_names__are_opened__to_their_own_calls(void **state)
{
	static const struct stage_options hostile = { .is_hostile = true, .count = 200 };
	struct stage s;

	(void)state;
	stage_open(&s, &hostile);
	stage_keys(&s, ":");
	stage_type(&s, "group project");
	stage_keys(&s, "<Enter> : r a n g e <Space> a l l <Enter>");
	assert_true(stage_has(&s, "5 rows"));
	for (int i = 0; i < 5; i++) {
		stage_keys(&s, "<Enter>");
		if (stage_has(&s, " 0 requests"))
			fail_msg("a row has no calls:\n%s", stage_screen(&s, 36, 120));
		assert_true(stage_has(&s, "session-"));
		stage_keys(&s, "<Esc> j");
	}
	stage_close(&s);
}

SUITE(property,
	cmocka_unit_test(every_size__of_every_state__is_drawn),
	cmocka_unit_test(hostile_names__are_opened__to_their_own_calls),
	cmocka_unit_test(random_keys__ten_thousand__break_nothing));
