-- search_statements.sql: what search asks of the snapshot beside its index in memory: the shown parts of what was found, and the
-- full text. Separate from queries.sql because the tokenizer must be registered before these can be prepared; the convention
-- is the same. article_piece is a view of queries.sql.

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
-- Marks are control characters, which no text holds: what is around them is escaped before they become tags.
SELECT p.kind, p.piece, highlight(search_text, 1, char(1), char(2)),
       snippet(search_text, 2, char(1), char(2), '…', 14)
FROM search_text JOIN article_piece AS p ON p.id = search_text.article
WHERE search_text MATCH ?1 ORDER BY bm25(search_text, 10.0, 5.0, 1.0), p.id LIMIT 24;

-- name: same
SELECT line, words FROM vocabulary WHERE role = 'same' ORDER BY line, position;
