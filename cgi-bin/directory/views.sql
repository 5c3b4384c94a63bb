-- views.sql: the pieces that several documents share, as temporary views of a connection to the snapshot (schema.sql). They are
-- made when it is opened, before the statements of queries.sql and search/statements.sql are prepared.
-- Functions of ours: site() = own address without a slash at the end; fold(text) = utf8_fold of base/utf8.h;
-- typed(address) = what a person types, of base/typed.h.

-- What was taken out because its host is blocked (blocked.sql fills it; empty at most times).
CREATE TEMP TABLE taken (kind TEXT NOT NULL, owner TEXT NOT NULL, id TEXT NOT NULL, since TEXT NOT NULL);

-- What something rests on, with dates: rows in the order written, for json_group_array(json(piece)).
CREATE TEMP VIEW cited AS
SELECT c.kind, c.owner, c.id, c.position, s.origin,
       json_object('id', s.id, 'title', s.title, 'url', s.url, 'date', s.date) AS piece
FROM citation AS c JOIN source AS s ON s.id = c.source;

CREATE TEMP VIEW login_piece AS
SELECT l.region, l.position, l.portal, l.status, l.url,
       json_object('id', l.id, 'url', l.url, 'portal', json_object('id', p.id, 'name', p.name),
                   'audience', l.audience, 'via', l.via, 'status', l.status, 'since', l.since,
                   'source', l.source, 'checked', l.checked, 'title', l.title, 'button', l.button, 'system', l.system,
                   'note', l.note, 'plain_http', l.plain_http, 'confidence', l.confidence,
                   'typed', typed(l.url),
                   'blocked', CASE WHEN t.since IS NOT NULL THEN json_object('since', t.since) END, 'doubt', l.doubt, 'account', p.account,
                   'sources', json((SELECT json_group_array(json(piece)) FROM (
                       SELECT piece FROM cited AS s WHERE s.kind = 'login' AND s.owner = l.region AND s.id = l.id
                       ORDER BY s.position))),
                   'source_count', (SELECT count(*) FROM cited AS s
                                    WHERE s.kind = 'login' AND s.owner = l.region AND s.id = l.id),
                   'origin_count', (SELECT count(DISTINCT origin) FROM cited AS s
                                    WHERE s.kind = 'login' AND s.owner = l.region AND s.id = l.id)) AS piece
FROM login AS l JOIN portal AS p ON p.id = l.portal
LEFT JOIN taken AS t ON t.kind = 'login' AND t.owner = l.region AND t.id = l.id;

CREATE TEMP VIEW contact_piece AS
SELECT c.id, c.position,
       json_object('id', c.id, 'name', c.name, 'about', c.about, 'phone', c.phone,
                   'phone_link', CASE WHEN c.phone LIKE '8%'
                       THEN 'tel:+7' || substr(replace(replace(c.phone, ' ', ''), '-', ''), 2)
                       WHEN c.phone IS NOT NULL
                       THEN 'tel:' || replace(replace(c.phone, ' ', ''), '-', '') END,
                   'email', c.email, 'url', c.url, 'hours', c.hours, 'timezone', c.timezone,
                   'note', c.note, 'checked', c.checked,
                   'where', json(CASE WHEN c.is_where THEN 'true' ELSE 'false' END),
                   'is_school', json(CASE WHEN c.id = 'school' THEN 'true' ELSE 'false' END),
                   'blocked', CASE WHEN t.since IS NOT NULL THEN json_object('since', t.since) END,
                   'sources', json((SELECT json_group_array(json(piece)) FROM (
                       SELECT piece FROM cited AS s WHERE s.kind = 'contact' AND s.owner = c.id AND s.id = ''
                       ORDER BY s.position)))) AS piece
FROM contact AS c LEFT JOIN taken AS t ON t.kind = 'contact' AND t.owner = c.id;

