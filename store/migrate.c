/* SPDX-License-Identifier: Apache-2.0 */
/* The embedded migrations and how a file is brought up to them. */
#include "store/migrate.h"

#include <stdio.h>

#include "base/embed.h"

EMBED(migration_main_0001, "store/migrations/main_0001_start.sql");
EMBED(migration_month_0001, "store/migrations/month_0001_calls.sql");

/* Append only: a step that was released is never changed. */
static const char *const main_steps[] = { migration_main_0001 };
static const char *const month_steps[] = { migration_month_0001 };

static const struct {
	const char *const *steps;
	int32_t count;
} schemas[] = {
	[SCHEMA_MAIN] = { main_steps, sizeof(main_steps) / sizeof(main_steps[0]) },
	[SCHEMA_MONTH] = { month_steps, sizeof(month_steps) / sizeof(month_steps[0]) },
};

static enum ll_err set_version(struct db *db, int32_t version, struct err *err)
{
	char sql[48];

	snprintf(sql, sizeof(sql), "PRAGMA user_version=%d", (int)version);
	return db_exec(db, sql, err);
}

static enum ll_err read_version(struct db *db, int32_t *version, struct err *err)
{
	struct stmt q = { 0 };
	bool row = false;
	enum ll_err e = stmt_prepare(&q, db, "PRAGMA user_version", err);

	if (e == LL_OK)
		e = stmt_step(&q, &row, err);
	if (e == LL_OK)
		*version = (int32_t)stmt_i64(&q, 0);
	stmt_release(&q);
	return e;
}

int32_t schema_latest(enum schema schema)
{
	return schemas[schema].count;
}

enum ll_err schema_version(struct db *db, enum schema schema, int32_t *version, struct err *err)
{
	enum ll_err e = read_version(db, version, err);

	if (e == LL_OK && *version > schema_latest(schema))
		e = ll_fail(err, LL_EVERSION,
			"'%s' was written by a newer llmlab: its schema is %d, this one knows up to"
			" %d", db->path, (int)*version, (int)schema_latest(schema));
	return e;
}

enum ll_err schema_migrate(struct db *db, enum schema schema, struct err *err)
{
	int32_t version = 0, latest = schema_latest(schema);
	enum ll_err e = schema_version(db, schema, &version, err);

	for (int32_t step = version; e == LL_OK && step < latest; step++)
		e = db_exec(db, schemas[schema].steps[step], err);
	if (e == LL_OK && version < latest)
		e = set_version(db, latest, err);
	return e;
}
