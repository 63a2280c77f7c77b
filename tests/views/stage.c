/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/views/stage.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/mem.h"
#include "store/append.h"
#include "store/source.h"

static const int64_t first_ns = INT64_C(1790812800) * NS_PER_S; /* 2026-10-01 */

static struct buf screen = BUF_INIT(4u << 20);

/* --- the store ------------------------------------------------------------------------------- */

static const char *const models[][2] = {
	{ "anthropic", "claude-sonnet-4-5" },
	{ "openai", "gpt-5" },
	{ "anthropic", "claude-haiku-4-5" },
	{ "", "llama-local" }, /* nobody's price */
};
static const char *const projects[] = { "/srv/work/shop", "/srv/work/search", "研究", "" };
static const char *const hostile[] = {
	"evil\033[31m\033]0;x\007red",
	"bidi\xe2\x80\xae" "abc",
	"\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb joined and wide 研究研究研究研究研究研究研究",
	"bad \xff\xfe utf-8\n\r\t",
	"q\"uo\\te,s = ~ <b>",
};

static uint64_t below(struct stage *s, uint64_t limit)
{
	return test_random(&s->random) % limit;
}

static struct str project_of(struct stage *s, uint64_t i)
{
	if (s->options.is_hostile)
		return str_of(hostile[i % 5]);
	return str_of(projects[i % 4]);
}

static void price(struct stage *s, struct price_book *book, struct priced_call *p)
{
	const struct call *c = &p->call;
	const struct price *row = price_book_find(book, c->provider, c->model, c->start_ns);
	struct err err = { 0 };
	struct cost cost;

	if (!row)
		return;
	assert_int_equal(cost_compute(row, &c->tokens, 0, c->tier, c->speed, &cost), LL_OK);
	assert_ok(price_intern(s->store, row, &p->price, &err), &err);
	p->has_cost = cost.unpriced_why == NULL;
	p->cost = cost.total;
}

static struct str session_of(struct stage *s, uint64_t i)
{
	char text[32];

	snprintf(text, sizeof(text), "session-%02d", (int)i);
	return arena_str(&s->arena, str_of(text));
}

static struct priced_call random_call(struct stage *s, int64_t start_ns)
{
	uint64_t project = below(s, 8);
	uint64_t model = below(s, 12);
	const char *const *m = models[model < 6 ? 0 : model < 9 ? 1 : model < 11 ? 2 : 3];
	struct call call = { .kind = CALL_AGENT_LOG, .start_ns = start_ns, .ttft_ms = 300,
		.provider = str_of(m[0]), .model = str_of(m[1]),
		.project = project_of(s, project < 4 ? 0 : project - 3) };

	/* One draw a statement: the order within an initialiser is the compiler's. */
	call.key.exact.hi = test_random(&s->random);
	call.key.exact.lo = test_random(&s->random);
	call.latency_ms = 400 + (int64_t)below(s, 30000);
	call.user = str_of(below(s, 2) ? "ann" : "bob");
	call.session = session_of(s, below(s, 9));
	call.tags = arena_alloc(&s->arena, sizeof(struct call_tag));
	call.tag_count = 1;
	call.status = below(s, 20) ? CALL_OK : CALL_ERROR;
	call.tokens.input = 100 + (int64_t)below(s, 9000);
	call.tokens.cache_read = (int64_t)below(s, 90000);
	call.tokens.cache_write_5m = (int64_t)below(s, 4000);
	call.tokens.output = 50 + (int64_t)below(s, 3000);
	call.key.family = call.key.exact.hi;
	call.tags[0] = (struct call_tag){ STR("env"), str_of(below(s, 3) ? "prod" : "test") };
	return (struct priced_call){ .source = s->source, .call = call };
}

static void fill(struct stage *s, int64_t count, int64_t from_ns, int64_t until_ns)
{
	struct scope scope = SCOPE_DEFAULT;
	struct batch *b = batch_new();
	struct price_book *book;
	struct err err = { 0 };

	assert_non_null(b);
	assert_ok(price_table_load(s->reader, &book, &err), &err);
	for (int64_t i = 0; i < count; i++) {
		b->calls[b->count] = random_call(s, from_ns + (until_ns - from_ns) / count * i);
		price(s, book, &b->calls[b->count++]);
	}
	assert_ok(store_append(s->store, &scope, b, &err), &err);
	price_book_free(book);
	batch_free(b);
}