CREATE TEMP VIEW former_piece AS
SELECT f.region, f.position,
       json_object('url', f.url, 'portal', f.portal, 'until', f.until, 'replaced_by', f.replaced_by,
                   'source', f.source, 'typed', typed(f.url),
                   'sources', json((SELECT json_group_array(json(piece)) FROM (
                       SELECT piece FROM cited AS s WHERE s.kind = 'former' AND s.owner = f.region AND s.id = f.id
                       ORDER BY s.position)))) AS piece
FROM former AS f;

CREATE TEMP VIEW region_logins AS
SELECT region, json_group_array(json(piece)) AS logins
FROM (SELECT region, piece FROM login_piece ORDER BY region, position) GROUP BY region;

CREATE TEMP VIEW region_piece AS
SELECT r.iso, r.position, r.name,
       json_object('iso', r.iso, 'code', (SELECT code FROM region_code AS c
                                          WHERE c.region = r.iso AND c.position = 1),
                   'name', r.name, 'short', r.short, 'place', r.place,
                   'url', site() || '/region/' || r.iso) AS piece
FROM region AS r;

-- The portals that decide whether an article (part 0) or a part concerns a region. Federal ones decide nothing: they are
-- everywhere. Whether it does is article_part_applies of schema.sql.
CREATE TEMP VIEW part_portal AS
SELECT l.article, l.part, o.id AS portal
FROM part_limit AS l JOIN portal AS o ON o.id = l.value AND NOT o.federal
WHERE l.kind = 'portal';

-- Whether a region decides, and the days within which it holds, which compare with a whole date, as exact as they are.
CREATE TEMP VIEW part_span AS
SELECT p.article, p.part,
       EXISTS (SELECT 1 FROM article_limit AS l
               WHERE l.article = p.article AND l.part = p.part AND l.kind IN ('portal', 'region', 'via')) AS limited,
       coalesce((SELECT value FROM article_limit AS l
                 WHERE l.article = p.article AND l.part = p.part AND l.kind = 'from'), '') AS since,
       coalesce((SELECT value FROM article_limit AS l
                 WHERE l.article = p.article AND l.part = p.part AND l.kind = 'until'), '9999') || '~' AS until
FROM article_part AS p;

-- The limits themselves, for who reads them.
CREATE TEMP VIEW limit_piece AS
SELECT p.article, p.part,
       json_object(
           'portals', json((SELECT json_group_array(json_object('id', o.id, 'name', o.name))
                            FROM article_limit AS l JOIN portal AS o ON o.id = l.value
                            WHERE l.article = p.article AND l.part = p.part AND l.kind = 'portal')),
           'regions', json((SELECT json_group_array(json_object('iso', r.iso, 'short', r.short, 'place', r.place))
                            FROM article_limit AS l JOIN region AS r ON r.iso = l.value
                            WHERE l.article = p.article AND l.part = p.part AND l.kind = 'region')),
           'via', (SELECT value FROM article_limit AS l
                   WHERE l.article = p.article AND l.part = p.part AND l.kind = 'via'),
           'ages', json((SELECT json_group_array(json_object('age', value)) FROM article_limit AS l
                         WHERE l.article = p.article AND l.part = p.part AND l.kind = 'age')),
           'reader', (SELECT value FROM article_limit AS l
                      WHERE l.article = p.article AND l.part = p.part AND l.kind = 'reader'),
           'from', (SELECT value FROM article_limit AS l
                    WHERE l.article = p.article AND l.part = p.part AND l.kind = 'from'),
           'until', (SELECT value FROM article_limit AS l
                     WHERE l.article = p.article AND l.part = p.part AND l.kind = 'until')) AS piece
FROM article_part AS p;

-- The whole text of an article, its parts under their titles (which hold no sign that HTML means something by).
CREATE TEMP VIEW article_whole AS
SELECT a.id,
       a.html || coalesce((SELECT group_concat('<h2>' || title || '</h2>' || char(10) || html, char(10))
                           FROM (SELECT * FROM part AS p WHERE p.article = a.id ORDER BY p.number)), '') AS html,
       a.text || coalesce((SELECT group_concat(char(10, 10) || title || char(10, 10) || text, '')
                           FROM (SELECT * FROM part AS p WHERE p.article = a.id ORDER BY p.number)), '') AS text
