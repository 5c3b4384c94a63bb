-- schema_5.sql: version 5 of the tally: a position remembers all that was folded, not only its beginning: logs of two machines
-- that begin with the same line are then two logs, also when the first was folded while that line was all it had. And
-- whether the answers of searches were opened.

ALTER TABLE position ADD COLUMN digest TEXT; -- SHA-256 in hex of the first bytes bytes; NULL: not known (journals, older rows)

CREATE TABLE chosen (             -- answers that were opened from the page of a search, by its words; has a ceiling, and begins with
                                  -- this version
    day TEXT NOT NULL CHECK (day IS date(day)),
    client TEXT NOT NULL,
    query TEXT NOT NULL,          -- as in search; '…': above the ceiling
    kind TEXT NOT NULL,           -- what was opened; '…' above the ceiling
    id TEXT NOT NULL,             -- as in day; '…' above the ceiling
    count INTEGER NOT NULL CHECK (count > 0),
    PRIMARY KEY (day, client, query, kind, id)
) STRICT, WITHOUT ROWID;
