/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two batches take turns: one is filled here while the writer commits the other. A batch is
 * handed over only after the one before it was committed, so that what a file progress promises is
 * never ahead of its calls.
 */
#include "ingest/door.h"

#include <pthread.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/text.h"
#include "ingest/mask.h"
#include "model/provider.h"
#include "store/price_table.h"

#define DOOR_BATCHES 2
#define NAME_SLOTS 256 /* a power of two */

/* A name of the batch: as it was said, and as it is stored. */
struct name_slot {
	struct str said, stored;
};

struct turn {
	struct door *door;
	struct batch *batch;
	bool is_out; /* the writer has it */
};

struct door {
	struct door_options options;
	struct price_book *book; /* NULL until the first call */
	int64_t source;
	struct turn turns[DOOR_BATCHES];
	size_t filling; /* index of the turn */
	struct name_slot names[NAME_SLOTS]; /* of the filling batch, in its arena */
	struct map prices; /* address of a price row -> its id */
	struct append_result result;
	enum ll_err status; /* the first failed commit */
	struct err err;
	pthread_mutex_t lock; /* guards is_out and what the writer fills */
	pthread_cond_t came_back;
};

static struct batch *filling_batch(const struct door *d)
{
	return d->turns[d->filling].batch;
}

/* On the writer's thread. */
static void batch_done(struct batch *b)
{
	struct turn *turn = b->ctx;

	pthread_mutex_lock(&turn->door->lock);
	turn->is_out = false;
	pthread_cond_signal(&turn->door->came_back);
	pthread_mutex_unlock(&turn->door->lock);
}

static void start_filling(struct door *d, size_t i)
{
	d->filling = i;
	memset(d->names, 0, sizeof(d->names));
	batch_clear(filling_batch(d));
}

/* Waits for a batch that is out and takes its result. */
static void wait_for(struct door *d, struct turn *turn)
{
	const struct batch *b = turn->batch;

	pthread_mutex_lock(&d->lock);
	while (turn->is_out)
		pthread_cond_wait(&d->came_back, &d->lock);
	pthread_mutex_unlock(&d->lock);
	if (!b || !b->ctx)
		return;
	d->result.added += b->result.added;
	d->result.updated += b->result.updated;
	d->result.duplicate += b->result.duplicate;
	if (b->status != LL_OK && d->status == LL_OK) {
		d->status = b->status;
		d->err = b->err;
	}
	turn->batch->ctx = NULL;
}

static enum ll_err failed(const struct door *d, struct err *err)
{
	if (d->status != LL_OK && err)
		*err = d->err;
	return d->status;
}

/* Hands the filled batch over and begins the other one. */
static enum ll_err submit(struct door *d, struct err *err)
{
	struct turn *turn = &d->turns[d->filling];
	size_t other = (d->filling + 1) % DOOR_BATCHES;
	enum ll_err code;

	if (!turn->batch->count && !turn->batch->file_count)
		return failed(d, err);
	wait_for(d, &d->turns[other]);
	code = failed(d, err);
	if (code != LL_OK)
		return code;
	if (d->options.store) {
		turn->batch->done = batch_done;
		turn->batch->ctx = turn;
		turn->is_out = true;
		code = store_submit(d->options.store, d->options.scope, turn->batch, true, err);
		if (code != LL_OK) {
			turn->is_out = false;
			turn->batch->ctx = NULL;
			return code;
		}
	}
	start_filling(d, other);
	return LL_OK;
}

static bool is_plain(struct str s)
{
	size_t i = 0;

	if (s.len > LIMIT_NAME_BYTES || !utf8_is_valid(s))
		return false;
	while (i < s.len)
		if (text_is_control(utf8_next(s, &i)))
			return false;
	return true;
}

/* A name fit to be stored and shown: valid UTF-8, no control characters, not too long. */
static struct str store_name(struct arena *a, struct str said)
{
	struct buf safe = BUF_INIT(4 * LIMIT_NAME_BYTES);
	struct str stored;

