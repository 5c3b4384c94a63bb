-- schema_2.sql: version 2 of the tally: sums of the table day that make a long period cheap to read. Both change with day in
-- one transaction (tally/fold.c), and are made from it here, so what they say and what day says cannot differ.
--
-- week is for lists by id: a year is 53 of its rows for each id instead of 365, without the rows of other clients in
-- between. total is for courses over time: no ids, so a year is a few thousand rows whatever is read.

CREATE TABLE week (               -- records by the week, Monday to Sunday
    week TEXT NOT NULL CHECK (week IS date(week) AND strftime('%w', week) = '1'), -- the week's Monday
    client TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,             -- as in day
    views INTEGER NOT NULL CHECK (views > 0),
    PRIMARY KEY (client, week, kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE total (              -- records by the day, without ids
    day TEXT NOT NULL CHECK (day IS date(day)),
    client TEXT NOT NULL,
    kind TEXT NOT NULL,
    views INTEGER NOT NULL CHECK (views > 0),
    PRIMARY KEY (day, client, kind)
) STRICT, WITHOUT ROWID;

INSERT INTO week (week, client, kind, id, views)
SELECT date(day, 'weekday 0', '-6 days'), client, kind, id, sum(views) FROM day GROUP BY 1, 2, 3, 4;

INSERT INTO total (day, client, kind, views)
SELECT day, client, kind, sum(views) FROM day GROUP BY 1, 2, 3;
