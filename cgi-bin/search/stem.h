/*
 * stem.h: the FTS5 tokenizer "vhod": SQLite's unicode61 for finding words, then е for ё,
 * then libstemmer's Russian or English stem by the word's alphabet. «войдите», «войти» differ
 * still; «дневника» and «дневники» meet.
 *
 * A table made with it can be read only where it is registered: publish registers it before it
 * makes the table, the programs before they ask it. Both must use the same version of libstemmer.
 */
#ifndef VHOD_SEARCH_STEM_H
#define VHOD_SEARCH_STEM_H

#include "base/err.h"

struct sqlite3;
struct fts5_api;

/* Registers the tokenizer with a connection; it goes with it. ERR_DATABASE (logged) if SQLite has
 * no FTS5, ERR_MEMORY. */
enum err search_stem_register(struct sqlite3 *db);

/* FTS5's interface of a connection; NULL (logged) if this SQLite has none. */
struct fts5_api *search_fts5_api(struct sqlite3 *db);

#endif
