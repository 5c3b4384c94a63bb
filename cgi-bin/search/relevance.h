/*
 * relevance.h: the SQL function relevance(search_text, parts): how well a row answers a full-text
 * query, 0 for not at all.
 *
 * FTS5's bm25() adds up all phrases of a query. Ours hold what means the same beside what was
 * typed, and a text that says «портал» and «система» over and over would beat the one whose title
 * is «Ваш дневник не найден». Here the phrases of one part of the query count once, by the best
 * column that holds one of them: a title says what an answer is about, a word in passing does not.
 */
#ifndef VHOD_SEARCH_RELEVANCE_H
#define VHOD_SEARCH_RELEVANCE_H

#include "base/err.h"

struct sqlite3;

/* How a part of a query is written in the function's second argument, after the number of its
 * phrases, in the order of the query: "3t1f2t". Fillers («дневник», «вход») order what is found by
 * the others, and find nothing by themselves. */
#define RELEVANCE_TELLING 't'
#define RELEVANCE_FILLER  'f'

/* Registers the function with a connection. ERR_DATABASE (logged) without FTS5, ERR_MEMORY. */
enum err search_relevance_register(struct sqlite3 *db);

#endif
