-- queries.sql: every statement that reads the snapshot. Each returns one row with one JSON value: the document of a page,
-- which is also its .json twin (fields promised in the addresses' contract stand first). snapshot.c prepares them all when
-- it opens a snapshot, so a statement that does not fit the schema is found at once. The pieces that they share are views.sql,
-- and so are the functions of ours.
--
-- Values that several statements take: :iso, the reader's region, or '' for none; :today, the date that limits in time are
-- held against.

-- name: front
-- districts: the tile map, a federal district at a time, with a number for its colour. letters: the regions by their first.
-- troubles: what parents complain of, with the question that answers this reader.
SELECT json_object(
    'map', json((SELECT json_object('columns', max(tile_column), 'rows', max(tile_row)) FROM region)),
    'districts', json((
        SELECT json_group_array(json_object('number', number, 'name', district, 'tiles', json((
                   SELECT json_group_array(json_object(
                       'iso', iso, 'code', (SELECT code FROM region_code AS c
                                            WHERE c.region = r.iso AND c.position = 1),
                       'short', short, 'row', tile_row, 'column', tile_column))
                   FROM region AS r WHERE r.district = d.district AND r.tile_row IS NOT NULL))))
        FROM (SELECT district, row_number() OVER (ORDER BY min(tile_column), district) AS number
              FROM region WHERE tile_row IS NOT NULL GROUP BY district) AS d)),
    'letters', json((SELECT json_group_array(json_object('letter', letter, 'regions', json(regions))) FROM (
        SELECT letter, json_group_array(json(piece)) AS regions
        FROM (SELECT substr(r.short, 1, 1) AS letter, p.piece FROM region AS r JOIN region_piece AS p ON p.iso = r.iso
              ORDER BY r.position)
        GROUP BY letter ORDER BY letter))),
    'region', json((SELECT piece FROM case_piece WHERE iso = :iso)),
    'troubles', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece, min(position) AS first FROM trouble_piece AS t
        WHERE :today BETWEEN t.since AND t.until AND NOT (:iso = '' AND t.limited)
          AND NOT EXISTS (SELECT 1 FROM article_part_applies AS ap
                          WHERE ap.article = t.article AND ap.part = 0 AND ap.region = :iso AND NOT ap.applies)
        GROUP BY words ORDER BY first))),
    'guides', json((SELECT json_group_array(json(piece))
                    FROM (SELECT a.piece FROM article_piece AS a
                          JOIN part_span AS l ON l.article = a.id AND l.part = 0
                          WHERE a.kind = 'guide' AND a.reader = 'family' AND :today BETWEEN l.since AND l.until
                            AND NOT EXISTS (SELECT 1 FROM article_part_applies AS ap
                                            WHERE ap.article = a.id AND ap.part = 0 AND ap.region = :iso
                                              AND NOT ap.applies)
                          ORDER BY a.position LIMIT 4))));

-- name: regions
SELECT json_object('regions', json((
    SELECT json_group_array(json(document)) FROM (
        SELECT json_patch(p.piece, json_object(
                   'logins', json(coalesce(l.logins, '[]')))) AS document
        FROM region_piece AS p LEFT JOIN region_logins AS l ON l.region = p.iso
        ORDER BY p.position))));

-- name: region
SELECT json_object(
    'iso', r.iso,
    'code', (SELECT code FROM region_code AS c WHERE c.region = r.iso AND c.position = 1),
    'name', r.name, 'kind', r.kind, 'capital', r.capital, 'timezone', r.timezone,
    'url', site() || '/region/' || r.iso,
    'logins', json(coalesce((SELECT logins FROM region_logins AS l WHERE l.region = r.iso), '[]')),
    'former', json((SELECT json_group_array(json(piece)) FROM (
                        SELECT piece FROM former_piece AS f WHERE f.region = r.iso ORDER BY f.position))),
    'contacts', json((SELECT json_group_array(json(piece))
                      FROM (SELECT c.piece FROM region_help AS h
                            JOIN contact_piece AS c ON c.id = h.contact
                            WHERE h.region = r.iso ORDER BY h.rank, c.position))),
    'guides', json((SELECT json_group_array(json(piece))
                    FROM (SELECT a.piece FROM region_article AS ra
                          JOIN region_guide AS a ON a.id = ra.article AND a.region = ra.region
                          WHERE ra.region = r.iso AND :today BETWEEN ra.since AND ra.until
                          ORDER BY ra.rank, a.position))),
    'questions', json((SELECT json_group_array(json(piece))
                       FROM (SELECT a.piece FROM region_article AS ra
                             JOIN article_piece AS a ON a.id = ra.article
                             WHERE ra.region = r.iso AND a.kind = 'question' AND :today BETWEEN ra.since AND ra.until
                             ORDER BY ra.rank, a.position))),
    'troubles', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece, min(position) AS first FROM trouble_piece AS t
        WHERE :today BETWEEN t.since AND t.until AND NOT (:iso = '' AND t.limited)
          AND NOT EXISTS (SELECT 1 FROM article_part_applies AS ap
                          WHERE ap.article = t.article AND ap.part = 0 AND ap.region = :iso AND NOT ap.applies)
        GROUP BY words ORDER BY first))),
    'ask_school', json(CASE WHEN EXISTS (SELECT 1 FROM region_help AS h WHERE h.region = r.iso AND h.own)
                            THEN 'false' ELSE 'true' END),
    'has_where', json(CASE WHEN EXISTS (SELECT 1 FROM region_help AS h JOIN contact AS c ON c.id = h.contact
                                        WHERE h.region = r.iso AND c.is_where) THEN 'true' ELSE 'false' END),
    'short', r.short, 'place', r.place, 'english', r.english, 'district', r.district,
    'systems', json(coalesce((SELECT systems FROM region_systems AS s WHERE s.region = r.iso), '[]')),
    'note', r.note, 'choose', r.choose,
    'codes', json((SELECT json_group_array(code)
                   FROM (SELECT code FROM region_code AS c WHERE c.region = r.iso
                         ORDER BY c.position))),
    'federal', json((SELECT federal FROM federal_piece)))
