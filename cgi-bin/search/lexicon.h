/*
 * lexicon.h: the names and words of an index while it is being made. Names are stored as numbers of
 * words and words are numbered in sorted order, so all of them are collected in memory first and
 * written when the last has come.
 *
 * What is a name, and which of its words matter, is search/index.c's; here nothing is left out.
 */
#ifndef VHOD_SEARCH_LEXICON_H
#define VHOD_SEARCH_LEXICON_H

#include "base/err.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sqlite3;
struct sqlite3_stmt;

#define LEXICON_WORDS_IN_NAME 8 /* longer names lose their tail; real ones have six */

/* A name that something is found by. */
struct lexicon_name {
    const char *kind;                    /* static: a kind of search_name */
    const char *region, *portal, *shown; /* region or portal is NULL; copied */
    const char *words;                   /* folded, space between; copied */
    const char *form;                    /* static: full, short, joined */
    int64_t place, weight;               /* place.id or 0; people */
};

/* Start with zeros. After an error all functions do nothing, and err says what it was. */
struct lexicon {
    struct lexicon_entry *names;
    size_t name_count, name_room;
    struct lexicon_word *words;
    size_t word_count, word_room;
    enum err err;
};

/* Adds each word of a folded text, which may be NULL. in_text: it stands in an article. */
void lexicon_add_words(struct lexicon *lexicon, const char *folded, bool in_text);
/* Adds a name and its words. One whose words are empty, or that the same thing has already, is left
 * out; to see that, names of one thing must come one after another. Logs ERR_LIMIT. */
void lexicon_add_name(struct lexicon *lexicon, const struct lexicon_name *name);

/* Sorts and numbers everything and fills search_word and search_name. Nothing can be added after.
 * ERR_DATABASE is logged. */
void lexicon_write(struct lexicon *lexicon, struct sqlite3 *db);
void lexicon_free(struct lexicon *lexicon);

#endif
