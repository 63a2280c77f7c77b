/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/store/writing.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/map.h"
#include "keys/hash.h"
#include "store/rollup.h"
#include "store/source.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct store *writing_open(const char *dir)
{
	struct store *s;
	struct err err = { 0 };
	const struct store_options options = {
		.dir = dir,
		.mode = STORE_WRITE,
		.zone = "America/New_York",
	};

	assert_ok(store_open(&s, &options, &err), &err);
	return s;
}

int64_t writing_source(struct store *s, const char *place)
{
	struct scope scope = SCOPE_DEFAULT;
	struct err err = { 0 };
	int64_t id;

	assert_ok(source_ensure(s, &scope, STR("claude-code"), STR("here"), str_of(place), &id,
		&err), &err);
	return id;
}

struct priced_call *writing_add(struct batch *b, int64_t source, const char *name,
	int64_t start_ns)
{
	struct priced_call *p = &b->calls[b->count++];
	struct str part = str_of(name);
	struct fingerprint key = hash_fingerprint(&part, 1);

	*p = (struct priced_call){
		.source = source,
		.has_cost = true,
		.cost = usd_of_nanos(100000000),
		.call = {
			.key = { .exact = key, .family = key.hi },
			.kind = CALL_AGENT_LOG,
			.start_ns = start_ns,
			.latency_ms = 1000,
			.ttft_ms = -1,
			.provider = STR("anthropic"),
			.model = STR("claude-opus-4-1"),
			.project = STR("/home/me/project"),
			.session = STR("session-1"),
			.tokens = { .input = 100 },
		},
	};
	return p;
}

static struct str pick(uint64_t *random, const char *const *names, size_t count)
{
	return str_of(names[test_random(random) % count]);
}

static void add_tags(struct batch *b, struct call *c, uint64_t *random)
{
	static const char *const names[] = { "env", "team", "route" };
	static const char *const values[] = { "a", "b", "c" };

	c->tag_count = test_random(random) % 4;
	c->tags = arena_alloc(&b->arena, 4 * sizeof(*c->tags));
	assert_non_null(c->tags);
	for (size_t i = 0; i < c->tag_count; i++)
		c->tags[i] = (struct call_tag){ str_of(names[i]), pick(random, values, 3) };
}

/* The key's own time, half of them at the turn of two months. */
static int64_t base_time(uint64_t key)
{
	uint64_t random = key * 77;

	if (test_random(&random) % 2)
		return NOV_2026_NS + (int64_t)(test_random(&random) % 3 * 30) * NS_PER_DAY;
	return NOV_2026_NS + (int64_t)(test_random(&random) % (uint64_t)(60 * NS_PER_DAY));
}

void writing_fill(struct batch *b, int64_t source, uint64_t *random, size_t count, uint64_t keys)
{
	static const char *const models[] = { "claude-opus-4-1", "gpt-5", "gemini-2.5-pro" };
	static const char *const projects[] = { "", "/home/me/a", "/home/me/b" };
	static const char *const users[] = { "", "ann", "bob" };
	static const char *const sessions[] = { "", "s1", "s2", "s3", "s4" };

	for (size_t i = 0; i < count; i++) {
		uint64_t key = test_random(random) % keys;
		struct priced_call *p = writing_add(b, source, "", base_time(key / 3));
		struct call *c = &p->call;
		uint64_t family = key / 3;

		c->start_ns += (int64_t)(test_random(random) % (uint64_t)(50 * NS_PER_MIN)) -
			25 * NS_PER_MIN;
		c->key.exact.hi = test_random(&(uint64_t){ key });
		c->key.exact.lo = key;
		c->key.family = test_random(&family);
		c->is_replay = key % 3 == 2;
		c->model = pick(random, models, COUNT_OF(models));
		c->project = pick(random, projects, COUNT_OF(projects));
		c->user = pick(random, users, COUNT_OF(users));
		c->agent = pick(random, users, COUNT_OF(users));
		c->api_key = pick(random, users, COUNT_OF(users));
		c->session = pick(random, sessions, COUNT_OF(sessions));
		c->tokens.output = (int64_t)(test_random(random) % 50);
		c->tokens.cache_read = (int64_t)(test_random(random) % 3);
		c->web_searches = (int64_t)(test_random(random) % 4 / 3);
		c->latency_ms = (int64_t)(test_random(random) % 1000) - 1;
		c->status = (enum call_status)(test_random(random) % 3);
		c->has_recorded = test_random(random) % 2;
		c->recorded = c->has_recorded ? usd_of_nanos((int64_t)(key % 1000)) : USD_ZERO;
		p->has_cost = test_random(random) % 4;
		p->cost = usd_of_nanos(p->has_cost ? (int64_t)(test_random(random) % 1000000) : 0);
		add_tags(b, c, random);
	}
}