FROM region AS r WHERE r.iso = :iso;

-- name: region_logins
-- Only the sign-in addresses of a region: for the redirect /go/.
SELECT json_object('iso', r.iso, 'logins', json(coalesce(
    (SELECT logins FROM region_logins AS l WHERE l.region = r.iso), '[]')))
FROM region AS r WHERE r.iso = :iso;

-- name: region_of_code
SELECT json_object('iso', region) FROM region_code WHERE code = :code;

-- name: guides
SELECT json_object(
    'region', json((SELECT piece FROM case_piece WHERE iso = :iso)),
    'guides', json((
        SELECT json_group_array(json(document)) FROM (
            SELECT json_set(coalesce((SELECT r.piece FROM region_guide AS r WHERE r.region = :iso AND r.id = a.id AND a.applies),
                                     p.piece), '$.audience', a.audience, '$.reader', a.reader, '$.limits', json((SELECT piece FROM limit_piece AS m WHERE m.article = l.article AND m.part = l.part)),
                            '$.applies', json(CASE a.applies WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
                            '$.instead', json(CASE WHEN a.applies = 0 THEN (
                                SELECT json_group_array(json(piece)) FROM (
                                    SELECT o.piece FROM article_instead AS i JOIN article_piece AS o ON o.id = i.other
                                    WHERE i.article = a.id AND i.region = :iso
                                    ORDER BY i.rank, i.position LIMIT 2)) ELSE '[]' END)) AS document
            FROM (SELECT *, (SELECT applies FROM article_part_applies AS ap
                             WHERE ap.article = o.id AND ap.part = 0 AND ap.region = :iso) AS applies
                  FROM article AS o) AS a
            JOIN article_piece AS p ON p.id = a.id
            JOIN part_span AS l ON l.article = a.id AND l.part = 0
            WHERE p.kind = 'guide' AND :today BETWEEN l.since AND l.until ORDER BY p.position))));

-- name: questions
-- By number; symptoms: what parents say, in the order of the page.
SELECT json_object(
    'region', json((SELECT piece FROM case_piece WHERE iso = :iso)),
    'symptoms', json((SELECT json_group_array(json_object('id', id, 'title', title))
                      FROM (SELECT id, title FROM symptom ORDER BY position))),
    'questions', json((
        SELECT json_group_array(json(document)) FROM (
            SELECT json_set(p.piece, '$.symptom', a.symptom, '$.reader', a.reader, '$.limits', json((SELECT piece FROM limit_piece AS m WHERE m.article = l.article AND m.part = l.part)),
                            '$.applies', json(CASE a.applies WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
                            '$.instead', json(CASE WHEN a.applies = 0 THEN (
                                SELECT json_group_array(json(piece)) FROM (
                                    SELECT o.piece FROM article_instead AS i JOIN article_piece AS o ON o.id = i.other
                                    WHERE i.article = a.id AND i.region = :iso
                                    ORDER BY i.rank, i.position LIMIT 2)) ELSE '[]' END)) AS document
            FROM (SELECT *, (SELECT applies FROM article_part_applies AS ap
                             WHERE ap.article = o.id AND ap.part = 0 AND ap.region = :iso) AS applies
                  FROM article AS o) AS a
            JOIN article_piece AS p ON p.id = a.id
            JOIN part_span AS l ON l.article = a.id AND l.part = 0
            WHERE p.kind = 'question' AND :today BETWEEN l.since AND l.until ORDER BY p.number))));

-- name: cases
-- What articles say to one reader, by id: :ids is a JSON array. short and aloud are what replaces the article's own there.
SELECT json_group_object(id, json(document)) FROM (
    SELECT a.id, json_object(
        'applies', json(CASE a.applies WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
        'limits', json((SELECT piece FROM limit_piece AS m WHERE m.article = l.article AND m.part = l.part)), 'symptom', a.symptom,
        'cite_url', site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END || a.id || '?cited'
                    || CASE WHEN a.applies IS NULL THEN '' ELSE '&region=' || :iso END,
        'short', coalesce((SELECT s.short FROM part_said AS s
                           WHERE s.article = a.id AND s.region = :iso AND :today BETWEEN s.since AND s.until
                           ORDER BY s.rank, s.part LIMIT 1), a.short),
        'aloud', json(CASE a.kind WHEN 'question' THEN '["' || replace(coalesce(
                          (SELECT s.aloud FROM part_said AS s
                           WHERE s.article = a.id AND s.region = :iso AND :today BETWEEN s.since AND s.until
                           ORDER BY s.rank, s.part LIMIT 1), a.aloud), ' / ', '","') || '"]' ELSE '[]' END),
        'instead', json(CASE WHEN a.applies = 0 THEN (
            SELECT json_group_array(json(piece)) FROM (
                SELECT o.piece FROM article_instead AS i JOIN article_piece AS o ON o.id = i.other
                WHERE i.article = a.id AND i.region = :iso
                ORDER BY i.rank, i.position LIMIT 2)) ELSE '[]' END)) AS document
    FROM (SELECT o.*, (SELECT applies FROM article_part_applies AS ap
                       WHERE ap.article = o.id AND ap.part = 0 AND ap.region = :iso) AS applies
          FROM json_each(:ids) AS e JOIN article AS o ON o.id = e.value) AS a
    JOIN part_span AS l ON l.article = a.id AND l.part = 0);

-- name: often
-- Questions to begin with where nothing else was found.
SELECT json_object('questions', json((
    SELECT json_group_array(json(piece)) FROM (
        SELECT a.piece FROM article_piece AS a JOIN part_span AS l ON l.article = a.id AND l.part = 0
        WHERE a.kind = 'question' AND a.reader = 'family' AND :today BETWEEN l.since AND l.until
          AND NOT EXISTS (SELECT 1 FROM article_part_applies AS ap
                          WHERE ap.article = a.id AND ap.part = 0 AND ap.region = :iso AND NOT ap.applies)
        ORDER BY a.position LIMIT 6))));

-- name: next_limit
-- The first day after :today on which some article or part begins or ceases to hold, as the second at which it begins where
-- the clock shows UTC: pages made today are true until then.
SELECT json_object('midnight', CAST(strftime('%s', min(day)) AS INTEGER)) FROM (
    SELECT CASE kind WHEN 'from' THEN date(substr(value || '-01-01', 1, 10))
                     ELSE date(substr(value || '-12-31', 1, 10), '+1 day') END AS day
    FROM article_limit WHERE kind IN ('from', 'until'))
WHERE day > :today;

-- name: article
-- A guide or a question with everything on its page. Without a region the parts that are for some regions only are not open;
-- with one, those that are not for it. said: what it says to this reader in short: the part's own words where one has them.
WITH said AS (
    SELECT s.part, s.title, s.short, s.aloud FROM part_said AS s
    WHERE s.article = :id AND s.region = :iso AND :today BETWEEN s.since AND s.until
    ORDER BY s.rank, s.part LIMIT 1),
piece AS (
    SELECT s.number, s.html, s.text, s.title, json_object(
        'number', s.number, 'title', s.title, 'html', s.html, 'text', s.text,
        'figure', json(CASE WHEN s.figure IS NOT NULL THEN json_object(
            'id', s.figure, 'alt', s.figure_alt,
            'svg', (SELECT svg FROM figure AS f WHERE f.id = s.figure)) END),
        'slot', s.slot, 'short', s.short,
        'aloud', json('["' || replace(s.aloud, ' / ', '","') || '"]'),
        'fold', json(CASE WHEN s.fold THEN 'true' ELSE 'false' END),
        'limits', json((SELECT piece FROM limit_piece AS m WHERE m.article = l.article AND m.part = l.part)), 'limited', json(CASE WHEN l.limited THEN 'true' ELSE 'false' END),
        'applies', json(CASE s.applies WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
        'holds', json(CASE WHEN :today BETWEEN l.since AND l.until THEN 'true' ELSE 'false' END),
        'open', json(CASE WHEN NOT s.fold AND :today BETWEEN l.since AND l.until
                           AND coalesce(s.applies, NOT l.limited) THEN 'true' ELSE 'false' END),
        'logins', json(CASE WHEN s.slot = 'address' AND s.applies IS NOT NULL THEN (
            SELECT json_group_array(json(piece)) FROM (
                SELECT o.piece FROM login_piece AS o
                WHERE o.region = :iso
                  AND (o.portal IN (SELECT portal FROM part_portal AS q
                                    WHERE q.article = s.article AND q.part = s.number)
                       OR NOT EXISTS (SELECT 1 FROM part_portal AS q
                                      WHERE q.article = s.article AND q.part = s.number))
                ORDER BY o.position)) ELSE '[]' END)) AS document
    FROM (SELECT *, (SELECT applies FROM article_part_applies AS ap
                     WHERE ap.article = o.article AND ap.part = o.number AND ap.region = :iso) AS applies
          FROM part AS o WHERE o.article = :id) AS s
    JOIN part_span AS l ON l.article = s.article AND l.part = s.number ORDER BY s.number)
SELECT json_object(
    'id', CASE a.kind WHEN 'guide' THEN a.id END, 'number', a.number, 'title', a.title,
    'url', site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END || a.id,
    'short', a.short,
    'aloud', json(CASE a.kind WHEN 'question'
        THEN '["' || replace(a.aloud, ' / ', '","') || '"]'
        ELSE (SELECT json_group_array(title) FROM (SELECT title FROM part AS s
              WHERE s.article = a.id AND NOT s.fold ORDER BY s.number)) END),
    'html', CASE a.kind WHEN 'guide' THEN a.html ELSE (SELECT html FROM article_whole AS w WHERE w.id = a.id) END,
    'text', CASE a.kind WHEN 'guide' THEN a.text ELSE (SELECT text FROM article_whole AS w WHERE w.id = a.id) END,
    'revision', a.revision,
    'updated', a.updated, 'audience', a.audience, 'needs', a.needs, 'minutes', a.minutes,
    'result', a.result, 'source', a.source, 'retired', a.retired,
    'replaced_by', (SELECT json_extract(p.piece, '$.url') FROM article_piece AS p
                    WHERE p.id = a.replaced_by),
    'replaced_title', (SELECT title FROM article AS r WHERE r.id = a.replaced_by),
    'revisions', json((SELECT json_group_array(json_object(
                           'number', number, 'published', published, 'until', until,
                           'url', site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END
                                  || a.id || '?r=' || number))
                       FROM (SELECT * FROM revision AS r WHERE r.article = a.id
                             ORDER BY r.number DESC))),
    CASE a.kind WHEN 'guide' THEN 'steps' ELSE 'parts' END,
    json((SELECT json_group_array(json(document)) FROM piece)),
    'contacts', json((SELECT json_group_array(json(piece))
                      FROM (SELECT c.piece FROM article_contact AS ac
                            JOIN contact_piece AS c ON c.id = ac.contact
                            WHERE ac.article = a.id ORDER BY ac.position))),
    'questions', json((SELECT json_group_array(json(piece))
                       FROM (SELECT p.piece FROM article_related AS ar
                             JOIN article_piece AS p ON p.id = ar.related
                             WHERE ar.article = a.id AND p.kind = 'question'
                             ORDER BY ar.position))),
    'guides', json((SELECT json_group_array(json(piece))
                    FROM (SELECT p.piece FROM article_related AS ar
                          JOIN article_piece AS p ON p.id = ar.related
                          WHERE ar.article = a.id AND p.kind = 'guide'
                          ORDER BY ar.position))),
    'related', json((SELECT json_group_array(json(piece))
                     FROM (SELECT p.piece FROM article_related AS ar
                           JOIN article_piece AS p ON p.id = ar.related
                           WHERE ar.article = a.id ORDER BY ar.position))),
    'cite_url', site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END || a.id || '?cited'
                || CASE WHEN a.applies IS NULL THEN '' ELSE '&region=' || :iso END,
    'symptom', a.symptom, 'reader', a.reader,
    'intro', json_object('html', a.html, 'text', a.text),
    'sources', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece FROM cited AS s WHERE s.kind = 'article' AND s.owner = a.id AND s.id = ''
        ORDER BY s.position))),
    'limits', json((SELECT piece FROM limit_piece AS m WHERE m.article = l.article AND m.part = l.part)),
    'depends', json(CASE WHEN l.limited
                           OR EXISTS (SELECT 1 FROM part AS s WHERE s.article = a.id AND s.slot = 'address')
                           OR EXISTS (SELECT 1 FROM part_span AS o
                                      WHERE o.article = a.id AND o.limited) THEN 'true' ELSE 'false' END),
    'applies', json(CASE a.applies WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE 'null' END),
    'holds', json(CASE WHEN :today BETWEEN l.since AND l.until THEN 'true' ELSE 'false' END),
    'instead', json(CASE WHEN a.applies = 0 THEN (
        SELECT json_group_array(json(piece)) FROM (
            SELECT o.piece FROM article_instead AS i JOIN article_piece AS o ON o.id = i.other
            WHERE i.article = a.id AND i.region = :iso
            ORDER BY i.rank, i.position LIMIT 2)) ELSE '[]' END),
    'said', json_object(
        'part', (SELECT part FROM said), 'title', (SELECT title FROM said),
        'short', coalesce((SELECT short FROM said), a.short),
        'aloud', json('["' || replace(coalesce((SELECT aloud FROM said), a.aloud), ' / ', '","') || '"]')))
FROM (SELECT *, (SELECT applies FROM article_part_applies AS ap
                 WHERE ap.article = o.id AND ap.part = 0 AND ap.region = :iso) AS applies
      FROM article AS o WHERE o.id = :id AND o.kind = :kind) AS a
JOIN part_span AS l ON l.article = a.id AND l.part = 0;

-- name: revision
-- A text of a guide or a question before the present one (:revision), and what became of it since.
SELECT json_object(
    'id', CASE a.kind WHEN 'guide' THEN a.id END, 'number', a.number, 'title', r.title,
    'url', site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END || a.id || '?r=' || r.number,
    'short', r.short, 'html', r.html, 'text', r.text, 'revision', r.number,
    'published', r.published, 'until', r.until,
    'one_day', json(CASE WHEN date(r.published) = date(r.until) THEN 'true' ELSE 'false' END),
    'audience', r.audience, 'needs', r.needs, 'minutes', r.minutes, 'result', r.result,
    'difference', json_object('html', r.diff_html, 'added_count', r.diff_added,
                              'removed_count', r.diff_removed,
                              'any', json(CASE WHEN r.diff_html IS NULL OR r.diff_added + r.diff_removed > 0
                                          THEN 'true' ELSE 'false' END)),
    'current', json_object(
        'title', a.title, 'revision', a.revision, 'updated', a.updated,
        'url', site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END || a.id))
FROM revision AS r JOIN article AS a ON a.id = r.article
WHERE r.article = :id AND a.kind = :kind AND r.number = :revision;

-- name: changes
-- What changed since the archive began, newest first. The id of a change is its address on the page, for ever.
-- A move is one entry of a publish, not two or three: where an address changed in its place, that says it all; where it
-- went from one section and came in another, the former address says what took its place.
SELECT json_object(
    'url', site() || '/changes',
    'began', (SELECT value FROM meta WHERE key = 'began'),
    'updated', coalesce((SELECT max(published) FROM change),
                        (SELECT value FROM meta WHERE key = 'began')),
    'changes', json((
        SELECT json_group_array(json_object(
            'id', c.id, 'published', c.published, 'subject', c.subject, 'change', c.change,
            'title', c.title, 'number', a.number, 'revision', c.revision,
            'url', CASE WHEN a.id IS NOT NULL
                        THEN site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END || a.id
                        WHEN c.region IS NOT NULL THEN site() || '/region/' || c.region
                        ELSE site() || '/about' END,
            'difference', CASE WHEN a.retired IS NULL AND c.change = 'changed'
                             AND EXISTS (SELECT 1 FROM revision AS r WHERE r.article = a.id
                                         AND r.number = c.revision - 1)
                           THEN site() || CASE a.kind WHEN 'guide' THEN '/guide/' ELSE '/' END
                                || a.id || '?r=' || (c.revision - 1) END,
            'region', CASE WHEN c.region IS NOT NULL
                           THEN json((SELECT piece FROM region_piece AS p WHERE p.iso = c.region)) END,
            'portal', coalesce((SELECT name FROM portal AS p WHERE p.id = c.portal), c.portal),
            'address', c.url, 'via', c.via, 'status', c.status,
            'until', c.until, 'replaced_by', c.replaced_by,
            'before', CASE WHEN coalesce(c.url_before, c.via_before, c.status_before) IS NOT NULL
                           THEN json_object('address', c.url_before, 'via', c.via_before,
                                            'status', c.status_before) END))
        FROM (SELECT * FROM change AS o
              WHERE NOT (o.subject = 'former' AND o.change = 'added' AND EXISTS (
                        SELECT 1 FROM change AS n
                        WHERE n.published = o.published AND n.region = o.region AND n.subject = 'login'
                          AND n.change = 'changed' AND rtrim(n.url_before, '/') = rtrim(o.url, '/')))
                AND NOT (o.subject = 'login' AND o.change IN ('added', 'removed') AND EXISTS (
                        SELECT 1 FROM change AS n
                        WHERE n.published = o.published AND n.region = o.region AND n.subject = 'former'
                          AND n.change = 'added'
                          AND rtrim(o.url, '/') = rtrim(iif(o.change = 'added', n.replaced_by, n.url), '/')))
              ORDER BY number DESC LIMIT 200) AS c
        LEFT JOIN article AS a ON a.id = c.article)));

-- name: article_region
-- The reader's region as an article needs it: its sign-in addresses of the portals that the article is about (all of them, if
-- it is about none or about a federal one), and whom to ask there, but for those that the article names itself and those that
-- help with something else only.
SELECT json_set(p.piece,
    '$.logins', json((
        SELECT json_group_array(json(piece)) FROM (
            SELECT l.piece FROM login_piece AS l
            WHERE l.region = p.iso
              AND (l.portal IN (SELECT portal FROM part_portal AS q WHERE q.article = :id AND q.part = 0)
                   OR NOT EXISTS (SELECT 1 FROM part_portal AS q WHERE q.article = :id AND q.part = 0))
            ORDER BY l.position))),
    '$.contacts', json((
        SELECT json_group_array(json(piece)) FROM (
            SELECT c.piece FROM region_help AS h JOIN contact_piece AS c ON c.id = h.contact
            WHERE h.region = p.iso
              AND h.contact NOT IN (SELECT contact FROM article_contact AS a WHERE a.article = :id)
              AND (NOT EXISTS (SELECT 1 FROM contact_symptom AS s WHERE s.contact = h.contact)
                   OR (SELECT symptom FROM article AS a WHERE a.id = :id)
                      IN (SELECT symptom FROM contact_symptom AS s WHERE s.contact = h.contact))
            ORDER BY h.rank, c.position))),
    '$.ask_school', json(CASE WHEN EXISTS (SELECT 1 FROM region_help AS h WHERE h.region = p.iso AND h.own)
                              THEN 'false' ELSE 'true' END),
    '$.has_where', json(CASE WHEN EXISTS (SELECT 1 FROM region_help AS h JOIN contact AS c ON c.id = h.contact
                                          WHERE h.region = p.iso AND c.is_where) THEN 'true' ELSE 'false' END))
