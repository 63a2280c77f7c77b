/* SPDX-License-Identifier: Apache-2.0 */
/* A program that is run beside the dashboard. */
#include "app/errand.h"

#include "base/arena.h"
#include "base/mem.h"

#define OUTPUT_BYTES (64u << 10) /* of each; what is longer is read and dropped */
#define PART_BYTES 4096

struct outlet {
	uv_pipe_t pipe;
	struct buf text;
	char part[PART_BYTES];
};

struct errand {
	struct errand_options options;
	struct arena arena;
	uv_process_t process;
	uv_pipe_t in;
	uv_write_t write;
	struct outlet out, err;
	int open;        /* handles that are not closed yet */
	int status;
};

static void closed(uv_handle_t *handle)
{
	struct errand *e = handle->data;

	if (--e->open)
		return;
	if (e->options.done)
		e->options.done(e->options.ctx, e->status, buf_str(&e->out.text), buf_str(&e->err.text));
	buf_release(&e->out.text);
	buf_release(&e->err.text);
	arena_release(&e->arena);
	ll_free(e);
}

static void close_handle(uv_handle_t *handle)
{
	if (!uv_is_closing(handle))
		uv_close(handle, closed);
}

static void ended(uv_process_t *process, int64_t status, int sig)
{
	struct errand *e = process->data;

	e->status = sig ? 128 + sig : (int)status;
	close_handle((uv_handle_t *)process);
}

static void lend_part(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
	struct errand *e = handle->data;
	struct outlet *o = handle == (uv_handle_t *)&e->out.pipe ? &e->out : &e->err;

	(void)wanted;
	*out = uv_buf_init(o->part, PART_BYTES);
}

static void got_part(uv_stream_t *stream, ssize_t got, const uv_buf_t *part)
{
	struct errand *e = stream->data;
	struct outlet *o = stream == (uv_stream_t *)&e->out.pipe ? &e->out : &e->err;

	if (got < 0)
		close_handle((uv_handle_t *)stream);
	else
		buf_add(&o->text, (struct str){ part->base, (size_t)got });
}

/* Also when it could not be written: who does not read to the end has had enough. */
static void written(uv_write_t *write, int status)
{
	(void)status;
	close_handle((uv_handle_t *)write->handle);
}

static char **copy_words(struct arena *a, const char *const *words)
{
	size_t count = 0;
	char **copy;

	while (words[count])
		count++;
	copy = arena_alloc(a, (count + 1) * sizeof(*copy));
	for (size_t i = 0; i < count && copy; i++)
		copy[i] = (char *)(uintptr_t)arena_str(a, str_of(words[i])).at;
	return copy;
}

static void open_pipe(struct errand *e, uv_pipe_t *pipe)
{
	uv_pipe_init(e->options.loop, pipe, 0);
	pipe->data = e;
	e->open++;
}

/* Its three files: pipes of ours, the terminal, or nothing. */
static void choose_files(struct errand *e, uv_stdio_container_t files[3])
{
	if (e->options.terminal >= 0) {
		for (int i = 0; i < 3; i++) {
			files[i].flags = UV_INHERIT_FD;
			files[i].data.fd = e->options.terminal;
		}
		return;
	}
	if (e->options.input.len) {
		open_pipe(e, &e->in);
		files[0].flags = UV_CREATE_PIPE | UV_READABLE_PIPE;
		files[0].data.stream = (uv_stream_t *)&e->in;
	}
	if (e->options.keeps_output) {
		open_pipe(e, &e->out.pipe);
		open_pipe(e, &e->err.pipe);
		files[1].flags = files[2].flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE;
		files[1].data.stream = (uv_stream_t *)&e->out.pipe;
		files[2].data.stream = (uv_stream_t *)&e->err.pipe;
	}
}

static void start_streams(struct errand *e)
{
	uv_buf_t input = uv_buf_init((char *)(uintptr_t)e->options.input.at,
		(unsigned)e->options.input.len);

	if (e->options.keeps_output) {
		uv_read_start((uv_stream_t *)&e->out.pipe, lend_part, got_part);
		uv_read_start((uv_stream_t *)&e->err.pipe, lend_part, got_part);
	}
	if (e->options.input.len &&
		uv_write(&e->write, (uv_stream_t *)&e->in, &input, 1, written) != 0)
		close_handle((uv_handle_t *)&e->in);
}

/* Nobody waits for it any more: its handles go, and it with the last of them. */
static void abandon(struct errand *e)
{
	e->options.done = NULL;
	if (e->options.keeps_output) {
		close_handle((uv_handle_t *)&e->out.pipe);
		close_handle((uv_handle_t *)&e->err.pipe);
	}
	if (e->options.input.len && e->options.terminal < 0)
		close_handle((uv_handle_t *)&e->in);
	close_handle((uv_handle_t *)&e->process);
}

enum ll_err errand_run(const struct errand_options *options, struct err *err)
{
	struct errand *e = ll_alloc(sizeof(*e));
	uv_stdio_container_t files[3] = { { .flags = UV_IGNORE }, { .flags = UV_IGNORE },
		{ .flags = UV_IGNORE } };
	uv_process_options_t how = { .exit_cb = ended, .stdio = files, .stdio_count = 3 };
	enum ll_err code;
	int status;

	e->options = *options;
	arena_init(&e->arena, 0);
	buf_init(&e->out.text, OUTPUT_BYTES);
	buf_init(&e->err.text, OUTPUT_BYTES);
	e->options.input = arena_str(&e->arena, options->input);
	how.args = copy_words(&e->arena, options->words);
	PRE(how.args && how.args[0] && e->options.input.at);
	how.file = how.args[0];
	e->process.data = e;
	e->open = 1;
	choose_files(e, files);
	status = uv_spawn(options->loop, &e->process, &how);
	if (status == 0) {
		start_streams(e);
		return LL_OK;
	}
	code = ll_fail_errno(err, -status, "cannot run '%s'", options->words[0]);
	abandon(e);
	return code;
}