void stage_append(struct stage *s, int64_t count)
{
	fill(s, count, s->now_ns - NS_PER_HOUR, s->now_ns);
}

static void open_store(struct stage *s)
{
	struct store_options options = { .dir = test_dir(), .mode = STORE_WRITE,
		.zone = STAGE_ZONE };
	struct scope scope = SCOPE_DEFAULT;
	struct err err = { 0 };

	assert_ok(store_open(&s->store, &options, &err), &err);
	assert_ok(store_reader_open(s->store, &s->reader, &err), &err);
	assert_ok(zone_open(STR(STAGE_ZONE), &s->zone, &err), &err);
	assert_ok(source_ensure(s->store, &scope, STR("claude-code"), STR("laptop"),
		STR("/srv/work"), &s->source, &err), &err);
	if (!s->options.is_empty)
		fill(s, s->options.count ? s->options.count : 400, first_ns,
			STAGE_NOW_NS - 10 * NS_PER_MIN);
}

/* --- the host -------------------------------------------------------------------------------- */

static void take_load(void *ctx, struct dash_load *load)
{
	struct stage *s = ctx;

	assert_true(s->load_count < STAGE_LOADS);
	s->loads[s->load_count++] = load;
}

static void run_one(struct stage *s, struct dash_load *load)
{
	struct scope scope = SCOPE_DEFAULT;
	struct load how = { .reader = s->reader, .scope = &scope, .zone = s->zone,
		.now_ns = s->now_ns };

	s->loads_run++;
	if (s->fails_loads)
		load->status = ll_fail(&load->err, LL_ETIMEOUT, "the read took longer than 5 s");
	else
		dash_load_run(load, &how);
	dash_loaded(s->dash, load, s->now_ns, s->mono_ns);
}

void stage_run_loads(struct stage *s)
{
	while (s->load_count) {
		struct dash_load *load = s->loads[0];

		s->load_count--;
		memmove(s->loads, s->loads + 1, s->load_count * sizeof(s->loads[0]));
		run_one(s, load);
	}
}

static void take_command(void *ctx, const char *const *words)
{
	struct stage *s = ctx;

	for (size_t i = 0; words[i]; i++)
		buf_addf(&s->commands, "%s%s", i ? " " : "", words[i]);
	buf_addch(&s->commands, '\n');
}

static void take_copy(void *ctx, struct str text)
{
	struct stage *s = ctx;

	buf_clear(&s->given);
	buf_add(&s->given, text);
}

static void take_export(void *ctx, struct str text, const char *suffix)
{
	struct stage *s = ctx;

	take_copy(ctx, text);
	snprintf(s->suffix, sizeof(s->suffix), "%s", suffix);
}

static void take_view(void *ctx, struct str text, bool in_editor)
{
	take_export(ctx, text, in_editor ? "editor" : "pager");
}

static void take_pipe(void *ctx, struct str text, struct str command)
{
	struct stage *s = ctx;

	take_copy(ctx, text);
	snprintf(s->piped_into, sizeof(s->piped_into), "%.*s", STR_FMT(command));
}

static void take_theme(void *ctx, const struct theme *theme)
{
	((struct stage *)ctx)->theme = *theme;
}

static void take_mouse(void *ctx, bool is_on)
{
	((struct stage *)ctx)->has_mouse = is_on;
}

static void take_redraw(void *ctx)
{
	((struct stage *)ctx)->redraws++;
}

static void take_suspend(void *ctx)
{
	((struct stage *)ctx)->was_suspended = true;
}

static void take_quit(void *ctx, bool print_view)
{
	struct stage *s = ctx;

	s->has_quit = true;
	s->prints_view = print_view;
}

/* --- open and close -------------------------------------------------------------------------- */

static void settle(struct stage *s)
{
	for (int i = 0; i < 20 && !s->options.holds_loads; i++) {
		int64_t due_ns = dash_deadline(s->dash);

		if (s->load_count)
			stage_run_loads(s);
		else if (due_ns && due_ns <= s->mono_ns)
			dash_tick(s->dash, s->now_ns, s->mono_ns);
		else
			return;
	}
	if (!s->options.holds_loads)
		fail_msg("the dashboard does not come to rest");
}