FROM case_piece AS p WHERE p.iso = :iso;

-- name: only_region
-- The region that an article is about, where it is one: nobody has to be asked for it.
SELECT json_object('iso', min(region)) FROM article_part_applies
WHERE article = :id AND part = 0 AND applies HAVING count(*) = 1;

-- name: placeable
-- What a school may choose from; readers: for whom a guide or a question is placed.
SELECT json_object(
    'regions', json((SELECT json_group_array(json_object('path', '/region/' || iso, 'name', short))
                     FROM (SELECT iso, short FROM region ORDER BY position))),
    'guides', json((SELECT json_group_array(json_object('path', '/guide/' || id, 'name', title))
                    FROM (SELECT id, title FROM article WHERE kind = 'guide' AND retired IS NULL ORDER BY position))),
    'questions', json((SELECT json_group_array(json_object('path', '/' || id, 'name', number || '. ' || title))
                       FROM (SELECT id, number, title FROM article WHERE kind = 'question' AND retired IS NULL
                             ORDER BY number))),
    'readers', json((SELECT json_group_array(json_object('iso', iso, 'name', short))
                     FROM (SELECT iso, short FROM region ORDER BY position))));

-- name: own_pages
-- The pages of the owner's, for the foot, and his mark for the head.
SELECT json_object('logo_svg', (SELECT svg FROM figure WHERE id = '/logo'), 'own_pages', json((SELECT json_group_array(json_object('path', '/page/' || id, 'title', title))
                                      FROM (SELECT id, title FROM own_page ORDER BY position))));