FROM article AS a;

-- A complaint with the question that answers it. Where no region is known (iso ''), what is about some regions or portals as a
-- whole answers nobody.
CREATE TEMP VIEW trouble_piece AS
SELECT t.words, t.position, t.article, l.since, l.until,
       EXISTS (SELECT 1 FROM article_limit AS m WHERE m.article = t.article AND m.part = 0
               AND m.kind IN ('portal', 'region')) AS limited,
       json_object('words', t.words, 'icon', t.icon, 'number', a.number, 'title', a.title,
                   'url', site() || '/' || a.id) AS piece
FROM trouble AS t JOIN article AS a ON a.id = t.article JOIN part_span AS l ON l.article = a.id AND l.part = 0
WHERE a.retired IS NULL AND a.reader = 'family';

-- A guide or question in a list.
CREATE TEMP VIEW article_piece AS
SELECT a.id, a.kind, a.number, a.position, a.reader,
       CASE a.kind WHEN 'guide'
           THEN json_object('id', a.id, 'number', NULL, 'title', a.title, 'short', a.short, 'minutes', a.minutes,
                            'step_count', (SELECT count(*) FROM part AS s WHERE s.article = a.id AND NOT s.fold),
                            'url', site() || '/guide/' || a.id)
           ELSE json_object('number', a.number, 'title', a.title, 'short', a.short,
                            'url', site() || '/' || a.id) END AS piece
FROM article AS a WHERE a.retired IS NULL;

-- A guide in a list for a region: it has as many steps as are for that region.
CREATE TEMP VIEW region_guide AS
SELECT r.iso AS region, p.id, p.position,
       json_set(p.piece, '$.step_count', (
           SELECT count(*) FROM part AS s
           WHERE s.article = p.id AND NOT s.fold
             AND (SELECT applies FROM article_part_applies AS ap
                  WHERE ap.article = s.article AND ap.part = s.number AND ap.region = r.iso))) AS piece
FROM region AS r CROSS JOIN article_piece AS p WHERE p.kind = 'guide';

-- Which articles concern a region: those about one of its portals come first (rank 0), then those for everyone.
CREATE TEMP VIEW region_article AS
SELECT r.iso AS region, a.id AS article, l.since, l.until,
       CASE WHEN EXISTS (SELECT 1 FROM part_portal AS q WHERE q.article = a.id AND q.part = 0)
              OR EXISTS (SELECT 1 FROM article_limit AS m
                         WHERE m.article = a.id AND m.part = 0 AND m.kind = 'region') THEN 0 ELSE 1 END AS rank
FROM region AS r CROSS JOIN article AS a JOIN part_span AS l ON l.article = a.id AND l.part = 0
WHERE a.retired IS NULL AND a.reader = 'family'
  AND (SELECT applies FROM article_part_applies AS ap
       WHERE ap.article = a.id AND ap.part = 0 AND ap.region = r.iso);

-- Where an article is not about a region: what is, of those that it names as related or that name it. Only what speaks of
-- that region's own portals, in whole or in a part: the same kind of article first.
CREATE TEMP VIEW article_instead AS
SELECT x.id AS article, r.iso AS region, y.id AS other, CASE WHEN y.kind = x.kind THEN 0 ELSE 1 END AS rank, y.position
FROM region AS r CROSS JOIN article AS x CROSS JOIN article AS y
WHERE y.id <> x.id AND y.retired IS NULL AND y.reader = x.reader
  AND EXISTS (SELECT 1 FROM article_related AS n
              WHERE (n.article = x.id AND n.related = y.id) OR (n.article = y.id AND n.related = x.id))
  AND (SELECT applies FROM article_part_applies AS ap
       WHERE ap.article = y.id AND ap.part = 0 AND ap.region = r.iso)
  AND EXISTS (SELECT 1 FROM article_limit AS l
              WHERE l.article = y.id
                AND (l.kind = 'region' OR (l.kind = 'portal' AND l.value IN (SELECT id FROM portal WHERE NOT federal)))
                AND (SELECT applies FROM article_part_applies AS ap
                     WHERE ap.article = y.id AND ap.part = l.part AND ap.region = r.iso));

