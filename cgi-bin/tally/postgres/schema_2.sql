-- schema_2.sql: version 2 of the tally in PostgreSQL: what tally/sqlite/schema_4.sql makes in SQLite. May be run again.

CREATE TABLE IF NOT EXISTS block ( -- records by eight weeks: the sum of its weeks, for lists of a long period
    block text NOT NULL,          -- the first Monday; blocks are counted from 1969-12-29
    client text NOT NULL,
    kind text NOT NULL,
    id text NOT NULL,             -- as in hour
    views bigint NOT NULL CHECK (views > 0),
    PRIMARY KEY (client, block, kind, id)
);

INSERT INTO block (block, client, kind, id, views)
SELECT to_char(date '1969-12-29' + (week::date - date '1969-12-29') / 56 * 56, 'YYYY-MM-DD'), client, kind, id,
       sum(views)::bigint
FROM week GROUP BY 1, 2, 3, 4
ON CONFLICT (client, block, kind, id) DO UPDATE SET views = excluded.views;