-- name: own_page
SELECT json_object('id', id, 'title', title, 'url', site() || '/page/' || id, 'html', html)
FROM own_page WHERE id = :id;

-- name: case
SELECT piece FROM case_piece WHERE iso = :iso;

-- name: notice_reader
-- Which notices concern a region: those of its portals too.
SELECT json_object(
    'timezone', timezone,
    'portals', json((SELECT json_group_array(DISTINCT portal) FROM login WHERE region = r.iso)))
FROM region AS r WHERE iso = :iso;

-- name: health
SELECT json_object(
    'snapshot', (SELECT value FROM meta WHERE key = 'identity'),
    'published', (SELECT value FROM meta WHERE key = 'published'),
    'regions', (SELECT count(*) FROM region));

-- name: clients
SELECT json_group_array(json_object('pattern', pattern, 'client', client)) FROM client_pattern;

-- name: names
-- What the statistics call things: titles by kind and id.
SELECT json_object(
    'regions', json((SELECT json_group_object(iso, short) FROM region)),
    'guides', json((SELECT json_group_object(id, title) FROM article WHERE kind = 'guide')),
    'questions', json((SELECT json_group_object(CAST(number AS TEXT), title) FROM article
                       WHERE kind = 'question')));

-- name: tiles
-- The tile map: one square a region, roughly where it lies; the largest column and row are the map's size.
SELECT json_object(
    'columns', max(tile_column), 'rows', max(tile_row),
    'tiles', json((SELECT json_group_array(json(tile)) FROM (
        SELECT json_object('iso', r.iso, 'code', (SELECT code FROM region_code AS c
                                                  WHERE c.region = r.iso AND c.position = 1),
                           'short', r.short, 'row', r.tile_row, 'column', r.tile_column,
                           'district', r.district) AS tile
        FROM region AS r WHERE r.tile_row IS NOT NULL ORDER BY r.position))))
