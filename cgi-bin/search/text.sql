-- text.sql: the full text of guides and questions, made when a snapshot is published (search/index.c) and
-- only there: the tokenizer "vhod" (search/stem.h) and the function plain (search/plain.h) must be registered first.
-- rowid stands for nothing. The order of columns is known to search/excerpt.c and search/relevance.c.

CREATE VIRTUAL TABLE search_text USING fts5(
    title,
    short,                        -- the short answer
    body,                         -- the rest as plain text: introduction and parts
    asked,                        -- words of readers that the text does not have (data/synonyms.tsv, answer); never shown
    article UNINDEXED,            -- article.id
    regions UNINDEXED,            -- of a limited article: where it applies, as ',ru-per,ru-kem,'; else ''
    tokenize = 'vhod',
    prefix = '3'                  -- a word that is still being typed, from its third letter
);

INSERT INTO search_text (title, short, body, asked, article, regions)
SELECT a.title, a.short,
       plain(a.text || coalesce((SELECT group_concat(char(10) || rtrim(p.title, '.') || '. '
                                                     || coalesce(p.short || char(10), '') || p.text, '')
                                 FROM (SELECT * FROM part WHERE article = a.id ORDER BY number) AS p), '')),
       coalesce((SELECT group_concat(w.words, '. ')
                 FROM vocabulary AS n JOIN vocabulary AS w ON w.line = n.line AND w.position > 1
                 WHERE n.role = 'answer' AND n.position = 1 AND n.words = a.id), ''),
       a.id,
       CASE WHEN EXISTS (SELECT 1 FROM article_limit AS l
                         WHERE l.article = a.id AND l.part = 0 AND l.kind IN ('portal', 'region', 'via'))
            THEN ',' || coalesce((SELECT group_concat(region) FROM article_part_applies AS p
                                  WHERE p.article = a.id AND p.part = 0 AND p.applies), '') || ',' ELSE '' END
FROM article AS a WHERE a.retired IS NULL ORDER BY a.id;

INSERT INTO search_text (search_text) VALUES ('optimize');
