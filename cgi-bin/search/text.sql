-- text.sql: the full text of guides and questions, made when a snapshot is published (search/index.c) and
-- only there: the tokenizer "vhod" (search/stem.h) must be registered first. rowid stands for nothing.

CREATE VIRTUAL TABLE search_text USING fts5(
    title,
    short,                        -- the short answer
    body,                         -- the rest as plain text: introduction and parts
    article UNINDEXED,            -- article.id
    tokenize = 'vhod',
    prefix = '3'                  -- a word that is still being typed, from its third letter
);

INSERT INTO search_text (title, short, body, article)
SELECT a.title, a.short,
       a.text || coalesce((SELECT group_concat(char(10) || s.title || char(10)
                                               || coalesce(s.short || char(10), '') || s.text, '')
                           FROM (SELECT * FROM part WHERE article = a.id ORDER BY number) AS s), ''),
       a.id
FROM article AS a WHERE a.retired IS NULL ORDER BY a.id;

INSERT INTO search_text (search_text) VALUES ('optimize');