	if (is_plain(said))
		return arena_str(a, said);
	text_add_safe(&safe, str_head(said, LIMIT_NAME_BYTES));
	stored = arena_str(a, utf8_cut(buf_str(&safe), LIMIT_NAME_BYTES));
	buf_release(&safe);
	return stored;
}

/* *name as it is stored, in the filling batch; names come again and again. False: no room. */
static bool intern(struct door *d, struct str *name)
{
	struct arena *a = &filling_batch(d)->arena;
	struct str said = str_trim(*name);
	struct name_slot *slot = &d->names[map_hash(said) & (NAME_SLOTS - 1)];

	*name = (struct str){ NULL, 0 };
	if (!said.len)
		return true;
	if (!slot->said.at || !str_eq(slot->said, said)) {
		struct name_slot fresh = { .stored = store_name(a, said) };

		fresh.said = str_eq(fresh.stored, said) ? fresh.stored : arena_str(a, said);
		if (!fresh.stored.at || !fresh.said.at)
			return false;
		*slot = fresh;
	}
	*name = slot->stored;
	return true;
}

static bool intern_tags(struct door *d, struct call *call)
{
	struct call_tag *tags;

	if (!call->tag_count)
		return true;
	tags = arena_alloc(&filling_batch(d)->arena, call->tag_count * sizeof(*tags));
	if (!tags)
		return false;
	memcpy(tags, call->tags, call->tag_count * sizeof(*tags));
	call->tags = tags;
	for (size_t i = 0; i < call->tag_count; i++)
		if (!intern(d, &tags[i].name) || !intern(d, &tags[i].value))
			return false;
	return true;
}

static bool intern_names(struct door *d, struct call *call)
{
	return intern(d, &call->provider) && intern(d, &call->model) &&
		intern(d, &call->project) && intern(d, &call->user) &&
		intern(d, &call->api_key) && intern(d, &call->session) &&
		intern(d, &call->agent) && intern_tags(d, call);
}

static struct str either(struct str override, struct str said)
{
	return override.at ? override : said;
}

/* What the options say instead of the source, and what follows from the rest. */
static struct call normalise(const struct door_options *o, const struct call *said)
{
	struct call call = *said;

	call.model = str_trim(either(o->model, call.model));
	if (!call.model.len)
		call.model = STR("unknown");
	call.provider = provider_name(str_trim(either(o->provider, call.provider)));
	if (!call.provider.len)
		call.provider = provider_of_model(call.model);
	call.project = either(o->project, call.project);
	call.user = either(o->user, call.user);
	return call;
}

static enum ll_err check(const struct call *call, const char **why)
{
	if (call->session.len > LIMIT_ID_BYTES) {
		*why = "the session id is too long";
		return LL_EINVAL;
	}
	if (call->tag_count > LIMIT_TAGS) {
		*why = "too many tags";
		return LL_EINVAL;
	}
	return call_check(call, why);
}

/* The store's id of a price row; stored when it is used first. */
static enum ll_err price_id(struct door *d, const struct price *price, int64_t *id, struct err *err)
{
	struct str address = { (const char *)&price, sizeof(price) };
	enum ll_err code;
	uint64_t known;

	*id = price->id;
	if (*id || !d->options.store)
		return LL_OK;
	if (map_find(&d->prices, address, &known)) {
		*id = (int64_t)known;
		return LL_OK;
	}
	code = price_intern(d->options.store, price, id, err);
	if (code == LL_OK && map_put(&d->prices, address, (uint64_t)*id) != LL_OK)
		code = ll_fail(err, LL_ENOMEM, "out of memory");
	return code;
}

static enum ll_err price_call(struct door *d, struct priced_call *p, const char **why,
	struct err *err)
{
	const struct call *call = &p->call;
	const struct price *price;
	struct cost cost;
	enum ll_err code = LL_OK;

	if (!d->book)
		code = d->options.book(d->options.book_ctx, &d->book, err);
	if (code != LL_OK)
		return code;
	price = price_book_find(d->book, call->provider, call->model, call->start_ns);
	if (!price)
		return LL_OK;
	if (cost_compute(price, &call->tokens, call->web_searches, call->tier, call->speed,
		    &cost) != LL_OK) {
		*why = "the cost is out of range";
		return LL_EINVAL;
	}
	if (cost.unpriced_why)
		return LL_OK;
	p->has_cost = true;
	p->cost = cost.total;
	return price_id(d, price, &p->price, err);
}