FROM region;

-- name: address_changes
-- Days from :from to :to on which a region's way of signing in changed, as far as the day is known; colleges apart.
SELECT json_group_array(json_object('date', date, 'iso', iso, 'name', short)) FROM (
    SELECT date(f.until, '+1 day') AS date, f.region FROM former AS f
    LEFT JOIN login AS l ON l.region = f.region AND rtrim(l.url, '/') = rtrim(f.replaced_by, '/')
    WHERE length(f.until) = 10 AND coalesce(l.status, '') <> 'college'
    UNION SELECT since, region FROM login WHERE length(since) = 10 AND status <> 'college'
    ORDER BY 1, 2) JOIN region ON iso = region
WHERE date BETWEEN :from AND :to;

-- name: about
SELECT json_object(
    'published', (SELECT value FROM meta WHERE key = 'published'),
    'identity', (SELECT value FROM meta WHERE key = 'identity'),
    'region_count', (SELECT count(*) FROM region),
    'login_count', (SELECT count(*) FROM login),
    'place_count', (SELECT count(*) FROM place),
    'known_count', (SELECT count(DISTINCT region) FROM login),
    'checked_last', (SELECT max(checked) FROM login));

-- name: styleguide
-- One of each component's documents: the first region that has an address, the first contact with a telephone and hours.
-- counts: sign-in addresses by region, for the map; years: how many are known to hold since that year, for the chart.
WITH pick AS (
    SELECT r.iso, r.timezone FROM region AS r
    WHERE EXISTS (SELECT 1 FROM login AS l WHERE l.region = r.iso AND l.status = 'current')
    ORDER BY r.position LIMIT 1)
