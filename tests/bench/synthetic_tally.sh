#!/bin/bash
# synthetic_tally.sh --tally FILE --last DATE --days N (--directory FILE | --regions N --topics N)
#
# Fills a tally, made before by `vhod collect`, with made-up accesses: as many days up to and with DATE, people and robots,
# every kind of event. With --directory the regions, guides and questions are those of a published snapshot, else
# numbered ones. The same arguments give the same numbers. What it makes has the shape of a school year: a peak on
# 1 September, quiet weekends, holidays and summers, growth from year to year.
#
# Every number is written once, in day (and for the last 28 days split by hour); week, block and total are summed up from it.
set -euo pipefail

tally='' last='' days='' directory='' regions=0 topics=0
while [ $# -ge 2 ]; do
    case $1 in
    --tally) tally=$2 ;;
    --last) last=$2 ;;
    --days) days=$2 ;;
    --directory) directory=$2 ;;
    --regions) regions=$2 ;;
    --topics) topics=$2 ;;
    *) break ;;
    esac
    shift 2
done
if [ $# -gt 0 ] || [ ! -f "$tally" ] || [ -z "$last" ] || [ -z "$days" ]; then
    sed -n '2p' "$0" >&2
    exit 2
fi

# One row for each thing that is read: its kind, id, and how much of the day's reading is its share.
if [ -n "$directory" ]; then
    things="ATTACH '$directory' AS directory;
    INSERT INTO thing SELECT 'region', iso, 20 + (SELECT coalesce(sum(population), 0) / 8000 FROM directory.place AS p
        WHERE p.region = r.iso) FROM directory.region AS r;
    INSERT INTO thing SELECT kind, CASE kind WHEN 'guide' THEN id ELSE CAST(number AS TEXT) END,
        60 + 900 / position FROM directory.article WHERE retired IS NULL;
    DETACH directory;"
else
    things="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < max($regions, $topics))
    INSERT INTO thing SELECT 'region', 'ru-' || i, 20 + 2000 / i FROM n WHERE i <= $regions
    UNION ALL SELECT CASE i % 2 WHEN 0 THEN 'guide' ELSE 'question' END, CASE i % 2 WHEN 0 THEN 'guide-' || i
        ELSE CAST(i AS TEXT) END, 20 + 1500 / i FROM n WHERE i <= $topics;"
fi

sqlite3 -bail "$tally" <<SQL
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
PRAGMA temp_store = memory;
CREATE TEMP TABLE thing (kind TEXT, id TEXT, weight REAL);
$things
INSERT INTO thing SELECT 'departure', id, weight * 0.6 FROM thing WHERE kind = 'region';
INSERT INTO thing SELECT 'cited', CASE kind WHEN 'guide' THEN 'guide/' ELSE 'q/' END || id, weight * 0.12 FROM thing
    WHERE kind IN ('guide', 'question');
INSERT INTO thing SELECT 'report', 'region/' || id || ' fails', weight * 0.004 FROM thing WHERE kind = 'region';
INSERT INTO thing SELECT 'report', 'region/' || id || ' opened', weight * 0.002 FROM thing WHERE kind = 'region';
INSERT INTO thing VALUES ('page', '/', 5000), ('page', '/regions', 900), ('page', '/guides', 500), ('page', '/questions', 700),
    ('page', '/about', 40), ('search', '…', 2600), ('missing', '…', 90), ('check', 'current', 120), ('check', 'former', 40),
    ('check', 'unknown', 30);

-- How busy a day is.
CREATE TEMP TABLE season (day TEXT PRIMARY KEY, number INTEGER, factor REAL);
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < $days - 1)
INSERT INTO season SELECT date('$last', '-' || i || ' days'), i, 1.0 FROM n;
UPDATE season SET factor = CASE
        WHEN strftime('%m-%d', day) BETWEEN '09-01' AND '09-14' THEN 3.2 - 0.15 * (CAST(strftime('%d', day) AS INTEGER) - 1)
        WHEN strftime('%m-%d', day) BETWEEN '06-05' AND '08-20' THEN 0.22
        WHEN strftime('%m-%d', day) BETWEEN '08-21' AND '08-31' THEN 0.9
        WHEN strftime('%m-%d', day) >= '12-30' OR strftime('%m-%d', day) <= '01-08' THEN 0.15
        ELSE 1.0 END
    * CASE strftime('%w', day) WHEN '0' THEN 0.45 WHEN '6' THEN 0.55 WHEN '1' THEN 1.25 ELSE 1.0 END
    * (1.6 - 0.35 * number / 365.0) * (0.9 + (number * 7919 % 21) / 100.0);

INSERT INTO day (day, client, kind, id, views)
SELECT day, client, kind, id, views FROM (
    SELECT s.day, c.client, t.kind, t.id, CAST(t.weight / 8 * s.factor * c.share * (0.6 + (s.number * 31 + t.rowid * 17) % 80 / 100.0)
        + (s.number * 13 + t.rowid * 7) % 100 / 100.0 AS INTEGER) AS views
    FROM season AS s, thing AS t,
        (SELECT 'person' AS client, 1.0 AS share UNION ALL SELECT 'robot', 0.35 UNION ALL SELECT 'prefetch', 0.02) AS c
    WHERE c.client = 'person' OR t.kind IN ('region', 'guide', 'question', 'page', 'missing')) WHERE views > 0;