/* Makes room for one more call and puts its names into the batch. */
static enum ll_err take_names(struct door *d, struct call *call, struct err *err)
{
	const struct call said = *call;
	enum ll_err code = LL_OK;

	if (filling_batch(d)->count == LIMIT_BATCH_CALLS)
		code = submit(d, err);
	if (code != LL_OK || intern_names(d, call))
		return code;
	code = submit(d, err); /* the batch's arena is full */
	*call = said;
	if (code == LL_OK && !intern_names(d, call))
		code = ll_fail(err, LL_ENOMEM, "out of memory for a batch");
	return code;
}

enum ll_err door_open(struct door **out, const struct door_options *options, struct err *err)
{
	struct door *d = ll_try_alloc(sizeof(*d));
	bool has_all = d != NULL;

	*out = NULL;
	if (!d)
		return ll_fail(err, LL_ENOMEM, "out of memory");
	d->options = *options;
	map_init(&d->prices);
	pthread_mutex_init(&d->lock, NULL);
	pthread_cond_init(&d->came_back, NULL);
	for (size_t i = 0; i < DOOR_BATCHES; i++) {
		d->turns[i] = (struct turn){ .door = d, .batch = batch_new() };
		has_all = has_all && d->turns[i].batch;
	}
	if (!has_all) {
		door_close(d);
		return ll_fail(err, LL_ENOMEM, "out of memory for a batch");
	}
	start_filling(d, 0);
	*out = d;
	return LL_OK;
}

void door_source(struct door *d, int64_t source)
{
	d->source = source;
}

enum ll_err door_call(struct door *d, const struct call *said, const char **why, struct err *err)
{
	struct priced_call p = { .call = normalise(&d->options, said), .source = d->source };
	struct batch *b;
	enum ll_err code;

	code = failed(d, err);
	if (code == LL_OK)
		code = check(&p.call, why);
	p.call = *mask_call(&p.call);
	if (code == LL_OK)
		code = take_names(d, &p.call, err);
	if (code == LL_OK)
		code = price_call(d, &p, why, err);
	if (code != LL_OK)
		return code;
	b = filling_batch(d);
	b->calls[b->count++] = p;
	if (d->options.show)
		d->options.show(d->options.ctx, &p);
	return LL_OK;
}

enum ll_err door_file(struct door *d, const struct file_progress *progress, struct err *err)
{
	struct file_progress *file;
	struct batch *b;
	enum ll_err code = failed(d, err);

	if (code != LL_OK || !d->options.store)
		return code;
	b = filling_batch(d);
	file = batch_add_file(b);
	if (!file)
		return ll_fail(err, LL_ENOMEM, "out of memory for a batch");
	*file = *progress;
	file->path = arena_str(&b->arena, progress->path);
	file->state = arena_str(&b->arena, progress->state);
	if (file->path.at && file->state.at)
		return LL_OK;
	b->file_count--;
	if (!b->count && !b->file_count)
		return ll_fail(err, LL_ENOMEM, "out of memory for a batch");
	code = submit(d, err);
	return code == LL_OK ? door_file(d, progress, err) : code;
}

enum ll_err door_flush(struct door *d, struct err *err)
{
	enum ll_err code = submit(d, err);

	for (size_t i = 0; i < DOOR_BATCHES; i++)
		wait_for(d, &d->turns[i]);
	return code == LL_OK ? failed(d, err) : code;
}

struct append_result door_result(const struct door *d)
{
	return d->result;
}

void door_close(struct door *d)
{
	if (!d)
		return;
	for (size_t i = 0; i < DOOR_BATCHES; i++) {
		wait_for(d, &d->turns[i]);
		batch_free(d->turns[i].batch);
	}
	map_release(&d->prices);
	pthread_cond_destroy(&d->came_back);
	pthread_mutex_destroy(&d->lock);
	ll_free(d);
}
