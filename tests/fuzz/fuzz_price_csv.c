/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a price file: what is read must be written and read again as the same rows.
 * Build with clang -fsanitize=fuzzer,address and link libmodel.a and libbase.a.
 */
#include <stddef.h>
#include <stdint.h>

#include "model/price.h"

#define TEXT_MAX (4u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum ll_err write_row(void *text, const struct price *row, struct err *err)
{
	(void)err;
	price_csv_line(text, row);
	return LL_OK;
}

/* The shipped lists' patterns are not compiled, so the book takes any. */
static enum ll_err keep_row(void *book, const struct price *row, struct err *err)
{
	enum ll_err code = price_book_add(book, row, err);

	return code == LL_EINVAL ? LL_OK : code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str csv = { (const char *)data, size };
	struct buf once = BUF_INIT(TEXT_MAX), twice = BUF_INIT(TEXT_MAX);
	struct price_book *book = price_book_new();
	struct err err = { 0 };

	price_csv_header(&once);
	price_csv_header(&twice);
	if (price_csv_read(csv, PRICE_CORE, write_row, &once, &err) == LL_OK &&
		buf_status(&once) == LL_OK) {
		PRE(price_csv_read(buf_str(&once), PRICE_CORE, write_row, &twice, &err) == LL_OK);
		PRE(str_eq(buf_str(&once), buf_str(&twice)));
		PRE(price_csv_read(csv, PRICE_CORE, keep_row, book, &err) == LL_OK);
	}
	price_book_free(book);
	buf_release(&once);
	buf_release(&twice);
	return 0;
}
