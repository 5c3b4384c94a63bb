-- schema_3.sql: version 3 of the tally in PostgreSQL: what tally/sqlite/schema_5.sql makes in SQLite. May be run again.

ALTER TABLE position ADD COLUMN IF NOT EXISTS digest text; -- SHA-256 in hex of the first bytes bytes; NULL: not known

CREATE TABLE IF NOT EXISTS chosen ( -- answers that were opened from the page of a search, by its words; has a ceiling
    day text NOT NULL,
    client text NOT NULL,
    query text NOT NULL,          -- as in search; '…': above the ceiling
    kind text NOT NULL,           -- what was opened; '…' above the ceiling
    id text NOT NULL,             -- as in day; '…' above the ceiling
    count bigint NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, client, query, kind, id)
);
