-- main.db, version 1: names, sources, prices, jobs, audit. Telemetry is in the month files.
-- Times are nanoseconds since 1970-01-01 UTC. Every table of names belongs to a workspace.

CREATE TABLE workspace (
	id         INTEGER PRIMARY KEY,
	name       TEXT NOT NULL UNIQUE,
	zone       TEXT NOT NULL,              -- IANA name: cuts day rollups, budgets and reports
	created_ns INTEGER NOT NULL
) STRICT;

-- Counters that other processes watch. 'dimensions' moves with every new row of dim or source.
CREATE TABLE epoch (
	name  TEXT PRIMARY KEY,
	value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO epoch VALUES ('dimensions', 0);

-- Dimension values, interned. kind: enum dim_kind. qualifier: a model's provider, a tag's name;
-- '' otherwise. A tag set is the sorted ids of its tags, "12,57". id 0 is never used: absent.
CREATE TABLE dim (
	id        INTEGER PRIMARY KEY,
	workspace INTEGER NOT NULL REFERENCES workspace(id),
	kind      INTEGER NOT NULL,
	qualifier TEXT NOT NULL,
	name      TEXT NOT NULL,
	UNIQUE (workspace, kind, qualifier, name)
) STRICT;

-- Where calls come from: one row per (kind of log, machine, place). A machine is a property of
-- its sources. plan: enum source_plan.
CREATE TABLE source (
	id        INTEGER PRIMARY KEY,
	workspace INTEGER NOT NULL REFERENCES workspace(id),
	name      TEXT NOT NULL,               -- claude-code, codex, pi, csv, demo ...
	machine   TEXT NOT NULL,
	place     TEXT NOT NULL,               -- directory or file as given, '-' for stdin
	plan      INTEGER NOT NULL DEFAULT 0,
	added_ns  INTEGER NOT NULL,
	UNIQUE (workspace, name, machine, place)
) STRICT;

-- How far each file was read. Written after its rows, so that reading again is harmless.
CREATE TABLE source_file (
	id              INTEGER PRIMARY KEY,
	source          INTEGER NOT NULL REFERENCES source(id) ON DELETE CASCADE,
	path            TEXT NOT NULL,
	device          INTEGER NOT NULL,
	inode           INTEGER NOT NULL,
	size            INTEGER NOT NULL,      -- bytes when last read
	mtime_ns        INTEGER NOT NULL,
	offset          INTEGER NOT NULL,      -- first byte not yet read
	line            INTEGER NOT NULL,      -- lines before offset
	decoder_version INTEGER NOT NULL,
	head            BLOB NOT NULL,         -- hash of the first bytes: tells a replaced file
	head_bytes      INTEGER NOT NULL,
	state           TEXT NOT NULL,         -- what the decoder remembers (JSON), or ''
	UNIQUE (source, path)
) STRICT;

-- Price rows that calls were priced with, and the user's own: the line of the price file format
-- as it was, never changed. Shipped rows that no call used are not here. list: enum price_list.
CREATE TABLE price (
	id         INTEGER PRIMARY KEY,
	list       INTEGER NOT NULL,
	line       TEXT NOT NULL,
	added_ns   INTEGER NOT NULL,
	retired_ns INTEGER,                    -- not used for new calls since
	UNIQUE (list, line)
) STRICT;

-- Work over several months: written first, repeatable per month, finished by the next writer.
CREATE TABLE job (
	id          INTEGER PRIMARY KEY,
	kind        INTEGER NOT NULL,          -- enum job_kind
	args        TEXT NOT NULL,             -- JSON
	created_ns  INTEGER NOT NULL,
	month       INTEGER NOT NULL DEFAULT 0, -- months up to this one (YYYYMM) are done
	finished_ns INTEGER
) STRICT;

-- Every action, hash-chained: hash = H(prev, all other columns); prev of the first is 32 zeros.
CREATE TABLE audit (
	id     INTEGER PRIMARY KEY,
	at_ns  INTEGER NOT NULL,
	actor  TEXT NOT NULL,
	action TEXT NOT NULL,
	object TEXT NOT NULL,
	result TEXT NOT NULL,
	before TEXT NOT NULL,                  -- JSON or ''
	after  TEXT NOT NULL,                  -- JSON or ''
	prev   BLOB NOT NULL,
	hash   BLOB NOT NULL
) STRICT;