struct append_result writing_append(struct store *s, struct batch *b)
{
	struct scope scope = SCOPE_DEFAULT;
	struct err err = { 0 };

	assert_ok(store_append(s, &scope, b, &err), &err);
	return b->result;
}

static int64_t number(struct db *db, const char *sql)
{
	struct stmt q;
	struct err err = { 0 };
	bool row;
	int64_t value;

	assert_ok(stmt_prepare(&q, db, sql, &err), &err);
	assert_ok(stmt_step(&q, &row, &err), &err);
	assert_true(row);
	value = stmt_i64(&q, 0);
	stmt_release(&q);
	return value;
}

static void check_integrity(struct db *db)
{
	struct stmt q;
	struct err err = { 0 };
	bool row;

	assert_ok(stmt_prepare(&q, db, "PRAGMA integrity_check", &err), &err);
	assert_ok(stmt_step(&q, &row, &err), &err);
	assert_str(stmt_str(&q, 0), "ok");
	stmt_release(&q);
}

static void check_month(struct db *main_db, struct db *month)
{
	char problem[160];
	struct err err = { 0 };

	check_integrity(month);
	assert_ok(rollup_recount(main_db, month, problem, &err), &err);
	assert_string_equal(problem, "");
	assert_int_equal(number(month, "SELECT count(*) FROM seen WHERE record > 0"),
		number(month, "SELECT count(*) FROM cost_records"));
	assert_int_equal(number(month, "SELECT count(*) FROM cost_records WHERE id NOT IN"
		" (SELECT record FROM seen)"), 0);
}

static void open_for_reading(struct db *db, const char *dir, int32_t month)
{
	char path[512];
	struct err err = { 0 };

	if (month)
		assert_true(month_path(dir, month, path, sizeof(path)));
	else
		assert_true(path_join(path, sizeof(path), dir, "main.db"));
	assert_ok(db_open(db, path, DB_READ, 0, &err), &err);
}

/* Notes the keys of a month; one that is there already is a call stored twice. */
static void note_keys(struct map *keys, struct db *month)
{
	struct stmt q;
	struct err err = { 0 };
	bool row, is_new;

	assert_ok(stmt_prepare(&q, month, "SELECT exact_hi, exact_lo FROM cost_records", &err),
		&err);
	while (stmt_step(&q, &row, &err) == LL_OK && row) {
		int64_t key[2] = { stmt_i64(&q, 0), stmt_i64(&q, 1) };

		assert_non_null(map_at(keys, (struct str){ (const char *)key, sizeof(key) },
			&is_new));
		assert_true(is_new);
	}
	stmt_release(&q);
}

void writing_check(const char *dir)
{
	struct month_list list;
	struct db main_db, month;
	struct map keys;
	struct err err = { 0 };

	map_init(&keys);
	open_for_reading(&main_db, dir, 0);
	check_integrity(&main_db);
	assert_ok(month_list(dir, &list, &err), &err);
	for (size_t i = 0; i < list.count; i++) {
		open_for_reading(&month, dir, list.at[i]);
		if (number(&month, "PRAGMA user_version")) {
			check_month(&main_db, &month);
			note_keys(&keys, &month);
		}
		db_close(&month);
	}
	month_list_release(&list);
	db_close(&main_db);
	map_release(&keys);
}

int64_t writing_sum(const char *dir, const char *sql)
{
	struct month_list list;
	struct db month;
	struct err err = { 0 };
	int64_t sum = 0;

	assert_ok(month_list(dir, &list, &err), &err);
	for (size_t i = 0; i < list.count; i++) {
		open_for_reading(&month, dir, list.at[i]);
		if (number(&month, "PRAGMA user_version"))
			sum += number(&month, sql);
		db_close(&month);
	}
	month_list_release(&list);
	return sum;
}

int64_t writing_main_number(const char *dir, const char *sql)
{
	struct db db;
	int64_t value;

	open_for_reading(&db, dir, 0);
	value = number(&db, sql);
	db_close(&db);
	return value;
}

size_t writing_repeats(size_t usual, size_t soak)
{
	return getenv("LLMLAB_SOAK") ? soak : usual;
}
