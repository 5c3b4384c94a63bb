-- schema.sql: the tally, tally.db: counters of what was read. Written by `vhod collect` only (tally/collect.c by way of
-- tally/fold.c, one process at a time), read by the statistics page (tally/statistics.c). Totals only:
-- no row is a single view, and nothing here says who the reader was.
--
-- This file makes version 1 of the schema; the number stands in meta, and sqlite.c has the list of steps from one
-- version to the next. Never edit a step that is published: add one.
--
-- Conventions: day is the local date in meta's timezone, "2026-11-21"; kind is a word of event.c; client is a word of
-- client.c. Kinds whose ids are free text from outside (search, missing) stand in hour and day under the one id '…';
-- their words are in the tables search and missing. Those and referrer have a ceiling of rows for each day and client
-- (tally/fold.c); what comes when it is reached is counted under '…', so totals stay exact and a flood of made-up
-- addresses by a robot neither fills the disk nor pushes out what people looked for.

CREATE TABLE meta (               -- facts about this file; one row a fact
    key TEXT PRIMARY KEY,         -- 'schema': the version's number; 'timezone': the IANA zone in which days end
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE hour (               -- records by the hour
    hour TEXT NOT NULL CHECK (hour IS strftime('%Y-%m-%dT%H', hour || ':00')), -- local: "2026-11-21T08";
                                  -- when clocks go back, two hours in one
    client TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,             -- as in event.h: "ru-alt"; '…' for the open kinds
    views INTEGER NOT NULL CHECK (views > 0),
    PRIMARY KEY (hour, client, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE day (                -- records by the day: the sum of its hours, kept because most questions are about days
    day TEXT NOT NULL CHECK (day IS date(day)),
    client TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,             -- as in hour
    views INTEGER NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE language (           -- records by the first language the reader's browser asks for
    day TEXT NOT NULL CHECK (day IS date(day)),
    client TEXT NOT NULL,
    language TEXT NOT NULL,       -- primary tag: "ru"; '' if none was sent
    views INTEGER NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, language)
) STRICT, WITHOUT ROWID;

CREATE TABLE referrer (           -- where readers came from, as far as it was said; has a ceiling
    day TEXT NOT NULL CHECK (day IS date(day)),
    client TEXT NOT NULL,
    host TEXT NOT NULL CHECK (host <> ''), -- "school3.example"; '…': above the ceiling
    kind TEXT NOT NULL,           -- what they came to; '…' above the ceiling
    id TEXT NOT NULL,             -- as in day; '…' above the ceiling
    views INTEGER NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, host, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE search (             -- searches by their words; has a ceiling
    day TEXT NOT NULL CHECK (day IS date(day)),
    client TEXT NOT NULL,
    query TEXT NOT NULL,          -- folded and masked before it was written down; '…': above the ceiling
    empty INTEGER NOT NULL CHECK (empty IN (0, 1)), -- 1: nothing was found
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, client, query, empty)
) STRICT, WITHOUT ROWID;

CREATE TABLE missing (            -- addresses that are not, or no longer, there; has a ceiling
    day TEXT NOT NULL CHECK (day IS date(day)),
    client TEXT NOT NULL,
    path TEXT NOT NULL,           -- '…': above the ceiling
    referrer TEXT NOT NULL,       -- host of the page with the broken link; '' if not said or above the ceiling
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, client, path, referrer)
) STRICT, WITHOUT ROWID;

CREATE TABLE dropped (            -- records that could not be counted: torn or foreign lines, and what a full disk took
    day TEXT PRIMARY KEY CHECK (day IS date(day)), -- of a lost record's note, or of the file with the torn line
    count INTEGER NOT NULL CHECK (count > 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE position (           -- how far each journal file is folded; changes with the counters, in one transaction.
                                  -- Rows outlive their files: one put back from a backup is not counted again
    file TEXT PRIMARY KEY,        -- name without folder: "node-2026-11-21.log"
    bytes INTEGER NOT NULL CHECK (bytes > 0), -- the first byte not folded yet
    head_bytes INTEGER NOT NULL CHECK (head_bytes > 0), -- length of the file's first line, and
    head_digest TEXT NOT NULL     -- its SHA-256 in hex: tells another file of the same name
) STRICT, WITHOUT ROWID;