SELECT json_patch(p.piece, json_object(
    'timezone', pick.timezone, 'published', (SELECT value FROM meta WHERE key = 'published'),
    'embed', json_object('frame', site() || '/embed/region/' || p.iso,
                         'picture', '/embed/region/' || p.iso || '.svg'),
    'logins', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece FROM login_piece AS l WHERE l.region = p.iso ORDER BY l.position LIMIT 1))),
    'contacts', json((SELECT json_group_array(json(piece)) FROM (
        SELECT c.piece FROM contact_piece AS c JOIN contact AS o ON o.id = c.id
        ORDER BY o.phone IS NULL, o.hours IS NULL, c.position LIMIT 1))),
    'steps', json((SELECT json_group_array(json_object(
                       'number', number, 'title', title, 'html', html,
                       'figure', json_object('id', figure, 'alt', figure_alt, 'svg', svg)))
                   FROM (SELECT s.*, f.svg FROM part AS s JOIN figure AS f ON f.id = s.figure
                         JOIN article AS a ON a.id = s.article WHERE a.retired IS NULL
                         ORDER BY a.position, s.number LIMIT 1))),
    'questions', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece FROM article_piece WHERE kind = 'question' ORDER BY number LIMIT 3))),
    'guides', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece FROM article_piece WHERE kind = 'guide' ORDER BY position LIMIT 2))),
    'regions', json((SELECT json_group_array(json(document)) FROM (
        SELECT json_patch(o.piece, json_object('logins', json(coalesce(l.logins, '[]')))) AS document
        FROM region_piece AS o LEFT JOIN region_logins AS l ON l.region = o.iso
        ORDER BY o.position LIMIT 4))),
    'troubles', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece FROM trouble_piece ORDER BY position LIMIT 4))),
    'letters', json((SELECT json_group_array(json_object('letter', letter, 'regions', json(regions))) FROM (
        SELECT letter, json_group_array(json(piece)) AS regions FROM (
            SELECT substr(o.short, 1, 1) AS letter, q.piece FROM region AS o JOIN region_piece AS q ON q.iso = o.iso
            ORDER BY o.position LIMIT 5)
        GROUP BY letter ORDER BY letter))),
    'counts', json((SELECT json_group_object(region, n) FROM (
        SELECT region, count(*) AS n FROM login GROUP BY region))),
    'years', json((SELECT json_group_array(json_object('date', year, 'value', n)) FROM (
        SELECT substr(since, 1, 4) AS year, count(*) AS n FROM login
        WHERE since IS NOT NULL GROUP BY 1 ORDER BY 1)))))