void stage_open(struct stage *s, const struct stage_options *options)
{
	struct err err = { 0 };
	struct dash_options o = { .has_utf8 = !options->is_ascii };

	*s = (struct stage){ .options = *options, .random = 7, .mono_ns = NS_PER_S,
		.now_ns = options->now_ns ? options->now_ns : STAGE_NOW_NS,
			.commands = BUF_INIT(1u << 20),
		.given = BUF_INIT(16u << 20) };
	arena_init(&s->arena, 0);
	open_store(s);
	o.zone = s->zone;
	o.session = str_of(options->session);
	o.keys_config = str_of(options->keys);
	o.host = (struct dash_host){ s, take_load, take_command, take_copy, take_export, take_view,
		take_pipe, take_theme, take_mouse, take_redraw, take_suspend, take_quit };
	assert_ok(dash_new(&s->dash, &o, s->now_ns, &err), &err);
	s->surface.has_utf8 = !options->is_ascii;
	dash_tick(s->dash, s->now_ns, s->mono_ns);
	settle(s);
}

void stage_close(struct stage *s)
{
	s->options.holds_loads = false;
	stage_run_loads(s);
	dash_free(s->dash);
	store_reader_close(s->reader);
	store_close(s->store);
	zone_free(s->zone);
	surface_release(&s->surface);
	buf_release(&s->commands);
	buf_release(&s->given);
	arena_release(&s->arena);
	buf_release(&screen);
}

/* --- acting ---------------------------------------------------------------------------------- */

static void send(struct stage *s, const struct event *e)
{
	dash_event(s->dash, e, s->now_ns, s->mono_ns);
	settle(s);
}

void stage_keys(struct stage *s, const char *names)
{
	struct str rest = str_of(names);

	while (rest.at) {
		struct str name = str_cut(&rest, ' ');
		struct event e = { .kind = EVENT_KEY };

		if (name.len == 0)
			continue;
		if (!key_parse(name, &e.key))
			fail_msg("'%.*s' is no key", STR_FMT(name));
		send(s, &e);
	}
}

void stage_type(struct stage *s, const char *text)
{
	for (; *text; text++)
		send(s, &(struct event){ .kind = EVENT_KEY,
			.key = { .code = (uint32_t)(uint8_t)*text } });
	stage_wait(s, NS_PER_S / 5);
}

void stage_click(struct stage *s, int y, int x, enum mouse_button button)
{
	send(s, &(struct event){ .kind = EVENT_MOUSE, .button = button, .y = y, .x = x });
}

void stage_wait(struct stage *s, int64_t ns)
{
	s->now_ns += ns;
	s->mono_ns += ns;
	dash_tick(s->dash, s->now_ns, s->mono_ns);
	settle(s);
}

/* --- looking --------------------------------------------------------------------------------- */

const char *stage_screen(struct stage *s, int rows, int cols)
{
	assert_int_equal(surface_resize(&s->surface, rows, cols), LL_OK);
	dash_draw(s->dash, &s->surface, &s->cursor_y, &s->cursor_x);
	settle(s);
	buf_clear(&screen);
	surface_text(&s->surface, &screen);
	return screen.at;
}

struct str stage_line(struct stage *s, int y)
{
	struct str rest = buf_str(&screen), line = { 0 };

	(void)s;
	for (int i = 0; i <= y && rest.at; i++)
		line = str_cut(&rest, '\n');
	return line;
}

int stage_find(struct stage *s, const char *text)
{
	stage_screen(s, 36, 120);
	for (int y = 0; y < 36; y++)
		if (str_has(stage_line(s, y), str_of(text)))
			return y;
	return -1;
}

bool stage_has(struct stage *s, const char *text)
{
	return stage_find(s, text) >= 0;
}

struct str stage_cursor_line(struct stage *s)
{
	stage_screen(s, 36, 120);
	for (int y = 2; y < 36; y++)
		for (int x = 0; x < s->surface.cols; x++)
			if (s->surface.cells[y * s->surface.cols + x].role == ROLE_SEL)
				return stage_line(s, y);
	return STR("");
}

void stage_golden(const char *name, struct str text)
{
	char path[256];
	struct buf wanted = BUF_INIT(4u << 20);
	struct err err = { 0 };

	snprintf(path, sizeof(path), "tests/views/golden/%s", name);
	if (getenv("UPDATE_GOLDEN")) {
		test_write_file(path, text);
		return;
	}
	assert_ok(file_slurp(path, &wanted, &err), &err);
	if (!str_eq(buf_str(&wanted), text)) {
		print_error("%s is not what is drawn (UPDATE_GOLDEN=1 rewrites it):\n%.*s\n", path,
			STR_FMT(text));
		fail();
	}
	buf_release(&wanted);
}