-- Frames on school websites: who shows what is in referrer, so the sums are made from there.
CREATE TEMP TABLE host (name TEXT, weight REAL, school INTEGER);
INSERT INTO host VALUES ('yandex.ru', 900, 0), ('google.com', 260, 0), ('vk.com', 120, 0), ('dzen.ru', 30, 0);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
INSERT INTO host SELECT 'school' || i || '.example', 4 + 60.0 / i, i FROM n;
INSERT INTO referrer (day, client, host, kind, id, views)
SELECT day, 'person', name, kind, id, views FROM (
    SELECT s.day, h.name, t.kind, t.id, CAST(h.weight / 60 * s.factor + (s.number * 13 + h.rowid * 7 + t.rowid) % 100 / 100.0
        AS INTEGER) AS views FROM season AS s, host AS h, thing AS t
    WHERE t.kind IN ('region', 'guide') AND t.rowid % 40 = h.school % 40) WHERE views > 0;
INSERT INTO referrer (day, client, host, kind, id, views)
SELECT day, 'person', name, 'embed', kind || '/' || id, views FROM (
    SELECT s.day, h.name, t.kind, t.id, CAST(s.factor * 20.0 / h.school + (s.number * 3 + h.rowid) % 100 / 100.0 AS INTEGER) AS views
    FROM season AS s, host AS h, thing AS t
    WHERE h.school BETWEEN 1 AND 12 AND t.rowid = h.school AND t.kind = 'region') WHERE views > 0;
INSERT INTO day (day, client, kind, id, views)
SELECT day, client, kind, id, sum(views) + 2 FROM referrer WHERE kind = 'embed' GROUP BY 1, 2, 3, 4;

-- Searches and missing pages: as many as day says, the last word takes the rest.
CREATE TEMP TABLE word (query TEXT, share REAL, empty INTEGER);
INSERT INTO word VALUES ('дневник', 0.05, 0), ('электронный журнал', 0.03, 0), ('=cmd|calc', 0.002, 1), ('сетивой город', 0.02, 1),
    ('школа 57', 0.02, 1), ('ростов', 0.05, 0), ('днивник ру', 0.015, 1), ('байконур', 0.012, 1), ('детский сад запись', 0.01, 1),
    ('забыл пароль', 0.009, 1), ('ребёнок не виден', 0.008, 1), ('запорожская область', 0.006, 1), ('оценки', 0.005, 1);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
INSERT INTO word SELECT 'город ' || i, 0.4 / i / 4, i % 8 = 0 FROM n;
INSERT INTO search (day, client, query, empty, count)
SELECT day, 'person', query, empty, n FROM (
    SELECT d.day, w.query, w.empty, CAST(d.views * w.share AS INTEGER) AS n FROM day AS d, word AS w
    WHERE d.kind = 'search' AND d.client = 'person') WHERE n > 0;
INSERT INTO search (day, client, query, empty, count)
SELECT d.day, d.client, 'казань', 0, d.views - coalesce(s.n, 0)
FROM day AS d LEFT JOIN (SELECT day, sum(count) AS n FROM search GROUP BY day) AS s ON s.day = d.day
WHERE d.kind = 'search' AND d.client = 'person' AND d.views > coalesce(s.n, 0);
CREATE TEMP TABLE gone (path TEXT, referrer TEXT, share REAL);
INSERT INTO gone VALUES ('/guide/dnevnik', 'school1.example', 0.3), ('/help', 'school7.example', 0.2), ('/q/404', '', 0.1),
    ('/region/ru-kha-old', 'gorod.example', 0.1);
INSERT INTO missing (day, client, path, referrer, count)
SELECT day, client, path, referrer, n FROM (
    SELECT d.day, d.client, g.path, g.referrer, CAST(d.views * g.share AS INTEGER) AS n FROM day AS d, gone AS g
    WHERE d.kind = 'missing') WHERE n > 0;
INSERT INTO missing (day, client, path, referrer, count)
SELECT d.day, d.client, '/wp-login.php', '', d.views - coalesce(m.n, 0)
FROM day AS d LEFT JOIN (SELECT day, client, sum(count) AS n FROM missing GROUP BY 1, 2) AS m
    ON m.day = d.day AND m.client = d.client
WHERE d.kind = 'missing' AND d.views > coalesce(m.n, 0);
INSERT INTO dropped (day, count) SELECT day, 1 + number % 5 FROM season WHERE number % 97 = 5;

-- The last weeks by the hour: sixteen parts of a number whose sum is the number again.
CREATE TEMP TABLE slot (i INTEGER, hour TEXT);
INSERT INTO slot VALUES (0, '07'), (1, '08'), (2, '09'), (3, '10'), (4, '12'), (5, '14'), (6, '15'), (7, '16'), (8, '17'), (9, '18'),
    (10, '18'), (11, '19'), (12, '19'), (13, '20'), (14, '20'), (15, '21');
INSERT INTO hour (hour, client, kind, id, views)
SELECT day || 'T' || hour, client, kind, id, sum((views + (i * 7 + length(id)) % 16) / 16) AS n FROM day, slot
WHERE day > date('$last', '-28 days') GROUP BY 1, 2, 3, 4 HAVING n > 0;

INSERT INTO language (day, client, language, views)
SELECT day, client, 'ru', sum(views) FROM day GROUP BY day, client;
INSERT INTO week (week, client, kind, id, views)
SELECT date(day, 'weekday 0', '-6 days'), client, kind, id, sum(views) FROM day GROUP BY 1, 2, 3, 4;
INSERT INTO block (block, client, kind, id, views)
SELECT date((strftime('%s', week) / 86400 + 3) / 56 * 56 - 3 + julianday('1970-01-01')), client, kind, id, sum(views)
FROM week GROUP BY 1, 2, 3, 4;
INSERT INTO total (day, client, kind, views) SELECT day, client, kind, sum(views) FROM day GROUP BY 1, 2, 3;
SQL