FROM pick JOIN region_piece AS p ON p.iso = pick.iso;

-- name: holidays
SELECT json_group_array(json_object('year', year, 'month', month, 'day', day, 'work', work))
FROM holiday;

-- name: known_addresses
-- Every address that /check knows, with what it is: those of today, those that work everywhere, those that used to be right.
SELECT json_object('known', json((SELECT json_group_array(json(item)) FROM (
    SELECT json_object('verdict', 'current', 'url', l.url, 'title', l.title, 'system', l.system,
                       'status', l.status, 'until', NULL, 'replaced_by', NULL,
                       'region', json(p.piece)) AS item, 1 AS kind, p.position AS whose, l.position AS rank
    FROM login AS l JOIN region_piece AS p ON p.iso = l.region
    WHERE NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.kind = 'login' AND t.owner = l.region AND t.id = l.id)
    UNION ALL
    SELECT json_object('verdict', 'federal', 'url', a.url, 'title', a.what, 'system', o.name,
                       'status', NULL, 'until', NULL, 'replaced_by', NULL, 'region', NULL),
           2, o.id, a.position
    FROM portal_address AS a JOIN portal AS o ON o.id = a.portal
    WHERE o.federal AND NOT EXISTS (SELECT 1 FROM taken AS t
                                    WHERE t.kind = 'portal_address' AND t.owner = a.portal AND t.id = a.id)
    UNION ALL
    SELECT json_object('verdict', 'former', 'url', f.url, 'title', NULL, 'system', f.portal,
                       'status', NULL, 'until', f.until, 'replaced_by', f.replaced_by,
                       'region', json(p.piece)), 3, p.position, f.position
    FROM former AS f JOIN region_piece AS p ON p.iso = f.region
    ORDER BY kind, whose, rank))));

-- name: probe_targets
-- Every address that `vhod probe` opens, once: those to sign in at, those that work everywhere, and the pages of contacts.
SELECT json_object('targets', json((SELECT json_group_array(url) FROM (
    SELECT url FROM login AS l
    WHERE NOT EXISTS (SELECT 1 FROM taken AS t WHERE t.kind = 'login' AND t.owner = l.region AND t.id = l.id)
    UNION SELECT a.url FROM portal_address AS a JOIN portal AS o ON o.id = a.portal
    WHERE o.federal AND NOT EXISTS (SELECT 1 FROM taken AS t
                                    WHERE t.kind = 'portal_address' AND t.owner = a.portal AND t.id = a.id)
    UNION SELECT url FROM contact WHERE url IS NOT NULL ORDER BY url))));

