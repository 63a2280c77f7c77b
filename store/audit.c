/* SPDX-License-Identifier: Apache-2.0 */
/* Adding to the audit log. */
#include "store/audit.h"

#include "store/audit_chain.h"
#include "store/writer.h"

/* The end of the chain: the last id and hash, or 0 and zeros. */
static enum ll_err read_last(struct db *db, int64_t *id, uint8_t hash[AUDIT_HASH_BYTES],
	struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, db, "SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1",
		err);

	*id = 0;
	memset(hash, 0, AUDIT_HASH_BYTES);
	if (e == LL_OK)
		e = stmt_step(&q, &row, err);
	if (e == LL_OK && row) {
		struct str last = stmt_blob(&q, 1);

		*id = stmt_i64(&q, 0);
		if (last.len == AUDIT_HASH_BYTES)
			memcpy(hash, last.at, AUDIT_HASH_BYTES);
		else
			e = ll_fail(err, LL_ECORRUPT, "audit entry %lld has no hash",
				(long long)*id);
	}
	stmt_release(&q);
	return e;
}

static enum ll_err insert(struct db *db, const struct audit_entry *entry,
	const uint8_t prev[AUDIT_HASH_BYTES], const uint8_t hash[AUDIT_HASH_BYTES], struct err *err)
{
	const struct str texts[] = { entry->actor, entry->action, entry->object, entry->result,
		entry->before, entry->after };
	const int count = sizeof(texts) / sizeof(texts[0]);
	struct stmt q = { 0 };
	enum ll_err e = stmt_prepare(&q, db, "INSERT INTO audit (id, at_ns, actor, action, object,"
		" result, before, after, prev, hash) VALUES (?,?,?,?,?,?,?,?,?,?)", err);

	if (e == LL_OK) {
		stmt_bind_i64(&q, 1, entry->id);
		stmt_bind_i64(&q, 2, entry->at_ns);
		for (int i = 0; i < count; i++)
			stmt_bind_str(&q, 3 + i, texts[i]);
		stmt_bind_blob(&q, 3 + count, prev, AUDIT_HASH_BYTES);
		stmt_bind_blob(&q, 4 + count, hash, AUDIT_HASH_BYTES);
		e = stmt_run(&q, err);
	}
	stmt_release(&q);
	return e;
}

enum ll_err audit_append(struct db *main_db, const struct audit_entry *entry, struct err *err)
{
	uint8_t prev[AUDIT_HASH_BYTES], hash[AUDIT_HASH_BYTES];
	struct audit_entry linked = *entry;
	enum ll_err e = read_last(main_db, &linked.id, prev, err);

	if (e != LL_OK)
		return e;
	linked.id++;
	audit_hash(prev, &linked, hash);
	return insert(main_db, &linked, prev, hash, err);
}

static enum ll_err add(struct writer *w, void *ctx, struct err *err)
{
	struct audit_entry entry = *(const struct audit_entry *)ctx;

	entry.at_ns = writer_now_ns(w);
	return audit_append(&w->main_db, &entry, err);
}

static enum ll_err run_add(struct writer *w, void *ctx, struct err *err)
{
	return writer_transaction(w, add, ctx, err);
}

enum ll_err audit_add(struct store *s, const struct audit_entry *entry, struct err *err)
{
	struct audit_entry copy = *entry;

	return writer_run(s, run_add, &copy, err);
}
