/*
 * text.h: full text of guides and questions. Any words are a query: they reach FTS5 only as
 * quoted strings, few of them, and with a deadline.
 */
#ifndef VHOD_SEARCH_TEXT_H
#define VHOD_SEARCH_TEXT_H

#include "base/err.h"
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define SEARCH_TEXT_WORDS 8 /* more are left out of a full-text query */
/* a full-text query that takes longer finds nothing, and is logged */
#define SEARCH_DEADLINE_MS 50

struct sqlite3;
struct sqlite3_stmt;
struct search_text;

/* A word of a full-text query. */
struct search_text_word {
    const char *text; /* folded */
    bool filler;      /* only if it helps: «дневник», «вход» */
    bool beginning;   /* may be the beginning of a word: three letters at least */
};

/* Prepared statements of statements.sql, which stay the caller's. */
struct search_text_asks {
    struct sqlite3_stmt *text, *excerpt, *same;
};

enum err search_text_open(struct search_text **out, struct sqlite3 *db,
                          const struct search_text_asks *asks);
void search_text_close(struct search_text *search);

/* What is asked. */
struct search_text_query {
    const struct search_text_word *words;
    size_t count;
    const char *region; /* iso of the region that was named, or NULL */
    size_t each;        /* so many guides and so many questions at most */
};

/* Adds at most each guides and each questions to the arrays, with snippet_html, the best first
 * (search/relevance.h): those that hold one of the words at least, a filler only if all are. What
 * answers far worse than the best is left out; what holds in the region comes before what does not.
 * An item that is there already is not added again. */
enum err search_text_find(struct search_text *search, const struct search_text_query *query,
                          json_t *guides, json_t *questions);

/* The last query as FTS5 got it, for whoever maintains the synonyms. */
const char *search_text_last(const struct search_text *search);

#endif
