-- schema_4.sql: version 4 of the tally: sums of the table week, eight weeks each, so that a year by ids is read from some
-- 6 blocks, 7 weeks and 6 days for each id instead of 53 weeks. Changes with day in one transaction, as week does.

CREATE TABLE block (              -- records by eight weeks
    block TEXT NOT NULL CHECK (block IS date(block)), -- the first Monday; blocks are counted from
                                  -- 1969-12-29 (tally/period.h)
    client TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,             -- as in day
    views INTEGER NOT NULL CHECK (views > 0),
    PRIMARY KEY (client, block, kind, id)
) STRICT, WITHOUT ROWID;

INSERT INTO block (block, client, kind, id, views)
SELECT date((strftime('%s', week) / 86400 + 3) / 56 * 56 - 3 + julianday('1970-01-01')), client, kind, id, sum(views)
FROM week GROUP BY 1, 2, 3, 4;
