-- statements.sql: what search asks of the snapshot beside its index in memory: the shown parts of what was found, and the
-- full text. Separate from queries.sql because the tokenizer must be registered before these can be prepared; the convention
-- is the same. article_piece is a view of directory/views.sql.

-- name: region
SELECT r.iso, (SELECT code FROM region_code AS c WHERE c.region = r.iso AND c.position = 1), r.name, r.short,
       site() || '/region/' || r.iso, r.district
FROM region AS r WHERE r.iso = ?1;

-- name: name
SELECT shown FROM search_name WHERE id = ?1;

-- name: place
SELECT name FROM place WHERE id = ?1;

-- name: question
SELECT piece, NULL FROM article_piece WHERE kind = 'question' AND number = ?1;

-- name: article
SELECT piece, NULL FROM article_piece WHERE id = ?1;

-- name: text
-- The order first, by itself: what is shown of an article costs more than finding it. ?2: search/relevance.h. ?3: the
-- region that was named, or NULL: what holds there and in few others comes before the rest, what holds only elsewhere
-- after it. A region is seven letters of the list.
SELECT t.number, p.kind, p.piece,
       t.score * CASE p.reader WHEN 'staff' THEN 0.6 ELSE 1.0 END AS worth -- families first
FROM (SELECT rowid AS number, article,
             relevance(search_text, ?2) * CASE WHEN ?3 IS NULL OR regions = '' THEN 1.0
                                               WHEN instr(regions, ',' || ?3 || ',') = 0 THEN 0.4
                                               WHEN length(regions) < 7 * 30 THEN 1.6 ELSE 1.0 END AS score
      FROM search_text WHERE search_text MATCH ?1 ORDER BY score DESC, article LIMIT 24) AS t
JOIN article_piece AS p ON p.id = t.article
WHERE t.score > 0
ORDER BY worth DESC, p.position, p.id;

-- name: excerpt
-- Of the rows in a list like ',3,17,': one pass for all of them, since finding the words again costs most.
SELECT rowid, excerpt(search_text) FROM search_text
WHERE search_text MATCH ?1 AND instr(?2, ',' || rowid || ',');

-- name: same
SELECT line, words FROM vocabulary WHERE role = 'same' ORDER BY line, position;