-- name: directory
-- Everything in one document, for use without us. Lists are in the order in which readers see them; places by size.
SELECT json_object(
    'published', (SELECT value FROM meta WHERE key = 'published'),
    'identity', (SELECT value FROM meta WHERE key = 'identity'),
    'url', site(),
    'regions', json((SELECT json_group_array(json(document)) FROM (
        SELECT json_object(
            'iso', r.iso,
            'code', (SELECT code FROM region_code AS c WHERE c.region = r.iso AND c.position = 1),
            'name', r.name, 'short', r.short, 'place', r.place, 'english', r.english, 'kind', r.kind,
            'capital', r.capital, 'district', r.district, 'timezone', r.timezone,
            'url', site() || '/region/' || r.iso, 'note', r.note,
            'codes', json((SELECT json_group_array(code) FROM (
                SELECT code FROM region_code AS c WHERE c.region = r.iso ORDER BY c.position))),
            'postcodes', json((SELECT json_group_array(prefix) FROM (
                SELECT prefix FROM region_postcode AS c WHERE c.region = r.iso ORDER BY prefix))),
            'aliases', json((SELECT json_group_array(alias) FROM (
                SELECT alias FROM region_alias AS a WHERE a.region = r.iso ORDER BY alias))),
            'logins', json(coalesce((SELECT logins FROM region_logins AS l WHERE l.region = r.iso), '[]')),
            'former', json((SELECT json_group_array(json(piece)) FROM (
                                SELECT piece FROM former_piece AS f WHERE f.region = r.iso ORDER BY f.position))),
            'contacts', json((SELECT json_group_array(contact) FROM (
                SELECT contact FROM region_help AS h JOIN contact AS c ON c.id = h.contact
                WHERE h.region = r.iso ORDER BY h.rank, c.position)))) AS document
        FROM region AS r ORDER BY r.position))),
    'portals', json((SELECT json_group_array(json(document)) FROM (
        SELECT json_object(
            'id', p.id, 'name', p.name, 'about', p.about, 'who', p.who,
            'federal', json(CASE WHEN p.federal THEN 'true' ELSE 'false' END),
            'addresses', json((SELECT json_group_array(json_object('id', id, 'what', what, 'url', url)) FROM (
                SELECT id, what, url FROM portal_address AS a WHERE a.portal = p.id ORDER BY a.position))),
            'contacts', json((SELECT json_group_array(contact) FROM (
                SELECT contact FROM portal_contact AS c WHERE c.portal = p.id ORDER BY c.position))),
            'source', p.source) AS document
        FROM portal AS p ORDER BY p.id))),
    'contacts', json((SELECT json_group_array(json(piece)) FROM (
        SELECT piece FROM contact_piece ORDER BY position))),
    'guides', json((SELECT json_group_array(json(document)) FROM (
        SELECT json_patch(p.piece, json_object(
            'audience', a.audience, 'reader', a.reader, 'revision', a.revision, 'updated', a.updated,
            'html', a.html, 'text', a.text,
            'steps', json((SELECT json_group_array(json_object(
                               'number', number, 'title', title, 'html', html, 'text', text))
                           FROM (SELECT * FROM part AS s WHERE s.article = a.id ORDER BY s.number))))) AS document
        FROM article_piece AS p JOIN article AS a ON a.id = p.id
        WHERE p.kind = 'guide' ORDER BY p.position))),
    'questions', json((SELECT json_group_array(json(document)) FROM (
        SELECT json_patch(p.piece, json_object(
            'reader', a.reader, 'revision', a.revision, 'updated', a.updated,
            'html', w.html, 'text', w.text)) AS document
        FROM article_piece AS p JOIN article AS a ON a.id = p.id JOIN article_whole AS w ON w.id = a.id
        WHERE p.kind = 'question' ORDER BY p.number))),
    'places', json((SELECT json_group_array(json(document)) FROM (
        SELECT json_object(
            'name', p.name, 'region', p.region, 'population', p.population,
            'latitude', p.latitude, 'longitude', p.longitude,
            'aliases', json((SELECT json_group_array(alias) FROM (
                SELECT alias FROM place_alias AS a WHERE a.place = p.id ORDER BY alias)))) AS document
        FROM place AS p ORDER BY p.population DESC, p.id))));

-- name: directory_logins
-- The same as a table: one row a sign-in address.
SELECT json_object('logins', json((SELECT json_group_array(json(document)) FROM (
    SELECT json_patch(l.piece, json_object(
        'iso', r.iso, 'code', (SELECT code FROM region_code AS c WHERE c.region = r.iso AND c.position = 1),
        'region', r.name, 'capital', r.capital, 'timezone', r.timezone,
        'page', site() || '/region/' || r.iso)) AS document
    FROM login_piece AS l JOIN region AS r ON r.iso = l.region ORDER BY r.position, l.position))));

-- name: sitemap
-- Every page that has an address of its own and something to say. updated: where it is known.
SELECT json_object('pages', json((SELECT json_group_array(json(document)) FROM (
    SELECT json_object('url', site() || column1, 'updated', NULL) AS document, 0 AS part, 0 AS rank
    FROM (VALUES ('/'), ('/regions'), ('/guides'), ('/questions'), ('/changes'), ('/check'), ('/for-schools'), ('/about'), ('/privacy'), ('/accessibility'))
    UNION ALL
    SELECT json_object('url', site() || '/page/' || id, 'updated', NULL), 0, position FROM own_page
    UNION ALL
    SELECT json_object('url', site() || '/region/' || iso, 'updated', NULL), 1, position FROM region
    UNION ALL
    SELECT json_object('url', json_extract(p.piece, '$.url'), 'updated', a.updated),
           CASE a.kind WHEN 'guide' THEN 2 ELSE 3 END, a.position
    FROM article_piece AS p JOIN article AS a ON a.id = p.id
    ORDER BY part, rank))));

-- name: remembered
-- The regions of a list like 'ru-alt.ru-per', in its order. main: the one address in use, null where there is a choice or none.
SELECT json_object('mine', json((
    SELECT json_group_array(json(piece)) FROM (
        SELECT json_set(piece, '$.main', json((
            SELECT piece FROM login_piece AS l WHERE l.region = p.iso AND l.status IN ('current', 'transition')
            GROUP BY l.region HAVING count(*) = 1))) AS piece
        FROM region_piece AS p
        WHERE instr('.' || :list || '.', '.' || iso || '.')
        ORDER BY instr('.' || :list || '.', '.' || iso || '.')))));
