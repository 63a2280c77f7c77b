/* SPDX-License-Identifier: Apache-2.0 */
/* Walks the audit log's hash chain. */
#include "store/audit_chain.h"
#include "store/reader.h"

static bool is_hash(struct str blob, const uint8_t hash[AUDIT_HASH_BYTES])
{
	return blob.len == AUDIT_HASH_BYTES && memcmp(blob.at, hash, AUDIT_HASH_BYTES) == 0;
}

/* Checks one entry against the hash of the one before, which its own replaces. */
static enum ll_err verify_entry(const struct stmt *q, uint8_t prev[AUDIT_HASH_BYTES],
	struct err *err)
{
	struct audit_entry entry = {
		.id = stmt_i64(q, 0),
		.at_ns = stmt_i64(q, 1),
		.actor = stmt_str(q, 2),
		.action = stmt_str(q, 3),
		.object = stmt_str(q, 4),
		.result = stmt_str(q, 5),
		.before = stmt_str(q, 6),
		.after = stmt_str(q, 7),
	};
	uint8_t hash[AUDIT_HASH_BYTES];

	if (!is_hash(stmt_blob(q, 8), prev))
		return ll_fail(err, LL_ECORRUPT,
			"audit entry %lld does not follow the one before it: one was removed, "
			"added or moved", (long long)entry.id);
	audit_hash(prev, &entry, hash);
	if (!is_hash(stmt_blob(q, 9), hash))
		return ll_fail(err, LL_ECORRUPT, "audit entry %lld was changed after it was"
			" written", (long long)entry.id);
	memcpy(prev, hash, sizeof(hash));
	return LL_OK;
}

static enum ll_err verify(struct store_reader *r, int64_t *count, struct err *err)
{
	uint8_t prev[AUDIT_HASH_BYTES] = { 0 };
	struct stmt q = { 0 };
	bool row;
	enum ll_err code = stmt_prepare(&q, &r->main,
		"SELECT id, at_ns, actor, action, object, result, before, after, prev, hash"
		" FROM audit ORDER BY id", err);

	while (code == LL_OK && (code = stmt_step(&q, &row, err)) == LL_OK && row) {
		code = verify_entry(&q, prev, err);
		*count += code == LL_OK;
	}
	stmt_release(&q);
	return code;
}

enum ll_err audit_verify(struct store_reader *r, int64_t *count, struct err *err)
{
	enum ll_err code;

	*count = 0;
	code = reader_begin(r, err);
	if (code == LL_OK)
		code = verify(r, count, err);
	return reader_end(r, code, err);
}
