/* SPDX-License-Identifier: Apache-2.0 */
/* The pieces of the dashboard that need no terminal. */
#include <stdio.h>

#include "app/clipboard.h"
#include "app/screen.h"
#include "app/theme_choice.h"
#include "app/watch.h"
#include "base/file.h"
#include "tests/support/suite.h"

static void screen_size__reads__columns_and_rows(void **state)
{
	static const char *const bad[] = { "", "80", "x", "80x", "x24", "80x24x1", "0x24", "80x0", "1001x24",
		"-80x24", "80 x 24", "80X24" };
	struct err err = { 0 };
	int rows = 0, cols = 0;

	(void)state;
	assert_ok(screen_size(STR("120x36"), &rows, &cols, &err), &err);
	assert_int_equal(cols, 120);
	assert_int_equal(rows, 36);
	assert_ok(screen_size(STR("1x1000"), &rows, &cols, &err), &err);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(screen_size(str_of(bad[i]), &rows, &cols, &err), LL_EUSAGE);
}

static void keep_name(void *ctx, struct key key)
{
	char name[24];

	key_name(key, name);
	buf_addf(ctx, "%s,", name);
}

static void screen_keys__types__names_and_letters(void **state)
{
	struct buf typed = BUF_INIT(4096);
	struct err err = { 0 };

	(void)state;
	assert_ok(screen_keys(STR(" j  <Enter> opus <C-d> \xC3\xA9 <lt>"), keep_name, &typed, &err), &err);
	assert_str(buf_str(&typed), "j,<Enter>,o,p,u,s,<C-d>,\xC3\xA9,<lt>,");
	assert_int_equal(screen_keys(STR("j <Nothing>"), keep_name, &typed, &err), LL_EUSAGE);
	assert_true(str_has(str_of(err.msg), STR("<Nothing>")));
	buf_release(&typed);
}

static void clipboard_sequence__wraps__base64(void **state)
{
	static const struct {
		const char *text, *sequence;
	} cases[] = {
		{ "", "\033]52;c;\033\\" },
		{ "f", "\033]52;c;Zg==\033\\" },
		{ "fo", "\033]52;c;Zm8=\033\\" },
		{ "foo", "\033]52;c;Zm9v\033\\" },
		{ "foob\xFF?", "\033]52;c;Zm9vYv8/\033\\" },
	};
	struct buf out = BUF_INIT(1 << 20), text = BUF_INIT(1 << 20);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		assert_true(clipboard_sequence(&out, str_of(cases[i].text)));
		assert_str_equal_(buf_str(&out), str_of(cases[i].sequence), __FILE__, __LINE__);
	}
	buf_fill(&text, 'x', 56245);
	assert_false(clipboard_sequence(&out, buf_str(&text)));
	buf_release(&out);
	buf_release(&text);
}

static void theme_for_background__tells__light_from_dark(void **state)
{
	struct theme theme;

	(void)state;
	theme_for_background((const int[]){ 0, 0, 0 }, &theme);
	assert_string_equal(theme.name, "dark");
	theme_for_background((const int[]){ 0x1111, 0x2222, 0x8888 }, &theme);
	assert_string_equal(theme.name, "dark");
	theme_for_background((const int[]){ 0xFDFD, 0xF6F6, 0xE3E3 }, &theme);
	assert_string_equal(theme.name, "light");
}

/* The store's directories come one by one, then the store; then somebody commits; then it is removed. */
static void watch_store__sees__it_come_and_go(void **state)
{
	char dir[256], store[300], file[340];
	struct watch w;
	struct err err = { 0 };

	(void)state;
	snprintf(dir, sizeof(dir), "%s", test_dir());
	snprintf(store, sizeof(store), "%s/a/b", dir);
	snprintf(file, sizeof(file), "%s/generation", store);
	watch_open(&w);
	watch_store(&w, store, NULL);
	assert_int_equal(watch_read(&w), 0);
	assert_ok(file_mkdirs(store, 0700, &err), &err);
	assert_int_equal(watch_read(&w), WATCH_STORE);
	watch_store(&w, store, NULL);
	test_write_file(file, STR("1"));
	assert_int_equal(watch_read(&w), WATCH_STORE);
	watch_store(&w, store, file);
	assert_int_equal(watch_read(&w), 0);
	test_write_file(file, STR("2"));
	assert_int_equal(watch_read(&w), WATCH_COMMIT);
	assert_int_equal(remove(file), 0);
	assert_int_equal(watch_read(&w) & WATCH_STORE, WATCH_STORE);
	watch_close(&w);
}

static void watch_tree__sees__files_below(void **state)
{
	char dir[256], below[300], file[340];
	struct watch w;
	struct err err = { 0 };

	(void)state;
	snprintf(dir, sizeof(dir), "%s", test_dir());
	snprintf(below, sizeof(below), "%s/project/session", dir);
	snprintf(file, sizeof(file), "%s/log.jsonl", below);
	assert_ok(file_mkdirs(below, 0700, &err), &err);
	watch_open(&w);
	watch_tree(&w, dir);
	test_write_file(file, STR("{}\n"));
	assert_int_equal(watch_read(&w), WATCH_LOGS);
	assert_int_equal(watch_read(&w), 0);
	watch_close(&w);
}

SUITE(screen,
	cmocka_unit_test(screen_size__reads__columns_and_rows),
	cmocka_unit_test(screen_keys__types__names_and_letters),
	cmocka_unit_test(clipboard_sequence__wraps__base64),
	cmocka_unit_test(theme_for_background__tells__light_from_dark),
	cmocka_unit_test(watch_store__sees__it_come_and_go),
	cmocka_unit_test(watch_tree__sees__files_below));