-- Of the parts that bring an answer of their own, how near each is to a region: first what names the region itself, then by
-- the address that it is about.
CREATE TEMP VIEW part_said AS
SELECT s.article, s.number AS part, r.iso AS region, s.title, s.short, s.aloud, l.since, l.until,
       coalesce((SELECT -1 FROM article_limit AS m
                 WHERE m.article = s.article AND m.part = s.number AND m.kind = 'region'),
                (SELECT min(CASE o.status WHEN 'current' THEN 0 WHEN 'transition' THEN 100 ELSE 200 END + o.position)
                 FROM login AS o
                 WHERE o.region = r.iso
                   AND o.portal IN (SELECT portal FROM part_portal AS q
                                    WHERE q.article = s.article AND q.part = s.number)), 999) AS rank
FROM region AS r CROSS JOIN part AS s JOIN part_span AS l ON l.article = s.article AND l.part = s.number
WHERE s.short IS NOT NULL AND NOT s.fold
  AND (SELECT applies FROM article_part_applies AS ap
       WHERE ap.article = s.article AND ap.part = s.number AND ap.region = r.iso);

-- Whom a region's reader may turn to: its own contacts, then those of its portals, then where to find out. The school is
-- whom everybody may ask; it is no contact of a region's own.
CREATE TEMP VIEW region_help AS
SELECT h.region, h.contact, min(h.rank) + CASE WHEN c.is_where THEN 1000 ELSE 0 END AS rank,
       max(h.own) AND NOT c.is_where AND h.contact <> 'school' AS own
FROM (SELECT region, contact, position AS rank, 1 AS own FROM region_contact
      UNION ALL
      SELECT l.region, pc.contact, 100 + pc.position, 0 FROM portal_contact AS pc
      JOIN login AS l ON l.portal = pc.portal) AS h
JOIN contact AS c ON c.id = h.contact
GROUP BY h.region, h.contact;

-- What the portals of a region are called there: those in use, or else what there is.
CREATE TEMP VIEW region_systems AS
SELECT region, json_group_array(json_object('name', system)) AS systems
FROM (SELECT l.region, l.system, min(l.position) AS position FROM login AS l
      WHERE l.status IN ('current', 'transition')
         OR NOT EXISTS (SELECT 1 FROM login AS o
                        WHERE o.region = l.region AND o.status IN ('current', 'transition'))
      GROUP BY l.region, l.system ORDER BY l.region, position)
GROUP BY region;

-- A region as the reader's case: what it is called and what its portals are.
CREATE TEMP VIEW case_piece AS
SELECT p.iso, json_patch(p.piece, json_object(
           'timezone', (SELECT timezone FROM region AS r WHERE r.iso = p.iso),
           'systems', json(coalesce(s.systems, '[]')))) AS piece
FROM region_piece AS p LEFT JOIN region_systems AS s ON s.region = p.iso;

-- What works in every region.
CREATE TEMP VIEW federal_piece AS
SELECT json_group_array(json(piece)) AS federal
FROM (SELECT json_object('id', p.id, 'name', p.name, 'about', p.about, 'addresses',
                 json((SELECT json_group_array(json_object('id', id, 'what', what, 'url', url,
                           'blocked', CASE WHEN since IS NOT NULL THEN json_object('since', since) END))
                       FROM (SELECT a.id, a.what, a.url, t.since FROM portal_address AS a
                             LEFT JOIN taken AS t ON t.kind = 'portal_address' AND t.owner = a.portal AND t.id = a.id
                             WHERE a.portal = p.id ORDER BY a.position)))) AS piece
      FROM portal AS p WHERE p.federal ORDER BY p.id DESC);
