/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON writer: its layout, its escapes, and that the parser reads it back. */
#include "tests/support/suite.h"

#include "base/json.h"
#include "base/jsonw.h"
#include "base/text.h"

static void write_sample(struct jsonw *w)
{
	jsonw_object(w);
	jsonw_key(w, "name");
	jsonw_str(w, STR("a\"b"));
	jsonw_key(w, "list");
	jsonw_array(w);
	jsonw_i64(w, -1);
	jsonw_bool(w, true);
	jsonw_null(w);
	jsonw_array(w);
	jsonw_array_end(w);
	jsonw_object(w);
	jsonw_object_end(w);
	jsonw_array_end(w);
	jsonw_key(w, "cost");
	jsonw_raw(w, STR("0.123"));
	jsonw_object_end(w);
}

static void jsonw__writes__one_line(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &b, 0);
	write_sample(&w);
	assert_str(buf_str(&b),
		"{\"name\":\"a\\\"b\",\"list\":[-1,true,null,[],{}],\"cost\":0.123}");
	buf_release(&b);
}

static void jsonw__writes__indented_lines(void **state)
{
	struct buf b = BUF_INIT(1000);
	struct jsonw w;

	(void)state;
	jsonw_init(&w, &b, 2);
	write_sample(&w);
	assert_str(buf_str(&b),
		"{\n  \"name\": \"a\\\"b\",\n  \"list\": [\n    -1,\n    true,\n    null,\n"
		"    [],\n    {}\n  ],\n  \"cost\": 0.123\n}");
	buf_release(&b);
}

static void jsonw_str__escapes__what_is_not_safe(void **state)
{
	static const struct {
		struct str text;
		const char *json;
	} cases[] = {
		{ STR_INIT("\\\"/"), "\"\\\\\\\"/\"" },
		{ STR_INIT("\b\t\n\f\r"), "\"\\b\\t\\n\\f\\r\"" },
		{ STR_INIT("\0\x1b\x7f"), "\"\\u0000\\u001b\\u007f\"" },
		{ STR_INIT("\xC2\x9B"), "\"\\u009b\"" },
		{ STR_INIT("\xE2\x80\xAE"), "\"\\u202e\"" },
		{ STR_INIT("\xF3\xA0\x81\x81"), "\"\\udb40\\udc41\"" },
		{ STR_INIT("\xFFz"), "\"\xEF\xBF\xBDz\"" },
		{ STR_INIT("\xC3\xBC"), "\"\xC3\xBC\"" },
		{ STR_INIT(""), "\"\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf b = BUF_INIT(100);
		struct jsonw w;

		jsonw_init(&w, &b, 0);
		jsonw_str(&w, cases[i].text);
		assert_string_equal(b.at, cases[i].json);
		buf_release(&b);
	}
}

/* Random text, valid or not: comes back as it was, invalid bytes apart. */
static void jsonw_str__reads_back__as_written(void **state)
{
	struct buf json = BUF_INIT(10000), text = BUF_INIT(1000), back = BUF_INIT(10000);
	uint64_t seed = 29;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		uint32_t ceiling = i % 2 ? 0x300 : 0x10FFFF;
		struct jsonw w;
		struct json j;
		struct str raw;

		buf_clear(&json);
		buf_clear(&text);
		buf_clear(&back);
		for (uint64_t n = test_random(&seed) % 60; n > 0; n--)
			utf8_add(&text, (uint32_t)(test_random(&seed) % ceiling));
		jsonw_init(&w, &json, 0);
		jsonw_str(&w, buf_str(&text));
		json_init(&j, buf_str(&json));
		assert_true(json_text(&j, &raw) && json_done(&j));
		json_unescape(&back, raw);
		assert_true(str_eq(buf_str(&back), buf_str(&text)));
	}
	buf_release(&json);
	buf_release(&text);
	buf_release(&back);
}

static void write_tree(struct jsonw *w, int depth, uint64_t *seed)
{
	bool is_object = test_random(seed) % 2;

	if (depth > 40 || test_random(seed) % 4 == 0) {
		jsonw_i64(w, (int64_t)test_random(seed));
		return;
	}
	is_object ? jsonw_object(w) : jsonw_array(w);
	for (uint64_t n = test_random(seed) % 4; n > 0; n--) {
		if (is_object)
			jsonw_key(w, "k\x01y");
		write_tree(w, depth + 1, seed);
	}
	is_object ? jsonw_object_end(w) : jsonw_array_end(w);
}

static void jsonw__parses_back__random_trees(void **state)
{
	uint64_t seed = 31;

	(void)state;
	for (int i = 0; i < 300; i++) {
		struct buf b = BUF_INIT(64u << 20);
		struct jsonw w;
		struct json j;

		jsonw_init(&w, &b, i % 3);
		write_tree(&w, 0, &seed);
		assert_int_equal(buf_status(&b), LL_OK);
		json_init(&j, buf_str(&b));
		assert_true(json_skip(&j));
		assert_true(json_done(&j));
		buf_release(&b);
	}
}

SUITE(jsonw,
	cmocka_unit_test(jsonw__writes__one_line),
	cmocka_unit_test(jsonw__writes__indented_lines),
	cmocka_unit_test(jsonw_str__escapes__what_is_not_safe),
	cmocka_unit_test(jsonw_str__reads_back__as_written),
	cmocka_unit_test(jsonw__parses_back__random_trees));
