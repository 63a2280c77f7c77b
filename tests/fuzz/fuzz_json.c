/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as JSON: skipped, walked and unescaped. Skipping and walking must agree on
 * what is JSON. Build with clang -fsanitize=fuzzer,address and link libbase.a.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_text(struct json *j)
{
	struct str raw;
	struct buf b;

	if (!json_text(j, &raw))
		return;
	buf_init(&b, raw.len);
	json_unescape(&b, raw);
	PRE(buf_status(&b) == LL_OK);
	buf_release(&b);
}

/* The parser's depth limit bounds the recursion. */
static void walk(struct json *j)
{
	struct str key;
	int64_t n;

	switch (json_peek(j)) {
	case JSON_OBJECT:
		if (json_object(j))
			while (json_key(j, &key))
				walk(j);
		break;
	case JSON_ARRAY:
		if (json_array(j))
			while (json_element(j))
				walk(j);
		break;
	case JSON_STRING:
		read_text(j);
		break;
	case JSON_NUMBER:
		json_i64(j, &n);
		break;
	case JSON_BOOL:
	case JSON_NULL:
	case JSON_NONE:
		json_skip(j);
		break;
	}
}

static bool is_json_by_skip(struct str text)
{
	struct json j;

	json_init(&j, text);
	json_skip(&j);
	return json_done(&j);
}

static bool is_json_by_walk(struct str text)
{
	struct json j;

	json_init(&j, text);
	walk(&j);
	return json_done(&j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct buf b = BUF_INIT(size);

	PRE(is_json_by_skip(text) == is_json_by_walk(text));
	json_unescape(&b, text);
	PRE(buf_status(&b) == LL_OK);
	buf_release(&b);
	return 0;
}
