/* SPDX-License-Identifier: Apache-2.0 */
/* Reads Claude Code's JSON and writes the line. */
#include "app/status_line.h"

#include "app/report.h"
#include "base/json.h"
#include "base/text.h"
#include "model/decimal.h"

#define SEPARATOR " | "

struct context {
	int64_t percent; /* as it was given; -1 = not */
	int64_t used, size;
};

static bool read_text(struct json *j, struct arena *a, struct str *out)
{
	struct str raw;

	if (!json_text(j, &raw))
		return false;
	*out = json_text_in(a, raw);
	return out->len > 0;
}

static void read_model(struct json *j, struct arena *a, struct status_input *out)
{
	struct str key, id = { NULL, 0 }, name = { NULL, 0 };

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "display_name"))
			read_text(j, a, &name);
		else if (str_is(key, "id"))
			read_text(j, a, &id);
		else
			json_skip(j);
	}
	out->model = name.len ? name : id;
}

static void read_cost(struct json *j, struct status_input *out)
{
	struct str key, digits;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (!str_is(key, "total_cost_usd"))
			json_skip(j);
		else if (json_number(j, &digits))
			out->has_cost = usd_parse(digits, &out->cost);
	}
}

static void add_tokens(struct json *j, int64_t *sum)
{
	int64_t tokens;

	if (json_i64(j, &tokens) && tokens > 0 && tokens <= INT32_MAX)
		*sum += tokens;
}

/* What the last call sent: the reply is not yet part of it. */
static void read_current_usage(struct json *j, struct context *context)
{
	struct str key;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "input_tokens") || str_is(key, "cache_creation_input_tokens") ||
			str_is(key, "cache_read_input_tokens"))
			add_tokens(j, &context->used);
		else
			json_skip(j);
	}
}

static void read_context(struct json *j, struct context *context)
{
	struct str key, digits;

	if (!json_object(j))
		return;
	while (json_key(j, &key)) {
		if (str_is(key, "used_percentage")) {
			if (json_number(j, &digits))
				(void)decimal_parse(digits, 0, &context->percent, NULL);
		} else if (str_is(key, "context_window_size")) {
			add_tokens(j, &context->size);
		} else if (str_is(key, "current_usage")) {
			read_current_usage(j, context);
		} else {
			json_skip(j);
		}
	}
}

static int64_t context_share(const struct context *context)
{
	if (context->percent >= 0 && context->percent <= 100)
		return context->percent;
	if (context->size > 0 && context->used > 0)
		return context->used * 100 / context->size;
	return -1;
}

static void read_member(struct json *j, struct str key, struct arena *a, struct context *context,
	struct status_input *out)
{
	if (str_is(key, "session_id"))
		read_text(j, a, &out->session);
	else if (str_is(key, "transcript_path"))
		read_text(j, a, &out->transcript);
	else if (str_is(key, "model"))
		read_model(j, a, out);
	else if (str_is(key, "cost"))
		read_cost(j, out);
	else if (str_is(key, "context_window"))
		read_context(j, context);
	else
		json_skip(j);
}

bool status_input_read(struct str json, struct arena *a, struct status_input *out)
{
	struct context context = { .percent = -1 };
	struct json j;
	struct str key;

	*out = (struct status_input){ .context_percent = -1 };
	json_init(&j, json);
	if (!json_object(&j))
		return false;
	while (json_key(&j, &key))
		read_member(&j, key, a, &context, out);
	out->context_percent = context_share(&context);
	return json_done(&j);
}

static void begin_part(struct buf *out, const char *label)
{
	if (out->len)
		buf_addz(out, SEPARATOR);
	buf_addz(out, label);
}

static void add_amount(struct buf *out, const struct status_amount *amount)
{
	if (amount->is_priced)
		usd_add_short(out, amount->usd);
	else
		buf_addz(out, "?");
}

static void add_block(struct buf *out, const struct status_line *line)
{
	if (!line->block.is_there)
		return;
	begin_part(out, "block ");
	add_amount(out, &line->block);
	buf_addz(out, " (");
	minutes_add(out, line->block_left_min);
	buf_addz(out, " left)");
}

void status_line_add(struct buf *out, const struct status_line *line)
{
	struct buf text = BUF_INIT(8192);

	text_add_safe(&text, line->model);
	if (line->session.is_there) {
		begin_part(&text, "session ");
		add_amount(&text, &line->session);
	}
	if (line->today.is_there) {
		begin_part(&text, "today ");
		add_amount(&text, &line->today);
	}
	add_block(&text, line);
	if (line->per_hour.is_there) {
		begin_part(&text, "");
		add_amount(&text, &line->per_hour);
		buf_addz(&text, "/h");
	}
	if (line->context_percent >= 0) {
		begin_part(&text, "context ");
		buf_addf(&text, "%lld%%", (long long)line->context_percent);
	}
	if (line->trouble[0]) {
		begin_part(&text, "llmlab: ");
		text_add_safe(&text, str_of(line->trouble));
	}
	buf_add(out, buf_str(&text));
	buf_addch(out, '\n');
	buf_release(&text);
}

static void write_amount(struct jsonw *w, const char *key, const struct status_amount *amount)
{
	report_usd(w, key, amount->is_there && amount->is_priced, amount->usd);
}

void status_line_json(struct jsonw *w, const struct status_line *line)
{
	jsonw_object(w);
	report_text(w, "model", line->model);
	write_amount(w, "session_cost_usd", &line->session);
	write_amount(w, "today_cost_usd", &line->today);
	write_amount(w, "block_cost_usd", &line->block);
	report_known_count(w, "block_remaining_minutes",
		line->block.is_there ? line->block_left_min : -1);
	write_amount(w, "cost_usd_per_hour", &line->per_hour);
	report_known_count(w, "context_percent", line->context_percent);
	report_text(w, "trouble", str_of(line->trouble));
	jsonw_object_end(w);
	buf_addch(w->out, '\n');
}
