-- schema.sql: the tally in PostgreSQL, version 1: what tally/sqlite/schema.sql and its steps make in SQLite, for any number of
-- machines that count into one place. Written by `vhod collect` on each of them (tally/postgres/write.c), read by the
-- statistics page. Totals only: no row is a single view, and nothing here says who the reader was.
--
-- All of it is in the schema vhod, which comes first in the search path of our connections. The number of the version stands
-- in meta. Each statement may be run again: engines that speak PostgreSQL's protocol without transactions around their
-- definitions can be stopped half-way. Never edit a step that is published: add a file.
--
-- Conventions: as in tally/sqlite/schema.sql. day is the local date in meta's timezone, "2026-11-21", as text, so that both stores hold
-- and compare the same; kind is a word of event.c; client is a word of client.c; '…' is what is not told apart. No
-- sequences, no triggers, no foreign keys: nothing but upserts by primary key, and look-ups by its beginning.

CREATE TABLE IF NOT EXISTS meta ( -- facts about the whole; one row a fact
    key text PRIMARY KEY,         -- 'schema': the version's number; 'timezone': the IANA zone in which days end
    value text NOT NULL
);

CREATE TABLE IF NOT EXISTS hour ( -- records by the hour
    hour text NOT NULL,           -- local: "2026-11-21T08"; when clocks go back, two hours in one
    client text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,             -- as in event.h: "ru-alt"; '…' for the open kinds
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (hour, client, kind, id)
);

CREATE TABLE IF NOT EXISTS day (  -- records by the day: the sum of its hours
    day text NOT NULL,
    client text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,             -- as in hour
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, kind, id)
);

CREATE TABLE IF NOT EXISTS week ( -- records by the week, Monday to Sunday: the sum of its days, for lists of a long period
    week text NOT NULL,           -- the week's Monday: "2026-11-16"
    client text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,             -- as in hour
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (client, week, kind, id)
);

CREATE TABLE IF NOT EXISTS total ( -- records by the day without ids, for the course of a long period
    day text NOT NULL,
    client text NOT NULL,
    kind text NOT NULL,
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, kind)
);

CREATE TABLE IF NOT EXISTS language ( -- records by the first language the reader's browser asks for; has a ceiling
    day text NOT NULL,
    client text NOT NULL,
    language text NOT NULL,       -- primary tag: "ru"; '' if none was sent; '…': above the ceiling
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, language)
);

CREATE TABLE IF NOT EXISTS referrer ( -- where readers came from, as far as it was said; has a ceiling
    day text NOT NULL,
    client text NOT NULL,
    host text NOT NULL CHECK (host <> ''), -- "school3.example"; '…': above the ceiling
    kind text NOT NULL,           -- what they came to; '…' above the ceiling
    id text NOT NULL,             -- as in day; '…' above the ceiling
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, host, kind, id)
);

CREATE TABLE IF NOT EXISTS search ( -- searches by their words; has a ceiling
    day text NOT NULL,
    client text NOT NULL,
    query text NOT NULL,          -- folded and masked before it was written down; '…': above the ceiling
    empty smallint NOT NULL CHECK (empty IN (0, 1)), -- 1: nothing was found
    count bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, client, query, empty)
);

CREATE TABLE IF NOT EXISTS missing ( -- addresses that are not, or no longer, there; has a ceiling
    day text NOT NULL,
    client text NOT NULL,
    path text NOT NULL,           -- '…': above the ceiling
    referrer text NOT NULL,       -- host of the page with the broken link; '' if not said or above the ceiling
    count bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, client, path, referrer)
);

CREATE TABLE IF NOT EXISTS dropped ( -- records that could not be counted: torn or foreign lines, and what a full disk took
    day text PRIMARY KEY,         -- of a lost record's note, or of the file with the torn line
    count bigint NOT NULL CHECK (count > 0)
);

CREATE TABLE IF NOT EXISTS room ( -- how full the tables with a ceiling are. Whoever is to add rows for a day and client locks
                                  -- its row here first, so that the ceiling is one for all machines together
    name text NOT NULL,           -- of the table: 'search'
    day text NOT NULL,
    client text NOT NULL,
    used bigint NOT NULL,         -- rows of that table for that day and client, without '…'
    PRIMARY KEY (name, day, client)
);

CREATE TABLE IF NOT EXISTS position ( -- how far each file is folded; changes with the counters, in one transaction, by whom
                                  -- holds its row's lock. Rows outlive their files: one put back is not counted again
    file text NOT NULL,           -- a journal's name without folder, "node-2026-11-21.log"; or "log " and the SHA-256 of
                                  -- the first line of a web server's log, whose name changes as it is rotated
    head_digest text NOT NULL,    -- SHA-256 in hex of the file's beginning: tells another file of the same name
    head_bytes bigint NOT NULL,   -- length of that beginning
    bytes bigint NOT NULL CHECK (bytes >= 0), -- the first byte not folded yet
    PRIMARY KEY (file, head_digest)
);
