-- YYYY-MM.db, version 1: the calls that started in that month (UTC) and their rollups, which
-- commit together. Dimension columns hold ids of main.db's dim and source; 0 = absent.

CREATE TABLE month (
	id   INTEGER PRIMARY KEY CHECK (id = 1),
	zone TEXT NOT NULL                     -- that the day rollups are cut in
) STRICT;

CREATE TABLE session (
	id        INTEGER PRIMARY KEY,
	workspace INTEGER NOT NULL,
	name      TEXT NOT NULL,
	UNIQUE (workspace, name)
) STRICT;

CREATE TABLE cost_records (
	id             INTEGER PRIMARY KEY,
	start_ns       INTEGER NOT NULL,
	workspace      INTEGER NOT NULL,
	project        INTEGER NOT NULL,
	model          INTEGER NOT NULL,       -- provider is the model's qualifier
	source         INTEGER NOT NULL,
	session        INTEGER NOT NULL,       -- session(id) of this file
	user           INTEGER NOT NULL,
	api_key        INTEGER NOT NULL,
	agent          INTEGER NOT NULL,
	tag_set        INTEGER NOT NULL,
	input          INTEGER NOT NULL,
	cache_read     INTEGER NOT NULL,
	cache_write_5m INTEGER NOT NULL,
	cache_write_1h INTEGER NOT NULL,
	output         INTEGER NOT NULL,
	reasoning      INTEGER NOT NULL,       -- of which output
	cost_nanos     INTEGER,                -- NULL: unpriced
	recorded_nanos INTEGER,                -- NULL: the source said nothing
	price          INTEGER NOT NULL,       -- price(id) of main.db; 0 = none
	latency_ms     INTEGER,
	ttft_ms        INTEGER,
	kind           INTEGER NOT NULL,       -- enum call_kind
	status         INTEGER NOT NULL,       -- enum call_status
	tier           INTEGER NOT NULL,       -- enum call_tier
	speed          INTEGER NOT NULL,       -- enum call_speed
	is_replay      INTEGER NOT NULL,
	exact_hi       INTEGER NOT NULL,       -- fingerprint of the source's own key
	exact_lo       INTEGER NOT NULL,
	family         INTEGER NOT NULL
) STRICT;
CREATE INDEX cost_records_start ON cost_records (start_ns);

-- Units beside tokens: unit = enum rate_unit.
CREATE TABLE usage_extra (
	record INTEGER NOT NULL,
	unit   INTEGER NOT NULL,
	qty    INTEGER NOT NULL,
	PRIMARY KEY (record, unit)
) STRICT, WITHOUT ROWID;

-- Finds a call again: k = hour of the month of the record's start (10 bits) << 53 | top 53 bits of
-- its family; further members of a family take the next free k. A hit is verified on the record.
CREATE TABLE seen (
	k      INTEGER PRIMARY KEY,
	record INTEGER NOT NULL
) STRICT;

-- Rollups. t: 15-minute index since 1970 UTC. day: days since 1970-01-01 in month.zone; a local
-- day at the month's edge has rows in both files.
CREATE TABLE roll_15m (
	workspace INTEGER NOT NULL, t INTEGER NOT NULL,
	project INTEGER NOT NULL, model INTEGER NOT NULL, source INTEGER NOT NULL,
	calls INTEGER NOT NULL, unpriced INTEGER NOT NULL, errors INTEGER NOT NULL,
	input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
	cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
	cost_nanos INTEGER NOT NULL, recorded_nanos INTEGER NOT NULL, recorded INTEGER NOT NULL,
	latency_ms INTEGER NOT NULL, timed INTEGER NOT NULL,
	PRIMARY KEY (workspace, t, project, model, source)
) STRICT, WITHOUT ROWID;

-- The same over all projects: what most questions ask for, in half the rows or less.
CREATE TABLE roll_15m_all (
	workspace INTEGER NOT NULL, t INTEGER NOT NULL,
	model INTEGER NOT NULL, source INTEGER NOT NULL,
	calls INTEGER NOT NULL, unpriced INTEGER NOT NULL, errors INTEGER NOT NULL,
	input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
	cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
	cost_nanos INTEGER NOT NULL, recorded_nanos INTEGER NOT NULL, recorded INTEGER NOT NULL,
	latency_ms INTEGER NOT NULL, timed INTEGER NOT NULL,
	PRIMARY KEY (workspace, t, model, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE roll_day (
	workspace INTEGER NOT NULL, day INTEGER NOT NULL,
	project INTEGER NOT NULL, model INTEGER NOT NULL, source INTEGER NOT NULL,
	calls INTEGER NOT NULL, unpriced INTEGER NOT NULL, errors INTEGER NOT NULL,
	input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
	cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
	cost_nanos INTEGER NOT NULL, recorded_nanos INTEGER NOT NULL, recorded INTEGER NOT NULL,
	latency_ms INTEGER NOT NULL, timed INTEGER NOT NULL,
	PRIMARY KEY (workspace, day, project, model, source)
) STRICT, WITHOUT ROWID;

-- The same over all projects.
CREATE TABLE roll_day_all (
	workspace INTEGER NOT NULL, day INTEGER NOT NULL,
	model INTEGER NOT NULL, source INTEGER NOT NULL,
	calls INTEGER NOT NULL, unpriced INTEGER NOT NULL, errors INTEGER NOT NULL,
	input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
	cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
	cost_nanos INTEGER NOT NULL, recorded_nanos INTEGER NOT NULL, recorded INTEGER NOT NULL,
	latency_ms INTEGER NOT NULL, timed INTEGER NOT NULL,
	PRIMARY KEY (workspace, day, model, source)
) STRICT, WITHOUT ROWID;

-- One dimension instead of the project: kind = DIM_USER, DIM_KEY, DIM_AGENT, DIM_TAG (a row per
-- tag of the call) or DIM_SESSION; id = its value, 0 rows included except for tags.
CREATE TABLE roll_day_by (
	workspace INTEGER NOT NULL, day INTEGER NOT NULL,
	kind INTEGER NOT NULL, id INTEGER NOT NULL,
	model INTEGER NOT NULL, source INTEGER NOT NULL,
	calls INTEGER NOT NULL, unpriced INTEGER NOT NULL, errors INTEGER NOT NULL,
	input INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write_5m INTEGER NOT NULL,
	cache_write_1h INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL,
	cost_nanos INTEGER NOT NULL, recorded_nanos INTEGER NOT NULL, recorded INTEGER NOT NULL,
	latency_ms INTEGER NOT NULL, timed INTEGER NOT NULL,
	PRIMARY KEY (workspace, day, kind, id, model, source)
) STRICT, WITHOUT ROWID;
