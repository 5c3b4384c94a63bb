/*
 * excerpt.h: the SQL function excerpt(search_text): where the words of a full-text query
 * stand in a row. The whole short answer if they are there, else a piece of the body around the
 * first of them, else NULL.
 *
 * FTS5's own highlight() and snippet() would do, but the latter reads a text several times over:
 * 150 us for a guide, ten of which make an answer. This reads it once, up to the end of the piece.
 */
#ifndef VHOD_SEARCH_EXCERPT_H
#define VHOD_SEARCH_EXCERPT_H

#include "base/err.h"

/* What begins and ends a match in an excerpt: control characters, which no text of ours holds, so
 * it can be escaped before they become tags. */
#define SEARCH_MARK_BEGIN '\001'
#define SEARCH_MARK_END   '\002'

struct sqlite3;

/* Registers the function with a connection. ERR_DATABASE (logged) without FTS5, ERR_MEMORY. */
enum err search_excerpt_register(struct sqlite3 *db);

#endif
